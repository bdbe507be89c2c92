"""What is on record in resources of somebody else's that no form holds: by code, by section, and by plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fhir_matters.lints.asked import Answer, Question
from fhir_matters.lints.findings import at
from fhir_matters.records.fhir.elements import child, text_of
from fhir_matters.records.fhir.links import links_of
from fhir_matters.records.forms import Kept
from fhir_matters.records.others.answers import OnRecord, on_record, sectioned
from fhir_matters.records.record import Record


def elsewhere(record: Record, asked: Question) -> Iterator[Answer]:
    """What others wrote about the person that answers the question, each with why it was found."""
    sections = sectioned(kept.resource for kept in record.other if kept.resource is not None)
    names, newer = set(_names(record)), {kept.url for kept in record.other if kept.of is not None and kept.url}
    for index, kept in enumerate(record.other):
        if kept.resource is None or kept.of is not None or not _about_the_person(kept.resource, names):
            continue
        for found in on_record(kept.resource, sections):
            why = _why(asked, found)
            shared = [] if why else asked.shares([found.called, found.words])
            if why or shared:
                why = why or f"It has the same words: {', '.join(shared)}."
                place, kind = at("other", index, "resource", *found.steps), next(iter(found.kinds), found.called)
                answer = Answer(place, kind, found.words, "given", found.by, (), found.when, "", why)
                # What has a newer version that a form holds stands no more.
                yield replace(answer, stands=kept.url not in newer, by_words=bool(shared))


def _why(asked: Question, found: OnRecord) -> str:
    wanted = asked.kinds | asked.roles
    if about := [kind for kind in found.kinds if kind in wanted]:
        return f"Its code says that it is about {about[0]}."
    if wanted.intersection(found.section_kinds):
        return f"It is in the section “{found.section}” of a document."
    return "The same question was asked then." if asked.same_as(found.called) else ""


def _names(record: Record) -> Iterator[str]:
    """Everything by which others may refer to the person."""
    yield links_of(record).address("person")
    for kept in record.other:
        if kept.of == "person":
            yield from filter(None, (kept.url, _relative(kept)))


def _relative(kept: Kept) -> str | None:
    found = text_of(child(kept.resource, "id"))
    return f"Patient/{found}" if found else None


def _about_the_person(resource: dict[str, Any], names: set[str]) -> bool:
    """False for what says that it is about somebody else."""
    subject = next((resource[name] for name in ("subject", "patient") if name in resource), None)
    target = text_of(child(subject, "reference"))
    return target is None or target.partition("/_history/")[0] in names
