"""Who is who in one record: from a key to the name that a reader knows, and who said a thing, when, to whom.

It decides no layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.catalogue import say
from fhir_matters.view.wording import apart, dated, day, inside, listed, plain

_MEDIA = ("written", "filmed")  # that somebody spoke goes without saying


@dataclass(frozen=True, slots=True)
class Cast:
    """The names by key, the talks by key, and how to speak of the person."""

    called: str
    gender: str
    names: Mapping[str, str]
    colleagues: frozenset[str]
    talks: Mapping[str, Mapping[str, Any]]

    def name(self, key: Any) -> str:
        """The display name; words that are no key of this record stand for themselves."""
        return self.names.get(key, apart(key)) if key else ""

    def speaker(self, key: Any) -> str:
        """As `name`, and the person as "Art himself"."""
        return say("cast.himself", self.gender, who=self.called) if key == "person" else self.name(key)

    def together(self, keys: Iterable[Any]) -> str:
        """The names as one phrase: "Daniel Bell and Amara Okafor"."""
        return listed([self.name(key) for key in keys])

    def talk(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """The conversation in which the part was said; empty where none is named."""
        return self.talks.get(part.get("in", ""), {})

    def when(self, part: Mapping[str, Any]) -> str:
        """The date as spelt: the part's own, else its conversation's, else empty."""
        return plain(part.get("when") or self.talk(part).get("when"))

    def day(self, part: Mapping[str, Any]) -> str:
        """The same as a reader has it, and that nobody wrote it down where nobody did."""
        return day(self.when(part)) or say("cast.no_date")

    def source(self, part: Mapping[str, Any], by: Any) -> str:
        """The line under the words: "Art himself, 3 March 2026, with Amara Okafor"; it says what nobody wrote down."""
        heard = self.heard(part, by)
        unknown = say("cast.no_speaker") if part.get("words") else ""
        return ", ".join(
            phrase
            for phrase in (
                self.speaker(by) or unknown,
                self.day(part),
                heard,
                say(f"cast.medium.{part['medium']}") if part.get("medium") in _MEDIA else "",
                self.written(part),
            )
            if phrase
        )

    def heard(self, part: Mapping[str, Any], by: Any) -> str:
        """With whom it was said, as it stands in `source`: "with Amara Okafor"; empty where nobody else is known."""
        others = self.together(self._heard(part, by))
        return say("cast.with", names=others) if others else ""

    def written(self, part: Mapping[str, Any]) -> str:
        """Who wrote it down, for whom, when and on which form, where the part itself says so."""
        about = part.get("written_down") or {}
        phrases = (
            about.get("by") and say("cast.written_by", who=self.name(about["by"])),
            about.get("on_behalf_of") and say("cast.written_for", who=inside(about["on_behalf_of"])),
            about.get("when") and dated("cast.written_on", about["when"]),
            about.get("form") and say("cast.written_from", form=inside(about["form"])),
        )
        how = " ".join(filter(None, phrases))
        return say("cast.written_down", how=how) if how else ""

    def _heard(self, part: Mapping[str, Any], by: Any) -> list[Any]:
        """Who heard it: the professionals, so that they can be found again; everybody else where there was none."""
        if self._elsewhere(part):
            return []
        others = [key for key in self.talk(part).get("with", ()) if key != by]
        return [key for key in others if key in self.colleagues] or others

    def _elsewhere(self, part: Mapping[str, Any]) -> bool:
        """True where the part has a day of its own: who was in the talk did not hear it then."""
        return bool(part.get("when")) and plain(part["when"]) != plain(self.talk(part).get("when"))


def cast_of(data: Mapping[str, Any]) -> Cast:
    """Everybody whom the record names, under the keys that it uses."""
    person = data.get("person", {})
    called = apart(person.get("likes_to_be_called")) or apart(named(person)) or say("cast.somebody")
    names = {"person": called}
    for section in ("people", "colleagues"):
        names |= {key: apart(named(who) or _unnamed(who)) for key, who in data.get(section, {}).items()}
    gender = plain(person.get("gender"))
    return Cast(called, gender, names, frozenset(data.get("colleagues", {})), data.get("conversations", {}))


def named(who: Mapping[str, Any]) -> str:
    """The name as the person writes it, or who it is where there is no name; empty where there is neither."""
    return plain(who.get("name", {}).get("text")) or plain(who.get("who"))


def _unnamed(who: Mapping[str, Any]) -> str:
    return plain(who.get("role") or who.get("relation") or who.get("team")) or say("cast.nobody")
