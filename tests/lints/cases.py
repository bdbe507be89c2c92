"""For each rule of the relational checks: a record that raises it, where, and near misses that do not."""

from __future__ import annotations

from typing import Any

from tests.records.values import PIXEL

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
    """A record with a choice that is weighed as one would wish, but for these parts; and perhaps another of a boat."""
    weighed = {"question": "Stay or go?", "rests_on": ["mugs"], "options": {"stay": STAY, "go": GO}}
    boat = {"boat": weighed | {"question": "Sell the boat?"}} if parts.pop("boat", False) else {}
    return record(what_matters={"mugs": said()}, choices={"move": weighed | parts, **boat})


def clinical(text: str, way: str = "for") -> dict[str, Any]:
    return {way: text, "domain": "techno-clinical"}


def talk(when: str, asked: str | None = "Do you have steps?", **parts: Any) -> dict[str, Any]:
    return {"when": when, "minutes": 10, "with": ["person", "nia"], **({"asked": asked} if asked else {}), **parts}


def media(**parts: Any) -> dict[str, Any]:
    return {"resourceType": "Media", "content": {"contentType": "image/jpeg"}, **parts}


def labelled(code: Any, display: Any, system: str = "http://loinc.org", **parts: Any) -> dict[str, Any]:
    coding = {"system": system, "code": code, "display": display}
    return record(other=[{"resourceType": "Observation", "code": {"coding": [coding]}, **parts}])


def differs(**parts: Any) -> dict[str, Any]:
    """A record with one departure that everybody can act on, but for these parts, and that begins tomorrow."""
    whole = {"protocol": "Turn two-hourly", "left_out": "At night", "why": "He sleeps.", "agreed_by": ["nia"]}
    return record(departures={"nights": whole | {"from": "2026-06-02", "until": "2026-07"} | parts})


def planned(**parts: Any) -> dict[str, Any]:
    return record(plans={"bleed": {"if": "A bleed", "at_home": ["Sit down."], "call_first": "nia", **parts}})


def cpr(talk_with: list[str] | None = None, preferences: Any = None, **parts: Any) -> dict[str, Any]:
    """A record with a CPR decision of the nurse, in a talk with these."""
    talks = {"ward": {"when": "2026-05-01", "with": talk_with or ["nia"]}}
    legal = {"heart": {"kind": "cpr decision", "attempt_cpr": False, "made_by": "nia", "in": "ward", **parts}}
    return record(conversations=talks, legal=legal, preferences=preferences or {})


def ended(**parts: Any) -> dict[str, Any]:
    """A record with a wish to die at home, and how it went."""
    went = {"of": "home", "honoured": "yes", "said_by": "ben", **parts}
    return record(preferences={"home": wish(), "shoes": wish(kind="please do")}, outcomes={"end": went})


DIED = {"of": "person", "changes": [{"op": "add", "path": "/deceasedDateTime", "value": "2026-05-30"}]}
BEGUN = {"from": "2026-05-31"}
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
            record(recordings={"film": {"content": FACE, "shows": "The garden"}}),
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
        [
            choice(decided=DECIDED),
            choice(rests_on=[]),
            choice(decided=DECIDED, rests_on=["boat"], boat=True),
        ],
    ),
    "FM815": (
        choice(weighed_by="nia", decided=DECIDED | {"by": "nia"}),
        ["choices.move.weighed_by", "choices.move.decided.by"],
        [choice(weighed_by="ben", with_whom=["nia"], decided=DECIDED | {"together_with": ["nia"]})],
    ),
    "FM821": (
        record(preferences={"a": wish(review_by="2026-05-31", still_stands=[{"when": "2026-05-30"}])})
        | {"legal": {"b": {"kind": "healthcare agent", "agents": ["ben"], "review_by": "2026-05"}}},
        ["preferences.a.review_by", "legal.b.review_by"],
        [
            planned(review_by=TODAY),
            record(preferences={"a": wish(review_by=TODAY)}),
            record(preferences={"a": wish(review_by="2026-06")}),
            record(preferences={"a": wish(review_by="2026-05-31", still_stands=[{"when": "2026-05-31"}])}),
            record(preferences={"a": wish(review_by="2026-05-31"), "b": wish(replaces="a")}),
            choice(look_again="2026"),
            cpr(["nia", "person"], review_by="2026-05", ended={"by": "nia"}),
        ],
    ),
    "FM822": (
        record(preferences={"a": wish(valid_until="2026-05-31T23:00:00Z")}),
        ["preferences.a.valid_until"],
        [
            record(preferences={"a": wish(valid_until=TODAY)}),
            planned(valid_until="2026-06"),
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
            planned(**{"in": "b"}) | {"conversations": {"a": talk("2026-05-01"), "b": talk("2026-05-02")}},
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
    "FM816": (
        cpr(),
        ["legal.heart.made_by"],
        [
            cpr(["nia", "person"]),
            cpr(agreed_by=["ben"]),
            cpr(preferences={"a": {"kind": "cpr", "answer": "declined to answer", "said_by": "person"}}),
            cpr(preferences={"a": wish()}, rests_on=["a"]),
            cpr(made_by="person"),
            cpr(withdrawn=True),
            cpr(ended={"by": "nia"}),
        ],
    ),
    "FM823": (
        record(
            person={"face": FACE, "face_showing": {"until": "2026-05"}},
            recordings={"film": {"content": FACE, "showing": {"until": "2026-05-31"}}},
        ),
        ["person.face_showing.until", "recordings.film.showing.until"],
        [
            record(person={"face": FACE, "face_showing": {"until": TODAY}}),
            record(person={"face_showing": {"until": "2026-05"}}),
            record(person={"face": FACE, "face_showing": {"allowed": False}}),
        ],
    ),
    "FM824": (
        record(what_matters={"a": said()}, sharing={"b": {"what": ["a"], "not_with": ["ben"], "until": "2026-05"}}),
        ["sharing.b.until"],
        [
            record(what_matters={"a": said()}, sharing={"b": {"what": ["a"], "not_with": ["ben"], **more}})
            for more in ({}, {"until": TODAY}, {"until": "2026-05", "ended": True})
        ],
    ),
    "FM851": (
        differs(why=None),
        ["departures.nights"],
        [differs(), differs(why=None, reason="religion"), differs(why=None, withdrawn=True)],
    ),
    "FM852": (differs(agreed_by=[]), ["departures.nights"], [differs(agreed_by=["person"])]),
    "FM853": (differs(until=None), ["departures.nights"], [differs(until="2030")]),
    "FM854": (
        planned(**{"if": "To be confirmed"}),
        ["plans.bleed.if"],
        [planned(), planned(**{"if": "出血"}), planned(**{"if": "To be confirmed"}, withdrawn=True)],
    ),
    "FM855": (planned(call_first=None), ["plans.bleed"], [planned(), planned(call_first="ben", then_call=["nia"])]),
    "FM861": (
        differs(**BEGUN) | {"preferences": {"a": wish()}, "other": [DIED]},
        ["preferences.a", "departures.nights"],
        [
            differs(),
            differs(**{"from": TODAY}),
            differs(**BEGUN, withdrawn=True),
            differs(**BEGUN, rests_on=["a"])
            | {"preferences": {"a": wish()}, "outcomes": {"b": {"of": "a", "honoured": "yes", "said_by": "ben"}}},
            differs(**BEGUN) | {"outcomes": {"b": {"of": "nights", "honoured": "could not know", "said_by": "ben"}}},
            record(preferences={"a": wish()}),
            record(preferences={"a": {"kind": "cpr", "answer": "undecided"}}, other=[DIED]),
            record(
                preferences={"a": wish()}, other=[{"of": "person", "changes": [DIED["changes"][0] | {"value": False}]}]
            ),
        ],
    ),
    "FM862": (
        ended(honoured="partly"),
        ["outcomes.end"],
        [
            ended(honoured="no", why="No bed."),
            ended(honoured="no", words="No bed."),
            ended(),
            ended(honoured="no", withdrawn=True),
        ],
    ),
    "FM863": (
        ended(place="Ward 7"),
        ["outcomes.end.place"],
        [
            ended(),
            ended(place="At home, by the window"),
            ended(place="her own house"),
            ended(place="Ward 7", words="He asked for it on the Friday."),
            ended(place="Ward 7", honoured="changed their mind"),
            ended(place="Ward 7", of="shoes"),
        ],
    ),
}
