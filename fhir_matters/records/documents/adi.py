"""A Personal Advance Care Plan (PACIO ADI 2.1.0), made only of what truly is an advance directive.

It is one where the person themself has decided in law, it still stands, and an organisation keeps it. Everything else
in it is there because it stands beside that decision. Sections hold what meets the profiles that PACIO ADI asks for;
refusals of treatment and wishes about treatment, of which it has no section, have one of their own.

It claims ADI-Composition-Header. ADI-PACPComposition 2.1.0 it claims not: no document with an agent can meet that, as
its rule HCA-section-entries misspells RelatedPerson.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fhir_matters.records.codes import DATA_ABSENT_REASON, LOINC, Coding
from fhir_matters.records.documents.about import About
from fhir_matters.records.documents.beside import with_what_is_beside
from fhir_matters.records.documents.entries import Entry
from fhir_matters.records.documents.kind import Kind
from fhir_matters.records.documents.sections import Section
from fhir_matters.records.fhir.elements import child, children

_GUIDE = "http://hl7.org/fhir/us/pacio-adi/StructureDefinition"
_US_PATIENT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
_BINDING = ("refusal of treatment", "healthcare agent", "lasting power of attorney")
# PACIO ADI, ADINoHealthcareAgentIncludedReasonVS: why no agent is named.
_UNKNOWN = Coding(DATA_ABSENT_REASON, "unknown", "Unknown")


def _meets(entry: Entry, profile: str) -> bool:
    return profile in children(child(entry.resource, "meta"), "profile")


def _decided(about: About, entry: Entry, *, agents: bool) -> bool:
    """A decision in law that the person themself made: who may decide, or anything else."""
    legal = about.parts.legal.get(entry.steps[1]) if entry.shape == ("legal",) else None
    return legal is not None and legal.made_by == "person" and bool(legal.agents) is agents


def _agents(about: About, found: Sequence[Entry]) -> Iterator[Entry]:
    """Who may decide: the decisions, and then the people."""
    decisions = [e for e in found if _decided(about, e, agents=True) and about.stands(e)]
    named = {who for entry in decisions for who in about.parts.legal[entry.steps[1]].agents}
    yield from decisions
    yield from (e for e in found if e.shape == ("people",) and e.steps[1] in named)


def _experience(_: About, entry: Entry) -> bool:
    return _meets(entry, f"{_GUIDE}/ADI-CareExperiencePreference")


def _intervention(entry: Entry) -> bool:
    return entry.shape == ("preferences",) and _meets(entry, f"{_GUIDE}/ADI-PersonalInterventionPreference")


def _upon_death(about: About, entry: Entry) -> bool:
    return _intervention(entry) and about.parts.preferences[entry.steps[1]].kind == "place of death"


def _treatment(about: About, entry: Entry) -> bool:
    return _intervention(entry) and not _upon_death(about, entry)


def _refusal(about: About, entry: Entry) -> bool:
    return _decided(about, entry, agents=False)


_SECTIONS: tuple[tuple[str, Coding, Callable[[About, Entry], bool]], ...] = (
    ("What I refuse, and other decisions", Coding(LOINC, "42348-3", "Advance healthcare directives"), _refusal),
    (
        "What matters to me",
        Coding(LOINC, "81338-6", "Patient Goals, preferences, and priorities for care experience"),
        _experience,
    ),
    (
        "What I would and would not want",
        Coding(LOINC, "75773-2", "Goals, preferences, and priorities for medical treatment"),
        _treatment,
    ),
    ("When I die", Coding(LOINC, "81337-8", "Patient Goals, preferences, and priorities upon death"), _upon_death),
)


def _sections(about: About, found: Sequence[Entry]) -> Iterator[Section]:
    return iter(with_what_is_beside(about, list(_decisions(about, found)), found))


def _decisions(about: About, found: Sequence[Entry]) -> Iterator[Section]:
    code = Coding(LOINC, "81335-2", "Patient Healthcare agent")
    yield Section("Who may decide for me", (code,), tuple(_agents(about, found)), empty=_UNKNOWN)
    for title, code, holds in _SECTIONS:
        if held := tuple(entry for entry in found if holds(about, entry) and about.stands(entry)):
            yield Section(title, (code,), held)


def _missing(about: About, found: Sequence[Entry]) -> Iterator[str]:
    """What a record lacks to be an advance directive, each by name."""
    standing = [e for e in found if e.shape == ("legal",) and about.stands(e)]
    own = [about.parts.legal[e.steps[1]] for e in standing if about.parts.legal[e.steps[1]].made_by == "person"]
    if not any(legal.kind in _BINDING for legal in own):
        yield f"legal: a decision of the person's own that stands on {about.date}: a {', a '.join(_BINDING)}"
    if about.custodian is None:
        yield "custodian: the name of the organisation that keeps it"
    if about.author != "person":
        yield "author: an advance directive is the person's own; leave the author out"
    if not any(_meets(entry, _US_PATIENT) for entry in found if entry.steps == ("person",)):
        yield "person: gender, and a given or a family name, as US Core has them"
    for entry in _agents(about, found):
        if entry.shape == ("people",) and "telecom" not in entry.resource:
            yield f"people.{entry.steps[1]}: a phone or an e-mail of somebody who may decide"
    named = {who for legal in own for who in legal.agents}
    yield from (f"people.{who}: a name" for who in sorted(named) if about.parts.people[who].name is None)


ADI = Kind(
    title="Advance care plan of {name}",
    type=(Coding(LOINC, "81334-5", "Patient Personal advance care plan"),),
    category=(Coding(LOINC, "42348-3", "Advance healthcare directives"),),
    profiles=(f"{_GUIDE}/ADI-Composition-Header",),
    sections=_sections,
    missing=_missing,
)
