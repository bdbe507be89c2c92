"""Moving resources with proof: plan, apply, read back, compare, receipt.

Every resource gets an id on the target that follows from what it is (`source.py`) and is written there by PUT.
So a second transfer creates nothing, and one that was killed is completed by running it again. What is
on the target with other content is a conflict, and is not overwritten unless told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

from fhir_matters.errors import InputError
from fhir_matters.server import attachments
from fhir_matters.server import plan as planning
from fhir_matters.server.ahead import Messenger
from fhir_matters.server.apply import Pace, carry_out
from fhir_matters.server.compare import sha256
from fhir_matters.server.elsewhere import Elsewhere
from fhir_matters.server.journal import Journal, remembered
from fhir_matters.server.plan import Allowed, Plan, Step
from fhir_matters.server.reading import choice, reading
from fhir_matters.server.receipt import Line, Receipt, Result, Told, moment, noted
from fhir_matters.server.rest import Rest
from fhir_matters.server.shelf import Kept, Shelf
from fhir_matters.server.source import Resources, Source, arriving
from fhir_matters.server.target import Progress, there

# So many resources behind references are remembered, by their identifiers alone.
REMEMBERED = 5000
DONE: dict[str, Result] = {"create": "created", "update": "updated"}


@dataclass(frozen=True, slots=True)
class Transfer:
    """A plan that waits to be carried out: show `plan`, then call `carry_out`. Nothing is written before."""

    plan: Plan
    server: Rest
    journal: Path | str | None = None
    pace: Pace = Pace()
    progress: Progress | None = None

    def carry_out(self) -> Receipt:
        """The receipt, after every write was made and every resource read back."""
        started = moment()
        journal = Journal(self.journal, self.server.base)
        journal.write(())  # whether it can be kept is known before anything is sent
        carry_out(self.plan, self.server, journal, pace=self.pace, progress=self.progress)
        lines = prove(self.plan, self.server, self.progress)
        return Receipt(self.plan.source.name, self.server.base, started, moment(), lines)


class Options(TypedDict, total=False):
    """How a transfer goes: see `prepare`."""

    overwrite: bool
    narrative: bool
    elsewhere: Elsewhere
    journal: Path | str | None
    pace: Pace | None
    progress: Progress | None


class Pushing(Options, total=False):
    """The same for what may come from a server by its name."""

    name: str


class Pulling(TypedDict, total=False):
    """What of a server is meant beside patients: see `pull`."""

    search: str | Iterable[str]
    compartment: bool
    progress: Progress | None


class Moving(Options, total=False):
    """Both at once: see `prepare_move`."""

    search: str | Iterable[str]
    compartment: bool


def prepare(
    resources: Resources,
    to: Rest,
    *,
    name: str = "",
    fresh: bool = False,
    overwrite: bool = False,
    narrative: bool = False,
    elsewhere: Elsewhere = "keep",
    journal: Path | str | None = None,
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> Transfer:
    """The transfer of these resources, planned. `name` is the address of the server that they come from, if any.

    `fresh`: they come from `jsonio.read` alone and nobody else has them, so that they need not be read again.
    `overwrite` replaces what differs there; with `narrative` the target may make generated text anew; references to a
    server that is neither source nor target are kept, written as identifiers (`rewrite`), or make what holds them stay
    behind (`refuse`), as `elsewhere` says. Raises InputError for what is no resource, ServerError where the target
    cannot be read.
    """
    put = () if journal is None else remembered(journal, to.base)
    allowed = Allowed(overwrite, narrative, elsewhere)
    source = Source(Shelf(), name)
    arrive = arriving(source, resources, fresh=fresh)
    plan = planning.plan(source, to, arrive, allowed=allowed, put=put, progress=progress)
    return Transfer(plan, to, journal, pace or Pace(), progress)


def push(resources: Resources, to: Rest, **options: Unpack[Pushing]) -> Receipt:
    """The receipt for these resources (one, a Bundle, or many of either) on that server; options as `prepare`."""
    return prepare(resources, to, **options).carry_out()


def pull(
    from_: Rest,
    patient: str | Iterable[str] | None = None,
    *,
    search: str | Iterable[str] = (),
    compartment: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """A collection Bundle of patients' records (one id, or several), of what searches find, or of everything.

    With all that it refers to; resources are as the server gave them, to the digit; each fullUrl is its address there.
    Raises ServerError where a patient is not there, and where an answer holds another patient's record.
    """
    what = choice(patient, search, compartment=compartment)
    entries = [
        {"fullUrl": f"{from_.base}/{resource['resourceType']}/{resource['id']}", "resource": resource}
        for resource in reading(from_, what, progress)
    ]
    return {"resourceType": "Bundle", "type": "collection", **({"entry": entries} if entries else {})}


def apart(from_: Rest, to: Rest) -> None:
    """Nothing, where these are two servers. Raises InputError where both are the same."""
    if from_.base == to.base:
        raise InputError("Source and target are the same server.", next_step="Name another server to move to.")


def prepare_move(
    from_: Rest,
    to: Rest,
    patient: str | Iterable[str] | None = None,
    *,
    search: str | Iterable[str] = (),
    compartment: bool = False,
    **options: Unpack[Options],
) -> Transfer:
    """The move of what `pull` would bring, planned; options as `prepare`.

    Raises InputError where both are one server.
    """
    apart(from_, to)
    what = choice(patient, search, compartment=compartment)
    return prepare(reading(from_, what, options.get("progress")), to, name=from_.base, fresh=True, **options)


def move(from_: Rest, to: Rest, patient: str | Iterable[str] | None = None, **options: Unpack[Moving]) -> Receipt:
    """The receipt for what `prepare_move` planned; the source is left as it is."""
    return prepare_move(from_, to, patient, **options).carry_out()


def prove(plan: Plan, server: Rest, progress: Progress | None = None) -> Lines:
    """A line for each resource, from what the target holds now: read anew, believed in nothing else."""
    report = planning.counting(progress, "prove", len(plan.steps))
    attachments.note(plan.source)  # what was not written, and so not noted with it
    told = Told()
    with Messenger() as messenger:
        for steps, answer in messenger.at_once(_Looking(plan, server).at, plan.steps.portions()):
            lines = _lines(plan, steps, answer.result())
            rows = [_row(step, line) for step, line in zip(steps, lines, strict=True)]
            plan.shelf.many("INSERT OR REPLACE INTO line VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            for line in lines:
                told.add(line)
            if report is not None:
                report(len(steps))
            del steps, answer, lines  # before the next but one is made ready
    return Lines(plan.shelf, told)


class _Looking:
    """Reads what the target holds: a portion, and what its resolved references mean, each once as far as remembered."""

    def __init__(self, plan: Plan, server: Rest) -> None:
        self._plan, self._server = plan, server
        self._known: dict[str, dict[str, Any]] = {}

    def at(self, steps: list[Step]) -> dict[str, dict[str, Any]]:
        """By its `Type/id`, each resource of the portion, and who is behind a reference."""
        places = {step.place: None for step in steps}
        found = there(self._server, places, surely=True)
        known = {place: each for place, each in self._known.items() if place not in places} | found
        more = planning.resolved(self._plan, [step.item for step in steps], self._server, known)
        if len(self._known) < REMEMBERED:
            self._known |= {place: _names(resource) for place, resource in more.items()}
        return known | more


def _names(resource: dict[str, Any]) -> dict[str, Any]:
    """What says whether a resource answers a condition (`references.answers`), and no more."""
    return {key: resource[key] for key in ("resourceType", "id", "identifier") if key in resource}


def _lines(plan: Plan, steps: list[Step], target: dict[str, dict[str, Any]]) -> list[Line]:
    refused, notes = _refused(plan, steps), _notes(plan, steps)
    return [_line(plan, step, target, refused.get(step.item.number), notes.get(step.item.number)) for step in steps]


def _refused(plan: Plan, steps: list[Step]) -> dict[int, tuple[Result, str]]:
    sql = f"SELECT number, result, reason FROM refused WHERE number IN ({_numbers(steps)})"  # noqa: S608 (ours)
    return {number: (result, reason) for number, result, reason in plan.shelf.rows(sql)}


def _notes(plan: Plan, steps: list[Step]) -> dict[int, bytes]:
    sql = f"SELECT number, notes FROM stating WHERE number IN ({_numbers(steps)})"  # noqa: S608 (ours)
    return dict(plan.shelf.rows(sql))


def _numbers(steps: list[Step]) -> str:
    return ",".join(str(step.item.number) for step in steps)


def _line(
    plan: Plan,
    step: Step,
    target: dict[str, dict[str, Any]],
    refusal: tuple[Result, str] | None,
    notes: bytes | None,
) -> Line:
    arrived, item = target.get(step.place), step.item
    action: Result = DONE.get(step.action) or step.action  # type: ignore[assignment]
    reason = step.reason
    if refusal is not None:
        action, reason = refusal
    elif arrived is None and action != "cannot":
        action, reason = "lost", "The server took it, but does not have it."
    ours = item.key, item.type, item.sha256, action
    if arrived is None or action in ("cannot", "refused"):
        return Line(*ours, reason=reason, notes=noted(notes))
    there_ = step.place, planning.version(arrived), sha256(arrived), reason
    return Line(*ours, *there_, plan.compare(item, arrived, target), noted(notes))


def _row(step: Step, line: Line) -> tuple[Any, ...]:
    kept = line.action, line.target, line.version, line.target_sha256, line.reason
    return step.item.number, *kept, planning.frozen(line.differences)


class Lines(Kept[Line]):
    """The lines of a receipt, read from the shelf when asked for; `told` is what they say together, if known."""

    def __init__(self, shelf: Shelf, told: Told | None = None) -> None:
        super().__init__(shelf)
        self.told = told

    def made(self, numbers: Sequence[int]) -> list[Line]:
        """The lines with these numbers."""
        sql = (
            "SELECT number, key, type, item.sha256, action, target, line.version, line.sha256, reason, differences,"
            " notes FROM line JOIN item USING (number) LEFT JOIN stating USING (number) WHERE number IN"
        )
        rows = self._rows(sql, numbers)
        return [Line(*(*row[1:-2], planning.thawed(row[-2]), noted(row[-1]))) for row in rows]
