"""A file in a resource: an Attachment, carried whole with its size and its hash, and back. Shows nothing."""

from __future__ import annotations

from typing import Any

from fhir_matters.records.fhir.elements import Element, child, present
from fhir_matters.records.forms.attachment import Attachment


def content(file: Attachment) -> Element:
    """The FHIR Attachment that carries the file."""
    found = {"contentType": file.content_type, "data": file.data, "size": file.size, "hash": file.sha1}
    return present({**found, "title": file.caption})


def content_of(found: Any) -> Element | None:
    """The fields of the file in a FHIR Attachment, for its form to prove; None where it carries none."""
    if child(found, "data") is None:
        return None
    names = {"data": "data", "sha1": "hash", "content_type": "contentType", "caption": "title"}
    return present({name: child(found, theirs) for name, theirs in names.items()})
