"""Input that was made to hurt: bounded time, no traceback, a finding."""

from __future__ import annotations

import itertools
import json
import string
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.definitions.registry import core
from fhir_matters.rules import RULES
from fhir_matters.validation import context
from fhir_matters.validation import validator as validator_module
from fhir_matters.validation.validator import Validator
from tests.validation.cases import CASES
from tests.validation.resources import bundle, entry, observation, patient

VALIDATOR = Validator()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(string.printable, max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_letters, max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)
NOTE = {"url": "http://example.org/note", "valueString": "x"}
FIELDS = st.sampled_from(
    ["id", "meta", "text", "contained", "extension", "name", "_birthDate", "birthDate", "active", "telecom", "contact"]
)


def rules(resource: Any, *profiles: str) -> set[str]:
    return {issue.rule for issue in VALIDATOR.validate(resource, profiles)}


@given(st.dictionaries(FIELDS, JSON, max_size=5))
def test_any_value_in_any_field_makes_a_report_with_known_rules(fields: dict[str, Any]) -> None:
    assert rules({"resourceType": "Patient", **fields}) <= RULES.keys()


@given(JSON)
def test_any_json_makes_a_report(value: Any) -> None:
    assert rules(value) <= RULES.keys() or hasattr(value, "model_dump_json")


@given(st.binary(max_size=60))
def test_any_bytes_make_a_report(data: bytes) -> None:
    assert rules(data) <= RULES.keys()


def test_bytes_that_are_no_json_say_where() -> None:
    (issue,) = VALIDATOR.validate(b'{"resourceType": "Patient",\n  oops}')
    assert (issue.rule, issue.line) == ("FM001", 2)
    assert issue.column


def test_two_hundred_megabytes_of_nesting_are_refused_at_once() -> None:
    assert rules(b"[" * 200_000_000) & {"FM001", "FM003"}


@pytest.mark.parametrize("field", ["contained", "extension", "contact"])
def test_a_dict_nested_thousands_deep_is_too_deep(field: str) -> None:
    resource: dict[str, Any] = patient()
    for _ in range(5_000):
        resource = patient(**{field: [resource]})
    assert not VALIDATOR.validate(resource).ok


def test_bundles_in_bundles_end() -> None:
    resource: dict[str, Any] = bundle("collection", entry(1))
    for number in range(60):
        resource = bundle("collection", entry(number, resource))
    assert VALIDATOR.validate(resource).ok


def test_a_lone_surrogate_is_a_finding_and_no_traceback() -> None:
    assert not VALIDATOR.validate('{"resourceType": "Patient", "id": "\ud800"}').ok
    assert rules(patient(name=[{"text": "\ud800"}])) == set()


@pytest.mark.parametrize("field", ["multipleBirthInteger", "id", "name", "unknown", "extension"])
def test_an_integer_longer_than_python_spells_is_a_finding(field: str) -> None:
    huge = 10**5000
    assert not VALIDATOR.validate(patient(**{field: huge})).ok
    assert not VALIDATOR.validate(patient(**{field: [{"x": huge}]})).ok


def test_two_resources_that_refer_to_each_other_end() -> None:
    one = observation(hasMember=[{"reference": entry(2)["fullUrl"]}])
    other = observation(hasMember=[{"reference": entry(1)["fullUrl"]}])
    assert VALIDATOR.validate(bundle("collection", entry(1, one), entry(2, other))).ok


class Cyclic:
    """An extension that is its own part, and a profile whose elements claim the profile itself."""

    DEFINITIONS = (
        {
            "url": "https://example.org/loop",
            "type": "Extension",
            "kind": "complex-type",
            "derivation": "constraint",
            "context": [{"type": "element", "expression": "Element"}],
            "snapshot": {
                "element": [
                    {"path": "Extension"},
                    {"path": "Extension.extension", "slicing": {"discriminator": [{"type": "value", "path": "url"}]}},
                    {
                        "path": "Extension.extension",
                        "sliceName": "again",
                        "min": 0,
                        "max": "*",
                        "type": [{"code": "Extension", "profile": ["https://example.org/loop"]}],
                    },
                    {"path": "Extension.url", "fixedUri": "https://example.org/loop"},
                ]
            },
        },
        {
            "url": "https://example.org/self",
            "type": "Observation",
            "kind": "resource",
            "derivation": "constraint",
            "snapshot": {
                "element": [
                    {"path": "Observation"},
                    {
                        "path": "Observation.hasMember",
                        "type": [{"code": "Reference", "targetProfile": ["https://example.org/self"]}],
                    },
                ]
            },
        },
        {"url": "https://example.org/odd", "type": 3, "kind": None, "snapshot": {"element": [7]}},
        {"url": "https://example.org/empty", "snapshot": {"element": []}},
    )

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        _ = kind, version
        return next((each for each in self.DEFINITIONS if each["url"] == url), None)

    def urls(self, kind: str) -> Any:
        _ = kind
        return iter(())


CYCLIC = Validator(registry=core().with_layer(Cyclic()))


def test_an_extension_that_is_its_own_part_ends() -> None:
    value: dict[str, Any] = {"url": "https://example.org/loop", "valueString": "x"}
    for _ in range(5):
        value = {"url": "https://example.org/loop", "extension": [value]}
    assert CYCLIC.validate(patient(extension=[value])).ok


def test_targets_that_must_meet_the_profile_that_asks_end() -> None:
    member = {"reference": entry(1)["fullUrl"]}
    whole = bundle("collection", entry(1, observation(hasMember=[member])))
    assert CYCLIC.validate(whole).ok
    assert CYCLIC.validate(whole["entry"][0]["resource"], ["https://example.org/self"]).ok


@pytest.mark.parametrize("name", ["odd", "empty"])
def test_a_definition_that_makes_no_sense_is_an_issue_and_the_rest_is_checked(name: str) -> None:
    report = CYCLIC.validate(patient(gender="x"), [f"https://example.org/{name}"])
    assert {issue.rule for issue in report} >= {"FM301"}
    assert {issue.rule for issue in report} & {"FM703", "FM704"}


def test_threads_share_one_validator() -> None:
    resources = [case[0] for case in CASES.values() if isinstance(case[0], dict)]
    fresh = Validator()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(fresh.validate, resources * 3))
    assert together == [VALIDATOR.validate(resource) for resource in resources] * 3


def test_a_report_says_no_value_of_the_resource_outside_found() -> None:
    secret = "Zaphod"
    resource = json.loads(json.dumps(patient(gender=secret, birthDate=secret, name=[{secret: secret}], active=secret)))
    issues = VALIDATOR.validate(resource).issues
    assert any(secret in issue.found for issue in issues)
    assert not any(secret in issue.message for issue in issues)


def test_what_was_found_in_time_is_told_and_that_it_is_not_all(monkeypatch):
    seconds = itertools.count()
    monkeypatch.setattr(context, "monotonic", lambda: next(seconds))
    monkeypatch.setattr(validator_module, "monotonic", lambda: 0)
    names = [{"family": "x", "use": "wrong", "period": {"start": "2020"}}] * 50
    resource = {"resourceType": "Patient", "gender": "wrong", "name": names}
    some, every = Validator(seconds=30).validate(resource), Validator().validate(resource)
    assert [issue.rule for issue in some][-1] == "FM708"
    assert not some.ok
    assert some.undecided
    assert 1 < len(some.issues) < len(every.issues)
    assert {(each.rule, each.path) for each in some.issues[:-1]} <= {(each.rule, each.path) for each in every}


def test_time_enough_changes_nothing():
    resource = {"resourceType": "Patient", "gender": "wrong"}
    assert Validator(seconds=600).validate(resource) == Validator().validate(resource)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ({"given": ["a"], "_given": [{"id": "t"}, None]}, {("FM106", "Patient.name[0].given[1]")}),
        ({"given": ["a", None], "_given": [{"id": "t"}, None]}, {("FM106", "Patient.name[0].given[1]")}),
        ({"given": ["a", None], "_given": [None, {"extension": [NOTE]}]}, set()),
        ({"given": ["a"], "_given": [{"id": "t"}]}, set()),
    ],
)
def test_null_in_both_of_two_arrays_is_wrong(name, wrong):
    errors = VALIDATOR.validate({"resourceType": "Patient", "name": [name]}).errors
    assert {(each.rule, each.path.expression) for each in errors} == wrong
