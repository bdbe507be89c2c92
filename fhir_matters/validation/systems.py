"""What the system of a Coding or Quantity may be: an absolute URI of a code system, spelt as its owner spells it.

Not of the codings of a CodeableConcept, of which the HL7 validator asks nothing but their value set; where a profile
says in which value set it is, only what nobody could mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.validation import addresses
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Compiler, Elements, Visit

# Ages, durations and the like are bound to their units by their types.
TYPES = frozenset({"Coding", "Quantity"})
BINDING = frozenset({"required", "extensible", "preferred"})
# Systems so well known that an address which begins with theirs and goes on is a slip.
WELL_KNOWN = (
    "http://snomed.info/sct",
    "http://loinc.org",
    "http://unitsofmeasure.org",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
)
SCHEMES = ("http:", "https:", "urn:")
SPEC = tuple(f"{scheme}://{host}hl7.org/fhir" for scheme in ("http", "https") for host in ("", "www."))
BUILD = ("http://build.fhir.org", "https://build.fhir.org")


def checks(walk: Compiler, said: Elements, code: str) -> Iterator[Visit]:
    """The check of such a value, sound or not; none inside a CodeableConcept."""
    if code not in TYPES or said[0].path == "CodeableConcept.coding":
        return
    bound = {each.binding is not None and each.binding.strength in BINDING for each in said}

    def check(value: Any, context: Context, position: Position) -> None:
        system = value.get("system") if isinstance(value, dict) else None
        if not isinstance(system, str) or not system or "code" not in value:
            return
        meant = _meant(walk, system)
        wrong = meant or _spelt(walk, system)
        if False in bound and wrong is not None:
            _report("FM315", wrong, system, context, position)
        if True in bound and meant is not None and system.strip():
            _report("FM316", meant, system, context, (position, "system", None, None))

    yield check


def _report(rule: str, wrong: tuple[str, str], system: str, context: Context, position: Position) -> None:
    expected, message_id = wrong
    context.add(rule, position, f"Expected {expected} as system.", message_id=message_id, found=system)


def _meant(walk: Compiler, system: str) -> tuple[str, str] | None:
    """What was expected, and the HL7 validator's message id, where no code system could be meant."""
    if not system.startswith(SCHEMES):
        return "an absolute URI", "Terminology_TX_System_Relative"
    if walk.defined.holds(system, "ValueSet"):
        return "a code system, not a value set,", "Terminology_TX_System_ValueSet2"
    return None


def _spelt(walk: Compiler, system: str) -> tuple[str, str] | None:
    """The same where another spelling is the owner's, or the specification defines no such system."""
    plain = "http:" + system.removeprefix("https:")
    if walk.defined.holds(system, "CodeSystem"):
        return None
    if system.startswith(BUILD):
        return "an address of what was published", "TERMINOLOGY_TX_SYSTEM_WRONG_BUILD"
    if system.startswith(SPEC):
        return _specified(system)
    if system.startswith(WELL_KNOWN) and system not in WELL_KNOWN:
        return "the system's own URI", "Terminology_TX_System_Invalid"
    if system.startswith("https:") and (plain in WELL_KNOWN or walk.defined.holds(plain, "CodeSystem")):
        return "http: and not https:, as the system's owner spells it,", "TERMINOLOGY_TX_SYSTEM_HTTPS"
    return None


def _specified(system: str) -> tuple[str, str] | None:
    if system in addresses.KNOWN or system.startswith("http://hl7.org/fhir/test"):
        return None
    if system.endswith(".html"):
        return "the address of a code system, not of a page,", "TERMINOLOGY_TX_SYSTEM_WRONG_HTML"
    return "a code system of FHIR that is defined", "Terminology_TX_System_Unknown"
