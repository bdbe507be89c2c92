"""`read` of a filled form, and a record as the answers that open in one."""

from __future__ import annotations

from pathlib import Path

from fhir_matters import Record, jsonio
from fhir_matters.records.asking import answers, record_of

BARBARA = Path("examples/barbara.yaml")


def test_a_record_is_written_as_the_answers_to_the_questionnaire(run):
    ran = run("read", BARBARA, "--format", "answers")
    assert ran.code == 0
    assert record_of(jsonio.read(ran.out), Record.load(BARBARA)) == Record.load(BARBARA)


def test_the_answers_are_read_as_a_record(run, tmp_path):
    filled = tmp_path / "filled.json"
    filled.write_bytes(jsonio.write(answers(Record.load(BARBARA))))
    ran = run("read", filled)
    assert ran.code == 0
    said = [record.what_matters["with-ted"] for record in (Record.loads(ran.out), Record.load(BARBARA))]
    assert said[0].words == said[1].words
