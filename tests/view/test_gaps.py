"""What nobody has written down: asked gently, and not asked where it is known."""

from __future__ import annotations

from datetime import date

import pytest

from fhir_matters.view.page import page_of

NOW = date(2026, 11, 25)
WEIGHING = "“The weekly weighing” is left out"


def gaps(data, today=NOW):
    return page_of(data, today=today).gaps


def test_a_departure_without_reason_agreement_or_end_is_asked_about(full):
    asked = [gap for gap in gaps(full) if WEIGHING in gap]
    assert asked == [
        f"Nobody has written down why {WEIGHING}. Who would know?",
        f"Nobody has written down with whom it is agreed that {WEIGHING}.",
        f"Nobody has written down until when {WEIGHING}. When do we look at it again?",
    ]
    assert not any("stairs" in gap for gap in gaps(full))


def test_how_it_went_is_asked_once_it_is_over_and_nobody_said(full):
    asked = "How did it go, that “Up in the chair from the first day” was done instead of Bed rest after a fall?"
    assert f"{asked} Nobody has written it down yet." in gaps(full)
    full["outcomes"]["seen-by-mo"]["of"] = "pump"
    assert not any(gap.startswith("How did it go") for gap in gaps(full))


@pytest.mark.parametrize(
    ("left_out", "asked"),
    [
        ("call_first", "If this happens: “a heavy bleed from the mouth”. Who would Noor like us to call first?"),
        (
            "steps",
            "If this happens: “a heavy bleed from the mouth”. What would we do? Nobody has written down the steps yet.",
        ),
    ],
)
def test_a_plan_without_a_first_call_or_steps_is_asked_about(full, left_out, asked):
    assert asked not in gaps(full)
    for name in ("at_home", "in_hospital") if left_out == "steps" else (left_out,):
        del full["plans"]["bleed"][name]
    assert asked in gaps(full)


def test_a_plan_that_is_over_is_not_asked_about(full):
    assert not any("another fall" in gap for gap in gaps(full))


def test_the_number_of_whom_to_call_is_asked_for(full):
    del full["colleagues"]["ed"]["phone"]
    assert "By which number is Ed Lowe to be reached?" in gaps(full)


def test_where_the_paper_is_kept_is_asked(full):
    assert not any(gap.startswith("Where is the paper") for gap in gaps(full))
    del full["legal"]["refusal"]["kept"]
    asked = "Where is the paper kept? (Refusal of treatment, made in advance: Refuses a feeding tube and a ventilator)"
    assert asked in gaps(full)


def test_whether_a_recording_may_be_shown_is_asked_where_nobody_said(full):
    del full["recordings"]["folder"]["showing"]
    asked = "Nobody has written down whether this may be shown, and to whom: The blue folder, open. Would Noor say?"
    assert asked in gaps(full)


def test_what_is_past_its_day_is_asked_again(full):
    del full["outcomes"]
    assert "Where to die: this was to be asked again by 1 August 2026. Does it still stand?" in gaps(full)
    assert "Worry: this held until 20 May 2026. Does it still stand?" in gaps(full)


@pytest.mark.parametrize(
    ("when", "asked"),
    [
        ("2026-07-31", True),
        ("2026-06", True),
        ("2026-07-31T23:00:00Z", True),
        ("2026-08-01", False),
        ("2026-08-01T09:00:00Z", False),
        ("2026-08", False),
        ("2026-09-01", False),
    ],
)
def test_what_they_said_still_stands_on_the_day_for_asking_or_later_is_not_asked_again(full, when, asked):
    del full["outcomes"]
    full["preferences"]["now"]["still_stands"] = [{"when": when}]
    assert any(gap.startswith("Where to die") for gap in gaps(full)) is asked


def test_what_was_to_be_looked_at_again_by_a_day_that_is_past_is_asked_about(full):
    del full["outcomes"]
    later = gaps(full, date(2027, 1, 1))
    assert "“The drip again?”: this was to be looked at again by June 2026." in later
    assert "CPR decision: Do not attempt CPR: this was to be looked at again by 1 December 2026." in later
    assert not any("looked at again" in gap for gap in gaps(full, date(2026, 6, 30)))


def test_a_plan_that_is_over_is_not_to_be_looked_at_again(full):
    del full["outcomes"]
    plan = "“a heavy bleed from the mouth”: this was to be looked at again by 30 November 2026."
    assert plan in gaps(full, date(2026, 12, 31))
    assert plan not in gaps(full, date(2027, 1, 1))


def test_once_it_is_written_down_where_it_was_in_the_end_nobody_is_asked_what_still_stands(full):
    asked = ("Does it still stand?", "looked at again")
    assert not any(gap.endswith(asked) or asked[1] in gap for gap in gaps(full, date(2027, 1, 1)))
    del full["outcomes"]["seen-by-ana"]["place"]
    assert any(gap.endswith(asked) for gap in gaps(full, date(2027, 1, 1)))


def test_only_worries_ask_for_what_is_strong(full):
    full["what_matters"] = {"alone": full["what_matters"]["alone"]}
    asked = "Worries are written down, and nothing yet of what is strong. What is Noor proud of?"
    assert asked in gaps(full)


def test_an_answer_without_words_is_no_word_of_their_own(full):
    full["what_matters"] = {"faith": full["what_matters"]["faith"]}
    assert "Nobody has written down what matters to Noor in her own words." in gaps(full)
