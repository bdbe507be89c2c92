"""Rules that belong to one data type and that no profile says: a table from type names to small checks."""

from __future__ import annotations

import re
from typing import Any

from fhir_matters.validation import attachments, narrative, references, strings, systems, uris
from fhir_matters.validation.asked import Options
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Visit

VALUE = ("value", "_value")
# What has no content is not there.
NOTHING: tuple[Any, ...] = (None, "", {}, [], ())
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9_\[\]]*:")


def _value_or_extensions(value: Any, context: Context, position: Position) -> None:
    """ext-1: an extension has a value or extensions, not both and not neither."""
    valued = False
    for key, each in value.items():
        if key.startswith(VALUE) and (each or each not in NOTHING):
            valued = True
            break
    if valued == (value.get("extension", ()) not in NOTHING):
        context.add(
            "FM556",
            position,
            f"Expected a value or extensions, found {'both' if valued else 'neither'} (ext-1).",
            message_id="http://hl7.org/fhir/StructureDefinition/Extension#ext-1",
            code="invariant",
        )


def _system(value: Any, context: Context, position: Position) -> None:
    """The system of an Identifier is an absolute URI: a relative one means something else everywhere."""
    system = value.get("system")
    if isinstance(system, str) and system and not system.startswith((*systems.SCHEMES, "ldap:")):
        context.add(
            "FM308",
            (position, "system", None, None),
            "Expected an absolute URI as system.",
            message_id="Type_Specific_Checks_DT_Identifier_System",
            found=system,
        )


def _uri_as_identifier(value: Any, context: Context, position: Position) -> None:
    """Under `urn:ietf:rfc:3986` the value is itself a URI (http://hl7.org/fhir/R4/datatypes.html#identifier)."""
    text = value.get("value")
    if value.get("system") == "urn:ietf:rfc:3986" and isinstance(text, str) and not ABSOLUTE.match(text):
        context.add(
            "FM309",
            (position, "value", None, None),
            "Expected a whole URI as value, with its scheme (urn:oid:, urn:uuid:, https:), because the system says so.",
            message_id="TYPE_SPECIFIC_CHECKS_DT_IDENTIFIER_IETF_SYSTEM_VALUE",
            found=text,
        )


def checks(code: str, options: Options) -> tuple[Visit, ...]:
    """The checks of a value of this type that these options ask for."""
    unasked = (strings.text, strings.markdown) if not (options.security or options.plain_markdown) else ()
    return tuple(each for each in CHECKS.get(code, ()) if each not in unasked)


CHECKS: dict[str, tuple[Visit, ...]] = {
    "Attachment": (attachments.checks,),
    "Identifier": (_system, _uri_as_identifier),
    "Extension": (_value_or_extensions,),
    "Reference": (references.spelling,),
    "xhtml": (narrative.checks,),
    "markdown": (strings.markdown,),
    **dict.fromkeys(("string", "code", "id"), (strings.text,)),
    **{kind: (*uris.checks(kind), strings.text) for kind in uris.KINDS},
}
