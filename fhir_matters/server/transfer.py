"""Moving resources with proof: plan, apply, read back, compare, receipt.

Every resource gets an id on the target that follows from what it is (`source.py`) and is written there by PUT.
So a second transfer creates nothing, and one that was killed is completed by running it again. What is
on the target with other content is a conflict, and is not overwritten unless told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fhir_matters.errors import InputError, ServerError
from fhir_matters.server import plan as planning
from fhir_matters.server.apply import Pace, carry_out
from fhir_matters.server.compare import sha256
from fhir_matters.server.elsewhere import Elsewhere
from fhir_matters.server.journal import Journal, remembered
from fhir_matters.server.plan import Allowed, Plan, Step
from fhir_matters.server.receipt import Line, Receipt, Result
from fhir_matters.server.references import LITERAL, references
from fhir_matters.server.rest import Rest
from fhir_matters.server.shelf import Kept
from fhir_matters.server.source import Resources, source
from fhir_matters.server.target import Progress, there

# So many targets in one search: an address stays well under the 8,000 characters that servers take.
ASKED_AT_ONCE = 40
NO_SUCH_SEARCH = frozenset({400, 404, 405, 501})
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
        started = _now()
        journal = Journal(self.journal, self.server.base)
        carry_out(self.plan, self.server, journal, pace=self.pace, progress=self.progress)
        lines = prove(self.plan, self.server, self.progress)
        return Receipt(self.plan.source.name, self.server.base, started, _now(), lines)


def prepare(
    resources: Resources,
    to: Rest,
    *,
    name: str = "",
    overwrite: bool = False,
    narrative: bool = False,
    elsewhere: Elsewhere = "keep",
    journal: Path | str | None = None,
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> Transfer:
    """The transfer of these resources, planned. `name` is the address of the server that they come from, if any.

    `overwrite` replaces what differs there; with `narrative` the target may make generated text anew; references to a
    server that is neither source nor target are kept, written as identifiers (`rewrite`), or make what holds them stay
    behind (`refuse`), as `elsewhere` says. Raises InputError for what is no resource, ServerError where the target
    cannot be read.
    """
    put = () if journal is None else remembered(journal, to.base)
    allowed = Allowed(overwrite, narrative, elsewhere)
    plan = planning.plan(source(resources, name=name), to, allowed=allowed, put=put, progress=progress)
    return Transfer(plan, to, journal, pace or Pace(), progress)


def push(resources: Resources, to: Rest, **options: Any) -> Receipt:
    """The receipt for these resources (one, a Bundle, or many of either) on that server; options as `prepare`."""
    return prepare(resources, to, **options).carry_out()


def pull(from_: Rest, patient: str | None = None, *, progress: Progress | None = None) -> dict[str, Any]:
    """A collection Bundle of one patient and all that refers to them or is referred to, or of everything.

    Resources are as the server gave them, to the digit; each fullUrl is its address there. Raises ServerError
    where the patient is not there, and where the answer holds another patient's record.
    """
    found: dict[str, dict[str, Any]] = {}
    for resource in _whole(from_) if patient is None else _of_patient(from_, patient.removeprefix("Patient/")):
        found[f"{resource['resourceType']}/{resource['id']}"] = resource
        if progress is not None:
            progress("read", len(found), 0)
    entries = [{"fullUrl": f"{from_.base}/{place}", "resource": resource} for place, resource in found.items()]
    return {"resourceType": "Bundle", "type": "collection", **({"entry": entries} if entries else {})}


def apart(from_: Rest, to: Rest) -> None:
    """Nothing, where these are two servers. Raises InputError where both are the same."""
    if from_.base == to.base:
        raise InputError("Source and target are the same server.", next_step="Name another server to move to.")


def prepare_move(from_: Rest, to: Rest, patient: str | None = None, **options: Any) -> Transfer:
    """The move of one patient of one server, or of everything on it, planned; options as `prepare`.

    Raises InputError where both are the same server.
    """
    apart(from_, to)
    bundle = pull(from_, patient, progress=options.get("progress"))
    return prepare(bundle, to, name=from_.base, **options)


def move(from_: Rest, to: Rest, patient: str | None = None, **options: Any) -> Receipt:
    """The receipt for one patient of one server, or everything on it, on the other; the source is left as it is."""
    return prepare_move(from_, to, patient, **options).carry_out()


def prove(plan: Plan, server: Rest, progress: Progress | None = None) -> Lines:
    """A line for each resource, from what the target holds now: read anew, believed in nothing else."""
    report = planning.counting(progress, "prove", len(plan.steps))
    for steps in plan.steps.portions():
        found = there(server, [step.place for step in steps], surely=True, done=report)
        target = found | planning.resolved(plan, [step.item for step in steps], server, found)
        plan.shelf.many(
            "INSERT OR REPLACE INTO line VALUES (?, ?, ?, ?, ?, ?, ?)", [_row(plan, step, target) for step in steps]
        )
    return Lines(plan.shelf)


def _row(plan: Plan, step: Step, target: dict[str, dict[str, Any]]) -> tuple[Any, ...]:
    arrived = target.get(step.place)
    action: Result = DONE.get(step.action) or step.action  # type: ignore[assignment]
    reason = step.reason
    refusal = plan.shelf.one("SELECT reason FROM refused WHERE number = ?", (step.item.number,))
    if refusal is not None:
        action, reason = "refused", refusal[0]
    elif arrived is None and action != "cannot":
        action, reason = "lost", "The server took it, but does not have it."
    if arrived is None or action in ("cannot", "refused"):
        return step.item.number, action, "", "", "", reason, None
    differences = planning.frozen(plan.compare(step.item, arrived, target))
    return step.item.number, action, step.place, planning.version(arrived), sha256(arrived), reason, differences


class Lines(Kept[Line]):
    """The lines of a receipt, read from the shelf when they are asked for."""

    def made(self, numbers: Sequence[int]) -> list[Line]:
        """The lines with these numbers."""
        sql = (
            "SELECT key, type, item.sha256, action, target, line.version, line.sha256, reason, differences"
            " FROM line JOIN item USING (number) WHERE number = ?"
        )
        rows = [self._shelf.rows(sql, (number,))[0] for number in numbers]
        return [Line(*(*row[:-1], planning.thawed(row[-1]))) for row in rows]


def _of_patient(server: Rest, patient: str) -> Iterator[dict[str, Any]]:
    """`$everything`, and what it refers to and left out; other patients are not followed."""
    seen: dict[str, dict[str, Any]] = {}
    for resource in server.everything(patient):
        if _of_another(resource, patient):
            raise ServerError(
                f"The server's answer holds {resource['resourceType']}/{resource['id']} of another patient.",
                place=server.base,
                next_step="Nothing was moved. Tell whoever runs the server.",
            )
        if resource["resourceType"] == "Patient" and resource["id"] != patient:
            continue
        seen[f"{resource['resourceType']}/{resource['id']}"] = resource
        yield resource
    if f"Patient/{patient}" not in seen:
        raise ServerError(
            "The server's answer does not hold the patient who was asked for.",
            place=server.base,
            next_step="Check the id, and that the server knows Patient/$everything.",
        )
    for resource in _provenance(server, seen):
        seen[f"Provenance/{resource['id']}"] = resource
        yield resource
    waiting = list(seen.values())
    while waiting:
        places = {place for resource in waiting for place in _referred(server, resource) if place not in seen}
        waiting = list(there(server, places).values())
        seen |= {f"{resource['resourceType']}/{resource['id']}": resource for resource in waiting}
        yield from waiting


def _provenance(server: Rest, seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who said and wrote down what `$everything` gave, where it left that out: not all servers count it in.

    One that is about something else too is not this patient's alone, and stays.
    """
    places = sorted(place for place in seen if not place.startswith("Provenance/"))
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(places), ASKED_AT_ONCE):
        asked = {"target": ",".join(places[start : start + ASKED_AT_ONCE])}
        found |= {f"Provenance/{each['id']}": each for each in _known(server, "Provenance", asked)}
    return [each for place, each in found.items() if place not in seen and _is_about(each, seen)]


def _is_about(provenance: dict[str, Any], seen: Mapping[str, Any]) -> bool:
    targets = provenance.get("target")
    literals = [LITERAL.fullmatch(str(each.get("reference"))) for each in targets] if isinstance(targets, list) else []
    return bool(literals) and all(each is not None and f"{each['type']}/{each['id']}" in seen for each in literals)


def _known(server: Rest, kind: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a search finds; a server that has no such type, or no such search, has none."""
    try:
        return [each for each in server.search(kind, asked) if each.get("resourceType") == kind]
    except ServerError as error:
        if error.status in NO_SUCH_SEARCH:
            return []
        raise


def _of_another(resource: dict[str, Any], patient: str) -> bool:
    """True where the one subject of the resource is surely another patient."""
    for key in ("subject", "patient"):
        subject = resource.get(key)
        literal = LITERAL.fullmatch(str(subject.get("reference"))) if isinstance(subject, dict) else None
        if literal and literal["type"] == "Patient" and literal["id"] != patient:
            return not any(
                (found := LITERAL.fullmatch(text)) and found["id"] == patient for _, text in references(resource)
            )
    return False


def _referred(server: Rest, resource: dict[str, Any]) -> Iterator[str]:
    for _, text in references(resource):
        literal = LITERAL.fullmatch(text)
        if literal and literal["type"] != "Patient" and literal["base"] in (None, f"{server.base}/"):
            yield f"{literal['type']}/{literal['id']}"


def _whole(server: Rest) -> Iterator[dict[str, Any]]:
    """Everything, type by type, as far as the CapabilityStatement says that a type can be searched."""
    for kind in _searchable(server.capabilities()):
        yield from server.search(kind, [("_count", "50")])


def _searchable(statement: dict[str, Any]) -> Iterable[str]:
    for rest in statement.get("rest", ()):
        for each in rest.get("resource", ()) if rest.get("mode") == "server" else ():
            codes = {interaction.get("code") for interaction in each.get("interaction", ())}
            if "search-type" in codes and each.get("type") != "Binary":
                yield each["type"]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
