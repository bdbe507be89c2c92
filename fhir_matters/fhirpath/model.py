"""The types of FHIR as FHIRPath sees them: made from StructureDefinitions, each when it is first met.

Knows names, children, choices and inheritance; no cardinalities, bindings or profiles.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeAlias

from fhir_matters.definitions.registry import BASE, Registry, core
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.fields import ChoiceField, ComplexField, PrimitiveField, ResourceField
from fhir_matters.fhirpath.node import Field, Type
from fhir_matters.fhirpath.primitives import CONVERSIONS

Element: TypeAlias = dict[str, Any]

_SYSTEM: Final = "http://hl7.org/fhirpath/System."
_FHIR_TYPE: Final = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_RESOURCES: Final = frozenset({"Resource", "DomainResource"})


class Model:
    """Types by name, made from a registry when asked for."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._types: dict[str, Type | None] = {}

    def find(self, name: str) -> Type | None:
        """The type `Patient`, `string` or `Patient.contact`, or None where there is none."""
        if name not in self._types:
            self._types[name] = self._made(name)
        return self._types[name]

    def type(self, name: str) -> Type:
        """The same; raises CannotEvaluate where there is none."""
        if (found := self.find(name)) is None:
            raise CannotEvaluate("Expected a type that the definitions have, found another.")
        return found

    def of_resource(self, resource: Any) -> Type:
        """The type that a resource says it has. Raises CannotEvaluate."""
        name = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(name, str):
            raise CannotEvaluate("Expected a resource, found something without a resourceType.")
        return self.type(name)

    def _made(self, name: str) -> Type | None:
        root, _, rest = name.partition(".")
        definition = self._registry.type(root) if root and "/" not in root else None
        if definition is None or definition.get("derivation") == "constraint":
            return None
        elements = definition.get("snapshot", {}).get("element", [])
        if rest:
            return self._backbone(name, elements)
        base = self.find(str(definition.get("baseDefinition", "")).removeprefix(BASE))
        return Type(name, name, base, lambda kind: self._fields(kind, elements))

    def _backbone(self, path: str, elements: list[Element]) -> Type | None:
        found = next((each for each in elements if each["path"] == path), None)
        if found is None:
            return None
        code = found["type"][0]["code"] if found.get("type") else "BackboneElement"
        if not _has_children(path, elements):
            return self.find(code)
        return Type(path, code, self.find(code), lambda kind: self._fields(kind, elements))

    def _fields(self, kind: Type, elements: list[Element]) -> list[Field]:
        """The children of a type; the value of a primitive is none, as it is what the primitive stands for."""
        start, depth = kind.path + ".", kind.path.count(".") + 1
        children = [each for each in elements if each["path"].startswith(start) and each["path"].count(".") == depth]
        value = start + "value" if kind.is_primitive else None
        return [self._field(each, kind, elements) for each in children if each["path"] != value]

    def _field(self, element: Element, owner: Type, elements: list[Element]) -> Field:
        name: str = element["path"].rpartition(".")[2]
        codes = [_code(each, owner, name) for each in element.get("type", ())]
        if name.endswith("[x]"):
            return self._choice(name.removesuffix("[x]"), codes)
        if not codes:
            return ComplexField(name, self._later(element.get("contentReference", "").partition("#")[2]))
        if codes[0] in _RESOURCES:
            return ResourceField(name, self.of_resource)
        if _has_children(element["path"], elements):
            return ComplexField(name, self._later(element["path"]))
        return (PrimitiveField if codes[0] in CONVERSIONS else ComplexField)(name, self._later(codes[0]))

    def _choice(self, stem: str, codes: list[str]) -> ChoiceField:
        keys = {code: stem + code[0].upper() + code[1:] for code in codes}
        primitive = frozenset(key for code, key in keys.items() if code in CONVERSIONS)
        return ChoiceField(stem, {key: self._later(code) for code, key in keys.items()}, primitive)

    def _later(self, name: str) -> Callable[[], Type]:
        """The type when it is needed: types hold each other in circles."""
        return lambda: self.type(name)


@cache
def core_model() -> Model:
    """The types of R4."""
    return Model(core())


def _has_children(path: str, elements: list[Element]) -> bool:
    return any(each["path"].startswith(path + ".") for each in elements)


def _code(kind: Element, owner: Type, name: str) -> str:
    """The type's name; R4 writes ids and urls as types of FHIRPath, with the FHIR type as an extension."""
    code: str = kind.get("code", "")
    if not code.startswith(_SYSTEM):
        return code
    if name == "id" and owner.is_a("Resource"):
        return "id"
    said = next((each.get("valueUrl") for each in kind.get("extension", ()) if each.get("url") == _FHIR_TYPE), None)
    return said or "string"
