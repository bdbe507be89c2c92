"""The options that say which findings `validate` tells and which it sets aside, and what a run then comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.gathered import gathered
from fhir_matters.cli.main import CLEAN, FINDINGS
from fhir_matters.errors import InputError
from fhir_matters.files import write_whole
from fhir_matters.reports.words import count

if TYPE_CHECKING:
    from fhir_matters.choosing import Baseline, Chooser, Entry, Known
    from fhir_matters.issue import Report

SEVERITIES = ("error", "warning", "information")
FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class Choosing:
    """What is to be told, as it was asked for."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    severity: str
    ignore_files: tuple[Path, ...]
    advisor_files: tuple[Path, ...]
    baseline: Path | None
    write_baseline: Path | None
    exit_zero: bool

    @property
    def chooses(self) -> bool:
        """Whether anything is to be set aside."""
        return bool(
            self.select or self.ignore or self.ignore_files or self.advisor_files or self.baseline is not None
        ) or (self.severity != SEVERITIES[-1])

    def chosen(self) -> Chosen:
        """What does it. Raises InputError for a code or a file that is none, UsageError for two baselines."""
        if self.baseline is not None and self.write_baseline is not None:
            raise click.UsageError("--baseline sets aside what --write-baseline would write: leave one of them out.")
        return Chosen(self._chooser() if self.chooses else None, self.write_baseline, exit_zero=self.exit_zero)

    def refuse_beside_a_server(self) -> None:
        """Raise UsageError where something is to be set aside while two verdicts are compared."""
        if self.chooses or self.write_baseline is not None:
            raise click.UsageError(
                "--server compares two whole verdicts: leave out --select, --ignore, --severity, --ignore-file, "
                "--advisor-file, --baseline and --write-baseline."
            )

    def _chooser(self) -> Chooser:
        from fhir_matters.choosing import Choice, Chooser, codes
        from fhir_matters.issue import Severity

        baseline = None if self.baseline is None else _baseline(self.baseline)
        entries = tuple(self._entries())
        return Chooser(Choice(codes(self.select), codes(self.ignore), Severity(self.severity), entries, baseline))

    def _entries(self) -> Iterator[Entry]:
        from fhir_matters.choosing import advisor, ignore_file

        for file in self.ignore_files:
            yield from ignore_file(_text(file), str(file))
        for file in self.advisor_files:
            yield from advisor(_text(file), str(file))


@dataclass
class Chosen:
    """One run's setting aside: how much there was of it, and what is done when the run is over."""

    chooser: Chooser | None = None
    write_baseline: Path | None = None
    exit_zero: bool = False
    aside: int = 0
    _found: Counter[Known] = field(default_factory=Counter)

    @property
    def choose(self) -> Callable[[Report], Report] | None:
        """What is done with each report; None where nothing is."""
        return None if self.chooser is None and self.write_baseline is None else self._choose

    def _choose(self, report: Report) -> Report:
        if self.chooser is not None:
            report = self.chooser(report)
            self.aside += len(report.aside)
        if self.write_baseline is not None:
            from fhir_matters.choosing import found

            self._found.update(found(report, str(self.write_baseline.parent)))
        return report

    def close(self, code: int, style: str) -> int:
        """Say what was set aside and what was never needed, write the baseline; the exit code, of that of the run.

        Where something could not be read or done, that stays the exit code, and nothing is written.
        """
        if self.aside and style != "text":
            _say(f"{count(self.aside, 'finding was', 'findings were')} set aside.")
        if code not in (CLEAN, FINDINGS):
            if self.write_baseline is not None:
                _say(f"{self.write_baseline} was not written: not everything was validated.")
            return code
        for remark in self._remarks():
            _say(remark)
        if self.write_baseline is not None:
            self._write(self.write_baseline)
            return CLEAN
        return self.exit_code(code)

    def exit_code(self, code: int) -> int:
        """The exit code where findings may not matter; that something could not be read or done always does."""
        return CLEAN if code == FINDINGS and self.exit_zero else code

    def _remarks(self) -> Iterator[str]:
        if self.chooser is None:
            return
        for entry in self.chooser.unused():
            yield f"{entry}: matched nothing. Take it out, or correct it."
        baseline = self.chooser.choice.baseline
        if baseline is not None and (gone := self.chooser.gone()):
            yield f"{baseline.name}: of its findings {gone:,} are not there any more. --write-baseline writes it anew."

    def _write(self, file: Path) -> None:
        from fhir_matters.choosing import Baseline

        write_whole(file, Baseline(self._found).dumps().encode())
        findings = count(self._found.total(), "finding is", "findings are")
        _say(f"{findings} in {file}: with --baseline {file} only what is new fails.")


def _say(sentence: str) -> None:
    click.echo(f"fhir-matters: {sentence}", err=True)


def _baseline(file: Path) -> Baseline:
    from fhir_matters.choosing import Baseline

    return Baseline.loads(_text(file), str(file.parent), str(file))


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"cannot be read: {reason}.", place=str(file), next_step="Name a file that can be.") from None
    except UnicodeDecodeError:
        raise InputError("Expected UTF-8, found other bytes.", place=str(file), next_step="Save it as UTF-8.") from None


choosing_options = gathered(
    "choosing",
    Choosing,
    (
        click.option(
            "--select", multiple=True, metavar="CODES", help="Tell only these rules: FM301, or FM3 for all of it."
        ),
        click.option(
            "--ignore", multiple=True, metavar="CODES", help="Tell all but these rules; the longer code counts."
        ),
        click.option(
            "--severity",
            type=click.Choice(SEVERITIES),
            default=SEVERITIES[-1],
            show_default=True,
            help="Tell only what is at least so severe.",
        ),
        click.option(
            "--ignore-file",
            "ignore_files",
            type=FILE,
            multiple=True,
            help="Set aside what this TOML file lists: [[ignore]] with rule, path or file, and a reason.",
        ),
        click.option(
            "--advisor-file",
            "advisor_files",
            type=FILE,
            multiple=True,
            help="Set aside what this advisor file of the HL7 validator suppresses.",
        ),
        click.option("--baseline", type=FILE, help="Set aside what was found before: only what is new fails."),
        click.option("--write-baseline", type=FILE, help="Write what is found there, for --baseline; exit code 0."),
        click.option("--exit-zero", is_flag=True, help="Exit with 0 though errors were found."),
    ),
)
