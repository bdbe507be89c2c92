"""What tells slices apart: a test for each slice that answers yes, no, or cannot tell (None).

The discriminator paths are FHIRPath's small subset of http://hl7.org/fhir/R4/profiling.html#discriminator:
`$this`, names, `extension('url')`, `ofType(T)` and `resolve()`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.errors import DefinitionsError
from fhir_matters.terminology import Answer
from fhir_matters.validation import bindings, resolving
from fhir_matters.validation.context import Context
from fhir_matters.validation.exactly import fits, same
from fhir_matters.validation.obstacles import STEPS, AbsentProfileError, UntoldSliceError, obstacle
from fhir_matters.validation.plan import Discriminator, Element, Profile
from fhir_matters.validation.visits import Compiler

Test: TypeAlias = Callable[[Any, Context], bool | None]
Step: TypeAlias = Callable[[Any, Context], list[Any] | None]


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a path: how to get there in a value, the elements there, and values that a pattern above sets.

    `targets` are the profiles of what a reference at the end leads to, also those that are not there.
    """

    steps: tuple[Step, ...]
    elements: tuple[Element, ...]
    patterns: tuple[Any, ...] = ()
    resolved: bool = False
    targets: tuple[str, ...] = ()


def cannot_tell(value: Any, context: Context) -> None:  # noqa: ARG001 (a Test)
    """The test of a slice that nothing tells apart."""
    return


def test(walk: Compiler, sliced: tuple[Element, ...], part: Element, code: str) -> Test:
    """The test whether a value is in the slice `part`: all discriminators of what it is a slice of together.

    The test raises AbsentProfileError where that takes a profile that is not there, UntoldSliceError where the slice
    says nothing of what tells slices apart.
    """
    told = _discriminators(sliced, code)
    if missing := obstacle(walk, told, part):
        return _hindered(missing)
    every = [_one(walk, each, part, code) for each in told]
    # What a slice says nothing of tells nothing, as the HL7 validator has it, as long as it says something of another.
    tests = [each for each in every if each is not _untold]
    if not tests:
        return _untold if every else cannot_tell
    return tests[0] if len(tests) == 1 else _all(tests)


def _discriminators(sliced: tuple[Element, ...], code: str) -> tuple[Discriminator, ...]:
    """Those of all that a slice is a slice of; extensions are told by their url where nothing else is said."""
    told = tuple(told for each in sliced if each.slicing is not None for told in each.slicing.discriminators)
    return told or ((Discriminator("value", "url"),) if code == "Extension" else ())


def heard(sliced: tuple[Element, ...], part: Element, code: str) -> frozenset[str] | None:
    """The keys of a value that decide, with the language of its resource, whether it is in the slice.

    `$this` where all of it does; None where more has a say, or too much.
    """
    found = [_heard(each, part, code) for each in _discriminators(sliced, code)]
    known = [each for each in found if each]
    return frozenset().union(*known) if known and len(known) == len(found) else None


def _heard(told: Discriminator, part: Element, code: str) -> frozenset[str]:
    """The keys that this discriminator looks at; none where that cannot be said."""
    if code == "Extension" and told.path == "url":
        return frozenset({"url"})
    if told.kind not in ("value", "pattern") or "(" in told.path:
        return frozenset()
    if told.path == THIS:
        return frozenset({THIS}) if code in BRIEF else _patterned(part)
    return frozenset({told.path.partition(".")[0]} & part.children.keys())


def _patterned(part: Element) -> frozenset[str]:
    """The keys of the pattern of a slice, if nothing else is said of the value as a whole."""
    pattern = part.pattern.value if part.pattern is not None else None
    if not isinstance(pattern, dict) or part.fixed is not None or any(kind.profiles for kind in part.types):
        return frozenset()
    return frozenset(pattern)


THIS = "$this"
# What says the same again and again, taken as a whole.
BRIEF = frozenset({"CodeableConcept", "Coding", "code", "uri", "canonical"})


def _untold(value: Any, context: Context) -> bool | None:  # noqa: ARG001 (a Test)
    raise UntoldSliceError


def _hindered(canonical: str) -> Test:
    def never(value: Any, context: Context) -> bool | None:  # noqa: ARG001 (a Test)
        raise AbsentProfileError(canonical)

    return never


def _all(tests: list[Test]) -> Test:
    def every(value: Any, context: Context) -> bool | None:
        unsure = False
        for each in tests:
            answer = each(value, context)
            if answer is False:
                return False
            unsure = unsure or answer is None
        return None if unsure else True

    return every


def _one(walk: Compiler, told: Discriminator, part: Element, code: str) -> Test:
    if code == "Extension" and told.path == "url":
        return _url(part)
    try:
        found = _follow(walk, told.path, part)
        make = KINDS.get(told.kind)
        return make(walk, found) if found is not None and make is not None else cannot_tell
    except DefinitionsError:
        return cannot_tell


def _url(part: Element) -> Test:
    inner = part.children.get("url")
    stated = inner.fixed or inner.pattern if inner is not None else None
    named = [name for each in part.types for name in each.profiles]
    url = named[0].partition("|")[0] if named else stated.value if stated is not None else None
    if url is None:
        return cannot_tell
    return lambda value, _: isinstance(value, dict) and value.get("url") == url


def _follow(walk: Compiler, path: str, part: Element) -> Found | None:
    """Walk the path through the slice's elements; None for a path that is no discriminator path."""
    found, rest = Found((), (part, *_roots(walk, (part,)))), path
    while rest:
        match = STEPS.match(rest)
        if match is None:
            return None
        found = _step(walk, found, match)
        rest = rest[match.end() :]
        if rest.startswith("."):
            rest = rest[1:]
        elif rest:
            return None
    return found


def _step(walk: Compiler, found: Found, match: re.Match[str]) -> Found:
    kind, text = match.lastgroup, match.group(match.lastgroup or 0)
    if kind == "this":
        return found
    if kind == "resolve":
        names = tuple(name for each in found.elements for kind in each.types for name in kind.targets)
        plans = filter(None, map(walk.plans.profile, names))
        roots = tuple(plan.root for plan in plans)
        return Found((*found.steps, resolving.step), roots, (), resolved=True, targets=names)
    if kind == "type":
        return Found(found.steps, found.elements, found.patterns)
    if kind == "url":
        elements = tuple(_extensions(walk, found.elements, text))
        return Found((*found.steps, _extension_step(text)), elements)
    elements = tuple(dict.fromkeys(_children(walk, found.elements, text)))
    choice = any(each.name.endswith("[x]") for each in elements)
    patterns = tuple(_inside([*found.patterns, *_stated(found.elements)], text))
    return Found((*found.steps, _name_step(text, choice)), elements, patterns, found.resolved)


def _roots(walk: Compiler, elements: Iterable[Element]) -> Iterator[Element]:
    """The roots of the profiles that the elements name for their types, one profile a type."""
    for each in elements:
        for kind in each.types:
            profile = walk.plans.profile(kind.profiles[0]) if len(kind.profiles) == 1 else None
            if profile is not None:
                yield profile.root


def _children(walk: Compiler, elements: Iterable[Element], name: str) -> Iterator[Element]:
    """The elements of that name: first the plain ones, then those inside slices, which say it more narrowly."""
    for each in elements:
        child = each.children.get(name) or each.children.get(name + "[x]")
        if child is not None:
            yield child
            yield from _roots(walk, (child,))
            yield from child.slices
        for part in each.slices:
            yield from _children(walk, (part,), name)


def _extensions(walk: Compiler, elements: Iterable[Element], url: str) -> Iterator[Element]:
    for each in elements:
        child = each.children.get("extension")
        for part in child.slices if child is not None else ():
            if _url(part)({"url": url}, None):  # type: ignore[arg-type]  # an extension's test looks at no context
                yield part
                yield from _roots(walk, (part,))


def _stated(elements: Iterable[Element]) -> list[Any]:
    return [stated.value for each in elements for stated in (each.fixed, each.pattern) if stated is not None]


def _inside(patterns: list[Any], name: str) -> Iterator[Any]:
    for pattern in patterns:
        inner = pattern.get(name) if isinstance(pattern, dict) else None
        yield from inner if isinstance(inner, list) else () if inner is None else (inner,)


def _name_step(name: str, choice: bool) -> Step:
    def step(value: Any, context: Context) -> list[Any]:  # noqa: ARG001 (a Step)
        if not isinstance(value, dict):
            return []
        if choice:
            end = len(name)
            inner = next((v for k, v in value.items() if k.startswith(name) and k[end : end + 1].isupper()), None)
        else:
            inner = value.get(name)
        return inner if isinstance(inner, list) else [] if inner is None else [inner]

    return step


def _extension_step(url: str) -> Step:
    def step(value: Any, context: Context) -> list[Any]:  # noqa: ARG001 (a Step)
        listed = value.get("extension") if isinstance(value, dict) else None
        return (
            [each for each in listed if isinstance(each, dict) and each.get("url") == url]
            if isinstance(listed, list)
            else []
        )

    return step


def _select(steps: tuple[Step, ...], value: Any, context: Context) -> list[Any] | None:
    """The values at the end of the path; None where one cannot be resolved."""
    values = [value]
    for step in steps:
        reached: list[Any] = []
        for each in values:
            further = step(each, context)
            if further is None:
                return None
            reached += further
        values = reached
    return values


def _value(walk: Compiler, found: Found) -> Test:
    """By what it must be; where nothing is said of that, by whether there must be one, as the HL7 validator has it."""
    matches = _expected(walk, found)
    if matches is None:
        return _required(found)

    def check(value: Any, context: Context) -> bool | None:
        values = _select(found.steps, value, context)
        if values is None:
            return None
        answers = [matches(each, context) for each in values]
        return True if True in answers else None if None in answers else False

    return check


def _required(found: Found) -> Test:
    least, most = max((each.min for each in found.elements), default=0), [each.max for each in found.elements]
    if least == 0 and 0 not in most:
        return _untold

    def check(value: Any, context: Context) -> bool | None:
        values = _select(found.steps, value, context)
        return None if values is None else bool(values) is (least > 0)

    return check


def _expected(walk: Compiler, found: Found) -> Test | None:
    """What the value must be: fixed, pattern (its own or from above), or in a required binding; None if nothing."""
    fixed = [each.fixed.value for each in found.elements if each.fixed is not None]
    patterns = [each.pattern.value for each in found.elements if each.pattern is not None] or list(found.patterns)
    if fixed:
        return lambda value, _: any(same(each, value) for each in fixed)
    if patterns:
        return lambda value, _: any(fits(each, value) for each in patterns)
    sets = [each.binding.value_set for each in found.elements if each.binding and each.binding.strength == "required"]
    if sets:
        return lambda value, context: _IN.get(bindings.holds(walk.terminology, sets[0], value, context), False)
    return None


_IN: dict[Answer | None, bool | None] = {Answer.IN: True, Answer.OUT: False, Answer.UNKNOWN: None}


def _exists(walk: Compiler, found: Found) -> Test:  # noqa: ARG001 (one of KINDS)
    if not found.elements:
        return cannot_tell
    wanted = found.elements[0].min > 0
    if not wanted and found.elements[0].max > 0:
        return cannot_tell

    def check(value: Any, context: Context) -> bool | None:
        values = _select(found.steps, value, context)
        return None if values is None else bool(values) is wanted

    return check


def _type(walk: Compiler, found: Found) -> Test:
    codes = frozenset(kind.code for each in found.elements for kind in each.types)
    if found.resolved:
        codes = frozenset(each.path.partition(".")[0] for each in found.elements)
    resources = {code for code in codes if (plan := walk.plans.type(code)) is not None and plan.kind == "resource"}
    if not codes or resources != codes:
        return cannot_tell

    def check(value: Any, context: Context) -> bool | None:
        if found.resolved:
            references = _select(found.steps[:-1], value, context) or []
            held = [resolving.type_at(each, context) for each in references]
            return None if None in held else any(each in codes for each in held)
        values = _select(found.steps, value, context)
        return (
            None
            if values is None
            else any(isinstance(each, dict) and each.get("resourceType") in codes for each in values)
        )

    return check


def _profile(walk: Compiler, found: Found) -> Test:
    names = found.targets or tuple(name for each in found.elements for kind in each.types for name in kind.profiles)
    if not names:
        return cannot_tell
    plans = {name: walk.plans.profile(name) for name in names}

    def check(value: Any, context: Context) -> bool | None:
        values = _select(found.steps, value, context)
        if not values:
            return None if values is None else False
        answers = [_meets(walk, name, plans[name], values, context) for name in names]
        return True if True in answers else None if None in answers else False

    return check


def _meets(walk: Compiler, name: str, plan: Profile | None, values: list[Any], context: Context) -> bool | None:
    if plan is None:
        raise AbsentProfileError(name)
    verdicts = [resolving.conforms(walk, plan, each, context) for each in values]
    return True if True in verdicts else None if None in verdicts else False


KINDS: dict[str, Callable[[Compiler, Found], Test]] = {
    "value": _value,
    "pattern": _value,
    "exists": _exists,
    "type": _type,
    "profile": _profile,
}
