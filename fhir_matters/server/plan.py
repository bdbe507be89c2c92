"""What a transfer would do, and why, before it does anything: one step for each resource of the source.

A resource that is on the target already is left alone. One that differs there is a conflict, and is never
overwritten unless told so, or unless a journal shows that nobody but us has touched it since. Everything goes in
portions: what is known of all the others is on the shelf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from fhir_matters import jsonio
from fhir_matters.server import elsewhere
from fhir_matters.server.compare import Difference, Knowledge, compare, content
from fhir_matters.server.elsewhere import Elsewhere
from fhir_matters.server.matching import PEOPLE, another_person, shares_identifier
from fhir_matters.server.references import LITERAL, conditional, references, texts
from fhir_matters.server.rest import Rest
from fhir_matters.server.rewrite import rewrite
from fhir_matters.server.settling import settle
from fhir_matters.server.shelf import Kept, Shelf
from fhir_matters.server.source import Item, Name, Source
from fhir_matters.server.target import Progress, there

Action: TypeAlias = Literal["create", "update", "already there", "conflict", "cannot"]
ACTIONS: tuple[Action, ...] = ("create", "update", "already there", "conflict", "cannot")


class Put(NamedTuple):
    """What a journal remembers of one write: the target's version after it, and the hash of what was sent.

    `status` is what the target answered to it, where that is still known.
    """

    version: str
    sha256: str
    status: str = ""


class Step(NamedTuple):
    """What is to happen to one resource: `place` is its `Type/id` on the target, `version` what is there now."""

    item: Item
    action: Action
    place: str
    reason: str = ""
    version: str = ""
    differences: tuple[Difference, ...] = ()
    certain: bool = True

    @property
    def writes(self) -> bool:
        """True where something is to be written."""
        return self.action in ("create", "update")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What else a transfer may do: `overwrite` what differs; let the target make `narrative` anew; what becomes of
    references to a server that is neither source nor target.
    """  # noqa: D205 - one sentence

    overwrite: bool = False
    narrative: bool = False
    elsewhere: Elsewhere = "keep"


class Steps(Kept[Step]):
    """The steps of a plan, read from the shelf when they are asked for."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.shelf)
        self._source = source

    def made(self, numbers: Sequence[int]) -> list[Step]:
        """The steps with these numbers."""
        sql = "SELECT number, action, place, reason, version, certain, differences FROM step WHERE number IN"
        pairs = zip(self._source.items.made(numbers), self._rows(sql, numbers), strict=True)
        return [Step(*(item, *row[1:5], thawed(row[6]), bool(row[5]))) for item, row in pairs]


@dataclass(frozen=True)
class Plan:
    """Every step, in the order of the source, and where each item goes."""

    source: Source
    target: str
    allowed: Allowed = Allowed()
    steps: Steps = field(repr=False, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", Steps(self.source))

    @property
    def shelf(self) -> Shelf:
        """Where the steps are kept."""
        return self.source.shelf

    @property
    def totals(self) -> dict[Action, int]:
        """How many steps of each action."""
        counted: dict[str, int] = dict(self.shelf.rows("SELECT action, count(*) FROM step GROUP BY action"))
        return {action: counted.get(action, 0) for action in ACTIONS}

    def told(self) -> Iterator[Step]:
        """The steps that write nothing and say why."""
        sql = "SELECT number FROM step WHERE reason <> '' AND action NOT IN ('create', 'update') AND number > ? LIMIT 1"
        after = -1
        while row := self.shelf.one(sql, (after,)):
            (after,) = row
            yield self.steps[after]

    def __str__(self) -> str:
        parts = [f"{count:,} {action}" for action, count in self.totals.items() if count]
        return f"{len(self.steps):,} resources: {', '.join(parts) or 'nothing to do'}."

    def destination(self, reference: str, near: Name) -> str | None:
        """What a reference in `near` becomes on the target; None where it is not to be changed."""
        item = self.source.find(reference, near)
        return item.place if item else None

    def _moves(self, reference: str, near: Name) -> bool:
        return reference[:1] != "#" and self.destination(reference, near) not in (None, reference)

    def current(self, reference: str, near: Name) -> bool:
        """True where the reference names no version, or the very one that is being moved."""
        literal, item = LITERAL.fullmatch(reference), self.source.find(reference, near)
        return literal is None or item is None or not literal["version"] or item.version == literal["version"]

    def knows(self, reference: str, near: Name) -> bool:
        """True where source or target have what is meant."""
        return reference.startswith(f"{self.target}/") or self.source.find(reference, near) is not None

    def sent(self, item: Item) -> dict[str, Any]:
        """The resource as it is in the source, but for references elsewhere that are to be written in another way."""
        if self.allowed.elsewhere != "rewrite":
            return item.resource
        sent: dict[str, Any] = elsewhere.logical(item.resource, lambda reference: not self.knows(reference, item))
        return sent

    def body(self, item: Item) -> dict[str, Any]:
        """The resource as it is sent: new id, new references, without what only the old server could say."""
        resource = content(self.sent(item))
        if any(self._moves(reference, item) for reference in self.source.texts(item)):
            resource = rewrite(resource, lambda reference: self.destination(reference, item))
        rest = {key: value for key, value in resource.items() if key not in ("resourceType", "id")}
        return {"resourceType": item.type, "id": item.goes, **rest}

    def compare(
        self, item: Item, found: dict[str, Any], target: Mapping[str, dict[str, Any]]
    ) -> tuple[Difference, ...]:
        """How the resource of the target differs from the item; `target` holds what resolved references mean."""
        known = Knowledge(
            swap=lambda reference: self.destination(reference, item),
            current=lambda reference: self.current(reference, item),
            identity=item.goes,
            base=self.target,
            target=target,
            narrative=self.allowed.narrative,
        )
        sent = self.sent(item)
        made = elsewhere.differences(item.resource, sent) if sent is not item.resource else ()
        return (*made, *compare(sent, found, known))


def plan(
    source: Source,
    server: Rest,
    arriving: Iterable[list[int]],
    *,
    allowed: Allowed | None = None,
    put: Iterable[tuple[str, Put]] = (),
    progress: Progress | None = None,
) -> Plan:
    """The steps that would bring the source to the target; reads from the target, writes nothing.

    `arriving` brings what the source is to hold, as `source.arriving` does.
    """
    draft = Plan(source, server.base, allowed or Allowed())
    rows = ((place, each.version, each.sha256) for place, each in put)
    source.shelf.many("INSERT OR REPLACE INTO put VALUES (?, ?, ?)", rows)
    settle(source, server, arriving, progress)
    judge = _Judge(draft, server)
    for portion in source.items.portions():
        judge.portion(portion)
    _hold_back(source.shelf)
    return draft


def resolved(
    draft: Plan, items: Iterable[Item], server: Rest, found: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What the target's resolved references mean, as far as it is not in `found`: wherever a condition was sent."""
    places: dict[str, None] = {}
    for item in items:
        arrived = found.get(item.place)
        said = draft.source.texts(item) if arrived else frozenset()
        if not arrived or not any(map(conditional, said)):
            continue
        if all(text.removeprefix(f"{draft.target}/") in found for text in texts(arrived) - said):
            continue
        for keys, text in references(item.resource):
            if conditional(text) and (literal := _at(arrived, keys)):
                places[literal.removeprefix(f"{draft.target}/")] = None
    return there(server, (place for place in places if place not in found))


def _at(resource: Any, keys: Iterable[str | int]) -> str:
    for key in keys:
        try:
            resource = resource[key]
        except (KeyError, IndexError, TypeError):
            return ""
    return resource if isinstance(resource, str) and LITERAL.fullmatch(resource) else ""


@dataclass(frozen=True)
class _Judge:
    """Decides a portion of steps, and notes what each item leads to."""

    draft: Plan
    server: Rest

    def portion(self, items: list[Item]) -> None:
        shelf = self.draft.shelf
        numbers = ",".join(str(item.number) for item in items)
        kept = "SELECT place, data FROM item CROSS JOIN there ON place = type || '/' || goes WHERE number IN"
        found = {place: jsonio.read(data) for place, data in shelf.rows(f"{kept} ({numbers})")}
        found |= resolved(self.draft, items, self.server, found)
        steps = self.outside([self.step(item, found) for item in items])
        rows = [
            (
                each.item.number,
                each.action,
                each.place,
                each.reason,
                each.version,
                each.certain,
                frozen(each.differences),
            )
            for each in steps
        ]
        shelf.many("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        edges = [edge for step in steps if step.writes for edge in self.edges(step.item)]
        shelf.many("INSERT OR IGNORE INTO edge VALUES (?, ?, ?)", edges)

    def step(self, item: Item, found: Mapping[str, dict[str, Any]]) -> Step:
        problem = item.problem
        if not problem and self.draft.allowed.elsewhere != "keep":
            choice = self.draft.allowed.elsewhere
            problem = elsewhere.problem(item.resource, choice, lambda text: self.draft.knows(text, item))
        arrived = found.get(item.place)
        if problem:
            return Step(item, "cannot", item.place, problem, certain=False)
        if arrived is None:
            return Step(item, "create", item.place)
        return self._met(item, arrived, found)

    def _met(self, item: Item, arrived: dict[str, Any], found: Mapping[str, dict[str, Any]]) -> Step:
        differences = self.draft.compare(item, arrived, found)
        unowned = [difference for difference in differences if not difference.owner]
        step = Step(item, "already there", item.place, "", version(arrived), differences)
        if not unowned:
            return step
        if item.type in PEOPLE and another_person(item.resource, arrived):
            return step._replace(action="cannot", certain=False, reason="By their identifiers, that is another person.")
        row = self.draft.shelf.one("SELECT version, sha256 FROM put WHERE place = ?", (item.place,))
        before = Put(*row) if row else None
        if before is not None and before.version and before.version == step.version:
            if before.sha256 == item.sha256:
                return step._replace(reason="As this server keeps what was sent.")
            return step._replace(action="update", reason="Nobody else has changed it since it was sent.")
        if self.draft.allowed.overwrite:
            return step._replace(action="update", reason="Differs there; told to overwrite.")
        less = all(each.kind in ("missing", "respelt") for each in unowned)
        by_id = item.type not in PEOPLE and (item.unmistakable or less)
        certain = by_id or shares_identifier(item.resource, arrived)
        return step._replace(action="conflict", certain=certain, reason=_differs(unowned, before, item))

    def outside(self, steps: list[Step]) -> list[Step]:
        """The steps, without those that would refer to a stranger.

        A relative reference out of a server's data means that server's resource. If it is not moved along, and the
        target happens to have something under the same id, writing it would say something that nobody said.
        """
        if not self.draft.source.name:
            return steps
        strays = {step.item.number: list(self._strays(step.item)) for step in steps if step.writes}
        strangers = there(self.server, {place for places in strays.values() for place in places})
        return [
            step._replace(
                action="cannot", reason=f"Refers to {place}, which is not moved, and the target has another one."
            )
            if (place := next((each for each in strays.get(step.item.number, ()) if each in strangers), None))
            else step
            for step in steps
        ]

    def _strays(self, item: Item) -> Iterator[str]:
        for text in sorted(self.draft.source.texts(item)):
            literal = LITERAL.fullmatch(text)
            if literal and not literal["base"] and self.draft.source.find(text, item) is None:
                yield f"{literal['type']}/{literal['id']}"

    def edges(self, item: Item) -> Iterator[tuple[int, int, bool]]:
        """What an item refers to; and what its conditional references ask for, which must be findable earlier."""
        source = self.draft.source
        for text in source.texts(item):
            condition = conditional(text)
            if condition is None:
                if (meant := source.find(text, item)) is not None:
                    yield item.number, meant.number, False
                continue
            for name, value in condition[1]:
                for number in source.carrying(condition[0], value) if name == "identifier" else ():
                    yield item.number, number, True


def _differs(unowned: list[Difference], before: Put | None, item: Item) -> str:
    """What a conflict is about: where it differs, and, where a journal knows, on which side it was changed."""
    where = ", ".join(each.path for each in unowned[:3]) + (" …" if len(unowned) > 3 else "")  # noqa: PLR2004
    if before is None:
        return f"Differs there, at {where}."
    sides = "there only" if before.sha256 == item.sha256 else "on both sides"
    return f"Changed {sides} since it was sent, at {where}."


def version(resource: dict[str, Any]) -> str:
    """The version that a server gave the resource, or nothing."""
    meta = resource.get("meta")
    return str(meta.get("versionId", "")) if isinstance(meta, dict) else ""


def _hold_back(shelf: Shelf) -> None:
    """No step is left that would refer to something that does not arrive, or may not be what it seems."""
    doubtful = "SELECT number, NULL FROM step WHERE action = 'cannot' OR NOT certain"
    if shelf.one(f"{doubtful} LIMIT 1") is None:
        return
    shelf.do("CREATE INDEX IF NOT EXISTS edge_number ON edge (number)")  # of use here alone
    behind = "SELECT referrer, edge.number FROM edge JOIN held ON edge.number = held.number WHERE NOT earlier"
    held = f"WITH RECURSIVE held (number, through) AS ({doubtful} UNION {behind})"
    reason = "'Refers to ' || place || ', which does not arrive for certain.'"
    sql = f"{held} SELECT {reason}, held.number FROM held JOIN step ON step.number = through"  # noqa: S608 (ours)
    change = "UPDATE step SET action = 'cannot', reason = ? WHERE number = ? AND action IN ('create', 'update')"
    for values in shelf.rows(sql):
        shelf.do(change, values)


def frozen(differences: Iterable[Difference]) -> bytes | None:
    """Differences as they are kept on the shelf."""
    rows = [[each.path, each.kind, each.owner, each.note, each.source, each.target] for each in differences]
    return jsonio.write(rows) if rows else None


def thawed(kept: bytes | None) -> tuple[Difference, ...]:
    """Differences from the shelf."""
    return tuple(Difference(*row) for row in jsonio.read(kept)) if kept else ()


def counting(progress: Progress | None, stage: str, total: int) -> Callable[[int], None] | None:
    """A function that adds to what is done and tells `progress`; None where nobody wants to know."""
    if progress is None:
        return None
    count = 0

    def more(number: int) -> None:
        nonlocal count
        count += number
        progress(stage, count, total)

    return more
