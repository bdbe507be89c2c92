"""A wrong form says what is wrong, in its own words, and never repeats what somebody said."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from fhir_matters.errors import RecordError
from fhir_matters.records.forms import Person
from fhir_matters.records.forms.values import Name
from fhir_matters.records.record import Record

HEAD = """person: {name: Ivy}
people: {daniel: {name: Daniel}, bess: {who: the dog}}
colleagues: {jo: {name: Jo}}
conversations: {talk: {when: 2026-03-03}}
"""


def _problems(text: str) -> tuple[str, ...]:
    with pytest.raises(RecordError) as failed:
        Record.loads(HEAD + text)
    return tuple(problem.partition(" ")[2] for problem in failed.value.problems)


@pytest.mark.parametrize(
    ("preference", "said"),
    [
        ("{kind: cpr}", "preferences.a: a preference has words or a wish, or an answer that says why there is none"),
        ("{kind: cpr, wish: x, answer: undecided}", "preferences.a: a wish is an answer; leave out wish, or "),
        ("{kind: cpr, wish: x, treatment: y}", "preferences.a: treatment says which treatment: it goes with the kind "),
        ("{kind: cpr, wish: x, valid_from: 2026, valid_until: 2025-12}", "preferences.a: valid_from is after "),
        (
            "{kind: cpr, wish: x, valid_from: 2026-01-01T12:00:00+01:00, valid_until: 2026-01-01T10:59:00Z}",
            "preferences.a: valid_from is after valid_until",
        ),
        ("{kind: cprr, wish: x}", "preferences.a.kind: expected one of 'care experience', 'treatment', "),
        ("{wish: x}", "preferences.a.kind: this is needed and is not there"),
        ("{kind: cpr, words: ' '}", "preferences.a.words: expected words, found blanks only"),
        ('{kind: cpr, words: "\\ufeff \\ufeff"}', "preferences.a.words: expected words, found blanks only"),
        ("{kind: cpr, words: true}", "preferences.a.words: expected words"),
        ("{kind: cpr, words: [x]}", "preferences.a.words: expected words"),
        ("{kind: cpr, wish: x, when: tomorrow}", "preferences.a.when: expected a date such as 2026-03-03 or "),
        ("{kind: cpr, wish: x, when: 2026-03-03T10:00}", "preferences.a.when: expected a date such as 2026-03-03 or "),
        ("{kind: cpr, wish: x, review_by: 2026-02-29}", "preferences.a.review_by: that month has no such day"),
        ("{kind: cpr, wish: x, review_by: soon}", "preferences.a.review_by: expected a date such as 2026-03-03, "),
        ("{kind: cpr, wish: x, withdrawn: maybe}", "preferences.a.withdrawn: expected true or false"),
        ("{kind: cpr, wish: x, language: english!}", "preferences.a.language: expected a language such as en-GB"),
        ('{kind: cpr, words: "a\\u0007b"}', "preferences.a.words: the character U+0007 cannot be kept, "),
        ('{kind: cpr, words: "a\\uffffb"}', "preferences.a.words: the character U+FFFF cannot be kept, "),
        ("{kind: cpr, wish: x, said_by: danyel}", "preferences.a.said_by: there is no 'danyel' in this record; did "),
        ("{kind: cpr, wish: x, said_by: talk}", "preferences.a.said_by: 'talk' is a conversation; this must be the "),
        ("{kind: cpr, wish: x, in: jo}", "preferences.a.in: 'jo' is a colleague; this must be a conversation"),
        ("{kind: cpr, wish: x, in: zzz}", "preferences.a.in: there is no 'zzz' in this record (a conversation)"),
        ("{kind: cpr, wish: x, replaces: a}", "preferences.a.replaces: this replaces itself in the end"),
        ("{kind: cpr, wish: x, replaces: talk}", "preferences.a.replaces: 'talk' is a conversation; this must be "),
        ("{kind: cpr, wish: x, still_stands: [{when: 2026, to: no}]}", "preferences.a.still_stands.0.to: there is no"),
        ("{kind: cpr, wish: x, still_stands: {when: 2026}}", "preferences.a.still_stands: expected a list"),
        ("home", "preferences.a: expected fields, each with its name and a colon"),
        ("{kind: cpr, wish: x, onlyif: y}", 'preferences.a.onlyif: this form has no field "onlyif"; did you mean "on'),
    ],
)
def test_what_is_wrong_with_a_preference_is_said_at_its_place(preference: str, said: str) -> None:
    (problem,) = _problems(f"preferences: {{a: {preference}}}")
    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("options: {}", "choices.c.options: at least one is needed"),
        ("options: {a: {what: x}}, decided: {option: b, words: y, by: person}", "choices.c.decided.option: 'b' is "),
        ("options: {A: {what: x}}", "choices.c.options.A: a key has small letters"),
        ("options: {a: {what: x}}, rests_on: [daniel]", "choices.c.rests_on.0: 'daniel' is someone; this must be what"),
        ("options: {a: {what: x}}, rests_on: [c]", "choices.c.rests_on: a choice does not rest on itself"),
        (
            "options: {a: {what: x}}, decided: {option: a, words: y, by: nobody}",
            "choices.c.decided.by: there is no 'nobody'",
        ),
        ("options: {a: {what: x}}, decided: {words: y, by: person}", "choices.c.decided: a decision names the "),
        (
            "options: {a: {what: x}}, decided: {option: a, none_of_these: true, words: y, by: person}",
            "choices.c.decided: a decision names the option that was chosen, or says none_of_these",
        ),
        ("options: {a: {what: x}}, reservations: [{words: y, by: z}]", "choices.c.reservations.0.by: there is no 'z'"),
    ],
)
def test_what_is_wrong_with_a_choice_is_said_at_its_place(choice: str, said: str) -> None:
    (problem,) = _problems(f"choices: {{c: {{question: q, {choice}}}}}")
    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("consideration", "place", "said"),
    [
        ("for: a, against: b, domain: social", "", "a consideration speaks either for the option or against it"),
        ("domain: social", "", "a consideration speaks either"),
        ("for: a, domain: money", ".domain", "expected one of 'techno-clinical', 'psychological', 'social' or "),
        ("for: a, domain: social, weight: {number: 9}", ".weight", "a number goes with the scale that it is on"),
        ("for: a, domain: social, weight: {scale: 9}", ".weight", "a weight has words, or a number and its scale"),
        ("for: a, domain: social, weight: {number: nine, scale: s}", ".weight.number", "expected a number"),
        ("for: a, domain: social, weight: {number: .nan, scale: s}", ".weight.number", "expected a number"),
        (
            "for: a, domain: social, weight: {number: 1234567890123456789, scale: s}",
            ".weight.number",
            "this number has more digits than can be kept (18)",
        ),
        ("for: a, domain: social, likelihood: {over: x}", ".likelihood", "a likelihood has words, or low and high"),
        ("for: a, domain: social, likelihood: {low: 0.3, high: 0.2}", ".likelihood", "low is higher than high"),
        (
            "for: a, domain: social, likelihood: {low: 5}",
            ".likelihood.low",
            "expected a number less than or equal to 1",
        ),
        (
            "for: a, domain: social, likelihood: {lo: 0}",
            ".likelihood.lo",
            'this form has no field "lo"; did you mean "lo',
        ),
        ("for: a, domain: social, raised_by: x", ".raised_by", "there is no 'x' in this record"),
    ],
)
def test_what_is_wrong_with_a_consideration_is_said_at_its_place(consideration: str, place: str, said: str) -> None:
    (problem,) = _problems(
        f"choices: {{c: {{question: q, options: {{a: {{what: w, considerations: [{{{consideration}}}]}}}}}}}}"
    )
    assert problem.startswith(f"choices.c.options.a.considerations.0{place}: {said}")


def test_a_misspelt_field_is_a_mistake_even_when_it_is_empty() -> None:
    (problem,) = _problems("poeple:")
    assert problem == 'poeple: this form has no field "poeple"; did you mean "people"?'


def test_a_tab_is_called_by_its_name() -> None:
    with pytest.raises(RecordError, match="blanks, not with tabs"):
        Record.loads("person:\n\tname: Ivy")


def test_a_key_is_used_once_in_a_record() -> None:
    (problem,) = _problems("what_matters: {jo: {words: x, said_by: person}}")
    assert problem == "what_matters.jo: this key is already used under colleagues; give it another"


def test_nobody_else_is_the_person() -> None:
    with pytest.raises(RecordError, match=r"people.person: this key is already used under person"):
        Record.loads("person: {name: Ivy}\npeople: {person: {name: Eve}}")


def test_a_circle_of_changed_minds_is_found() -> None:
    text = "preferences: {a: {kind: cpr, wish: x, replaces: b}, b: {kind: cpr, wish: x, replaces: a}}"
    assert len(_problems(text)) == 2


@pytest.mark.parametrize("someone", ["{relation: my son}", "{name: Daniel, who: my son}"])
def test_someone_has_a_name_or_is_known_otherwise(someone: str) -> None:
    with pytest.raises(RecordError, match="either a name, or a who"):
        Record.loads(f"person: {{name: Ivy}}\npeople: {{a: {someone}}}")


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    problems = _problems("preferences: {a: {kind: x}, b: {kind: y}}\nwhat_matters: {c: {words: z}}")
    assert [problem.partition(":")[0] for problem in problems] == [
        "preferences.a.kind",
        "preferences.b.kind",
        "what_matters.c.said_by",
    ]


def test_no_mistake_repeats_what_was_said() -> None:
    secret = "Xylophone"
    text = (
        f"preferences: {{a: {{kind: {secret}, words: [{secret}], when: {secret}, {secret.lower()}: {secret}, in: 3}}}}"
    )
    with pytest.raises(RecordError) as failed:
        Record.loads(HEAD + text)
    assert secret not in str(failed.value)


def test_a_record_made_in_python_says_the_same() -> None:
    with pytest.raises(ValidationError, match="there is no 'nobody' in this record"):
        Record.model_validate(
            {"person": Person(name=Name(text="Ivy")), "what_matters": {"a": {"words": "tea", "said_by": "nobody"}}}
        )


@pytest.mark.parametrize("text", ["", "[]", "Ivy", "3", "null", "# nothing"])
def test_a_file_that_is_no_record_says_what_was_expected(text: str) -> None:
    with pytest.raises(RecordError, match="expected fields"):
        Record.loads(text)


def test_a_section_with_nothing_below_its_heading_is_empty():
    sections = ("people", "colleagues", "conversations", "what_matters", "preferences", "choices", "other")
    empty = Record.loads("person: {name: Ivy}\n" + "".join(f"{section}:\n" for section in sections))
    assert empty == Record.loads("person: {name: Ivy}\n")
