"""`fhir-matters view`: one page, the face first, then what matters."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.console import ANYBODY, out_option, read_resource, reader_of, write_out
from fhir_matters.cli.transferring import server_at

if TYPE_CHECKING:
    from fhir_matters import Record

ADDRESS = re.compile(r"(?P<base>https?://.+)/Patient/(?P<id>[A-Za-z0-9\-.]{1,64})/?")


@click.command("view")
@click.argument("source")
@click.option("--text", "as_text", is_flag=True, help="Print for the terminal instead of HTML.")
@click.option(
    "--for", "reader", metavar="KEY", default=ANYBODY, show_default=True, help="Who will read it: a key, or `person`."
)
@out_option("the page")
def command(source: str, reader: str, out: Path | None, *, as_text: bool) -> None:
    """Draw the page of SOURCE: a record file, a bundle, or BASE/Patient/ID on a server.

    The page is one HTML file: no script, nothing fetched, prints on one or two sheets. What the person keeps from
    its reader is not on it; made for anybody, it shows nothing that is kept from anyone.
    """
    from fhir_matters.records.privacy import for_reader, keeps_something
    from fhir_matters.view.html import html
    from fhir_matters.view.page import page_of
    from fhir_matters.view.text import text

    record, today = _record(source), datetime.now(UTC).astimezone().date()
    shown = for_reader(record, reader_of(reader), today=today)
    withheld = reader != "person" and keeps_something(record, today)
    data = shown.model_dump(mode="json", exclude_defaults=True)
    page = page_of(data, today=today, withheld=withheld, for_team=reader not in record.people)
    write_out(out, text(page).encode() if as_text else html(page))


def _record(source: str) -> Record:
    from fhir_matters import read

    if address := ADDRESS.fullmatch(source):
        return read(server_at(address["base"]).pull(address["id"]))
    return read(read_resource(Path(source)))
