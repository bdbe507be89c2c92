"""Extensions, modifiers, and what a resource says of itself in meta."""

from __future__ import annotations

from typing import Any

from tests.conformance.mutators.structure import primitive
from tests.conformance.mutators.tree import Tree

HL7 = "http://hl7.org/fhir/StructureDefinition/"
UNKNOWN = [
    "http://example.org/fhir/StructureDefinition/unknown",
    "https://someone.org/unknown",
    HL7 + "unknown",
    "http://hl7.org/fhir/us/core/StructureDefinition/unknown",
    "urn:oid:1.2.3",
    "http://terminology.hl7.org/StructureDefinition/unknown",
]
KNOWN: list[dict[str, Any]] = [
    {"url": HL7 + "patient-birthPlace", "valueAddress": {"city": "Leeds"}},
    {"url": HL7 + "patient-birthTime", "valueDateTime": "2020-01-01T10:00:00Z"},
    {"url": HL7 + "data-absent-reason", "valueCode": "unknown"},
    {"url": HL7 + "iso21090-nullFlavor", "valueCode": "UNK"},
    {"url": HL7 + "humanname-own-prefix", "valueString": "van"},
    {"url": HL7 + "patient-nationality", "extension": [{"url": "code", "valueCodeableConcept": {"text": "one"}}]},
    {"url": HL7 + "observation-bodyPosition", "valueCodeableConcept": {"text": "one"}},
    {
        "url": HL7 + "translation",
        "extension": [{"url": "lang", "valueCode": "de"}, {"url": "content", "valueString": "a"}],
    },
    {"url": HL7 + "narrativeLink", "valueUrl": "#a"},
    {"url": HL7 + "rendering-style", "valueString": "color: red"},
    {
        "url": HL7 + "geolocation",
        "extension": [{"url": "latitude", "valueDecimal": 1}, {"url": "longitude", "valueDecimal": 2}],
    },
]
WRONG: list[dict[str, Any]] = [
    {"url": HL7 + "data-absent-reason", "valueString": "unknown"},
    {"url": HL7 + "data-absent-reason", "valueCode": "nonsense"},
    {"url": HL7 + "data-absent-reason"},
    {"url": HL7 + "data-absent-reason", "valueCode": "unknown", "extension": [{"url": "a", "valueString": "b"}]},
    {"url": HL7 + "data-absent-reason", "extension": [{"url": "a", "valueString": "b"}]},
    {"url": HL7 + "data-absent-reason", "valueCode": "unknown", "valueString": "b"},
    {"url": HL7 + "data-absent-reason|4.0.1", "valueCode": "unknown"},
    {"url": HL7 + "geolocation", "extension": [{"url": "latitude", "valueDecimal": 1}]},
    {"url": HL7 + "geolocation", "extension": [{"url": "nonsense", "valueDecimal": 1}]},
    {"url": HL7 + "geolocation", "valueString": "x"},
    {"valueString": "no url"},
    {"url": "", "valueString": "empty"},
    {"url": "relative", "valueString": "x"},
    {"url": 3, "valueString": "x"},
    {"url": HL7 + "Patient", "valueString": "x"},
    {"url": UNKNOWN[0], "valueNonsense": "x"},
    {"url": UNKNOWN[0], "value": "x"},
    {"url": UNKNOWN[0]},
    {"url": UNKNOWN[0], "extension": [{"url": "a"}]},
    {"url": UNKNOWN[0], "extension": []},
    {"url": UNKNOWN[0], "valueString": ""},
    {
        "url": UNKNOWN[0],
        "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "1-8", "bogus": 1}]},
    },
]


def _extend(whole: dict[str, Any], extension: Any, name: str = "extension") -> bool:
    held = whole.get(name)
    whole[name] = [*(held if isinstance(held, list) else []), extension]
    return True


def _anywhere(tree: Tree) -> dict[str, Any]:
    return tree.any([each for each, kind in tree.objects() if kind != "Resource"])


def unknown(tree: Tree) -> bool:
    return _extend(_anywhere(tree), {"url": tree.any(UNKNOWN), "valueString": "x"})


def known(tree: Tree) -> bool:
    return _extend(_anywhere(tree), tree.any(KNOWN))


def known_on_the_resource(tree: Tree) -> bool:
    return _extend(tree.resource, tree.any(KNOWN))


def wrong(tree: Tree) -> bool:
    return _extend(_anywhere(tree), tree.any(WRONG))


def twice(tree: Tree) -> bool:
    whole, extension = _anywhere(tree), tree.any(KNOWN)
    return _extend(whole, extension) and _extend(whole, extension)


def on_a_primitive(tree: Tree) -> bool:
    node = tree.node(lambda node: primitive(node) and node.holder is node.whole and node.name not in ("id", "url"))
    if node is None or "_" + node.name in node.whole:
        return False
    node.whole["_" + node.name] = {"extension": [tree.any([*KNOWN, *WRONG])]}
    return True


def on_an_id(tree: Tree) -> bool:
    return _extend(tree.resource, tree.any(KNOWN), "_id") if tree.chance.random() < 0.3 else _id(tree)


def _id(tree: Tree) -> bool:
    tree.resource["_id"] = {"extension": [tree.any(KNOWN)]}
    return True


def modifier(tree: Tree) -> bool:
    urls = [*UNKNOWN, HL7 + "data-absent-reason", HL7 + "request-doNotPerform"]
    return _extend(_anywhere(tree), {"url": tree.any(urls), "valueBoolean": True}, "modifierExtension")


def not_modifier(tree: Tree) -> bool:
    return _extend(tree.resource, {"url": HL7 + "request-doNotPerform", "valueBoolean": True})


def value_of_an_extension(tree: Tree) -> bool:
    node = tree.node(lambda node: node.owner == "Extension" and node.name.startswith("value"))
    if node is None:
        return False
    node.rename(tree.any(["valueString", "valueCode", "valueBoolean", "valueQuantity", "valueMoney", "value"]))
    return True


def url_of_an_extension(tree: Tree) -> bool:
    urls = [*UNKNOWN, "nonsense", "", *(each["url"] for each in KNOWN)]
    return tree.put(tree.node(lambda node: node.owner == "Extension" and node.name == "url"), *urls)


def _meta(tree: Tree) -> dict[str, Any] | None:
    whole = tree.any(tree.resources())
    return whole.setdefault("meta", {}) if isinstance(whole.get("meta", {}), dict) else None


def profile(tree: Tree) -> bool:
    meta = _meta(tree)
    if meta is None:
        return False
    kind = tree.resource["resourceType"]
    claims = [
        ["http://example.org/StructureDefinition/unknown"],
        [HL7 + "unknown"],
        [HL7 + "Patient"],
        [HL7 + str(kind)],
        [f"{HL7}{kind}|4.0.1"],
        [f"{HL7}{kind}|9.9"],
        [HL7 + str(kind)] * 2,
        [HL7 + "vitalsigns"],
        [HL7 + "bodyweight"],
        [HL7 + "Quantity"],
        [HL7 + "data-absent-reason"],
        ["http://hl7.org/fhir/ValueSet/administrative-gender"],
        ["relative"],
        [""],
        [],
        [None],
        "x",
        ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|3.1.1"],
    ]
    meta["profile"] = tree.any(claims)
    return True


def no_profile(tree: Tree) -> bool:
    meta = _meta(tree)
    return meta is not None and bool(meta.pop("profile", None))


def tag(tree: Tree) -> bool:
    meta = _meta(tree)
    if meta is None:
        return False
    coding = tree.any(
        [{"system": "http://example.org/t", "code": "a"}, {"code": "a"}, {"system": "x"}, {"display": "a"}]
    )
    meta[tree.any(["tag", "security"])] = [coding] * tree.chance.choice([1, 2])
    return True


def meta_values(tree: Tree) -> bool:
    meta = _meta(tree)
    if meta is None:
        return False
    values = {"lastUpdated": "2020-01-01", "versionId": "a b", "source": "a b"}
    meta |= dict([tree.any(list(values.items()))])
    return True


def implicit_rules(tree: Tree) -> bool:
    tree.resource["implicitRules"] = tree.any(["http://example.org/rules", "", "a b", "relative"])
    return True


MUTATORS = {
    "extension-unknown": unknown,
    "extension-known": known,
    "extension-known-on-resource": known_on_the_resource,
    "extension-wrong": wrong,
    "extension-twice": twice,
    "extension-on-primitive": on_a_primitive,
    "extension-on-id": on_an_id,
    "extension-value": value_of_an_extension,
    "extension-url": url_of_an_extension,
    "modifier": modifier,
    "modifier-among-extensions": not_modifier,
    "meta-profile": profile,
    "meta-no-profile": no_profile,
    "meta-tag": tag,
    "meta-values": meta_values,
    "implicit-rules": implicit_rules,
}
