"""The file of what terminology servers told: shared, old, broken, locked, or deleted under our hands."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from fhir_matters.coded import Question, Told
from fhir_matters.server.kept import DAYS, Kept

YES, NO = Question(system="s", code="yes"), Question(system="s", code="no")
ALL = Question("vs")
TOLD = {
    YES: Told(holds=True, display="Ja", remark=True),
    NO: Told(holds=False),
    ALL: Told(expansion={"contains": [{"code": "a"}]}),
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "deep" / "codes.sqlite"


def test_what_was_decided_is_there_for_the_next_one(file):
    Kept(file, "a").put(TOLD)
    assert Kept(file, "a").get([*TOLD, Question("other")]) == TOLD


def test_what_nobody_could_tell_is_not_kept(file):
    Kept(file, "a").put({YES: Told()})
    assert Kept(file, "a").get([YES]) == {}


def test_servers_do_not_answer_for_each_other(file):
    Kept(file, "a").put({YES: Told(holds=True)})
    Kept(file, "b").put({YES: Told(holds=False)})
    assert Kept(file, "a").get([YES])[YES].holds is True
    assert Kept(file, "b").get([YES])[YES].holds is False


def test_after_a_while_it_is_asked_again(file):
    Kept(file, "a", now=lambda: 0.0).put(TOLD)
    day = 24 * 60 * 60
    assert Kept(file, "a", now=lambda: (DAYS - 1) * day).get([YES])
    late = Kept(file, "a", now=lambda: (DAYS + 1) * day)
    assert late.get([YES]) == {}
    late.put({NO: Told(holds=False)})
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT count(*) FROM told_1").fetchone() == (1,)


def test_the_file_does_not_say_what_was_asked(file):
    Kept(file, "https://tx.example.org").put({Question(system="urn:secret", code="secret"): Told(holds=True)})
    assert b"secret" not in b"".join(part.read_bytes() for part in file.parent.iterdir())


def test_many_questions_are_found_together(file):
    many = {Question(system="s", code=str(number)): Told(holds=True) for number in range(1_700)}
    Kept(file, "a").put(many)
    assert Kept(file, "a").get(list(many)) == many


@pytest.mark.parametrize(
    "bytes_", [b"no database at all, but long enough to be looked at" * 50, b"SQLite format 3\x00" * 99]
)
def test_a_broken_file_is_set_aside_and_begun_anew(file, bytes_):
    file.parent.mkdir()
    file.write_bytes(bytes_)
    kept = Kept(file, "a")
    assert kept.get([YES]) == {}
    kept.put(TOLD)
    assert kept.get([YES]) == {YES: TOLD[YES]}
    assert file.with_name("codes.sqlite.broken").read_bytes() == bytes_


def test_a_page_broken_in_the_middle_costs_the_cache_and_nothing_else(file):
    many = {Question(system="s", code=str(number)): Told(holds=True, display="x" * 500) for number in range(500)}
    kept = Kept(file, "a")
    kept.put(many)
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    data = bytearray(file.read_bytes())
    data[4096:-4096] = b"\xff" * (len(data) - 8192)
    file.write_bytes(data)
    assert kept.get(list(many)) == {}
    kept.put(TOLD)
    assert kept.get([YES]) == {YES: TOLD[YES]}


@pytest.mark.parametrize("said", [b"", b"{", b"3", b"{}", b'{"holds":3,"display":"","remark":false,"expansion":null}'])
def test_an_entry_that_is_no_answer_is_as_good_as_none(file, said):
    kept = Kept(file, "a")
    kept.put(TOLD)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE told_1 SET said = ?", (said,))
    assert kept.get([YES, NO, ALL]) == {}


def test_a_file_that_cannot_be_written_costs_the_cache_and_nothing_else(tmp_path):
    (tmp_path / "file").write_text("no folder")
    for place in (tmp_path / "file" / "codes.sqlite", tmp_path):
        kept = Kept(place, "a")
        kept.put(TOLD)
        assert kept.get([YES]) == {}


def test_a_file_that_somebody_holds_locked_is_done_without(file, monkeypatch):
    monkeypatch.setattr("fhir_matters.server.kept._PATIENCE", 0.01)
    kept = Kept(file, "a")
    kept.put(TOLD)
    with sqlite3.connect(file, isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        kept.put({YES: Told(holds=False)})
        assert kept.get([YES])[YES].holds is True
    holder.close()
    assert kept.get([YES])[YES].holds is True


def test_a_file_may_be_deleted_at_any_time(file):
    kept = Kept(file, "a")
    kept.put(TOLD)
    for part in file.parent.iterdir():
        part.unlink()
    assert kept.get([YES]) == {}
    kept.put(TOLD)
    assert kept.get([YES])


def test_many_threads_write_and_read_it(file):
    def work(number: int) -> bool:
        question = Question(system="s", code=str(number))
        Kept(file, "a").put({question: Told(holds=True)})
        return Kept(file, "a").get([question])[question].holds is True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(80)))
