"""The plain dict of a resource → FHIR XML, or an error where XML cannot say what is in it. Judges no content.

Source: http://hl7.org/fhir/R4/xml.html. What R4 does not define has no place in XML: it is never left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from lxml import etree

from fhir_matters.errors import InputError
from fhir_matters.xmlio import FHIR, XHTML, Child, Shapes

# XML 1.0 has no way to say these at all (https://www.w3.org/TR/xml/#charsets).
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",  # as itself, each of these would be read back as a blank
        "\n": "&#10;",
        "\r": "&#13;",
    }
)


def write(resource: Mapping[str, Any], shapes: Shapes) -> bytes:
    """The resource as UTF-8 XML, elements in the order of their definitions and numbers as spelt.

    Raises InputError, with the place, for an element that R4 does not define and for a value that XML cannot carry.
    """
    return "".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', *_resource(resource, shapes, f' xmlns="{FHIR}"')]
    ).encode()


def _resource(resource: Any, shapes: Shapes, namespace: str = "") -> Iterator[str]:
    kind = resource.get("resourceType") if isinstance(resource, Mapping) else None
    shape = shapes(kind) if isinstance(kind, str) else None
    if shape is None:
        raise _unsaid("a resource of a type that R4 defines", str(kind) if isinstance(kind, str) else "resource")
    yield f"<{kind}{namespace}>"
    rest = {key: value for key, value in resource.items() if key != "resourceType"}
    yield from _children(rest, shape, shapes, str(kind))
    yield f"</{kind}>"


def _children(node: Mapping[str, Any], shape: Mapping[str, Child], shapes: Shapes, place: str) -> Iterator[str]:
    names = dict.fromkeys(key.removeprefix("_") for key in node)
    unknown = [name for name in names if name not in shape]
    if unknown:
        raise _unsaid("only elements that R4 defines", place)
    for child in sorted((shape[name] for name in names), key=lambda each: each.order):
        if child.attribute and f"_{child.key}" in node:
            raise _unsaid("nothing beside an attribute", f"{place}.{child.key}")
        if not child.attribute:
            for value, beside in _pairs(node.get(child.key), node.get(f"_{child.key}"), child, place):
                yield from _element(child, value, beside, shapes, f"{place}.{child.key}")


def _pairs(value: Any, beside: Any, child: Child, place: str) -> Iterable[tuple[Any, Any]]:
    """Each value with what stands beside it under `_name`."""
    if any(each is not None and isinstance(each, list) is not child.many for each in (value, beside)):
        raise _unsaid("a list where R4 lets an element repeat, and none elsewhere", f"{place}.{child.key}")
    if value in (None, []) and beside in (None, []):
        raise _unsaid("a value", f"{place}.{child.key}")
    return zip_longest(value or (), beside or ()) if child.many else [(value, beside)]


def _element(child: Child, value: Any, beside: Any, shapes: Shapes, place: str) -> Iterator[str]:
    if child.kind == "xhtml":
        yield _xhtml(value, place)
    elif child.kind == "resource":
        yield f"<{child.key}>"
        yield from _resource(value, shapes)
        yield f"</{child.key}>"
    elif child.kind == "complex":
        if not isinstance(value, Mapping):
            raise _unsaid("an object", place)
        yield from _tagged(child.key, "", value, shapes(child.type) or {}, shapes, place)
    else:
        said = "" if value is None else f' value="{_text(value, place)}"'
        yield from _tagged(child.key, said, beside or {}, shapes("Element") or {}, shapes, place)


def _tagged(  # noqa: PLR0917 (an element is that much)
    name: str, said: str, node: Any, shape: Mapping[str, Child], shapes: Shapes, place: str
) -> Iterator[str]:
    """The element with its attributes and what is in it."""
    if not isinstance(node, Mapping):
        raise _unsaid("an object", place)
    attributes = "".join(
        f' {each.key}="{_text(node[each.key], f"{place}.{each.key}")}"'
        for each in shape.values()
        if each.attribute and each.key in node
    )
    inner = "".join(_children(node, shape, shapes, place))
    yield f"<{name}{attributes}{said}>{inner}</{name}>" if inner else f"<{name}{attributes}{said}/>"


def _text(value: Any, place: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (Mapping, list)):
        raise _unsaid("a single value", place)
    text = str(value)
    if _NO_CHARACTER.search(text):
        raise _unsaid("no control character", place)
    return text.translate(_ESCAPES)


def _xhtml(value: Any, place: str) -> str:
    """The narrative as it is, once it is sure that it is one well-formed element of XHTML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(value.encode(), parser)
    except (AttributeError, UnicodeError, ValueError, etree.XMLSyntaxError):
        root = None
    if root is None or etree.QName(root).namespace != XHTML or value.lstrip()[:2] in ("<?", "<!"):
        raise _unsaid("well-formed XHTML", place)
    return str(value)


def _unsaid(expected: str, place: str) -> InputError:
    return InputError(
        f"This cannot be written as XML: expected {expected}.", place=place, next_step="Ask for it as JSON."
    )
