"""SMART Backend Services (SMART App Launch 2, "Backend Services"): a token for a program, obtained with a key.

The server says where its token endpoint is (`.well-known/smart-configuration`); we sign an assertion for it, and it
gives a token that is used until shortly before its end. A token endpoint on another origin is asked only where the
caller names it: else a server could obtain tokens in our name from somebody else's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError, InputError, NotFhir, ServerError, Unauthorised, Unreachable
from fhir_matters.server.addresses import is_here, origin, shown, spelt_well
from fhir_matters.server.auth import TOKEN, Pass
from fhir_matters.server.secret import Secret, as_secret
from fhir_matters.server.signing import Signer, signer
from fhir_matters.server.wire import BUSY, BrokeOff, LineLost, Wire

WELL_KNOWN = "/.well-known/smart-configuration"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPES = ("system/*.rs",)
# An answer of a token endpoint is a few kilobytes, and is there at once or not at all.
LONGEST, SLOWEST, PAUSE = 256 * 1024, 60.0, 0.25
# RFC 6749 leaves `expires_in` out where it was told otherwise; SMART recommends five minutes at most.
EXPECTED, MOST = 300.0, 86_400.0
# So long before its end a token is replaced, but never more than a fifth of its time.
MARGIN, PART = 30.0, 5
STEPS = {
    "invalid_client": "Check the client id, that the server knows the public key by its id, and this machine's clock.",
    "invalid_scope": "Ask for scopes that the server grants to this client.",
    "unauthorized_client": "Have the client registered for Backend Services (client_credentials).",
    "unsupported_grant_type": "Check that the server offers Backend Services.",
    "invalid_request": "Check the scopes, and the client's registration with the server.",
    "invalid_grant": "Check the client's registration with the server.",
    "access_denied": "Ask whoever runs the server to let this client in.",
    "server_error": "The fault is the server's: try again later.",
    "temporarily_unavailable": "The server asks for patience: try again later.",
}


@dataclass(frozen=True, slots=True)
class Smart:
    """A client that the server knows by its public key.

    `key` is the private one (PEM, JWK or JWK Set) or where it is kept; `key_id` is its `kid`: where none is given, that
    of the JWK, or else its thumbprint. `token_endpoint` is needed only where it is on another origin than the server.
    """

    client_id: str
    key: Secret | str = field(repr=False)
    scopes: tuple[str, ...] = SCOPES
    key_id: str = ""
    password: Secret | str | None = field(default=None, repr=False)
    token_endpoint: str = ""

    def obtain(self, base: str, wire: Wire) -> Pass:
        """A new token. Raises Unauthorised where the server gives none, ServerError, Unreachable."""
        password = as_secret(self.password).read() if self.password is not None else ""
        signing = signer(as_secret(self.key).read(), self.key_id, password)
        endpoint = self._endpoint(base, wire, signing.algorithm)
        started = time.monotonic()
        answer = _json(*_patiently(wire, lambda: self._asked(wire, endpoint, signing)), endpoint)
        return _pass(answer, started, endpoint)

    def _asked(self, wire: Wire, endpoint: str, signing: Signer) -> tuple[int, bytes]:
        """The answer of the token endpoint; each time with another assertion, for each is good for one use."""
        form = {
            "grant_type": "client_credentials",
            "scope": " ".join(self.scopes),
            "client_assertion_type": ASSERTION,
            "client_assertion": signing.assertion(self.client_id, endpoint),
        }
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        return _exchange(wire, "POST", endpoint, headers, urlencode(form).encode())

    def _endpoint(self, base: str, wire: Wire, algorithm: str) -> str:
        """Where to ask for a token: as named, or as the server says. Raises ServerError where it must not be asked."""
        if self.token_endpoint:
            _secure(self.token_endpoint, base)
            return self.token_endpoint
        said = _configuration(base, wire)
        endpoint = str(said.get("token_endpoint"))
        if not spelt_well(endpoint):
            raise _no_backend_services(base, "names no token endpoint")
        if not _offers(said, "token_endpoint_auth_signing_alg_values_supported", algorithm):
            raise _no_backend_services(base, f"does not take {algorithm}, which is what the key signs with")
        if not _offers(said, "token_endpoint_auth_methods_supported", "private_key_jwt"):
            raise _no_backend_services(base, "takes no signed assertions (private_key_jwt)")
        if origin(endpoint) != origin(base):
            raise ServerError(
                f"The server's token endpoint is on {shown(origin(endpoint))}, which is another origin.",
                place=base,
                next_step="If that is right, name it: `token_endpoint`.",
            )
        _secure(endpoint, base)
        return endpoint


def _exchange(
    wire: Wire, method: str, url: str, headers: Mapping[str, str], data: bytes | None = None
) -> tuple[int, bytes]:
    """Status and body, in little time and no more than a few kilobytes; no redirect is followed."""
    limits = replace(wire.limits, size=LONGEST, whole=min(SLOWEST, wire.limits.whole))
    with wire.open(method, url, headers, data, place=url.partition("?")[0], limits=limits) as incoming:
        return incoming.status, incoming.whole()


def _patiently(wire: Wire, asked: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """The answer, asked for again where the line is lost or the server is busy. Raises Unreachable, NotFhir."""
    for attempt in range(wire.limits.attempts):
        problem: Unreachable | None = None
        last = attempt == wire.limits.attempts - 1
        try:
            status, body = asked()
            if last or status not in BUSY:
                return status, body
        except (LineLost, BrokeOff) as error:
            problem = Unreachable(error.message, place=error.place, next_step=error.next_step)
        if last and problem is not None:
            raise problem
        wire.wait(min(PAUSE * 2**attempt, wire.limits.longest_wait))
    raise AssertionError


def _configuration(base: str, wire: Wire) -> dict[str, Any]:
    """What the server says of its authorisation; nothing of ours is shown to be told that."""
    headers = {"Accept": "application/json"}
    status, body = _patiently(wire, lambda: _exchange(wire, "GET", base + WELL_KNOWN, headers))
    if status != 200:  # noqa: PLR2004 - OK, RFC 9110
        raise _no_backend_services(base, f"answered {WELL_KNOWN} with {status}", status=status)
    found = _object(body)
    if found is None:
        raise _no_backend_services(base, f"has no JSON at {WELL_KNOWN}", status=status)
    return found


def _offers(said: Mapping[str, Any], what: str, wanted: str) -> bool:
    """False only where the server lists what it offers, and this is not there."""
    listed = said.get(what)
    return not isinstance(listed, list) or wanted in listed


def _secure(endpoint: str, base: str) -> None:
    """SMART: all of this is said over TLS; on this machine alone, for trying, without."""
    place = origin(endpoint)
    if not spelt_well(endpoint) or (place.scheme != "https" and not is_here(place.host)):
        raise FhirMattersError(
            "A token endpoint is asked over TLS only.", place=base, next_step="Expected an address with https://."
        )


def _json(status: int, body: bytes, endpoint: str) -> dict[str, Any]:
    """What the token endpoint said. Raises Unauthorised where it refused, NotFhir where that is no answer to us."""
    found = _object(body)
    if found is not None and "access_token" in found and status == 200:  # noqa: PLR2004 - OK, RFC 6749, 5.1
        return found
    code = str((found or {}).get("error", ""))
    if code in STEPS:
        message = f"The token endpoint refused: {status} ({code})."
        raise Unauthorised(message, status=status, place=endpoint, next_step=STEPS[code])
    raise NotFhir(
        f"Expected a token in JSON from the token endpoint, found something else (status {status}).",
        status=status,
        place=endpoint,
        next_step="Check that this is the address of the token endpoint, and that it is in order.",
    )


def _pass(answer: Mapping[str, Any], started: float, endpoint: str) -> Pass:
    token, kind = answer["access_token"], answer.get("token_type")
    if not isinstance(token, str) or not TOKEN.fullmatch(token) or str(kind).lower() != "bearer":
        raise NotFhir(
            "The token endpoint gave a token that is none, or of another kind than bearer.",
            place=endpoint,
            next_step="Report it to whoever runs the server.",
        )
    lasts = _seconds(answer.get("expires_in"))
    return Pass(f"Bearer {token}", started + lasts - min(MARGIN, lasts / PART))


def _seconds(said: Any) -> float:
    """For how long a token is good; what is absurd counts as not said."""
    try:
        seconds = float(str(said))
    except ValueError:
        return EXPECTED
    return min(seconds, MOST) if seconds > 0 else EXPECTED


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = jsonio.read(body)
    except (InputError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _no_backend_services(base: str, why: str, *, status: int = 0) -> ServerError:
    return ServerError(
        f"No token can be had by SMART Backend Services: the server {why}.",
        status=status,
        place=base,
        next_step="Check the base address, or name the `token_endpoint`.",
    )
