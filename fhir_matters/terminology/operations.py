"""Our own terminology as the operations of a FHIR server: `$validate-code` and `$expand`. Knows no HTTP.

What cannot be told is no answer at all: a server that said no instead would make errors elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from fhir_matters.terminology.answer import Answer
from fhir_matters.terminology.terminology import Terminology

Given: TypeAlias = Mapping[str, str]
MOST_LISTED = 10_000


def answered(terminology: Terminology, operation: str, given: Given) -> dict[str, Any] | None:
    """The answer, as Parameters or a ValueSet; None where the definitions here do not tell."""
    return OPERATIONS[operation](terminology, given)


def _in_value_set(terminology: Terminology, given: Given) -> dict[str, Any] | None:
    """R4 valueset-operation-validate-code.html: url or url and valueSetVersion, code, system, display."""
    canonical = _canonical(given.get("url", ""), given.get("valueSetVersion", ""))
    system, code = given.get("system"), given.get("code", "")
    told = terminology.contains(canonical, system, code)
    return _judged(terminology, told, f"The value set {canonical} does not have this code.", given, system)


def _of_system(terminology: Terminology, given: Given) -> dict[str, Any] | None:
    """R4 codesystem-operation-validate-code.html: url, version, code, display."""
    canonical = _canonical(given.get("url", ""), given.get("version", ""))
    told = terminology.system_knows(canonical, given.get("code", ""))
    return _judged(terminology, told, f"The code system {canonical} has no such code.", given, canonical)


def _judged(
    terminology: Terminology, told: Answer, otherwise: str, given: Given, system: str | None
) -> dict[str, Any] | None:
    if told is Answer.UNKNOWN:
        return None
    code, display = given.get("code", ""), given.get("display")
    called = terminology.display_of(system, code) if system else None
    language = given.get("displayLanguage", "en")
    misnamed = (
        bool(system and display) and terminology.calls_it(str(system), code, str(display), language) is Answer.OUT
    )
    result = told is Answer.IN and not misnamed
    message = "" if result else otherwise if told is Answer.OUT else "The code is called otherwise."
    said = (("result", "valueBoolean", result), ("message", "valueString", message), ("display", "valueString", called))
    listed = [{"name": name, kind: value} for name, kind, value in said if value not in ("", None)]
    return {"resourceType": "Parameters", "parameter": listed}


def _expansion(terminology: Terminology, given: Given) -> dict[str, Any] | None:
    """R4 valueset-operation-expand.html: url, valueSetVersion, count; codes in the order of the alphabet."""
    url, version = given.get("url", ""), given.get("valueSetVersion", "")
    concepts = terminology.concepts(_canonical(url, version))
    if concepts is None:
        return None
    count = given.get("count", "")
    most = min(int(count), MOST_LISTED) if count.isdecimal() and len(count) < len(str(MOST_LISTED**2)) else MOST_LISTED
    listed = [_concept(terminology, *each) for each in sorted(concepts)[:most]]
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    expansion = {"timestamp": now, "total": len(concepts), "contains": listed}
    whole = {name: value for name, value in expansion.items() if value != []}
    return {"resourceType": "ValueSet", "url": url, "status": "active", "expansion": whole}


def _concept(terminology: Terminology, system: str, code: str) -> dict[str, str]:
    display = terminology.display_of(system, code)
    return {"system": system, "code": code, **({"display": display} if display else {})}


def _canonical(url: str, version: str) -> str:
    return f"{url}|{version}" if version and "|" not in url else url


OPERATIONS: Mapping[str, Callable[[Terminology, Given], dict[str, Any] | None]] = {
    "ValueSet/$validate-code": _in_value_set,
    "ValueSet/$expand": _expansion,
    "CodeSystem/$validate-code": _of_system,
}
