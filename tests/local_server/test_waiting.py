"""Rows that searches look at may wait until somebody searches; nobody ever notices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.local_server.search import search
from fhir_matters.local_server.store import Store

HERE = "urn:test:waiting"


def patient(identity, value):
    return {"resourceType": "Patient", "id": identity, "identifier": [{"system": HERE, "value": value}]}


def found(store, value):
    """The ids of those who carry this value."""
    wanted = search("Patient", [("identifier", f"{HERE}|{value}")], strict=True)
    return {version.id for version in wanted.versions(store, 10)}


class Interrupted(Exception):
    pass


def fail(store, identity, value):
    """Write, look at it if it is the first, and take it back."""
    with store.transaction():
        store.put(patient(identity, value), identity)
        assert identity != "a" or identity in found(store, value)
        raise Interrupted


def carriers(model, value):
    return {each for each, carried in model.items() if carried == value}


def do(store, model, what, identity, value):
    """One thing, in the store and in a plain dict of what each carries."""
    match what:
        case "put":
            store.put(patient(identity, value), identity)
            model[identity] = value
        case "delete":
            store.delete("Patient", identity)
            model.pop(identity, None)
        case "settle":
            store.settle()
        case "look":
            assert found(store, value) == carriers(model, value)
        case "fail":
            with pytest.raises(Interrupted):
                fail(store, identity, value)


DEEDS = st.tuples(
    st.sampled_from(["put", "delete", "settle", "look", "fail"]), st.sampled_from("abc"), st.sampled_from("xy")
)


@given(st.lists(DEEDS, max_size=12))
def test_a_search_finds_what_was_written_and_nothing_that_was_not(deeds):
    store, model = Store(), {}
    for deed in deeds:
        do(store, model, *deed)
    assert [found(store, value) for value in "xy"] == [carriers(model, value) for value in "xy"]
    store.close()


def test_what_fails_takes_nothing_along_that_waited_before():
    store = Store()
    store.put(patient("a", "x"), "a")
    with pytest.raises(Interrupted), store.transaction():
        raise Interrupted
    assert found(store, "x") == {"a"}


def test_in_a_file_nothing_waits_for_others_may_look(tmp_path):
    ours, others = Store(tmp_path / "data"), Store(tmp_path / "data")
    ours.put(patient("a", "x"), "a")
    assert found(others, "x") == {"a"}
    ours.close()
    others.close()
