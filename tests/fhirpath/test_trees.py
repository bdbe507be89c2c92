"""What a syntax tree says before it is run."""

from __future__ import annotations

import pytest

from fhir_matters import fhirpath
from fhir_matters.fhirpath.parser import parse
from fhir_matters.fhirpath.trees import idle
from tests.fhirpath.invariants import all_of_r4


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("end.empty()", {"end"}),
        ("start.hasValue().not() or end.hasValue().not() or (start <= end)", {"start", "end"}),
        ("code.exists() implies system.exists()", {"code"}),
        ("(code.exists() and value.exists()) implies system.exists()", {"code", "value"}),
        ("contained.where(id = 'a').exists().not()", {"contained"}),
        ("contact.all(name.exists() or telecom.exists())", {"contact"}),
        ("a.empty() and a.b.empty()", {"a"}),
        ("a.empty() and b.empty()", set()),
        ("name.exists()", set()),
        ("start <= end", set()),
        ("(start <= end) or end.empty()", set()),
        ("Patient.name.empty()", set()),
        ("%resource.name.empty()", set()),
        ("name.count().empty()", set()),
    ],
)
def test_a_tree_knows_without_which_children_it_holds(expression: str, names: set[str]) -> None:
    assert idle(parse(expression)) == names


def test_what_is_said_to_hold_on_nothing_does_hold_of_all_of_r4() -> None:
    held = 0
    for (_, expression), paths in all_of_r4().items():
        for path in paths:
            compiled = fhirpath.compile(expression, path)
            if compiled.idle:
                assert compiled.test({}, type=path) is True, expression
                held += 1
    assert held > 50
