"""From keys to references and back: who and what a key of the record is, in a bundle and on any server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.records.fhir.elements import Element, child, text_of
from fhir_matters.records.fit import sections_of
from fhir_matters.records.forms import Kept, Parts
from fhir_matters.records.forms.entry import SOMEBODY
from fhir_matters.records.ids import address, identifier, made_up_address, record_id


@dataclass(frozen=True, slots=True)
class Links:
    """What a builder must know of the rest of the record: its id, its language, and where each key is."""

    parts: Parts
    id: str
    sections: Mapping[str, str]
    homes: Mapping[tuple[str, ...], str]

    @property
    def language(self) -> str:
        """The language of the record."""
        return self.parts.language

    def value(self, *steps: str) -> str:
        """The identifier value of a part: the record's id, the section and the key."""
        return "/".join((self.id, *steps))

    def identifier(self, *steps: str) -> Element:
        """The identifier of a part."""
        return identifier(self.value(*steps))

    def address(self, *steps: str) -> str:
        """Where a part is found: where it came from, else at the address of our own."""
        came = self.homes.get(steps) or (self.homes.get(steps[:2]) if steps[2:] == ("role",) else None)
        return came or address(self.value(*steps))

    def to(self, key: str) -> Element:
        """A reference to the part with that key, with the name of somebody as display.

        A being that has no resource of its own is referred to by its identifier.
        """
        section = self.sections[key]
        if section == "person":
            return self._reference("person", display=self.name(key))
        if section == "people" and self.parts.people[key].name is None:
            return {"identifier": self.identifier("people", key), "display": self.name(key)}
        if section == "colleagues":
            return self._reference("colleagues", key, "role", display=self.name(key))
        return self._reference(section, key, display=self.name(key) if section == "people" else None)

    def each(self, keys: Iterable[str]) -> list[Element]:
        """References to several parts."""
        return [self.to(key) for key in keys]

    def maybe(self, key: str | None) -> Element | None:
        """A reference to a part, if there is one."""
        return None if key is None else self.to(key)

    def part(self, *steps: str) -> Element:
        """A reference to a part by its place in the record."""
        return self._reference(*steps)

    def name(self, key: str) -> str:
        """What to call somebody: the person as they like to be called, a colleague without a name by role or team."""
        person = self.parts.person
        if key == "person":
            return person.likes_to_be_called or person.name.text
        if (someone := self.parts.people.get(key)) is not None:
            return someone.who or (someone.name.text if someone.name else key)
        colleague = self.parts.colleagues[key]
        return colleague.name.text if colleague.name else colleague.role or colleague.team or key

    def names(self, keys: Iterable[str]) -> str:
        """Several names, for readers."""
        return ", ".join(map(self.name, keys))

    def _reference(self, *steps: str, display: str | None = None) -> Element:
        reference = {"reference": self.address(*steps)}
        return reference if display is None else {**reference, "display": display}


def links_of(parts: Parts) -> Links:
    """The links of a whole record."""
    return Links(parts, record_id(parts), sections_of(parts), dict(_homes(parts.other)))


def _homes(kept: Iterable[Kept]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The parts that were made of what others wrote, each with the address of that."""
    for item in kept:
        if item.of is not None and (item.url or item.resource is not None):
            yield tuple(item.of.split("/")), item.url or made_up_address(item.resource or {})


@dataclass(frozen=True, slots=True)
class Keys:
    """The way back: which key a reference means. Only keys that were read are known."""

    id: str
    by_address: Mapping[str, tuple[str, ...]]
    known: Mapping[str, str]

    def of(self, reference: Any, *sections: str) -> str | None:
        """The key of the part that the reference means, if it is in one of the sections."""
        key = self._key(self.steps(reference))
        return key if key is not None and self.known.get(key) in (sections or SOMEBODY) else None

    def each(self, references: Iterable[Any], *sections: str) -> list[str]:
        """The keys of all that are known, in their order."""
        return [key for each in references if (key := self.of(each, *sections)) is not None]

    def steps(self, reference: Any) -> tuple[str, ...]:
        """The place in the record that a reference means; empty where it means none."""
        found = self.by_address.get(text_of(child(reference, "reference")) or "")
        if found is not None:
            return found
        value = text_of(child(child(reference, "identifier"), "value")) or ""
        same = child(child(reference, "identifier"), "system") == identifier("")["system"]
        prefix = f"{self.id}/"
        return tuple(value.removeprefix(prefix).split("/")) if same and value.startswith(prefix) else ()

    @staticmethod
    def _key(steps: tuple[str, ...]) -> str | None:
        if steps == ("person",):
            return "person"
        return steps[1] if len(steps) > 1 else None
