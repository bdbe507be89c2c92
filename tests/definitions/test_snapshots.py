"""Differential → snapshot: what comes in from where, and what is said of what cannot be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.definitions import laying
from fhir_matters.definitions.registry import core
from fhir_matters.definitions.snapshots import Snapshot, Snapshots, snapshot
from fhir_matters.errors import BaseMissingError, DefinitionsError

HL7 = "http://hl7.org/fhir/StructureDefinition/"
OURS = "https://example.org/StructureDefinition/"


class Loose:
    """Definitions given one by one, in a registry's layer."""

    def __init__(self, *definitions: dict[str, Any]) -> None:
        self.definitions = definitions

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        _ = kind, version
        return next((each for each in self.definitions if each["url"] == url), None)

    def urls(self, kind: str) -> Iterator[str]:
        _ = kind
        return iter(())


def said(path: str, slice_name: str = "", **more: Any) -> dict[str, Any]:
    return {"path": path, **({"sliceName": slice_name} if slice_name else {}), **more}


def profile(name: str, of: str, *elements: dict[str, Any], base: str = "", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "StructureDefinition",
        "url": OURS + name,
        "type": of,
        "kind": "resource",
        "derivation": "constraint",
        "baseDefinition": base or HL7 + of,
        "differential": {"element": [{"path": of}, *elements]},
        **more,
    }


def made(*elements: dict[str, Any], kind: str = "Patient", beside: tuple[dict[str, Any], ...] = ()) -> Snapshot:
    return snapshot(profile("made", kind, *elements), core().with_layer(Loose(*beside)))


def by_id(found: Snapshot) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in found.definition["snapshot"]["element"]}


SLICED = {"slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}}


def test_what_is_not_said_is_the_base_and_stays_in_its_order() -> None:
    found = made(said("Patient.birthDate", min=1), said("Patient.active", max="0"))
    base = core().type("Patient")["snapshot"]["element"]
    assert list(by_id(found)) == [each["id"] for each in base]
    assert by_id(found)["Patient.birthDate"]["min"] == 1
    assert by_id(found)["Patient.gender"]["binding"] == next(e for e in base if e["id"] == "Patient.gender")["binding"]
    assert found.problems == ()


def test_where_it_goes_deeper_the_content_of_the_type_comes_in() -> None:
    found = by_id(made(said("Patient.name.family", min=1)))
    assert found["Patient.name.family"]["min"] == 1
    assert found["Patient.name.family"]["base"] == {"path": "HumanName.family", "min": 0, "max": "1"}
    assert {"Patient.name.use", "Patient.name.period"} <= found.keys()


def test_the_content_of_a_profile_on_the_type_comes_in() -> None:
    named = profile("named", "HumanName", said("HumanName.given", min=1))
    use = said("Patient.name", type=[{"code": "HumanName", "profile": [OURS + "named"]}])
    found = by_id(made(use, said("Patient.name.family", min=1), beside=(named,)))
    assert (found["Patient.name.given"]["min"], found["Patient.name.family"]["min"]) == (1, 1)


def test_a_profile_that_is_not_at_hand_is_told_and_its_type_stands_in() -> None:
    use = said("Patient.name", type=[{"code": "HumanName", "profile": [OURS + "nowhere"]}])
    found = made(use, said("Patient.name.family", min=1))
    assert by_id(found)["Patient.name.family"]["min"] == 1
    assert [(each.element, each.missing) for each in found.problems] == [("Patient.name", OURS + "nowhere")]


def test_what_a_content_reference_names_comes_in() -> None:
    found = by_id(made(said("Questionnaire.item.item.prefix", min=1), kind="Questionnaire"))
    assert found["Questionnaire.item.item.prefix"]["min"] == 1
    assert found["Questionnaire.item.prefix"]["min"] == 0
    assert "contentReference" not in found["Questionnaire.item.item"]
    repeated = found["Questionnaire.item.item.item"]["contentReference"]
    assert repeated == HL7 + "Questionnaire#Questionnaire.item"


def test_slices_begin_as_what_they_are_slices_of_and_none_is_required() -> None:
    found = by_id(
        made(
            said("Patient.telecom", min=1, **SLICED),
            said("Patient.telecom", "phone", max="1"),
            said("Patient.telecom.system", fixedCode="phone", min=1),
            said("Patient.telecom", "mail"),
        )
    )
    phone, mail = found["Patient.telecom:phone"], found["Patient.telecom:mail"]
    assert (phone["min"], phone["max"], mail["min"], mail["max"]) == (0, "1", 0, "*")
    assert found["Patient.telecom:phone.system"]["fixedCode"] == "phone"
    assert "Patient.telecom:mail.system" not in found
    assert "slicing" not in phone


def test_what_is_said_under_the_sliced_element_is_said_in_its_slices() -> None:
    parts = (
        said("Patient.telecom", **SLICED),
        said("Patient.telecom.value", min=1),
        said("Patient.telecom", "phone"),
        said("Patient.telecom.system", fixedCode="phone"),
    )
    assert by_id(made(*parts))["Patient.telecom:phone.value"]["min"] == 1
    plain = Snapshots(core(), common=False).generated(profile("made", "Patient", *parts))
    assert by_id(plain)["Patient.telecom:phone.value"]["min"] == 0


def test_a_reslice_begins_as_the_slice_that_it_is_a_slice_of() -> None:
    found = by_id(
        made(
            said("Patient.telecom", **SLICED),
            said("Patient.telecom", "phone", max="3"),
            said("Patient.telecom.system", fixedCode="phone"),
            said("Patient.telecom", "phone/home", max="1"),
            said("Patient.telecom.use", fixedCode="home"),
        )
    )
    assert found["Patient.telecom:phone/home.system"]["fixedCode"] == "phone"
    assert found["Patient.telecom:phone/home.use"]["fixedCode"] == "home"
    assert "fixedCode" not in found["Patient.telecom:phone.use"]


def test_a_slice_of_the_base_is_narrowed_and_a_new_one_comes_after_it() -> None:
    first = profile("first", "Patient", said("Patient.telecom", **SLICED), said("Patient.telecom", "phone", min=1))
    parts = (said("Patient.telecom", "mail"), said("Patient.telecom", "phone", max="2"))
    second = profile("second", "Patient", *parts, base=OURS + "first")
    found = by_id(snapshot(second, core().with_layer(Loose(first))))
    assert [each for each in found if each.startswith("Patient.telecom:")] == [
        "Patient.telecom:phone",
        "Patient.telecom:mail",
    ]
    assert (found["Patient.telecom:phone"]["min"], found["Patient.telecom:phone"]["max"]) == (1, "2")


def test_a_slice_that_is_an_extension_begins_as_its_definition() -> None:
    only = profile("only", "Extension", said("Extension", max="1", short="The one"), kind="complex-type")
    part = said("Patient.extension", "only", type=[{"code": "Extension", "profile": [OURS + "only"]}])
    found = by_id(made(part, beside=(only,)))
    assert found["Patient.extension"]["slicing"]["discriminator"] == [{"type": "value", "path": "url"}]
    assert (found["Patient.extension:only"]["max"], found["Patient.extension:only"]["short"]) == ("1", "The one")


@pytest.mark.parametrize("spelt", ["Observation.valueQuantity", "Observation.value[x]:valueQuantity"])
def test_a_type_of_a_choice_is_a_slice_however_it_is_spelt(spelt: str) -> None:
    one = {"id": spelt, "path": "Observation.valueQuantity", "max": "1"}
    deeper = {"id": f"{spelt}.unit", "path": "Observation.valueQuantity.unit", "min": 1}
    found = by_id(made(one, deeper, kind="Observation"))
    assert found["Observation.value[x]:valueQuantity.unit"]["min"] == 1
    assert found["Observation.value[x]:valueQuantity"]["type"] == [{"code": "Quantity"}]
    assert found["Observation.value[x]"]["slicing"]["discriminator"] == [{"type": "type", "path": "$this"}]


def test_a_choice_of_which_one_slice_is_required_has_that_type_only() -> None:
    found = by_id(made(said("Observation.valueQuantity", min=1), kind="Observation"))["Observation.value[x]"]
    assert ([each["code"] for each in found["type"]], found["min"]) == (["Quantity"], 1)
    assert found["slicing"]["rules"] == "closed"


def test_inside_a_slice_the_short_spelling_is_of_the_choice_itself() -> None:
    slicing = {"slicing": {"discriminator": [{"type": "pattern", "path": "code"}], "rules": "open"}}
    found = by_id(
        made(
            said("Observation.component", **slicing),
            said("Observation.component", "one"),
            said("Observation.component.valueQuantity", mustSupport=True),
            kind="Observation",
        )
    )
    assert [each["code"] for each in found["Observation.component:one.value[x]"]["type"]] == ["Quantity"]
    assert "Observation.component:one.value[x]:valueQuantity" not in found


def test_invariants_and_conditions_add_up_and_tell_where_they_are_from() -> None:
    rule = {"key": "own-1", "severity": "error", "human": "x", "expression": "true"}
    found = by_id(made(said("Patient.contact", constraint=[rule], condition=["own-1"])))["Patient.contact"]
    sources = {each["key"]: each["source"] for each in found["constraint"]}
    assert sources["own-1"] == OURS + "made"
    assert sources["pat-1"] == HL7 + "Patient"


def test_a_binding_is_narrowed_and_goes_with_the_types_that_have_codes() -> None:
    bound = made(said("Patient.maritalStatus", binding={"strength": "required"}))
    inherited = by_id(bound)["Patient.maritalStatus"]["binding"]
    assert (inherited["strength"], inherited["valueSet"]) == ("required", "http://hl7.org/fhir/ValueSet/marital-status")
    effect = by_id(made(said("Observation.value[x]", type=[{"code": "Period"}]), kind="Observation"))
    assert "binding" not in effect["Observation.value[x]"]


def test_a_fixed_value_takes_the_place_of_another_and_prose_may_go_on() -> None:
    first = profile("first", "Patient", said("Patient.gender", fixedCode="other", comment="One."))
    again = said("Patient.gender", fixedString="female", comment="...Two.")
    found = snapshot(profile("second", "Patient", again, base=OURS + "first"), core().with_layer(Loose(first)))
    gender = by_id(found)["Patient.gender"]
    assert {key: value for key, value in gender.items() if key.startswith("fixed")} == {"fixedString": "female"}
    assert gender["comment"] == "One.\r\nTwo."


def test_a_new_type_adds_its_elements_after_those_of_its_base() -> None:
    own = said("Thing.part", min=0, max="*", type=[{"code": "BackboneElement"}], short="A part")
    inner = said("Thing.part.name", min=1, max="1", type=[{"code": "string"}])
    thing = profile("Thing", "Thing", own, inner, base=HL7 + "Element", derivation="specialization", kind="logical")
    found = by_id(snapshot(thing, core()))
    assert list(found)[:3] == ["Thing", "Thing.id", "Thing.extension"]
    assert found["Thing.part.name"]["base"] == {"path": "Thing.part.name", "min": 1, "max": "1"}
    assert "Thing.part.modifierExtension" in found


@pytest.mark.parametrize(
    ("path", "told"), [("nickname.first", "Patient.nickname"), ("name" + ".name" * 5_000, "Patient.name.name")]
)
def test_an_unknown_path_is_told_and_the_rest_is_done(path: str, told: str) -> None:
    found = made(said(f"Patient.{path}", min=1), said("Patient.birthDate", min=1))
    assert [each.element for each in found.problems] == [told]
    assert by_id(found)["Patient.birthDate"]["min"] == 1


def test_slices_of_what_nobody_slices_are_told() -> None:
    found = made(said("Patient.telecom", "phone", min=1), said("Patient.telecom", "mail"))
    assert [each.element for each in found.problems] == ["Patient.telecom:phone", "Patient.telecom:mail"]
    assert by_id(found)["Patient.telecom"]["min"] == 0


def test_one_slice_of_what_nobody_slices_is_the_element_under_that_name() -> None:
    assert by_id(made(said("Patient.gender", "Gender", min=1)))["Patient.gender:Gender"]["min"] == 1


@pytest.mark.parametrize("base", [OURS + "nowhere", None, 7, HL7 + "Observation"])
def test_without_a_base_there_is_no_snapshot(base: Any) -> None:
    with pytest.raises(BaseMissingError, match="base"):
        snapshot({**profile("made", "Patient"), "baseDefinition": base}, core())


def test_a_profile_that_is_its_own_base_after_a_while_is_refused() -> None:
    one = profile("one", "Patient", base=OURS + "other")
    with pytest.raises(DefinitionsError, match="its own base"):
        snapshot(one, core().with_layer(Loose(one, profile("other", "Patient", base=OURS + "one"))))


def test_an_extension_that_is_a_part_of_itself_has_a_snapshot() -> None:
    part = said("Extension.extension", "again", type=[{"code": "Extension", "profile": [OURS + "loop"]}])
    deeper = said("Extension.extension.extension", max="0")
    loop = profile("loop", "Extension", part, deeper, kind="complex-type")
    found = snapshot(loop, core().with_layer(Loose(loop)))
    assert by_id(found)["Extension.extension:again.extension"]["max"] == "0"


@pytest.mark.parametrize(
    "odd",
    [
        {"differential": {"element": [7]}},
        {"differential": {"element": [{"min": 1}]}},
        {"differential": {"element": [{"path": "Patient.name", "type": "HumanName"}]}},
        {"differential": {"element": [{"path": "Patient.name", "sliceName": 3, "constraint": 4}]}},
        {"differential": "none"},
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(DefinitionsError, match=r"cannot be understood|own base|not at hand"):
        snapshot({**profile("made", "Patient"), **odd}, core())


def test_a_differential_or_a_snapshot_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DefinitionsError, match="more than 10,000"):
        made(*(said(f"Patient.x{number}") for number in range(10_001)))
    monkeypatch.setattr(laying, "MOST_ELEMENTS", 20)
    with pytest.raises(DefinitionsError, match="too many elements"):
        made(said("Patient.contact.name.period", min=1), said("Patient.name.period.start", min=1))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 3)
    | st.sampled_from(["", "Patient", "1", "*", "x.y", "HumanName", OURS]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["code", "path", "url"]), inner),
    max_leaves=4,
)
PATHS = st.sampled_from(["Patient", "Patient.name", "Patient.name.given", "Patient.deceasedBoolean", "Patient.contact"])
KEYS = st.sampled_from(
    [
        "id",
        "path",
        "sliceName",
        "slicing",
        "min",
        "max",
        "type",
        "binding",
        "constraint",
        "extension",
        "fixedCode",
        "base",
    ]
)


@given(st.lists(st.tuples(PATHS, st.dictionaries(KEYS, JSON, max_size=4)), max_size=4))
def test_any_differential_makes_a_snapshot_or_is_refused(elements: list[tuple[str, dict[str, Any]]]) -> None:
    try:
        found = made(*({"path": path, **more} for path, more in elements))
    except DefinitionsError:
        return
    assert found.definition["snapshot"]["element"]
