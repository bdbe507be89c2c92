"""`push`, `pull`, `move` and `verify` as people use them: files, folders, choices, proofs, conflicts side by side."""

from __future__ import annotations

import gc
import sys

import pytest

from fhir_matters import Server, Validator, jsonio
from fhir_matters.cli.transferring import RARELY, brisk
from fhir_matters.local_server.serve import Running
from fhir_matters.server.transfer import push
from tests.server.fake import Fake, outcome
from tests.server.resources import observation, patient, record


@pytest.fixture
def server():
    with Running() as running:
        push([*record(3), patient("walter"), observation("his", "Patient/walter")], Server(running.base))
        yield running.base


@pytest.fixture
def other():
    with Running() as running:
        yield running.base


@pytest.fixture
def fake():
    with Fake() as serving:
        yield serving


def held(base) -> set[str]:
    """The places of all that a server has."""
    found = Server(base).pull().get("entry", ())
    return {entry["fullUrl"].removeprefix(f"{base}/") for entry in found}


def test_a_folder_of_what_was_pulled_is_pushed_elsewhere_and_nothing_is_lost(run, server, other, tmp_path):
    assert run("pull", "--from", server, "-o", tmp_path / "all").code == 0
    assert (tmp_path / "all" / "Observation.ndjson").read_bytes().count(b"\n") == 4
    pushed = run("push", tmp_path / "all", "--source", f"{server}/", "--to", other, "--yes", "--unchecked")
    assert pushed.code == 0, pushed.out + pushed.err
    assert held(other) == held(server)


def test_two_patients_and_a_search_are_chosen_and_nothing_else(run, server, other, tmp_path):
    out = tmp_path / "two.json"
    both = run("pull", "--from", server, "--patient", "barbara", "--patient", "walter", "-o", out)
    assert both.code == 0
    assert "7 resources" in both.err
    moved = run("move", "--from", server, "--to", other, "--search", "Observation?subject=Patient/walter", "--yes")
    assert moved.code == 0
    assert held(other) == {"Patient/walter", "Observation/his"}


def test_a_patient_moves_by_compartment_where_that_is_wished(run, server, other):
    asked = ("--patient", "walter", "--compartment", "--yes")
    assert run("move", "--from", server, "--to", other, *asked).code == 0
    assert held(other) == {"Patient/walter", "Observation/his"}


def test_an_answer_with_another_persons_resource_is_one_clear_error_and_nothing_is_written(run, fake, other, tmp_path):
    Server(fake.base).push([patient(), patient("walter"), observation("his", "Patient/walter")])
    fake.everything = lambda _: list(fake.now.values())
    for arguments in (("move", "--to", other, "--yes"), ("pull", "-o", tmp_path / "hers.json")):
        ran = run(*arguments, "--from", fake.base, "--patient", "barbara")
        assert ran.code == 2
        assert "Observation/his of another patient" in ran.err
        assert "Traceback" not in ran.err
    assert held(other) == set()
    assert list(tmp_path.iterdir()) == []


def test_a_conflict_is_shown_side_by_side_and_its_values_only_when_asked_for(run, server, other):
    Server(other).update({**observation("said-0"), "valueString": "theirs-xyz"})
    run("move", "--from", server, "--to", other, "--yes")
    shown = run("move", "--from", server, "--to", other, "--yes", "--show-values")
    plain = run("move", "--from", server, "--to", other, "--yes")
    for ran in (shown, plain):
        assert ran.code == 1
        assert f"{server}/Observation/said-0 (here) and Observation/said-0 (there):" in ran.err
        assert "Observation.valueString: added" in ran.err
    assert 'there "theirs-xyz"' in shown.err
    assert "theirs-xyz" not in plain.err + plain.out
    assert Server(other).read("Observation", "said-0")["valueString"] == "theirs-xyz"


def test_a_journal_says_on_which_side_it_was_changed(run, server, other, tmp_path):
    move = ("move", "--from", server, "--to", other, "--yes", "--journal", tmp_path / "journal")
    assert run(*move).code == 0
    Server(other).update({**observation("his", "Patient/walter"), "valueString": "there"})
    assert "Changed there only since it was sent, at Observation.valueString." in run(*move).err
    Server(server).update({**observation("his", "Patient/walter"), "valueString": "here"})
    assert "Changed on both sides since it was sent, at Observation.valueString." in run(*move).err
    assert Server(other).read("Observation", "his")["valueString"] == "there"


def test_a_receipt_is_written_as_an_audit_event_too(run, server, other, tmp_path):
    assert run("move", "--from", server, "--to", other, "--yes", "--audit", tmp_path / "event.json").code == 0
    event = jsonio.read((tmp_path / "event.json").read_bytes())
    assert len(event["entity"]) == len(held(server))
    assert Validator().validate(event).ok


def test_an_audit_event_without_a_folder_is_refused_before_anything_is_sent(run, server, other, tmp_path):
    ran = run("move", "--from", server, "--to", other, "--yes", "--audit", tmp_path / "absent" / "event.json")
    assert ran.code == 2
    assert held(other) == set()


def test_references_elsewhere_go_as_chosen(run, other, tmp_path):
    said = observation("said", "https://else.example.org/fhir/Patient/9")
    (tmp_path / "said.json").write_bytes(jsonio.write(said))
    refused = run("push", tmp_path / "said.json", "--to", other, "--yes", "--elsewhere", "refuse")
    assert refused.code == 1
    assert "Refers to another server, at Observation.subject.reference." in refused.out
    rewritten = run("push", tmp_path / "said.json", "--to", other, "--yes", "--elsewhere", "rewrite")
    assert rewritten.code == 0
    assert "1 times: a reference to another server" in rewritten.out
    assert "reference" not in Server(other).read("Observation", "said")["subject"]


# verify


@pytest.fixture
def receipt(run, server, other, tmp_path):
    file = tmp_path / "receipt.json"
    assert run("move", "--from", server, "--to", other, "--yes", "--receipt", file).code == 0
    return file


def test_what_was_received_is_verified_later(run, receipt, other):
    ran = run("verify", receipt)
    assert (ran.code, "7 still as received" in ran.out) == (0, True)
    assert "Patient/walter: still as received" in run("verify", receipt, "--all").out
    Server(other).update({**observation("said-0"), "note": [{"text": "secret-xyz"}]})
    Server(other).delete("Observation", "his")
    ran = run("verify", receipt)
    assert ran.code == 1
    assert "Observation/said-0: changed since, version 1 is now 2" in ran.out
    assert "Observation/his: gone" in ran.out
    assert "secret-xyz" not in ran.out + ran.err


@pytest.mark.parametrize("content", ["[]", "{}", "no json", ""])
def test_what_is_no_receipt_is_one_clear_error(run, tmp_path, content):
    (tmp_path / "r.json").write_text(content)
    ran = run("verify", tmp_path / "r.json")
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_a_server_that_is_gone_has_verified_nothing(run, receipt):
    forged = receipt.read_text().replace(str(jsonio.read(receipt.read_bytes())["target"]), "http://localhost:9/fhir")
    receipt.write_text(forged)
    assert run("verify", receipt).code == 2


def test_a_receipt_of_a_stranger_gets_no_token_unless_the_server_is_named(run, receipt, fake, monkeypatch):
    target = str(jsonio.read(receipt.read_bytes())["target"])
    receipt.write_text(receipt.read_text().replace(target, fake.base))
    monkeypatch.setenv("FHIR_MATTERS_TOKEN", "secret-token")
    fake.fault = lambda _: outcome(401, "login")
    assert run("verify", receipt).code == 2
    assert fake.requests
    assert not any("authorization" in request.headers for request in fake.requests)
    assert run("verify", receipt, "--at", fake.base).code == 2
    assert fake.requests[-1].headers["authorization"] == "Bearer secret-token"


@pytest.mark.parametrize("name", ["hers.json", "hers.ndjson", "hers"])
def test_a_pull_has_a_receipt_that_the_file_and_the_server_can_be_held_against(run, server, tmp_path, name):
    out, proof = tmp_path / name, tmp_path / "receipt.json"
    ran = run("pull", "--from", server, "--patient", "barbara", "-o", out, "--receipt", proof)
    assert ran.code == 0, ran.err
    assert "Nothing was lost." in ran.out
    assert jsonio.read(proof.read_bytes())["asked"] == ["Patient/barbara/$everything"]
    assert run("verify", proof).code == run("verify", proof, "--at", server).code == 0
    moved = out.rename(tmp_path / f"moved-{name}")
    gone = run("verify", proof)
    assert (gone.code, "Traceback" in gone.err) == (2, False)
    assert run("verify", proof, "--at", moved).code == 0
    changed = moved / "Observation.ndjson" if moved.is_dir() else moved
    changed.write_bytes(changed.read_bytes().replace(b"final", b"amended", 1))
    ran = run("verify", proof, "--at", moved)
    assert ran.code == 1
    assert "1 different without a new version" in ran.out


def test_a_receipt_of_a_pull_needs_a_file_of_its_own_before_anything_is_read(run, server, tmp_path):
    both = tmp_path / "hers.json"
    for arguments in ([], ["-o", both]):
        assert run("pull", "--from", server, *arguments, "--receipt", both).code == 2
    nowhere = run("pull", "--from", server, "-o", both, "--receipt", tmp_path / "absent" / "receipt.json")
    assert nowhere.code == 2
    assert "no such folder for the receipt" in nowhere.err
    assert list(tmp_path.iterdir()) == []


def test_after_a_transfer_garbage_is_collected_and_threads_take_turns_as_before():
    before = gc.get_threshold(), sys.getswitchinterval()
    with brisk():
        assert gc.get_threshold() == RARELY != before[0]
        assert sys.getswitchinterval() < before[1]
    assert (gc.get_threshold(), sys.getswitchinterval()) == before
