"""Departures from protocol and plans: what differs, why, until when, and whom to call first."""

from __future__ import annotations

from datetime import date

import pytest

from fhir_matters.view.chains import over
from fhir_matters.view.page import page_of

NOW = date(2026, 11, 25)


def departures(data, today=NOW):
    return {one.key: one for one in page_of(data, today=today).departures}


def plans(data, today=NOW):
    return {one.key: one for one in page_of(data, today=today).plans}


def test_a_departure_says_what_instead_of_which_protocol_why_and_who_stands_by_it(full):
    stairs = departures(full)["stairs"]
    assert (stairs.protocol, stairs.left_out) == ("Falls pathway, step 4", "The stairs assessment")
    assert stairs.instead == "She shuffles up on her bottom, with Ana behind her"
    assert stairs.why == "She has slept upstairs for forty years and means to go on"
    assert stairs.source == "Noor herself asked for it, agreed with Ed Lowe and Ana Aziz, 1 May 2026"
    assert stairs.term == "Holds from 2 May 2026 until 2 May 2027"


def test_it_rests_on_words_in_their_own_language_and_on_what_was_decided(full):
    rests = departures(full)["stairs"].rests_on
    assert [(words.text, words.language) for words in rests] == [("جون تک پھلیاں", "ur"), ("No more.", "en-GB")]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("they object", "Noor herself objects, agreed with Ed Lowe, 1 April 2026"),
        ("religion", "Noor herself asked for it, for reasons of religion, agreed with Ed Lowe, 1 April 2026"),
        ("other", "Noor herself asked for it, agreed with Ed Lowe, 1 April 2026"),
    ],
)
def test_a_sort_of_reason_is_said_in_words(full, reason, said):
    full["departures"]["pump"]["reason"] = reason
    assert departures(full)["pump"].source == said


def test_a_departure_is_in_force_on_its_last_day_and_over_on_the_next(full):
    assert [departures(full, date(2026, 4, day))["pump"].ended for day in (29, 30)] == [False, False]
    assert departures(full, date(2026, 5, 1))["pump"].ended
    assert not departures(full)["weighing"].ended


@pytest.mark.parametrize(
    ("until", "is_over"),
    [
        ("2026-11-24", True),
        ("2026-11-25", False),
        ("2026-11-24T23:00:00Z", True),
        ("2026-10", True),
        ("2026-11", False),
        ("2025", True),
        ("2026", False),
        ("soon", False),
        ("", False),
        (None, False),
    ],
)
def test_a_month_or_a_year_is_over_when_it_has_ended(until, is_over):
    assert over(until, NOW) is is_over


def test_what_a_departure_replaced_stands_behind_it(full):
    full["departures"]["stairs"]["replaces"] = "weighing"
    found = departures(full)
    assert set(found) == {"stairs", "pump"}
    assert [earlier.protocol for earlier in found["stairs"].earlier] == ["MUST score"]


def test_a_plan_says_whom_to_call_in_which_order_with_their_numbers(full):
    bleed = plans(full)["bleed"]
    assert bleed.first
    assert [(who.name, who.phone) for who in bleed.call] == [
        ("Ed Lowe", "+44 7700 900777"),
        ("Mo Hart", "+44 1632 960555"),
        ("Ana Aziz", "+44 7700 900555"),
    ]


def test_medicines_and_kit_say_where_they_are(full):
    assert plans(full)["bleed"].in_place == (
        "midazolam 10 mg; under the skin; given by Ed Lowe; kept: the blue box",
        "dark towels; kept: the airing cupboard",
    )


def test_a_plan_says_with_whom_it_is_agreed_and_until_when_it_stands(full):
    bleed = plans(full)["bleed"]
    assert bleed.source == "Noor herself asked for it, agreed with Ana Aziz and Mo Hart, 1 May 2026"
    assert bleed.term == "stands until 31 December 2026, look at it again by 30 November 2026"
    assert (bleed.ended, plans(full)["fall"].ended) == (False, True)


def test_who_is_called_first_if_something_happens_stands_with_whom_to_call(full):
    called = {who.name: who.first_if for who in page_of(full, today=NOW).call}
    assert called == {"Ana Aziz": (), "Ed Lowe": ("a heavy bleed from the mouth",)}


def test_nobody_is_called_first_for_a_plan_that_is_over(full):
    assert [who.name for who in page_of(full, today=date(2027, 6, 1)).call] == ["Ana Aziz"]


def test_who_is_to_be_called_anyway_is_named_once(full):
    full["plans"]["bleed"]["call_first"] = "ana"
    (ana,) = page_of(full, today=NOW).call
    assert ana.first_if == ("a heavy bleed from the mouth",)
    assert ana.roles == ("speaks for me", "call first", "lasting power of attorney")
