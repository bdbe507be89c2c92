"""The text of a resource: XHTML made of plain words by a serialiser, so that nothing said can ever be markup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

_XHTML = "http://www.w3.org/1999/xhtml"
_NAMES: Any = {None: _XHTML}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
Line = tuple[str, str | None]


def narrative(language: str, heading: str, lines: Iterable[Line], listed: Iterable[str] = ()) -> dict[str, Any]:
    """A generated Narrative: a heading, a paragraph for each line that has something to say, and a list.

    A line is a label and words; without a label the words stand alone.
    """
    div = etree.Element(f"{{{_XHTML}}}div", {"lang": language, _LANGUAGE: language}, nsmap=_NAMES)
    _paragraph(div, "b", heading, "")
    for label, said in lines:
        if said:
            _paragraph(div, "i" if label else "", label, said)
    if items := list(listed):
        whole = etree.SubElement(div, f"{{{_XHTML}}}ul")
        for item in items:
            etree.SubElement(whole, f"{{{_XHTML}}}li").text = item
    return {"status": "generated", "div": etree.tostring(div, encoding="unicode")}


def _paragraph(div: Any, tag: str, label: str, said: str) -> None:
    paragraph = etree.SubElement(div, f"{{{_XHTML}}}p")
    if not tag:
        paragraph.text = said
        return
    marked = etree.SubElement(paragraph, f"{{{_XHTML}}}{tag}")
    marked.text = label
    marked.tail = f": {said}" if said else None
