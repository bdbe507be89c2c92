"""Decisions that bind by law: what, by whom, where the paper is, and beside which wish."""

from __future__ import annotations

import base64
from datetime import date

import pytest
from lxml import html as lxml_html

from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from fhir_matters.view.text import text
from tests.view.noor import PIXEL

NOW = date(2026, 11, 25)


def alone(data, today=NOW):
    return {decision.key: decision for decision in page_of(data, today=today).legal}


def test_a_decision_stands_beside_the_wish_that_it_puts_into_law(full):
    page = page_of(full, today=NOW)
    (heart,) = [wish for wish in page.preferences if wish.kind == "cpr"]
    (decision,) = heart.legal
    assert (decision.kind, decision.what) == ("CPR decision", "Do not attempt CPR")
    assert decision.paper == "the yellow folder by the door"
    assert decision.source == "Made by Mo Hart, 3 May 2026, agreed with Ana Aziz"
    assert decision.details == ("Look at it again by 1 December 2026",)
    assert decision.document.sort == "picture"
    assert "dnacpr" not in {one.key for one in page.legal}


def test_a_decision_whose_wish_was_taken_back_stands_by_itself(full):
    full["preferences"]["heart"]["withdrawn"] = True
    assert alone(full)["dnacpr"].what == "Do not attempt CPR"


def test_a_decision_that_rests_on_what_matters_alone_stands_by_itself_once(full):
    full["legal"]["dnacpr"]["rests_on"] = ["garden"]
    shown = page_of(full, today=NOW)
    assert "dnacpr" in {decision.key for decision in shown.legal}
    for page in (html(shown).decode(), text(shown)):
        assert page.count("Do not attempt CPR") == 1


@pytest.mark.parametrize(("attempt", "said"), [(True, "Attempt CPR"), (False, "Do not attempt CPR")])
def test_cpr_is_said_in_so_many_words(full, attempt, said):
    full["preferences"].pop("heart")
    full["legal"]["dnacpr"]["attempt_cpr"] = attempt
    assert alone(full)["dnacpr"].what == said


def test_an_attorney_is_named_with_powers_and_number(full):
    attorney = alone(full)["attorney"]
    assert (attorney.kind, attorney.what) == ("Lasting power of attorney", "Ana Aziz may decide")
    assert attorney.details == ("Power: treatment, life-sustaining too",)
    assert attorney.paper == "registered as 7000-1234 (attorneys.example)"
    assert attorney.source == "Made by Noor herself, March 2024, witnessed by Iris Cole"


def test_a_refusal_says_which_treatments_and_when_it_applies(full):
    refusal = alone(full)["refusal"]
    assert refusal.what == "Refuses a feeding tube and a ventilator"
    assert refusal.details == ("Applies: I no longer know Ana", "Even if life is at risk")
    full["legal"]["refusal"]["even_if_life_at_risk"] = False
    assert alone(full)["refusal"].details[1] == "Not where life is at risk"


def test_what_no_longer_stands_is_folded_away_and_says_so(full):
    full["legal"]["refusal"] |= {"valid_from": "2024-03", "valid_until": "2026-01-31"}
    assert alone(full)["refusal"].ended
    assert alone(full)["refusal"].details[-1] == "Stands from March 2024 until 31 January 2026"
    shown = html(page_of(full, today=NOW)).decode()
    assert shown.index("Refuses a feeding tube") > shown.index('id="over"')


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (
            {"when": "2026-10-02", "by": "person", "why": "I know Sam now."},
            "Taken back on 2 October 2026 by Noor herself: “I know Sam now.”",
        ),
        ({"when": "2026-10", "by": "ana"}, "Taken back in October 2026 by Ana Aziz"),
        ({"when": "2026-10-02T10:00:00Z"}, "Ended on 2 October 2026"),
        ({"why": "The court said so."}, "Ended: “The court said so.”"),
        ({}, ""),
    ],
)
def test_what_was_taken_back_says_when_by_whom_and_why_and_never_seems_to_stand(full, ended, said):
    full["legal"]["attorney"] |= {"ended": ended, "valid_until": "2030"}
    page = page_of(full, today=NOW)
    assert (alone(full)["attorney"].ended, alone(full)["attorney"].taken_back) == (True, said)
    assert all("lasting power of attorney" not in who.roles for who in (*page.people, *page.call))
    shown, lines = html(page).decode(), text(page)
    assert shown.index("Ana Aziz may decide") > shown.index('id="over"')
    assert "Lasting power of attorney: Ana Aziz may decide (this no longer stands)" in lines
    assert said in shown
    assert said in lines


def test_a_decision_against_cpr_that_was_taken_back_is_struck_out_beside_the_wish(full):
    full["legal"]["dnacpr"]["ended"] = {"when": "2026-10-02", "by": "mo"}
    (heart,) = [wish for wish in page_of(full, today=NOW).preferences if wish.kind == "cpr"]
    assert heart.legal[0].ended
    card = lxml_html.fromstring(html(page_of(full, today=NOW)).decode()).xpath("//div[@class='legal ended']")
    assert [part.text_content() for part in card[0][:3]] == [
        "CPR decision",
        "This no longer stands.",
        "Taken back on 2 October 2026 by Mo Hart",
    ]


def test_an_attorney_whose_day_is_past_has_no_power_now(full):
    full["legal"]["attorney"]["valid_until"] = "2026-10-01"
    assert all("lasting power of attorney" not in who.roles for who in page_of(full, today=NOW).people)


def test_an_attorney_of_before_has_no_power_now(full):
    full["legal"]["anew"] = {"kind": "lasting power of attorney", "agents": ["sam"], "replaces": "attorney"}
    roles = {who.name: who.roles for who in page_of(full, today=NOW).people}
    assert "lasting power of attorney" in roles["Sam Aziz"]
    assert "lasting power of attorney" not in roles["Ana Aziz"]
    assert [earlier.what for earlier in alone(full)["anew"].earlier] == ["Ana Aziz may decide"]


def test_a_paper_that_is_no_paper_is_not_shown(full):
    full["legal"]["attorney"]["document"]["content_type"] = "image/png"
    assert alone(full)["attorney"].document is None


def test_a_picture_of_the_paper_is_folded_away_and_only_named_where_it_is_large(full):
    def shown():
        return html(page_of(full, today=NOW)).decode()

    assert "See the paper" in shown()
    heavy = base64.b64decode(PIXEL) + bytes(3_000_000)
    full["legal"]["dnacpr"]["document"]["data"] = base64.b64encode(heavy).decode()
    assert "See the paper" not in shown()
    assert "A copy (picture, 3 MB) is in the record." in shown()
    assert len(shown()) < 100_000
