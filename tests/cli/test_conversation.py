"""`fhir-matters new` in a terminal: the conversation, what is kept where it breaks off, and the record at its end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import stat
import struct
import subprocess
import sys
import termios
from pathlib import Path

import click
import pytest

from fhir_matters import Record, jsonio
from fhir_matters.cli.conversing import converse
from fhir_matters.errors import FhirMattersError
from tests.conftest import ROOT

BARBARA = ROOT / "examples" / "barbara.yaml"
# You: name, called, born, language, interpreter, spoken with, face.
YOU = ["Ivy Moss", "Ive", "17 May 1951", "", "no", "", ""]


def talk(file: Path, lines: list[str], *, name=None, source=None, end=EOFError) -> None:
    said = iter(lines)

    def line(_prompt: str) -> str:
        found = next(said, None)
        if found is None:
            raise end
        return found

    converse(file, name, source, line)
    assert next(said, None) is None, "everything that was said was asked for"


def stopped(file: Path, lines: list[str], **how) -> None:
    with pytest.raises(click.Abort):
        talk(file, lines, **how)


@pytest.fixture
def ivy(tmp_path):
    return tmp_path / "ivy.yaml"


def test_what_is_said_is_a_valid_record_and_nothing_else_is_left_behind(ivy, capsys):
    talk(ivy, [*YOU, "Tea in the garden.", "It is quiet there.", "", "", "/done"])
    record = Record.load(ivy)
    assert (record.person.name.text, record.person.born, record.person.interpreter) == ("Ivy Moss", "1951-05-17", False)
    (said,) = record.what_matters.values()
    assert (said.words, said.why, said.said_by) == ("Tea in the garden.", "It is quiet there.", "person")
    assert [file.name for file in ivy.parent.iterdir()] == ["ivy.yaml"]
    assert "valid FHIR" in capsys.readouterr().out


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
@pytest.mark.parametrize("after", range(0, 14, 2))
def test_wherever_it_breaks_off_it_goes_on_there(ivy, after, end):
    lines = [*YOU, "Tea.", "", "", "y", "Bess.", "", "", "", "/done"]
    stopped(ivy, lines[:after], end=end)
    assert not ivy.exists()
    talk(ivy, lines[after:])
    assert [said.words for said in Record.load(ivy).what_matters.values()] == ["Tea.", "Bess."]


def test_an_answer_that_was_cut_off_as_it_was_kept_is_asked_again(ivy):
    stopped(ivy, YOU)
    kept = ivy.with_name("ivy.yaml.answers")
    kept.write_bytes(kept.read_bytes() + b'{"at":"matters~0.words","sai')
    talk(ivy, ["Tea.", "", "", "", "/done"])
    assert [said.words for said in Record.load(ivy).what_matters.values()] == ["Tea."]


def test_what_is_kept_is_for_nobody_else_to_read(ivy):
    stopped(ivy, YOU)
    assert stat.S_IMODE(ivy.with_name("ivy.yaml.answers").stat().st_mode) == 0o600


def test_yesterday_is_that_day_also_when_it_goes_on_later(ivy):
    stopped(ivy, ["Ivy", "", "yesterday"])
    kept = ivy.with_name("ivy.yaml.answers").read_text()
    assert re.search(r'"you.born","said":\["\d{4}-\d\d-\d\d"\]', kept)


def test_whoever_would_rather_not_say_is_not_asked_the_rest_and_it_is_kept_as_that(ivy):
    # What matters is declined at once; joy as “not now”; the choices as a whole.
    topics = [""] * 4
    talk(ivy, [*YOU, "/no", "", "/no", "2", *topics, "/done"])
    said = {each.kind: each.answer for each in Record.load(ivy).what_matters.values()}
    assert said == {"what matters": "declined to answer", "joy": "not now"}


def test_a_question_with_no_place_for_no_is_left_out(ivy):
    talk(ivy, ["Ivy", "/no", "/done"])
    assert Record.load(ivy).person.likes_to_be_called is None
    assert not Record.load(ivy).other


def test_one_may_go_back_and_say_it_again(ivy):
    talk(ivy, ["/back", "Ivi", "/back", "Ivy", "/done"])
    assert Record.load(ivy).person.name.text == "Ivy"


def test_what_is_not_understood_is_asked_again_with_what_would_be(ivy, capsys):
    talk(ivy, ["Ivy", "/what", "Ive", "3/4/51", "1951", "English!", "perhaps", "/done", "en-GB"])
    told = capsys.readouterr().out
    assert "/stop: go on another time" in told
    assert "17 May 1934" in told
    record = Record.load(ivy)
    assert (record.person.born, record.person.language) == ("1951", "en-GB")


def test_somebody_without_a_name_is_asked_for_one_before_the_record_is_made(ivy, capsys):
    talk(ivy, ["", "/done", "Ivy"])
    assert "This is needed" in capsys.readouterr().out
    assert Record.load(ivy).person.name.text == "Ivy"


def test_names_that_mean_nobody_are_asked_again_and_nothing_else_is(ivy):
    talk(ivy, [*YOU, "Tea.", "", "Una", "", "/done", "me"])
    (said,) = Record.load(ivy).what_matters.values()
    assert said.said_by == "person"


def test_several_lines_end_in_a_backslash(ivy):
    talk(ivy, [*YOU, "One\\", "two", "", "", "", "/done"])
    assert [said.words for said in Record.load(ivy).what_matters.values()] == ["One\ntwo"]


def test_a_picture_is_a_file_by_its_name(ivy):
    talk(ivy, [*YOU[:-1], "no such file", str(ROOT / "examples" / "nia.png"), "/done"])
    assert Record.load(ivy).person.face.size == (ROOT / "examples" / "nia.png").stat().st_size


def test_a_name_that_was_given_is_not_asked_for(ivy):
    talk(ivy, ["Ive", "/done"], name="Ivy Moss")
    assert Record.load(ivy).person.likes_to_be_called == "Ive"


def test_what_cannot_be_read_is_asked_again(ivy, capsys):
    said = iter([UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), "Ivy", "/done"])

    def line(_prompt: str) -> str:
        found = next(said)
        if isinstance(found, UnicodeDecodeError):
            raise found
        return found

    converse(ivy, None, None, line)
    assert "is the terminal set to UTF-8?" in capsys.readouterr().out
    assert Record.load(ivy).person.name.text == "Ivy"


# Going on from what is on record.


def test_nothing_on_record_is_more_than_text_to_a_terminal(tmp_path, capsys):
    bundle = Record.loads("{person: {name: Ivy}, what_matters: {a: {words: Tea., said_by: person}}}").bundle()
    bundle["entry"][1]["resource"]["valueString"] = "\x9b2J\u202eTea."
    (tmp_path / "in.json").write_bytes(jsonio.write(bundle))
    talk(tmp_path / "out.yaml", ["", "", "", "", "", "", "", "", "/done"], source=tmp_path / "in.json")
    told = capsys.readouterr().out
    assert "Tea." in told
    assert not {"\x9b", "\u202e", "\x1b"} & set(told.replace("\x1b[1m", "").replace("\x1b[0m", ""))


def test_what_is_on_record_is_shown_before_it_is_asked_and_stays_where_it_is_left(tmp_path, capsys):
    file = tmp_path / "again.yaml"
    lines = [""] * 400
    with pytest.raises(AssertionError, match="everything"):
        talk(file, lines, source=BARBARA)
    assert Record.load(file) == Record.load(BARBARA)
    told = capsys.readouterr().out
    assert "Enter leaves: Barbara Hartley" in told
    assert "I don't sleep right without him" in " ".join(told.split())


def test_what_still_stands_and_what_has_changed_is_kept_with_what_was_said_before(tmp_path):
    file = tmp_path / "again.yaml"
    start = [""] * 7
    # Still stands; nothing to change; nothing more. Joy is seen differently, in other words.
    talk(file, [*start, "1", "", "", "2", "y", "The garden now.", "", "", "", "/done"], source=BARBARA)
    record = Record.load(file)
    assert len(record.what_matters["with-ted"].still_stands) == 1
    (new,) = (said for said in record.what_matters.values() if said.replaces == "thursdays")
    assert new.words == "The garden now."
    assert record.what_matters["thursdays"] == Record.load(BARBARA).what_matters["thursdays"]


def test_it_goes_on_from_a_bundle_too(tmp_path):
    bundle = tmp_path / "barbara.json"
    bundle.write_bytes(jsonio.write(Record.load(BARBARA).bundle()))
    talk(tmp_path / "b.yaml", ["", "Babs", "/done"], source=bundle)
    assert Record.load(tmp_path / "b.yaml").person.likes_to_be_called == "Babs"


def test_answers_that_were_begun_with_another_record_are_refused(tmp_path):
    file = tmp_path / "b.yaml"
    stopped(file, [""], source=BARBARA)
    with pytest.raises(FhirMattersError, match="another record"):
        talk(file, [])


@pytest.mark.parametrize("kept", [b"{}\n", b"no json\n", b"[1]\n", b'{"form": 1}\n{"at": 2}\n', b"a note"])
def test_a_file_of_something_else_where_answers_are_kept_is_refused(ivy, kept):
    ivy.with_name("ivy.yaml.answers").write_bytes(kept)
    with pytest.raises(FhirMattersError, match="Move that file away"):
        talk(ivy, [])
    assert ivy.with_name("ivy.yaml.answers").read_bytes() == kept


# The command itself.
PATIENCE = 60  # seconds that it may think
UNHEARD = 5  # seconds after which a signal was not heard


def _hears() -> None:
    """A shell that runs the tests without a terminal lets them ignore that one hangs up."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Terminal:
    """`fhir-matters new` in a terminal of that many columns, in that locale."""

    def __init__(self, *arguments: object, columns: int = 40, locale: str = "C.UTF-8") -> None:
        self.master, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.out = ""
        unsized = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fhir_matters", "new", *map(str, arguments)],
            stdin=other, stdout=other, stderr=other, process_group=0, preexec_fn=_hears,  # noqa: PLW1509 (it takes no lock)
            env={**unsized, "PYTHONPATH": str(ROOT), "LC_ALL": locale, "TERM": "dumb"},
        )  # fmt: skip
        os.close(other)

    def until(self, words: str) -> None:
        """Read until these words have come, whatever the ends of lines."""
        while words not in " ".join(self.out.split()):
            assert self._more(), self.out

    def say(self, line: str, then: str) -> None:
        self.out = ""
        os.write(self.master, f"{line}\n".encode())
        self.until(then)

    def stop(self, how: signal.Signals) -> int:
        """Send it that signal, and read to the end; the exit code.

        Python does not hear one that comes just before it waits for an answer, until there is another.
        """
        self.process.send_signal(how)
        if not select.select([self.master], [], [], UNHEARD)[0]:
            self.process.send_signal(how)
        return self.end()

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._more():
            pass
        os.close(self.master)
        return self.process.wait()

    def _more(self) -> bool:
        assert select.select([self.master], [], [], PATIENCE)[0], f"nothing more came, after {self.out[-500:]}"
        try:
            found = os.read(self.master, 65536)
        except OSError:  # Linux: nobody has the other end any more
            return False
        self.out += found.decode("utf-8", "replace")
        return bool(found)


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGINT, 130), (signal.SIGHUP, -signal.SIGHUP), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_in_a_narrow_terminal_nothing_is_lost_however_it_ends(ivy, how, code):
    first = Terminal(ivy)
    first.until("What is your name?")
    assert max(map(len, first.out.splitlines())) <= 40
    first.say("Ivy Müller", "call you?")
    assert first.stop(how) == code
    assert not ivy.exists()
    assert "Traceback" not in first.out
    again = Terminal(ivy)
    again.until("Going on where you stopped. Who are you? What would you like us to call you?")
    again.say("Ive", "When were you born?")
    again.say("/done", "Thank you.")
    assert again.end() == 0
    assert Record.load(ivy).person.name.text == "Ivy Müller"


def test_a_locale_that_has_no_such_letters_is_asked_all_the_same(ivy):
    talking = Terminal(ivy, locale="POSIX", columns=80)
    talking.until("What is your name?")
    talking.say("Ivy", "call you?")
    talking.say("/done", "Thank you.")
    assert talking.end() == 0


def test_where_nothing_can_be_written_it_is_said_before_anything_is_asked(tmp_path):
    talking = Terminal(tmp_path / "nowhere" / "ivy.yaml", columns=200)
    assert talking.end() == 2
    assert "Choose a file in a folder that you may write in." in talking.out
    assert "What is your name?" not in talking.out


def test_without_a_terminal_a_template_is_written_and_nobody_is_asked(run, ivy):
    assert run("new", ivy, "--name", "Ivy").code == 0
    assert "# What would you like us to call you?" in ivy.read_text()
    ran = run("new", ivy.with_name("b.yaml"), "--from", BARBARA)
    assert (ran.code, "in a terminal" in ran.err) == (2, True)
    ran = run("new", ivy.with_name("b.yaml"), "--from", BARBARA, "--template")
    assert (ran.code, "leave out --from" in ran.err) == (2, True)


def test_a_record_that_exists_is_only_gone_on_with_when_told_so(run, ivy):
    run("new", ivy, "--name", "Ivy")
    ran = run("new", ivy)
    assert (ran.code, "--from the same file" in ran.err) == (2, True)
