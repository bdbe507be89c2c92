"""What a user may ask beyond FHIR, each off unless asked."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.asked import Options
from fhir_matters.validation.validator import Validator
from tests.validation.conftest import Own
from tests.validation.resources import OURS, bundle, entry, patient


def rules(resource: Any, **chosen: Any) -> list[tuple[str, str]]:
    judge = Validator(registry=core().with_layer(Own()), options=Options(**chosen))
    return [(issue.rule, issue.path.expression) for issue in judge.validate(resource).errors]


NAMED = patient(name=[{"text": "Bee <b onclick='x'>Bee</b>"}])
NOTED = {"resourceType": "Communication", "status": "completed", "note": [{"text": "worse <br/> today"}]}


def test_html_in_a_string_is_refused_where_security_is_asked_for() -> None:
    assert rules(NAMED, security=True) == [("FM220", "Patient.name[0].text")]
    assert rules(NAMED) == []
    assert rules(patient(name=[{"text": "a < b, b > c"}]), security=True) == []


def test_html_in_markdown_is_refused_where_plain_markdown_is_asked_for() -> None:
    assert rules(NOTED, plain_markdown=True) == [("FM220", "Communication.note[0].text")]
    assert rules(NOTED) == []
    linked = {**NOTED, "note": [{"text": "see <https://example.org> or <a@example.org>, if 3 < 4"}]}
    assert rules(linked, plain_markdown=True) == []


def test_an_experimental_definition_is_refused_where_only_final_ones_are_wanted() -> None:
    draft = {"resourceType": "ValueSet", "status": "draft", "experimental": True}
    assert rules(draft, final=True) == [("FM902", "ValueSet")]
    assert rules({**draft, "experimental": False}, final=True) == rules(draft) == []


@pytest.mark.parametrize(("place", "wrong"), [("Patient", {0, 2}), ("Patient:1", {2}), ("0", {0}), ("Person", set())])
def test_a_profile_is_asked_of_entries_by_their_place(place: str, wrong: set[int]) -> None:
    whole = bundle("collection", entry(1), entry(2, {"resourceType": "Basic", "code": {"text": "x"}}), entry(3))
    found = rules(whole, entries=((place, OURS + "one-name"),))
    assert {int(expression[13]) for rule, expression in found} == wrong
    assert {rule for rule, _ in found} <= {"FM108"}


def test_comments_pass_where_they_are_let_pass() -> None:
    text = '{ // about\n "resourceType": "Patient", /* more */ "active": true}'
    assert {rule for rule, _ in rules(text)} == {"FM008"}
    assert rules(text, comments=True) == []
