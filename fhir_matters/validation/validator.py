"""The validator: any resource in, a report out. Compiled once, used for any number of resources and threads."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from fhir_matters import jsonio, modelled, slips
from fhir_matters.coded import Asker
from fhir_matters.definitions.registry import Registry, core
from fhir_matters.errors import InputError
from fhir_matters.instead import instead
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import Key
from fhir_matters.rules import RULES
from fhir_matters.terminology import Terminology
from fhir_matters.terminology.elsewhere import Elsewhere
from fhir_matters.validation import mending, order, resources
from fhir_matters.validation.addresses import Defined
from fhir_matters.validation.asked import DEFAULT, Options
from fhir_matters.validation.context import Context, Fetched, Finding, OutOfTimeError, Scope, issues
from fhir_matters.validation.plans import Plans
from fhir_matters.validation.policy import Extensions, Policy, Resolver
from fhir_matters.validation.questions import Forms
from fhir_matters.validation.walk import Walk
from fhir_matters.validation.written import from_xml, position

if TYPE_CHECKING:
    from fhir_matters.definitions.shapes import Shapes
    from fhir_matters.xmlio import Problem


# A resource without what was found misshapen in it; None where there is nothing to mend.
Mender: TypeAlias = Callable[[dict[str, Any], list[Finding]], dict[str, Any] | None]


class Making(TypedDict, total=False):
    """What a `Validator` is made with, but for profiles, which whoever validates many names apart."""

    packages: str | Path | Iterable[str | Path]
    strict: bool
    options: Options
    registry: Registry | None
    extensions: Extensions
    examples: bool
    trusting: bool
    resolver: Resolver | None
    terminology: Asker | None
    seconds: float | None


@instead(
    check="validate(resource)",
    run="validate(resource)",
    validate_resource="validate(resource)",
    validate_bundle="validate(bundle)",
    validate_json="validate(text)",
    validate_many="fhir_matters.validate_many(paths)",
    validate_file="fhir_matters.validate_many([path])",
    is_valid="validate(resource).ok",
)
class Validator:
    """Judges resources against R4, the profiles that they claim, and the profiles that were asked for.

    `packages` are paths or `name#version`; `profiles` are canonicals that every resource has to meet; `strict`
    makes a report with anything undecided not ok. Extensions that no package defines are welcome (`any`), or errors
    (`known`); so are `examples`, the URLs of example.org. `trusting` takes the type that a reference says as certain.
    `resolver` is asked for what is referred to and not at hand (`Patient/a` → the resource, or None); without it
    nothing is fetched, and what it raises is passed on. `options` say what else is refused, or let pass.
    `terminology` is a terminology server to ask (`server.TerminologyServer`) about codes that nothing here decides;
    what it decided is marked in each issue, and an answer that does not come leaves the question open.
    After so many `seconds` a resource's report ends with what was found by then, and with FM708.
    Raises DefinitionsError for a package that is not there.
    """

    def __init__(
        self,
        *,
        packages: str | Path | Iterable[str | Path] = (),
        profiles: str | Iterable[str] = (),
        strict: bool = False,
        options: Options = DEFAULT,
        registry: Registry | None = None,
        extensions: Extensions = "any",
        examples: bool = True,
        trusting: bool = False,
        resolver: Resolver | None = None,
        terminology: Asker | None = None,
        seconds: float | None = None,
    ) -> None:
        base = registry if registry is not None else core()
        wanted = (packages,) if isinstance(packages, (str, Path)) else tuple(packages)
        self.registry = base.with_packages(wanted) if wanted else base
        self.profiles = _several(profiles)
        self.strict = strict
        self.options = options
        self.seconds = seconds
        self.policy = Policy(extensions, examples, trusting, resolver, options)
        known = Terminology(self.registry, Elsewhere(terminology) if terminology is not None else None)
        plans, forms = Plans(self.registry), Forms(self.registry)
        self._walk = Walk(plans, known, forms, resources.inside, self.policy, defined=Defined(self.registry))

    def validate(self, resource: modelled.Resource, profiles: str | Sequence[str] = (), *, source: str = "") -> Report:
        """The report on one resource: a dict, its JSON or XML as str or bytes, or a model of fhir.resources.

        Never raises because of what the resource holds: bytes that are no JSON make a report with a fatal issue.
        Raises WrongArgument, a TypeError, for what is none of these, FhirMattersError for a model of another version.
        While a text of more than `LONG` is judged, Python looks for no cycles (`gc`).
        """
        if isinstance(resource, (str, bytes)) and len(resource) > LONG and gc.isenabled():
            with _uncollected():
                return self.validate(resource, profiles, source=source)
        asked = (*self.profiles, *_several(profiles)) if profiles else self.profiles
        if type(resource) is dict:
            return self._validated(resource, (), asked, source)
        if isinstance(resource, (bytearray, memoryview)):
            resource = bytes(resource)
        found: Sequence[slips.Slip] = ()
        try:
            if not isinstance(resource, (str, bytes)):
                node = modelled.plain(resource)
            elif jsonio.is_xml(resource):
                return self._of_xml(resource, asked, source)
            else:
                node, found = self._read(resource)
        except InputError as error:
            return self._report((_unreadable(resource, error),), None, source)
        return self._validated(node, found, asked, source)

    def _of_xml(self, resource: str | bytes, profiles: Sequence[str], source: str) -> Report:
        """The report on a resource in XML. Raises InputError where it is none."""
        from fhir_matters import xmlio  # noqa: PLC0415 - lxml takes its time, and most resources are JSON

        document = xmlio.parse(resource, self._shapes)
        report = self._validated(document.resource, document.problems, profiles, source, None)
        return report.with_issues(from_xml(report, document))

    @cached_property
    def _shapes(self) -> Shapes:
        from fhir_matters.definitions.shapes import Shapes  # noqa: PLC0415 - the same

        return Shapes(self.registry)

    def _read(self, text: str | bytes) -> tuple[Any, Sequence[slips.Slip]]:
        """The resource as a dict, and what is wrong with its JSON. Raises InputError where it is none."""
        try:
            slips.check_escapes(text)
            return jsonio.parse(text), ()
        except InputError as error:
            return self._slipped(text, error)

    def _slipped(self, resource: str | bytes, error: InputError) -> tuple[Any, list[slips.Slip]]:
        """The resource as its slips let it be read; what is no JSON even so is told as at first."""
        if isinstance(resource, str) and NAME_OF_FILE.fullmatch(resource):
            raise InputError("Expected JSON or XML, found what looks like the name of a file: use validate_many.")
        try:
            node, found = slips.read(resource if isinstance(resource, str) else resource.decode("utf-8"))
        except (InputError, ValueError):
            raise error from None
        return node, [each for each in found if not (self.options.comments and each.message_id in COMMENTS)]

    def _validated(
        self,
        node: Any,
        problems: Sequence[Problem | slips.Slip],
        profiles: Sequence[str],
        source: str,
        mender: Mender | None = mending.mended,
    ) -> Report:
        if not isinstance(node, dict):
            return self._report(
                (_fatal("FM004", "Expected one resource as a JSON object, found something else."),), None, source
            )
        fetched = Fetched(resolver) if (resolver := self.policy.resolver) else None
        late = tuple(each.keys for each in problems if each.message_id == order.OUT_OF_ORDER) if problems else ()
        elsewhere, told = self._walk.terminology.elsewhere, 0
        if elsewhere is None:
            context = self._found(node, profiles, fetched, late, mender)
        else:
            context, told = _inquired(elsewhere, partial(self._found, node, profiles, fetched, late, mender))
        for problem in problems:
            self._add(problem, node, context)
        kind = node.get("resourceType")
        root = kind if isinstance(kind, str) and kind.isidentifier() else "Resource"
        return self._report(issues(context.findings, root), node, source, told)

    def _add(self, problem: Problem | slips.Slip, node: dict[str, Any], context: Context) -> None:
        """A slip of the JSON, or a problem of the XML, among the findings."""
        rule, found, slight = "FM007", "", False
        if isinstance(problem, slips.Slip):
            slight = problem.slight
            rule = "FM002" if problem.message_id == "DUPLICATE_JSON_PROPERTY_KEY" else "FM008"
        else:
            rule, found = "FM009" if problem.misplaced else "FM007", problem.found
        for profile in ("", *context.late.get(problem.keys, ())):
            context.add(
                rule,
                position(problem.keys, node, self._shapes),
                problem.message,
                profile=profile,
                message_id=problem.message_id,
                found=found,
                severity=Severity.WARNING if slight else None,
            )

    def _found(
        self,
        node: dict[str, Any],
        profiles: Sequence[str],
        fetched: Fetched | None,
        late: tuple[tuple[Key, ...], ...],
        mender: Mender | None,
    ) -> Context:
        """One walk; where something is misshapen, another over what is left once it is mended."""
        until = None if self.seconds is None else monotonic() + self.seconds
        context = Context(Scope(node), fetched, self.options, until)
        if late:
            context.late |= {keys: [] for keys in late}
        self._walked(node, profiles, context)
        better = mender(node, context.findings) if mender is not None and context.misshapen else None
        if better is None:
            return context
        again = Context(Scope(better), fetched, self.options, until, mended=True)
        self._walked(better, profiles, again)
        again.findings[:0] = mending.misshapen(context.findings)
        return again

    def _walked(self, node: dict[str, Any], profiles: Sequence[str], context: Context) -> None:
        try:
            context.in_time()
            plan = resources.type_plan(self._walk, node, context, None)
            if plan is not None:
                resources.along(self._walk, plan, node, context, None, (), profiles)
        except OutOfTimeError:
            context.add("FM708", None, f"Not all was checked: {self.seconds:g} seconds were not enough.")
        except RecursionError:
            context.findings.clear()
            context.scope = Scope(node)
            context.add("FM003", None, "Nested too deeply to be a resource: nothing was checked.")

    def _report(self, found: tuple[Issue, ...], node: dict[str, Any] | None, source: str, told: int = 0) -> Report:
        kind, name = (node.get("resourceType"), node.get("id")) if node is not None else (None, None)
        kind, name = kind if isinstance(kind, str) else "", name if isinstance(name, str) else ""
        return Report(found, source, kind, name, strict=self.strict, told=told)


LONG = 1024 * 1024
"""Bytes, or letters: some 1,800 entries of a Bundle of small resources."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python's collector of cycles stands still; who finds it at rest leaves it so.

    What a long text becomes is no garbage, and to go through it again and again takes a seventh of the time of 100,000
    entries.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _several(profiles: str | Iterable[str]) -> tuple[str, ...]:
    return (profiles,) if isinstance(profiles, str) else tuple(profiles)


def _inquired(elsewhere: Elsewhere, walk: Callable[[], Context]) -> tuple[Context, int]:
    """What was found in as many walks as a terminology server has answers for, each in its time; and what it told."""
    context, inquiry = elsewhere.inquired(walk)
    if inquiry.trouble:
        asked = f"The terminology server {elsewhere.name} left {len(inquiry.open):,} questions about codes open"
        context.add("FM313", None, f"{asked}: {inquiry.trouble}")
    return context, len(inquiry.used)


NAME_OF_FILE = re.compile(r"[^\n{<\[]{1,300}\.(json|xml|ndjson)")
COMMENTS = frozenset({"JSON_COMMENTS_NOT_ALLOWED"})


def _unreadable(resource: Any, error: InputError) -> Issue:
    """The parser's complaint as a fatal issue with its line and column."""
    rule = next((rule for words, rule in COMPLAINTS.items() if words in error.message), "FM001")
    line, _, column = error.place.partition(":")
    form = "XML" if isinstance(resource, (str, bytes)) and jsonio.is_xml(resource) else "JSON"
    numbers = [int(each) if each.isdigit() else None for each in (line, column)]
    return _fatal(rule, error.message, f"Error_parsing_{form}_")._replace(line=numbers[0], column=numbers[1])


def _fatal(rule: str, message: str, message_id: str = "Error_parsing_JSON_") -> Issue:
    return Issue(rule, Severity.FATAL, RULES[rule].issue_type, message, message_id=message_id)


# What the parser says, in part, and the rule that it means.
COMPLAINTS = {
    "appears twice": "FM002",
    "UTF-": "FM003",
    "utf-8": "FM003",
    "unicode": "FM003",
    "ecursion": "FM003",
    "byte order": "FM003",
}
