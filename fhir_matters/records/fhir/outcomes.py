"""How it went: a form to an Observation whose focus is what it is about, and back. It settles no disagreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    children,
    code_in,
    concept,
    extension,
    number,
    present,
    value_in,
    word,
    words,
)
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.fhir.observations import REPLACES, categories, observation, when_said
from fhir_matters.records.fhir.spoken import (
    heard_in,
    in_words,
    spoken_extensions,
    spoken_of,
    translation_lines,
    translations_of,
)
from fhir_matters.records.forms import Avoided, Outcome, Parts
from fhir_matters.records.forms.outcomes import JUDGED

_HOURS = {"unit": "h", "system": "http://unitsofmeasure.org", "code": "h"}
_PLACE = "place"


def outcome(links: Links, key: str, went: Outcome) -> Element:
    """The Observation: the value says whether it was honoured, a component what did not have to happen."""
    kind = codes.OBSERVATION_KIND["outcome"]
    own = {
        "meta": {"profile": [codes.PROFILE_OUTCOME]},
        "language": went.language or links.language,
        "text": _text(links, went),
        "extension": list(_extensions(links, went)),
        "category": categories(kind),
        "code": concept((kind,), kind.display),
        "focus": [links.to(went.of)],
        "derivedFrom": heard_in(links, went),
        "valueCodeableConcept": in_words(concept((word(codes.HONOURED, went.honoured),), went.words), went),
        "component": list(_components(links, went)),
    }
    return observation(links, ("outcomes", key), went, went.said_by, own)


def _extensions(links: Links, went: Outcome) -> Iterator[Element]:
    yield from extension(REPLACES, "Reference", links.maybe(went.replaces))
    yield from spoken_extensions(went)


def _components(links: Links, went: Outcome) -> Iterator[Element]:
    yield from (_avoided(links, each) for each in went.avoided)
    if went.place is not None:
        part = codes.OUTCOME_PART[_PLACE]
        value = concept(_place_codings(links.parts, went), went.place)
        yield {"code": concept((part,), part.display), "valueCodeableConcept": value}


def _avoided(links: Links, found: Avoided) -> Element:
    """One thing that did not have to happen: in words, or else just that it is so."""
    part = word(codes.OUTCOME_PART, found.what)
    hours = None if found.hours is None else {"value": number(found.hours), **_HOURS}
    return present(
        {
            "extension": [
                *extension(codes.EXTENSION_HOURS_SAVED, "Quantity", hours),
                *extension(codes.EXTENSION_SEEN_BY, "Reference", links.maybe(found.seen_by)),
            ],
            "code": concept((part,), part.display),
            "valueString": found.words,
            "valueBoolean": True if found.words is None else None,
        }
    )


def _place_codings(parts: Parts, went: Outcome) -> tuple[Coding, ...]:
    """The place; where the wish was about the place of death, first what UK readers know as the actual one."""
    found = codes.WISH.get((went.place or "").strip().lower().replace(" ", "-"))
    if found is None or not found.as_actual_place_of_death:
        return ()
    wish = parts.preferences.get(went.of)
    died = wish is not None and wish.kind == "place of death"
    return (*(found.as_actual_place_of_death if died else ()), *found.coded_as, found)


def _about(parts: Parts, key: str) -> str:
    """What a judged part is about, in words: a wish, a question, a protocol, what is feared."""
    of: dict[str, Any] = {name: form for section in JUDGED for name, form in getattr(parts, section).items()}
    form = of[key]
    names = ("words", "wish", "question", "protocol", "trigger", "kind")
    found = next(value for name in names if (value := getattr(form, name, None)) is not None)
    return str(getattr(found, "name", found))


def _text(links: Links, went: Outcome) -> Element:
    lines = (
        ("Entered by mistake", "nobody said this" if went.withdrawn else None),
        ("Was it honoured", went.honoured),
        ("", went.words),
        *translation_lines(went),
        ("Why", went.why),
        ("Where it was in the end", went.place),
        ("Said by", ", ".join(filter(None, (links.name(went.said_by), when_said(links, went))))),
    )
    heading = f"How it went: {_about(links.parts, went.of)}"
    return narrative(went.language or links.language, heading, lines, (_line(links, each) for each in went.avoided))


def _line(links: Links, found: Avoided) -> str:
    hours = f"{found.hours} hours" if found.hours is not None else None
    seen = f"seen by {links.name(found.seen_by)}" if found.seen_by else None
    avoided = codes.OUTCOME_PART[found.what.replace(" ", "-")].display
    return "; ".join(filter(None, (avoided, found.words, hours, seen)))


def outcome_of(resource: Element, keys: Keys) -> Outcome:
    """The outcome of an Observation that was made by `outcome`."""
    value = resource.get("valueCodeableConcept")
    components = children(resource, "component")
    places = (each for each in components if _part(each) == _PLACE)
    found = {
        **spoken_of(resource, keys),
        "of": next(iter(keys.each(children(resource, "focus"), *JUDGED)), None),
        "honoured": words(code_in(value, codes.SYSTEM_HONOURED)),
        "words": child(value, "text"),
        "translations": translations_of(value, "text"),
        "place": next((child(child(each, "valueCodeableConcept"), "text") for each in places), None),
        "avoided": [_avoided_of(each, keys) for each in components if _part(each) != _PLACE],
        "replaces": keys.of(value_in(resource, REPLACES, "Reference"), "outcomes"),
    }
    return Outcome.model_validate(present(found))


def _part(component: Any) -> str | None:
    return code_in(child(component, "code"), codes.SYSTEM_OUTCOME_PART)


def _avoided_of(component: Any, keys: Keys) -> Element:
    return present(
        {
            "what": words(_part(component)),
            "words": child(component, "valueString"),
            "hours": child(value_in(component, codes.EXTENSION_HOURS_SAVED, "Quantity"), "value"),
            "seen_by": keys.of(value_in(component, codes.EXTENSION_SEEN_BY, "Reference")),
        }
    )
