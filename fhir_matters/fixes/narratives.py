"""A narrative where there is none: what the resource says, in plain words, as R4 has it of generated text.

Only where nothing is there to read, and nobody has said that somebody wrote it (`additional`). A resource whose
meaning something may change that this cannot read (a modifier extension, implicit rules) is told by nobody's guess.
"""

from __future__ import annotations

import re
from typing import Any

from fhir_matters.edits import Keys, Respell, Write
from fhir_matters.fixes.fix import Fix, Given
from fhir_matters.fixes.telling import told

_LACKS = re.compile(r"at least 1 of \w+\.(text|div)\b")
_OURS = (None, "generated", "empty")
_BEFORE = ("resourceType", "id", "meta", "implicitRules", "language")
_NAMESPACE = r"<div xmlns=\"http://www.w3.org/1999/xhtml\""


def generated(given: Given) -> Fix | None:
    """What the resource says, where its narrative says nothing."""
    keys: Keys = next(given.resources, ())
    resource = given.at(keys)
    if not isinstance(resource, dict) or given.keys not in ((*keys, "text"), (*keys, "text", "div")):
        return None
    text = resource.get("text")
    if not isinstance(text, dict) or text.get("status") not in _OURS or (div := told(resource)) is None:
        return None
    edits = [Write((*keys, "text", "div"), div, after=("status",))]
    if text.get("status") != "generated":
        edits.append(Write((*keys, "text", "status"), "generated", after=("id",)))
    return given.fix(_MESSAGE, *edits)


def lacking(given: Given) -> Fix | None:
    """The same where a profile asks for a narrative, or a narrative for its div."""
    found = _LACKS.search(given.issue.message)
    if found is None:
        return None
    if found[1] == "div":
        return generated(given)
    resource = given.at(given.keys)
    if not isinstance(resource, dict) or "resourceType" not in resource or "text" in resource:
        return None
    div = told(resource)
    narrative: dict[str, Any] = {"status": "generated", "div": div}
    return given.fix(_MESSAGE, Write((*given.keys, "text"), narrative, after=_BEFORE)) if div else None


def namespace(given: Given) -> Fix | None:
    """The namespace of XHTML on a div that has none; every word in it stays."""
    div, status = given.at(given.keys), given.at((*given.keys[:-1], "status"))
    if not isinstance(div, str) or status == "additional" or not re.match(r"<div(?=[\s>])(?![^>]*\sxmlns)", div):
        return None
    return given.fix("The namespace of XHTML on the div.", Respell(given.keys, _named))


def _named(text: str) -> str:
    return text.replace("<div", _NAMESPACE, 1) if text.startswith('"<div') else text


_MESSAGE = "What the resource says, in plain words."
