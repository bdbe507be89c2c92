"""FHIR XML → the same plain dict that JSON gives, what is wrong with the XML itself, and where. Judges no content.

Source: http://hl7.org/fhir/R4/xml.html. Entities are not resolved, nothing is fetched, a DOCTYPE is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from xml.parsers import expat

from lxml import etree

from fhir_matters.errors import InputError
from fhir_matters.jsonio import Number
from fhir_matters.path import Key

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Child:
    """One child of a type as JSON has it: its key, the type of its content, and whether it repeats.

    `kind` is `complex`, `resource`, `text`, `number`, `boolean` or `xhtml`; `attribute` is true for `id` and for the
    `url` of an extension, which XML writes as attributes; `order` is its place among the children; `step` is how
    FHIRPath leads to it, where that is not its key (`value.ofType(Quantity)`).
    """

    key: str
    type: str
    many: bool
    kind: str
    attribute: bool
    order: int
    step: str | None = None


Shapes: TypeAlias = Callable[[str], Mapping[str, Child] | None]
Keys: TypeAlias = tuple[Key, ...]
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the XML: where, what, and the message id of the HL7 validator.

    `misplaced`: it is where it should not be, or has nothing in it; otherwise FHIR does not know it.
    """

    keys: Keys
    message: str
    message_id: str
    found: str = ""
    misplaced: bool = False


@dataclass(slots=True)
class Document:
    """A resource, what is wrong with its XML, and the line and column of each element by its keys, from one.

    `unread` are elements that hold something of which nothing could be read.
    """

    resource: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    places: dict[Keys, Place] = field(default_factory=dict)
    unread: set[Keys] = field(default_factory=set)

    def place(self, keys: Keys) -> Place:
        """Where the element at these keys begins, or the nearest around it; a sibling `_name` is its `name`."""
        plain = tuple(key.removeprefix("_") if isinstance(key, str) else key for key in keys)
        around = (plain[:length] for length in range(len(plain), -1, -1))
        return next((self.places[each] for each in around if each in self.places), (1, 1))


def parse(raw: bytes | str, shapes: Shapes) -> Document:
    """The resource in FHIR XML; `shapes` gives the children of a type by their XML names, None for an unknown type.

    Raises InputError where it is no XML, has a DOCTYPE, or its root is no resource of FHIR.
    """
    text = raw.encode() if isinstance(raw, str) else raw
    root = _root(text)
    document = Document({})
    if any(each.tag is etree.PI for each in root.itersiblings(preceding=True)):
        message = "Expected no processing instruction before the resource."
        document.problems.append(
            Problem((), message, "No_processing_instructions_allowed_in_resources", misplaced=True)
        )
    document.resource = _Reader(shapes, document, _begins(text, root)).resource(root, ())
    return document


def _begins(raw: bytes, root: Any) -> dict[Any, Place]:
    """Where each element begins: libxml2 knows lines only, and expat knows both but keeps no tree."""
    found: list[Place] = []
    reader = expat.ParserCreate()
    reader.StartElementHandler = lambda *_: found.append((reader.CurrentLineNumber, reader.CurrentColumnNumber + 1))
    try:
        reader.Parse(raw, True)  # noqa: FBT003 (expat's own)
    except expat.ExpatError:  # an encoding that only libxml2 knows
        return {each: (each.sourceline or 1, 1) for each in root.iter(etree.Element)}
    return dict(zip(root.iter(etree.Element), found, strict=False))


def _root(raw: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (1, 1))
        raise InputError(
            "Expected FHIR as XML, found text that is no well-formed XML.", place=f"{line}:{column}"
        ) from None
    document: Any = root.getroottree()
    if document.docinfo.doctype:
        raise InputError("Expected FHIR as XML, found a DOCTYPE, which FHIR does not allow.", next_step="Take it out.")
    if etree.QName(root).namespace != FHIR:
        raise InputError(f"Expected a resource in the namespace {FHIR}, found another namespace.", place="1:1")
    return root


class _Reader:
    """One pass over one document."""

    def __init__(self, shapes: Shapes, document: Document, begins: Mapping[Any, Place]) -> None:
        self._shapes = shapes
        self._document = document
        self._begins = begins

    def resource(self, node: Any, keys: Keys) -> dict[str, Any]:
        name = etree.QName(node).localname
        found: dict[str, Any] = {"resourceType": name}
        self._document.places[keys] = self._begins[node]
        if _is_empty(node):
            self._empty(keys)
        shape = self._shapes(name)
        if shape is None:
            return found
        self._content(node, shape, name, keys, found)
        return found

    def _content(
        self, node: Any, shape: Mapping[str, Child], type_name: str, keys: Keys, found: dict[str, Any]
    ) -> None:
        self._attributes(node, shape, type_name, keys, found)
        self._no_text(node, keys)
        last = -1
        for each in node:
            if not isinstance(each.tag, str):
                self._add(
                    keys,
                    "Expected elements only, found a processing instruction.",
                    "Node_type__is_not_allowed",
                )
                continue
            last = self._child(each, shape, type_name, keys, found, last)

    def _child(  # noqa: PLR0917
        self, node: Any, shape: Mapping[str, Child], type_name: str, keys: Keys, found: dict[str, Any], last: int
    ) -> int:
        name = etree.QName(node).localname
        child = shape.get(name)
        # The narrative's own rules say what its namespace has to be.
        if etree.QName(node).namespace != FHIR and (child is None or child.kind != "xhtml"):
            self._add(
                (*keys, name),
                f"Expected every element in the namespace {FHIR}, found another.",
                "Wrong_namespace__expected_",
                etree.QName(node).namespace or "none",
                misplaced=True,
            )
        if child is None or child.attribute:
            self._document.places.setdefault((*keys, name), self._begins[node])
            self._add(
                (*keys, name), f"Expected only elements of {type_name}, found another one.", "Undefined_element_", name
            )
            return last
        if child.order < last:
            self._add(
                self._here(child, keys, found),
                "Expected this element earlier: XML has them in the order of the definition.",
                "Validation_VAL_Profile_OutOfOrder",
                misplaced=True,
            )
        self._value(node, child, keys, found)
        return max(last, child.order)

    def _value(self, node: Any, child: Child, keys: Keys, found: dict[str, Any]) -> None:
        here = self._here(child, keys, found)
        self._document.places[here] = self._begins[node]
        if child.kind in ("complex", "resource"):
            value = self._inner_resource(node, here) if child.kind == "resource" else self._complex(node, child, here)
            _put(found, child, value, None)
        elif child.kind == "xhtml":
            _put(found, child, etree.tostring(node, encoding="unicode", with_tail=False), None)
        else:
            value, beside = self._primitive(node, child, here)
            _put(found, child, value, beside)

    def _here(self, child: Child, keys: Keys, found: Mapping[str, Any]) -> Keys:
        return (*keys, child.key, _length(found, child.key)) if child.many else (*keys, child.key)

    def _inner_resource(self, node: Any, keys: Keys) -> Any:
        inner = [each for each in node if isinstance(each.tag, str)]
        self._no_text(node, keys)
        if not inner:
            return {}
        return self.resource(inner[0], keys)

    def _complex(self, node: Any, child: Child, keys: Keys) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self._content(node, self._shapes(child.type) or {}, child.type, keys, found)
        if not found and not _is_empty(node):
            self._document.unread.add(keys)
        return found

    def _primitive(self, node: Any, child: Child, keys: Keys) -> tuple[Any, dict[str, Any] | None]:
        beside: dict[str, Any] = {}
        self._content(node, self._shapes("Element") or {}, child.type, keys, beside)
        value = node.get("value")
        if value is None:
            if _is_empty(node):
                self._empty(keys)
            here, index = (keys[:-2], keys[-1:]) if child.many else (keys[:-1], ())
            if not beside:
                self._document.unread.add((*here, f"_{child.key}", *index))
            return None, beside
        return _json(value, child.kind, child.type), beside or None

    def _attributes(
        self, node: Any, shape: Mapping[str, Child], type_name: str, keys: Keys, found: dict[str, Any]
    ) -> None:
        for name, value in node.attrib.items():
            child = shape.get(name)
            if child is not None and child.attribute:
                found[child.key] = value
            elif not (name == "value" and type_name[:1].islower()):
                self._add(
                    keys,
                    f"Expected only attributes of {type_name}, found {etree.QName(name).localname}.",
                    "Undefined_attribute__on__for_type__properties__",
                    name,
                )

    def _no_text(self, node: Any, keys: Keys) -> None:
        for index, text in enumerate((node.text, *(each.tail for each in node))):
            if text and text.strip():
                where = f"after element {index}" if index else "before the first"
                self._add(keys, f"Expected elements only, found text {where}.", "Text_should_not_be_present")

    def _empty(self, keys: Keys) -> None:
        self._add(
            keys,
            "Expected an element with content, found an empty one.",
            "Element_must_have_some_content",
            misplaced=True,
        )

    def _add(self, keys: Keys, message: str, message_id: str, found: str = "", *, misplaced: bool = False) -> None:
        self._document.problems.append(Problem(keys, message, message_id, found, misplaced))


def _is_empty(node: Any) -> bool:
    return not len(node) and not node.attrib and not (node.text or "").strip()


def _json(value: str, kind: str, type_name: str) -> Any:
    """The JSON value of an attribute; text that is no number or boolean stays text, for the validator to say so."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    if kind == "number":
        if type_name == "decimal":
            return Number(value) if _DECIMAL.fullmatch(value) else value
        return int(value) if _INTEGER.fullmatch(value) and len(value) < 12 else value  # noqa: PLR2004 (32 bits)
    return value


def _length(found: Mapping[str, Any], key: str) -> int:
    return max(len(found.get(key) or ()), len(found.get("_" + key) or ()))


def _put(found: dict[str, Any], child: Child, value: Any, beside: dict[str, Any] | None) -> None:
    """One more value under its key, and what stands beside it under `_key`, both filled up with null."""
    if not child.many:
        if child.key in found or "_" + child.key in found:
            earlier = found.get(child.key)
            found[child.key] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
            return
        if value is not None or beside is None:
            found[child.key] = value
        if beside is not None:
            found["_" + child.key] = beside
        return
    at = _length(found, child.key)
    if value is not None or beside is None:
        values = found.setdefault(child.key, [])
        values += [None] * (at - len(values)) + [value]
    if beside is not None:
        extras = found.setdefault("_" + child.key, [])
        extras += [None] * (at - len(extras)) + [beside]
    for key in (child.key, "_" + child.key):
        if key in found and child.kind not in ("complex", "resource"):
            found[key] += [None] * (at + 1 - len(found[key]))
