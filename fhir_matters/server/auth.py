"""Ways to get in: a user and password, a token, or a key (SMART Backend Services, in `smart.py`).

What goes into `Authorization` is made when it is first needed, kept in memory alone, and made anew before it ends or
when the server no longer takes it. It goes to the server's own origin only; that is `connection.py`'s to see to.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from fhir_matters.errors import FhirMattersError, ServerError, Unauthorised, Unreachable
from fhir_matters.server.secret import Secret, as_secret
from fhir_matters.server.wire import Wire

# What a header can carry without being read as something else (RFC 9110, field-vchar without blanks).
TOKEN = re.compile(r"[\x21-\x7e]+")
UNKNOWN = 401
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Pass:
    """One value of `Authorization`, and until when it is good (a time of `time.monotonic`)."""

    header: str = field(repr=False)
    until: float = float("inf")


class Auth(Protocol):
    """A way to get in to the server at this base address: gives a pass each time it is asked for one."""

    def obtain(self, base: str, wire: Wire) -> Pass:
        """A new pass. Raises FhirMattersError where there is none to be had."""


@dataclass(frozen=True, slots=True)
class Basic:
    """User and password (RFC 7617)."""

    user: str
    password: Secret | str = field(repr=False)

    def obtain(self, base: str, wire: Wire) -> Pass:  # noqa: ARG002 - nobody needs to be asked
        """The pass; raises FhirMattersError where the two cannot be sent."""
        password = as_secret(self.password).read()
        if ":" in self.user or CONTROL.search(self.user + password):
            raise FhirMattersError(
                "User and password cannot be sent: a user has no colon, and neither has control characters.",
                place=base,
                next_step="Check where they come from.",
            )
        return Pass("Basic " + base64.b64encode(f"{self.user}:{password}".encode()).decode())


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that somebody else obtained (RFC 6750); read again where the server no longer takes it."""

    token: Secret | str = field(repr=False)

    def obtain(self, base: str, wire: Wire) -> Pass:  # noqa: ARG002 - nobody needs to be asked
        """The pass; raises FhirMattersError where it is no token."""
        token = as_secret(self.token).read()
        if not TOKEN.fullmatch(token):
            raise FhirMattersError(
                "The token cannot be sent: it is empty, or has blanks or other characters that no token has.",
                place=base,
                next_step="Check where it comes from.",
            )
        return Pass(f"Bearer {token}")


class Login:
    """The pass of one connection: obtained when needed, kept, and obtained anew; may be shared by threads."""

    def __init__(self, obtain: Callable[[], Pass] | None = None) -> None:
        self._obtain = obtain
        self._pass = Pass("")
        self._lock = threading.Lock()
        self._stale = obtain is not None

    def header(self) -> str:
        """What to send as `Authorization`; empty where nothing is needed. Raises FhirMattersError."""
        with self._lock:
            if self._obtain is not None and (self._stale or time.monotonic() >= self._pass.until):
                self._pass = self._obtained(self._obtain)
                self._stale = False
            return self._pass.header

    def _obtained(self, obtain: Callable[[], Pass]) -> Pass:
        """A pass, or Unauthorised: whatever was answered instead, it is no word about the resource in question."""
        try:
            return obtain()
        except Unreachable:
            raise
        except ServerError as error:
            refused = Unauthorised(error.message, status=UNKNOWN, place=error.place, next_step=error.next_step)
        raise refused

    def renew(self, refused: str) -> bool:
        """Whether there is another header than the one that was refused. Raises FhirMattersError."""
        if self._obtain is None:
            return False
        with self._lock:
            self._stale = self._stale or self._pass.header == refused
        return self.header() != refused


def login(
    base: str,
    auth: Auth | tuple[str, str] | None,
    token: str | None,
    credentials: tuple[str, str] | None,
    wire: Wire,
) -> Login:
    """The login for what a connection was given. Raises FhirMattersError where that is two ways in."""
    given = [each for each in (auth, token, credentials) if each is not None]
    if not given:
        return Login()
    if len(given) > 1:
        raise FhirMattersError(
            "Expected one way to get in, found several.",
            place=base,
            next_step="Give one of: user and password in the address, a token, or another way.",
        )
    way = Bearer(token) if token is not None else auth if auth is not None else credentials
    chosen = Basic(*way) if isinstance(way, tuple) else way
    assert chosen is not None
    return Login(lambda: chosen.obtain(base, wire))
