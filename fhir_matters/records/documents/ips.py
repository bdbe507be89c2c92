"""The International Patient Summary (IPS 1.1.0), with the person's own story in it.

Problems, allergies and medicines are what the record was given by others; where it has none, the document says that
nothing is known, with the codes that IPS 1.1.0 asks for (it forbids emptyReason, R4's own way to say so). Patient
Story, Alerts, Advance Directives and Plan of Care are the person's; one of which there is nothing is left out.

The Composition claims its profile, the Bundle does not: which Observations are results of Bundle-uv-ips, only a
terminology server can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fhir_matters.records.codes import LOINC, Coding
from fhir_matters.records.documents.about import About
from fhir_matters.records.documents.beside import with_what_is_beside
from fhir_matters.records.documents.entries import Entry
from fhir_matters.records.documents.kind import Kind
from fhir_matters.records.documents.sections import Section
from fhir_matters.records.fhir.elements import Element, child, children, concept, text_of
from fhir_matters.records.fhir.narrative import narrative

_GUIDE = "http://hl7.org/fhir/uv/ips/StructureDefinition"
_ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
_DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNKNOWN = {"extension": [{"url": _DATA_ABSENT, "valueCode": "unknown"}]}


@dataclass(frozen=True, slots=True)
class _Known:
    """A section about the body: the types it holds, and what is said where nothing is known."""

    title: str
    code: Coding
    types: tuple[str, ...]
    key: str
    nothing: Coding
    made: Callable[[About, Element], Element]


def _condition(about: About, nothing: Element) -> Element:
    active = Coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active")
    return {"clinicalStatus": concept((active,)), "code": nothing, "subject": about.links.to("person")}


def _allergy(about: About, nothing: Element) -> Element:
    active = Coding("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", "Active")
    return {"clinicalStatus": concept((active,)), "code": nothing, "patient": about.links.to("person")}


def _medicine(about: About, nothing: Element) -> Element:
    known = {"medicationCodeableConcept": nothing, "subject": about.links.to("person")}
    return {"status": "unknown", **known, "_effectiveDateTime": UNKNOWN}


_KNOWN = (
    _Known(
        "Problems",
        Coding(LOINC, "11450-4", "Problem list - Reported"),
        ("Condition",),
        "problems",
        Coding(_ABSENT, "no-problem-info", "No information about problems"),
        _condition,
    ),
    _Known(
        "Allergies and intolerances",
        Coding(LOINC, "48765-2", "Allergies and adverse reactions Document"),
        ("AllergyIntolerance",),
        "allergies",
        Coding(_ABSENT, "no-allergy-info", "No information about allergies"),
        _allergy,
    ),
    _Known(
        "Medicines",
        Coding(LOINC, "10160-0", "History of Medication use Narrative"),
        ("MedicationStatement", "MedicationRequest"),
        "medicines",
        Coding(_ABSENT, "no-medication-info", "No information about medications"),
        _medicine,
    ),
)


def _sections(about: About, found: Sequence[Entry]) -> Iterator[Section]:
    return iter(with_what_is_beside(about, [*_body(about, found), *_told(about, found)], found))


def _body(about: About, found: Sequence[Entry]) -> Iterator[Section]:
    for known in _KNOWN:
        held = tuple(e for e in found if e.kind in known.types and _is_so(e.resource))
        yield Section(known.title, (known.code,), held or (_nothing_known(about, known),))


def _told(about: About, found: Sequence[Entry]) -> Iterator[Section]:
    for title, code, holds in _TOLD:
        if held := tuple(entry for entry in found if holds(about, entry) and about.stands(entry)):
            yield Section(title, (code,), held)


def _is_so(resource: Element) -> bool:
    """False for what was entered by mistake."""
    verified = (child(each, "code") for each in children(resource.get("verificationStatus"), "coding"))
    return "entered-in-error" not in (resource.get("status"), *verified)


def _nothing_known(about: About, known: _Known) -> Entry:
    nothing = known.nothing.display
    resource = {
        "resourceType": known.types[0],
        "meta": {"profile": [f"{_GUIDE}/{known.types[0]}-uv-ips"]},
        "language": about.language,
        "text": narrative(about.language, nothing, ()),
        "identifier": [about.identifier(known.key)],
        **known.made(about, concept((known.nothing,))),
    }
    return about.entry(resource, known.key)


def _story(_: About, entry: Entry) -> bool:
    return entry.shape in _STORY


_STORY = (("what_matters",), ("preferences",), ("choices",), ("outcomes",))


def _alert(about: About, entry: Entry) -> bool:
    """A sign that hangs on the door on that day: IPS shows active flags alone."""
    until = text_of(child(entry.resource.get("period"), "end"))
    return entry.kind == "Flag" and entry.resource.get("status") == "active" and not about.ended(until)


def _directive(_: About, entry: Entry) -> bool:
    """A decision that binds, as IPS allows it: no Observation, and no consent to showing a picture."""
    return entry.shape == ("legal",) and entry.kind in ("Consent", "DocumentReference")


def _plan(_: About, entry: Entry) -> bool:
    return entry.kind == "CarePlan" and entry.resource.get("status") == "active"


# Patient Story and Alerts are sections of IPS 2; IPS 1.1.0 is open to them.
_TOLD: tuple[tuple[str, Coding, Callable[[About, Entry], bool]], ...] = (
    (
        "What matters to me",
        Coding(LOINC, "81338-6", "Patient Goals, preferences, and priorities for care experience"),
        _story,
    ),
    ("Alerts", Coding(LOINC, "104605-1", "Alert"), _alert),
    ("What binds by law", Coding(LOINC, "42348-3", "Advance healthcare directives"), _directive),
    ("If this happens", Coding(LOINC, "18776-5", "Plan of care note"), _plan),
)


def _born(entry: Entry) -> Entry:
    """The Patient as IPS asks for it: a birth date, or that it is not known."""
    patient = entry.resource
    if entry.steps != ("person",) or "birthDate" in patient or "_birthDate" in patient:
        return entry
    return Entry(entry.url, {**patient, "_birthDate": UNKNOWN}, entry.steps)


# What IPS 1.1.0 asks of a resource from elsewhere beyond R4, by type; one of each group.
_ASKED = {
    "Condition": (("clinicalStatus",), ("code",)),
    "MedicationStatement": (
        ("effectiveDateTime", "effectivePeriod", "_effectiveDateTime"),
        ("medicationCodeableConcept", "medicationReference"),
    ),
}


def _missing(about: About, _found: Sequence[Entry]) -> Iterator[str]:
    """Nothing known about the body is left out in silence: what IPS cannot carry is said."""
    for index, kept in enumerate(about.parts.other):
        resource = kept.resource or {}
        for group in _ASKED.get(str(resource.get("resourceType")), ()):
            if not any(name in resource for name in group):
                yield f"other.{index}: a {resource['resourceType']} in an IPS has {group[0]}; this one has none"


IPS = Kind(
    title="International Patient Summary",
    type=(Coding(LOINC, "60591-5", "Patient summary Document"),),
    category=(),
    profiles=(f"{_GUIDE}/Composition-uv-ips",),
    sections=_sections,
    missing=_missing,
    adjusted=_born,
)
