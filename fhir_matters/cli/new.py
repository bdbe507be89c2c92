"""`fhir-matters new`: a conversation that ends as a record file; or such a file to fill in."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import click

from fhir_matters.files import write_whole

TEMPLATE = """\
# What matters to {quoted}. Fill in what was said, in their own words; leave out what was not.
# Every part has a key of its own (`first-talk`, `home`), and parts refer to each other by key; `person` is the person.
# Check it with: fhir-matters build {file} -o bundle.json && fhir-matters validate bundle.json
person:
  name: {quoted}
  likes_to_be_called:  # What would you like us to call you?
  born:  # 1934-05-17; the year alone will do
  communicates:  # How do you like to be spoken with? "Hears better on the left. Give time to finish."
  # identifiers: [{{system: "https://fhir.nhs.uk/Id/nhs-number", value: "9990000000"}}]
  # face: {{file: face.png, caption: "At home, last summer"}}

people:
  # daniel: {{name: Daniel Bell, relation: "my son", roles: [speaks for me, call first], phone: "+44 7700 900123"}}

colleagues:
  # amara: {{name: Amara Okafor, role: palliative care consultant, team: Hospital palliative care}}

conversations:
  # first-talk:
  #   when: "2026-03-03T14:00:00Z"
  #   minutes: 45
  #   with: [person, daniel, amara]
  #   asked: "What do I need to know in order to best help you?"

what_matters:
  # home: {{words: "My own chair, my own tea.", why: "…", said_by: person, in: first-talk}}

preferences:
  # no-photos: {{kind: please do not, words: "No pictures of my back.", said_by: person, in: first-talk}}
  # where: {{kind: place of death, wish: home, only_if: "someone comes when we ring", said_by: person, in: first-talk}}

choices:
  # stay-or-go:
  #   question: "Where do I spend the time that is left?"
  #   in: first-talk
  #   rests_on: [home]
  #   options:
  #     stay: {{what: Stay in hospital, as_things_are: true, considerations: [
  #       {{for: "There is always somebody about", domain: psychological, raised_by: person}}]}}
  #     go: {{what: Go home with a plan, considerations: [
  #       {{for: "My own chair", domain: social, raised_by: person, weight: {{words: "a lot"}}, tipped_it: true}}]}}
  #   decided: {{option: go, words: "Home then.", by: person}}
"""


@click.command("new")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", help="The person's name.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="A record or a bundle to go on from: what is in it is shown before it is asked.",
)
@click.option(
    "--template", is_flag=True, help="Ask nothing: write a file to fill in, with the questions beside each field."
)
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
def command(file: Path, name: str | None, source: Path | None, *, template: bool, force: bool) -> None:
    """Make the record FILE of what one person says, in a conversation here in the terminal.

    Every answer is kept at once: stopped in the middle, the same command goes on where it was. Any question may be
    left open, or declined. Where there is no terminal, as with --template, a file to fill in is written for --name.

    Nothing that exists is replaced unless told to.
    """
    if file.exists() and not force and not _same(file, source):
        step = "Choose another name, pass --force to replace it, or go on with it: --from the same file."
        raise click.UsageError(f"{file} exists. {step}")
    if source is None and (template or not _watched()):
        _template(file, name or _asked())
    elif template:
        raise click.UsageError("A template has nothing of another record in it: leave out --from.")
    elif not _watched():
        raise click.UsageError("Nobody is here to answer: run this in a terminal.")
    else:
        _conversation(file, name, source)


def _same(file: Path, source: Path | None) -> bool:
    return source is not None and source.exists() and file.samefile(source)


def _watched() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _template(file: Path, name: str) -> None:
    from fhir_matters import Record

    text = TEMPLATE.format(name=name, quoted=json.dumps(name, ensure_ascii=False), file=file.name)
    Record.loads(text)
    write_whole(file, text.encode())
    click.echo(f"{file} is ready to be filled in. Then: fhir-matters build {file}")


def _asked() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("Whose record is it? Pass --name.")
    answer: str = click.prompt("Whose record is it? Name")
    return answer


def _conversation(file: Path, name: str | None, source: Path | None) -> None:
    from fhir_matters.cli.conversing import converse

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  the arrow keys, and pasting several lines at once
    converse(file, name, source, input)
