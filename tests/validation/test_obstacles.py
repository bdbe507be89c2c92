"""Profiles that a profile names and nobody has: what is told of it, and what can still be judged."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.validator import Validator
from tests.validation.conftest import BASE, Own, element, profile, sliced
from tests.validation.resources import OURS, SUBJECT, claims, extended, name_of, observation, patient

NOWHERE = OURS + "nowhere"
HOME = {"system": "phone", "use": "home", "value": "1"}
METRE = {"system": "http://unitsofmeasure.org", "code": "m"}
VALUE, PERFORMER = "Observation.value.ofType(Quantity)", "Observation.performer[0]"
QUANTITY = {"code": "Quantity", "profile": [NOWHERE]}
DEFINITIONS = (
    profile(
        "empty-name",
        "Patient",
        element("Patient.name", type=[{"code": "HumanName", "profile": [NOWHERE]}]),
        element("Patient.name.given", min=1),
    ),
    profile(
        "one-here",
        "Observation",
        element("Observation.value[x]", max="1", type=[{"code": "Quantity", "profile": [OURS + "has-code", NOWHERE]}]),
    ),
    profile(
        "choice",
        "Observation",
        element("Observation.value[x]", max="1", **sliced("type", "$this", rules="closed")),
        element("Observation.value[x]", "valueQuantity", max="1", min=1, type=[QUANTITY]),
        element("Observation.value[x].unit", min=1),
    ),
    profile(
        "several",
        "Observation",
        element(
            "Observation.value[x]",
            max="1",
            type=[{"code": "Quantity", "profile": [OURS + "has-code", NOWHERE]}, {"code": "string"}],
        ),
    ),
    profile(
        "performers",
        "Observation",
        element("Observation.performer", **sliced("profile", "resolve()")),
        element("Observation.performer", "one", type=[{"code": "Reference", "targetProfile": [NOWHERE]}]),
    ),
    profile(
        "performers-by-type",
        "Observation",
        element("Observation.performer", **sliced("type", "resolve()")),
        element("Observation.performer", "one", type=[{"code": "Reference", "targetProfile": [NOWHERE]}]),
    ),
    profile(
        "inner-path",
        "Observation",
        element("Observation.component", **sliced("value", "code.text")),
        element("Observation.component", "one", type=[{"code": "BackboneElement"}]),
        element("Observation.component.code", type=[{"code": "CodeableConcept", "profile": [NOWHERE]}]),
    ),
    profile(
        "extensions",
        "Patient",
        element("Patient.extension", **sliced("value", "url")),
        element("Patient.extension", "one", min=1, type=[{"code": "Extension", "profile": [NOWHERE]}]),
    ),
    profile(
        "unsound",
        "Patient",
        element("Patient.telecom", **sliced("value", "use")),
        element("Patient.telecom", "one", type=[{"code": "ContactPoint", "profile": [OURS + "adrift"]}]),
        element("Patient.link", **sliced("profile", "other.resolve()")),
        element("Patient.link", "one"),
        element("Patient.link.other", type=[{"code": "Reference", "targetProfile": [OURS + "adrift"]}]),
    ),
    profile(
        "subject",
        "Observation",
        element("Observation.subject", max="1", type=[{"code": "Reference", "targetProfile": [OURS + "empty-name"]}]),
    ),
)


class More(Own):
    """The definitions above the tests' common ones."""

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        return next((each for each in DEFINITIONS if each["url"] == url), None) or super().find(url, kind, version)


@pytest.fixture(scope="module")
def judge() -> Validator:
    return Validator(registry=core().with_layer(More()))


def errors(judge: Validator, resource: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.rule, str(each.path.expression)) for each in judge.validate(resource).errors]


def component(text: str) -> dict[str, Any]:
    return observation(component=[{"code": {"text": text}, "valueBoolean": True}])


PERFORMED = {"contained": [patient(id="p")], "performer": [SUBJECT]}


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (claims("empty-name", patient(name=[{"text": "Bee"}])), [("FM706", "Patient.name[0]")]),
        (claims("one-here", observation(valueQuantity={"value": 1, **METRE})), [("FM706", VALUE)]),
        (
            claims("one-here", observation(valueQuantity={"value": 1})),
            [("FM706", VALUE), ("FM509", VALUE), ("FM108", VALUE)],
        ),
        (claims("choice", observation(valueQuantity={"value": 1})), [("FM511", VALUE)]),
        (claims("choice", observation(valueString="x")), [("FM511", "Observation.value.ofType(string)")]),
        (claims("choice", observation()), [("FM108", "Observation")]),
        (claims("several", observation(valueQuantity={"value": 1, **METRE})), []),
        (claims("several", observation(valueQuantity={"value": 1})), [("FM108", VALUE)]),
        (claims("performers", observation(**PERFORMED)), [("FM511", PERFORMER)]),
        (claims("performers", observation(performer=[{"reference": "Patient/p"}])), []),
        (claims("performers-by-type", observation(performer=[{"reference": "Patient/p"}])), [("FM511", PERFORMER)]),
        (
            claims("inner-path", component("x")),
            [("FM511", "Observation.component[0]")],
        ),
        (
            claims("extensions", extended(BASE + "patient-birthPlace", valueAddress={"city": "x"})),
            [("FM511", "Patient.extension[0]")],
        ),
        (claims("extensions", patient()), [("FM503", "Patient")]),
        (
            claims("absent-slice", patient(telecom=[HOME, name_of("fax")])),
            [("FM511", "Patient.telecom[0]"), ("FM511", "Patient.telecom[1]")],
        ),
        (claims("absent-slice", patient()), [("FM503", "Patient")]),
    ],
)
def test_what_an_absent_profile_leaves_open_is_told_at_its_place_and_nothing_else_is_guessed(
    judge: Validator, resource: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert errors(judge, resource) == found


def test_a_target_that_an_absent_profile_leaves_open_does_not_meet_its_profile(judge: Validator) -> None:
    about = {"subject": SUBJECT, "contained": [patient(id="p", name=[{"text": "Bee"}])]}
    assert errors(judge, claims("subject", observation(**about))) == [("FM404", "Observation.subject.reference")]
    about["contained"] = [patient(id="p")]
    assert errors(judge, claims("subject", observation(**about))) == []


def test_a_profile_that_is_there_and_cannot_be_used_leaves_only_the_slice_open(judge: Validator) -> None:
    linked = {"link": [{"other": {"reference": "#p"}, "type": "refer"}], "contained": [patient(id="p")]}
    resource = claims("unsound", patient(telecom=[HOME], **linked))
    doubtful = [str(each.path.expression) for each in judge.validate(resource) if each.rule == "FM508"]
    assert doubtful == ["Patient.telecom[0]", "Patient.link[0]"]


def test_the_message_names_the_profile_and_says_how_to_give_it(judge: Validator) -> None:
    for resource in (claims("choice", observation(valueString="x")), claims("empty-name", patient(name=[{}]))):
        told = [each.message for each in judge.validate(resource).errors if each.undecided]
        assert all(NOWHERE in each and "--package" in each for each in told)
        assert told


@pytest.mark.parametrize(
    ("telecom", "found"),
    [
        ([HOME, name_of("fax")], []),
        ([HOME, HOME], [("FM504", "Patient.telecom")]),
        ([name_of("fax"), name_of("fax")], [("FM504", "Patient.telecom")]),
    ],
)
def test_slices_are_told_by_whether_there_is_a_value_where_nothing_says_which(
    judge: Validator, telecom: list[dict[str, str]], found: list[tuple[str, str]]
) -> None:
    assert errors(judge, claims("used-or-not", patient(telecom=telecom))) == found


def test_a_slice_of_which_nothing_is_said_cannot_be_told_even_where_it_is_the_default(judge: Validator) -> None:
    resource = claims("untold", patient(telecom=[name_of("phone"), name_of("fax")]))
    assert errors(judge, resource) == [("FM512", f"Patient.telecom[{place}]") for place in (0, 1)]


@pytest.mark.parametrize(
    ("telecom", "found"),
    [
        ([name_of("phone")], []),
        ([{**name_of("phone"), "use": "work"}], []),
        ([name_of("phone"), name_of("phone")], [("FM504", "Patient.telecom")]),
        ([name_of("fax")], [("FM505", "Patient.telecom[0]")]),
    ],
)
def test_of_two_things_that_tell_slices_one_is_enough_where_a_slice_says_nothing_of_the_other(
    judge: Validator, telecom: list[dict[str, str]], found: list[tuple[str, str]]
) -> None:
    assert errors(judge, claims("half-told", patient(telecom=telecom))) == found


@pytest.mark.parametrize(
    ("contact", "found"),
    [
        ({"gender": "female", "name": {"text": "Bee"}}, []),
        ({"gender": "female", "telecom": [HOME]}, [("FM108", "Patient.contact[0]")]),
        ({"gender": "male", "name": {"text": "Bee"}}, [("FM505", "Patient.contact[0]")]),
    ],
)
def test_a_slice_may_have_to_be_as_one_element_of_another_profile(
    judge: Validator, contact: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert errors(judge, claims("by-library", patient(contact=[contact]))) == found
