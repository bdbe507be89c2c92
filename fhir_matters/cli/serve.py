"""`fhir-matters serve`: the embedded FHIR server."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path, dir_okay=False), help="Where to keep the data; else in memory.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME=VALUE", help="Misbehave, for example drop-response=0.1."
)
@click.option("--seed", type=int, default=0, show_default=True, help="What the faults are drawn by.")
@click.option(
    "--token",
    envvar="FHIR_MATTERS_SERVE_TOKEN",
    help="Ask for this bearer token; better said in the environment, as FHIR_MATTERS_SERVE_TOKEN.",
)
@click.pass_context
def command(
    ctx: click.Context, /, port: int, data: Path | None, faults: tuple[str, ...], seed: int, token: str | None
) -> None:
    """Run a FHIR R4 server on this machine, for trying and testing, with a page for each person who is on it.

    The pages are beside the FHIR: everybody at /, and each as `view` draws them for anybody. Where a token is asked
    for, a browser asks for it as a password; any name will do.

    It listens on the loopback interface alone and asks for no password, or for one token: it is no server for real
    data.

    With --fault it misbehaves on purpose, so that you can see what your client makes of it; what it holds stays
    whole. A fault is NAME=VALUE, and after colons a chance from 0 to 1, only=METHOD, reads, writes or /PATH, after=N
    and times=N; --fault list tells which there are. The same seed and the same requests meet the same faults.
    """
    from fhir_matters.cli.joined import server_skills
    from fhir_matters.cli.transferring import brisk
    from fhir_matters.local_server.access import one_token
    from fhir_matters.local_server.faults import described, seeded
    from fhir_matters.local_server.serve import run

    if "list" in faults:
        click.echo("\n".join(described()))
        return
    if token == "":
        raise click.BadParameter("expected a token, found none.", param_hint="--token")
    ctx.with_resource(brisk())
    run(
        port=port,
        data=data,
        skills=server_skills(one_token(token) if token else None),
        faults=seeded(faults, seed),
        ready=lambda base: click.echo(
            f"{base} is ready, {base.removesuffix('fhir')} shows who is on it; Ctrl-C ends it.{_spoilt(faults, seed)}"
        ),
    )


def _spoilt(faults: tuple[str, ...], seed: int) -> str:
    return f" It misbehaves on purpose: {', '.join(faults)} (seed {seed})." if faults else ""
