"""Where a value is in its text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.locate import located, positions
from fhir_matters.path import Path

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=25,
)
SPELLINGS = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 1, 4]),
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([(",", ":"), (" ,", " : ")]),
    }
)


def places(value: Any, keys: tuple = ()) -> list[tuple[tuple, Any]]:
    """Every value in the document with the steps to it."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(keys, value), *(place for key, item in steps for place in places(item, (*keys, key)))]


def at(text: str, position: tuple[int, int]) -> str:
    """The text from that line and column on."""
    line, column = position
    return "\n".join(text.split("\n")[line - 1 :])[column - 1 :]


@given(DOCUMENTS, SPELLINGS, TEXT.filter(lambda text: not text.strip()))
def test_the_text_at_the_position_is_the_value(document, spelling, before):
    text = before.strip() + json.dumps(document, **spelling)
    every = places(document)
    found = positions(text.encode(), [keys for keys, _ in every])
    for keys, value in every:
        assert json.JSONDecoder().raw_decode(at(text, found[keys]))[0] == value


@given(DOCUMENTS, st.lists(TEXT | st.integers(0, 5), max_size=5))
def test_a_place_that_is_not_there_is_found_at_the_nearest_value_around_it(document, steps):
    text = json.dumps(document)
    (position,) = positions(text.encode(), [tuple(steps)]).values()
    around = json.JSONDecoder().raw_decode(at(text, position))[0]
    assert any(value == around for _, value in places(document))


@given(st.binary(max_size=200), st.lists(st.tuples(TEXT | st.integers(0, 3)), max_size=3))
def test_bytes_that_are_no_json_do_no_harm(raw, paths):
    assert set(positions(raw, paths)) == set(paths)


def test_columns_count_characters_not_bytes():
    assert positions('{"naïve 🙂": 1}'.encode(), [("naïve 🙂",)]) == {("naïve 🙂",): (1, 13)}


def test_lines_end_with_a_line_feed_whether_or_not_a_carriage_return_comes_before():
    assert positions(b'{\r\n  "a": 1,\r\n  "b": 2\r\n}', [("a",), ("b",)]) == {("a",): (2, 8), ("b",): (3, 8)}


def test_the_first_of_two_equal_keys_counts():
    assert positions(b'{"a": 1, "a": 2}', [("a",)]) == {("a",): (1, 7)}


def test_a_primitive_that_has_only_an_extension_is_found_at_its_sibling():
    raw = b'{"birthDate": null, "_gender": {"id": "x"}, "given": ["a"], "_given": [null, {"id": "y"}]}'
    found = positions(raw, [("gender",), ("given", 1)])
    assert at(raw.decode(), found["gender",]).startswith('{"id": "x"}')
    assert at(raw.decode(), found["given", 1]).startswith('{"id": "y"}')


@pytest.mark.parametrize(
    "raw",
    [b"", b"[" * 100_000, b"]" * 10, b'"' + b'\\"' * 100_000, b'{"a":' * 50_000, b"\xff\xfe{\x00", b'{"a" "b" : 1,,}'],
    ids=["empty", "deep", "closed", "escapes", "objects", "utf-16", "malformed"],
)
def test_hostile_text_is_scanned_to_its_end_without_a_crash(raw):
    assert set(positions(raw, [(), ("a",), (0, 0, 0)])) == {(), ("a",), (0, 0, 0)}


def test_issues_of_a_line_of_many_get_their_place_in_the_file():
    issue = Issue("FM100", Severity.ERROR, "structure", "Unknown.", Path(("name", 0), "Patient.name[0]"))
    report = Report((issue, issue._replace(line=1, column=3)))
    placed = located(report, b'{"name": [{}]}', first_line=12)
    assert [(found.line, found.column) for found in placed] == [(12, 11), (12, 3)]


def test_a_report_without_issues_stays_as_it_is():
    assert located(Report(source="a.json"), b"not even JSON") == Report(source="a.json")


def test_a_number_with_more_digits_than_python_reads_is_passed_over():
    text = '{"a": %s, "b": [1, 2]}' % ("9" * 5000)
    assert at(text, positions(text.encode(), [("b", 1)])["b", 1]).startswith("2]")


def test_text_behind_the_last_wanted_value_is_not_looked_at():
    assert positions(b'{"a": 1, "b": ]', [("a",)]) == {("a",): (1, 7)}


def test_values_before_the_text_breaks_off_are_found():
    assert positions(b'{"a": 1, "b": [2, ', [("a",), ("b", 0), ("c",)]) == {
        ("a",): (1, 7),
        ("b", 0): (1, 16),
        ("c",): (1, 1),
    }
