"""What a profile says about a value itself: fixed, pattern, longest text, smallest and greatest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.validation import exactly, limits
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.visits import Elements, Visit


def checks(said: Elements) -> Iterator[Visit]:
    """One check for each distinct thing that the elements of each profile say about the value."""
    seen: list[tuple[str, str, Any]] = []
    for element in said:
        for kind, make in CHECKS.items():
            expected = getattr(element, kind)
            if expected is not None and (told := (element.profile, kind, expected)) not in seen:
                seen.append(told)
                yield make(element)


def _max_length(element: Element) -> Visit:
    most = element.max_length or 0

    def check(value: Any, context: Context, position: Position) -> None:
        if isinstance(value, str) and len(value) > most:
            context.add(
                "FM206",
                position,
                f"Expected at most {most} characters for {element.path}, found {len(value)}.",
                profile=element.profile,
                message_id="Type_Specific_Checks_DT_Primitive_Length",
            )

    return check


CHECKS = {
    "fixed": exactly.fixed,
    "pattern": exactly.pattern,
    "max_length": _max_length,
    "least": limits.least,
    "most": limits.most,
}
