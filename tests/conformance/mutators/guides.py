"""What profiles ask for beyond the types: slices and what tells them apart, codes of other sets, claims, targets."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.conformance.mutators.structure import primitive
from tests.conformance.mutators.tree import Node, Tree

US = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
UK = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
THO = "http://terminology.hl7.org/CodeSystem/"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
# Profiles of guides by the type that they are for; a type that is not here has its UK Core name alone.
CLAIMS: dict[str, list[str]] = {
    "Patient": [US + "patient", IPS + "Patient-uv-ips"],
    "Condition": [
        US + "condition-problems-health-concerns",
        US + "condition-encounter-diagnosis",
        IPS + "Condition-uv-ips",
    ],
    "Observation": [
        US + "observation-lab",
        US + "vital-signs",
        US + "smokingstatus",
        US + "blood-pressure",
        US + "pulse-oximetry",
        US + "observation-screening-assessment",
        US + "simple-observation",
        IPS + "Observation-results-uv-ips",
        IPS + "Observation-results-laboratory-uv-ips",
        IPS + "Observation-tobaccouse-uv-ips",
        IPS + "Observation-pregnancy-status-uv-ips",
    ],
    "AllergyIntolerance": [US + "allergyintolerance", IPS + "AllergyIntolerance-uv-ips"],
    "Immunization": [US + "immunization", IPS + "Immunization-uv-ips"],
    "Procedure": [US + "procedure", IPS + "Procedure-uv-ips"],
    "MedicationRequest": [US + "medicationrequest", IPS + "MedicationRequest-uv-ips"],
    "MedicationStatement": [IPS + "MedicationStatement-uv-ips"],
    "Medication": [US + "medication", IPS + "Medication-uv-ips"],
    "DiagnosticReport": [US + "diagnosticreport-lab", US + "diagnosticreport-note", IPS + "DiagnosticReport-uv-ips"],
    "Organization": [US + "organization", IPS + "Organization-uv-ips"],
    "Practitioner": [US + "practitioner", IPS + "Practitioner-uv-ips"],
    "PractitionerRole": [US + "practitionerrole", IPS + "PractitionerRole-uv-ips"],
    "Composition": [IPS + "Composition-uv-ips"],
    "Bundle": [IPS + "Bundle-uv-ips"],
    "Device": [US + "implantable-device", IPS + "Device-uv-ips", IPS + "Device-observer-uv-ips"],
    "DeviceUseStatement": [IPS + "DeviceUseStatement-uv-ips"],
    "Specimen": [US + "specimen", IPS + "Specimen-uv-ips"],
    "ImagingStudy": [IPS + "ImagingStudy-uv-ips"],
    "DocumentReference": [US + "documentreference"],
    "Encounter": [US + "encounter"],
    "Location": [US + "location"],
    "Goal": [US + "goal"],
    "CarePlan": [US + "careplan"],
    "CareTeam": [US + "careteam"],
    "Coverage": [US + "coverage"],
    "Provenance": [US + "provenance"],
    "RelatedPerson": [US + "relatedperson"],
    "ServiceRequest": [US + "servicerequest"],
}
VERSIONS = ["6.1.0", "8.0.0", "1.1.0", "1.2.0", "2.0.0", "9.9", "", "x"]
# Codes that are real, each of a set in which most elements have no business.
REAL = [
    {"system": THO + "condition-clinical", "code": "active"},
    {"system": THO + "condition-category", "code": "encounter-diagnosis"},
    {"system": THO + "condition-category", "code": "problem-list-item"},
    {"system": THO + "condition-ver-status", "code": "entered-in-error"},
    {"system": THO + "allergyintolerance-clinical", "code": "resolved"},
    {"system": THO + "observation-category", "code": "vital-signs"},
    {"system": THO + "observation-category", "code": "social-history"},
    {"system": THO + "observation-category", "code": "laboratory"},
    {"system": THO + "v3-NullFlavor", "code": "UNK"},
    {"system": THO + "v3-ActCode", "code": "AMB"},
    {"system": THO + "v2-0203", "code": "MR"},
    {"system": THO + "v3-RoleCode", "code": "FTH"},
    {"system": THO + "data-absent-reason", "code": "unknown"},
    {"system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "code": "sdoh"},
    {"system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "code": "clinical-note"},
    {"system": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "code": "no-known-allergies"},
    {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2106-3"},
    {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"},
    {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "582620"},
    {"system": SNOMED, "code": "73211009"},
    {"system": LOINC, "code": "85354-9"},
    {"system": LOINC, "code": "8867-4"},
    {"system": LOINC, "code": "29463-7"},
    {"system": LOINC, "code": "60591-5"},
    {"system": LOINC, "code": "48765-2"},
]
IDENTIFIERS = [
    {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1245319599"},
    {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1245319598"},
    {"system": "http://hl7.org/fhir/sid/us-npi", "value": "123"},
    {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9876543210"},
    {"system": "https://fhir.nhs.uk/Id/nhs-number"},
    {"system": "urn:oid:2.16.840.1.113883.4.7", "value": "12D4567890"},
    {"value": "1"},
    {"system": "http://example.org/ids"},
]


def _item(node: Node) -> bool:
    return node.holder is not node.whole and node.kind == "complex" and isinstance(node.value, dict)


def _of_several(node: Node) -> bool:
    return node.holder is not node.whole and len(node.holder) > 1


def item_dropped(tree: Tree) -> bool:
    node = tree.node(_of_several)
    if node is None:
        return False
    node.remove()
    return True


def item_varied(tree: Tree) -> bool:
    """A second item like the first, but for one value."""
    node = tree.node(_item)
    if node is None:
        return False
    copy = deepcopy(node.value)
    node.holder.append(copy)
    return _varied(tree, copy)


def discriminator(tree: Tree) -> bool:
    """One value within an item of a list, perhaps the one that tells what it is."""
    node = tree.node(_item)
    return node is not None and _varied(tree, node.value)


def _varied(tree: Tree, whole: dict[str, Any]) -> bool:
    inner = [(holder, key) for holder, key in _texts(whole) if key != "reference"]
    if not inner:
        return False
    holder, key = tree.any(inner)
    holder[key] = tree.any(
        [holder[key] + "x", "http://example.org/other", "other", *(each[at] for each, at in inner if at == key)]
    )
    return True


def _texts(value: Any) -> list[tuple[dict[str, Any], str]]:
    if isinstance(value, list):
        return [found for each in value for found in _texts(each)]
    if not isinstance(value, dict):
        return []
    own = [(value, key) for key, each in value.items() if isinstance(each, str) and key != "resourceType"]
    return own + [found for each in value.values() for found in _texts(each)]


def field_of_an_item(tree: Tree) -> bool:
    node = tree.node(lambda node: _item(node) and len(node.value) > 1)
    if node is None:
        return False
    del node.value[tree.any(list(node.value))]
    return True


def item_moved(tree: Tree) -> bool:
    node = tree.node(_of_several)
    if node is None:
        return False
    holder = node.holder
    holder.insert(tree.chance.randrange(len(holder)), holder.pop(node.key))
    return True


def code_of_another_set(tree: Tree) -> bool:
    node = tree.node(lambda node: node.type in ("CodeableConcept", "Coding") and isinstance(node.value, dict))
    if node is None:
        return False
    coding = dict(tree.any(REAL))
    node.value = {"coding": [coding]} if node.type == "CodeableConcept" else coding
    return True


def coding_beside(tree: Tree) -> bool:
    node = tree.of("CodeableConcept", has=["coding"])
    if node is None or not isinstance(node.value["coding"], list):
        return False
    node.value["coding"].insert(tree.any([0, len(node.value["coding"])]), dict(tree.any(REAL)))
    return True


def concepts_swapped(tree: Tree) -> bool:
    found = [node for node in tree.nodes() if node.type == "CodeableConcept"]
    if len(found) < 2:
        return False
    one, other = tree.chance.sample(found, 2)
    one.value, other.value = deepcopy(other.value), deepcopy(one.value)
    return True


def coding_with_more(tree: Tree) -> bool:
    """What a fixed value or pattern does not speak of."""
    node = tree.of("Coding", "Quantity", "Identifier")
    if node is None or not isinstance(node.value, dict):
        return False
    more = {
        "Coding": [{"userSelected": True}, {"version": "1"}, {"display": "said"}, {"id": "a"}],
        "Quantity": [{"comparator": "<"}, {"unit": "said"}, {"id": "a"}, {"code": "1"}],
        "Identifier": [{"use": "old"}, {"type": {"text": "said"}}, {"assigner": {"display": "said"}}, {"period": {}}],
    }
    node.value |= deepcopy(tree.any(more[node.type]))
    return True


def unit(tree: Tree) -> bool:
    node = tree.of("Quantity", has=["value"])
    if node is None:
        return False
    name = tree.any(["value", "unit", "system", "code"])
    if tree.chance.random() < 0.4:
        return node.value.pop(name, None) is not None
    values = {"value": -1, "unit": "said", "system": "http://example.org/units", "code": tree.any(["kg", "mm", "1"])}
    node.value[name] = values[name]
    return True


def value_absent(tree: Tree) -> bool:
    """No value, and perhaps why; or a value and why there is none."""
    whole = tree.any([each for each in tree.resources() if each["resourceType"] == "Observation"])
    if whole is None:
        return False
    if tree.chance.random() < 0.7:
        for key in [key for key in whole if key.startswith("value")]:
            del whole[key]
    if tree.chance.random() < 0.6:
        whole["dataAbsentReason"] = {"coding": [dict(tree.any(REAL))]}
    return True


def identifier(tree: Tree) -> bool:
    return tree.put(tree.of("Identifier"), *map(dict, IDENTIFIERS))


def claim(tree: Tree) -> bool:
    """A claim of a profile of the same type, of whatever guide."""
    whole = tree.any([each for each in tree.resources() if isinstance(each.get("meta", {}), dict)])
    if whole is None:
        return False
    kind = str(whole["resourceType"])
    whole.setdefault("meta", {})["profile"] = [tree.any([*CLAIMS.get(kind, ()), UK + kind])]
    return True


def claims(tree: Tree) -> bool:
    whole = tree.any([each for each in tree.resources() if _claimed(each)])
    if whole is None:
        return False
    kind = str(whole["resourceType"])
    whole["meta"]["profile"].append(tree.any([*CLAIMS.get(kind, ()), UK + kind]))
    return True


def claimed_version(tree: Tree) -> bool:
    whole = tree.any([each for each in tree.resources() if _claimed(each)])
    if whole is None:
        return False
    profiles = whole["meta"]["profile"]
    at = tree.chance.randrange(len(profiles))
    name, _, version = str(profiles[at]).partition("|")
    profiles[at] = f"{name}|{tree.any(VERSIONS)}" if tree.chance.random() < 0.8 or not version else name
    return True


def _claimed(resource: dict[str, Any]) -> bool:
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    return isinstance(profiles, list) and bool(profiles)


def target_contained(tree: Tree) -> bool:
    """A reference that leads to something contained, which claims a profile, or not, and has not much."""
    node = tree.of("Reference")
    if node is None or not isinstance(node.value, dict):
        return False
    kind = tree.any(["Patient", "Organization", "Practitioner", "Encounter", "Observation", "Location", "Device"])
    inner: dict[str, Any] = {"resourceType": kind, "id": "inner"}
    inner |= tree.any([{}, {"active": True}, {"name": [{"family": "Ada"}]}, {"status": "final"}, {"name": "Clinic"}])
    if tree.chance.random() < 0.6:
        inner["meta"] = {"profile": [tree.any([*CLAIMS[kind], UK + kind])]}
    held = tree.resource.get("contained")
    tree.resource["contained"] = [*(held if isinstance(held, list) else []), inner]
    node.value = {"reference": "#inner"}
    return True


def target_in_a_bundle(tree: Tree) -> bool:
    """One entry's resource loses a field; what refers to it may ask for that."""
    found = [each for each in tree.resources() if each["resourceType"] == "Bundle" and each.get("entry")]
    inner = [each.get("resource") for whole in found for each in whole["entry"] if isinstance(each, dict)]
    whole = tree.any([each for each in inner if isinstance(each, dict) and len(each) > 2])
    if whole is None:
        return False
    del whole[tree.any([key for key in whole if key not in ("resourceType", "id")])]
    return True


def reference_to_another_entry(tree: Tree) -> bool:
    found = [each for each in tree.resources() if each["resourceType"] == "Bundle" and each.get("entry")]
    urls = [each.get("fullUrl") for whole in found for each in whole["entry"] if isinstance(each, dict)]
    node = tree.of("Reference", has=["reference"])
    if node is None or not urls:
        return False
    node.value["reference"] = tree.any(urls)
    return True


def part_of_an_extension(tree: Tree) -> bool:
    """Of a complex extension one part is gone, twice there, or called otherwise."""
    node = tree.node(lambda node: node.owner == "Extension" and node.name == "extension")
    if node is None or not isinstance(node.value, dict):
        return False
    way = tree.any(["gone", "twice", "named"])
    if way == "gone":
        node.remove()
    elif way == "twice":
        node.holder.append(deepcopy(node.value))
    else:
        node.value["url"] = tree.any(["other", "text", "ombCategory", "detailed", "code", "status"])
    return True


def extension_elsewhere(tree: Tree) -> bool:
    """An extension that is there, moved to something else or doubled."""
    node = tree.of("Extension")
    if node is None or not isinstance(node.value, dict):
        return False
    copy = deepcopy(node.value)
    if tree.chance.random() < 0.5:
        node.holder.append(copy)
        return True
    target = tree.any([each for each, kind in tree.objects() if kind not in ("Resource", "Extension")])
    held = target.get("extension")
    target["extension"] = [*(held if isinstance(held, list) else []), copy]
    return True


def value_taken_over(tree: Tree) -> bool:
    """A value from another place of the same type."""
    node = tree.node(primitive)
    if node is None:
        return False
    others = [each.value for each in tree.nodes() if each.type == node.type and primitive(each)]
    return tree.put(node, *others)


MUTATORS = {
    "item-dropped": item_dropped,
    "item-varied": item_varied,
    "item-field-missing": field_of_an_item,
    "item-moved": item_moved,
    "discriminator": discriminator,
    "code-of-another-set": code_of_another_set,
    "coding-beside": coding_beside,
    "concepts-swapped": concepts_swapped,
    "coding-with-more": coding_with_more,
    "quantity-unit": unit,
    "value-absent": value_absent,
    "identifier-of-a-guide": identifier,
    "claim": claim,
    "claims-more": claims,
    "claimed-version": claimed_version,
    "target-contained": target_contained,
    "target-in-a-bundle": target_in_a_bundle,
    "reference-to-another-entry": reference_to_another_entry,
    "extension-part": part_of_an_extension,
    "extension-elsewhere": extension_elsewhere,
    "value-taken-over": value_taken_over,
}
