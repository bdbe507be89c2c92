"""One HTTP request, read whole, and the ways to answer it as FHIR. What is asked for is not known here."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from fhir_matters.local_server import formats
from fhir_matters.local_server.interactions import Change, Done
from fhir_matters.local_server.patching import change
from fhir_matters.local_server.refusals import RefusalError, outcome
from fhir_matters.local_server.skills import Skills
from fhir_matters.local_server.store import Version

ROOT = "/fhir"
FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 256 * 1024 * 1024
Asked = list[tuple[str, str]]


class Call:
    """One request, read whole, and the ways to answer it."""

    def __init__(self, request: Request, body: bytes, skills: Skills) -> None:
        # The answer to HEAD is that to GET; its body is left out further down.
        self.method = "GET" if request.method == "HEAD" else request.method
        self.path = request.path_params
        self.query = request.url.query
        self.asked: Asked = parse_qsl(self.query, keep_blank_values=True)
        self.url = str(request.url)
        self.base = f"{request.url.scheme}://{request.url.netloc}{ROOT}"
        self.body = body
        self.header: Callable[[str], str | None] = request.headers.get
        self.skills = skills
        self._format: formats.Format = "json"

    def resource(self) -> dict[str, Any]:
        """The resource in the body. Raises RefusalError: 415 for another format, 400 for what is no resource."""
        return formats.read(self.body, self.content_type, self.skills.shapes)

    def change(self) -> Change:
        """The change that the patch in the body means. Raises RefusalError as `resource` does."""
        return change(self.body, self.content_type, self.skills)

    def form(self) -> Asked:
        """The fields of a search in the body. Raises RefusalError (415) for another format."""
        if self.body and self.content_type != FORM:
            raise RefusalError(415, "not-supported", f"Expected {FORM}.")
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def content_type(self) -> str:
        """The type of the body, without parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def prefers(self, what: str) -> bool:
        """True where `Prefer` says that, `return=minimal` for example."""
        return what in re.split(r"[,;\s]+", self.header("prefer") or "")

    def negotiated(self) -> None:
        """From here on answers are in the format that the client wants. Raises RefusalError (406) for any other."""
        asked = dict(self.asked).get("_format")
        self._format = formats.wanted(self.header("accept") or "", asked, xml=self.skills.shapes is not None)

    def answered(self, status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        """A resource or bundle, as the client wants it."""
        data = formats.write(body, self._format, self.skills.shapes)
        return Response(
            data, status, {"Content-Type": f"{formats.MIME[self._format]}; charset=utf-8", **(headers or {})}
        )

    def refused(self, refusal: RefusalError) -> Response:
        """The OperationOutcome of a refusal."""
        return self.answered(refusal.status, refusal.outcome, refusal.headers)

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
    return _unpacked(b"".join(parts), request.headers.get("content-encoding", "identity").strip().lower())


def _unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its compression. Raises RefusalError: 415 for another than gzip, 400 where it is broken."""
    if encoding not in ("gzip", "x-gzip", "identity"):
        raise RefusalError(415, "not-supported", "Expected a body as it is, or in gzip.")
    if encoding == "identity" or not body:
        return body
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpack.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise RefusalError(400, "structure", "Expected gzip, found something else.") from None
    if len(data) > MOST_BYTES:
        raise _too_much()
    if not unpack.eof:
        raise RefusalError(400, "structure", "Expected gzip, found the beginning of it.")
    return data


def _too_much() -> RefusalError:
    return RefusalError(413, "too-long", f"Expected at most {MOST_BYTES:,} bytes.")


def heading(version: Version) -> dict[str, str]:
    """The headers that say which version this is."""
    changed = format_datetime(datetime.fromisoformat(version.updated), usegmt=True)
    return {"ETag": version.etag, "Last-Modified": changed}
