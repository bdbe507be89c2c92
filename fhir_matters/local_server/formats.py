"""Bytes ⇄ resources on the wire: FHIR JSON and FHIR XML, which of them a client wants, and what is refused.

http://hl7.org/fhir/R4/http.html#mime-type. XML that says what JSON cannot keep is refused, never cut down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from fhir_matters import jsonio, xmlio, xmlwriting
from fhir_matters.errors import InputError
from fhir_matters.local_server.refusals import RefusalError

Format: TypeAlias = Literal["json", "xml"]
FHIR_JSON = "application/fhir+json"
MIME: Mapping[Format, str] = {"json": FHIR_JSON, "xml": "application/fhir+xml"}
JSON = frozenset({FHIR_JSON, "application/json", "application/json+fhir", "text/json"})
XML = frozenset({"application/fhir+xml", "application/xml", "application/xml+fhir", "text/xml"})
ANY = frozenset({"*/*", "application/*", "text/*", ""})
_QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def wanted(accept: str, asked: str | None, *, xml: bool) -> Format:
    """The format to answer in: by `_format` where that was asked, else by `Accept`, the better liked or first.

    Raises RefusalError (406) where the client wants none that is here.
    """
    # A `+` that nobody encoded in an address is read as a blank.
    several = [asked.replace(" ", "+")] if asked else accept.split(",")
    liked: list[tuple[float, Format]] = []
    for each in several:
        kind, *settings = (part.strip().lower() for part in each.split(";"))
        told = [float(found[1]) for setting in settings if (found := _QUALITY.fullmatch(setting))]
        if (found_format := _format(kind, xml=xml)) is not None and (not told or told[0] > 0):
            liked.append((told[0] if told else 1.0, found_format))
    if not liked:
        raise RefusalError(406, "not-supported", f"There is {_here(xml=xml)} here, and no other format.")
    return max(liked, key=lambda pair: pair[0])[1]


def read(body: bytes, content_type: str, shapes: xmlio.Shapes | None) -> dict[str, Any]:
    """The resource in the body. Raises RefusalError: 415 for another format, 400 for what is no resource."""
    kind = _format(content_type, xml=shapes is not None)
    if kind is None or content_type in ANY:
        raise RefusalError(415, "not-supported", f"Expected {_here(xml=shapes is not None)}.")
    value = jsonio.read(body) if kind == "json" or shapes is None else _from_xml(body, shapes)
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise RefusalError(400, "structure", "Expected one FHIR resource with a resourceType.")
    return value


def write(body: Any, kind: Format, shapes: xmlio.Shapes | None) -> bytes:
    """The bytes of a resource, or of the JSON of one. Raises RefusalError (406) for what XML cannot say."""
    data = body if isinstance(body, bytes) else jsonio.write(body)
    if kind == "json" or shapes is None or not data:
        return data
    try:
        return xmlwriting.write(jsonio.read(data), shapes)
    except InputError as error:
        raise RefusalError(406, "not-supported", str(error)) from None


def _from_xml(body: bytes, shapes: xmlio.Shapes) -> dict[str, Any]:
    document = xmlio.parse(body, shapes)
    lost = next((each for each in document.problems if not each.misplaced), None)
    if lost is not None or document.unread:
        line, column = document.place(lost.keys if lost else next(iter(document.unread)))
        message = lost.message if lost else "Expected content, found an element of which nothing could be read."
        raise RefusalError(400, "structure", f"{line}:{column}: {message}")
    return document.resource


def _format(kind: str, *, xml: bool) -> Format | None:
    if kind in JSON or kind in ANY or kind == "json":
        return "json"
    return "xml" if xml and (kind in XML or kind == "xml") else None


def _here(*, xml: bool) -> str:
    return " or ".join(MIME.values()) if xml else MIME["json"]
