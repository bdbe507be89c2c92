"""What a document of any kind must carry though nothing in it leads there.

What the person keeps from somebody, or lets some alone see, travels with what it is about. So does what took the place
of something that is carried, since that would else seem to stand. What would give away something that is kept, and is
carried without it, has its security label alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from fhir_matters.records.documents.about import About
from fhir_matters.records.documents.entries import Entry, Steps, reached
from fhir_matters.records.documents.sections import Section, themed
from fhir_matters.records.fit import REPLACEABLE


def with_what_is_beside(about: About, sections: Sequence[Section], found: Sequence[Entry]) -> list[Section]:
    """The sections, and after them, each if there is any, what has changed since and who may know or see."""
    shown = [entry for section in sections for entry in section.entries]
    others = [entry for entry in found if entry.steps not in {each.steps for each in shown}]
    held: list[Entry] = []
    more: list[Entry] | None = None
    while more != held:  # each may lead to more again
        held = more or []
        places = {("person",), *(entry.steps for entry in reached([*shown, *held], found))}
        more = [entry for entry in others if _belongs(about, entry, places)]
    since = tuple(entry for entry in held if not _is_wish(entry))
    wishes = tuple(entry for entry in held if _is_wish(entry))
    return [*sections, *(themed(code, each) for code, each in (("since", since), ("sharing", wishes)) if each)]


def _is_wish(entry: Entry) -> bool:
    return entry.kind == "Consent" and entry.steps[0] != "legal"


def _belongs(about: About, entry: Entry, places: set[Steps]) -> bool:
    """True for a wish about something in one of these places, and for what has taken its place."""
    if entry.shape[-1:] == ("showing",):
        return entry.steps[:-1] in places
    if entry.shape == ("sharing",):
        wish = about.parts.sharing[entry.steps[1]]
        return not wish.ended and any((about.links.sections[key], key) in places for key in wish.what)
    if entry.shape not in [(section,) for section in REPLACEABLE]:
        return False
    form = getattr(about.parts, entry.steps[0])[entry.steps[1]]
    return not form.withdrawn and (entry.steps[0], form.replaces) in places
