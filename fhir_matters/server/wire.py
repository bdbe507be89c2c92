"""One exchange over HTTP: bounded in time and size whatever the other side does, over TLS and through proxies.

The time limit is for the whole exchange: a server that drips one byte after the other is left when it is over. Knows
nothing of FHIR or credentials, follows no redirect and tries nothing twice: that is in `connection.py`.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import BadStatusLine, RemoteDisconnected
from typing import TYPE_CHECKING, Any, TypeVar

from fhir_matters.errors import NotFhir, ServerError, Unreachable
from fhir_matters.server.ahead import wait as rest
from fhir_matters.server.tls import Tls, trouble

if TYPE_CHECKING:
    import requests

BUSY = frozenset({429, 502, 503, 504})
PIECE = 64 * 1024
MOST_DIGITS = 18
GZIP = 31  # zlib's number for a gzip header around the data
E = TypeVar("E", bound=BaseException)
PROXY = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment, and what the proxy allows."
PERHAPS_OURS = "It may want a certificate from us: `certificate` and `key`."
IS_IT_THERE = "Check that the server runs and that the address is right."


class LineLost(Unreachable):
    """No answer at all: asking again may help."""


class BrokeOff(NotFhir):
    """Half an answer: asking again may help."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much: seconds to connect and between two pieces of an answer; seconds and bytes in all.

    A busy server (429, 502, 503, 504) or a broken line is asked again `attempts` times in all, never later
    than `longest_wait` seconds after, whatever its `Retry-After` says. One search has at most so many `pages`.
    """

    connect: float = 10.0
    read: float = 60.0
    whole: float = 600.0
    size: int = 256 * 1024 * 1024
    attempts: int = 5
    longest_wait: float = 60.0
    pages: int = 10_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one exchange may cost, when it must be over, and of whom an error speaks."""

    limits: Limits
    place: str
    until: float

    def too_slow(self) -> Unreachable:
        """The error for a pause that was too long, or for a whole that was."""
        if time.monotonic() < self.until:
            message = f"No answer within {self.limits.read:g} seconds."
            return Unreachable(message, place=self.place, next_step=IS_IT_THERE)
        message = f"The answer was not complete after {self.limits.whole:g} seconds."
        return Unreachable(message, place=self.place, next_step="Ask for less at once, or raise the limit `whole`.")

    def too_long(self) -> NotFhir:
        """The error for more bytes than there may be."""
        message = f"The answer is longer than {self.limits.size:,} bytes."
        return NotFhir(message, place=self.place, next_step="Ask for less at once, or raise the limit `size`.")


@dataclass(frozen=True, slots=True)
class Incoming:
    """An answer of which the headers (names in lower case) are here, and the body is still to come."""

    status: int
    headers: Mapping[str, str]
    _response: requests.Response = field(repr=False)
    _bounds: Bounds

    def whole(self) -> bytes:
        """The body, if it is no longer than the limit and comes in time. Raises NotFhir, Unreachable."""
        limit, told = self._bounds.limits.size, self.headers.get("content-length", "")
        body = bytearray()
        if told.isdecimal() and (len(told) > MOST_DIGITS or int(told) > limit):
            raise self._bounds.too_long()
        for piece in self.pieces():
            body += piece
            if len(body) > limit:
                raise self._bounds.too_long()
        return bytes(body)

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes, unpacked, piece by piece: however long it is, but not however long it takes."""
        sent = iter(self._response.raw.stream(PIECE, decode_content=False))
        unpacked = _unpacked(sent, self.headers.get("content-encoding", "").strip().lower(), self._bounds.place)
        while (piece := self._next(unpacked)) is not None:
            yield piece

    def _next(self, pieces: Iterator[bytes]) -> bytes | None:
        from urllib3.exceptions import HTTPError, ReadTimeoutError  # noqa: PLC0415 - comes with requests

        problem: ServerError | None = None
        try:
            return next(pieces, None)
        except ReadTimeoutError:
            problem = self._bounds.too_slow()
        except (HTTPError, OSError, zlib.error):
            problem = BrokeOff("The answer broke off before its end.", place=self._bounds.place, next_step="Try again.")
        # Raised here, so that no error carries the request, and with it the credentials, as its context.
        raise problem


class Wire:
    """Connections that are kept open for the next exchange; nothing is opened before the first."""

    def __init__(self, limits: Limits, tls: Tls, wait: Callable[[float], None] = rest) -> None:
        self.limits, self.wait, self._tls = limits, wait, tls

    def close(self) -> None:
        """Let the connections go; the next exchange opens new ones."""
        if "_session" in self.__dict__:
            self._session.close()
            del self.__dict__["_session"]

    @contextmanager
    def open(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: bytes | None = None,
        *,
        place: str,
        limits: Limits | None = None,
    ) -> Iterator[Incoming]:
        """The answer, whatever its status. Raises Unreachable, and LineLost where asking again may help."""
        allowed = limits or self.limits
        bounds = Bounds(allowed, place, time.monotonic() + allowed.whole)
        with closing(self._sent(method, url, {"headers": headers, "data": data}, bounds)) as response:
            told = {name.lower(): value for name, value in response.headers.items()}
            yield Incoming(response.status_code, told, response, bounds)

    def _sent(self, method: str, url: str, asked: Mapping[str, Any], bounds: Bounds) -> requests.Response:
        import requests  # noqa: PLC0415 - see _session
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - see _session

        from fhir_matters.server.sockets import in_time, proxied  # noqa: PLC0415 - see _session

        problem, whole = None, bounds.limits.whole
        # No time at all is no timeout that a socket can be given.
        connect, read = (max(0.001, min(each, whole)) for each in (bounds.limits.connect, bounds.limits.read))
        timeout = (connect, read)
        try:
            with in_time(bounds.until):
                return self._session.request(method, url, **asked, stream=True, allow_redirects=False, timeout=timeout)
        except (requests.RequestException, HTTPError, ValueError) as error:
            problem = _problem(error, bounds, proxied=proxied(url))
        # Raised here, so that no error carries the request, and with it the credentials, as its context.
        raise problem

    @cached_property
    def _session(self) -> requests.Session:
        from fhir_matters.server.sockets import session  # noqa: PLC0415 - a fifth of a second for requests

        return session(self._tls)


def _problem(error: Exception, bounds: Bounds, *, proxied: bool) -> ServerError:
    """The error for what requests raises, without a word of its own: those repeat addresses and headers."""
    import requests  # noqa: PLC0415 - see Wire._session

    place = bounds.place
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(
            "The proxy cannot be reached, or lets nobody through to there.", place=place, next_step=PROXY
        )
    ended = _within(error, ssl.SSLEOFError) or _within(error, ConnectionResetError)
    if isinstance(error, requests.exceptions.SSLError) and ended is None:
        message, step = trouble(_within(error, ssl.SSLError))
        return Unreachable(message, place=place, next_step=step)
    if isinstance(error, requests.Timeout):
        return bounds.too_slow()
    if isinstance(error, requests.ConnectionError):
        return _no_answer(error, place, PROXY if proxied else "")
    step = "Check the address, the headers, the credentials and the proxies in the environment."
    return Unreachable("The request could not be made.", place=place, next_step=step)


def _no_answer(error: Exception, place: str, between: str) -> Unreachable:
    """The error where something else than an answer came, or nothing; `between` is what to check on the way."""
    if _within(error, BadStatusLine) is not None and _within(error, RemoteDisconnected) is None:
        step = between or "Check the port, and whether its address begins with https://."
        return Unreachable("What answers there does not speak HTTP.", place=place, next_step=step)
    # Who wants a certificate from us may end the line so early that its reason is lost.
    early = place.startswith("https:") and (_within(error, ssl.SSLEOFError) or _within(error, ConnectionResetError))
    steps = [IS_IT_THERE, between, PERHAPS_OURS if early else ""]
    message = "The server cannot be reached, or closed the line without an answer."
    return LineLost(message, place=place, next_step=" ".join(filter(None, steps)))


def _within(error: BaseException | None, kind: type[E]) -> E | None:
    """The exception of that kind in the error, however it was wrapped."""
    seen: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, kind):
            return each
        if isinstance(each, BaseException) and each not in seen:
            seen.append(each)
            waiting += [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]
    return None


def _unpacked(pieces: Iterable[bytes], coding: str, place: str) -> Iterator[bytes]:
    """The pieces without gzip, which is all that was asked for; a bomb comes out in pieces too."""
    if coding in ("", "identity"):
        yield from pieces
        return
    if coding not in ("gzip", "x-gzip"):
        message = "The answer is packed in a way that nobody asked for (Content-Encoding)."
        raise NotFhir(message, place=place, next_step="Whoever runs the server can find out why.")
    unpacking, begun = zlib.decompressobj(GZIP), False
    for piece in pieces:
        left = piece
        while left:
            if unpacking.eof:  # one gzip stream may follow another (RFC 1952)
                unpacking = zlib.decompressobj(GZIP)
            yield unpacking.decompress(left, PIECE)
            left = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
            begun = True
    if begun and not unpacking.eof:
        raise zlib.error("it broke off")
