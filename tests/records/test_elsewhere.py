"""What came from elsewhere and no form holds: nothing of it tells a reader what is kept from them."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters import jsonio
from fhir_matters.records import ids
from fhir_matters.records.forms import Showing
from fhir_matters.records.privacy import for_reader
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.kept import FACE, SAID, TODAY, kept, record, seen
from tests.records.values import PIXEL


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
