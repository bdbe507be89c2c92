"""What is kept from whom, as FHIR: a Consent that does not say what it hides, and labels on all that is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fhir_matters.records.fhir.elements import Element
from fhir_matters.records.privacy import for_reader
from fhir_matters.records.read import read
from fhir_matters.records.record import Record

SAID = {"words": "Blue mugs.", "said_by": "person"}
WISH = SAID | {"kind": "please do not"}
CHOICE = {"question": "Stay?", "options": {"stay": {"what": "Stay"}, "go": {"what": "Go"}}}


def record(**parts: Any) -> Record:
    """A record of Ada with a wish, a choice and a talk, and these parts."""
    data = {
        "id": "ada",
        "person": {"name": "Ada Lark"},
        "people": {"ben": {"name": "Ben Lark"}, "rex": {"who": "Rex, the dog"}},
        "colleagues": {"nia": {"name": "Nia Rowe"}},
        "conversations": {"talk": {"when": "2026-05-01"}},
        "what_matters": {"gate": SAID},
        "preferences": {"mugs": WISH, "new": WISH | {"replaces": "mugs"}},
        "choices": {"move": CHOICE | {"in": "talk"}},
        "outcomes": {"went": {"of": "new", "honoured": "yes", "said_by": "ben"}},
    }
    return Record.model_validate(data | parts)


def resources(whole: Record) -> dict[str, Element]:
    """Each resource by its place in the record."""
    found = [entry["resource"] for entry in whole.bundle()["entry"]]
    return {each["identifier"][0]["value"].removeprefix("ada/"): each for each in found if "identifier" in each}


def labels(**wish: Any) -> dict[str, str]:
    """The label of each place that has one, with one wish in the record."""
    found = resources(record(sharing={"wish": wish}))
    coded = {place: each.get("meta", {}).get("security", [{}])[0].get("code") for place, each in found.items()}
    return {place: code for place, code in coded.items() if code is not None}


def test_all_that_is_made_of_what_is_kept_is_labelled_and_what_would_give_it_away_and_the_wish():
    found = labels(what=["new"], not_with=["ben"])
    assert set(found.values()) == {"R"}
    assert {"preferences/new", "preferences/new/flag", "preferences/mugs", "outcomes/went", "sharing/wish"} <= set(
        found
    )
    assert {place.split("/")[1] for place in found} == {"new", "mugs", "went", "wish"}


def test_options_go_with_their_choice_and_what_a_few_alone_may_see_is_very_restricted():
    found = labels(what=["talk"], only_with=["nia"])
    assert found == dict.fromkeys(
        ("conversations/talk", "choices/move", "choices/move/options/stay", "choices/move/options/go", "sharing/wish"),
        "V",
    )


def test_a_wish_that_is_ended_labels_nothing_and_one_that_ends_on_some_day_does():
    assert labels(what=["gate"], not_with=["ben"], ended=True) == {}
    assert set(labels(what=["gate"], not_with=["ben"], until="2020")) == {"what_matters/gate", "sharing/wish"}


def consent(**wish: Any) -> Element:
    return resources(record(sharing={"wish": {"what": ["gate"], **wish}}))["sharing/wish"]


def test_what_is_kept_from_somebody_is_denied_to_them():
    found = consent(not_with=["ben", "rex"], because="I'll tell him myself.", until="2026-06", when="2026-05-01")
    (rule,) = found["provision"]["provision"]
    assert found["provision"]["period"] == {"end": "2026-06"}
    assert rule["type"] == "deny"
    assert [actor["reference"]["display"] for actor in rule["actor"]] == ["Ben Lark", "Rex, the dog"]
    assert [each["meaning"] for each in rule["data"]] == ["instance"]
    assert "provision" not in rule
    assert "I'll tell him myself." in found["text"]["div"]


def test_what_a_few_alone_may_see_is_denied_to_all_and_permitted_to_them():
    (rule,) = consent(only_with=["nia"])["provision"]["provision"]
    assert (rule["type"], "actor" in rule, len(rule["data"])) == ("deny", False, 1)
    (alone,) = rule["provision"]
    assert (alone["type"], [each["reference"]["display"] for each in alone["actor"]]) == ("permit", ["Nia Rowe"])


def test_the_text_of_a_wish_does_not_say_what_is_kept():
    assert "mugs" not in consent(not_with=["ben"])["text"]["div"].lower()
    assert "Gate" not in consent(not_with=["ben"])["text"]["div"]


@pytest.mark.parametrize(
    "wish",
    [
        {"what": ["gate", "talk", "move"], "not_with": ["ben", "rex", "nia"]},
        {"what": ["gate"], "only_with": ["person", "nia"], "said_by": "ben", "ended": True},
        {
            "what": ["went", "new", "gate"],
            "only_with": ["nia"],
            "until": "2026",
            "because": "<b>No</b>",
            "when": "2025",
        },
    ],
)
def test_a_wish_comes_back_as_it_was(wish):
    whole = record(sharing={"wish": wish})
    again = read(whole.bundle())
    assert (again, again.bundle()) == (whole, whole.bundle())


@pytest.mark.parametrize("wish", [{"not_with": ["ben", "nia"]}, {"only_with": ["ben", "nia"]}, {"not_with": ["nia"]}])
def test_a_wish_in_which_somebody_is_not_known_is_kept_whole_and_told_as_nobody_elses(wish):
    bundle = record(sharing={"wish": {"what": ["gate"], "said_by": "ben", **wish}}).bundle()
    without_ben = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] != "RelatedPerson"]
    back = read(bundle | {"entry": without_ben})
    assert back.sharing == {}
    consents = [kept.resource for kept in back.other if kept.resource and kept.resource["resourceType"] == "Consent"]
    assert consents == [entry["resource"] for entry in without_ben if entry["resource"]["resourceType"] == "Consent"]
    assert "gate" not in for_reader(back, "nia", today=date(2026, 6, 1)).what_matters
