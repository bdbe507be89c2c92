"""What matters and preferences: forms to Observations (and a Flag for what is asked of everybody), and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding, Concept
from fhir_matters.records.dates import surely_after, surely_begins
from fhir_matters.records.elements import (
    Element,
    child,
    children,
    code_in,
    concept,
    extension,
    extensions_in,
    nested,
    present,
    text_of,
    value_in,
    word,
    words,
)
from fhir_matters.records.forms import Preference, Said, WeighedChoice, WhatMatters
from fhir_matters.records.links import Keys, Links
from fhir_matters.records.narrative import Line, narrative

REPLACES = "http://hl7.org/fhir/StructureDefinition/observation-replaces"
FLAG_DETAIL = "http://hl7.org/fhir/StructureDefinition/flag-detail"
_FLAG_CATEGORY = Coding("http://terminology.hl7.org/CodeSystem/flag-category", "behavioral", "Behavioral")


def when_said(links: Links, form: Said | WeighedChoice) -> str | None:
    """When something was said: as it says itself, or when the conversation was."""
    talk = links.parts.conversations.get(form.conversation or "")
    return form.when or (talk.when if talk else None)


def categories(found: Concept) -> list[Element]:
    """One CodeableConcept for each category, since the guides' slices match by exact value."""
    return [concept((category,)) for category in found.category]


def what_matters(links: Links, key: str, said: WhatMatters) -> Element:
    """The Observation of what matters: the words are the value, the speaker is the performer."""
    kind = word(codes.STATEMENT_KIND, said.kind)
    own = {
        "meta": {"profile": [codes.PROFILE_WHAT_MATTERS]},
        "text": _text(links, kind.display, said, ()),
        "extension": list(_said_extensions(links, said)),
        "category": categories(kind),
        "code": concept((*kind.coded_as, kind), kind.display),
        "valueString": said.words,
    }
    return _observation(links, ("what_matters", key), said, own)


def preference(links: Links, key: str, said: Preference) -> Element:
    """The Observation of a preference; without an answer it says why there is none."""
    kind = word(codes.PREFERENCE_KIND, said.kind)
    heading = f"{kind.display}: {said.treatment}" if said.treatment else kind.display
    own = {
        "meta": {"profile": [codes.PROFILE_PREFERENCE]},
        "text": _text(links, heading, said, _conditions(said)),
        "extension": [*_said_extensions(links, said), *_preference_extensions(said)],
        "category": categories(kind),
        "code": concept((*kind.coded_as, kind), said.treatment if said.kind == "treatment" else kind.display),
        **_answer(said),
    }
    return _observation(links, ("preferences", key), said, own)


def _observation(links: Links, steps: tuple[str, str], said: Said, own: Element) -> Element:
    """What both kinds have in common, around what is their own; elements in the order in which R4 lists them."""
    return present(
        {
            "resourceType": "Observation",
            "meta": None,
            "language": said.language or links.language,
            "text": None,
            "extension": None,
            "identifier": [links.identifier(*steps)],
            "partOf": [links.to(said.conversation)] if said.conversation else None,
            "status": "entered-in-error" if said.withdrawn else "final",
            "category": None,
            "code": None,
            "subject": links.to("person"),
            "effectiveDateTime": when_said(links, said),
            "performer": [links.to(said.said_by)] if said.said_by else None,
            **own,
        }
    )


def _said_extensions(links: Links, said: Said) -> Iterator[Element]:
    yield from extension(REPLACES, "Reference", links.maybe(said.replaces))
    yield from extension(codes.EXTENSION_WHY, "String", said.why)
    yield from extension(codes.EXTENSION_MEDIUM, "Code", said.medium)
    for again in said.still_stands:
        yield from nested(
            codes.EXTENSION_SAID_AGAIN,
            (*extension("when", "DateTime", again.when), *extension("to", "Reference", links.maybe(again.to))),
        )


def _preference_extensions(said: Preference) -> Iterator[Element]:
    yield from extension(codes.EXTENSION_WISH, "String", said.wish)
    yield from extension(codes.EXTENSION_ONLY_IF, "String", said.only_if)
    yield from extension(codes.EXTENSION_UNLESS, "String", said.unless)
    yield from extension(codes.EXTENSION_HOW_FIRM, "String", said.how_firm)
    yield from extension(codes.EXTENSION_VALID_FROM, "DateTime", said.valid_from)
    yield from extension(codes.EXTENSION_VALID_UNTIL, "DateTime", said.valid_until)
    yield from extension(codes.EXTENSION_REVIEW_BY, "Date", said.review_by)


def _answer(said: Preference) -> Element:
    """The value: what was said, with the codes of the wish where it has any; or why there is none."""
    if said.answer != "given":
        answer = word(codes.ANSWER, said.answer)
        return {"dataAbsentReason": concept((*answer.coded_as, answer), said.words)}
    text, codings = said.words or said.wish, _wish_codings(said)
    return {"valueCodeableConcept": concept(codings, text)} if codings else {"valueString": text}


def _wish_codings(said: Preference) -> tuple[Coding, ...]:
    """The place or the answer first, then question and answer in one as UK readers know it, then our own."""
    found = codes.WISH.get((said.wish or "").strip().lower().replace(" ", "-"))
    if found is None:
        return ()
    question = {"place of death": found.as_place_of_death, "cpr": found.as_cpr}.get(said.kind, ())
    return (*found.coded_as, *question, found)


def _conditions(said: Preference) -> tuple[Line, ...]:
    return (
        ("In short", said.wish if said.words else None),
        ("Only if", said.only_if),
        ("Unless", said.unless),
        ("How firm", said.how_firm),
        ("From", said.valid_from),
        ("Until", said.valid_until),
        ("Ask again by", said.review_by),
    )


def _text(links: Links, heading: str, said: Said, conditions: tuple[Line, ...]) -> Element:
    when = when_said(links, said)
    again = "; ".join(_again(links, each.when, each.to) for each in said.still_stands)
    lines: tuple[Line, ...] = (
        ("Entered by mistake", "nobody said this" if said.withdrawn else None),
        ("", _shown(said)),
        ("Why", said.why),
        *conditions,
        ("Said by", ", ".join(filter(None, (links.name(said.said_by) if said.said_by else None, when)))),
        ("Said again", again),
    )
    return narrative(said.language or links.language, heading, lines)


def _again(links: Links, when: str, to: str | None) -> str:
    return f"{when}, to {links.name(to)}" if to else when


def _shown(said: Said) -> str | None:
    if not isinstance(said, Preference):
        return said.words
    return said.words or said.wish or said.answer


def please(links: Links, key: str, said: Preference) -> Element | None:
    """The Flag of what is asked of everybody; None for any other preference.

    It is active while the preference stands: one that was replaced, or that ended before the last thing in the
    record was said, is inactive. There is no clock here; whoever reads the Flag later has its period.
    """
    if said.kind not in ("please do", "please do not") or said.answer != "given":
        return None
    kind = word(codes.PREFERENCE_KIND, said.kind)
    asked = said.words or said.wish
    return present(
        {
            "resourceType": "Flag",
            "meta": {"profile": [codes.PROFILE_PLEASE]},
            "language": said.language or links.language,
            "text": narrative(said.language or links.language, kind.display, (("", asked),)),
            "extension": list(extension(FLAG_DETAIL, "Reference", links.part("preferences", key))),
            "identifier": [links.identifier("preferences", key, "flag")],
            "status": _flag_status(links, key, said),
            "category": [concept((_FLAG_CATEGORY,))],
            "code": concept((kind,), asked),
            "subject": links.to("person"),
            "period": _period(said.valid_from or when_said(links, said), said.valid_until),
            "author": _flag_author(links, said),
        }
    )


def _period(start: str | None, end: str | None) -> Element:
    """A Period; its start is left out where it could be after its end."""
    doubtful = start is not None and end is not None and not surely_begins(start, end)
    return present({"start": None if doubtful else start, "end": end})


def _flag_status(links: Links, key: str, said: Preference) -> str:
    if said.withdrawn:
        return "entered-in-error"
    replaced = any(p.replaces == key and not p.withdrawn for p in links.parts.preferences.values())
    until = said.valid_until
    ended = until is not None and any(surely_after(day, until) for day in _days(links))
    return "inactive" if replaced or ended else "active"


def _days(links: Links) -> Iterator[str]:
    """Every day on which the record says that something was said."""
    parts = links.parts
    yield from (talk.when for talk in parts.conversations.values())
    for said in (*parts.what_matters.values(), *parts.preferences.values()):
        yield from filter(None, (said.when, *(again.when for again in said.still_stands)))
    yield from filter(None, (weighed.when for weighed in parts.choices.values()))


def _flag_author(links: Links, said: Preference) -> Element | None:
    """R4 Flag.author may be the patient or a professional, and no RelatedPerson."""
    allowed = said.said_by is not None and links.sections[said.said_by] in ("person", "colleagues")
    return links.maybe(said.said_by) if allowed else None


def what_matters_of(resource: Element, keys: Keys) -> WhatMatters:
    """What matters, of an Observation that was made by `what_matters`."""
    kind = words(code_in(resource.get("code"), codes.SYSTEM_STATEMENT_KIND))
    found = {**_said_of(resource, keys, "what_matters"), "kind": kind, "words": resource.get("valueString")}
    return WhatMatters.model_validate(present(found))


def preference_of(resource: Element, keys: Keys) -> Preference:
    """The preference of an Observation that was made by `preference`."""
    kind = words(code_in(resource.get("code"), codes.SYSTEM_PREFERENCE_KIND))
    found = {
        **_said_of(resource, keys, "preferences"),
        **_answer_of(resource),
        "kind": kind,
        "treatment": child(resource.get("code"), "text") if kind == "treatment" else None,
        "only_if": value_in(resource, codes.EXTENSION_ONLY_IF, "String"),
        "unless": value_in(resource, codes.EXTENSION_UNLESS, "String"),
        "how_firm": value_in(resource, codes.EXTENSION_HOW_FIRM, "String"),
        "valid_from": value_in(resource, codes.EXTENSION_VALID_FROM, "DateTime"),
        "valid_until": value_in(resource, codes.EXTENSION_VALID_UNTIL, "DateTime"),
        "review_by": value_in(resource, codes.EXTENSION_REVIEW_BY, "Date"),
    }
    return Preference.model_validate(present(found))


def _answer_of(resource: Element) -> Element:
    if "dataAbsentReason" in resource:
        reason = resource["dataAbsentReason"]
        return {"answer": words(code_in(reason, codes.SYSTEM_ANSWER)), "words": child(reason, "text")}
    wish = value_in(resource, codes.EXTENSION_WISH, "String")
    text = resource.get("valueString", child(resource.get("valueCodeableConcept"), "text"))
    return {"wish": wish, "words": None if text == wish else text}


def _said_of(resource: Element, keys: Keys, section: str) -> dict[str, Any]:
    performers = children(resource, "performer")
    return {
        "why": value_in(resource, codes.EXTENSION_WHY, "String"),
        "said_by": next(iter(keys.each(performers)), None),
        "in": next(iter(keys.each(children(resource, "partOf"), "conversations")), None),
        "when": resource.get("effectiveDateTime"),
        "language": resource.get("language"),
        "medium": text_of(value_in(resource, codes.EXTENSION_MEDIUM, "Code")),
        "replaces": keys.of(value_in(resource, REPLACES, "Reference"), section),
        "still_stands": [
            present({"when": value_in(each, "when", "DateTime"), "to": keys.of(value_in(each, "to", "Reference"))})
            for each in extensions_in(resource, codes.EXTENSION_SAID_AGAIN)
        ],
        "withdrawn": resource.get("status") == "entered-in-error" or None,
    }
