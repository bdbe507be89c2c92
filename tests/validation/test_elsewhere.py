"""A validator with a terminology server: what the server decided says so, and what it did not stays open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fhir_matters.coded import Question, Told
from fhir_matters.issue import Issue, Severity
from fhir_matters.outcome import from_outcome, to_outcome
from fhir_matters.validation import context
from fhir_matters.validation import validator as validator_module
from fhir_matters.validation.validator import Validator
from tests.terminology.saying import Saying
from tests.validation.resources import CATEGORY, GOOD_CATEGORY, OURS, claims

SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
BODY_SITE = "http://hl7.org/fhir/ValueSet/body-site"
YES, NO = Told(holds=True), Told(holds=False)


def observation(*codings: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"resourceType": "Observation", "status": "final", "code": {"text": "x", "coding": list(codings)}}
    return {**base, "text": {"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}, **more}


def judged(server: Saying, resource: Any, **options: Any) -> tuple[list[Issue], int]:
    report = Validator(terminology=server, **options).validate(resource)
    return list(report), report.told


def test_a_code_that_its_system_does_not_have_is_an_error_that_names_the_server():
    server = Saying({Question(system=LOINC, code="0-0"): NO})
    issues, told = judged(server, observation({"system": LOINC, "code": "0-0"}))
    assert [(each.rule, each.path.expression, each.server) for each in issues] == [
        ("FM307", "Observation.code.coding[0].code", server.name)
    ]
    assert told == 1


def test_without_a_server_the_same_code_passes_and_no_server_is_named():
    report = Validator().validate(observation({"system": LOINC, "code": "0-0"}))
    assert not report.issues
    assert report.told == 0


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("unknown-set", NO, [("FM301", True)]),
        ("unknown-set", YES, []),
        ("unknown-set", Told(), [("FM302", False)]),
        ("unknown-extensible", NO, [("FM303", True)]),
        ("unknown-extensible", Told(), [("FM304", False)]),
    ],
)
def test_a_binding_that_cannot_be_told_here_is_told_by_the_server(validator, name, said, expected):
    server = Saying({Question(OURS + "no-such-set", CATEGORY, "survey"): said})
    asking = Validator(registry=validator.registry, terminology=server)
    found = asking.validate(claims(name, GOOD_CATEGORY))
    assert [(each.rule, bool(each.server)) for each in found if each.rule.startswith("FM3")] == expected


def test_a_unit_is_a_code_like_any_other():
    ucum = "http://unitsofmeasure.org"
    server = Saying({Question(system=ucum, code="blub"): NO})
    resource = observation(valueQuantity={"value": 1, "system": ucum, "code": "blub"})
    assert [each.server for each in judged(server, resource)[0] if each.rule == "FM307"] == [server.name]


def test_what_the_server_confirms_raises_nothing_and_is_counted_once():
    coding = {"system": LOINC, "code": "1-8", "display": "Acyclovir"}
    server = Saying({Question(system=LOINC, code="1-8"): Told(holds=True, display="acyclovir")})
    issues, told = judged(server, observation(coding, coding))
    assert [each.rule for each in issues if each.server] == []
    assert told == 1


@pytest.mark.parametrize(
    ("said", "severity"), [(NO, Severity.ERROR), (Told(holds=True, remark=True), Severity.WARNING)]
)
def test_wrong_words_weigh_what_the_server_thinks_of_them(said, severity):
    words = Question(system=LOINC, code="1-8", display="Aspirin")
    server = Saying({Question(system=LOINC, code="1-8"): Told(holds=True, display="Acyclovir"), words: said})
    issues, _ = judged(server, observation({"system": LOINC, "code": "1-8", "display": "Aspirin"}))
    assert [(each.rule, each.severity, each.server) for each in issues] == [("FM310", severity, server.name)]


def test_a_server_in_trouble_is_told_once_and_the_verdict_is_the_one_without_it():
    codings = [{"system": LOINC, "code": f"{number}-0"} for number in range(20)]
    issues, told = judged(Saying(trouble="It sleeps."), observation(*codings))
    assert [(each.rule, each.undecided, each.severity) for each in issues] == [("FM313", True, Severity.INFORMATION)]
    assert "left 20 questions about codes open: It sleeps." in issues[0].message
    assert told == 0


def test_strict_fails_what_the_server_left_open():
    silent = Validator(terminology=Saying(trouble="It sleeps."), strict=True)
    assert not silent.validate(observation({"system": LOINC, "code": "1-8"})).ok


def test_nothing_is_sent_but_codes_systems_displays_and_canonicals():
    resource = observation(
        {"system": LOINC, "code": "1-8", "display": "Acyclovir"},
        id="secret",
        note=[{"text": "secret"}],
        subject={"display": "secret", "identifier": {"system": "urn:secret", "value": "secret"}},
        valueString="secret",
        language="de-x-own",
    )
    server = Saying()
    judged(server, resource)
    assert server.asked
    assert "secret" not in repr(server.asked)


def test_an_answer_to_a_form_is_looked_up_in_its_value_set():
    form = {
        "resourceType": "Questionnaire",
        "status": "active",
        "url": "http://example.org/q",
        "item": [{"linkId": "1", "type": "choice", "answerValueSet": BODY_SITE}],
    }
    answers = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": "#q",
        "contained": [{**form, "id": "q"}],
        "item": [{"linkId": "1", "answer": [{"valueCoding": {"system": SNOMED, "code": "1"}}]}],
    }
    server = Saying({Question(system=SNOMED, code="1"): YES, Question(BODY_SITE, SNOMED, "1"): NO})
    found = [each for each in judged(server, answers)[0] if each.rule == "FM962"]
    assert [each.server for each in found] == [server.name]


def test_the_server_is_told_in_an_outcome_and_read_from_it():
    server = Saying({Question(system=LOINC, code="0-0"): NO})
    report = Validator(terminology=server).validate(observation({"system": LOINC, "code": "0-0"}))
    outcome = to_outcome(report)
    extensions = {each["url"]: each for each in outcome["issue"][0]["extension"]}
    address = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-server"
    assert extensions[address]["valueUrl"] == server.name
    assert from_outcome(outcome).issues[0].server == server.name


def test_threads_share_what_the_server_said():
    server = Saying({Question(system=LOINC, code=f"{number}-0"): NO for number in range(10)})
    validator = Validator(terminology=server)
    resources = [observation({"system": LOINC, "code": f"{number % 10}-0"}) for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(validator.validate, resources))
    assert {report.told for report in reports} == {1}
    assert all(report.issues[0].server == server.name for report in reports)


def test_the_time_that_a_server_takes_is_not_that_of_the_walk(monkeypatch):
    now = [0.0]

    class Slow(Saying):
        def ask(self, questions):
            now[0] += 60
            return super().ask(questions)

    for module in (context, validator_module):
        monkeypatch.setattr(module, "monotonic", lambda: now[0])
    server = Slow({Question(system=LOINC, code="0-0"): NO})
    report = Validator(terminology=server, seconds=1).validate(observation({"system": LOINC, "code": "0-0"}))
    assert [each.rule for each in report] == ["FM307"]
