"""The HTTP face of bulk export: kick-off, status, files and the end of it (Bulk Data Access 2.0.0, 2.4)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fhir_matters import jsonio
from fhir_matters.local_server.bulk import Exports, given
from fhir_matters.local_server.calls import Call
from fhir_matters.local_server.formats import FHIR_JSON
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.store import Store

NDJSON = "application/fhir+ndjson"
STATUS, FILES = "$export-status", "$export-file"
GZIP = 31  # zlib's number for a gzip header around the data
_GZIP_WANTED = re.compile(
    r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[0-9.]+\s*)?(?:,|$)", re.IGNORECASE
)


class Exporting:
    """The handlers, over the exports of one store. `secured` says whether files are given to known clients alone."""

    def __init__(self, store: Store, *, secured: bool = False) -> None:
        self._exports, self._secured = Exports(store), secured

    def routes(self) -> list[tuple[str, list[str], Callable[[Call], Response]]]:
        """The addresses below the base, their methods, and what answers them; files have `files` instead."""
        return [
            ("/$export", ["GET", "POST"], self.start),
            ("/Patient/$export", ["GET", "POST"], self.start),
            ("/Group/{group}/$export", ["GET", "POST"], self.start),
            (f"/{STATUS}/{{job}}", ["GET", "DELETE"], self.status),
        ]

    def start(self, call: Call) -> Response:
        """202 and where to ask whether it is ready. Raises RefusalError."""
        if not call.prefers("respond-async"):
            raise RefusalError(400, "invalid", "Expected Prefer: respond-async: an export is not answered at once.")
        asked = [*call.asked, *(given(call.resource()) if call.body else ())]
        path = call.url.partition("?")[0].replace("%24", "$").removeprefix(f"{call.base}/")
        level = path.removesuffix("$export").partition("/")[0]
        lenient = call.prefers("handling=lenient")
        job = self._exports.start(level, call.path.get("group", ""), asked, call.url, lenient=lenient)
        return Response(status_code=202, headers={"Content-Location": f"{call.base}/{STATUS}/{job.id}"})

    def status(self, call: Call) -> Response:
        """GET: the manifest. DELETE: the export is forgotten."""
        job = self._exports.job(call.path["job"])
        if call.method == "DELETE":
            self._exports.drop(job.id)
            return Response(status_code=202)
        manifest = job.manifest(f"{call.base}/{FILES}/{job.id}", secured=self._secured)
        return Response(jsonio.write(manifest), media_type="application/json")

    async def files(self, request: Request) -> Response:
        """One file, line by line and packed if the client takes that; it is in no other format, whatever is asked."""
        try:
            lines = await run_in_threadpool(self._exports.file, request.path_params["job"], request.path_params["name"])
        except RefusalError as refusal:
            return Response(jsonio.write(refusal.outcome), refusal.status, media_type=FHIR_JSON)
        if _GZIP_WANTED.search(request.headers.get("accept-encoding", "")):
            return StreamingResponse(_packed(lines), headers={"Content-Encoding": "gzip"}, media_type=NDJSON)
        return StreamingResponse(lines, media_type=NDJSON)


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(wbits=GZIP)
    yield from filter(None, map(packing.compress, pieces))
    yield packing.flush()
