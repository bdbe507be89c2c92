"""For every rule of forms: what breaks it, the place of the issue, and what only just does not."""

from __future__ import annotations

from typing import Any

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
UCUM = "http://unitsofmeasure.org"


def form(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"resourceType": "Questionnaire", "status": "active", "item": list(items), **fields}


def question(link_id: str = "a", kind: str = "string", **fields: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": kind, **fields}


def limit(url: str, **value: Any) -> list[dict[str, Any]]:
    return [{"url": (SDC if url.startswith("sdc-") else CORE) + url, **value}]


def answered(link_id: str = "a", *values: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"linkId": link_id, **({"answer": list(values)} if values else {}), **fields}


def response(asked: dict[str, Any], *items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A response that contains its form, or names it by canonical."""
    body = {"contained": [{**asked, "id": "q"}]} if asked else {}
    given = {"item": list(items)} if items else {}
    plain = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "#q"}
    return {**plain, **body, **given, **fields}


def asked(fields: dict[str, Any], *values: dict[str, Any]) -> dict[str, Any]:
    """A response to a form of the one question."""
    return response(form({"linkId": "a", **fields}), answered("a", *values))


def derived(way: str, *items: dict[str, Any]) -> dict[str, Any]:
    """A form that derives from the tests' own."""
    said = {"system": "http://hl7.org/fhir/questionnaire-derivationType", "code": way}
    beside = [{"extension": limit("questionnaire-derivationType", valueCoding=said)}] if way else []
    base = {"derivedFrom": ["https://example.org/StructureDefinition/form"]}
    return form(*items, **base, **({"_derivedFrom": beside} if beside else {}))


def string(words: str) -> dict[str, Any]:
    return {"valueString": words}


def coding(code: str, **more: Any) -> dict[str, Any]:
    return {"valueCoding": {"system": "http://hl7.org/fhir/administrative-gender", "code": code, **more}}


TWO = form(question("a"), question("b"))
GROUP = form(question("g", "group", item=[question("a")]))
SWITCHED = form(
    question("a", "boolean"),
    question("b", enableWhen=[{"question": "a", "operator": "=", "answerBoolean": True}]),
)
YES, NO = answered("a", {"valueBoolean": True}), answered("a", {"valueBoolean": False})
GENDER = {"type": "choice", "answerValueSet": "http://hl7.org/fhir/ValueSet/administrative-gender"}
HERE = "QuestionnaireResponse"
PICTURE = {"type": "attachment", "extension": limit("mimeType", valueCode="image/png")}
SPRING = {"effectivePeriod": {"start": "2024-03", "end": "2024-05-31"}}
NOWHERE = "https://nowhere.test/Questionnaire/a"


def switched(link_id: str, *after: dict[str, Any]) -> dict[str, Any]:
    condition = {"question": link_id, "operator": "exists", "answerBoolean": True}
    return form(question("b"), question("a", enableWhen=[condition]), *after)


def at(place: str) -> str:
    return f"{HERE}.{place}"


FORM_CASES: dict[str, tuple[Any, str, Any]] = {
    "FM951": (response({}, answered(), questionnaire=NOWHERE), HERE, response(TWO, answered("a", string("x")))),
    "FM952": (
        {"resourceType": HERE, "status": "completed"},
        HERE,
        response(TWO, answered("a", string("x"))),
    ),
    "FM953": (response(TWO, answered("c", string("x"))), HERE, response(TWO, answered("b", string("x")))),
    "FM954": (response(TWO, answered("b"), answered("a")), HERE, response(TWO, answered("a"), answered("b"))),
    "FM955": (
        response(form(question(required=True), question("b")), answered("b")),
        HERE,
        asked({"type": "string", "required": True}, string("x")),
    ),
    "FM956": (response(SWITCHED, NO, answered("b", string("x"))), at("item[1]"), response(SWITCHED, NO, answered("b"))),
    "FM957": (
        asked({"type": "string"}, string("x"), string("y")),
        at("item[0]"),
        asked({"type": "string", "repeats": True}, string("x"), string("y")),
    ),
    "FM958": (
        response(form(question(text="How are you?")), answered(text="Are you well?")),
        at("item[0]"),
        response(form(question(text="How are you?")), answered(text="How are you?")),
    ),
    "FM959": (
        asked({"type": "integer"}, string("7")),
        at("item[0].answer[0].value.ofType(string)"),
        asked({"type": "integer"}, {"valueInteger": 7}),
    ),
    "FM960": (
        asked({"type": "string", "maxLength": 3}, string("four")),
        at("item[0].answer[0].value.ofType(string)"),
        asked({"type": "string", "maxLength": 3}, string("two")),
    ),
    "FM961": (
        asked({"type": "choice", "answerOption": [coding("male")]}, coding("female")),
        at("item[0].answer[0]"),
        asked({"type": "choice", "answerOption": [coding("male")]}, coding("male")),
    ),
    "FM962": (
        asked(GENDER, {"valueCoding": {"system": "http://hl7.org/fhir/contact-point-use", "code": "home"}}),
        at("item[0].answer[0]"),
        asked(GENDER, coding("female", display="Female")),
    ),
    "FM963": (asked({"type": "choice"}, coding("male")), at("item[0].answer[0]"), asked(GENDER, coding("male"))),
    "FM964": (
        asked({"type": "choice", "answerValueSet": "https://nowhere.test/ValueSet/a"}, coding("male")),
        at("item[0].answer[0]"),
        asked(GENDER, coding("male")),
    ),
    "FM965": (
        asked(PICTURE, {"valueAttachment": {"contentType": "text/plain"}}),
        at("item[0].answer[0]"),
        asked(PICTURE, {"valueAttachment": {"contentType": "image/png"}}),
    ),
    "FM966": (
        response(form(question(), **SPRING), authored="2024-06-01"),
        at("authored"),
        response(form(question(), **SPRING), authored="2024-05-31"),
    ),
    "FM967": (
        asked({"type": "string"}, string("one\ntwo")),
        at("item[0].answer[0].value.ofType(string)"),
        asked({"type": "text"}, string("one\ntwo")),
    ),
    "FM968": (
        response(
            form(
                question(
                    extension=limit(
                        "sdc-questionnaire-enableWhenExpression",
                        valueExpression={"language": "text/cql", "expression": "true"},
                    )
                )
            ),
            answered("a", string("x")),
        ),
        at("item[0]"),
        response(
            form(
                question(
                    extension=limit(
                        "sdc-questionnaire-enableWhenExpression",
                        valueExpression={"language": "text/fhirpath", "expression": "status = 'completed'"},
                    )
                )
            ),
            answered("a", string("x")),
        ),
    ),
    "FM969": (switched("c"), "Questionnaire.item[1]", switched("b")),
    "FM970": (switched("c", question("c")), "Questionnaire.item[1]", switched("b", question("c"))),
    "FM971": (
        response({}, answered(), questionnaire="http://hl7.org/fhir/ValueSet/administrative-gender"),
        at("questionnaire"),
        response(TWO, answered("a", string("x"))),
    ),
    "FM972": (
        derived("compliesWith", question("a", required=False, maxLength=9)),
        "Questionnaire.item[0].required",
        derived("compliesWith", question("a", maxLength=8)),
    ),
}
