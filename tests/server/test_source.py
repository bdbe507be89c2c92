"""Each resource has an identity that follows from what it is, and references find who is meant."""

from __future__ import annotations

from uuid import UUID

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.server.shelf import Shelf
from fhir_matters.server.source import Source, arriving, source
from tests.server.resources import observation, patient

UUID_URN = "urn:uuid:6F9619FF-8B86-D011-B42D-00CF4FC964FF"


def bundle(*entries):
    return {"resourceType": "Bundle", "type": "collection", "entry": list(entries)}


def identities(what, **options):
    return [item.identity for item in source(what, **options).items]


def test_an_id_that_every_server_accepts_is_kept():
    assert identities([patient("a1"), observation("B.2-x")]) == ["a1", "B.2-x"]


def test_an_id_of_digits_becomes_a_uuid_of_its_server_and_place():
    here, there = (identities(patient("17"), name=f"https://{host}.example.org/fhir") for host in "ab")
    assert here == identities(patient("17"), name="https://a.example.org/fhir")
    assert here != there
    assert UUID(here[0]).version == 5


def test_without_an_id_the_uuid_of_the_full_url_is_the_identity():
    entry = {"fullUrl": UUID_URN, "resource": {"resourceType": "Patient"}}
    assert identities(bundle(entry)) == [UUID_URN.removeprefix("urn:uuid:").lower()]


def test_without_any_name_the_content_is_the_identity_and_twins_stay_two():
    nameless = {"resourceType": "Basic", "code": {"text": "x"}}
    twins = identities([nameless, dict(nameless)])
    assert len(set(twins)) == 2
    assert twins == identities([dict(nameless), nameless])


def test_the_same_resource_twice_is_one_and_two_of_one_name_are_a_problem():
    assert len(source([patient(), patient()]).items) == 1
    items = source([patient(), patient(gender="female")]).items
    assert [bool(item.problem) for item in items] == [False, True]


def test_two_servers_resources_of_one_id_get_an_identity_each():
    entries = [{"fullUrl": f"https://{host}.example.org/Patient/a", "resource": patient("a")} for host in "xy"]
    first, second = identities(bundle(*entries))
    assert first == "a"
    assert UUID(second)


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("Patient/a", True),
        ("Patient/a/_history/4", True),
        ("https://x.example.org/Patient/a", True),
        ("https://z.example.org/Patient/a", False),
        ("Patient/b", False),
        ("Patient?identifier=x", False),
        ("#a", False),
        ("", False),
    ],
)
def test_a_reference_means_what_the_bundle_says(reference, found):
    entry = {"fullUrl": "https://x.example.org/Patient/a", "resource": patient("a")}
    all_ = source(bundle(entry))
    assert (all_.find(reference, all_.items[0]) is not None) is found


def test_a_relative_reference_means_the_same_servers_resource():
    entries = [{"fullUrl": f"https://{host}.example.org/Patient/a", "resource": patient("a")} for host in "xy"]
    said = {"fullUrl": "https://y.example.org/Observation/o", "resource": observation("o", "Patient/a")}
    all_ = source(bundle(*entries, said))
    assert all_.find("Patient/a", all_.items[2]).number == all_.items[1].number


def test_bundles_are_opened_and_outcomes_left_out():
    searched = bundle(
        {"resource": patient("a"), "search": {"mode": "match"}},
        {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}},
    )
    assert [item.key for item in source([searched, patient("b")]).items] == ["Patient/a", "Patient/b"]


@pytest.mark.parametrize(
    "wrong",
    [
        [{"id": "no type"}],
        [{"resourceType": "../Patient"}],
        bundle({"request": {"method": "DELETE", "url": "Patient/a"}}),
        bundle({"fullUrl": UUID_URN}),
        bundle("rubbish"),
        {"resourceType": "Bundle", "entry": "rubbish"},
        ["rubbish"],
    ],
)
def test_what_is_no_resource_is_refused(wrong):
    with pytest.raises(InputError):
        source(wrong)


def test_it_arrives_in_portions_that_are_on_the_shelf_when_they_are_told(monkeypatch):
    monkeypatch.setattr("fhir_matters.server.source.PORTION", 3)
    made, read = Source(Shelf()), []

    def resources():
        for number in range(8):
            read.append(number)
            yield patient(f"p-{number}")

    for numbers in arriving(made, resources()):
        assert [made.items[number].identity for number in numbers] == [f"p-{number}" for number in numbers]
        assert len(read) == len(made.items) == numbers[-1] + 1, "more was read than is told"
    assert len(read) == 8


def test_what_is_heavy_arrives_in_smaller_portions(monkeypatch):
    monkeypatch.setattr("fhir_matters.server.source.WEIGHT", 2500)
    heavy = [patient(f"p-{number}", text={"status": "generated", "div": "x" * 1000}) for number in range(7)]
    assert list(arriving(Source(Shelf()), heavy)) == [[0, 1, 2], [3, 4, 5], [6]]


def test_what_is_given_twice_arrives_once():
    assert list(arriving(Source(Shelf()), [patient("a"), patient("a"), patient("b")])) == [[0, 1]]


@pytest.mark.parametrize("room", [10**9, 400, 0])
def test_what_was_just_read_stays_as_it_is_and_is_what_the_shelf_has(room, monkeypatch):
    monkeypatch.setattr("fhir_matters.server.source.IN_MEMORY", room)
    text = b'{"resourceType":"Observation","id":"%d","valueQuantity":{"value":1.10,"n":-0.00,"e":1e2,"z":-0}}'
    read = [jsonio.read(text % number) for number in range(9)]
    made = source(read, fresh=True)
    assert [jsonio.write(item.resource) for item in made.items] == [jsonio.write(each) for each in read]
    kept = sum(item.resource is each for item, each in zip(made.items, read, strict=True))
    assert kept == min(room // len(jsonio.write(read[0])), 9)


def test_what_somebody_else_may_change_afterwards_is_not_kept_itself():
    theirs = patient("a", gender="female")
    made = source([theirs])
    theirs["gender"] = "male"
    assert made.items[0].resource["gender"] == "female"
