"""Questions about codes as `$validate-code` and `$expand`, and what came back as what was told. Sends nothing.

A "no" counts only where the server knows what it speaks of: many say no where they mean that they do not have the
value set or the code system. What they say beside it tells, in whichever of its forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from fhir_matters.coded import Question, Told
from fhir_matters.server.outcomes import COULD_NOT, errors, issues

# More codes than that make no list to look a code up in; the server is then asked about each.
MOST_LISTED = 5_000
_TYPES = {"url": "Uri", "system": "Uri", "code": "Code", "count": "Integer"}
_ISSUE_TYPES = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"
# About a code, these say that the server lacks something too.
_COULD_NOT = COULD_NOT | {"not-found", "processing"}
_DOES_NOT_KNOW = re.compile(
    r"""(?:unknown|unusable|missing|no)\W+(?:value\ ?set|code\ ?system)
      | (?:value\ ?set|code\ ?system)\b.{0,200}?
        (?:is\ unknown|not\ (?:found|known|supported|present)|(?:could|can)\ ?not\ be|can.t\ be)
      | unable\ to\ (?:expand|provide|find|resolve|load) | failed\ to\ expand""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LONGEST = 2_000
# Canonicals say CodeSystem and ValueSet themselves.
_URL = re.compile(r"\b[a-z]+:\S+", re.IGNORECASE)


def operation(question: Question) -> str:
    """The operation that answers the question, relative to the server's base."""
    if not question.code:
        return "ValueSet/$expand"
    return "ValueSet/$validate-code" if question.value_set else "CodeSystem/$validate-code"


def parameters(question: Question) -> dict[str, str]:
    """What the operation is asked with: R4 valueset-operation-validate-code.html and codesystem-operation-….

    The version of a code's system goes to `CodeSystem` alone: servers say no to a code of a value set that names none.
    """
    if question.value_set:
        url, _, version = question.value_set.partition("|")
        said = {"url": url, "valueSetVersion": version, "system": question.system, "code": question.code}
        if not question.code:
            said = {**said, "count": str(MOST_LISTED)}
    else:
        said = {"url": question.system, "code": question.code, "version": question.version, "display": question.display}
    return {name: value for name, value in said.items() if value}


def as_address(question: Question) -> str:
    """The question as the address of a GET, for an entry of a batch."""
    return f"{operation(question)}?{urlencode(parameters(question))}"


def as_resource(question: Question) -> dict[str, Any]:
    """The question as the Parameters of a POST, so that no log of addresses has it."""
    return {"resourceType": "Parameters", "parameter": [_parameter(*each) for each in parameters(question).items()]}


def _parameter(name: str, value: str) -> dict[str, Any]:
    kind = _TYPES.get(name, "String")
    return {"name": name, f"value{kind}": int(value) if kind == "Integer" else value}


def told(question: Question, resource: Any) -> Told:
    """What an answer tells; nothing where it is a refusal, or no answer to such a question."""
    if not isinstance(resource, dict):
        return Told()
    if not question.code:
        expansion = resource.get("expansion")
        listed = resource.get("resourceType") == "ValueSet" and isinstance(expansion, dict)
        return Told(expansion=expansion) if listed else Told()
    said = dict(_said(resource))
    result, display = said.get("result"), said.get("display")
    name = display if isinstance(display, str) else ""
    if result is True:
        return Told(holds=True, display=name, remark=bool(question.display) and _finds_fault(question, name, said))
    return Told(holds=False, display=name) if result is False and not _does_not_know(said) else Told()


def _said(resource: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The parameters of the answer by name."""
    listed = resource.get("parameter") if resource.get("resourceType") == "Parameters" else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(name := each.get("name"), str):
            value = next((value for key, value in each.items() if key.startswith("value")), each.get("resource"))
            yield name, value


def _finds_fault(question: Question, name: str, said: Mapping[str, Any]) -> bool:
    """A yes that speaks of another display all the same."""
    if any(kind == "invalid-display" for each in issues(said.get("issues")) for kind in _kinds(each)):
        return True
    return "message" in said and bool(name) and name.casefold() != question.display.casefold()


def _does_not_know(said: Mapping[str, Any]) -> bool:
    if any(name.startswith(("x-unknown", "x-caused-by-unknown")) for name in said):
        return True
    wrong = errors(said.get("issues"))
    if wrong:
        return any(_could_not(each) for each in wrong)
    message = said.get("message")
    return isinstance(message, str) and _DOES_NOT_KNOW.search(_URL.sub("", message[:_LONGEST])) is not None


def _could_not(issue: Mapping[str, Any]) -> bool:
    """Whether it is the server that lacks something: as HL7's servers code it, or else by the issue type."""
    kinds = set(_kinds(issue))
    return "not-found" in kinds if kinds else issue.get("code") in _COULD_NOT


def _kinds(issue: Mapping[str, Any]) -> Iterator[str]:
    details = issue.get("details")
    codings = details.get("coding") if isinstance(details, dict) else None
    for each in codings if isinstance(codings, list) else ():
        if isinstance(each, dict) and each.get("system") == _ISSUE_TYPES:
            yield str(each.get("code"))
