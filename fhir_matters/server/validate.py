"""What a server says of a resource (`$validate`), whether it could say it, and where it and we disagree.

An OperationOutcome is a verdict whatever the status; anything else means *not validated*, which is never a
pass. Nor is the silence of a server that does not know the profile. Our own rules are not known here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from fhir_matters.errors import Conflict
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.outcome import from_outcome
from fhir_matters.server.compare import content, sha256
from fhir_matters.server.refusal import codes_of
from fhir_matters.server.rest import Rest
from fhir_matters.server.target import one

# A verdict comes as 200, and from some servers as one of these (R4 $validate leaves it open).
VERDICTS = frozenset({200, 400, 412, 422})
# The server's own definitions of R4, which it knows without listing them.
CORE = "http://hl7.org/fhir/StructureDefinition/"
# What others build on comes first.
ORDER = ("CodeSystem", "NamingSystem", "ValueSet", "ConceptMap", "StructureDefinition", "SearchParameter")

Installed: TypeAlias = Literal["created", "updated", "already there"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server said: `outcome` is its OperationOutcome, None where it did not validate, for this `reason`.

    `unknown` are the profiles that the server does not have and was asked by: the one that was named, and all that a
    resource claims where it has none of them. About those it said nothing. What a resource claims beside a profile
    that it does have is `left_open`: it judged the resource, and that claim alone not.
    """

    outcome: dict[str, Any] | None = field(default=None, repr=False)
    reason: str = ""
    unknown: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()

    @property
    def validated(self) -> bool:
        """True where the server judged the resource by what was asked, or by one profile at least that it claims."""
        return self.outcome is not None and not self.unknown

    @property
    def ok(self) -> bool:
        """True where it was validated and the server found no error."""
        return self.validated and not any(
            issue.get("severity") in ("fatal", "error") for issue in _issues(self.outcome)
        )

    @property
    def report(self) -> Report:
        """What the server found, as a report like ours; empty where it did not validate."""
        return Report() if self.outcome is None else from_outcome(self.outcome)


def validate(server: Rest, resource: Mapping[str, Any], profile: str | None = None, *, known: bool = False) -> Verdict:
    """The server's verdict on one resource, against this profile too where one is named.

    `known` says that `unknown_profiles` was asked before. Raises Unreachable and Unauthorised.
    """
    asked = [*([(profile,)] if profile else []), *_claimed(resource)]
    absent = () if known else unknown_profiles(server, chain.from_iterable(asked))
    silent = {each for claims in asked if set(claims) <= set(absent) for each in claims}
    unknown, left_open = (tuple(each for each in absent if (each in silent) is wanted) for wanted in (True, False))
    reason = ""
    for body in (resource, _parameters(resource, profile)):
        query = f"?profile={quote(profile, safe='')}" if profile else ""
        answer = server.ask("POST", f"{resource['resourceType']}/$validate{query}", body=body, repeatable=True)
        if answer.status in (401, 403):
            raise server.refused("POST", "$validate", answer)
        if answer.status in VERDICTS and _is_verdict(answer.resource):
            return Verdict(answer.resource, "", unknown, left_open)
        reason = reason or server.refused("POST", f"{resource['resourceType']}/$validate", answer).message
    return Verdict(None, f"Not validated. {reason}", unknown, left_open)


def unknown_profiles(server: Rest, profiles: Iterable[str]) -> tuple[str, ...]:
    """Those of the profiles (canonicals, with `|version` or without) that the server does not have."""
    return tuple(
        profile
        for profile in dict.fromkeys(profiles)
        if not profile.startswith(CORE) and not _defined(server, "StructureDefinition", *profile.partition("|")[::2])
    )


def install(
    server: Rest, definitions: Iterable[Mapping[str, Any]], done: Callable[[str, Installed], None] | None = None
) -> dict[str, Installed]:
    """What became of each definition, by canonical: on the server afterwards, once, as given.

    What others build on goes first; resources without a `url` are examples and stay behind. Installing again
    changes nothing. Raises Conflict where the server has a definition several times.
    """
    results: dict[str, Installed] = {}
    for definition in sorted(filter(_is_definition, definitions), key=_rank):
        results[definition["url"]] = _install(server, dict(definition))
        if done is not None:
            done(definition["url"], results[definition["url"]])
    return results


def _install(server: Rest, definition: dict[str, Any]) -> Installed:
    kind, url, version = definition["resourceType"], definition["url"], str(definition.get("version", ""))
    there = _defined(server, kind, url, version)
    if len(there) > 1:
        raise Conflict(
            f"The server has several {kind} resources of one canonical.",
            status=412,
            place=server.base,
            next_step="Remove all but one of them there.",
        )
    if there:
        wanted = {**definition, "id": there[0]["id"]}
        if sha256(wanted) == sha256(there[0]):
            return "already there"
        server.update(wanted)
        return "updated"
    own = str(definition.get("id", ""))
    if not own or own.isdigit() or one(server, kind, own) is not None:
        server.create({key: value for key, value in definition.items() if key != "id"})
    else:
        server.update(content(definition))
    return "created"


def _defined(server: Rest, kind: str, url: str, version: str) -> list[dict[str, Any]]:
    asked = [("url", url), *([("version", version)] if version else [])]
    return [found for found in server.search(kind, asked) if found.get("url") == url]


def _is_definition(resource: Mapping[str, Any]) -> bool:
    return resource.get("resourceType") in ORDER and isinstance(resource.get("url"), str)


def _rank(definition: Mapping[str, Any]) -> tuple[int, bool, str]:
    return ORDER.index(definition["resourceType"]), definition.get("type") != "Extension", definition["url"]


def _claimed(node: Any) -> Iterator[tuple[str, ...]]:
    """What the resource claims, and what each inside it does: the entries of a Bundle, what is contained."""
    if isinstance(node, list):
        for item in node:
            yield from _claimed(item)
    elif isinstance(node, Mapping):
        meta = node.get("meta") if "resourceType" in node else None
        profiles = meta.get("profile") if isinstance(meta, dict) else None
        if isinstance(profiles, list):
            yield tuple(each for each in profiles if isinstance(each, str))
        for value in node.values():
            yield from _claimed(value)


def _parameters(resource: Mapping[str, Any], profile: str | None) -> dict[str, Any]:
    named = [{"name": "profile", "valueUri": profile}] if profile else []
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}, *named]}


def _is_verdict(outcome: Mapping[str, Any] | None) -> bool:
    """True for an OperationOutcome about the resource: one that only says "not supported" is none."""
    if outcome is None or outcome.get("resourceType") != "OperationOutcome" or not _issues(outcome):
        return False
    return "not-supported" not in codes_of(outcome)


def _issues(outcome: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    issues = outcome.get("issue") if outcome else None
    return [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An issue that one side alone has found at that element: `by` is who."""

    by: Literal["us", "the server"]
    issue: Issue


def disagreements(ours: Report, theirs: Report) -> list[Disagreement]:
    """What only we found, then what only the server found; errors and warnings, by severity and element.

    Words and codes differ between any two validators, so neither is compared; information is left out.
    """
    return [
        *(Disagreement("us", issue) for issue in _beyond(ours, theirs)),
        *(Disagreement("the server", issue) for issue in _beyond(theirs, ours)),
    ]


def _beyond(report: Report, other: Report) -> Iterator[Issue]:
    met = Counter(_place(issue) for issue in other)
    for issue in report:
        if issue.severity is Severity.INFORMATION:
            continue
        if met[_place(issue)] > 0:
            met[_place(issue)] -= 1
        else:
            yield issue


def _place(issue: Issue) -> tuple[bool, str]:
    """Severity class and element: `Bundle.entry[0].resource.name[1]` is `Bundle.entry.resource.name`.

    What is wrong with a reference or an extension's url, others report at the element that holds it.
    """
    return issue.is_error, re.sub(r"\[\d+\]|\s|\.(reference|url)$", "", place(issue))


def place(issue: Issue) -> str:
    """The element as FHIRPath, without the ids that servers write into it (`resource/*Patient/x*/.name`)."""
    return re.sub(r"/\*.*?\*/", "", issue.path.expression)
