"""Shared Decision Making 1.0: a weighed choice as PRSB has it. What speaks for an option is a benefit, else a risk.

PRSB has no item for the part of life, the weight, the likelihood or who raised it: the report says each of these by
name. The option that leaves things as they are is told by its beginning, “Do nothing: ”, and the decision begins with
the option that was chosen, so that both can be read back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_matters.errors import RecordError
from fhir_matters.records.fhir.links import Links, links_of
from fhir_matters.records.forms import Conversation, Option, Parts, WeighedChoice
from fhir_matters.records.forms.entry import BASIS
from fhir_matters.records.prsb.report import DOT, SLASH, Item, Mapped, accounted, leaves

TEXT, NAME, ROLE, RELATIONSHIP = "Free text", "Name", "Role", "Relationship"
CONTACT = ("Contacts with professionals", "Contacts with professionals record entry")
WHEN, WHERE, SEEN_BY = "Date and time of contact", "Location of contact", "Seen by"
WITH, OTHERS = "Person accompanying patient", "Professionals present"
POINT, STATUS = "Shared decision point", "Shared decision status"
DIALOGUE = ("Discussion actions", "Decision dialogue (deliberation)")
INVOLVED, AGENDA = "People involved in making the decision", ("Shared agenda setting", "Patient agenda")
MATTERS, OPTIONS, OPTION = "What matters to the person", "Options discussed", "Option entry"
RISKS, BENEFITS = "Risks communication entry", "Benefits entry"
DECISION = ("Recording the decision", "Decision entry", TEXT)
REVIEW = ("Recording the decision", "Planned review date/interval")
ISSUES = ("Decision issues cluster", "Decision issue details")
IN_PROGRESS, VALID, CANCELLED = "in progress", "valid", "cancelled"
NOTHING = "Do nothing"
_LONGEST = 150  # characters, in most of PRSB's free texts


def shared_decision(record: Parts, key: str) -> Mapped[dict[str, Any]]:
    """That choice as a shared decision; the report has every field of the choice, of its talk and of what it rests on.

    `lacking` are the items that PRSB makes mandatory and the record does not have. Raises RecordError where there is
    no such choice.
    """
    if key not in record.choices:
        raise RecordError(
            f"There is no choice {key!r} in this record.",
            next_step=f"There are: {', '.join(record.choices) or 'none'}.",
        )
    links, choice = links_of(record), record.choices[key]
    talk = record.conversations.get(choice.conversation or "")
    data: dict[str, Any] = {POINT: [_point(links, key, choice)]}
    if talk:
        data = {CONTACT[0]: {CONTACT[1]: _contact(links, talk)}, **data}
    told = _told(record, key, choice)
    plain = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    about = [place for place in leaves(plain, DOT) if place.startswith(tuple(f"{each}." for each in told))]
    items = accounted(about, _went(record, key, choice), _REASONS, "PRSB has no item for this", DOT)
    return Mapped(data, tuple(_with_length(item, plain) for item in items), tuple(_lacking(choice, talk)))


def _point(links: Links, key: str, choice: WeighedChoice) -> dict[str, Any]:
    point: dict[str, Any] = {STATUS: {TEXT: _status(links.parts, key, choice)}}
    dialogue: dict[str, Any] = {
        INVOLVED: [_involved(links, who) for who in _who(choice)],
        AGENDA[0]: {AGENDA[1]: choice.question},
        MATTERS: "\n\n".join(_matters(links.parts, choice)),
        OPTIONS: [_option(option) for option in choice.options.values()],
        DECISION[0]: _decided(choice),
        ISSUES[0]: {ISSUES[1]: "\n\n".join(_reservations(links, choice))} if choice.reservations else {},
    }
    return {**point, DIALOGUE[0]: {DIALOGUE[1]: {name: found for name, found in dialogue.items() if found}}}


def _status(record: Parts, key: str, choice: WeighedChoice) -> str:
    replaced = any(other.replaces == key and not other.withdrawn for other in record.choices.values())
    if choice.withdrawn or replaced:
        return CANCELLED
    return VALID if choice.decided else IN_PROGRESS


def _who(choice: WeighedChoice) -> list[str]:
    """Everybody who took part but the person, whose decision it is: each once."""
    decided = (choice.decided.decided_by, *choice.decided.together_with) if choice.decided else ()
    return [who for who in dict.fromkeys((choice.weighed_by, *choice.with_whom, *decided)) if who != "person"]


def _involved(links: Links, who: str) -> dict[str, str]:
    someone, colleague = links.parts.people.get(who), links.parts.colleagues.get(who)
    found = {
        NAME: links.name(who),
        RELATIONSHIP: someone.relation if someone else None,
        ROLE: colleague.role if colleague and colleague.name else None,
    }
    return {name: said for name, said in found.items() if said}


def _matters(record: Parts, choice: WeighedChoice) -> Iterator[str]:
    """What the choice rests on, in words: what was said, or what was decided before."""
    for place in _basis(record, choice):
        section, key = place.split(DOT)
        said = getattr(record, section)[key]
        words = (
            (said.decided and said.decided.words) if section == "choices" else said.words or getattr(said, "wish", None)
        )
        if words:
            yield words


def _option(option: Option) -> dict[str, Any]:
    risks = [{TEXT: each.against} for each in option.considerations if each.against]
    benefits = [{TEXT: each.speaks_for} for each in option.considerations if each.speaks_for]
    found = {OPTION: {TEXT: option_text(option)}, RISKS: risks, BENEFITS: benefits}
    return {name: each for name, each in found.items() if each}


def option_text(option: Option) -> str:
    """What would be done; what leaves things as they are says so at its beginning."""
    if not option.as_things_are or option.what == NOTHING:
        return option.what
    return f"{NOTHING}: {option.what}"


def _decided(choice: WeighedChoice) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if choice.decided:
        chosen = choice.options[choice.decided.option] if choice.decided.option else None
        words = f"{option_text(chosen)}: {choice.decided.words}" if chosen else choice.decided.words
        found[DECISION[1]] = {TEXT: words}
    return found | ({REVIEW[1]: choice.look_again} if choice.look_again else {})


def _reservations(links: Links, choice: WeighedChoice) -> Iterator[str]:
    for each in choice.reservations:
        yield f"{links.name(each.by)}: {each.words}" if each.by else each.words


def _contact(links: Links, talk: Conversation) -> dict[str, Any]:
    professionals = [who for who in talk.present if links.sections[who] == "colleagues"]
    people = [who for who in talk.present if links.sections[who] == "people"]
    found = {
        WHEN: talk.when,
        WHERE: {TEXT: talk.where} if talk.where else None,
        SEEN_BY: _involved(links, professionals[0]) if professionals else None,
        WITH: ", ".join(filter(None, (links.names(people), talk.unnamed))),
        OTHERS: [_involved(links, who) for who in professionals[1:]],
    }
    return {name: each for name, each in found.items() if each}


def _lacking(choice: WeighedChoice, talk: Conversation | None) -> Iterator[str]:
    """What PRSB makes mandatory and nobody has said."""
    if talk is None:
        yield CONTACT[0]
    yield from ("Responsible professional", "Problem list")
    if not choice.rests_on:
        yield MATTERS
    for name, option in choice.options.items():
        if not any(each.against for each in option.considerations):
            yield f"{RISKS}: nothing speaks against {name!r}"
        if not any(each.speaks_for for each in option.considerations):
            yield f"{BENEFITS}: nothing speaks for {name!r}"


def in_dialogue(*steps: str) -> str:
    """The place of something in the dialogue of a decision point."""
    return SLASH.join((POINT, *DIALOGUE, *steps))


def in_contact(*steps: str) -> str:
    """The place of something in the contact."""
    return SLASH.join((*CONTACT, *steps))


def _told(record: Parts, key: str, choice: WeighedChoice) -> list[str]:
    """The places of the forms that are told: the choice, its talk, and what it rests on."""
    talk = [f"conversations.{choice.conversation}"] if choice.conversation else []
    return [f"choices.{key}", *talk, *_basis(record, choice)]


def _basis(record: Parts, choice: WeighedChoice) -> Iterator[str]:
    for key in choice.rests_on:
        yield from (f"{s}.{key}" for s in BASIS if key in getattr(record, s))


def _went(record: Parts, key: str, choice: WeighedChoice) -> Iterator[Item]:
    place, talk = f"choices.{key}", f"conversations.{choice.conversation}"
    yield from (Item(f"{place}.{field}", in_dialogue(*steps)) for field, steps in _FIELDS.items())
    yield Item(f"{place}.withdrawn", SLASH.join((POINT, STATUS, TEXT)))
    for name, option in choice.options.items():
        inside = f"{place}.options.{name}"
        yield from (Item(f"{inside}.{f}", in_dialogue(OPTIONS, OPTION, TEXT)) for f in ("what", "as_things_are"))
        for index, _ in enumerate(option.considerations):
            yield Item(f"{inside}.considerations.{index}.against", in_dialogue(OPTIONS, RISKS, TEXT))
            yield Item(f"{inside}.considerations.{index}.for", in_dialogue(OPTIONS, BENEFITS, TEXT))
    for each in _basis(record, choice):
        yield Item(f"{each}.{_words_of(record, each)}", in_dialogue(MATTERS))
    yield from (Item(f"{talk}.{field}", in_contact(*steps)) for field, steps in _OF_TALK.items())
    yield from (Item(f"{talk}.with.{n}", in_contact(to)) for n, to in enumerate(_present(record, choice)) if to)


def _words_of(record: Parts, place: str) -> str:
    """The field of what a choice rests on that says what matters."""
    section, key = place.split(DOT)
    if section == "choices":
        return "decided.words"
    return "words" if getattr(record, section)[key].words else "wish"


def _present(record: Parts, choice: WeighedChoice) -> Iterator[str | None]:
    """Under which item each who took part in the talk is told; the person under none."""
    seen = False
    talk = record.conversations.get(choice.conversation or "")
    for who in talk.present if talk else ():
        professional = who in record.colleagues
        yield (OTHERS if seen else SEEN_BY) if professional else WITH if who in record.people else None
        seen = seen or professional


_FIELDS: Mapping[str, tuple[str, ...]] = {
    "question": AGENDA,
    "with_whom": (INVOLVED, NAME),
    "rests_on": (MATTERS,),
    "decided.option": DECISION,
    "decided.none_of_these": DECISION,
    "decided.words": DECISION,
    "decided.together_with": (INVOLVED, NAME),
    "look_again": REVIEW,
    "reservations": ISSUES,
}
_OF_TALK: Mapping[str, tuple[str, ...]] = {"when": (WHEN,), "where": (WHERE, TEXT), "unnamed": (WITH,)}
# Why a field has no place, by its name.
_REASONS: Mapping[str, str] = {
    "domain": "PRSB knows no part of life: techno-clinical, psychological, social, spiritual",
    "weight": "PRSB has no item for what something weighs for the person",
    "likelihood": "PRSB has no item of its own for how likely something is",
    "raised_by": "PRSB does not say who raised a risk or a benefit",
    "tipped_it": "PRSB does not link the decision to what tipped it",
    "by": "PRSB takes the decision to be the person's; others are named among the people involved",
    "weighed_by": "PRSB takes the decision to be the person's; others are named among the people involved",
    "replaces": "PRSB has only that a decision is cancelled",
    "when": "PRSB has only the date of the contact",
    "in": "the talk itself is told as the contact",
    "with": "that the person took part goes without saying",
}


def _with_length(item: Item, plain: Mapping[str, Any]) -> Item:
    """The item with a word on a text that is longer than PRSB foresees: it is given whole all the same."""
    said = _at(plain, item.place)
    if item.to is None or not item.to.endswith(TEXT) or not isinstance(said, str) or len(said) <= _LONGEST:
        return item
    return Item(item.place, item.to, f"longer than the {_LONGEST} characters that PRSB foresees, and given whole")


def _at(plain: Any, place: str) -> Any:
    for step in place.split(DOT):
        plain = plain[int(step)] if isinstance(plain, list) else plain[step]
    return plain
