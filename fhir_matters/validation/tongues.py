"""A resource in a language that nobody has registered: as the HL7 validator has it, none of its codes can be judged.

It looks for the words of each code in the language of the resource (R4 resource.html#Resource.language), and refuses
the code where the tag is no registered one. What only a terminology server knows is not looked for, and a server that
is asked judges for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fhir_matters.terminology import Terminology, subtags
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.visits import Elements, Visit

BOUND = frozenset({"required", "extensible", "preferred"})
# Systems of which the HL7 validator asks a server only.
SERVED = frozenset(
    {
        "http://fdasis.nlm.nih.gov",
        "http://hl7.org/fhir/sid/ndc",
        "http://loinc.org",
        "http://snomed.info/sct",
        "http://unitsofmeasure.org",
        "http://unstats.un.org/unsd/methods/m49/m49.htm",
        "http://varnomen.hgvs.org",
        "http://www.nlm.nih.gov/research/umls/rxnorm",
        "https://www.usps.com/",
    }
)
PLAIN = frozenset({"code", "string", "uri", "url", "canonical"})


def is_unknown(node: dict[str, Any], context: Context) -> bool:
    """True where the resource says a language that is not registered, or says none and what it is in does."""
    language = node.get("language")
    if not isinstance(language, str) or not language.strip():
        return context.mute
    return not all(map(subtags.are_registered, _tags(language)))


def _tags(language: str) -> Iterator[str]:
    """The tags in what may be a list of them with weights, as in HTTP's Accept-Language."""
    return (each.partition(";")[0].strip() for each in language.split(","))


def checks(terminology: Terminology, coded: Iterable[Visit], said: Elements, code: str) -> Iterator[Visit]:
    """What else is asked of a coded value, unless the language of its resource is one that nobody knows."""
    others = tuple(coded)
    bound = [each for each in said if each.binding is not None and each.binding.strength in BOUND]
    if terminology.elsewhere is None and (code in ("Coding", "CodeableConcept") or (code in PLAIN and bound)):
        yield _unless_mute(terminology, others, bound, code, inner=said[0].path == "CodeableConcept.coding")
    else:
        yield from others


def _unless_mute(
    terminology: Terminology, others: tuple[Visit, ...], bound: list[Element], code: str, *, inner: bool
) -> Visit:
    firm = {each.binding.value_set: each for each in bound if each.binding and each.binding.strength == "required"}

    def check(value: Any, context: Context, position: Position) -> None:
        if not context.mute:
            for each in others:
                each(value, context, position)
            return
        if inner or not _is_looked_up(terminology, value, code, bool(bound)):
            return
        context.add(
            "FM326",
            position,
            "The language of the resource is none that is registered, so that no words can be found for the code.",
            message_id="INVALID_DISPLAY_NAME",
        )
        alone = [None] if code == "Coding" and not bound else []
        for element in (*firm.values(), *alone):
            context.add(
                "FM301",
                position,
                f"Expected a code {f'for {element.path} ' if element else ''}in a language that is registered.",
                profile=element.profile if element else "",
                message_id=REFUSED.get(code, "Terminology_TX_NoValid_16"),
                found=value,
            )

    return check


REFUSED = {"Coding": "Terminology_TX_NoValid_4", "CodeableConcept": "Terminology_TX_NoValid_1_CC"}


def _is_looked_up(terminology: Terminology, value: Any, code: str, bound: bool) -> bool:
    if code in PLAIN:
        return isinstance(value, str) and bool(value.strip())
    if code == "CodeableConcept":
        codings = value.get("coding")
        listed = [each for each in codings if isinstance(each, dict)] if isinstance(codings, list) else []
        return bool(listed) and not any(_is_served(each) for each in listed)
    if "code" not in value or _is_served(value):
        return False
    system = value.get("system")
    return bound or (isinstance(system, str) and terminology.system(system).complete)


def _is_served(coding: dict[str, Any]) -> bool:
    return coding.get("system") in SERVED
