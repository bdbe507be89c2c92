"""A conditional reference means what is there when it is asked, however often it was asked before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fhir_matters.local_server.bundles import transaction as done
from fhir_matters.local_server.interactions import Done
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.store import Store
from tests.local_server.conftest import entry, patient, transaction

BY_IDENTIFIER = "Patient?identifier=s|1"
CARRIES = {"identifier": [{"system": "s", "value": "1"}]}


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.close()


def no_reads(_: str) -> Done:
    raise AssertionError


def meant(store: Store, reference: str = BY_IDENTIFIER, *others: dict) -> str:
    """What the reference becomes in a transaction of today, after other entries."""
    flag = {"resourceType": "Flag", "subject": {"reference": reference}}
    answer = done(store, transaction(*others, entry("POST", "Flag", flag)), no_reads)
    kind, identity = answer["entry"][-1]["response"]["location"].split("/")[:2]
    version = store.newest(kind, identity)
    assert version is not None
    return version.resource["subject"]["reference"]


def refused(store: Store, *others: dict) -> int:
    with pytest.raises(RefusalError) as caught:
        meant(store, BY_IDENTIFIER, *others)
    return caught.value.status


def test_it_follows_what_carries_the_identifier_from_one_resource_to_another(store):
    store.put(patient("a", **CARRIES), "a")
    assert [meant(store), meant(store)] == ["Patient/a", "Patient/a"]
    store.delete("Patient", "a")
    store.put(patient("b", **CARRIES), "b")
    assert meant(store) == "Patient/b"
    store.put(patient("b"), "b")
    store.put(patient("c", **CARRIES), "c")
    assert meant(store) == "Patient/c"


def test_a_second_that_carries_it_makes_it_ambiguous_and_none_makes_it_dangle(store):
    store.put(patient("a", **CARRIES), "a")
    assert meant(store) == "Patient/a"
    store.put(patient("b", **CARRIES), "b")
    assert refused(store) == 412
    store.delete("Patient", "b")
    assert meant(store) == "Patient/a"
    store.delete("Patient", "a")
    assert refused(store) == 412


def test_what_was_found_in_a_transaction_that_failed_is_not_found_afterwards(store):
    made = entry("POST", "Patient", patient("a", **CARRIES))
    flag = entry("POST", "Flag", {"resourceType": "Flag", "subject": {"reference": BY_IDENTIFIER}})
    fails = entry("PUT", "Patient/b", patient("b"), ifMatch='W/"9"')
    with pytest.raises(RefusalError):
        done(store, transaction(made, flag, fails), no_reads)
    assert refused(store) == 412
    assert meant(store, BY_IDENTIFIER, made).startswith("Patient/")


def test_what_another_process_writes_to_the_same_file_counts(tmp_path):
    ours, theirs = Store(tmp_path / "data"), Store(tmp_path / "data")
    ours.put(patient("a", **CARRIES), "a")
    assert meant(ours) == "Patient/a"
    theirs.delete("Patient", "a")
    theirs.put(patient("b", **CARRIES), "b")
    assert meant(ours) == "Patient/b"
    ours.close()
    theirs.close()


def test_a_condition_on_another_type_follows_that_type(store):
    chained = "Patient?organization.name=here"
    for each, name in (("o", "here"), ("p", "there")):
        store.put({"resourceType": "Organization", "id": each, "name": name}, each)
        store.put(patient(each, managingOrganization={"reference": f"Organization/{each}"}), each)
    assert [meant(store, chained), meant(store, chained)] == ["Patient/o", "Patient/o"]
    for each, name in (("o", "there"), ("p", "here")):
        store.put({"resourceType": "Organization", "id": each, "name": name}, each)
    assert meant(store, chained) == "Patient/p"


def test_no_more_conditions_are_remembered_than_there_is_room_for(store, monkeypatch):
    monkeypatch.setattr("fhir_matters.local_server.store.REMEMBERED", 2)
    for each in "abcd":
        store.put(patient(each, identifier=[{"system": "s", "value": each}]), each)
    asked = [f"Patient?identifier=s|{each}" for each in "abcdabcd"]
    assert [meant(store, each) for each in asked] == [f"Patient/{each}" for each in "abcdabcd"]
