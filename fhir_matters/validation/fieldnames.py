"""The JSON names of an element: one, or one for each type of a choice."""

from __future__ import annotations

from fhir_matters.validation.plan import Element


def keys_of(base: Element) -> dict[str, str]:
    """JSON key → type code; several for a choice."""
    if base.name.endswith("[x]"):
        stem = base.name[:-3]
        return {stem + each.code[:1].upper() + each.code[1:]: each.code for each in base.types}
    return {base.name: base.types[0].code if base.types else "BackboneElement"}
