"""Several versions of one guide in one validator: a claim with a version is judged by that version."""

from __future__ import annotations

from pathlib import Path

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.cases import patient

CLAIM = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"


@pytest.fixture(scope="module")
def both(shared: Path) -> Validator:
    names = ("hl7.fhir.us.core-8.0.0", "hl7.fhir.us.core-6.1.0")
    return Validator(packages=[shared / "packages" / f"{name}.tgz" for name in names])


@pytest.mark.parametrize(
    ("claim", "rules"),
    [
        (CLAIM, set()),
        (f"{CLAIM}|8.0.0", set()),
        (f"{CLAIM}|6.1.0", {"FM108"}),
        (f"{CLAIM}|6.x", {"FM108"}),
        (f"{CLAIM}|7.0.0", {"FM701"}),
    ],
)
def test_us_core_asks_for_a_gender_in_its_sixth_version_alone(both: Validator, claim: str, rules: set[str]) -> None:
    identifier = {"system": "https://example.org/patients", "value": "1"}
    resource = patient(meta={"profile": [claim]}, identifier=[identifier], name=[{"family": "Bee"}])
    report = both.validate(resource)
    assert {issue.rule for issue in report if issue.rule in ("FM108", "FM701")} == rules
