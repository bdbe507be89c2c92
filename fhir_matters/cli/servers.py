"""Servers as commands are given them: an address, or the name of one in the user's own file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fhir_matters.errors import FhirMattersError

if TYPE_CHECKING:
    from fhir_matters.server.client import Server
    from fhir_matters.server.terminology import TerminologyServer

TOKEN = "FHIR_MATTERS_TOKEN"  # noqa: S105 - where a token is, not one
TERMINOLOGY_TOKEN = "FHIR_MATTERS_TERMINOLOGY_TOKEN"  # noqa: S105 - the same


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

    folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    file = None if cache == "none" else Path(cache or Path(folder) / "fhir-matters" / "terminology.sqlite")
    if _is_name(where):
        return TerminologyServer.named(where, cache=file)
    return TerminologyServer(where, cache=file, token=_token(TERMINOLOGY_TOKEN))


def _is_name(where: str) -> bool:
    from fhir_matters.server.named import is_name

    return is_name(where)


def _token(name: str) -> str | None:
    return os.environ.get(name) or None
