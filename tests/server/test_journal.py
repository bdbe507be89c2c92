"""A journal remembers what was written, survives a crash in the middle of a line, and holds no data."""

from __future__ import annotations

import pytest

from fhir_matters.errors import InputError
from fhir_matters.server.journal import Journal, remembered
from fhir_matters.server.plan import Put
from fhir_matters.server.transfer import push
from tests.server.resources import record

BASE = "https://example.org/fhir"


def test_what_was_written_is_remembered_for_that_target_only(tmp_path):
    path = tmp_path / "journal"
    Journal(path, BASE).write([("Patient/a", Put("1", "x")), ("Patient/b", Put("1", "y"))])
    Journal(path, "https://else.example.org").write([("Patient/c", Put("1", "z"))])
    Journal(path, BASE).write([("Patient/a", Put("2", "x2"))])
    assert dict(remembered(path, BASE)) == {"Patient/a": Put("2", "x2"), "Patient/b": Put("1", "y")}


def test_a_line_cut_short_is_forgotten_and_does_not_spoil_the_next(tmp_path):
    path = tmp_path / "journal"
    Journal(path, BASE).write([("Patient/a", Put("1", "x"))])
    with path.open("ab") as file:
        file.write(b'{"target":"https://exam')
    assert set(dict(remembered(path, BASE))) == {"Patient/a"}
    Journal(path, BASE).write([("Patient/b", Put("1", "y"))])
    assert set(dict(remembered(path, BASE))) == {"Patient/a", "Patient/b"}


def test_no_journal_is_an_empty_memory(tmp_path):
    assert not list(remembered(tmp_path / "none", BASE))


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"target": 1}', "[]", ""])
def test_another_file_is_no_journal_and_is_left_alone(tmp_path, server, fake, line):
    path = tmp_path / "other"
    path.write_text(f"{line}\n")
    with pytest.raises(InputError, match="no line of a journal"):
        push(record(2), server, journal=path)
    assert path.read_text() == f"{line}\n"
    assert not fake.writes()


def test_a_journal_that_cannot_be_kept_stops_the_transfer(tmp_path, server):
    with pytest.raises(InputError, match="journal"):
        push(record(2), server, journal=tmp_path)


def test_a_journal_without_a_folder_stops_the_transfer_before_anything_is_sent(tmp_path, server, fake):
    with pytest.raises(InputError, match="journal cannot be written"):
        push(record(2), server, journal=tmp_path / "absent" / "journal")
    assert not fake.writes()


def test_a_journal_holds_nothing_of_what_was_said(tmp_path, server):
    push(record(2), server, journal=tmp_path / "journal")
    assert "what matters" not in (tmp_path / "journal").read_text()
    assert len(dict(remembered(tmp_path / "journal", server.base))) == 4
