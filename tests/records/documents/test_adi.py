"""An advance directive is one only where it truly is one; what is missing is said by name."""

from __future__ import annotations

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.documents.test_documents import DAY, EXAMPLES, composition, kinds_in, sections, words

HEADER = "http://hl7.org/fhir/us/pacio-adi/StructureDefinition/ADI-Composition-Header"

TRULY = """
language: en-US
person: {name: {text: Sam Reed, given: [Sam], family: Reed}, gender: other}
people:
  ann: {name: {text: Ann Reed, given: [Ann], family: Reed}, relation: my sister, phone: "+44 7700 900001"}
what_matters:
  sea: {words: The sea., said_by: person, when: 2026-03-01}
preferences:
  vent: {kind: treatment, treatment: Ventilation, words: No machine., said_by: person, when: 2026-03-01}
  home: {kind: place of death, wish: home, said_by: person, when: 2026-03-01}
legal:
  agent: {kind: healthcare agent, agents: [ann], when: 2026-03-02, valid_until: 2026-12}
  refusal: {kind: refusal of treatment, treatments: [ventilation], when: 2026-03-02, rests_on: [vent]}
"""


def directive(text=TRULY, **how):
    return Record.loads(text).document("adi", **{"date": DAY, "custodian": "The hospice", **how})


def test_it_names_who_may_decide_and_what_is_refused():
    document = directive()
    found = sections(document)
    who = found["Who may decide for me"]
    kinds = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in document["entry"]}
    assert [kinds[entry["reference"]] for entry in who["entry"]] == ["Consent", "RelatedPerson"]
    assert "ventilation" in words(found["What I refuse, and other decisions"])
    assert "No machine." in words(found["What I would and would not want"])
    assert "home" in words(found["When I die"])
    assert document["entry"][0]["resource"]["author"][0]["display"] == "Sam Reed"
    assert kinds_in(document).count("Organization") == 1


def test_without_anybody_who_may_decide_it_says_that_this_is_not_known():
    document = directive(TRULY.replace("  agent: {kind: healthcare agent, agents: [ann]", "  #"))
    assert sections(document)["Who may decide for me"]["emptyReason"]["coding"][0]["code"] == "unknown"


def test_it_is_read_back_and_made_again_without_doubling():
    document = directive()
    again = read(jsonio.read(jsonio.write(document)))
    assert again.other == ()
    assert again.document("adi", date=DAY, custodian="The hospice") == document


MISSING = {
    "nothing decided": (TRULY.partition("legal:")[0], {}, "legal: a decision of the person's own"),
    "decided by somebody else": (
        TRULY.replace("agents: [ann]", "agents: [ann], made_by: ann").replace("[vent]", "[vent], made_by: ann"),
        {},
        "legal: a decision of the person's own",
    ),
    "withdrawn": (
        TRULY.replace("agents: [ann]", "agents: [ann], withdrawn: true").replace("[vent]", "[vent], withdrawn: true"),
        {},
        "legal: a decision of the person's own",
    ),
    "taken back": (
        TRULY.replace("agents: [ann]", "agents: [ann], ended: {by: person}").replace("[vent]", "[vent], ended: {}"),
        {},
        "legal: a decision of the person's own",
    ),
    "a CPR decision alone": (
        TRULY.partition("legal:")[0] + "legal: {cpr: {kind: cpr decision, attempt_cpr: false}}",
        {},
        "legal: a decision of the person's own",
    ),
    "nobody keeps it": (TRULY, {"custodian": None}, "custodian: the name"),
    "somebody else answers for it": (TRULY, {"author": "ann"}, "author: an advance directive is the person's own"),
    "no gender": (TRULY.replace(", gender: other", ""), {}, "person: gender"),
    "an agent whom nobody can reach": (
        TRULY.replace(', phone: "+44 7700 900001"', ""),
        {},
        r"people\.ann: a phone or an e-mail",
    ),
    "an agent without a name": (
        TRULY.replace("{name: {text: Ann Reed, given: [Ann], family: Reed}, ", "{who: my sister Ann, "),
        {},
        r"people\.ann: a name",
    ),
}


@pytest.mark.parametrize("case", MISSING)
def test_it_is_refused_with_the_name_of_what_is_missing(case):
    text, how, said = MISSING[case]
    with pytest.raises(RecordError, match=said) as raised:
        directive(text, **how)
    assert len(raised.value.problems) == 1


def test_a_decision_that_has_ended_by_that_day_names_nobody():
    document = directive(date="2027-01-01")
    assert "entry" not in sections(document)["Who may decide for me"]


@pytest.mark.parametrize("example", ["eirwen", "nia"])
def test_who_has_put_it_into_law_has_one_and_it_is_made_again(example):
    record = Record.load(next(each for each in EXAMPLES if each.stem == example))
    document = record.document("adi", date=DAY, custodian="The surgery in the square", reader="person")
    assert composition(document)["meta"]["profile"] == [HEADER]
    assert "entry" in sections(document)["Who may decide for me"]
    again = read(jsonio.read(jsonio.write(document)))
    assert again.document("adi", date=DAY, custodian="The surgery in the square", reader="person") == document


@pytest.mark.parametrize("example", ["art", "barbara", "farideh"])
def test_who_has_put_nothing_into_law_has_none(example):
    record = Record.load(next(each for each in EXAMPLES if each.stem == example))
    with pytest.raises(RecordError, match="a decision of the person's own that stands"):
        record.document("adi", date=DAY, custodian="The surgery in the square")
