"""JSON with slips: read as it is meant, with each slip and its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fhir_matters import slips
from fhir_matters.errors import InputError

# A backspace and a form feed have escapes in JSON that FHIR's strings may not have.
TEXTS = some.text().map(lambda text: text.replace("\b", "").replace("\f", ""))
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | TEXTS,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_json_without_slips_is_read_as_json(value: Any) -> None:
    assert slips.read(json.dumps(value, indent=1)) == (value, [])


COMMA = "JSON_COMMA_MISSING"


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, [((), "JSON_COMMA_MISSING")]),
        ('{"a": {"b": 1,}}', {"a": {"b": 1}}, [(("a",), "JSON_COMMA_EXTRA")]),
        ('{"a": [1, 2,]}', {"a": [1, 2]}, [(("a",), "JSON_COMMA_EXTRA")]),
        ('{"a": [1 2]}', {"a": [1, 2]}, []),
        ('{"a": 1 "b": [{"c": 2, "d": 3}]}', {"a": 1, "b": [{"c": 2, "d": 3}]}, [((), COMMA), (("b", 0), COMMA)]),
        ('{"a": [{"b": 1} {"b": 2}]}', {"a": [{"b": 1}, {"b": 2}]}, [(("a", 1), COMMA)]),
        ('{"resourceType": A, "resourceType": B}', {"resourceType": "A"}, []),
        ("{a: 1}", {"a": 1}, [((), "JSON_PROPERTY_NO_QUOTES")]),
        ('{"a": male}', {"a": "male"}, [(("a",), "JSON_PROPERTY_VALUE_NO_QUOTES")]),
        ('{"a": 1, "a": 2}', {"a": 1}, [((), "DUPLICATE_JSON_PROPERTY_KEY")]),
        ('{"a": [ // x\n 1]}', {"a": [1]}, [(("a", 0), "JSON_COMMENTS_NOT_ALLOWED")]),
        ('{"a": 1 // last\n}', {"a": 1}, [((), "JSON_COMMENTS_NOT_ALLOWED")]),
        ('{"a": "// no comment", "b": "{,}"}', {"a": "// no comment", "b": "{,}"}, []),
    ],
)
def test_each_slip_is_told_where_it_is(text: str, value: Any, found: list[Any]) -> None:
    read, told = slips.read(text)
    assert read == value
    assert [(each.keys, each.message_id) for each in told] == found


def test_numbers_stay_as_they_are_spelt() -> None:
    value, _ = slips.read('{"a": 1.10, "b": -0, "c": 1e2,}')
    assert [str(each) for each in value.values()] == ["1.10", "-0", "1e2"]


@pytest.mark.parametrize(
    "text", ["", "{", '{"a"}', '{"a": }', "[1}", '{"a": "b', '"\\b"', '"\\x"', '{"a": 1}}', "[" * 5000, ",", "/*"]
)
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        slips.read(text)


def test_a_million_slips_are_told_up_to_a_thousand() -> None:
    _, told = slips.read("{" + '"a":1 ' * 200_000 + "}")
    assert len(told) == slips.MOST


@pytest.mark.parametrize("text", ["1.", "01", "-", "1e", "1-2", "-.5"])
def test_a_number_that_is_spelt_like_none_stays_as_it_is(text: str) -> None:
    value, told = slips.read(f'{{"a": {text}}}')
    assert isinstance(value["a"], slips.Misspelt)
    assert (value["a"], told) == (text, [])


@pytest.mark.parametrize(
    ("text", "value"),
    [(r'"a\ud800"', "a\ufffd"), ('"a\nb"', "a\nb"), (r'"\ud83d\ude00"', "\U0001f600"), (r'"\'"', "'")],
)
def test_strings_are_read_as_they_are_meant(text: str, value: str) -> None:
    read, told = slips.read(text)
    assert read == value
    assert all(each.slight for each in told)
