"""Which profiles of others a record claims, told by what was said and by what is not on record."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from fhir_matters import jsonio
from fhir_matters.records.guides.claims import claimed
from fhir_matters.records.ids import value_of
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.servers import pulled

WHOLE = """
id: nia
person:
  name: {text: Nia Prys, given: [Nia], family: Prys}
  likes_to_be_called: Nain
  born: "1940-02-01"
  gender: female
people:
  mair: {name: {text: Mair Prys, given: [Mair], family: Prys}, relation: my daughter, phone: "01632 960001"}
colleagues:
  tomos: {name: {text: Tomos Rhys, given: [Tomos], family: Rhys}, role: nurse, phone: "01632 960002"}
conversations:
  talk: {when: "2026-02-03", with: [person, mair, tomos]}
what_matters:
  sea: {kind: joy, words: The sea at Aberdaron., said_by: person, in: talk}
preferences:
  home: {kind: place of death, wish: home, words: Here., said_by: mair, in: talk}
"""
GUIDES = {"us-core": "US Core", "ADI": "ADI", "UKCore": "UK Core", "pco": "PCO"}


def _record(change: str) -> Record:
    """The record with each `place: value` changed; a value of null takes the field away."""
    found = yaml.safe_load(WHOLE)
    for place, value in yaml.safe_load(change or "{}").items():
        *steps, last = place.split(".")
        form = found
        for step in steps:
            form = form[step]
        form[last] = value
        if value is None:
            del form[last]
    return Record.model_validate(found)


def _claims(bundle: dict[str, Any]) -> dict[str, list[str]]:
    """What each part claims, the last step of each canonical, by its place in the record."""
    resources = {value_of(entry["resource"]): entry["resource"] for entry in bundle["entry"]}
    return {
        str(value).removeprefix("nia/"): [url.rpartition("/")[2] for url in found["meta"]["profile"]]
        for value, found in resources.items()
    }


def _guides(change: str) -> dict[str, str]:
    """The guides of which each part claims something: `US Core, IPS`."""
    found = _claims(_record(change).bundle())
    return {place: ", ".join(dict.fromkeys(map(_guide, urls[1:]))) for place, urls in found.items()}


def _guide(url: str) -> str:
    return next((name for start, name in GUIDES.items() if url.startswith(start)), "IPS")


def test_a_whole_record_claims_what_every_guide_has_for_it_our_own_first_and_in_one_order() -> None:
    found = _claims(_record("").bundle())
    assert found["person"] == ["fm-person", "us-core-patient", "Patient-uv-ips", "UKCore-Patient"]
    assert found["people/mair"] == ["fm-someone", "us-core-relatedperson", "ADI-Participant", "UKCore-RelatedPerson"]
    assert found["what_matters/sea"] == [
        "fm-what-matters",
        "us-core-care-experience-preference",
        "ADI-CareExperiencePreference",
        "UKCore-Observation",
        "pco-what-matters-assessment",
    ]
    assert found["preferences/home"] == [
        "fm-preference",
        "us-core-treatment-intervention-preference",
        "ADI-PersonalInterventionPreference",
        "UKCore-Observation",
    ]
    assert all(len(set(urls)) == len(urls) for urls in found.values())


@pytest.mark.parametrize(
    ("change", "place", "guides"),
    [
        ("{what_matters.sea.withdrawn: true}", "what_matters/sea", "US Core, UK Core, PCO"),
        ("{preferences.home.withdrawn: true}", "preferences/home", "US Core, UK Core"),
        (
            "{preferences.home: {kind: place of death, answer: not now, said_by: mair, in: talk}}",
            "preferences/home",
            "US Core, UK Core",
        ),
        ("{what_matters.sea.when: '2026'}", "what_matters/sea", "US Core, ADI, UK Core"),
        ("{what_matters.sea.when: '2026-02'}", "what_matters/sea", "US Core, ADI, UK Core"),
        ("{people.mair.phone: null}", "people/mair", "US Core, UK Core"),
        ("{people.mair.phone: null, people.mair.email: m@x.example}", "people/mair", "US Core, ADI, UK Core"),
        ("{person.born: null}", "person", "US Core, UK Core"),
        ("{person.born: null}", "conversations/talk", "US Core, UK Core"),
        ("{person.gender: null}", "person", "IPS, UK Core"),
        ("{person.name: {text: Nia Prys}}", "person", "IPS, UK Core"),
        ("{person.name: {text: Nia Prys, family: Prys}}", "person", "US Core, IPS, UK Core"),
        ("{colleagues.tomos.name: null}", "colleagues/tomos", "UK Core"),
        ("{colleagues.tomos.name: {text: Tomos}}", "colleagues/tomos", "IPS, UK Core"),
        ("{colleagues.tomos.phone: null}", "colleagues/tomos", "US Core, IPS, UK Core"),
        ("{colleagues.tomos.phone: null}", "colleagues/tomos/role", "IPS, UK Core"),
        ("{colleagues.tomos.phone: null}", "conversations/talk", "IPS, UK Core"),
        ("{colleagues.tomos.name: null}", "conversations/talk", "UK Core"),
    ],
)
def test_a_claim_goes_where_it_would_not_be_true(change: str, place: str, guides: str) -> None:
    assert _guides(change)[place] == guides


@pytest.mark.parametrize("change", ["{person.gender: null}", "{person.name: {text: Nia Prys}}"])
def test_without_a_us_core_patient_nothing_that_is_about_them_is_us_core_or_what_stands_on_it(change: str) -> None:
    found = _guides(change)
    about = ("people/mair", "conversations/talk", "what_matters/sea", "preferences/home")
    assert {place: found[place] for place in about} == {
        "people/mair": "UK Core",
        "conversations/talk": "IPS, UK Core",
        "what_matters/sea": "UK Core",
        "preferences/home": "UK Core",
    }


NHS = "https://fhir.nhs.uk/Id/nhs-number"


def test_two_nhs_numbers_are_one_too_many_for_uk_core_and_one_is_not() -> None:
    numbers = [{"system": NHS, "value": value} for value in ("9993160938", "9993160946")]
    for count, claims in ((1, True), (2, False)):
        record = _record("").model_copy(update={"person": _person(numbers[:count])})
        assert ("UKCore-Patient" in _claims(record.bundle())["person"]) is claims


def _person(identifiers: list[dict[str, str]]) -> Any:
    return _record(jsonio.write({"person.identifiers": identifiers}).decode()).person


def test_what_a_form_cannot_say_is_judged_all_the_same() -> None:
    resources = [entry["resource"] for entry in _record("").bundle()["entry"]]
    odd = [_odd(resource) for resource in resources]
    found = {value_of(each): [url.rpartition("/")[2] for url in each["meta"]["profile"][1:]] for each in claimed(odd)}
    assert "ADI-Participant" not in found["nia/people/mair"], "a second name"
    assert "ADI-CareExperiencePreference" not in found["nia/what_matters/sea"], "an answer that is a number"
    assert "us-core-treatment-intervention-preference" not in found["nia/preferences/home"], "said by who is not here"


def _odd(resource: dict[str, Any]) -> dict[str, Any]:
    bare = {**resource, "meta": {"profile": resource["meta"]["profile"][:1]}}
    place = str(value_of(resource)).removeprefix("nia/")
    if place == "people/mair":
        return {**bare, "name": [*bare["name"], {"text": "Mam", "given": ["Mam"]}]}
    if place == "what_matters/sea":
        return {**{name: value for name, value in bare.items() if name != "valueString"}, "valueInteger": 3}
    if place == "preferences/home":
        return {**bare, "performer": [{"reference": "RelatedPerson/77"}]}
    return bare


def test_other_claims_that_a_server_gave_stay_as_they_came() -> None:
    bundle = _record("").bundle()
    for entry in bundle["entry"]:
        entry["resource"]["meta"]["profile"] = ["https://server.example/StructureDefinition/stricter"]
    again = read(pulled(bundle)).bundle()
    assert jsonio.write(again) == jsonio.write(bundle)


def test_a_claim_that_was_added_elsewhere_stays_beside_ours() -> None:
    bundle = _record("").bundle()
    bundle["entry"][0]["resource"]["meta"]["profile"].insert(1, "https://server.example/StructureDefinition/stricter")
    again = read(pulled(bundle)).bundle()
    assert jsonio.write(again) == jsonio.write(bundle)
