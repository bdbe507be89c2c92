"""The page of the agreement is that of the numbers beside it, and of the rules as they are."""

from __future__ import annotations

import json

from fhir_matters.rules import RULES
from tests.conformance import page


def test_the_page_is_made_of_the_numbers():
    numbers = json.loads(page.NUMBERS.read_bytes())
    assert page.PAGE.read_text(encoding="utf-8") == page.page(numbers), "run python -m tests.conformance.page"


def test_the_numbers_are_those_of_every_instrument():
    numbers = json.loads(page.NUMBERS.read_bytes())
    assert numbers["cases"]["all"]["n"] > 300
    assert {"R4", "US Core 6.1.0", "US Core 8.0.0", "IPS 1.1.0", "UK Core 1.2.0", "AU PS 1.0.0"} <= set(
        numbers["contexts"]
    )
    assert all(each["plain"]["n"] and each["mutants"]["n"] for each in numbers["contexts"].values())
    assert numbers["fhirpath"]["as R4 has them"][0] > 100


def test_everything_that_may_stay_open_is_on_the_page():
    text = page.PAGE.read_text(encoding="utf-8")
    assert [rule.code for rule in RULES.values() if rule.undecided and f"**{rule.code}**" not in text] == []
