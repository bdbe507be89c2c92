"""Departures from protocol, and the sign that one is in force: what each reader finds where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fhir_matters.records.read import read
from fhir_matters.records.record import Record

BARBARA = Record.load(Path(__file__).parents[2] / "examples" / "barbara.yaml")
OWN = "https://w3id.org/fhir-matters"


def resource(bundle: dict[str, Any], place: str) -> dict[str, Any]:
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["identifier"][0]["value"] == place)


def departing(said: str, more: str = "") -> dict[str, Any]:
    return Record.loads(f"id: a\nperson: {{name: Ivy}}\ndepartures: {{d: {{protocol: P, {said}}}}}\n{more}").bundle()


def extensions(element: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [each for each in element["extension"] if each["url"] == f"{OWN}/StructureDefinition/{name}"]


def test_what_is_left_out_is_not_to_be_performed_and_what_is_done_instead_stands_beside_it() -> None:
    photo = resource(BARBARA.bundle(), "barbara/departures/weekly-photo")
    assert (photo["status"], photo["intent"], photo["doNotPerform"]) == ("active", "plan", True)
    assert photo["code"] == {"text": "The weekly photo of the sore, and the hoist for it"}
    assert extensions(photo, "instead")[0]["valueString"].startswith("Grace, and then Helen, looks")
    assert photo["occurrencePeriod"] == {"start": "2026-11-17", "end": "2026-12-15"}


def test_it_says_from_which_protocol_why_who_asked_and_who_agreed_and_on_what_it_rests() -> None:
    bundle = BARBARA.bundle()
    photo = resource(bundle, "barbara/departures/weekly-photo")
    addresses = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert extensions(photo, "departs-from")[0]["extension"] == [
        {"url": "name", "valueString": "A photograph of every pressure sore, every week"}
    ]
    assert [coding["code"] for coding in photo["reasonCode"][0]["coding"]] == ["PATOBJ", "they-object"]
    assert photo["reasonCode"][0]["text"].startswith("It hurts")
    assert photo["requester"]["display"] == "Barbara"
    agreed = [each["valueReference"]["display"] for each in extensions(photo, "agreed-by")]
    assert agreed == ["Barbara", "Ted Hartley", "Grace Mensah", "Yusuf Demir"]
    assert [addresses[each["reference"]] for each in photo["reasonReference"]] == ["Observation"] * 3
    assert addresses[extensions(photo, "agreed-in")[0]["valueReference"]["reference"]] == "Procedure"


def test_what_is_only_done_differently_is_no_prohibition() -> None:
    found = resource(departing("instead: Wash her sitting up"), "a/departures/d")
    assert "doNotPerform" not in found
    assert found["code"] == {"text": "Wash her sitting up"}
    assert extensions(found, "instead") == []


def test_a_reason_that_no_code_says_is_words_and_none_at_all_is_nothing() -> None:
    assert resource(departing("left_out: x, why: We forgot"), "a/departures/d")["reasonCode"] == [{"text": "We forgot"}]
    assert "reasonCode" not in resource(departing("left_out: x"), "a/departures/d")


def test_the_sign_names_the_protocol_and_what_is_left_out_where_alerts_are_read() -> None:
    sign = resource(BARBARA.bundle(), "barbara/departures/weekly-photo/flag")
    assert sign["status"] == "active"
    assert sign["category"][0]["coding"][0]["code"] == "advance-directive"
    assert sign["code"]["text"].startswith(
        "A photograph of every pressure sore, every week: left out: The weekly photo of the sore"
    )
    assert sign["period"]["end"] == "2026-12-15"


@pytest.mark.parametrize(
    ("said", "more", "status", "sign"),
    [
        ("left_out: x", "", "active", "active"),
        ("left_out: x, withdrawn: true", "", "entered-in-error", "entered-in-error"),
        ("left_out: x, until: 2026-03", "outcomes: {o: {of: d, honoured: no, said_by: person, when: 2026-04-01}}",
         "completed", "inactive"),
        ("left_out: x, until: 2026-03", "outcomes: {o: {of: d, honoured: no, said_by: person, when: 2026-03-31}}",
         "active", "active"),
    ],
)  # fmt: skip
def test_it_stands_unless_it_was_a_mistake_or_something_was_said_after_its_end(
    said: str, more: str, status: str, sign: str
) -> None:
    bundle = departing(said, more)
    assert resource(bundle, "a/departures/d")["status"] == status
    assert resource(bundle, "a/departures/d/flag")["status"] == sign


@pytest.mark.parametrize(("mistake", "status"), [("false", "revoked"), ("true", "active")])
def test_one_that_is_replaced_is_revoked_unless_that_was_a_mistake(mistake: str, status: str) -> None:
    text = f"""
    id: a
    person: {{name: Ivy}}
    departures:
      old: {{protocol: P, left_out: x}}
      new: {{protocol: P, left_out: y, replaces: old, withdrawn: {mistake}}}
    """
    bundle = Record.loads(text).bundle()
    assert resource(bundle, "a/departures/old")["status"] == status
    address = next(e["fullUrl"] for e in bundle["entry"] if e["resource"] == resource(bundle, "a/departures/old"))
    assert resource(bundle, "a/departures/new")["replaces"] == [{"reference": address}]


def test_a_beginning_that_could_be_after_the_end_is_kept_outside_the_period() -> None:
    bundle = departing("left_out: x, from: 2026-03, until: 2026-03-31")
    found = resource(bundle, "a/departures/d")
    assert found["occurrencePeriod"] == {"end": "2026-03-31"}
    assert extensions(found, "valid-from")[0]["valueDateTime"] == "2026-03"
    assert read(bundle).departures["d"].start == "2026-03"


def test_someone_of_theirs_may_ask_for_it_but_puts_up_no_sign() -> None:
    bundle = departing("left_out: x, asked_by: jo", "people: {jo: {name: Jo}}")
    assert resource(bundle, "a/departures/d")["requester"]["display"] == "Jo"
    assert "author" not in resource(bundle, "a/departures/d/flag")
