"""Pages for people beside the FHIR of a server: everybody at `/`, one person at `/people/ID`; forms are in `asking`.

What they look like is a skill (`skills.Pages`). A browser has no bearer token, so it may bring one as a password.
"""

from __future__ import annotations

import base64
import binascii
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fhir_matters.errors import FhirMattersError
from fhir_matters.local_server import access
from fhir_matters.local_server.asking import Asking
from fhir_matters.local_server.calls import ROOT, Call, body_of
from fhir_matters.local_server.judging import AT_ONCE
from fhir_matters.local_server.operations import DIGITS, everything
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.search import search
from fhir_matters.local_server.skills import Listing, Pages, Sheet, Skills
from fhir_matters.local_server.store import Store

Handle: TypeAlias = Callable[[Call], Response]
# So many people to a page of the list.
PEOPLE = 100
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_REALM = 'Basic realm="fhir-matters", charset="UTF-8"'
# What a person reads where a program reads an OperationOutcome: what is so, and what to do next.
_WORDS: Mapping[int, tuple[str, str]] = {
    401: ("This server asks for a token.", "Give it as the password; any name will do."),
    403: ("That is not allowed.", "Ask whoever gave you the token for one that may see everything."),
    404: ("There is nothing at this address.", "Look for the person in the list."),
    405: ("That cannot be done at this address.", "Look for the person in the list."),
    409: ("These answers were saved before.", "Look for the person in the list, and add what is new there."),
    410: ("What was here was deleted.", "Look for the person in the list."),
    503: ("The data cannot be read now.", "Try again in a moment."),
}
_FAILED = ("The server failed.", "Try again; the FHIR of the server may still be asked.")


class Site:
    """The handlers, over one store."""

    def __init__(self, store: Store, skills: Skills, pages: Pages) -> None:
        self._store, self._skills, self._pages = store, skills, pages

    def routes(self) -> list[Route]:
        """Each address with its methods, what answers it, and what its visitor has to be allowed."""
        table: tuple[tuple[str, list[str], Handle, access.Need], ...] = (
            ("/", ["GET"], self.people, ("Patient", "s")),
            ("/people/{id}", ["GET"], self.person, access.ALL_READ),
            *(Asking(self._store, self._skills, self._pages.ask, shown).rows() if self._pages.ask else ()),
        )
        return [Route(path, self._endpoint(handle, need), methods=methods) for path, methods, handle, need in table]

    def people(self, call: Call) -> Response:
        """Who is here, by name: all, or those whose name begins as `name` says; the list goes on at `from`."""
        given = dict(call.asked)
        begin = given.get("from", "0")
        if not begin.isdecimal() or len(begin) > DIGITS:
            raise RefusalError(400, "value", "Expected a number for from.")
        first, asked = int(begin), given.get("name", "").strip()
        names = [("name", name.replace("\\", "\\\\").replace(",", "\\,")) for name in asked.split()]
        found = search("Patient", [("_sort", "family,given"), *names]).ids(self._store)
        here = [version.resource for version in self._store.chosen(found[first : first + PEOPLE])]
        before = max(0, first - PEOPLE) if first else None
        after = first + PEOPLE if first + PEOPLE < len(found) else None
        return shown(self._pages.people(Listing(here, asked, before, after)))

    def person(self, call: Call) -> Response:
        """The page of one person, of all that is here about them. Raises RefusalError: 404, 410."""
        seqs = everything(self._store, call.path["id"]).seqs
        # SQLite takes so many values to a statement.
        parts = (self._store.chosen(seqs[start : start + AT_ONCE]) for start in range(0, len(seqs), AT_ONCE))
        entries = [
            {"fullUrl": f"{call.base}/{each.type}/{each.id}", "resource": each.resource}
            for part in parts
            for each in part
        ]
        return shown(self._pages.person({"resourceType": "Bundle", "type": "collection", "entry": entries}))

    def refused(
        self, status: int, said: tuple[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """The page that says why there is none."""
        response = shown(self._pages.refused(*(said or _WORDS.get(status, _FAILED))), status)
        response.headers.update(headers or {})
        if status == 401:  # noqa: PLR2004 (not known who this is)
            response.headers["WWW-Authenticate"] = _REALM
        return response

    def _endpoint(self, handle: Handle, need: access.Need) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                call = Call(request, await body_of(request), self._skills)
            except RefusalError as refusal:
                return self.refused(refusal.status, (refusal.message, ""))
            return await run_in_threadpool(self._answer, handle, need, call)

        return endpoint

    def _answer(self, handle: Handle, need: access.Need, call: Call) -> Response:
        try:
            if self._skills.verify is not None:
                access.permit(_bearer(call.header("authorization")), [need], self._skills.verify)
            if not _from_here(call):
                return self.refused(403, ("That came from another site.", "Send it from a page of this server."))
            return handle(call)
        except RefusalError as refusal:
            return self.refused(refusal.status, _WORDS.get(refusal.status) or (refusal.message, ""))
        except FhirMattersError as error:
            return self.refused(422, (f"No page can be drawn of what is here. {error.message}", error.next_step))
        except sqlite3.OperationalError:
            return self.refused(503)
        except Exception:  # noqa: BLE001 (raised further, it would be printed with values of the resource)
            return self.refused(500)


def shown(sheet: Sheet, status: int = 200) -> Response:
    """A page as a browser gets it: held to its policy, kept by nobody, and in no frame of another site."""
    policy = f"{sheet.policy}; frame-ancestors 'none'"
    return Response(sheet.html, status, {**_HEADERS, "Content-Security-Policy": policy})


def _bearer(authorization: str | None) -> str | None:
    """The same header, where a token came as a password (RFC 7617) as if it had come by itself."""
    scheme, _, given = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return authorization
    try:
        said = base64.b64decode(given, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return f"Bearer {said.partition(':')[2]}"


def _from_here(call: Call) -> bool:
    """False where a browser says that a page of another site asks for a change: a password goes along by itself."""
    if call.method == "GET":
        return True
    site, origin = call.header("sec-fetch-site"), call.header("origin")
    return site in ("same-origin", "none") if site else origin in (None, call.base.removesuffix(ROOT))
