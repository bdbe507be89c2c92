"""Whether a text repeats what somebody said: word for word, however it is set."""

from __future__ import annotations

import pytest

from fhir_matters.records.forms import Departure, Preference, Recording
from fhir_matters.records.quoting import repeats, sayings
from tests.records.values import PIXEL

SAID = sayings([Preference(kind="place of death", wish="Nursing home", words="Don't tell Ben, not yet.")])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Don't tell Ben, not yet.", True),
        ("She said: DON&#39;T tell <b>Ben</b>,\n not yet!", True),
        ("Don't tell Bennett, not yet", False),
        ("tell Ben", False),
        ("Lives in a nursing home", False),
        ("place of death", False),
        ("", False),
    ],
)
def test_words_are_found_whatever_their_case_punctuation_and_markup(text, told):
    assert repeats(text, SAID) == told


def test_a_file_is_known_by_its_bytes_and_codes_and_addresses_are_no_words():
    film = Recording.model_validate({"content": {"data": PIXEL}})
    assert repeats(PIXEL, sayings([film]))
    code = {"system": "https://codes.example", "code": "turn-2h", "display": "Turning"}
    protocol = {"name": "Turning two-hourly", "code": code, "source": "https://a.example/turning"}
    said = sayings([Departure.model_validate({"protocol": protocol, "left_out": "At night"})])
    assert [repeats(text, said) for text in ("turn-2h", "https://a.example/turning", "Turning", "at night")] == [
        False,
        False,
        False,
        True,
    ]
