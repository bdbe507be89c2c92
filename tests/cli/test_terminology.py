"""`validate --terminology`: a server's say about codes, its cache, and what happens without an answer."""

from __future__ import annotations

import json

import pytest

from tests.server.codes import ANIMALS, Codes


@pytest.fixture
def codes():
    with Codes() as server:
        yield server


@pytest.fixture
def file(tmp_path):
    coding = [{"system": ANIMALS, "code": code} for code in ("dog", "unicorn")]
    resource = {"resourceType": "Basic", "code": {"coding": coding}}
    path = tmp_path / "basic.json"
    path.write_text(json.dumps(resource))
    return path


def test_what_the_server_decided_is_told_as_such(run, codes, file):
    assert run("validate", file).code == 0
    ran = run("validate", file, "--terminology", codes.base)
    assert ran.code == 1
    assert f"Decided by the terminology server {codes.base}" in ran.out
    assert "A terminology server decided 2 questions about codes." in ran.out


def test_json_names_the_server_at_each_issue(run, codes, file):
    document = json.loads(run("validate", file, "--terminology", codes.base, "--format", "json").out)
    assert document["summary"]["toldByServer"] == 2
    assert [each["server"] for each in document["reports"][0]["issues"] if each["rule"] == "FM307"] == [codes.base]


def test_the_cache_is_the_users_unless_another_file_or_none_is_named(run, codes, file, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    run("validate", file, "--terminology", codes.base, "--terminology-cache", "none")
    assert not (tmp_path / "cache" / "fhir-matters" / "terminology.sqlite").exists()
    run("validate", file, "--terminology", codes.base)
    assert (tmp_path / "cache" / "fhir-matters" / "terminology.sqlite").is_file()
    before = len(codes.asked)
    run("validate", file, "--terminology", codes.base)
    assert len(codes.asked) == before
    run("validate", file, "--terminology", codes.base, "--terminology-cache", tmp_path / "own.sqlite")
    assert (tmp_path / "own.sqlite").is_file()
    assert len(codes.asked) > before


def test_the_token_comes_from_the_environment(run, codes, file, monkeypatch):
    monkeypatch.setenv("FHIR_MATTERS_TERMINOLOGY_TOKEN", "t")
    run("validate", file, "--terminology", codes.base)
    assert codes.requests[0].headers["authorization"] == "Bearer t"


def test_a_server_that_is_not_there_is_told_and_leaves_the_verdict(run, file):
    ran = run("validate", file, "--terminology", "http://127.0.0.1:9/fhir", "--terminology-cache", "none")
    assert ran.code == 0
    assert "FM313" in ran.out
    assert run("validate", file, "--terminology", "http://127.0.0.1:9/fhir", "--strict").code == 1


def test_what_is_no_address_is_refused(run, file):
    ran = run("validate", file, "--terminology", "nowhere")
    assert ran.code == 2
    assert "address" in ran.err
