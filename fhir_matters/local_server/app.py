"""The HTTP face of the store: FHIR R4 REST in JSON as an ASGI application. Addresses and headers, and nothing deeper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.local_server import bundles, interactions, operations
from fhir_matters.local_server.interactions import Done
from fhir_matters.local_server.operations import Pages, Snapshot, Validate
from fhir_matters.local_server.refusals import RefusalError, outcome
from fhir_matters.local_server.store import Store, Version

ROOT = "/fhir"
FHIR_JSON = "application/fhir+json"
ACCEPTED = ("application/fhir+json", "application/json", "application/json+fhir", "text/json")
MOST_BYTES = 256 * 1024 * 1024
Asked = list[tuple[str, str]]


class Api:
    """The handlers, over one store. Each runs in a thread of its own; the store makes writers wait."""

    def __init__(self, store: Store, validate: Validate | None) -> None:
        self.store = store
        self.validate = validate
        self.pages = Pages(store)
        self.started = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def root(self, call: Call) -> Response:
        """POST: a transaction or batch. GET: a later page of a search."""
        if call.method == "GET":
            given = dict(call.asked)
            offset = given.get("_offset", "")
            if not given.get("_cursor") or not offset.isdecimal():
                raise RefusalError(400, "not-supported", "Searches are by type here: GET [base]/Patient?…")
            count = operations.counted(call.asked)
            return call.answered(200, self.pages.next(call.base, given["_cursor"], int(offset), count))
        bundle = call.resource()
        run = {"transaction": bundles.transaction, "batch": bundles.batch}.get(str(bundle.get("type")))
        if bundle.get("resourceType") != "Bundle" or run is None:
            raise RefusalError(400, "invalid", "Expected a Bundle of type transaction or batch.")
        return call.answered(200, run(self.store, bundle, lambda url: self._get(url, call)))

    def _get(self, url: str, call: Call) -> Done:
        """A GET inside a Bundle: a read or a search."""
        path, asked = url.partition("?")[0].strip("/").split("/"), parse_qsl(urlsplit(url).query)
        match path:
            case [kind]:
                snapshot = operations.found(self.store, kind, asked, strict=False)
                return Done(200, None, self.pages.first(snapshot, call.base, url, operations.counted(asked)))
            case [kind, identity]:
                found = interactions.read(self.store, kind, identity)
                return Done(200, found, found.resource)
            case [kind, identity, "_history", number]:
                found = interactions.vread(self.store, kind, identity, number)
                return Done(200, found, found.resource)
        raise RefusalError(404, "not-found", "There is nothing at that address.")

    def metadata(self, call: Call) -> Response:
        """What this server can do."""
        validates = self.validate is not None
        return call.answered(200, operations.capabilities(version("fhir-matters"), self.started, validates=validates))

    def of_type(self, call: Call) -> Response:
        """POST: create. GET: search. PUT: conditional update."""
        kind = interactions.known(call.path["kind"])
        if call.method == "GET":
            return self._found(call, kind, call.asked)
        if call.method == "POST":
            condition = call.header("if-none-exist")
            return call.done(interactions.create(self.store, kind, call.resource(), condition))
        if call.method == "PUT":
            match = call.header("if-match")
            return call.done(interactions.update_where(self.store, kind, call.query, call.resource(), match))
        raise RefusalError(405, "not-supported", "That cannot be done with a type.")

    def search(self, call: Call) -> Response:
        """POST [type]/_search."""
        form = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        return self._found(call, interactions.known(call.path["kind"]), [*call.asked, *form])

    def _found(self, call: Call, kind: str, asked: Asked) -> Response:
        strict = "handling=strict" in (call.header("prefer") or "")
        snapshot = operations.found(self.store, kind, asked, strict=strict)
        if operations.only_counted(asked):
            total = {"resourceType": "Bundle", "type": "searchset", "total": len(snapshot.seqs)}
            return call.answered(200, total)
        return self._paged(call, snapshot, asked)

    def _paged(self, call: Call, snapshot: Snapshot, asked: Asked) -> Response:
        return call.answered(200, self.pages.first(snapshot, call.base, call.url, operations.counted(asked)))

    def of_instance(self, call: Call) -> Response:
        """GET: read. PUT: update, or create with the client's id. DELETE."""
        kind, identity = call.path["kind"], call.path["id"]
        if call.method == "GET":
            found = interactions.read(self.store, kind, identity)
            return Response(status_code=304) if call.header("if-none-match") == found.etag else call.shown(found)
        if call.method == "PUT":
            match = call.header("if-match")
            return call.done(interactions.update(self.store, kind, identity, call.resource(), match))
        return call.done(interactions.delete(self.store, kind, identity))

    def vread(self, call: Call) -> Response:
        """One version."""
        return call.shown(interactions.vread(self.store, call.path["kind"], call.path["id"], call.path["number"]))

    def history(self, call: Call) -> Response:
        """The versions of one resource, of a type, or of everything, newest first."""
        kind = call.path.get("kind", "")
        snapshot = operations.history(self.store, interactions.known(kind) if kind else "", call.path.get("id", ""))
        return self._paged(call, snapshot, call.asked)

    def everything(self, call: Call) -> Response:
        """Patient/[id]/$everything."""
        return self._paged(call, operations.everything(self.store, call.path["id"]), call.asked)

    def judge(self, call: Call) -> Response:
        """[type]/$validate and [type]/[id]/$validate."""
        kind = interactions.known(call.path["kind"])
        body = call.resource() if call.body else self._stored(kind, call.path.get("id", ""))
        return call.answered(200, operations.validated(self.validate, kind, body, call.asked))

    def _stored(self, kind: str, identity: str) -> dict[str, Any]:
        return interactions.read(self.store, kind, identity).resource


class Call:
    """One request, read whole, and the ways to answer it."""

    def __init__(self, request: Request, body: bytes) -> None:
        self.method = request.method
        self.path = request.path_params
        self.query = request.url.query
        self.asked: Asked = parse_qsl(self.query, keep_blank_values=True)
        self.url = str(request.url)
        self.base = f"{request.url.scheme}://{request.url.netloc}{ROOT}"
        self.body = body
        self.header: Callable[[str], str | None] = request.headers.get

    def resource(self) -> dict[str, Any]:
        """The resource in the body. Raises RefusalError: 415 for another format, 400 for what is no resource."""
        kind = (self.header("content-type") or FHIR_JSON).partition(";")[0].strip().lower()
        if kind not in ACCEPTED:
            raise RefusalError(415, "not-supported", f"Expected {FHIR_JSON}.")
        try:
            value = jsonio.read(self.body)
        except InputError as error:
            raise RefusalError(400, "structure", str(error)) from None
        if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
            raise RefusalError(400, "structure", "Expected one FHIR resource with a resourceType.")
        return value

    def answered(self, status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        """A resource or bundle as FHIR JSON."""
        data = body if isinstance(body, bytes) else jsonio.write(body)
        return Response(data, status, {"Content-Type": f"{FHIR_JSON}; charset=utf-8", **(headers or {})})

    def shown(self, version: Version) -> Response:
        """The resource in one version."""
        return self.answered(200, version.body, _headers(version))

    def done(self, done: Done) -> Response:
        """What was written, as far as `Prefer` asks for it (R4 http.html#ops)."""
        version, prefer = done.version, self.header("prefer") or ""
        headers = _headers(version) if version else {}
        if version and done.status in (200, 201):
            headers["Location"] = f"{self.base}/{version.type}/{version.id}/_history/{version.number}"
        if done.status == 204 or "return=minimal" in prefer:  # noqa: PLR2004 (no content)
            return Response(status_code=done.status, headers=headers)
        if "return=OperationOutcome" in prefer:
            return self.answered(done.status, outcome("information", "informational", "Done."), headers)
        return self.answered(done.status, version.body if version else b"", headers)


def _headers(version: Version) -> dict[str, str]:
    changed = format_datetime(datetime.fromisoformat(version.updated), usegmt=True)
    return {"ETag": version.etag, "Last-Modified": changed}


def application(store: Store, validate: Validate | None = None) -> Starlette:
    """The ASGI application that serves this store under `/fhir`.

    `validate` answers `$validate`: a resource and profiles to an OperationOutcome.
    """
    api = Api(store, validate)
    table: tuple[tuple[str, list[str], Callable[[Call], Response]], ...] = (
        ("", ["GET", "POST"], api.root),
        ("/metadata", ["GET"], api.metadata),
        ("/_history", ["GET"], api.history),
        ("/Patient/{id}/$everything", ["GET", "POST"], api.everything),
        ("/{kind}/$validate", ["POST"], api.judge),
        ("/{kind}/{id}/$validate", ["GET", "POST"], api.judge),
        ("/{kind}/_search", ["POST"], api.search),
        ("/{kind}/_history", ["GET"], api.history),
        ("/{kind}", ["GET", "POST", "PUT"], api.of_type),
        ("/{kind}/{id}", ["GET", "PUT", "DELETE"], api.of_instance),
        ("/{kind}/{id}/_history", ["GET"], api.history),
        ("/{kind}/{id}/_history/{number}", ["GET"], api.vread),
    )
    routes = [Route(f"{ROOT}{path}", _endpoint(handle), methods=methods) for path, methods, handle in table]
    routes.append(Route(f"{ROOT}/", _endpoint(api.root), methods=["GET", "POST"]))
    return Starlette(routes=routes, exception_handlers={HTTPException: _not_here, Exception: _broken})


def _endpoint(handle: Callable[[Call], Response]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            return await run_in_threadpool(handle, Call(request, await _body(request)))
        except RefusalError as refusal:
            return _outcome(refusal.status, refusal.outcome)

    return endpoint


async def _body(request: Request) -> bytes:
    """The whole body, as long as it is not absurd."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise RefusalError(413, "too-long", f"Expected at most {MOST_BYTES:,} bytes.")
        parts.append(part)
    return b"".join(parts)


def _outcome(status: int, body: dict[str, Any]) -> Response:
    return Response(jsonio.write(body), status, {"Content-Type": f"{FHIR_JSON}; charset=utf-8"})


async def _not_here(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    code = "not-supported" if status == 405 else "not-found"  # noqa: PLR2004 (method not allowed)
    return _outcome(status, outcome("error", code, "There is nothing to do that at this address."))


async def _broken(_: Request, error: Exception) -> Response:
    return _outcome(500, outcome("fatal", "exception", f"The server failed ({type(error).__name__})."))
