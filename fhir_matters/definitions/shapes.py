"""The children of each type as XML needs them: names, order, what repeats, what is an attribute. No rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_matters.definitions.registry import BASE, Registry
from fhir_matters.xmlio import Child

_SYSTEM = "http://hl7.org/fhirpath/System."
_NUMBERS = frozenset({"decimal", "integer", "unsignedInt", "positiveInt"})
_RESOURCES = frozenset({"Resource", "DomainResource"})


class Shapes:
    """Types by name or path (`Patient.contact`); each is worked out when it is first met."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[str, Mapping[str, Child] | None] = {}

    def __call__(self, name: str) -> Mapping[str, Child] | None:
        """The children by their XML names, or None where there is no such type."""
        if name not in self._known:
            self._known[name] = self._made(name)
        return self._known[name]

    def _made(self, path: str) -> Mapping[str, Child] | None:
        definition = self._registry.type(path.partition(".")[0])
        if definition is None or definition.get("derivation") == "constraint":
            return None
        elements = definition.get("snapshot", {}).get("element", [])
        return dict(self._children(path, elements, definition.get("kind", "")))

    def _children(self, path: str, elements: list[dict[str, Any]], kind: str) -> Iterator[tuple[str, Child]]:
        parents = {each["path"].rpartition(".")[0] for each in elements}
        order = 0
        for each in elements:
            owner, _, name = each["path"].rpartition(".")
            if owner == path:
                order += 1
                yield from self._keyed(each, name, order, parents, kind)

    def _keyed(
        self, element: dict[str, Any], name: str, order: int, parents: set[str], kind: str
    ) -> Iterator[tuple[str, Child]]:
        many = element.get("base", element).get("max", element.get("max")) != "1"
        path = element["path"]
        if "contentReference" in element:
            yield (
                name,
                Child(
                    name, element["contentReference"].partition("#")[2], many, "complex", attribute=False, order=order
                ),
            )
            return
        codes = [_code(each) for each in element.get("type", ())]
        attribute = (name == "id" and not (kind == "resource" and "." not in path.rpartition(".")[0])) or (
            name == "url" and path == "Extension.url"
        )
        if name.endswith("[x]"):
            stem = name.removesuffix("[x]")
            for code in codes:
                key = stem + code[:1].upper() + code[1:]
                step = f"{stem}.ofType({code})"
                yield key, Child(key, code, many, self._kind(code), attribute=False, order=order, step=step)
            return
        code = path if path in parents else codes[0] if codes else "Element"
        yield name, Child(name, code, many, "complex" if path in parents else self._kind(code), attribute, order)

    def _kind(self, code: str) -> str:
        if code == "xhtml":
            return "xhtml"
        if code in _RESOURCES:
            return "resource"
        if code == "boolean":
            return "boolean"
        if code in _NUMBERS:
            return "number"
        definition = self._registry.find(BASE + code, "StructureDefinition")
        if definition is not None and definition.get("kind") == "resource":
            return "resource"
        return "text" if code[:1].islower() else "complex"


def _code(kind: dict[str, Any]) -> str:
    code: str = kind.get("code", "")
    return "string" if code.startswith(_SYSTEM) else code.rpartition("/")[2]
