"""A place as the HL7 validator writes it: resources inside others say their type and id (`resource/*Patient/1*/`)."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"(.*)\[(\d+)\]$")
_INNER = re.compile(r"\.(contained\[\d+\]|resource|outcome)(?=\.|$)")


def as_hl7(expression: str, resource: Any) -> str:
    """The expression with a note after each inner resource."""
    if not isinstance(resource, dict):
        return expression
    out, done = "", 0
    for found in _INNER.finditer(expression):
        inner = _at(resource, expression[: found.end()])
        if isinstance(inner, dict) and isinstance(inner.get("resourceType"), str):
            out += expression[done : found.end()] + f"/*{inner['resourceType']}/{inner.get('id', 'null')}*/"
            done = found.end()
    return out + expression[done:]


def _at(resource: Any, expression: str) -> Any:
    node = resource
    for step in expression.split(".")[1:]:
        matched = _STEP.match(step)
        name, index = (matched[1], int(matched[2])) if matched else (step, None)
        node = node.get(name) if isinstance(node, dict) else None
        if index is not None:
            node = node[index] if isinstance(node, list) and index < len(node) else None
    return node
