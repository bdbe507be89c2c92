"""A finding with everything that one can have, for whoever tells it."""

from __future__ import annotations

from fhir_matters.issue import Issue, Severity
from fhir_matters.path import Path

WRONG = Issue(
    "FM301",
    Severity.ERROR,
    "code-invalid",
    "Expected a code, found another.",
    Path(("gender",), "Patient.gender"),
    profile="http://hl7.org/fhir/StructureDefinition/Patient",
    message_id="Terminology_TX_NoValid_16",
    found="femme",
    line=4,
    column=13,
)
