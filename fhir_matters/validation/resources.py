"""Whole resources, at the top or inside another: their type, the profiles that they claim, what surrounds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.issue import Severity
from fhir_matters.validation import alien, bundles, contained, profiles, shape, switching, tongues, vitals
from fhir_matters.validation.context import Context, Position, Scope
from fhir_matters.validation.plan import Element, Profile
from fhir_matters.validation.resolving import MOST_CLAIMS
from fhir_matters.validation.visits import RESOURCES, Compiler, Elements, Lazy, Visit, types_of

# (place, canonical) of each profile that a resource claims
Claims: TypeAlias = tuple[tuple[int, str], ...]


def inside(walk: Compiler, said: Elements, code: str) -> Visit:  # noqa: ARG001 (what the walk calls)
    """The visit of a resource in another one: `contained`, an entry of a Bundle, a parameter."""
    allowed = [types for each in said if (types := types_of(each)) and types.isdisjoint(RESOURCES)]
    is_contained = said[0].name == "contained"

    def visit(node: Any, context: Context, position: Position) -> None:
        if not isinstance(node, dict):
            shape.not_an_object(node, "a resource", context, position)
            return
        if not node:
            shape.empty(node, context, position)
        plan = type_plan(walk, node, context, position)
        if plan is None:
            context.misshapen = True  # nobody can say what its fields mean, so that nothing can refer to it
            unread = "id" not in node or walk.plans.type(str(node.get("resourceType"))) is None
            if unread and (is_contained or _has_address(node, context.scope)):
                contained.nameless(context, position)
            return
        if any(plan.type not in types for types in allowed):
            _not_allowed(said, position, context)
            return
        if expected := _profiled(walk, said, plan.type):
            _of_no_profile(expected, position, context)
            return
        outer = context.scope
        context.scope = _scope(node, outer, is_contained, position)
        if is_contained:
            contained.checks(node, outer, context, position)
        along(walk, plan, node, context, position, said)
        context.scope = outer

    return visit


def _has_address(node: dict[str, Any], outer: Scope) -> bool:
    """True for the entry of a Bundle whose fullUrl is one of a server, and so names an id."""
    return outer.bundle is not None and outer.bundle.urls.get(id(node), "").startswith("http")


def _scope(node: dict[str, Any], outer: Scope, is_contained: bool, position: Position) -> Scope:
    if is_contained:
        return Scope(node, outer.outer, outer.bundle, outer.full_url, position, outer)
    url = outer.bundle.urls.get(id(node), "") if outer.bundle is not None else ""
    return Scope(node, None, outer.bundle, url, position, outer)


def _not_allowed(said: Elements, position: Position, context: Context) -> None:
    narrow = min((each for each in said if each.types), key=lambda each: "Resource" in types_of(each))
    context.add(
        "FM113",
        position,
        f"Expected {' or '.join(sorted(types_of(narrow)))} in {narrow.path}, found another resource type.",
        profile=narrow.profile,
        message_id="Bundle_BUNDLE_Entry_Type",
    )


def _profiled(walk: Compiler, said: Elements, kind: str) -> set[str]:
    """The types of the profiles that the place names, where none of them is for this type; else none."""
    for names in profiles.named(said, kind):
        found = {plan.type for name in names if (plan := profiles.find(walk, name, "Resource")[0]) is not None}
        if found and found.isdisjoint({kind, *RESOURCES}):
            return found
    return set()


def _of_no_profile(expected: set[str], position: Position, context: Context) -> None:
    context.add(
        "FM113",
        position,
        f"Expected {' or '.join(sorted(expected))} here, as the profile says, found another resource type.",
        message_id=f"Bundle_BUNDLE_Entry_Type{'2' if len(expected) == 1 else '3'}",
    )


def type_plan(walk: Compiler, node: dict[str, Any], context: Context, position: Position) -> Profile | None:
    """The plan of the resource's type; None, and an issue, where it names none or an unknown one."""
    name = node.get("resourceType")
    if not isinstance(name, str) or not name:
        context.add(
            "FM005",
            position,
            "Expected a resource with a resourceType, found none.",
            message_id="Unable_to_find_resourceType_property",
        )
        return None
    plan = walk.plans.type(name)
    if plan is None or plan.kind != "resource" or plan.abstract:
        if plan is not None and _is_wrong_as_value(walk, plan, node, context, position):
            return None
        context.add(
            "FM006",
            (position, "resourceType", None, None),
            "Expected the name of an R4 resource type, found another word.",
            message_id="This_does_not_appear_to_be_a_FHIR_resource_unknown_name",
            found=name,
            code="" if position is None else "invalid",
        )
        return None
    return plan


def _is_wrong_as_value(
    walk: Compiler, plan: Profile, node: dict[str, Any], context: Context, position: Position
) -> bool:
    """True where what names a data type or an abstract one as its resource type was judged as that, and is wrong.

    Whatever is misshapen was told before the resource was mended.
    """
    if plan.kind == "primitive-type":
        return False
    before = len(context.findings)
    plain = {key: each for key, each in node.items() if key != "resourceType"}
    visit = walk.node(plan.root, ()) if plan.kind == "resource" else walk.structure((plan.root,), plan.type)
    (visit.run if isinstance(visit, Lazy) else visit)(plain, context, position)
    return context.mended or any(each.is_error for each in context.findings[before:])


def along(  # noqa: PLR0917 (a resource, where it stands, and what else is said of it)
    walk: Compiler,
    plan: Profile,
    node: dict[str, Any],
    context: Context,
    position: Position,
    said: Elements = (),
    asked: Sequence[str] = (),
) -> None:
    """Walk a resource once, along its type, the profiles that it claims, those asked for, and what `said` adds."""
    scope = context.scope
    meta = node.get("meta")
    way = _known(walk, plan, meta, asked, said)
    for index, canonical, problem, bare in way.unclaimed:
        problem(canonical, context, position if bare else ((position, "meta", None, None), "profile", index, None))
    for problem in way.before:
        problem(node, context, position)
    scope.asked = len(way.before) < len(asked)
    roots: list[Element] = []
    if plan.type == "Observation":
        roots += _vital_sign(walk, plan, node, context, position)
    if context.options.entries:
        roots += _placed(walk, plan, node, context, position)
    if type(meta) is dict and "security" in meta:
        _labels(meta["security"], context, position)
    bundle, mute = scope.bundle, context.mute
    if "language" in node:
        context.mute = tongues.is_unknown(node, context)
    if plan.type == "Bundle":
        scope.bundle = bundles.scope_of(node)
    visit = way.visit if not roots else walk.node(plan.root, _each_once((*way.overlays, *roots)))
    visit.run(node, context, position)
    if "contained" in node:
        contained.bounds(node, context, position)
        contained.orphans(node, context, position)
    for check in way.after:
        check(node, context, position)
    scope.bundle, context.mute = bundle, mute


@dataclass(frozen=True, slots=True)
class _Way:
    """How resources are walked that are of one type, claim the same profiles, and have to meet the same.

    `unclaimed` are claims that cannot be kept: which of them, what reports it, and whether of the whole resource;
    `before` reports which of those asked for cannot be used.
    """

    overlays: Elements
    visit: Lazy
    unclaimed: tuple[tuple[int, str, Visit, bool], ...]
    before: tuple[Visit, ...]
    after: tuple[Visit, ...]


def _known(walk: Compiler, plan: Profile, meta: Any, asked: Sequence[str], said: Elements) -> _Way:
    """The way of such resources, found once."""
    claims = meta.get("profile") if type(meta) is dict else None
    listed = tuple(claims[:MOST_CLAIMS]) if type(claims) is list else ()
    key = (plan, listed, tuple(asked), said)
    try:
        found: _Way | None = walk.ways.get(key)
    except TypeError:  # among the claims is something that is no text
        return _way(walk, plan, _claims(listed), asked, said)
    if found is None:
        found = _way(walk, plan, _claims(listed), asked, said)
        if sum(len(each) for each in listed if isinstance(each, str)) <= LONGEST_CLAIMS:
            if len(walk.ways) >= MOST_WAYS:
                walk.ways.clear()
            walk.ways[key] = found
    return found


MOST_WAYS, LONGEST_CLAIMS = 1024, 2048
"""So many ways are kept, and none that claims more letters than these."""


def _way(walk: Compiler, plan: Profile, claims: Claims, asked: Sequence[str], said: Elements) -> _Way:
    roots: list[Element] = []
    unclaimed: list[tuple[int, str, Visit, bool]] = []
    before: list[Visit] = []
    after: list[Visit] = []
    for index, canonical in claims:
        found, problem = profiles.find(walk, canonical, plan.type, absent="FM701")
        if (other := profiles.of_another_type(walk, canonical, plan.type)) is not None:
            problem = profiles.reporter("FM510", canonical, Severity.WARNING)
            unclaimed.append((index, canonical, problem, False))
            after.append(alien.claimed(walk, other, plan.root))
        elif problem is not None:
            unclaimed.append((index, canonical, problem, profiles.is_bare(walk, canonical)))
        elif found is not None and found.root is not plan.root and found.constraint:
            roots += walk.plans.roots(found)
    for canonical in asked:
        _add(walk, profiles.find(walk, canonical, plan.type, absent="FM702"), roots, before)
    for canonical in walk.plans.of_all(plan.type):
        _add(walk, profiles.find(walk, canonical, plan.type), roots, [])
    for names in profiles.named(said, plan.type):
        if len(names) > 1:
            after.append(profiles.one_of(walk, names, plan.type))
        else:
            _add(walk, profiles.find(walk, names[0], plan.type), roots, after)
    overlays = _each_once((*roots, *said))
    checks = (*_own(walk, plan), *after)
    return _Way(overlays, walk.node(plan.root, overlays), tuple(unclaimed), tuple(before), checks)


def _add(
    walk: Compiler, found: tuple[Profile | None, Visit | None], roots: list[Element], problems: list[Visit]
) -> None:
    """The tree of a profile to the others, or the report that it cannot be used."""
    profile, problem = found
    roots += walk.plans.roots(profile) if profile is not None else ()
    problems += [problem] if problem is not None else []


def _each_once(roots: Elements) -> Elements:
    return tuple(dict.fromkeys(roots))


def _claims(listed: tuple[Any, ...]) -> Claims:
    """The profiles that are claimed, and at which place."""
    return tuple((index, each) for index, each in enumerate(listed) if isinstance(each, str))


def _placed(walk: Compiler, plan: Profile, node: dict[str, Any], context: Context, position: Position) -> list[Element]:
    """What the options ask of an entry because of its place."""
    roots: list[Element] = []
    for canonical in _by_place(context, node, position):
        problems: list[Visit] = []
        _add(walk, profiles.find(walk, canonical, plan.type, absent="FM702"), roots, problems)
        for problem in problems:
            problem(node, context, position)
    return roots


def _by_place(context: Context, node: dict[str, Any], position: Position) -> Iterator[str]:
    """The profiles that the options ask of this entry of the outermost Bundle."""
    if not context.options.entries or position is None or context.scope.bundle is None:
        return
    entry = position[0]
    if entry is None or entry[0] is not None or entry[1] != "entry":
        return
    kind = str(node.get("resourceType"))
    before = sum(each.get("resourceType") == kind for each in context.scope.bundle.in_order[: entry[2]])
    for place, profile in context.options.entries:
        if place in (kind, f"{kind}:{before}", str(entry[2])):
            yield profile


def _own(walk: Compiler, plan: Profile) -> Iterator[Visit]:
    """What belongs to one type of resource and to no element of it."""
    kind = plan.type
    if kind == "Bundle":
        yield from bundles.checks(walk.plans)
    if kind == "QuestionnaireResponse":
        from fhir_matters.validation import answers  # noqa: PLC0415 - much that nothing else needs

        yield answers.check(walk)
    if kind == "Questionnaire":
        yield switching.check
    if "url" in plan.root.children or kind == "MeasureReport":
        # What defines something, or reports by a definition: a dozen families of rules that nothing else needs.
        from fhir_matters.validation import definitions  # noqa: PLC0415

        yield from definitions.checks(walk, kind)


def _labels(labels: Any, context: Context, position: Position) -> None:
    """Security labels are a set (R4 resource.html#Meta): none stands twice."""
    seen = []
    for index, each in enumerate(labels if isinstance(labels, list) else ()):
        if not isinstance(each, dict):
            continue
        label = (each.get("system"), each.get("code"))
        if label in seen:
            here = ((position, "meta", None, None), "security", index, None)
            message = "Expected each security label once, found one again."
            context.add("FM223", here, message, message_id="Meta_RES_Security_Duplicate")
        seen.append(label)


def _vital_sign(
    walk: Compiler, plan: Profile, node: dict[str, Any], context: Context, position: Position
) -> tuple[Element, ...]:
    """What R4 asks of an Observation because its code is that of a vital sign."""
    canonical, code = vitals.implied(node)
    found, _ = profiles.find(walk, canonical, plan.type) if canonical else (None, None)
    if found is None:
        return ()
    context.add(
        "FM707",
        position,
        "Its code is that of a vital sign, so R4's profile for that vital sign was checked too.",
        profile=canonical,
        message_id="VALIDATION_VAL_PROFILE_SIGNPOST_OBS",
        found=code,
    )
    return walk.plans.roots(found)
