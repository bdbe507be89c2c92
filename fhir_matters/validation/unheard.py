"""Codings under a required binding whose code system is not here: the packages being all there is, that is an error.

As the HL7 validator has it without a terminology server, of systems in HL7's own space.
"""

from __future__ import annotations

from typing import Any

from fhir_matters.terminology import Answer, Presence, Terminology
from fhir_matters.validation import spoken
from fhir_matters.validation.context import Context, Position

SPACES = ("http://hl7.org/fhir", "http://terminology.hl7.org")
WORDS = {Presence.ABSENT: "", Presence.NAMED: " and more than its name", Presence.OTHERWISE: " in this version"}


def judged(
    terminology: Terminology, value: Any, told: Answer | None, context: Context, position: Position
) -> Answer | None:
    """Reports systems that are not here; the answer about the binding, which is no more where a version is not here."""
    if terminology.elsewhere is not None:
        return told
    lone = not (isinstance(value, dict) and "coding" in value)
    found = set()
    for index, coding in enumerate(spoken.codings(value)):
        system = coding.get("system") if isinstance(coding, dict) else None
        if not isinstance(system, str) or not any(each in system for each in SPACES):
            continue
        version = coding.get("version")
        presence = terminology.presence(system, version if isinstance(version, str) else "")
        if presence is Presence.HERE or (presence is Presence.ABSENT and told is Answer.IN):
            continue
        found.add(presence)
        place: Position = position if lone else (position, "coding", index, None)
        context.add(
            "FM325",
            (place, "system", None, None),
            f"Expected a code system that is here{WORDS[presence]}.",
            message_id="UNKNOWN_CODESYSTEM_VERSION" if version else "UNKNOWN_CODESYSTEM",
            found=system,
        )
    if Presence.OTHERWISE in found:
        return Answer.UNKNOWN
    return Answer.OUT if Presence.NAMED in found else told
