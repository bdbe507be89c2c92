"""Every relational rule: a record that raises it, near misses, gentle words, and records of any shape."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_matters.issue import Report, Severity
from fhir_matters.lints.check import LINTS, check
from fhir_matters.records.forms import Kept
from fhir_matters.records.record import Record
from fhir_matters.rules import RULES
from tests.lints.cases import CASES, TODAY, asked_again, labelled, media, record, said, talk, wish
from tests.records.strategies import records

EXAMPLES = Path(__file__).parents[2] / "examples"
OURS = sorted(code for code in RULES if code.startswith("FM8"))
few = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def found(data: dict, day: str = TODAY) -> Report:
    return check(Record.model_validate(data), date.fromisoformat(day))


def places(report: Report, rule: str) -> list[str]:
    return [issue.path.expression for issue in report if issue.rule == rule]


def test_every_rule_has_a_case_and_a_function_of_its_own():
    raised = [
        {issue.rule for data, _, _ in CASES.values() for issue in lint(Record.model_validate(data), date(2026, 6, 1))}
        for lint in LINTS.values()
    ]
    assert sorted(CASES) == OURS == sorted(rule for rules in raised for rule in rules)


@pytest.mark.parametrize("rule", OURS)
def test_a_record_that_lacks_it_is_told_so_at_its_place(rule):
    data, expected, _ = CASES[rule]
    assert places(found(data), rule) == expected


@pytest.mark.parametrize("rule", OURS)
def test_a_near_miss_is_not(rule):
    assert [places(found(data), rule) for data in CASES[rule][2]] == [[] for _ in CASES[rule][2]]


@pytest.mark.parametrize("rule", OURS)
def test_findings_advise_and_never_fail(rule):
    report = found(CASES[rule][0])
    assert report.ok
    assert {issue.severity for issue in report} <= {Severity.WARNING, Severity.INFORMATION}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"deceasedDateTime": "2026-05-30"}, ["preferences.a"]),
        ({"deceasedBoolean": True}, ["preferences.a"]),
        ({"deceasedBoolean": False}, []),
        ({}, []),
    ],
)
def test_that_a_person_has_died_is_known_from_the_patient_that_others_wrote(said, expected):
    theirs = {
        "of": "person",
        "url": "https://example.org/fhir/Patient/1",
        "resource": {"resourceType": "Patient"} | said,
    }
    assert places(found(record(preferences={"a": wish()}, other=[theirs])), "FM861") == expected


def test_a_record_in_which_nothing_is_missing_has_no_findings():
    assert list(found(record())) == []


@pytest.mark.parametrize(
    "resource",
    [
        media(note=[{"text": "Pressure ulcers, week 3"}]),
        {"resourceType": "DocumentReference", "description": "Photo of the sore"},
        {"resourceType": "Observation", "code": {"text": "Wound photography"}},
        {
            "resourceType": "DocumentReference",
            "type": {"coding": [{"display": "Wound"}]},
            "content": [{"attachment": {"contentType": "image/png"}}],
        },
    ],
)
def test_a_picture_of_a_wound_is_known_by_what_it_says_of_itself(resource):
    assert places(found(record(other=[resource])), "FM801") == ["other[0].resource"]


def test_a_talk_about_the_photo_of_a_wound_asks_for_the_face_too():
    data = record(conversations={"a": talk("2026-05-01", None, topic="The weekly photo of the sore")})
    assert places(found(data), "FM801") == ["conversations.a.topic"]


def test_conditions_alone_are_only_what_is_wrong():
    assert places(found(record(other=[{"resourceType": "Condition"}])), "FM805") == ["other[0].resource"]


@pytest.mark.parametrize(
    ("code", "display"),
    [
        ("81362-6", "Preferred location for healthcare"),
        ("81343-6", "Care experience preference at end of life"),
        ("81337-8", "Mechanical ventilation preference"),
    ],
)
def test_wrong_names_of_codes_in_the_field_are_found_and_shown_only_as_values(code, display):
    (issue,) = found(labelled(code, display))
    assert (issue.rule, issue.found) == ("FM841", display)
    assert display not in issue.message


def test_a_loop_counts_the_talks_their_minutes_and_what_each_added():
    talks = {"c": talk("2026-05-03", minutes=None), "a": talk("2026-05-01"), "b": talk("2026-05-02")}
    matters = {"x": said(**{"in": "b"}), "y": said(**{"in": "b"})}
    loop, again = found(record(conversations=talks, what_matters=matters))
    assert loop.message == (
        "3 conversations asked the same, at least 20 minutes in all; 1 of the 2 after the first added nothing. "
        "Added, oldest first: a nothing, b 2, c nothing."
    )
    assert again.message == "The answer was on record before this was asked: what_matters.x, what_matters.y."


def test_a_talk_that_says_again_what_stands_is_not_for_nothing_but_one_that_says_something_else_leaves_it_asked_again():
    other = {"kind": "cpr", "words": "No.", "said_by": "person", "in": "second"}
    assert places(found(asked_again({}, heart=other)), "FM832") == ["conversations.second.asked"]


def test_what_has_been_replaced_is_history_and_left_alone():
    data = CASES["FM813"][0]
    again = data["choices"]["move"] | {"options": {"go": CASES["FM811"][2][0]["choices"]["move"]["options"]["stay"]}}
    assert places(found(data | {"choices": data["choices"] | {"later": again | {"replaces": "move"}}}), "FM813") == []


def example(name: str, day: str) -> list[tuple[str, str]]:
    report = check(Record.load(EXAMPLES / f"{name}.yaml"), date.fromisoformat(day))
    return [(issue.rule, issue.path.expression) for issue in report]


def test_arts_six_talks_are_a_loop():
    report = check(Record.load(EXAMPLES / "art.yaml"), date(2026, 3, 4))
    (loop,) = [issue for issue in report if issue.rule == "FM831"]
    assert loop.path.keys == ("conversations", "round-6")
    assert (
        "6 conversations asked the same, 60 minutes in all; all of the 5 after the first added nothing" in loop.message
    )


def test_the_findings_of_the_examples_are_those_of_their_stories():
    assert example("art", "2026-04-02") == [
        ("FM803", "conversations.round-1.unnamed"),
        ("FM831", "conversations.round-6"),
        ("FM821", "preferences.home.review_by"),
        ("FM822", "preferences.transfusion.valid_until"),
        ("FM821", "choices.where.look_again"),
        ("FM821", "plans.big-bleed.review_by"),
        ("FM821", "plans.bad-night.review_by"),
    ]
    assert example("barbara", "2026-11-20") == [("FM803", "conversations.photo-round.unnamed")]
    assert example("eirwen", "2026-01-20") == []
    assert example("farideh", "2026-05-20") == [("FM803", "conversations.clinic.unnamed")]


def strings(value: object) -> set[str]:
    """Every string in plain data that is long enough to be known again."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return {text for item in items for text in strings(item)} | (
        {value} if isinstance(value, str) and len(value) > 9 else set()
    )


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_no_message_repeats_what_anybody_said(file):
    kept = Record.load(file)
    private = strings(kept.model_dump(mode="json")) - set(kept.conversations)
    messages = " ".join(issue.message for issue in check(kept, date(2027, 1, 1)))
    assert [text for text in private if text in messages] == []


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["81363-4", "http://loinc.org", "image/png", "wound"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["coding", "system", "code", "display", "text", "bodySite", "contentType", "language"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
kinds = st.sampled_from(["Media", "Observation", "DocumentReference", "Condition", "Odd"])
odd = st.builds(
    lambda kind, rest: Kept(resource={**rest, "resourceType": kind}),
    kinds,
    st.dictionaries(st.sampled_from(["code", "bodySite", "language", "content"]), anything),
)


@few
@given(records(), st.lists(odd, max_size=2), st.dates())
def test_no_record_makes_a_check_fail_and_every_place_is_in_the_record(kept, others, today):
    kept = kept.model_copy(update={"other": tuple(others)})
    data = kept.model_dump(mode="json")
    for issue in check(kept, today):
        node = data
        for key in issue.path.keys:
            node = node[key]
        assert issue.path.expression
        assert issue.rule in RULES


def test_words_in_common_are_too_little_to_say_that_the_answer_was_on_record():
    talks = {"a": talk("2026-05-02", "Is the garden gate locked?")}
    matters = {"b": said("Sitting by the garden gate.", when="2026-05-01")}
    assert list(found(record(conversations=talks, what_matters=matters))) == []
