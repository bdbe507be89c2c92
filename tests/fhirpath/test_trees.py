"""What a syntax tree says before it is run."""

from __future__ import annotations

import pytest

from fhir_matters.fhirpath.parser import parse
from fhir_matters.fhirpath.trees import is_of_itself


@pytest.mark.parametrize(
    ("expression", "alone"),
    [
        ("$this is dateTime implies $this.toString().length() >= 10", True),
        ("matches('[A-Z]+') and extension.where(url = 'x').empty()", True),
        ("$this = %resource.id", False),
        ("code.where($this = %context.code).exists()", False),
        ("$this <= today()", False),
        ("memberOf('http://example.org/words')", False),
        ("a.select(resolve()).empty()", False),
        ("(a | b).trace('x').exists()", False),
    ],
)
def test_a_tree_that_looks_around_is_told_from_one_that_does_not(expression: str, *, alone: bool) -> None:
    assert is_of_itself(parse(expression)) is alone
