"""The sections of a narrative by language, where a profile says which there have to be, or that there are none.

http://hl7.org/fhir/StructureDefinition/narrative-language-control: `_no`, `_yes`, `_resource`, or a language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.issue import Severity
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.visits import Elements, Visit

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def checks(said: Elements) -> Iterator[Visit]:
    """One check for each profile that has a say."""
    for element in said:
        for wanted in element.languages:
            yield _check(element, wanted)


def _check(element: Element, wanted: str) -> Visit:
    def check(value: Any, context: Context, position: Position) -> None:
        found = _sections(value.get("div"))
        problem = None if found is None else _problem(wanted, found, context.scope.resource.get("language"))
        if problem is not None:
            message, message_id, severity = problem
            context.add(
                "FM221",
                position,
                f"{message} ({element.path}).",
                profile=element.profile,
                message_id=message_id,
                severity=severity,
            )

    return check


def _problem(wanted: str, found: list[str], language: Any) -> tuple[str, str, Severity] | None:
    if wanted == "_no":
        return ("Expected no sections by language", "XHTML_CONTROL_NO_LANGS", Severity.ERROR) if found else None
    if wanted == "_yes":
        return None if found else ("Expected sections by language", "XHTML_CONTROL_LANGS_REQUIRED", Severity.ERROR)
    own = wanted == "_resource"
    one = language if own else wanted
    if not found:
        return (
            "Expected a section in a language, found no sections",
            "XHTML_CONTROL_LANGS_NONE" + ("" if own else "2"),
            Severity.WARNING,
        )
    if one is None:
        return "Expected the language of the resource", "XHTML_CONTROL_LANGS_NO_DEFAULT", Severity.WARNING
    if one in found:
        return None
    which = "the language of the resource" if own else wanted
    message_id = "XHTML_CONTROL_LANGS_REQUIRED_" + ("DEF" if own else "LANG")
    return f"Expected a section in {which}", message_id, Severity.ERROR


def _sections(div: Any) -> list[str] | None:
    """The languages of the sections directly in the narrative; None where it is no XHTML."""
    from lxml import etree  # noqa: PLC0415 - only where there is a narrative

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(str(div).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    told = (each.get(XML_LANG) or each.get("lang") for each in root if isinstance(each.tag, str))
    return [language for language in told if language]
