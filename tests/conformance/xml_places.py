"""A place as the HL7 validator's reader of XML writes it: the path of the XML, from the innermost resource on."""

from __future__ import annotations

from typing import Any

# What its reader says, before anything is judged.
READ = frozenset(
    {
        "Element_must_have_some_content",
        "Node_type__is_not_allowed",
        "Object_must_have_some_content",
        "Text_should_not_be_present",
        "Undefined_attribute__on__for_type__properties__",
        "Undefined_element_",
        "Wrong_namespace__expected_",
    }
)


def as_hl7(issue: Any, resource: Any) -> str | None:
    """The place of what was found in reading; None for what was found in judging."""
    if issue.message_id == "Error_parsing_XML_":
        return "(xml)"
    if issue.message_id == "No_processing_instructions_allowed_in_resources":
        return "(document)"
    if issue.message_id not in READ:
        return None
    keys = issue.path.keys[:-1] if issue.message_id == "Undefined_element_" else issue.path.keys
    path = _path(keys, resource)
    if issue.message_id == "Wrong_namespace__expected_":
        head, _, name = path.rpartition("/f:")
        return f"{head}/{name}" if issue.found == "none" else f"{head}/?:{name}"
    return path


def _path(keys: tuple[str | int, ...], resource: Any) -> str:
    path, node = f"/f:{resource.get('resourceType')}", resource
    for key in keys:
        if isinstance(key, int):
            node = node[key] if isinstance(node, list) and key < len(node) else None
        else:
            path += f"/f:{key}"
            node = node.get(key) if isinstance(node, dict) else None
        if isinstance(node, dict) and "resourceType" in node:
            path = node["resourceType"]
    return path
