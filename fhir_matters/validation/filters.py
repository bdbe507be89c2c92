"""The filters of value sets: operators that the property knows, values that it can have.

What a filter selects is worked out in `terminology`; here is only whether it can be meant. Which properties there are,
and which operators go with them, is FHIR's (codesystem.html#defined-props), the code system's own (CodeSystem.property
and CodeSystem.filter), or on the page of R4 for SNOMED CT, LOINC and CPT; properties that nobody knows are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fhir_matters.terminology import Answer, ecl
from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Compiler

SNOMED, LOINC, CPT = "http://snomed.info/sct", "http://loinc.org", "http://www.ama-assn.org/go/cpt"
SEVERAL = frozenset({"in", "not-in"})
# Values may begin with what a search would begin them with.
_PREFIX = re.compile(r"(?:eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)", re.DOTALL)
_DATE = re.compile(
    r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?"
)
_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d+")
_CODING = re.compile(r"([^#|]+)(?:\|[^#]*)?#(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Known:
    """A property as filters know it: the type of its values, its operators if not any, whether its code must exist."""

    type: str
    operators: frozenset[str] = frozenset()
    exists: bool = False


_CONCEPT = frozenset({"=", "in", "is-a", "descendent-of", "is-not-a", "generalizes", "not-in"})
_LISTED = frozenset({"=", "exists", "regex", "in", "not-in"})
GENERAL: Mapping[str, Known] = {
    "concept": Known("code", _CONCEPT, exists=True),
    "code": Known("code", _CONCEPT | {"regex"}, exists=True),
    "status": Known("code"),
    "inactive": Known("boolean"),
    "effectiveDate": Known("dateTime"),
    "deprecationDate": Known("dateTime"),
    "retirementDate": Known("dateTime"),
    "notSelectable": Known("boolean"),
    "synonym": Known("code"),
    "itemWeight": Known("decimal"),
}
# In a code system that says what its hierarchy means.
HIERARCHY = dict.fromkeys(("parent", "child", "partOf"), Known("code", exists=True))
_LOINC = """
ancestor descendent parent child COMPONENT PROPERTY TIME_ASPCT SYSTEM SCALE_TYP METHOD_TYP CLASS answer-list MAP_TO
VersionLastChanged CHNG_TYPE DefinitionDescription STATUS CLASSTYPE FORMULA EXMPL_ANSWERS SURVEY_QUEST_TEXT
SURVEY_QUEST_SRC UNITSREQUIRED ORDER_OBS HL7_FIELD_SUBFIELD_ID EXTERNAL_COPYRIGHT_NOTICE EXAMPLE_UNITS
EXAMPLE_UCUM_UNITS STATUS_REASON STATUS_TEXT CHANGE_REASON_PUBLIC COMMON_TEST_RANK COMMON_ORDER_RANK
HL7_ATTACHMENT_STRUCTURE EXTERNAL_COPYRIGHT_LINK PanelType AskAtOrderEntry AssociatedObservations
VersionFirstReleased ValidHL7AttachmentRequest category search answers-for answer
"""
# http://hl7.org/fhir/R4/snomedct.html, loinc.html, cpt.html: what their filters go by.
OWN: Mapping[str, Mapping[str, Known]] = {
    SNOMED: {
        "concept": Known(
            "code", frozenset({"is-a", "descendent-of", "is-not-a", "in", "descendent-leaf"}), exists=True
        ),
        "constraint": Known("ecl", frozenset({"="})),
        "expressions": Known("boolean"),
        "inactive": Known("boolean"),
    },
    LOINC: {
        **{name: Known("string", _LISTED) for name in _LOINC.split()},
        **dict.fromkeys(("concept", "code"), Known("code", frozenset({"=", "is-a", "is-not-a"}))),
    },
    CPT: dict.fromkeys(("modifier", "modified", "telemedicine", "orthopox"), Known("boolean")),
    "urn:ietf:bcp:47": {},
    "http://unitsofmeasure.org": {},
    "http://www.nlm.nih.gov/research/umls/rxnorm": {},
}


def known(walk: Compiler, system: Any, name: str) -> Known | None:
    """How filters know this property of this code system; None where nobody says."""
    if not isinstance(system, str):
        return GENERAL.get(name)
    if system in OWN:
        return OWN[system].get(name)
    return walk.kept(("filter", system, name), lambda: (_defined(walk, system, name),))[0]


def _defined(walk: Compiler, system: str, name: str) -> Known | None:
    """The same of a system that defines it itself."""
    defined = walk.plans.find(system, "CodeSystem")
    if defined is None:
        return GENERAL.get(name)
    stated = next((each for each in dicts(defined.get("property")) if each.get("code") == name), None)
    general = GENERAL.get(name) or (HIERARCHY.get(name) if "hierarchyMeaning" in defined else None)
    own = Known(str(stated.get("type"))) if stated is not None else general
    more = frozenset(
        operator
        for each in dicts(defined.get("filter"))
        if each.get("code") == name and isinstance(each.get("operator"), list)
        for operator in map(str, each["operator"])
    )
    return replace(own, operators=own.operators | more) if own is not None else None


def checks(walk: Compiler, system: Any, condition: Mapping[str, Any], context: Context, position: Position) -> None:
    """What is wrong with a filter that has a value."""
    name, operator, value = condition.get("property"), condition.get("op"), condition.get("value")
    if not isinstance(name, str) or not isinstance(operator, str) or not isinstance(value, str):
        return
    operates(walk, system, condition, context, position)
    property_ = known(walk, system, name)
    if property_ is None:
        return
    closed = property_.exists and isinstance(system, str) and system in OWN and context.options.complete
    unknown = _unknown(walk, system, operator, value) if closed else ()
    for expected, message_id in (*_problems(walk, system, name, operator, value, property_), *unknown):
        _wrong(expected, f"VALUESET_BAD_{message_id}", context, position, value)


def operates(walk: Compiler, system: Any, condition: Mapping[str, Any], context: Context, position: Position) -> None:
    """The operator is one that goes with the property."""
    name, operator = condition.get("property"), condition.get("op")
    property_ = known(walk, system, name) if isinstance(name, str) and isinstance(operator, str) else None
    if property_ is not None and property_.operators and operator not in property_.operators:
        _wrong(f"an operator that goes with {name}", "VALUESET_BAD_FILTER_OP", context, position, str(operator))


def _wrong(expected: str, message_id: str, context: Context, position: Position, found: str) -> None:
    context.add("FM901", position, f"Expected {expected} here.", message_id=message_id, found=found)


def _problems(  # noqa: PLR0917 (a filter has so many parts)
    walk: Compiler, system: Any, name: str, operator: str, value: str, property_: Known
) -> Iterator[tuple[str, str]]:
    if operator == "exists":
        yield from _boolean(walk, system, value, property_)
    elif operator == "regex":
        if not _compiles(value):
            yield "a regular expression", "FILTER_VALUE_VALID_REGEX"
        if name == "concept":
            yield "another operator: a concept has no text to match", "PROPERTY_NO_REGEX"
    else:
        for each in value.split(",") if operator in SEVERAL else [value]:
            yield from VALUES.get(property_.type, _anything)(walk, system, each, property_)


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        # Python lacks some of what Java has: only what no engine reads is wrong.
        return bool(re.search(r"\\[pP]\{|\(\?<|[+*?]\+|&&|\[[^\]]*\[", pattern))
    except (RecursionError, OverflowError):
        return True
    return True


def _anything(_: Compiler, __: Any, ___: str, ____: Known) -> Iterator[tuple[str, str]]:
    yield from ()


def _boolean(_: Compiler, __: Any, value: str, ___: Known) -> Iterator[tuple[str, str]]:
    if value not in ("true", "false"):
        yield "true or false", "FILTER_VALUE_BOOLEAN"


def _code(walk: Compiler, system: Any, value: str, property_: Known) -> Iterator[tuple[str, str]]:
    if value.strip() != value:
        yield "a code without blanks around it", "FILTER_VALUE_CODE"
    if property_.exists and walk.terminology.system_knows(str(system), value) is Answer.OUT:
        yield "a code of the system", "FILTER_VALUE_VALID_CODE"


def _unknown(walk: Compiler, system: Any, operator: str, value: str) -> Iterator[tuple[str, str]]:
    """Where the loaded packages are all there is, a code of a system that they do not have is no code."""
    for each in value.split(",") if operator in SEVERAL else [value]:
        if walk.terminology.system_knows(str(system), each) is Answer.UNKNOWN:
            yield "a code that can be looked up", "FILTER_VALUE_VALID_CODE"


def _coding(walk: Compiler, _: Any, value: str, __: Known) -> Iterator[tuple[str, str]]:
    match = _CODING.fullmatch(value)
    if match is None:
        yield "system#code", "FILTER_VALUE_CODED"
    elif walk.terminology.system_knows(match[1], match[2]) is Answer.OUT:
        yield "a code that its system has", "FILTER_VALUE_CODED_INVALID"


def _ecl(_: Compiler, __: Any, value: str, ___: Known) -> Iterator[tuple[str, str]]:
    if not ecl.parses(value):
        yield "an expression constraint (ECL)", "FILTER_VALUE_INVALID"


def _spelt(pattern: re.Pattern[str], expected: str, message_id: str) -> Value:
    def check(_: Compiler, __: Any, value: str, ___: Known) -> Iterator[tuple[str, str]]:
        match = _PREFIX.fullmatch(value)
        if match is None or pattern.fullmatch(match[1]) is None:
            yield expected, message_id

    return check


Value = Callable[[Compiler, Any, str, Known], Iterator[tuple[str, str]]]
VALUES: Mapping[str, Value] = {
    "boolean": _boolean,
    "code": _code,
    "Coding": _coding,
    "ecl": _ecl,
    "dateTime": _spelt(_DATE, "a date", "FILTER_VALUE_DATETIME"),
    "decimal": _spelt(_DECIMAL, "a decimal number", "FILTER_VALUE_DECIMAL"),
    "integer": _spelt(_INTEGER, "a whole number", "FILTER_VALUE_INTEGER"),
}
