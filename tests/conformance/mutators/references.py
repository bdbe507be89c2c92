"""References and what they lead to: form, type, contained resources."""

from __future__ import annotations

from typing import Any

from tests.conformance.mutators.tree import Tree

MALFORMED = [
    "Nonsense/1",
    "Patient/1 2",
    "patient/1",
    "Patient",
    "Patient/",
    "/Patient/1",
    "Patient/1/",
    "Patient/ä",
    "Patient/" + "x" * 65,
    "Patient/1/_history",
    "Patient/1/_history/2",
    "Patient/1/history/2",
    "Patient?identifier=a|b",
    "Patient?",
    "http://example.org/fhir/Patient/1",
    "http://example.org/fhir/nonsense",
    "http://hl7.org/fhir/Patient/1",
    "https://someone.org/Patient/1",
    "ftp://someone.org/Patient/1",
    "1",
    "",
    " ",
    "#",
    "##",
    "#a b",
    "Patient/1#part",
    "mailto:a@b.org",
]
TYPES = ["AuditEvent/1", "Patient/1", "Organization/1", "Binary/1", "Observation/1", "Parameters/1"]
URNS = [
    "urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d",
    "urn:uuid:nonsense",
    "urn:oid:1.2.3",
    "urn:oid:nonsense",
    "urn:nonsense:1",
]


def _reference(tree: Tree, *has: str) -> dict[str, Any] | None:
    node = tree.of("Reference", has=has)
    return node.value if node and isinstance(node.value, dict) else None


def _put(tree: Tree, values: list[str]) -> bool:
    found = _reference(tree)
    if found is None:
        return False
    found["reference"] = tree.any(values)
    return True


def malformed(tree: Tree) -> bool:
    return _put(tree, MALFORMED)


def of_another_type(tree: Tree) -> bool:
    return _put(tree, TYPES)


def urn(tree: Tree) -> bool:
    return _put(tree, URNS)


def contained_missing(tree: Tree) -> bool:
    return _put(tree, ["#nowhere"])


def with_a_type(tree: Tree) -> bool:
    found = _reference(tree)
    if found is None:
        return False
    url = "http://hl7.org/fhir/StructureDefinition/Patient"
    found["type"] = tree.any(
        ["Patient", "Nonsense", "patient", url, "Organization", "", "Quantity", "http://example.org/X"]
    )
    return True


def by_identifier_alone(tree: Tree) -> bool:
    found = _reference(tree)
    if found is None:
        return False
    found.clear()
    found["identifier"] = tree.any(
        [{"system": "http://example.org/ids", "value": "1"}, {"value": "1"}, {}, {"use": "x"}]
    )
    return True


def of_display_alone(tree: Tree) -> bool:
    found = _reference(tree, "reference")
    if found is None:
        return False
    found.clear()
    found["display"] = "somebody"
    return True


def of_an_extension_alone(tree: Tree) -> bool:
    found = _reference(tree)
    if found is None:
        return False
    found.clear()
    found["extension"] = [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    return True


def _contain(tree: Tree, *resources: Any) -> dict[str, Any]:
    whole = tree.resource
    held = whole.get("contained")
    whole["contained"] = [*(held if isinstance(held, list) else []), *resources]
    return whole


def contained_and_used(tree: Tree) -> bool:
    found = _reference(tree)
    if found is None:
        return False
    found.clear()
    kind = tree.any(["Patient", "Organization", "Practitioner", "Observation", "Basic"])
    _contain(tree, {"resourceType": kind, "id": "inner"})
    found["reference"] = "#inner"
    return True


def contained_and_unused(tree: Tree) -> bool:
    _contain(tree, {"resourceType": "Organization", "id": "unused", "name": "Nowhere"})
    return True


def contained_badly(tree: Tree) -> bool:
    """One that is used, and itself wrong in one way."""
    found = _reference(tree)
    if found is None:
        return False
    inner: dict[str, Any] = {"resourceType": "Patient", "id": "inner", "active": True}
    wrong = [
        {"meta": {"versionId": "1"}},
        {"meta": {"lastUpdated": "2020-01-01T00:00:00Z"}},
        {"meta": {"security": [{"system": "http://example.org/s", "code": "R"}]}},
        {"text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'}},
        {"contained": [{"resourceType": "Patient", "id": "deeper"}]},
        {"gender": "nonsense"},
        {"bogus": 1},
        {"id": "inner outer"},
        {"id": "#inner"},
        {"managingOrganization": {"reference": "#"}},
        {"managingOrganization": {"reference": "#nowhere"}},
        {"resourceType": "Nonsense"},
    ]
    _contain(tree, inner | tree.any(wrong))
    found.clear()
    found["reference"] = "#inner"
    return True


def contained_without_id(tree: Tree) -> bool:
    _contain(tree, {"resourceType": "Organization", "name": "Nowhere"})
    return True


def contained_twice(tree: Tree) -> bool:
    found = _reference(tree)
    if found is None:
        return False
    found.clear()
    found["reference"] = "#same"
    _contain(tree, *[{"resourceType": "Organization", "id": "same", "name": name} for name in ("A", "B")])
    return True


def contained_nothing(tree: Tree) -> bool:
    _contain(tree, tree.any([{}, "x", None, {"id": "a"}, {"resourceType": "Organization"}, []]))
    return True


MUTATORS = {
    "reference-malformed": malformed,
    "reference-of-another-type": of_another_type,
    "reference-urn": urn,
    "reference-contained-missing": contained_missing,
    "reference-with-a-type": with_a_type,
    "reference-by-identifier": by_identifier_alone,
    "reference-of-display": of_display_alone,
    "reference-of-extension": of_an_extension_alone,
    "contained-and-used": contained_and_used,
    "contained-and-unused": contained_and_unused,
    "contained-badly": contained_badly,
    "contained-without-id": contained_without_id,
    "contained-twice": contained_twice,
    "contained-nothing": contained_nothing,
}
