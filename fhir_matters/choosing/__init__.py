"""What of the findings is told and what is set aside: by rule, by severity, by a file with reasons, by a baseline.

Nothing is lost: a report keeps what was set aside (`Report.aside`), and every summary counts it. That something was
not checked is never set aside. Functions over reports; nothing here judges, prints or writes.
"""

from __future__ import annotations

from fhir_matters.choosing.advisor import advisor
from fhir_matters.choosing.baseline import Baseline, Known, fingerprint, found
from fhir_matters.choosing.choice import Choice, Chooser, chosen
from fhir_matters.choosing.codes import NEVER, codes
from fhir_matters.choosing.entries import Entry
from fhir_matters.choosing.ignore_file import ignore_file

__all__ = [
    "NEVER",
    "Baseline",
    "Choice",
    "Chooser",
    "Entry",
    "Known",
    "advisor",
    "chosen",
    "codes",
    "fingerprint",
    "found",
    "ignore_file",
]
