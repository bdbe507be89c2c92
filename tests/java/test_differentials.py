"""Profiles that are a differential only: the HL7 validator and ours find the same errors at the same places.

Elements in an odd order or without their parents are left out: the HL7 validator passes over them without a word.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fhir_matters.validation.validator import Validator
from tests.conformance.places import as_hl7
from tests.java.counterparts import Oracle

HL7 = "http://hl7.org/fhir/StructureDefinition/"
OURS = "https://example.org/fhir/StructureDefinition/"
IMPOSE = HL7 + "structuredefinition-imposeProfile"
LOINC = "http://loinc.org"
ONE = {"coding": [{"system": LOINC, "code": "11367-0"}]}


def element(identity: str, **more: Any) -> dict[str, Any]:
    """An element by its id, with the path and the slice that the id tells."""
    steps = [step.partition(":") for step in identity.split(".")]
    named = {"sliceName": steps[-1][2]} if steps[-1][2] else {}
    return {"id": identity, "path": ".".join(name for name, _, _ in steps), **named, **more}


def profile(name: str, of: str, *elements: dict[str, Any], base: str = "", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": OURS + name,
        "version": "1.0.0",
        "name": name,
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": False,
        "type": of,
        "baseDefinition": base or HL7 + of,
        "derivation": "constraint",
        "differential": {"element": [element(of), *elements]},
        **more,
    }


def sliced(*told: str, rules: str = "open") -> dict[str, Any]:
    """A slicing by value, or `kind@path`."""
    discriminators = [dict(zip(("type", "path"), each.split("@"), strict=True)) for each in told]
    return {"slicing": {"discriminator": discriminators, "rules": rules, "ordered": False}}


def telecom(part: str, *, rules: str = "open", **more: Any) -> tuple[dict[str, Any], ...]:
    """A slice of telecom for phones."""
    head = element("Patient.telecom", **sliced("value@system", rules=rules))
    system = element(f"Patient.telecom:{part}.system", min=1, fixedCode="phone")
    return head, element(f"Patient.telecom:{part}", **more), system


EXTENSION = (
    {**element("Extension.extension"), "max": "0"},
    element("Extension.url", fixedUri=OURS + "only"),
    element("Extension.value[x]", min=1, type=[{"code": "string"}]),
)
COMPONENT = (
    element("Observation.component", **sliced("pattern@code")),
    element("Observation.component:one", min=1),
    element("Observation.component:one.code", patternCodeableConcept=ONE),
    element("Observation.component:one.valueQuantity", min=1),
    element("Observation.component:one.valueQuantity.unit", min=1),
)
CODING = (
    element("Observation.code.coding", **sliced("pattern@$this")),
    element("Observation.code.coding:l", min=1, max="1", patternCoding={"system": LOINC, "code": "11367-0"}),
    element("Observation.code.coding:s", patternCoding={"system": "http://snomed.info/sct"}),
    element("Observation.code.coding:s.display", min=1),
)
RESLICED = (
    element("Patient.telecom", **sliced("value@system", "value@use")),
    element("Patient.telecom:phone", min=1),
    element("Patient.telecom:phone.system", min=1, fixedCode="phone"),
    element("Patient.telecom:phone.use", min=1),
    element("Patient.telecom:phone/home", max="1"),
    element("Patient.telecom:phone/home.system", min=1, fixedCode="phone"),
    element("Patient.telecom:phone/home.use", min=1, fixedCode="home"),
)
MEASURED = (element("Observation.valueQuantity"), element("Observation.valueQuantity.unit", min=1))
TYPED = (
    element("Observation.value[x]", **sliced("type@$this")),
    element("Observation.value[x]:valueQuantity", type=[{"code": "Quantity"}]),
    element("Observation.value[x]:valueQuantity.unit", min=1),
)
ENTRY = (
    element("Bundle.entry", **sliced("type@resource")),
    element("Bundle.entry:patient", min=1, max="1"),
    element("Bundle.entry:patient.resource", min=1, type=[{"code": "Patient", "profile": [OURS + "deep"]}]),
)
NAMED = element("Patient.name", min=1, type=[{"code": "HumanName", "profile": [OURS + "name"]}])
ONLY = element("Patient.extension:only", min=1, type=[{"code": "Extension", "profile": [OURS + "only"]}])
ANYWHERE = [{"type": "element", "expression": "Element"}]
BORN = element("Patient.birthDate", min=1)
PROFILES = (
    profile("deep", "Patient", element("Patient.name.family", min=1)),
    profile("sliced", "Patient", *telecom("phone", min=1, max="1")),
    profile("closed", "Patient", *telecom("phone", rules="closed", max="1")),
    profile("common", "Patient", telecom("phone")[0], element("Patient.telecom.value", min=1), *telecom("phone")[1:]),
    profile("resliced", "Patient", *RESLICED),
    profile("measured", "Observation", *MEASURED),
    profile("needed", "Observation", element("Observation.valueQuantity", min=1)),
    profile("typed", "Observation", *TYPED),
    profile("part", "Observation", *COMPONENT),
    profile("coding", "Observation", *CODING),
    profile("only", "Extension", *EXTENSION, kind="complex-type", context=ANYWHERE),
    profile("extended", "Patient", ONLY),
    profile("nested", "Questionnaire", element("Questionnaire.item.item.prefix", min=1)),
    profile("name", "HumanName", element("HumanName.given", min=1), kind="complex-type"),
    profile("named", "Patient", NAMED, element("Patient.name.family", min=1)),
    profile("entries", "Bundle", *ENTRY),
    profile("again", "Patient", BORN, base=OURS + "sliced"),
    profile("lost", "Patient", element("Patient.nickname", min=1), BORN),
    profile("unsliced", "Patient", element("Patient.telecom:phone", min=1), element("Patient.telecom:mail"), BORN),
    profile("single", "Patient", element("Patient.gender:g", min=1)),
    profile("blind", "Patient", {**telecom("phone")[0], "slicing": {"rules": "open"}}, telecom("phone", min=1)[1]),
    profile("adrift", "Patient", BORN, base=OURS + "nowhere"),
    profile("imposing", "Patient", extension=[{"url": IMPOSE, "valueCanonical": OURS + "again"}]),
)


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **more}


def phone(use: str = "", system: str = "phone") -> dict[str, Any]:
    return {"system": system, "value": "1", **({"use": use} if use else {})}


def observation(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": ONE, **more}


def quantity(**more: Any) -> dict[str, Any]:
    return {"valueQuantity": {"value": 1, "system": "http://unitsofmeasure.org", "code": "m", **more}}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [
        {"fullUrl": f"https://example.org/{each['resourceType']}/{number}", "resource": {"id": str(number), **each}}
        for number, each in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def form(**more: Any) -> dict[str, Any]:
    inner = {"linkId": "1.1", "type": "string", "text": "b", **more}
    item = {"linkId": "1", "type": "group", "text": "a", "item": [inner]}
    return {"resourceType": "Questionnaire", "status": "draft", "item": [item]}


def extension(*values: dict[str, Any]) -> dict[str, Any]:
    return patient(extension=[{"url": OURS + "only", **each} for each in values])


TELECOMS = ([], [phone()], [phone(), phone()], [phone(), phone(system="fax")], [{"system": "phone"}])
USES = ([], ["work"], ["home"], ["home", "home"], ["home", "work"], ["home", "work", "work"])
VALUES = (quantity(unit="m"), quantity(), {}, {"valueString": "x"})
BIRTHS = ({}, {"birthDate": "2000-01-01"}, {"birthDate": "2000-01-01", "gender": "male", "telecom": [phone()]})
SCT = {"system": "http://snomed.info/sct", "code": "271649006"}
RESOURCES: dict[str, list[dict[str, Any]]] = {
    **{name: [patient(telecom=each) if each else patient() for each in TELECOMS] for name in ("sliced", "common")},
    "closed": [patient(telecom=each) for each in ([phone()], [phone(system="fax")], [phone(), phone()])],
    "resliced": [patient(telecom=[phone(use) for use in each]) if each else patient() for each in USES],
    "deep": [patient(), patient(name=[{"family": "a"}]), patient(name=[{"text": "a"}])],
    **{name: [observation(**each) for each in VALUES] for name in ("measured", "typed")},
    "needed": [observation(**each) for each in VALUES[:3]],
    "part": [*(observation(component=[{"code": ONE, **each}]) for each in VALUES[:3]), observation()],
    "coding": [observation(), observation(code={"text": "x"}), observation(code={"coding": [*ONE["coding"], SCT]})],
    "extended": [
        patient(),
        extension({"valueString": "x"}),
        extension({"valueString": "x"}, {"valueString": "x"}),
        extension({"valueBoolean": True}),
    ],
    "nested": [form(), form(prefix="x")],
    "named": [patient(), *(patient(name=[each]) for each in ({"family": "a", "given": ["b"]}, {"family": "a"}))],
    "entries": [bundle(patient(name=[{"family": "a"}])), bundle(patient(name=[{"text": "a"}])), bundle(observation())],
    **{
        name: [patient(**each) for each in BIRTHS]
        for name in ("again", "lost", "single", "blind", "adrift", "imposing")
    },
    "unsliced": [patient(**each) for each in BIRTHS[1:]],
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profiles, packed."""
    about = {"name": "example.differentials", "version": "1.0.0", "fhirVersions": ["4.0.1"], "type": "IG"}
    files = {"package.json": {**about, "dependencies": {"hl7.fhir.r4.core": "4.0.1"}}}
    files |= {f"StructureDefinition-{each['id']}.json": each for each in PROFILES}
    columns = ("resourceType", "id", "url", "version", "kind", "type")
    listed = [
        {"filename": f"StructureDefinition-{each['id']}.json"} | {c: each[c] for c in columns} for each in PROFILES
    ]
    files[".index.json"] = {"index-version": 1, "files": listed}
    place = tmp_path_factory.mktemp("differentials") / "example.differentials-1.0.0.tgz"
    with tarfile.open(place, "w:gz") as packed:
        for name, content in files.items():
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return place


@pytest.fixture(scope="module")
def both(hl7_with: Callable[[Iterable[Path]], Any], archive: Path, shared: Path) -> Iterator[tuple[Oracle, Validator]]:
    """Both validators, with the profiles."""
    beside = [
        shared / "packages" / f"{name}.tgz" for name in ("hl7.fhir.uv.extensions.r4-5.2.0", "hl7.terminology-5.3.0")
    ]
    with hl7_with([archive]) as oracle:
        yield oracle, Validator(packages=[archive, *beside], extensions="known")


@pytest.mark.parametrize("name", RESOURCES)
def test_a_profile_without_a_snapshot_finds_what_the_hl7_validator_finds(
    both: tuple[Oracle, Validator], name: str
) -> None:
    oracle, validator = both
    for resource in RESOURCES[name]:
        theirs = {(each.code, each.location) for each in oracle.errors(json.dumps(resource), profiles=[OURS + name])}
        report = validator.validate(json.dumps(resource).encode(), [OURS + name])
        ours = {(each.code, as_hl7(each.path.expression, resource, each.message_id)) for each in report.errors}
        assert ours == theirs, resource
