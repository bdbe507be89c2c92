"""A MeasureReport beside its Measure: groups, populations, stratifiers and scores that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Compiler

OBSERVATION = ("http://terminology.hl7.org/CodeSystem/measure-population", "measure-observation")
SCORED = frozenset({"proportion", "ratio", "continuous-variable"})


def against_measure(walk: Compiler, report: Any, context: Context, position: Position) -> None:
    """Report what in the report does not answer to the measure that it names; nothing where that is not here."""
    canonical = report.get("measure")
    measure = _found(walk, canonical) if isinstance(canonical, str) else None
    groups = dicts(measure.get("group")) if measure is not None else []
    told = list(enumerate(dicts(report.get("group"))))
    if measure is None or not groups or (report.get("status") == "pending" and not told):
        return
    scoring = _first_code(measure.get("scoring"))
    if len(told) == 1 and len(groups) == 1:
        here = (position, "group", 0, None)
        if not _agree(told[0][1].get("code"), groups[0].get("code")):
            _mismatch("the code of the measure's group", "MEASURE_MR_GRP_NO_WRONG_CODE", context, here)
        _group(told[0][1], groups[0], scoring, report, context, here)
        return
    pairs = list(_paired("group", "MEASURE_MR_GRP", told, groups, context, position))
    for place, each, defined in pairs:
        _group(each, defined, scoring, report, context, place)
    if report.get("type") != "data-collection":
        for defined in groups:
            if not any(defined is each for _, _, each in pairs):
                _mismatch("every group of the measure", "MEASURE_MR_GRP_MISSING_BY_CODE", context, position, defined)


def _found(walk: Compiler, canonical: str) -> dict[str, Any] | None:
    try:
        return walk.plans.find(canonical, "Measure")
    except DefinitionsError:
        return None


def _group(  # noqa: PLR0917 (a group, its definition, and where it stands)
    told: dict[str, Any], defined: dict[str, Any], scoring: str, report: Any, context: Context, position: Position
) -> None:
    _parts("population", "MEASURE_MR_GRP_POP", told, defined, context, position)
    _score(told, scoring, str(report.get("type")), context, position)
    _parts("stratifier", "MEASURE_MR_GRP_STRAT", told, defined, context, position)


def _parts(  # noqa: PLR0917 (parts of a group, and where it stands)
    key: str, message_id: str, told: dict[str, Any], defined: dict[str, Any], context: Context, position: Position
) -> None:
    """The populations or stratifiers of a group: each one of the measure's, and none of those left out."""
    wanted = dicts(defined.get(key))
    pairs = list(_paired(key, message_id, list(enumerate(dicts(told.get(key)))), wanted, context, position))
    for each in wanted:
        optional = key == "population" and OBSERVATION in _codes(each.get("code"))
        if not optional and not any(each is one for _, _, one in pairs):
            _mismatch(f"every {key} of the measure", f"{message_id}_MISSING_BY_CODE", context, position, each)


def _paired(  # noqa: PLR0917 (parts, their definitions, and where they stand)
    key: str,
    message_id: str,
    told: list[tuple[int, dict[str, Any]]],
    defined: list[dict[str, Any]],
    context: Context,
    position: Position,
) -> Iterator[tuple[Position, dict[str, Any], dict[str, Any]]]:
    """Each part with the measure's part of the same code, once."""
    used: list[int] = []
    for index, each in told:
        here = (position, key, index, None)
        code = each.get("code", [None])
        code = code[0] if isinstance(code, list) else code
        match = next((one for one in defined if _shared(code, one.get("code"))), None)
        if code is None:
            _mismatch(f"a code on this {key}", f"{message_id}_NO_CODE", context, here)
        elif match is None:
            _mismatch(f"a {key} of the measure", f"{message_id}_UNK_CODE", context, here)
        elif id(match) in used:
            _mismatch(f"each {key} once", f"{message_id}_DUPL_CODE", context, here)
        else:
            used.append(id(match))
            yield here, each, match


def _score(told: dict[str, Any], scoring: str, kind: str, context: Context, position: Position) -> None:
    here = (position, "measureScore", None, None)
    if "measureScore" in told:
        if kind == "data-collection" or scoring == "cohort":
            which = "RT" if kind == "data-collection" else "MS"
            _mismatch("no score of this measure", f"MEASURE_MR_SCORE_PROHIBITED_{which}", context, here)
    elif scoring in SCORED and kind != "data-collection":
        context.add(
            "FM905",
            position,
            f"Expected a measureScore, because the measure's scoring is {scoring}.",
            message_id="MEASURE_MR_SCORE_REQUIRED",
        )


def _mismatch(
    expected: str, message_id: str, context: Context, position: Position, defined: dict[str, Any] | None = None
) -> None:
    which = next((code for _, code in _codes((defined or {}).get("code"))), (defined or {}).get("id", ""))
    context.add("FM902", position, f"Expected {expected}{f' ({which})' if which else ''}.", message_id=message_id)


def _codes(concept: Any) -> list[tuple[Any, Any]]:
    codings = dicts(concept.get("coding")) if isinstance(concept, dict) else []
    return [(each.get("system"), each.get("code")) for each in codings]


def _first_code(concept: Any) -> str:
    return next((str(code) for _, code in _codes(concept)), "")


def _shared(one: Any, other: Any) -> bool:
    """Whether two concepts have a coding, or else their text, in common."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    codes = _codes(other)
    return any(each in codes for each in _codes(one)) or (not codes and one.get("text", "") == other.get("text", None))


def _agree(one: Any, other: Any) -> bool:
    return one is None or other is None or _shared(one, other)
