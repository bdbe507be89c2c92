"""A FHIR server in a hundred lines that misbehaves on demand: the faults that no good server can be asked for.

`fault(request)` may answer in the server's place; `lose(request)` lets it act and then closes the line;
`keep(resource)` is what it stores of what it was sent; with `prevents` it heeds `If-None-Match: *`, as few do.
"""

from __future__ import annotations

import copy
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from fhir_matters import jsonio
from fhir_matters.server.references import identifiers
from fhir_matters.server.rewrite import rewrite
from tests.server.listening import Listening

PAGE = 7


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


@dataclass
class Response:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return b"" if self.body is None else self.body if isinstance(self.body, bytes) else jsonio.write(self.body)


def outcome(status: int, code: str, diagnostics: str = "") -> Response:
    issue = {"severity": "error", "code": code, "diagnostics": diagnostics}
    return Response(status, {"resourceType": "OperationOutcome", "issue": [issue]})


class Refusal(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Fake(Listening):
    """The server; `with Fake() as fake:` serves on `fake.base`. Requests are handled one at a time."""

    def __init__(self) -> None:
        self.stored: dict[str, list[dict[str, Any]]] = {}
        self.requests: list[Request] = []
        self.fault: Callable[[Request], Response | None] = lambda _: None
        self.lose: Callable[[Request], bool] = lambda _: False
        self.keep: Callable[[dict[str, Any]], dict[str, Any]] = lambda resource: resource
        self.prevents = False
        self.created = 0
        self.lock = threading.Lock()
        super().__init__(_handler(self))

    @property
    def now(self) -> dict[str, dict[str, Any]]:
        return {place: versions[-1] for place, versions in self.stored.items()}

    def writes(self) -> list[Request]:
        return [request for request in self.requests if request.method != "GET"]

    def handle(self, request: Request) -> Response:
        with self.lock:
            self.requests.append(request)
            if (response := self.fault(request)) is not None:
                return response
            before = copy.deepcopy(self.stored)
            try:
                return self.answer(request)
            except Refusal as refusal:
                self.stored = before
                return refusal.response

    def answer(self, request: Request) -> Response:  # noqa: C901, PLR0911 - one line for each interaction
        path = [unquote(part) for part in request.path.removeprefix("/fhir").strip("/").split("/") if part]
        match request.method, path:
            case "GET", ["metadata"]:
                return Response(body=self.capabilities())
            case "GET", ["Patient", identity, "$everything"]:
                return self.page(request, self.everything(identity))
            case "POST", [_, "$validate"]:
                return Response(body=outcome(200, "informational").body | {"issue": [{"severity": "information"}]})
            case "GET", [kind]:
                return self.page(request, self.search(kind, request.query))
            case "GET", [kind, identity]:
                return self.read(f"{kind}/{identity}")
            case "GET", [kind, identity, "_history", number]:
                return Response(body=self.stored[f"{kind}/{identity}"][int(number) - 1])
            case "PUT", [kind, identity]:
                return self.put(f"{kind}/{identity}", request.body, request.headers.get("if-match"))
            case "POST", []:
                return self.transaction(request.body)
            case "POST", [kind]:
                return self.post(kind, request.body)
            case "DELETE", [kind, identity]:
                self.stored.pop(f"{kind}/{identity}", None)
                return Response(204)
        return outcome(404, "not-found")

    def capabilities(self) -> dict[str, Any]:
        kinds = sorted({place.split("/")[0] for place in self.stored})
        resources = [{"type": kind, "interaction": [{"code": "search-type"}]} for kind in kinds]
        return {"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource": resources}]}

    def read(self, place: str) -> Response:
        return Response(body=self.now[place]) if place in self.stored else outcome(404, "not-found")

    def search(self, kind: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        found = [resource for place, resource in self.now.items() if place.startswith(f"{kind}/")]
        if "_id" in query:
            found = [resource for resource in found if resource["id"] in query["_id"][0].split(",")]
        if "identifier" in query:
            asked = re.split(r"(?<!\\),", query["identifier"][0])
            tokens = {re.sub(r"\\(.)", r"\1", each) for each in asked}
            found = [each for each in found if tokens & {"|".join(pair) for pair in identifiers(each)}]
        if "target" in query:
            asked = set(query["target"][0].split(","))
            found = [each for each in found if asked & {target["reference"] for target in each.get("target", ())}]
        for name in ("url", "version"):
            if name in query:
                found = [resource for resource in found if resource.get(name) == query[name][0]]
        return found

    def everything(self, identity: str) -> list[dict[str, Any]]:
        text = f'"Patient/{identity}"'.encode()
        return [r for place, r in self.now.items() if place == f"Patient/{identity}" or text in jsonio.write(r)]

    def page(self, request: Request, found: list[dict[str, Any]]) -> Response:
        start = int(request.query.get("start", ["0"])[0])
        bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
        if start + PAGE < len(found):
            kept = "&".join(f"{name}={values[0]}" for name, values in request.query.items() if name != "start")
            origin = self.base.removesuffix("/fhir")
            bundle["link"] = [{"relation": "next", "url": f"{origin}{request.path}?{kept}&start={start + PAGE}"}]
        bundle["entry"] = [{"resource": resource} for resource in found[start : start + PAGE]]
        return Response(body=bundle)

    def put(self, place: str, resource: dict[str, Any], if_match: str | None = None) -> Response:
        versions = self.stored.setdefault(place, [])
        if if_match and (not versions or if_match != f'W/"{len(versions)}"'):
            raise Refusal(outcome(412, "conflict"))
        self.created += not versions
        kept = self.keep(copy.deepcopy(resource))
        number = str(len(versions) + 1)
        meta = {**kept.get("meta", {}), "versionId": number, "lastUpdated": "2026-01-01T00:00:00Z"}
        versions.append({**kept, "meta": meta})
        headers = {"ETag": f'W/"{number}"', "Location": f"{self.base}/{place}/_history/{number}"}
        return Response(201 if number == "1" else 200, versions[-1], headers)

    def post(self, kind: str, resource: dict[str, Any]) -> Response:
        identity = str(1000 + self.created)
        return self.put(f"{kind}/{identity}", {**resource, "id": identity})

    def transaction(self, bundle: dict[str, Any]) -> Response:
        entries, before = [], set(self.stored)
        for entry in bundle["entry"]:
            resource = rewrite(entry["resource"], self.resolved)
            if self.prevents and "ifNoneMatch" in entry["request"] and entry["request"]["url"] in before:
                raise Refusal(outcome(412, "conflict"))
            answer = self.put(entry["request"]["url"], resource, entry["request"].get("ifMatch"))
            entries.append({"response": {"status": str(answer.status), "etag": answer.headers["ETag"]}})
        for entry in bundle["entry"]:
            self.check_references(entry["resource"])
        return Response(body={"resourceType": "Bundle", "type": "transaction-response", "entry": entries})

    def resolved(self, reference: str) -> str | None:
        kind, asked, query = reference.partition("?")
        if not asked:
            return None
        found = self.search(kind, parse_qs(query))
        if len(found) != 1:
            raise Refusal(outcome(412, "multiple-matches"))
        return f"{kind}/{found[0]['id']}"

    def check_references(self, resource: dict[str, Any]) -> None:
        def check(reference: str) -> None:
            if re.fullmatch(r"[A-Z][a-zA-Z]+/[A-Za-z0-9.-]+", reference) and reference not in self.stored:
                raise Refusal(outcome(400, "processing", "HAPI-1094: Resource Patient/secret not found"))

        rewrite(resource, check)


def _read(headers: dict[str, str], body: bytes) -> Any:
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}
    return jsonio.read(body) if body else None


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, parts.path, parse_qs(parts.query), headers, _read(headers, body))
            response = fake.handle(request)
            if fake.lose(request):
                self.close_connection = True
                return
            self.send_response(response.status)
            sent = {"Content-Type": "application/fhir+json", "Content-Length": str(len(response.data))}
            for name, value in (sent | response.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.data)
            self.close_connection = "Content-Length" in response.headers

        do_GET = do_PUT = do_POST = do_DELETE = serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    return Handler
