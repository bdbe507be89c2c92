"""What a server says that exports two patients in one file, and what it says instead."""

from __future__ import annotations

KICK_OFF, STATUS, FILE = "GET /fhir/$export", "GET /fhir/status", "GET /fhir/file"
PATIENTS = b'{"resourceType":"Patient","id":"a","multipleBirthInteger":1}\n{"resourceType":"Patient","id":"b"}\n'
TIME = "2026-01-01T00:00:00Z"
BAD = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}


def manifest(server, **more):
    output = [{"type": "Patient", "url": f"{server.base}/file"}]
    return {"transactionTime": TIME, "requiresAccessToken": True, "output": output, "error": [], **more}


def pending(**headers):
    return (202, {name.replace("_", "-"): value for name, value in headers.items()}, b"")
