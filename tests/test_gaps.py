"""The eleven things that no published guide carries: for each an example that does, seen in what it becomes."""

from __future__ import annotations

from pathlib import Path

from fhir_matters import Record

EXAMPLES = Path(__file__).parent.parent / "examples"
OURS = "https://w3id.org/fhir-matters/StructureDefinition/"
BUNDLES = {file.stem: Record.load(file).bundle() for file in sorted(EXAMPLES.glob("*.yaml"))}


def resource(person, place):
    """What stands at that place in the record of that person."""
    found = (entry["resource"] for entry in BUNDLES[person]["entry"])
    return next(each for each in found if each["identifier"][0]["value"] == f"{person}/{place}")


def behind(person, reference):
    """What a reference leads to."""
    entries = BUNDLES[person]["entry"]
    return next(entry["resource"] for entry in entries if entry["fullUrl"] == reference["reference"])


def values(element, name):
    """The values of our extension of that name, or the parts of it by name."""
    for each in element.get("extension", ()):
        if each["url"] == OURS + name:
            parts = {part["url"]: value(part) for part in each.get("extension", ())}
            yield parts or value(each)


def value(element):
    return next(found for name, found in element.items() if name.startswith("value"))


def code(concept, system):
    """The code of the system of that name: ours by its id, others by a piece of their address."""
    return next((each["code"] for each in concept["coding"] if system in each["system"]), None)


def test_1_a_choice_among_options_with_what_speaks_for_and_against_each():
    choice = resource("art", "choices/where")
    options = [behind("art", each) for each in choice["hasMember"]]
    ways = [{code(c["code"], "/consideration").rpartition("-")[2] for c in each["component"]} for each in options]
    assert ways == [{"for", "against"}] * 2


def test_2_what_weighs_in_four_domains_with_the_weight_that_the_person_gives_it():
    options = [behind("art", each) for each in resource("art", "choices/where")["hasMember"]]
    components = [component for each in options for component in each["component"]]
    domains = {code(each["code"], "/consideration").rpartition("-")[0] for each in components}
    weights = [weight for each in components for weight in values(each, "weight")]
    assert domains == {"techno-clinical", "psychological", "social", "spiritual"}
    assert {"words": "more than I can say"} in weights
    assert {"number": 9, "scale": "0 to 10, mine"} in weights


def test_3_the_person_as_the_one_who_raises_a_risk():
    hoist = resource("barbara", "choices/the-photo/options/hoist")
    hurts = next(each for each in hoist["component"] if each["valueString"].startswith("It hurts"))
    (raised_by,) = values(hurts, "raised-by")
    assert behind("barbara", raised_by)["resourceType"] == "Patient"


def test_4_a_departure_from_protocol_which_one_in_which_direction_why_agreed_by_whom_and_until_when():
    photo = resource("barbara", "departures/weekly-photo")
    (protocol,) = values(photo, "departs-from")
    assert protocol["name"].startswith("A photograph of every pressure sore")
    assert photo["doNotPerform"] is True
    assert photo["reasonCode"][0]["text"].startswith("It hurts, she has said no")
    assert len(list(values(photo, "agreed-by"))) == 4
    assert photo["occurrencePeriod"]["end"] == "2026-12-15"


def test_5_whether_a_preference_was_honoured_and_why_not_by_someone_who_was_there():
    went = resource("art", "outcomes/at-home-daniel")
    assert behind("art", went["focus"][0]) == resource("art", "preferences/home")
    assert code(went["valueCodeableConcept"], "/honoured") == "partly"
    assert list(values(went, "why")) == ["Someone was to come when we rang, day or night"]
    assert behind("art", went["performer"][0])["resourceType"] == "RelatedPerson"


def test_6_asked_before_and_it_still_stands():
    home = resource("art", "preferences/home")
    (again,) = values(home, "said-again")
    assert again["when"] == "2026-03-10"
    assert again["to"]["display"] == "Jo Pritchard"
    assert behind("art", home["partOf"][0])["status"] == "completed"
    assert resource("art", "conversations/round-6")["statusReason"]["text"] == "Not now"


def test_7_until_when_a_preference_stands_and_when_to_ask_again():
    assert list(values(resource("art", "preferences/transfusion"), "valid-until")) == ["2026-03-31"]
    assert list(values(resource("art", "preferences/home"), "review-by")) == ["2026-04-01"]


def test_8_what_did_not_have_to_happen():
    outcomes = [
        entry["resource"]
        for bundle in BUNDLES.values()
        for entry in bundle["entry"]
        if "/outcomes/" in str(entry["resource"].get("identifier"))
    ]
    avoided = {code(each["code"], "/outcome-part") for went in outcomes for each in went.get("component", ())}
    assert {"hospital-admission", "ambulance-call", "distress", "repeated-conversation", "staff-time"} <= avoided


def test_9_a_place_of_care_apart_from_the_place_of_death_and_a_face():
    kinds = {
        code(entry["resource"]["code"], "/preference-kind")
        for bundle in BUNDLES.values()
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Observation"
    }
    assert {"place-of-care", "place-of-death"} <= kinds
    assert all(resource(person, "person")["photo"][0]["hash"] for person in BUNDLES)


def test_10_local_words_beside_the_codes_that_others_share():
    asked = resource("art", "choices/where")["code"]
    assert asked["text"] == "Where do I spend the time that is left?"
    assert (code(asked, "/observation-kind"), code(asked, "loinc.org")) == ("choice", "75773-2")
    where = resource("art", "preferences/home")["valueCodeableConcept"]
    assert where["text"] == "Home, as long as Daniel isn't left to deal with it by himself."
    assert (code(where, "/wish"), code(where, "snomed.info")) == ("home", "264362003")


def test_11_yes_but():
    home = resource("art", "preferences/home")
    assert code(home["valueCodeableConcept"], "/wish") == "home"
    assert list(values(home, "only-if")) == ["someone comes when we ring, day or night"]
    assert list(values(resource("art", "preferences/transfusion"), "unless")) == ["I've to come in by ambulance for it"]
