"""R4's own invariants on every element of a resource, found by walking it as the definitions say."""

from __future__ import annotations

from functools import cache

from fhir_matters.definitions.registry import core
from fhir_matters.fhirpath import compile as compiled
from fhir_matters.fhirpath.model import core_model
from fhir_matters.fhirpath.navigation import resource_node
from fhir_matters.fhirpath.scope import Scope

BASE = "http://hl7.org/fhir/StructureDefinition/"


@cache
def of_type(name):
    """Path of an element → key → expression."""
    found = {}
    for element in core().type(name)["snapshot"]["element"]:
        for constraint in element.get("constraint", ()):
            if "expression" in constraint:
                found.setdefault(element["path"], {})[constraint["key"]] = constraint["expression"]
    return found


def all_of_r4():
    """(key, expression) → the paths that have it."""
    found = {}
    for url in core().urls("StructureDefinition"):
        definition = core().find(url, "StructureDefinition")
        if url.startswith(BASE) and definition.get("derivation") != "constraint":
            for path, constraints in of_type(definition["type"]).items():
                for each in constraints.items():
                    found.setdefault(each, []).append(path)
    return found


def results(resource):
    """(path, key, result) of every invariant on every element; raises what the engine raises."""
    for node, scope, path, constraints in elements(resource_node(resource, core_model())):
        for key, expression in constraints.items():
            yield path, key, compiled(expression, path).holds(node, scope)


def elements(node):
    """(element, surroundings, path of its type, its invariants) of the resource and of everything in it."""
    yield from _elements(node, {node.type.path}, Scope(core_model(), resource=node))


def _elements(node, paths, scope):
    keyed = {}
    for path in sorted(paths):
        keyed |= of_type(path.partition(".")[0]).get(path, {})
    yield node, scope, node.type.path, keyed
    for field in {field.name: field for key in node.elements if (field := node.type.by_key.get(key))}.values():
        found = []
        field.collect(node.elements, found)
        for each in found:
            inner = scope if field.types else Scope(core_model(), resource=each, root=scope.root)
            place = f"{node.type.path}.{field.name}" + ("[x]" if len(field.types) > 1 else "")
            yield from _elements(each, {place, each.type.path} if field.types else {each.type.path}, inner)
