"""ImplementationGuides: what they depend on is named as it can be found, and HL7's own say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position

OWN = "http://hl7.org/fhir/"
EXTENSIONS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-"
PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+")


def checks(guide: Any, context: Context, position: Position) -> None:
    """The dependencies of a guide, and the status and work group of one of HL7's."""
    for index, each in enumerate(dicts(guide.get("dependsOn"))):
        here = (position, "dependsOn", index, None)
        for expected, message_id in _dependency(each):
            _wrong(expected, f"DEPENDENCY_{message_id}", context, here)
    if str(guide.get("url", "")).startswith(OWN):
        said = [each.get("url") for each in dicts(guide.get("extension"))]
        for name, expected, message_id in (
            ("standards-status", "the standards status", "STANDARDS_STATUS"),
            ("wg", "the work group", "WG"),
        ):
            if EXTENSIONS + name not in said:
                _wrong(f"{expected} of a guide of HL7", f"HL7_{message_id}_REQUIRED", context, position)


def _dependency(stated: dict[str, Any]) -> Iterator[tuple[str, str]]:
    uri, package, version = stated.get("uri"), stated.get("packageId"), stated.get("version")
    if isinstance(uri, str):
        url, bar, named = uri.partition("|")
        if bar and not named:
            yield "no | at the end of the canonical", "CAN_VERSION_NONE"
        elif bar and version is None:
            yield "the version in `version`", "CAN_VERSION_ALONE"
        if "/ImplementationGuide/" not in url:
            yield "the canonical of an ImplementationGuide", "DIRECT"
    if isinstance(package, str) and not PACKAGE.fullmatch(package):
        yield "the name of a package", "INVALID_PACKAGEID"


def _wrong(expected: str, message_id: str, context: Context, position: Position) -> None:
    context.add("FM902", position, f"Expected {expected} here.", message_id=f"IG_{message_id}")
