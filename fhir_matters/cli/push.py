"""`fhir-matters push`: resources from files to a server, and the proof that they arrived."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from fhir_matters.cli.console import is_record, read, read_resource
from fhir_matters.cli.transferring import brisk, carry_out, server_at, staged, transfer_options
from fhir_matters.errors import FhirMattersError


@click.command("push")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "base", required=True, metavar="URL|NAME", help="The server: its base address, or its name.")
@click.option("--package", "packages", multiple=True, help="A FHIR package to check with: .tgz, folder, name#version.")
@click.option("--unchecked", is_flag=True, help="Send also what our validator finds invalid.")
@click.option("--source", "name", default="", help="The base address of the server that the files came from.")
@transfer_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    base: str,
    packages: tuple[str, ...],
    name: str,
    receipt: Path | None,
    audit: Path | None,
    *,
    unchecked: bool,
    yes: bool,
    show_values: bool,
    **options: Any,
) -> None:
    """Send FILES (bundles, resources, NDJSON, folders of them, record files) to a server.

    A record is sent whole, with security labels on what the person keeps from somebody; `build --for` makes a bundle
    without it. Validates, shows the plan and asks; then writes, reads everything back and compares. What is already
    there is skipped, what differs there is never overwritten unless told so.
    """
    from fhir_matters.server.transfer import prepare

    ctx.with_resource(brisk())
    resources = _resources(files) if unchecked else _valid(_resources(files), packages)
    options |= {"name": name.rstrip("/"), "progress": staged, "fresh": True}
    transfer = prepare(resources, server_at(base), **options)
    ctx.exit(carry_out(transfer, receipt, audit, yes=yes, show_values=show_values))


# A reference by search is an error in a file, and resolved by the server in the transactions that are sent.
RESOLVED = frozenset({"FM406"})


def _resources(files: tuple[Path, ...]) -> Iterator[dict[str, Any]]:
    """Each resource, as `jsonio.read` gives it."""
    from fhir_matters import jsonio
    from fhir_matters.sources import documents

    for file in files:
        if file.suffix in (".yaml", ".yml"):
            yield jsonio.read(jsonio.write(read_resource(file)))
            continue
        for document in documents([str(file)]):
            value = document.value(read)
            if is_record(value) or jsonio.is_xml(document.raw):
                value = jsonio.read(jsonio.write(read_resource(file) if is_record(value) else value))
            yield value


def _valid(resources: Iterator[dict[str, Any]], packages: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The resources as they come; FhirMattersError at their end where any was invalid: nothing is sent before."""
    from fhir_matters import Validator

    validator = Validator(packages=packages)
    count = invalid = 0
    for each in resources:
        count += 1
        invalid += any(issue.rule not in RESOLVED for issue in validator.validate(each).errors)
        yield each
    if invalid:
        raise FhirMattersError(
            f"{invalid:,} of {count:,} resources are invalid; nothing was sent.",
            next_step="`fhir-matters validate` shows why; --unchecked sends them as they are.",
        )
