"""What an issue is about, told alike for every validator: by its message id where it has one, else by code and words.

Ids are the HL7 validator's, which HAPI passes on and ours has too. Words are looked at, and never kept or shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from fhir_matters.issue import Issue, Severity
from fhir_matters.server.places import Where, spelt, where

MISSING, EXTRA, TOO_MANY, CODE, VALUE = "missing element", "unknown element", "too many", "code", "malformed value"
INVARIANT, REFERENCE, PROFILE, FIXED = "invariant", "reference", "unknown profile", "fixed value"
JSON = "JSON of another kind"

# Beginnings of message ids (org.hl7.fhir.core, I18nConstants), in lower case; the first that fits.
_BY_ID = (
    ("validation_val_profile_minimum", MISSING),
    ("profile_val_missingelement", MISSING),
    ("validation_val_profile_maximum", TOO_MANY),
    ("unrecognised_property_", EXTRA),
    ("undefined_element_", EXTRA),
    ("validation_val_profile_unknown", PROFILE),
    ("validation_val_unknown_profile", PROFILE),
    ("terminology_", CODE),
    ("unable_to_infer_codesystem", CODE),
    ("unknown_code", CODE),
    ("type_specific_checks_dt_", VALUE),
    ("error_parsing_json_", JSON),
    ("this_property_must_be_", JSON),
    ("array_cannot_be_empty", JSON),
    ("reference_ref_", REFERENCE),
    ("bundle_bundle_entry_notfound", REFERENCE),
    ("bundle_bundle_entry_found_multiple", REFERENCE),
    ("_dt_fixed_wrong", FIXED),
    ("fixed_type_checks_", FIXED),
    ("type_checks_fixed_", FIXED),
    ("type_checks_pattern_", FIXED),
)
# R4 value set `issue-type`: those that say what is wrong, and not only that something is.
_BY_CODE = {"required": MISSING, "code-invalid": CODE, "value": VALUE}
# HAPI's parser, HAPI before 6.0, Firely's validator (also Microsoft's) and Medplum's say no ids; the first that fits.
_WORDS = (
    (PROFILE, r"profile\b.{0,200}\b(?:not be (?:found|resolved|located)|not found|not been checked|unknown)"),
    (PROFILE, r"(?:failed to retrieve|unable to (?:resolve|find|locate)|unknown).{0,60}\bprofile"),
    (INVARIANT, r"constraint\b.{0,80}\b(?:failed|not met|violated|not fulfilled|broken)|constraint failed|invariant"),
    (MISSING, r"minimum required|missing required|required (?:property|element|field)|must have .{0,40}value"),
    (MISSING, r"\bis 0, which is not within|found 0\b"),
    (EXTRA, r"unrecogni[sz]ed (?:property|element)|(?:additional|unknown|undefined) (?:property|child|element)"),
    (TOO_MANY, r"max(?:imum)? allowed|which is not within the specified cardinality|number of values"),
    (
        CODE,
        r"unknown \w+ code|value ?set|\bcode\b.{0,60}\b(?:invalid|unknown|not (?:found|valid|in))|terminology binding",
    ),
    (VALUE, r"invalid (?:date|time)|(?:date|time) format|not a valid (?:date|time|instant|decimal|integer|uri|id)\b"),
    (VALUE, r"cannot be parsed|does not match regex"),
    (
        JSON,
        r"must be an? (?:simple value|json array|object|number|string|boolean)|array cannot be empty|invalid json type",
    ),
    (FIXED, r"fixed (?:value|to)|does not match (?:the )?pattern|pattern\[x\]"),
    (REFERENCE, r"\breference\b"),
)
_BY_WORDS = tuple((re.compile(words, re.IGNORECASE | re.DOTALL), meaning) for meaning, words in _WORDS)
_KEY = re.compile(r"\b[a-z][a-z0-9]{1,9}(?:-[a-z0-9]+)*-[\da-z]+\b")
_CITED = re.compile(r"Constraint(?: failed:)? '?([\w-]+)|([\w-]+): '|(?:Invariant|Rule) ([\w-]+)")
_ELEMENT = re.compile(r"\b[A-Z]\w*(?:\.\w+)+")
_QUOTED = re.compile(r"""(?:property|element|field)[ =:]*["']([A-Za-z]\w*)["']""", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z_][\w.:/#|$-]{0,249}")
_CODE = re.compile(r"[a-z][a-z-]{0,30}")
_LONGEST = 2_000


class Said(NamedTuple):
    """One issue as far as it can be compared, without the words: whoever keeps this keeps no value of the resource."""

    severity: Severity
    code: str
    message_id: str
    where: Where
    meaning: str
    about: Where

    @property
    def is_error(self) -> bool:
        """True for what makes the resource invalid."""
        return self.severity in (Severity.FATAL, Severity.ERROR)

    def written(self) -> list[str]:
        """It as a list of words, for `read`."""
        place = self.where
        return [
            self.severity.value,
            self.code,
            self.message_id,
            place.shown,
            place.exact,
            self.meaning,
            self.about.exact,
        ]


def read(written: Sequence[str]) -> Said:
    """What `Said.written` gave. Raises ValueError or TypeError where it is nothing such."""
    severity, code, message_id, shown, exact, meaning, about = written
    place, whole = spelt(exact, shown=shown), spelt(about, shown=shown)
    return Said(Severity(severity), code, message_id, place, meaning, whole)


def said(issue: Issue, kind: str) -> Said:
    """The issue of a resource of this type; `about` is the very element: the missing one, not the one that lacks it."""
    code = issue.code if _CODE.fullmatch(issue.code) else "processing"
    message_id = issue.message_id if _ID.fullmatch(issue.message_id) else ""
    words = issue.message[:_LONGEST]
    meaning = _meaning(message_id, code, words)
    place = where(issue.path.expression, kind)
    return Said(issue.severity, code, message_id, place, meaning, _about(place, meaning, words, kind))


def _meaning(message_id: str, code: str, words: str) -> str:
    """Empty where it cannot be told; an invariant's with its key."""
    if "#" in message_id:
        return f"{INVARIANT} {message_id.rpartition('#')[2]}"
    if message_id:
        return next((meaning for start, meaning in _BY_ID if message_id.lower().startswith(start)), "")
    if code in _BY_CODE:
        return _BY_CODE[code]
    found = next((meaning for pattern, meaning in _BY_WORDS if pattern.search(words)), "")
    return _with_key(words) if found == INVARIANT or (not found and code == "invariant") else found


def _with_key(words: str) -> str:
    cited = next((found for match in _CITED.findall(words) for found in match if _KEY.fullmatch(found)), "")
    return f"{INVARIANT} {cited}" if cited else ""


def _about(place: Where, meaning: str, words: str, kind: str) -> Where:
    """What is missing, too many or unknown others name in their words, and say the place of what holds it."""
    if meaning in (MISSING, TOO_MANY) and (named := _ELEMENT.search(words)):
        name = named[0].rpartition(".")[2]
    elif (meaning == EXTRA or not place.exact) and (quoted := _QUOTED.search(words)):
        name = quoted[1]
    else:
        return place
    return place.inside(name) if place.exact else where(name, kind)._replace(shown="")
