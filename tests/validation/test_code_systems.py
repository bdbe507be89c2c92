"""What a CodeSystem says of itself: the errors of the HL7 validator, at their places, and what is no error."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.animals import ANIMALS, BASE, PROPERTIES, code_system, concept


def told(validator: Validator, resource: Any) -> set[tuple[str, str]]:
    return {(each.message_id, each.path.expression) for each in validator.validate(resource).errors}


def property_(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "uri": PROPERTIES + code, **more}


def with_property(stated: dict[str, Any], *declared: dict[str, Any]) -> dict[str, Any]:
    return code_system(concept("a", property=[stated]), property=list(declared), hierarchyMeaning=None)


def supplement(*concepts: dict[str, Any], **more: Any) -> dict[str, Any]:
    least = {"caseSensitive": None, "hierarchyMeaning": None, "content": "supplement", "supplements": ANIMALS}
    return code_system(*(concepts or [{"code": "dog"}]), **{**least, **more})


WRONG = {
    "count": (code_system(count=7), "CODESYSTEM_CS_COUNT_COMPLETE_WRONG", "CodeSystem.count"),
    "not a supplement": (
        supplement(content="complete"),
        "CODESYSTEM_CS_HL7_PRESENT_ELEMENT_SUPPL_WRONG",
        "CodeSystem.content",
    ),
    "a supplement of nothing": (
        code_system(content="supplement"),
        "CODESYSTEM_CS_HL7_PRESENT_ELEMENT_SUPPL_MISSING",
        "CodeSystem.content",
    ),
    "a supplement that speaks of case": (
        supplement(caseSensitive=True),
        "CODESYSTEM_CS_HL7_PRESENT_ELEMENT_SUPPL",
        "CodeSystem.caseSensitive",
    ),
    "a supplement of another code": (
        supplement(concept("dog"), concept("wolf")),
        "CODESYSTEM_CS_SUPP_INVALID_CODE",
        "CodeSystem.concept[1]",
    ),
    "a supplement that counts": (supplement(count=9), "CODESYSTEM_CS_COUNT_SUPPLEMENT_WRONG", "CodeSystem.count"),
    "a code twice": (
        code_system(concept("a", concept("b", concept("a")))),
        "CODESYSTEM_DUPLICATE_CODE",
        "CodeSystem.concept[0].concept[0].concept[0]",
    ),
    "a code again after one that is nested": (
        code_system(concept("a", concept("b")), concept("b")),
        "CODESYSTEM_DUPLICATE_CODE",
        "CodeSystem.concept[1]",
    ),
    "a value of another type": (
        with_property({"code": "p", "valueString": "x"}, {"code": "p", "type": "code"}),
        "CODESYSTEM_PROPERTY_WRONG_TYPE",
        "CodeSystem.concept[0].property[0]",
    ),
    "a parent that is no concept": (
        with_property({"code": "parent", "valueCode": "z"}, property_("parent", type="code")),
        "CODESYSTEM_PROPERTY_BAD_INTERNAL_REFERENCE",
        "CodeSystem.concept[0].property[0]",
    ),
    "no value": (
        with_property({"code": "p"}, {"code": "p", "type": "string"}),
        "CODESYSTEM_PROPERTY_NO_VALUE",
        "CodeSystem.concept[0].property[0]",
    ),
    "another system's value set": (code_system(valueSet=BASE + "all"), "CodeSystem_CS_VS_WrongSystem", "CodeSystem"),
    "a part as value set": (
        code_system(concept("dog"), url=ANIMALS, valueSet=BASE + "dogs"),
        "CodeSystem_CS_VS_IncludeDetails",
        "CodeSystem",
    ),
    "several as value set": (code_system(valueSet=BASE + "several"), "CodeSystem_CS_VS_Invalid", "CodeSystem"),
    "no content from HL7": (
        code_system(url="http://hl7.org/fhir/own", content=None),
        "CODESYSTEM_CS_HL7_MISSING_ELEMENT_SHALL",
        "CodeSystem",
    ),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_code_system_that_contradicts_itself_is_told_where(validator: Validator, case: Any) -> None:
    resource, message_id, place = case
    assert (message_id, place) in told(validator, resource)


RIGHT = {
    "plain": code_system(),
    "count": code_system(count=3),
    "count of a fragment": code_system(count=99, content="fragment"),
    "supplement": supplement(),
    "supplement of what nobody has": supplement(concept("x"), supplements="https://example.org/absent"),
    "all its codes": code_system(concept("dog"), url=ANIMALS, valueSet=BASE + "all"),
    "a value set that is not here": code_system(valueSet="https://example.org/absent"),
    "a property that is not declared": code_system(concept("a", property=[{"code": "p", "valueString": "x"}])),
    "a code of its own making": with_property({"code": "p", "valueCode": "z"}, {"code": "p", "type": "code"}),
    "a parent": code_system(
        concept("a"),
        concept("b", property=[{"code": "parent", "valueCode": "a"}]),
        property=[property_("parent", type="code")],
    ),
}


@pytest.mark.parametrize("resource", RIGHT.values(), ids=RIGHT)
def test_a_code_system_that_only_just_keeps_the_rules_has_no_error(validator: Validator, resource: Any) -> None:
    assert told(validator, resource) == set()
