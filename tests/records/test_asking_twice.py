"""Nobody is asked twice: the FHIRPath beside a question finds in a server's answers what the record answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fhir_matters import fhirpath, jsonio
from fhir_matters.fhirpath.values import plain as as_json
from fhir_matters.records.asking import answers, expressions
from fhir_matters.records.asking.question import Question
from fhir_matters.records.asking.topics import FORM
from fhir_matters.records.record import Record
from tests.records.servers import pulled

EXAMPLES = {file.stem: Record.load(file) for file in sorted(Path("examples").glob("*.yaml"))}
Variables = dict[str, Any]


def known(record: Record) -> Variables:
    """What a tool has before it opens the form: the person, and a server's answers to the queries."""
    resources = [entry["resource"] for entry in pulled(record.bundle())["entry"]]
    answered = [
        {
            "resource": {
                "resourceType": "Bundle",
                "entry": [{"resource": r} for r in resources if r["resourceType"] == kind],
            }
        }
        for kind in (query.partition("?")[0] for query in expressions.QUERIES)
    ]
    patient = next(resource for resource in resources if resource["resourceType"] == "Patient")
    record_of = {"resourceType": "Bundle", "entry": answered}
    variables: Variables = {"patient": node(patient), "record": node(record_of)}
    for name, expression in expressions.VARIABLES.items():
        variables[name] = found(expression, variables)
    return variables


def node(resource: dict[str, Any]) -> list[Any]:
    """The resource as FHIRPath sees it, so that a variable keeps the types of what it holds."""
    return [fhirpath.compile("$this", resource["resourceType"])._node(resource, None, None)]


def found(expression: str, variables: Variables) -> list[Any]:
    compiled = fhirpath.compile(expression, "Patient")
    return compiled.items(variables["patient"][0], compiled.scope(variables["patient"][0].value, variables=variables))


def filled(group: Question, link: str, variables: Variables) -> list[dict[str, Any]]:
    """Each occurrence of the group as SDC fills it: the answers that its expressions find, by linkId."""
    around = [{group.name: [each]} for each in found(group.each, variables)] if group.each else [{}]
    return [
        {f"{link}.{part.name}": plain(values) for part in group.parts if (values := given(part, variables | own))}
        for own in around
    ]


def given(question: Question, variables: Variables) -> list[Any]:
    return found(question.initial, variables) if question.initial else []


def plain(values: list[Any]) -> list[Any]:
    """Codes without their display, and nodes as what they hold."""
    return [(each["system"], each["code"]) if isinstance(each, dict) else each for each in map(as_json, values)]


def groups(group: Question, link: str) -> list[tuple[Question, str]]:
    """Every group in which something is filled in."""
    own = [(group, link)] if any(part.initial for part in group.parts) else []
    inside = [(part, f"{link}.{part.name}" if link else part.name) for part in group.parts if part.kind == "group"]
    return own + [each for part, place in inside for each in groups(part, place)]


def answered(record: Record, group: Question, link: str) -> list[dict[str, Any]]:
    """The same of the record itself, as far as the group has expressions for it."""
    items: list[Any] = answers(record)["item"]
    for step in range(1, len(link.split(".")) + 1):
        place = ".".join(link.split(".")[:step])
        found_here = [item for item in items if item["linkId"] == place]
        items = [inside for item in found_here for inside in item["item"]] if place != link else found_here
    asked = {f"{link}.{part.name}" for part in group.parts if part.initial}
    return [
        {
            each["linkId"]: plain([next(iter(a.values())) for a in each["answer"]])
            for each in item["item"]
            if each["linkId"] in asked
        }
        for item in items
    ]


@pytest.mark.parametrize("record", EXAMPLES.values(), ids=EXAMPLES)
@pytest.mark.parametrize(
    ("group", "link"), [(group, link) for group, link in groups(FORM, "")], ids=lambda each: getattr(each, "name", "")
)
def test_what_is_on_record_is_found_where_it_is_asked(record, group, link):
    ours = [entry for entry in answered(record, group, link) if link != "people.someone" or f"{link}.name" in entry]
    theirs = [
        {place: values for place, values in entry.items() if not place.endswith(".when") or place in str(ours)}
        for entry in filled(group, link, known(record))
    ]
    key = lambda entry: str(entry.get(f"{link}.key"))  # noqa: E731
    assert sorted(theirs, key=key) == sorted(ours, key=key)


def test_every_question_about_what_was_said_has_an_expression_for_it():
    said = [group for group, _ in groups(FORM, "") if group.field in ("what_matters", "preferences")]
    without = {part.name for group in said for part in group.parts if not part.initial}
    assert without == {"in", "still"}
    assert jsonio.write(list(expressions.VARIABLES))
