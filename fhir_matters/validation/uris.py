"""URIs of any kind: no blanks, OIDs and UUIDs as they are spelt, canonicals absolute. Not whether they lead anywhere.

"For OIDs use urn:oid:, for UUIDs urn:uuid: and all lowercase" (http://hl7.org/fhir/R4/datatypes.html#uri).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.primitives import BLANKS
from fhir_matters.validation.visits import Visit

KINDS = frozenset({"uri", "url", "canonical", "oid", "uuid"})
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# A root of few digits names no system, except those of 1.3.
OID = re.compile(r"(?=.{4,}\.|1\.3)[0-2](?:\.(?:0|[1-9][0-9]*))+")
SCHEME = re.compile(r"(?:urn|https?|[a-z][a-z0-9_\[\]]*):[^ ]+", re.DOTALL)
MOST_REMEMBERED, LONGEST_REMEMBERED = 8192, 128


def checks(code: str) -> tuple[Visit, ...]:
    """The check of a value of this type; none of other types."""
    return (_check(code),) if code in KINDS else ()


def is_absolute(value: str) -> bool:
    """True for a URI with a scheme and something after it."""
    return SCHEME.fullmatch(value) is not None


def _check(code: str) -> Visit:
    good: set[str] = set()

    def check(value: Any, context: Context, position: Position) -> None:
        if value in good or not value.strip(BLANKS):
            return
        sound = True
        for expected, message_id in _wrong(code, value):
            sound = False
            rule = "FM209" if message_id == ABSOLUTE else "FM202"
            context.add(rule, position, f"Expected {expected}.", message_id=message_id, found=value)
        if sound and len(good) < MOST_REMEMBERED and len(value) < LONGEST_REMEMBERED:
            good.add(value)

    return check


ABSOLUTE = "TYPE_SPECIFIC_CHECKS_CANONICAL_ABSOLUTE"


def _wrong(code: str, value: str) -> Iterator[tuple[str, str]]:
    """What was expected of a value that is not blank, and the message id of the HL7 validator."""
    if value.startswith(("oid:", "uuid:")):
        kind = value.partition(":")[0]
        yield f"urn:{kind}: before it", f"Type_Specific_Checks_DT_URI_{kind.upper()}"
    if any(map(str.isspace, value)):
        yield "no blanks", "Type_Specific_Checks_DT_URI_WS"
    if code in ("oid", "uuid") and not value.startswith(f"urn:{code}:"):
        yield f"urn:{code}: first", f"Type_Specific_Checks_DT_{code.upper()}_Start"
    if code == "canonical" and not value.startswith("#") and not is_absolute(value):
        yield "an absolute URL (or #id): a canonical means the same everywhere", ABSOLUTE
    plain = value.partition("|")[0] if code == "canonical" else value
    if value.startswith("urn:uuid:") and not UUID.fullmatch(plain.partition("#")[0][9:]):
        yield "urn:uuid: and a UUID", "Type_Specific_Checks_DT_UUID_Valid"
    if value.startswith("urn:oid:") and not OID.fullmatch(plain[8:]):
        yield "urn:oid: and an OID", "Type_Specific_Checks_DT_OID_Valid"
