"""A CodeSystem resource as concepts, hierarchy and properties: read defensively, since packages differ.

Says what a system knows; which of its codes a value set chooses is `filters` and `sets`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from fhir_matters.terminology.answer import Answer

_PARENT_URI = "http://hl7.org/fhir/concept-properties#parent"
_CHILD_URI = "http://hl7.org/fhir/concept-properties#child"
_RETIRED = {"retired", "inactive"}


@dataclass(frozen=True)
class Entry:
    """One concept: what it is called, what it is a kind of, and its properties as text.

    `designations` are (language, words); the language is empty where none is said.
    """

    code: str
    display: str = ""
    parents: tuple[str, ...] = ()
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    designations: tuple[tuple[str, str], ...] = ()

    @property
    def inactive(self) -> bool:
        """True where the system says that the concept is no longer in use."""
        return "true" in self.properties.get("inactive", ()) or not _RETIRED.isdisjoint(
            self.properties.get("status", ())
        )

    @property
    def deprecated(self) -> bool:
        """True where the system says that another code should be used."""
        return "deprecated" in self.properties.get("status", ())


@dataclass(frozen=True)
class System:
    """A code system as far as it is here; `complete` means that a code that is not here does not exist.

    `grammar` answers for systems that are defined by a grammar rather than by a list, `pattern` for codes of a list
    that stand for many. `language` is that of the displays, empty where it is not said.
    """

    url: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    complete: bool = False
    folds: bool = False
    grammar: Callable[[str], Answer] | None = None
    pattern: re.Pattern[str] | None = None
    language: str = ""

    def entry(self, code: str) -> Entry | None:
        """The concept with this code, or None; case counts only where the system says so."""
        found = self.entries.get(code)
        return self._folded.get(code.casefold()) if found is None and self.folds else found

    def knows(self, code: str) -> Answer:
        """Whether the code exists in this system."""
        if self.entry(code) is not None or (self.pattern is not None and self.pattern.fullmatch(code)):
            return Answer.IN
        if self.complete:
            return Answer.OUT
        return self.grammar(code) if self.grammar else Answer.UNKNOWN

    def lacks(self, code: str) -> bool:
        """True where the system is all here and has no such code."""
        return self.complete and self.knows(code) is Answer.OUT

    def names(self, entry: Entry, language: str) -> frozenset[str]:
        """What the concept may be called in that language: by words in it, or by words of none.

        Where there are none, by its display in the language of the system.
        """
        spoken = [(self.language, entry.display), *entry.designations]
        fit = frozenset(words for said, words in spoken if not said or _tongue(said) == _tongue(language))
        return fit or frozenset({entry.display})

    def children(self, code: str) -> tuple[str, ...]:
        """The codes directly below."""
        return self._children.get(code, ())

    def parents(self, code: str) -> tuple[str, ...]:
        """The codes directly above."""
        entry = self.entry(code)
        return entry.parents if entry else ()

    def below(self, code: str) -> frozenset[str]:
        """The code itself and everything below it."""
        return _reached(code, self.children)

    def above(self, code: str) -> frozenset[str]:
        """The code itself and everything above it."""
        return _reached(code, self.parents)

    @cached_property
    def _folded(self) -> dict[str, Entry]:
        return {code.casefold(): entry for code, entry in self.entries.items()}

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        children: dict[str, list[str]] = {}
        for entry in self.entries.values():
            for parent in entry.parents:
                children.setdefault(parent, []).append(entry.code)
        return {code: tuple(below) for code, below in children.items()}


def system_from(resource: Mapping[str, Any], grammar: Callable[[str], Answer] | None = None) -> System:
    """The system that a CodeSystem resource defines; what is malformed in it is left out and makes it incomplete.

    Content other than `complete` (R4 `codesystem-content-mode`) says nothing of the codes that are not listed.
    `caseSensitive` that is absent is read as false, as the HL7 validator does.
    """
    content = resource.get("content")
    concepts = dict(_concepts(resource)) if content != "supplement" else {}
    return System(
        url=str(resource.get("url", "")),
        entries=_with_hierarchy(concepts, resource),
        complete=content == "complete" and (bool(concepts) or resource.get("count") == 0),
        folds=resource.get("caseSensitive") is not True,
        grammar=grammar,
        language=language if isinstance(language := resource.get("language"), str) else "",
    )


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of a JSON list; nothing where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _concepts(resource: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    """Each code and its entry, the nested ones with the one that they are nested in as their parent."""
    todo = [(concept, "") for concept in reversed(dicts(resource.get("concept")))]
    while todo:
        concept, parent = todo.pop()
        code = concept.get("code")
        if not isinstance(code, str):
            continue
        display = concept.get("display")
        yield (
            code,
            Entry(
                code,
                display if isinstance(display, str) else "",
                (parent,) if parent else (),
                _properties(concept),
                tuple(
                    (str(each.get("language", "")), str(each.get("value", "")))
                    for each in dicts(concept.get("designation"))
                ),
            ),
        )
        todo.extend((below, code) for below in reversed(dicts(concept.get("concept"))))


def _properties(concept: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    properties: dict[str, tuple[str, ...]] = {}
    for item in dicts(concept.get("property")):
        name = item.get("code")
        for key, value in item.items():
            if isinstance(name, str) and key.startswith("value"):
                properties[name] = (*properties.get(name, ()), _text(value))
    return properties


def _tongue(language: str) -> str:
    """`de` of `de-CH`."""
    return language.partition("-")[0].casefold()


def _text(value: Any) -> str:
    """A property's value as a filter spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.get("code", "")) if isinstance(value, dict) else str(value)


def _with_hierarchy(concepts: dict[str, Entry], resource: Mapping[str, Any]) -> dict[str, Entry]:
    """The entries with the parents that their properties name, besides the ones that they are nested in."""
    upward = _named(resource, _PARENT_URI) | {"parent", "subsumedBy"}
    downward = _named(resource, _CHILD_URI) | {"child"}
    parents = {code: list(entry.parents) for code, entry in concepts.items()}
    for code, entry in concepts.items():
        parents[code].extend(above for name in upward for above in entry.properties.get(name, ()))
        for name in downward:
            for below in entry.properties.get(name, ()):
                parents.setdefault(below, []).append(code)
    return {code: replace(entry, parents=tuple(dict.fromkeys(parents[code]))) for code, entry in concepts.items()}


def _named(resource: Mapping[str, Any], uri: str) -> set[str]:
    declared = dicts(resource.get("property"))
    return {item["code"] for item in declared if item.get("uri") == uri and isinstance(item.get("code"), str)}


def _reached(start: str, step: Callable[[str], tuple[str, ...]]) -> frozenset[str]:
    """Everything that can be reached, whatever circles a broken hierarchy runs in."""
    seen = {start}
    todo = [start]
    while todo:
        new = [code for code in step(todo.pop()) if code not in seen]
        seen.update(new)
        todo.extend(new)
    return frozenset(seen)
