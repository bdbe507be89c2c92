"""What a ConceptMap says of itself: it maps codes that there are, of the value sets that it names."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.animals import ANIMALS, BASE, FOLDED

ELEMENT = "ConceptMap.group[0].element[0]"


def told(validator: Validator, resource: Any) -> set[tuple[str, str]]:
    return {(each.message_id, each.path.expression) for each in validator.validate(resource).errors}


def concept_map(source: str = "dog", target: str = "a", group: Any = (), **more: Any) -> dict[str, Any]:
    element = {"code": source, "target": [{"code": target, "equivalence": "equal"}]}
    whole = {"source": ANIMALS, "target": FOLDED, "element": [element], **dict(group)}
    return {"resourceType": "ConceptMap", "status": "active", "group": [whole], **more}


SETS = {"sourceCanonical": BASE + "dogs", "targetCanonical": BASE + "all"}


@pytest.mark.parametrize(
    ("resource", "message_id", "place"),
    [
        (concept_map("wolf"), "CONCEPTMAP_GROUP_SOURCE_CODE_INVALID", f"{ELEMENT}.code"),
        (concept_map(target="z"), "CONCEPTMAP_GROUP_TARGET_CODE_INVALID", f"{ELEMENT}.target[0].code"),
        (concept_map(target="A"), "CONCEPTMAP_GROUP_TARGET_CODE_INVALID", f"{ELEMENT}.target[0].code"),
        (
            concept_map("dodo", sourceCanonical=BASE + "dogs"),
            "CONCEPTMAP_GROUP_SOURCE_CODE_INVALID_VS",
            f"{ELEMENT}.code",
        ),
        (concept_map("dodo", sourceUri=BASE + "dogs"), "CONCEPTMAP_GROUP_SOURCE_CODE_INVALID_VS", f"{ELEMENT}.code"),
        (concept_map(**SETS), "CONCEPTMAP_GROUP_TARGET_CODE_INVALID_VS", f"{ELEMENT}.target[0].code"),
        (concept_map(sourceCanonical=ANIMALS), "CONCEPTMAP_VS_NOT_A_VS", "ConceptMap.source"),
    ],
)
def test_a_map_of_what_does_not_exist_is_told(validator: Validator, resource: Any, message_id: str, place: str) -> None:
    assert told(validator, resource) == {(message_id, place)}


@pytest.mark.parametrize(
    "resource",
    [
        concept_map(),
        concept_map("puppy", sourceCanonical=BASE + "dogs"),
        concept_map("wolf", group={"sourceVersion": "9"}),
        concept_map("1", group={"source": "https://example.org/absent"}),
        concept_map("1", group={"source": "http://snomed.info/sct"}),
        concept_map(sourceCanonical="https://example.org/absent"),
    ],
    ids=["plain", "in the set", "another version", "unknown system", "SNOMED CT", "unknown set"],
)
def test_what_exists_or_cannot_be_told_is_no_error(validator: Validator, resource: Any) -> None:
    assert told(validator, resource) == set()
