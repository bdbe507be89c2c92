"""Plans out of the cache: the same plans and so the same findings, whatever became of what was kept."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from fhir_matters import Validator, jsonio
from fhir_matters.definitions import kept
from fhir_matters.definitions.registry import core
from fhir_matters.validation import kept_plans
from fhir_matters.validation.making import Making
from fhir_matters.validation.plans import Plans
from tests.definitions.test_registry import archive_of, files_of, folder_of
from tests.test_layers import PACKAGE, imports, modules

BASE = "http://hl7.org/fhir/StructureDefinition/"
OWN = "https://example.org/StructureDefinition/named"
# Made of a differential, with a fixed decimal, and with an extension that nobody has.
NAMED = {
    "resourceType": "StructureDefinition",
    "url": OWN,
    "status": "draft",
    "name": "Named",
    "kind": "resource",
    "abstract": False,
    "type": "Patient",
    "baseDefinition": BASE + "Patient",
    "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Patient", "path": "Patient"},
            {"id": "Patient.name", "path": "Patient.name", "min": 1, "mustSupport": True},
            {"id": "Patient.gender", "path": "Patient.gender", "fixedCode": "female"},
            {
                "id": "Patient.contact",
                "path": "Patient.contact",
                "constraint": [
                    {"key": "c-1", "severity": "error", "human": "Named too.", "expression": "name.exists()"}
                ],
            },
        ]
    },
}
PATIENT = {
    "resourceType": "Patient",
    "meta": {"profile": [OWN]},
    "gender": "male",
    "birthDate": "1950-13-01",
    "contact": [{"telecom": [{"value": "1"}]}],
    "maritalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "zz"}]},
}
OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
    "valueQuantity": {"value": 1, "comparator": "??"},
}


@pytest.fixture(autouse=True)
def inside(tmp_path, monkeypatch):
    monkeypatch.setenv("FHIR_MATTERS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "made"


@pytest.fixture
def guide(tmp_path):
    return archive_of(tmp_path / "guide.tgz", files_of(named=NAMED))


def findings(*packages):
    validator = Validator(packages=packages)
    return [validator.validate(each).issues for each in (PATIENT, OBSERVATION)]


@pytest.fixture
def expected(guide, monkeypatch):
    """What is found where nothing is kept."""
    with monkeypatch.context() as without:
        without.setattr(kept, "code", lambda _: None)
        return findings(guide)


def test_there_is_something_to_find(expected):
    assert {each.rule for issues in expected for each in issues} >= {"FM301", "FM602", "FM202"}
    assert OWN in {each.profile for issues in expected for each in issues}


def test_cold_and_warm_find_the_same(guide, expected, inside):
    assert findings(guide) == expected
    assert len(list(inside.glob("*.plan"))) > 10
    assert findings(guide) == expected


def test_a_warm_start_makes_no_plan(guide, expected, monkeypatch):
    findings(guide)
    monkeypatch.setattr(Making, "profile", lambda *_: pytest.fail("made anew"))
    assert findings(guide) == expected


def test_a_folder_is_kept_by_what_its_profiles_say(tmp_path, expected, inside):
    folder = folder_of(tmp_path / "guide", files_of(named=NAMED))
    assert findings(folder) == expected == findings(folder)
    before = set(inside.glob("*.plan"))
    free = {**NAMED, "differential": {"element": NAMED["differential"]["element"][:1]}}
    (folder / "package/named.json").write_bytes(jsonio.write(free))
    assert findings(folder) != expected
    assert set(inside.glob("*.plan")) > before


SPOILT = {
    "nothing in it": lambda _: b"",
    "half of it": lambda content: content[: len(content) // 2],
    "its last byte changed": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "its first byte changed": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "garbage": lambda content: os.urandom(len(content)),
    "another file's content": lambda _: b"\0" * 40,
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_files_with_other_content_are_ignored_and_written_again(spoil, guide, expected, inside):
    findings(guide)
    before = {file: file.read_bytes() for file in inside.iterdir()}
    for file, content in before.items():
        file.write_bytes(spoil(content))
    assert findings(guide) == expected
    assert {file: file.read_bytes() for file in inside.iterdir()} == before


@pytest.mark.parametrize("cache", ["/dev/null", "/proc/no/such"])
def test_a_folder_that_cannot_be_written_is_done_without(cache, guide, expected, monkeypatch):
    monkeypatch.setenv("FHIR_MATTERS_CACHE", cache)
    assert findings(guide) == expected == findings(guide)


def test_other_code_trusts_nothing(guide, expected, inside, monkeypatch):
    findings(guide)
    before = set(inside.glob("*.plan"))
    monkeypatch.setattr(kept, "code", lambda _: b"another version")
    assert findings(guide) == expected
    assert len(set(inside.glob("*.plan"))) == 2 * len(before)


def test_two_processes_at_once_do_each_other_no_harm(guide, tmp_path, inside):
    (tmp_path / "patient.json").write_bytes(jsonio.write(PATIENT))
    command = [sys.executable, "-m", "fhir_matters", "validate", "--format", "concise", "--package", guide]
    running = [
        subprocess.Popen([*command, tmp_path / "patient.json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    told = [process.communicate() for process in running]
    assert told[0] == told[1] == told[2]
    assert b"FM" in told[0][0]
    assert all(kept.get(file) is not None for file in inside.iterdir())
    assert not list(inside.glob("*.part"))


def test_every_plan_of_r4_and_of_our_own_comes_back_as_it_was(monkeypatch):
    monkeypatch.setattr(kept, "code", lambda _: None)
    plans = Plans(core())
    made = [plans.profile(each) for each in core().urls("StructureDefinition")]
    assert len(made) > 600
    back = {}
    for each in made:
        plain = kept_plans._plain(each)
        with suppress(ValueError):  # an exact decimal
            back[each.canonical] = again = kept_plans._profile(marshal.loads(marshal.dumps(plain)))
            assert kept_plans._plain(again) == plain
            assert [*again.elements] == [*each.elements]
    assert len(back) > len(made) - 5


def test_a_plan_with_an_exact_decimal_is_made_anew_each_time(inside):
    plan = Plans(core()).type("Range")
    before = len(list(inside.iterdir()))
    kept_plans.KeptPlans(b"these").put("whole", plan)
    kept_plans.KeptPlans(b"these").put("exact", replace(plan, root=replace(plan.root, least=jsonio.read("1.10"))))
    assert kept_plans.KeptPlans(b"these").get("whole").canonical == plan.canonical
    assert kept_plans.KeptPlans(b"these").get("exact") is None
    assert len(list(inside.iterdir())) == before + 1


def test_definitions_that_have_no_hash_keep_nothing(inside):
    class Layer:
        def find(self, *_):
            return None

        def urls(self, _):
            return iter(())

    assert core().with_layer(Layer()).digest is None
    assert Plans(core().with_layer(Layer())).type("Patient").type == "Patient"
    assert not inside.exists()


def test_all_the_code_that_makes_a_plan_has_a_say_in_its_name():
    trees = modules(PACKAGE)
    todo, seen = ["validation.plans", "validation.making", "definitions.registry"], set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += imports(trees[name], set(trees))
    made_by = {str(Path(name).with_suffix("")).replace("/", ".") for name in kept_plans.MADE_BY}
    assert {name for name in seen if not name.endswith("__init__")} - made_by == {"errors", "folders", "jsonio"}
