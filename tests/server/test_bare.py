"""Of a type that the target has nothing of, nothing is looked for; wherever there is one, everything is."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import pytest

from fhir_matters.errors import Unauthorised
from fhir_matters.server.target import AT_ONCE
from fhir_matters.server.transfer import prepare, push
from tests.server.fake import outcome
from tests.server.receipts import actions
from tests.server.resources import observation, patient

MANY = AT_ONCE + 1


def several(count=MANY):
    """Somebody, and observations of them whose ids mean one thing in the world."""
    return [patient(), *(observation(str(uuid5(NAMESPACE_URL, str(number)))) for number in range(count))]


def looks(fake, *names, kind="Observation"):
    """How many searches by these parameters there were before the first write."""
    before = fake.requests[: fake.requests.index(fake.writes()[0])] if fake.writes() else fake.requests
    return sum(request.path == f"/fhir/{kind}" and tuple(request.query) == names for request in before)


def test_an_empty_server_is_asked_once_whether_it_has_any(fake, server):
    receipt = push(several(3 * MANY), server)
    assert actions(receipt) == {"created": 3 * MANY + 1}
    assert receipt.nothing_lost
    assert (looks(fake, "_count"), looks(fake, "_id", "_count")) == (1, 0)


def test_what_one_search_finds_is_looked_for_at_once(fake, server):
    push(several(AT_ONCE), server)
    assert (looks(fake, "_count"), looks(fake, "_id", "_count")) == (0, 1)


def test_where_there_is_one_of_the_type_each_is_looked_for(fake, server):
    resources = several()
    fake.put(f"Observation/{resources[-1]['id']}", {**resources[-1], "status": "amended"})
    fake.put("Observation/another", observation("another"))
    assert prepare(resources, server).plan.totals["conflict"] == 1


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_server_that_cannot_say_so_is_asked_for_each(fake, server, status):
    fake.fault = lambda request: outcome(status, "not-supported") if list(request.query) == ["_count"] else None
    resources = several()
    fake.put(f"Observation/{resources[1]['id']}", {**resources[1], "status": "amended"})
    assert prepare(resources, server).plan.totals["conflict"] == 1


def test_who_is_not_let_in_is_told_so(fake, server):
    fake.fault = lambda _: outcome(401, "login")
    with pytest.raises(Unauthorised):
        prepare(several(), server)


def test_people_are_always_looked_for_by_identifier(fake, server):
    people = [patient(f"p{number}", identifier=[{"system": "s", "value": str(number)}]) for number in range(MANY)]
    push(people, server)
    assert looks(fake, "identifier", "_count", kind="Patient") == 2
