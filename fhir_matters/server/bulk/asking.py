"""Asking for an export, waiting for it, and ending it: Bulk Data Access 2.0.0, 2.4. Fetches no files.

A server says when to be asked again, and that is done, unless it is absurdly late. One that says nothing is asked at
intervals that grow. What it says of its progress is shown, and nothing is read out of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fhir_matters import jsonio
from fhir_matters.errors import InputError, NotFhir, ServerError, Unreachable
from fhir_matters.server.addresses import led_to
from fhir_matters.server.bulk.manifest import TYPE, Manifest, joined, manifest
from fhir_matters.server.connection import FHIR_JSON, Answer, Connection
from fhir_matters.server.wire import BUSY, Incoming

GROUP = re.compile(r"Group/[A-Za-z0-9\-.]{1,64}")
# R4 datatypes, `instant`.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
FIRST, LAST, SHORTEST = 0.5, 30.0, 0.25
LONGEST = 600.0
"""Seconds between two questions: a `Retry-After` beyond them is taken for a mistake."""
PAGES = 1000
GONE = frozenset({404, 410})
NO_EXPORT = frozenset({400, 404, 405, 501})
LONGEST_PROGRESS = 100
AGAIN = "Run it again in the same folder to go on waiting."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported: `what` is everything (empty), `Patient` for all patients, or `Group/ID`.

    `types` are resource types, all where there are none; `since` is an instant; `filters` are searches such as
    `Observation?status=final`. Raises InputError for what is none of these.
    """

    what: str = ""
    types: tuple[str, ...] = ()
    since: str = ""
    filters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.what not in ("", "Patient") and not GROUP.fullmatch(self.what):
            raise InputError(
                "This is nothing that can be exported.", next_step="Expected system, Patient, or Group/ID."
            )
        if not all(TYPE.fullmatch(each) for each in self.types):
            raise InputError("This is no resource type.", next_step="Expected something like Observation.")
        if self.since and not INSTANT.fullmatch(self.since):
            raise InputError("This is no instant.", next_step="Expected something like 2026-01-31T08:00:00Z.")
        if not all(TYPE.fullmatch(each.partition("?")[0]) and "?" in each for each in self.filters):
            raise InputError("This is no search.", next_step="Expected something like Observation?status=final.")

    @property
    def where(self) -> str:
        """The address below the base."""
        asked = [("_outputFormat", "application/fhir+ndjson")]
        asked += [("_type", ",".join(self.types))] if self.types else []
        asked += [("_since", self.since)] if self.since else []
        asked += [("_typeFilter", each) for each in self.filters]
        return f"{self.what}/$export?{urlencode(asked)}".removeprefix("/")


def kick_off(server: Connection, wanted: Wanted) -> str:
    """The address of the status of a new export. Raises ServerError where the server does not take it on."""
    answer = server.ask("GET", wanted.where, headers={"Prefer": "respond-async", "Accept": FHIR_JSON})
    location = answer.headers.get("content-location", "")
    if answer.status == 202 and location:  # noqa: PLR2004 - Accepted
        return server.address(led_to(f"{server.base}/", location))
    if answer.ok:
        raise NotFhir(
            "The server did not say where to ask for the export: expected 202 with Content-Location.",
            status=answer.status,
            place=server.base,
            next_step="It seems not to know $export; pull without it.",
        )
    error = server.refused("GET", wanted.where, answer)
    if answer.status in NO_EXPORT:
        error.next_step = "It may not know $export, or not what was asked of it; pull without it, or ask for less."
    raise error


def cancel(server: Connection, status: str) -> bool:
    """True where the server took it back: the export is ended there, or its files are given up."""
    try:
        return server.ask("DELETE", status).ok
    except ServerError:
        return False


def wait(
    server: Connection,
    status: str,
    *,
    told: Callable[[str], None] = lambda _: None,
    patience: float | None = None,
    longest: float = LONGEST,
) -> Manifest:
    """The manifest, once the export is ready; `told` is given what the server says of its progress.

    It is asked again when it says so, and `longest` seconds later at the latest.
    Raises Unreachable after so many seconds of `patience`, and where the server is not there for long; ServerError
    where the export failed, or is no longer there. In each case the export can be waited for again.
    """
    troubles, waited = 0, 0.0
    for pause in _pauses():
        try:
            state = _state(server, status)
        except (Unreachable, NotFhir) as error:
            if (troubles := troubles + 1) >= server.limits.attempts:
                raise _with_next(error, f"{error.next_step} {AGAIN}".strip()) from None
            state = Answer(0)
        if isinstance(state, Manifest):
            return state
        if state.status == 202:  # noqa: PLR2004 - Accepted: not ready yet
            troubles = 0
            told(_shown(state.headers.get("x-progress", "")))
        elif state.status and (troubles := troubles + 1) >= server.limits.attempts:
            raise _with_next(server.refused("GET", status, state), AGAIN)
        if patience is not None and waited >= patience:
            raise Unreachable(
                f"The export was not ready after {waited:,.0f} seconds.", place=server.base, next_step=AGAIN
            )
        seconds = max(SHORTEST, min(server.told(state, pause, longest), longest))
        waited += seconds
        server.pause(seconds, longest=max(SHORTEST, longest))
    raise AssertionError


def _pauses() -> Iterator[float]:
    pause = FIRST
    while True:
        yield pause
        pause = min(pause * 1.5, LAST)


def _state(server: Connection, status: str) -> Manifest | Answer:
    """The manifest, or an answer that says to ask again. Raises ServerError for every other."""
    with server.stream(status, accept="application/json") as incoming:
        if incoming.status == 200:  # noqa: PLR2004 - ready
            return _pages(server, status, incoming)
        answer = Answer(incoming.status, incoming.headers, _outcome(incoming))
    if answer.status == 202 or answer.status in BUSY or _passes(answer):  # noqa: PLR2004 - Accepted
        return answer
    error = server.refused("GET", status, answer)
    if answer.status in GONE:
        error.message = "The export is no longer on the server: it has expired, or was ended."
        raise _with_next(error, "Start it again, into another folder.")
    raise error


def _pages(server: Connection, status: str, first: Incoming) -> Manifest:
    """The whole manifest, of which a server may give its first page alone (`link` next, in later editions)."""
    value = _json(first)
    found = manifest(value, status, place=server.base, headers=first.headers)
    for _ in range(PAGES):
        following = next(
            (each["url"] for each in _links(value) if each.get("relation") == "next" and each.get("url")), None
        )
        if following is None:
            return found
        with server.stream(led_to(status, str(following)), accept="application/json") as incoming:
            if incoming.status != 200:  # noqa: PLR2004 - here
                raise server.refused("GET", str(following), Answer(incoming.status, incoming.headers))
            value = _json(incoming)
        found = joined(found, manifest(value, status, place=server.base))
    raise NotFhir(
        "The pages of the server's manifest have no end.",
        place=server.base,
        next_step="Ask for less at once (--type, --since), and tell whoever runs the server.",
    )


def _links(value: Any) -> list[dict[str, Any]]:
    listed = value.get("link") if isinstance(value, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _outcome(incoming: Incoming) -> dict[str, Any] | None:
    value = _json(incoming)
    return value if isinstance(value, dict) and value.get("resourceType") == "OperationOutcome" else None


def _json(incoming: Incoming) -> Any:
    try:
        return jsonio.read(incoming.whole())
    except (InputError, RecursionError):
        return None


def _passes(answer: Answer) -> bool:
    """True for an error that the server itself says will pass (issue type `transient`)."""
    issues = (answer.resource or {}).get("issue")
    listed = [each for each in issues if isinstance(each, dict)] if isinstance(issues, list) else []
    return answer.status >= 500 and any(each.get("code") == "transient" for each in listed)  # noqa: PLR2004


def _shown(progress: str) -> str:
    """What the server says, without anything that a terminal would obey."""
    return "".join(each for each in progress if each.isprintable())[:LONGEST_PROGRESS]


def _with_next(error: ServerError, step: str) -> ServerError:
    error.next_step = step
    return error
