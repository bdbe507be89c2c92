"""The XHTML of a narrative: well-formed, one `div`, only what FHIR lets in, and not empty (txt-1, txt-2)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from fhir_matters.validation.context import Context, Position

XHTML = "{http://www.w3.org/1999/xhtml}"
# http://hl7.org/fhir/R4/narrative.html#xhtml: chapters 7 to 11 and 15 of HTML 4.0, links, images and styles.
_ELEMENTS = """
p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr ul ol li dl dt dd
table caption col colgroup thead tr tfoot tbody th td code samp img map area pre sub sup ins del s u kbd address bdo
center strike font
"""
_ATTRIBUTES = """
title style class id lang dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan
colspan cellpadding cellspacing frame rules border summary href hreflang rel rev charset type coords shape name src alt
height usemap ismap longdesc cite datetime target start value compact nowrap size color face bgcolor hspace vspace
noshade clear idref
"""
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())


def checks(value: Any, context: Context, position: Position) -> None:
    """Report a `div` that is no well-formed XHTML, is no div, holds what FHIR does not let in, or holds nothing."""
    try:
        root = etree.fromstring(value.encode("utf-8", "replace"), _parser())
    except (etree.XMLSyntaxError, ValueError):
        context.add(
            "FM212",
            position,
            "Expected well-formed XHTML: every tag closed, & as &amp;, no names of HTML such as &nbsp;.",
            message_id="invalid",
        )
        return
    if root.tag != XHTML + "div":
        context.add(
            "FM213",
            position,
            'Expected <div xmlns="http://www.w3.org/1999/xhtml"> around everything.',
            message_id="XHTML_XHTML_NS_InValid",
        )
        return
    _contents(root, context, position)
    if not any(text.strip() for text in root.itertext()) and next(root.iter(XHTML + "img"), None) is None:
        context.add("FM215", position, "Expected some text or a picture in the div, found none.", message_id="txt-2")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _contents(root: Any, context: Context, position: Position) -> None:
    if root.getroottree().docinfo.doctype:
        context.add("FM214", position, "Expected no document type in the narrative.", message_id="txt-1")
        return
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.removeprefix(XHTML)
        if name not in ELEMENTS:
            _illegal("element", name, context, position)
        for attribute in element.attrib:
            if attribute not in ATTRIBUTES and not str(attribute).startswith("{http://www.w3.org/XML/1998/namespace}"):
                _illegal("attribute", str(attribute), context, position)


def _illegal(what: str, name: str, context: Context, position: Position) -> None:
    context.add(
        "FM214",
        position,
        f"Expected only the {what}s that narrative may have (no scripts, forms or events), found another {what}.",
        message_id=f"XHTML_XHTML_{what.capitalize()}_Illegal",
        found=name,
    )
