"""`fhir-matters build`: a record file becomes a FHIR bundle, or a document that travels alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from fhir_matters.cli.console import ANYBODY, out_option, reader_of, write_out

if TYPE_CHECKING:
    from fhir_matters import Record


@click.command("build")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "shape",
    type=click.Choice(["record", "document", "ips", "adi"]),
    default="record",
    show_default=True,
    help="The whole record; our own document; an International Patient Summary; or an advance directive.",
)
@click.option(
    "--kind",
    type=click.Choice(["collection", "transaction"]),
    default="collection",
    show_default=True,
    help="Of the whole record: a bundle to keep, or one that a server takes in one request.",
)
@click.option("--for", "reader", metavar="KEY", help="Leave out what is kept from somebody: a key, or `anybody`.")
@click.option("--date", "day", metavar="DAY", help="The day that a document is of.  [default: today]")
@click.option("--author", metavar="KEY", help="Who answers for a document.  [default: person]")
@click.option("--custodian", metavar="NAME", help="The organisation that keeps a document.")
@out_option("the bundle, as JSON")
def command(file: Path, shape: str, out: Path | None, **how: str | None) -> None:
    """Turn the record FILE (YAML or JSON) into a FHIR bundle.

    The same file always gives the same bytes; a document, on the same day. It is the whole record, with security
    labels on what the person keeps from somebody; with --for, what is kept from that reader is nowhere in it. A
    document has only what is kept from nobody, unless --for says who reads it.
    """
    from fhir_matters import Record, jsonio

    if shape == "record" and (how["day"] or how["author"] or how["custodian"]):
        raise click.UsageError("--date, --author and --custodian are of a document: say which with --as.")
    record = Record.load(file)
    bundle = _whole(record, **how) if shape == "record" else _document(record, shape, **how)
    write_out(out, jsonio.write(bundle, indent=True) + b"\n")


def _whole(record: Record, kind: Any, reader: str | None, **_: str | None) -> dict[str, Any]:
    return record.bundle(kind, reader=reader_of(reader or "person"))


def _document(record: Record, shape: str, **how: str | None) -> dict[str, Any]:
    return record.document(
        _KINDS[shape],
        date=how["day"] or f"{datetime.now().astimezone():%Y-%m-%d}",
        author=how["author"] or "person",
        custodian=how["custodian"],
        reader=reader_of(how["reader"] or ANYBODY),
    )


_KINDS: dict[str, Literal["own", "ips", "adi"]] = {"document": "own", "ips": "ips", "adi": "adi"}
