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
    div = _div(language)
    _paragraph(div, "b", heading, "")
    for label, said in lines:
        if said:
            _paragraph(div, "i" if label else "", label, said)
    if items := list(listed):
        whole = etree.SubElement(div, f"{{{_XHTML}}}ul")
        for item in items:
            etree.SubElement(whole, f"{{{_XHTML}}}li").text = _lines(item)
    return {"status": "generated", "div": etree.tostring(div, encoding="unicode")}


def _paragraph(div: Any, tag: str, label: str, said: str) -> None:
    paragraph = etree.SubElement(div, f"{{{_XHTML}}}p")
    if not tag:
        paragraph.text = _lines(said)
        return
    marked = etree.SubElement(paragraph, f"{{{_XHTML}}}{tag}")
    marked.text = _lines(label)
    marked.tail = f": {_lines(said)}" if said else None


def same_xhtml(one: Any, other: Any) -> bool:
    """True for two spellings of the same XHTML (Canonical XML 2.0)."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    ours, theirs = _parsed(one), _parsed(other)
    if ours is None or theirs is None:
        return False
    return bool(etree.tostring(ours, method="c14n2") == etree.tostring(theirs, method="c14n2"))


def _lines(text: str) -> str:
    """The text with its line ends as XML has them (XML 1.0, 2.11): not every server keeps another one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


_OURS = frozenset(f"{{{_XHTML}}}{tag}" for tag in ("div", "p", "b", "i", "ul", "li"))
_LANGUAGES = frozenset({"lang", "dir", _LANGUAGE})


def gathered(language: str, heading: str, divs: Iterable[str], lines: Iterable[str] = ()) -> dict[str, Any]:
    """A Narrative of others: each as it is where it has only what we write, else its plain words.

    Everything inside says in which language it is, so that a reader need not guess which part has another.
    """
    whole = _div(language)
    head = _inside(whole, language)
    _paragraph(head, "b", heading, "")
    for line in lines:
        _paragraph(head, "", "", line)
    for div in divs:
        found = _parsed(div)
        if found is not None and all(_is_ours(element) for element in found.iter()):
            whole.append(found)
        elif words := " ".join("".join(found.itertext()).split() if found is not None else ()):
            _paragraph(_inside(whole, language), "", "", words)
    return {"status": "generated", "div": etree.tostring(whole, encoding="unicode")}


def _div(language: str) -> Any:
    return etree.Element(f"{{{_XHTML}}}div", {"lang": language, _LANGUAGE: language}, nsmap=_NAMES)


def _inside(whole: Any, language: str) -> Any:
    return etree.SubElement(whole, f"{{{_XHTML}}}div", {"lang": language, _LANGUAGE: language})


def _parsed(div: str) -> Any:
    """The element; None where it is no XML. Nothing is fetched and no entity is followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(div, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _is_ours(element: Any) -> bool:
    return element.tag in _OURS and _LANGUAGES.issuperset(element.attrib)
