"""Profiles that cannot be made sense of, whole or in part: told in bounded time, and everything else is checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.definitions.registry import core
from fhir_matters.rules import RULES
from fhir_matters.validation.validator import Validator
from tests.validation.cases import OURS, name_of, patient
from tests.validation.conftest import differential, element, profile


class Loose:
    """Definitions given one by one, in a registry's layer."""

    def __init__(self, definitions: tuple[dict[str, Any], ...]) -> None:
        self.definitions = {each["url"]: each for each in definitions}

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        _ = kind, version
        return self.definitions.get(url)

    def urls(self, kind: str) -> Iterator[str]:
        _ = kind
        return iter(())


def rules(resource: dict[str, Any], *definitions: dict[str, Any]) -> dict[str, str]:
    """The rules that are broken, each with where; the resource is asked to meet the first definition."""
    validator = Validator(registry=core().with_layer(Loose(definitions)))
    report = validator.validate(resource, [definitions[0]["url"]])
    return {issue.rule: issue.path.expression for issue in report}


def after(name: str, base: str, *elements: dict[str, Any], kind: str = "Patient") -> dict[str, Any]:
    return {**differential(name, kind, *elements), "baseDefinition": OURS + base}


BORN = element("Patient.birthDate", min=1)
WRONG = patient(nickname="x", telecom=[name_of("phone")])
TWO_SLICES = (element("Patient.telecom", "phone", min=1), element("Patient.telecom", "mail", min=1))


@pytest.mark.parametrize(
    ("definitions", "told"),
    [
        ((after("one", "two"), after("two", "one")), {"FM704"}),
        ((after("one", "nowhere", BORN),), {"FM703"}),
        (({**differential("one", "Patient", BORN), "type": "Observation"},), {"FM703"}),
        ((after("one", "odd", BORN), {**profile("odd", "Patient"), "snapshot": {"element": [7]}}), {"FM704"}),
        ((differential("one", "Patient", element("Patient.nickname"), BORN),), {"FM709", "FM108"}),
        ((differential("one", "Patient", *TWO_SLICES, BORN),), {"FM709", "FM108"}),
        ((differential("one", "Patient", {**BORN, "type": 7}),), {"FM704"}),
        (tuple(after(f"p{number}", f"p{number + 1}", BORN) for number in range(3_000)), {"FM704"}),
    ],
)
def test_what_cannot_be_decided_is_told_and_the_rest_is_checked(
    definitions: tuple[dict[str, Any], ...], told: set[str]
) -> None:
    assert rules(WRONG, *definitions).keys() == told | {"FM101"}


def test_slices_that_nothing_tells_apart_are_doubtful() -> None:
    sliced = {"slicing": {"rules": "closed"}}
    one = differential("one", "Patient", element("Patient.telecom", **sliced), *TWO_SLICES, BORN)
    assert {"FM508", "FM101", "FM108"} <= rules(WRONG, one).keys()


def test_a_profile_that_is_a_part_of_itself_ends() -> None:
    contained = element("Patient.contained", type=[{"code": "Patient", "profile": [OURS + "one"]}])
    one = differential("one", "Patient", contained, element("Patient.contained.birthDate", min=1), BORN)
    assert rules(patient(birthDate="1931-01-04"), one) == {}
    assert rules(patient(), one) == {"FM108": "Patient"}


def test_slices_of_slices_of_slices_end() -> None:
    def sliced(path: str, many: int) -> list[dict[str, Any]]:
        told = {"slicing": {"discriminator": [{"type": "value", "path": "id"}], "rules": "open"}}
        return [element(path, **told), *(element(path, f"s{number}") for number in range(many))]

    deep = differential("deep", "Patient", *sliced("Patient.contact.telecom", 300))
    assert "FM704" in rules(WRONG, after("one", "deep", *sliced("Patient.contact", 300), BORN), deep)


WORDS = st.sampled_from(["", "Patient", "1", "*", "HumanName", "value", "$this", "system", "required", "true"])
NAMES = st.sampled_from(["code", "path", "url", "type", "discriminator", "rules", "strength", "key", "expression"])
ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    [
        "sliceName",
        "slicing",
        "min",
        "max",
        "type",
        "binding",
        "constraint",
        "maxLength",
        "contentReference",
        "fixedCode",
    ]
)
PATHS = st.sampled_from(["Patient", "Patient.name", "Patient.name.given", "Patient.telecom", "Patient.deceased[x]"])


@given(st.lists(st.tuples(PATHS, st.dictionaries(FIELDS, ODD, max_size=4)), max_size=4), st.booleans())
def test_any_profile_makes_a_report(listed: list[tuple[str, dict[str, Any]]], whole: bool) -> None:
    elements = [{"path": path, **more} for path, more in listed]
    odd = (profile if whole else differential)("odd", "Patient", *elements)
    resource = patient(name=[{"given": ["b"]}], telecom=[name_of("phone")], deceasedBoolean=True)
    assert rules(resource, odd).keys() <= RULES.keys()
