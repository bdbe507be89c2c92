"""`rules`: each explained, with a good and a bad example."""

from __future__ import annotations

import pytest

from fhir_matters.rule_examples import example
from fhir_matters.rules import RULES


@pytest.mark.parametrize("code", ["FM301", "fm501", "FM855", "FM708", "FM007"])
def test_a_rule_is_explained_with_what_breaks_it_and_what_does_not(run, code):
    rule, shown = RULES[code.upper()], example(code.upper())
    ran = run("rules", code)
    assert ran.code == 0
    for words in (rule.title, rule.why, rule.todo, rule.spec, shown.needs, shown.place):
        assert words in ran.out
    for text in (shown.bad, shown.good, *shown.definitions):
        assert all(line.strip() in ran.out for line in text.splitlines())
    assert ran.out.index("  Bad (") < ran.out.index("  Good (")


def test_a_rule_that_there_is_not_is_refused(run):
    ran = run("rules", "FM301", "FM999")
    assert ran.code == 2
    assert "FM999" in ran.err
