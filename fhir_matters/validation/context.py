"""What one walk carries: where it is, what it found, and which resources are around it. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple, TypeAlias, TypeVar

from fhir_matters.issue import Issue, Severity
from fhir_matters.path import Key, Path
from fhir_matters.rules import RULES
from fhir_matters.validation.asked import DEFAULT, Options
from fhir_matters.validation.policy import Resolver

K = TypeVar("K")
V = TypeVar("V")
# (the place of the parent, JSON key, index or None, step of the expression or None where it is the key itself)
Position: TypeAlias = tuple[Any, str, int | None, str | None] | None


# Makes a NamedTuple of a tuple, in half the time that its class takes.
new = tuple.__new__


class Finding(NamedTuple):
    """An issue before its path is spelt out; `severity` and `code` are set only where they are not the rule's own."""

    rule: str
    position: Position
    message: str
    profile: str = ""
    message_id: str = ""
    found: str = ""
    undecided: bool = False
    severity: Severity | None = None
    server: str = ""
    code: str = ""

    @property
    def is_error(self) -> bool:
        """True where the resource is wrong, or what it takes to judge it is not there."""
        return (self.severity or RULES[self.rule].severity) in _ERRORS


@dataclass(slots=True)
class Scope:
    """A resource and what surrounds it: the one that contains it, the Bundle that it came in, whatever it stands in.

    `asked` is true where profiles were asked for: what they ask is told of, and not once more that its type asks it.
    """

    resource: dict[str, Any]
    container: dict[str, Any] | None = None
    bundle: BundleScope | None = None
    full_url: str = ""
    position: Position = None
    around: Scope | None = None
    fhirpath: Any = None
    asked: bool = False

    @property
    def outer(self) -> dict[str, Any]:
        """The resource whose `contained` a `#fragment` points into."""
        return self.resource if self.container is None else self.container


@dataclass(slots=True)
class BundleScope:
    """The entries of a Bundle by fullUrl and by `Type/id`, where the first wins; and their resources in order.

    `often` are the URLs that more than one entry has.
    `unaddressed` are those, by identity, whose entry says no fullUrl at all; `names` are the ids and names in it that
    a link may lead to, once they were asked for.
    """

    kind: str
    by_url: dict[str, dict[str, Any]]
    by_id: dict[str, dict[str, Any]]
    urls: dict[int, str]
    in_order: list[dict[str, Any]] = field(default_factory=list)
    unaddressed: set[int] = field(default_factory=set)
    often: set[str] = field(default_factory=set)
    names: frozenset[str] | None = None


@dataclass(slots=True)
class Fetched:
    """What the caller's resolver found, each reference asked for once, and not more than MOST_FETCHED of them."""

    resolver: Resolver
    found: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def get(self, reference: str) -> dict[str, Any] | None:
        """The resource, or None."""
        if reference not in self.found and len(self.found) < MOST_FETCHED:
            answer = self.resolver(reference)
            self.found[reference] = answer if isinstance(answer, dict) else None
        return self.found.get(reference)

    def holds(self, value: Any) -> bool:
        """True for a resource that was fetched: nothing of the resource that refers to it surrounds it."""
        return any(value is each for each in self.found.values())


class OutOfTimeError(Exception):
    """The time for one resource is over; what was found so far is in the findings."""


@dataclass(slots=True)
class Context:
    """The state of one walk.

    `problems` counts what is misshapen, so that a check may ask whether its node is sound; `misshapen` is true also
    where that is only warned of.
    `mended` walks see a copy without that, and do not tell it again.
    `trying` is what is being judged by which profile, and `tried` what came of it where that was done.
    In `mute` ones nobody knows the language.
    `late` are elements that XML has too late, each with the profiles that speak of it.
    """

    scope: Scope
    fetched: Fetched | None = None
    options: Options = DEFAULT
    until: float | None = None
    findings: list[Finding] = field(default_factory=list)
    problems: int = 0
    misshapen: bool = False
    trying: frozenset[tuple[int, str]] = frozenset()
    tried: dict[tuple[int, str], bool | None] = field(default_factory=dict)
    mended: bool = False
    mute: bool = False
    ids: dict[tuple[int, str], tuple[Path, Position]] = field(default_factory=dict)
    late: dict[tuple[Key, ...], list[str]] = field(default_factory=dict)

    def in_time(self) -> None:
        """Raises OutOfTimeError once the moment `until` (of `time.monotonic`) has passed."""
        if self.until is not None and monotonic() > self.until:
            raise OutOfTimeError

    def add(
        self,
        rule: str,
        position: Position,
        message: str,
        *,
        profile: str = "",
        message_id: str = "",
        found: object = "",
        severity: Severity | None = None,
        server: str = "",
        code: str = "",
    ) -> None:
        """Note one finding; whether it is undecided, how severe it is and of what type, the rule table says."""
        entry = RULES[rule]
        if rule in MISSHAPEN:
            if self.mended:
                return
            self.misshapen = True
            self.problems += severity is not Severity.WARNING
        shown = found[:MOST_SHOWN] if type(found) is str else _shown(found)
        said = (rule, position, message, profile, message_id, shown, entry.undecided, severity, server, code)
        self.findings.append(new(Finding, said))

    @property
    def verdict(self) -> bool | None:
        """False where there is an error; None where something of weight could not be told; else True."""
        if any(each.is_error for each in self.findings):
            return False
        weighty = (each for each in self.findings if each.undecided)
        weights = (each.severity or RULES[each.rule].severity for each in weighty)
        return None if any(each is not Severity.INFORMATION for each in weights) else True

    def apart(self) -> Context:
        """A context for trying something out: same surroundings, findings of its own."""
        return Context(
            self.scope,
            trying=self.trying,
            tried=self.tried,
            fetched=self.fetched,
            options=self.options,
            until=self.until,
            mended=self.mended,
            mute=self.mute,
        )


_ERRORS = frozenset({Severity.ERROR, Severity.FATAL})
# What a reader of the JSON stumbles over, before anything can be said about the content.
MISSHAPEN = frozenset({"FM101", "FM102", "FM103", "FM104", "FM105", "FM106", "FM110", "FM201"})
MOST_SHOWN = 200
MOST_FETCHED = 1000


def _shown(found: object) -> str:
    try:
        return (repr(found) if isinstance(found, (dict, list)) else str(found))[:MOST_SHOWN]
    except ValueError:
        # Python spells no integer of more digits than `sys.get_int_max_str_digits()`.
        return "a number too long to be shown"


def issues(findings: list[Finding], root: str) -> tuple[Issue, ...]:
    """The findings as issues, each once, but once for each profile that asks; `root` is the type that was walked."""
    told: list[Issue] = []
    seen: dict[tuple[str, tuple[Key, ...], str], list[str]] = {}
    for finding in findings:
        issue = _ISSUES.get((finding, root)) or _issue(finding, root)
        asked = seen.get(known := (issue.rule, issue.path.keys, issue.message))
        if asked is None:
            seen[known] = [issue.profile]
            told.append(issue)
        elif issue.message_id in OF_A_PROFILE and issue.profile not in asked:
            asked.append(issue.profile)
            told.append(issue._replace(message=f"{issue.message} ({issue.profile} asks for this too.)"))
    return tuple(told)


def _issue(finding: Finding, root: str) -> Issue:
    name, position, message, profile, message_id, found, undecided, severity, server, code = finding
    path = path_of(position, root)
    rule = RULES[name]
    kind, grade = code or rule.issue_type, severity or rule.severity
    said = (name, grade, kind, message, path, profile, message_id, found, undecided, None, None, server, None)
    length = len(path.expression) + len(message) + len(profile) + len(found)
    return _kept(_ISSUES, (finding, root), new(Issue, said), short=length <= LONGEST_ISSUE)


# What the HL7 validator says of each profile by itself, also where another has said the same.
OF_A_PROFILE = frozenset(
    {
        "Validation_VAL_Profile_Minimum",
        "Validation_VAL_Profile_Minimum_SLICE",
        "VALIDATION_VAL_PROFILE_MINIMUM_MAGIC",
        "Validation_VAL_Profile_Maximum",
        "Validation_VAL_Profile_NotSlice",
        "Validation_VAL_Profile_SliceOrder",
        "Validation_VAL_Profile_OutOfOrder",
        "Validation_VAL_Profile_MatchMultiple",
        "_DT_Fixed_Wrong",
        "Profile_VAL_MissingElement",
        "TYPE_CHECKS_PATTERN_CC",
    }
)


def path_of(position: Position, root: str) -> Path:
    """The place as JSON keys and as FHIRPath (`Observation.value.ofType(Quantity).code`)."""
    found = _PATHS.get((position, root))
    if found is None:
        found = _spelt_out(position, root)
        return _kept(_PATHS, (position, root), found, short=len(found.expression) <= LONGEST_KEPT)
    return found


# The same is found at the same places again and again.
_ISSUES: dict[tuple[Finding, str], Issue] = {}
_PATHS: dict[tuple[Position, str], Path] = {}
MOST_KEPT = 4096
LONGEST_KEPT, LONGEST_ISSUE = 120, 1024
"""Letters of a path, and of all that an issue says: no more is kept, whatever a resource calls things and claims."""


def _kept(kept: dict[K, V], key: K, value: V, *, short: bool) -> V:
    """The value; it is kept where it is short, and what was kept goes when there is too much."""
    if short:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = value
    return value


def _spelt_out(position: Position, root: str) -> Path:
    keys: list[Key] = []
    expression = []
    while position is not None:
        position, key, index, step = position
        name = step or key.removeprefix("_")
        if index is not None:
            keys.append(index)
            name = f"{name}[{index}]"
        keys.append(key)
        expression.append(name)
    expression.append(root)
    return Path(tuple(reversed(keys)), ".".join(reversed(expression)))
