"""What became of a resource on the way: every difference, element by element, numbers as they are spelt.

Only content is compared: what a server alone writes (`content`) is none. A difference has an owner where somebody
had the right to make it: the server (its mark on where a resource came from, a conditional reference resolved, the
same XHTML spelt otherwise) or the transfer itself (new ids and the references to them). Nothing else is forgiven,
and nothing here decides what to do.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from fhir_matters import jsonio
from fhir_matters.path import Key
from fhir_matters.server.narrative import SAME_XHTML, same_narrative
from fhir_matters.server.references import LITERAL, answers, conditional, refers

Kind: TypeAlias = Literal["missing", "added", "changed", "reordered", "respelt"]
Owner: TypeAlias = Literal["", "server", "transfer"]

ALIGNED_AT_MOST = 400
MADE_ANEW = "generated narrative made anew, as allowed"
# "The list of profile URLs is a set", and so are labels and tags (http://hl7.org/fhir/R4/resource.html#Meta).
SETS = (("meta", "profile"), ("meta", "security"), ("meta", "tag"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where source and target differ; `owner` is empty where nobody had the right to change it."""

    path: str
    kind: Kind
    owner: Owner = ""
    note: str = ""
    source: Any = field(default=None, repr=False, compare=False)
    target: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a comparison may know.

    `swap`: what a reference became; `current`: whether the version that it names is the one that was moved;
    `identity`: the new id; `base`: the target's address; `narrative`: whether a server may make generated text anew;
    `target`: who is behind a reference there.
    """

    swap: Callable[[str], str | None] = lambda _: None
    current: Callable[[str], bool] = lambda _: True
    identity: str | None = None
    base: str = ""
    narrative: bool = False
    target: Mapping[str, dict[str, Any]] = field(default_factory=dict)


Raw: TypeAlias = tuple[tuple[Key, ...], Kind, Any, Any]


def compare(source: dict[str, Any], target: dict[str, Any], knowledge: Knowledge | None = None) -> list[Difference]:
    """Every difference in content between what was to be kept and what is there, in the order of the source."""
    found = differences(_with_meta(source), _with_meta(target))
    if not found:
        return []
    known = knowledge or Knowledge()
    kind = str(source.get("resourceType", ""))
    made = known.narrative and _generated(source, absent=True) and _generated(target)
    return [_owned(kind, raw, known, made=made) for raw in found]


def _generated(resource: dict[str, Any], *, absent: bool = False) -> bool:
    """True where the text was made of the data alone (http://hl7.org/fhir/R4/valueset-narrative-status.html)."""
    text = resource.get("text")
    return absent if text is None else isinstance(text, dict) and text.get("status") == "generated"


def differences(source: Any, target: Any, keys: tuple[Key, ...] = ()) -> list[Raw]:
    """Where two JSON values differ: steps, kind, and both values."""
    found: list[Raw] = []
    _differ(source, target, keys, found)
    return found


def _differ(source: Any, target: Any, keys: tuple[Key, ...], found: list[Raw]) -> None:
    if isinstance(source, dict) and isinstance(target, dict):
        for key, value in source.items():
            if key not in target:
                found.append(((*keys, key), "missing", value, None))
            # Most are the same text, and need no step of their own.
            elif type(value) is not str or value != target[key]:
                _differ(value, target[key], (*keys, key), found)
        if not target.keys() <= source.keys():
            found += [((*keys, key), "added", None, value) for key, value in target.items() if key not in source]
    elif isinstance(source, list) and isinstance(target, list):
        if len(source) == len(target) == 1:
            _differ(source[0], target[0], (*keys, 0), found)
        else:
            _lists(source, target, keys, found)
    elif not _same(source, target):
        found.append((keys, "respelt" if _equal_numbers(source, target) else "changed", source, target))


@lru_cache(4096)
def expression(kind: str, keys: tuple[Key, ...]) -> str:
    """The place as people write it: `Patient.name[0].family`."""
    return kind + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)


def content(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without what its server alone writes: version, date of change, HAPI's mark of the request."""
    meta = resource.get("meta")
    if not isinstance(meta, dict):
        return resource
    kept = {key: value for key, value in meta.items() if key not in ("versionId", "lastUpdated")}
    if isinstance(kept.get("source"), str) and kept["source"].startswith("#"):
        del kept["source"]
    if len(kept) == len(meta):
        return resource
    rest = {**resource, "meta": kept}
    if not kept:
        del rest["meta"]
    return rest


def sha256(resource: dict[str, Any]) -> str:
    """The hash of the content, keys sorted and numbers as spelt, without what its server alone writes."""
    return hashlib.sha256(jsonio.spelt(content(resource))).hexdigest()


def _with_meta(resource: dict[str, Any]) -> dict[str, Any]:
    """The content with a `meta`, so that each part of one that a server added is judged by itself."""
    kept = content(resource)
    return kept if "meta" in kept else {**kept, "meta": {}}


def _lists(source: list[Any], target: list[Any], keys: tuple[Key, ...], found: list[Raw]) -> None:
    if jsonio.spelt(source) == jsonio.spelt(target):
        return
    spelt = [[jsonio.spelt(item) for item in items] for items in (source, target)]
    if Counter(spelt[0]) == Counter(spelt[1]):
        found.append((keys, "reordered", source, target))
        return
    for first, last, start, end in _blocks(*spelt):
        for old, new in zip(range(first, last), range(start, end), strict=False):
            _differ(source[old], target[new], (*keys, old), found)
        shared = min(last - first, end - start)
        found += [((*keys, old), "missing", source[old], None) for old in range(first + shared, last)]
        found += [((*keys, new), "added", None, target[new]) for new in range(start + shared, end)]


def _blocks(source: list[bytes], target: list[bytes]) -> list[tuple[int, int, int, int]]:
    """The stretches that differ, `[first:last]` of the source against `[start:end]` of the target."""
    if len(source) == len(target) or max(len(source), len(target)) > ALIGNED_AT_MOST:
        return [(0, len(source), 0, len(target))]
    matched = SequenceMatcher(None, source, target, autojunk=False)
    return [tuple(block) for tag, *block in matched.get_opcodes() if tag != "equal"]  # type: ignore[misc]


def _same(source: Any, target: Any) -> bool:
    if type(source) is not type(target):
        return False
    return str(source) == str(target) if isinstance(source, Decimal) else bool(source == target)


def _equal_numbers(source: Any, target: Any) -> bool:
    numbers = (int, Decimal)
    if isinstance(source, bool) or isinstance(target, bool):
        return False
    return isinstance(source, numbers) and isinstance(target, numbers) and source == target


def _owned(kind: str, raw: Raw, known: Knowledge, *, made: bool) -> Difference:
    keys, how, source, target = raw
    if made and keys[0] == "text":
        return Difference(expression(kind, keys), how, "server", MADE_ANEW, source, target)
    if same_narrative(keys, source, target):
        return Difference(expression(kind, keys), "respelt", "server", SAME_XHTML, source, target)
    for claim in (_identity, _meta, _moved, _resolved):
        if (found := claim(keys, source, target, known)) is not None:
            return Difference(expression(kind, keys), how, found[0], found[1], source, target)
    return Difference(expression(kind, keys), how, "", "", source, target)


Claim: TypeAlias = tuple[Owner, str] | None


def _identity(keys: tuple[Key, ...], _: Any, target: Any, known: Knowledge) -> Claim:
    if keys == ("id",) and known.identity is not None and target == known.identity:
        return "transfer", "new id"
    return None


def _meta(keys: tuple[Key, ...], source: Any, target: Any, _: Knowledge) -> Claim:
    if keys in SETS and _same_items(source, target):
        return "server", "a set, which has no order"
    if keys == ("meta", "source") and _before_mark(source) == _before_mark(target):
        return "server", "the server marks the request that brought it"
    return None


def _same_items(source: Any, target: Any) -> bool:
    if not isinstance(source, list) or not isinstance(target, list):
        return False
    return Counter(map(jsonio.spelt, source)) == Counter(map(jsonio.spelt, target))


def _before_mark(value: Any) -> Any:
    """`meta.source` without the mark that HAPI appends to it; an absent one is empty."""
    return "" if value is None else value.partition("#")[0] if isinstance(value, str) else value


def _moved(keys: tuple[Key, ...], source: Any, target: Any, known: Knowledge) -> Claim:
    if not (keys and isinstance(source, str) and isinstance(target, str) and refers(keys[-1], source)):
        return None
    expected = known.swap(source)
    if expected is not None and _relative(target, known.base) == expected and known.current(source):
        return "transfer", f"refers to the same resource under its new id, {expected}"
    return None


def _resolved(keys: tuple[Key, ...], source: Any, target: Any, known: Knowledge) -> Claim:
    if not (keys and keys[-1] == "reference" and isinstance(source, str) and isinstance(target, str)):
        return None
    asked, literal = conditional(source), _relative(target, known.base)
    if asked is None or LITERAL.fullmatch(literal) is None or not answers(known.target.get(literal, {}), source):
        return None
    return "server", f"reference resolved by the server: {without_values(source)} → {literal}"


def _relative(reference: str, base: str) -> str:
    return reference.removeprefix(f"{base}/") if base else reference


@lru_cache(4096)
def without_values(reference: str) -> str:
    """A conditional reference that names the systems asked for, and not the values."""
    kind, parameters = conditional(reference) or (reference.partition("?")[0], ())
    shown = (f"{name}={value.partition('|')[0]}|…" if "|" in value else f"{name}=…" for name, value in parameters)
    return f"{kind}?{'&'.join(shown)}"
