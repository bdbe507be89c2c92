"""Who may do what: a bearer token is judged by whoever started the server, and its scopes are held to.

SMART's system and user scopes, in both spellings (`system/Patient.read`, `user/*.cruds`). Scopes of one patient grant
nothing here, nor do those with a query: there is no launch, and so no patient to hold them to.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from fhir_matters.local_server.calls import Asked, Call
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.skills import Verify

# (a resource type, or `*` where it is about any) and one of c, r, u, d, s.
Need: TypeAlias = tuple[str, str]
EVERYTHING = "system/*.cruds"
ALL_READ: Need = ("*", "r")
ALL_WRITE: Need = ("*", "u")
_SCOPE = re.compile(r"(?:system|user)/(?P<kind>[A-Za-z]+|\*)\.(?P<may>\*|read|write|c?r?u?d?s?)")
_OLD_WORDS = {"*": "cruds", "read": "rs", "write": "cud"}
_VERBS = {"GET": "r", "HEAD": "r", "POST": "c", "PUT": "u", "PATCH": "u", "DELETE": "d"}
_REALM = 'Bearer realm="fhir-matters"'


def one_token(token: str) -> Verify:
    """The judge who knows one token, which may do all."""
    return lambda given: EVERYTHING if hmac.compare_digest(given.encode(), token.encode()) else None


def permit(authorization: str | None, needs: Iterable[Need], verify: Verify) -> None:
    """Nothing, where the token allows all that is needed (RFC 6750).

    Raises RefusalError: 401 without a good token, 403 where its scopes do not reach that far.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise RefusalError(401, "login", "Expected a bearer token.", {"WWW-Authenticate": _REALM})
    scopes = verify(token.strip())
    if scopes is None:
        headers = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        raise RefusalError(401, "login", "The token is not, or no longer, good.", headers)
    granted = list(filter(None, map(_SCOPE.fullmatch, scopes.split())))
    for kind, action in needs:
        if not any(scope["kind"] in ("*", kind) and action in _actions(scope["may"]) for scope in granted):
            headers = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope"'}
            raise RefusalError(403, "forbidden", "The scopes of the token do not allow that.", headers)


def needed(call: Call) -> Iterator[Need]:
    """What the call has to be allowed to do."""
    kind, address = str(call.path.get("kind", "")), call.url.partition("?")[0].rstrip("/")
    if address == call.base:
        yield from (
            _of_bundle(call.resource()) if call.method == "POST" else ()
        )  # GET: a page of a search, by its secret
    elif not kind:
        yield ALL_READ
    elif address.endswith("/_search") or (call.method == "GET" and "id" not in call.path):
        yield kind, "s"
        yield from _beyond([*call.asked, *(call.form() if call.method == "POST" else ())])
    else:
        yield kind, "r" if "$" in address or "%24" in address else _VERBS[call.method]


def _of_bundle(bundle: dict[str, Any]) -> Iterator[Need]:
    entries = bundle.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        request = entry.get("request") if isinstance(entry, dict) else None
        if isinstance(request, dict):
            path, _, query = str(request.get("url", "")).strip("/").partition("?")
            method, steps = str(request.get("method")), path.split("/")
            kind = steps[0] if re.fullmatch("[A-Z][A-Za-z]+", steps[0]) and "$" not in path else "*"
            yield kind, "s" if method == "GET" and len(steps) == 1 else _VERBS.get(method, "d")
            yield from _beyond([(each.partition("=")[0], "") for each in query.split("&")] if method == "GET" else ())


def _beyond(asked: Asked | tuple[()]) -> Iterator[Need]:
    """Includes and chains tell of resources of other types too."""
    if any("include" in name or "." in name or name.startswith("_has") for name, _ in asked):
        yield "*", "s"


def _actions(may: str) -> str:
    return _OLD_WORDS.get(may, may)
