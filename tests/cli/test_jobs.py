"""`validate` over many files: the same in any number of processes, stopped well, and how far it is."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from fhir_matters import Validator
from fhir_matters.cli.progress import Progress
from fhir_matters.cli.running import Run
from fhir_matters.reports import REPORTERS, concise
from fhir_matters.reports.chapters import CHAPTERS, STATISTICS
from fhir_matters.validation import pieces
from fhir_matters.validation.judging import Judge
from tests.cli.test_terminology import codes, file  # noqa: F401 - fixtures

GOOD = '{"resourceType":"Patient","id":"p","gender":"female"}\n'
BAD = '{"resourceType":"Patient","gender":"Hartley-xyz"}\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.ndjson").write_text((GOOD * 300 + BAD + "garbage\n\n") * 3)
    (tmp_path / "b.json").write_text(BAD)
    (tmp_path / "empty.json").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    "options",
    [
        *(("--format", style) for style in REPORTERS),
        *(("--format", style, "--statistics") for style in STATISTICS),
        *(("--format", style, "--show-values") for style in CHAPTERS),
        *(("--format", style, "--ignore", "FM3") for style in CHAPTERS),
        ("--all",),
        ("--strict",),
    ],
    ids=" ".join,
)
def test_what_is_told_is_the_same_to_the_byte(run, folder, options, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 4096)  # several pieces of each file
    alone = run("validate", folder, folder / "absent.json", *options)
    assert alone.code == 2
    assert alone.out
    assert alone.err.count("empty.json") == 1
    assert run("validate", folder, folder / "absent.json", *options, "--jobs", 2) == alone


@pytest.mark.parametrize("style", CHAPTERS)
def test_a_file_gets_the_same_from_any_number_of_processes(run, folder, style):
    for jobs in (1, 2):
        ran = run("validate", folder, "--format", style, "--jobs", jobs, "-o", folder / f"{jobs}.out")
        assert (ran.code, ran.out) == (2, "")
    assert (folder / "1.out").read_bytes() == (folder / "2.out").read_bytes() != b""


def test_what_cannot_be_read_is_said_between_the_findings_around_it(folder, monkeypatch):
    """On a terminal findings and troubles are read in one."""
    told = []

    def tell(_, lines, err=False):
        told.extend((err, line) for line in lines.split("\n"))

    monkeypatch.setattr(Run, "tell", tell)
    for jobs in (1, 2):
        run = Run(Judge(Validator), jobs, "concise")
        paths = list(map(str, (folder / "b.json", folder / "empty.json", folder / "b.json", folder / "none.json")))
        lines = concise(run.reports(paths)) if jobs == 1 else run.chapters(paths, CHAPTERS["concise"].write)
        for line in lines:
            run.tell(line)
        assert (run.invalid, run.unreadable, run.last) == (4, 2, paths[-1])
    assert [err for err, _ in told] == [False, False, True, False, False, True] * 2
    assert told[:6] == told[6:]


def test_programs_are_told_in_the_report_what_could_not_be_read_and_people_beside_it(run, folder):
    ran = run("validate", folder / "empty.json", "--format", "json")
    (report,) = json.loads(ran.out)["reports"]
    assert [issue["rule"] for issue in report["issues"]] == ["FM010"]
    assert f"{folder / 'empty.json'}: The file is empty." in ran.err
    for_people = run("validate", folder / "empty.json")
    assert (for_people.out, for_people.err) == ("Nothing was checked.\n", ran.err)


def test_a_line_of_many_is_named_in_its_report(run, folder):
    reports = json.loads(run("validate", folder / "a.ndjson", "--format", "json").out)["reports"]
    assert reports[300]["source"] == f"{folder / 'a.ndjson'}:301"
    assert {each["line"] for each in reports[300]["issues"]} == {301}


@pytest.mark.parametrize("style", ["arrow", "parquet"])
def test_a_table_is_the_same_to_the_byte(run, folder, style):
    pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[test]'")
    options = ("validate", folder, "--format", style, "-o")
    ran = [run(*options, folder / f"{jobs}.table", "--jobs", jobs) for jobs in (1, 2)]
    assert ran[0] == ran[1]
    assert (folder / "1.table").read_bytes() == (folder / "2.table").read_bytes() != b""


@pytest.mark.parametrize("jobs", ["auto", "0", "2"])
def test_jobs_are_a_number_or_a_process_for_each_core(run, folder, jobs):
    assert run("validate", folder / "b.json", "--jobs", jobs).code == 1


def test_jobs_may_be_a_number_in_the_settings(run, folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "pyproject.toml").write_text("[tool.fhir-matters.validate]\njobs = 2\n")
    assert run("validate", "b.json", "--server", "http://127.0.0.1:9/fhir").code == 2
    assert run("validate", "b.json").code == 1


@pytest.mark.parametrize("jobs", ["-1", "many", "1.5", ""])
def test_what_is_no_number_of_jobs_is_refused(run, folder, jobs):
    ran = run("validate", folder / "b.json", "--jobs", jobs)
    assert ran.code == 2
    assert "a number of processes, or auto" in ran.err


def test_a_server_is_asked_about_one_after_the_other(run, folder):
    ran = run("validate", folder / "b.json", "--jobs", 2, "--server", "http://127.0.0.1:9/fhir")
    assert ran.code == 2
    assert "leave out --jobs" in ran.err


def test_processes_ask_the_terminology_server_too(run, codes, file, monkeypatch):  # noqa: F811 - fixtures
    monkeypatch.setenv("FHIR_MATTERS_TERMINOLOGY_TOKEN", "t")
    options = ("--terminology", codes.base, "--terminology-cache", "none", "--format", "json")
    alone = run("validate", file, *options)
    assert json.loads(alone.out)["summary"]["toldByServer"] == 2
    codes.requests.clear()
    assert run("validate", file, *options, "--jobs", 2) == alone
    assert codes.requests[0].headers["authorization"] == "Bearer t"


def test_processes_keep_to_the_seconds_for_a_resource(run, folder):
    ran = run("validate", folder / "b.json", "--seconds", 0, "--jobs", 2)
    assert "FM708" in ran.out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_the_report_well_and_says_from_where_nothing_was_reached(jobs):
    command = [sys.executable, "-m", "fhir_matters", "validate", "-", "--format", "json", "--jobs", jobs]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        process.stdin.write(GOOD + BAD)
        process.stdin.flush()
        lines = [process.stdout.readline() for _ in range(3)]  # the head and both reports; more may always come
        process.send_signal(signal.SIGINT)
        out, err = process.stdout.read(), process.stderr.read()
    assert process.returncode == 130
    document = json.loads("".join(lines) + out)
    assert [report["ok"] for report in document["reports"]] == [True, False]
    assert document["summary"]["resources"] == 2
    assert err == "fhir-matters: stopped after stdin:2: what follows it was not validated.\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_nobody_waits_where_nobody_reads_on(folder, jobs):
    (folder / "long.ndjson").write_text(BAD * 20_000)
    command = [sys.executable, "-m", "fhir_matters", "validate", folder / "long.ndjson", "--format", "concise"]
    with subprocess.Popen([*command, "--jobs", jobs], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert b"FM301" in process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 2
        assert process.stderr.read() == b""


def test_progress_has_the_rate_and_the_time_that_is_left():
    times = iter([0.0, 10.0, 10.0, 100.0])
    progress = Progress(total=4000, clock=lambda: next(times))
    progress.read(1000)
    progress.done = 500
    assert str(progress) == "500 done, 50/s, 25% read, 0:30 left"
    progress.total = None
    assert str(progress) == "500 done, 50/s"
    progress.total = 1_000_000
    assert str(progress) == "500 done, 5/s, 0% read, 27:45:00 left"


def test_progress_is_drawn_now_and_then_and_makes_room(capsys):
    times = iter([0.0, 0.1, 0.3, 0.3, 0.4])
    progress = Progress(shown=True, clock=lambda: next(times))
    progress.step()
    assert capsys.readouterr().err == ""
    progress.step()
    assert capsys.readouterr().err == "\r\x1b[K2 done, 7/s"
    progress.step()
    progress.clear()
    progress.clear()
    assert capsys.readouterr().err == "\r\x1b[K"


def test_there_is_no_progress_in_a_pipe(run, folder):
    assert "done" not in run("validate", folder / "b.json").err
