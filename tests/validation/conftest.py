"""Profiles of the tests' own: small snapshots that say only what a test is about, on top of R4 core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.validator import Validator
from tests.validation.animals import Animals

BASE = "http://hl7.org/fhir/StructureDefinition/"
LANGUAGES = "http://hl7.org/fhir/StructureDefinition/narrative-language-control"
OURS = "https://example.org/StructureDefinition/"


def profile(name: str, kind: str, *elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    root = {"id": kind, "path": kind, "min": 0, "max": "*"}
    return {
        "resourceType": "StructureDefinition",
        "url": OURS + name,
        "type": kind,
        "kind": "resource" if kind not in ("Extension", "Quantity", "HumanName") else "complex-type",
        "derivation": "constraint",
        "baseDefinition": BASE + kind,
        "snapshot": {"element": [root, *elements]},
        **more,
    }


def bound(name: str, expression: str) -> dict[str, Any]:
    """A profile of Patient with one invariant."""
    made = profile(name, "Patient")
    made["snapshot"]["element"][0]["constraint"] = [rule(name, expression)]
    return made


def ruled(name: str, path: str, expression: str) -> dict[str, Any]:
    """The same on a child."""
    return profile(name, "Patient", element(path, max="1", constraint=[rule(name, expression)]))


def rule(name: str, expression: str) -> dict[str, Any]:
    return {"key": f"{name}-1", "severity": "error", "human": "As the test says.", "expression": expression}


def differential(name: str, kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {**profile(name, kind), "snapshot": None, "differential": {"element": [{"path": kind}, *elements]}}


def imposed(*names: str) -> list[dict[str, Any]]:
    return [{"url": BASE + "structuredefinition-imposeProfile", "valueCanonical": OURS + name} for name in names]


def element(path: str, slice_name: str = "", **more: Any) -> dict[str, Any]:
    return {"path": path, "min": 0, "max": "*", **({"sliceName": slice_name} if slice_name else {}), **more}


def extension(
    name: str, *elements: dict[str, Any], context: tuple[str, ...] = ("Patient",), **more: Any
) -> dict[str, Any]:
    contexts = [{"type": "element", "expression": each} for each in context]
    url = element("Extension.url", min=1, max="1", fixedUri=OURS + name)
    return profile(name, "Extension", url, *elements, **{"context": contexts, **more})


def sliced(kind: str, path: str, *, rules: str = "open", ordered: bool = False) -> dict[str, Any]:
    return {"slicing": {"discriminator": [{"type": kind, "path": path}], "rules": rules, "ordered": ordered}}


def part_of(name: str, part: str) -> dict[str, Any]:
    """The type of an element that has to be as one element of another profile."""
    meant = {"url": BASE + "elementdefinition-profile-element", "valueString": part}
    return {"code": "BackboneElement", "profile": [OURS + name], "_profile": [{"extension": [meant]}]}


NO_VALUE = element("Extension.value[x]", max="0")
STRING = element("Extension.value[x]", min=1, max="1", type=[{"code": "string"}])
DEFINITIONS = (
    extension("simple", element("Extension.extension", max="0"), STRING),
    extension(
        "complex",
        element("Extension.extension", **sliced("value", "url")),
        element("Extension.extension", "part", max="1"),
        element("Extension.extension.url", fixedUri="part", min=1, max="1"),
        element("Extension.extension.value[x]", max="1", type=[{"code": "code"}]),
        NO_VALUE,
    ),
    extension("elsewhere", STRING, context=("Observation",)),
    extension("by-expression", STRING) | {"context": [{"type": "fhirpath", "expression": "Patient.name"}]},
    extension("beyond-expression", STRING)
    | {"context": [{"type": "fhirpath", "expression": "Patient.where(gender.memberOf('https://example.org/none'))"}]},
    extension("only-the-living", STRING) | {"contextInvariant": ["deceased.empty()"]},
    {
        **extension("modifier", STRING),
        "snapshot": {
            "element": [
                element("Extension", isModifier=True),
                element("Extension.url", fixedUri=OURS + "modifier"),
                STRING,
            ]
        },
    },
    profile(
        "patients-only", "Bundle", element("Bundle.entry"), element("Bundle.entry.resource", type=[{"code": "Patient"}])
    ),
    profile("one-name", "Patient", element("Patient.name", min=1, max="1")),
    bound("beyond", "gender.memberOf('https://example.org/ValueSet/nowhere')"),
    bound("within", "active"),
    ruled("to-the-day", "Patient.birthDate", "$this is date implies $this.toString().length() >= 10"),
    ruled("active-men", "Patient.gender", "$this = 'male' implies %resource.active"),
    profile("no-photo", "Patient", element("Patient.photo", max="0")),
    profile("born-on-a-day", "Patient", element("Patient.deceased[x]", max="1", type=[{"code": "boolean"}])),
    profile("short", "Patient", element("Patient.language", max="1", maxLength=2)),
    profile("late", "Patient", element("Patient.birthDate", max="1", minValueDate="1900-01-01")),
    profile("limited", "Observation", element("Observation.value[x]", max="1", maxValueQuantity={"value": 3})),
    profile("with-birthday", "Patient", element("Patient.birthDate", max="1", mustHaveValue=True)),
    profile("fixed", "Patient", element("Patient.gender", max="1", fixedCode="female")),
    profile(
        "pattern",
        "Observation",
        element(
            "Observation.code",
            max="1",
            patternCodeableConcept={"coding": [{"system": "http://loinc.org", "code": "1-8"}]},
        ),
    ),
    profile(
        "final",
        "Observation",
        element("Observation.subject", max="1", type=[{"code": "Reference", "targetProfile": [OURS + "one-name"]}]),
    ),
    profile(
        "at-hand",
        "Observation",
        element(
            "Observation.subject",
            max="1",
            type=[{"code": "Reference", "targetProfile": [BASE + "Patient"], "aggregation": ["contained"]}],
        ),
        element(
            "Observation.device",
            max="1",
            type=[{"code": "Reference", "targetProfile": [OURS + "nowhere"], "aggregation": ["bundled"]}],
        ),
    ),
    profile(
        "of-patients",
        "Bundle",
        element("Bundle.entry"),
        element("Bundle.entry.resource", max="1", type=[{"code": "Resource", "profile": [OURS + "one-name"]}]),
    ),
    profile(
        "of-either",
        "Bundle",
        element("Bundle.entry"),
        element(
            "Bundle.entry.resource",
            max="1",
            type=[{"code": "Resource", "profile": [OURS + "one-name", OURS + "fixed"]}],
        ),
    ),
    profile(
        "slices",
        "Patient",
        element("Patient.telecom", **sliced("value", "system", rules="closed", ordered=True)),
        element("Patient.telecom", "phone", min=1, max="1"),
        element("Patient.telecom.system", min=1, max="1", fixedCode="phone"),
        element("Patient.telecom", "email"),
        element("Patient.telecom.system", min=1, max="1", fixedCode="email"),
    ),
    profile(
        "twice",
        "Patient",
        element("Patient.telecom", **sliced("value", "$this")),
        element("Patient.telecom", "phone", patternContactPoint={"system": "phone"}),
        element("Patient.telecom", "home", patternContactPoint={"use": "home"}),
    ),
    profile(
        "doubtful",
        "Observation",
        element("Observation.performer", **sliced("profile", "resolve()")),
        element("Observation.performer", "one", type=[{"code": "Reference", "targetProfile": [OURS + "one-name"]}]),
    ),
    profile(
        "resliced",
        "Patient",
        element("Patient.telecom", **sliced("value", "system")),
        element("Patient.telecom", "phone", min=1, **sliced("value", "use", rules="closed")),
        element("Patient.telecom.system", fixedCode="phone"),
        element("Patient.telecom", "phone/home", max="1"),
        element("Patient.telecom.system", fixedCode="phone"),
        element("Patient.telecom.use", fixedCode="home"),
        element("Patient.telecom.value", min=1, max="1"),
        element("Patient.telecom", "phone/work"),
        element("Patient.telecom.system", fixedCode="phone"),
        element("Patient.telecom.use", fixedCode="work"),
    ),
    profile("has-code", "Quantity", element("Quantity.code", min=1, max="1")),
    profile("has-unit", "Quantity", element("Quantity.unit", min=1, max="1")),
    profile(
        "either",
        "Observation",
        element(
            "Observation.value[x]",
            max="1",
            type=[{"code": "Quantity", "profile": [OURS + "has-code", OURS + "has-unit"]}],
        ),
    ),
    profile(
        "absent-part", "Patient", element("Patient.name", type=[{"code": "HumanName", "profile": [OURS + "nowhere"]}])
    ),
    profile(
        "absent-slice",
        "Patient",
        element("Patient.telecom", **sliced("value", "use", rules="closed")),
        element("Patient.telecom", "home", min=2, type=[{"code": "ContactPoint", "profile": [OURS + "nowhere"]}]),
        element("Patient.telecom", "work"),
        element("Patient.telecom.use", fixedCode="work"),
    ),
    profile(
        "untold",
        "Patient",
        element("Patient.telecom", **sliced("value", "system", rules="closed")),
        element("Patient.telecom", "phone"),
        element("Patient.telecom.system", fixedCode="phone"),
        element("Patient.telecom", "@default", max="1"),
    ),
    profile(
        "half-told",
        "Patient",
        element(
            "Patient.telecom",
            slicing={
                "discriminator": [{"type": "value", "path": each} for each in ("use", "system")],
                "rules": "closed",
            },
        ),
        element("Patient.telecom", "phone", max="1"),
        element("Patient.telecom.system", fixedCode="phone"),
    ),
    profile(
        "library",
        "Patient",
        element("Patient.contact", **sliced("value", "gender")),
        element("Patient.contact", "kin", type=[{"code": "BackboneElement"}]),
        element("Patient.contact.gender", fixedCode="female", min=1),
        element("Patient.contact.name", min=1),
    ),
    profile(
        "by-library",
        "Patient",
        element("Patient.contact", **sliced("value", "gender", rules="closed")),
        element("Patient.contact", "kin", type=[part_of("library", "Patient.contact:kin")]),
    ),
    profile(
        "used-or-not",
        "Patient",
        element("Patient.telecom", **sliced("value", "use", rules="closed")),
        element("Patient.telecom", "used", max="1"),
        element("Patient.telecom.use", min=1),
        element("Patient.telecom", "unused", max="1"),
        element("Patient.telecom.use", max="0"),
    ),
    profile(
        "required-text",
        "Observation",
        element(
            "Observation.category",
            binding={"strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/observation-category"},
        ),
    ),
    profile(
        "unknown-set",
        "Observation",
        element("Observation.category", binding={"strength": "required", "valueSet": OURS + "no-such-set"}),
    ),
    profile(
        "unknown-extensible",
        "Observation",
        element("Observation.category", binding={"strength": "extensible", "valueSet": OURS + "no-such-set"}),
    ),
    profile(
        "needs-birth-time",
        "Patient",
        element("Patient.birthDate", max="1"),
        element("Patient.birthDate.extension", **sliced("value", "url")),
        element(
            "Patient.birthDate.extension",
            "time",
            min=1,
            max="1",
            type=[{"code": "Extension", "profile": [BASE + "patient-birthTime"]}],
        ),
    ),
    profile(
        "only-quantity",
        "Observation",
        element("Observation.value[x]", max="1", **sliced("type", "$this", rules="closed")),
        element("Observation.value[x]", "valueQuantity", min=1, max="1", type=[{"code": "Quantity"}]),
    ),
    differential("adrift", "Patient", {"path": "Patient.name", "min": 1}) | {"baseDefinition": OURS + "nowhere"},
    differential("its-own-base", "Patient", {"path": "Patient.name", "min": 1})
    | {"baseDefinition": OURS + "its-own-base"},
    differential(
        "one-phone",
        "Patient",
        {"id": "Patient.telecom:phone", "path": "Patient.telecom", "sliceName": "phone", "max": "1"},
    )
    | {"baseDefinition": OURS + "any-phones"},
    differential(
        "any-phones",
        "Patient",
        {"path": "Patient.telecom", **sliced("value", "system")},
        {"path": "Patient.telecom", "sliceName": "phone"},
        {"path": "Patient.telecom.system", "fixedCode": "phone"},
    ),
    differential(
        "measured",
        "Observation",
        {"path": "Observation.valueQuantity", "min": 1},
        {"path": "Observation.valueQuantity.unit", "min": 1},
    ),
    differential("deep", "Observation", {"path": "Observation.code.coding.display", "min": 1}),
    {**profile("imposing", "Patient"), "extension": imposed("one-name", "imposing")},
    {**profile("imposing-more", "Patient"), "extension": imposed("imposing", "nowhere")},
    differential("lost-word", "Patient", {"path": "Patient.nickname", "min": 1}, {"path": "Patient.name", "min": 1}),
    {
        **profile("broken", "Patient"),
        "snapshot": {"element": [{"path": "Patient"}, {"path": "Patient.name.given.what"}]},
    },
    profile(
        "one-language",
        "Patient",
        element(
            "Patient.text", max="1", extension=[{"url": LANGUAGES, "valueCode": "_no"}], type=[{"code": "Narrative"}]
        ),
    ),
    {"resourceType": "CodeSystem", "url": OURS + "supplement", "status": "draft", "content": "supplement"},
    {
        "resourceType": "Measure",
        "url": OURS + "measure",
        "status": "draft",
        "scoring": {"coding": [{"code": "proportion"}]},
        "group": [{}],
    },
    {
        "resourceType": "Questionnaire",
        "url": OURS + "form",
        "status": "active",
        "item": [
            {"linkId": "a", "type": "string", "required": True, "maxLength": 9},
            {
                "linkId": "g",
                "type": "group",
                "item": [
                    {"linkId": "b", "type": "choice", "answerOption": [{"valueString": "x"}, {"valueString": "y"}]}
                ],
            },
            {"linkId": "c", "type": "choice", "answerValueSet": OURS + "form-options"},
        ],
    },
)


class Own:
    """The tests' definitions as a layer of a registry."""

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        found = next((each for each in DEFINITIONS if each["url"] == url and each["resourceType"] == kind), None)
        return {key: value for key, value in found.items() if value is not None} if found and not version else None

    def urls(self, kind: str) -> Iterator[str]:
        return (each["url"] for each in DEFINITIONS if each["resourceType"] == kind)


@pytest.fixture(scope="session")
def validator() -> Validator:
    return Validator(registry=core().with_layer(Own()).with_layer(Animals()))
