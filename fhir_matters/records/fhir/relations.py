"""What somebody is to the person: their own words, with HL7's code beside them where the words plainly say it."""

from __future__ import annotations

from typing import Any

ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
# v3-RoleCode, by the words that mean exactly this and no more; `wife` is no guess, `my rock` is none of these.
_CODES = {
    "aunt": ("AUNT", "aunt"),
    "brother": ("BRO", "brother"),
    "cousin": ("COUSN", "cousin"),
    "daughter": ("DAUC", "daughter"),
    "father": ("FTH", "father"),
    "friend": ("FRND", "unrelated friend"),
    "granddaughter": ("GRNDDAU", "granddaughter"),
    "grandfather": ("GRFTH", "grandfather"),
    "grandmother": ("GRMTH", "grandmother"),
    "grandson": ("GRNDSON", "grandson"),
    "husband": ("HUSB", "husband"),
    "mother": ("MTH", "mother"),
    "neighbour": ("NBOR", "neighbor"),
    "neighbor": ("NBOR", "neighbor"),
    "nephew": ("NEPHEW", "nephew"),
    "niece": ("NIECE", "niece"),
    "sister": ("SIS", "sister"),
    "son": ("SONC", "son"),
    "uncle": ("UNCLE", "uncle"),
    "wife": ("WIFE", "wife"),
}


def relationship(relation: str | None) -> list[dict[str, Any]] | None:
    """RelatedPerson.relationship: the words as text, and a code where the words are one of the table."""
    if relation is None:
        return None
    found = _CODES.get(relation.strip().lower().removeprefix("my ").strip())
    coding = [{"system": ROLE_CODE, "code": found[0], "display": found[1]}] if found else []
    return [{**({"coding": coding} if coding else {}), "text": relation}]
