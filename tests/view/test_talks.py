"""The conversations on a line of time, and the loops in them."""

from __future__ import annotations

from fhir_matters.view.page import page_of
from fhir_matters.view.talks import loops_in


def _rounds(*answers):
    return {
        f"round-{day}": {"when": f"2026-02-0{day}", "minutes": 10, "asked": "Going home?", "answer": answer}
        for day, answer in enumerate(answers, 1)
    }


def test_talks_stand_in_the_order_of_time_and_the_undated_last(noor):
    noor["conversations"] = {"c": {}, "b": {"when": "2026-05"}, "a": {"when": "2024"}}
    assert [talk.when for talk in page_of(noor).talks] == ["2024", "May 2026", "no date written down"]


def test_a_talk_says_who_was_there_and_for_how_long(noor):
    noor["conversations"]["talk"]["unnamed"] = "a student"
    (talk,) = page_of(noor).talks
    assert talk.who == "Noor, Ana Aziz, Ed Lowe and a student"
    assert (talk.length, talk.clock, talk.share) == ("1 hour 5 minutes", "15:00", 1.0)


def test_a_question_asked_three_times_is_a_loop_and_says_what_is_kept_of_it(noor):
    noor["conversations"] = _rounds("talked", "talked", "not now")
    page = page_of(noor)
    assert [loop.sentence for loop in page.loops] == [
        "Three talks, 30 minutes in all, asked the same: “Going home?” Not a word of the answers is on record."
    ]
    assert [talk.again for talk in page.talks] == [False, True, True]
    assert page.talks[2].answer == "Not now, was the answer."


def test_a_loop_in_which_something_was_kept_is_not_called_silent(noor):
    noor["conversations"] = _rounds("talked", "talked", "talked")
    noor["what_matters"]["garden"]["in"] = "round-2"
    assert loops_in(noor)[0].sentence.endswith("“Going home?”")


def test_asking_twice_is_no_loop(noor):
    noor["conversations"] = _rounds("talked", "talked")
    assert page_of(noor).loops == ()


def test_the_six_short_talks_of_art_are_seen(example):
    if example["id"] == "art":
        assert page_of(example).loops[0].sentence.startswith("Six talks, 1 hour in all, asked the same:")
    else:
        assert page_of(example).loops == ()
