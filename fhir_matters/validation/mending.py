"""What is misshapen is told once and then left out: a copy in which the rest is judged as if it had never been there.

As the HL7 validator reads JSON: a value of the wrong shape is no value, a lone object is an array of one, and a number
where a text should be is the text that it is spelt as. What is left out of an array leaves its place to null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from fhir_matters.jsonio import Number
from fhir_matters.path import Key
from fhir_matters.validation.context import MISSHAPEN, Finding, path_of

MUST_BE = "Error_parsing_JSON_the_primitive_value_must_be_a_"


def mended(resource: dict[str, Any], findings: Iterable[Finding]) -> dict[str, Any] | None:
    """The copy; None where nothing is misshapen, or all is nested too deeply to be copied."""
    try:
        return _mended(resource, findings)
    except RecursionError:
        return None


def misshapen(findings: Iterable[Finding]) -> list[Finding]:
    """What is told of the shape: of a field that has no place here, only that it has none."""
    wrong = [each for each in findings if each.rule in MISSHAPEN]
    odd = {path_of(each.position, "").keys for each in wrong if each.rule in UNKNOWN}
    return [each for each in wrong if not _is_within(each, odd)]


# A field that the type does not have, or that stands beside another one of its choice.
UNKNOWN = frozenset({"FM101", "FM110"})


def _is_within(finding: Finding, odd: set[tuple[Key, ...]]) -> bool:
    keys = path_of(finding.position, "").keys
    most = len(keys) + (finding.rule not in UNKNOWN)
    return bool(odd) and any(keys[:length] in odd for length in range(1, most))


def _mended(resource: dict[str, Any], findings: Iterable[Finding]) -> dict[str, Any] | None:
    wrong = {path_of(each.position, "").keys: each for each in findings if each.rule in MISSHAPEN | NAMELESS}
    if not wrong:
        return None
    whole: dict[str, Any] = _copied(resource)
    for keys in sorted(wrong, key=len, reverse=True):  # the inner before what they stand in
        if wrong[keys].rule in NAMELESS and not keys[:-1]:
            continue
        holder = _holder(whole, keys)
        if holder is not None:
            _mend(holder, keys[-1], wrong[keys])
    _tidy(whole)
    return whole


def _tidy(value: Any) -> None:
    """An array of which nothing is left is no array, unless something stands beside it."""
    if isinstance(value, dict):
        for key in [
            key for key, each in value.items() if isinstance(each, list) and not any(_is_there(e) for e in each)
        ]:
            if "_" + key not in value:
                del value[key]
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _tidy(each)


def _is_there(value: Any) -> bool:
    return value is not None


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _holder(whole: Any, keys: tuple[Key, ...]) -> Any:
    """What holds the last of the keys; None where the way there is gone."""
    holder = whole if keys else None
    for key in keys[:-1]:
        holder = _at(holder, key)
    return holder if keys and _at(holder, keys[-1]) is not _GONE else None


_GONE = object()
# A resource inside another, of which nobody can say what its fields mean.
NAMELESS = frozenset({"FM005", "FM006"})
# What is wrong beside a primitive value takes the value with it.
BOTH = frozenset({"FM102", "FM103", "FM104", "FM106"})


def _at(holder: Any, key: Key) -> Any:
    if isinstance(holder, dict):
        return holder.get(key, _GONE)
    if isinstance(holder, list) and isinstance(key, int) and key < len(holder):
        return holder[key]
    return _GONE


def _mend(holder: Any, key: Key, finding: Finding) -> None:
    value = holder[key]
    if finding.rule == "FM005":
        holder[key] = {name: each for name, each in value.items() if name == "resourceType"}
        return
    if finding.rule == "FM006":
        for name in [each for each in holder if each != key]:
            del holder[name]
        return
    if finding.rule in BOTH and isinstance(key, str) and key.startswith("_"):
        holder.pop(key[1:], None)
    if finding.rule == "FM105" and value == {}:
        return
    if finding.rule == "FM102" and isinstance(value, dict) and not str(key).startswith("_"):
        holder[key] = [value]
        return
    better = _spelt(value, finding.message_id) if finding.rule == "FM201" else None
    if better is not None or isinstance(holder, list):
        holder[key] = better
    else:
        del holder[key]


def _spelt(value: Any, message_id: str) -> Any:
    """The value as its type would have it, or as it is; None for what is no primitive value at all."""
    make = _MADE.get(message_id.removeprefix(MUST_BE))
    return make(value) if make is not None and not isinstance(value, (dict, list)) else None


def _text(value: Any) -> str | None:
    try:
        return str(value).lower() if isinstance(value, bool) else str(value)
    except ValueError:  # an int of more digits than Python spells
        return None


def _number(value: Any) -> Any:
    try:
        number = Number(value)
    except (ValueError, TypeError):
        return value
    return int(value) if value.lstrip("-").isdigit() and len(value) < LONGEST else number


def _boolean(value: Any) -> Any:
    return {"true": True, "false": False}.get(value, value)


# An int of more digits than this need not be one: Python spells none of more than 4,300.
LONGEST = 400
_MADE: dict[str, Callable[[Any], Any]] = {"string": _text, "number": _number, "boolean": _boolean}
