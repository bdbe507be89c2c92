"""What comes with the resources of a page: the other ends of references, by `_include` and `_revinclude`.

R4 Search, 3.1.1.5.4. Included once: `:iterate`, target types and `*` are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fhir_matters.local_server.parameters import parameters
from fhir_matters.local_server.store import Store


class Join(NamedTuple):
    """A reference, by type and parameter, whose other end is wanted; `reverse` where that is the one that refers."""

    kind: str
    name: str
    reverse: bool


# A reference is indexed as `Type/id`.
_REFERRED_TO = """
SELECT DISTINCT current.seq FROM entry CROSS JOIN current
    ON current.type = substr(value, 1, instr(value, '/') - 1) AND current.id = substr(value, instr(value, '/') + 1)
WHERE place = ? AND entry.seq IN ({marks}) ORDER BY 1
"""
_REFERRING = """
SELECT DISTINCT current.seq FROM version
    CROSS JOIN entry ON place = ? AND value = version.type || '/' || version.id
    CROSS JOIN current ON current.seq = entry.seq
WHERE version.seq IN ({marks}) ORDER BY 1
"""


def join(kind: str, name: str, value: str) -> Join | None:
    """What `_include=Observation:subject` or `_revinclude=Provenance:target` asks for in a search of `kind`.

    None where that is no such parameter, or one that is not known here.
    """
    referring, _, reference = value.partition(":")
    known = parameters(referring).get(reference)
    if known is None or known.kind != "reference":
        return None
    if name == "_revinclude" or (name == "_include" and referring == kind):
        return Join(referring, reference, name == "_revinclude")
    return None


def brought(store: Store, joins: Iterable[Join], seqs: Sequence[int]) -> list[int]:
    """The `seq` of every current resource that these refer to, or that refers to them, as asked; each once."""
    marks = ",".join("?" * len(seqs))
    found: dict[int, None] = {}
    for each in joins:
        sql = (_REFERRING if each.reverse else _REFERRED_TO).format(marks=marks)
        found |= dict.fromkeys(seq for (seq,) in store.query(sql, [f"{each.kind}.{each.name}", *seqs]))
    return [seq for seq in found if seq not in set(seqs)]
