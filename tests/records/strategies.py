"""Generated records: whole, odd in their words, and fitting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from fhir_matters.records.forms.outcomes import JUDGED
from fhir_matters.records.record import Record
from tests.records import parts
from tests.records.values import keys, languages, one_of

SECTIONS = (
    "people", "colleagues", "conversations", "recordings", "what_matters", "preferences", "choices", "departures",
    "plans", "legal", "outcomes",
)  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record in which every key that is used is there."""
    taken = draw(st.lists(keys, min_size=8, max_size=18, unique=True))
    section_of = [draw(st.sampled_from(SECTIONS)) for _ in taken]
    of = {s: [key for key, section in zip(taken, section_of, strict=True) if section == s] for s in SECTIONS}
    people = {key: draw(parts.someones) for key in of["people"]}
    who = st.sampled_from(["person", *of["people"], *of["colleagues"]])
    talks = one_of(of["conversations"])
    agents = [key for key, someone in people.items() if "not to be told" not in someone.roles]
    rests = of["what_matters"] + of["preferences"]
    agreed = [*rests, *of["choices"]]
    judged = [key for section in JUDGED for key in of[section]]

    def all_of(section: str, form: Callable[[list[str]], st.SearchStrategy[Any]]) -> dict[str, Any]:
        """A form for each key of the section; it may replace those before it."""
        return {key: draw(form(of[section][:index])) for index, key in enumerate(of[section])}

    return Record(
        id=draw(st.none() | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,9}", fullmatch=True)),
        language=draw(languages),
        person=draw(parts.person(who)),
        people=people,
        colleagues={key: draw(parts.colleagues) for key in of["colleagues"]},
        conversations=all_of("conversations", lambda _: parts.conversation(who)),
        recordings=all_of("recordings", lambda before: parts.recording(who, talks, before)),
        what_matters=all_of("what_matters", lambda before: parts.statement(who, talks, before, of["recordings"])),
        preferences=all_of("preferences", lambda before: parts.preference(who, talks, before, of["recordings"])),
        choices=all_of("choices", lambda before: parts.choice(who, talks, rests, before)),
        departures=all_of("departures", lambda before: parts.departure(who, agreed, parts.entry(who, talks, before))),
        plans=all_of("plans", lambda before: parts.plan(who, agreed, parts.entry(who, talks, before))),
        legal=all_of("legal", lambda before: parts.legal(who, talks, before, agents, agreed)),
        outcomes=all_of("outcomes", lambda before: parts.outcome(who, judged, before, talks, of["recordings"]))
        if judged
        else {},
        sharing=draw(
            parts.wishes(
                who, [key for section in SECTIONS[2:] for key in of[section] if judged or section != "outcomes"]
            )
        ),
    )
