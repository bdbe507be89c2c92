"""One HTTP connection to one FHIR server: bounded, patient, and discreet.

Every request has a time limit, every answer a size limit. Credentials go to one origin only, and another origin is
asked only where the caller allows it, and then without them. No address with a query, no body and no diagnostics of
the server ever reaches an error message. Knows no FHIR interactions: those are in `rest.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlsplit

from fhir_matters import jsonio
from fhir_matters.errors import Conflict, InputError, NotFhir, ServerError, Unauthorised
from fhir_matters.server.addresses import (
    ABSOLUTE,
    base_and_credentials,
    led_to,
    origin,
    origin_of_its_own,
    shown,
    spelt_well,
)
from fhir_matters.server.ahead import wait as rest
from fhir_matters.server.auth import UNKNOWN, Auth, login
from fhir_matters.server.refusal import codes_of, next_step_for
from fhir_matters.server.tls import Tls
from fhir_matters.server.wire import BUSY, BrokeOff, Incoming, Limits, LineLost, Wire

__all__ = ["Answer", "Connection", "Limits"]

FHIR_JSON = "application/fhir+json"
MOVED = frozenset({301, 302, 303, 307, 308})
REDIRECTS = 5
AUTHORIZATION = "Authorization"
ERRORS: dict[int, type[ServerError]] = {401: Unauthorised, 403: Unauthorised, 409: Conflict, 412: Conflict}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers (names in lower case) and the FHIR resource, if there is one."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    resource: dict[str, Any] | None = None

    @property
    def ok(self) -> bool:
        """True where the server did what was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of success in RFC 9110

    @property
    def version(self) -> str:
        """The version in the ETag, empty where there is none."""
        return self.headers.get("etag", "").removeprefix("W/").strip('"')


class Connection:
    """Requests to one FHIR base address, with the credentials that belong to it.

    `auth` is a way to get in (`Basic`, `Bearer`, `Smart`) or (user, password); `token` is short for `Bearer(token)`.
    `headers` go with every request to this origin and to no other. `follow` are other origins where the server's
    links may lead; nothing but the question goes there. `timeout` is short for two of the `limits`.
    """

    def __init__(
        self,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        auth: Auth | tuple[str, str] | None = None,
        tls: Tls | None = None,
        follow: Iterable[str] = (),
        timeout: tuple[float, float] | float | None = None,
        limits: Limits | None = None,
        wait: Callable[[float], None] = rest,
    ) -> None:
        self.base, credentials = base_and_credentials(base)
        self.limits = _with_timeout(limits or Limits(), timeout)
        self._headers = dict(headers or {})
        self._follows = frozenset(map(origin_of_its_own, follow))
        self._wait = wait
        trusted = tls or Tls()
        self._wire = Wire(self.limits, trusted, wait)
        # No cookie and no certificate of ours goes to an origin that the server refers to.
        self._elsewhere = Wire(self.limits, trusted.without_certificate())
        self._login = login(self.base, auth, token, credentials, self._wire)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go; the next request opens new ones."""
        self._wire.close()
        self._elsewhere.close()

    def ask(
        self,
        method: str,
        where: str,
        *,
        body: Mapping[str, Any] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """The answer, whatever its status; `where` is relative to the base or absolute on the same origin.

        `body` may be JSON already. `repeatable` says whether asking twice does no harm; GET, PUT and DELETE are, unless
        told otherwise. Raises Unreachable, NotFhir, or ServerError for a redirect or an address elsewhere.
        """
        data = jsonio.write(body) if isinstance(body, Mapping) else body
        often = repeatable if repeatable is not None else method in ("GET", "HEAD", "PUT", "DELETE")
        url = self.address(where)
        for pause in [*self._pauses(), None] if often else [None]:
            try:
                answer = self._follow(method, url, data, headers or {})
            except (LineLost, BrokeOff):
                if pause is None:
                    raise
                self._wait(pause)
                continue
            if pause is None or answer.status not in BUSY:
                return answer
            self._wait(self.told(answer, pause))
        raise AssertionError

    def request(self, method: str, where: str, **options: Any) -> Answer:
        """The answer of a server that did what was asked; raises as `ask`, and for every status of 400 or more."""
        answer = self.ask(method, where, **options)
        if answer.ok or answer.status == 304:  # noqa: PLR2004 - Not Modified, RFC 9110
            return answer
        raise self.refused(method, where, answer)

    @contextmanager
    def stream(
        self, where: str, *, accept: str = "*/*", bare: bool = False, limits: Limits | None = None
    ) -> Iterator[Incoming]:
        """A long answer of any form as it comes: status, headers, and `pieces()` of its body, never held whole.

        `where`, redirects and credentials as for `ask`, but no `Authorization` if it is to be `bare`. It is asked once.
        Other `limits` may be for a file than for an answer. Raises as `ask`, but never for a status.
        """
        url, ours = self.address(where), True
        for _ in range(REDIRECTS + 2):
            ours = ours and self._is_ours(url)
            wire = self._wire if ours else self._elsewhere
            always = self._sent_to(ours=ours, headers={"Accept": accept})
            sent = {name: value for name, value in always.items() if not bare or name.lower() != AUTHORIZATION.lower()}
            with wire.open("GET", url, sent, place=self.base, limits=limits) as incoming:
                again = ours and self._refused_pass(incoming.status, sent)
                if not again and incoming.status not in MOVED:
                    yield incoming
                    return
            url = url if again else self.address(led_to(url, incoming.headers.get("location", "")))
        raise self._no_end_of_redirects(incoming.status)

    def fetch(self, where: str, *, accept: str = "*/*") -> tuple[bytes, str]:
        """The bytes of a file (an attachment, say), within the limits, and its Content-Type; raises as `request`."""
        with self.stream(where, accept=accept) as incoming:
            if not 200 <= incoming.status < 300:  # noqa: PLR2004 - the class of success in RFC 9110
                raise self.refused("GET", where, Answer(incoming.status, incoming.headers))
            return incoming.whole(), incoming.headers.get("content-type", "")

    def refused(self, method: str, where: str, answer: Answer) -> ServerError:
        """The error for an answer that is a refusal: its status and its codes, nothing that may be a value."""
        codes = ", ".join(codes_of(answer.resource))
        what = f"{method} {_plain(where)}".strip()
        message = f"The server answered {what} with {answer.status}" + (f" ({codes})." if codes else ".")
        kind = ERRORS.get(answer.status, ServerError)
        return kind(message, status=answer.status, place=self.base, next_step=next_step_for(answer.status))

    def address(self, where: str) -> str:
        """The absolute address; raises ServerError where it is on an origin that is neither this one nor allowed."""
        if not where:
            return self.base
        if not ABSOLUTE.match(where):
            return f"{self.base}{where}" if where.startswith("?") else f"{self.base}/{where}"
        if not spelt_well(where):
            raise ServerError(
                "The server refers to an address that could be read in two ways, so it was not followed.",
                place=self.base,
                next_step="Report it to whoever runs the server.",
            )
        if not self._is_ours(where) and origin(where) not in self._follows:
            raise ServerError(
                f"The server refers to {shown(origin(where))}, which is another origin, so it was not followed.",
                place=self.base,
                next_step="If that is right, allow it (`follow`), or use it as the base address.",
            )
        return where

    def allow(self, *origins: str) -> None:
        """From now on its links may lead to these origins too, as with `follow`. Raises FhirMattersError."""
        self._follows |= frozenset(map(origin_of_its_own, origins))

    def pause(self, seconds: float, longest: float | None = None) -> None:
        """Wait, never longer than the limits allow, or than `longest`."""
        self._wait(min(seconds, self.limits.longest_wait if longest is None else longest))

    def _is_ours(self, url: str) -> bool:
        return url.startswith(f"{self.base}/") or origin(url) == origin(self.base)

    def _pauses(self) -> Iterator[float]:
        for attempt in range(self.limits.attempts - 1):
            yield min(0.25 * 2**attempt, self.limits.longest_wait)

    def told(self, answer: Answer, otherwise: float, longest: float | None = None) -> float:
        """The seconds of `Retry-After`, in either of its forms, capped by the limits or by `longest`."""
        from urllib3.exceptions import InvalidHeader  # noqa: PLC0415 - comes with requests
        from urllib3.util.retry import Retry  # noqa: PLC0415 - comes with requests

        try:
            seconds = Retry().parse_retry_after(answer.headers.get("retry-after", ""))
        except (InvalidHeader, OverflowError, ValueError):
            return otherwise
        return max(0.0, min(seconds, self.limits.longest_wait if longest is None else longest))

    def _follow(self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]) -> Answer:
        ours = True
        for _ in range(REDIRECTS + 1):
            # Who leads us away has no say in what we ask with our credentials: they stay off after that.
            ours = ours and self._is_ours(url)
            answer = self._once(method, url, data, headers) if ours else self._asked_elsewhere(method, url, headers)
            if answer.status not in MOVED:
                return answer
            if method not in ("GET", "HEAD") and answer.status < 307:  # noqa: PLR2004 - 307 and 308 keep the method
                break
            url = self.address(led_to(url, answer.headers.get("location", "")))
        raise self._no_end_of_redirects(answer.status)

    def _once(self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]) -> Answer:
        """One exchange with the server itself, and one more where it no longer takes the pass and there is another."""
        asked = dict(headers)
        if data is not None:
            asked["Content-Type"] = f"{FHIR_JSON}; charset=utf-8"
        sent = self._sent_to(ours=True, headers=asked)
        answer = self._exchange(self._wire, method, url, sent, data)
        if self._refused_pass(answer.status, sent):
            return self._exchange(self._wire, method, url, self._sent_to(ours=True, headers=asked), data)
        return answer

    def _asked_elsewhere(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        if method not in ("GET", "HEAD"):
            raise ServerError(
                "The server wants a write to go to another origin, so it was not sent.",
                place=self.base,
                next_step="Use the address that it redirects to as the base address.",
            )
        return self._exchange(self._elsewhere, method, url, self._sent_to(ours=False, headers=headers), None)

    def _sent_to(self, *, ours: bool, headers: Mapping[str, str]) -> dict[str, str]:
        """What is said beside the question: to another origin, which form is wanted and how fresh, and no more."""
        always = {"Accept": FHIR_JSON, "User-Agent": "fhir-matters"}
        if not ours:
            return always | {name: value for name, value in headers.items() if name in ("Accept", "Cache-Control")}
        header = self._login.header()
        return {**always, **self._headers, **headers, **({AUTHORIZATION: header} if header else {})}

    def _refused_pass(self, status: int, sent: Mapping[str, str]) -> bool:
        """True where the server does not know (any more) what it was shown, and there is something else to show."""
        return status == UNKNOWN and AUTHORIZATION in sent and self._login.renew(sent[AUTHORIZATION])

    def _no_end_of_redirects(self, status: int) -> ServerError:
        return ServerError(
            "The server redirects without end, or where a write must not follow.",
            status=status,
            place=self.base,
            next_step="Use the address that it redirects to as the base address.",
        )

    def _exchange(self, wire: Wire, method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Answer:
        with wire.open(method, url, headers, data, place=self.base) as incoming:
            return self._answer(incoming)

    def _answer(self, incoming: Incoming) -> Answer:
        body = incoming.whole()
        if not body.strip() or incoming.status in MOVED:
            return Answer(incoming.status, incoming.headers)
        resource = _resource(body)
        if resource is None and incoming.status < 400:  # noqa: PLR2004 - a refusal may be in any form
            raise self._not_fhir(_what_instead(body, incoming.headers), status=incoming.status)
        return Answer(incoming.status, incoming.headers, resource)

    def _not_fhir(self, message: str, *, status: int = 0) -> NotFhir:
        step = "Check that the base address is that of the FHIR server itself, often one that ends in /fhir."
        return NotFhir(message, status=status, place=self.base, next_step=step)


def _with_timeout(limits: Limits, timeout: tuple[float, float] | float | None) -> Limits:
    if timeout is None:
        return limits
    connect, read = timeout if isinstance(timeout, tuple) else (min(limits.connect, timeout), timeout)
    return replace(limits, connect=connect, read=read)


def _resource(body: bytes) -> dict[str, Any] | None:
    try:
        value = jsonio.read(body)
    except (InputError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("resourceType"), str) else None


def _what_instead(body: bytes, headers: Mapping[str, str]) -> str:
    if body.lstrip()[:1] == b"<":
        kind = "HTML" if b"<html" in body[:2000].lower() or "html" in headers.get("content-type", "") else "XML"
        return f"Expected a FHIR resource in JSON, found {kind}."
    if body.lstrip()[:1] == b"{":
        return "Expected a FHIR resource in JSON, found JSON that is none, or only half of one."
    return "Expected a FHIR resource in JSON, found something else."


def _plain(where: str) -> str:
    """The path without a query, which may hold values of a record."""
    return urlsplit(where).path if ABSOLUTE.match(where) else where.split("?", 1)[0]
