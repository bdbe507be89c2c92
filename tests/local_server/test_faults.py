"""Faults on demand: each does on the wire what it says, at the same requests again, and nothing to what is stored."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests
from urllib3.exceptions import ProtocolError

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError
from fhir_matters.local_server.faults import KINDS, Fault, Faults, parse
from fhir_matters.local_server.serve import Running
from fhir_matters.local_server.wire import ACTIONS

LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


class Bad(Running):
    """A server with faults; `asked` is what became of a request, `held` which ids it truly has."""

    def __init__(self, *faults, seed=0, data=None):
        self.faults = Faults(*faults, seed=seed)
        super().__init__(data, faults=self.faults)

    def asked(self, method="PUT", path="/Patient/a", **more):
        body = {"resourceType": "Patient", "id": path.rpartition("/")[2], **more} if method == "PUT" else None
        return requests.request(method, self.base + path, json=body, timeout=10)

    def held(self):
        return {identity for (identity,) in self._store.query("SELECT id FROM current")}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("drop-request", set()),
        ("drop-response", {"a"}),
        ("truncate", {"a"}),
        ("reset", set()),
        ("reset:acted", {"a"}),
    ],
)
def test_a_line_that_breaks_gives_no_answer_and_the_server_has_acted_or_not(text, held):
    with Bad(text) as server:
        with pytest.raises(LOST):
            server.asked()
        assert server.held() == held
        server.faults.use()
        assert server.asked().status_code in (200, 201)


def test_a_reset_is_a_reset():
    with Bad("reset") as server, pytest.raises(requests.ConnectionError) as broken:
        server.asked()
    assert "ConnectionResetError" in str(broken.value)


def test_half_an_answer_says_how_long_the_whole_would_be():
    with Bad("truncate") as server:
        answer = requests.get(f"{server.base}/metadata", stream=True, timeout=10)
        told = int(answer.headers["Content-Length"])
        with pytest.raises(ProtocolError, match="IncompleteRead") as broken:
            answer.raw.read()
        assert answer.status_code == 200
        assert len(broken.value.args[1].partial) < told


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("error=503", 503, "transient"),
        ("error=429", 429, "throttled"),
        ("error=500", 500, "exception"),
        ("error=418", 418, "exception"),
        ("error=401", 401, "login"),
    ],
)
def test_an_error_is_an_outcome_and_nothing_was_done(text, status, code):
    with Bad(text) as server:
        answer = server.asked()
        assert (answer.status_code, answer.json()["issue"][0]["code"]) == (status, code)
        assert answer.headers["Content-Type"].startswith("application/fhir+json")
        assert "Retry-After" not in answer.headers
        assert server.held() == set()


def test_a_gateway_may_say_no_after_the_server_has_acted():
    with Bad("error=504:acted") as server:
        assert server.asked().status_code == 504
        assert server.held() == {"a"}


def test_retry_after_comes_as_seconds_as_a_date_and_as_nonsense():
    told = {}
    for form in ("17", "date", "absurd"):
        with Bad(f"error=503:retry-after={form}", seed=5) as server:
            told[form] = [server.asked().headers["Retry-After"] for _ in range(12)]
    assert told["17"] == ["17"] * 12
    ahead = [parsedate_to_datetime(each) - datetime.now(UTC) for each in told["date"]]
    assert all(timedelta(0) < each <= timedelta(seconds=2) for each in ahead[-1:])
    assert len(set(told["absurd"])) > 3


def test_a_conflict_meets_writes_alone_and_in_both_its_forms():
    with Bad("conflict", seed=1) as server:
        assert server.asked("GET", "/Patient").status_code == 200
        assert {server.asked().status_code for _ in range(12)} == {409, 412}
        assert server.held() == set()


def test_an_export_is_pending_as_often_as_it_is_told_to_be():
    with Bad("pending:times=2:retry-after=3") as server:
        kick_off = requests.get(f"{server.base}/$export", headers={"Prefer": "respond-async"}, timeout=10)
        answers = [requests.get(kick_off.headers["Content-Location"], timeout=10) for _ in range(3)]
    assert [(each.status_code, each.headers.get("Retry-After")) for each in answers] == [
        (202, "3"),
        (202, "3"),
        (200, None),
    ]
    assert answers[0].headers["X-Progress"]


def test_garbage_comes_as_200_and_is_never_fhir():
    with Bad("garbage", seed=2) as server:
        answers = [server.asked("GET", "/Patient") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) > 3
    assert not any(re.search(rb'"resourceType"\s*:\s*"\w+"', answer.content) for answer in answers)


@pytest.mark.parametrize("text", ["latency=300ms", "slow-drip=0.3s"])
def test_a_slow_answer_is_whole_all_the_same(text):
    with Bad() as server:
        server.asked()
        whole = server.asked("GET").content
        server.faults.use(text)
        slow = server.asked("GET")
        assert slow.content == whole
        assert slow.elapsed.total_seconds() > (0.25 if text.startswith("latency") else 0)


def test_an_answer_in_drops_outlasts_a_patience_for_each_drop():
    with Bad("slow-drip=1s") as server:
        answer = requests.get(f"{server.base}/metadata", stream=True, timeout=0.9)
        drops = list(iter(lambda: answer.raw.read1(65536), b""))
        assert len(drops) > 5
        assert jsonio.read(b"".join(drops))["resourceType"] == "CapabilityStatement"


def test_a_delay_comes_before_an_error_and_two_errors_never_together():
    with Bad("error=500,error=503,latency=10ms") as server:
        assert [server.asked().status_code for _ in range(3)] == [500] * 3
        assert server.faults.counts == {"error": 3, "latency": 3}


@pytest.mark.parametrize(
    ("only", "met"),
    [
        ("PUT", {("PUT", "/Patient/a")}),
        ("reads", {("GET", "/Patient"), ("POST", "/Patient/_search")}),
        ("writes", {("PUT", "/Patient/a"), ("POST", "/")}),
        ("/Patient", {("PUT", "/Patient/a"), ("GET", "/Patient"), ("POST", "/Patient/_search")}),
        ("/Pat", set()),
        ("/", {("PUT", "/Patient/a"), ("GET", "/Patient"), ("POST", "/Patient/_search"), ("POST", "/")}),
        ("GET:only=/Patient", {("GET", "/Patient")}),
    ],
)
def test_a_fault_meets_only_what_it_is_told_to(only, met):
    with Bad(f"error=500:only={only}") as server:
        server.asked("PUT")
        server.asked("GET", "/Patient?name=secret")
        server.asked("POST", "/Patient/_search")
        server.asked("POST", "")
        assert {(each.method, each.path) for each in server.faults.met} == met


def test_a_fault_may_begin_late_and_end_again():
    with Bad("error=500:after=2:times=3") as server:
        assert [server.asked().status_code for _ in range(7)] == [201, 200, 500, 500, 500, 200, 200]


def statuses(seed, others=""):
    with Bad(f"error=500:0.4{others}", seed=seed) as server:
        return [server.asked("GET", "/metadata").status_code for _ in range(30)]


def test_the_same_seed_meets_the_same_requests_whatever_else_goes_wrong():
    first = statuses(3)
    assert first == statuses(3) == statuses(3, ",latency=1ms:0.5")
    assert first != statuses(4)
    assert 3 <= first.count(500) <= 25


def test_a_chance_of_none_never_happens_and_one_always():
    faults = Faults("reset=0,truncate=1", seed=9)
    struck = [[each.fault.name for each in faults.strike("GET", "/")] for _ in range(50)]
    assert struck == [["truncate"]] * 50


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "drop-response=2",
        "drop-response=-0.1",
        "drop-response=nan",
        "drop-response=",
        "drop-response=0.1:0.2",
        "drop-response=0.1:acted",
        "latency",
        "latency=soon",
        "latency=-1s",
        "error",
        "error=200",
        "error=teapot",
        "error=503:often",
        "error=503:retry-after=later",
        "error=503:only=patch",
        "error=503:after=x",
        "latency=1s:retry-after=1",
        "reset=0.1,",
        "reset=0.1:times=-1",
        "reset=0.1:times=٣",
    ],
)
def test_what_is_no_fault_is_refused_with_all_that_there_is(text):
    with pytest.raises(FhirMattersError) as refused:
        Faults(text)
    assert all(kind.example in str(refused.value) for kind in KINDS.values())


def test_every_example_is_a_fault_and_several_may_stand_in_one_text():
    listed = parse(",".join(kind.example for kind in KINDS.values()))
    assert [each.name for each in listed] == list(KINDS)
    assert parse("error=503:0.2:retry-after=1:only=PUT") == [
        Fault("error", 503, chance=0.2, retry_after="1", only=("PUT",))
    ]


def test_each_fault_that_can_be_asked_for_does_something():
    assert set(ACTIONS) == set(KINDS)


MIXED = "drop-response=0.15,drop-request=0.1,reset=0.1:acted,error=503:0.1,error=504:0.1:acted,truncate=0.1,garbage=0.1"


@pytest.mark.parametrize("seed", range(5))
def test_whatever_goes_wrong_on_the_wire_what_is_stored_stays_whole(tmp_path, seed):
    draw = random.Random(seed)
    acknowledged, sent = {}, {}
    with Bad(MIXED, seed=seed, data=tmp_path / "data") as server:
        for number in range(120):
            identity = str(draw.randrange(20))
            sent.setdefault(identity, []).append(f"b-{number}")
            try:
                answer = server.asked(path=f"/Patient/p-{identity}", gender=f"b-{number}")
            except LOST:
                continue
            if answer.status_code in (200, 201) and answer.content.endswith(b"}") and b"gender" in answer.content:
                acknowledged[identity] = len(sent[identity]) - 1
        assert len(server.faults.counts) >= 4
        held = server.held()
    with Running(tmp_path / "data") as again:
        for identity, values in sent.items():
            found = requests.get(f"{again.base}/Patient/p-{identity}", timeout=10)
            assert found.status_code == (200 if f"p-{identity}" in held else 404)
            if identity in acknowledged:
                assert found.json()["gender"] in values[acknowledged[identity] :]
