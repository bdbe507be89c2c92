"""OperationOutcomes as servers send them: whatever stands in one is taken with care, and nothing in it raises.

What validation, questions about codes and refusals share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# R4 value set `issue-type`: what says that the server could not do it, rather than what it found.
COULD_NOT = {
    "exception", "expired", "forbidden", "incomplete", "lock-error", "login", "no-store", "not-supported", "security",
    "suppressed", "throttled", "timeout", "too-costly", "transient", "unknown",
}  # fmt: skip


def outcome_in(resource: Any) -> dict[str, Any] | None:
    """The OperationOutcome that this is, or that Parameters give back as `return` (R4 operations.html#response)."""
    if not isinstance(resource, dict):
        return None
    if resource.get("resourceType") == "OperationOutcome":
        return resource
    listed = resource.get("parameter") if resource.get("resourceType") == "Parameters" else None
    held = [each.get("resource") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    found = [each for each in held if isinstance(each, dict) and each.get("resourceType") == "OperationOutcome"]
    return found[0] if len(found) == 1 else None


def issues(outcome: Any) -> list[Mapping[str, Any]]:
    """The issues that are any."""
    listed = outcome.get("issue") if isinstance(outcome, Mapping) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def errors(outcome: Any) -> list[Mapping[str, Any]]:
    """The issues that are errors; a severity that is none counts as one."""
    return [each for each in issues(outcome) if each.get("severity") not in ("warning", "information", "success")]


def says_it_could_not(outcome: Any) -> bool:
    """Whether its errors, or where it has none all that it says, only say that the server could not do it."""
    said = errors(outcome) or issues(outcome)
    return bool(said) and all(each.get("code") in COULD_NOT for each in said)
