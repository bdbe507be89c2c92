"""What ValueSets say of themselves: which systems they draw from, and by which filters.

What a value set selects is worked out in `terminology`; here is only whether it is spelt as it can be meant.
"""

from __future__ import annotations

import re
from typing import Any

from fhir_matters.fhirpath import InvalidExpression
from fhir_matters.fhirpath.parser import parse
from fhir_matters.terminology import Answer
from fhir_matters.terminology.systems import dicts
from fhir_matters.validation import filters, uris
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Compiler

# Names of parameters have hyphens, which FHIRPath would take for a minus.
VARIABLE = re.compile(r"%([A-Za-z][\w\-]*)")
PARAMETERS = "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter"
# So many are no list that anybody checks one by one.
MOST_LISTED = 1_000
VERSIONED = "VALUESET_REFERENCE_INVALID_TYPE_NO_VERSION_"


def checks(walk: Compiler, value_set: Any, context: Context, position: Position) -> None:
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
                _versioned(system, part.get("version"), context, here)
                system = system.partition("|")[0]
                _system(walk, system, value_set, context, here)
                _concepts(walk, system, part, context, here)
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


def _versioned(system: str, version: Any, context: Context, position: Position) -> None:
    """The version of a system has an element of its own."""
    said = system.partition("|")[2]
    if said:
        which = "1" if version is None else "3" if version == said else "2"
        context.add(
            "FM902",
            position,
            "Expected the version of the system in `version`, found it in `system`.",
            message_id=VERSIONED + which,
            found=system,
        )


def _system(walk: Compiler, system: str, value_set: Any, context: Context, position: Position) -> None:
    if not uris.is_absolute(system):
        local = "_FRAG" if system.startswith("#") else ""
        _wrong("an absolute URL as system", f"VALUESET_INCLUDE_SYSTEM_ABSOLUTE{local}", context, position, system)
        if local:
            _contained(system, value_set, context, position)
    elif walk.terminology.supplements(system):
        _wrong("a code system, not a supplement", "VALUESET_INCLUDE_CS_SUPPLEMENT", context, position, system)
    elif not walk.defined.holds(system, "CodeSystem"):
        if system.startswith("urn:oid:") and (url := walk.plans.code_system_of(system)):
            _wrong(f"{url}, whose identifier this is", "VALUESET_INCLUDE_WRONG_CS_OID", context, position, system)
        if walk.defined.holds(system, "ValueSet"):
            _wrong("a code system, not a value set", "VALUESET_INCLUDE_WRONG_VS_HINT", context, position, system)


def _concepts(walk: Compiler, system: str, part: dict[str, Any], context: Context, position: Position) -> None:
    """The codes that are listed exist. Asked only with a terminology server, as the HL7 validator has it."""
    listed, version = dicts(part.get("concept")), part.get("version")
    if walk.terminology.elsewhere is None or len(listed) > MOST_LISTED or walk.terminology.supplements(system):
        return
    canonical = f"{system}|{version}" if isinstance(version, str) else system
    for index, each in enumerate(listed):
        code, before = each.get("code"), walk.terminology.consulted
        if isinstance(code, str) and walk.terminology.system_knows(canonical, code) is Answer.OUT:
            context.add(
                "FM902",
                (position, "concept", index, None),
                f"The code system {system} has no such code.",
                message_id="VALUESET_INCLUDE_INVALID_CONCEPT_CODE",
                found=code,
                server=walk.terminology.since(before),
            )


def _contained(system: str, value_set: Any, context: Context, position: Position) -> None:
    """A system that is contained is there, and is one."""
    found = [each for each in dicts(value_set.get("contained")) if f"#{each.get('id')}" == system]
    if any(each.get("resourceType") != "CodeSystem" for each in found):
        _wrong("a CodeSystem in `contained`", "VALUESET_INCLUDE_CS_NOT_CS", context, position, system)
    if not any(each.get("resourceType") == "CodeSystem" for each in found):
        _wrong("a system that is contained", "VALUESET_INCLUDE_CS_NOT_FOUND", context, position, system)


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
    if isinstance(condition.get("value"), str):
        filters.checks(walk, system, condition, context, position)
        return
    filters.operates(walk, system, condition, context, position)
    beside = condition.get("_value")
    extensions = dicts(beside.get("extension")) if isinstance(beside, dict) else []
    formulas = [each.get("valueExpression") for each in extensions]
    if not any(formulas) and filters.known(walk, system, str(condition.get("property"))) is not None:
        _wrong("a value, or an expression for it", "VALUESET_BAD_FILTER_EXPR_OR_VALUE", context, position)
    for index, formula in enumerate(formulas):
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
