"""Definitions of HL7 itself: the work group that answers for one is one of HL7's, and names their publisher.

http://hl7.org/fhir/StructureDefinition/structuredefinition-wg; groups are those of HL7's own list of them.
"""

from __future__ import annotations

from typing import Any

from fhir_matters.issue import Severity
from fhir_matters.validation.context import Context, Position

OWN = "http://hl7.org/fhir/"
WORK_GROUP = OWN + "StructureDefinition/structuredefinition-wg"
_NAMES = """
aid Application Implementation and Design
arden Arden Syntax
brr Biomedical Research and Regulation
cbcc Community Based Collaborative Care
cdamg CDA Management Group
cds Clinical Decision Support
cg Clinical Genomics
cgp Cross-Group Projects
cic Clinical Interoperability Council
cimi Clinical Information Modeling Initiative
claims Payer/Provider Information Exchange Work Group
cqi Clinical Quality Information
dev Devices
ehr Electronic Health Records
ec Emergency Care
fhir FHIR Infrastructure
fmg FHIR Management Group
fm Financial Management
hsi Health Standards Integration
hsswg Human and Social Services
hta Terminology Authority
ictc Conformance
ii Imaging Integration
inm Infrastructure And Messaging
its Implementable Technology Specifications
lhs Learning Health Systems
mnm Modeling and Methodology
mobile Mobile Health
oo Orders and Observations
pa Patient Administration
pe Patient Empowerment
pc Patient Care
pher Public Health
phx Pharmacy
sd Structured Documents
sec Security
soa Services Oriented Architecture
ti Terminology Infrastructure
tsmg Terminology Services Management Group (TSMG)
us US Realm Steering Committee
v2 V2 Management Group
vocab Terminology Infrastructure
"""
NAMES = dict(line.split(" ", 1) for line in _NAMES.strip().splitlines())
# Groups that were called otherwise before.
BEFORE = {"ti": "Vocabulary", "vocab": "Vocabulary"}


def check(resource: Any, context: Context, position: Position) -> None:
    """Report a work group that is none, more than one, and a publisher of HL7 that is not called after it."""
    url, listed = resource.get("url"), resource.get("extension")
    if not isinstance(url, str) or not url.startswith(OWN) or not isinstance(listed, list):
        return
    stated = [each for each in listed if isinstance(each, dict) and each.get("url") == WORK_GROUP]
    if len(stated) > 1:
        _wrong("one work group", "VALIDATION_HL7_PUBLISHER_MULTIPLE_WGS", context, position)
    values = (value for key, value in stated[0].items() if key.startswith("value")) if stated else ()
    group = next((value for value in values if isinstance(value, (str, int))), None)
    if group is None:
        return
    name, publisher = NAMES.get(str(group)), resource.get("publisher")
    if name is None:
        _wrong("a work group of HL7", "VALIDATION_HL7_WG_UNKNOWN", context, position)
    elif isinstance(publisher, str) and publisher not in (f"{PREFIX}{name}", f"{PREFIX}{BEFORE.get(str(group), name)}"):
        _wrong(
            f"{PREFIX}{name} as publisher",
            "VALIDATION_HL7_PUBLISHER_MISMATCH",
            context,
            position,
            None if "/" in publisher else Severity.WARNING,
        )


PREFIX = "HL7 International / "


def _wrong(
    expected: str, message_id: str, context: Context, position: Position, severity: Severity | None = None
) -> None:
    context.add("FM902", position, f"Expected {expected} here.", message_id=message_id, severity=severity)
