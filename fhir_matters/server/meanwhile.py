"""What somebody else writes between our look and our write is never overwritten, on any server.

`If-None-Match: *` (RFC 9110, 13.1.2) goes with each write that is to create, and a server that knows it refuses. Others
do not look at it (HAPI 8.8 and Medplum 4.5 among them) but number their versions: what should have become the first
and is a later one replaced something, which is put back. Either way the transfer ends here, and a new look decides.
A server that does neither (Medplum's memory) is beyond help: nothing in its answer tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fhir_matters.errors import Conflict, ServerError
from fhir_matters.server.compare import content
from fhir_matters.server.plan import Plan, Put, Step, resolved
from fhir_matters.server.rest import Rest
from fhir_matters.server.target import GONE

# What a server may do to our own: keep less of it, or spell it in another way (HAPI does both). More is not ours.
OURS_STILL = frozenset({"missing", "respelt"})


def guard(plan: Plan, step: Step) -> dict[str, str]:
    """What the request of this write says of the version that it may replace, as in `Bundle.entry.request`."""
    if step.action == "create" and not plan.allowed.overwrite:
        return {"ifNoneMatch": "*"}
    return {"ifMatch": f'W/"{step.version}"'} if step.action == "update" and step.version else {}


def left(plan: Plan, server: Rest, steps: Iterable[Step], found: Mapping[str, dict[str, Any]]) -> list[Step]:
    """The steps that are still to be written, of which `found` is what is there, after a write that may have failed.

    Raises Conflict where something to be created is there, and surely by somebody else.
    """
    several = list(steps)
    target = {**found, **resolved(plan, [step.item for step in several], server, found)}
    waiting = []
    for step in several:
        kinds = _kinds(plan, step, found.get(step.place), target)
        guarded = "ifNoneMatch" in guard(plan, step)
        if kinds is None or (kinds and not guarded):
            waiting.append(step)
        elif guarded and not kinds <= OURS_STILL:
            raise _somebody(step, server)
    return waiting


def give_back(plan: Plan, server: Rest, puts: Iterable[tuple[Step, Put]]) -> None:
    """Nothing, where what was to be created was; else what was replaced is there again, and Conflict is raised."""
    replaced = None
    for step, put in puts:
        if _is_later(plan, step, put) and _given_back(plan, server, step, int(put.version)):
            replaced = step
    if replaced is not None:
        raise _somebody(replaced, server)


def _is_later(plan: Plan, step: Step, put: Put) -> bool:
    """True where what was to be new has a later version, and not because it had been deleted (201 then)."""
    replaces = "ifNoneMatch" in guard(plan, step) and not put.status.startswith("201")
    return replaces and put.version.isdecimal() and int(put.version) > 1


def _given_back(plan: Plan, server: Rest, step: Step, number: int) -> bool:
    """False where the version before says the same, or is not to be had: then nothing of anybody's was replaced."""
    try:
        before = server.version(step.place, str(number - 1))
    except ServerError as error:
        if error.status in GONE:
            return False
        raise
    target = resolved(plan, [step.item], server, {step.place: before})
    if (_kinds(plan, step, before, target) or frozenset()) <= OURS_STILL:
        return False
    server.update(content(before), if_match=str(number))
    return True


def _kinds(
    plan: Plan, step: Step, there: dict[str, Any] | None, target: Mapping[str, dict[str, Any]]
) -> frozenset[str] | None:
    """The kinds of differences that nobody had a right to; None where there is nothing."""
    if there is None:
        return None
    return frozenset(each.kind for each in plan.compare(step.item, there, target) if not each.owner)


def _somebody(step: Step, server: Rest) -> Conflict:
    return Conflict(
        f"Somebody else wrote {step.place} while this went on; theirs is there.",
        place=server.base,
        next_step="Run the same again: it looks anew, and shows what both say.",
    )
