"""References: their spelling, what they may point to, and whether what they point to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.validation import resolving
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import BASE, Profile
from fhir_matters.validation.visits import RESOURCES, Compiler, Elements, Visit

ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
RELATIVE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#\S*)?")


def spelling(value: Any, context: Context, position: Position) -> None:
    """A Reference names its target as #id, Type/id, an absolute URL or, in a transaction, Type?query."""
    reference = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(reference, str):
        return
    if context.fetched is not None and resolving.lost(reference, context):
        context.add(
            "FM410",
            (position, "reference", None, None),
            "Nothing was found where this reference leads to.",
            message_id="Reference_REF_CantResolve",
            found=reference,
        )
    _stated(value, reference, context, position)
    judge = _judge(reference)
    if judge is not None:
        judge(reference, context, (position, "reference", None, None))


def _stated(value: dict[str, Any], reference: str, context: Context, position: Position) -> None:
    """The type that a Reference states is that of what it leads to, by its bare name."""
    stated = value.get("type")
    kind = resolving.target_type(reference, context) if isinstance(stated, str) else None
    if kind not in (None, stated):
        context.add(
            "FM416",
            (position, "type", None, None),
            f"Expected {kind} as type, because the reference leads to one.",
            message_id="Reference_REF_BadTargetType",
            found=stated,
        )


@lru_cache(4096)
def _judge(reference: str) -> Visit | None:
    """What is to be looked at in a reference so spelt; in `Type/id` only what it leads to."""
    if reference.startswith("#"):
        return _contained
    if resolving.CONDITIONAL.match(reference):
        return _conditional
    if ABSOLUTE.fullmatch(reference):
        return _bundled
    return _other_type if RELATIVE.fullmatch(reference) else _otherwise


def _otherwise(reference: str, context: Context, position: Position) -> None:
    blank = any(map(str.isspace, reference))
    context.add(
        "FM401" if blank else "FM409",
        position,
        f"Expected #id, Type/id or an absolute URL, found another spelling{', with a blank' if blank else ''}.",
        message_id="REFERENCE_REF_INVALID_REF" if blank else "Reference_REF_Format2",
        found=reference,
    )


def _contained(reference: str, context: Context, position: Position) -> None:
    if resolving.target(reference, context) is None:
        context.add(
            "FM403",
            position,
            "Expected a contained resource with this id, found none.",
            message_id="Reference_REF_CantResolve",
            found=reference,
        )
        context.add(
            "FM602",
            position,
            "Constraint ref-1 is broken: a #reference leads to something contained.",
            message_id="http://hl7.org/fhir/StructureDefinition/Reference#ref-1",
        )


def _conditional(reference: str, context: Context, position: Position) -> None:
    bundle = context.scope.bundle
    if bundle is None or bundle.kind != "transaction":
        context.add(
            "FM406",
            position,
            "A reference by search (Type?query) may stand only in a transaction, where the server resolves it.",
            message_id="REFERENCE_REF_QUERY_NOT_TRANSACTION",
            found=reference,
        )


def _other_type(reference: str, context: Context, position: Position) -> None:
    """In a Bundle whose entries have urns, Type/id means the urn that ends in the id, and an entry of that type."""
    scope = context.scope
    base, colon, _ = scope.full_url.rpartition(":")
    if scope.bundle is None or not base.startswith("urn:"):
        return
    kind, _, name = reference.partition("#")[0].partition("/")
    found = scope.bundle.by_url.get(base + colon + name)
    if found is not None and found.get("resourceType") != kind:
        context.add(
            "FM425",
            position[0] if position is not None else None,
            f"Expected an entry of the type {kind}, as the reference says, found another type.",
            message_id="Reference_REF_ResourceType",
            found=reference,
        )


def _bundled(reference: str, context: Context, position: Position) -> None:
    if (
        context.scope.bundle is not None
        and reference.startswith("urn:")
        and resolving.target(reference, context) is None
    ):
        context.add(
            "FM407",
            position,
            "No entry of the Bundle has this URL as its fullUrl.",
            message_id="Bundle_BUNDLE_Entry_NotFound",
            found=reference,
        )


@dataclass(frozen=True, slots=True)
class Targets:
    """What one element says that a reference may point to: alternatives; `unknown` ones are not on this machine."""

    path: str
    profile: str
    names: tuple[str, ...]
    plans: tuple[Profile, ...]
    unknown: bool

    @property
    def types(self) -> frozenset[str]:
        """The types of the targets that are known."""
        return frozenset(each.type for each in self.plans)

    @property
    def expected(self) -> str:
        """Those types, for a message."""
        return " or ".join(sorted(self.types)) or "a target that it may have"


def checks(walk: Compiler, said: Elements) -> Iterator[Visit]:
    """One check for each distinct list of target profiles."""
    lists = {kind.targets: each for each in said for kind in each.types if kind.code == "Reference" and kind.targets}
    for names, element in lists.items():
        if not any(name == BASE + "Resource" for name in names):
            plans = tuple(filter(None, (_plan(walk, name) for name in names)))
            yield _check(walk, Targets(element.path, element.profile, names, plans, len(plans) < len(names)))


def _plan(walk: Compiler, name: str) -> Profile | None:
    try:
        return walk.plans.profile(name)
    except DefinitionsError:
        return None


def _check(walk: Compiler, targets: Targets) -> Visit:
    """The type decides first, a profile only where the target is at hand."""
    types = targets.types
    open_to_all = targets.unknown or not types.isdisjoint(RESOURCES)
    plain = frozenset(each.type for each in targets.plans if not each.constraint)

    def check(value: Any, context: Context, position: Position) -> None:
        reference = value.get("reference")
        if not isinstance(reference, str):
            return
        here = (position, "reference", None, None)
        stated = value.get("type")
        if isinstance(stated, str) and not open_to_all and stated.removeprefix(BASE) not in types:
            _wrong_stated(targets, context, (position, "type", None, None))
        kind = resolving.target_type(reference, context)
        if kind is None:
            _untold(targets, context, here)
        elif kind in types:
            if kind not in plain:
                _against(walk, targets, kind, reference, context, here)
        elif open_to_all:
            if targets.unknown:
                _untold(targets, context, here)
        else:
            _wrong_type(targets, reference, context, here, certain=walk.policy.trusting)

    return check


def _untold(targets: Targets, context: Context, position: Position) -> None:
    message = f"Cannot tell whether {targets.path} points to {targets.expected}: the target is not at hand."
    context.add("FM405", position, message, profile=targets.profile, message_id="Reference_REF_CantResolve")


def _wrong_stated(targets: Targets, context: Context, position: Position) -> None:
    context.add(
        "FM402",
        position,
        f"Expected {targets.expected} as the type that {targets.path} says it points to, found another type.",
        profile=targets.profile,
        message_id="Reference_REF_WrongTarget",
    )


def _wrong_type(targets: Targets, reference: str, context: Context, position: Position, *, certain: bool) -> None:
    """Certain where the target is at hand; where only the spelling tells the type, a warning, as nobody looked."""
    context.add(
        "FM408" if not certain and resolving.target(reference, context) is None else "FM402",
        position,
        f"Expected {targets.path} to point to {targets.expected}, found another type.",
        profile=targets.profile,
        message_id="Reference_REF_BadTargetType",
        found=reference,
    )


def _against(  # noqa: PLR0917 (a reference, and where it stands)
    walk: Compiler, targets: Targets, kind: str, reference: str, context: Context, position: Position
) -> None:
    """The target against the profiles for its type."""
    target = resolving.target(reference, context)
    plans = [each for each in targets.plans if each.type == kind]
    if target is None:
        _untold(targets, context, position)
        return
    verdicts = {resolving.conforms(walk, plan, target, context) for plan in plans}
    if verdicts == {False}:
        context.add(
            "FM404",
            position,
            f"Expected the target of {targets.path} to meet {' or '.join(targets.names)}: it does not.",
            profile=targets.profile,
            message_id="Reference_REF_CantMatchChoice",
            found=reference,
        )
    elif True not in verdicts:
        message = f"Cannot tell whether the target of {targets.path} meets {' or '.join(targets.names)}."
        context.add("FM405", position, message, profile=targets.profile, message_id="Reference_REF_CantResolve")
