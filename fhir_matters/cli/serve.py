"""`fhir-matters serve`: the embedded FHIR server."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path, dir_okay=False), help="Where to keep the data; else in memory.")
def command(port: int, data: Path | None) -> None:
    """Run a FHIR R4 server on this machine, for trying and testing.

    It listens on the loopback interface alone and asks for no password: it is no server for real data.
    """
    from fhir_matters.cli.joined import server_codes, server_validate
    from fhir_matters.local_server.serve import run

    run(
        port=port,
        data=data,
        validate=server_validate,
        codes=server_codes,
        ready=lambda base: click.echo(f"{base} is ready; Ctrl-C ends it."),
    )
