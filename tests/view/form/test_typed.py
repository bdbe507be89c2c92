"""What people type as an answer, and what is understood of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.view.form.questions import Item, Option
from fhir_matters.view.form.typed import Slip, answers_of, shown, text_of

NOW = datetime(2026, 3, 3, 14, 5, 9, tzinfo=UTC)
PLACES = (Option("s", "home", "At home"), Option("s", "hospice", "Hospice"))


def item(kind: str, **more) -> Item:
    return Item("q", "A question", kind, **more)


def value(kind: str, text: str, now: datetime = NOW):
    (answer,) = answers_of(item(kind, options=PLACES), [text], now)
    (found,) = answer.values()
    return found


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1934-05-17", "1934-05-17"),
        ("1934-05", "1934-05"),
        (" 1934 ", "1934"),
        ("17 May 1934", "1934-05-17"),
        ("the 1st", None),
        ("1st February 2026", "2026-02-01"),
        ("3 Sept. 2026", "2026-09-03"),
        ("may 1934", "1934-05"),
        ("today", "2026-03-03"),
        ("Yesterday", "2026-03-02"),
        ("29 Feb 2024", "2024-02-29"),
        ("29 Feb 2025", None),
        ("2026-13-01", None),
        ("3/4/2026", None),
        ("3 Ju 2026", None),
        ("ma 2026", None),
        ("99999", None),
        ("0000", None),
        ("١٩٣٤", None),
    ],
)
def test_a_date_may_be_written_as_people_write_it_and_is_never_guessed(text, date):
    if date is None:
        with pytest.raises(Slip, match="17 May 1934"):
            value("date", text)
    else:
        assert value("date", text) == date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-03", "2026-03-03"),
        ("2026-03-03 14:00", "2026-03-03T14:00:00+01:00"),
        ("3 March 2026 at 9.30", "2026-03-03T09:30:00+01:00"),
        ("today 7:05", "2026-03-03T07:05:00+01:00"),
        ("now", "2026-03-03T15:05:09+01:00"),
        ("2026-03-03T14:00:00Z", "2026-03-03T14:00:00Z"),
        ("2026-03-03T14:00:00.250-05:00", "2026-03-03T14:00:00.250-05:00"),
        ("March 2026 14:00", None),
        ("2026-03-03 24:00", None),
        ("2026-03-03 9:75", None),
        ("14:00", None),
    ],
)
def test_a_time_without_a_zone_is_of_the_clock_on_the_wall(text, moment):
    now = NOW.astimezone(timezone(timedelta(hours=1)))
    if moment is None:
        with pytest.raises(Slip):
            value("dateTime", text, now)
    else:
        assert value("dateTime", text, now) == moment


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("boolean", "Yes", True),
        ("boolean", "false", False),
        ("integer", " 45 ", 45),
        ("decimal", "1.50", Decimal("1.50")),
        ("decimal", "0,25", Decimal("0.25")),
        ("choice", "at home", {"system": "s", "code": "home", "display": "At home"}),
        ("open-choice", "hospice", {"system": "s", "code": "hospice", "display": "Hospice"}),
        ("open-choice", "On the boat", "On the boat"),
        ("text", "One\n two ", "One\n two "),
        ("attachment", "data:image/png;base64,aGk=", {"data": "aGk="}),
    ],
)
def test_each_kind_of_question_understands_its_answers(kind, text, found):
    assert value(kind, text) == found


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("boolean", ["perhaps"]),
        ("integer", ["3.5"]),
        ("integer", ["9" * 40]),
        ("decimal", ["1/2"]),
        ("decimal", ["NaN"]),
        ("choice", ["elsewhere"]),
        ("open-choice", ["home", "On the boat"]),
        ("text", ["One", "two"]),
        ("text", ["a\x00b"]),
        ("string", ["\ud800"]),
        ("attachment", ["data:image/png;base64,@@"]),
        ("attachment", ["/etc/passwd"]),
    ],
)
def test_what_is_not_understood_is_refused_with_what_would_be(kind, texts):
    with pytest.raises(Slip, match=r"^[A-Z].+\.$"):
        answers_of(item(kind, options=PLACES), texts, NOW)


@pytest.mark.parametrize("kind", ["text", "date", "boolean", "choice", "open-choice", "decimal", "attachment"])
def test_blanks_are_no_answer(kind):
    assert answers_of(item(kind), ["", " \n\t"], NOW) == []


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_words_are_kept_to_the_letter(words):
    answers = answers_of(item("text"), [words], NOW)
    assert [text_of(item("text"), each) for each in answers] == ([words] if words.strip() else [])


def test_what_was_typed_is_read_as_the_words_of_the_option():
    assert [shown(item("choice", options=PLACES), text) for text in ("home", "boat")] == ["At home", "boat"]
    assert shown(item("boolean"), "true") == "yes"
