"""`fhir-matters completion`: the script by which a shell completes commands; see `completing` for what it completes."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print what lets SHELL complete fhir-matters: commands, options, rules, packages, servers, keys, files.

    \b
    bash:  fhir-matters completion bash > ~/.local/share/bash-completion/completions/fhir-matters
    zsh:   fhir-matters completion zsh > ~/.zfunc/_fhir-matters     (fpath+=~/.zfunc before compinit)
    fish:  fhir-matters completion fish > ~/.config/fish/completions/fhir-matters.fish
    """  # noqa: D301 - \b is how click is told to leave lines as they are
    from click.shell_completion import get_completion_class

    from fhir_matters.cli.main import COMPLETING, group

    kind = get_completion_class(shell)
    assert kind is not None, "one of click's own"
    click.echo(kind(group, {}, "fhir-matters", COMPLETING).source())
