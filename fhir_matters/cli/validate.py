"""`fhir-matters validate`: is it valid, where not, and what could not be judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.choosing import Choosing, choosing_options
from fhir_matters.cli.counterpart import Counterpart, counterpart_options
from fhir_matters.cli.judging import Judging, judging_options
from fhir_matters.cli.manner import Manner, manner_options
from fhir_matters.cli.progress import Progress
from fhir_matters.cli.running import Run, jobs_of
from fhir_matters.cli.telling import Telling, telling_options

if TYPE_CHECKING:
    from fhir_matters import Validator
    from fhir_matters.validation.judging import Judge


@click.command("validate")
@click.argument("paths", nargs=-1, required=True)
@judging_options
@counterpart_options
@click.option(
    "--jobs",
    metavar="N|auto",
    callback=jobs_of,
    default="1",
    show_default=True,
    help="Validate in so many processes at once; auto: one a core. What is told is the same.",
)
@choosing_options
@telling_options
@manner_options
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    judging: Judging,
    counterpart: Counterpart,
    jobs: int,
    choosing: Choosing,
    telling: Telling,
    manner: Manner,
) -> None:
    """Check PATHS: files, folders, globs, .json, .xml, .ndjson (each also .gz and .zst), .tgz, or - for standard input.

    With --format arrow or parquet (extra `arrow`) the result is a table, a row a resource, in memory that is bounded:
    an Arrow IPC stream, or a Parquet file.

    What --select, --ignore, --severity, --ignore-file, --advisor-file and --baseline set aside does not fail, and is
    counted at the end. That something could not be read or checked is never set aside.

    With --server, what both say, what only we and only the server say of each resource is told apart (--format text or
    json). What it did not validate, or not by the profiles, is never a pass: exit code 2.

    With --fix or --diff only what is certain is mended: displays and codes that have drifted from their code system,
    narratives that say nothing, claims of profiles, the shape of the JSON. What a person said or chose, and how all
    the rest is spelt, is never touched; each fix is proved by validating again. With - the text goes to standard
    output. With --watch the files are validated again as they change: at once with the extra `watch`, else soon.

    Offline, unless --server or --terminology is given; a terminology server is sent codes, systems, displays and
    value sets' canonicals where nothing here decides, nothing else. Exit code 0: no error; 1: errors found; 2:
    something could not be read; 130: stopped by Ctrl-C, and what was found until then is told.
    """
    telling.refuse_statistics_of_others()
    chosen = choosing.chosen()
    judging = manner.with_project(paths, judging)
    make = judging.validators()
    validator = make()
    _tell(validator.registry.missing)
    if counterpart.server is not None:
        choosing.refuse_beside_a_server()
        manner.refuse_beside_a_server()
        ctx.exit(chosen.exit_code(_compared(paths, validator, judging, counterpart, jobs, telling)))
    counterpart.refuse_without_server()
    if (code := manner.watched(paths, validator, judging.profiles, choosing, telling)) is not None:
        ctx.exit(code)
    mended, goes_on = manner.mended(paths, validator, judging.profiles, choosing)
    if not goes_on:
        ctx.exit(mended)
    judge = _judge(make if jobs > 1 else lambda: validator, judging.profiles, telling)
    run = Run(judge, jobs, telling.style, Progress.over(paths), manner.stdin_filename, chosen.choose)
    chapters = telling.in_chapters() if jobs > 1 and chosen.choose is None else None
    with run.listening():
        if chapters is None:
            telling.write(run.reports(paths), run.tell)
        else:
            telling.bind(chapters, run.chapters(paths, chapters.write), run.tell)
    ctx.exit(max(mended, chosen.close(run.close(), telling.style)))


def _judge(make: Callable[[], Validator], profiles: tuple[str, ...], telling: Telling) -> Judge:
    if telling.show_values:
        from fhir_matters.cli.quoting import QuotingJudge

        return QuotingJudge(make, profiles)
    from fhir_matters.validation.judging import Judge

    return Judge(make, profiles)


def _compared(
    paths: tuple[str, ...],
    validator: Validator,
    judging: Judging,
    counterpart: Counterpart,
    jobs: int,
    telling: Telling,
) -> int:
    from fhir_matters.cli.comparing import Wish, compare

    assert counterpart.server is not None
    wish = Wish(
        telling.style,
        jobs,
        telling.out,
        counterpart.journal,
        judging.packages,
        install=counterpart.install,
        show_values=telling.show_values,
    )
    return compare(paths, validator, judging.profiles, counterpart.server, wish)


def _tell(missing: tuple[str, ...]) -> None:
    if missing:
        click.echo(f"fhir-matters: packages that the given ones need are not here: {', '.join(missing)}", err=True)
