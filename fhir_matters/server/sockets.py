"""What `requests` leaves open: a time limit for the whole of an answer, and TLS without a second set of authorities.

A timeout of a socket begins anew with every byte. Here each read is given what is left until the end of the exchange.
Imported with the first request: all of this needs `requests`.
"""

from __future__ import annotations

import http.client
import io
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import extract_cookies_to_jar
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from fhir_matters.server.addresses import is_here
from fhir_matters.server.ahead import LINE
from fhir_matters.server.tls import Tls

# The longest that a socket can be told, more or less.
LONGEST = 1e6
# Bytes that are asked for at once, as most answers are shorter; and bytes that surely go in one piece.
AT_ONCE, PIECE = 256 * 1024, 16 * 1024
FOREVER = float("inf")
UNTIL: ContextVar[float] = ContextVar("UNTIL", default=FOREVER)


class _Discreet(logging.Filter):
    """Takes the queries out of what urllib3 logs of our own requests: they may tell of a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        if UNTIL.get() != FOREVER and isinstance(record.args, tuple):
            record.args = tuple(re.sub(r"\?.*", "?…", each) if isinstance(each, str) else each for each in record.args)
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_Discreet())


@contextmanager
def in_time(until: float) -> Iterator[None]:
    """Until then (a time of `time.monotonic`) an answer that begins within this block must have come whole."""
    token = UNTIL.set(until)
    try:
        yield
    finally:
        UNTIL.reset(token)


def session(tls: Tls) -> requests.Session:
    """A session that takes proxies from the environment, and nothing else that it is not given."""
    made = _Session()
    made.auth = _leave_alone  # otherwise a .netrc would replace the credentials given here
    made.headers.update({"Accept-Encoding": "gzip"})
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter(tls))
    return made


# An address that stays as it is, whoever prepares it: in ASCII, without a step up, and nothing in it to be escaped.
_PREPARED = re.compile(
    r"https?://[a-z0-9.-]+(?::[0-9]+)?(?:/(?!\.)[A-Za-z0-9\-._~$]*)+"
    r"(?:\?(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]++|%[0-9A-F]{2})++)?"
)


class _Session(requests.Session):
    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As requests does it, which looks at each character of an address several times, but only where it must."""
        url, data = str(request.url), request.data or None
        if self.cookies or not isinstance(data, bytes | None) or _PREPARED.fullmatch(url) is None:
            return super().prepare_request(request)
        made = requests.PreparedRequest()
        made.method, made.url, made.body = str(request.method), url, data
        made.prepare_headers({**self.headers, **request.headers})
        made.prepare_content_length(data)
        return made

    def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        """The answer, and its cookies kept; what requests does beside (redirects, hooks, a clock) nobody asks for."""
        settings.pop("allow_redirects", None)
        answer = self.get_adapter(str(request.url)).send(request, **settings)
        if "Set-Cookie" in answer.raw.headers:
            extract_cookies_to_jar(self.cookies, request, answer.raw)  # type: ignore[no-untyped-call]
        return answer

    def merge_environment_settings(self, url: Any, *settings: Any) -> Any:
        """The settings; what is on this machine is never asked for through a proxy, whose localhost is another."""
        address = urlsplit(str(url))
        here = is_here(address.hostname or "")
        if here and address.scheme == "http":  # nothing of the environment matters, and to read it is not for nothing
            _, stream, verify, cert = settings
            return {"proxies": {}, "stream": stream, "verify": self.verify if verify is None else verify, "cert": cert}
        merged = super().merge_environment_settings(url, *settings)
        if here:
            merged["proxies"] = {}
        return merged


def proxied(url: str) -> bool:
    """True where the environment puts a proxy between us and this address."""
    return not is_here(urlsplit(url).hostname or "") and bool(requests.utils.get_environ_proxies(url))


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Adapter(HTTPAdapter):
    """Pools of the connections below, all with one TLS context."""

    def __init__(self, tls: Tls) -> None:
        self._tls = tls
        super().__init__()

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self._tls.context()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not str(proxy).lower().startswith("socks"):
            manager.pool_classes_by_scheme = POOLS
        return manager

    def build_connection_pool_key_attributes(self, request: Any, *_: Any, **__: Any) -> Any:
        parts = urlsplit(request.url)
        host: dict[str, Any] = {"scheme": parts.scheme, "host": parts.hostname, "port": parts.port}
        return host, {"ssl_context": self._context} if parts.scheme == "https" else {}

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Its status, its headers and what is still to come; nothing else is asked for."""
        made = requests.Response()
        made.status_code, made.request, made.raw = resp.status, req, resp
        made.headers.update(resp.headers)
        return made

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Nothing: the context has the authorities, and requests would add those of certifi to them."""


def _wait_at_most(socket: Any, seconds: float | None) -> None:
    """The time limit of the socket from now on. To set it asks the system, and lets other threads go first."""
    if socket.gettimeout() != seconds:
        socket.settimeout(seconds)


class _Reader(io.RawIOBase):
    """What a socket receives, each time in what is left until the end."""

    def __init__(self, raw: io.RawIOBase, socket: Any) -> None:
        super().__init__()
        self._raw, self._socket, self._until = raw, socket, UNTIL.get()
        self._pause = socket.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        _wait_at_most(self._socket, left if self._pause is None else min(left, self._pause))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock), AT_ONCE)

    def begin(self) -> None:
        super().begin()
        # urllib3 would log what is odd in the headers, and with it the address, whose query may tell of a person.
        self.msg.defects.clear()
        self.msg.set_payload("")


class _Timed:
    """A connection that sends and receives in what is left of the time."""

    response_class = _Response
    sock: Any
    connect: Any

    def send(self, data: Any) -> None:
        """Send the whole of it in what is left; it may take longer than the pause between two pieces."""
        if self.sock is None:
            self.connect()
        if (line := LINE.get()) is not None:
            line.uses(self.sock)
        pause, left = self.sock.gettimeout(), max(0.001, min(UNTIL.get() - time.monotonic(), LONGEST))
        # What goes as one piece may take as long as a pause between two.
        one = isinstance(data, bytes) and len(data) <= PIECE and pause is not None and pause <= left
        _wait_at_most(self.sock, pause if one else left)
        super().send(data)  # type: ignore[misc]
        _wait_at_most(self.sock, pause)


class _Http(_Timed, HTTPConnection):  # type: ignore[misc]
    pass


class _Https(_Timed, HTTPSConnection):  # type: ignore[misc]
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


POOLS = {"http": _HttpPool, "https": _HttpsPool}
