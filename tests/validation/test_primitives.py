"""The formats of R4's primitive types: good and bad spellings of each, and models as input."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.patient import Patient
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.validation.primitives import NAMES, check_of
from fhir_matters.validation.validator import Validator

GOOD: dict[str, list[Any]] = {
    "boolean": [True, False],
    "integer": [0, -(2**31), 2**31 - 1],
    "unsignedInt": [0, 2**31 - 1],
    "positiveInt": [1],
    "decimal": [1, 1.5, Decimal("1.10"), jsonio.parse(b"1.10"), jsonio.read(b"-1e-7"), 10**30],
    "string": ["x", " x", "\u00e9\n"],
    "markdown": ["# x"],
    "xhtml": ["<div/>"],
    "id": ["a.b-C9", "x" * 64],
    "code": ["a", "a b"],
    "uri": ["urn:x", "a", "http://example.org/\u00e9"],
    "url": ["mailto:a@example.org"],
    "canonical": ["http://example.org|1.0#a"],
    "oid": ["urn:oid:2.16.840"],
    "uuid": ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
    "date": ["2024", "2024-02", "2024-02-29"],
    "dateTime": ["2024", "2024-02-29", "2024-02-29T23:00:00Z", "2024-01-01T00:00:60.123+14:00"],
    "instant": ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00.001-05:00"],
    "time": ["10:00:00", "23:59:60"],
    "base64Binary": ["YQ==", "YWI=", "YWJj", "YW Jj", "YQ==YQ==", "-_-_"],
}
BAD: dict[str, list[Any]] = {
    "boolean": ["true", 1, None],
    "integer": [2**31, 1.0, "1", True, jsonio.parse(b"1.0")],
    "unsignedInt": [-1],
    "positiveInt": [0],
    "decimal": ["1.1", True, float("nan"), float("inf"), Decimal("NaN")],
    "string": ["", 1, "x" * (2**20 + 1), "  "],
    "markdown": [""],
    "xhtml": [""],
    "id": ["a_b", "x" * 65, "", "a\n"],
    "code": [" a", "a ", "a  b", "a\tb"],
    "uri": [""],
    "url": [""],
    "canonical": [""],
    "oid": [""],
    "uuid": [""],
    "date": ["2024-2-1", "2023-02-29", "2024-02-30", "0000", "2024-13", "2024-01-01T00:00:00Z", "1900-02-29"],
    "dateTime": ["2024-01-01T10:00:00", "2024-01-01T10:00Z", "2024-01-01T25:00:00Z", "2023-02-30T10:00:00Z"],
    "instant": ["2024-02-29", "2024-02-30T10:00:00Z"],
    "time": ["24:00:00", "10:00", "10:00:00Z"],
    "base64Binary": ["YQ=", "Y", "Y*=="],
}


def test_every_primitive_type_has_spellings() -> None:
    assert set(GOOD) == set(BAD) == set(NAMES)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in GOOD.items() for value in values])
def test_a_good_value_has_no_problem(kind: str, value: Any) -> None:
    check = check_of(kind)
    assert check(value) is None
    assert check(value) is None


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in BAD.items() for value in values])
def test_a_bad_value_has_one(kind: str, value: Any) -> None:
    check = check_of(kind)
    assert check(value) is not None
    assert check(value) is not None


@given(st.dates(min_value=date(1, 1, 1)))
def test_every_day_of_the_calendar_is_a_date(day: date) -> None:
    assert check_of("date")(day.isoformat()) is None


@given(st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (hypothesis adds the zone)
def test_every_moment_is_an_instant(moment: datetime) -> None:
    assert check_of("instant")(moment.isoformat()) is None


@given(st.binary(max_size=40))
def test_everything_that_is_encoded_is_base64(data: bytes) -> None:
    encoded = base64.b64encode(data).decode()
    assert (check_of("base64Binary")(encoded) is None) is bool(data)


def test_a_model_of_fhir_resources_is_validated_as_its_json() -> None:
    model = Patient.model_validate({"gender": "female", "birthDate": "1931-01-04"})
    assert Validator().validate(model).ok
    assert Validator().validate(model).resource_type == "Patient"
