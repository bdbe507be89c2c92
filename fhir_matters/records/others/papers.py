"""Pictures, recordings and papers that others carry inside a DocumentReference or a Media; an address is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_matters.records.codes import LOINC
from fhir_matters.records.fhir.elements import Element, child, children, present, text_of
from fhir_matters.records.forms import Recording
from fhir_matters.records.forms.values import said
from fhir_matters.records.others.here import Here, Read
from fhir_matters.records.others.words import codings, label

# LOINC: advance directives, a personal advance care plan, a living will, do not resuscitate, and the like.
_DIRECTIVES = ("42348-3", "81334-5", "86533-7", "84095-9", "64298-3", "92664-2")
_HEARD_OR_SEEN = ("image/", "audio/", "video/")
_WITHDRAWN = "entered-in-error"


def document(resource: Element, here: Here) -> Read | None:
    """A recording, of a document with one file in it: seen or heard, or a paper in which the person decides ahead."""
    contents = children(resource, "content")
    files = [child(each, "attachment") for each in contents]
    kinds = (resource.get("type"), *children(resource, "category"))
    ahead = any(system == LOINC and code in _DIRECTIVES for each in kinds for system, code, _ in codings(each))
    if len(files) != 1 or not (ahead or _is_seen_or_heard(files[0])):
        return None
    if resource.get("docStatus") == _WITHDRAWN:
        return None
    shows = said(resource.get("description")) or label(resource.get("type"))
    by = next(iter(here.each(children(resource, "author"))), None)
    return _recording(
        resource, here, files[0], {"shows": shows, "made_by": by, "when": resource.get("date")}, "current"
    )


def media(resource: Element, here: Here) -> Read | None:
    """A recording, of a Media that carries its file."""
    shows = label(resource.get("type")) if _is_seen_or_heard(resource.get("content")) else None
    found = {
        "shows": said(child(resource.get("content"), "title")) or shows,
        "made_by": here.key(resource.get("operator")),
        "when": resource.get("createdDateTime"),
    }
    return _recording(resource, here, resource.get("content"), found, "completed")


def _is_seen_or_heard(attachment: Any) -> bool:
    return (text_of(child(attachment, "contentType")) or "").startswith(_HEARD_OR_SEEN)


def _recording(resource: Element, here: Here, file: Any, found: Mapping[str, Any], stands: str) -> Read | None:
    status = resource.get("status")
    if not here.about_the_person(resource.get("subject")) or status not in (stands, _WITHDRAWN):
        return None
    data = text_of(child(file, "data"))
    if data is None:
        return None
    content = {"data": data, "sha1": child(file, "hash"), "content_type": child(file, "contentType")}
    content = present({**content, "caption": said(child(file, "title"))})
    form = {**found, "content": content, "withdrawn": status == _WITHDRAWN or None}
    return Read("recordings", Recording.model_validate(present(form)))
