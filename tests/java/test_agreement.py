"""Three validators, one answer: ours, the HL7 validator's and HAPI's, on every example, good and bad.

A bad example stands beside an `.expect` file: a line for each rule that ours must raise, and after it who else
must object to the file (`FM101 hl7 hapi`). Lines that begin with # say in words what is wrong.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from fhir_matters import InputError, Validator, jsonio
from tests.java.counterparts import claiming_ours, verdict

EXAMPLES = Path(__file__).parents[2] / "examples"
GOOD = sorted((EXAMPLES / "good").glob("*.json"))
BAD = sorted((EXAMPLES / "bad").glob("*.json"))


def named(files):
    return pytest.mark.parametrize("file", files, ids=lambda file: file.stem)


def expected(file: Path) -> dict[str, set[str]]:
    """Rule code → who else must object."""
    lines = file.with_suffix(".expect").read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {code: set(others) for code, *others in words}


@pytest.fixture(scope="module")
def ours():
    validator = Validator()
    return lambda raw: [f"{issue.rule} {issue.path}: {issue.message}" for issue in validator.validate(raw).errors]


@pytest.fixture
def verdicts(ours, hl7, hapi_knowing_us):
    """What is wrong with a resource, by each of the three; nothing where it is good."""

    def of_hl7(raw: bytes) -> list[str]:
        return [f"{error.id} {error.location}: {error.text}" for error in hl7.errors(raw)]

    def of_hapi(raw: bytes) -> list[str]:
        with suppress(InputError):  # what cannot be read is sent as it is
            raw = jsonio.write(claiming_ours(jsonio.read(raw)))
        return verdict(hapi_knowing_us, raw)["error"]

    return lambda raw: {"ours": ours(raw), "hl7": of_hl7(raw), "hapi": of_hapi(raw)}


def test_there_are_examples_of_both_kinds():
    assert GOOD
    assert BAD


@named(GOOD)
def test_a_good_example_has_no_error_for_any_of_the_three(file, verdicts):
    assert verdicts(file.read_bytes()) == {"ours": [], "hl7": [], "hapi": []}


@named(BAD)
def test_a_bad_example_is_found_by_us_for_its_reason_and_by_the_others_where_it_is_theirs(file, verdicts):
    found = verdicts(file.read_bytes())
    wanted = expected(file)
    assert {error.split()[0] for error in found["ours"]} == set(wanted), found["ours"]
    for other in set().union(*wanted.values()):
        assert found[other], f"{other} has no objection"
