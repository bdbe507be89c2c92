"""SMART from end to end with the embedded server: tokens of one server let us in at another, as far as they reach."""

from __future__ import annotations

import pytest

from fhir_matters.errors import Unauthorised
from fhir_matters.local_server.serve import Running
from fhir_matters.server import Server, Smart
from fhir_matters.server.apply import Pace
from tests.server.fake import Response
from tests.server.resources import observation, patient
from tests.server.smart import SmartServer, ec_key, pem

RECORD = [patient("p"), *(observation(f"o{number}", "Patient/p") for number in range(30))]


@pytest.fixture
def tokens():
    with SmartServer({"k1": ec_key().public_key()}) as server:
        yield server


@pytest.fixture
def local(tokens):
    with Running(verify=tokens.granted.get) as running:
        yield running.base


def by(tokens, *scopes):
    return Smart("a-client", pem(ec_key()), scopes, key_id="k1", token_endpoint=tokens.endpoint)


def test_a_record_goes_as_far_as_the_scopes_of_its_token(tokens, local):
    with Server(local, auth=by(tokens, "system/*.rs")) as server, pytest.raises(Unauthorised) as caught:
        server.push(RECORD)
    assert caught.value.status == 403
    with Server(local, auth=by(tokens, "system/*.cruds")) as server:
        assert server.push(RECORD).nothing_lost
    assert len(tokens.token_requests) == 2


def test_tokens_that_end_in_the_middle_of_a_push_lose_and_double_nothing(tokens, local):
    with Server(local, auth=by(tokens, "system/*.cruds")) as server:
        ask, asked = server.ask, []

        def ending(*arguments, **options):
            asked.append(arguments)
            if len(asked) % 3 == 0:
                tokens.granted.clear()
            return ask(*arguments, **options)

        server.ask = ending
        receipt = server.push(RECORD, pace=Pace(size=4))
        assert receipt.nothing_lost
        assert len(tokens.token_requests) > 3
        del server.ask
        assert len(server.pull()["entry"]) == len(RECORD)
        assert {each["meta"]["versionId"] for each in server.search("Observation")} == {"1"}


def test_a_token_endpoint_that_fails_half_way_stops_the_push_and_the_journal_goes_on(tokens, local, tmp_path):
    journal = tmp_path / "journal"
    with Server(local, auth=by(tokens, "system/*.cruds"), wait=lambda _: None) as server:
        ask, asked = server.ask, []

        def ending(*arguments, **options):
            asked.append(arguments)
            if arguments[0] == "POST" and journal.exists() and journal.read_bytes():
                tokens.granted.clear()
                tokens.token_answer = lambda: Response(200, b"<html>Sign in</html>")
            return ask(*arguments, **options)

        server.ask = ending
        with pytest.raises(Unauthorised):
            server.push(RECORD, pace=Pace(size=4), journal=journal)
        assert journal.read_bytes()
        del server.ask
        tokens.token_answer = lambda: None
        receipt = server.push(RECORD, pace=Pace(size=4), journal=journal)
        assert receipt.nothing_lost
        assert {each["meta"]["versionId"] for each in server.search("Observation")} == {"1"}
        assert len(server.pull()["entry"]) == len(RECORD)
