"""What matters and preferences: forms to Observations, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    code_in,
    concept,
    extension,
    extensions_in,
    nested,
    present,
    value_in,
    word,
    words,
)
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import Line, narrative
from fhir_matters.records.fhir.observations import REPLACES, categories, observation, when_said
from fhir_matters.records.fhir.spoken import (
    heard_in,
    in_words,
    spoken_extensions,
    spoken_of,
    translated,
    translation_lines,
    translations_of,
)
from fhir_matters.records.forms import Preference, Said, SaidAgain, WhatMatters


def what_matters(links: Links, key: str, said: WhatMatters) -> Element:
    """The Observation of what matters: the words are the value, the speaker is the performer.

    Without an answer it says why there is none.
    """
    kind = word(codes.STATEMENT_KIND, said.kind)
    own = {
        "meta": {"profile": [codes.PROFILE_WHAT_MATTERS]},
        "text": _text(links, kind.display, said, ()),
        "extension": list(_said_extensions(links, said)),
        "category": categories(kind),
        "code": concept((*kind.coded_as, kind), kind.display),
        **(_absent(said) or {"valueString": said.words, **translated("valueString", said)}),
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
    common = {
        "language": said.language or links.language,
        "derivedFrom": heard_in(links, said),
    }
    return observation(links, steps, said, said.said_by, {**own, **common})


def _said_extensions(links: Links, said: Said) -> Iterator[Element]:
    yield from extension(REPLACES, "Reference", links.maybe(said.replaces))
    yield from spoken_extensions(said)
    yield from extension(codes.EXTENSION_VALID_FROM, "DateTime", said.valid_from)
    yield from extension(codes.EXTENSION_VALID_UNTIL, "DateTime", said.valid_until)
    yield from extension(codes.EXTENSION_REVIEW_BY, "Date", said.review_by)
    for again in said.still_stands:
        yield from nested(codes.EXTENSION_SAID_AGAIN, _again(links, again))


def _again(links: Links, again: SaidAgain) -> Iterator[Element]:
    yield from extension("when", "DateTime", again.when)
    yield from extension("by", "Reference", links.maybe(again.by))
    yield from extension("to", "Reference", links.maybe(again.to))


def _preference_extensions(said: Preference) -> Iterator[Element]:
    yield from extension(codes.EXTENSION_WISH, "String", said.wish)
    yield from extension(codes.EXTENSION_ONLY_IF, "String", said.only_if)
    yield from extension(codes.EXTENSION_UNLESS, "String", said.unless)
    yield from extension(codes.EXTENSION_HOW_FIRM, "String", said.how_firm)


def _absent(said: Said) -> Element | None:
    """Why there is no answer, with what was said instead; None where there is one."""
    if said.answer == "given":
        return None
    answer = word(codes.ANSWER, said.answer)
    # UK readers know some of these as findings about the place of death: question and answer in one.
    place = isinstance(said, Preference) and said.kind == "place of death"
    codings = (*answer.as_absent_reason, *(answer.as_place_of_death if place else ()), answer)
    return {"dataAbsentReason": in_words(concept(codings, said.words), said)}


def _answer(said: Preference) -> Element:
    """The value: what was said, with the codes of the wish where it has any; or why there is none."""
    text, codings = said.words or said.wish, _wish_codings(said)
    if (absent := _absent(said)) is not None:
        return absent
    if codings:
        return {"valueCodeableConcept": in_words(concept(codings, text), said)}
    return {"valueString": text, **translated("valueString", said)}


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
    )


def _text(links: Links, heading: str, said: Said, conditions: tuple[Line, ...]) -> Element:
    when = when_said(links, said)
    again = "; ".join(_again_in_words(links, each) for each in said.still_stands)
    lines: tuple[Line, ...] = (
        ("Entered by mistake", "nobody said this" if said.withdrawn else None),
        ("", _shown(said)),
        *translation_lines(said),
        ("Why", said.why),
        *conditions,
        ("From", said.valid_from),
        ("Until", said.valid_until),
        ("Ask again by", said.review_by),
        ("Said by", ", ".join(filter(None, (links.name(said.said_by) if said.said_by else None, when)))),
        ("Said again", again),
    )
    return narrative(said.language or links.language, heading, lines)


def _again_in_words(links: Links, again: SaidAgain) -> str:
    by = f", by {links.name(again.by)}" if again.by else ""
    return again.when + by + (f", to {links.name(again.to)}" if again.to else "")


def _shown(said: Said) -> str | None:
    """The words; without any the short answer, or why there is none."""
    wish = said.wish if isinstance(said, Preference) else None
    return said.words or wish or said.answer


def what_matters_of(resource: Element, keys: Keys) -> WhatMatters:
    """What matters, of an Observation that was made by `what_matters`."""
    kind = words(code_in(resource.get("code"), codes.SYSTEM_STATEMENT_KIND))
    found = {**_said_of(resource, keys, "what_matters"), "kind": kind}
    return WhatMatters.model_validate(present(found))


def preference_of(resource: Element, keys: Keys) -> Preference:
    """The preference of an Observation that was made by `preference`."""
    kind = words(code_in(resource.get("code"), codes.SYSTEM_PREFERENCE_KIND))
    found = {
        **_said_of(resource, keys, "preferences"),
        "kind": kind,
        "treatment": child(resource.get("code"), "text") if kind == "treatment" else None,
        "wish": value_in(resource, codes.EXTENSION_WISH, "String"),
        "only_if": value_in(resource, codes.EXTENSION_ONLY_IF, "String"),
        "unless": value_in(resource, codes.EXTENSION_UNLESS, "String"),
        "how_firm": value_in(resource, codes.EXTENSION_HOW_FIRM, "String"),
    }
    # Words that only repeat the wish were none; with a translation beside them they were said.
    if found["words"] == found["wish"] and not found["translations"]:
        found["words"] = None
    return Preference.model_validate(present(found))


def _answer_of(resource: Element) -> Element:
    """The words, their translations, and why there is no answer: from the value, or from what stands for it."""
    reason, value = resource.get("dataAbsentReason"), resource.get("valueCodeableConcept")
    holder, name = (resource, "valueString") if reason is None and value is None else (reason or value, "text")
    return {
        "answer": words(code_in(reason, codes.SYSTEM_ANSWER)) if reason is not None else None,
        "words": child(holder, name),
        "translations": translations_of(holder, name),
    }


def _said_of(resource: Element, keys: Keys, section: str) -> dict[str, Any]:
    return {
        **spoken_of(resource, keys),
        **_answer_of(resource),
        "replaces": keys.of(value_in(resource, REPLACES, "Reference"), section),
        "valid_from": value_in(resource, codes.EXTENSION_VALID_FROM, "DateTime"),
        "valid_until": value_in(resource, codes.EXTENSION_VALID_UNTIL, "DateTime"),
        "review_by": value_in(resource, codes.EXTENSION_REVIEW_BY, "Date"),
        "still_stands": [_again_of(each, keys) for each in extensions_in(resource, codes.EXTENSION_SAID_AGAIN)],
    }


def _again_of(found: Element, keys: Keys) -> Element:
    who = {name: keys.of(value_in(found, name, "Reference")) for name in ("by", "to")}
    return present({"when": value_in(found, "when", "DateTime"), **who})
