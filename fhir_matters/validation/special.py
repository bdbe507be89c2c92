"""Rules that belong to one data type and that no profile says: a table from type names to small checks."""

from __future__ import annotations

from typing import Any

from fhir_matters.validation import narrative, references
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Visit


def _value_or_extensions(value: Any, context: Context, position: Position) -> None:
    """ext-1: an extension has a value or extensions, not both and not neither."""
    valued = any(key.startswith(("value", "_value")) for key in value)
    if valued == ("extension" in value):
        context.add(
            "FM556",
            position,
            f"Expected a value or extensions, found {'both' if valued else 'neither'} (ext-1).",
            message_id="http://hl7.org/fhir/StructureDefinition/Extension#ext-1",
        )


def _absolute(value: Any, context: Context, position: Position) -> None:
    """A canonical is an absolute URL, or #id of something contained."""
    if ":" not in value and not value.startswith("#"):
        context.add(
            "FM209",
            position,
            "Expected an absolute URL (or #id), found a relative one: a canonical means the same everywhere.",
            message_id="TYPE_SPECIFIC_CHECKS_CANONICAL_ABSOLUTE",
            found=value,
        )


CHECKS: dict[str, tuple[Visit, ...]] = {
    "Extension": (_value_or_extensions,),
    "Reference": (references.spelling,),
    "canonical": (_absolute,),
    "xhtml": (narrative.checks,),
}
