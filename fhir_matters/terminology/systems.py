"""A CodeSystem resource as concepts, hierarchy and properties: read defensively, since packages differ.

Says what a system knows; which of its codes a value set chooses is `filters` and `sets`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fhir_matters.terminology.answer import Answer

_PARENT_URI = "http://hl7.org/fhir/concept-properties#parent"
_CHILD_URI = "http://hl7.org/fhir/concept-properties#child"
_RETIRED = {"retired", "inactive"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept: what it is called, and its properties as text.

    `designations` are (language, words); the language is empty where none is said.
    """

    code: str
    display: str = ""
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
    hierarchy: Callable[[], dict[str, tuple[str, ...]]] = dict

    def entry(self, code: str) -> Entry | None:
        """The concept with this code, or None; case counts only where the system says so."""
        own = self.spelt(code)
        return None if own is None else self.entries[own]

    def spelt(self, code: str) -> str | None:
        """The code as the system spells it, or None where it has none like it."""
        if code in self.entries:
            return code
        return self._folded.get(code.casefold()) if self.folds else None

    def knows(self, code: str) -> Answer:
        """Whether the code exists in this system."""
        if self.spelt(code) is not None or (self.pattern is not None and self.pattern.fullmatch(code)):
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
        return self._parents.get(self.spelt(code) or code, ())

    def below(self, code: str) -> frozenset[str]:
        """The code itself and everything below it."""
        return _reached(code, self.children)

    def above(self, code: str) -> frozenset[str]:
        """The code itself and everything above it."""
        return _reached(code, self.parents)

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.entries}

    @cached_property
    def _parents(self) -> dict[str, tuple[str, ...]]:
        return self.hierarchy()

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        children: dict[str, list[str]] = {}
        for code in self.entries:
            for parent in self._parents.get(code, ()):
                children.setdefault(parent, []).append(code)
        return {code: tuple(below) for code, below in children.items()}


def system_from(resource: Mapping[str, Any], grammar: Callable[[str], Answer] | None = None) -> System:
    """The system that a CodeSystem resource defines; what is malformed in it is left out and makes it incomplete.

    Content other than `complete` (R4 `codesystem-content-mode`) says nothing of the codes that are not listed.
    `caseSensitive` that is absent is read as false, as the HL7 validator does.
    """
    content = resource.get("content")
    concepts = Concepts(resource if content != "supplement" else {})
    return System(
        url=str(resource.get("url", "")),
        entries=concepts,
        complete=content == "complete" and (bool(concepts) or resource.get("count") == 0),
        folds=resource.get("caseSensitive") is not True,
        grammar=grammar,
        language=language if isinstance(language := resource.get("language"), str) else "",
        hierarchy=concepts.parents,
    )


def system_of_supplement(resource: Mapping[str, Any]) -> System:
    """The concepts of a supplement with what it calls them; complete is it never."""
    return system_from({**resource, "content": "fragment"})


class Concepts(Mapping[str, Entry]):
    """The concepts of a CodeSystem by code, the last of each; read where they stand: there may be a million."""

    def __init__(self, resource: Mapping[str, Any]) -> None:
        self._resource = resource
        self._by_code = {code: concept for code, concept, _ in _concepts(resource)}

    def __getitem__(self, code: str) -> Entry:
        concept = self._by_code[code]
        display = concept.get("display")
        words = dicts(concept.get("designation"))
        return Entry(
            code,
            display if isinstance(display, str) else "",
            _properties(concept),
            tuple((str(each.get("language", "")), str(each.get("value", ""))) for each in words),
        )

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __len__(self) -> int:
        return len(self._by_code)

    def parents(self) -> dict[str, tuple[str, ...]]:
        """What each is below: the one that it is nested in, and those that properties name."""
        upward = _named(self._resource, _PARENT_URI) | {"parent", "subsumedBy"}
        downward = _named(self._resource, _CHILD_URI) | {"child"}
        parents: dict[str, list[str]] = {}
        for code, concept, nested in _concepts(self._resource):
            if nested:
                parents.setdefault(code, []).append(nested)
            for name, value in _stated(concept):
                if name in upward:
                    parents.setdefault(code, []).append(value)
                elif name in downward:
                    parents.setdefault(value, []).append(code)
        return {code: tuple(dict.fromkeys(above)) for code, above in parents.items()}


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of a JSON list; nothing where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _concepts(resource: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Each code, its concept, and the code that it is nested in, empty at the top."""
    todo = [(concept, "") for concept in reversed(dicts(resource.get("concept")))]
    while todo:
        concept, parent = todo.pop()
        code = concept.get("code")
        if isinstance(code, str):
            yield code, concept, parent
            if below := concept.get("concept"):
                todo.extend((each, code) for each in reversed(dicts(below)))


def _properties(concept: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    properties: dict[str, list[str]] = {}
    for name, value in _stated(concept):
        properties.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in properties.items()}


def _stated(concept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each property of a concept by name, and its value as text."""
    for item in dicts(concept.get("property")):
        name = item.get("code")
        if isinstance(name, str):
            yield from ((name, _text(value)) for key, value in item.items() if key.startswith("value"))


def _tongue(language: str) -> str:
    """`de` of `de-CH`."""
    return language.partition("-")[0].casefold()


def _text(value: Any) -> str:
    """A property's value as a filter spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.get("code", "")) if isinstance(value, dict) else str(value)


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
