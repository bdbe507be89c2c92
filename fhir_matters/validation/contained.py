"""Contained resources: they have an id, contain nothing, and leave version and security to their container."""

from __future__ import annotations

from typing import Any

from fhir_matters.validation.context import Context, Position, Scope

# dom-4 and dom-5: what a contained resource's meta shall not have.
NO_META = {"versionId": "dom-4", "lastUpdated": "dom-4", "security": "dom-5"}


def checks(node: dict[str, Any], outer: Scope, context: Context, position: Position) -> None:
    """Report what is wrong with one contained resource; `outer` is the resource that it stands in."""
    if outer.container is not None:
        context.add(
            "FM412",
            position,
            "A contained resource shall contain no further resources (dom-2): move this one up.",
            message_id="http://hl7.org/fhir/StructureDefinition/DomainResource#dom-2",
        )
    if "id" not in node:
        context.add(
            "FM411",
            position,
            "Expected a contained resource to have an id, so that it can be referred to.",
            message_id="Resource_RES_ID_Missing",
        )
    else:
        _twice(node, outer, context, position)
    meta = node.get("meta")
    for key, constraint in NO_META.items():
        if isinstance(meta, dict) and key in meta:
            context.add(
                "FM413",
                (position, "meta", None, None),
                f"A contained resource shall have no meta.{key} ({constraint}).",
                message_id=f"http://hl7.org/fhir/StructureDefinition/DomainResource#{constraint}",
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
