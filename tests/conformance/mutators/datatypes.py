"""Values of the complex types that their own rules forbid, and some that they allow."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.conformance.mutators.tree import Tree

UCUM = "http://unitsofmeasure.org"
KINDS: dict[str, list[dict[str, Any]]] = {
    "Period": [
        {"start": "2021-01-01", "end": "2020-01-01"},
        {"start": "2020", "end": "2020-01-01"},
        {"start": "2020-01-02", "end": "2020-01"},
        {"start": "2020-01-01T10:00:00Z", "end": "2020-01-01T09:00:00-05:00"},
        {"start": "2020-01-01T10:00:00Z", "end": "2020-01-01"},
        {"end": "nonsense"},
        {"end": "2020"},
    ],
    "Quantity": [
        {"value": 1, "code": "mg"},
        {"value": 1, "code": "mg", "system": UCUM, "unit": "mg"},
        {"code": "mg", "system": UCUM},
        {"value": 1, "comparator": "nonsense"},
        {"value": 1, "comparator": "<"},
        {"value": "1"},
        {"unit": "mg"},
        {"value": 1, "system": "relative", "code": "mg"},
        {"value": 1, "system": "http://snomed.info/sct", "code": "258684004"},
    ],
    "Age": [{"value": 3}, {"value": 3, "system": UCUM, "code": "kg"}, {"value": -3, "system": UCUM, "code": "a"}],
    "Duration": [{"value": 3}, {"value": 3, "system": UCUM, "code": "kg"}, {"value": 3, "system": UCUM, "code": "min"}],
    "Range": [
        {"low": {"value": 3}, "high": {"value": 1}},
        {"low": {"value": 3, "comparator": "<"}},
        {"low": {"value": 3, "unit": "mg"}, "high": {"value": 1, "unit": "kg"}},
        {"high": {"value": 3}},
    ],
    "Ratio": [
        {"numerator": {"value": 1}},
        {"denominator": {"value": 1}},
        {"numerator": {"value": 1}, "denominator": {"value": 0}},
        {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]},
    ],
    "Identifier": [
        {"system": "relative", "value": "1"},
        {"system": "urn:ietf:rfc:3986", "value": "1"},
        {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:nonsense"},
        {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"},
        {"use": "nonsense", "value": "1"},
        {"value": "1"},
        {"system": "http://example.org/ids"},
        {"value": " "},
        {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "nonsense"}]}},
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "1"},
    ],
    "ContactPoint": [
        {"value": "1"},
        {"system": "phone"},
        {"system": "nonsense", "value": "1"},
        {"system": "phone", "value": "1", "rank": 0},
        {"system": "email", "value": "no address", "use": "home"},
        {"use": "home"},
    ],
    "Attachment": [
        {"data": "aGk="},
        {"contentType": "text/plain", "data": "aGk=", "size": 99},
        {"contentType": "text/plain", "data": "aGk=", "size": 2},
        {"contentType": "text/plain", "data": "aGk=", "hash": "aGk="},
        {"contentType": "text/plain", "data": "a"},
        {"title": "nothing"},
        {"url": "http://example.org/a b"},
        {"url": "relative"},
        {"contentType": "text/plain", "url": "http://example.org/a", "size": -1},
    ],
    "HumanName": [{"given": [""]}, {"use": "nonsense"}, {"period": {"start": "2021", "end": "2020"}}, {"text": ""}],
    "Address": [{"country": "nonsense"}, {"type": "nonsense"}, {"line": []}, {"postalCode": 3}, {"use": "temp"}],
    "Money": [{"value": 1, "currency": "EURO"}, {"currency": "EUR"}, {"value": "1"}],
    "Annotation": [
        {"text": ""},
        {"time": "2020"},
        {"text": "a", "authorString": "b", "authorReference": {"display": "c"}},
    ],
    "SampledData": [
        {"origin": {"value": 1}, "period": 1, "dimensions": 0, "data": "1 2"},
        {"origin": {"value": 1}, "period": 1, "dimensions": 1, "data": "nonsense"},
        {"origin": {"value": 1, "comparator": "<"}, "period": 1, "dimensions": 1},
    ],
    "Signature": [{"who": {"display": "a"}, "when": "2020-01-01T00:00:00Z", "type": []}, {"when": "2020"}],
    "Timing": [
        {"repeat": {"duration": 1}},
        {"repeat": {"durationUnit": "d"}},
        {"repeat": {"frequency": 1, "period": -1, "periodUnit": "d"}},
        {"repeat": {"frequency": 1, "period": 1, "periodUnit": "nonsense"}},
        {"repeat": {"duration": -1, "durationUnit": "d"}},
        {"repeat": {"durationMax": 2}},
        {"repeat": {"periodMax": 2}},
        {"repeat": {"countMax": 2}},
        {"repeat": {"count": 3, "countMax": 2, "frequency": 1, "frequencyMax": 0}},
        {"repeat": {"offset": 5}},
        {"repeat": {"offset": 5, "when": ["C"]}},
        {"repeat": {"timeOfDay": ["10:00:00"], "when": ["AC"]}},
        {"repeat": {"dayOfWeek": ["monday"]}},
        {"repeat": {"boundsPeriod": {"start": "2021", "end": "2020"}}},
        {"code": {"text": "daily"}, "event": ["nonsense"]},
        {"repeat": {}},
    ],
    "Dosage": [
        {"asNeededBoolean": True, "asNeededCodeableConcept": {"text": "pain"}},
        {"sequence": "1"},
        {"doseAndRate": [{"doseRange": {"low": {"value": 3}, "high": {"value": 1}}}]},
        {"doseAndRate": [{"rateRatio": {"numerator": {"value": 1}}}]},
    ],
    "Expression": [{"language": "text/fhirpath"}, {"expression": "a"}, {"language": "text/cql", "reference": "a b"}],
    "ContactDetail": [{"name": ""}, {"telecom": [{"value": "1"}]}],
    "UsageContext": [{"code": {"code": "age"}}, {"valueCodeableConcept": {"text": "a"}}],
    "RelatedArtifact": [{"type": "nonsense"}, {"type": "citation", "url": "a b"}, {"label": "a"}],
    "TriggerDefinition": [
        {"type": "named-event"},
        {"type": "periodic", "condition": {"language": "text/fhirpath", "expression": "true"}},
        {"type": "data-changed", "timingDate": "2020"},
    ],
    "DataRequirement": [{"type": "Nonsense"}, {"type": "Patient", "codeFilter": [{}]}, {"limit": 0, "type": "Patient"}],
    "ParameterDefinition": [{"use": "in", "type": "nonsense"}, {"name": "a b", "use": "in", "type": "string"}],
}


def _of(kind: str) -> Callable[[Tree], bool]:
    def change(tree: Tree) -> bool:
        return tree.put(tree.of(kind), *map(deepcopy, KINDS[kind]))

    return change


def one_field(tree: Tree) -> bool:
    """One field of what must not be, beside what is there."""
    node = tree.of(*KINDS)
    if node is None or not isinstance(node.value, dict):
        return False
    before = deepcopy(node.value)
    node.value.update(deepcopy(tree.any(KINDS[node.type])))
    return node.value != before


MUTATORS = {f"of-{kind.lower()}": _of(kind) for kind in KINDS} | {"field-of-a-datatype": one_field}
