"""What a record says in the items of two standards of the Professional Record Standards Body (PRSB), and back.

`about_me` is About Me 2.01, `shared_decision` Shared Decision Making 1.0: plain dicts under PRSB's own names, each with
a report of what went where, what has no place there, and what PRSB asks for and the record does not have. These are
information models, no FHIR: nothing here makes a resource.
"""

from fhir_matters.records.prsb.about_me import about_me
from fhir_matters.records.prsb.decision import shared_decision
from fhir_matters.records.prsb.from_about_me import about_me_of
from fhir_matters.records.prsb.from_decision import shared_decision_of
from fhir_matters.records.prsb.report import Item, Mapped

__all__ = ["Item", "Mapped", "about_me", "about_me_of", "shared_decision", "shared_decision_of"]
