"""What a browser sends of a form, as names and texts: urlencoded, or in parts where there are files (RFC 7578)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from fhir_matters.local_server.calls import FORM, Asked
from fhir_matters.local_server.refusals import RefusalError

MOST_BYTES = 64 * 1024 * 1024
MOST_FIELDS = 20_000
_BOUNDARY = re.compile(r'multipart/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_NAME = re.compile(r';\s*name="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(r';\s*filename="([^"]*)"', re.IGNORECASE)


def fields(body: bytes, content_type: str) -> Asked:
    """Every name with its text, in their order; a file is a `data:` address with its bytes.

    Raises RefusalError: 413 where there is too much of it, 415 for another format, 400 where it is broken.
    """
    if len(body) > MOST_BYTES:
        raise _too_much()
    if content_type.partition(";")[0].strip().lower() == FORM:
        try:
            return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise _too_much() from None
    found = _BOUNDARY.match(content_type)
    if found is None:
        raise RefusalError(415, "not-supported", "Expected what a form on a page of this server sends.")
    return list(_parts(body, (found[1] or found[2]).encode()))


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if first.strip() or not parts or not parts.pop().startswith(b"--"):
        raise RefusalError(400, "structure", "This form has not arrived whole.")
    if len(parts) > MOST_FIELDS:
        raise _too_much()
    for part in parts:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        about = next((line for line in head.decode("utf-8", "replace").split("\r\n") if _says_where(line)), "")
        name, file = _NAME.search(about), _FILE.search(about)
        if name is None:
            raise RefusalError(400, "structure", "A part of this form has no name.")
        if file is None:
            yield name[1], data.decode("utf-8", "replace")
        elif data:
            yield name[1], f"data:;base64,{base64.b64encode(data).decode()}"


def _says_where(line: str) -> bool:
    return line.lower().startswith("content-disposition:")


def _too_much() -> RefusalError:
    return RefusalError(
        413, "too-long", f"A form may have {MOST_FIELDS:,} answers and {MOST_BYTES // 2**20} MB at most."
    )
