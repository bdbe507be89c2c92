"""What came is written again as it came, whatever it was, and what is edited since is written beside it."""

from __future__ import annotations

import contextlib
import copy
import random
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records.codes import IDENTIFIER
from fhir_matters.records.forms import Conversation, Sharing, Someone
from fhir_matters.records.privacy import for_reader
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.others.accounting import accounted, resources
from tests.records.others.shapes import NURSE, PATIENT, SON, coded, said
from tests.records.others.test_papers_and_plans_of_others import DIV, consent, paper, plan, story
from tests.records.others.test_people_and_talks_of_others import talk, visit
from tests.records.servers import pulled
from tests.records.values import PIXEL

ALL = [PATIENT, SON, NURSE, said(), said(coded("75780-7", text="Where"), id="at-home", valueString="At home")]
BASE = "http://clinic.example/fhir"


def bundle(*found: dict[str, Any], kind: str = "searchset", base: str = BASE) -> dict[str, Any]:
    entries = [{"fullUrl": f"{base}/{each['resourceType']}/{each['id']}", "resource": each} for each in found]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def absolute(found: dict[str, Any] | None = None) -> dict[str, Any]:
    """The same with whole addresses in its references, as a server follows them."""
    text = jsonio.write(found or bundle(*ALL))
    for kind in ("Patient", "RelatedPerson"):
        text = text.replace(f'"reference":"{kind}/'.encode(), f'"reference":"{BASE}/{kind}/'.encode())
    return jsonio.read(text)


def written(record: Record) -> list[bytes]:
    return [jsonio.spelt(each) for each in resources(record.bundle())]


@pytest.mark.parametrize("kind", ["collection", "searchset", "document", "transaction", "batch", "message", "history"])
def test_a_bundle_of_any_type_is_read_and_comes_back_whole(kind):
    record = accounted(bundle(*ALL, kind=kind))
    assert list(record.what_matters) == ["what-she-likes"]
    assert [entry["fullUrl"] for entry in record.bundle()["entry"]] == [
        f"{BASE}/{each['resourceType']}/{each['id']}" for each in ALL
    ]


def test_resources_without_a_bundle_are_read_and_still_refer_to_each_other():
    record = accounted(ALL)
    assert record.what_matters["what-she-likes"].said_by == "person"
    again = {entry["fullUrl"] for entry in record.bundle()["entry"]}
    assert all(any(url.endswith("/Patient/ada") for url in again) for _ in ALL)


def test_one_resource_is_read_where_it_says_whom_it_is_about():
    alone = said(subject={"reference": "Patient/ada", "display": "Ada Lark"}, performer=[{"reference": "Patient/ada"}])
    record = accounted(alone)
    assert record.person.name.text == "Ada Lark"
    assert record.what_matters["what-she-likes"].said_by == "person"
    with pytest.raises(RecordError, match="what the person is called"):
        read(said())
    with pytest.raises(RecordError, match="nothing that says whom"):
        read({"resourceType": "Organization", "name": "Hill Hospice"})
    with pytest.raises(RecordError, match="about 2 people"):
        read([said(), said(subject={"reference": "Patient/eve"})])


def test_of_several_patients_none_is_read():
    with pytest.raises(RecordError, match="2 Patients"):
        read([PATIENT, {**PATIENT, "id": "eve"}])
    assert accounted([PATIENT, PATIENT]).person.name.text == "Ada Lark"


def test_addresses_of_any_sort_lead_to_what_they_mean():
    urn = "urn:uuid:0f0f0f0f-0000-4000-8000-00000000000"
    entries = [{"fullUrl": f"{urn}{number}", "resource": each} for number, each in enumerate(ALL)]
    for subject in (f"{urn}0", "Patient/ada", "Patient/ada/_history/3"):
        entries[3] = {"fullUrl": f"{urn}3", "resource": said(subject={"reference": subject})}
        assert accounted({"resourceType": "Bundle", "type": "collection", "entry": entries}).what_matters
    known = {**PATIENT, "identifier": [{"system": "urn:x", "value": "7"}]}
    by_identifier = said(subject={"identifier": {"system": "urn:x", "value": "7"}}, performer=None)
    assert accounted([known, by_identifier]).preferences
    conditional = said(subject={"reference": "Patient?identifier=urn:x|7"}, performer=None)
    assert accounted([known, conditional]).preferences
    far = said(subject={"reference": "http://elsewhere.example/Patient/ada"})
    assert not accounted([PATIENT, far]).what_matters


@pytest.mark.parametrize(
    "more",
    [
        [{"resourceType": "Bundle", "id": "inner", "type": "collection", "entry": [{"resource": said(id="inner")}]}],
        [said(contained=[said(id="inner"), {**PATIENT, "id": "inner"}])],
        [
            said(id="a", derivedFrom=[{"reference": "Observation/b"}]),
            said(id="b", partOf=[{"reference": "Observation/a"}]),
        ],
        [{"resourceType": "Encounter", "id": "e", "partOf": {"reference": "Encounter/e"}}],
        [{"resourceType": "NoSuchThing", "id": "x", "subject": 7}, {"resourceType": "Observation"}],
        [said(id="same"), said(id="same", valueString="Another.")],
        [said(), said()],
        [said(id=None), said(id=None, valueString="Another.")],
        [said(id=7), said(id=["x"]), said(id="0"), said(id="\N{SNOWMAN}"), said(id="x" * 99), said(id="person")],
    ],
)
def test_what_is_odd_comes_back_too(more):
    assert accounted([PATIENT, SON, NURSE, *more]).person.name.text == "Ada Lark"


def version(number: int, **more: Any) -> dict[str, Any]:
    meta = {"versionId": str(number), "lastUpdated": f"2026-03-0{number}T10:00:00Z"}
    return said(meta=meta, valueString=f"Version {number}", **more)


def test_of_several_versions_the_newest_is_read_and_all_come_back():
    record = accounted(bundle(PATIENT, version(2), version(3), version(1), kind="history"))
    assert [form.words for form in record.what_matters.values()] == ["Version 3"]
    patient = {**PATIENT, "meta": {"lastUpdated": "2026-03-03T10:00:00+01:00"}, "name": [{"text": "Ada May Lark"}]}
    older = {**PATIENT, "meta": {"lastUpdated": "2026-03-03T09:30:00+01:00"}}
    assert accounted([older, patient]).person.name.text == "Ada May Lark"


def test_two_under_one_address_that_are_no_versions_are_kept_and_none_is_read():
    record = accounted(bundle(PATIENT, SON, {**SON, "name": [{"text": "Bob Lark"}]}, said(), version(1)))
    assert (record.people, record.what_matters) == ({}, {})
    with pytest.raises(RecordError, match="2 Patients"):
        read([PATIENT, {**PATIENT, "name": [{"text": "Eve"}]}])


def test_a_patient_that_may_mean_something_else_is_not_read():
    with pytest.raises(RecordError, match="modifierExtension"):
        read({**PATIENT, "modifierExtension": [{"url": "http://x.example/not", "valueBoolean": True}]})


def test_the_order_in_which_it_came_changes_no_form():
    shuffled = ALL * 1
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert {**read(shuffled).__dict__, "other": ()} == {**read(ALL).__dict__, "other": ()}


def test_a_thousand_resources_are_read_in_a_moment():
    many = [said(id=f"said-{number}", valueString=f"Word {number}.") for number in range(1000)]
    start = time.perf_counter()
    record = accounted([PATIENT, *many])
    assert len(record.what_matters) == 1000
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_it_survives_a_record_file(kind):
    record = read(bundle(*ALL))
    again = Record.loads(record.dump(kind))
    assert again == record
    assert written(again) == written(record)


def test_a_server_may_rename_and_shuffle_it():
    record = read(pulled(read(absolute()).bundle()))
    assert record.preferences["where"].words == "At home"
    assert list(record.people) == ["ben-lark"]
    accounted(record.bundle())


def test_nothing_of_ours_is_put_on_what_others_wrote():
    text = jsonio.write(read(bundle(*ALL)).bundle()["entry"])
    assert IDENTIFIER.encode() not in text
    assert b"fhir-matters" not in text


def edited(record: Record, section: str, key: str, **change: Any) -> Record:
    forms = getattr(record, section)
    return record.model_copy(update={section: {**forms, key: forms[key].model_copy(update=change)}})


def test_an_edited_statement_is_ours_and_theirs_stays_beside_it():
    record = edited(read(bundle(*ALL)), "preferences", "where", review_by="2027-01-01")
    found = record.bundle()
    assert len(found["entry"]) == len(ALL) + 1
    assert {jsonio.spelt(each) for each in ALL} < set(written(record))
    again = read(found)
    assert again.preferences == record.preferences
    assert read(again.bundle()) == again
    assert again.bundle() == found


def test_the_person_stays_one_and_keeps_what_came_with_them():
    patient = {**PATIENT, "maritalStatus": {"text": "widowed"}, "meta": {"profile": ["http://x.example/theirs"]}}
    record = read(bundle(patient, *ALL[1:]))
    record = record.model_copy(update={"person": record.person.model_copy(update={"likes_to_be_called": "Addie"})})
    record = record.model_copy(update={"people": {**record.people, "bess": Someone(who="Bess, the dog")}})
    found = record.bundle()
    (written_now,) = (each for each in resources(found) if each["resourceType"] == "Patient")
    assert written_now["maritalStatus"] == {"text": "widowed"}
    assert written_now["meta"] == patient["meta"]
    assert f"{BASE}/Patient/ada" in [entry["fullUrl"] for entry in found["entry"]]
    assert {jsonio.spelt(each) for each in ALL[1:]} <= set(written(record))
    again = read(found)
    assert (again.person, again.people) == (record.person, record.people)
    assert read(again.bundle()) == again


def test_a_person_of_whom_there_was_no_patient_gets_one_when_there_is_something_to_say():
    alone = said(subject={"reference": "Patient/ada", "display": "Ada Lark"})
    record = read(alone)
    record = record.model_copy(update={"person": record.person.model_copy(update={"born": "1941"})})
    again = read(record.bundle())
    assert (again.person, again.what_matters) == (record.person, record.what_matters)
    assert read(again.bundle()) == again


def test_what_we_add_refers_to_theirs_and_is_read_back():
    record = read(bundle(*ALL))
    wish = record.preferences["where"].model_copy(update={"words": "Anywhere with a window", "said_by": "ben-lark"})
    record = record.model_copy(update={"preferences": {**record.preferences, "window": wish}})
    found = record.bundle()
    (ours,) = (
        each
        for each in resources(found)
        if IDENTIFIER in str(each.get("identifier")) and each["resourceType"] == "Observation"
    )
    assert ours["subject"]["reference"] == f"{BASE}/Patient/ada"
    assert ours["performer"][0]["reference"] == f"{BASE}/RelatedPerson/ben"
    again = read(found)
    assert again.preferences == record.preferences
    assert again.id == record.id
    assert read(again.bundle()) == again
    assert read(pulled(read(absolute(found)).bundle())).preferences == record.preferences


def test_our_own_statements_without_their_person_are_no_record():
    own = Record.loads("{person: {name: Ivy}, what_matters: {tea: {words: Tea., said_by: person}}}")
    with pytest.raises(RecordError, match="no record here"):
        read(own.bundle()["entry"][1]["resource"])


def test_what_others_say_of_ours_leads_to_it():
    record = read(bundle(*ALL))
    talk = Conversation.model_validate({"when": "2026-03-03", "with": ["person"]})
    found = record.model_copy(update={"conversations": {"tea": talk}}).bundle()
    there = next(entry["fullUrl"] for entry in found["entry"] if entry["resource"]["resourceType"] == "Procedure")
    found["entry"].append({"resource": said(coded("81361-8", text="Laughs"), id="l", partOf=[{"reference": there}])})
    assert read(found).what_matters["laughs"].conversation == "tea"


def test_what_is_asked_of_a_server_beside_is_no_resource():
    found = bundle(*ALL, kind="batch-response")
    found["entry"].append({"request": {"method": "DELETE", "url": "Observation/9"}})
    found["entry"].append({"response": {"status": "201 Created"}})
    assert written(read(found)) == [jsonio.spelt(each) for each in ALL]


def test_what_is_taken_out_of_the_record_is_not_written_again():
    record = read(bundle(*ALL)).model_copy(update={"preferences": {}})
    assert read(record.bundle()).preferences == {}
    assert len(record.bundle()["entry"]) == len(ALL) - 1


def test_what_is_kept_from_a_reader_is_in_nothing_that_they_get():
    record = read(bundle(*ALL))
    kept = {"secret": Sharing.model_validate({"what": ["where"], "not_with": ["ben-lark"]})}
    shown = for_reader(record.model_copy(update={"sharing": kept}), "ben-lark", today=date(2026, 6, 1))
    assert "At home" not in shown.dump().decode()
    assert b"At home" not in jsonio.write(shown.bundle())
    assert b"Lavender" in jsonio.write(shown.bundle())


def test_an_older_version_of_what_is_kept_from_a_reader_is_kept_from_them_too():
    record = read(bundle(PATIENT, SON, version(1), version(2), kind="history"))
    kept = {"secret": Sharing.model_validate({"what": list(record.what_matters), "not_with": ["ben-lark"]})}
    shown = for_reader(record.model_copy(update={"sharing": kept}), "ben-lark", today=date(2026, 6, 1))
    assert b"Version" not in shown.dump()
    assert b"Version" not in jsonio.write(shown.bundle())


def test_our_own_records_keep_what_others_wrote_whole_as_they_always_did():
    own = Record.loads("person: {name: Ivy}").bundle()
    own["entry"].append({"fullUrl": f"{BASE}/Observation/1", "resource": said(subject=own["entry"][0]["fullUrl"])})
    record = read(own)
    assert (record.what_matters, record.preferences) == ({}, {})
    assert record.other[0].of is None


EDITS = {
    "people": {"roles": ("knows me best",), "does": "brings soup"},
    "colleagues": {"role": "night nurse", "does": "comes at ten"},
    "conversations": {"topic": "the garden"},
    "recordings": {"shows": "The hen house"},
    "what_matters": {"why": "She says so."},
    "preferences": {"review_by": "2027-01-01"},
    "plans": {"not_this": "No siren."},
    "legal": {"kept": "Behind the door."},
}


def everything() -> list[dict[str, Any]]:
    """One of each sort that a form is made of."""
    about = {"subject": {"reference": "Patient/ada"}, "status": "final"}
    goal = {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "To see the sea"}}
    picture = paper({"contentType": "image/png", "data": PIXEL})
    return [
        *ALL, talk(), visit(id="alone", period={"start": "2026-04-04"}), picture, story(DIV), consent(), plan(),
        {**goal, **about, "expressedBy": {"reference": "Patient/ada"}},
    ]  # fmt: skip


@pytest.mark.parametrize("section", EDITS)
def test_whatever_is_edited_is_read_back_as_edited_and_only_once(section):
    record = read(everything())
    forms = {key: form.model_copy(update=EDITS[section]) for key, form in getattr(record, section).items()}
    assert forms
    changed = record.model_copy(update={section: forms})
    again = read(changed.bundle())
    for name in EDITS:
        assert getattr(again, name) == getattr(changed, name), name
    assert read(again.bundle()) == again
    came = [jsonio.spelt(each) for each in everything()]
    assert set(came) <= set(written(changed))


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["coding", "text", "system", "reference", "display", "code"]), inside)
    ),
    max_leaves=8,
)
NAMES = [
    "id", "code", "subject", "performer", "category", "valueString", "valueCodeableConcept", "dataAbsentReason",
    "status", "identifier", "extension", "partOf", "name", "relationship", "telecom", "patient", "content", "section",
    "author", "provision", "addresses", "component", "effectivePeriod", "practitioner", "organization", "language",
    "meta", "text", "contained", "note", "encounter", "type", "description", "expressedBy", "period", "participant",
    "photo", "active", "implicitRules", "item",
]  # fmt: skip
KINDS = [
    "Observation", "RelatedPerson", "Practitioner", "PractitionerRole", "Procedure", "Encounter", "DocumentReference",
    "Media", "Goal", "CarePlan", "Consent", "Composition", "Flag",
]  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(NAMES), junk, max_size=6), st.booleans())
def test_nothing_that_a_resource_may_hold_breaks_reading_or_gets_lost(kind, odd, about_her):
    whose = {"subject": {"reference": "Patient/ada"}, "patient": {"reference": "Patient/ada"}} if about_her else {}
    assert accounted([PATIENT, SON, {**said(), **odd, **whose, "resourceType": kind}]).person.name.text == "Ada Lark"


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The steps to everything inside."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield from paths(item, (*path, key))


@settings(max_examples=100)
@given(st.data())
def test_no_oddity_at_any_place_of_any_resource_gets_lost_or_read_as_something_else(data):
    found = copy.deepcopy(everything())
    place = data.draw(st.sampled_from([each for each in paths(found) if len(each) > 1 and each[-1] != "resourceType"]))
    node: Any = found
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = data.draw(junk)
    with contextlib.suppress(RecordError):
        read(found)
        accounted(found)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(NAMES), junk, max_size=6))
def test_no_oddity_of_a_patient_is_anything_but_read_or_refused(odd):
    with contextlib.suppress(RecordError):
        assert read([{**copy.deepcopy(PATIENT), **odd}, said()]).person.name.text
