"""HTML elements as values: text is escaped by construction, because markup is never text here.

What is set apart in a sentence (`wording`) becomes an element of its own, with its direction and, for the record's
words, their language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from typing import TypeAlias

from lxml import etree

from fhir_matters.view.catalogue import foreign, template
from fhir_matters.view.wording import is_leftward, pieces, unmarked

Element: TypeAlias = etree._Element  # noqa: SLF001  lxml gives its element type no public name
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_BRACKETS = re.compile(r"(\([^()]*\))")
_LINES = {"p", "li", "div", "h3", "h4"}
Child: TypeAlias = "Element | str | Iterable[Child] | None"


def el(tag: str, *children: Child, attributes: Mapping[str, str] | None = None, **named: str) -> Element:
    """The element with its children; None and empty text are left out, `class_` is the attribute `class`."""
    element = etree.Element(tag, {name.rstrip("_").replace("_", "-"): unmarked(text) for name, text in named.items()})
    for name, value in (attributes or {}).items():
        element.set(name, value)
    for child in _flat(children):
        _append(element, child)
    return element


def said(tag: str, text: str, *, language: str = "", class_: str = "") -> Element | None:
    """Words of the record in an element of their own, with their direction and language; None where there are none.

    Where they name no language they are in the record's; it is said where it is not the page's.
    """
    if not text:
        return None
    language = language or spelt(foreign())
    attributes = {"dir": "auto"} | ({"class": class_} if class_ else {}) | ({"lang": language} if language else {})
    return el(tag, _bracketed(text), attributes=attributes)


def name(tag: str, text: str, *, class_: str = "") -> Element | None:
    """A name or a number, which is in no language; None where there is none."""
    attributes = {"dir": "auto"} | ({"class": class_} if class_ else {})
    return el(tag, _bracketed(text), attributes=attributes) if text else None


def _bracketed(text: str) -> Iterator[Element | str]:
    """The text; what stands in brackets and runs the other way than the rest keeps them to itself where a line ends."""
    for index, piece in enumerate(_BRACKETS.split(text)):
        yield el("bdi", piece) if index % 2 and is_leftward(text) and not is_leftward(piece) else piece


def woven(key: str, **parts: Child) -> Iterator[Element | str]:
    """The sentence under the key, with elements where it has names in braces."""
    for before, field, _, _ in Formatter().parse(template(key)):
        yield before
        if field is not None:
            yield from _flat([parts[field]])


def spelt(language: str) -> str:
    """The language if it is spelt as one (BCP 47), else empty: what is none is not claimed."""
    return language if _LANGUAGE.fullmatch(language) else ""


def joined(between: str, parts: Iterable[Element | None]) -> Iterator[Element | str]:
    """The parts that are there, with the text between them."""
    for index, part in enumerate(part for part in parts if part is not None):
        if index:
            yield between
        yield part


def bar(share: float) -> Element:
    """A bar that says with its length what the text beside it says in words."""
    width = f"{max(0.0, min(share, 1.0)) * 100:.1f}"
    return el(
        "svg",
        el("rect", attributes={"class": "track", "width": "100", "height": "8", "rx": "4"}),
        el("rect", attributes={"class": "fill", "width": width, "height": "8", "rx": "4"}),
        attributes={"viewBox": "0 0 100 8", "aria-hidden": "true", "class": "bar", "preserveAspectRatio": "none"},
    )


def _flat(children: Iterable[Child]) -> Iterator[Element | str]:
    for child in children:
        if isinstance(child, (str, etree._Element)):  # noqa: SLF001  as above
            yield child
        elif child is not None:
            yield from _flat(child)


def _append(element: Element, child: Element | str) -> None:
    if not isinstance(child, str):
        element.append(child)
        # Where a narrow sheet runs lines on behind each other, there is a space between them, and a line may end.
        child.tail = " " if child.tag in _LINES else None
        return
    for text, marked, worded in pieces(child):
        if marked:
            language = spelt(foreign()) if worded else ""
            element.append(el("bdi", _bracketed(text), attributes={"lang": language} if language else {}))
        else:
            _append_text(element, text)


def _append_text(element: Element, child: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + child
    else:
        element.text = (element.text or "") + child
