"""What is on record in resources that no form holds: what each is about, in which words, by whom and when.

For those who look for an answer before they ask; nothing here decides whether it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from fhir_matters.records.codes import LOINC, SNOMED_CT
from fhir_matters.records.fhir.elements import Element, child, children, text_of
from fhir_matters.records.forms.values import said
from fhir_matters.records.others.kinds import EXPERIENCE, STATEMENTS, TREATMENT, kind_of
from fhir_matters.records.others.markup import words_of
from fhir_matters.records.others.stories import sections
from fhir_matters.records.others.words import codings, label

_VOID = ("entered-in-error", "cancelled", "rejected", "revoked", "unknown", "draft", "inactive", "superseded")
# What these say of one type is that it is so no more, or not yet; of another, that all is well.
_OVER = {
    "Consent": ("proposed",),
    "Goal": ("completed",),
    **dict.fromkeys(("CarePlan", "ServiceRequest"), ("completed", "on-hold")),
}
_CARE = (*sorted(STATEMENTS), EXPERIENCE)
_BOUND = (TREATMENT, "cpr")
# What the sections of IPS and PACIO ADI are about, by their LOINC codes.
_SECTIONS = {
    "81338-6": _CARE,  # the Patient Story; preferences for the care experience
    "81336-0": (TREATMENT,),  # under certain health conditions
    "81337-8": ("place of death",),  # upon death
    "42348-3": _BOUND,  # advance directives
    "81335-2": ("speaks for me",),  # the healthcare agent
}
# What else a code says that is no statement of a person, but answers a question about it.
_CODES = {
    (SNOMED_CT, "450475007"): "cpr",
    (SNOMED_CT, "450476008"): "cpr",
    (SNOMED_CT, "89666000"): "cpr",
    (LOINC, "84095-9"): "cpr",
    (LOINC, "81351-9"): "cpr",
    ("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "dnr"): "cpr",
}
_WHEN = (
    "effectiveDateTime",
    "effectiveInstant",
    "dateTime",
    "authored",
    "date",
    "created",
    "statusDate",
    "recordedDate",
)
_WHOSE_WORDS = ("performer", "author", "source", "expressedBy", "sender")
_ABOUT = ("code", "type", "category", "scope")


@dataclass(frozen=True, slots=True)
class OnRecord:
    """One thing that a resource says: the steps to it, what it is called and about, in whose words, and when."""

    steps: tuple[str | int, ...]
    called: str
    words: str
    by: str
    when: str
    kinds: tuple[str, ...] = ()
    section: str = ""
    section_kinds: tuple[str, ...] = ()


def on_record(resource: Element, sectioned: Mapping[str, tuple[str, tuple[str, ...]]]) -> Iterator[OnRecord]:
    """What a resource says in words; nothing of what was never so, or is so no more."""
    void = (*_VOID, *_OVER.get(resource["resourceType"], ()))
    if any(resource.get(name) in void for name in ("status", "lifecycleStatus", "docStatus")):
        return
    for each in _READERS.get(resource["resourceType"], _one)(resource):
        section, kinds = sectioned.get(f"{resource['resourceType']}/{resource.get('id')}", ("", ()))
        yield each if each.section else _in_section(each, section, kinds)


def _in_section(found: OnRecord, section: str, kinds: tuple[str, ...]) -> OnRecord:
    return replace(found, section=section, section_kinds=kinds)


def sectioned(resources: Iterable[Element]) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """In which section of a document each reference stands: its title, and what the section is about."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for resource in resources:
        for section in sections(resource):
            for entry in children(section, "entry"):
                if kinds := _section_kinds(section):
                    name = (text_of(child(entry, "reference")) or "").rsplit("/", 2)
                    found["/".join(name[-2:])] = (_title(section), kinds)
    return found


def _section_kinds(section: Element) -> tuple[str, ...]:
    found = [
        _SECTIONS[code] for system, code, _ in codings(section.get("code")) if system == LOINC and code in _SECTIONS
    ]
    return tuple(chain.from_iterable(found))


def _title(section: Element) -> str:
    return said(section.get("title")) or label(section.get("code")) or ""


def _one(resource: Element) -> Iterator[OnRecord]:
    """The one thing that an Observation, a Goal, a Consent, a Flag … says."""
    concepts = [each for name in _ABOUT for each in _list(resource.get(name))]
    kinds = [_CODES[pair[:2]] for each in concepts for pair in codings(each) if pair[:2] in _CODES]
    if resource["resourceType"] == "Observation" and (kind := kind_of(resource)):
        kinds.append(kind)
    called = next((text for each in concepts if (text := label(each))), "")
    if words := "\n".join(_words(resource)):
        yield OnRecord((), called, words, _by(resource), _when(resource), tuple(kinds))
    elif kinds:
        yield OnRecord((), called, called, _by(resource), _when(resource), tuple(kinds))


def _words(resource: Element) -> Iterator[str]:
    """What it says in answer, and in remarks: not what it is called."""
    for element in (resource, *children(resource, "component"), resource.get("provision")):
        for name in ("valueString", "description", "comment"):
            if text := said(child(element, name)) or label(child(element, name)):
                yield text
        if text := label(child(element, "valueCodeableConcept")):
            yield text
    yield from (text for each in children(resource, "note") if (text := said(child(each, "text"))))
    yield from (text for each in children(resource, "payload") if (text := said(child(each, "contentString"))))


def _told(resource: Element) -> Iterator[OnRecord]:
    """What the sections of a document say in words."""
    for steps, section in _placed(resource, ()):
        words = words_of(child(section.get("text"), "div"))
        if words is not None and child(section.get("text"), "status") != "empty":
            found = OnRecord(steps, _title(section), words, _by(section) or _by(resource), _when(resource))
            yield _in_section(found, _title(section), _section_kinds(section))


def _placed(element: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Element]]:
    for index, each in enumerate(children(element, "section")):
        if isinstance(each, dict):
            yield (*steps, "section", index), each
            yield from _placed(each, (*steps, "section", index))


def _answered(resource: Element, within: Any = None, steps: tuple[str | int, ...] = ()) -> Iterator[OnRecord]:
    """What a questionnaire was answered: the question as it was put, and the words."""
    for index, item in enumerate(children(resource if within is None else within, "item")):
        here = (*steps, "item", index)
        answers = [text for each in children(item, "answer") if (text := _answer(each))]
        if answers:
            called = said(child(item, "text")) or ""
            yield OnRecord(here, called, "\n".join(answers), _by(resource), _when(resource))
        yield from _answered(resource, item, here)
        for number, each in enumerate(children(item, "answer")):
            yield from _answered(resource, each, (*here, "answer", number))


def _answer(answer: Any) -> str | None:
    return said(child(answer, "valueString")) or said(child(child(answer, "valueCoding"), "display"))


_READERS = {"Composition": _told, "QuestionnaireResponse": _answered}


def _by(element: Element) -> str:
    people = [each for name in _WHOSE_WORDS for each in _list(element.get(name))]
    return next((text for each in people if (text := said(child(each, "display")))), "")


def _when(resource: Element) -> str:
    return next((text for name in _WHEN if (text := text_of(resource.get(name)))), "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
