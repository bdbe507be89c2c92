"""For each rule of the relational checks: a record that raises it, where, and near misses that do not."""

from __future__ import annotations

from typing import Any

from tests.records.strategies import PIXEL

TODAY = "2026-06-01"
FACE = {"data": PIXEL}


def record(**parts: Any) -> dict[str, Any]:
    """A record in which nothing is found, but for these parts."""
    person = {"name": "Ada Lark", "likes_to_be_called": "Ada"} | parts.pop("person", {})
    people = {"ben": {"name": "Ben Lark", "relation": "my son"}}
    colleagues = {"nia": {"name": "Nia Rowe", "role": "nurse"}} | parts.pop("colleagues", {})
    return {"person": person, "people": people, "colleagues": colleagues, **parts}


def said(words: str = "Blue mugs.", **parts: Any) -> dict[str, Any]:
    return {"words": words, "said_by": "person", **parts}


def wish(**parts: Any) -> dict[str, Any]:
    return said(**{"kind": "place of death", "wish": "home", **parts})


FOR = {"for": "The view", "domain": "social", "raised_by": "person"}
STAY = {"what": "Stay", "as_things_are": True, "considerations": [FOR]}
GO = {"what": "Go", "considerations": [{"against": "Stairs", "domain": "techno-clinical", "raised_by": "nia"}, FOR]}
DECIDED = {"option": "stay", "words": "Stay, then.", "by": "person"}


def choice(**parts: Any) -> dict[str, Any]:
    """A record with one choice that is weighed as one would wish, but for these parts."""
    weighed = {"question": "Stay or go?", "rests_on": ["mugs"], "options": {"stay": STAY, "go": GO}, **parts}
    return record(what_matters={"mugs": said()}, choices={"move": weighed})


def clinical(text: str, way: str = "for") -> dict[str, Any]:
    return {way: text, "domain": "techno-clinical"}


def talk(when: str, asked: str | None = "Do you have steps?", **parts: Any) -> dict[str, Any]:
    return {"when": when, "minutes": 10, "with": ["person", "nia"], **({"asked": asked} if asked else {}), **parts}


def media(**parts: Any) -> dict[str, Any]:
    return {"resourceType": "Media", "content": {"contentType": "image/jpeg"}, **parts}


def labelled(code: Any, display: Any, system: str = "http://loinc.org", **parts: Any) -> dict[str, Any]:
    coding = {"system": system, "code": code, "display": display}
    return record(other=[{"resourceType": "Observation", "code": {"coding": [coding]}, **parts}])


WHERE = "Where would you want to die?"
AGAIN = {"second": talk("2026-05-02", "Where do you want to die?")}
FIRST = {"first": talk("2026-05-01", WHERE)}


def asked_again(said_first: dict[str, Any], **second: Any) -> dict[str, Any]:
    """A record of two talks, of which the second asks what the first one answered."""
    talks = {"first": talk("2026-05-01", "What now?"), "second": talk("2026-05-02", WHERE)}
    return record(conversations=talks, preferences={"home": wish(**{"in": "first"}) | said_first} | second)


CASES: dict[str, tuple[dict[str, Any], list[str], list[dict[str, Any]]]] = {
    "FM801": (
        record(other=[media(bodySite={"text": "sacrum"})]),
        ["other[0].resource"],
        [
            record(person={"face": FACE}, other=[media(bodySite={"text": "sacrum"})]),
            record(other=[media(bodySite={"text": "Face"})]),
            record(other=[media(note=[{"text": "the garden"}])]),
            record(other=[{"resourceType": "Observation", "code": {"text": "Wound depth"}}]),
            record(conversations={"a": talk("2026-05-01", "May I look at the wound?")}),
        ],
    ),
    "FM802": (record(person={"likes_to_be_called": None}), ["person"], [record()]),
    "FM803": (
        record(colleagues={"ward": {"team": "Ward 7"}}, conversations={"a": talk("2026-05-01", unnamed="a doctor")}),
        ["colleagues.ward", "conversations.a.unnamed"],
        [record(), record(conversations={"a": talk("2026-05-01")})],
    ),
    "FM804": (
        record(what_matters={"a": said(said_by="nia")}),
        ["what_matters"],
        [
            record(what_matters={"a": said(said_by="nia"), "b": said(said_by="ben")}),
            record(what_matters={"a": said(said_by="nia")}, preferences={"b": wish(said_by=None)}),
            record(preferences={"a": {"kind": "cpr", "answer": "not asked", "said_by": "nia"}}),
        ],
    ),
    "FM805": (
        record(what_matters={"a": said(kind="worry"), "b": said(kind="joy", withdrawn=True)}),
        ["what_matters.a"],
        [record(what_matters={"a": said(kind="worry"), "b": said(kind="joy")}), record(), record(other=[media()])],
    ),
    "FM811": (
        choice(options={"stay": STAY | {"considerations": [clinical("Oxygen")]}}),
        ["choices.move"],
        [choice(), choice(options={"stay": STAY | {"considerations": []}})],
    ),
    "FM812": (
        choice(options={"stay": STAY, "go": GO | {"considerations": [clinical("Stairs", "against")]}}),
        ["choices.move.options.go"],
        [choice(), choice(options={"stay": STAY | {"considerations": [clinical("Oxygen")]}})],
    ),
    "FM813": (choice(options={"go": GO}), ["choices.move.options"], [choice(), choice(options={"stay": STAY})]),
    "FM814": (
        choice(decided=DECIDED, rests_on=[]),
        ["choices.move.decided"],
        [choice(decided=DECIDED), choice(rests_on=[])],
    ),
    "FM815": (
        choice(weighed_by="nia", decided=DECIDED | {"by": "nia"}),
        ["choices.move.weighed_by", "choices.move.decided.by"],
        [choice(weighed_by="ben", with_whom=["nia"], decided=DECIDED | {"together_with": ["nia"]})],
    ),
    "FM821": (
        record(preferences={"a": wish(review_by="2026-05-31", still_stands=[{"when": "2026-05-30"}])}),
        ["preferences.a.review_by"],
        [
            record(preferences={"a": wish(review_by=TODAY)}),
            record(preferences={"a": wish(review_by="2026-06")}),
            record(preferences={"a": wish(review_by="2026-05-31", still_stands=[{"when": "2026-05-31"}])}),
            record(preferences={"a": wish(review_by="2026-05-31"), "b": wish(replaces="a")}),
            choice(look_again="2026"),
        ],
    ),
    "FM822": (
        record(preferences={"a": wish(valid_until="2026-05-31T23:00:00Z")}),
        ["preferences.a.valid_until"],
        [
            record(preferences={"a": wish(valid_until=TODAY)}),
            record(preferences={"a": wish(valid_until="2026-05"), "b": wish(replaces="a")}),
        ],
    ),
    "FM831": (
        record(conversations={"b": talk("2026-05-02", "Do you have any steps"), "a": talk("2026-05-01")}),
        ["conversations.b"],
        [
            record(conversations={"a": talk("2026-05-01")}),
            record(conversations={"a": talk("2026-05-01"), "b": talk("2026-05-02", "Do you have a dog?")}),
            record(conversations={"a": talk("2026-05-01"), "b": talk("2026-05-02", **{"with": ["ben", "nia"]})}),
            record(
                conversations={"a": talk("2026-05-01"), "b": talk("2026-05-02")},
                what_matters={"steps": said(**{"in": "b"})},
            ),
            record(
                conversations={"a": talk("2026-05-01"), "b": talk("2026-05-02")},
                what_matters={"steps": said(**{"in": "a"}, still_stands=[{"when": "2026-05-02", "to": "nia"}])},
            ),
            record(conversations={"a": talk("2026-05-01", "?"), "b": talk("2026-05-02", "?")}),
        ],
    ),
    "FM832": (
        asked_again({}),
        ["conversations.second.asked"],
        [
            asked_again({"still_stands": [{"when": "2026-05-02", "to": "nia"}]}),
            asked_again({}, new=wish(**{"in": "second"}, replaces="home")),
            asked_again({"review_by": "2026-05-01"}),
            asked_again({"withdrawn": True}),
            asked_again({"in": None}),
            asked_again({"in": "second"}),
            asked_again({"kind": "cpr", "wish": "no"}),
            asked_again({"answer": "undecided", "wish": None, "words": None}),
            record(
                conversations={"a": talk("2026-05-02", WHERE, **{"with": ["ben", "nia"]})},
                preferences={"home": wish(when="2026-05-01")},
            ),
        ],
    ),
    "FM841": (
        labelled("81363-4", "Preferred healthcare professional"),
        ["other[0].resource.code.coding[0]"],
        [
            labelled("81363-4", "Things that matter to me [Reported]"),
            labelled("81363-4", "What matters"),
            labelled("81337-8", "Goals, preferences, and priorities"),
            labelled("81363-4", "Wat er voor mij toe doet", language="nl"),
            labelled("8867-4", "Shoe size"),
            labelled("81363-4", "Preferred healthcare professional", "https://codes.example"),
            labelled("81363-4", None),
            labelled(["81363-4"], 7),
        ],
    ),
}
