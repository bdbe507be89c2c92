"""What comes with the resources of a page: the other ends of references, by `_include` and `_revinclude`.

R4 Search, 3.1.1.5.4, with `:iterate`, a target type, and `*` for every reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fhir_matters.local_server.parameters import TYPES, parameters
from fhir_matters.local_server.store import Store


class Join(NamedTuple):
    """A reference, by type and parameter, whose other end is wanted; `reverse` where that is the one that refers.

    `kind` may be empty and `name` may be `*`: any. `to` is the type that is meant, or empty. `iterate`: also from what
    was included.
    """

    kind: str
    name: str
    to: str
    reverse: bool
    iterate: bool


# A reference is indexed as `Type/id`.
_REFERRED_TO = """
SELECT DISTINCT current.seq FROM entry CROSS JOIN current
    ON current.type = substr(value, 1, instr(value, '/') - 1) AND current.id = substr(value, instr(value, '/') + 1)
WHERE place = ? AND ? IN ('', current.type) AND entry.seq IN ({marks}) ORDER BY 1
"""
_REFERRING = """
SELECT DISTINCT current.seq FROM version
    CROSS JOIN entry ON place = ? AND value = version.type || '/' || version.id
    CROSS JOIN current ON current.seq = entry.seq
WHERE ? IN ('', version.type) AND version.seq IN ({marks}) ORDER BY 1
"""
_ALL_REFERRED_TO = """
SELECT DISTINCT current.seq FROM link CROSS JOIN version ON version.seq = link.seq
    CROSS JOIN current ON current.type = to_type AND current.id = to_id
WHERE ? IN ('', version.type) AND ? IN ('', current.type) AND link.seq IN ({marks}) ORDER BY 1
"""
_ALL_REFERRING = """
SELECT DISTINCT current.seq FROM version
    CROSS JOIN link ON to_type = version.type AND to_id = version.id
    CROSS JOIN current ON current.seq = link.seq
WHERE ? IN ('', current.type) AND ? IN ('', version.type) AND version.seq IN ({marks}) ORDER BY 1
"""
# So often is `:iterate` gone round, however long the chain.
ROUNDS = 10


def join(kind: str, name: str, value: str) -> Join | None:
    """What `_include=Observation:subject` or `_revinclude=Provenance:target` asks for in a search of `kind`.

    None where that is no such parameter, or one that is not known here.
    """
    name, _, modifier = name.partition(":")
    reverse = {"_include": False, "_revinclude": True}.get(name)
    referring, _, rest = value.partition(":")
    reference, _, to = rest.partition(":")
    if reverse is None or modifier not in ("", "iterate", "recurse") or (to and to not in TYPES):
        return None
    if value == "*":
        return Join("" if reverse or modifier else kind, "*", "", reverse, bool(modifier))
    known = parameters(referring).get(reference) if referring in TYPES else None
    if (known is None or known.kind != "reference") and (reference != "*" or referring not in TYPES):
        return None
    if not reverse and not modifier and referring != kind:
        return None
    return Join(referring, reference, to, reverse, bool(modifier))


def brought(store: Store, joins: Iterable[Join], seqs: Sequence[int]) -> list[int]:
    """The `seq` of every current resource that these refer to, or that refers to them, as asked; each once."""
    several = tuple(joins)
    found = dict.fromkeys(seqs)
    new = _once(store, several, seqs)
    again = tuple(each for each in several if each.iterate)
    for _ in range(ROUNDS):
        new = [seq for seq in new if seq not in found]
        found |= dict.fromkeys(new)
        new = _once(store, again, new) if new else []
    return list(found)[len(dict.fromkeys(seqs)) :]


def _once(store: Store, joins: Iterable[Join], seqs: Sequence[int]) -> list[int]:
    marks = ",".join("?" * len(seqs))
    found: dict[int, None] = {}
    for each in joins:
        sql, values = _select(each)
        found |= dict.fromkeys(seq for (seq,) in store.query(sql.format(marks=marks), [*values, *seqs]))
    return list(found)


def _select(join_: Join) -> tuple[str, list[Any]]:
    if join_.name == "*":
        return (_ALL_REFERRING if join_.reverse else _ALL_REFERRED_TO), [join_.kind, join_.to]
    return (_REFERRING if join_.reverse else _REFERRED_TO), [f"{join_.kind}.{join_.name}", join_.to]
