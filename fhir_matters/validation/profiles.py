"""Profiles that elements name: one is walked along, several are alternatives, absent ones are reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.errors import BaseMissingError, DefinitionsError
from fhir_matters.issue import Severity
from fhir_matters.rules import RULES
from fhir_matters.validation import obstacles
from fhir_matters.validation.context import MISSHAPEN, Context, Finding, Position, new
from fhir_matters.validation.plan import Element, Profile
from fhir_matters.validation.visits import RESOURCES, Compiler, Elements, Visit

UNUSABLE = {
    "FM701": (
        "The profile {} is claimed but is in none of the loaded packages: load its package.",
        "VALIDATION_VAL_PROFILE_UNKNOWN_NOT_POLICY",
    ),
    "FM702": ("The profile {} was asked for but is in none of the loaded packages.", "Validation_VAL_Unknown_Profile"),
    "FM703": (
        "The profile {} has no snapshot, and what it builds on is not there: nothing was checked against it.",
        "Validation_VAL_Profile_NoSnapshot",
    ),
    "FM704": ("The definition of {} cannot be understood, so nothing was checked against it.", ""),
    "FM706": (
        "This is to meet the profile {}, which is in none of the loaded packages: give its package with --package.",
        "Validation_VAL_Unknown_Profile",
    ),
    "FM510": ("The profile {} is for another type than the one here.", "Validation_VAL_Profile_WrongType"),
}


def reporter(rule: str, canonical: str, severity: Severity | None = None) -> Visit:
    """A check that says why a profile could not be used, once for each value that it should have judged."""
    template, message_id = UNUSABLE[rule]
    message = template.format(canonical)

    rest = (message, canonical, message_id, "", RULES[rule].undecided, severity, "", "")

    def check(value: Any, context: Context, position: Position) -> None:  # noqa: ARG001 (a Visit)
        context.findings.append(new(Finding, (rule, position, *rest)))

    return check


def doubtful(root: Element) -> Visit:
    """A check that says what of a profile is not checked: its differential names what nobody can find."""

    def check(value: Any, context: Context, position: Position) -> None:  # noqa: ARG001 (a Visit)
        for doubt, grave in root.doubts:
            context.add(
                "FM709",
                position,
                f"A part of the profile was not checked: {doubt}",
                profile=root.profile,
                severity=Severity.ERROR if grave else None,
                message_id="Validation_VAL_Profile_NoSnapshot" if grave else "",
            )

    return check


def find(walk: Compiler, canonical: str, code: str, absent: str = "FM706") -> tuple[Profile | None, Visit | None]:
    """A profile for a type by its canonical, or the check that reports why it cannot be used (`absent` if unknown)."""
    try:
        found = walk.plans.profile(canonical)
    except BaseMissingError:
        return None, reporter("FM703", canonical)
    except DefinitionsError:
        return None, reporter("FM704", canonical)
    if found is None:
        return None, reporter(absent, canonical)
    if found.type != code and found.type not in RESOURCES and code not in RESOURCES:
        return None, reporter("FM510", canonical)
    return found, None


def of_another_type(walk: Compiler, canonical: str, code: str) -> Profile | None:
    """The definition where it is there and for another type, not for one that this type is a kind of."""
    try:
        found = walk.plans.profile(canonical)
    except DefinitionsError:
        return None
    return found if found is not None and found.type not in (code, "Element", *RESOURCES) else None


def is_bare(walk: Compiler, canonical: str) -> bool:
    """Whether the profile is there, and has no snapshot that anybody could make; that is told of the whole resource."""
    try:
        walk.plans.profile(canonical)
    except BaseMissingError:
        return True
    except DefinitionsError:
        return False
    return False


def overlays(walk: Compiler, said: Elements, code: str) -> tuple[Elements, list[Visit]]:
    """The roots of the profiles that the elements name for this type, and checks for what cannot be walked along."""
    roots: list[Element] = []
    checks: list[Visit] = []
    for names in named(said, code):
        if len(names) > 1:
            checks.append(one_of(walk, names, code))
            continue
        found, problem = find(walk, names[0], code)
        if found is not None:
            roots.append(found.root)
        elif problem is not None:
            checks.append(problem)
    return tuple(roots), checks


def named(said: Elements, code: str) -> list[tuple[str, ...]]:
    """The distinct lists of profiles that the elements name for this type."""
    return [each for each in dict.fromkeys(names for each in said for names in _names(each, code)) if each]


def _names(element: Element, code: str) -> Iterator[tuple[str, ...]]:
    """The profiles of the element's types; of one type among several only the first profile, and none of a Reference.

    So the HL7 validator has it (`InstanceValidator.checkChildByDefinition`).
    """
    several = len(element.types) > 1 and element.name.endswith("[x]")
    for kind in element.types:
        if kind.code == code or kind.code in RESOURCES:
            first = () if code == "Reference" else kind.profiles[:1]
            yield first if several else kind.profiles


def known(walk: Compiler, said: Elements, code: str) -> Elements:
    """The elements that may say what is inside: without those whose profile for this type, or the last, is absent.

    So the HL7 validator has it: where it cannot judge the value by its profile, it does not look further into it.
    """
    lasts = {each: [names[-1] for names in named((each,), code)] for each in said}
    return tuple(each for each, names in lasts.items() if not any(obstacles.is_absent(walk, name) for name in names))


def one_of(walk: Compiler, names: tuple[str, ...], code: str) -> Visit:
    """A check that the value meets at least one of the profiles; each that is not there is reported.

    Of a value, what each profile misses is told too; a resource may miss too much of each.
    """

    def check(value: Any, context: Context, position: Position) -> None:
        wrong: list[Finding] = []
        doubts: list[Finding] = []
        met = False
        for name in names:
            found, problem = find(walk, name, code)
            if found is None:
                if problem is not None:
                    problem(value, context, position)
                continue
            trial = context.apart()
            walk.conforms(found).run(value, trial, position)
            trial.findings = [each for each in trial.findings if each.rule not in MISSHAPEN]
            met = met or trial.verdict is not False
            wrong += (_by(each, name) for each in trial.findings if each.is_error)
            doubts += () if trial.verdict is not None else (each for each in trial.findings if each.undecided)
        if met:
            context.findings += doubts
        else:
            whole = isinstance(value, dict) and "resourceType" in value
            context.add(
                "FM509",
                position,
                f"Expected a value that meets one of the profiles {', '.join(names)}: it meets none.",
                message_id="BUNDLE_BUNDLE_ENTRY_MULTIPLE_PROFILES_NO_MATCH"
                if whole
                else "Validation_VAL_Profile_NoMatch",
                code="invalid" if whole else "",
            )
            context.findings += () if whole else wrong

    return check


def _by(finding: Finding, name: str) -> Finding:
    """What is wrong when the value is judged by one of several profiles; a broken invariant is the same by any."""
    if (finding.code or RULES[finding.rule].issue_type) == "invariant":
        return finding
    return finding._replace(message=f"{finding.message} (Judged by {name}.)")
