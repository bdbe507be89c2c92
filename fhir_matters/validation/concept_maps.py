"""What ConceptMaps say of themselves: that what they map from and to exists, and is in the value sets that they name.

http://hl7.org/fhir/R4/conceptmap.html. Only complete code systems are judged by; SNOMED CT and LOINC never.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fhir_matters.terminology import Answer
from fhir_matters.terminology.systems import System, dicts
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.filters import LOINC, SNOMED
from fhir_matters.validation.visits import Compiler


@dataclass(frozen=True, slots=True)
class _Side:
    """The source or the target of a group: its code system, complete here or None, and its value set, "" if unknown."""

    name: str
    url: str
    system: System | None
    value_set: str


def checks(walk: Compiler, concept_map: Any, context: Context, position: Position) -> None:
    """All that is said of a ConceptMap."""
    sets = {name: _value_set(walk, concept_map, name, context, position) for name in ("source", "target")}
    for index, group in enumerate(dicts(concept_map.get("group"))):
        source, target = (_side(walk, group, name, sets[name]) for name in ("source", "target"))
        for number, element in enumerate(dicts(group.get("element"))):
            here = ((position, "group", index, None), "element", number, None)
            _code(walk, source, element, context, here)
            for place, each in enumerate(dicts(element.get("target"))):
                _code(walk, target, each, context, (here, "target", place, None))


def _value_set(walk: Compiler, concept_map: Any, name: str, context: Context, position: Position) -> str:
    """The value set that the map goes from or to, if it is here; reports what is none."""
    stated = concept_map.get(f"{name}Canonical", concept_map.get(f"{name}Uri"))
    if not isinstance(stated, str):
        return ""
    if walk.defined.holds(stated, "ValueSet"):
        return stated
    other = next((kind for kind in ("CodeSystem", "StructureDefinition") if walk.defined.holds(stated, kind)), None)
    if other is not None:
        message = f"Expected a value set, found a {other}."
        context.add("FM901", (position, name, None, None), message, message_id="CONCEPTMAP_VS_NOT_A_VS", found=stated)
    return ""


def _side(walk: Compiler, group: dict[str, Any], name: str, value_set: str) -> _Side:
    url, version = group.get(name), group.get(f"{name}Version")
    plain = url.partition("|")[0] if isinstance(url, str) else ""
    if not isinstance(url, str) or plain in (SNOMED, LOINC):
        return _Side(name, plain, None, value_set)
    canonical = f"{plain}|{version}" if isinstance(version, str) else url
    system = walk.terminology.system(canonical)
    whole = system.complete and walk.defined.holds(canonical, "CodeSystem")
    return _Side(name, plain, system if whole else None, value_set)


def _code(walk: Compiler, side: _Side, stated: dict[str, Any], context: Context, position: Position) -> None:
    """A code that its system has, and that the value set of its side has; case counts, whatever the system says."""
    code = stated.get("code")
    if not isinstance(code, str) or side.system is None:
        return
    which = side.name.upper()
    here = (position, "code", None, None)
    if code not in side.system.entries:
        message_id = f"CONCEPTMAP_GROUP_{which}_CODE_INVALID"
        context.add("FM904", here, f"The code system {side.url} has no such code.", message_id=message_id, found=code)
    elif side.value_set and walk.terminology.contains(side.value_set, side.url, code) is Answer.OUT:
        message = f"Expected a code of the value set {side.value_set} that this map names."
        context.add("FM904", here, message, message_id=f"CONCEPTMAP_GROUP_{which}_CODE_INVALID_VS", found=code)
