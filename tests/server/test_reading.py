"""Who is asked for comes whole and alone: patients, searches, compartments; what else a server answers is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import InputError, ServerError, Unauthorised
from fhir_matters.local_server.serve import Running
from fhir_matters.server import Server
from fhir_matters.server.compartment import PARAMETERS, of_another
from fhir_matters.server.reading import choice, reading
from fhir_matters.server.transfer import move, pull, push
from tests.server.fake import Fake, outcome
from tests.server.resources import observation, patient, practitioner, record


@pytest.fixture(scope="module")
def full() -> Iterator[Server]:
    """A local server with two people's records, a letter, and a colleague of both."""
    letter = {"resourceType": "Binary", "id": "letter", "contentType": "text/plain", "data": "SGVyIHdvcmRz"}
    document = {
        "resourceType": "DocumentReference",
        "id": "document",
        "status": "current",
        "subject": {"reference": "Patient/barbara"},
        "content": [{"attachment": {"contentType": "text/plain", "url": "Binary/letter"}}],
    }
    coverage = {
        "resourceType": "Coverage",
        "id": "cover",
        "status": "active",
        "beneficiary": {"reference": "Patient/barbara"},
        "payor": [{"display": "nobody"}],
    }
    his = observation("his", "Patient/walter", performer=[{"reference": "Practitioner/anna"}])
    with Running() as running, Server(running.base) as server:
        assert push([*record(3), letter, document, coverage, patient("walter"), his], server).nothing_lost
        yield server


HERS = {
    "Patient/barbara",
    "Practitioner/anna",
    "Observation/said-0",
    "Observation/said-1",
    "Observation/said-2",
    "DocumentReference/document",
    "Binary/letter",
    "Coverage/cover",
}
HIS = {"Patient/walter", "Observation/his", "Practitioner/anna"}


def places(server: Server, patient: Any = None, **options: Any) -> list[str]:
    what = choice(patient, options.pop("search", ()), **options)
    return [f"{each['resourceType']}/{each['id']}" for each in reading(server, what)]


@pytest.mark.parametrize("compartment", [False, True], ids=["everything", "compartment"])
def test_one_patient_comes_with_letters_and_colleagues_and_without_others(full, compartment):
    found = places(full, "Patient/barbara", compartment=compartment)
    assert set(found) == HERS
    assert len(found) == len(HERS)


def test_several_patients_come_together_and_what_they_share_once(full):
    found = places(full, ["barbara", "walter"])
    assert sorted(found) == sorted(HERS | HIS)


def test_everything_is_every_type_and_the_binaries_that_something_refers_to(full):
    assert set(places(full)) == HERS | HIS


def test_a_search_brings_its_matches_and_what_they_refer_to(full):
    assert set(places(full, search="Observation?subject=Patient/walter")) == HIS
    assert set(places(full, search=["Practitioner", "Binary?_id=letter"])) == {"Practitioner/anna", "Binary/letter"}


def test_a_search_with_a_parameter_that_the_server_does_not_know_is_refused(full):
    with pytest.raises(ServerError) as caught:
        places(full, search="Observation?favourite-song=Ave")
    assert caught.value.status == 400


def test_a_server_that_searched_without_what_was_asked_is_found_out(fake, server):
    push(record(2), server)
    page = fake.page

    def ignoring(request, found):
        response = page(request, found)
        response.body["link"] = [{"relation": "self", "url": f"{fake.base}/Observation?_count=50"}]
        return response

    fake.page = ignoring
    with pytest.raises(ServerError, match="searched without code"):
        places(server, search="Observation?code=x")


@pytest.mark.parametrize("status", [400, 404, 405, 501])
def test_a_server_without_everything_is_searched_by_compartment(full, status):
    ask = full.ask

    def without(method, where, **options):
        if "$everything" in where:
            return type(ask(method, "metadata"))(status)
        return ask(method, where, **options)

    full.ask = without
    try:
        assert set(places(full, "barbara")) == HERS
    finally:
        full.ask = ask


def test_a_refused_token_is_no_reason_to_search_instead(fake, server):
    fake.fault = lambda request: outcome(403, "forbidden") if "$everything" in request.path else None
    with pytest.raises(Unauthorised):
        places(server, "barbara")


def test_a_patient_who_is_not_there_is_an_error_by_compartment_too(full):
    with pytest.raises(ServerError) as caught:
        places(full, "nobody", compartment=True)
    assert caught.value.status == 404


def test_a_server_that_ignores_a_compartment_search_is_named(server):
    push([*record(2), patient("walter"), observation("his", "Patient/walter")], server)
    with pytest.raises(ServerError, match=r"ignores `subject` .* Observation/his"):
        places(server, "barbara", compartment=True)


def test_a_search_that_the_server_claims_and_cannot_do_is_an_error(fake, server):
    push(record(2), server)
    fake.fault = lambda request: outcome(501, "not-supported") if "subject" in request.query else None
    with pytest.raises(ServerError) as caught:
        places(server, "barbara", compartment=True)
    assert caught.value.status == 501


def test_a_server_that_can_search_nothing_has_nothing_whole_to_give(fake, server):
    assert not fake.stored
    with pytest.raises(ServerError, match="no type of resource"):
        pull(server)


# Another person's resources


OTHERS = [
    observation("his", "Patient/walter"),
    {"resourceType": "Coverage", "id": "his", "beneficiary": {"reference": "Patient/walter"}},
    {"resourceType": "Task", "id": "his", "for": {"reference": "Patient/walter/_history/3"}},
    {"resourceType": "Account", "id": "his", "subject": [{"reference": "Patient/walter"}]},
    {"resourceType": "ResearchSubject", "id": "his", "individual": {"reference": "Patient/walter"}},
    observation("his", "https://else.example.org/fhir/Patient/barbara"),
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda each: each["resourceType"])
def test_an_answer_with_anothers_resource_inside_is_refused_and_named(fake, server, other):
    push(record(2), server)
    kind = other["resourceType"]
    fake.everything = lambda _: [*fake.now.values(), other]
    with Fake() as new, Server(new.base) as target:
        with pytest.raises(ServerError, match=f"{kind}/his of another patient"):
            move(server, target, "barbara")
        assert not new.stored


@pytest.mark.parametrize(
    "hers",
    [
        observation("o", "Patient/walter", focus=[{"reference": "Patient/barbara"}]),
        observation("o", "Group/g", performer=[{"reference": "Patient/walter"}]),
        {"resourceType": "Provenance", "id": "p", "agent": [{"who": {"reference": "Patient/walter"}}]},
        practitioner(),
    ],
)
def test_what_names_her_or_says_of_nobody_whose_it_is_may_be_hers(server, hers):
    assert not of_another(hers, "barbara", server)


def test_an_answer_with_a_stranger_is_refused_and_a_patient_whom_the_record_links_to_stays_behind(fake, server):
    push([patient(), patient("walter")], server)
    fake.everything = lambda _: list(fake.now.values())
    with pytest.raises(ServerError, match="Patient/walter, who is another patient"):
        places(server, "barbara")
    server.update(patient(link=[{"other": {"reference": "Patient/walter"}, "type": "seealso"}]))
    assert places(server, "barbara") == ["Patient/barbara"]


def test_the_wrong_patient_is_not_taken_for_the_right_one(fake, server):
    push([patient("walter")], server)
    fake.everything = lambda _: list(fake.now.values())
    with pytest.raises(ServerError, match="Patient/walter"):
        places(server, "barbara")


def test_what_a_record_rests_on_of_another_person_stays_behind(server):
    hers = observation("hers", derivedFrom=[{"reference": "Observation/his"}])
    push([patient(), patient("walter"), hers, observation("his", "Patient/walter")], server)
    assert set(places(server, "barbara")) == {"Patient/barbara", "Observation/hers"}


@pytest.mark.parametrize("patients", [["../Patient"], ["a b"], [""], ["$everything"]])
def test_what_is_no_id_is_never_sent(patients):
    with pytest.raises(InputError):
        choice(patients)


@pytest.mark.parametrize("search", ["https://else.example.org/Patient", "Patient/1", "Patient/$everything", "?x=y", ""])
def test_what_is_no_search_is_never_sent(search):
    with pytest.raises(InputError):
        choice(None, search)


def test_the_compartment_is_r4s(r4_core):
    defined = jsonio.read((r4_core / "CompartmentDefinition-patient.json").read_bytes())
    expected = {each["code"]: each["param"] for each in defined["resource"] if each.get("param")}
    del expected["Patient"]  # another patient, linked to this one
    assert expected == PARAMETERS
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", kind) for kind in PARAMETERS)
