"""What a person said, as forms: frozen values that read like a story, before any FHIR.

A `Record` is one person, the people around them, the conversations, and what came out of them. Every
part has a key of its own (`home`, `long-talk`); parts refer to each other by key, and `person` is the
person. Dates are FHIR dates, kept as they are spelt: a year alone is a date.

Nothing here knows FHIR resources; `build.py` and `read.py` do.
"""

from fhir_matters.records.forms.agreed import AnticipatoryPlan, Departure, Kit, Medicine, Protocol
from fhir_matters.records.forms.attachment import Attachment, Picture
from fhir_matters.records.forms.entry import Code, Entry, Who, WrittenDown
from fhir_matters.records.forms.legal import Ended, LegalDecision
from fhir_matters.records.forms.outcomes import Avoided, Outcome
from fhir_matters.records.forms.parts import Kept, Parts
from fhir_matters.records.forms.people import Colleague, Person, Role, Someone
from fhir_matters.records.forms.said import Conversation, Preference, Said, SaidAgain, Spoken, WhatMatters
from fhir_matters.records.forms.showing import Recording, Sharing, Showing
from fhir_matters.records.forms.values import Identifier, Name
from fhir_matters.records.forms.weighed import (
    Consideration,
    Decision,
    Domain,
    Likelihood,
    Option,
    Reservation,
    WeighedChoice,
    Weight,
)

__all__ = [
    "AnticipatoryPlan",
    "Attachment",
    "Avoided",
    "Code",
    "Colleague",
    "Consideration",
    "Conversation",
    "Decision",
    "Departure",
    "Domain",
    "Ended",
    "Entry",
    "Identifier",
    "Kept",
    "Kit",
    "LegalDecision",
    "Likelihood",
    "Medicine",
    "Name",
    "Option",
    "Outcome",
    "Parts",
    "Person",
    "Picture",
    "Preference",
    "Protocol",
    "Recording",
    "Reservation",
    "Role",
    "Said",
    "SaidAgain",
    "Sharing",
    "Showing",
    "Someone",
    "Spoken",
    "WeighedChoice",
    "Weight",
    "WhatMatters",
    "Who",
    "WrittenDown",
]
