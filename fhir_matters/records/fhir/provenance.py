"""Who said it and who wrote it down: a Provenance for each part whose writing is on record, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.elements import Element, child, children, code_in, concept, extension, present, value_in
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.fhir.observations import when_said
from fhir_matters.records.fit import REPLACEABLE
from fhir_matters.records.forms import Conversation, WrittenDown

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_AUTHOR = Coding(_PARTICIPANT, "author", "Author")
_ENTERER = Coding(_PARTICIPANT, "enterer", "Enterer")
# Whose words something is, by the name that its form has for them.
_SPEAKERS = ("said_by", "weighed_by", "made_by", "asked_by")
_DAY = len("2026-03-03")


def provenance(links: Links, steps: tuple[str, ...]) -> Element | None:
    """Who wrote the part down: as it says itself, or as its conversation says; None where neither does."""
    section, key = steps
    if section not in ("conversations", *REPLACEABLE):
        return None
    form = getattr(links.parts, section)[key]
    talk = form if isinstance(form, Conversation) else links.parts.conversations.get(form.conversation or "")
    written = form.written_down or (talk.written_down if talk else None)
    return _provenance(links, steps, form, written) if written else None


def _provenance(links: Links, steps: tuple[str, ...], form: Any, written: WrittenDown) -> Element:
    speaker = next(filter(None, (getattr(form, name, None) for name in _SPEAKERS)), None)
    said = form.when if isinstance(form, Conversation) else when_said(links, form)
    return present(
        {
            "resourceType": "Provenance",
            "meta": {"profile": [codes.PROFILE_WRITTEN_DOWN]},
            "language": links.language,
            "text": _text(links, speaker, said, written),
            # R4 Provenance has no identifier of its own.
            "extension": list(
                extension(codes.EXTENSION_IN_RECORD, "Identifier", links.identifier(*steps, "provenance"))
            ),
            "target": [links.part(*steps)],
            "occurredDateTime": said,
            **_recorded(written.when),
            "agent": list(_agents(links, speaker, written)),
            "entity": [{"role": "source", "what": {"display": written.form}}] if written.form else None,
        }
    )


def _recorded(when: str | None) -> Element:
    """R4 Provenance.recorded is an instant: a day alone stands beside it, and no time of day is made up."""
    if when is not None and len(when) > _DAY:
        return {"recorded": when}
    unknown = extension(ABSENT, "Code", "unknown")
    return {"_recorded": {"extension": [*unknown, *extension(codes.EXTENSION_WRITTEN_WHEN, "DateTime", when)]}}


def _agents(links: Links, speaker: str | None, written: WrittenDown) -> Iterator[Element]:
    if speaker is not None:
        yield {"type": concept((_AUTHOR,)), "who": links.to(speaker)}
    if written.by is not None or written.on_behalf_of is not None or speaker is None:
        # R4 wants somebody: where nobody is known by name, the team; where that is not known either, it says so.
        who = links.to(written.by) if written.by else {"display": written.on_behalf_of or "not on record"}
        behalf = {"display": written.on_behalf_of} if written.on_behalf_of else None
        yield present({"type": concept((_ENTERER,)), "who": who, "onBehalfOf": behalf})


def _text(links: Links, speaker: str | None, said: str | None, written: WrittenDown) -> Element:
    lines = (
        ("Said by", ", ".join(filter(None, (links.name(speaker) if speaker else None, said)))),
        ("Written down by", links.name(written.by) if written.by else None),
        ("For", written.on_behalf_of),
        ("When", written.when),
        ("On, or from", written.form),
    )
    return narrative(links.language, "Who wrote it down", lines)


def written_down_of(resource: Element, keys: Keys) -> WrittenDown:
    """Who wrote a part down, of a Provenance that was made by `provenance`."""
    agents = children(resource, "agent")
    enterer = next((each for each in agents if code_in(child(each, "type"), _PARTICIPANT) == "enterer"), None)
    source = child(next(iter(children(resource, "entity")), None), "what")
    day = value_in(resource.get("_recorded"), codes.EXTENSION_WRITTEN_WHEN, "DateTime")
    found = {
        "by": keys.of(child(enterer, "who")),
        "when": resource.get("recorded") or day,
        "on_behalf_of": child(child(enterer, "onBehalfOf"), "display"),
        "form": child(source, "display"),
    }
    return WrittenDown.model_validate(present(found))
