"""Shared Decision Making 1.0 back into a record: each decision point a weighed choice, with who took part and the talk.

What a record asks for and PRSB does not say is taken as little as can be, and said in `lacking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from fhir_matters.errors import RecordError
from fhir_matters.records.forms import Domain, Person
from fhir_matters.records.forms.values import Date, DateTime, said
from fhir_matters.records.prsb.decision import (
    AGENDA,
    BENEFITS,
    CANCELLED,
    CONTACT,
    DECISION,
    DIALOGUE,
    INVOLVED,
    ISSUES,
    MATTERS,
    NAME,
    NOTHING,
    OPTION,
    OPTIONS,
    OTHERS,
    POINT,
    RELATIONSHIP,
    REVIEW,
    RISKS,
    ROLE,
    SEEN_BY,
    STATUS,
    TEXT,
    WHEN,
    WHERE,
    WITH,
)
from fhir_matters.records.prsb.report import SLASH, Item, Mapped, accounted, leaves
from fhir_matters.records.record import Record, record_of_parts

_DATE: TypeAdapter[str] = TypeAdapter(Date)
_MOMENT: TypeAdapter[str] = TypeAdapter(DateTime)
Sections = dict[str, dict[str, Any]]


def shared_decision_of(
    data: Mapping[str, Any], *, person: Person, domain: Domain = "techno-clinical"
) -> Mapped[Record]:
    """The shared decisions as a record of that person; the report has every value of them.

    PRSB says of no risk and no benefit which part of life it is about: all get the `domain`. Raises RecordError where
    there is no decision point, or one without options.
    """
    points = data.get(POINT)
    if not isinstance(points, list) or not points:
        raise RecordError(
            f"There is no {POINT!r} here.", place=POINT, next_step="Give the data of a PRSB Shared Decision Making."
        )
    sections: Sections = {name: {} for name in ("people", "colleagues", "conversations", "what_matters", "choices")}
    went = list(_contact(data, sections))
    for number, point in enumerate(points):
        went += _point(point, number, sections, domain)
    lacking = [f"domain: PRSB has none; every consideration got {domain!r}", *_assumed(sections)]
    items = accounted(leaves(data, SLASH), went, _REASONS, "a record has no place for this", SLASH)
    record = record_of_parts({"person": person, **sections}, "This shared decision cannot be a record as it is.")
    return Mapped(record, tuple(items), tuple(lacking))


def _contact(data: Mapping[str, Any], sections: Sections) -> Iterator[Item]:
    """The talk, with who was there; without its date it is none."""
    found = _inside(data, *CONTACT)
    when = _checked(_MOMENT, found.get(WHEN))
    if when is None:
        return
    there = [_somebody(each, sections) for each in (found.get(SEEN_BY), *_several(found, OTHERS))]
    where, alone = _words(found.get(WHERE)), found.get(WITH)
    talk = {"when": when, "where": where, "with": [key for key in there if key], "unnamed": alone}
    sections["conversations"]["contact"] = talk
    base = SLASH.join(CONTACT)
    yield Item(f"{base}{SLASH}{WHEN}", "conversations.contact.when")
    yield Item(f"{base}{SLASH}{WHERE}{SLASH}{TEXT}", "conversations.contact.where")
    yield Item(f"{base}{SLASH}{WITH}", "conversations.contact.unnamed")
    yield from (Item(f"{base}{SLASH}{name}", "conversations.contact.with") for name in (SEEN_BY, OTHERS))


def _point(point: Any, number: int, sections: Sections, domain: str) -> Iterator[Item]:
    dialogue = _inside(point, *DIALOGUE)
    key, base = f"decision-{number + 1}", SLASH.join((POINT, str(number), *DIALOGUE))
    options = [_option(each, f"{number}.{index}", domain) for index, each in enumerate(_several(dialogue, OPTIONS))]
    matters = said(dialogue.get(MATTERS))
    if matters:
        sections["what_matters"][f"matters-{number + 1}"] = {"words": matters, "said_by": "person"}
    question = said(_inside(dialogue, AGENDA[0]).get(AGENDA[1]))
    review = _inside(dialogue, REVIEW[0]).get(REVIEW[1])
    issues = said(_inside(dialogue, ISSUES[0]).get(ISSUES[1]))
    sections["choices"][key] = {
        "question": question or f"{' / '.join(option['what'] for option in options)}?",
        "in": "contact" if sections["conversations"] else None,
        "with_whom": [who for each in _several(dialogue, INVOLVED) if (who := _somebody(each, sections))],
        "rests_on": [f"matters-{number + 1}"] if matters else [],
        "options": {f"option-{index}": option for index, option in enumerate(options, start=1)},
        "decided": _decided(_words(_inside(dialogue, *DECISION[:2])), options),
        "reservations": [{"words": issues}] if issues else [],
        "look_again": _checked(_DATE, review),
        "withdrawn": _words(_inside(point, STATUS)) == CANCELLED,
    }
    yield from _went(dialogue, f"choices.{key}", base)
    yield Item(SLASH.join((POINT, str(number), STATUS, TEXT)), f"choices.{key}.decided, choices.{key}.withdrawn")


def _went(dialogue: Mapping[str, Any], choice: str, base: str) -> Iterator[Item]:
    places = {
        SLASH.join(AGENDA): "question",
        INVOLVED: "with_whom",
        MATTERS: "rests_on",
        SLASH.join(DECISION): "decided.words",
        SLASH.join(ISSUES): "reservations",
    }
    if _checked(_DATE, _inside(dialogue, REVIEW[0]).get(REVIEW[1])):
        places[SLASH.join(REVIEW)] = "look_again"
    yield from (Item(f"{base}{SLASH}{place}", f"{choice}.{field}") for place, field in places.items())
    for index, option in enumerate(_several(dialogue, OPTIONS)):
        inside = f"{choice}.options.option-{index + 1}"
        yield Item(SLASH.join((base, OPTIONS, str(index), OPTION, TEXT)), f"{inside}.what")
        for name in (RISKS, BENEFITS):
            for at, _ in enumerate(_several(option, name)):
                yield Item(SLASH.join((base, OPTIONS, str(index), name, str(at), TEXT)), f"{inside}.considerations")


def _option(option: Any, number: str, domain: str) -> dict[str, Any]:
    """An option in words; what begins with “Do nothing” leaves things as they are."""
    text = _words(_inside(option, OPTION))
    if text is None:
        raise RecordError(
            f"The option {number} has no words.", place=f"{OPTIONS} / {OPTION}", next_step="Say in words what it is."
        )
    rest = text.removeprefix(f"{NOTHING}: ").strip()
    found = {"what": text, "as_things_are": text == NOTHING or (text.startswith(f"{NOTHING}: ") and bool(rest))}
    if found["as_things_are"] and text != NOTHING:
        found["what"] = text.removeprefix(f"{NOTHING}: ")
    said = [("against", each) for each in _several(option, RISKS)] + [("for", e) for e in _several(option, BENEFITS)]
    found["considerations"] = [{way: words, "domain": domain} for way, each in said if (words := _words(each))]
    return found


def _decided(text: str | None, options: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The decision; the option with which it begins is the one that was chosen."""
    if text is None:
        return None
    named = {
        f"option-{n}": f"{NOTHING}: {o['what']}" if o["as_things_are"] and o["what"] != NOTHING else o["what"]
        for n, o in enumerate(options, start=1)
    }
    fitting = [key for key, words in named.items() if text.startswith(f"{words}: ") and text[len(words) + 2 :].strip()]
    if not fitting:
        return {"none_of_these": True, "words": text, "by": "person"}
    chosen = max(fitting, key=lambda key: len(named[key]))
    return {"option": chosen, "words": text[len(named[chosen]) + 2 :], "by": "person"}


def _somebody(found: Any, sections: Sections) -> str | None:
    """The key of somebody by name: a professional where there is a role, someone otherwise; the same one once."""
    name = said(found.get(NAME)) if isinstance(found, Mapping) else None
    if name is None:
        return None
    role, relation = said(found.get(ROLE)), said(found.get(RELATIONSHIP))
    section = "colleagues" if role or relation is None else "people"
    form = {"name": name, "role": role} if section == "colleagues" else {"name": name, "relation": relation}
    known = next((key for key, other in sections[section].items() if other == form), None)
    key = known or f"{'colleague' if section == 'colleagues' else 'someone'}-{len(sections[section]) + 1}"
    sections[section][key] = form
    return key


def _assumed(sections: Sections) -> Iterator[str]:
    for key, choice in sections["choices"].items():
        if choice["decided"]:
            yield f"choices.{key}.decided.by: PRSB has none; it is taken to be the person"
        if choice["decided"] and choice["decided"].get("none_of_these"):
            yield f"choices.{key}.decided.option: the decision begins with none of the options"


_REASONS = {
    "Coded value": "a record says in words what this is",
    REVIEW[1]: "this is no FHIR date",
    "Problem list": "problems stand in the clinical record",
}


def _inside(data: Any, *names: str) -> Mapping[str, Any]:
    """What is below, as far as it is there; empty where it is not."""
    for name in names:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _several(data: Any, name: str) -> list[Any]:
    found = data.get(name) if isinstance(data, Mapping) else None
    return found if isinstance(found, list) else []


def _words(data: Any) -> str | None:
    return said(data.get(TEXT)) if isinstance(data, Mapping) else None


def _checked(kind: TypeAdapter[str], value: Any) -> str | None:
    try:
        return kind.validate_python(value)
    except ValidationError:
        return None
