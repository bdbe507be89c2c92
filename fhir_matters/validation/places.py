"""Every name by which the owner of an extension may be called in an extension's context."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.fieldnames import keys_of
from fhir_matters.validation.plan import BASE, Element
from fhir_matters.validation.plans import Plans

ANY_RESOURCE = frozenset({"Resource", "DomainResource", "Base"})
WITH_URL = frozenset({"CanonicalResource", "MetadataResource"})
ANY_ELEMENT = frozenset({"Element", "DataType", "BackboneElement", "BackboneType", "PrimitiveType", "Base"})


def tail(expression: str) -> str:
    """`Patient` for a context written as the canonical of R4's Patient; anything else as it is."""
    return expression.removeprefix(BASE)


def way(context: Context, position: Position) -> tuple[str, ...]:
    """The type of the resource and the keys down to the owner; `position` is that of the extension in its array."""
    return context.scope.resource.get("resourceType", ""), *list(_keys(context, position))[::-1]


def names(plans: Plans, resource: str, keys: tuple[str, ...]) -> frozenset[str]:
    """The owner by path from its resource, by path from each data type on the way, and by type."""
    if not keys:
        root = plans.type(resource)
        with_url = WITH_URL if root is not None and "url" in root.root.children else frozenset()
        return frozenset({resource}) | ANY_RESOURCE | with_url
    return frozenset(_named(plans, resource, keys)) | ANY_ELEMENT


def _keys(context: Context, position: Position) -> Iterator[str]:
    """The keys from the owner up to its resource."""
    owner = position[0] if position else None
    while owner is not None and owner is not context.scope.position:
        yield owner[1].removeprefix("_")
        owner = owner[0]


def _named(plans: Plans, resource: str, keys: tuple[str, ...]) -> Iterator[str]:
    roots = [(resource, _root(plans, resource))]
    for index, key in enumerate(keys):
        last = index == len(keys) - 1
        further: list[tuple[str, Element | None]] = []
        for name, element in roots:
            child, code = _child(element, key)
            if child is None:
                continue
            path = f"{name}.{child.name}"
            further += [(path, child), (path.removesuffix("[x]"), child), (code, _root(plans, code))]
            if repeated := child.content.rpartition("#")[2]:
                further.append((repeated, _root(plans, repeated)))
        roots = [
            (name, element if element is not None and element.children else _root(plans, _only(element)))
            for name, element in further
        ]
        if last:
            yield from (name for name, _ in further)


def _root(plans: Plans, code: str) -> Element | None:
    owner, _, rest = code.partition(".")
    plan = plans.type(owner)
    return plan.elements.get(code) if plan is not None and rest else plan.root if plan is not None else None


def _only(element: Element | None) -> str:
    return element.types[0].code if element is not None and element.types else ""


def _child(element: Element | None, key: str) -> tuple[Element | None, str]:
    for child in element.children.values() if element is not None else ():
        if (code := keys_of(child).get(key)) is not None:
            return child, code
    return None, ""
