"""Issues about how a resource is written: where, and what they mean where it is XML. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from fhir_matters.issue import Issue
from fhir_matters.path import Key
from fhir_matters.rules import RULES
from fhir_matters.validation.cardinality import AT_MOST
from fhir_matters.validation.context import Position

if TYPE_CHECKING:
    from fhir_matters.xmlio import Document, Shapes


def position(keys: Iterable[Key], resource: Any, shapes: Shapes) -> Position:
    """The place to which the keys lead in the resource; `shapes` know which of them are choices of a type."""
    place: Position = None
    node, type_name = resource, _type(resource)
    for key in keys:
        if isinstance(key, int):
            place = (place[0], place[1], key, place[3]) if place is not None else None
            node = node[key] if isinstance(node, list) and key < len(node) else None
        else:
            child = (shapes(type_name) or {}).get(key.removeprefix("_"))
            place = (place, key, None, child.step if child else None)
            node = node.get(key) if isinstance(node, dict) else None
            type_name = child.type if child else ""
        type_name = _type(node) or type_name
    return place


def _type(node: Any) -> str:
    found = node.get("resourceType") if isinstance(node, dict) else None
    return found if isinstance(found, str) else ""


def from_xml(issues: Iterable[Issue], document: Document) -> Iterator[Issue]:
    """Each issue with its line and column in the XML, from one.

    A value that JSON would have as a number is text in XML, so that it is spelt wrongly and not of the wrong type; an
    element that stands there more than once is one too many, and no array; what is in an element that nobody knows
    does not make it empty.
    """
    found = list(issues)
    misspelt = {each.path.keys for each in found if each.rule == "FM202"}
    for each in found:
        if each.rule == "FM105" and each.path.keys in document.unread:
            continue
        if each.rule != "FM201" or each.path.keys not in misspelt:
            line, column = document.place(each.path.keys)
            yield (_surplus(each) if each.rule == "FM103" else each)._replace(line=line, column=column)


def _surplus(issue: Issue) -> Issue:
    message = "Expected this element once, found it more often."
    return issue._replace(rule="FM109", code=RULES["FM109"].issue_type, message=message, message_id=AT_MOST)
