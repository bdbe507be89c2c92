"""How others name things: the words of a code, and the name of a human being. Invents none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fhir_matters.records.fhir.elements import Element, child, children, present, text_of
from fhir_matters.records.forms.values import said

# What LOINC ends its names with, once one way and now another: it says how it was found out, not what it is.
_SUFFIX = re.compile(r"\s*(\[Reported\]|Narrative( - Reported)?|- Reported)\s*$")


def codings(concept: Any) -> Iterator[tuple[str, str, str | None]]:
    """(system, code, display) of each coding that has a system and a code."""
    for each in children(concept, "coding"):
        system, code = text_of(child(each, "system")), text_of(child(each, "code"))
        if system and code:
            yield system, code, said(child(each, "display"))


def pairs(concept: Any) -> list[tuple[str, str]]:
    """(system, code) of each coding that has both."""
    return [(system, code) for system, code, _ in codings(concept)]


def displays(concept: Any) -> Iterator[str]:
    """What the codings are called, where they say so."""
    return (found for each in children(concept, "coding") if (found := said(child(each, "display"))))


def label(concept: Any) -> str | None:
    """The words of a concept: its text, else the first display, without what LOINC puts behind its names."""
    found = said(child(concept, "text")) or next(displays(concept), None)
    return plain(found) if found else None


def plain(display: str) -> str:
    """A display without what LOINC puts behind it."""
    return _SUFFIX.sub("", display) or display


def name_of(resource: Element) -> Element | None:
    """The first name of a human being that can be read: the official one, else the one in use, else any."""
    named = [name for name in children(resource, "name") if isinstance(name, dict)]
    named.sort(key=lambda name: _USES.index(use) if (use := name.get("use")) in _USES else 1)
    return next((found for name in named if (found := _name(name))), None)


_USES = ("official", None, "usual", "temp", "nickname", "anonymous", "maiden", "old")


def _name(name: Element) -> Element | None:
    given = [found for each in children(name, "given") if (found := said(each))]
    family = said(name.get("family"))
    text = said(name.get("text")) or " ".join(filter(None, (*given, family)))
    return present({"text": text, "given": given, "family": family}) if text else None
