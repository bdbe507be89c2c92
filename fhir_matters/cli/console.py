"""What commands share: reading a resource or a record, writing the result, asking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click

from fhir_matters.errors import FhirMattersError, InputError
from fhir_matters.files import write_whole

Command = TypeVar("Command", bound=Callable[..., Any])


def out_option(what: str) -> Callable[[Command], Command]:
    """The option `-o FILE`; without it the output goes to stdout."""
    path = click.Path(path_type=Path, dir_okay=False)
    return click.option("-o", "--out", type=path, help=f"Where to write {what}; default: standard output.")


def with_options(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    """The command with these options, in their order."""
    for option in reversed(options):
        command = option(command)
    return command


def write_out(out: Path | None, data: bytes) -> None:
    """Write to the file, whole or not at all, or to standard output. Raises FhirMattersError."""
    if out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_whole(out, data)


def read_resource(file: Path) -> dict[str, Any]:
    """The one resource in a JSON or XML file or standard input (`-`), or the bundle that a record file builds.

    Raises InputError, RecordError.
    """
    from fhir_matters import Record
    from fhir_matters.sources import documents

    if file.suffix in (".yaml", ".yml"):
        return Record.load(file).bundle()
    first, *further = islice(documents([file]), 2)
    resource = first.value(read)
    if further:
        raise InputError(
            "Expected one FHIR resource, found several.", place=str(file), next_step="Give a file that holds one."
        )
    if is_record(resource):
        return Record.load(file).bundle()
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        raise InputError(
            "Expected one FHIR resource, found JSON without a resourceType.",
            place=str(file),
            next_step="Give a FHIR resource as JSON or XML, or a record file.",
        )
    return resource


def read(raw: bytes) -> Any:
    """What a document of JSON or FHIR XML says. Raises InputError, also for XML that would lose something."""
    from fhir_matters import jsonio

    if not jsonio.is_xml(raw):
        return jsonio.read(raw)
    from fhir_matters import xmlio
    from fhir_matters.definitions.registry import core
    from fhir_matters.definitions.shapes import Shapes

    document = xmlio.parse(raw, Shapes(core()))
    for problem in document.problems:
        line, column = document.place(problem.keys)
        raise InputError(
            problem.message, place=f"{line}:{column}", next_step="`fhir-matters validate` lists all that is wrong."
        )
    return document.resource


ANYBODY = "anybody"


def reader_of(key: str) -> str | None:
    """The reader that an option names: somebody by key, `person`, or None for anybody."""
    return None if key == ANYBODY else key


def is_record(value: Any) -> bool:
    """True for the JSON of a record file, which is no FHIR resource."""
    return isinstance(value, dict) and "person" in value and "resourceType" not in value


def agree(question: str, *, yes: bool) -> None:
    """Ask before anything is changed; `--yes` does not ask, and without a terminal nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise FhirMattersError("Nobody is here to agree to the plan.", next_step="Pass --yes to go ahead.")
    click.confirm(question, abort=True, err=True)
