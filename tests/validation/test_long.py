"""While a long text is judged Python looks for no cycles, and afterwards all is as it was."""

from __future__ import annotations

import gc
import json

import pytest

from fhir_matters import Validator
from fhir_matters.validation import validator as module

SHORT = json.dumps({"resourceType": "Patient", "contact": [{"name": {"text": "a"}}]})
LONG = SHORT.replace('"a"', json.dumps("a" * module.LONG))


@pytest.fixture
def seen(monkeypatch):
    """Whether it looks for cycles, each time that a resource is read."""
    found = []
    read = Validator._read
    monkeypatch.setattr(Validator, "_read", lambda *given: found.append(gc.isenabled()) or read(*given))
    return found


@pytest.mark.parametrize(("text", "looks"), [(SHORT, True), (LONG, False), (LONG.encode(), False), (LONG[:-1], False)])
def test_it_rests_only_while_a_long_text_is_judged(seen, text, looks):
    report = Validator().validate(text, source="a.json")
    assert (report.source, report.ok) == ("a.json", text != LONG[:-1])
    assert (seen, gc.isenabled()) == ([looks], True)


def test_whoever_has_stopped_it_finds_it_stopped(seen):
    gc.disable()
    try:
        Validator().validate(LONG)
        assert (seen, gc.isenabled()) == ([False], False)
    finally:
        gc.enable()


def test_an_exception_sets_it_going_again(monkeypatch):
    monkeypatch.setattr(Validator, "_read", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Validator().validate(LONG)
    assert gc.isenabled()
