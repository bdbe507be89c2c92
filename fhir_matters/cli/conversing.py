"""A conversation from its first question to the record file: begun, gone on with, and made a record at its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from fhir_matters import Validator
from fhir_matters.cli.console import read_resource
from fhir_matters.cli.kept_answers import KeptAnswers
from fhir_matters.cli.talking import HELP, StoppedError, Talking, tell
from fhir_matters.errors import RecordError
from fhir_matters.records import codes
from fhir_matters.records.asking import URL, answers, questionnaire, record_of
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from fhir_matters.view.form.conversation import Talk
from fhir_matters.view.form.given import given_of, items_of
from fhir_matters.view.form.questions import form_of

NAME = "you.name"


def converse(file: Path, name: str | None, source: Path | None, read_line: Callable[[str], str]) -> None:
    """Talk, and write the record. Raises Abort where the person stops, FhirMattersError where it cannot be done."""
    before = _record(source) if source else None
    form = form_of(questionnaire())
    there = given_of(form, answers(before)["item"]) if before else {}
    kept = KeptAnswers(file, f"{URL}|{codes.VERSION}", there)
    try:
        talk = Talk(form, there, kept.given)
        if name and NAME not in kept.given:
            kept.keep(NAME, [name])
        tell("Going on where you stopped." if kept.resumed else f"{form.title}\n\n{HELP}")
        record = _talked(Talking(talk, kept, read_line), talk, before)
        record.save(file)
    except StoppedError:
        kept.close()
        tell(f"Nothing that was said is lost: {kept.path} has it. To go on, run the same command again.")
        raise click.Abort from None
    except BaseException:
        kept.close()
        raise
    kept.close(over=True)
    _tell(file, record)


def _record(source: Path) -> Record:
    return Record.load(source) if source.suffix in (".yaml", ".yml") else read(read_resource(source))


def _talked(talking: Talking, talk: Talk, before: Record | None) -> Record:
    """The record of what was said; what cannot be taken as it is is asked again. Raises RecordError, StoppedError."""
    while True:
        talking.go_on()
        try:
            return _made(talk, before)
        except RecordError as error:
            if not talking.again(error):
                raise


def _made(talk: Talk, before: Record | None) -> Record:
    now = datetime.now(UTC).astimezone()
    items = items_of(talk.form, talk.together, now, {})
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{URL}|{codes.VERSION}",
        "status": "completed",
        "authored": f"{now:%Y-%m-%d}",
        "item": items,
    }
    return record_of(response, before)


def _tell(file: Path, record: Record) -> None:
    """That the record is there, and whether all that it becomes is valid."""
    report = Validator().validate(record.bundle())
    found = (
        "and all that it becomes is valid FHIR" if report.ok else f"but validate finds {len(report.issues)} problems"
    )
    click.echo()
    tell(f"Thank you. {file} is written, {found}.")
    tell(f"To see it: fhir-matters view {file} -o page.html")
    tell(f"What could be asked next: fhir-matters check {file}")
