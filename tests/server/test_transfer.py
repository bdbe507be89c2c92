"""Nothing is lost, nothing is doubled, and the receipt says what is true."""

from __future__ import annotations

import copy

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import InputError, ServerError
from fhir_matters.server import Server
from fhir_matters.server.apply import Pace
from fhir_matters.server.compare import sha256
from fhir_matters.server.transfer import move, prepare, pull, push
from tests.server.fake import Fake
from tests.server.receipts import SMALL, actions, owners, plain
from tests.server.resources import observation, patient, practitioner, record


def test_what_is_pushed_is_there_to_the_digit(fake, server):
    resources = record()
    receipt = push(resources, server, pace=SMALL)
    assert receipt.nothing_lost
    assert actions(receipt) == {"created": 32}
    for resource in resources:
        sent = jsonio.write(resource).replace(
            b"Practitioner?identifier=https://example.org/npi|7", b"Practitioner/anna"
        )
        kept = plain(fake.now[f"{resource['resourceType']}/{resource['id']}"])
        assert jsonio.spelt(kept) == jsonio.spelt(jsonio.read(sent))
    assert owners(receipt) == {("reference", "server")}


def test_transactions_are_of_bounded_size(fake, server):
    push(record(), server, pace=SMALL)
    assert max(len(request.body["entry"]) for request in fake.writes()) == 10


def test_a_second_push_writes_nothing(fake, server):
    push(record(), server, pace=SMALL)
    written = len(fake.writes())
    receipt = push(record(), server, pace=SMALL)
    assert actions(receipt) == {"already there": 32}
    assert receipt.nothing_lost
    assert len(fake.writes()) == written


def test_nothing_to_push_is_nothing_lost(server):
    assert push([], server).nothing_lost


def test_a_bundle_of_urn_uuids_arrives_with_references_that_hold(fake, server):
    one, other = (f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in "12")
    said = {"resourceType": "Observation", "subject": {"reference": one}, "note": [{"text": f"see {one}"}]}
    entries = [{"fullUrl": other, "resource": said}, {"fullUrl": one, "resource": {"resourceType": "Patient"}}]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    receipt = push(bundle, server)
    kept = fake.now["Observation/00000000-0000-4000-8000-000000000002"]
    assert kept["subject"] == {"reference": "Patient/00000000-0000-4000-8000-000000000001"}
    assert kept["note"] == [{"text": f"see {one}"}]
    assert receipt.nothing_lost
    assert actions(push(bundle, server)) == {"already there": 2}


def test_two_that_refer_to_each_other_go_together(fake, server):
    one = observation("one", derivedFrom=[{"reference": "Observation/two"}])
    two = observation("two", derivedFrom=[{"reference": "Observation/one"}])
    assert push([one, two, patient()], server, pace=Pace(size=1)).nothing_lost
    assert sorted(len(request.body["entry"]) for request in fake.writes()) == [1, 2]


# Who is who


def test_a_patient_is_matched_by_identifier_and_references_follow(fake, server):
    server.update(patient("known-here", identifier=[{"system": "https://example.org/people", "value": "barbara"}]))
    receipt = push([observation("said"), patient()], server)
    assert receipt.nothing_lost
    assert "Patient/barbara" not in fake.stored
    assert fake.now["Observation/said"]["subject"] == {"reference": "Patient/known-here"}
    assert ("reference", "transfer") in owners(receipt)
    assert ("id", "transfer") in owners(receipt)


def test_two_patients_of_that_identifier_stop_the_patient_and_all_that_refers_to_her(fake, server):
    for name in ("one", "two"):
        server.update(patient(name, identifier=patient()["identifier"]))
    receipt = push([patient(), observation("said"), practitioner()], server)
    assert actions(receipt) == {"created": 1, "cannot": 2}
    assert not receipt.nothing_lost
    assert [line.reason for line in receipt.lines if line.type == "Patient"] == [
        "2 resources of the target carry its identifiers: nobody can tell which is meant."
    ]
    assert "Observation/said" not in fake.stored


OURS = {"system": "https://w3id.org/fhir-matters/identifier", "value": "barbara/person/person"}
NUMBER = {"system": "https://example.org/number", "value": "1"}


@pytest.mark.parametrize(
    ("there", "created"),
    [([OURS], 0), ([NUMBER], 0), ([OURS, NUMBER], 0), ([{**NUMBER, "value": "2"}], 1), ([], 1)],
)
def test_a_person_is_found_by_our_identifier_or_their_own_number(fake, server, there, created):
    server.update(patient("there", identifier=there))
    receipt = push([patient("new", identifier=[OURS, NUMBER]), observation("said", "Patient/new")], server)
    assert ("Patient/new" in fake.stored) is bool(created)
    assert fake.now["Observation/said"]["subject"] == {"reference": "Patient/new" if created else "Patient/there"}
    assert receipt.nothing_lost is (there == [OURS, NUMBER] or bool(created))


def test_the_same_record_name_with_another_number_is_another_person(fake, server):
    server.update(patient("there", identifier=[OURS, {**NUMBER, "value": "2"}]))
    sent = [patient("new", identifier=[OURS, NUMBER]), observation("said", "Patient/new")]
    assert actions(push(sent, server, overwrite=True)) == {"cannot": 2}
    assert set(fake.stored) == {"Patient/there"}


def test_our_identifier_and_a_number_that_lead_to_two_people_stop(fake, server):
    server.update(patient("one", identifier=[OURS]))
    server.update(patient("two", identifier=[NUMBER]))
    assert actions(push([patient("new", identifier=[OURS, NUMBER])], server)) == {"cannot": 1}
    assert set(fake.stored) == {"Patient/one", "Patient/two"}


def test_two_that_would_become_one_are_both_left_alone(fake, server):
    tags = [[{"system": "https://example.org/org", "value": value}] for value in "ab"]
    there = {"resourceType": "Organization", "id": "two", "identifier": tags[0]}
    server.update(there)
    pair = [{**there, "id": "one", "name": "A"}, {**there, "identifier": tags[1]}]
    receipt = push(pair, server, overwrite=True)
    assert actions(receipt) == {"cannot": 2}
    assert plain(fake.now["Organization/two"]) == there


def test_another_person_under_the_same_id_is_left_alone_even_when_told_to_overwrite(fake, server):
    stranger = patient(identifier=[{"system": "https://example.org/people", "value": "somebody else"}])
    server.update(stranger)
    for overwrite in (False, True):
        receipt = push([patient(), observation("said")], server, overwrite=overwrite)
        assert actions(receipt) == {"cannot": 2}
    assert plain(fake.now["Patient/barbara"]) == stranger


def test_what_was_changed_there_is_a_conflict_and_is_overwritten_only_when_told(fake, server):
    push(record(2), server)
    server.update(patient(gender="female"))
    receipt = push(record(2), server)
    assert actions(receipt) == {"already there": 3, "conflict": 1}
    assert not receipt.nothing_lost
    assert [each.path for _, each in receipt.differences] == ["Patient.gender"]
    assert fake.now["Patient/barbara"]["gender"] == "female"
    again = push(record(2), server, overwrite=True)
    assert actions(again) == {"updated": 1, "already there": 3}
    assert again.nothing_lost
    assert fake.writes()[-1].body["entry"][0]["request"]["ifMatch"] == 'W/"2"'


def test_a_journal_tells_our_own_write_from_anothers(server, tmp_path):
    journal = tmp_path / "journal"
    push([patient()], server, journal=journal)
    changed = patient(gender="female")
    assert actions(push([changed], server, journal=journal)) == {"updated": 1}
    server.update(patient(gender="unknown"))
    assert actions(push([patient()], server, journal=journal)) == {"conflict": 1}


def test_what_the_server_drops_is_no_conflict_with_a_journal_and_still_a_loss(fake, server, tmp_path):
    fake.keep = lambda resource: {key: value for key, value in resource.items() if key != "name"}
    journal = tmp_path / "journal"
    first = push([patient()], server, journal=journal)
    second = push([patient()], server, journal=journal)
    assert (actions(first), actions(second)) == ({"created": 1}, {"already there": 1})
    for receipt in (first, second):
        assert [(each.path, each.kind) for _, each in receipt.differences] == [("Patient.name", "missing")]
        assert not receipt.nothing_lost


def test_a_stranger_under_the_id_of_what_stays_behind_gets_no_reference(fake):
    with Fake() as old, Server(old.base) as source, Server(fake.base) as target:
        old.check_references = lambda _: None
        source.update(observation("said", "Patient/left-behind"))
        target.update(patient("left-behind"))
        receipt = move(source, target)
    assert actions(receipt) == {"cannot": 1}
    assert "Patient/left-behind" in receipt.lines[0].reason


# Pull and move


def test_what_is_pulled_is_what_is_there(fake, server):
    push(record(), server)
    bundle = pull(server)
    assert {entry["fullUrl"] for entry in bundle["entry"]} == {f"{fake.base}/{place}" for place in fake.stored}
    for entry in bundle["entry"]:
        place = entry["fullUrl"].removeprefix(f"{fake.base}/")
        assert jsonio.spelt(entry["resource"]) == jsonio.spelt(fake.now[place])


def test_one_patients_record_comes_with_what_it_refers_to_and_without_others(server):
    push([*record(10), patient("walter"), observation("his", "Patient/walter")], server)
    keys = {entry["fullUrl"].split("/fhir/")[1] for entry in pull(server, "Patient/barbara")["entry"]}
    assert keys == {"Patient/barbara", "Practitioner/anna", *(f"Observation/said-{number}" for number in range(10))}


def test_who_wrote_it_down_comes_along_where_everything_left_it_out(server):
    written = [
        {
            "resourceType": "Provenance",
            "id": name,
            "recorded": "2026-01-01T00:00:00Z",
            "agent": [{"who": {"display": "Jo"}}],
            "target": [{"reference": place} for place in places],
        }
        for name, places in {
            "hers": ["Observation/said-0"],
            "theirs": ["Observation/said-0", "Observation/his"],
        }.items()
    ]
    push([*record(2), patient("walter"), observation("his", "Patient/walter"), *written], server)
    keys = {entry["fullUrl"].split("/fhir/")[1] for entry in pull(server, "barbara")["entry"]}
    assert "Provenance/hers" in keys
    assert not {"Provenance/theirs", "Observation/his"} & keys


def test_a_patient_who_is_not_there_is_an_error(server):
    with pytest.raises(ServerError, match="does not hold the patient"):
        pull(server, "nobody")


def test_an_answer_with_another_patients_resource_moves_nothing(fake, server):
    push([*record(2), patient("walter"), observation("his", "Patient/walter")], server)
    fake.everything = lambda _: list(fake.now.values())
    with Fake() as other, Server(other.base) as target:
        with pytest.raises(ServerError, match="Observation/his of another patient"):
            move(server, target, "barbara")
        assert not other.stored


def test_a_move_brings_everything_and_a_second_one_nothing(fake, server):
    push(record(), server)
    with Fake() as other, Server(other.base) as target:
        receipt = move(server, target)
        assert receipt.nothing_lost
        assert receipt.source == fake.base
        assert {place: plain(kept) for place, kept in other.now.items()} == {p: plain(k) for p, k in fake.now.items()}
        assert actions(move(server, target)) == {"already there": 32}


def test_ids_of_digits_get_new_ones_and_references_follow(server):
    created = server.create(patient("x"))
    server.update(observation("said", f"Patient/{created['id']}"))
    with Fake() as other, Server(other.base) as target:
        assert move(server, target).nothing_lost
        (place,) = (place for place in other.stored if place.startswith("Patient/"))
        assert not place.removeprefix("Patient/").isdigit()
        assert other.now["Observation/said"]["subject"] == {"reference": place}


def test_a_move_to_the_same_server_is_refused(server):
    with pytest.raises(InputError):
        move(server, server)


def test_the_plan_can_be_seen_before_anything_is_written(fake, server):
    transfer = prepare(record(), server)
    assert str(transfer.plan) == "32 resources: 32 create."
    assert not fake.writes()
    assert transfer.carry_out().nothing_lost


def test_progress_is_told_in_steps_that_end_at_the_total(server):
    told: dict[str, list[tuple[int, int]]] = {}
    push(
        record(),
        server,
        pace=SMALL,
        progress=lambda stage, done, total: told.setdefault(stage, []).append((done, total)),
    )
    assert {stage: steps[-1] for stage, steps in told.items()} == {
        "look": (32, 32),
        "write": (32, 32),
        "prove": (32, 32),
    }


def test_what_is_there_is_asked_for_while_the_rest_is_still_being_read(fake, server, monkeypatch):
    monkeypatch.setattr("fhir_matters.server.source.PORTION", 4)
    seen = []

    def resources():
        for number in range(24):
            seen.append(len(fake.requests))
            yield patient(f"p-{number}", identifier=[{"system": "s", "value": str(number)}])

    assert push(resources(), server).nothing_lost
    assert seen[:4] == [0] * 4
    assert seen[-1] > 0


def test_who_is_meant_by_an_identifier_is_decided_when_all_has_been_read(fake, server, monkeypatch):
    monkeypatch.setattr("fhir_matters.server.source.PORTION", 1)
    shared = {"identifier": [{"system": "s", "value": "1"}]}
    fake.put("Patient/there", patient("there", **shared))
    receipt = push([patient("one", **shared), patient("other"), patient("two", **shared)], server)
    assert [line.action for line in receipt.lines] == ["cannot", "created", "cannot"]
    assert all("identifier" in line.reason for line in receipt.lines if line.action == "cannot")


def test_the_source_is_not_changed(server):
    resources = record()
    before = copy.deepcopy(resources)
    push(resources, server)
    assert [sha256(one) for one in resources] == [sha256(one) for one in before]
