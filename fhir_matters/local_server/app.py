"""The HTTP face of the store: FHIR R4 REST as an ASGI application. Addresses, and nothing deeper."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.local_server import access, bundles, formats, interactions, operations
from fhir_matters.local_server.calls import ROOT, Asked, Call, body_of, heading
from fhir_matters.local_server.capabilities import capabilities
from fhir_matters.local_server.exporting import FILES, Exporting
from fhir_matters.local_server.interactions import Done
from fhir_matters.local_server.judging import Judges
from fhir_matters.local_server.operations import Pages, Snapshot
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.site import Site
from fhir_matters.local_server.skills import Skills
from fhir_matters.local_server.store import Store


class Api:
    """The handlers, over one store. Each runs in a thread of its own; the store makes writers wait."""

    def __init__(self, store: Store, skills: Skills) -> None:
        self.store = store
        self.skills = skills
        self.pages = Pages(store)
        self.judges = Judges(store, skills)
        self.started = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def root(self, call: Call) -> Response:
        """POST: a transaction or batch. GET: a later page of a search."""
        if call.method == "GET":
            given = dict(call.asked)
            offset = given.get("_offset", "")
            if not given.get("_cursor") or not offset.isdecimal() or len(offset) > operations.DIGITS:
                raise RefusalError(400, "not-supported", "Searches are by type here: GET [base]/Patient?…")
            count = operations.counted(call.asked)
            return call.answered(200, self.pages.next(call.base, given["_cursor"], int(offset), count))
        bundle = call.resource()
        run = {"transaction": bundles.transaction, "batch": bundles.batch}.get(str(bundle.get("type")))
        if bundle.get("resourceType") != "Bundle" or run is None:
            raise RefusalError(400, "invalid", "Expected a Bundle of type transaction or batch.")
        answer = call.answered(200, run(self.store, bundle, lambda url: self._get(url, call), self.skills))
        answer.background = BackgroundTask(self.store.settle)
        return answer

    def _get(self, url: str, call: Call) -> Done:
        """A GET inside a Bundle: a read, a search, a history, all about a patient, or a question about codes."""
        path, asked = url.partition("?")[0].strip("/").split("/"), parse_qsl(urlsplit(url).query)
        match path:
            case ["metadata"]:
                return Done(200, None, self._capabilities())
            case [kind, name] if f"{kind}/{name}" in operations.CODE_OPERATIONS:
                return Done(200, None, operations.coded(self.skills.codes, f"{kind}/{name}", None, asked))
            case ["Patient", *identity, "$everything"] if len(identity) < 2:  # noqa: PLR2004 (none, or one)
                return self._listed(call, url, asked, operations.everything(self.store, *identity))
            case [*place, "_history"] if len(place) < 3:  # noqa: PLR2004 (type and id)
                return self._listed(call, url, asked, self._history(*place, since=dict(asked).get("_since", "")))
            case [kind]:
                return self._listed(call, url, asked, self._search(call, kind, asked))
            case [kind, identity]:
                found = interactions.read(self.store, kind, identity)
            case [kind, identity, "_history", number]:
                found = interactions.vread(self.store, kind, identity, number)
            case _:
                raise RefusalError(404, "not-found", "There is nothing at that address.")
        return Done(200, found, found.resource)

    def _listed(self, call: Call, url: str, asked: Asked, snapshot: Snapshot) -> Done:
        return Done(200, None, self.pages.first(snapshot, call.base, url, asked))

    def metadata(self, call: Call) -> Response:
        """What this server can do."""
        return call.answered(200, self._capabilities())

    def _capabilities(self) -> dict[str, Any]:
        return capabilities(version("fhir-matters"), self.started, self.skills)

    def of_type(self, call: Call) -> Response:
        """POST: create. GET: search. PUT, PATCH and DELETE: of what a condition finds."""
        kind = interactions.known(call.path["kind"])
        if call.method == "GET":
            return self._found(call, kind, call.asked)
        if call.method == "POST":
            condition = call.header("if-none-exist")
            if any(not name.startswith("_") for name, _ in call.asked):
                message = "Expected the condition of a create in If-None-Exist, found one in the address."
                raise RefusalError(400, "invalid", message)
            return call.done(interactions.create(self.store, kind, call.resource(), condition))
        match = call.header("if-match")
        if call.method == "PUT":
            return call.done(interactions.update_where(self.store, kind, call.query, call.resource(), match))
        if call.method == "PATCH":
            return call.done(interactions.patch_where(self.store, kind, call.query, call.change(), match))
        return call.done(interactions.delete_where(self.store, kind, call.query, match))

    def search(self, call: Call) -> Response:
        """POST [type]/_search."""
        return self._found(call, interactions.known(call.path["kind"]), [*call.asked, *call.form()])

    def _found(self, call: Call, kind: str, asked: Asked) -> Response:
        return self._paged(call, self._search(call, kind, asked), asked)

    def _search(self, call: Call, kind: str, asked: Asked) -> Snapshot:
        return operations.found(self.store, kind, asked, strict=call.prefers("handling=strict"))

    def _paged(self, call: Call, snapshot: Snapshot, asked: Asked) -> Response:
        return call.answered(200, self.pages.first(snapshot, call.base, call.url, asked))

    def of_instance(self, call: Call) -> Response:
        """GET: read. PUT: update, or create with the client's id. PATCH. DELETE."""
        kind, identity = call.path["kind"], call.path["id"]
        if call.method == "GET":
            found = interactions.read(self.store, kind, identity)
            if found.etag in re.split(r"\s*,\s*", (call.header("if-none-match") or "").strip()):
                return Response(status_code=304, headers=heading(found))
            return call.shown(found)
        match = call.header("if-match")
        if call.method == "PUT":
            absent = call.header("if-none-match")
            return call.done(
                interactions.update(self.store, kind, identity, call.resource(), match, if_none_match=absent)
            )
        if call.method == "PATCH":
            return call.done(interactions.patch(self.store, kind, identity, call.change(), match))
        return call.done(interactions.delete(self.store, kind, identity, match))

    def vread(self, call: Call) -> Response:
        """One version."""
        return call.shown(interactions.vread(self.store, call.path["kind"], call.path["id"], call.path["number"]))

    def history(self, call: Call) -> Response:
        """The versions of one resource, of a type, or of everything, newest first."""
        place = [call.path[name] for name in ("kind", "id") if name in call.path]
        return self._paged(call, self._history(*place, since=dict(call.asked).get("_since", "")), call.asked)

    def _history(self, kind: str = "", identity: str = "", *, since: str) -> Snapshot:
        return operations.history(self.store, interactions.known(kind) if kind else "", identity, since)

    def everything(self, call: Call) -> Response:
        """Patient/$everything and Patient/[id]/$everything."""
        return self._paged(call, operations.everything(self.store, call.path.get("id", "")), call.asked)

    def judge(self, call: Call) -> Response:
        """[type]/$validate and [type]/[id]/$validate."""
        kind = interactions.known(call.path["kind"])
        body = call.resource() if call.body else self._stored(kind, call.path.get("id", ""))
        return call.answered(200, operations.validated(self.judges.now(), kind, body, call.asked))

    def code(self, call: Call) -> Response:
        """ValueSet/$validate-code, ValueSet/$expand and CodeSystem/$validate-code."""
        operation = call.url.partition("?")[0].removeprefix(f"{call.base}/").replace("%24", "$")
        body = call.resource() if call.body else None
        return call.answered(200, operations.coded(self.skills.codes, operation, body, call.asked))

    def _stored(self, kind: str, identity: str) -> dict[str, Any]:
        return interactions.read(self.store, kind, identity).resource


def application(store: Store, skills: Skills | None = None) -> Starlette:
    """The ASGI application that serves this store, with these skills, under `/fhir`."""
    skills = skills or Skills()
    api, exporting = Api(store, skills), Exporting(store, secured=skills.verify is not None)
    table: tuple[tuple[str, list[str], Callable[[Call], Response]], ...] = (
        ("", ["GET", "POST"], api.root),
        ("/metadata", ["GET"], api.metadata),
        ("/_history", ["GET"], api.history),
        *exporting.routes(),
        ("/Patient/$everything", ["GET", "POST"], api.everything),
        ("/Patient/{id}/$everything", ["GET", "POST"], api.everything),
        *((f"/{each}", ["GET", "POST"], api.code) for each in operations.CODE_OPERATIONS),
        ("/{kind}/$validate", ["POST"], api.judge),
        ("/{kind}/{id}/$validate", ["GET", "POST"], api.judge),
        ("/{kind}/_search", ["POST"], api.search),
        ("/{kind}/_history", ["GET"], api.history),
        ("/{kind}", ["GET", "POST", "PUT", "PATCH", "DELETE"], api.of_type),
        ("/{kind}/{id}", ["GET", "PUT", "PATCH", "DELETE"], api.of_instance),
        ("/{kind}/{id}/_history", ["GET"], api.history),
        ("/{kind}/{id}/_history/{number}", ["GET"], api.vread),
    )
    routes = [Route(f"{ROOT}{path}", _endpoint(handle, skills), methods=methods) for path, methods, handle in table]
    routes.insert(0, Route(f"{ROOT}/{FILES}/{{job}}/{{name}}", _guarded(exporting.files, skills), methods=["GET"]))
    routes.append(Route(f"{ROOT}/", _endpoint(api.root, skills), methods=["GET", "POST"]))
    site = Site(store, skills, skills.pages) if skills.pages else None
    routes += site.routes() if site else []
    # A web page elsewhere can send a browser here, but only under that page's own host name.
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"])
    return Starlette(routes=routes, middleware=[hosts], exception_handlers={HTTPException: _not_here(site)})


def _endpoint(handle: Callable[[Call], Response], skills: Skills) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            call = Call(request, await body_of(request), skills)
        except RefusalError as refusal:
            return _refused(refusal)
        return await run_in_threadpool(_answer, handle, call)

    return endpoint


def _guarded(handle: Callable[[Request], Awaitable[Response]], skills: Skills) -> Callable[[Request], Any]:
    """The same, for those who may read all."""

    async def guarded(request: Request) -> Response:
        try:
            if skills.verify is not None:
                access.permit(request.headers.get("authorization"), [access.ALL_READ], skills.verify)
        except RefusalError as refusal:
            return _refused(refusal)
        return await handle(request)

    return guarded


def _answer(handle: Callable[[Call], Response], call: Call) -> Response:
    try:
        call.negotiated()
        if call.skills.verify is not None and handle.__name__ != "metadata":
            access.permit(call.header("authorization"), access.needed(call), call.skills.verify)
        return handle(call)
    except RefusalError as refusal:
        return call.refused(refusal)
    except InputError as error:
        return call.refused(RefusalError(400, "structure", str(error)))
    except sqlite3.OperationalError as error:
        # Another process writes for too long, or the disk is full.
        return call.refused(RefusalError(503, "transient", f"The data file cannot be used now: {error}."))
    except Exception as error:  # noqa: BLE001 (raised further, it would be printed with values of the resource)
        return call.refused(RefusalError(500, "exception", f"The server failed ({type(error).__name__})."))


def _refused(refusal: RefusalError, headers: Mapping[str, str] | None = None) -> Response:
    data = jsonio.write(refusal.outcome)
    told = {"Content-Type": f"{formats.MIME['json']}; charset=utf-8", **refusal.headers, **(headers or {})}
    return Response(data, refusal.status, told)


def _not_here(site: Site | None) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def not_here(request: Request, error: Exception) -> Response:
        """404, or 405 with what is allowed there; as a page, where there are pages, beside the FHIR."""
        status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (404, None)
        if site and request.url.path != ROOT and not request.url.path.startswith(f"{ROOT}/"):
            return site.refused(status, headers=headers)
        code = "not-supported" if status == 405 else "not-found"  # noqa: PLR2004 (method not allowed)
        return _refused(RefusalError(status, code, "There is nothing to do that at this address."), headers)

    return not_here
