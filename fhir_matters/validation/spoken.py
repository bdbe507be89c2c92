"""What a Coding says, against its own code system alone: the code exists, is in use, and is called so. No bindings."""

from __future__ import annotations

from typing import Any

from fhir_matters.issue import Severity
from fhir_matters.terminology import Answer, Presence, Terminology
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Visit

MOST_REMEMBERED = 256
# The HL7 validator's own, for a resource that says none.
LANGUAGE = "en-US"
# Systems that are grammars rather than lists: without a service for them, a code that does not fit is only warned of.
GRAMMARS = frozenset({"http://unitsofmeasure.org", "urn:ietf:bcp:47", "urn:ietf:bcp:13", "urn:iso:std:iso:4217"})
# Systems that no package has in fact. The HL7 validator leaves all that goes with their codes to a terminology server
# (`ValueSetUtilities.isServerSide`), and without one judges nothing of it.
FAR = frozenset(
    {
        "http://snomed.info/sct",
        "http://loinc.org",
        "http://www.nlm.nih.gov/research/umls/rxnorm",
        "http://www.ama-assn.org/go/cpt",
        "http://hl7.org/fhir/ndfrt",
        *(f"http://hl7.org/fhir/sid/{name}" for name in ("cvx", "ndc", "icd-10", "icd-10-cm", "icd-9-cm")),
    }
)


def together(terminology: Terminology) -> Visit:
    """The check of each coding of a CodeableConcept."""
    one = check(terminology)

    def visit(value: Any, context: Context, position: Position) -> None:
        if is_far(terminology, value, context):
            return
        for index, each in enumerate(codings(value)):
            if isinstance(each, dict):
                one(each, context, (position, "coding", index, None))

    return visit


def codings(value: Any) -> list[Any]:
    """The codings of a CodeableConcept; of a Coding or Quantity it alone."""
    listed = value.get("coding", [value]) if isinstance(value, dict) else ()
    return listed if isinstance(listed, list) else []


def is_far(terminology: Terminology, value: Any, context: Context) -> bool:
    """Whether nothing is judged of a value because one of its systems is far, the packages being all there is."""
    if not context.options.complete or terminology.elsewhere is not None:
        return False
    systems = (each.get("system") for each in codings(value) if isinstance(each, dict))
    return any(isinstance(each, str) and each in FAR for each in systems)


def check(terminology: Terminology) -> Visit:
    """The check of a code and its display; what was found good is remembered.

    Not where a server may be asked: what is still open looks good.
    """
    good: set[tuple[str | None, ...]] = set()
    most = MOST_REMEMBERED if terminology.elsewhere is None else 0

    def visit(value: Any, context: Context, position: Position) -> None:
        language = language_of(context)
        said = (*heard(value), language)
        if said in good:
            return
        before = len(context.findings)
        if not _of_another_version(terminology, value):
            _exists(terminology, value, context, position)
            _called(terminology, value, language, context, position)
        if len(context.findings) == before and len(good) < most:
            good.add(said)

    return visit


def _of_another_version(terminology: Terminology, coding: dict[str, Any]) -> bool:
    """Whether the Coding is of a version of its system that is not here, of which nobody can tell what it has."""
    system, _, version, _ = heard(coding)
    return bool(system and version) and terminology.presence(system or "", version or "") is Presence.OTHERWISE


def language_of(context: Context) -> str:
    """The language of the resource, or the HL7 validator's own."""
    return str(context.scope.outer.get("language", LANGUAGE))


def heard(coding: Any) -> tuple[str | None, ...]:
    """What a Coding says, as far as it is text."""
    said = map(coding.get, ("system", "code", "version", "display")) if isinstance(coding, dict) else ()
    return tuple(each if isinstance(each, str) else None for each in said)


def is_inactive(terminology: Terminology, system: str, code: str) -> bool:
    """Whether the code system is here and says that the code is no longer in use."""
    entry = terminology.entry(system, code)
    return entry is not None and entry.inactive


def is_misnamed(terminology: Terminology, coding: dict[str, Any], context: Context) -> bool:
    """Whether the Coding has words that its system does not have for the code, and that is an error."""
    system, code, display = coding.get("system"), coding.get("code"), coding.get("display")
    if not (isinstance(system, str) and isinstance(code, str) and isinstance(display, str)):
        return False
    wrong = bool(display.strip()) and terminology.calls_it(system, code, display, language_of(context)) is Answer.OUT
    return wrong and not context.options.any_display and not terminology.tolerates(system, code, display)


def _exists(terminology: Terminology, value: Any, context: Context, position: Position) -> None:
    """A code that its own code system, complete here or known to a server, does not have, or no longer uses."""
    system, code = value.get("system"), value.get("code")
    before = terminology.consulted
    if isinstance(system, str) and terminology.supplements(system):
        context.add(
            "FM311",
            (position, "system", None, None),
            "Expected the code system itself, found a supplement of it.",
            message_id="CODESYSTEM_CS_NO_SUPPLEMENT",
            found=system,
        )
    elif isinstance(system, str) and isinstance(code, str) and code:
        if terminology.system_knows(system, code) is Answer.OUT:
            context.add(
                "FM307",
                (position, "code", None, None),
                f"The code system {system} has no such code.",
                message_id="Unknown_Code_in_Version",
                found=code,
                server=terminology.since(before),
                severity=Severity.WARNING if system in GRAMMARS else None,
            )
        _in_use(terminology, system, code, context, position)


def _in_use(terminology: Terminology, system: str, code: str, context: Context, position: Position) -> None:
    entry = terminology.entry(system, code)
    if entry is not None and (entry.inactive or entry.deprecated):
        word, message_id = ("inactive", "INACTIVE") if entry.inactive else ("deprecated", "DEPRECATED")
        context.add(
            "FM324",
            position,
            f"The code system {system} says that this code is {word}.",
            message_id=f"{message_id}_CONCEPT_FOUND",
            found=code,
        )


def _called(terminology: Terminology, value: Any, language: str, context: Context, position: Position) -> None:
    """A display that its code system, complete here or known to a server, does not have for the code."""
    system, code, display = value.get("system"), value.get("code"), value.get("display")
    if not (isinstance(system, str) and isinstance(code, str) and isinstance(display, str)) or not display:
        return
    before = terminology.consulted
    if terminology.calls_it(system, code, display, language) is Answer.OUT:
        tolerated = context.options.any_display or terminology.tolerates(system, code, display)
        context.add(
            "FM310",
            (position, "display", None, None),
            f"Expected the words that {system} has for this code.",
            message_id="Display_Name_for__should_be_one_of__instead_of",
            found=display,
            severity=Severity.WARNING if tolerated else None,
            server=terminology.since(before),
        )
