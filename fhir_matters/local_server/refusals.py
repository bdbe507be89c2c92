"""What the server refuses, as OperationOutcomes. No value of a resource stands in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class RefusalError(Exception):
    """The request cannot be done: HTTP status, FHIR issue type, one sentence, and headers if any belong to it."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = dict(headers or {})
        self.status = status
        self.code = code
        self.message = message

    @property
    def outcome(self) -> dict[str, Any]:
        """The OperationOutcome to answer with."""
        return outcome("error", self.code, self.message)


def outcome(severity: str, code: str, message: str) -> dict[str, Any]:
    """An OperationOutcome of one issue."""
    issue = {"severity": severity, "code": code, "diagnostics": message}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def absent(kind: str, identity: str, *, deleted: bool = False) -> RefusalError:
    """404, or 410 where the resource was deleted (R4 http.html#read)."""
    if deleted:
        return RefusalError(410, "deleted", f"{kind}/{identity} was deleted.")
    return RefusalError(404, "not-found", f"There is no {kind}/{identity} here.")
