"""The small values that forms are made of: words, keys, dates, names, pictures. Knows no form and no FHIR resource."""

from __future__ import annotations

import re
from calendar import monthrange
from decimal import Decimal
from typing import Annotated, Any, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

# R4 datatypes, `date` and `dateTime`: a year, a month or a day; with a time there is a zone.
_YEAR = r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_DAY = rf"{_YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))?)?"
_TIME = r"T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

# What neither a FHIR string nor XML 1.0 can hold: R4 datatypes, `string`, allows only tab, CR and LF below U+0020.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# "Strings SHALL NOT exceed 1MB": at four bytes a character, a quarter of a million is always less.
LONGEST = 250_000
# Something beside blanks. The HL7 validator (6.10.4) takes every byte order mark out of the JSON before it reads it.
_SAID = "[^\\s\ufeff]"


def said(value: Any) -> str | None:
    """The text as it is, if it is one and says anything; None for blanks."""
    return value if isinstance(value, str) and re.search(_SAID, value) else None


def _text(value: str) -> str:
    if found := _NOT_TEXT.search(value):
        raise PydanticCustomError(
            "characters",
            "the character {code} cannot be kept, neither in FHIR nor in XML; remove it",
            {"code": f"U+{ord(found[0]):04X}"},
        )
    return value


def _real_day(value: str) -> str:
    year, month, day = (*value[:10].split("-"), "", "")[:3]
    if day and int(day) > monthrange(int(year), int(month))[1]:
        raise PydanticCustomError("no_such_day", "that month has no such day")
    return value


# R4 datatypes, `uri`: "For OIDs use urn:oid:, for UUIDs urn:uuid: and all lowercase".
_NAMED = re.compile(
    r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|urn:oid:[0-2](\.(0|[1-9][0-9]*))+"
)


def _address(value: str) -> str:
    if value.removeprefix("urn:").startswith(("uuid:", "oid:")) and not _NAMED.fullmatch(value):
        raise PydanticCustomError(
            "characters", "expected urn:uuid: and a UUID in small letters, or urn:oid: and an OID, or another address"
        )
    return value


def _exact(value: Any) -> Any:
    """A plain Decimal of the same spelling, whatever kind of exact number came."""
    return Decimal(str(value)) if isinstance(value, Decimal) else value


Date: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{_DAY}$"), AfterValidator(_real_day)]
DateTime: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=rf"^{_YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])({_TIME})?)?)?$"),
    AfterValidator(_real_day),
]
Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
RecordId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")]
Words: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST, pattern=_SAID), AfterValidator(_text)
]
_UNBROKEN = StringConstraints(pattern=r"^\S+$")
Uri: TypeAlias = Annotated[Words, _UNBROKEN]
Address: TypeAlias = Annotated[Words, _UNBROKEN, AfterValidator(_address)]
Language: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
# R4 datatypes, `decimal`: no more than 18 digits.
Number: TypeAlias = Annotated[Decimal, Field(max_digits=18, allow_inf_nan=False), BeforeValidator(_exact)]
Probability: TypeAlias = Annotated[Number, Field(ge=0, le=1)]


def holds_words(field: Any) -> bool:
    """True where a field, or an annotation, holds words somewhere inside: no keys, dates or addresses."""
    parts = (field.annotation, *field.metadata) if isinstance(field, FieldInfo) else get_args(field)
    text = any(isinstance(part, AfterValidator) and part.func is _text for part in parts)
    return (text and _UNBROKEN not in parts) or (not text and any(map(holds_words, parts)))


class Form(BaseModel):
    """A frozen form that knows each of its fields and accepts no other; a field left empty is a field left out."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        serialize_by_alias=True,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_left_out(cls, value: Any) -> Any:
        """`people:` with nothing after it is none; a field that nobody knows is still a mistake."""
        if not isinstance(value, dict):
            return value
        known = {field.alias or name for name, field in cls.model_fields.items()} | set(cls.model_fields)
        return {name: said for name, said in value.items() if said is not None or name not in known}


class Identifier(Form):
    """A number that a system gave to somebody: `system` is its URI, `value` the number."""

    system: Uri = Field(description="Who gave the number: a web address, such as https://fhir.nhs.uk/Id/nhs-number.")
    value: Words = Field(description="The number itself.")


class Name(Form):
    """A person's name as they write it; `given` and `family` only where somebody said which is which."""

    text: Words = Field(description="The whole name, as they write it.")
    given: tuple[Words, ...] = Field(default=(), description="Given names, the first one first.")
    family: Words | None = Field(default=None, description="Family name.")


def _name(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Named: TypeAlias = Annotated[Name, BeforeValidator(_name, json_schema_input_type=Words | Name)]
