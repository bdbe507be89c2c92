"""URIs that have to lead somewhere: `#id` into the resource, and in HL7's own space to what is defined there.

Only where the options say that the loaded packages are complete. The HL7 validator has it so
where it may look things up; what it lets pass by name beside the definitions stands here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fhir_matters.definitions.registry import Registry
from fhir_matters.validation import invariants, narrative
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.policy import is_example
from fhir_matters.validation.visits import Compiler, Elements, Visit

SPACE = ("http://hl7.org/fhir", "http://terminology.hl7.org/", "http://fhir.org/guides")
URIS = frozenset({"uri", "url", "canonical"})
NO_REFERENCE = frozenset({"Bundle.entry.fullUrl"})
# Extensions whose value is judged elsewhere, or not at all.
ELSEWHERE = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/textLink",
        "http://hl7.org/fhir/StructureDefinition/narrativeLink",
        "http://hl7.org/fhir/uv/cql/StructureDefinition/cql-namespaceUri",
    }
)
# http://hl7.org/fhir/R4/terminologies-systems.html and its like: systems without a definition to be loaded.
_SYSTEMS = """
ndc icpc-2 icpc-1 icpc-1-nl icd-9 icd-10 cvx srt icd-10-vn icd-10-cm icd-10-am icd-9-cm icf-nl ca-hc-npn ca-hc-din dsm5
ex-icd-10-procedures us-ssn us-npi eui-48/bluetooth eui-48/ethernet
"""
# Spaces that mappings and definitions speak of.
_SPACES = """
auditevent composition consent documentreference fivews interface logical object-implementation provenance rr w5
workflow ConsentPolicy/opt-out ConsentPolicy/opt-in
"""
KNOWN = frozenset(
    {f"http://hl7.org/fhir/sid/{each}" for each in _SYSTEMS.split()}
    | {f"http://hl7.org/fhir/{each}" for each in _SPACES.split()}
)
# Types of System; passports by country; definitions of other versions, and of kinds that nothing here holds.
ALLOWED = re.compile(
    r"http://hl7\.org/fhirpath/System\.[A-Z][a-zA-Z]+|http://hl7\.org/fhir/sid/passport-[A-Za-z]{3}"
    r"|http://hl7\.org/fhir/\d\.\d.*"
    r"|http://hl7\.org/fhir/(?:SearchParameter|OperationDefinition|CompartmentDefinition|ConceptMap|NamingSystem"
    r"|CapabilityStatement|StructureMap)/.*"
)
MOST_REMEMBERED = 10_000
PUBLISHER = "fhir-matters"  # of what our own package has of code systems of others


class Defined:
    """Whether an address is of something that is defined; each is looked up once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._found: dict[str, bool] = {}
        self._held: dict[tuple[str, str], bool] = {}

    def holds(self, url: str, kind: str) -> bool:
        """True where a definition of this kind has the canonical URL."""
        if (url, kind) not in self._held:
            if len(self._held) >= MOST_REMEMBERED:
                self._held.clear()
            self._held[url, kind] = self._registry.find(url, kind) is not None
        return self._held[url, kind]

    def knows(self, url: str) -> bool:
        """True where a definition has this canonical URL (and version, if it names one), or it is let pass by name."""
        plain = url.partition("#")[0]
        if plain not in self._found:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            named = plain in KNOWN or ALLOWED.fullmatch(plain) is not None
            self._found[plain] = named or (self._registry.defines(plain) and not self._is_our_part(plain))
        return self._found[plain]

    def _is_our_part(self, url: str) -> bool:
        """True for what our own package has of a code system of others: a few codes, and not the system."""
        found = self._registry.find(url, "CodeSystem") or {}
        return found.get("content") == "fragment" and found.get("publisher") == PUBLISHER


def checks(walk: Compiler, said: Elements, code: str) -> Iterator[Visit]:
    """The check of a value of type uri, url or canonical, where it is a reference and no definition of one."""
    path = said[0].path
    if code not in URIS or path in NO_REFERENCE or _defines(walk, path):
        return
    canonical = code == "canonical"
    hard = canonical or path.endswith((".compose.include.system", ".compose.exclude.system"))

    def check(value: Any, context: Context, position: Position) -> None:
        if not context.options.complete or not isinstance(value, str):
            return
        if value.startswith("#"):
            if hard and not narrative.leads(value[1:], context.scope):
                _internal(value, context, position)
        elif not (canonical or not value.startswith(SPACE) or is_example(value) or walk.defined.knows(value)):
            if path == "Extension.value[x]" and _elsewhere(context, position):
                return
            context.add(
                "FM217",
                position,
                "Nothing that is loaded defines this address in HL7's own space: correct it, or load the package.",
                message_id="Type_Specific_Checks_DT_URL_Resolve",
                found=value,
            )

    yield check


def _defines(walk: Compiler, path: str) -> bool:
    """Whether this is the url of a definition."""
    kind, _, name = path.partition(".")
    plan = walk.plans.type(kind) if name == "url" else None
    return plan is not None and plan.kind == "resource"


def _elsewhere(context: Context, position: Position) -> bool:
    extension = invariants.owner(context, position)
    return extension is not None and extension.elements.get("url") in ELSEWHERE


def _internal(value: str, context: Context, position: Position) -> None:
    context.add(
        "FM218",
        position,
        "Expected #id of something in this resource, found none of that id.",
        message_id="TYPE_SPECIFIC_CHECKS_DT_URL_INTERNAL",
        found=value,
    )
