"""The page about other guides is that of the numbers, and the numbers are those of the examples."""

from __future__ import annotations

import json

import pytest

from fhir_matters.records import codes
from fhir_matters.records.guides.profiles import PROFILES
from tests.profiles.guides import GUIDES, PROOFS, counted, examples, known
from tests.profiles.guides_page import COLUMNS, PAGE, main, page

PROVED = json.loads(PROOFS.read_bytes())


def test_the_page_is_current():
    assert main(["--check"]) == 0
    assert page(PROVED) == PAGE.read_text()


@pytest.mark.parametrize("name", GUIDES)
def test_what_the_examples_claim_is_on_the_page(shared, name):
    guide = GUIDES[name]
    now = counted(guide, examples().values(), known(guide, shared))
    assert PROVED["runs"][name]["examples"] == now, "count anew: python -m tests.profiles.guides_page"


def test_every_profile_that_may_be_claimed_is_proved_by_a_run(shared):
    proved = {url for name in GUIDES for url in known(GUIDES[name], shared)}
    assert proved == {profile.url for profile in PROFILES}
    assert sorted(name for names in COLUMNS.values() for name in names) == sorted(GUIDES)


def test_every_profile_of_ours_is_a_row():
    ours = {url for name, url in vars(codes).items() if name.startswith("PROFILE_")} - {codes.PROFILE_DOCUMENT}
    assert ours <= set(PROVED["runs"]["R4"]["examples"])
