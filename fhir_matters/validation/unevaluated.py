"""Invariants: which ones applied to a resource and were not evaluated. One issue says so; none passes silently."""

from __future__ import annotations

from fhir_matters.validation.context import Context

MOST_NAMED = 12


def report(context: Context) -> None:
    """Add one undecided issue that counts the distinct invariants that applied."""
    keys = sorted({key for each in context.constraints for key, _ in each})
    if keys:
        named = ", ".join(keys[:MOST_NAMED]) + (", …" if len(keys) > MOST_NAMED else "")
        context.add("FM601", None, f"Not evaluated here: {len(keys)} invariant{'s'[: len(keys) - 1]} ({named}).")
