"""The words of a narrative, without its markup: a line for each block of it. Knows no resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import etree

# XHTML elements that begin a line of their own, of those that R4 allows in a narrative.
_BLOCKS = frozenset(
    ("div", "p", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr")
)
_OF_HTML = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;")


def words_of(div: Any) -> str | None:
    """What a `div` says; None where it is no XHTML, or says nothing."""
    if not isinstance(div, str):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(_OF_HTML.sub(lambda found: unescape(found[0]), div).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if _name(root) != "div" or "<!DOCTYPE" in div:
        return None
    lines = (" ".join(line.split()) for line in "".join(_pieces(root)).split("\n"))
    return "\n".join(line for line in lines if line) or None


def _pieces(element: Any) -> Iterator[str]:
    """The text in order, with a line end around each block."""
    for event, each in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        end = "\n" if _name(each) in _BLOCKS else " " if _name(each) in ("td", "th") else ""
        if event == "start":
            yield end + _plain(each.text)
        else:
            yield end + (_plain(each.tail) if each is not element else "")


def _plain(text: str | None) -> str:
    """Text as XHTML means it: its own line ends are blanks."""
    return (text or "").replace("\n", " ")


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
