"""A text says something, or nothing."""

from __future__ import annotations

import pytest

from fhir_matters.records.forms.values import said


@pytest.mark.parametrize("value", ["", " ", "\r\n\t", "\u2003", "\ufeff", " \ufeff\n", None, 1, ["x"]])
def test_blanks_and_byte_order_marks_say_nothing(value):
    assert said(value) is None


@pytest.mark.parametrize("value", ["x", " x ", "\ufeffx", "👩🏽", "."])
def test_whatever_else_is_kept_as_it_was_written(value):
    assert said(value) == value
