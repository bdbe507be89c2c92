"""What a caller decides: unknown extensions, examples, references trusted or followed, guides that are loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.validator import Validator
from tests.validation.conftest import Own
from tests.validation.resources import OURS, extended, observation, patient

ELSEWHERE = "https://nobody.test/an-extension"
EXAMPLE = "http://example.org/an-extension"
TOOL = "http://hl7.org/fhir/tools/StructureDefinition/a-tool"


def made(**options: Any) -> Validator:
    return Validator(registry=core().with_layer(Own()), **options)


def rules(validator: Validator, resource: dict[str, Any], *profiles: str) -> list[str]:
    return [issue.rule for issue in validator.validate(resource, profiles).errors]


@pytest.mark.parametrize(
    ("url", "options", "expected"),
    [
        (ELSEWHERE, {}, []),
        (ELSEWHERE, {"extensions": "known"}, ["FM551"]),
        (EXAMPLE, {"extensions": "known"}, []),
        (EXAMPLE, {"extensions": "known", "examples": False}, ["FM561", "FM551"]),
        (EXAMPLE, {"examples": False}, ["FM561"]),
        (TOOL, {"extensions": "known"}, []),
        ("http://hl7.org/fhir/StructureDefinition/nothing", {}, ["FM551"]),
        (OURS + "simple", {"extensions": "known", "examples": False}, []),
    ],
)
def test_whether_unknown_extensions_are_welcome_is_for_the_caller_to_say(
    url: str, options: dict[str, Any], expected: list[str]
) -> None:
    assert rules(made(**options), extended(url, valueString="x")) == expected


def test_a_type_that_a_reference_names_is_certain_only_where_it_is_trusted() -> None:
    resource = observation(subject={"reference": "Medication/a"})
    assert rules(made(), resource) == []
    assert rules(made(trusting=True), resource) == ["FM402"]
    assert rules(made(trusting=True), observation(subject={"reference": "Patient/a"})) == []


PEOPLE = {
    "Patient/named": patient(id="named", name=[{"text": "Bee"}]),
    "Patient/nameless": patient(id="nameless"),
    "Patient/medication": {"resourceType": "Medication"},
}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/named", []),
        ("Patient/nameless", ["FM404"]),
        ("Patient/medication", ["FM402", "FM402"]),
        ("Patient/nobody", ["FM410"]),
        ("http://example.org/fhir/Patient/nobody", []),
        ("urn:uuid:00000000-0000-4000-8000-000000000001", []),
    ],
)
def test_references_are_followed_by_the_resolver_that_the_caller_gives(reference: str, expected: list[str]) -> None:
    asked: list[str] = []

    def resolver(name: str) -> dict[str, Any] | None:
        asked.append(name)
        return PEOPLE.get(name)

    resource = observation(subject={"reference": reference})
    assert rules(made(resolver=resolver), resource, OURS + "final") == expected
    assert len(asked) == len(set(asked))
    assert rules(made(), resource, OURS + "final") == []


def test_two_that_refer_to_each_other_come_to_an_end() -> None:
    def linked(one: str, two: str) -> dict[str, Any]:
        return patient(id=one, link=[{"other": {"reference": f"Patient/{two}"}, "type": "seealso"}])

    ring = {"Patient/a": linked("a", "b"), "Patient/b": linked("b", "a")}
    assert rules(made(resolver=ring.get), ring["Patient/a"], OURS + "one-name") == ["FM108"]


class Guide(Own):
    """The tests' definitions, and a guide that asks something of every Patient."""

    def __init__(self, asked: Any) -> None:
        self._guide = {"resourceType": "ImplementationGuide", "url": OURS + "guide", "global": asked}

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        return self._guide if kind == "ImplementationGuide" else super().find(url, kind, version)

    def urls(self, kind: str) -> Iterator[str]:
        return iter([OURS + "guide"]) if kind == "ImplementationGuide" else super().urls(kind)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([{"type": "Patient", "profile": OURS + "one-name"}], ["FM108"]),
        ([{"type": "Observation", "profile": OURS + "one-name"}], []),
        ([{"type": "Patient", "profile": OURS + "nowhere"}, "what"], []),
        ("what", []),
    ],
)
def test_a_loaded_guide_may_ask_a_profile_of_every_resource_of_a_type(asked: Any, expected: list[str]) -> None:
    assert rules(Validator(registry=core().with_layer(Guide(asked))), patient()) == expected
