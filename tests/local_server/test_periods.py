"""What a date means: its first and its last moment, in UTC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.local_server.periods import period

MEANT = {
    "2026": ("2026-01-01T00:00:00.000000", "2026-12-31T23:59:59.999999"),
    "2024-02": ("2024-02-01T00:00:00.000000", "2024-02-29T23:59:59.999999"),
    "2026-03-03": ("2026-03-03T00:00:00.000000", "2026-03-03T23:59:59.999999"),
    "2026-03-03T14:00": ("2026-03-03T14:00:00.000000", "2026-03-03T14:00:59.999999"),
    "2026-03-03T14:00:07Z": ("2026-03-03T14:00:07.000000", "2026-03-03T14:00:07.999999"),
    "2026-03-03T14:00:07": ("2026-03-03T14:00:07.000000", "2026-03-03T14:00:07.999999"),
    "2026-03-03T14:00:07+02:00": ("2026-03-03T12:00:07.000000", "2026-03-03T12:00:07.999999"),
    "2026-03-03T14:00:07.25-05:00": ("2026-03-03T19:00:07.250000", "2026-03-03T19:00:07.259999"),
    "2026-03-03T14:00:07.123456Z": ("2026-03-03T14:00:07.123456", "2026-03-03T14:00:07.123456"),
    "2026-03-03T14:00:07.123456789Z": ("2026-03-03T14:00:07.123456", "2026-03-03T14:00:07.123456"),
    "2016-12-31T23:59:60Z": ("2016-12-31T23:59:59.000000", "2016-12-31T23:59:59.999999"),
    "2026-02-29T00:00:00Z": ("", ""),
    "0001-01-01T00:00:00+14:00": ("", ""),
    "2026-3-3": ("", ""),
    "2026-03-03T14:00:07z": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), MEANT.items())
def test_a_date_means_every_moment_in_it(text, expected):
    assert period(text) == expected


@given(st.datetimes(), st.integers(0, 6))
def test_with_and_without_a_zone_that_is_utc_it_means_the_same(moment, digits):
    text = moment.isoformat(timespec="microseconds")[: 19 + digits + (digits > 0)]
    assert period(text) == period(f"{text}Z") == period(f"{text}+00:00") != ("", "")
