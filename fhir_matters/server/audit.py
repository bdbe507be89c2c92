"""A receipt as a FHIR AuditEvent, for systems that keep such: the same facts, no values of resources.

What R4's AuditEvent has no element for (hashes, results, differences) stands in `entity.detail`, by the names that
the receipt's own schema has. http://hl7.org/fhir/R4/auditevent.html
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from fhir_matters import jsonio
from fhir_matters.server.receipt import WORDS, Line, Receipt

DCM = "http://dicom.nema.org/resources/ontology/DCM"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
TRANSMIT = {
    "system": f"{TERMINOLOGY}/iso-21089-lifecycle",
    "code": "transmit",
    "display": "Transmit Record Lifecycle Event",
}
RESOURCE = {"system": f"{TERMINOLOGY}/audit-entity-type", "code": "2", "display": "System Object"}
ROLES = {"110150": "Application", "110152": "Destination Role ID", "110153": "Source Role ID"}
ADDRESS = "5"  # http://hl7.org/fhir/network-type: URI
SUCCESS, MINOR_FAILURE = "0", "4"


def audit_event(receipt: Receipt) -> dict[str, Any]:
    """The AuditEvent: who moved what where, whether all arrived, and an entity for each resource."""
    entities = [_entity(line, receipt.target) for line in receipt.lines]
    return {**_head(receipt), **({"entity": entities} if entities else {})}


def pieces(receipt: Receipt) -> Iterator[bytes]:
    """The same as JSON, an entity after the other, never whole in memory."""
    yield jsonio.write(_head(receipt), indent=True).removesuffix(b"\n}")
    between = b',\n  "entity": [\n    '
    for line in receipt.lines:
        yield between + jsonio.write(_entity(line, receipt.target))
        between = b",\n    "
    yield b"\n  ]\n}\n" if len(receipt.lines) else b"\n}\n"


def _head(receipt: Receipt) -> dict[str, Any]:
    agents = [_agent("110150", {"who": {"display": "fhir-matters"}, "requestor": True})]
    for role, address in (("110153", receipt.source), ("110152", receipt.target)):
        if address:
            agents.append(_agent(role, {"requestor": False, "network": {"address": address, "type": ADDRESS}}))
    told = ", ".join(f"{count} {WORDS[result]}" for result, count in receipt.totals.items())
    return {
        "resourceType": "AuditEvent",
        "type": TRANSMIT,
        "action": "E",
        "period": {"start": receipt.started, "end": receipt.finished},
        "recorded": receipt.finished,
        "outcome": SUCCESS if receipt.nothing_lost else MINOR_FAILURE,
        "outcomeDesc": f"{told or 'Nothing to move'}; {'nothing' if receipt.nothing_lost else 'something'} was lost.",
        "agent": agents,
        "source": {"observer": {"display": f"fhir-matters {version('fhir-matters')}"}},
    }


def _agent(role: str, rest: dict[str, Any]) -> dict[str, Any]:
    return {"type": {"coding": [{"system": DCM, "code": role, "display": ROLES[role]}]}, **rest}


def _entity(line: Line, base: str) -> dict[str, Any]:
    what: dict[str, Any] = {"type": line.type, "display": line.source}
    if line.target:
        history = f"/_history/{line.version}" if line.version else ""
        what = {"reference": f"{base}/{line.target}{history}", "type": line.type}
    return {"what": what, "type": RESOURCE, "detail": [_detail(*each) for each in _details(line) if each[1]]}


def _detail(name: str, value: str) -> dict[str, Any]:
    return {"type": name, "valueString": value}


def _details(line: Line) -> Iterator[tuple[str, str]]:
    yield "source", line.source
    yield "sourceSha256", line.source_sha256
    yield "targetSha256", line.target_sha256
    yield "action", line.action
    yield "reason", line.reason
    for noted in line.notes:
        yield "note", f"{noted.path} {noted.note}"
    for each in line.differences:
        owner = f"by the {each.owner}, which may" if each.owner else "by nobody who may"
        yield "difference", f"{each.path} {each.kind} {owner}"
