"""The options that say how `validate` goes about it, and nothing of what is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.gathered import gathered
from fhir_matters.cli.main import CLEAN, COULD_NOT_RUN
from fhir_matters.cli.progress import Progress
from fhir_matters.sources import STDIN

if TYPE_CHECKING:
    from fhir_matters import Validator
    from fhir_matters.cli.choosing import Choosing
    from fhir_matters.cli.judging import Judging
    from fhir_matters.cli.telling import Telling

AGAIN = ("text", "concise")


@dataclass(frozen=True)
class Manner:
    """How it is gone about."""

    stdin_filename: str
    fix: bool
    diff: bool
    watch: bool
    config: bool

    def with_project(self, paths: Sequence[str], judging: Judging) -> Judging:
        """What is judged by, and the packages that the project around the paths asks for; it is said which.

        Raises InputError where its settings cannot be read.
        """
        if not self.config:
            return judging
        from fhir_matters.cli.project import project_of

        project = project_of((self.stdin_filename if path == "-" else path for path in paths), judging.packages)
        if not (project.here or project.absent):
            return judging
        click.echo(f"fhir-matters: {project}", err=True)
        return replace(judging, packages=(*judging.packages, *project.here))

    def refuse_beside_a_server(self) -> None:
        """Raise UsageError where something is to be done besides comparing two verdicts."""
        if self.fix or self.diff or self.watch:
            raise click.UsageError("--server compares two verdicts: leave out --fix, --diff and --watch.")

    def watched(
        self,
        paths: tuple[str, ...],
        validator: Validator,
        profiles: tuple[str, ...],
        choosing: Choosing,
        telling: Telling,
    ) -> int | None:
        """Watch until stopped, and the exit code then; None where nothing is to be watched.

        Raises UsageError for what cannot be told again and again.
        """
        if not self.watch:
            return None
        if (
            "-" in paths
            or self.fix
            or self.diff
            or choosing.write_baseline
            or telling.out
            or telling.style not in AGAIN
        ):
            raise click.UsageError(
                f"--watch tells again and again, as {' or '.join(AGAIN)}, what files hold: leave out -, -o, --fix, "
                "--diff and --write-baseline."
            )
        from fhir_matters.cli.watching import Watching

        return Watching(paths, validator, profiles, choosing, telling).until_stopped()

    def mended(
        self, paths: Sequence[str], validator: Validator, profiles: tuple[str, ...], choosing: Choosing
    ) -> tuple[int, bool]:
        """What mending came to, as an exit code, and whether what is left is still to be told.

        Raises UsageError for standard input beside files.
        """
        if not (self.fix or self.diff):
            return CLEAN, True
        if "-" in paths and len(paths) > 1:
            raise click.UsageError("Standard input is fixed alone: name no files beside -.")
        from fhir_matters.cli.fixing import Fixing

        writes = self.fix and not self.diff
        fixing = Fixing(validator, profiles, choosing.chosen().choose, writes, Progress.over(paths))
        if "-" in paths:
            return fixing.of_standard_input(self.stdin_filename), False
        code = fixing.over(paths)
        return (code if code == COULD_NOT_RUN or not writes else CLEAN), writes


manner_options = gathered(
    "manner",
    Manner,
    (
        click.option(
            "--stdin-filename",
            metavar="FILE",
            default=STDIN,
            help="What - is: the file that is open in an editor; findings are told under its name.",
        ),
        click.option("--fix", is_flag=True, help="Mend what can be mended for certain, and show how, in short."),
        click.option("--diff", is_flag=True, help="Only show how it would be mended, as a diff of all that changes."),
        click.option("--watch", is_flag=True, help="Go on, and validate again what changes, until Ctrl-C."),
        click.option(
            "--config/--no-config",
            default=True,
            show_default=True,
            help="Load the packages that sushi-config.yaml, ig.ini or fhir.ini beside or above PATHS asks for.",
        ),
    ),
)
