"""Weighed choices: forms to a panel of Observations (choice, options, considerations), and back. Adds nothing up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    children,
    code_in,
    concept,
    extension,
    extensions_in,
    nested,
    number,
    present,
    value_in,
    values_in,
    word,
)
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.fhir.observations import REPLACES, categories, observation, when_said
from fhir_matters.records.forms import Consideration, Decision, Likelihood, Option, WeighedChoice, Weight
from fhir_matters.records.forms.entry import BASIS

_UCUM = "http://unitsofmeasure.org"


def choice(links: Links, key: str, weighed: WeighedChoice) -> Element:
    """The Observation of a choice: what was decided is the value, the options are its members."""
    kind = codes.OBSERVATION_KIND["choice"]
    own = {
        "meta": {"profile": [codes.PROFILE_WEIGHED_CHOICE]},
        "text": _choice_text(links, weighed),
        "extension": list(_choice_extensions(links, key, weighed)),
        "category": categories(kind),
        "code": concept((*kind.coded_as, kind), weighed.question),
        "valueString": weighed.decided.words if weighed.decided else None,
        "hasMember": [links.part("choices", key, "options", option) for option in weighed.options],
        "derivedFrom": links.each(weighed.rests_on),
    }
    return observation(links, ("choices", key), weighed, weighed.weighed_by, own)


def option(links: Links, steps: tuple[str, str], weighed: WeighedChoice, found: Option) -> Element:
    """The Observation of one option: a component for each thing that speaks for or against it."""
    kind = codes.OBSERVATION_KIND["option"]
    key, name = steps
    own = {
        "meta": {"profile": [codes.PROFILE_OPTION]},
        "text": _option_text(links, found),
        "extension": list(extension(codes.EXTENSION_AS_THINGS_ARE, "Boolean", found.as_things_are or None)),
        "category": categories(kind),
        "code": concept((*kind.coded_as, kind), found.what),
        "component": [_component(links, each) for each in found.considerations],
    }
    return observation(links, ("choices", key, "options", name), weighed, weighed.weighed_by, own)


def _choice_extensions(links: Links, key: str, weighed: WeighedChoice) -> Iterator[Element]:
    yield from extension(REPLACES, "Reference", links.maybe(weighed.replaces))
    for who in weighed.with_whom:
        yield from extension(codes.EXTENSION_WEIGHED_WITH, "Reference", links.to(who))
    if weighed.decided:
        yield from _decision(links, key, weighed.decided)
    for reservation in weighed.reservations:
        said = extension("words", "String", reservation.words)
        by = extension("by", "Reference", links.maybe(reservation.by))
        yield from nested(codes.EXTENSION_RESERVATION, (*said, *by))
    yield from extension(codes.EXTENSION_LOOK_AGAIN, "Date", weighed.look_again)


def _decision(links: Links, key: str, decided: Decision) -> Iterator[Element]:
    chosen = links.part("choices", key, "options", decided.option) if decided.option else None
    yield from extension(codes.EXTENSION_DECIDED_OPTION, "Reference", chosen)
    yield from extension(codes.EXTENSION_DECIDED_BY, "Reference", links.to(decided.decided_by))
    yield from extension(codes.EXTENSION_DECIDED_WHEN, "DateTime", decided.when)
    for who in decided.together_with:
        yield from extension(codes.EXTENSION_TOGETHER_WITH, "Reference", links.to(who))


def _component(links: Links, found: Consideration) -> Element:
    direction = "for" if found.speaks_for is not None else "against"
    kind = word(codes.CONSIDERATION, f"{found.domain}-{direction}")
    return present(
        {
            "extension": list(_consideration_extensions(links, found)),
            "code": concept((kind,), kind.display),
            "valueString": found.speaks_for or found.against,
        }
    )


def _consideration_extensions(links: Links, found: Consideration) -> Iterator[Element]:
    if found.likelihood:
        yield from nested(codes.EXTENSION_LIKELIHOOD, _likelihood(links, found.likelihood))
    if found.weight:
        yield from nested(codes.EXTENSION_WEIGHT, _weight(found.weight))
    yield from extension(codes.EXTENSION_RAISED_BY, "Reference", links.maybe(found.raised_by))
    yield from extension(codes.EXTENSION_TIPPED_IT, "Boolean", found.tipped_it or None)


def _likelihood(links: Links, found: Likelihood) -> Iterator[Element]:
    yield from extension("words", "String", found.words)
    bounds = {"low": _probability(found.low), "high": _probability(found.high)}
    yield from extension("range", "Range", present(bounds) or None)
    yield from extension("over", "String", found.over)
    if found.source is not None and links.sections.get(found.source) in ("person", "people", "colleagues"):
        yield from extension("source", "Reference", links.to(found.source))
    else:
        yield from extension("source", "String", found.source)


def _probability(value: Decimal | None) -> Element | None:
    return None if value is None else {"value": number(value), "system": _UCUM, "code": "1"}


def _weight(found: Weight) -> Iterator[Element]:
    yield from extension("words", "String", found.words)
    yield from extension("number", "Decimal", None if found.number is None else number(found.number))
    yield from extension("scale", "String", found.scale)


def _choice_text(links: Links, weighed: WeighedChoice) -> Element:
    decided = weighed.decided
    by = links.names((decided.decided_by, *decided.together_with)) if decided else None
    reserved = "; ".join(r.words + (f" ({links.name(r.by)})" if r.by else "") for r in weighed.reservations)
    lines = (
        ("Entered by mistake", "nobody weighed this" if weighed.withdrawn else None),
        ("Decided", decided.words if decided else "still weighing"),
        ("Decided by", by),
        ("Weighed by", links.names((weighed.weighed_by, *weighed.with_whom))),
        ("When", when_said(links, weighed)),
        ("Reservations", reserved),
        ("Look again", weighed.look_again),
    )
    return narrative(links.language, weighed.question, lines, (found.what for found in weighed.options.values()))


def _option_text(links: Links, found: Option) -> Element:
    lines = (("As things are", "yes" if found.as_things_are else None),)
    return narrative(links.language, found.what, lines, (_line(links, each) for each in found.considerations))


def _line(links: Links, found: Consideration) -> str:
    direction = "For" if found.speaks_for is not None else "Against"
    weight = found.weight
    number = f"{weight.number} ({weight.scale})" if weight and weight.number is not None else None
    asides = filter(
        None,
        (
            found.domain,
            f"raised by {links.name(found.raised_by)}" if found.raised_by else None,
            f"how likely: {found.likelihood.words}" if found.likelihood and found.likelihood.words else None,
            f"weight: {', '.join(filter(None, (weight.words, number)))}" if weight else None,
            "this tipped it" if found.tipped_it else None,
        ),
    )
    return f"{direction}: {found.speaks_for or found.against} ({'; '.join(asides)})"


def choice_of(resource: Element, keys: Keys, options: Mapping[str, Element]) -> WeighedChoice:
    """The weighed choice of an Observation that was made by `choice`, and of those of its options by key."""
    members = [keys.steps(member) for member in children(resource, "hasMember")]
    order = [steps[3] for steps in members if len(steps) == _OPTION and steps[3] in options]
    found = {
        "question": child(resource.get("code"), "text"),
        "in": next(iter(keys.each(children(resource, "partOf"), "conversations")), None),
        "when": resource.get("effectiveDateTime"),
        "weighed_by": next(iter(keys.each(children(resource, "performer"))), None),
        "with_whom": keys.each(values_in(resource, codes.EXTENSION_WEIGHED_WITH, "Reference")),
        "rests_on": keys.each(children(resource, "derivedFrom"), *BASIS),
        "options": {name: _option_of(options[name], keys) for name in order},
        "decided": _decision_of(resource, keys),
        "reservations": list(_reservations_of(resource, keys)),
        "look_again": value_in(resource, codes.EXTENSION_LOOK_AGAIN, "Date"),
        "replaces": keys.of(value_in(resource, REPLACES, "Reference"), "choices"),
        "withdrawn": resource.get("status") == "entered-in-error" or None,
    }
    return WeighedChoice.model_validate(present(found))


_OPTION = len(("choices", "key", "options", "name"))


def _option_of(resource: Element, keys: Keys) -> Element:
    considerations: Iterable[Any] = children(resource, "component")
    return present(
        {
            "what": child(resource.get("code"), "text"),
            "as_things_are": value_in(resource, codes.EXTENSION_AS_THINGS_ARE, "Boolean"),
            "considerations": [_consideration_of(each, keys) for each in considerations],
        }
    )


def _consideration_of(component: Any, keys: Keys) -> Element:
    code = code_in(child(component, "code"), codes.SYSTEM_CONSIDERATION) or ""
    domain, _, direction = code.rpartition("-")
    weight = next(extensions_in(component, codes.EXTENSION_WEIGHT), None)
    likelihood = next(extensions_in(component, codes.EXTENSION_LIKELIHOOD), None)
    return present(
        {
            direction: child(component, "valueString"),
            "domain": domain,
            "likelihood": _likelihood_of(likelihood, keys),
            "weight": _weight_of(weight),
            "raised_by": keys.of(value_in(component, codes.EXTENSION_RAISED_BY, "Reference")),
            "tipped_it": value_in(component, codes.EXTENSION_TIPPED_IT, "Boolean"),
        }
    )


def _likelihood_of(found: Any, keys: Keys) -> Element:
    bounds = value_in(found, "range", "Range")
    source = value_in(found, "source", "String") or keys.of(value_in(found, "source", "Reference"))
    return present(
        {
            "words": value_in(found, "words", "String"),
            "low": child(child(bounds, "low"), "value"),
            "high": child(child(bounds, "high"), "value"),
            "over": value_in(found, "over", "String"),
            "source": source,
        }
    )


def _weight_of(found: Any) -> Element:
    kinds = {"words": "String", "number": "Decimal", "scale": "String"}
    return present({name: value_in(found, name, kind) for name, kind in kinds.items()})


def _decision_of(resource: Element, keys: Keys) -> Element | None:
    if "valueString" not in resource:
        return None
    chosen = keys.steps(value_in(resource, codes.EXTENSION_DECIDED_OPTION, "Reference"))
    return present(
        {
            "option": chosen[3] if len(chosen) == _OPTION else None,
            "none_of_these": len(chosen) != _OPTION or None,
            "words": resource["valueString"],
            "by": keys.of(value_in(resource, codes.EXTENSION_DECIDED_BY, "Reference")),
            "together_with": keys.each(values_in(resource, codes.EXTENSION_TOGETHER_WITH, "Reference")),
            "when": value_in(resource, codes.EXTENSION_DECIDED_WHEN, "DateTime"),
        }
    )


def _reservations_of(resource: Element, keys: Keys) -> Iterator[Element]:
    for found in extensions_in(resource, codes.EXTENSION_RESERVATION):
        by = keys.of(value_in(found, "by", "Reference"))
        yield present({"words": value_in(found, "words", "String"), "by": by})
