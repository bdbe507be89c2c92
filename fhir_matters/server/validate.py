"""What a server says of a resource (`$validate`), and whether it could say it.

An OperationOutcome is a verdict where its status says that it may be one; anything else means *not validated*, which
is never a pass. Nor is the silence of a server that does not know the profile, or that finds fault with nothing. Our
own rules are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from fhir_matters.errors import ServerError, Unauthorised, Unreachable
from fhir_matters.issue import Report
from fhir_matters.outcome import from_outcome
from fhir_matters.server.connection import Answer
from fhir_matters.server.heeding import Profiles, asked
from fhir_matters.server.outcomes import errors, issues, outcome_in, says_it_could_not
from fhir_matters.server.places import root
from fhir_matters.server.quirks import Quirks, quirks_of, software
from fhir_matters.server.refusal import codes_of
from fhir_matters.server.rest import Rest

# A verdict comes as 200, and from some servers as one of these (R4 resource-operation-validate.html leaves it open).
VERDICTS = frozenset({200, 400, 412, 422})
# Such an answer says that there is no such operation; the other way of asking would have the same.
NO_OPERATION = frozenset({404, 405, 410, 501})
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,40}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server said: `outcome` is its OperationOutcome, None where it did not validate.

    `unknown` are the profiles that it was to judge by and does not: the one that was named, and all that a resource
    claims where it judges by none of them. About those it said nothing. What a resource claims beside a profile that it
    does judge by is `left_open`: it judged the resource, and that claim alone not. Where it did not validate, `reason`
    says why, and `next_step` what to do.
    """

    outcome: dict[str, Any] | None = field(default=None, repr=False)
    reason: str = ""
    unknown: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()
    next_step: str = ""

    @property
    def validated(self) -> bool:
        """True where the server judged the resource by what was asked, or by one profile at least that it claims."""
        return self.outcome is not None and not self.unknown

    @property
    def ok(self) -> bool:
        """True where it was validated and the server found no error."""
        return self.validated and not errors(self.outcome)

    @property
    def report(self) -> Report:
        """What the server found, as a report like ours; empty where it did not validate."""
        return Report() if self.outcome is None else from_outcome(self.outcome)


class Asker:
    """One server's `$validate`, over any number of resources: what was learnt of the server is asked once.

    Every method raises Unreachable and Unauthorised; whatever else a server does becomes a verdict that says so.
    """

    def __init__(self, server: Rest) -> None:
        self.server = server
        self._profiles = Profiles(server, lambda *what: self._asked(*what).outcome, lambda: self.statement)

    @cached_property
    def statement(self) -> dict[str, Any]:
        """The CapabilityStatement; empty where the server gives none."""
        try:
            return self.server.capabilities()
        except (Unreachable, Unauthorised):
            raise
        except ServerError:
            return {}

    @property
    def software(self) -> str:
        """What the server calls itself; empty where it does not say."""
        return software(self.statement)

    @property
    def quirks(self) -> Quirks:
        """How this kind of server departs from R4."""
        return quirks_of(self.statement)

    def verdict(self, resource: Mapping[str, Any], profile: str | None = None, *, known: bool = False) -> Verdict:
        """The server's verdict on one resource, against this profile too where one is named.

        `known` says that it is certain that the server judges by the profiles.
        """
        if not _TYPE.fullmatch(_kind(resource)):
            return Verdict(reason="Not validated: its resourceType is none.", next_step="Correct the resourceType.")
        verdict = self._asked(resource, profile)
        if verdict.outcome is None:
            return verdict
        if (elsewhere := _elsewhere(verdict.outcome, resource)) is not None:
            return Verdict(reason=f"Not validated: it judged {elsewhere}, and not the {_kind(resource)} that was sent.")
        if not errors(verdict.outcome) and not self._finds_fault:
            return Verdict(reason="Not validated: to this server an Observation without status and code is valid too.")
        return verdict if known else self._by_profiles(verdict.outcome, resource, profile)

    def _asked(self, resource: Mapping[str, Any], profile: str | None) -> Verdict:
        """The verdict, of whatever it may be; first by the resource alone, then in Parameters."""
        where = f"{_kind(resource)}/$validate"
        refused: Verdict | None = None
        for body in (resource, _parameters(resource, profile)):
            if refused is not None and not self.quirks.parameters:
                break
            try:
                answer = self.server.ask("POST", f"{where}{_query(profile)}", body=body, repeatable=True)
            except (Unreachable, Unauthorised):
                raise
            except ServerError as error:
                refused = refused or Verdict(reason=f"Not validated: {error.message}", next_step=error.next_step)
                continue
            if answer.status in (401, 403):
                raise self.server.refused("POST", where, answer)
            if (outcome := _verdict_in(answer)) is not None:
                return Verdict(outcome)
            refused = refused or _no_verdict(where, answer)
            if answer.status in NO_OPERATION:
                break
        assert refused is not None
        return refused

    @cached_property
    def _finds_fault(self) -> bool:
        """False for a server to which everything is valid: R4 requires status and code of an Observation."""
        outcome = self._asked({"resourceType": "Observation"}, None).outcome
        return outcome is None or bool(errors(outcome))

    def _by_profiles(self, outcome: dict[str, Any], resource: Mapping[str, Any], profile: str | None) -> Verdict:
        """The verdict with what the server could not judge by."""
        wanted = asked(resource, profile)
        states = self._profiles.states(wanted)
        silent = [each.profiles for each in wanted if all(states[one] != "heeded" for one in each.profiles)]
        unknown = tuple(dict.fromkeys(one for profiles in silent for one in profiles))
        left_open = tuple(one for one, state in states.items() if state != "heeded" and one not in unknown)
        if not unknown:
            return Verdict(outcome, left_open=left_open)
        stored = tuple(one for one in unknown if states[one] == "unheeded")
        return Verdict(outcome, _without(unknown, stored), unknown, left_open, self._step(stored=bool(stored)))

    def _step(self, *, stored: bool) -> str:
        """What to do where profiles are not heeded."""
        if stored:
            return self.quirks.late or "Perhaps its $validate heeds no profile that was stored: ask whoever runs it."
        return " ".join(filter(None, ("Put the package that has them onto the server.", self.quirks.install)))


def _kind(resource: Mapping[str, Any]) -> str:
    return str(resource.get("resourceType", ""))


def _query(profile: str | None) -> str:
    return f"?profile={quote(profile, safe='')}" if profile else ""


def _parameters(resource: Mapping[str, Any], profile: str | None) -> dict[str, Any]:
    named = [{"name": "profile", "valueUri": profile}] if profile else []
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}, *named]}


def _verdict_in(answer: Answer) -> dict[str, Any] | None:
    """The OperationOutcome about the resource; one that only says that it could not be done is none."""
    outcome = outcome_in(answer.resource) if answer.status in VERDICTS else None
    return outcome if issues(outcome) and not says_it_could_not(outcome) else None


def _no_verdict(where: str, answer: Answer) -> Verdict:
    found = _found(answer)
    reason = f"Not validated: expected an OperationOutcome about the resource from POST {where}, found {found}."
    return Verdict(reason=reason, next_step=_NO_OPERATION if answer.status in NO_OPERATION else "")


_NO_OPERATION = "This server seems to have no $validate for this type: ask whoever runs it, or ask another."


def _found(answer: Answer) -> str:
    """The status and what came with it, in words that hold nothing of a record."""
    kind = answer.resource["resourceType"] if answer.resource else ""
    if kind == "OperationOutcome":
        codes = ", ".join(codes_of(answer.resource))
        return f"{answer.status} and one that says {codes}" if codes else f"{answer.status} and one that says nothing"
    return f"{answer.status} and {_one(kind) if kind else 'no resource'}"


def _one(kind: str) -> str:
    if not _TYPE.fullmatch(kind):
        return "something else"
    return f"an {kind}" if kind[0] in "AEIO" else f"a {kind}"


def _elsewhere(outcome: Mapping[str, Any], resource: Mapping[str, Any]) -> str | None:
    """What it judged instead, by where it found errors or all that it found: another type; None where all is well."""
    own = {_kind(resource), "", *_kinds_inside(resource)}
    roots = [(root(each.path.expression, _kind(resource)), each.is_error) for each in from_outcome(outcome)]
    foreign = [kind for kind, _ in roots if kind not in own]
    if any(is_error for kind, is_error in roots if kind not in own) or (foreign and len(foreign) == len(roots)):
        return _one(foreign[0])
    return None


def _kinds_inside(node: Any) -> Iterator[str]:
    """The types of the resources inside: entries of a Bundle, what is contained."""
    for value in node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ():
        if isinstance(value, Mapping) and isinstance(value.get("resourceType"), str):
            yield value["resourceType"]
        yield from _kinds_inside(value)


def _without(unknown: tuple[str, ...], stored: tuple[str, ...]) -> str:
    if not stored:
        return f"Not validated: the server does not know {', '.join(unknown)}."
    return f"Not validated: the server has {', '.join(stored)}, and judges alike without."
