"""FHIRPath (N1, and what FHIR R4 adds), compiled to closures. Validates nothing and fetches nothing.

from fhir_matters import fhirpath

fhirpath.evaluate(patient, "name.where(use = 'official').given")
fhirpath.compile("low.exists() or high.exists()", "Observation.referenceRange").test(element)
"""

from fhir_matters.fhirpath.engine import Expression, compile, evaluate  # noqa: A004 - re has one too
from fhir_matters.fhirpath.errors import CannotEvaluate, InvalidExpression
from fhir_matters.fhirpath.scope import Host

__all__ = ["CannotEvaluate", "Expression", "Host", "InvalidExpression", "compile", "evaluate"]
