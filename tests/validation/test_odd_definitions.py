"""Definitions and codings with anything at any place: a report, never a traceback, with and without a server."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_matters.coded import Replies, Told
from fhir_matters.terminology import Terminology
from fhir_matters.terminology.operations import OPERATIONS, answered
from fhir_matters.validation.validator import Validator
from tests.validation.animals import ANIMALS, BASE, SETS, SYSTEMS, Animals
from tests.validation.resources import mapping, observation

WHOLE: list[dict[str, Any]] = [
    *SYSTEMS,
    *SETS,
    {"resourceType": "CodeSystem", "content": "supplement", "supplements": ANIMALS, "concept": [{"code": "dog"}]},
    {**mapping("dog"), "sourceCanonical": BASE + "dogs"},
    *(
        observation(
            code={"coding": [{"system": ANIMALS, "code": "dog", "display": "Dog", "version": "1"}]},
            meta={"profile": [BASE + bound]},
        )
        for bound in ("dogs-required", "versioned-extensible", "round-required", "active-required")
    ),
]
ODD: list[Any] = [None, 1, True, "", " ", "x", [], {}, [None], [[]], {"a": [{}]}, "#a", "http://x|y", "\ud800", 10**30]


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


@st.composite
def odd_resources(draw: st.DrawFn) -> dict[str, Any]:
    resource = copy.deepcopy(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 3))):
        *steps, last = draw(st.sampled_from(list(places(resource))))
        node: Any = resource
        for step in steps:
            node = node[step]
        node[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return resource


class Anything:
    """A server that decides every question in some way."""

    name = "https://tx.example.org"

    def ask(self, questions: Any) -> Replies:
        told = (Told(holds=True), Told(holds=False), Told(), Told(expansion={"contains": [{"system": "a"}]}))
        return Replies({each: told[len(each.code) % 4] for each in questions})


@settings(max_examples=300)
@given(odd_resources())
def test_whatever_a_definition_holds_there_is_a_report(validator: Validator, resource: dict[str, Any]) -> None:
    asking = Validator(registry=validator.registry, terminology=Anything())
    assert validator.validate(copy.deepcopy(resource)).told == 0
    assert asking.validate(resource) is not None


@settings(max_examples=200)
@given(odd_resources(), st.sampled_from(sorted(OPERATIONS)), st.sampled_from(["dog", "", "wolf", "\ud800"]))
def test_whatever_a_definition_holds_the_operations_answer_or_do_not(
    validator: Validator, resource: dict[str, Any], operation: str, code: str
) -> None:
    terminology = Terminology(validator.registry.with_layer(Animals({**resource, "url": "urn:odd"})))
    given_ = {"url": "urn:odd", "system": ANIMALS, "code": code, "display": "Dog", "count": code}
    answer = answered(terminology, operation, given_)
    assert answer is None or answer["resourceType"] in ("Parameters", "ValueSet")
