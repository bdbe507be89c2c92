"""HTML elements as values: text is escaped by construction, because markup is never text here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001  lxml gives its element type no public name
Child: TypeAlias = "Element | str | Iterable[Element | str | None] | None"


def el(tag: str, *children: Child, attributes: Mapping[str, str] | None = None, **named: str) -> Element:
    """The element with its children; None and empty text are left out, `class_` is the attribute `class`."""
    element = etree.Element(tag, {name.rstrip("_").replace("_", "-"): value for name, value in named.items()})
    for name, value in (attributes or {}).items():
        element.set(name, value)
    for child in _flat(children):
        _append(element, child)
    return element


def said(tag: str, text: str, *, language: str = "", class_: str = "") -> Element | None:
    """Somebody's words in an element of their own that takes its direction from them; None where there are none."""
    if not text:
        return None
    attributes = {"dir": "auto"} | ({"class": class_} if class_ else {}) | ({"lang": language} if language else {})
    return el(tag, text, attributes=attributes)


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


def _flat(children: Iterable[Child]) -> Iterable[Element | str]:
    for child in children:
        if isinstance(child, (str, etree._Element)):  # noqa: SLF001  as above
            yield child
        elif child is not None:
            yield from _flat(child)


def _append(element: Element, child: Element | str) -> None:
    if not isinstance(child, str):
        element.append(child)
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + child
    else:
        element.text = (element.text or "") + child
