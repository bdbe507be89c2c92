"""What we say as an OperationOutcome, as the HL7 validator reads it."""

from __future__ import annotations

from fhir_matters.choosing import Choice, chosen
from fhir_matters.reports import REPORTERS
from fhir_matters.validation.validator import Validator
from tests.validation.cases import CASES

# Cases that rest on nothing of the tests' own, of every family.
RULES = (
    "FM001",
    "FM002",
    "FM007",
    "FM101",
    "FM108",
    "FM204",
    "FM214",
    "FM301",
    "FM303",
    "FM403",
    "FM552",
    "FM602",
    "FM701",
)


def reports():
    validator = Validator()
    found = [validator.validate(CASES[rule][0], source=f"{rule}.json") for rule in RULES]
    assert set(RULES) <= {issue.rule for report in found for issue in report}
    return found


def test_the_outcome_of_each_resource_and_the_bundle_of_all_are_valid_to_the_hl7_validator(hl7):
    every = reports()
    several = [[report] for report in every] + [every, list(chosen(every, Choice(ignore=("FM",)))), []]
    for some in several:
        for show_values in (False, True):
            text = "\n".join(REPORTERS["outcome"](some, show_values=show_values))
            assert hl7.errors(text) == []
