"""A record as one document that travels alone: our own, an International Patient Summary, or an advance directive.

`document` makes a Bundle of type document: a Composition first, and of the rest only what can be reached from it.
It signs nothing, sends nothing and has no clock: the day comes from the caller. What is withheld from a reader is left
out before a document is made, never hidden in one.
"""

from fhir_matters.records.documents.whole import KINDS, DocumentKind, document

__all__ = ["KINDS", "DocumentKind", "document"]
