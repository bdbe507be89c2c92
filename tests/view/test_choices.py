"""Choices: options side by side, what speaks for and against, and no sums."""

from __future__ import annotations

import pytest

from fhir_matters.view.page import page_of


@pytest.fixture
def drip(noor):
    return page_of(noor).choices[0]


def test_options_keep_their_order_and_one_is_chosen(drip):
    assert [(one.what, one.chosen, one.as_things_are) for one in drip.options] == [
        ("Have it", False, False),
        ("Leave it", True, True),
    ]


def test_a_consideration_carries_its_domain_weight_chance_and_who_raised_it(drip):
    (dizzy,) = drip.options[0].speaks_for
    assert (dizzy.domain, dizzy.raised_by, dizzy.tipped_it) == ("techno-clinical", "Ed Lowe", False)
    assert dizzy.weight == "some, 2.5 (0 to 10)"
    assert dizzy.bar == 0.25
    assert dizzy.likelihood == "perhaps, between 20 and 40 in 100, says Ed Lowe"


def test_no_domain_ranks_above_another(noor):
    domains = ["techno-clinical", "spiritual", "social", "psychological"]
    noor["choices"]["drip"]["options"]["yes"]["considerations"] = [{"for": "x", "domain": name} for name in domains]
    assert [one.domain for one in page_of(noor).choices[0].options[0].speaks_for] == sorted(domains)


def test_the_decision_is_in_their_words_and_says_with_whom(drip):
    assert drip.decided == "No more."
    assert drip.decided_by == "Noor herself, together with Ana Aziz"
    assert drip.tipped == ("A day gone",)
    assert drip.reservations == (("I had hoped.", "Ana Aziz"),)


def test_it_rests_on_what_was_said_in_their_words(drip, noor):
    assert [words.text for words in drip.rests_on] == ["Beans in by June."]
    noor["what_matters"]["garden"]["withdrawn"] = True
    assert page_of(noor).choices[0].rests_on == ()


def test_a_domain_that_nobody_spoke_of_is_noticed(drip):
    assert drip.notes == ("Look again: June 2026", "Nothing psychological or spiritual has been weighed here yet")


def test_while_weighing_nothing_is_decided(noor):
    del noor["choices"]["drip"]["decided"]
    choice = page_of(noor).choices[0]
    assert choice.decided == ""
    assert not any(option.chosen for option in choice.options)


def test_an_earlier_choice_stands_behind_the_new_one(noor):
    noor["choices"]["again"] = noor["choices"]["drip"] | {"replaces": "drip", "question": "And now?"}
    (choice,) = page_of(noor).choices
    assert (choice.question, [earlier.question for earlier in choice.earlier]) == ("And now?", ["The drip again?"])
