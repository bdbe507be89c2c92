"""The HL7 validator reads our definitions without an error, accepts what is good and finds what is not."""

from __future__ import annotations

import re

import pytest

from fhir_matters import jsonio
from profiles import build
from tests.profiles.instances import GOOD, bundle
from tests.profiles.spoilt import BAD, DOUBTFUL, spoilt

DEFINITIONS = {name: content for name, content in build.read(build.PACKAGE).items() if "-" in name}
# What a validator without the whole of LOINC, SNOMED CT, the languages of the world and the web must leave open.
OPEN = re.compile(
    "without terminology services|without using server|urn:ietf:bcp:47|No definition could be found for URL"
    "|does not support batch validation"
)


def shown(findings, words):
    return [f for f in findings if re.search(words, f.text) or re.search(words, f.location)]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_is_good_fhir(hl7, name):
    findings = hl7.validate(DEFINITIONS[name])
    assert [f for f in findings if f.severity != "information" and not OPEN.search(f.text)] == []


@pytest.mark.parametrize("name", GOOD)
def test_a_good_resource_is_accepted(hl7, name):
    findings = hl7.validate(jsonio.write(GOOD[name]))
    assert [f for f in findings if f.severity != "information" and not OPEN.search(f.text)] == []


@pytest.mark.parametrize("case", BAD)
def test_an_error_is_found_in(hl7, case):
    name, spoil, words = BAD[case]
    assert shown(hl7.errors(jsonio.write(spoilt(name, spoil))), words)


@pytest.mark.parametrize("case", DOUBTFUL)
def test_a_warning_and_no_error_is_given_for(hl7, case):
    name, spoil, words = DOUBTFUL[case]
    findings = hl7.validate(jsonio.write(spoilt(name, spoil)))
    assert [f.severity for f in shown(findings, words)] == ["warning"]
    assert [f for f in findings if f.is_error] == []


def test_all_together_are_accepted(hl7):
    findings = hl7.validate(jsonio.write(bundle(as_things_are=True)))
    assert [f for f in findings if f.severity != "information" and not OPEN.search(f.text)] == []


def test_a_choice_without_leaving_things_as_they_are_is_doubtful(hl7):
    findings = hl7.validate(jsonio.write(bundle(as_things_are=False)))
    assert [f.severity for f in shown(findings, "fm-choice-as-things-are")] == ["warning"]
    assert [f for f in findings if f.is_error] == []
