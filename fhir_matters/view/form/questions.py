"""The questions of a Questionnaire as frozen values, and the names of the places where they are answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
WORDS = frozenset({"string", "text", "url"})
CHOICES = frozenset({"choice", "open-choice"})


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that may be chosen, and how it reads."""

    system: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item: a question, a group of them, or words to read. `after` are the linkIds that it waits for."""

    link: str
    text: str
    kind: str
    repeats: bool = False
    hidden: bool = False
    required: bool = False
    help: str = ""
    options: tuple[Option, ...] = ()
    after: tuple[str, ...] = ()
    parts: tuple[Item, ...] = ()

    @property
    def group(self) -> bool:
        """Whether others are asked in it."""
        return self.kind == "group"


@dataclass(frozen=True, slots=True)
class Form:
    """A whole Questionnaire."""

    title: str
    parts: tuple[Item, ...]


def form_of(questionnaire: Mapping[str, Any]) -> Form:
    """The Questionnaire with what matters to whoever fills it in."""
    return Form(str(questionnaire.get("title", "")), tuple(map(_item, questionnaire.get("item", ()))))


def _item(found: Mapping[str, Any]) -> Item:
    inside = found.get("item", ())
    helps = [each for each in inside if _is_help(each)]
    return Item(
        link=found["linkId"],
        text=found.get("text", ""),
        kind=found["type"],
        repeats=bool(found.get("repeats")),
        hidden=any(each.get("url") == _HIDDEN and each.get("valueBoolean") for each in found.get("extension", ())),
        required=bool(found.get("required")),
        help=" ".join(each.get("text", "") for each in helps),
        options=tuple(_options(found.get("answerOption", ()))),
        after=tuple(each["question"] for each in found.get("enableWhen", ()) if each.get("operator") == "exists"),
        parts=tuple(_item(each) for each in inside if not _is_help(each)),
    )


def _is_help(found: Mapping[str, Any]) -> bool:
    controls = [each.get("valueCodeableConcept", {}) for each in found.get("extension", ()) if each["url"] == _CONTROL]
    return any(coding.get("code") == "help" for control in controls for coding in control.get("coding", ()))


def _options(found: Any) -> Iterator[Option]:
    for each in found:
        if isinstance(coding := each.get("valueCoding"), Mapping):
            code = coding.get("code", "")
            yield Option(coding.get("system", ""), code, coding.get("display") or code)
        else:
            text = str(next((value for name, value in each.items() if name.startswith("value")), ""))
            yield Option("", text, text)


def place_of(item: Item, inside: str, link: str, entry: int = 0) -> str:
    """Where an item is answered that is asked in the group at `inside`, whose linkId is `link`.

    It is the linkId; `~0`, `~1` … say in which entry of each group that may be filled several times.
    """
    step = item.link.removeprefix(f"{link}.") if link else item.link
    place = f"{inside}.{step}" if inside else step
    return f"{place}~{entry}" if item.group and item.repeats else place
