"""One HTTP request, read whole, and the ways to answer it in FHIR JSON. What is asked for is not known here."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from fhir_matters import jsonio
from fhir_matters.local_server.interactions import Done
from fhir_matters.local_server.refusals import RefusalError, outcome
from fhir_matters.local_server.store import Version

ROOT = "/fhir"
FHIR_JSON = "application/fhir+json"
JSON = frozenset({FHIR_JSON, "application/json", "application/json+fhir", "text/json"})
ACCEPTED = JSON | {"json", "*/*", "application/*", "text/*", ""}
FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 256 * 1024 * 1024
Asked = list[tuple[str, str]]


class Call:
    """One request, read whole, and the ways to answer it."""

    def __init__(self, request: Request, body: bytes) -> None:
        # The answer to HEAD is that to GET; its body is left out further down.
        self.method = "GET" if request.method == "HEAD" else request.method
        self.path = request.path_params
        self.query = request.url.query
        self.asked: Asked = parse_qsl(self.query, keep_blank_values=True)
        self.url = str(request.url)
        self.base = f"{request.url.scheme}://{request.url.netloc}{ROOT}"
        self.body = body
        self.header: Callable[[str], str | None] = request.headers.get

    def resource(self) -> dict[str, Any]:
        """The resource in the body. Raises RefusalError: 415 for another format, 400 for what is no resource."""
        if self._content_type not in JSON or self.header("content-encoding") not in (None, "identity"):
            raise RefusalError(415, "not-supported", f"Expected {FHIR_JSON}, not compressed.")
        value = jsonio.read(self.body)
        if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
            raise RefusalError(400, "structure", "Expected one FHIR resource with a resourceType.")
        return value

    def form(self) -> Asked:
        """The fields of a search in the body. Raises RefusalError (415) for another format."""
        if self.body and self._content_type != FORM:
            raise RefusalError(415, "not-supported", f"Expected {FORM}.")
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def _content_type(self) -> str:
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def prefers(self, what: str) -> bool:
        """True where `Prefer` says that, `return=minimal` for example."""
        return what in re.split(r"[,;\s]+", self.header("prefer") or "")

    def negotiated(self) -> None:
        """Nothing. Raises RefusalError (406) where the client wants no JSON (R4 http.html#mime-type)."""
        wanted = dict(self.asked).get("_format") or self.header("accept") or ""
        for each in wanted.replace(" ", "+" if "_format" in dict(self.asked) else " ").lower().split(","):
            kind, *settings = (part.strip() for part in each.split(";"))
            if kind in ACCEPTED and not any(re.fullmatch(r"q=0(\.0*)?", setting) for setting in settings):
                return
        raise RefusalError(406, "not-supported", f"There is {FHIR_JSON} here, and no other format.")

    def answered(self, status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        """A resource or bundle as FHIR JSON."""
        data = body if isinstance(body, bytes) else jsonio.write(body)
        return Response(data, status, {"Content-Type": f"{FHIR_JSON}; charset=utf-8", **(headers or {})})

    def shown(self, version: Version) -> Response:
        """The resource in one version."""
        return self.answered(200, version.body, heading(version))

    def done(self, done: Done) -> Response:
        """What was written, as far as `Prefer` asks for it (R4 http.html#ops)."""
        version = done.version
        headers = heading(version) if version else {}
        if version and done.status in (200, 201):
            headers["Location"] = f"{self.base}/{version.type}/{version.id}/_history/{version.number}"
        if done.status == 204 or self.prefers("return=minimal"):  # noqa: PLR2004 (no content)
            return Response(status_code=done.status, headers=headers)
        if self.prefers("return=OperationOutcome"):
            return self.answered(done.status, outcome("information", "informational", "Done."), headers)
        return self.answered(done.status, version.body if version else b"", headers)


async def body_of(request: Request) -> bytes:
    """The whole body. Raises RefusalError (413) for an absurd one, before reading where its length is told."""
    told = request.headers.get("content-length", "")
    # uvicorn has refused a length that is no number, or an absurdly long one.
    if told.isdecimal() and int(told) > MOST_BYTES:
        raise _too_much()
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise _too_much()
        parts.append(part)
    return b"".join(parts)


def _too_much() -> RefusalError:
    return RefusalError(413, "too-long", f"Expected at most {MOST_BYTES:,} bytes.")


def heading(version: Version) -> dict[str, str]:
    """The headers that say which version this is."""
    changed = format_datetime(datetime.fromisoformat(version.updated), usegmt=True)
    return {"ETag": version.etag, "Last-Modified": changed}
