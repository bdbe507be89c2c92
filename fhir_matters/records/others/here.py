"""What a reader of one resource may look at: whose it is, and which key a reference to something read before has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from fhir_matters.records.fhir.elements import Element, child, text_of
from fhir_matters.records.forms.entry import SOMEBODY
from fhir_matters.records.others.came import Came


@dataclass(frozen=True, slots=True)
class Read:
    """What a resource became: which section it belongs to, and the form; none where it only adds to another form."""

    section: str
    form: BaseModel | None
    steps: tuple[str, ...] = ()
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """Everything that came, how it refers to the one person, and where what was read so far has gone."""

    came: Came
    subject: str | None  # how a person without a Patient is referred to
    patient: int | None
    keys: Mapping[int, str]
    ours: frozenset[int] = frozenset()  # what we wrote beside it since
    known: dict[int, tuple[str, str]] = field(default_factory=dict)

    def about_the_person(self, reference: Any) -> bool:
        """True where the reference means the person."""
        if self.patient is None:
            return self.subject is not None and text_of(child(reference, "reference")) == self.subject
        return self.came.number(reference) == self.patient

    def key(self, reference: Any, *sections: str) -> str | None:
        """The key of what a reference means, if it was read into one of the sections; somebody, if none are named."""
        wanted = sections or SOMEBODY
        if self.about_the_person(reference):
            return "person" if "person" in wanted else None
        number = self.came.number(reference)
        section, key = self.known.get(number, ("", "")) if number is not None else ("", "")
        return key if section in wanted else None

    def each(self, references: Iterable[Any], *sections: str) -> list[str]:
        """The keys of those that were read, once each."""
        found = (self.key(each, *sections) for each in references)
        return list(dict.fromkeys(key for key in found if key is not None))


def understood(resource: Element) -> bool:
    """False where somebody says that the rest means something else: R4 forbids to go on without knowing what."""
    if "implicitRules" in resource:
        return False
    waiting: list[Any] = [{name: value for name, value in resource.items() if name != "contained"}]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if item.get("modifierExtension"):
                return False
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return True
