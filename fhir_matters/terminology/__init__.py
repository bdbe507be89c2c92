"""Three-valued terminology: in, out, or cannot tell. Decides nothing about bindings; that is validation."""

from fhir_matters.terminology.answer import Answer
from fhir_matters.terminology.terminology import Presence, Terminology

__all__ = ["Answer", "Presence", "Terminology"]
