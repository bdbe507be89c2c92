"""References: their spelling, what they may point to, and whether what they point to is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fhir_matters.errors import DefinitionsError
from fhir_matters.issue import Severity
from fhir_matters.validation import resolving
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import BASE, Element, Profile
from fhir_matters.validation.visits import RESOURCES, Compiler, Elements, Visit

ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
# Not those that do not break, which are no blanks to Java.
BLANK = re.compile(r"[^\S\xa0\u2007\u202f]")
RELATIVE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#\S*)?")


def spelling(value: Any, context: Context, position: Position) -> None:
    """A Reference names its target as #id, Type/id, an absolute URL or, in a transaction, Type?query."""
    reference = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(reference, str) or not reference:
        return
    if context.fetched is not None and resolving.lost(reference, context):
        context.add(
            "FM410",
            (position, "reference", None, None),
            "Nothing was found where this reference leads to.",
            message_id="Reference_REF_CantResolve",
            found=reference,
        )
    if "type" in value:
        _stated(value, reference, context, position)
    if context.scope.bundle is None and resolving.BARE.fullmatch(reference):
        return
    alone, bundled = _judges(reference)
    if judges := alone if context.scope.bundle is None else bundled:
        here = (position, "reference", None, None)
        for judge in judges:
            judge(reference, context, here)


def _stated(value: dict[str, Any], reference: str, context: Context, position: Position) -> None:
    """The type that a Reference states is that of what it leads to, by its bare name."""
    stated = value.get("type")
    kind = resolving.target_type(reference, context) if isinstance(stated, str) and stated else None
    if kind not in (None, stated):
        context.add(
            "FM416",
            (position, "type", None, None),
            f"Expected {kind} as type, because the reference leads to one.",
            message_id="Reference_REF_BadTargetType",
            found=stated,
        )


@resolving.remembered
def _judges(reference: str) -> tuple[tuple[Visit, ...], tuple[Visit, ...]]:
    """What is to be looked at in a reference so spelt: outside of Bundles, and in one."""
    bundled = _spelt(reference)
    return tuple(each for each in bundled if each not in INSIDE), bundled


def _spelt(reference: str) -> tuple[Visit, ...]:
    if RELATIVE.fullmatch(reference):
        return (_located, _ambiguous, _other_type)
    blank = (_blank,) if BLANK.search(reference) else ()
    if reference.startswith("#"):
        return (*blank, _contained)
    if ABSOLUTE.match(reference):
        return (*blank, _located, _bundled, *(() if resolving.VERSION.search(reference) else (_ambiguous,)))
    if resolving.conditional(reference):
        return (*blank, *(() if is_search(reference) else (_no_search,)), _conditional, _located)
    return (*(blank or (_unusual,)), _located)


def _blank(reference: str, context: Context, position: Position) -> None:
    context.add(
        "FM401",
        position,
        "Expected #id, Type/id or an absolute URL, found another spelling, with a blank.",
        message_id="REFERENCE_REF_INVALID_REF",
        found=reference,
    )


def _unusual(reference: str, context: Context, position: Position) -> None:
    """Outside of Bundles nobody has to follow it."""
    if resolving.entry_around(context.scope) is None:
        context.add("FM409", position, UNUSUAL, message_id="Reference_REF_Format2", found=reference)


UNUSUAL = "Expected #id, Type/id or an absolute URL, found another spelling."


def _located(reference: str, context: Context, position: Position) -> None:
    """In a Bundle, a reference is followed from the fullUrl of the entry that it stands in (bundle.html#references)."""
    around, kind = resolving.entry_around(context.scope), context.scope.bundle.kind if context.scope.bundle else ""
    if around is None:
        return
    entry, addressed = around
    relative = not ABSOLUTE.match(reference)
    if not addressed:
        if kind not in RESPONSES:
            _without_base(relative, context, position, entry)
    elif relative and reference.count("/") not in SLASHES:
        acted = kind in ("transaction", "batch")
        if not (acted and is_search(reference)):
            context.add(
                "FM409",
                position,
                UNUSUAL,
                message_id="Reference_REF_Format1" if acted else "Reference_REF_Format2",
                found=reference,
                severity=Severity.ERROR,
            )


# Type/id and Type/id/_history/version.
SLASHES = (1, 3)
RESPONSES = ("batch-response", "transaction-response")


def _without_base(relative: bool, context: Context, position: Position, entry: Position) -> None:
    message = "Expected a fullUrl on this entry, whose resource refers to another."
    context.add("FM421", entry, message, message_id="Bundle_BUNDLE_Entry_NoFullUrl", code="required")
    if relative:
        message = "Expected a fullUrl on the entry of this relative reference, found none: it leads from nowhere."
        context.add("FM421", position, message, message_id="Bundle_BUNDLE_FullUrl_Missing", code="required")


def is_search(reference: str) -> bool:
    """True for `Type?name=value&…`, each part with a name that a search parameter may have."""
    query = reference.partition("?")[2]
    parts = [each.partition("=") for each in re.split("[&;]", query) if each]
    return (
        bool(parts)
        and resolving.conditional(reference)
        and all(
            equals and PARAMETER.fullmatch(unquote(name)) and not set("=&") & set(unquote(value))
            for name, equals, value in parts
        )
    )


PARAMETER = re.compile(r"[_a-zA-Z][\w.:-]*", re.ASCII)


def _no_search(reference: str, context: Context, position: Position) -> None:
    context.add(
        "FM401",
        position,
        "Expected a search, Type?name=value, found another spelling.",
        message_id="REFERENCE_REF_QUERY_INVALID",
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


def _ambiguous(reference: str, context: Context, position: Position) -> None:
    """A reference that two entries answer to means neither."""
    scope = context.scope
    if scope.bundle is not None and resolving.url_in(reference, scope.full_url) in scope.bundle.often:
        message = "Expected one entry of the Bundle with the fullUrl that this reference means, found several."
        context.add(
            "FM432", position, message, message_id="Bundle_BUNDLE_MultipleMatches", found=reference, code="forbidden"
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


# What is asked only within a Bundle.
INSIDE = frozenset({_located, _ambiguous, _other_type, _bundled})


@dataclass(frozen=True, slots=True)
class Targets:
    """What one element says that a reference may point to: alternatives.

    `types` are those of the targets that are known, `expected` says them in a message.
    `absent` ones are in none of the packages; `unknown` says that these or others cannot be used.
    """

    path: str
    profile: str
    names: tuple[str, ...]
    plans: tuple[Profile, ...]
    unknown: bool
    absent: tuple[str, ...]
    types: frozenset[str]
    expected: str


def _targets(walk: Compiler, element: Element, names: tuple[str, ...]) -> Targets:
    found = [_plan(walk, name) for name in names]
    plans = tuple(each for each in found if isinstance(each, Profile))
    absent = tuple(name for name, each in zip(names, found, strict=True) if each is None)
    types = [each.type for each in plans]
    expected = " or ".join(_in_order(types)) or "a target that it may have"
    return Targets(
        element.path, element.profile, names, plans, len(plans) < len(names), absent, frozenset(types), expected
    )


def _in_order(types: Iterable[str]) -> list[str]:
    """The types as the HL7 validator lists them, each once: in the order of Java's `HashSet`.

    Of two profiles that list the same types in another order, each is told of by itself.
    """
    distinct = list(dict.fromkeys(types))
    places = 16
    while len(distinct) > 0.75 * places:
        places *= 2
    return sorted(distinct, key=lambda name: _hashed(name) % places)


def _hashed(text: str) -> int:
    number = 0
    for each in text:
        number = (31 * number + ord(each)) & 0xFFFFFFFF
    return number ^ (number >> 16)


def checks(walk: Compiler, said: Elements) -> Iterator[Visit]:
    """One check for each distinct list of target profiles."""
    lists = {kind.targets: each for each in said for kind in each.types if kind.code == "Reference" and kind.targets}
    for names, element in lists.items():
        if not any(name == BASE + "Resource" for name in names):
            yield _check(walk, _targets(walk, element, names))


def _plan(walk: Compiler, name: str) -> Profile | DefinitionsError | None:
    try:
        return walk.plans.profile(name)
    except DefinitionsError as error:
        return error


def _check(walk: Compiler, targets: Targets) -> Visit:
    """The type decides first, a profile only where the target is at hand."""
    types = targets.types
    open_to_all = targets.unknown or not types.isdisjoint(RESOURCES)
    plain = frozenset(each.type for each in targets.plans if not each.constraint)

    def check(value: Any, context: Context, position: Position) -> None:
        reference = value.get("reference")
        if not isinstance(reference, str):
            return
        target = resolving.target(reference, context)
        if targets.absent and target is not None:
            _absent(targets, context, position)
        stated = value.get("type")
        if isinstance(stated, str) and stated and not open_to_all and stated.removeprefix(BASE) not in types:
            _wrong_stated(targets, context, (position, "type", None, None))
        kind = resolving.kind_of(target, reference)
        if kind in plain:
            return
        here = (position, "reference", None, None)
        if kind is None or (kind in types and target is None):
            _untold(targets, context, here)
        elif kind in types:
            _against(walk, targets, target, reference, context, here)
        elif not open_to_all or (targets.absent and target is not None):
            certain = walk.policy.trusting or target is not None
            _wrong_type(targets, reference, context, here, certain=certain)
        elif targets.unknown:
            _untold(targets, context, here)

    return check


def _absent(targets: Targets, context: Context, position: Position) -> None:
    """Where the target is at hand, each profile that could be meant has to be here."""
    for name in targets.absent:
        context.add(
            "FM706",
            position,
            f"{targets.path} names {name}, which is in none of the loaded packages.",
            profile=targets.profile,
            message_id="Reference_REF_CantResolveProfile",
        )


def _untold(targets: Targets, context: Context, position: Position) -> None:
    message = f"Cannot tell whether {targets.path} points to {targets.expected}: the target is not at hand."
    context.add("FM405", position, message, profile=targets.profile, message_id="Reference_REF_CantResolve")


def _wrong_stated(targets: Targets, context: Context, position: Position) -> None:
    context.add(
        "FM402",
        position,
        f"Expected a type of {', '.join(targets.names)} as the one that {targets.path} says it points to.",
        profile=targets.profile,
        message_id="Reference_REF_WrongTarget",
    )


def _wrong_type(targets: Targets, reference: str, context: Context, position: Position, *, certain: bool) -> None:
    """Certain where the target is at hand; where only the spelling tells the type, a warning, as nobody looked."""
    context.add(
        "FM402" if certain else "FM408",
        position,
        f"Expected {targets.path} to point to {targets.expected}, found another type.",
        profile=targets.profile,
        message_id="Reference_REF_BadTargetType",
        found=reference,
    )


def _against(  # noqa: PLR0917 (a reference, and where it stands)
    walk: Compiler, targets: Targets, target: Any, reference: str, context: Context, position: Position
) -> None:
    """The target against the profiles for its type."""
    plans = [each for each in targets.plans if each.type == target.get("resourceType")]
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
