"""The formats of R4's primitive types: `problem(type, value)` is None, or why the value is no such thing.

Sources: the regular expressions of http://hl7.org/fhir/R4/datatypes.html, with the day checked against the
calendar, and string lengths of at most 1 MB. Bindings and profiles are judged elsewhere.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from fhir_matters.jsonio import LosslessFloat
from fhir_matters.slips import Misspelt

# (rule, expected, message id of the HL7 validator)
Problem: TypeAlias = tuple[str, str, str]
Check: TypeAlias = Callable[[Any], Problem | None]

YEAR = r"(?:[0-9](?:[0-9](?:[0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
MONTH = r"(?:0[1-9]|1[0-2])"
DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)"
CLOCK = rf"{TIME}(?:\.[0-9]+)?"
ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
MOST_BYTES = 1024 * 1024
# No text of so few characters has more bytes than that.
SURELY_SHORT = MOST_BYTES // 4
MOST_REMEMBERED = 8192
LONGEST_REMEMBERED = 128
NUMBERS = (int, Decimal, float, LosslessFloat)

# XML's blanks; others, such as the one that does not break, are characters like any.
BLANKS = " \t\r\n"
BLANK = "Type_Specific_Checks_DT_Primitive_NotEmpty"
_COUNTED, _BESIDE = r"(?:[^\W_]|[/=+])", r"(?:(?![/=+])[\W_])*"
# type: (regular expression, what was expected, message id)
TEXT = {
    "id": (r"[A-Za-z0-9\-.]{1,64}", "1 to 64 letters, digits, - or .", "Type_Specific_Checks_DT_ID_Valid"),
    "code": (
        r"[^\s]+(?:[ ][^\s]+)*",
        "no blank at either end and single blanks inside",
        "Type_Specific_Checks_DT_Code_WS",
    ),
    # What URIs are is in `uris`.
    **dict.fromkeys(("uri", "url", "canonical", "oid", "uuid"), (r"(?s).*", "text", BLANK)),
    "date": (f"{YEAR}(?:-{MONTH}(?:-{DAY})?)?", "YYYY, YYYY-MM or YYYY-MM-DD", "Type_Specific_Checks_DT_Date_Valid"),
    "dateTime": (
        f"{YEAR}(?:-{MONTH}(?:-{DAY}(?:T{CLOCK}{ZONE})?)?)?",
        "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a time zone",
        "Type_Specific_Checks_DT_DateTime_Valid",
    ),
    "instant": (
        f"{YEAR}-{MONTH}-{DAY}T{CLOCK}{ZONE}",
        "YYYY-MM-DDThh:mm:ss with a time zone",
        "Type_Specific_Checks_DT_Instant_Valid",
    ),
    # R4 would allow a fraction of a second; the HL7 validator takes none.
    "time": (TIME, "hh:mm:ss", "Type_Specific_Checks_DT_Time_Valid"),
    # Letters and digits in fours; whether an attachment can be decoded is asked of the whole.
    "base64Binary": (
        rf"(?:(?:{_BESIDE}{_COUNTED}){{4}})*{_BESIDE}",
        "base64 text",
        "Type_Specific_Checks_DT_Base64_Valid",
    ),
}
DATES = frozenset({"date", "dateTime", "instant"})
# Types whose values repeat within and between resources.
REPEATED = frozenset({"code", "uri", "url", "canonical"})
PROSE = frozenset({"string", "markdown", "xhtml"})
INTEGERS = {
    "integer": (-(2**31), "a whole number of 32 bits", "Type_Specific_Checks_DT_Integer_Valid"),
    "unsignedInt": (0, "a whole number from 0 to 2147483647", "Type_Specific_Checks_DT_Integer_LT0"),
    "positiveInt": (1, "a whole number from 1 to 2147483647", "Type_Specific_Checks_DT_Integer_LT1"),
}
NAMES = frozenset({*TEXT, *PROSE, *INTEGERS, "boolean", "decimal"})

_EMPTY = ("FM207", "some text, or no element at all", BLANK)
_BLANKS = ("FM208", "some text beside the blanks", "Type_Specific_Checks_DT_Primitive_WS")
UNREADABLE = {
    "boolean": "Type_Specific_Checks_DT_Boolean_Value",
    "decimal": "Type_Specific_Checks_DT_Decimal_Valid",
    **dict.fromkeys(INTEGERS, "Type_Specific_Checks_DT_Integer_Valid"),
}


def check_of(type_name: str) -> Check:
    """The check of one primitive type: None for a good value, else the problem with it."""
    if type_name in INTEGERS:
        return _integer(type_name)
    if type_name in ("boolean", "decimal"):
        return {"boolean": _boolean, "decimal": _decimal}[type_name]
    if type_name in TEXT:
        return _text(type_name)
    # FHIR sets no bound to a narrative.
    return _words if type_name == "xhtml" else _prose


def _integer(type_name: str) -> Check:
    least, expected, message_id = INTEGERS[type_name]

    def check(value: Any) -> Problem | None:
        if isinstance(value, (*NUMBERS, Misspelt)) and type(value) not in (int, bool):
            return ("FM202", expected, UNREADABLE["integer"])
        if type(value) is not int:
            return ("FM201", expected, "Error_parsing_JSON_the_primitive_value_must_be_a_number")
        return None if least <= value < 2**31 else ("FM203", expected, message_id)

    return check


def _boolean(value: Any) -> Problem | None:
    if type(value) is bool:
        return None
    return ("FM201", "true or false", "Error_parsing_JSON_the_primitive_value_must_be_a_boolean")


def _decimal(value: Any) -> Problem | None:
    if isinstance(value, Misspelt):
        return ("FM202", "a number", UNREADABLE["decimal"])
    if type(value) is bool or not isinstance(value, NUMBERS):
        return ("FM201", "a number", "Error_parsing_JSON_the_primitive_value_must_be_a_number")
    finite = type(value) is int or type(value) is LosslessFloat or Decimal(value).is_finite()
    return None if finite else ("FM203", "a finite number", "Type_Specific_Checks_DT_Decimal_Valid")


_NO_STRING = ("FM201", "a string", "Error_parsing_JSON_the_primitive_value_must_be_a_string")


def _text(type_name: str) -> Check:
    pattern, expected, message_id = TEXT[type_name]
    matches = _base64 if type_name == "base64Binary" else re.compile(pattern).fullmatch
    dated = type_name in DATES
    # What matches is neither empty nor blank, and no day that the calendar may not have.
    plain = type_name in ("id", "code", "time")
    # A date found good once is not matched again: those of one resource are much the same.
    known: set[str] = set()

    def check(value: Any) -> Problem | None:
        if type(value) is not str:
            return _NO_STRING
        if value in known or (plain and matches(value)):
            return None
        if not value:
            return _EMPTY
        if not value.strip(BLANKS) and type_name != "id":
            return _BLANKS
        if not matches(value) or (dated and not on_calendar(value)):
            real = not matches(value)
            return ("FM202", expected, message_id) if real else ("FM204", "a day that the calendar has", message_id)
        if dated and len(known) < MOST_REMEMBERED and len(value) < LONGEST_REMEMBERED:
            known.add(value)
        return None

    return check


def _base64(value: str) -> bool:
    """The whole expression takes its time, and most texts have nothing but what counts."""
    plain = len(value) % 4 == 0 and value.isascii() and not value.encode().translate(None, _ALL_COUNTED)
    return plain or bool(_BASE64.fullmatch(value))


_ALL_COUNTED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/=+"
_BASE64 = re.compile(TEXT["base64Binary"][0])


UNZONED = re.compile(f"{YEAR}-{MONTH}-{DAY}T{CLOCK}")


def lacks_zone(value: str) -> bool:
    """True for what is no dateTime and has, as the HL7 validator looks at it, a time and no zone besides."""
    return "T" in value and not UNZONED.fullmatch(value) and not any(mark in value[10:] for mark in "Z+-")


def on_calendar(value: str) -> bool:
    """True unless the value names a day that its month does not have (2023-02-30)."""
    if len(value) < len("YYYY-MM-DD") or value[8:10] <= "28":
        return True
    return int(value[8:10]) <= monthrange(int(value[:4]), int(value[5:7]))[1]


def _prose(value: Any) -> Problem | None:
    problem = _words(value)
    if problem is None and len(value) * 4 > MOST_BYTES and len(value.encode("utf-8", "replace")) > MOST_BYTES:
        return ("FM205", "at most 1 MB", "Type_Specific_Checks_DT_String_Length")
    return problem


def _words(value: Any) -> Problem | None:
    if type(value) is not str:
        return _NO_STRING
    if value[:1] <= " ":
        if not value:
            return _EMPTY
        if not value.strip(BLANKS):
            return _BLANKS
    return None
