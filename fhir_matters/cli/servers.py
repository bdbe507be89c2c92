"""`fhir-matters servers`; and servers as commands are given them: an address, or a name out of the user's own file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters import folders
from fhir_matters.errors import FhirMattersError

if TYPE_CHECKING:
    from fhir_matters.server.client import Server
    from fhir_matters.server.terminology import TerminologyServer

TOKEN = "FHIR_MATTERS_TOKEN"  # noqa: S105 - where a token is, not one
TERMINOLOGY_TOKEN = "FHIR_MATTERS_TERMINOLOGY_TOKEN"  # noqa: S105 - the same


VERSION = re.compile(r"\d+\.\d+(\.\d+)?")
R4 = "4.0"


@click.command("servers")
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """List the servers that have a name, or ask the one of that NAME whether it lets us in.

    A name can stand wherever a command takes a server. Names are yours: they are described in servers.toml, in
    $XDG_CONFIG_HOME/fhir-matters (~/.config/fhir-matters), or in the file that FHIR_MATTERS_SERVERS names:

    \b
        [hospital]
        base = "https://fhir.hospital.example/r4"
        smart = { client-id = "a-client", key = { file = "key.pem" }, scopes = ["system/*.cruds"] }
        authority = "hospital-ca.pem"                  # who signs its certificate, if nobody public does
        follow = ["https://files.hospital.example"]    # where else its links may lead, without credentials
    \b
        [ward]
        base = "https://ward.example/fhir"
        basic = { user = "anna", password = { env = "WARD_PASSWORD" } }
        certificate = { file = "us.pem", key = "us-key.pem" }
        limits = { whole = 900, pages = 50000 }
    \b
        [test]
        base = "https://test.example/fhir"
        bearer = { token = { command = ["pass", "show", "test-token"] } }

    Secrets are never in that file: they come from the environment (env), a file that only you can read (file), or a
    command that prints them (command). smart can also have key-id, password (of the key) and token-endpoint, which is
    needed where that is on another origin; limits: connect, read, whole, size, attempts, longest-wait and pages.
    """  # noqa: D301 - \b is how click is told to leave lines as they are
    from fhir_matters.server.named import named, names, servers_file

    if name is not None:
        _tried(name)
        return
    for each in names():
        found = named(each)
        click.echo(f"{each}  {found.base}  {type(found.auth).__name__.lower() if found.auth else 'no credentials'}")
    click.echo(f"In {servers_file()}.", err=True)


def _tried(name: str) -> None:
    """Ask the server what it is, and for the number of its patients, which nobody is told. Raises FhirMattersError."""
    from fhir_matters import Server

    with Server.named(name) as server:
        version = str(server.capabilities().get("fhirVersion", ""))
        said = version if VERSION.fullmatch(version) else "of no known version"
        if not version.startswith(R4):
            raise FhirMattersError(
                f"Expected FHIR R4 (4.0), found FHIR {said}.", place=server.base, next_step="Use its address for R4."
            )
        answer = server.ask("GET", "Patient?_summary=count")
        if answer.status in (401, 403):
            raise server.refused("GET", "Patient", answer)
    click.echo(f"{name}: {server.base} speaks FHIR {said} and lets us in.")


def server_at(where: str) -> Server:
    """The server of this name, or at this address; the token of an address, if it needs one, is FHIR_MATTERS_TOKEN."""
    from fhir_matters import Server

    return Server.named(where) if _is_name(where) else Server(where, token=_token(TOKEN))


def servers_at(source: str, target: str) -> tuple[Server, Server]:
    """Two servers to copy between; one token for both is refused, for it would be shown to whom it is not for."""
    servers = server_at(source), server_at(target)
    from fhir_matters.server.addresses import origin

    addresses = [origin(where) for where in (source, target) if not _is_name(where)]
    if _token(TOKEN) is not None and len(set(addresses)) > 1:
        raise FhirMattersError(
            f"{TOKEN} is the token of one server, and here are two.",
            next_step="Describe them in servers.toml, each with its own, and give their names.",
        )
    return servers


def terminology_at(where: str, cache: str | None) -> TerminologyServer:
    """The terminology server of this name or address; the token of an address is FHIR_MATTERS_TERMINOLOGY_TOKEN.

    `cache` is a file, `none` for nothing kept, or nothing said for the cache folder of this user.
    """
    from fhir_matters.server import TerminologyServer

    file = None if cache == "none" else Path(cache) if cache else folders.cache() / "terminology.sqlite"
    if _is_name(where):
        return TerminologyServer.named(where, cache=file)
    return TerminologyServer(where, cache=file, token=_token(TERMINOLOGY_TOKEN))


def _is_name(where: str) -> bool:
    from fhir_matters.server.named import is_name

    return is_name(where)


def _token(name: str) -> str | None:
    return os.environ.get(name) or None
