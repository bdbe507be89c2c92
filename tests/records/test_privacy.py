"""What is kept from a reader is nowhere in what they get, whatever it is made as; everything else is all there."""

from __future__ import annotations

from datetime import date
from typing import Any

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
from fhir_matters.records.forms import Sharing, Showing
from fhir_matters.records.forms.showing import SHAREABLE
from fhir_matters.records.privacy import for_reader, leaves_out
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from fhir_matters.view.text import text
from tests.records.strategies import records
from tests.records.values import PIXEL

TODAY = date(2026, 6, 1)
SAID = {"words": "Blue mugs.", "said_by": "person"}
slow = settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)


def record(**parts: Any) -> Record:
    """A record of Ada, her son Ben and her sister Cleo, her nurse Nia, and these parts."""
    data = {
        "id": "ada",
        "person": {"name": "Ada Lark"} | parts.pop("person", {}),
        "people": {"ben": {"name": "Ben Lark"}, "cleo": {"name": "Cleo Lark", "roles": ["not to be told"]}},
        "colleagues": {"nia": {"name": "Nia Rowe"}},
        **parts,
    }
    return Record.model_validate(data)


def kept(what: str | list[str], **how: Any) -> dict[str, Any]:
    return {"wish": {"what": [what] if isinstance(what, str) else what, **(how or {"not_with": ["ben"]})}}


def keys(found: Record) -> set[str]:
    return {key for section in (*SHAREABLE, "sharing") for key in getattr(found, section)}


def seen(whole: Record, reader: str | None = "ben", today: date = TODAY) -> set[str]:
    return keys(for_reader(whole, reader, today=today))


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


FACE = {"face": {"data": PIXEL}}


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


def label(code: str) -> dict[str, Any]:
    coding = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": code}
    return {"meta": {"security": [coding]}}


def observation(**parts: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", **parts}


MUGS_AT = ids.address("ada/what_matters/mugs")
SECRET = {"what_matters": {"mugs": SAID | {"words": "The blue mugs, Ben's doing."}}, "sharing": kept("mugs")}


@pytest.mark.parametrize(
    ("resource", "shown"),
    [
        (observation(**label("N")), True),
        (observation(**label("R")), False),
        (observation(**label("V")), False),
        (observation(derivedFrom=[{"reference": MUGS_AT}]), False),
        (observation(derivedFrom=[{"reference": f"{MUGS_AT}/_history/2"}]), False),
        (observation(focus=[{"identifier": {"value": "ada/what_matters/mugs"}}]), False),
        (observation(focus=[{"identifier": {"value": "ada/what_matters/mugs-too"}}]), True),
        (observation(text={"div": f'<div><a href="{MUGS_AT}">that</a></div>'}), False),
        (observation(text={"div": "<div>She said: the <b>blue</b> mugs, Ben&#39;s doing!</div>"}), False),
        (observation(valueString="The blue mugs"), True),
        (observation(subject={"reference": ids.address("ada/person")}), True),
    ],
)
def test_what_came_from_elsewhere_is_left_out_where_it_is_labelled_or_tells(resource, shown):
    whole = record(**SECRET, other=[resource])
    assert [bool(for_reader(whole, reader, today=TODAY).other) for reader in ("ben", "person")] == [shown, True]


def test_what_refers_to_what_is_left_out_is_left_out_in_turn():
    one = {"resource": observation(id="1", **label("R")), "url": "https://a.example/Observation/1"}
    two = observation(hasMember=[{"reference": "https://a.example/Observation/1/_history/3"}])
    three = observation(hasMember=[{"reference": "Observation/12"}])
    assert for_reader(record(other=[two, three, one]), "nia", today=TODAY).other == record(other=[three]).other


@pytest.mark.parametrize(
    ("of", "value", "left"),
    [
        ("person", "Kind.", True),
        ("person", {"reference": MUGS_AT}, False),
        ("person", "the BLUE mugs, Ben's doing", False),
        ("what_matters/mugs", "Kind.", False),
        ("what_matters/gate", "Kind.", True),
        ("what_matters/gate", label("R")["meta"]["security"], False),
    ],
)
def test_changes_of_our_own_parts_go_with_the_part_and_where_they_tell(of, value, left):
    whole = record(
        what_matters=SECRET["what_matters"] | {"gate": SAID},
        sharing=SECRET["sharing"],
        other=[{"of": of, "changes": [{"op": "add", "path": "/x", "value": value}]}],
    )
    assert bool(for_reader(whole, "ben", today=TODAY).other) == left


def test_a_part_that_came_back_with_a_label_and_no_wish_is_kept_from_everybody():
    change = {"op": "add", "path": "/meta/security", "value": label("R")["meta"]["security"]}
    whole = record(what_matters={"mugs": SAID, "gate": SAID}, other=[{"of": "what_matters/mugs", "changes": [change]}])
    assert [seen(whole, reader) for reader in ("nia", None, "person")] == [{"gate"}, {"gate"}, {"mugs", "gate"}]


def test_a_picture_that_is_not_shown_is_nowhere_else_either():
    photo = {"of": "person", "changes": [{"op": "add", "path": "/photo/1", "value": {"url": "https://a.example/1"}}]}
    copy = {"resourceType": "Media", "content": {"data": PIXEL}}
    whole = record(person=FACE | {"face_showing": {"to": ["nia"]}}, other=[photo, copy])
    assert for_reader(whole, "ben", today=TODAY).other == ()
    assert len(for_reader(whole, "nia", today=TODAY).other) == 2


def of_others() -> Record:
    """The record of what another system wrote: two wishes, her son, and a sign that points at one of the wishes."""
    patient = {"reference": "Patient/1"}
    care = {"system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "code": "care-experience-preference"}
    wish = {
        "status": "final",
        "subject": patient,
        "performer": [patient],
        "category": [{"coding": [care]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "95541-9"}]},
    }
    resources = [
        {"resourceType": "Patient", "id": "1", "name": [{"text": "Ada Lark"}], "photo": [{"data": PIXEL}]},
        observation(id="2", valueString="The blue mugs, please.", **wish),
        observation(id="3", valueString="Nobody at night.", **wish),
        {"resourceType": "RelatedPerson", "id": "4", "patient": patient, "name": [{"text": "Ben Lark"}]},
        {"resourceType": "Flag", "id": "5", "subject": patient, "code": {"text": "See there."}}
        | {"extension": [{"url": "https://a.example/about", "valueReference": {"reference": "Observation/2"}}]},
    ]
    entries = [{"fullUrl": f"https://a.example/{r['resourceType']}/{r['id']}", "resource": r} for r in resources]
    return read({"resourceType": "Bundle", "type": "collection", "entry": entries})


def with_wish(whole: Record, **how: Any) -> Record:
    (mugs,) = [key for key, said in whole.preferences.items() if "mugs" in (said.words or "")]
    return Record.model_validate(whole.model_dump() | {"sharing": kept(mugs, not_with=list(whole.people), **how)})


def ids_in(bundle: dict[str, Any]) -> list[str]:
    return sorted(entry["resource"]["id"] for entry in bundle["entry"] if "id" in entry["resource"])


def test_what_others_wrote_is_kept_too_with_what_points_at_it():
    whole = with_wish(of_others())
    assert ids_in(whole.bundle()) == ["1", "2", "3", "4", "5"]
    for reader in (None, *whole.people):
        bundle = whole.bundle(reader=reader)
        assert ids_in(bundle) == ["1", "3", "4"]
        assert b"mugs" not in jsonio.write(bundle)
        assert b"Observation/2" not in jsonio.write(bundle)


def test_what_others_wrote_is_labelled_while_it_is_kept_and_comes_back_as_it_was():
    whole = with_wish(of_others())
    label_of = {entry["resource"].get("id"): entry["resource"].get("meta") for entry in whole.bundle()["entry"]}
    assert label_of["2"] == {"security": [label("R")["meta"]["security"][0] | {"display": "restricted"}]}
    assert label_of["3"] is None
    again = read(whole.bundle())
    assert (again, again.bundle()) == (whole, whole.bundle())
    ended = with_wish(again, ended=True).bundle()
    assert all("security" not in entry["resource"].get("meta", {}) for entry in ended["entry"])


def test_a_picture_that_others_kept_is_not_shown_where_it_may_not_be():
    whole = of_others()
    person = whole.person.model_copy(update={"face_showing": Showing(allowed=False)})
    bundle = whole.model_copy(update={"person": person}).bundle(reader=None)
    assert ids_in(bundle) == ["1", "2", "3", "4", "5"]
    assert b"photo" not in jsonio.write(bundle)


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
