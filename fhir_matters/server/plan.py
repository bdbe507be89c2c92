"""What a transfer would do, and why, before it does anything: one step for each resource of the source.

A resource that is on the target already is left alone. One that differs there is a conflict, and is never
overwritten unless told so, or unless a journal shows that nobody but us has touched it since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from fhir_matters.server.compare import Difference, Knowledge, compare, content, sha256
from fhir_matters.server.matching import PEOPLE, Match, another_person, matches, shares_identifier
from fhir_matters.server.references import LITERAL, conditional, references
from fhir_matters.server.rest import Rest
from fhir_matters.server.rewrite import rewrite
from fhir_matters.server.source import Item, Source
from fhir_matters.server.target import Progress, there

Action: TypeAlias = Literal["create", "update", "already there", "conflict", "cannot"]
ACTIONS: tuple[Action, ...] = ("create", "update", "already there", "conflict", "cannot")


@dataclass(frozen=True, slots=True)
class Put:
    """What a journal remembers of one write: the target's version after it, and the hash of what was sent."""

    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Step:
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


@dataclass(frozen=True)
class Plan:
    """Every step, in the order of the source, and where each item goes."""

    source: Source
    target: str
    steps: tuple[Step, ...]
    ids: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def totals(self) -> dict[Action, int]:
        """How many steps of each action."""
        counted = Counter(step.action for step in self.steps)
        return {action: counted[action] for action in ACTIONS}

    def __str__(self) -> str:
        parts = [f"{count:,} {action}" for action, count in self.totals.items() if count]
        return f"{len(self.steps):,} resources: {', '.join(parts) or 'nothing to do'}."

    def destination(self, reference: str, near: Item) -> str | None:
        """What a reference in `near` becomes on the target; None where it is not to be changed."""
        item = self.source.find(reference, near)
        return f"{item.type}/{self.ids[item.key]}" if item else None

    def current(self, reference: str, near: Item) -> bool:
        """True where the reference names no version, or the very one that is being moved."""
        literal, item = LITERAL.fullmatch(reference), self.source.find(reference, near)
        if literal is None or item is None or not literal["version"]:
            return True
        meta = item.resource.get("meta")
        return isinstance(meta, dict) and meta.get("versionId") == literal["version"]

    def body(self, item: Item) -> dict[str, Any]:
        """The resource as it is sent: new id, new references, without what only the old server could say."""
        resource = rewrite(content(item.resource), lambda reference: self.destination(reference, item))
        rest = {key: value for key, value in resource.items() if key not in ("resourceType", "id")}
        return {"resourceType": item.type, "id": self.ids[item.key], **rest}

    def compare(
        self, item: Item, found: dict[str, Any], target: Mapping[str, dict[str, Any]]
    ) -> tuple[Difference, ...]:
        """How the resource of the target differs from the item; `target` holds what resolved references mean."""
        known = Knowledge(
            swap=lambda reference: self.destination(reference, item),
            current=lambda reference: self.current(reference, item),
            identity=self.ids[item.key],
            base=self.target,
            target=target,
        )
        return tuple(compare(item.resource, found, known))


def plan(
    source: Source,
    server: Rest,
    *,
    overwrite: bool = False,
    put: Mapping[str, Put] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """The steps that would bring the source to the target; reads from the target, writes nothing."""
    report = counting(progress, "look", len(source.items))
    found = there(server, (f"{item.type}/{item.identity}" for item in source.items), done=report)
    found |= _hidden(source, server, found)
    matched = matches(source, server, found)
    ids = {item.key: matched.get(item.key, Match()).identity or item.identity for item in reversed(source.items)}
    found |= there(server, (f"{item.type}/{ids[item.key]}" for item in source.items if item.key in matched))
    draft = Plan(source, server.base, (), ids)
    found |= resolved(draft, server, found)
    places = Counter(f"{item.type}/{ids[item.key]}" for item in source.items if not item.problem)
    shared = frozenset(place for place, count in places.items() if count > 1)
    judge = _Judge(draft, matched, found, put or {}, overwrite, shared)
    steps = [judge.step(item) for item in source.items]
    return replace(draft, steps=tuple(_held_back(source, _outside(source, server, steps))))


def _hidden(source: Source, server: Rest, found: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What a search that lags behind did not show: read one by one where writing could overwrite a stranger."""
    named = ((item, f"{item.type}/{item.identity}") for item in source.items)
    places = (place for item, place in named if place not in found and (item.type in PEOPLE or not item.unmistakable))
    return there(server, places, surely=True)


def resolved(draft: Plan, server: Rest, found: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the target's resolved references mean, as far as it is not in `found`: wherever a condition was sent."""
    places: dict[str, None] = {}
    for item in draft.source.items:
        arrived = found.get(f"{item.type}/{draft.ids[item.key]}")
        for keys, text in references(item.resource) if arrived else ():
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
    """What is known when a step is decided."""

    draft: Plan
    matched: Mapping[str, Match]
    found: Mapping[str, dict[str, Any]]
    put: Mapping[str, Put]
    overwrite: bool
    shared: frozenset[str]

    def step(self, item: Item) -> Step:
        place = f"{item.type}/{self.draft.ids[item.key]}"
        problem = item.problem or self.matched.get(item.key, Match()).problem
        if not problem and place in self.shared:
            problem = "Several resources of the source would become this one of the target."
        arrived = self.found.get(place)
        if problem:
            return Step(item, "cannot", place, problem, certain=False)
        if arrived is None:
            return Step(item, "create", place)
        return self._met(item, place, arrived)

    def _met(self, item: Item, place: str, arrived: dict[str, Any]) -> Step:
        differences = self.draft.compare(item, arrived, self.found)
        unowned = [difference for difference in differences if not difference.owner]
        step = Step(item, "already there", place, "", version(arrived), differences)
        if not unowned:
            return step
        if item.type in PEOPLE and another_person(item.resource, arrived):
            return replace(step, action="cannot", certain=False, reason="By their identifiers, that is another person.")
        before = self.put.get(place)
        if before is not None and before.version and before.version == step.version:
            if before.sha256 == sha256(item.resource):
                return replace(step, reason="As this server keeps what was sent.")
            return replace(step, action="update", reason="Nobody else has changed it since it was sent.")
        if self.overwrite:
            return replace(step, action="update", reason="Differs there; told to overwrite.")
        less = all(each.kind in ("missing", "respelt") for each in unowned)
        by_id = item.type not in PEOPLE and (item.unmistakable or less)
        certain = by_id or shares_identifier(item.resource, arrived)
        where = ", ".join(each.path for each in unowned[:3]) + (" …" if len(unowned) > 3 else "")  # noqa: PLR2004
        return replace(step, action="conflict", certain=certain, reason=f"Differs there, at {where}.")


def version(resource: dict[str, Any]) -> str:
    """The version that a server gave the resource, or nothing."""
    meta = resource.get("meta")
    return str(meta.get("versionId", "")) if isinstance(meta, dict) else ""


def _outside(source: Source, server: Rest, steps: list[Step]) -> list[Step]:
    """The steps, without those that would refer to a stranger.

    A relative reference out of a server's data means that server's resource. If it is not moved along, and the
    target happens to have something under the same id, writing it would say something that nobody said.
    """
    if not source.name:
        return steps
    strays = {step.item.key: _strays(source, step.item) for step in steps if step.writes}
    strangers = there(server, {place for places in strays.values() for place in places})
    return [
        replace(step, action="cannot", reason=f"Refers to {place}, which is not moved, and the target has another one.")
        if (place := next((each for each in strays.get(step.item.key, ()) if each in strangers), None))
        else step
        for step in steps
    ]


def _strays(source: Source, item: Item) -> list[str]:
    literals = (LITERAL.fullmatch(text) for _, text in references(item.resource) if source.find(text, item) is None)
    return [f"{found['type']}/{found['id']}" for found in literals if found and not found["base"]]


def _held_back(source: Source, steps: list[Step]) -> list[Step]:
    """The steps, without those that would refer to something that does not arrive, or may not be what it seems."""
    doubtful = [step for step in steps if step.action == "cannot" or not step.certain]
    if not doubtful:
        return steps
    referrers: dict[str, list[str]] = {}
    for step in steps:
        for _, text in references(step.item.resource) if step.writes else ():
            if (item := source.find(text, step.item)) is not None:
                referrers.setdefault(item.key, []).append(step.item.key)
    reasons: dict[str, str] = {}
    waiting = [(step.item.key, step.place) for step in doubtful]
    places = {step.item.key: step.place for step in steps}
    while waiting:
        key, place = waiting.pop()
        for referrer in referrers.get(key, ()):
            if referrer not in reasons:
                reasons[referrer] = f"Refers to {place}, which does not arrive for certain."
                waiting.append((referrer, places[referrer]))
    return [
        replace(step, action="cannot", reason=reasons[step.item.key])
        if step.writes and step.item.key in reasons
        else step
        for step in steps
    ]


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
