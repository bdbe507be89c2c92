"""Codes, codings and what they are bound to."""

from __future__ import annotations

from copy import deepcopy

from tests.conformance.mutators.structure import primitive
from tests.conformance.mutators.tree import Node, Tree

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
SYSTEMS = [
    "http://example.org/codes",
    "relative/system",
    "http://hl7.org/fhir/ValueSet/observation-status",
    "http://hl7.org/fhir/administrative-gender",
    "http://hl7.org/fhir/nonsense",
    "http://terminology.hl7.org/CodeSystem/nonsense",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "http://hl7.org/fhir/v3/ActCode",
    "urn:oid:2.16.840.1.113883.6.96",
    "urn:iso:std:iso:3166",
    "https://loinc.org",
    "https://snomed.info/sct",
    "http://snomed.info/sct/",
    "http://snomed.info",
    LOINC,
    SNOMED,
    UCUM,
]


def bound(strength: str, *types: str):
    return lambda node: node.type in types and node.about.get("binding", {}).get("strength") == strength


def coded(node: Node) -> bool:
    return node.type == "code" and primitive(node) and isinstance(node.value, str)


def code_outside(tree: Tree) -> bool:
    return tree.put(tree.node(bound("required", "code")), "nonsense", "unknown", "final", "active", "other")


def code_in_other_case(tree: Tree) -> bool:
    node = tree.node(coded)
    return node is not None and tree.put(node, node.value.upper(), node.value.capitalize(), node.value.lower())


def concept_outside(tree: Tree) -> bool:
    concept = {"coding": [{"system": tree.any(SYSTEMS), "code": tree.any(["nonsense", "1-8", "73211009", "active"])}]}
    return tree.put(tree.node(lambda node: node.type == "CodeableConcept"), concept)


def required_concept_outside(tree: Tree) -> bool:
    concept = {"coding": [{"system": tree.any(SYSTEMS), "code": "nonsense"}]}
    return tree.put(tree.node(bound("required", "CodeableConcept")), concept, {"text": "said"}, {"coding": [{}]})


def extensible_concept_outside(tree: Tree) -> bool:
    concept = {"coding": [{"system": tree.any(SYSTEMS), "code": "nonsense"}]}
    return tree.put(tree.node(bound("extensible", "CodeableConcept")), concept, {"text": "said"}, {"coding": [{}]})


def concept_of_text_alone(tree: Tree) -> bool:
    return tree.put(tree.of("CodeableConcept"), {"text": "said"})


def _coding(tree: Tree, *has: str) -> dict | None:
    node = tree.of("Coding", has=has)
    return node.value if node else None


def coding_without_system(tree: Tree) -> bool:
    coding = _coding(tree, "system")
    return coding is not None and bool(coding.pop("system"))


def coding_without_code(tree: Tree) -> bool:
    coding = _coding(tree, "code", "system")
    return coding is not None and bool(coding.pop("code"))


def coding_with_other_code(tree: Tree) -> bool:
    coding = _coding(tree, "code", "system")
    if coding is None:
        return False
    coding["code"] = tree.any(
        ["nonsense", "active", "1-8", "1-9", "73211009", "73211008", "a b", str(coding["code"]) + "x"]
    )
    return True


def coding_with_other_system(tree: Tree) -> bool:
    coding = _coding(tree, "system")
    if coding is None:
        return False
    coding["system"] = tree.any(SYSTEMS)
    return True


def coding_with_other_display(tree: Tree) -> bool:
    coding = _coding(tree, "code", "system")
    if coding is None:
        return False
    said = str(coding.get("display", "x"))
    coding["display"] = tree.any(
        ["nonsense", said.upper(), said + " ", f" {said}", said.replace(" ", "  "), said + "."]
    )
    return True


def coding_with_version(tree: Tree) -> bool:
    coding = _coding(tree, "system")
    if coding is None:
        return False
    coding["version"] = tree.any(["4.0.1", "9.9", "", "http://snomed.info/sct/900000000000207008", " "])
    return True


def coding_twice(tree: Tree) -> bool:
    node = tree.of("Coding")
    if node is None or node.holder is node.whole:
        return False
    node.holder.append(deepcopy(node.value))
    return True


def unit_of_measure(tree: Tree) -> bool:
    node = tree.node(lambda node: node.type in ("Quantity", "Age", "Duration") and isinstance(node.value, dict))
    if node is None:
        return False
    codes = ["mg", "nonsense", "mm[Hg]", "{pills}", "mg/", "%", "1", "10*3/uL", "kg m", "MG", "[degF", "cm\u00b2", ""]
    node.value.update(value=3, system=UCUM, code=tree.any(codes))
    return True


def quantity_without_system(tree: Tree) -> bool:
    node = tree.of("Quantity", "Age", "Duration", has=["code", "system"])
    return node is not None and bool(node.value.pop("system"))


def language(tree: Tree) -> bool:
    tags = ["en", "en-XX", "english", "de_DE", "x", "en-US", "", "zz", "EN", "nonsense", "de-CH-1996", "i-klingon"]
    tree.any(tree.resources())["language"] = tree.any(tags)
    return True


def mime_type(tree: Tree) -> bool:
    node = tree.of("Attachment")
    if node is None or not isinstance(node.value, dict):
        return False
    types = ["text", "text/plain; charset=utf-8", "nonsense/nonsense", "", "TEXT/PLAIN", "text/ plain", "a/b/c", "*/*"]
    node.value["contentType"] = tree.any(types)
    return True


def currency(tree: Tree) -> bool:
    node = tree.of("Money")
    if node is None or not isinstance(node.value, dict):
        return False
    node.value["currency"] = tree.any(["EUR", "euro", "usd", "XXX", "ZZZ", ""])
    return True


MUTATORS = {
    "code-outside": code_outside,
    "code-in-other-case": code_in_other_case,
    "concept-outside": concept_outside,
    "required-concept-outside": required_concept_outside,
    "extensible-concept-outside": extensible_concept_outside,
    "concept-of-text-alone": concept_of_text_alone,
    "coding-without-system": coding_without_system,
    "coding-without-code": coding_without_code,
    "coding-with-other-code": coding_with_other_code,
    "coding-with-other-system": coding_with_other_system,
    "coding-with-other-display": coding_with_other_display,
    "coding-with-version": coding_with_version,
    "coding-twice": coding_twice,
    "unit-of-measure": unit_of_measure,
    "quantity-without-system": quantity_without_system,
    "language": language,
    "mime-type": mime_type,
    "currency": currency,
}
