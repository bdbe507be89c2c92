"""Questionnaires and answers to them, and definitions that contradict themselves."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.conformance.mutators.tree import Tree

ANSWERS: list[dict[str, Any]] = [
    {"valueString": "x"},
    {"valueBoolean": True},
    {"valueInteger": 3},
    {"valueDecimal": 3},
    {"valueDate": "2020-01-01"},
    {"valueDateTime": "2020-01-01"},
    {"valueCoding": {"system": "http://example.org/c", "code": "a"}},
    {"valueQuantity": {"value": 3}},
    {"valueReference": {"reference": "Patient/1"}},
    {"valueUri": "http://example.org"},
]
TYPES = [
    "group",
    "display",
    "boolean",
    "decimal",
    "integer",
    "date",
    "string",
    "text",
    "choice",
    "open-choice",
    "quantity",
]
ENABLE: list[dict[str, Any]] = [
    {"question": "nowhere", "operator": "=", "answerBoolean": True},
    {"question": "1", "operator": "exists", "answerString": "x"},
    {"question": "1", "operator": "nonsense", "answerBoolean": True},
    {"question": "1", "operator": "=", "answerBoolean": True, "answerString": "x"},
]
ITEM = "Questionnaire.item"


def _item(tree: Tree, kind: str) -> dict[str, Any] | None:
    node = tree.node(lambda node: node.type == kind and isinstance(node.value, dict))
    return node.value if node else None


def question_type(tree: Tree) -> bool:
    item = _item(tree, ITEM)
    if item is None:
        return False
    item["type"] = tree.any([each for each in (*TYPES, "nonsense") if each != item.get("type")])
    return True


def question_field(tree: Tree) -> bool:
    item = _item(tree, ITEM)
    if item is None:
        return False
    fields: dict[str, Any] = {
        "linkId": tree.any(["", "same", " a", "x" * 300]),
        "enableWhen": [tree.any(ENABLE)] * tree.chance.choice([1, 2]),
        "required": True,
        "repeats": True,
        "readOnly": True,
        "maxLength": tree.any([3, -1]),
        "answerValueSet": tree.any(["http://example.org/ValueSet/a", "#nowhere", "relative"]),
        "answerOption": [{"valueString": "a"}],
        "initial": [{"valueString": "a"}, {"valueString": "b"}],
        "code": [{"code": "a"}],
        "item": [{"linkId": "inner", "type": "display", "text": "a"}],
        "definition": "relative",
        "enableBehavior": "nonsense",
    }
    name = tree.any(list(fields))
    item[name] = fields[name]
    return True


def question_twice(tree: Tree) -> bool:
    node = tree.of(ITEM)
    if node is None or node.holder is node.whole:
        return False
    node.holder.append(deepcopy(node.value))
    return True


def answer_field(tree: Tree) -> bool:
    item = _item(tree, "QuestionnaireResponse.item")
    if item is None:
        return False
    fields: dict[str, Any] = {
        "linkId": tree.any(["", "nowhere"]),
        "answer": [tree.any(ANSWERS)] * tree.chance.choice([1, 2]),
        "item": [{"linkId": "inner"}],
        "text": "",
    }
    name = tree.any(list(fields))
    item[name] = fields[name]
    return True


def answered(tree: Tree) -> bool:
    """A response to the Questionnaire, which it contains, with some answers that fit and some that do not."""
    if tree.resource.get("resourceType") != "Questionnaire":
        return False
    form = deepcopy(tree.resource)
    form.pop("contained", None)
    form["id"] = "form"
    items = [_answer(tree, each) for each in form.get("item", ()) if isinstance(each, dict)]
    tree.resource.clear()
    tree.resource |= {
        "resourceType": "QuestionnaireResponse",
        "contained": [form],
        "questionnaire": "#form",
        "status": tree.any(["completed", "in-progress", "amended", "stopped"]),
    }
    if items:
        tree.resource["item"] = items
    return True


def _answer(tree: Tree, question: dict[str, Any]) -> dict[str, Any]:
    inner = [_answer(tree, each) for each in question.get("item", ()) if isinstance(each, dict)]
    if tree.chance.random() < 0.1:
        inner.reverse()
    found: dict[str, Any] = {"linkId": question.get("linkId", "x")}
    kind = str(question.get("type", ""))
    if kind not in ("group", "display") and tree.chance.random() < 0.8:
        fitting = [each for each in ANSWERS if next(iter(each)).removeprefix("value").lower() == kind]
        found["answer"] = [deepcopy(tree.any(fitting or ANSWERS))]
    if inner:
        found["item"] = inner
    return found


def definition_status(tree: Tree) -> bool:
    if "url" not in tree.resource or "status" not in tree.resource:
        return False
    fields = {
        "status": "nonsense",
        "url": tree.any(["relative", "a b", "", "http://example.org/a#b", "http://example.org/a|1"]),
        "name": tree.any(["a b", "", "1a", "lower"]),
        "version": tree.any(["a b", ""]),
        "experimental": "true",
        "date": "2020-13",
        "title": "",
        "contact": [{"telecom": [{"value": "1"}]}],
    }
    name = tree.any(list(fields))
    tree.resource[name] = fields[name]
    return True


def concepts(tree: Tree) -> bool:
    if tree.resource.get("resourceType") != "CodeSystem":
        return False
    held = tree.resource.get("concept")
    changes: dict[str, Any] = {
        "count": tree.any([0, 1, 3, 100000]),
        "content": tree.any(["nonsense", "supplement", "fragment", "not-present", "example", "complete"]),
        "concept": [*(held if isinstance(held, list) else []), {"code": "same"}, {"code": "same"}],
        "valueSet": tree.any(
            ["relative", "http://example.org/ValueSet/a", "http://hl7.org/fhir/ValueSet/observation-status"]
        ),
        "supplements": "http://example.org/CodeSystem/other",
        "property": [{"code": "a", "type": "nonsense"}],
        "caseSensitive": "yes",
        "hierarchyMeaning": "nonsense",
        "filter": [{"code": "a", "operator": ["="], "value": "b"}, {"code": "a"}],
    }
    name = tree.any(list(changes))
    tree.resource[name] = changes[name]
    return True


def composed(tree: Tree) -> bool:
    if tree.resource.get("resourceType") != "ValueSet":
        return False
    includes: list[dict[str, Any]] = [
        {},
        {"system": "relative"},
        {"system": "http://hl7.org/fhir/administrative-gender", "concept": [{"code": "nonsense"}]},
        {"system": "http://hl7.org/fhir/administrative-gender", "concept": [{"code": "male", "display": "nonsense"}]},
        {
            "system": "http://example.org/c",
            "concept": [{"code": "a"}],
            "filter": [{"property": "a", "op": "=", "value": "b"}],
        },
        {
            "system": "http://hl7.org/fhir/administrative-gender",
            "filter": [{"property": "nonsense", "op": "=", "value": "b"}],
        },
        {"system": "http://hl7.org/fhir/administrative-gender", "filter": [{"property": "concept", "op": "nonsense"}]},
        {"concept": [{"code": "a"}]},
        {"valueSet": ["http://example.org/ValueSet/a"]},
        {"valueSet": ["relative"]},
        {"system": "http://hl7.org/fhir/ValueSet/observation-status"},
        {"system": "http://hl7.org/fhir/administrative-gender", "concept": [{"code": "male"}, {"code": "male"}]},
        {"system": "http://loinc.org", "concept": [{"code": "nonsense"}]},
        {"system": "http://hl7.org/fhir/administrative-gender", "version": "9.9"},
    ]
    tree.resource["compose"] = {tree.any(["include", "exclude"]): [tree.any(includes)]}
    return True


MUTATORS = {
    "question-type": question_type,
    "question-field": question_field,
    "question-twice": question_twice,
    "answer-field": answer_field,
    "answered": answered,
    "definition-field": definition_status,
    "code-system": concepts,
    "value-set": composed,
}
