"""What a record does not know it keeps, in its place, and gives back."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records.fhir.overlay import applied, changes
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.servers import BASE, pulled

ART = Record.load(Path(__file__).parents[2] / "examples" / "art.yaml")
ENCOUNTER = {"resourceType": "Encounter", "status": "finished", "length": {"value": jsonio.Number("1.50")}}


def _bundle() -> dict[str, Any]:
    return copy.deepcopy(ART.bundle())


def _find(bundle: dict[str, Any], ending: str) -> dict[str, Any]:
    return next(
        entry["resource"] for entry in bundle["entry"] if entry["resource"]["identifier"][0]["value"].endswith(ending)
    )


def _with_foreign_parts() -> dict[str, Any]:
    """The bundle after others have worked on it: what no form holds, in every kind of place."""
    bundle = _bundle()
    patient, home = _find(bundle, "/person"), _find(bundle, "preferences/home")
    patient["identifier"].insert(1, {"system": "urn:oid:1.2", "value": "7", "assigner": {"display": "them"}})
    patient["maritalStatus"] = {"text": "widowed"}
    patient["name"][0]["prefix"] = ["Mr"]
    patient["name"].insert(0, {"use": "maiden", "text": "x"})
    patient["photo"][0]["creation"] = "2026"
    patient["_birthDate"] = {"extension": [{"url": "http://x.example/time", "valueDateTime": "1951-06-14T01:00:00Z"}]}
    patient["multipleBirthInteger"] = 2
    home["extension"].insert(1, {"url": "http://x.example/certainty", "valueDecimal": jsonio.Number("0.10")})
    home["meta"]["tag"] = [{"code": "seen"}]
    home["note"] = [{"text": "heard"}]
    home["code"]["coding"].insert(0, {"system": "http://x.example", "code": "place"})
    home["performer"].append({"display": "a neighbour"})
    del home["text"]
    _find(bundle, "conversations/long-talk")["performer"][1]["function"] = {"text": "son"}
    _find(bundle, "conversations/long-talk")["location"]["reference"] = "Location/ward-7"
    _find(bundle, "options/home")["component"][0]["interpretation"] = [{"text": "H"}]
    _find(bundle, "preferences/bed-end/flag")["status"] = "inactive"
    return bundle


def test_what_no_form_holds_in_our_own_resources_comes_back_where_it_was() -> None:
    bundle = _with_foreign_parts()
    again = read(bundle)
    assert jsonio.spelt(again.bundle()) == jsonio.spelt(bundle)
    assert read(again.bundle()) == again


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_what_no_form_holds_survives_a_file_too(kind: str) -> None:
    bundle = _with_foreign_parts()
    again = Record.loads(read(bundle).dump(kind))
    assert jsonio.spelt(again.bundle()) == jsonio.spelt(bundle)


def test_what_no_form_holds_survives_a_server_too() -> None:
    bundle = _with_foreign_parts()
    assert jsonio.spelt(read(pulled(bundle)).bundle()) == jsonio.spelt(bundle)


def test_an_edited_form_wins_over_what_came_for_the_same_element() -> None:
    bundle = _bundle()
    _find(bundle, "preferences/bed-end/flag")["status"] = "inactive"
    _find(bundle, "preferences/bed-end")["note"] = [{"text": "heard"}]
    record = read(bundle)
    wishes = {**record.preferences, "bed-end": record.preferences["bed-end"].model_copy(update={"withdrawn": True})}
    edited = record.model_copy(update={"preferences": wishes}).bundle()
    assert _find(edited, "preferences/bed-end/flag")["status"] == "entered-in-error"
    assert _find(edited, "preferences/bed-end")["status"] == "entered-in-error"
    assert _find(edited, "preferences/bed-end")["note"] == [{"text": "heard"}]


def test_other_resources_are_kept_whole_with_their_addresses() -> None:
    bundle = _bundle()
    address = "urn:uuid:0f0f0f0f-0000-4000-8000-000000000000"
    person = bundle["entry"][0]["fullUrl"]
    bundle["entry"].append({"fullUrl": address, "resource": {**ENCOUNTER, "subject": {"reference": person}}})
    condition = {"resourceType": "Condition", "subject": {"reference": person}, "encounter": {"reference": address}}
    bundle["entry"].append({"fullUrl": f"{BASE}/Condition/3", "resource": condition})
    again = read(bundle)
    assert [kept.url for kept in again.other] == [address, f"{BASE}/Condition/3"]
    assert jsonio.write(again.bundle()) == jsonio.write(bundle)
    assert jsonio.write(Record.loads(again.dump()).bundle()) == jsonio.write(bundle)


def test_references_of_other_resources_to_ours_are_followed_off_the_server() -> None:
    bundle = pulled(ART.bundle())
    patient = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")
    near = {**ENCOUNTER, "id": "9", "subject": {"reference": f"Patient/{patient['id']}/_history/1"}}
    far = {**ENCOUNTER, "id": "9", "subject": {"reference": "http://elsewhere.example/Patient/1"}}
    bundle["entry"] += [{"fullUrl": f"{BASE}/Encounter/9", "resource": near}, {"resource": far}]
    kept = read(bundle).bundle()["entry"][-2:]
    assert kept[0]["resource"]["subject"] == {"reference": ART.bundle()["entry"][0]["fullUrl"]}
    assert kept[0]["fullUrl"] == f"{BASE}/Encounter/9"
    assert kept[1]["resource"] == far


def test_resources_without_addresses_are_read_too() -> None:
    resources = [entry["resource"] for entry in pulled(ART.bundle())["entry"]]
    assert read(resources) == ART


def test_a_resource_in_a_record_file_is_kept_as_it_is_written() -> None:
    text = ART.dump().decode() + "other: [{resourceType: Encounter, status: finished, length: {value: 1.50}}]\n"
    record = Record.loads(text)
    assert jsonio.write(record.bundle()["entry"][-1]["resource"]) == jsonio.write(ENCOUNTER)
    assert read(record.bundle()) == record


def test_one_of_ours_that_no_longer_reads_as_a_form_is_kept_and_what_refers_to_it_still_does() -> None:
    bundle = _bundle()
    del _find(bundle, "conversations/long-talk")["performedDateTime"]
    del _find(bundle, "choices/where")["code"]
    again = read(bundle)
    assert "long-talk" not in again.conversations
    assert again.choices == {}
    assert again.preferences["home"].conversation is None

    def by_address(found: dict[str, Any]) -> dict[str, bytes]:
        return {entry["fullUrl"]: jsonio.spelt(entry["resource"]) for entry in found["entry"]}

    assert by_address(again.bundle()) == by_address(bundle)
    assert jsonio.spelt(read(again.bundle()).bundle()) == jsonio.spelt(again.bundle())


def test_a_doubled_resource_is_read_once_and_kept_twice() -> None:
    bundle = pulled(ART.bundle())
    home = next(e for e in bundle["entry"] if e["resource"]["identifier"][0]["value"].endswith("preferences/home"))
    double = {**home["resource"], "id": "double"}
    bundle["entry"].append({"fullUrl": f"{BASE}/Observation/double", "resource": double})
    again = read(bundle)
    assert again.preferences == ART.preferences
    assert [kept.url for kept in again.other] == [f"{BASE}/Observation/double"]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"resourceType": "Bundle", "type": "collection"}, "no record here"),
        ([], "no record here"),
        ([{"resourceType": "Patient"}], "what the person is called"),
        ({"resourceType": "Bundle", "entry": [{"resource": {"id": "x"}}]}, "no FHIR resource"),
        ({"resourceType": "Bundle", "entry": [{"fullUrl": "x"}]}, "no FHIR resource"),
    ],
)
def test_where_there_is_no_record_reading_says_so(found: Any, said: str) -> None:
    with pytest.raises(RecordError, match=said):
        read(found)


def test_of_several_records_none_is_read() -> None:
    entries = ART.bundle()["entry"] + Record.loads("person: {name: Ivy}").bundle()["entry"]
    with pytest.raises(RecordError, match="2 records"):
        read({"resourceType": "Bundle", "entry": entries})


def test_a_person_without_a_name_is_no_person() -> None:
    bundle = _bundle()
    del bundle["entry"][0]["resource"]["name"]
    with pytest.raises(RecordError, match="does not read as a person"):
        read(bundle)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "url"]), inside),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.data())
def test_no_oddity_in_one_element_of_a_resource_breaks_reading_or_gets_lost(data: st.DataObject) -> None:
    bundle = _bundle()
    resource = data.draw(st.sampled_from(bundle["entry"][1:]))["resource"]
    resource[data.draw(st.sampled_from(sorted(set(resource) - {"resourceType", "identifier"})))] = data.draw(junk)
    try:
        again = read(bundle).bundle()
    except RecordError:
        return
    # What no longer reads as a form comes after what does.
    came = {jsonio.spelt(entry) for entry in bundle["entry"]}
    assert came <= {jsonio.spelt(entry) for entry in again["entry"]}


trees = st.recursive(
    st.integers(0, 3) | st.booleans(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from("ab~/"), inside),
)


@settings(max_examples=200)
@given(trees, trees)
def test_changes_put_back_make_of_ours_what_came(ours: Any, theirs: Any) -> None:
    assert jsonio.spelt(applied(ours, changes(ours, theirs))) == jsonio.spelt(theirs)
    assert list(changes(ours, ours)) == []


def test_changes_whose_place_is_gone_change_nothing() -> None:
    found = list(changes({"a": [{"b": 1}], "c": 1}, {"a": [{"b": 2}], "d": 3}))
    assert applied({"a": []}, found) == {"a": [], "d": 3}
    assert applied({"c": 2, "d": 4}, found) == {"c": 2, "d": 4}


def test_profiles_and_labels_that_came_in_another_order_are_the_same():
    record = Record.loads("person: {name: Ivy, born: 1936-01-19, gender: female}")
    bundle = record.bundle()
    meta = bundle["entry"][0]["resource"]["meta"]
    assert len(meta["profile"]) > 1
    meta["profile"].reverse()
    assert read(bundle) == record


def test_a_narrative_that_a_server_spells_in_another_way_is_the_same():
    record = Record.loads("person: {name: Ivy & Ned, born: 1936-01-19}")
    bundle = record.bundle()
    text = bundle["entry"][0]["resource"]["text"]
    text["div"] = text["div"].replace(' lang="en" xml:lang="en"', " xml:lang='en' lang='en'")
    assert read(bundle) == record
    text["div"] = text["div"].replace("1936", "1937")
    assert read(bundle) != record
