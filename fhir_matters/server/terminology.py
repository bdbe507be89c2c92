"""A FHIR terminology server, asked about codes: in one batch where it takes one, else one by one, in limited time.

    Validator(terminology=TerminologyServer("https://tx.example.org/fhir", cache="codes.sqlite"))

What leaves this machine are codes, code systems and their versions, displays, and canonicals of value sets: nothing
else of a resource, and nothing that says whose they are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

from fhir_matters.coded import Question, Replies, Told
from fhir_matters.errors import FhirMattersError
from fhir_matters.server.auth import Auth
from fhir_matters.server.connection import Answer, Connection, Limits
from fhir_matters.server.kept import Kept
from fhir_matters.server.tls import Tls
from fhir_matters.server.told import as_address, as_resource, operation, told

AT_ONCE = 100
SECONDS = 30.0
MOST_BYTES = 64 * 1024 * 1024
REFUSED = frozenset({401, 403})


class TerminologyServer:
    """One terminology server by its base address; may be shared by threads.

    `cache` is a SQLite file for what it decided (none: memory alone); `seconds` is the longest that one resource waits.
    Credentials as for `Server`. Raises FhirMattersError for what is no address, and later nothing.
    """

    def __init__(
        self,
        base: str,
        *,
        cache: Path | str | None = None,
        seconds: float = SECONDS,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Auth | tuple[str, str] | None = None,
        tls: Tls | None = None,
    ) -> None:
        self._base = base
        self._access: dict[str, Any] = {"token": token, "headers": headers, "auth": auth, "tls": tls}
        self._seconds = seconds
        self._connection = self._connect()
        self._kept = Kept(Path(cache), self.name) if cache is not None else None
        self._lock = threading.Lock()
        self._takes_batches: bool | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process goes how it is made: there it has connections of its own, and shares the cache's file."""
        cache = self._kept.file if self._kept is not None else None
        made = partial(TerminologyServer, cache=cache, seconds=self._seconds, **self._access)
        return made, (self._base,)

    @classmethod
    def named(cls, name: str, *, cache: Path | str | None = None) -> Self:
        """The server of this name in the user's file (`servers.toml`). Raises FhirMattersError."""
        from fhir_matters.server.named import named  # noqa: PLC0415 - see Server.named

        found = named(name)
        return cls(found.base, cache=cache, auth=found.auth, tls=found.tls)

    @property
    def name(self) -> str:
        """The address, without credentials."""
        return self._connection.base

    def ask(self, questions: Sequence[Question]) -> Replies:
        """What the cache or the server tells about each question; and what went wrong, if something did."""
        known = self._kept.get(questions) if self._kept is not None else {}
        still = [each for each in questions if each not in known]
        replies = self._in_time(still) if still else Replies()
        if self._kept is not None:
            self._kept.put(replies.told)
        return Replies({**known, **replies.told}, replies.trouble)

    def _in_time(self, questions: Sequence[Question]) -> Replies:
        """The replies that come in time. A server that drips is left behind: no limit of a socket would end that."""
        end = time.monotonic() + self._seconds
        if not self._lock.acquire(timeout=self._seconds):
            return Replies(trouble="Others are waiting for it already.")
        try:
            work = _Work(self, questions)
            work.start()
            work.join(max(0.0, end - time.monotonic()))
            if work.is_alive():
                self._connection = self._connect()
                return Replies(dict(work.told), f"It did not answer within {self._seconds:g} seconds.")
            return Replies(work.told, work.trouble)
        finally:
            self._lock.release()

    def _connect(self) -> Connection:
        limits = Limits(
            connect=min(10.0, self._seconds),
            read=self._seconds,
            whole=self._seconds,
            size=MOST_BYTES,
            attempts=2,
            longest_wait=min(2.0, self._seconds),
        )
        return Connection(self._base, limits=limits, **self._access)

    def replies(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Told]]:
        """What the server tells, as it comes. Raises ServerError where it cannot be asked."""
        connection = self._connection
        for start in range(0, len(questions), AT_ONCE):
            some = questions[start : start + AT_ONCE]
            together = self._together(connection, some) if len(some) > 1 else None
            if together is not None:
                yield from zip(some, together, strict=True)
            else:
                yield from ((each, _alone(connection, each)) for each in some)

    def _together(self, connection: Connection, questions: Sequence[Question]) -> list[Told] | None:
        """What a batch of GETs tells; None where the server takes none, or not with operations in it."""
        if self._takes_batches is False:
            return None
        entries = [{"request": {"method": "GET", "url": as_address(each)}} for each in questions]
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        answer = connection.ask("POST", "", body=bundle, repeatable=True)
        _refuse(connection, "", answer)
        found = _entries(answer, len(questions))
        read = list(map(told, questions, found)) if found is not None else []
        if any(each.decides for each in read):
            self._takes_batches = True
        elif self._takes_batches is None and _alone(connection, questions[0]).decides:
            self._takes_batches = False
        if found is None:
            self._takes_batches = False
        return read if self._takes_batches is not False else None


class _Work(threading.Thread):
    """The asking, in a thread of its own that nobody has to wait for."""

    def __init__(self, server: TerminologyServer, questions: Sequence[Question]) -> None:
        super().__init__(daemon=True, name="terminology server")
        self.told: dict[Question, Told] = {}
        self.trouble = ""
        self._server, self._questions = server, questions

    def run(self) -> None:
        """Ask, and note what comes; what goes wrong becomes a sentence."""
        try:
            for question, said in self._server.replies(self._questions):
                self.told[question] = said
        except FhirMattersError as error:
            self.trouble = error.message
        except Exception as error:  # noqa: BLE001 (nothing that a server sends may end a validation)
            self.trouble = f"Its answer could not be read ({type(error).__name__})."


def _alone(connection: Connection, question: Question) -> Told:
    where = operation(question)
    answer = connection.ask("POST", where, body=as_resource(question), repeatable=True)
    _refuse(connection, where, answer)
    return told(question, answer.resource)


def _refuse(connection: Connection, where: str, answer: Answer) -> None:
    """Raises ServerError for an answer that is none to the question: no permission, or an error that is no FHIR."""
    if answer.status in REFUSED or (answer.status >= 500 and answer.resource is None):  # noqa: PLR2004 (RFC 9110)
        raise connection.refused("POST", where, answer)


def _entries(answer: Answer, count: int) -> list[Any] | None:
    """What a batch brought, one for each question; None where it is no answer to a batch of so many."""
    bundle = answer.resource or {}
    listed = bundle.get("entry")
    if not answer.ok or bundle.get("resourceType") != "Bundle" or not isinstance(listed, list) or len(listed) != count:
        return None
    return [each.get("resource") if isinstance(each, dict) else None for each in listed]
