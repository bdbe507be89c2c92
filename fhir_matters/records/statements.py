"""What matters and preferences: forms to Observations, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
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
from fhir_matters.records.forms import Preference, Said, WhatMatters
from fhir_matters.records.links import Keys, Links
from fhir_matters.records.narrative import Line, narrative
from fhir_matters.records.observations import REPLACES, categories, observation, when_said


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
    return _statement(links, ("what_matters", key), said, own)


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
    return _statement(links, ("preferences", key), said, own)


def _statement(links: Links, steps: tuple[str, str], said: Said, own: Element) -> Element:
    status = "entered-in-error" if said.withdrawn else "final"
    return observation(
        links, steps, said, said.said_by, {**own, "language": said.language or links.language, "status": status}
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
