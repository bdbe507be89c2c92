"""What a person said, in the shapes of US Core, PACIO ADI, PCO and the Dutch PZP, and what only looks like it."""

from __future__ import annotations

from datetime import date

import pytest

from fhir_matters.lints.check import check
from tests.records.others.shapes import ABSENT, ADI, LOINC, PCO, SCT, US_CORE, coded, forms, only, record, said, stays

PRECONDITION = f"{ADI}/adi-enclosedPrecondition-extension"


def found(*resources) -> list[str]:
    """The rules that speak of a meaning."""
    return [each.rule for each in check(record(*resources), date(2026, 6, 1)) if each.rule == "FM841"]


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("81360-0", "My likes and joys", "joy"),
        ("81361-8", "Things that make me laugh", "laughter"),
        ("81362-6", "My dislikes and fears", "worry"),
        ("81363-4", "Things that matter to me", "what matters"),
        ("81364-2", "Religious or cultural beliefs", "belief"),
        ("81366-7", "Unfinished business", "unfinished"),
    ],
)
@pytest.mark.parametrize("suffix", ["", " [Reported]", " Narrative - Reported"])
@pytest.mark.parametrize("general", [True, False])
def test_a_specific_code_says_what_it_is_about_whatever_the_suffix_of_its_name(code, name, kind, suffix, general):
    concept = coded(code, name + suffix)
    if general:
        concept["coding"].insert(0, {"system": LOINC, "code": "95541-9", "display": "Care experience preference"})
    form = only(said(concept))
    assert (form.kind, form.words, form.said_by, form.when) == (
        kind, "Lavender, and the window open.", "person", "2026-03-03",
    )  # fmt: skip


def test_the_general_codes_of_us_core_are_preferences():
    assert only(said(coded("95541-9"))).kind == "care experience"
    plain = coded("75773-2", text="preferences for medical treatment")
    assert (only(said(plain)).kind, only(said(plain)).treatment) == ("treatment", None)
    assert only(said(coded("75773-2", text="Dialysis"))).treatment == "Dialysis"


def test_a_category_in_the_place_of_the_code_is_the_general_code():
    assert only(said(coded("care-experience-preference", system=US_CORE))).kind == "care experience"


def test_a_category_alone_makes_a_preference_only_where_the_question_goes_with_it():
    category = [
        coded(
            "intervention-preference", system=ADI.replace("StructureDefinition", "CodeSystem/ADIPreferenceCategoryCS")
        )
    ]
    about = coded("77352-3", "Thoughts on artificial nutrition and hydration [Reported]")
    assert only(said(about, category=category)).treatment == "Thoughts on artificial nutrition and hydration"
    assert stays(said(coded("77352-3"), category=category))
    care = [coded("care-experience-preference", system=US_CORE)]
    assert stays(said(coded("81365-9", "Religious affiliation contact to notify"), category=care))


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("81363-4", "Preferred healthcare professional"),
        ("81362-6", "Preferred location for healthcare"),
        ("75780-7", "Blood pressure"),
    ],
)
def test_a_code_under_a_wrong_name_is_reported_and_not_believed(code, wrong):
    assert stays(said(coded(code, wrong)))
    assert found(said(coded(code, wrong))) == ["FM841"]
    general = coded(code, wrong)
    general["coding"].append({"system": LOINC, "code": "95541-9"})
    assert only(said(general)).kind == "care experience"
    assert found(said(general)) == ["FM841"]


def test_a_text_in_the_place_of_the_name_is_held_against_the_code_too():
    assert stays(said(coded("81363-4", text="Preferred healthcare professional")))
    assert found(said(coded("81363-4", text="Preferred healthcare professional"))) == ["FM841"]
    assert only(said(coded("81360-0", text="What makes you happy?"))).kind == "joy"
    assert only(said(coded("81360-0", "My likes and joys", text="Music"))).kind == "joy"
    assert found(said(coded("81360-0", "My likes and joys", text="Music"))) == []


def test_two_codes_that_say_two_things_are_the_general_one_or_nothing():
    two = {"coding": [{"system": LOINC, "code": "81360-0"}, {"system": LOINC, "code": "81362-6"}]}
    assert stays(said(two))
    two["coding"].append({"system": LOINC, "code": "95541-9"})
    assert only(said(two)).kind == "care experience"


def test_a_condition_on_it_is_carried_as_one():
    extension = [{"url": PRECONDITION, "valueCodeableConcept": {"text": "If I am in pain"}}]
    form = only(said(coded("75779-9"), extension=extension))
    assert (form.kind, form.only_if) == ("cpr", "If I am in pain")
    form = only(said(coded("81360-0"), extension=extension))
    assert (form.kind, form.only_if) == ("care experience", "If I am in pain")


@pytest.mark.parametrize(
    ("reason", "system", "answer"),
    [
        ("asked-declined", ABSENT, "declined to answer"),
        ("asked-unknown", ABSENT, "undecided"),
        ("not-asked", ABSENT, "not asked"),
        ("766391000000108", SCT, "declined to answer"),
        ("517131000000106", SCT, "not appropriate"),
        ("517111000000103", SCT, "unable to say"),
    ],
)
def test_why_there_is_no_answer_is_an_answer(reason, system, answer):
    concept = coded(reason, system=system)
    form = only(said(coded("75780-7"), valueString=None, dataAbsentReason=concept))
    assert (form.kind, form.answer, form.wish) == ("place of death", answer, None)
    if system == SCT:
        assert only(said(coded("75780-7"), valueString=None, valueCodeableConcept=concept)).answer == answer


@pytest.mark.parametrize("reason", ["error", "masked", "as-text", "unknown"])
def test_other_reasons_say_nothing_that_a_form_could_carry(reason):
    assert stays(said(valueString=None, dataAbsentReason=coded(reason, system=ABSENT)))


def test_a_relative_may_speak_and_a_stranger_leaves_the_speaker_open():
    assert only(said(performer=[{"reference": "RelatedPerson/ben"}])).said_by == "ben-lark"
    assert only(said(performer=[{"reference": "Practitioner/nia"}])).said_by == "nia-rowe"
    both = [{"reference": "Patient/ada"}, {"reference": "RelatedPerson/ben"}]
    for performer in (both, [{"display": "a neighbour"}], [{"reference": "RelatedPerson/nobody"}], None):
        form = only(said(performer=performer))
        assert (form.kind, form.said_by) == ("care experience", None)


@pytest.mark.parametrize(
    "more",
    [
        {"subject": None},
        {"subject": {"reference": "Patient/eve"}},
        {"subject": {"reference": "#ada"}, "contained": [{"resourceType": "Patient", "id": "ada"}]},
        {"focus": [{"reference": "RelatedPerson/ben"}]},
        {"hasMember": [{"reference": "Observation/other"}]},
        {"component": [{"code": {"text": "how much"}, "valueString": "A lot"}]},
        {"valueCodeableConcept": {"text": "Two values"}},
        {"valueString": None, "valueBoolean": True},
        {"valueString": None},
        {"valueString": " "},
        {"status": "preliminary"},
        {"status": "cancelled"},
        {"status": None},
        {"effectiveDateTime": "yesterday"},
        {"modifierExtension": [{"url": "http://x.example/not", "valueBoolean": True}]},
        {"note": [{"text": "x", "modifierExtension": [{"url": "http://x.example/not"}]}]},
        {"implicitRules": "http://x.example/rules"},
        {"code": {"text": "What matters to me"}},
        {"code": {"coding": [{"code": "81360-0"}]}},
        {"code": [{"coding": [{"system": LOINC, "code": "81360-0"}]}]},
    ],
)
def test_what_no_form_can_carry_truthfully_stays_as_it_came(more):
    assert stays(said(**more))


def test_what_was_entered_by_mistake_is_known_to_be():
    assert only(said(status="entered-in-error")).withdrawn
    assert not only(said(status="amended")).withdrawn


@pytest.mark.parametrize(
    ("period", "when"),
    [
        ({"start": "2026-03-03"}, "2026-03-03"),
        ({"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z"}, "2026-03-03T10:00:00Z"),
        ({"start": "2026-03-03", "end": "2026-04-03"}, None),
    ],
)
def test_a_period_is_a_day_only_if_it_is_one(period, when):
    assert only(said(effectiveDateTime=None, effectivePeriod=period)).when == when


def test_a_later_statement_takes_the_place_of_an_earlier_one_and_circles_are_none():
    def replacing(name, other):
        extension = {
            "url": "http://hl7.org/fhir/StructureDefinition/observation-replaces",
            "valueReference": {"reference": f"Observation/{other}"},
        }
        return said(coded("81360-0", "My likes and joys", text=name), id=name, extension=[extension])

    kept = forms(record(replacing("joy", "joys"), said(coded("81360-0", text="joys"), id="joys")))
    assert (kept["joy"].replaces, kept["joys"].replaces) == ("joys", None)
    kept = forms(record(replacing("one", "two"), replacing("two", "one"), replacing("three", "three")))
    assert [form.replaces for form in kept.values()] == [None, None, None]


def pco(code: str, **more):
    category = [coded("what-matters", system=f"{PCO}/pco-concepts"), coded("survey")]
    return said(coded(code, system=f"{PCO}/va-whole-health-example"), category=category, **more)


def test_what_matters_of_pco_is_read_under_either_name_of_its_systems():
    assert only(pco("relationships")).kind == "people"
    assert only(pco("spirit-and-soul")).kind == "belief"
    assert only(pco("surroundings")).kind == "what matters"
    old = said(coded("relationships", system=f"{PCO}/personal-health-inventory-temporary"))
    assert only(old).kind == "people"


def test_the_words_of_an_assessment_are_read_and_its_ratings_are_no_words():
    system = f"{PCO}/wellbeing-concepts"
    components = [
        {"code": coded("now-rating", system=system), "valueInteger": 3},
        {"code": coded("now-reasons", system=system), "valueString": "The stairs."},
        {"code": coded("future-changes", system=system), "valueString": "I'd sit outside."},
    ]
    assert only(pco("body", valueString=None, component=components)).words == "The stairs.\nI'd sit outside."
    assert stays(pco("body", valueString=None, component=components[:1]))
    assert stays(pco("body", valueString=None, component=[*components, {"code": coded("x"), "valueString": "y"}]))
    assert stays(pco("body", valueString=None, valueBoolean=True))


def test_a_care_trade_off_says_which_care_and_what_they_think_of_it():
    code = coded("burdensome-care", "Burdensome", system=f"{PCO}/pco-care-tradeoff-choice-codes")
    value = coded("422979000", "Medication", system=SCT, text="Water pill")
    more = {"valueString": None, "valueCodeableConcept": value, "focus": [{"reference": "Goal/walk"}]}
    form = only(said(code, note=[{"text": "Too often to the loo"}], **more))
    assert (form.kind, form.treatment, form.wish, form.why) == (
        "treatment", "Water pill", "Burdensome", "Too often to the loo",
    )  # fmt: skip
    assert stays(said(coded("burdensome-care", system=f"{PCO}/pco-care-tradeoff-choice-codes"), **more))


PZP = ["https://fhir.iknl.nl/fhir/StructureDefinition/ACP-PreferredPlaceOfDeath",
       "https://api.iknl.nl/docs/pzp/r4/StructureDefinition/ACP-PreferredPlaceOfDeath"]  # fmt: skip


@pytest.mark.parametrize("canonical", PZP)
@pytest.mark.parametrize(
    ("code", "display", "wish"),
    [
        ("264362003", "thuis", "home"),
        ("22232009", "ziekenhuis", "hospital"),
        ("284546000", "hospice", "hospice"),
        ("108344006", "verpleeghuis", "nursing home"),
        ("110481000000108", None, "home"),
    ],
)
def test_the_place_of_death_of_the_dutch_and_the_british_is_known_by_its_code(canonical, code, display, wish):
    about = coded("395091006", "voorkeursplaats van overlijden", system=SCT)
    value = coded(code, display, system=SCT)
    more = {"valueString": None, "performer": None, "language": "nl", "meta": {"profile": [canonical]}}
    found = record(said(about, valueCodeableConcept=value, **more))
    (form,) = forms(found).values()
    assert (form.kind, form.wish, form.words, form.said_by) == ("place of death", wish, None, None)
    assert found.language == "nl"


def test_another_place_is_what_it_is_called_and_an_unknown_one_is_none():
    about, null = coded("395091006", system=SCT), "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
    other = coded("OTH", "overig", system=null, text="bij mijn zus")
    form = only(said(about, valueString=None, valueCodeableConcept=other))
    assert (form.wish, form.words) == ("overig", "bij mijn zus")
    assert stays(said(about, valueString=None, valueCodeableConcept=coded("UNK", "onbekend", system=null)))
    assert stays(said(about, valueString=None, valueCodeableConcept=coded("1234", system=SCT)))


def test_an_answer_that_is_called_something_else_is_not_believed():
    for value in (coded("373066001", "No", system=SCT), coded("373066001", "Yes", system=SCT, text="no")):
        assert stays(said(coded("75779-9"), valueString=None, valueCodeableConcept=value))
    plain = coded("373067005", "No (qualifier value)", system=SCT, text="No, thank you")
    form = only(said(coded("75779-9"), valueString=None, valueCodeableConcept=plain))
    assert (form.wish, form.words) == ("no", "No, thank you")


def test_what_else_is_important_to_the_dutch_and_their_wishes_about_care():
    assert only(said(coded("247751003", "zingeving", system=SCT))).kind == "what matters"
    assert only(said(coded("153851000146100", "wensen en verwachtingen", system=SCT))).kind == "care experience"


def test_a_goal_is_what_matters_where_it_is_the_persons_own():
    goal = {
        "resourceType": "Goal",
        "id": "at-home",
        "lifecycleStatus": "proposed",
        "category": [coded("87528-6", "Personal health goal")],
        "description": {"text": "Dying at home"},
        "subject": {"reference": "Patient/ada"},
        "expressedBy": {"reference": "Patient/ada"},
    }
    assert (only(goal).kind, only(goal).words) == ("what matters", "Dying at home")
    assert only({**goal, "expressedBy": {"reference": "RelatedPerson/ben"}}).said_by == "ben-lark"
    condition = [{"url": PRECONDITION, "valueCodeableConcept": {"text": "If I cannot speak"}}]
    assert only({**goal, "description": {**goal["description"], "extension": condition}}).only_if == "If I cannot speak"
    assert stays({**goal, "expressedBy": {"reference": "Practitioner/nia"}})
    assert all(stays({**goal, "lifecycleStatus": status}) for status in ("rejected", "cancelled", "completed"))
    assert stays({name: value for name, value in goal.items() if name not in ("category", "expressedBy")})
