"""What a narrative may have, and which elements may stand in which: tables, lists and paragraphs, as HTML 4 has them.

Source: the content models of http://www.w3.org/TR/html401, as far as the HL7 validator holds narratives to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.validation.context import Context, Position

XHTML = "{http://www.w3.org/1999/xhtml}"
# txt-1 (http://hl7.org/fhir/R4/narrative.html#xhtml: parts of chapters 7 to 11 and 15 of HTML 4.0, links, images and
# styles), as the HL7 validator reads it: no marks of changes, fonts or colours.
_ELEMENTS = """
p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr ul ol li dl dt dd
table caption col colgroup thead tr tfoot tbody th td code samp img map area pre sub sup kbd address bdo
"""
_ATTRIBUTES = """
title style class id lang dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan
colspan
a.name a.href a.hreflang a.rel a.rev a.charset a.type a.coords a.shape
area.shape area.coords area.href area.nohref area.alt map.name blockquote.cite q.cite td.nowrap
img.src img.alt img.longdesc img.height img.usemap img.ismap img.border
table.summary table.border table.frame table.rules table.cellpadding table.cellspacing
"""
ELEMENTS = frozenset(_ELEMENTS.split())
# Attributes of every element, and those of one only.
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
OF_XML_ITSELF = "{http://www.w3.org/XML/1998/namespace}"
BLANKS = " \t\r\n"
BLOCKS = frozenset({"div", "pre", "table", "ul", "ol"})
NOT_IN_PARAGRAPHS = frozenset({"div", "blockquote", "table", "ol", "ul", "p"})
EMPTY = frozenset({"br", "img", "hr", "area"})
# Text that has no blocks inside; those of the second list do not stand in themselves either.
TEXT = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "address", "span", "caption", "dd", "dt"))
_PHRASES = """
a b em i strong small big sub sup code tt dfn q var abbr acronym cite bdo kbd samp
"""
PHRASES = frozenset(_PHRASES.split())
ROWS = ("tbody", "tr", "caption", "thead", "tfoot", "col", "colgroup")
CHILDREN = {
    "table": frozenset(ROWS),
    "tr": frozenset({"td", "th"}),
    **dict.fromkeys(("tbody", "thead", "tfoot"), frozenset({"tr"})),
    **dict.fromkeys(("ul", "ol"), frozenset({"li"})),
    "dl": frozenset({"dd", "dt"}),
    "map": frozenset({"area"}),
}
PARENTS = {
    "tr": frozenset({"table", "thead", "tfoot", "tbody"}),
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption", "colgroup"), frozenset({"table"})),
    "col": frozenset({"colgroup", "table"}),
    **dict.fromkeys(("th", "td"), frozenset({"tr", "thead", "tfoot"})),
    "li": frozenset({"ul", "ol"}),
    **dict.fromkeys(("dd", "dt"), frozenset({"dl"})),
}


def checks(root: Any, context: Context, position: Position) -> None:
    """Report elements that stand where they may not, each once for its place."""
    seen: set[tuple[str, str]] = set()
    for element in root.iter():
        if element is root or not isinstance(element.tag, str):
            continue
        for expected, message_id in _wrong(element):
            road = _road(element)
            if (message_id, road) not in seen:
                seen.add((message_id, road))
                context.add(
                    "FM214",
                    position,
                    f"Expected {expected} ({len(seen)}).",
                    message_id=message_id,
                    code="structure",
                )
    for at, _ in enumerate(sorted(_in_paragraphs(root)), 1):
        context.add(
            "FM214",
            position,
            f"Expected no blocks inside a paragraph (kind {at}).",
            message_id="XHTML_XHTML_ELEMENT_ILLEGAL_IN_PARA",
        )


def _in_paragraphs(root: Any) -> frozenset[str]:
    paragraphs = (each for each in root.iter() if isinstance(each.tag, str) and _name(each) == "p")
    inside = (inner for each in paragraphs for inner in each.iterdescendants() if isinstance(inner.tag, str))
    return frozenset(map(_name, inside)) & NOT_IN_PARAGRAPHS


def _wrong(element: Any) -> Iterator[tuple[str, str]]:
    name, parent = _name(element), _name(element.getparent())
    children = [_name(each) for each in element if isinstance(each.tag, str)]
    texts = [element.text, *(each.tail for each in element)]
    inside = {_name(each) for each in element.iterdescendants() if isinstance(each.tag, str)}
    if name in EMPTY and (children or any(texts)):
        yield "nothing in br, hr, img and area", "XHTML_XHTML_NO_CHILDREN"
    if name in TEXT | PHRASES and not inside.isdisjoint(BLOCKS):
        yield "no blocks inside of text", "XHTML_XHTML_BLOCK_IN_PARA"
    if name in PHRASES and name in inside:
        yield "no phrase inside of one of its kind", "XHTML_XHTML_NO_RECURSION"
    if name in CHILDREN and (set(children) - CHILDREN[name] or any(text and text.strip() for text in texts)):
        yield "only rows in tables, cells in rows, items in lists", "XHTML_XHTML_ILLEGAL_CHILDREN"
    if name in PARENTS and parent not in PARENTS[name]:
        yield "rows, cells and items only where they belong", "XHTML_XHTML_OUT_OF_PLACE"


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _road(element: Any) -> str:
    return "/".join([*(_name(each) for each in element.iterancestors()), _name(element)])
