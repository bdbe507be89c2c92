"""What a terminology server is asked, how often, and what becomes of what it says, or does not say."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.coded import Question, Told
from fhir_matters.terminology import Answer, Terminology
from fhir_matters.terminology import elsewhere as module
from fhir_matters.terminology.elsewhere import Elsewhere
from tests.terminology.saying import Saying
from tests.terminology.test_terminology import IN, LOINC, OUT, SNOMED, UNKNOWN, Definitions, S, V, system, valueset

YES, NO = Told(holds=True), Told(holds=False)
BELOW = valueset("below", {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "1"}]})


def below(code: str) -> Question:
    return Question(V + "below", SNOMED, code)


def asked(server: Saying, ask: Any, *resources: Any) -> tuple[Any, module.Inquiry]:
    elsewhere = Elsewhere(server)
    tx = Terminology(Definitions(system(), BELOW, *resources), elsewhere)
    return elsewhere.inquired(lambda: ask(tx))


def test_all_open_questions_of_a_walk_go_to_the_server_at_once_and_each_once():
    server = Saying({below("2"): YES, below("3"): NO})
    codes = ["2", "3", "4", "2"]
    told, inquiry = asked(server, lambda tx: [tx.contains(V + "below", SNOMED, code) for code in codes])
    assert told == [IN, OUT, UNKNOWN, IN]
    assert [len(questions) for questions in server.asked] == [6]
    assert inquiry.used == {below("2"), below("3")}
    assert inquiry.trouble == ""


def test_what_the_server_said_is_not_asked_again_in_the_next_walk():
    server = Saying({below("2"): YES})
    elsewhere = Elsewhere(server)
    tx = Terminology(Definitions(BELOW), elsewhere)
    for _ in range(3):
        assert elsewhere.inquired(lambda: tx.contains(V + "below", SNOMED, "2"))[0] is IN
    assert len(server.asked) == 1


def test_a_code_that_its_system_does_not_have_is_in_no_value_set_of_it():
    told, _ = asked(Saying({Question(system=SNOMED, code="9"): NO}), lambda tx: tx.contains(V + "below", SNOMED, "9"))
    assert told is OUT


def test_a_whole_system_is_answered_by_the_system_though_the_server_does_not_know_the_value_set():
    server = Saying({Question(system=LOINC, code="1-8"): YES})
    told, _ = asked(server, lambda tx: tx.contains(V + "all", LOINC, "1-8"), valueset("all", {"system": LOINC}))
    assert told is IN


def test_an_include_by_version_asks_for_that_version():
    server = Saying({Question(system=LOINC, code="1-8", version="2.77"): YES})
    versioned = valueset("all", {"system": LOINC, "version": "2.77"})
    assert asked(server, lambda tx: tx.contains(V + "all", LOINC, "1-8"), versioned)[0] is IN


def test_an_element_of_type_code_is_looked_up_in_the_servers_list():
    listed = {"contains": [{"system": SNOMED, "code": "2"}, {"system": SNOMED, "code": "3", "abstract": True}]}
    server = Saying({Question(V + "below"): Told(expansion=listed)})
    told, _ = asked(server, lambda tx: [tx.contains(V + "below", None, code) for code in ("2", "3", "4")])
    assert told == [IN, OUT, OUT]


@pytest.mark.parametrize(
    "expansion",
    [
        {"total": 9, "contains": [{"system": SNOMED, "code": "2"}]},
        {"parameter": [{"name": "count", "valueInteger": 1}], "contains": [{"system": SNOMED, "code": "2"}]},
        {"contains": []},
        {"contains": "2"},
    ],
)
def test_a_list_that_is_not_whole_leaves_it_to_the_systems_that_the_set_draws_from(expansion):
    server = Saying({Question(V + "below"): Told(expansion=expansion), below("3"): YES, below("4"): NO})
    told, _ = asked(server, lambda tx: [tx.contains(V + "below", None, code) for code in ("3", "4", "5")])
    assert told == [IN, OUT, UNKNOWN]


def test_a_page_that_holds_all_is_whole():
    listed = {
        "total": 1,
        "parameter": [{"name": "count", "valueInteger": 5000}],
        "contains": [{"system": SNOMED, "code": "2"}],
    }
    server = Saying({Question(V + "below"): Told(expansion=listed)})
    assert asked(server, lambda tx: tx.contains(V + "below", None, "3"))[0] is OUT


def test_the_servers_own_words_need_no_second_question():
    server = Saying({Question(system=SNOMED, code="1"): Told(holds=True, display="Asthma")})
    told, _ = asked(server, lambda tx: tx.calls_it(SNOMED, "1", "asthma"))
    assert told is IN
    assert server.asked == [[Question(system=SNOMED, code="1")]]


@pytest.mark.parametrize(
    ("said", "answer", "tolerated"),
    [(YES, IN, False), (NO, OUT, False), (Told(holds=True, remark=True), OUT, True), (Told(), UNKNOWN, False)],
)
def test_other_words_are_for_the_server_to_judge(said, answer, tolerated):
    other = Question(system=SNOMED, code="1", display="Wheeze")
    server = Saying({Question(system=SNOMED, code="1"): Told(holds=True, display="Asthma"), other: said})

    def ask(tx: Terminology) -> tuple[Answer, bool]:
        return tx.calls_it(SNOMED, "1", "Wheeze"), tx.tolerates(SNOMED, "1", "Wheeze")

    assert asked(server, ask)[0] == (answer, tolerated)


def test_the_words_of_a_code_that_the_server_does_not_know_are_not_asked_for():
    server = Saying()
    assert asked(server, lambda tx: tx.calls_it(SNOMED, "1", "Wheeze"))[0] is UNKNOWN
    assert server.asked == [[Question(system=SNOMED, code="1")]]


def test_what_is_decided_here_is_never_asked():
    server = Saying()
    sets = valueset("x", {"system": S})
    told, _ = asked(
        server,
        lambda tx: (
            tx.contains(V + "x", S, "dog"),
            tx.contains(V + "x", None, "wolf"),
            tx.system_knows(S, "wolf"),
            tx.calls_it(S, "puppy", "Old dog"),
            tx.tolerates(S, "puppy", "Old dog"),
        ),
        sets,
    )
    assert told == (IN, OUT, OUT, OUT, False)
    assert server.asked == []


def test_working_out_a_value_set_asks_nothing():
    chosen = {"system": SNOMED, "concept": [{"code": str(number)} for number in range(100)]}
    sets = valueset("x", {**chosen, "valueSet": [V + "below"]})
    server = Saying({Question(V + "x", SNOMED, "1"): YES})
    told, _ = asked(server, lambda tx: tx.contains(V + "x", SNOMED, "1"), sets)
    assert told is IN
    assert {each.code for questions in server.asked for each in questions} == {"1"}


def test_outside_a_walk_nothing_is_asked():
    server = Saying({below("2"): YES})
    assert Terminology(Definitions(BELOW), Elsewhere(server)).contains(V + "below", SNOMED, "2") is UNKNOWN
    assert server.asked == []


def test_a_server_in_trouble_is_left_alone_for_a_while_and_then_asked_again():
    now = [0.0]
    server = Saying({below("2"): YES}, trouble="It sleeps.")
    elsewhere = Elsewhere(server, clock=lambda: now[0])
    tx = Terminology(Definitions(BELOW), elsewhere)

    def ask() -> tuple[Answer, str, int]:
        told, inquiry = elsewhere.inquired(lambda: tx.contains(V + "below", SNOMED, "2"))
        return told, inquiry.trouble, len(server.asked)

    assert ask() == (UNKNOWN, "It sleeps.", 1)
    assert ask() == (UNKNOWN, "It sleeps.", 1)
    server.trouble, now[0] = "", module.REST_SECONDS
    assert ask() == (IN, "", 2)


def test_an_asker_that_raises_is_trouble_and_no_more():
    class Broken(Saying):
        def ask(self, questions: Any) -> Any:
            raise ValueError(questions)

    told, inquiry = asked(Broken(), lambda tx: tx.contains(V + "below", SNOMED, "secret"))
    assert told is UNKNOWN
    assert inquiry.trouble == "Asking it failed (ValueError)."


def test_a_server_that_always_has_something_new_ends_all_the_same():
    server = Saying()
    server.ask = lambda questions: module.Replies(dict.fromkeys(questions, YES))  # type: ignore[method-assign]
    elsewhere, walks = Elsewhere(server), []

    def walk() -> Answer:
        walks.append(1)
        return elsewhere.answer(Question(system=SNOMED, code=str(len(walks))))

    assert elsewhere.inquired(walk)[0] is UNKNOWN
    assert len(walks) == module.MOST_WALKS


def test_no_more_is_asked_for_one_resource_than_is_bearable(monkeypatch):
    monkeypatch.setattr(module, "MOST_ASKED", 3)
    server = Saying()
    _, inquiry = asked(server, lambda tx: [tx.system_knows(SNOMED, str(number)) for number in range(9)])
    assert [len(questions) for questions in server.asked] == [3]
    assert inquiry.trouble.startswith("A resource may ask about 3 codes")
