"""References: their spelling, what they may point to, and whether what they point to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.validation import resolving
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Profile
from fhir_matters.validation.visits import RESOURCES, Compiler, Elements, Visit

ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
RELATIVE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#\S*)?")


def spelling(value: Any, context: Context, position: Position) -> None:
    """A Reference names its target as #id, Type/id, an absolute URL or, in a transaction, Type?query."""
    reference = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(reference, str):
        return
    here = (position, "reference", None, None)
    if reference.startswith("#"):
        _contained(reference, context, here)
    elif resolving.CONDITIONAL.match(reference):
        _conditional(reference, context, here)
    elif ABSOLUTE.fullmatch(reference):
        _bundled(reference, context, here)
    elif not RELATIVE.fullmatch(reference):
        context.add(
            "FM401",
            here,
            "Expected #id, Type/id or an absolute URL, found another spelling.",
            message_id="Reference_REF_Format2",
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


def _bundled(reference: str, context: Context, position: Position) -> None:
    if (
        context.scope.bundle is not None
        and reference.startswith("urn:")
        and resolving.target(reference, context) is None
    ):
        context.add("FM407", position, "No entry of the Bundle has this URL as its fullUrl.", found=reference)


def checks(walk: Compiler, said: Elements) -> Iterator[Visit]:
    """One check for each distinct list of target profiles."""
    lists = {kind.targets: each for each in said for kind in each.types if kind.code == "Reference" and kind.targets}
    narrowed = [names for names in lists if not any(name.endswith("/Resource") for name in names)]
    for names in narrowed:
        yield _targets(walk, names, lists[names].path, lists[names].profile)


def _targets(walk: Compiler, names: tuple[str, ...], path: str, profile: str) -> Visit:
    """`names` are alternatives; the type decides first, a profile only where the target is at hand."""
    plans, unknown = _plans(walk, names)
    types = frozenset(each.type for each in plans)
    open_to_all = bool(unknown) or not types.isdisjoint(RESOURCES)
    expected = " or ".join(sorted(types))
    plain = frozenset(each.type for each in plans if not each.constraint)

    def check(value: Any, context: Context, position: Position) -> None:
        reference = value.get("reference")
        if not isinstance(reference, str):
            return
        here = (position, "reference", None, None)
        kind = resolving.target_type(reference, context)
        if kind is None:
            if types or unknown:
                context.add(
                    "FM405",
                    here,
                    f"Cannot tell whether {path} points to {expected or 'a target it may have'}.",
                    profile=profile,
                )
        elif kind not in types and not open_to_all:
            _wrong_type(reference, expected, path, profile, context, here)
        elif kind not in plain:
            _against(
                walk, [each for each in plans if each.type == kind], names, reference, context, here, path, profile
            )

    return check


def _wrong_type(reference: str, expected: str, path: str, profile: str, context: Context, position: Position) -> None:
    """Certain where the target is at hand; where only the spelling tells the type, a warning, as nobody looked."""
    context.add(
        "FM408" if resolving.target(reference, context) is None else "FM402",
        position,
        f"Expected {path} to point to {expected}, found another type.",
        profile=profile,
        message_id="Reference_REF_BadTargetType",
        found=reference,
    )


def _plans(walk: Compiler, names: tuple[str, ...]) -> tuple[list[Profile], list[str]]:
    plans, unknown = [], []
    for name in names:
        try:
            found = walk.plans.profile(name)
        except DefinitionsError:
            found = None
        if found is None:
            unknown.append(name)
        else:
            plans.append(found)
    return plans, unknown


def _against(
    walk: Compiler,
    plans: list[Profile],
    names: tuple[str, ...],
    reference: str,
    context: Context,
    position: Position,
    path: str,
    profile: str,
) -> None:
    """The target against the profiles for its type."""
    target = resolving.target(reference, context)
    if target is None or not plans:
        context.add(
            "FM405",
            position,
            f"Cannot tell whether the target of {path} meets {' or '.join(names)}: it is not at hand.",
            profile=profile,
        )
    elif not any(resolving.conforms(walk, plan, target, context) for plan in plans):
        context.add(
            "FM404",
            position,
            f"Expected the target of {path} to meet {' or '.join(names)}: it does not.",
            profile=profile,
            message_id="Reference_REF_CantMatchChoice",
            found=reference,
        )
