"""Many documents: the same reports here and in processes, in order, few at a time, whatever happens to a process."""

from __future__ import annotations

import _thread
import gzip
import json
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from fhir_matters.errors import DefinitionsError, FhirMattersError
from fhir_matters.issue import Report
from fhir_matters.sources import Document
from fhir_matters.unpacking import _zstd_library
from fhir_matters.validation import crew, pieces, workers
from fhir_matters.validation.judging import Judge, NoProcessError, StoppedError
from fhir_matters.validation.many import reports, validate_many
from fhir_matters.validation.validator import Validator
from tests.validation import odd_validators
from tests.validation.odd_validators import Odd

ODD = Judge(Odd)
PATIENT = b'{"resourceType":"Patient","id":"%d","gender":"%s"}'
WHOLE_PIECE = "x" * pieces.PIECE


def document(number: int, **said: Any) -> Document:
    return Document("many.ndjson", number, json.dumps({"id": str(number), **said}).encode())


def names(found: Iterator[Report]) -> list[str]:
    return [report.source for report in found]


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Files in which much is wrong."""
    lines = [PATIENT % (number, b"Hartley-xyz" if number % 7 == 0 else b"male") for number in range(2000)]
    lines[11:17] = [b"garbage", b'{"resourceType":"Patient","id":"\xff"}', b"", b"[1]", b'{"id":1}', b'{"a":' * 500]
    lines[40] = b'{"resourceType":"Patient","id":"long","gender":"x","language":"' + b"e" * 3_000_000 + b'"}'
    noise = [PATIENT % (number, os.urandom(20).hex().encode()) for number in range(3000)]
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(lines))
    packed = gzip.compress(b"\n".join(noise))
    (tmp_path / "cut.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    packed = _zstd_library().compress(b"\n".join(noise))
    (tmp_path / "cut.ndjson.zst").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "d.xml").write_text('<Patient xmlns="http://hl7.org/fhir"><gender value="x"/></Patient>')
    return [tmp_path / "absent.json", tmp_path, tmp_path / "a.ndjson"]


def test_processes_find_the_same_in_the_same_order(paths):
    here = list(validate_many(paths))
    assert list(validate_many(paths, jobs=3)) == here
    by_rule = {issue.rule for report in here for issue in report}
    assert {"FM003", "FM004", "FM005", "FM010", "FM301"} <= by_rule
    assert [report.source for report in here if report.issues and report.issues[0].rule == "FM010"] == [
        str(paths[0]),
        str(paths[1] / "cut.ndjson.gz"),
        str(paths[1] / "cut.ndjson.zst"),
    ]
    assert str(paths[1] / "a.ndjson:2000") in {report.source for report in here}


def test_options_of_the_validator_reach_the_processes(tmp_path):
    (tmp_path / "a.json").write_text('{"resourceType": "Patient", "meta": {"profile": ["https://example.org/x"]}}')
    (report,) = validate_many([tmp_path], jobs=2, strict=True, profiles=["https://example.org/y"])
    assert (report.strict, report.ok) == (True, False)
    assert {issue.rule for issue in report} >= {"FM701", "FM702"}


def test_only_the_line_that_ends_its_process_is_a_finding():
    found = [document(number) for number in range(1, 40)]
    found[17] = document(18, kills=True)
    found[30] = document(31, ends=7)
    told = list(reports(iter(found), ODD, 2))
    assert names(iter(told)) == [each.name for each in found]
    messages = {report.source: report.issues[0].message for report in told if report.issues}
    assert messages == {
        "many.ndjson:18": "The process that validated this was ended by SIGKILL, and so did another.",
        "many.ndjson:31": "The process that validated this ended with code 7, and so did another.",
    }
    issue = told[17].issues[0]
    assert (issue.rule, issue.line, issue.is_error, issue.undecided) == ("FM710", 18, True, True)


def test_a_process_that_is_killed_from_outside_costs_no_finding(tmp_path):
    found = [document(number) for number in range(1, 40)]
    found[17] = document(18, **{"kills once": str(tmp_path / "flag")})
    told = list(reports(iter(found), ODD, 2))
    assert [(report.source, report.issues) for report in told] == [(each.name, ()) for each in found]


def test_where_no_other_process_can_be_started_those_that_are_left_do_all(tmp_path):
    found = [document(number, fills=WHOLE_PIECE) for number in range(1, 10)]
    found[3] = document(4, **{"kills once": str(tmp_path / "flag")})
    judge = Judge(partial(odd_validators.the_first_two, str(tmp_path)))
    told = list(reports(iter(found), judge, 2))
    assert [(report.source, report.issues) for report in told] == [(each.name, ()) for each in found]


def test_where_none_is_left_what_is_ready_is_told_and_the_rest_is_named(tmp_path):
    found = [document(1), document(2, kills=True, fills=WHOLE_PIECE), document(3), document(4)]
    judge = Judge(partial(odd_validators.the_first_two, str(tmp_path)))
    told = []
    with pytest.raises(NoProcessError, match="ended with code 3") as ended:
        told.extend(report.source for report in reports(iter(found), judge, 2))
    assert "many.ndjson:2" in ended.value.unreached
    assert {*told, *ended.value.unreached} >= {each.name for each in found[:2]}


def test_a_process_that_the_machine_refuses_is_an_error(monkeypatch):
    def refuse(*_):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(crew, "Worker", refuse)
    with pytest.raises(NoProcessError, match="each could not be started: Resource temporarily unavailable"):
        list(reports(iter([document(1)]), ODD, 2))


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_the_validator_fails_on_is_a_finding_without_the_value_and_the_rest_goes_on(jobs):
    found = [document(1), document(2, raises="Hartley-xyz"), document(3)]
    told = list(reports(iter(found), ODD, jobs))
    assert [[issue.rule for issue in report] for report in told] == [[], ["FM710"], []]
    assert "LookupError in odd_validators.py, line" in told[1].issues[0].message
    assert "Hartley" not in repr(told)


def test_no_more_is_read_than_is_wanted_while_one_document_takes_long(tmp_path):
    """The first waits for the last that there is room for; beyond are a piece read ahead and one in hand."""
    os.mkfifo(tmp_path / "pipe")
    window, pipe = crew.AT_A_TIME * 2, str(tmp_path / "pipe")
    released: list[bool] = []

    def endless() -> Iterator[Document]:
        yield document(1, waits=pipe, fills=WHOLE_PIECE)
        for number in range(2, window):
            yield document(number, fills=WHOLE_PIECE)
        yield document(window, releases=pipe, fills=WHOLE_PIECE)
        yield document(window + 1, fills=WHOLE_PIECE)
        yield document(window + 2, fills=WHOLE_PIECE)
        released.append(begun.is_set())
        yield document(window + 3)

    begun = Event()
    told = reports(endless(), ODD, 2)
    first = next(told)
    begun.set()
    assert first.source == "many.ndjson:1"
    assert names(told) == [f"many.ndjson:{number}" for number in range(2, window + 4)]
    assert released == [True]


def test_so_many_bytes_are_on_their_way_and_no_more(monkeypatch):
    monkeypatch.setattr(crew, "MOST_BYTES", 3 * pieces.PIECE)
    most = 0
    going: list[crew.Crew] = []
    made = crew.Crew.__init__

    def kept(self, *arguments):
        made(self, *arguments)
        going.append(self)

    monkeypatch.setattr(crew.Crew, "__init__", kept)
    for _ in reports((document(number, fills=WHOLE_PIECE) for number in range(1, 30)), ODD, 2):
        most = max(most, sum(each.weight for each in going[0].pieces if each.told is None))
    assert 0 < most < 5 * pieces.PIECE


@pytest.mark.parametrize("jobs", [1, 2])
def test_reports_are_told_before_the_next_document_is_there(jobs):
    told = Event()

    def slow() -> Iterator[Document]:
        yield document(1)
        assert told.wait(60)
        yield document(2)

    found = reports(slow(), ODD, jobs)
    assert next(found).source == "many.ndjson:1"
    told.set()
    assert names(found) == ["many.ndjson:2"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_is_stopped_tells_what_was_begun_and_reads_no_more(jobs):
    stop = Event()
    found = reports((document(number) for number in iter(int, 1)), ODD, jobs, stop)
    assert next(found).source == "many.ndjson:0"
    stop.set()
    assert len(list(found)) < 100_000


def test_an_interrupt_tells_what_is_ready_and_names_the_rest(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    def interrupting() -> Iterator[Document]:
        yield document(1, waits=str(tmp_path / "pipe"), fills=WHOLE_PIECE)
        yield document(2, fills=WHOLE_PIECE)
        yield document(3)
        yield document(4)
        _thread.interrupt_main()

    told = []
    with pytest.raises(StoppedError) as stopped:
        told += reports(interrupting(), ODD, 2)
    assert "many.ndjson:1" in stopped.value.unreached
    assert "many.ndjson:1" not in names(told)


def test_an_interrupt_waits_until_what_is_being_made_is_whole():
    made = []
    before = signal.getsignal(signal.SIGINT)

    def make() -> None:
        with workers.undisturbed():
            _thread.interrupt_main()
            made.extend(range(1000))

    with pytest.raises(KeyboardInterrupt):
        make()
    assert len(made) == 1000
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("validator", "jobs", "error", "says"),
    [
        (lambda: None, 2, FhirMattersError, "by a function of a module"),
        (odd_validators.never_there, 2, FhirMattersError, "ended with code 3"),
        (odd_validators.without_its_package, 2, FhirMattersError, "there a moment ago"),
        (odd_validators.without_its_package, 1, DefinitionsError, "there a moment ago"),
        (partial(Validator, packages=["example.none#1.0.0"]), 2, FhirMattersError, "not on this machine"),
    ],
    ids=["no function", "no process", "no package", "no package here", "no such package"],
)
def test_what_cannot_be_made_elsewhere_is_an_error_that_says_so(validator, jobs, error, says):
    with pytest.raises(error, match=says):
        list(reports(iter([document(1)]), Judge(validator), jobs))


def test_a_mistake_in_what_is_read_is_not_lost_in_its_thread():
    def broken() -> Iterator[Document]:
        yield document(1)
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        list(reports(broken(), ODD, 2))


def test_whoever_goes_away_leaves_no_process_behind():
    found = reports((document(number) for number in range(10_000)), ODD, 2)
    next(found)
    going = [each.process for each in found.gi_frame.f_locals["crew"].workers]
    assert going
    found.close()
    with pytest.raises(ValueError, match="process object is closed"):
        going[0].is_alive()
