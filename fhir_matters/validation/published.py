"""R4's own expressions that later versions of FHIR corrected: by key, the expression as it was meant. Judges nothing.

Each row is from the R4B or R5 publication of the same constraint, or from an erratum; the rest are taken as published.
"""

from __future__ import annotations

from fhir_matters.validation.plan import Constraint

CORRECTED = {
    # R5: an entry without a fullUrl has nothing to judge.
    "bdl-8": "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
    # R5: the answer is FHIR's boolean; FHIRPath's own Boolean is no element.
    "que-7": "operator = 'exists' implies (answer is boolean)",
}


def corrected(constraint: Constraint) -> str:
    """The expression to evaluate for the constraint."""
    return CORRECTED.get(constraint.key, constraint.expression)
