"""Why a server refused, in words that hold nothing of a record: issue codes, never diagnostics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fhir_matters.server.outcomes import errors

# Those of R4 (issue-type), and no other: a server could put anything there.
CODES = frozenset(
    {
        *("invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired"),
        *("forbidden", "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found"),
        *("deleted", "too-long", "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient"),
        *("lock-error", "no-store", "exception", "timeout", "incomplete", "throttled", "informational"),
    }
)
# HAPI begins its diagnostics with a stable number of its own, which tells much and reveals nothing.
NUMBER = re.compile(r"\bHAPI-\d{4}\b")

STEPS = {
    400: "Validate the resource first; the server could not accept it as it is.",
    401: "Give a token or a user that this server knows.",
    403: "Ask for the right to do this with these credentials.",
    404: "Check the base address, the type and the id.",
    407: "The proxy wants a user and password: put them into HTTP_PROXY or HTTPS_PROXY.",
    409: "Read the resource again and decide; somebody else was there first.",
    410: "The resource was deleted there.",
    412: "Read the resource again and decide; somebody else was there first.",
    413: "Send smaller transactions.",
    422: "Validate the resource first; the server refuses its content.",
    429: "The server asks for patience: try again later.",
}
OTHERWISE = "The server may not know this request: see its CapabilityStatement, and check the base address."


def codes_of(outcome: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The issue codes of an OperationOutcome, errors only where there are any, each once, at most eight."""
    found: dict[str, None] = {}
    for issue in errors(outcome):
        code = issue.get("code")
        if isinstance(code, str) and code in CODES:
            found[code] = None
        found.update(dict.fromkeys(NUMBER.findall(str(issue.get("diagnostics", "")))))
    return tuple(found)[:8]


def next_step_for(status: int) -> str:
    """What to do about this HTTP status."""
    if status >= 500:  # noqa: PLR2004 - the class of server errors in RFC 9110
        return "The fault is the server's: look into its log, or try again."
    return STEPS.get(status, OTHERWISE)
