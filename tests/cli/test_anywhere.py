"""Every command wherever it runs: a narrow terminal, an old locale, no reader, no room, files of any name."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from fhir_matters.cli.main import COMMANDS
from fhir_matters.local_server.serve import Running
from tests.cli.conftest import EXAMPLES

NAME = "straße \N{EN DASH} \N{WOMAN} 'a\nb'"
# What each command is given; {file} is a bundle, {record} a record file, {out} where it may write, {server} a server.
CASES = {
    "demo": ("--out", "{out}"),
    "new": ("{out}", "--name", "Zo"),
    "build": ("{record}", "-o", "{out}"),
    "read": ("{file}", "-o", "{out}"),
    "validate": ("{file}", "{bad}", "-o", "{out}"),
    "check": ("{file}",),
    "push": ("{file}", "--to", "{server}", "--yes", "--receipt", "{out}"),
    "pull": ("--from", "{server}", "-o", "{out}"),
    "move": ("--from", "{server}", "--to", "{other}", "--yes", "--receipt", "{out}"),
    "verify": ("{file}",),
    "servers": (),
    "serve": ("--fault", "list"),
    "view": ("{file}", "-o", "{out}"),
    "fhirpath": ("descendants().count()", "{file}"),
    "rules": (),
    "completion": ("bash",),
}
WRITING = sorted(name for name, given in CASES.items() if "{out}" in given)
# Neither UTF-8 mode nor a better locale chosen by Python itself.
OLD = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "COLUMNS": "40"}


@pytest.fixture(scope="module")
def servers():
    with Running() as one, Running() as other:
        yield {"server": one.base, "other": other.base}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder whose name, and whose files' names, are as odd as a file system lets them be."""
    folder = tmp_path_factory.mktemp("odd") / os.fsdecode(b"odd \xff " + NAME.encode())
    folder.mkdir()
    (folder / "-.yaml").write_text(
        '{person: {name: "Zoë Straße"}, what_matters: {tea: {words: “Tea.”, said_by: person}}}'
    )
    (folder / f"{NAME}.json").write_bytes((EXAMPLES / "good" / "art.json").read_bytes())
    (folder / f"bad {NAME}.json").write_text('{"resourceType": "Patient", "gender": "“é”"}')
    return folder


def ran(command, files, servers, out, **how):
    """What came of the command in a process of its own."""
    places = {
        "file": files / f"{NAME}.json",
        "record": files / "-.yaml",
        "bad": files / f"bad {NAME}.json",
        "out": out,
        **servers,
    }
    given = [each.format(**places) for each in CASES[command]]
    how.setdefault("stdout", subprocess.PIPE)
    env = {**os.environ, **how.pop("env", {})}
    line = [sys.executable, "-m", "fhir_matters", command, *given]
    return subprocess.run(
        line, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env, check=False, timeout=60, **how
    )


def test_every_command_is_tried():
    assert CASES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_an_old_locale_a_narrow_terminal_and_odd_names_are_no_trouble(command, files, servers, tmp_path):
    done = ran(command, files, servers, tmp_path / "out.json", env=OLD)
    assert done.returncode in (0, 1) or (command == "verify" and done.returncode == 2), done.stderr
    assert b"Traceback" not in done.stderr
    assert (done.stdout + done.stderr).isascii()
    assert done.stdout or done.stderr or command in WRITING


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_forty_columns_and_is_plain_ascii_where_it_must_be(command):
    line = [sys.executable, "-m", "fhir_matters", command, "--help"]
    told = subprocess.run(line, env={**os.environ, **OLD}, capture_output=True, check=False)
    assert told.returncode == 0
    assert told.stdout.isascii()
    # An option with all that it may be stands alone on its line, and what is quoted stays as it is.
    as_it_is = import_module(f"fhir_matters.cli.{command}").command.help
    long = [line for line in told.stdout.decode().splitlines() if len(line) > 40]
    assert [line for line in long if not line.startswith("  -") and line.strip() not in as_it_is] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_nobody_complains_where_nobody_reads(command, files, servers, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = ran(command, files, servers, tmp_path / "out.json", stdout=writing)
    os.close(writing)
    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - WRITING - {"verify", "servers"}))
def test_a_full_disk_is_said(command, files, servers, tmp_path):
    with Path("/dev/full").open("wb") as full:
        done = ran(command, files, servers, tmp_path / "out.json", stdout=full)
    assert done.returncode == 2, done
    assert done.stderr.decode().splitlines()[-1:] == ["fhir-matters: No space left on device."]


@pytest.mark.parametrize("command", WRITING)
def test_where_nothing_can_be_written_it_is_said_in_a_sentence(command, files, servers, tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    done = ran(command, files, servers, file / "out.json", env={"PYTHONUTF8": "1"})
    assert done.returncode == 2, done
    told = done.stderr.decode().splitlines()
    assert "out.json" in told[-1]
    assert not any("Traceback" in line for line in told)
    assert file.read_text() == "not a folder"


def test_standard_streams_that_are_closed_are_as_if_nobody_looked():
    line = f'"{sys.executable}" -m fhir_matters rules <&- >&- 2>&-'
    assert subprocess.run(["sh", "-c", line], check=False).returncode == 0
