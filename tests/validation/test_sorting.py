"""Values of a sliced field: who says the same goes into the same slice, and what is found stays as it is."""

from __future__ import annotations

import copy
from itertools import pairwise, product
from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.validator import Validator
from tests.validation.animals import ANIMALS, BASE, Animals
from tests.validation.conftest import OURS, element, profile, sliced
from tests.validation.resources import observation, patient

DOG = {"coding": [{"system": ANIMALS, "code": "dog"}]}
HOUND = {"coding": [{"system": ANIMALS, "code": "dog", "display": "Hound"}]}
HUND = {"coding": [{"system": ANIMALS, "code": "dog", "display": "Hund"}]}
DODO = {"coding": [{"system": ANIMALS, "code": "dodo"}]}
FAR = {"coding": [{"system": "https://example.org/elsewhere", "code": "dog"}]}
ODD = [
    None,
    {},
    {"coding": {}},
    {"coding": [None]},
    {"coding": [{"system": 1.5, "code": True}]},
    "dog",
    [DOG],
    {"text": 1},
]
CONCEPTS = [DOG, HOUND, HUND, DODO, FAR, {**DOG, "text": "x" * 600}, *ODD]


def of_categories(name: str, **rules: Any) -> dict[str, Any]:
    """Observations with at most one category that is a dog by pattern, and at least one that is a dodo."""
    return profile(
        name,
        "Observation",
        element("Observation.category", **sliced("pattern", "$this", **rules)),
        element("Observation.category", "dog", max="1", patternCodeableConcept=DOG),
        element("Observation.category", "dodo", min=1, patternCodeableConcept=DODO),
    )


PROFILES = (
    of_categories("open"),
    of_categories("closed", rules="closed"),
    of_categories("ordered", ordered=True),
    of_categories("open-at-end", rules="openAtEnd"),
    profile(
        "bound",
        "Observation",
        element("Observation.category", **sliced("value", "$this")),
        element(
            "Observation.category", "dog", min=1, max="1", binding={"strength": "required", "valueSet": BASE + "dogs"}
        ),
        element("Observation.category.text", min=1),
    ),
    profile(
        "parts",
        "Observation",
        element(
            "Observation.component",
            slicing={"discriminator": [{"type": "value", "path": each} for each in ("code", "dataAbsentReason")]},
        ),
        element("Observation.component", "dog", min=1, max="1"),
        element("Observation.component.code", patternCodeableConcept=DOG),
        element("Observation.component.dataAbsentReason", patternCodeableConcept=DODO),
        element("Observation.component.value[x]", min=1, type=[{"code": "string"}]),
    ),
    profile(
        "patterns",
        "Patient",
        element("Patient.telecom", **sliced("pattern", "$this")),
        element("Patient.telecom", "phone", min=1, max="1", patternContactPoint={"system": "phone"}),
        element("Patient.telecom", "fax", max="1", patternContactPoint={"system": "fax", "period": {"start": "2020"}}),
        element("Patient.telecom.value", min=1),
    ),
    profile(
        "claims",
        "Patient",
        element("Patient.meta", max="1"),
        element("Patient.meta.profile", **sliced("value", "$this")),
        element("Patient.meta.profile", "claimed", max="1", fixedCanonical="https://example.org/claimed"),
    ),
)


CLAIM = "https://example.org/claimed"
BESIDE = [{"extension": [{"url": "https://example.org/else", "valueString": "x"}]}]


def validator() -> Validator:
    return Validator(registry=core().with_layer(Animals(*PROFILES)))


def categories(*values: Any, **more: Any) -> dict[str, Any]:
    return observation(category=list(values), **more)


def components(*pairs: tuple[Any, Any]) -> dict[str, Any]:
    return observation(component=[{"code": one, "dataAbsentReason": other, "valueString": "x"} for one, other in pairs])


ONE = [categories(each) for each in CONCEPTS]
TWO = [categories(*each) for each in product([DOG, HOUND, DODO, FAR, None], repeat=2)]
TONGUES = [categories(each, language=name) for each in (HOUND, HUND, DOG) for name in ("en", "de", "xx", 1)]
PARTS = [components(*each) for each in product([(DOG, DODO), (DOG, DOG), (DODO, DODO), (DOG, None)], repeat=2)]
CLAIMS = [
    patient(meta={"profile": each, **more})
    for each in ([CLAIM], [CLAIM, CLAIM], [None], ["https://example.org/more"], [1], CLAIM)
    for more in ({}, {"_profile": BESIDE}, {"_profile": [None]})
]
SAID = [
    {"system": system, "period": period, "value": value}
    for system in ("phone", "fax", None, 1)
    for period in ({"start": "2020"}, {"start": "2020", "end": "2021"}, {"end": "2021"}, 1)
    for value in ("1", "2")
]
PATTERNS = [patient(telecom=list(each)) for each in (*zip(SAID), *pairwise(SAID), ({"value": "1"},), (None,), (1,))]
OTHERS = [observation(category=[]), observation(category=DOG), observation(), observation(_category=[{"id": "a"}])]


@pytest.mark.parametrize("name", [each["url"].removeprefix(OURS) for each in PROFILES])
def test_what_is_found_is_the_same_however_often_the_like_was_sorted(name: str) -> None:
    resources = {"parts": PARTS, "claims": CLAIMS, "patterns": PATTERNS}.get(name, [*ONE, *TWO, *TONGUES, *OTHERS])
    alone = [validator().validate(copy.deepcopy(each), [OURS + name]).issues for each in resources]
    often = validator()
    for _ in range(3):
        assert [often.validate(copy.deepcopy(each), [OURS + name]).issues for each in resources] == alone
    assert any(alone)


@pytest.mark.parametrize(
    ("name", "resource", "rules"),
    [
        ("open", categories(DODO), set()),
        ("open", categories(DODO, DOG, DODO), set()),
        ("open", categories(DODO, DOG, DOG), {"FM504"}),
        ("open", categories(DOG), {"FM503"}),
        ("closed", categories(DODO, FAR), {"FM505"}),
        ("ordered", categories(DODO, DOG), {"FM506"}),
        ("ordered", categories(DOG, DODO), set()),
        ("open-at-end", categories(FAR, DODO), {"FM506"}),
        ("open-at-end", categories(DODO, FAR), set()),
        ("bound", categories({**DOG, "text": "dog"}), set()),
        ("bound", categories(DOG), {"FM108"}),
        ("bound", categories({**DOG, "text": "dog"}, {**DOG, "text": "dog"}), {"FM504"}),
        ("patterns", patient(telecom=[SAID[0]]), set()),
        ("patterns", patient(telecom=[SAID[8]]), {"FM503"}),
        ("patterns", patient(telecom=[SAID[0], SAID[8], SAID[9]]), {"FM504"}),
        ("patterns", patient(telecom=[SAID[0], SAID[8], {"system": "fax", "value": "1"}]), set()),
        ("parts", components((DOG, DODO)), set()),
        ("parts", components((DOG, DODO), (DOG, DODO)), {"FM504"}),
        ("parts", components((DOG, DOG)), {"FM503"}),
    ],
)
def test_slices_are_told_apart_and_counted_the_second_time_too(
    name: str, resource: dict[str, Any], rules: set[str]
) -> None:
    judge = validator()
    for _ in range(3):
        assert {each.rule for each in judge.validate(resource, [OURS + name]).errors} == rules


def test_words_that_make_a_value_one_of_a_slice_do_so_only_in_their_language() -> None:
    judge = validator()
    hound = categories({**HOUND, "text": "x"})
    assert judge.validate(hound, [OURS + "bound"]).ok
    dutch = {**hound, "language": "nl"}
    assert judge.validate(dutch, [OURS + "bound"]).issues == validator().validate(dutch, [OURS + "bound"]).issues


def test_extensions_are_sorted_by_their_url_alone(validator: Validator) -> None:
    time = {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1931-01-04T06:30:00Z"}
    other = {**time, "valueDateTime": "1931-01-04T07:30:00Z"}

    def born(*extensions: Any) -> set[str]:
        resource = patient(birthDate="1931-01-04", _birthDate={"extension": list(extensions)})
        return {each.rule for each in validator.validate(resource, [OURS + "needs-birth-time"]).errors}

    for _ in range(2):
        assert born(time) == born(other) == set()
        assert born(time, other) == {"FM504"}
        assert {"FM503"} <= born({"url": "https://example.org/else", "valueString": "x"})
        assert {"FM503"} <= born({"url": [time["url"]], "valueString": "x"})
        assert "FM201" in born({**time, "valueDateTime": 1})
