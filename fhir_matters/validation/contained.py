"""Contained resources: they have an id, contain nothing, and leave version and security to their container."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.validation import resolving
from fhir_matters.validation.context import Context, Position, Scope

# dom-4 and dom-5: what a contained resource's meta shall not have.
NO_META = {"dom-4": ("versionId", "lastUpdated"), "dom-5": ("security",)}


def checks(node: dict[str, Any], outer: Scope, context: Context, position: Position) -> None:
    """Report what is wrong with one contained resource; `outer` is the resource that it stands in."""
    if "id" not in node:
        nameless(context, position)
    else:
        _twice(node, outer, context, position)


def nameless(context: Context, position: Position) -> None:
    """Report a resource inside another without an id, or one that is no resource and so has none."""
    context.add(
        "FM411",
        position,
        "Expected a resource with an id, so that it can be referred to.",
        message_id="Resource_RES_ID_Missing",
    )


def _twice(node: dict[str, Any], outer: Scope, context: Context, position: Position) -> None:
    listed = outer.resource.get("contained")
    alike = (
        [each for each in listed if isinstance(each, dict) and each.get("id") == node["id"]]
        if isinstance(listed, list)
        else []
    )
    if len(alike) > 1 and alike[0] is not node:
        context.add(
            "FM414",
            position,
            "Expected contained resources to have ids of their own, found one twice.",
            message_id="RESOURCE_DUPLICATE_CONTAINED_ID",
        )


def bounds(node: Any, context: Context, position: Position) -> None:
    """dom-2, dom-4 and dom-5: what contained resources leave to their container, each told once, of the first."""
    listed = node.get("contained") if context.scope.container is None else None
    inner = [
        (each, (position, "contained", index, None))
        for index, each in enumerate(listed if isinstance(listed, list) else ())
        if isinstance(each, dict)
    ]
    deeper = next((here for each, here in inner if each.get("contained")), None)
    if deeper is not None:
        message = "A contained resource shall contain no further resources (dom-2): move this one up."
        context.add("FM412", (deeper, "contained", 0, None), message, message_id=RULE + "dom-2")
    for constraint, keys in NO_META.items():
        metas = ((each.get("meta"), here) for each, here in inner)
        found = ((here, key) for meta, here in metas for key in keys if isinstance(meta, dict) and key in meta)
        here, key = next(found, (None, ""))
        if key:
            message = f"A contained resource shall have no meta.{key} ({constraint})."
            context.add("FM413", (here, "meta", None, None), message, message_id=RULE + constraint)


RULE = "http://hl7.org/fhir/StructureDefinition/DomainResource#"


def orphans(node: Any, context: Context, position: Position) -> None:
    """dom-3: a contained resource is referred to from within its container, or refers to the container itself."""
    listed = node.get("contained")
    if not isinstance(listed, list):
        return
    used, upward = _fragments(node, listed)
    for index, each in enumerate(listed):
        name = each.get("id") if isinstance(each, dict) else None
        known = isinstance(name, str) and f"#{name}" in used and resolving.is_resource(each)
        if isinstance(each, dict) and not known and index not in upward:
            context.add(
                "FM415",
                (position, "contained", index, None),
                "Expected something in this resource to refer to the contained one (dom-3).",
                message_id="CONTAINED_ORPHAN_DOM3",
            )


def _fragments(node: dict[str, Any], listed: list[Any]) -> tuple[set[str], set[int]]:
    """Every `#id` in the resource, and which contained resources say `#`, the container."""
    used = set(_texts({key: value for key, value in node.items() if key != "contained"}))
    upward = set()
    for index, each in enumerate(listed):
        texts = set(_texts(each))
        used |= texts
        if "#" in texts:
            upward.add(index)
    return used, upward


def _texts(value: Any) -> Iterator[str]:
    """All strings in a value that begin with `#`."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            todo += each.values()
        elif isinstance(each, list):
            todo += each
        elif isinstance(each, str) and each.startswith("#"):
            yield each
