"""`fhir-matters view`: one page, the face first, then what matters."""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.console import ANYBODY, out_option, read_resource, reader_of, write_out
from fhir_matters.cli.servers import server_at

if TYPE_CHECKING:
    from fhir_matters import Record

WIDEST = 100  # longer lines are hard to find one's way back in
ADDRESS = re.compile(r"(?P<base>https?://.+|[A-Za-z0-9][A-Za-z0-9._-]*)/Patient/(?P<id>[A-Za-z0-9\-.]{1,64})/?")


@click.command("view")
@click.argument("source")
@click.option("--text", "as_text", is_flag=True, help="Print for the terminal instead of HTML.")
@click.option(
    "--for", "reader", metavar="KEY", default=ANYBODY, show_default=True, help="Who will read it: a key, or `person`."
)
@click.option(
    "--lang",
    "language",
    metavar="LANG",
    callback=lambda _context, _option, asked: worded_in(asked),
    help="The language of the page: en or cy.  [default: the person's where there is a page in it, else English]",
)
@out_option("the page")
def command(source: str, reader: str, language: str | None, out: Path | None, *, as_text: bool) -> None:
    """Draw the page of SOURCE: a record file, a bundle, or URL/Patient/ID or NAME/Patient/ID on a server.

    The page is one HTML file: no script, nothing fetched, prints on one or two sheets. What the person keeps from
    its reader is not on it; made for anybody, it shows nothing that is kept from anyone.
    """
    from fhir_matters.pages import page_for
    from fhir_matters.view.html import html
    from fhir_matters.view.text import text

    page = page_for(_record(source), reader_of(reader), language)
    if not as_text:
        write_out(out, html(page))
    elif out is not None:
        write_out(out, text(page).encode())
    else:
        click.echo(
            spellable(text(page, min(shutil.get_terminal_size().columns, WIDEST)), sys.stdout.encoding), nl=False
        )


def spellable(text: str, encoding: str) -> str:
    """The text with letters without their marks where there are none with them, and no marks of direction then."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_spelt(letter, encoding) for letter in text)
    return text


def _spelt(letter: str, encoding: str) -> str:
    if "\u2066" <= letter <= "\u2069":
        return ""
    plain = unicodedata.normalize("NFKD", letter)[0]
    return plain if letter.encode(encoding, "ignore") == b"" != plain.encode(encoding, "ignore") else letter


def worded_in(asked: str | None) -> str | None:
    """The language that was asked for; None where none was. Raises BadParameter where there is no page in it."""
    from fhir_matters.view.catalogue import languages, nearest

    if asked is None:
        return None
    found = nearest(asked)
    if found.partition("-")[0] != asked.lower().partition("-")[0]:
        raise click.BadParameter(f"there is no page in {asked!r}; there is one in {' and in '.join(languages())}.")
    return found


def _record(source: str) -> Record:
    from fhir_matters import read

    if (address := ADDRESS.fullmatch(source)) and not Path(source).is_file():
        return read(server_at(address["base"]).pull(address["id"]))
    return read(read_resource(Path(source)))
