"""Matchetypes: a resource against a pattern that says what must be there, what may, and what sort of value."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.matchetype import differences

TOOLS = "http://hl7.org/fhir/tools/StructureDefinition/matchetype"


def told(pattern: dict[str, Any], resource: dict[str, Any], *instructions: dict[str, Any]) -> list[str]:
    return [each.place for each in differences({"extension": list(instructions), **pattern}, resource)]


def instruction(name: str, **value: Any) -> dict[str, Any]:
    return {"url": TOOLS + name, **value}


PARTIAL = instruction("", valueCode="partial")
MAY = {"extension": [instruction("-optional", valueBoolean=True)]}


@pytest.mark.parametrize(
    ("pattern", "resource", "places"),
    [
        ({"a": "x"}, {"a": "x"}, []),
        ({"a": "x"}, {"a": "y"}, ["$.a"]),
        ({"a": "x"}, {}, ["$"]),
        ({"a": "x"}, {"a": "x", "b": "y"}, ["$"]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["$.a.b"]),
        ({"a": {"b": 1}}, {"a": "b"}, ["$.a"]),
        ({"a": ["x", "y"]}, {"a": ["x"]}, ["$.a", "$.a"]),
        ({"a": ["x"]}, {"a": ["y"]}, ["$.a"]),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, ["$.a.b"]),
        ({"a": [{"b": "x"}, {"b": "y"}]}, {"a": [{"b": "x"}, {"b": "z"}]}, ["$.a[1].b", "$.a"]),
        ({"a": "x", "_a": MAY}, {"a": "x"}, []),
        ({"a": "x"}, {"a": "x", "_a": {"id": "1"}}, ["$.a"]),
        ({"text": {"div": "<div>a</div>"}}, {"text": {"div": "<div>b</div>"}}, []),
        ({"a": ["x"]}, {"a": ["x", "y"]}, ["$.a", "$.a"]),
        ({"a": [{"b": "x"}, {**MAY, "b": "y"}, {"b": "z"}]}, {"a": [{"b": "x"}, {"b": "z"}]}, []),
        ({"a": [{"b": "x"}, {**MAY, "b": "y"}]}, {"a": [{"b": "x"}, {"b": "other"}]}, ["$.a"]),
        ({"a": [{**MAY, "b": "y"}]}, {}, []),
        ({"a": True}, {"a": 1}, ["$.a"]),
    ],
)
def test_a_pattern_is_met_or_the_place_is_named(pattern: Any, resource: Any, places: list[str]) -> None:
    assert told(pattern, resource) == places


def test_more_may_be_there_where_the_pattern_is_partial() -> None:
    assert told({"a": ["x"]}, {"a": ["x", "y"], "b": "z"}, PARTIAL) == []


def test_items_of_a_partial_pattern_are_found_among_others_in_their_order() -> None:
    assert told({"a": ["x", "z"]}, {"a": ["w", "x", "y", "z"]}, PARTIAL) == []
    assert told({"a": ["z", "x"]}, {"a": ["w", "x", "y", "z"]}, PARTIAL) == ["$.a"]


def test_names_may_be_absent_lists_counted_and_put_in_order() -> None:
    assert told({"id": "p"}, {}, instruction("-optional", valueString="id,text")) == []
    counted = instruction("-count", valueString="a")
    assert told({"a": ["x", "y"]}, {"a": ["1", "2"]}, counted) == []
    assert told({"a": ["x", "y"]}, {"a": ["1"]}, counted) == ["$.a"]
    by = [{"url": "element", "valueString": "a"}, {"url": "expression", "valueString": "b"}]
    both = ({"a": [{"b": "1"}, {"b": "2"}]}, {"a": [{"b": "2"}, {"b": "1"}]})
    assert told(*both, instruction("-sort", extension=by)) == []
    assert told(*both) != []


@pytest.mark.parametrize(
    ("wanted", "good", "bad"),
    [
        ("$date$", "2024-01-31", "2024-01"),
        ("$instant$", "2024-01-31T10:00:00Z", "2024-01-31"),
        ("$uuid$", "urn:uuid:00000000-0000-4000-8000-000000000001", "one"),
        ("$string$", "words", "  "),
        ("$choice:a|b$", "b", "c"),
        ("$fragments:Tea|milk$", "milk in the tea", "tea"),
        ("$external:note$", "anything", None),
        ("$external:note:tea|milk$", "milk in the tea", "tea"),
        ("$$", "anything", None),
    ],
)
def test_a_sort_of_value_stands_for_any_of_it(wanted: str, good: str, bad: str | None) -> None:
    assert told({"a": wanted}, {"a": good}) == []
    assert bad is None or told({"a": wanted}, {"a": bad}) == ["$.a"]
