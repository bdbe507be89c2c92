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


def test_a_talk_says_of_what_there_are_words_from_it(full):
    del full["preferences"]["shoes"]
    (talk,) = page_of(full).talks
    assert talk.added == (
        "On record from it: Worry, Strength, Belief, Joy, If the heart stops (CPR), Where to die, a choice, "
        "what is done differently (2), a plan (2) and a recording"
    )


def test_what_was_entered_by_mistake_is_no_word_from_a_talk(noor):
    for section in ("what_matters", "preferences", "choices"):
        for part in noor[section].values():
            part["withdrawn"] = True
    assert page_of(noor).talks[0].added == "Not a word of it is on record."


def test_a_talk_of_which_nothing_was_kept_says_so_unless_it_was_not_wanted(noor):
    noor["conversations"] = _rounds("talked", "declined")
    assert [talk.added for talk in page_of(noor).talks] == ["Not a word of it is on record.", ""]


def test_that_nothing_was_kept_is_not_said_where_something_is_kept_from_the_reader(noor):
    noor["conversations"] = _rounds("talked", "talked", "talked")
    for shown in (page_of(noor, withheld=True), page_of(noor, for_team=False)):
        assert [talk.added for talk in shown.talks] == ["", "", ""]
        assert shown.loops[0].sentence.endswith("“Going home?”")


def test_asking_twice_is_no_loop(noor):
    noor["conversations"] = _rounds("talked", "talked")
    assert page_of(noor).loops == ()


def test_the_six_short_talks_of_art_are_seen(example):
    if example["id"] == "art":
        assert page_of(example).loops[0].sentence.startswith("Six talks, 1 hour in all, asked the same:")
    else:
        assert page_of(example).loops == ()
