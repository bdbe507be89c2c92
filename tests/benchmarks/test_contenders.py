"""Each contender judges two resources, and tells how long it took; whoever is not here is skipped, with a reason."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks.contenders import ALL, HL7, PARSING, running
from tests.conftest import absent
from tests.java.counterparts import AbsentError

GOOD = {"resourceType": "Patient", "id": "a", "name": [{"family": "Bee"}]}
BAD = {"resourceType": "Patient", "id": "b", "name": "Bee"}
KNOWN_AS = {HL7: "hl7", "HAPI": "hapi"}


@pytest.fixture
def two(tmp_path):
    file = tmp_path / "two.ndjson"
    file.write_text("\n".join(map(json.dumps, (GOOD, BAD))))
    return file


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("contender", ALL, ids=lambda each: each.name)
def test_a_contender_tells_good_from_bad_pass_after_pass(contender, two):
    try:
        with running(contender, two, ()) as started:
            passes = [started.passed(threads) for threads in (1, 1, 2)]
            peak = started.peak
    except AbsentError as error:
        absent(KNOWN_AS.get(contender.name, contender.name), str(error))
    assert [each.invalid for each in passes] == [0 if contender.name == PARSING else 1] * 3
    assert all(0 < each.seconds < started.first * 1000 for each in passes)
    assert peak is None or peak > 5
    assert contender.version()[0].isdigit()
