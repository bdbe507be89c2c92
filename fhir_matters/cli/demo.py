"""`fhir-matters demo`: the whole main job on two embedded servers, each step in plain words with what it proves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fhir_matters.cli.main import CLEAN, FINDINGS

if TYPE_CHECKING:
    from fhir_matters import Receipt, Record, Server

PACKAGE = Path(__file__).parents[1]
# In the wheel the examples lie inside the package, in a checkout beside it.
EXAMPLES = next((each for each in (PACKAGE / "examples", PACKAGE.parent / "examples") if each.is_dir()), PACKAGE)
ON_THE_PAGE = "barbara"


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default="fhir-matters-demo",
    show_default=True,
    help="Where the pages and the receipts go.",
)
@click.pass_context
def command(ctx: click.Context, out: Path) -> None:
    """Run the whole main job: record, validate, push, move, prove, show.

    Starts two FHIR servers in this process, for as long as it runs; nothing leaves this machine.
    """
    out.mkdir(parents=True, exist_ok=True)
    records = _said()
    bundles = _as_fhir(records)
    sound = _checked(bundles)
    with _two_servers() as (first, second):
        sent = _sent(bundles, first, out / "receipt-push.json")
        agreed = _checked_there(bundles, first)
        moved = _moved(first, second, out / "receipt-move.json")
        _named_if_tampered(first, second)
        whole = _shown(records, second, out)
    proved = sound and agreed and whole and sent.nothing_lost and moved.nothing_lost
    click.echo("\nNothing was lost." if proved else "\nNot everything went as it should; see above.")
    ctx.exit(CLEAN if proved else FINDINGS)


def _step(title: str, proves: str) -> None:
    click.echo(f"\n{click.style(title, bold=True)}\n  {proves}")


def _said() -> dict[str, Record]:
    from fhir_matters import Record

    records = {file.stem: Record.load(file) for file in sorted(EXAMPLES.glob("*.yaml"))}
    _step("1. Said", "What people said, kept in their words (invented people, examples/*.yaml).")
    for record in records.values():
        called = record.person.likes_to_be_called or record.person.name.text
        first = next(iter(record.what_matters.values()), None)
        click.echo(f"    {called}: " + (f"“{first.words}”" if first else "was asked, and did not want to say."))
    return records


def _as_fhir(records: dict[str, Record]) -> dict[str, dict[str, Any]]:
    from fhir_matters import read

    _step("2. Recorded", "As plain FHIR R4 resources; read back from them, each record is the same again.")
    bundles = {name: record.bundle() for name, record in records.items()}
    for name, bundle in bundles.items():
        same = "the same again" if read(bundle) == records[name] else "NOT THE SAME"
        click.echo(f"    {name}.yaml: {len(bundle['entry'])} resources, read back: {same}")
    return bundles


def _checked(bundles: dict[str, dict[str, Any]]) -> bool:
    from fhir_matters import Validator

    _step("3. Checked here", "Against R4 and our profiles, offline; what could not be judged is never a pass.")
    validator = Validator()
    reports = {name: validator.validate(bundle) for name, bundle in bundles.items()}
    for name, report in reports.items():
        click.echo(f"    {name}: {len(report.errors)} errors, {len(report.undecided)} could not be judged")
    return all(report.ok for report in reports.values())


@contextmanager
def _two_servers() -> Iterator[tuple[Server, Server]]:
    from fhir_matters import Server
    from fhir_matters.cli.joined import server_validate
    from fhir_matters.local_server.serve import Running

    validate = server_validate()
    with Running(validate=validate) as first, Running(validate=validate) as second:
        yield Server(first.base), Server(second.base)


def _sent(bundles: dict[str, dict[str, Any]], server: Server, path: Path) -> Receipt:
    _step("4. Pushed", f"To a FHIR server at {server.base}; every resource read back and compared to the digit.")
    receipt = server.push(list(bundles.values()))
    again = server.push(list(bundles.values()))
    click.echo(f"    {_totals(receipt)}; sent once more: {_totals(again)}")
    receipt.write(path)
    return receipt


def _checked_there(bundles: dict[str, dict[str, Any]], server: Server) -> bool:
    from fhir_matters.definitions.registry import ours

    _step("5. Checked there", "By the server's own $validate, once it knows our profiles.")
    installed = server.install(ours())
    verdicts = [server.validate(entry["resource"]) for bundle in bundles.values() for entry in bundle["entry"]]
    valid = sum(verdict.ok for verdict in verdicts)
    click.echo(f"    {len(installed)} definitions installed; {valid} of {len(verdicts)} resources valid")
    return valid == len(verdicts)


def _moved(first: Server, second: Server, path: Path) -> Receipt:
    _step("6. Moved", f"To a second server at {second.base}, with a receipt for each resource.")
    receipt = first.move(second)
    click.echo(f"    {_totals(receipt)}; differences that nobody had a right to make: {len(receipt.differences)}")
    receipt.write(path)
    return receipt


def _named_if_tampered(first: Server, second: Server) -> None:
    _step("7. Tampered with", "Somebody changes one word on the second server: moving again names it and keeps both.")
    statement = next(second.search("Observation", [("_count", "1")]))
    second.update({**statement, "valueString": "I do not mind where I am."})
    receipt = first.move(second)
    for line, difference in receipt.differences[:3]:
        click.echo(f"    {line.action}: {line.target}, {difference.path} {difference.kind}")
    second.update(statement)


def _shown(records: dict[str, Record], server: Server, out: Path) -> bool:
    from fhir_matters import read
    from fhir_matters.files import write_whole
    from fhir_matters.view.html import html
    from fhir_matters.view.page import page_of

    _step("8. Shown", "One page each from the second server's resources: the face first, then what matters.")
    whole = True
    for patient in server.search("Patient"):
        record = read(server.pull(patient["id"]))
        name = next((name for name, known in records.items() if known.person == record.person), patient["id"])
        whole &= records.get(name) == record
        page = out / f"{name}.html"
        write_whole(page, html(page_of(record.model_dump(mode="json", exclude_defaults=True))))
        click.echo(f"    {page}")
    return whole


def _totals(receipt: Receipt) -> str:
    return ", ".join(f"{count} {result}" for result, count in receipt.totals.items())
