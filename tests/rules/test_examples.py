"""The example of each rule, judged as it is shipped: the bad one breaks the rule, the good one does not."""

from __future__ import annotations

import json
from datetime import date

import pytest
import yaml

from fhir_matters.definitions.registry import core
from fhir_matters.lints.check import check
from fhir_matters.records.record import Record
from fhir_matters.rule_examples import FILE, example
from fhir_matters.rules import RULES
from fhir_matters.validation.validator import Validator
from tests.lints.cases import TODAY
from tests.rules.made import text
from tests.rules.on_request import IN_WORDS, JUDGED
from tests.rules.writing import laid_out

SHORTENED = {"FM205"}
"""Whose bad example is a string of more than a megabyte."""


class Layer:
    """The definitions of one example, and no others."""

    def __init__(self, definitions):
        self._known = {(each["resourceType"], each["url"]): each for each in map(json.loads, definitions)}

    def find(self, url, kind, version=""):
        found = self._known.get((kind, url))
        return found if found is not None and version in ("", found.get("version", "")) else None

    def urls(self, kind):
        return (url for known, url in self._known if known == kind)


def judged(code, words, profiles):
    """The rules that an example breaks, judged with nothing but what it is shipped with."""
    shown = example(code)
    if shown.language == "yaml":
        return {issue.rule for issue in check(Record.model_validate(yaml.safe_load(words)), date.fromisoformat(TODAY))}
    options = JUDGED[code][1] if code in JUDGED else {}
    validator = Validator(registry=core().with_layer(Layer(shown.definitions)), **options)
    raw = words.encode()
    if code == "FM003" and "\\x" in words:  # bytes that are no UTF-8, spelt out
        raw = words.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")
    return {issue.rule for issue in validator.validate(raw, profiles)}


def test_the_file_is_made_of_the_cases_of_the_tests():
    assert FILE.read_text(encoding="utf-8") == text(), "run python -m tests.rules.made"


def test_every_rule_has_an_example():
    assert [example(code).code for code in RULES] == list(RULES)
    assert all(example(code).bad != example(code).good for code in RULES)
    with pytest.raises(KeyError):
        example("FM999")


@pytest.mark.parametrize("code", sorted(RULES.keys() - IN_WORDS.keys() - SHORTENED))
def test_the_bad_example_breaks_the_rule_and_the_good_one_does_not(code):
    shown = example(code)
    assert code in judged(code, shown.bad, shown.profiles)
    assert code not in judged(code, shown.good, shown.good_profiles)


@pytest.mark.parametrize("code", IN_WORDS)
def test_what_no_file_could_show_is_said_in_sentences(code):
    shown = example(code)
    assert shown.language == "words"
    assert shown.bad.endswith(".")
    assert shown.good.endswith(".")


def test_examples_are_laid_out_in_lines_that_fit():
    assert laid_out({"a": [1, {"b": "c"}]}) == '{"a": [1, {"b": "c"}]}'
    wide = {"a": ["x" * 60, "y" * 60], "b": {}}
    assert laid_out(wide) == '{\n  "a": [\n    "%s",\n    "%s"\n  ],\n  "b": {}\n}' % ("x" * 60, "y" * 60)  # noqa: UP031
    assert json.loads(laid_out(wide)) == wide
    assert max(len(line) for code in RULES for line in example(code).bad.splitlines() if code not in SHORTENED) < 250
