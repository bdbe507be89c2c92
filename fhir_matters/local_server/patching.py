"""Which kind of patch was sent, by its format, and the change that it means (http://hl7.org/fhir/R4/http.html#patch)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import partial
from typing import Any

from fhir_matters import jsonio
from fhir_matters.local_server import formats, json_patch
from fhir_matters.local_server.interactions import Change
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.skills import Skills

JSON_PATCH = "application/json-patch+json"


def patch_formats(skills: Skills) -> list[str]:
    """The formats in which this server takes patches."""
    return [JSON_PATCH, *(formats.MIME.values() if skills.patcher else ())]


def change(body: bytes, content_type: str, skills: Skills) -> Change:
    """The change that a patch in this format means.

    Raises RefusalError: 415 for another format, 400 for what is no patch.
    """
    if content_type == JSON_PATCH:
        return partial(_changed, jsonio.read(body))
    if skills.patcher is None or content_type not in formats.JSON | formats.XML:
        raise RefusalError(415, "not-supported", f"Expected a patch as {' or '.join(patch_formats(skills))}.")
    return by_parameters(formats.read(body, content_type, skills.shapes), skills)


def of_entry(resource: Any, skills: Skills) -> Change:
    """The change that the resource of a PATCH in a Bundle means: Parameters, or a Binary with a JSON Patch."""
    if not isinstance(resource, Mapping) or resource.get("resourceType") != "Binary":
        return by_parameters(resource, skills)
    try:
        body = base64.b64decode(str(resource.get("data", "")), validate=True)
    except (binascii.Error, ValueError):
        raise RefusalError(400, "structure", "Expected Binary.data in base64.") from None
    return change(body, str(resource.get("contentType", "")).partition(";")[0].strip().lower(), skills)


def by_parameters(resource: Any, skills: Skills) -> Change:
    """The change that a Parameters resource means as a FHIRPath Patch."""
    if not isinstance(resource, Mapping) or resource.get("resourceType") != "Parameters":
        raise RefusalError(400, "invalid", "Expected a patch: a Parameters resource, or in a Bundle a Binary.")
    if skills.patcher is None:
        raise RefusalError(415, "not-supported", "This server was started without FHIRPath Patch.")
    patcher = skills.patcher
    return lambda before: patcher.patched(before, resource)


def _changed(operations: Any, before: dict[str, Any]) -> Any:
    return json_patch.patched(before, operations)
