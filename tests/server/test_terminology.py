"""A terminology server, well and badly behaved: what it tells is told, and whatever it does, nothing is raised."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fhir_matters import jsonio
from fhir_matters.coded import Question, Replies, Told
from fhir_matters.errors import FhirMattersError
from fhir_matters.server import TerminologyServer
from tests.server.codes import ANIMALS, PETS, Codes
from tests.server.fake import Response

DOG = Question(PETS, ANIMALS, "dog")
WOLF = Question(PETS, ANIMALS, "wolf")
UNICORN = Question(system=ANIMALS, code="unicorn")
CALLED = Question(system=ANIMALS, code="dog", display="Cat")
ABSENT = Question("http://example.org/vs/absent", ANIMALS, "dog")
LISTED = Question(PETS)
EXPECTED = {DOG: True, WOLF: False, UNICORN: False, CALLED: False, ABSENT: None, LISTED: None}


@pytest.fixture
def codes():
    with Codes() as server:
        yield server


def asked(fake: Any, questions: Any = tuple(EXPECTED), **options: Any) -> Replies:
    return TerminologyServer(fake.base, **{"seconds": 5, **options}).ask(questions)


def held(replies: Replies) -> dict[Question, bool | None]:
    return {question: told.holds for question, told in replies.told.items()}


def test_many_questions_are_one_request(codes):
    replies = asked(codes)
    assert held(replies) == EXPECTED
    assert replies.told[LISTED].expansion == {
        "contains": [{"system": ANIMALS, "code": code} for code in ("dog", "cat")]
    }
    assert replies.trouble == ""
    assert [(each.method, each.path) for each in codes.requests] == [("POST", "/fhir")]


def test_more_than_a_hundred_are_a_request_a_hundred(codes):
    many = [Question(system=ANIMALS, code=str(number)) for number in range(250)]
    assert set(held(asked(codes, many)).values()) == {False}
    assert [len(each.body["entry"]) for each in codes.requests] == [100, 100, 50]


def test_one_question_is_a_post_without_anything_in_its_address(codes):
    assert held(asked(codes, [DOG])) == {DOG: True}
    assert [(each.path, each.query) for each in codes.requests] == [("/fhir/ValueSet/$validate-code", {})]


def test_a_server_that_takes_no_batch_is_asked_one_by_one_from_then_on():
    with Codes(batches=False) as server:
        client = TerminologyServer(server.base, seconds=5)
        assert held(client.ask(tuple(EXPECTED))) == EXPECTED
        assert held(client.ask([DOG, WOLF])) == {DOG: True, WOLF: False}
        assert [each.path for each in server.requests].count("/fhir") == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"resourceType": "Bundle", "type": "batch-response"},
        {"resourceType": "Bundle", "type": "batch-response", "entry": [{}]},
        {
            "resourceType": "Bundle",
            "type": "batch-response",
            "entry": [{"response": {"status": "501"}}] * len(EXPECTED),
        },
        {"resourceType": "Bundle", "type": "batch-response", "entry": [None] * len(EXPECTED)},
        {"resourceType": "Patient"},
    ],
)
def test_a_batch_that_is_not_answered_as_one_is_asked_again_one_by_one(codes, answer):
    codes.fault = lambda request: Response(body=answer) if request.path == "/fhir" else None
    assert held(asked(codes)) == EXPECTED


def test_what_is_in_the_cache_is_not_asked(codes, tmp_path):
    file = tmp_path / "codes.sqlite"
    assert held(asked(codes, cache=file)) == EXPECTED
    before = len(codes.asked)
    assert held(asked(codes, cache=str(file))) == EXPECTED
    assert codes.asked[before:] == [
        ("ValueSet/$validate-code", {"url": ABSENT.value_set, "system": ANIMALS, "code": "dog"})
    ]


def test_another_server_is_asked_for_itself(codes, tmp_path):
    file = tmp_path / "codes.sqlite"
    asked(codes, [DOG], cache=file)
    with Codes() as other:
        asked(other, [DOG], cache=file)
        assert len(other.asked) == 1


def refused(status: int, body: Any = None) -> Any:
    return lambda _: Response(status, body)


FAULTS: dict[str, Any] = {
    "an error page": refused(500, b"<html>secret</html>"),
    "nothing": refused(500),
    "who are you": refused(401, b""),
    "not for you": refused(403, jsonio.write({"resourceType": "OperationOutcome"})),
    "a login page": refused(200, b"<html>log in</html>"),
    "half an answer": refused(200, b'{"resourceType": "Param'),
    "other JSON": refused(200, b"[1, 2]"),
    "nesting": refused(200, b'{"resourceType":' + b"[" * 200_000),
    "round and round": lambda _: Response(302, None, {"Location": "/fhir/other"}),
    "elsewhere": lambda _: Response(307, None, {"Location": "http://192.0.2.1/fhir"}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_server_that_does_not_answer_is_trouble_in_a_sentence(codes, fault):
    codes.fault = fault
    replies = asked(codes)
    assert not any(told.decides for told in replies.told.values())
    assert replies.trouble.endswith(".")
    assert "secret" not in replies.trouble


def test_a_refusal_in_fhir_is_an_answer_that_decides_nothing(codes):
    codes.fault = refused(404, {"resourceType": "OperationOutcome", "issue": []})
    assert asked(codes) == Replies(dict.fromkeys(EXPECTED, Told()))


def test_nobody_there_is_trouble(tmp_path):
    replies = TerminologyServer("http://127.0.0.1:9/fhir", seconds=2, cache=tmp_path / "c").ask([DOG])
    assert replies.told == {}
    assert "cannot be reached" in replies.trouble


def test_a_server_that_drips_is_left_after_its_time(codes):
    enough = threading.Event()
    codes.fault = lambda _: Response(body={"waited": enough.wait(10)})
    started = time.monotonic()
    replies = asked(codes, [DOG], seconds=0.3)
    assert time.monotonic() - started < 5
    assert replies.trouble == "It did not answer within 0.3 seconds."
    enough.set()


def test_a_line_that_is_lost_once_is_tried_again(codes):
    lost: list[int] = []
    codes.lose = lambda _: not lost and not lost.append(1)
    assert held(asked(codes, [DOG])) == {DOG: True}


def test_what_came_before_the_trouble_counts(codes):
    codes.fault = lambda _: Response(500, b"x") if len(codes.requests) > 1 else None
    many = [Question(system=ANIMALS, code=str(number)) for number in range(150)]
    replies = asked(codes, many)
    assert len(replies.told) == 100
    assert replies.trouble


def test_credentials_are_sent_and_never_named(codes):
    client = TerminologyServer(codes.base.replace("http://", "http://user:word@"), seconds=5)
    client.ask([DOG])
    assert codes.requests[0].headers["authorization"].startswith("Basic ")
    assert "word" not in client.name
    TerminologyServer(codes.base, token="t", seconds=5).ask([DOG])
    assert codes.requests[1].headers["authorization"] == "Bearer t"


def test_what_is_no_address_is_refused_at_once():
    with pytest.raises(FhirMattersError):
        TerminologyServer("tx.example.org")


def test_threads_may_share_it(codes, tmp_path):
    client = TerminologyServer(codes.base, seconds=5, cache=tmp_path / "codes.sqlite")
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: held(client.ask(tuple(EXPECTED))), range(24)))
    assert all(each == EXPECTED for each in replies)
