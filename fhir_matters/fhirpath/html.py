"""What `htmlChecks()` says without a host: whether a text is XHTML that FHIR's narrative lets in (txt-1, txt-2)."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
# http://hl7.org/fhir/R4/narrative.html#xhtml: chapters 7 to 11 and 15 of HTML 4.0, links, images and styles.
_ELEMENT_NAMES: Final = """
    p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr ul ol li dl
    dt dd table caption col colgroup thead tr tfoot tbody th td code samp img map area pre sub sup ins del s u kbd
    address bdo center strike font
    """
_ATTRIBUTE_NAMES: Final = """
    title style class id lang dir accesskey tabindex span width align valign char charoff abbr axis headers scope
    rowspan colspan cellpadding cellspacing frame rules border summary href hreflang rel rev charset type coords shape
    name src alt height usemap ismap longdesc cite datetime target start value compact nowrap size color face bgcolor
    hspace vspace noshade clear idref
    """
_ELEMENTS: Final = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTES: Final = frozenset(_ATTRIBUTE_NAMES.split())


def is_narrative(text: str) -> bool:
    """True for one well-formed `div` of permitted elements and attributes with some text or picture in it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    document: Any = root.getroottree()
    if root.tag != _XHTML + "div" or document.docinfo.doctype:
        return False
    return all(map(_is_permitted, root.iter())) and _says_something(root)


def _is_permitted(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return True
    names = (str(name) for name in element.attrib)
    return element.tag.removeprefix(_XHTML) in _ELEMENTS and all(
        name in _ATTRIBUTES or name.startswith(_XML) for name in names
    )


def _says_something(root: Any) -> bool:
    return any(text.strip() for text in root.itertext()) or next(root.iter(_XHTML + "img"), None) is not None
