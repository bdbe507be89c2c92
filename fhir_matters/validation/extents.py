"""What a question says about the size, form and unit of its answers. Options are elsewhere.

The extensions of core and of SDC that R4 forms use: minValue, maxValue, maxDecimalPlaces, minLength, regex,
mimeType, maxSize, minQuantity, maxQuantity, unitOption, unitValueSet; and maxLength.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.patterns import covers
from fhir_matters.fhirpath.quantity import Quantity, comparable, compare
from fhir_matters.terminology import Answer, Terminology
from fhir_matters.validation.enabling import ordered
from fhir_matters.validation.exactly import number
from fhir_matters.validation.questions import CORE, Form, Question, membership

SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
UCUM = "http://unitsofmeasure.org"
# (rule, message, the HL7 validator's id)
Problem: TypeAlias = tuple[str, str, str]
Judge: TypeAlias = Callable[[Terminology, Form, Question, Any], Iterator[Problem]]


def problems(terminology: Terminology, form: Form, question: Question, key: str, value: Any) -> Iterator[Problem]:
    """What is wrong with a value of the question's own type; `key` is the JSON key (`valueDate`)."""
    judge = JUDGES.get(question.type)
    if judge is not None and key == f"value{question.type[0].upper()}{question.type[1:]}":
        yield from judge(terminology, form, question, value)


def numbered(question: Question, url: str) -> Decimal | None:
    """The first number among the question's extensions of this url."""
    return next((told for value in question.extension(url) if (told := number(value)) is not None), None)


def _text(_: Terminology, __: Form, question: Question, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str):
        return
    least, most = numbered(question, CORE + "minLength"), number(question.node.get("maxLength"))
    if least is not None and len(value) < least:
        message = f"Expected at least {least} characters, found {len(value)}."
        yield "FM960", message, "QUESTIONNAIRE_QR_ITEM_STRING_MIN_LENGTH"
    if most is not None and len(value) > most:
        message = f"Expected at most {most} characters, found {len(value)}."
        yield "FM960", message, "QUESTIONNAIRE_QR_ITEM_STRING_MAX_LENGTH"
    for pattern in question.extension(CORE + "regex"):
        if isinstance(pattern, str) and _fits(pattern, value) is False:
            yield (
                "FM960",
                "Expected an answer of the form that the question's regex gives.",
                "QUESTIONNAIRE_QR_ITEM_STRING_REGEX",
            )
    if "\n" in value or "\r" in value:
        yield "FM967", "Expected one line, found several.", "QUESTIONNAIRE_QR_ITEM_STRING_ILLEGAL_CHARS"


def _fits(pattern: str, value: str) -> bool | None:
    """Whether all of it matches; None where the pattern cannot be evaluated in reasonable time."""
    try:
        return covers(pattern, value)
    except CannotEvaluate:
        return None


def _bounded(name: str) -> Judge:
    kind = name[0] + name[1:].lower() if name != "DATETIME" else "DateTime"
    spoken = "DATE" if name == "DATETIME" else name

    def judge(_: Terminology, __: Form, question: Question, value: Any) -> Iterator[Problem]:
        for words, url, end, wrong in (("least", "minValue", "MIN", -1), ("most", "maxValue", "MAX", 1)):
            for limit in question.extension(CORE + url)[:1]:
                if ordered(value, limit, kind) == wrong:
                    yield "FM960", f"Expected at {words} {limit}.", f"QUESTIONNAIRE_QR_ITEM_{spoken}_{end}"
        if name == "DECIMAL":
            yield from _places(question, value)

    return judge


def _places(question: Question, value: Any) -> Iterator[Problem]:
    most, told = numbered(question, CORE + "maxDecimalPlaces"), number(value)
    if most is None or told is None:
        return
    exponent = told.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > most:
        message = f"Expected at most {most} decimal places, found {-exponent}."
        yield "FM960", message, "QUESTIONNAIRE_QR_ITEM_DECIMAL_MAX_DECIMALS"


def _quantity(terminology: Terminology, form: Form, question: Question, value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict):
        return
    for words, url, end, wrong in (("smallest", "minQuantity", "MIN", -1), ("greatest", "maxQuantity", "MAX", 1)):
        for limit in question.extension(f"{SDC}sdc-questionnaire-{url}")[:1]:
            if isinstance(limit, dict):
                yield from _against(value, limit, words, end, wrong)
    yield from _places(question, value.get("value"))
    yield from _unit(terminology, form, question, value)


def _against(value: Mapping[str, Any], limit: Mapping[str, Any], words: str, end: str, wrong: int) -> Iterator[Problem]:
    if not all(each.get("system") and each.get("code") for each in (value, limit)):
        message = (
            f"Expected units with a code and system, to compare with the {words} quantity that the question takes."
        )
        yield "FM960", message, f"QUESTIONNAIRE_QR_ITEM_DECIMAL_CANNOT_COMPARE_{end}_UNITS"
        return
    one, other = _amount(value), _amount(limit)
    if one is None or other is None:
        return
    alike = (value["system"], value["code"]) == (limit["system"], limit["code"])
    measured = value["system"] == limit["system"] == UCUM
    if not alike and not (measured and comparable(one, other)):
        message = f"Expected a unit that can be compared with that of the {words} quantity that the question takes."
        yield "FM960", message, f"QUESTIONNAIRE_QR_ITEM_DECIMAL_CANNOT_COMPARE_{end}"
    elif _order(one, other) == wrong:
        message = f"Beyond the {words} quantity that the question takes."
        yield "FM960", message, f"QUESTIONNAIRE_QR_ITEM_QUANTITY_{end}"


def _order(one: Quantity, other: Quantity) -> int | None:
    try:
        return compare(one, other)
    except CannotEvaluate:
        return None


def _amount(value: Mapping[str, Any]) -> Quantity | None:
    told, unit = number(value.get("value")), value.get("code")
    return Quantity(told, unit) if told is not None and told.is_finite() and isinstance(unit, str) else None


def _unit(terminology: Terminology, form: Form, question: Question, value: Mapping[str, Any]) -> Iterator[Problem]:
    options = [each for each in question.extension(CORE + "questionnaire-unitOption") if isinstance(each, dict)]
    if options and not any(_is_unit(value, each) for each in options):
        yield (
            "FM960",
            "Expected one of the units that the question lists.",
            "QUESTIONNAIRE_QR_ITEM_DECIMAL_INVALID_UNITS",
        )
    for canonical in question.extension(CORE + "questionnaire-unitValueSet")[:1]:
        if isinstance(canonical, str) and "code" in value:
            told = membership(terminology, form, canonical, value)
            if told is Answer.OUT:
                message = f"Expected a unit of the value set {canonical}."
                yield "FM960", message, "QUESTIONNAIRE_QR_ITEM_DECIMAL_UNIT_FAIL_VS"


def _is_unit(value: Mapping[str, Any], option: Mapping[str, Any]) -> bool:
    if "code" in option:
        return (value.get("system"), value.get("code")) == (option.get("system"), option["code"])
    return value.get("unit") == option.get("display")


def _attachment(_: Terminology, __: Form, question: Question, value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict):
        return
    kinds = [each for each in question.extension(CORE + "mimeType") if isinstance(each, str)]
    kind = value.get("contentType")
    if kinds and not isinstance(kind, str):
        yield "FM965", "Expected a contentType, found none.", "QUESTIONNAIRE_QR_ITEM_NOT_ATTACHMENT_MIMETYPE"
    elif kinds and not any(str(kind).startswith(each.removesuffix("*")) for each in kinds):
        message = f"Expected a file of type {' or '.join(kinds)}."
        yield "FM965", message, "QUESTIONNAIRE_QR_ITEM_BAD_ATTACHMENT_MIMETYPE"
    most, data = numbered(question, CORE + "maxSize"), value.get("data")
    if most and isinstance(data, str) and _bytes(data) > most:
        message = f"Expected at most {most} bytes, found {_bytes(data)}."
        yield "FM965", message, "QUESTIONNAIRE_QR_ITEM_BAD_ATTACHMENT_LENGTH"


def _bytes(data: str) -> int:
    """How many bytes base64 text stands for."""
    plain = "".join(data.split()).rstrip("=")
    return len(plain) * 3 // 4


JUDGES: dict[str, Judge] = {
    "string": _text,
    "decimal": _bounded("DECIMAL"),
    "integer": _bounded("INTEGER"),
    "date": _bounded("DATE"),
    "dateTime": _bounded("DATETIME"),
    "time": _bounded("TIME"),
    "quantity": _quantity,
    "attachment": _attachment,
}
