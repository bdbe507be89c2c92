"""What is sure of an object without evaluating is what evaluating says."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_matters import fhirpath, jsonio
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.facts import always, never
from fhir_matters.fhirpath.model import core_model
from fhir_matters.fhirpath.navigation import element
from fhir_matters.fhirpath.node import Type
from fhir_matters.fhirpath.parser import parse
from fhir_matters.fhirpath.scope import Scope
from fhir_matters.fhirpath.surely import fact, surely
from fhir_matters.fhirpath.syntax import Literal, Member, Node
from fhir_matters.fhirpath.trees import parts
from fhir_matters.validation.invariants import DECIDED
from fhir_matters.validation.published import CORRECTED
from tests.fhirpath.invariants import all_of_r4

# Beside R4's own: each kind of thing that is understood, and what looks like it.
MORE = [
    ("Period", "start < end"),
    ("Period", "start > end"),
    ("Period", "start >= end"),
    ("Period", "start = end"),
    ("Period", "start != end"),
    ("Period", "start.hasValue() and (end < start).not()"),
    ("Period", "'2020' <= end"),
    ("Patient", "birthDate <= deceased"),
    ("Patient", "birthDate = birthDate and birthDate <= birthDate"),
    ("Patient", "active and active.not().not()"),
    ("Patient", "active = true or active != true or active = false"),
    ("Patient", "gender in ('male' | 'female') implies name.exists()"),
    ("Patient", "(gender in ('male' | 'female')).not()"),
    ("Patient", "gender != 'male' and 'female' != gender"),
    ("Patient", "gender = ('male' | 'female')"),
    ("Patient", "name.given.exists() and name.family.empty()"),
    ("Patient", "name.all(family.exists() xor given.exists())"),
    ("Patient", "name.all(family.exists()).not()"),
    ("Patient", "name.where(use = 'official').family.exists()"),
    ("Patient", "name.where(use = 'official').empty().not()"),
    ("Patient", "name.exists(use = 'official' and family.exists())"),
    ("Patient", "name.exists(use = 'official').not()"),
    ("Patient", "(name.count() + telecom.count()) >= 2"),
    ("Patient", "0 < name.count()"),
    ("Patient", "(1 = name.count()).not()"),
    ("Patient", "name.count() != contact.count()"),
    ("Patient", "maritalStatus.text = 'M' or maritalStatus.text != 'M'"),
    ("Patient", "Patient.name.exists() or Patient.name.empty()"),
    ("Patient", "Patient.gender = 'male'"),
    ("Patient", "nonsense.exists() or nonsense.hasValue() or nonsense.all(false) and name.nonsense.empty()"),
    ("Patient", "contained.where(id = 'a').exists().not()"),
    ("Patient", "contained.id.exists() or true"),
    ("Patient", "(name.exists() = telecom.exists()) and (name.empty() != telecom.exists())"),
    ("Patient", "multipleBirth.exists() implies multipleBirth > 0"),
    ("Patient", "maritalStatus.coding.code contains 'M'"),
    ("Patient", "(maritalStatus.coding.code contains 'M').not()"),
    ("Patient", "gender contains 'male' or (communication.language.text contains 'x').not()"),
    ("Quantity", "ofType(Quantity).system.empty() or ofType(Quantity).system = 'http://unitsofmeasure.org'"),
    ("Quantity", "ofType(Range).low.empty() or ofType(Range).high.exists()"),
    ("Age", "ofType(Quantity).unit.exists() or ofType(Age).code = 'x'"),
    ("HumanName", "given.count() <= 1 and given.hasValue()"),
    ("Quantity", "value > 0.5 and value < 100"),
    ("Quantity", "(value >= 0).not() or (value <= 0).not()"),
    ("Quantity", "value = 1 or value != 1 or value = 1.0"),
    ("Quantity", "system = %ucum and code.exists()"),
    ("Quantity", "system != %ucum"),
    ("Timing.repeat", "count > 1 and 3 >= count"),
    ("Timing.repeat", "count.hasValue() and count = 1"),
    ("Timing.repeat", "timeOfDay < timeOfDay"),
    ("Condition", "abatement.empty() or onset.exists()"),
]

TEXTS = ["", "x", "1", "male", "official", "M", "*", "http://unitsofmeasure.org", "entered-in-error", "2020-02-30"]
DATES = [
    *("2020", "2021", "2020-05", "2020-06", "2020-05-01", "2020-05-02", "2021-02-29", "0001-01-01", "9999-12-31"),
    *("2020-05-01T10:00", "2020-05-01T10:00:00", "2020-05-01T09:30:00", "2020-05-01T24:00:00", "2020-05-01T23:59:60"),
    *("2020-05-01T10:00:00Z", "2020-05-01T10:00:00+02:00", "2020-05-01T08:00:00-02:00", "2020-05-01T10:00:00+15:00"),
    *("2020-05-01T10:00:00.000Z", "2020-05-01T10:00:00.500Z", "2020-05-01T10:00:00.5Z", "2020-05-01T10:00:00.5000Z"),
    *("2020-05-01T12:00:00.000+02:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2020-05-01T10"),
    *("20200501T100000.000+00:00", "2020-W18-5", "2020-W18-5T10:00:00Z", "2020-05-01 10:00:00Z", "2020-W18", "2020-1-"),
    *("2020-05-0\u0661", "2020-05-01T10:00:0\ud800", "2020-05-01T10:00:00.\u0661\u0661\u0661Z", "2020-05-01T10:00:00."),
]
FRACTIONS = ["0.0", "-0.0", "1.0", "0.5", "-1e-400", "1e-400", "1e400", "99.999999999999999999999", "0." + "3" * 500]
NUMBERS = [
    *(0, 1, 2, 3, -1, 101, 10**30, True, False, *map(jsonio.parse, FRACTIONS), *map(jsonio.Number, FRACTIONS)),
    *(Decimal("0.5"), Decimal("sNaN"), 0.5, float("nan"), float("inf")),
]
ODD = [
    None,
    [],
    {},
    [None],
    [[]],
    "x",
    1,
    True,
    {"extension": [{"url": "http://example.org"}]},
    {"id": "x"},
    [{}, None],
]


@cache
def cases() -> list[tuple[str, str]]:
    """(type, expression) of what the validator evaluates, and more."""
    r4 = {(paths[0], CORRECTED.get(key, text)) for (key, text), paths in all_of_r4().items() if key not in DECIDED}
    return sorted(each for each in r4 if core_model().find(each[0]) is not None) + MORE


class Maker:
    """Makes objects with the children that an expression asks for: most as they should be, some as nobody writes."""

    def __init__(self, tree: Node, random: Random) -> None:
        found = list(parts(tree))
        written = [each.value for each in found if isinstance(each, Literal) and type(each.value) is str]
        self._names = sorted({each.name for each in found if isinstance(each, Member)} | {"id"})
        self._texts = [*written * 3, *TEXTS]
        self._random = random

    def made(self, kind: Type, depth: int = 3) -> dict[str, Any]:
        made: dict[str, Any] = {"resourceType": kind.name} if self._random.random() < 0.1 else {}
        for name in self._random.sample(self._names, len(self._names)):
            field = kind.fields.get(name)
            if field is None or self._random.random() < 0.3:
                continue
            for key in self._random.sample(field.keys, min(len(field.keys), self._random.choice((1, 1, 1, 1, 1, 2)))):
                types = [each for each in field.types if key.lower().endswith(each.name.lower())] or [
                    *field.types,
                    kind,
                ]
                made[key] = self._several(types[0], key, depth)
        return made

    def _several(self, kind: Type, key: str, depth: int) -> Any:
        chance = self._random.random()
        if key.startswith("_") or depth == 0 or chance < 0.1:
            return self._random.choice(ODD)
        if chance < 0.4:
            return [self._one(kind, depth) for _ in range(self._random.randint(0, 3))]
        return self._one(kind, depth)

    def _one(self, kind: Type, depth: int) -> Any:
        if self._random.random() < 0.05:
            return self._random.choice(ODD)
        if not kind.is_primitive:
            return self.made(kind, depth - 1)
        kinds = {"date": DATES, "dateTime": DATES, "instant": DATES, "boolean": [True, False, True, False, 1, "true"]}
        numeric = kind.name in ("decimal", "integer", "positiveInt", "unsignedInt")
        return self._random.choice(NUMBERS if numeric else kinds.get(kind.name, self._texts))


def evaluated(path: str, text: str, value: dict[str, Any]) -> bool | str | None:
    model = core_model()
    whole = element({"resourceType": "Patient", "id": "x"}, model.type("Patient"))
    try:
        return fhirpath.compile(text, path).holds(element(value, model.type(path)), Scope(model, resource=whole))
    except CannotEvaluate:
        return "cannot tell"


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_is_sure_is_what_evaluating_says(seed: int) -> None:
    random, sure = Random(seed), Counter[bool]()
    for path, text in cases():
        tree, kind = fhirpath.compile(text, path).tree, core_model().type(path)
        value = Maker(tree, random).made(kind)
        for wanted in (True, False):
            if surely(tree, kind, wanted=wanted)(value):
                sure[wanted] += 1
                assert evaluated(path, text, value) is wanted, (path, text, value)
    assert sure[True] > 5
    assert sure[False] > 5


@pytest.mark.parametrize(
    ("path", "expression", "value"),
    [
        (
            "Period",
            "start.hasValue().not() or end.hasValue().not() or (start <= end)",
            {"start": "2020", "end": "2020"},
        ),
        ("Period", "start <= end", {"start": "2020-05-01T10:00:00+02:00", "end": "2020-05-01T10:00:00+02:00"}),
        ("Period", "start < end", {"start": "2020-05-01T10:00:00+02:00", "end": "2020-05-01T09:00:00Z"}),
        ("Timing.repeat", "period.exists() implies period >= 0", {"period": jsonio.parse("1.5")}),
        ("Attachment", "data.empty() or contentType.exists()", {"data": "AAAA", "contentType": "text/plain"}),
        ("Patient", "name.where(use = 'official').exists()", {"name": [{"use": "usual"}, {"use": "official"}]}),
        ("Patient", "name.where(use = 'official').empty()", {"name": [{"use": "usual"}]}),
        ("Patient", "(name.count() + telecom.count()) >= 2", {"name": [{}], "telecom": [{}]}),
        ("Patient", "maritalStatus.text = 'M'", {"maritalStatus": {"text": "M"}}),
        ("Patient", "active = true and gender in ('male' | 'other')", {"active": True, "gender": "other"}),
        ("Quantity", "ofType(Quantity).system = %ucum", {"system": "http://unitsofmeasure.org"}),
        ("CodeableConcept", "coding.code contains 'M'", {"coding": [{"code": "F"}, {"code": "M"}]}),
        ("Quantity", "system = %ucum", {"system": "http://unitsofmeasure.org"}),
    ],
)
def test_what_is_plain_to_see_is_sure(path: str, expression: str, value: dict[str, Any]) -> None:
    assert surely(parse(expression), core_model().type(path), wanted=True)(value)
    assert not surely(parse(expression), core_model().type(path), wanted=False)(value)


@pytest.mark.parametrize(
    ("path", "expression", "keys"),
    [
        ("Period", "end.empty()", {"start"}),
        ("Period", "start.hasValue().not() or end.hasValue().not() or (start <= end)", {"end", "_end"}),
        ("Coding", "code.exists() implies system.exists()", {"display"}),
        ("Quantity", "(code.exists() and value.exists()) implies system.exists()", {"value"}),
        ("Patient", "contained.where(id = 'a').exists().not()", set()),
        ("Patient", "contact.all(name.exists() or telecom.exists())", {"name"}),
        ("Patient", "name.empty() and name.period.empty()", set()),
        ("Observation", "value.empty() or component.code.where(coding.exists()).empty()", {"component"}),
    ],
)
def test_keys_that_are_not_there_can_make_it_sure_once_for_all(path: str, expression: str, keys: set[str]) -> None:
    assert fact(parse(expression), core_model().type(path), keys) is always


@pytest.mark.parametrize(
    ("path", "expression", "keys"),
    [
        ("Period", "start.empty() and end.empty()", {"end"}),
        ("Period", "end.empty()", {"_end"}),
        ("Patient", "name.exists()", set()),
        ("Period", "start <= end", set()),
        ("Period", "(start <= end) or end.empty()", {"start", "end", "_start"}),
        ("Patient", "Patient.name.empty()", set()),
        ("Patient", "%resource.name.empty()", set()),
        ("Patient", "name.count().empty()", set()),
        ("Patient", "gender = 'male' or name.empty()", {"gender", "_gender"}),
        ("Observation", "value.empty()", {"valueQuantity"}),
    ],
)
def test_what_depends_on_more_than_keys_is_not_sure_of_any_object(path: str, expression: str, keys: set[str]) -> None:
    assert fact(parse(expression), core_model().type(path), keys) is never


def test_an_expression_that_asks_too_much_is_left_to_evaluating() -> None:
    patient = core_model().type("Patient")
    for many in (" xor ".join(["name.exists()"] * 60), "active or " * 200 + "name.exists()"):
        assert not surely(parse(many), patient, wanted=True)({"name": [{}], "active": False})
    item = core_model().type("Questionnaire.item")
    nested = "item.all(" * 30 + "text.exists()" + ")" * 30
    value: dict[str, Any] = {"text": "x"}
    for _ in range(30):
        value = {"item": [value, value]}
    assert not surely(parse(nested), item, wanted=True)(value)
