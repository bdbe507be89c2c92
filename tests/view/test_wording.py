"""Plain English for days, lengths, chances and names; and text that is safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fhir_matters.view.wording import apart, chances, clock, counted, day, length, listed, number_of, plain, position


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("2026-03-03T14:00:00Z", "3 March 2026"),
        ("2026-03-10", "10 March 2026"),
        ("2024-10", "October 2024"),
        ("1944", "1944"),
        ("2024-13", "2024"),
        ("soon", "soon"),
        (None, ""),
    ],
)
def test_a_day_is_shown_as_precisely_as_it_is_known(when, shown):
    assert day(when) == shown


def test_the_time_of_day_is_the_one_that_was_written_down():
    assert clock("2026-05-06T10:00:00+01:00") == "10:00"
    assert clock("2026-05-06") == ""


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(1, "1 minute"), (10, "10 minutes"), (60, "1 hour"), (70, "1 hour 10 minutes"), (0, "")],
)
def test_a_length_is_in_hours_and_minutes(minutes, shown):
    assert length(minutes) == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        ("0.05", "0.3", "between 5 and 30 in 100"),
        ("0", "0.05", "at most 5 in 100"),
        ("0.9", "1", "at least 90 in 100"),
        ("0.5", "0.5", "50 in 100"),
        ("0.005", None, "at least 0.5 in 100"),
        (None, "0.10", "at most 10 in 100"),
        (None, None, ""),
    ],
)
def test_chances_are_counted_in_a_hundred(low, high, shown):
    assert chances(low, high) == shown


@pytest.mark.parametrize(
    ("number", "scale", "place"),
    [
        ("9", "0 to 10, mine", 0.9),
        ("3", "1 to 5", 0.5),
        ("2", "5-1", 0.75),
        ("11", "0 to 10", None),
        ("3", "stars", None),
        ("1", "1 to 1", None),
        (None, "0 to 10", None),
        ("NaN", "0 to 10", None),
    ],
)
def test_a_number_has_a_place_only_on_a_scale_that_names_its_ends(number, scale, place):
    assert position(number, scale) == place


def test_names_become_one_phrase():
    assert [listed(["Ted"]), listed(["Ted", "Grace"]), listed(["Ted", "Grace", "Yusuf"]), listed([])] == [
        "Ted",
        "Ted and Grace",
        "Ted, Grace and Yusuf",
        "",
    ]
    assert (counted("talks.counts", 6), counted("talks.counts", 13)) == ("six", "13")


def test_what_a_terminal_would_obey_becomes_a_mark():
    assert plain("\x1b[31mred\x07\x9b") == "\ufffd[31mred\ufffd\ufffd"
    assert plain("line one\r\nline two\u2028three") == "line one\nline two\nthree"


def test_marks_that_turn_the_reading_direction_are_left_out_and_joiners_kept():
    assert plain("a\u202eb\u2067c") == "abc"
    assert plain("می‌خواهد") == "می‌خواهد"


@pytest.mark.parametrize("nothing", ["", "  ", "\u200b\u200b", "\ufeff\u00ad", "\u3164 \u2060", "\u202e\u200f"])
def test_what_nobody_could_see_is_nothing(nothing):
    assert plain(nothing) == ""
    assert plain(f"{nothing}a{nothing}").strip("\u200b\ufeff\u00ad\u3164\u2060\u200f ") == "a"


def test_words_written_from_right_to_left_are_set_apart():
    assert apart("گل") == "\u2068گل\u2069"
    assert apart("Farideh") == "Farideh"


def test_a_number_that_is_none_is_no_number():
    assert [number_of(value) for value in ("a", None, "Infinity", "")] == [None] * 4


@given(st.text())
def test_any_text_can_be_written_as_xml(words):
    element = etree.Element("p")
    element.text = plain(words)
    assert etree.fromstring(etree.tostring(element)).text in (plain(words), None)
