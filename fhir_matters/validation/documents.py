"""Documents and messages: what their first entry refers to is in the Bundle, and in a document nothing stands apart.

Which entry must be the first is judged in `bundles`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

from fhir_matters.fhirpath.model import core_model
from fhir_matters.fhirpath.navigation import element
from fhir_matters.fhirpath.node import Node, Type
from fhir_matters.validation import resolving
from fhir_matters.validation.context import BundleScope, Context, Position

# Fields that hold references (those without inner fields), and fields that hold such fields.
Fields: TypeAlias = dict[str, "Fields"]
# Resources of entries that lead to each other, by identity.
Linked: TypeAlias = defaultdict[int, set[int]]

SECTION: Fields = {"author": {}, "focus": {}, "entry": {}}
SECTION["section"] = SECTION
# What has to be in the Bundle (http://hl7.org/fhir/R4/documents.html#content, messaging.html).
DIRECT: dict[str, tuple[str, Fields]] = {
    "document": (
        "Composition",
        {
            **{key: {} for key in ("subject", "encounter", "author", "custodian")},
            "attester": {"party": {}},
            "event": {"detail": {}},
            "section": SECTION,
        },
    ),
    "message": ("MessageHeader", {"focus": {}}),
}
# A URI may name an entry as a Reference does, but for these, which name a kind of thing or the address of a system.
URIS = frozenset({"uri", "url"})
NO_ENTRY = frozenset(
    {"Extension.url", "MessageHeader.source.endpoint", "MessageHeader.destination.endpoint", "Endpoint.address"}
)


def whole(bundle: Any, context: Context, position: Position) -> None:
    """What the first entry refers to is an entry; references lead to every entry of a document."""
    scope = context.scope.bundle
    listed = bundle.get("entry")
    if scope is None or scope.kind not in DIRECT or not isinstance(listed, list) or not listed:
        return
    kind, fields = DIRECT[scope.kind]
    first = listed[0].get("resource") if isinstance(listed[0], dict) else None
    if not isinstance(first, dict):
        return
    if first.get("resourceType") != kind:
        _interlinked(first, {}, listed, context, position)
        return
    url = _base(first, scope)
    for here, reference in _referred(first, fields, ((position, "entry", 0, None), "resource", None, None)):
        if (lost := resolving.lost_in(reference, url, scope)) is not None:
            context.add(
                "FM432" if lost else "FM429",
                here,
                f"Expected an entry of the Bundle that this reference of the {kind} means, found {_though(lost)}.",
                message_id=lost or "Bundle_BUNDLE_Entry_NotFound",
                found=reference,
            )
    _interlinked(first, fields, listed, context, position)


def _though(lost: str) -> str:
    if "FRAGMENT" in lost:
        return f"{'none' if 'NOT' in lost else 'more than one'} of the id after #"
    if "MULTIPLE" in lost:
        return "more than one"
    return "none, only one of its type and id whose fullUrl is another" if lost else "none"


def _base(resource: dict[str, Any], scope: BundleScope) -> str:
    """The fullUrl from which relative references of the resource lead: one that ends in its type and id."""
    url = scope.urls.get(id(resource), "")
    return url if ":" in url and (not url.startswith("http") or url.endswith(f"/{_named(resource)}")) else ""


def _referred(node: dict[str, Any], fields: Fields, position: Position) -> Iterator[tuple[Position, str]]:
    """The references in these fields, each with its place; contained ones are inside the resource itself."""
    for key, inner in fields.items():
        value = node.get(key)
        for index, each in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(each, dict):
                continue
            here = (position, key, index, None)
            if inner:
                yield from _referred(each, inner, here)
            elif isinstance(reference := each.get("reference"), str) and not reference.startswith("#"):
                yield (here, "reference", None, None), reference


def _interlinked(
    first: dict[str, Any], fields: Fields, listed: list[Any], context: Context, position: Position
) -> None:
    """References between entries find them by fullUrl; in a document, nothing stands apart."""
    scope = context.scope.bundle
    if scope is None:
        return
    direct = {reference for _, reference in _referred(first, fields, None)}
    linked: Linked = defaultdict(set)
    ids: dict[int, Counter[str]] = {}
    for index, resource in _resources(listed):
        own = _base(resource, scope)
        for place, reference, narrated in _references(resource):
            lost = resolving.lost_in(reference, own, scope)
            target = resolving.meant(reference, own, scope)
            if lost is None and target is not None:
                linked[id(resource)].add(id(target))
                linked[id(target)].add(id(resource))
                lost = _lost_within(reference, target, ids, narrated=narrated)
            elif resource is first and reference in direct:
                continue
            if lost:
                path = _spelt(place, str(resource.get("resourceType")))
                context.add(
                    "FM429" if lost.endswith("NOTFOUND_FRAGMENT") else "FM432",
                    (position, "entry", index, None),
                    f"Expected an entry that {path} of entry {index} means, found {_though(lost)}.",
                    message_id=lost,
                    found=reference,
                )
    if scope.kind == "document":
        _apart(first, listed, linked, context, position)


def _lost_within(reference: str, target: dict[str, Any], ids: dict[int, Counter[str]], *, narrated: bool) -> str:
    """Why the `#id` of an absolute reference names no one element of its target, as a message id; else empty."""
    url, mark, name = reference.partition("#")
    if not mark or ":" not in url:
        return ""
    if id(target) not in ids:
        ids[id(target)] = Counter(_ids(target))
    number = ids[id(target)][name]
    if number > 1:
        return "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE_FRAGMENT"
    return "BUNDLE_BUNDLE_ENTRY_NOTFOUND_FRAGMENT" if not number and narrated else ""


def _ids(resource: dict[str, Any]) -> Iterator[str]:
    """The ids of everything in the resource, and in its narrative."""
    todo: list[Any] = [resource]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if isinstance(name := node.get("id"), str):
                yield name
            if isinstance(div := node.get("div"), str):
                yield from (first or second for first, second in ID.findall(div))
        todo += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


ID = re.compile(r"""<[^>]*?\sid\s*=\s*(?:"([^"]*)"|'([^']*)')""")
NARRATIVE_LINK = "http://hl7.org/fhir/StructureDefinition/narrativeLink"


def _apart(first: dict[str, Any], listed: list[Any], linked: Linked, context: Context, position: Position) -> None:
    """Report the entries to which no chain of references leads from the Composition, in either direction."""
    styles = _styles(context.scope.resource)
    waiting = [id(first), *(id(each) for _, each in _resources(listed) if _named(each) in styles)]
    reached = set(waiting)
    while waiting:
        new = linked[waiting.pop()] - reached
        reached |= new
        waiting += new
    for index, resource in _resources(listed):
        if id(resource) not in reached:
            context.add(
                "FM430",
                (position, "entry", index, None),
                "Expected references that lead from the Composition to this entry, or back, found none.",
                message_id="Bundle_BUNDLE_Entry_Orphan_DOCUMENT",
            )


def _styles(bundle: dict[str, Any]) -> set[Any]:
    """The stylesheets that links of the Bundle name."""
    links = (each for each in bundle.get("link") or () if isinstance(each, dict))
    return {each.get("url") for each in links if each.get("relation") == "stylesheet"}


def _resources(listed: list[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, entry in enumerate(listed):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield index, resource


def _named(resource: dict[str, Any]) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def _references(resource: dict[str, Any]) -> Iterator[tuple[_Place, str, bool]]:
    """What may mean an entry, each text once, with the element that says it: a URI does as well as a Reference.

    And whether it links data with the narrative that shows it.
    """
    kind = core_model().find(str(resource.get("resourceType")))
    seen: set[str] = set()
    todo: list[tuple[Node, _Place]] = [(element(resource, kind), None)] if kind is not None else []
    while todo:
        node, place = todo.pop()
        for field in {id(each): each for key in node.elements if (each := node.type.by_key.get(key))}.values():
            found: list[Node] = []
            field.collect(node.elements, found)
            for number, child in enumerate(found):
                text = _reference(child, node.type, field.name)
                if text is not None and text not in seen:
                    seen.add(text)
                    yield (place, field.name, number), text, node.elements.get("url") == NARRATIVE_LINK
            for number, child in enumerate(found):
                if child.elements and child.type.name != "Bundle":
                    todo.append((child, (place, field.name, number)))


# Where the element stands that this one is in, its name, and which of them it is.
_Place: TypeAlias = tuple[Any, str, int] | None


def _spelt(place: _Place, root: str) -> str:
    steps = []
    while place is not None:
        place, name, number = place
        steps.append(f"{name}[{number}]")
    return ".".join([root, *reversed(steps)])


def _reference(node: Node, owner: Type, name: str) -> str | None:
    said = node.elements.get("reference") if node.type.name == "Reference" else None
    if node.type.name in URIS:
        path = f"{owner.path}.{name}"
        said = node.value if path not in NO_ENTRY and not path.endswith(".system") else None
    return said if isinstance(said, str) and not said.startswith("#") else None
