"""The page as text for a terminal."""

from __future__ import annotations

from datetime import date

import pytest

from fhir_matters.view.page import page_of
from fhir_matters.view.text import text


def test_the_name_comes_first_and_then_what_matters(noor):
    lines = text(page_of(noor)).splitlines()
    assert lines[0] == "Noor"
    assert lines.index("What matters to Noor") < lines.index("Who to call") < lines.index("What Noor would like")


@pytest.mark.parametrize("width", [1, 20, 40, 120])
def test_lines_are_no_wider_than_asked_except_for_a_word(example, width):
    lines = text(page_of(example), width).splitlines()
    assert all(len(line) <= max(width, 20) or len(line.split()) <= 1 for line in lines)


def test_every_word_of_what_matters_is_there(example):
    shown = " ".join(text(page_of(example)).replace("\u2068", "").replace("\u2069", "").split())
    for part in (*example["what_matters"].values(), *example["preferences"].values()):
        words = " ".join(part.get("words", "").split())
        assert (words in shown) != bool(part.get("withdrawn"))


def test_for_and_against_are_told_apart(noor):
    shown = text(page_of(noor), 200)
    assert "For: Less dizzy (techno-clinical; Ed Lowe; weighs: some, 2.5 (0 to 10); how likely:" in shown
    assert "Against: A day gone (social; Noor; this tipped it)" in shown
    assert "* Leave it (as things are, chosen)" in shown
    assert "Nothing was said for it." in shown


def test_an_empty_record_is_a_page_of_questions():
    assert text(page_of({})).splitlines()[0] == "Name not written down"


def test_the_terminal_shows_what_the_page_shows(full):
    shown = " ".join(text(page_of(full, today=date(2026, 11, 25)), 400).split())
    for part in (
        "Instead of: Falls pathway, step 4 Not done: The stairs assessment",
        "If: a heavy bleed from the mouth How one sees it coming: Streaks on the pillow Not this: No ambulance",
        "Call: 1. Ed Lowe · +44 7700 900777 · nurse, Hospice",
        "CPR decision: Do not attempt CPR",
        "The paper: the yellow folder by the door A copy (picture) is in the record.",
        "How it went: Honoured Wished: home · In the end: home",
        "Avoided: an ambulance call, seen by Ana Aziz",
        "They see it differently, and both stand.",
        "English: “Beans in by June.”",
        "Sound: Noor telling of her garden",
    ):
        assert part in shown
    assert shown.index("Done differently for Noor") < shown.index("If this happens") < shown.index("over now")
