"""Where the target of a reference has to be: contained, in the same Bundle, or anywhere (ElementDefinition.type).

What the target has to be is judged in `references`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.validation import resolving
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.visits import Elements, Visit

# Where the target is, and the modes of aggregation that it then meets; elsewhere is where nothing here has it.
MEETS = {
    "contained": frozenset({"contained"}),
    "bundled": frozenset({"bundled", "referenced"}),
    "external": frozenset({"referenced"}),
}


def checks(said: Elements) -> Iterator[Visit]:
    """One check for each distinct list of modes."""
    modes = {kind.aggregation: each for each in said for kind in each.types if kind.code == "Reference"}
    return (_check(frozenset(listed), element) for listed, element in modes.items() if listed)


def _check(modes: frozenset[str], element: Element) -> Visit:
    expected = " or ".join(sorted(modes))

    def check(value: Any, context: Context, position: Position) -> None:
        reference = value.get("reference")
        if not isinstance(reference, str) or not reference:
            return
        where = _where(reference, context)
        if (where is None and "referenced" in modes) or (where is not None and MEETS[where] & modes):
            return
        if context.options.unbundled and where is not None and "bundled" in modes and context.scope.bundle is None:
            return
        context.add(
            "FM417",
            position,
            f"Expected a target that is {expected}, found {'none here' if where is None else f'one that is {where}'}.",
            profile=element.profile,
            message_id="Reference_REF_NotFound_Bundle" if where is None else "Reference_REF_Aggregation",
            found=reference,
            code="required" if where is None else "",
        )

    return check


def _where(reference: str, context: Context) -> str | None:
    """Where the target is; None where nothing here has it."""
    if resolving.target(reference, context) is None:
        return None
    if reference.startswith("#"):
        return "contained"
    return "bundled" if resolving.near(reference, context.scope) is not None else "external"
