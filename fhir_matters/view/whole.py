"""What a part needs of the rest of its record to be shown: the names, the day, how things went, what can be heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from fhir_matters.view.cast import Cast, cast_of
from fhir_matters.view.chains import newest
from fhir_matters.view.facts import Face, face_of
from fhir_matters.view.legal import Legal, legal_of
from fhir_matters.view.outcomes import Outcome, outcomes_of
from fhir_matters.view.people import Contact, contact_of
from fhir_matters.view.recordings import Recordings, recordings_of
from fhir_matters.view.spoken import Words, words_of
from fhir_matters.view.wording import plain


@dataclass(frozen=True, slots=True)
class Whole:
    """The record as plain data, and from it by key: outcomes by what they are about, recordings, decisions in law."""

    data: Mapping[str, Any]
    today: date
    cast: Cast
    face: Face | None
    outcomes: Mapping[str, tuple[Outcome, ...]]
    recordings: Recordings
    legal: tuple[Legal, ...]

    def rests_on(self, keys: Iterable[Any]) -> tuple[Words, ...]:
        """What something rests on, in words: the words or the short answer, or what was decided or asked."""
        return tuple(words for key in keys if (words := self._words(plain(key))))

    def contact(self, key: Any) -> Contact:
        """Somebody by key, with the number to call."""
        return contact_of(plain(key), self.data, self.today)

    def in_law(self, key: str) -> tuple[Legal, ...]:
        """The decisions that put this wish into law."""
        return tuple(decision for decision in self.legal if key in decision.rests_on)

    def _words(self, key: str) -> Words | None:
        """What was withdrawn carries nothing."""
        for section in ("what_matters", "preferences", "choices"):
            part = self.data.get(section, {}).get(key)
            if part and not part.get("withdrawn"):
                decided = (part.get("decided") or {}).get("words")
                short = part.get("wish") or decided or part.get("question")
                return words_of(part, self.data) or words_of({"words": short}, self.data)
        return None


def whole_of(data: Mapping[str, Any], today: date) -> Whole:
    """The record with everything that others refer to made once."""
    cast = cast_of(data)
    face = face_of(data.get("person", {}), today)
    recordings = recordings_of(data, cast, today, taken=face.size if face else 0)
    outcomes = outcomes_of(data, cast, recordings)
    legal = newest(data.get("legal", {}), partial(legal_of, cast=cast, outcomes=outcomes, today=today))
    return Whole(data, today, cast, face, outcomes, recordings, legal)
