"""What stands on a page, in the order in which a reader needs it; `page` fills it, `html` and `text` lay it out."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_matters.view.catalogue import say
from fhir_matters.view.choices import Choice
from fhir_matters.view.departures import Departure
from fhir_matters.view.facts import Face
from fhir_matters.view.legal import Legal
from fhir_matters.view.outcomes import Outcome
from fhir_matters.view.people import Contact
from fhir_matters.view.plans import Plan
from fhir_matters.view.recordings import Recording
from fhir_matters.view.said import Statement
from fhir_matters.view.talks import Loop, Talk
from fhir_matters.view.wording import apart


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page, in the order in which a reader needs it.

    It is worded in `language`; `record_language` is that of the words of the record which name none of their own.
    `more` is what would not stand on the first screen any more, because so much was said; `newest` says how new the
    newest words are. `legal`, `recordings` and `outcomes` are those that stand beside nothing else on the page.
    """

    called: str
    name: str
    language: str
    record_language: str
    face: Face | None
    facts: tuple[str, ...]
    communicates: tuple[str, ...]
    matters: tuple[Statement, ...]
    more: tuple[Statement, ...]
    please_do: tuple[Statement, ...]
    please_do_not: tuple[Statement, ...]
    departures: tuple[Departure, ...]
    call: tuple[Contact, ...]
    plans: tuple[Plan, ...]
    preferences: tuple[Statement, ...]
    legal: tuple[Legal, ...]
    people: tuple[Contact, ...]
    colleagues: tuple[Contact, ...]
    choices: tuple[Choice, ...]
    recordings: tuple[Recording, ...]
    outcomes: tuple[Outcome, ...]
    talks: tuple[Talk, ...]
    loops: tuple[Loop, ...]
    withheld: str
    gaps: tuple[str, ...]
    newest: str
    notes: tuple[str, ...]

    @property
    def who(self) -> str:
        """The person in the middle of a sentence."""
        return apart(self.called) or say("cast.somebody")
