"""The CapabilityStatement: what this server can do, and nothing else."""

from __future__ import annotations

from typing import Any

from fhir_matters.local_server import formats
from fhir_matters.local_server.operations import CODE_OPERATIONS
from fhir_matters.local_server.parameters import TYPES, parameters
from fhir_matters.local_server.patching import patch_formats
from fhir_matters.local_server.skills import Skills

INTERACTIONS = (
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)

BULK = "http://hl7.org/fhir/uv/bulkdata"
EXPORTS = {
    kind: {"name": "export", "definition": f"{BULK}/OperationDefinition/{name}"}
    for kind, name in (("", "export"), ("Patient", "patient-export"), ("Group", "group-export"))
}


def capabilities(version: str, updated: str, skills: Skills) -> dict[str, Any]:
    """The CapabilityStatement: what works, and nothing else. `updated` is when the server was started."""
    access = "with" if skills.verify else "no"
    rest = {
        "mode": "server",
        **({"security": {"description": "A bearer token (RFC 6750) with SMART scopes."}} if skills.verify else {}),
        "resource": [_of_type(kind, skills) for kind in sorted(TYPES)],
        "interaction": [{"code": code} for code in ("transaction", "batch", "history-system")],
        "operation": [EXPORTS[""]],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": updated,
        "kind": "instance",
        "software": {"name": "fhir-matters", "version": version},
        "implementation": {"description": f"An embedded server for trying and testing: {access} access control."},
        "instantiates": [f"{BULK}/CapabilityStatement/bulk-data"],
        "fhirVersion": "4.0.1",
        "format": [each for form in _formats(skills) for each in (formats.MIME[form], form)],
        "patchFormat": patch_formats(skills),
        "rest": [rest],
    }


def _formats(skills: Skills) -> tuple[formats.Format, ...]:
    return ("json", "xml") if skills.shapes else ("json",)


def _of_type(kind: str, skills: Skills) -> dict[str, Any]:
    operations = [
        *(["Resource-validate"] if skills.validate else ()),
        *(["Patient-everything"] if kind == "Patient" else ()),
    ]
    operations += [each.replace("/$", "-") for each in CODE_OPERATIONS if skills.codes and each.startswith(f"{kind}/")]
    listed = [_operation(each) for each in operations] + ([EXPORTS[kind]] if kind in EXPORTS else [])
    named = [{"name": "_id", "type": "token"}]
    named += [{"name": each.name, "type": each.kind} for each in parameters(kind).values()]
    return {
        "type": kind,
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalRead": "not-match",
        "conditionalCreate": True,
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        **_joins(kind),
        "searchParam": named,
        **({"operation": listed} if listed else {}),
    }


def _joins(kind: str) -> dict[str, list[str]]:
    """What can be included, and what can be included the other way round: R4 leaves open to what most may refer."""
    own = [f"{kind}:{each.name}" for each in parameters(kind).values() if each.kind == "reference"]
    about = [f"{each}:patient" for each in sorted(TYPES) if "patient" in parameters(each)] if kind == "Patient" else []
    return {**({"searchInclude": own} if own else {}), "searchRevInclude": ["Provenance:target", *about]}


def _operation(name: str) -> dict[str, str]:
    return {"name": name.partition("-")[2], "definition": f"http://hl7.org/fhir/OperationDefinition/{name}"}
