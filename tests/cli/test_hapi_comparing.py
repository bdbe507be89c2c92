"""Others' `$validate` beside our validator: HAPI's, with our package there and without; a server that has none."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from fhir_matters import jsonio
from fhir_matters.definitions import registry
from tests.cli.conftest import EXAMPLES
from tests.java.counterparts import judging, verdict

OURS = "https://w3id.org/fhir-matters/StructureDefinition"


@pytest.fixture
def beside(run):
    def asking(*arguments: object) -> tuple[int, dict]:
        ran = run("validate", *arguments, "--format", "json")
        return ran.code, json.loads(ran.out)

    return asking


def test_without_our_package_hapi_has_not_validated_what_claims_nothing_but_ours(beside, hapi, tmp_path):
    file = tmp_path / "person.json"
    file.write_text(json.dumps({"resourceType": "Patient", "meta": {"profile": [f"{OURS}/fm-person"]}}))
    code, told = beside(file, "--server", hapi)
    (comparison,) = told["comparisons"]
    assert (code, comparison["there"]) == (2, None)
    assert comparison["unknownProfiles"] == [f"{OURS}/fm-person"]
    assert "implementationguides" in comparison["nextStep"]
    assert "HAPI FHIR" in told["server"]


def test_r4s_own_profiles_hapi_heeds_though_it_lists_none_and_made_up_ones_not(beside, hapi, tmp_path):
    file = tmp_path / "weight.json"
    file.write_text(json.dumps({"resourceType": "Observation", "status": "final", "code": {"text": "x"}}))
    base = "http://hl7.org/fhir/StructureDefinition"
    code, told = beside(file, "--server", hapi, "--profile", f"{base}/bodyweight", "--profile", f"{base}/nonsense")
    heeded, made_up = told["comparisons"]
    assert (code, heeded["there"], made_up["there"]) == (2, False, None)
    missing = {each["here"]["messageId"] for each in heeded["issues"] if each["by"] == "both"}
    assert "Validation_VAL_Profile_Minimum" in missing


@pytest.fixture
def wrong(tmp_path):
    """A resource with three errors, each of another kind."""
    file = tmp_path / "wrong.json"
    given = {"resourceType": "Observation", "code": {"text": "x"}, "subject": {"reference": "two words"}, "weight": 3}
    file.write_text(json.dumps(given))
    return file


def test_a_hapi_that_refuses_what_is_invalid_with_422_has_judged_all_the_same(beside, hapi, wrong):
    for base in (hapi, judging(hapi)):
        code, told = beside(wrong, "--server", base)
        (comparison,) = told["comparisons"]
        found = [
            each for each in comparison["issues"] if "error" in {(each[side] or {}).get("severity") for side in SIDES}
        ]
        assert (code, comparison["there"]) == (1, False)
        assert [each["by"] for each in found] == ["both"] * 3


SIDES = ("here", "there")


def test_where_definitions_are_refused_too_that_is_said_with_a_way_out(run, hapi, wrong):
    ran = run("validate", wrong, "--server", judging(hapi), "--install")
    assert ran.code == 2
    assert "was not taken" in ran.err
    assert "implementationguides" in ran.err


def test_hapi_has_nothing_against_our_profiles_but_that_it_cannot_fetch_r4_for_itself(hapi):
    alone = "Error generating Snapshot: Unable to resolve package id hl7.fhir.r4.core"
    profiles = [each for each in registry.ours() if each["resourceType"] == "StructureDefinition"][:4]
    assert {text[: len(alone)] for each in profiles for text in verdict(hapi, jsonio.write(each))["error"]} <= {alone}
    for element in profiles[0]["snapshot"]["element"]:
        del element["definition"]
    assert any("sdf-3" in text for text in verdict(hapi, jsonio.write(profiles[0]))["error"])


def test_a_server_without_validate_has_not_validated(beside, medplum, wrong):
    with medplum() as server:
        code, told = beside(wrong, "--server", server.base)
    (comparison,) = told["comparisons"]
    assert (code, comparison["there"], comparison["issues"]) == (2, None, [])
    assert "404" in comparison["reason"]


def test_what_we_find_in_bad_examples_hapi_finds_too_and_the_rest_is_named(beside, hapi_knowing_us):
    _, told = beside(EXAMPLES / "bad", "--server", hapi_knowing_us)
    issues = [issue for each in told["comparisons"] for issue in each["issues"]]
    theirs = Counter(each["by"] for each in issues if each["there"] and each["there"]["severity"] in ("error", "fatal"))
    assert theirs["both"] >= 9 * theirs["the server"]
    assert told["summary"]["verdictsDiffer"] <= 1
    told_apart = {each["source"].rpartition("/")[2] for each in told["comparisons"] if each["there"] is None}
    assert told_apart == {"another-resource-type.json", "cut-off.json", "same-key-twice.json"}


def test_a_good_example_lacks_nothing_there_but_the_guides_of_others(beside, hapi_knowing_us):
    _, told = beside(EXAMPLES / "good" / "art.json", "--server", hapi_knowing_us)
    (comparison,) = told["comparisons"]
    assert comparison["here"] is True
    errors = [issue for issue in comparison["issues"] if issue["there"] and issue["there"]["severity"] == "error"]
    assert {issue["there"]["meaning"] for issue in errors} == {"unknown profile"}
    assert {issue["by"] for issue in errors} == {"both"}
    assert not any(profile.startswith(OURS) for profile in comparison["profilesLeftOpen"])
