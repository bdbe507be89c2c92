"""A record as a document: whole in itself, no more than it needs, the same again when it is read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records import codes
from fhir_matters.records.dates import surely_after
from fhir_matters.records.fit import REPLACEABLE, SECTIONS
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from fhir_matters.records.standing import last_day, standing
from tests.records.servers import pulled
from tests.records.strategies import records

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
DAY = "2026-11-25"
SCRIPT = "<div xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script>Codeine</div>"
slow = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FOLLOWING = ("/meta/security", "/status")
kinds = st.sampled_from(["own", "ips"])


def composition(document):
    return document["entry"][0]["resource"]


def sections(document):
    return {section["title"]: section for section in composition(document)["section"]}


def kinds_in(document):
    return [entry["resource"]["resourceType"] for entry in document["entry"]]


def references(element):
    for name, value in element.items() if isinstance(element, dict) else enumerate(element):
        if name == "reference" and isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            yield from references(value)


def words(section):
    return " ".join(" ".join(etree.fromstring(section["text"]["div"]).itertext()).split())


@slow
@given(records(), kinds, st.none() | st.just("The hospice"))
def test_a_document_is_whole_and_has_no_more_than_it_needs(record, kind, custodian):
    document = record.document(kind, date=DAY, custodian=custodian)
    assert document["type"] == "document"
    assert document["timestamp"] == f"{DAY}T00:00:00Z"
    assert kinds_in(document)[0] == "Composition"
    assert kinds_in(document).count("Composition") == kinds_in(document).count("Patient") == 1
    addresses = [entry["fullUrl"] for entry in document["entry"]]
    assert len(set(addresses)) == len(addresses)
    assert set(references(document["entry"])) == set(addresses[1:])


@slow
@given(records(), kinds, st.sampled_from([None, "person"]), st.integers(0, 9))
def test_a_document_that_was_read_makes_the_same_document_again(record, kind, reader, seed):
    assume(not ends_before_its_day(record))
    document = record.document(kind, date=DAY, custodian="The hospice", reader=reader)
    for came in (jsonio.read(jsonio.write(document)), pulled(document, seed)):
        again = read(came)
        assert follows_from_the_rest(again.other)
        same = again.document(kind, date=DAY, custodian="The hospice", reader="person")
        assert jsonio.write(same) == jsonio.write(document)


def ends_before_its_day(record):
    """True where something still runs on the day of the document, and yet was ended by a word of later.

    A document that leaves out that word says nothing any more of the end.
    """
    forms = ((section, key, form) for section in REPLACEABLE for key, form in getattr(record, section).items())
    lasting = ((section, key, until) for section, key, form in forms if (until := last_day(form)) is not None)
    return any(standing(record, *each) == "ended" and not surely_after(DAY, each[2]) for each in lasting)


def follows_from_the_rest(other):
    """True where all that is kept is a label or a status that follows from something that the document leaves out."""
    changes = [change for kept in other for change in kept.changes]
    return not any(kept.resource for kept in other) and all(each["path"].startswith(FOLLOWING) for each in changes)


@slow
@given(records())
def test_what_was_read_of_a_document_is_what_the_record_has_and_nothing_that_stands_is_left_out(record):
    again = read(record.document("own", date=DAY, reader="person"))
    assert again.person == record.person
    for section in SECTIONS:
        ours, theirs = getattr(record, section), getattr(again, section)
        assert theirs == {key: ours[key] for key in ours if key in theirs}
    for section in REPLACEABLE:
        assert standing_in(getattr(record, section)) <= getattr(again, section).keys()


def standing_in(forms):
    """The keys of what surely stands: no mistake, without an end, and not replaced."""
    over = {key for key, form in forms.items() if form.withdrawn or getattr(form, "ended", None)}
    over |= {key for key, form in forms.items() if getattr(form, "valid_until", None) or getattr(form, "until", None)}
    return forms.keys() - over - {form.replaces for form in forms.values() if not form.withdrawn}


@slow
@given(records(), kinds)
def test_every_section_says_in_words_what_its_entries_say(record, kind):
    document = record.document(kind, date=DAY)
    texts = {entry["fullUrl"]: entry["resource"].get("text") for entry in document["entry"]}
    for section in composition(document)["section"]:
        assert section["title"] in words(section)
        for entry in section.get("entry", ()):
            assert words({"text": texts[entry["reference"]]}) in words(section)
        assert ("emptyReason" in section) <= ("entry" not in section)


@pytest.mark.parametrize("kind", ["own", "ips"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_document_of_an_example_is_the_same_every_time_and_another_on_another_day(example, kind):
    record = Record.load(example)
    document = record.document(kind, date=DAY)
    assert record.document(kind, date=DAY) == document
    other = record.document(kind, date="2027-01-01")
    assert other["identifier"] != document["identifier"]
    assert composition(other)["identifier"] == composition(document)["identifier"]


def test_a_person_of_whom_nothing_is_known_has_a_document_that_says_so():
    document = Record.loads("person: {name: Sam}").document("own", date=DAY)
    assert kinds_in(document) == ["Composition", "Patient"]
    assert {code["code"] for s in sections(document).values() for code in s["emptyReason"]["coding"]} == {"unavailable"}
    assert "What matters to me" in sections(document)


def test_a_summary_of_a_person_of_whom_nothing_is_known_has_the_codes_that_say_so():
    document = Record.loads("person: {name: Sam}").document("ips", date=DAY)
    assert list(sections(document)) == ["Problems", "Allergies and intolerances", "Medicines"]
    assert kinds_in(document)[2:] == ["Condition", "AllergyIntolerance", "MedicationStatement"]
    assert document["entry"][1]["resource"]["_birthDate"]["extension"][0]["valueCode"] == "unknown"
    assert "No information about allergies" in words(sections(document)["Allergies and intolerances"])


FROM_ELSEWHERE = """
person: {name: Sam, born: 1950}
other:
  - url: urn:uuid:0c1a6b1e-0000-4000-8000-000000000001
    resource:
      resourceType: AllergyIntolerance
      clinicalStatus:
        coding: [{system: http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical, code: active}]
      code: {text: Codeine}
      patient: {display: Sam}
  - url: urn:uuid:0c1a6b1e-0000-4000-8000-000000000002
    resource: {resourceType: Specimen, type: {text: Blood}}
"""


def test_a_summary_carries_what_others_know_and_nothing_else_of_theirs():
    document = Record.loads(FROM_ELSEWHERE).document("ips", date=DAY)
    assert kinds_in(document).count("AllergyIntolerance") == 1
    assert "Specimen" not in kinds_in(document)
    assert "Codeine" in words(sections(document)["Allergies and intolerances"])
    again = read(document)
    assert [kept.resource["resourceType"] for kept in again.other] == ["AllergyIntolerance"]
    assert again.document("ips", date=DAY) == document


def test_a_text_from_elsewhere_comes_as_plain_words():
    record = Record.loads(FROM_ELSEWHERE)
    record.other[0].resource["text"] = {"status": "generated", "div": SCRIPT}
    section = sections(record.document("ips", date=DAY))["Allergies and intolerances"]
    assert "Codeine" in words(section)
    assert "script" not in section["text"]["div"]


def test_a_summary_that_cannot_carry_a_problem_says_so_and_leaves_nothing_out_in_silence():
    text = FROM_ELSEWHERE + "  - resource: {resourceType: Condition, code: {text: Heart failure}}\n"
    with pytest.raises(RecordError, match=r"other\.2: a Condition in an IPS has clinicalStatus"):
        Record.loads(text).document("ips", date=DAY)


def test_a_composition_that_somebody_changed_is_kept_whole_and_makes_no_second_one():
    document = Record.load(EXAMPLES[0]).document("own", date=DAY)
    composition(document)["attester"] = [{"mode": "personal"}]
    again = read(document)
    assert [kept.resource for kept in again.other] == [composition(document)]
    assert kinds_in(again.document("own", date=DAY)).count("Composition") == 1


REPLACED = """
person: {name: Sam}
preferences:
  before: {kind: please do, words: Knock twice., said_by: person, when: 2026-01-01}
  now: {kind: please do, words: Just come in., said_by: person, when: 2026-02-01, replaces: before}
  mistaken: {kind: please do not, words: Do not sing., said_by: person, withdrawn: true}
  ended: {kind: please do, words: Wake me at six., said_by: person, valid_until: 2026-10}
"""


def test_only_what_stands_on_that_day_is_shown_and_what_came_before_is_still_there():
    document = Record.loads(REPLACED).document("own", date=DAY)
    shown = words(sections(document)["Please do, please do not"])
    assert "Just come in." in shown
    assert all(word not in shown for word in ("Knock twice.", "Do not sing.", "Wake me at six."))
    assert read(document).preferences.keys() == {"now", "before"}
    assert "Wake me at six." in words(sections(Record.loads(REPLACED).document("ips", date="2026-10-31"))["Alerts"])


def test_a_section_has_our_code_the_loinc_code_and_the_uk_heading():
    for concept in codes.DOCUMENT_SECTION.values():
        assert [code.system for code in concept.coded_as] == [codes.LOINC, codes.UK_HEADING]
    document = Record.load(EXAMPLES[0]).document("own", date=DAY)
    systems = [[c["system"] for c in section["code"]["coding"]] for section in sections(document).values()]
    assert all(found == [codes.SYSTEM_DOCUMENT_SECTION, codes.LOINC, codes.UK_HEADING] for found in systems)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"date": "2026-13-01"}, "date: This is not a day"),
        ({"date": "2026-11"}, "not of a month"),
        ({"date": DAY, "author": "nobody"}, "nobody called 'nobody'"),
        ({"date": DAY, "author": "bes"}, "Did you mean 'bess'"),
        ({"date": DAY, "author": "bess"}, "nobody with a name"),
        ({"date": DAY, "custodian": " "}, "custodian: This is not the name"),
        ({"date": DAY, "kind": "memoir"}, "Choose: own, ips"),
    ],
)
def test_what_a_document_cannot_be_of_is_a_clear_error(given, said):
    record = Record.loads("person: {name: Sam}\npeople: {bess: {who: Bess the dog}}")
    with pytest.raises(RecordError, match=said):
        record.document(**given)


def test_a_moment_keeps_its_zone_and_the_author_is_who_is_named():
    record = Record.loads("person: {name: Sam}\ncolleagues: {asha: {name: Asha}}")
    document = record.document("own", date="2026-11-25T09:00:00+05:30", author="asha")
    assert document["timestamp"] == "2026-11-25T09:00:00+05:30"
    assert composition(document)["author"][0]["display"] == "Asha"
    assert kinds_in(document) == ["Composition", "Patient", "Practitioner", "PractitionerRole", "CareTeam"]


KEPT = """
person: {name: Sam}
people: {ann: {name: Ann}, bob: {name: Bob}}
what_matters:
  open: {words: The sea., said_by: person}
  secret: {words: I am frightened., said_by: person}
sharing:
  not-bob: {what: [secret], not_with: [bob], until: 2026-12-31}
"""


@pytest.mark.parametrize("kind", ["own", "ips"])
@pytest.mark.parametrize(
    ("reader", "day", "told"),
    [(None, DAY, False), ("bob", DAY, False), ("ann", DAY, True), ("person", DAY, True), ("bob", "2027-01-01", True)],
)
def test_what_is_kept_from_the_reader_on_that_day_is_nowhere_in_the_document(kind, reader, day, told):
    wire = jsonio.write(Record.loads(KEPT).document(kind, date=day, reader=reader))
    assert (b"frightened" in wire) is told
    assert b"The sea." in wire


SHOWN = """
person:
  name: Sam
  face: {data: iVBORw0KGgo=, content_type: image/png}
  face_showing: {to: [ann], words: To Ann alone., said_by: person}
people: {ann: {name: Ann}, bob: {name: Bob}}
what_matters:
  secret: {words: I am frightened., said_by: person}
sharing:
  not-bob: {what: [secret], not_with: [bob]}
"""


@pytest.mark.parametrize("kind", ["own", "ips"])
@pytest.mark.parametrize("reader", ["ann", "person"])
def test_whoever_is_told_or_shown_in_confidence_is_told_that_it_is(kind, reader):
    said = words(sections(Record.loads(SHOWN).document(kind, date=DAY, reader=reader))["Who may know, and who may see"])
    assert "To Ann alone." in said
    assert "Kept from : Bob" in said


CHANGED = """
person: {name: Sam}
preferences:
  first: {kind: place of death, wish: hospital, said_by: person, when: 2026-01-01}
  then: {kind: place of death, wish: home, said_by: person, when: 2026-02-01, replaces: first, valid_until: 2026-03-01}
outcomes:
  so: {of: first, honoured: "yes", said_by: person, when: 2026-01-20}
"""


def test_what_was_replaced_does_not_seem_to_stand_again_where_what_replaced_it_has_ended():
    document = Record.loads(CHANGED).document("own", date=DAY)
    assert "home" in words(sections(document)["What has changed since"])
    assert "entry" not in sections(document)["What I would and would not want"]
    assert read(document).preferences == Record.loads(CHANGED).preferences


def test_a_decision_that_a_later_day_of_the_record_ended_is_read_of_a_document_as_it_is():
    plans = {"over": {"trigger": "a fall", "when": "2088-06-30", "valid_until": "2000-01-01"}}
    decision = {"kind": "cpr decision", "attempt_cpr": True, "valid_until": "2026-12-31"}
    record = Record.model_validate(
        {"person": {"name": "Ada", "born": "1936"}, "plans": plans, "legal": {"a": decision}}
    )
    document = record.document("own", date=DAY, reader="person")
    assert "2088-06-30" not in jsonio.write(document).decode()
    again = read(document)
    assert again.legal == record.legal
    assert again.document("own", date=DAY, reader="person") == document
