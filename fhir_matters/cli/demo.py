"""`fhir-matters demo`: the whole main job on two embedded servers, each step in plain words with what it proves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fhir_matters.cli.main import CLEAN, FINDINGS
from fhir_matters.rules import RULES

if TYPE_CHECKING:
    from fhir_matters import Record, Server
    from fhir_matters.server.receipt import Receipt

PACKAGE = Path(__file__).parents[1]
# In the wheel the examples lie inside the package, in a checkout beside it.
EXAMPLES = next((each for each in (PACKAGE / "examples", PACKAGE.parent / "examples") if each.is_dir()), PACKAGE)
DEFINITIONS = frozenset({"StructureDefinition", "ValueSet", "CodeSystem"})


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
    bundles = {name: record.bundle() for name, record in records.items()}
    proved = [_recorded(records, bundles), _checked(bundles)]
    with _two_servers() as (first, second):
        proved.append(_pushed(bundles, first, out / "receipt-push.json"))
        proved.append(_checked_there(bundles, first))
        proved.append(_moved(first, second, out / "receipt-move.json"))
        proved.append(_tampered(first, second))
        proved.append(_shown(records, second, out))
    click.echo("\nNothing was lost." if all(proved) else "\nNot everything went as it should; see above.")
    ctx.exit(CLEAN if all(proved) else FINDINGS)


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


def _recorded(records: dict[str, Record], bundles: dict[str, dict[str, Any]]) -> bool:
    from fhir_matters import read

    _step("2. Recorded", "As plain FHIR R4 resources; read back from them, each record is the same again.")
    same = {name: read(bundle) == records[name] for name, bundle in bundles.items()}
    for name, bundle in bundles.items():
        back = "the same again" if same[name] else "NOT the same"
        click.echo(f"    {name}: {len(bundle['entry'])} resources; read back, the record is {back}")
    return all(same.values())


def _checked(bundles: dict[str, dict[str, Any]]) -> bool:
    from fhir_matters import Validator

    _step(
        "3. Checked here", "Against R4 and our profiles, offline; what cannot be judged is said, and is never a pass."
    )
    validator = Validator()
    reports = {name: validator.validate(bundle) for name, bundle in bundles.items()}
    for name, report in reports.items():
        open_ = ", ".join(sorted({RULES[issue.rule].title.lower() for issue in report.undecided})) or "nothing"
        click.echo(f"    {name}: {len(report.errors)} errors; not judged: {open_}")
    return all(report.ok for report in reports.values())


@contextmanager
def _two_servers() -> Iterator[tuple[Server, Server]]:
    from fhir_matters import Server
    from fhir_matters.cli.joined import server_validate
    from fhir_matters.local_server.serve import Running

    with Running(validate=server_validate) as first, Running(validate=server_validate) as second:
        yield Server(first.base), Server(second.base)


def _pushed(bundles: dict[str, dict[str, Any]], server: Server, path: Path) -> bool:
    _step("4. Pushed", f"To a FHIR server at {server.base}; every resource read back and compared to the digit.")
    receipt = server.push(list(bundles.values()))
    again = server.push(list(bundles.values()))
    receipt.write(path)
    click.echo(f"    {_totals(receipt)}; sent once more: {_totals(again)}")
    click.echo(f"    {path}")
    return receipt.nothing_lost and set(again.totals) == {"already there"}


def _checked_there(bundles: dict[str, dict[str, Any]], server: Server) -> bool:
    from fhir_matters.definitions.registry import ours

    _step("5. Checked there", "By the server's own $validate, once it knows our profiles.")
    installed = server.install(ours())
    verdicts = [server.validate(entry["resource"]) for bundle in bundles.values() for entry in bundle["entry"]]
    valid = sum(verdict.ok for verdict in verdicts)
    click.echo(f"    {len(installed)} definitions installed; {valid} of {len(verdicts)} resources valid")
    return valid == len(verdicts)


def _moved(first: Server, second: Server, path: Path) -> bool:
    _step("6. Moved", f"Everything, to a second server at {second.base}, with a receipt for each resource.")
    receipt = first.move(second)
    receipt.write(path)
    people = sum(line.type not in DEFINITIONS for line in receipt.lines)
    click.echo(f"    {_totals(receipt)}: {people} of the records, {len(receipt.lines) - people} definitions")
    click.echo(f"    differences that nobody had a right to make: {len(receipt.differences)}")
    click.echo(f"    {path}")
    return receipt.nothing_lost


def _tampered(first: Server, second: Server) -> bool:
    _step("7. Tampered with", "Somebody changes one word on the second server: moving again names it and keeps both.")
    statement = next(each for each in second.search("Observation") if "valueString" in each)
    second.update({**statement, "valueString": "I do not mind where I am."})
    receipt = first.move(second)
    for line, difference in receipt.differences:
        click.echo(f"    {line.action}: {line.target}, {difference.path} {difference.kind}")
    second.update(statement)
    return [line.target for line, _ in receipt.differences] == [f"Observation/{statement['id']}"]


def _shown(records: dict[str, Record], server: Server, out: Path) -> bool:
    from fhir_matters import read
    from fhir_matters.files import write_whole
    from fhir_matters.pages import page_for
    from fhir_matters.view.html import html

    _step("8. Shown", "One page each from the second server's resources: the face first, then what matters.")
    whole = True
    for patient in server.search("Patient"):
        record = read(server.pull(patient["id"]))
        name = next((name for name, known in records.items() if known.person == record.person), patient["id"])
        whole &= records.get(name) == record
        page = out / f"{name}.html"
        write_whole(page, html(page_for(record, None)))
        click.echo(f"    {page}")
    return whole


def _totals(receipt: Receipt) -> str:
    return ", ".join(f"{count} {result}" for result, count in receipt.totals.items())
