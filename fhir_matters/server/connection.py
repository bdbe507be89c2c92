"""One HTTP connection to one FHIR server: bounded, patient, and discreet.

Every request has a time limit, every answer a size limit. Credentials go to one origin only. No address with
a query, no body and no diagnostics of the server ever reaches an error message. Knows no FHIR interactions:
those are in `rest.py`.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from fhir_matters import jsonio
from fhir_matters.errors import Conflict, FhirMattersError, InputError, NotFhir, ServerError, Unauthorised, Unreachable
from fhir_matters.server.refusal import codes_of, next_step_for

if TYPE_CHECKING:
    import requests

FHIR_JSON = "application/fhir+json"
BUSY = frozenset({429, 502, 503, 504})
MOVED = frozenset({301, 302, 303, 307, 308})
REDIRECTS = 5
ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?//")
IS_IT_THERE = "Check that the server runs and that the address is right."
ERRORS: dict[int, type[ServerError]] = {401: Unauthorised, 403: Unauthorised, 409: Conflict, 412: Conflict}


class _LineLost(Unreachable):
    """No answer at all: asking again may help."""


class _BrokeOff(NotFhir):
    """Half an answer: asking again may help."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much: seconds to connect and between two pieces of an answer, seconds and bytes in all.

    A busy server (429, 502, 503, 504) or a broken line is asked again `attempts` times in all, never later
    than `longest_wait` seconds after, whatever its `Retry-After` says.
    """

    connect: float = 10.0
    read: float = 60.0
    whole: float = 600.0
    size: int = 512 * 1024 * 1024
    attempts: int = 5
    longest_wait: float = 60.0


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
    """Requests to one FHIR base address, with the credentials that belong to it."""

    def __init__(
        self,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        timeout: tuple[float, float] | float | None = None,
        limits: Limits | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        address, credentials = _without_credentials(base)
        self.base = address
        self.limits = _with_timeout(limits or Limits(), timeout)
        self._headers = {**credentials, **(headers or {})}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._wait = wait

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go; the next request opens new ones."""
        if "_session" in self.__dict__:
            self._session.close()
            del self.__dict__["_session"]

    @cached_property
    def _session(self) -> requests.Session:
        import requests  # noqa: PLC0415 - a fifth of a second, only for those who talk to a server

        session = requests.Session()
        session.auth = _leave_alone  # otherwise a .netrc would replace the credentials given here
        return session

    def ask(
        self,
        method: str,
        where: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """The answer, whatever its status; `where` is relative to the base or absolute on the same origin.

        `repeatable` says whether asking twice does no harm; GET, PUT and DELETE are, unless told otherwise.
        Raises Unreachable, NotFhir, or ServerError for a redirect or an address elsewhere.
        """
        data = None if body is None else jsonio.write(body)
        often = repeatable if repeatable is not None else method in ("GET", "HEAD", "PUT", "DELETE")
        url = self.address(where)
        for pause in [*self._pauses(), None] if often else [None]:
            try:
                answer = self._follow(method, url, data, headers or {})
            except (_LineLost, _BrokeOff):
                if pause is None:
                    raise
                self._wait(pause)
                continue
            if pause is None or answer.status not in BUSY:
                return answer
            self._wait(self._told(answer, pause))
        raise AssertionError

    def request(self, method: str, where: str, **options: Any) -> Answer:
        """The answer of a server that did what was asked; raises as `ask`, and for every status of 400 or more."""
        answer = self.ask(method, where, **options)
        if answer.ok or answer.status == 304:  # noqa: PLR2004 - Not Modified, RFC 9110
            return answer
        raise self.refused(method, where, answer)

    def refused(self, method: str, where: str, answer: Answer) -> ServerError:
        """The error for an answer that is a refusal: its status and its codes, nothing that may be a value."""
        codes = ", ".join(codes_of(answer.resource))
        what = f"{method} {_plain(where)}".strip()
        message = f"The server answered {what} with {answer.status}" + (f" ({codes})." if codes else ".")
        kind = ERRORS.get(answer.status, ServerError)
        return kind(message, status=answer.status, place=self.base, next_step=next_step_for(answer.status))

    def address(self, where: str) -> str:
        """The absolute address; raises ServerError where it is on another origin, so no token goes there."""
        if not where:
            return self.base
        if not ABSOLUTE.match(where):
            return f"{self.base}{where}" if where.startswith("?") else f"{self.base}/{where}"
        if origin(where) != origin(self.base):
            raise ServerError(
                f"The server refers to {_shown(origin(where))}, which is another origin, so it was not followed.",
                place=self.base,
                next_step="If that address is right, use it as the base address.",
            )
        return where

    def pause(self, seconds: float) -> None:
        """Wait, never longer than the limits allow."""
        self._wait(min(seconds, self.limits.longest_wait))

    def _pauses(self) -> Iterator[float]:
        for attempt in range(self.limits.attempts - 1):
            yield min(0.25 * 2**attempt, self.limits.longest_wait)

    def _told(self, answer: Answer, otherwise: float) -> float:
        """The seconds of `Retry-After`, in either of its forms, capped."""
        from urllib3.exceptions import InvalidHeader  # noqa: PLC0415 - comes with requests
        from urllib3.util.retry import Retry  # noqa: PLC0415 - comes with requests

        try:
            seconds = Retry().parse_retry_after(answer.headers.get("retry-after", ""))
        except (InvalidHeader, OverflowError, ValueError):
            return otherwise
        return max(0.0, min(seconds, self.limits.longest_wait))

    def _follow(self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]) -> Answer:
        for _ in range(REDIRECTS + 1):
            answer = self._once(method, url, data, headers)
            if answer.status not in MOVED:
                return answer
            if method not in ("GET", "HEAD") and answer.status < 307:  # noqa: PLR2004 - 307 and 308 keep the method
                break
            url = self.address(urljoin(url, answer.headers.get("location", "")))
        raise ServerError(
            "The server redirects without end, or where a write must not follow.",
            status=answer.status,
            place=self.base,
            next_step="Use the address that it redirects to as the base address.",
        )

    def _once(self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]) -> Answer:
        import requests  # noqa: PLC0415 - see _session

        sent = {"Accept": FHIR_JSON, "User-Agent": "fhir-matters", **self._headers, **headers}
        if data is not None:
            sent["Content-Type"] = f"{FHIR_JSON}; charset=utf-8"
        try:
            with self._session.request(
                method,
                url,
                data=data,
                headers=sent,
                stream=True,
                allow_redirects=False,
                timeout=(self.limits.connect, self.limits.read),
            ) as response:
                return self._answer(response)
        except requests.Timeout:
            raise Unreachable(
                f"No answer within {self.limits.read:g} seconds.", place=self.base, next_step=IS_IT_THERE
            ) from None
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            raise _BrokeOff("The answer broke off before its end.", place=self.base, next_step="Try again.") from None
        except requests.exceptions.SSLError:
            raise Unreachable(
                "The server's certificate is not trusted.",
                place=self.base,
                next_step="Check the address, or set REQUESTS_CA_BUNDLE to the authority that signed it.",
            ) from None
        except requests.ConnectionError:
            raise _LineLost(
                "The server cannot be reached, or closed the line without an answer.",
                place=self.base,
                next_step=IS_IT_THERE,
            ) from None
        except (requests.RequestException, UnicodeError):
            raise Unreachable(
                "The request could not be made.", place=self.base, next_step="Check the address and the headers."
            ) from None

    def _answer(self, response: requests.Response) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = self._body(response)
        if not body.strip() or response.status_code in MOVED:
            return Answer(response.status_code, headers)
        resource = _resource(body)
        if resource is None and response.status_code < 400:  # noqa: PLR2004 - a refusal may be in any form
            raise self._not_fhir(_what_instead(body, headers), status=response.status_code)
        return Answer(response.status_code, headers, resource)

    def _body(self, response: requests.Response) -> bytes:
        pieces: list[bytes] = []
        size, started = 0, time.monotonic()
        for piece in response.iter_content(64 * 1024):
            pieces.append(piece)
            size += len(piece)
            if size > self.limits.size:
                raise self._not_fhir(f"The answer is longer than {self.limits.size:,} bytes.")
            if time.monotonic() - started > self.limits.whole:
                raise Unreachable(f"The answer was not complete after {self.limits.whole:g} seconds.", place=self.base)
        return b"".join(pieces)

    def _not_fhir(self, message: str, *, status: int = 0) -> NotFhir:
        step = "Check that the base address is that of the FHIR server itself, often one that ends in /fhir."
        return NotFhir(message, status=status, place=self.base, next_step=step)


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454); an address that is none has an origin of its own."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return "", url, 0


def _shown(place: tuple[str, str, int]) -> str:
    return f"{place[0]}://{place[1]}:{place[2]}"


def _without_credentials(base: str) -> tuple[str, dict[str, str]]:
    """The address without user and password, and the header that says them instead (RFC 7617)."""
    try:
        parts = urlsplit(base)
        place, host = parts.port, parts.hostname
    except ValueError:
        parts, place, host = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host:
        raise FhirMattersError(
            "This is no address of a server.", next_step="Expected something like https://example.org/fhir."
        )
    name = f"[{host}]" if ":" in host else host
    netloc = f"{name}:{place}" if place else name
    address = urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))
    if not parts.username:
        return address, {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return address, {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def _with_timeout(limits: Limits, timeout: tuple[float, float] | float | None) -> Limits:
    if timeout is None:
        return limits
    connect, read = timeout if isinstance(timeout, tuple) else (min(limits.connect, timeout), timeout)
    return Limits(connect, read, limits.whole, limits.size, limits.attempts, limits.longest_wait)


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


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
