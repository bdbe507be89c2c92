"""A server's verdict on one resource beside ours, and how it is told: as text, and as JSON. Asks nobody.

A server's own words may repeat what a resource says: they are told only if `show_values`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fhir_matters import jsonio
from fhir_matters.issue import Issue, Report
from fhir_matters.reports.words import count, printable
from fhir_matters.server.disagree import Counts, Pair, compared, counted, differs
from fhir_matters.server.meaning import PROFILE, Said, said
from fhir_matters.server.validate import Verdict

FORMAT = 1
INSTALL = "--install gives it ours, and those of each --package."


@dataclass(frozen=True)
class Beside:
    """Both verdicts on one resource; `theirs` is what the server found, `words` what it said of each, as far as known.

    `error` says why there are none: it could not be read, or is no resource.
    """

    source: str
    profile: str = ""
    ours: Report = field(default_factory=Report)
    verdict: Verdict = field(default_factory=Verdict)
    theirs: tuple[Said, ...] = ()
    words: tuple[str, ...] = ()
    error: str = ""

    @property
    def ok_there(self) -> bool:
        """Whether the server judged it, and found no error."""
        return self.judged and not any(each.is_error for each in self.theirs)

    @property
    def judged(self) -> bool:
        """Whether there are two verdicts to compare."""
        return not self.error and not self.verdict.reason

    @cached_property
    def mine(self) -> tuple[Said, ...]:
        """What we found, as far as it can be compared."""
        return tuple(said(issue, self.ours.resource_type) for issue in self.ours)

    @cached_property
    def pairs(self) -> list[Pair]:
        """What both say, what only we say, what only the server says; nothing where the server did not judge."""
        return compared(self.mine, self.theirs) if self.judged else []

    def differs(self, pair: Pair) -> bool:
        """Whether both say it with another severity."""
        return differs(pair, self.mine, self.theirs)


@dataclass
class Tally:
    """What a run came to, and what to do about it, each step once; `stopped` where not everything was asked."""

    resources: int = 0
    judged: int = 0
    invalid: int = 0
    verdicts_differ: int = 0
    counts: Counts = field(default_factory=Counts)
    steps: dict[str, None] = field(default_factory=dict)
    stopped: bool = False

    def add(self, each: Beside) -> None:
        """Count one resource."""
        self.resources += 1
        self.judged += each.judged
        if step := " ".join(filter(None, (each.verdict.next_step, INSTALL if each.verdict.unknown else ""))):
            self.steps[step] = None
        if each.judged:
            self.invalid += not (each.ours.ok and each.ok_there)
            self.verdicts_differ += each.ours.ok != each.ok_there
            self.counts += counted(each.pairs, each.mine, each.theirs)

    @property
    def not_validated(self) -> int:
        """Those of which there are not two verdicts."""
        return self.resources - self.judged


def text(several: Iterable[Beside], tally: Tally, who: str, *, show_values: bool) -> Iterator[str]:
    """Lines for a person: each resource, where the two differ and agree, and at the end how much of each."""
    for each in several:
        against = f" against {each.profile}" if each.profile else ""
        yield printable(f"{each.source}: {_verdicts(each)}{against}")
        for pair in each.pairs:
            yield f"  {_told(each, pair, show_values=show_values)}"
    yield from _summary(tally, who)


def _verdicts(each: Beside) -> str:
    if each.error:
        return each.error
    here = f"here {_valid(ok=each.ours.ok)}"
    if not each.judged:
        reason = each.verdict.reason
        return f"{here}, there {reason[:1].lower()}{reason[1:]}"
    if not each.verdict.left_open:
        return f"{here}, there {_valid(ok=each.ok_there)}"
    lacks = count(len(each.verdict.left_open), "claimed profile")
    errors = [one for one in each.theirs if one.is_error]
    if errors and all(one.meaning == PROFILE for one in errors):
        return f"{here}, there invalid, but only for lack of {lacks}"
    return f"{here}, there {_valid(ok=each.ok_there)}, but for {lacks} that it does not judge by"


def _valid(*, ok: bool) -> str:
    return "valid" if ok else "invalid"


def _told(each: Beside, pair: Pair, *, show_values: bool) -> str:
    if pair.ours is None or pair.theirs is None:
        one = each.mine[pair.ours] if pair.ours is not None else each.theirs[pair.theirs or 0]
        who = "us" if pair.theirs is None else "the server"
        return f"only {who}: {one.severity} at {one.where.shown or 'no place'}: {_words(each, pair, show_values)}"
    mine, its = each.mine[pair.ours], each.theirs[pair.theirs]
    severity = f"{mine.severity} here, {its.severity} there," if each.differs(pair) else str(mine.severity)
    why = " (at the same place; whether for the same reason, cannot be told)" if pair.on == "place" else ""
    return f"both: {severity} at {mine.where.shown or 'no place'}: {_words(each, pair, show_values)}{why}"


def _words(each: Beside, pair: Pair, show_values: bool) -> str:
    its = _its_words(each, pair) if show_values else ""
    if pair.ours is not None:
        ours = each.ours.issues[pair.ours].message
        return printable(f"{ours} The server: {its}" if its else ours)
    theirs = each.theirs[pair.theirs or 0]
    about = ", ".join(filter(None, (theirs.code, theirs.meaning, theirs.message_id)))
    return printable(its) if its else f"{about} (its words: --show-values)"


def _its_words(each: Beside, pair: Pair) -> str:
    known = pair.theirs is not None and pair.theirs < len(each.words)
    return each.words[pair.theirs or 0] if known else ""


def _summary(tally: Tally, who: str) -> Iterator[str]:
    yield printable(
        f"{count(tally.resources, 'resource')} beside {who}: {tally.judged:,} judged by both, "
        f"{tally.not_validated:,} not validated; {count(tally.verdicts_differ, 'verdict')} differ."
    )
    counts = tally.counts
    yield (
        f"Errors and warnings: {counts.both:,} said by both ({counts.other_severity:,} with another severity), "
        f"{counts.only_us:,} only by us, {counts.only_server:,} only by the server."
    )
    if tally.not_validated:
        yield "What a server did not validate is not a pass."
    yield from (printable(step) for step in tally.steps)


def structured(several: Iterable[Beside], tally: Tally, who: str, *, show_values: bool) -> Iterator[str]:
    """A JSON object, written as it comes: `format`, `server`, `comparisons`, `summary`. Keys are only ever added."""
    yield f'{{"format":{FORMAT},"server":{_json(who)},"comparisons":['
    for number, each in enumerate(several):
        yield ("," if number else "") + _json(_comparison(each, show_values=show_values))
    counts = tally.counts
    summary = {
        "resources": tally.resources,
        "judgedByBoth": tally.judged,
        "notValidated": tally.not_validated,
        "invalid": tally.invalid,
        "verdictsDiffer": tally.verdicts_differ,
        "both": counts.both,
        "otherSeverity": counts.other_severity,
        "onlyUs": counts.only_us,
        "onlyServer": counts.only_server,
        "stopped": tally.stopped,
    }
    yield f'],"summary":{_json(summary)}}}'


def _comparison(each: Beside, *, show_values: bool) -> dict[str, Any]:
    verdict = each.verdict
    return {
        "source": each.source,
        "resourceType": each.ours.resource_type,
        "resourceId": each.ours.resource_id,
        "profile": each.profile,
        "error": each.error,
        "here": None if each.error else each.ours.ok,
        "there": each.ok_there if each.judged else None,
        "reason": verdict.reason,
        "nextStep": verdict.next_step,
        "unknownProfiles": list(verdict.unknown),
        "profilesLeftOpen": list(verdict.left_open),
        "issues": [_issue(each, pair, show_values=show_values) for pair in each.pairs],
    }


def _issue(each: Beside, pair: Pair, *, show_values: bool) -> dict[str, Any]:
    here = there = None
    if pair.ours is not None:
        issue: Issue = each.ours.issues[pair.ours]
        here = {**_side(each.mine[pair.ours]), "rule": issue.rule, "message": issue.message}
        if show_values:
            here["found"] = issue.found
    if pair.theirs is not None:
        there = _side(each.theirs[pair.theirs])
        if show_values:
            there["message"] = _its_words(each, pair)
    told = {"by": pair.by, "pairedOn": pair.on, "otherSeverity": each.differs(pair)}
    return {**told, "here": here, "there": there}


def _side(one: Said) -> dict[str, Any]:
    return {
        "severity": one.severity.value,
        "code": one.code,
        "expression": one.where.shown,
        "messageId": one.message_id,
        "meaning": one.meaning,
    }


def _json(value: Any) -> str:
    return jsonio.write(value).decode()


STYLES = {"text": text, "json": structured}
