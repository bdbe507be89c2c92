"""What was acknowledged stays, whole, whatever is killed, full, or asked for by many at once."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from fhir_matters.errors import FhirMattersError
from fhir_matters.local_server import interactions
from fhir_matters.local_server.serve import Running
from fhir_matters.local_server.store import Store

HERE = "urn:test:durability"
EACH = 25
SERVE = (
    "import sys; from fhir_matters.local_server.serve import run;"
    "run(port=0, data=sys.argv[1], ready=lambda base: print(base, flush=True))"
)


def patient(value, **more):
    return {"resourceType": "Patient", "identifier": [{"system": HERE, "value": value}], **more}


def post(url, body, **headers):
    return requests.post(url, json=body, headers={"Content-Type": "application/fhir+json", **headers}, timeout=60)


def transaction(number):
    """A Patient and what is about it, in one transaction."""
    mother = f"urn:uuid:00000000-0000-4000-8000-{number:012}"
    about = {"resourceType": "Flag", "status": "active", "subject": {"reference": mother}}
    entries = [(mother, patient(str(number)))] + [
        ("", {**about, "identifier": [{"system": HERE, "value": f"{number}/{each}"}]}) for each in range(EACH)
    ]
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                **({"fullUrl": full_url} if full_url else {}),
                "resource": resource,
                "request": {"method": "POST", "url": resource["resourceType"]},
            }
            for full_url, resource in entries
        ],
    }


class Killed:
    """A server in a process of its own that is killed with -9 at the end of the block, whatever it is doing."""

    def __init__(self, data):
        self.process = subprocess.Popen([sys.executable, "-c", SERVE, str(data)], stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self.process.stdout.readline().strip()

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def write_until_dead(base, numbers, acknowledged, enough):
    """Transaction after transaction until the server is gone; `enough` is set after three answers."""
    try:
        for number in numbers:
            if post(base, transaction(number)).status_code == 200:
                acknowledged.append(number)
            if len(acknowledged) >= 3:
                enough.set()
    except requests.RequestException:
        pass
    finally:
        enough.set()


def test_kill_9_loses_nothing_acknowledged_and_leaves_no_half_transaction(tmp_path):
    acknowledged = []
    for start in (1000, 2000, 3000, 4000):
        mine, enough = [], threading.Event()
        with Killed(tmp_path / "data") as base:
            writer = threading.Thread(target=write_until_dead, args=(base, range(start, start + 1000), mine, enough))
            writer.start()
            assert enough.wait(60)
        writer.join()
        assert len(mine) >= 3
        acknowledged += mine
    with Running(tmp_path / "data") as server:
        found = {number: flags_of(server.base, number) for number in seen(server.base)}
    assert set(acknowledged) <= set(found)
    assert set(found.values()) == {EACH}


def seen(base):
    """The numbers of all patients that there are."""
    bundle = requests.get(f"{base}/Patient?_count=1000", timeout=60).json()
    assert bundle["total"] == len(bundle["entry"])
    return [int(entry["resource"]["identifier"][0]["value"]) for entry in bundle["entry"]]


def flags_of(base, number):
    found = requests.get(f"{base}/Patient?identifier={HERE}|{number}", timeout=60).json()["entry"]
    assert len(found) == 1
    reference = f"Patient/{found[0]['resource']['id']}"
    return requests.get(f"{base}/Flag?subject={reference}&_summary=count", timeout=60).json()["total"]


def at_once(call, times=32):
    """What each of many calls came to, all begun at the same moment."""
    start = threading.Barrier(times)

    def one(number):
        start.wait(60)
        return call(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def counted(base, kind="Patient"):
    return requests.get(f"{base}/{kind}?_summary=count", timeout=60).json()["total"]


def test_32_writers_under_one_condition_make_one_resource():
    with Running() as server:
        answers = at_once(
            lambda _: post(f"{server.base}/Patient", patient("one"), **{"If-None-Exist": f"identifier={HERE}|one"})
        )
        assert sorted(answer.status_code for answer in answers) == [200] * 31 + [201]
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert counted(server.base) == 1


def test_32_transactions_under_one_condition_make_one_resource():
    request = {"method": "POST", "url": "Patient", "ifNoneExist": f"identifier={HERE}|one"}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": patient("one"), "request": request}],
    }
    with Running() as server:
        answers = at_once(lambda _: post(server.base, bundle).json()["entry"][0]["response"]["status"][:3])
        assert sorted(answers) == ["200"] * 31 + ["201"]
        assert counted(server.base) == 1


def test_of_32_updates_of_one_version_one_wins():
    with Running() as server:
        url = f"{server.base}/Patient/one"
        put = lambda number, **headers: requests.put(  # noqa: E731
            url,
            json=patient(str(number), id="one"),
            headers={"Content-Type": "application/fhir+json", **headers},
            timeout=60,
        )
        assert put("first").status_code == 201
        answers = at_once(lambda number: put(number, **{"If-Match": 'W/"1"'}))
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 31
        winner = next(answer for answer in answers if answer.status_code == 200)
        assert requests.get(url, timeout=60).json() == winner.json()
        assert requests.get(f"{url}/_history", timeout=60).json()["total"] == 2


def test_a_full_disk_is_an_error_and_nothing_is_half_written(tmp_path):
    with Running(tmp_path / "data") as server:
        assert post(server.base, transaction(1)).status_code == 200
        pages = server._store.query("PRAGMA page_count")[0][0]
        server._store.query(f"PRAGMA max_page_count = {pages + 2}")
        answers = [post(server.base, transaction(number)) for number in range(2, 9)]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert refused
        assert {answer.json()["resourceType"] for answer in refused} == {"OperationOutcome"}
        assert {answer.status_code for answer in refused} <= {500, 503, 507}
        server._store.query("PRAGMA max_page_count = 1000000")
        assert post(server.base, transaction(9)).status_code == 200
        whole = 1 + len(answers) - len(refused) + 1
        assert (counted(server.base), counted(server.base, "Flag")) == (whole, whole * EACH)
    with Running(tmp_path / "data") as again:
        assert (counted(again.base), counted(again.base, "Flag")) == (whole, whole * EACH)


def test_versions_and_what_finds_them_outlast_a_restart(tmp_path):
    with Running(tmp_path / "data") as server:
        url = f"{server.base}/Patient/one"
        for gender in ("female", "other"):
            assert requests.put(url, json=patient("a", id="one", gender=gender), timeout=60).ok
        before = requests.get(url, timeout=60)
    with Running(tmp_path / "data") as again:
        after = requests.get(f"{again.base}/Patient/one", timeout=60)
        assert (after.content, after.headers["ETag"]) == (before.content, 'W/"2"')
        assert requests.get(f"{again.base}/Patient/one/_history/1", timeout=60).json()["gender"] == "female"
        assert requests.get(f"{again.base}/Patient?gender=female", timeout=60).json()["total"] == 0
        assert requests.get(f"{again.base}/Patient?identifier={HERE}|a", timeout=60).json()["total"] == 1


@pytest.mark.parametrize("what", ["text", "folder", "another database", "a folder that is not there"])
def test_a_file_that_is_not_ours_is_refused_and_left_alone(tmp_path, what):
    place = tmp_path / "data"
    if what == "text":
        place.write_text("a shopping list, and quite long enough for a page of its own\n" * 100)
    elif what == "folder":
        place.mkdir()
    elif what == "another database":
        other = sqlite3.connect(place)
        other.execute("CREATE TABLE song(title)")
        other.close()
    else:
        place = tmp_path / "nowhere" / "data"
    before = place.read_bytes() if place.is_file() else None
    with pytest.raises(FhirMattersError) as refused:
        Store(place)
    assert str(place) in str(refused.value)
    assert (place.read_bytes() if place.is_file() else None) == before


def test_a_file_of_another_version_is_refused_by_name_and_left_alone(tmp_path):
    Store(tmp_path / "data").close()
    other = sqlite3.connect(tmp_path / "data")
    other.execute("PRAGMA user_version = 1")
    other.close()
    before = (tmp_path / "data").read_bytes()
    with pytest.raises(FhirMattersError, match=r"form 2, found form 1"):
        Store(tmp_path / "data")
    assert (tmp_path / "data").read_bytes() == before


def test_rows_that_wait_to_be_written_are_seen_by_whoever_looks_and_go_with_what_fails():
    store = Store()
    body = patient("waits", id="one")
    found = lambda: interactions.matching(store, "Patient", f"identifier={HERE}|waits")  # noqa: E731

    def half_way():
        with store.transaction():
            store.put(body, "one")
            assert found().id == "one"
            store.put({**body, "active": True}, "one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    assert found() is None
    store.put(body, "two")
    assert found().id == "two"
    store.close()


def test_two_processes_on_one_file_do_not_lose_each_others_writes(tmp_path):
    with Running(tmp_path / "data") as first, Running(tmp_path / "data") as second:
        condition = {"If-None-Exist": f"identifier={HERE}|one"}
        bases = (first.base, second.base)
        answers = at_once(lambda number: post(f"{bases[number % 2]}/Patient", patient("one"), **condition), 8)
        assert {answer.status_code for answer in answers} <= {200, 201, 503}
        assert [counted(base) for base in bases] == [1, 1]
        assert json.loads(answers[0].content)["resourceType"] in ("Patient", "OperationOutcome")
