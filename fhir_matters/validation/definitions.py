"""What CodeSystems, ValueSets and SearchParameters say of themselves, which no invariant of theirs says.

What a value set selects is worked out in `terminology`; here is only whether it is spelt as it can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from fhir_matters.fhirpath import InvalidExpression
from fhir_matters.fhirpath.parser import parse
from fhir_matters.terminology import Answer, ecl
from fhir_matters.terminology.systems import dicts
from fhir_matters.validation import reports, structures
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Compiler, Visit

# Names of parameters have hyphens, which FHIRPath would take for a minus.
VARIABLE = re.compile(r"%([A-Za-z][\w\-]*)")
BELOW = frozenset({"is-a", "descendent-of", "is-not-a"})
FEWEST = 2
SNOMED = "http://snomed.info/sct"
PARAMETERS = "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter"
# Code systems of the specification itself may define more.
BASE_SPEC = re.compile(r"http://hl7\.org/fhir/[^/]*")
# The properties that FHIR defines for every code system; http://hl7.org/fhir/R4/codesystem.html#defined-props.
PROPERTIES = "http://hl7.org/fhir/concept-properties#"
DEFINED = {
    "status": "code",
    "inactive": "boolean",
    "effectiveDate": "dateTime",
    "deprecationDate": "dateTime",
    "retirementDate": "dateTime",
    "notSelectable": "boolean",
    "parent": "code",
    "child": "code",
    "partOf": "code",
    "synonym": "code",
    "comment": "string",
    "itemWeight": "decimal",
}


def absolute(resource: Any, context: Context, position: Position) -> None:
    """The url of a definition is absolute: a relative one means something else on every server."""
    url = resource.get("url")
    if isinstance(url, str) and ":" not in url:
        inside = context.scope.container is not None
        context.add(
            "FM209",
            (position, "url", None, None),
            "Expected an absolute URL as the url of a definition.",
            message_id="TYPE_SPECIFIC_CHECKS_CANONICAL_" + ("CONTAINED" if inside else "ABSOLUTE"),
            found=url,
        )


def final(resource: Any, context: Context, position: Position) -> None:
    """Where the options ask for what is final, nothing is experimental."""
    if context.options.final and resource.get("experimental") is True:
        _self("nothing experimental", "VALIDATION_NO_EXPERIMENTAL_CONTENT", context, position)


def contents(code_system: Any, context: Context, position: Position) -> None:
    """A code system whose content is elsewhere lists no concepts."""
    if code_system.get("content") == "not-present" and code_system.get("concept"):
        context.add(
            "FM901",
            (position, "concept", 0, None),
            "Expected no concepts, because the code system says that its content is not present.",
            message_id="CODESYSTEM_CS_COUNT_NO_CONTENT_ALLOWED",
        )


def properties(code_system: Any, context: Context, position: Position) -> None:
    """The properties of concepts: absolute uris, each once, and those of FHIR as FHIR defines them."""
    url = str(code_system.get("url", ""))
    uris: set[str] = set()
    codes: set[str] = set()
    for index, each in enumerate(dicts(code_system.get("property"))):
        here = (position, "property", index, None)
        uri, code = each.get("uri"), each.get("code")
        if isinstance(uri, str):
            if not (url and uri.startswith(url)) and not BASE_SPEC.fullmatch(url):
                _uri(uri, uris, each, context, here)
            uris.add(uri)
        if isinstance(code, str):
            if code in codes | uris:
                _self("each property once", "CODESYSTEM_PROPERTY_DUPLICATE_CODE", context, here, code)
            codes.add(code)


def _uri(uri: str, before: set[str], stated: dict[str, Any], context: Context, position: Position) -> None:
    name = uri.removeprefix(PROPERTIES)
    if ":" not in uri:
        _self("an absolute uri", "CODESYSTEM_PROPERTY_ABSOLUTE_URI", context, position, uri)
    elif uri in before:
        _self("each property once", "CODESYSTEM_PROPERTY_DUPLICATE_URI", context, position, uri)
    elif "://hl7.org/fhir" in uri and name not in DEFINED:
        _self("a property that FHIR defines", "CODESYSTEM_PROPERTY_BAD_HL7_URI", context, position, uri)
    elif name in DEFINED and stated.get("code", name) in DEFINED and stated.get("code", name) != name:
        _self("the code that belongs to this uri", "CODESYSTEM_PROPERTY_URI_CODE_MISMATCH", context, position, uri)
    elif name in DEFINED and stated.get("type", DEFINED[name]) != DEFINED[name]:
        _self(f"the type {DEFINED[name]}", "CODESYSTEM_PROPERTY_URI_TYPE_MISMATCH", context, position, uri)


def _self(expected: str, message_id: str, context: Context, position: Position, found: str = "") -> None:
    context.add("FM902", position, f"Expected {expected} here.", message_id=message_id, found=found)


def composed(walk: Compiler, value_set: Any, context: Context, position: Position) -> None:
    """What a value set includes and excludes: systems by absolute urls that are no supplements, filters that parse."""
    compose = value_set.get("compose")
    if not isinstance(compose, dict):
        return
    names = _parameters(value_set)
    for key in ("include", "exclude"):
        for index, part in enumerate(dicts(compose.get(key))):
            here = ((position, "compose", None, None), key, index, None)
            system = part.get("system")
            if isinstance(system, str):
                _system(walk, system, context, here)
            for number, condition in enumerate(dicts(part.get("filter"))):
                _filter(walk, system, condition, names, context, (here, "filter", number, None))


def _parameters(value_set: dict[str, Any]) -> frozenset[str]:
    found = (
        part.get("valueCode", part.get("valueString"))
        for each in dicts(value_set.get("extension"))
        if each.get("url") == PARAMETERS
        for part in dicts(each.get("extension"))
        if part.get("url") == "name"
    )
    return frozenset(name for name in found if isinstance(name, str))


def _system(walk: Compiler, system: str, context: Context, position: Position) -> None:
    if ":" not in system:
        local = "_FRAG" if system.startswith("#") else ""
        _wrong("an absolute URL as system", f"VALUESET_INCLUDE_SYSTEM_ABSOLUTE{local}", context, position, system)
        return
    if walk.terminology.supplements(system):
        _wrong("a code system, not a supplement", "VALUESET_INCLUDE_CS_SUPPLEMENT", context, position, system)


def _wrong(expected: str, message_id: str, context: Context, position: Position, found: object = "") -> None:
    context.add("FM901", position, f"Expected {expected} here.", message_id=message_id, found=found)


def _filter(  # noqa: PLR0917 (a filter, and where it stands)
    walk: Compiler,
    system: Any,
    condition: dict[str, Any],
    names: frozenset[str],
    context: Context,
    position: Position,
) -> None:
    text = condition.get("value")
    if isinstance(text, str):
        _value(walk, system, condition, text, context, position)
        return
    beside = condition.get("_value")
    for index, each in enumerate(dicts(beside.get("extension")) if isinstance(beside, dict) else ()):
        formula = each.get("valueExpression")
        if isinstance(formula, dict) and isinstance(formula.get("expression"), str):
            value = ((position, "_value", None, None), "extension", index, None)
            here = (value, "valueExpression", None, "value.ofType(Expression)")
            _formula(formula["expression"], names, context, here)


def _formula(expression: str, names: frozenset[str], context: Context, position: Position) -> None:
    """A filter by expression is FHIRPath over the parameters that the value set declares."""
    try:
        parse(expression)
    except InvalidExpression:
        problem, message_id = "an expression that is FHIRPath", "VALUESET_BAD_FILTER_EXPR_VALUE"
    else:
        if names.issuperset(VARIABLE.findall(expression)):
            return
        problem, message_id = "only parameters that the value set declares", "VALUESET_BAD_FILTER_EXPR_PARAM_NAME"
    context.add("FM903", position, f"Expected {problem}.", message_id=message_id, found=expression)


def _value(  # noqa: PLR0917 (a filter, and where it stands)
    walk: Compiler, system: Any, condition: dict[str, Any], value: str, context: Context, position: Position
) -> None:
    if system == SNOMED and condition.get("property") == "constraint":
        if not ecl.parses(value):
            _wrong("an expression constraint (ECL)", "VALUESET_BAD_FILTER_VALUE_INVALID", context, position, value)
    elif condition.get("op") == "exists" and value not in ("true", "false"):
        _wrong("true or false", "VALUESET_BAD_FILTER_VALUE_BOOLEAN", context, position, value)
    elif _names_code(condition) and walk.terminology.system_knows(str(system), value) is Answer.OUT:
        _wrong("a code of the system", "VALUESET_BAD_FILTER_VALUE_VALID_CODE", context, position, value)


def _names_code(condition: dict[str, Any]) -> bool:
    """Whether the filter goes from one concept to those below it."""
    return condition.get("property") == "concept" and condition.get("op") in BELOW


def components(parameter: Any, context: Context, position: Position) -> None:
    """A composite search parameter has two components or more."""
    if parameter.get("type") == "composite" and len(parameter.get("component") or ()) < FEWEST:
        _self("two components or more", "SEARCHPARAMETER_MISSING_COMPONENTS", context, position)


def checks(walk: Compiler, kind: str) -> Iterator[Visit]:
    """The checks on a resource of this type."""
    if kind in CANONICAL:
        yield absolute
        yield final
    yield from PLAIN.get(kind, ())
    if kind in ASKING:
        yield partial(ASKING[kind], walk)


_CANONICAL = """
ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap
EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition ImplementationGuide
Library Measure MessageDefinition OperationDefinition PlanDefinition Questionnaire ResearchDefinition
ResearchElementDefinition RiskEvidenceSynthesis SearchParameter StructureDefinition StructureMap
TerminologyCapabilities TestScript ValueSet
"""
CANONICAL = frozenset(_CANONICAL.split())
PLAIN: dict[str, tuple[Visit, ...]] = {"CodeSystem": (contents, properties), "SearchParameter": (components,)}
ASKING = {
    "ValueSet": composed,
    "MeasureReport": reports.against_measure,
    "StructureDefinition": structures.differential,
}
