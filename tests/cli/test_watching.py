"""`validate --watch`: what changed is told, once it is whole; nothing is missed, and Ctrl-C ends it well."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import fields

import pytest

from fhir_matters import Validator
from fhir_matters.cli.choosing import Choosing
from fhir_matters.cli.telling import Telling
from fhir_matters.cli.watching import Watching, polled, woken

GOOD = '{"resourceType":"Patient","gender":"female"}'
BAD = '{"resourceType":"Patient","gender":"Hartley-xyz"}'


@pytest.fixture(scope="module")
def validator():
    return Validator()


def unless_said(kind, **said):
    """Options as they are where nobody says anything."""
    usual = {"bool": False, "tuple[str, ...]": (), "tuple[Path, ...]": ()}
    return kind(**{field.name: said.get(field.name, usual.get(field.type)) for field in fields(kind)})


@pytest.fixture
def watch(validator, tmp_path, capsys):
    """Runs the steps, with a look after each, and gives what was told after each, the first look first."""

    def watching(*steps, paths=(tmp_path,), ignore=()):
        told = []

        def wakes():
            for step in steps:
                told.append(capsys.readouterr().out)
                yield step() is not False
            told.append(capsys.readouterr().out)
            raise KeyboardInterrupt

        choosing = unless_said(Choosing, ignore=ignore, severity="information")
        telling = unless_said(Telling, style="concise")
        clock = iter(n * 0.012 for n in range(1000)).__next__
        watched = Watching(tuple(map(str, paths)), validator, (), choosing, telling, clock)
        assert watched.until_stopped(wakes()) == 130
        return [*told, capsys.readouterr().out]

    return watching


def test_what_changed_is_told_with_how_long_it_took(watch, tmp_path):
    (tmp_path / "a.json").write_text(GOOD)
    (tmp_path / "b.json").write_text(BAD)
    first, second, last = watch(lambda: (tmp_path / "a.json").write_text(BAD))
    assert "b.json:1:36: error FM301" in first
    assert "2 files validated in 12 ms; 2 files watched, 1 with errors. Ctrl-C ends." in first
    assert "a.json:1:36: error FM301" in second
    assert "b.json" not in second
    assert "1 file validated in 12 ms; 2 files watched, 2 with errors." in second
    assert last == "Stopped: 2 files watched, 2 with errors.\n"


def test_files_come_and_go(watch, tmp_path):
    (tmp_path / "a.json").write_text(GOOD)
    _, came, unsure, went, _ = watch(
        lambda: (tmp_path / "new").mkdir() or (tmp_path / "new" / "b.ndjson").write_text(f"{GOOD}\n{BAD}\n"),
        (tmp_path / "new" / "b.ndjson").unlink,
        lambda: False,
    )
    assert "b.ndjson:2:36: error FM301" in came
    assert "2 files watched" in came
    assert unsure == "", "an editor may be about to put it back"
    assert "0 files validated in 12 ms, 1 gone; 1 file watched, 0 with errors" in went


def test_an_editor_that_writes_by_renaming_is_told_of_once(watch, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(GOOD)

    def put_back():
        (tmp_path / "a.json.new").write_text(BAD)
        (tmp_path / "a.json.new").replace(file)

    first, *told, last = watch(file.unlink, put_back, paths=[file])
    assert "0 with errors" in first
    assert told[0] == ""
    assert "1 file validated in 12 ms; 1 file watched, 1 with errors" in told[1]
    assert "1 with errors" in last


def test_what_changed_before_anybody_listened_is_told(watch, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(GOOD)
    _, told, quiet, _ = watch(lambda: file.write_text(BAD) and False, lambda: False)
    assert "FM301" in told
    assert quiet == ""


@pytest.mark.parametrize("half", ["", GOOD[:20], "{"])
def test_what_is_half_written_is_waited_for(watch, tmp_path, half):
    file = tmp_path / "a.json"
    file.write_text(GOOD)
    _, unsure, told, _ = watch(lambda: file.write_text(half), lambda: file.write_text(BAD))
    assert unsure == ""
    assert "FM301" in told


def test_what_stays_broken_is_told_though_nothing_wakes_us(watch, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(GOOD)
    _, unsure, told, quiet, _ = watch(lambda: file.write_text("{"), lambda: False, lambda: False)
    assert unsure == ""
    assert "FM001" in told
    assert quiet == ""


def test_a_file_that_is_not_there_yet_is_waited_for(watch, tmp_path):
    file = tmp_path / "a.json"
    first, told, _ = watch(lambda: file.write_text(GOOD), paths=[file])
    assert "There is no such file" in first
    assert "1 file watched, 0 with errors" in told


def test_nothing_is_told_where_nothing_changed(watch, tmp_path):
    (tmp_path / "a.json").write_text(GOOD)
    _, other, touched, _ = watch(
        lambda: (tmp_path / "a.txt").write_text("x"), lambda: os.utime(tmp_path / "a.json", (1, 1))
    )
    assert other == ""
    assert "1 file validated" in touched


def test_what_is_set_aside_is_so_each_time(watch, tmp_path):
    (tmp_path / "a.json").write_text(BAD)
    for told in watch(lambda: (tmp_path / "a.json").write_text(BAD + "\n"), ignore=("FM3",)):
        assert "FM301" not in told
    assert "FM301" in "".join(watch())


def test_looking_takes_a_small_part_of_the_time():
    slept, times = [], iter([0.0, 0.001, 0.0, 2.0, 2.0])
    looks = polled(slept.append, times.__next__)
    for _ in range(3):
        assert next(looks)
    assert slept == [0.25, 0.25, 40.0]


@pytest.mark.parametrize("options", [("-",), ("--fix",), ("--format", "json"), ("-o", "x"), ("--write-baseline", "x")])
def test_what_cannot_be_told_again_and_again_is_refused(run, tmp_path, options):
    ran = run("validate", tmp_path, "--watch", *options)
    assert ran.code == 2
    assert "--watch tells again and again" in ran.err


def test_without_watchfiles_it_is_looked_now_and_then(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert woken([str(tmp_path)]) is None


@pytest.mark.parametrize("made", ["folder", "file", "pattern"])
def test_watchfiles_wakes_us_for_a_change(tmp_path, made):
    pytest.importorskip("watchfiles", reason="watchfiles is missing: pip install '.[test]'")
    file = tmp_path / "a.json"
    file.write_text(GOOD)
    wakes = woken([str({"folder": tmp_path, "file": file, "pattern": tmp_path / "*.json"}[made])])
    next(each for each in wakes if each is False)
    file.with_suffix(".new").write_text(BAD)
    file.with_suffix(".new").replace(file)
    assert any(each for each in wakes)


def test_a_terminal_is_cleared_and_ctrl_c_ends_it_well(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(GOOD)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "fhir_matters", "validate", tmp_path, "--watch"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        assert b"\x1b[2J" in until(ours, b"Ctrl-C ends.")
        file.write_text(BAD)
        assert b"FM301" in until(ours, b"Ctrl-C ends.")
        process.send_signal(signal.SIGINT)
        rest = until(ours, b"with errors.")
    assert process.returncode == 130
    assert rest.endswith(b"Stopped: 1 file watched, 1 with errors.\r\n")


def until(handle, words):
    """What comes, up to the line with these words."""
    seen = b""
    with suppress(OSError):  # nobody has the other end any more
        while words not in seen or not seen.endswith(b"\n"):
            seen += os.read(handle, 1000)
    return seen
