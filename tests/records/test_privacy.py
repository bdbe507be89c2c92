"""What is kept from a reader is nowhere in what they get, whatever it is made as; everything else is all there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records import ids
from fhir_matters.records.asking import answers
from fhir_matters.records.documents import document
from fhir_matters.records.fhir.links import links_of
from fhir_matters.records.forms import Sharing
from fhir_matters.records.forms.showing import SHAREABLE
from fhir_matters.records.privacy import for_reader, leaves_out
from fhir_matters.records.record import Record
from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from fhir_matters.view.text import text
from tests.records.kept import FACE, SAID, TODAY, kept, record, seen
from tests.records.strategies import records
from tests.records.values import PIXEL

slow = settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
MUGS = record(what_matters={"mugs": SAID, "gate": SAID}, sharing=kept("mugs"))


def test_what_is_kept_from_somebody_is_not_in_their_record_and_neither_is_the_wish():
    assert seen(MUGS, "ben") == {"gate"}


def test_others_see_it_and_the_wish_that_they_are_to_honour():
    assert seen(MUGS, "nia") == {"mugs", "gate", "wish"}


def test_anybody_sees_nothing_that_is_kept_from_anyone_and_the_person_sees_everything():
    assert seen(MUGS, None) == {"gate"}
    assert for_reader(MUGS, "person", today=TODAY) is MUGS


def test_what_is_told_to_one_alone_is_theirs_alone():
    alone = record(what_matters={"mugs": SAID}, sharing=kept("mugs", only_with=["nia"]))
    assert [seen(alone, reader) for reader in ("nia", "ben", None)] == [{"mugs", "wish"}, set(), set()]


def test_a_wish_that_is_over_keeps_nothing_and_still_is_not_shown_to_the_one_it_was_about():
    ended = record(what_matters={"mugs": SAID}, sharing=kept("mugs", not_with=["ben"], ended=True))
    until = record(what_matters={"mugs": SAID}, sharing=kept("mugs", not_with=["ben"], until="2026-06-01"))
    assert seen(ended) == seen(until, today=date(2026, 6, 2)) == {"mugs"}
    assert seen(until) == set()


def test_whether_something_is_left_out_is_known_for_each_reader():
    ended = record(what_matters={"mugs": SAID}, sharing=kept("mugs", not_with=["ben"], ended=True))
    face = record(person=FACE | {"face_showing": {"to": ["nia"]}})
    for whole, reader, left_out in (
        (MUGS, None, True),
        (MUGS, "nia", False),
        (ended, None, False),
        (face, "ben", True),
    ):
        assert leaves_out(whole, for_reader(whole, reader, today=TODAY)) == left_out


@pytest.mark.parametrize(
    ("parts", "gone", "left"),
    [
        (
            {"what_matters": {"old": SAID, "new": SAID | {"replaces": "old"}}, "sharing": kept("new")},
            {"old", "new"},
            set(),
        ),
        ({"what_matters": {"old": SAID, "new": SAID | {"replaces": "old"}}, "sharing": kept("old")}, {"old"}, {"new"}),
        (
            {
                "what_matters": {"old": SAID, "no": SAID | {"replaces": "old", "withdrawn": True}},
                "sharing": kept("no"),
            },
            {"no"},
            {"old"},
        ),
        (
            {
                "what_matters": {"mugs": SAID},
                "outcomes": {"kept": {"of": "mugs", "honoured": "yes", "said_by": "nia"}},
                "sharing": kept("mugs"),
            },
            {"mugs", "kept"},
            set(),
        ),
        (
            {
                "what_matters": {"mugs": SAID},
                "outcomes": {"kept": {"of": "mugs", "honoured": "yes", "said_by": "nia"}},
                "sharing": kept("kept"),
            },
            {"kept"},
            {"mugs"},
        ),
        (
            {
                "conversations": {"talk": {"when": "2026-05-01"}},
                "what_matters": {"mugs": SAID | {"in": "talk"}, "gate": SAID},
                "sharing": kept("talk"),
            },
            {"talk", "mugs"},
            {"gate"},
        ),
        (
            {
                "conversations": {"talk": {"when": "2026-05-01"}},
                "what_matters": {"mugs": SAID | {"in": "talk"}},
                "sharing": kept("mugs"),
            },
            {"mugs"},
            {"talk"},
        ),
        (
            {
                "recordings": {"film": {"content": {"data": PIXEL}}},
                "what_matters": {"mugs": SAID | {"recording": "film"}, "gate": SAID | {"recording": "film"}},
                "sharing": kept("mugs"),
            },
            {"mugs", "film"},
            {"gate"},
        ),
        (
            {
                "recordings": {"film": {"content": {"data": PIXEL}}},
                "what_matters": {"mugs": SAID | {"recording": "film"}},
                "sharing": kept("film"),
            },
            {"mugs", "film"},
            set(),
        ),
        (
            {
                "recordings": {"film": {"content": {"data": PIXEL}, "showing": {"to": ["nia"]}}},
                "what_matters": {"mugs": SAID | {"recording": "film"}},
            },
            {"film"},
            {"mugs"},
        ),
    ],
    ids=[
        "the older that it replaced goes too",
        "the newer stays",
        "what was withdrawn replaced nothing",
        "its outcome goes too",
        "an outcome goes alone",
        "with a talk goes what was said in it",
        "the talk stays",
        "a recording in which it is heard goes, and not what else is heard there",
        "with a recording goes what is heard in it",
        "a film that may not be shown goes alone",
    ],
)
def test_what_would_give_it_away_goes_too_and_no_more(parts, gone, left):
    assert seen(record(**parts)) == left
    assert seen(record(**parts), "nia") >= gone | left


def test_what_rests_on_it_stays_and_does_not_say_so():
    whole = record(
        what_matters={"mugs": SAID, "gate": SAID},
        choices={"move": {"question": "Stay?", "rests_on": ["mugs", "gate"], "options": {"stay": {"what": "Stay"}}}},
        sharing=kept("mugs"),
    )
    assert for_reader(whole, "ben", today=TODAY).choices["move"].rests_on == ("gate",)


def test_a_wish_about_several_things_speaks_to_others_only_of_what_they_see():
    whole = record(
        what_matters={"mugs": SAID, "gate": SAID},
        sharing=kept(["mugs", "gate"], not_with=["cleo"], because="They would fret about the mugs.")
        | {"other": {"what": ["mugs"], "not_with": ["ben"]}},
    )
    (wish,) = for_reader(whole, "ben", today=TODAY).sharing.values()
    assert (wish.what, wish.because, wish.not_with) == (("gate",), None, ("cleo",))


def test_a_reader_must_be_somebody_who_may_be_told():
    for reader, told in (
        ("bne", "did you mean 'ben'?"),
        ("mugs", "'mugs' is what matters"),
        ("cleo", "not to be told"),
    ):
        with pytest.raises(RecordError, match=told.replace("?", r"\?")):
            for_reader(MUGS, reader, today=TODAY)


@pytest.mark.parametrize(
    ("showing", "reader", "face", "told"),
    [
        (None, "ben", True, False),
        ({"words": "Show it."}, None, True, True),
        ({"to": ["nia"]}, "ben", False, False),
        ({"to": ["nia"]}, None, False, False),
        ({"to": ["nia"]}, "nia", True, True),
        ({"until": "2026-05"}, "nia", False, True),
        ({"until": "2026-06"}, "nia", True, True),
        ({"allowed": False}, "nia", False, True),
        ({"allowed": False}, "person", True, True),
    ],
)
def test_the_face_is_shown_to_those_who_may_see_it(showing, reader, face, told):
    person = for_reader(record(person=FACE | {"face_showing": showing}), reader, today=TODAY).person
    assert (person.face is not None, person.face_showing is not None) == (face, told)


@st.composite
def private(draw: st.DrawFn) -> Record:
    """A record in which every part has words like no other, and some of it is kept from somebody."""
    whole = _marked(draw(records()))
    somebody = st.sampled_from([*whole.people, *whole.colleagues] or ["person"])
    parts = [key for section in SHAREABLE for key in getattr(whole, section)]
    wishes = {}
    for name in ("wish-one", "wish-two", "wish-three") if parts else ():
        who = tuple(draw(st.lists(somebody, min_size=1, max_size=2)))
        wishes[name] = Sharing(
            what=tuple(draw(st.lists(st.sampled_from(parts), min_size=1, max_size=2))),
            because=f"said of {name} alone",
            **{"only_with" if "person" in who or draw(st.booleans()) else "not_with": who},
            ended=draw(st.booleans()),
            until=draw(st.sampled_from([None, "2026-05-31", "2026-06-01"])),
        )
    return Record.model_validate({**whole.model_dump(), "sharing": wishes})


def _marked(whole: Record) -> Record:
    """Words that are like no others, and a label and an answer to each so that they are shown."""
    sections = {
        section: {key: _saying(form, f"told in {section} {key} alone") for key, form in getattr(whole, section).items()}
        for section in SHAREABLE
    }
    return whole.model_copy(update=sections)


def _saying(form: BaseModel, mark: str) -> BaseModel:
    names = {"words", "why", "question", "asked", "topic", "only_if", "what"} & set(type(form).model_fields)
    found = {name: f"{mark} ({name})" for name in names if isinstance(getattr(form, name), str)}
    if isinstance(options := getattr(form, "options", None), dict):
        found["options"] = {name: _saying(option, mark) for name, option in options.items()}
    return form.model_copy(update=found)


def outputs(whole: Record, shown: Record, reader: str | None) -> str:
    """All that is made of a record for a reader, as one text."""
    page = page_of(shown.model_dump(mode="json", exclude_defaults=True))
    bundles = [whole.bundle(kind, reader=reader, today=TODAY) for kind in ("collection", "transaction")]
    documents = [document(whole, kind, date=TODAY.isoformat(), reader=reader) for kind in ("own", "ips")]
    made = [jsonio.write(each) for each in (*bundles, *documents, answers(shown))]
    return b"\n".join([*made, html(page), text(page).encode(), shown.dump("json"), shown.dump("yaml")]).decode()


def readers(whole: Record) -> st.SearchStrategy[str | None]:
    """Anybody, or somebody who may be told."""
    told = [key for key, who in whole.people.items() if "not to be told" not in who.roles]
    return st.sampled_from([None, *told, *whole.colleagues])


@slow
@given(private(), st.data())
def test_nothing_that_is_kept_is_anywhere_and_nothing_else_is_missing(whole: Record, data: st.DataObject):
    reader, links = data.draw(readers(whole)), links_of(whole)
    shown = for_reader(whole, reader, today=TODAY)
    assert Record.model_validate(shown.model_dump()) == shown
    found, everything = outputs(whole, shown, reader), jsonio.write(whole.bundle()).decode()
    for section in (*SHAREABLE, "sharing"):
        for key in getattr(whole, section):
            mark = f"told in {section} {key} alone" if section != "sharing" else f"said of {key} alone"
            if key in getattr(shown, section):
                partly = section == "sharing" and shown.sharing[key].what != whole.sharing[key].what
                assert partly or mark in found or mark not in everything
            else:
                assert mark not in found
                assert ids.address(links.value(section, key)) not in found
                assert f'"{links.value(section, key)}"' not in found


@slow
@given(private(), st.data())
def test_only_what_is_named_or_goes_with_it_is_kept(whole: Record, data: st.DataObject):
    """Counted the other way round: a part is missing for a reason that can be named."""
    reader = data.draw(readers(whole))
    named = {
        key
        for wish in whole.sharing.values()
        if not wish.ended and wish.until != "2026-05-31"
        if reader is None or reader in wish.not_with or (wish.only_with and reader not in wish.only_with)
        for key in wish.what
    }
    parts = {key: form for section in SHAREABLE for key, form in getattr(whole, section).items()}
    missing = set(parts) - seen(whole, reader)
    assert named <= missing
    for key in missing - named:
        form = parts[key]
        because = {getattr(form, name, None) for name in ("conversation", "recording", "of")}
        because |= {other for other, each in parts.items() if getattr(each, "replaces", None) == key}
        assert because & missing or key in whole.recordings
