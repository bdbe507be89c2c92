"""The arithmetic of rounds, and that one contender that fails stops no other."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks.contenders import HL7, Contender
from tests.benchmarks.rounds import Race, Spread, ratios, spread, turns
from tests.java.counterparts import AbsentError

PROGRAM = """
import sys
print("READY", flush=True)
for at, line in enumerate(sys.stdin):
    if at == {dies_after}: sys.exit(1)
    print('{{"seconds": %f, "invalid": %d}}' % ({seconds} * (at + 1) / int(line), 7), flush=True)
"""


def scripted(name, *, seconds=1.0, dies_after=-1):
    """A contender whose passes take as long as it says: once, twice, three times `seconds` …"""
    program = PROGRAM.format(seconds=seconds, dies_after=dies_after)
    return Contender(name, "scripted", lambda *_: [sys.executable, "-c", program], lambda: "1")


def missing(*_):
    raise AbsentError("it is missing: install it\nand more")


def test_of_several_values_the_least_the_median_and_the_most_are_told():
    assert spread([3, 1, 10]) == Spread(1, 3, 10)
    assert spread([4, 2]) == Spread(2, 3, 4)
    assert spread([5]) == Spread(5, 5, 5)


def test_a_ratio_is_made_within_a_round():
    assert ratios([10, 40], [1, 2]) == Spread(10, 15, 20)


def test_there_is_no_ratio_of_rounds_that_do_not_belong_together():
    with pytest.raises(ValueError, match="shorter"):
        ratios([10, 40], [1])


def test_each_is_first_in_turn():
    assert list(turns("abc", 4)) == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["a", "b", "c"]]


def test_passes_to_warm_up_are_not_counted():
    found = Race(rounds=2, warm=1, seconds=0, threads=1).run([b"{}"], (), [scripted("a"), scripted("b", seconds=10)])
    assert found["a"]["seconds"] == [2, 3]
    assert found["b"]["seconds"] == [20, 30]
    assert found["a"]["invalid"] == 7
    assert ratios(found["b"]["seconds"], found["a"]["seconds"]) == Spread(10, 10, 10)


def test_the_hl7_validator_is_also_timed_with_several_threads():
    found = Race(rounds=1, warm=1, seconds=0, threads=2).run([b"{}"], (), [scripted(HL7, seconds=12)])
    assert set(found) == {HL7, f"{HL7}, 2 threads"}
    assert found[f"{HL7}, 2 threads"]["seconds"][0] < 2 * found[HL7]["seconds"][0]


def test_whoever_is_missing_or_ends_is_named_with_the_reason_and_the_rest_goes_on():
    contenders = [
        Contender("missing", "", missing, lambda: "1"),
        scripted("early", dies_after=0),
        scripted("late", dies_after=2),
        scripted("steady"),
    ]
    found = Race(rounds=2, warm=1, seconds=0, threads=1).run([b"{}"], (), contenders)
    assert found["missing"] == {"absent": "it is missing: install it"}
    assert found["early"] == found["late"] == {"absent": "it ended: log gave no answer"}
    assert found["steady"]["seconds"] == [2, 3]
