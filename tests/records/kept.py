"""A small record in which something is kept from somebody, and what a reader sees of one."""

from __future__ import annotations

from datetime import date
from typing import Any

from fhir_matters.records.forms.showing import SHAREABLE
from fhir_matters.records.privacy import for_reader
from fhir_matters.records.record import Record
from tests.records.values import PIXEL

FACE = {"face": {"data": PIXEL}}
TODAY = date(2026, 6, 1)
SAID = {"words": "Blue mugs.", "said_by": "person"}


def record(**parts: Any) -> Record:
    """A record of Ada, her son Ben and her sister Cleo, her nurse Nia, and these parts."""
    data = {
        "id": "ada",
        "person": {"name": "Ada Lark"} | parts.pop("person", {}),
        "people": {"ben": {"name": "Ben Lark"}, "cleo": {"name": "Cleo Lark", "roles": ["not to be told"]}},
        "colleagues": {"nia": {"name": "Nia Rowe"}},
        **parts,
    }
    return Record.model_validate(data)


def kept(what: str | list[str], **how: Any) -> dict[str, Any]:
    return {"wish": {"what": [what] if isinstance(what, str) else what, **(how or {"not_with": ["ben"]})}}


def keys(found: Record) -> set[str]:
    return {key for section in (*SHAREABLE, "sharing") for key in getattr(found, section)}


def seen(whole: Record, reader: str | None = "ben", today: date = TODAY) -> set[str]:
    return keys(for_reader(whole, reader, today=today))
