"""What matters to a person, as ordinary FHIR R4 resources: said, kept, moved, and nothing lost.

    from fhir_matters import Record, Server, Validator, read

    record = Record.load("barbara.yaml")
    bundle = record.bundle()                          # a plain dict, exact numbers
    assert Validator().validate(bundle).ok
    receipt = Server("http://localhost:8080/fhir").push(bundle)
    assert receipt.nothing_lost
    assert read(bundle) == record

Names are loaded when they are first used; importing this package costs nothing else.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fhir_matters import doors

if TYPE_CHECKING:
    from fhir_matters.errors import (
        Conflict,
        DefinitionsError,
        FhirMattersError,
        InputError,
        NotFhir,
        RecordError,
        ServerError,
        Unauthorised,
        Unreachable,
        WrongArgument,
    )
    from fhir_matters.issue import Issue, Report, Reports, Severity
    from fhir_matters.records.forms import (
        AnticipatoryPlan,
        Avoided,
        Colleague,
        Consideration,
        Conversation,
        Decision,
        Departure,
        Ended,
        LegalDecision,
        Option,
        Outcome,
        Person,
        Preference,
        Recording,
        Sharing,
        Showing,
        Someone,
        WeighedChoice,
        WhatMatters,
        WrittenDown,
    )
    from fhir_matters.records.read import read
    from fhir_matters.records.record import Record
    from fhir_matters.server.client import Server
    from fhir_matters.server.receipt import Receipt
    from fhir_matters.server.terminology import TerminologyServer
    from fhir_matters.validation.many import validate_many
    from fhir_matters.validation.validator import Validator

_HOMES = {
    "errors": (
        "Conflict",
        "DefinitionsError",
        "FhirMattersError",
        "InputError",
        "NotFhir",
        "RecordError",
        "ServerError",
        "Unauthorised",
        "Unreachable",
        "WrongArgument",
    ),
    "issue": ("Issue", "Report", "Reports", "Severity"),
    "records.forms": (
        "AnticipatoryPlan",
        "Avoided",
        "Colleague",
        "Consideration",
        "Conversation",
        "Decision",
        "Departure",
        "Ended",
        "LegalDecision",
        "Option",
        "Outcome",
        "Person",
        "Preference",
        "Recording",
        "Sharing",
        "Showing",
        "Someone",
        "WeighedChoice",
        "WhatMatters",
        "WrittenDown",
    ),
    "records.read": ("read",),
    "records.record": ("Record",),
    "server.client": ("Server",),
    "server.receipt": ("Receipt",),
    "server.terminology": ("TerminologyServer",),
    "validation.many": ("validate_many",),
    "validation.validator": ("Validator",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AnticipatoryPlan",
    "Avoided",
    "Colleague",
    "Conflict",
    "Consideration",
    "Conversation",
    "Decision",
    "DefinitionsError",
    "Departure",
    "Ended",
    "FhirMattersError",
    "InputError",
    "Issue",
    "LegalDecision",
    "NotFhir",
    "Option",
    "Outcome",
    "Person",
    "Preference",
    "Receipt",
    "Record",
    "RecordError",
    "Recording",
    "Report",
    "Reports",
    "Server",
    "ServerError",
    "Severity",
    "Sharing",
    "Showing",
    "Someone",
    "TerminologyServer",
    "Unauthorised",
    "Unreachable",
    "Validator",
    "WeighedChoice",
    "WhatMatters",
    "WrittenDown",
    "WrongArgument",
    "read",
    "validate_many",
]


def _found(home: str, name: str) -> Any:
    return getattr(import_module(f"fhir_matters.{home}"), name)


# What values offer and others can do: see `doors`.
_DOORS = {
    "to_arrow": "reports.frames",
    "to_pandas": "reports.frames",
    "reports_html": "notebook",
    "record_html": "notebook",
    "receipt_html": "notebook",
    "models_of": "models",
    "record_of_models": "models",
}
doors.lead({name: partial(_found, home, name) for name, home in _DOORS.items()})

if not TYPE_CHECKING:  # a type checker knows which names there are, and tells of one that there is not

    def __getattr__(name: str) -> Any:
        if name not in _HOME_OF:
            raise AttributeError(f"fhir_matters has no {name!r}; it has {', '.join(__all__)}")
        return _found(_HOME_OF[name], name)


def __dir__() -> list[str]:
    return __all__
