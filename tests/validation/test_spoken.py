"""What a Coding says: a code of its system, in use, in the version and the words that are meant."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.asked import Options
from fhir_matters.validation.validator import Validator
from tests.validation.animals import ANIMALS, BASE, FOLDED, GERMAN


def observation(code: str, bound: str = "", system: str = ANIMALS, language: str = "", **coding: Any) -> dict[str, Any]:
    said = {"system": system, "code": code, **coding}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [said]},
        **({"meta": {"profile": [BASE + bound]}} if bound else {}),
        **({"language": language} if language else {}),
    }


def rules(validator: Validator, resource: Any) -> set[str]:
    return {each.rule for each in validator.validate(resource) if each.rule.startswith("FM3")}


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("", ("Dog", "dog", "Hound"), ("Hund", "Cat", " Dog")),
        ("en", ("Dog", "Hound"), ("Hund",)),
        ("de-CH", ("Dog", "Hund", "Hound"), ("Chien",)),
        ("fr", ("Dog", "Hound"), ("Hund", "Chien")),
    ],
)
def test_words_are_those_of_the_language_of_the_resource_or_of_none(validator, language, right, wrong):
    for words in right:
        assert rules(validator, observation("dog", language=language, display=words)) == set()
    for words in wrong:
        assert rules(validator, observation("dog", language=language, display=words)) == {"FM310"}


@pytest.mark.parametrize(
    ("language", "right", "wrong"), [("", "Dog", "Hund"), ("de", "Hund", "Dog"), ("fr", "Hund", "Dog")]
)
def test_words_of_a_system_in_another_language_count_where_it_has_none_in_this_one(validator, language, right, wrong):
    assert rules(validator, observation("a", system=GERMAN, language=language, display=right)) == set()
    assert rules(validator, observation("a", system=GERMAN, language=language, display=wrong)) == {"FM310"}


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("", "Pooch", {"FM310"}),
        ("", "canis", {"FM310"}),
        ("cy", "Ci", {"FM310"}),
        ("cy", "Canis", {"FM310"}),
        ("", "Ci", {"FM310", "FM301"}),
        ("cy", "Pooch", {"FM310", "FM301"}),
        ("", "Dog", set()),
    ],
)
def test_words_of_a_supplement_count_for_the_value_set_that_names_it_in_their_language(
    validator, language, words, found
):
    """The system itself has not these words: that is told all the same, as the HL7 validator tells it."""
    assert rules(validator, observation("dog", "reworded-required", language=language, display=words)) == found
    assert rules(validator, observation("dog", "all-required", language=language, display=words)) >= found


def test_words_of_another_code_are_in_no_value_set(validator):
    assert rules(validator, observation("dog", "all-required", display="Cat")) == {"FM310", "FM301"}
    assert rules(validator, observation("dog", "all-extensible", display="Cat")) == {"FM310", "FM303"}
    assert rules(validator, observation("dog", "all-required", display="Dog")) == set()
    tolerant = Validator(registry=validator.registry, options=Options(any_display=True))
    assert rules(tolerant, observation("dog", "all-required", display="Cat")) == {"FM310"}


@pytest.mark.parametrize(
    ("coding", "expected"),
    [
        ({"system": ANIMALS, "code": "dog", "display": "Cat"}, {"FM310", "FM301"}),
        ({"system": ANIMALS, "code": "wolf"}, {"FM307", "FM301"}),
        ({"system": "urn:other", "code": "wolf"}, set()),
        ({"system": ANIMALS, "code": "dog", "display": "Dog"}, set()),
    ],
)
def test_a_wrong_coding_spoils_a_concept_whatever_stands_beside_it(validator, coding, expected):
    resource = observation("puppy", "all-required")
    resource["code"]["coding"].append(coding)
    assert rules(validator, resource) == expected


def test_a_coding_that_stands_alone_may_lack_a_code_and_without_a_system_nobody_can_tell(validator):
    def encounter(**coding):
        profile = {"profile": [f"{BASE}all-encounter"]}
        return {"resourceType": "Encounter", "status": "finished", "class": coding, "meta": profile}

    assert rules(validator, encounter(system=ANIMALS, code="dog")) == {"FM303"}
    assert rules(validator, encounter(system=FOLDED, code="a")) == {"FM303", "FM301"}
    assert rules(validator, encounter(display="Dog")) == set()
    assert rules(validator, encounter(code="dog")) == {"FM302", "FM304"}


@pytest.mark.parametrize(("code", "expected"), [("dodo", {"FM324"}), ("carp", {"FM324"}), ("dog", set())])
def test_a_code_that_is_going_out_of_use_is_a_warning(validator, code, expected):
    found = validator.validate(observation(code, "all-required"))
    assert {each.rule for each in found if each.rule.startswith("FM3")} == expected
    assert found.ok


@pytest.mark.parametrize(
    ("code", "bound", "expected"),
    [
        ("dodo", "active-required", {"FM301", "FM322", "FM324"}),
        ("dodo", "active-extensible", {"FM303", "FM322", "FM324"}),
        ("carp", "active-required", {"FM324"}),
        ("dog", "active-required", set()),
    ],
)
def test_a_value_set_of_codes_in_use_has_no_others(validator, code, bound, expected):
    assert rules(validator, observation(code, bound)) == expected


@pytest.mark.parametrize(
    ("version", "bound", "expected"),
    [
        ("9", "versioned-required", {"FM321"}),
        ("9", "versioned-extensible", {"FM321"}),
        ("1", "versioned-required", set()),
        ("9", "all-required", set()),
    ],
)
def test_a_code_is_of_the_version_that_the_value_set_draws_from(validator, version, bound, expected):
    assert rules(validator, observation("dog", bound, version=version)) == expected


def test_a_code_that_its_system_does_not_have_is_not_in_a_value_set_that_lists_it(validator):
    assert rules(validator, observation("wolf", "listed-required")) == {"FM307", "FM301"}
    assert rules(validator, observation("dog", "listed-required")) == set()


@pytest.mark.parametrize(
    ("code", "bound", "expected"),
    [
        ("dog", "round-required", {"FM323", "FM301"}),
        ("dog", "round-extensible", {"FM323", "FM303"}),
        ("dog", "itself-required", set()),
        ("dodo", "itself-required", {"FM323", "FM301", "FM324"}),
    ],
)
def test_a_value_set_that_refers_to_itself_is_told_where_it_does_not_decide(validator, code, bound, expected):
    assert rules(validator, observation(code, bound)) == expected


@pytest.mark.parametrize(("code", "expected"), [("NNFIN", set()), ("NNfin", {"FM307"}), ("NNFINN", {"FM307"})])
def test_a_code_of_a_list_may_stand_for_many(validator, code, expected):
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": code}]}
    patient = {"resourceType": "Patient", "identifier": [{"type": kind, "value": "1"}]}
    assert rules(validator, patient) - {"FM303"} == expected
