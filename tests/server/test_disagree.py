"""Two validators' issues are paired by place and meaning: whoever spells them as they may."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.issue import Issue, Severity
from fhir_matters.path import Path
from fhir_matters.server import meaning
from fhir_matters.server.disagree import Counts, compared, counted
from fhir_matters.server.meaning import Said, read, said
from fhir_matters.server.places import Where, root, where

MINIMUM = "Validation_VAL_Profile_Minimum"


def issue(place="", severity="error", *, code="processing", id="", text="") -> Said:  # noqa: A002 (as HL7 names it)
    return said(Issue("", Severity(severity), code, text, Path((), place), message_id=id), "Observation")


def one(ours: Said, theirs: Said) -> tuple[str, str]:
    """Who says it, and on what they were paired."""
    first, *_ = compared([ours], [theirs])
    return first.by, first.on


SAME_PLACES = [
    ("Observation.component[1].code", "Observation.component[1].code"),
    ("Observation.component[1].code", "/f:Observation/f:component[2]/f:code"),
    ("Observation.component[1].code", "/component/1/code"),
    ("Observation.component[1].code", "component[1].code"),
    ("Observation.component[1].code", "Observation.component[1].code // OperationOutcome.Location is deprecated"),
    ("Observation.component[1].code", "Observation.component.code"),
    ("Observation.component[1].code", "Parameters.parameter[0].resource/*Observation/null*/.component[1].code"),
    ("Observation.value.ofType(Quantity).code", "Observation.valueQuantity.code"),
    ("Observation.value.ofType(Quantity)", "Observation.value[x]"),
    ("Observation.code.coding[0]", "Observation.code.coding:kind[0]"),
    ("Observation.subject.reference", "Observation.subject"),
    ("Observation.extension[0].url", "Observation.extension[0]"),
    ("Observation.code.coding[0].system", "Observation.code.coding[0]"),
    ("Observation.extension[0].value.ofType(string)", "Observation.extension[url='http://x.y/z'].valueString"),
    ("Observation.contained[0].name", "Observation.contained[0]/*Patient/x*/.name"),
    ("Observation.effective.ofType(dateTime)", " Observation.effectiveDateTime "),
]


@pytest.mark.parametrize(("ours", "theirs"), SAME_PLACES)
def test_one_place_is_one_however_it_is_spelt(ours, theirs):
    assert one(issue(ours, code="value"), issue(theirs, code="value")) == ("both", "meaning")


OTHER_PLACES = [
    ("Observation.component[1].code", "Observation.component[2].code"),
    ("Observation.component[1].code", "/f:Observation/f:component[1]/f:code"),
    ("Observation.component[1].code", "Observation.component[1].value"),
    ("Observation.code", "Observation"),
    ("Observation.code", "Patient.code"),
]


@pytest.mark.parametrize(("ours", "theirs"), OTHER_PLACES)
def test_another_place_is_another(ours, theirs):
    assert one(issue(ours, code="value"), issue(theirs, code="value"))[0] == "us"


@pytest.mark.parametrize(
    "place",
    ["", "Line[1] Col[2]", "nowhere at all", "Patient.name is Hartley", "$.a", "a..b", "//", "/f:", "[0]", "\0", "é"],
)
def test_what_is_no_place_is_none_and_nothing_of_it_is_shown(place):
    assert where(place, "Patient") == Where()


def test_a_value_that_a_place_was_looked_up_by_is_not_shown():
    assert where("Patient.name.where(family='Hartley').given", "Patient").shown == "Patient.name.given"


def test_a_place_begins_with_a_type():
    assert root("Patient.name", "Observation") == "Patient"
    assert root("status", "Observation") == "Observation"
    assert root("Parameters.parameter[0].resource.status", "Observation") == "Observation"
    assert root("Line[1] Col[1]", "Observation") == ""


SAME_MEANING = [
    ("a missing element, by id", issue("Observation", id=MINIMUM, text="Expected at least 1 of Observation.status."),
     issue("Observation", id=MINIMUM, text="Observation.status: minimum required = 1, but only found 0"), "id"),
    ("… by Medplum", issue("Observation", id=MINIMUM, text="Expected at least 1 of Observation.status."),
     issue("Observation.status", code="structure", text="Missing required property"), "meaning"),
    ("… by Firely", issue("Observation", id=MINIMUM, text="Expected at least 1 of Observation.status."),
     issue("Observation", code="invalid", text="Instance count for 'Observation.status' is 0, which is not within the "
           "specified cardinality of 1..1"), "meaning"),
    ("… at no place", issue("Observation", id=MINIMUM, text="Expected at least 1 of Observation.status."),
     issue("", code="required", text="Observation.status: minimum required = 1"), "meaning"),
    ("… of a slice, by another id", issue("Observation.code", id="Validation_VAL_Profile_Minimum_SLICE",
                                          text="Expected at least 1 of Observation.code.coding:weight, found none."),
     issue("Observation.code", id="VALIDATION_VAL_PROFILE_MINIMUM_MAGIC", text="It needs the magic code"), "meaning"),
    ("an element too many", issue("Observation.valueString", id="Unrecognised_property_"),
     issue("Observation", text="Unrecognized property 'valueString'"), "meaning"),
    ("… by Medplum", issue("Observation.song", id="Unrecognised_property_"),
     issue("Observation.song", code="structure", text='Invalid additional property "song"'), "meaning"),
    ("an unknown code, by HAPI's parser", issue("Observation.status", id="Terminology_TX_NoValid_16"),
     issue("", text='HAPI-1821: [element="status"] Invalid attribute value "x": Unknown ObservationStatus code'),
     "meaning"),
    ("a date, by HAPI's parser", issue("Observation.issued", id="Type_Specific_Checks_DT_Instant_Valid"),
     issue("", text='[element="issued"] Invalid attribute value "x": Invalid date/time format: "x"'), "meaning"),
    ("an invariant, by its key", issue("Observation", id="http://hl7.org/fhir/StructureDefinition/Observation#obs-6"),
     issue("Observation", code="invariant", text="Constraint obs-6 not met: value or reason"), "meaning"),
    ("… as HAPI says it", issue("Observation", id="http://hl7.org/fhir/StructureDefinition/Observation#obs-6"),
     issue("Observation", text="Constraint failed: obs-6: 'value or reason' (defined in x)"), "meaning"),
    ("JSON, by HAPI's parser", issue("Observation.code", id="This_property_must_be_an_object_not_"),
     issue("Observation.code", text="This property must be an Object, not a string"), "meaning"),
    ("a fixed value", issue("Observation.code", id="_DT_Fixed_Wrong"),
     issue("Observation.code", id="_DT_Fixed_Wrong"), "id"),
    ("… by a server without ids", issue("Observation.code", id="_DT_Fixed_Wrong"),
     issue("Observation.code", text="Value is 'min' but is fixed to 'h'"), "meaning"),
    ("what the other reports at the element that holds it", issue("Observation.extension[1]", id="x"),
     issue("Observation", id="x"), "id"),
    ("a profile", issue("Observation.meta.profile[0]", "warning", id="VALIDATION_VAL_PROFILE_UNKNOWN_NOT_POLICY"),
     issue("Observation.meta.profile[0]", text="Unable to resolve reference to profile 'x'"), "meaning"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "theirs", "on"), [case[1:] for case in SAME_MEANING], ids=[c[0] for c in SAME_MEANING]
)
def test_one_meaning_is_one_however_it_is_said(ours, theirs, on):
    assert one(ours, theirs) == ("both", on)


def test_at_one_place_two_things_may_be_wrong():
    missing = issue("Observation", id=MINIMUM, text="Expected at least 1 of Observation.status, found none.")
    other = issue("Observation", id=MINIMUM, text="Observation.code: minimum required = 1")
    broken = issue("Observation", id="http://hl7.org/fhir/StructureDefinition/Observation#obs-6")
    another = issue("Observation", code="invariant", text="Constraint obs-7 not met: x")
    assert [pair.by for pair in compared([missing, broken], [other, another])] == [
        "us",
        "us",
        "the server",
        "the server",
    ]


def test_two_of_the_same_at_different_entries_are_paired_each_with_its_own():
    def at(entry: int) -> Said:
        return issue(f"Observation.component[{entry}]", id="x")

    pairs = compared([at(0), at(1), at(2)], [at(2), at(1)])
    assert [(pair.ours, pair.theirs) for pair in pairs] == [(1, 1), (2, 0), (0, None)]


def test_where_the_reason_cannot_be_told_the_place_alone_makes_a_pair_and_says_so():
    assert one(issue("Observation.code", id="x"), issue("Observation.code", text="odd")) == ("both", "place")
    assert one(issue("Observation.code", id="x"), issue("Observation.code", "warning", text="odd"))[0] == "us"
    assert one(issue("Observation.code", id="x"), issue("Observation.code", id="y"))[0] == "us"
    assert one(issue("Observation", id="x"), issue("Observation", text="odd"))[0] == "us", "all of it is no place"


def test_an_issue_counts_once():
    twice = [issue("Observation.code", id="x")] * 2
    assert [pair.by for pair in compared(twice, twice[:1])] == ["both", "us"]
    assert [pair.by for pair in compared(twice[:1], twice)] == ["both", "the server"]


def test_what_is_information_counts_only_where_the_other_calls_it_worse():
    note, warning = issue("Observation.code", "information", id="x"), issue("Observation.code", "warning", id="x")
    assert compared([note], [note]) == []
    assert compared([note], []) == compared([], [note]) == []
    (pair,) = compared([note], [warning])
    assert counted([pair], [note], [warning]) == Counts(both=1, other_severity=1)


def test_fatal_and_error_are_one_severity():
    ours, theirs = [issue("Observation.code", "fatal", id="x")], [issue("Observation.code", id="x")]
    assert counted(compared(ours, theirs), ours, theirs) == Counts(both=1)


def test_very_many_alike_take_no_time_to_speak_of():
    ours = [issue(f"Observation.component[{number}]", id="x") for number in range(3000)]
    theirs = [issue(f"Observation.component[{number + 3000}]", id="x") for number in range(3000)]
    assert counted(compared(ours, theirs), ours, theirs) == Counts(only_us=3000, only_server=3000)


ANY = st.builds(
    issue,
    st.sampled_from(["", "Observation", "Observation.code", "Observation.component[0].code", "component.code", "x y"]),
    st.sampled_from([each.value for each in Severity]),
    code=st.sampled_from(["processing", "value", "required", "invariant", "Mrs Hartley"]),
    id=st.sampled_from(["", MINIMUM, "http://x#obs-6", "Terminology_TX_NoValid_1_CC", "Mrs Hartley"]),
    text=st.sampled_from(["", "Observation.code: minimum required = 1", "Constraint obs-6 not met", "property 'x'"]),
)


@given(st.lists(ANY, max_size=8), st.lists(ANY, max_size=8))
def test_every_error_and_warning_of_either_side_is_told_once(ours, theirs):
    pairs = compared(ours, theirs)
    for side, numbers in ((ours, [pair.ours for pair in pairs]), (theirs, [pair.theirs for pair in pairs])):
        told = [number for number in numbers if number is not None]
        assert len(told) == len(set(told))
        assert {number for number, each in enumerate(side) if each.severity != "information"} <= set(told)


@given(ANY)
def test_what_is_kept_of_an_issue_is_read_again_and_holds_no_words(each):
    assert read(each.written()) == each
    assert "Hartley" not in repr(each)


@given(st.text(max_size=60), st.text(max_size=200), st.text(max_size=40), st.text(max_size=20))
def test_whatever_a_server_says_raises_nothing(place, text, message_id, code):
    found = Issue("", Severity.ERROR, code, text, Path((), place), message_id=message_id)
    assert read(said(found, "Patient").written()) == said(found, "Patient")


def test_long_words_are_looked_at_in_part():
    assert issue("x", text="code " * 1_000_000).meaning in ("", meaning.CODE)
