"""7,160 resources of ten synthetic patients: judged, pushed, moved to HAPI, pulled back, and all still there.

The comparison here shares nothing with the product's own (`tests/server/independent.py`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from fhir_matters import Server, Validator, jsonio
from fhir_matters.local_server.serve import Running
from tests.server.independent import Meant, differences, read


@pytest.fixture(scope="module")
def lines(corpus) -> dict[str, bytes]:
    """Each resource's text, by its `Type/id`."""
    texts = [line for file in corpus for line in file.read_bytes().splitlines()]
    return {f"{resource['resourceType']}/{resource['id']}": text for text in texts for resource in [json.loads(text)]}


@pytest.fixture(scope="module")
def local() -> Iterator[Server]:
    with Running() as running, Server(running.base) as server:
        yield server


@pytest.fixture(scope="module")
def pushed(lines, local):
    return local.push(jsonio.read(text) for text in lines.values())


@pytest.fixture(scope="module")
def moved(pushed, local, hapi):
    assert pushed.nothing_lost
    with Server(hapi) as target:
        return local.move(target)


@pytest.fixture(scope="module")
def back(moved, hapi, lines) -> dict[str, dict[str, Any]]:
    """What HAPI holds of the corpus, pulled and written by us, read by the standard library."""
    assert moved.nothing_lost
    with Server(hapi) as server:
        bundle = read(jsonio.write(server.pull()))
    resources = {
        f"{entry['resource']['resourceType']}/{entry['resource']['id']}": entry["resource"] for entry in bundle["entry"]
    }
    return {place: resource for place, resource in resources.items() if place in lines}


def test_we_find_no_error_that_the_hl7_validator_does_not_find(lines, hl7):
    validator = Validator()
    false: Counter[tuple[str, str]] = Counter()
    for text in lines.values():
        theirs = {finding.location for finding in hl7.errors(text)}
        ours = {(issue.rule, str(issue.path)) for issue in validator.validate(text).errors}
        # Of a wrong reference it names the element, we the text in it.
        false.update((rule, path) for rule, path in ours if theirs.isdisjoint({path, path.rpartition(".")[0]}))
    assert len(lines) == 7160
    assert false == {}


def test_all_of_it_is_on_the_local_server(pushed):
    assert pushed.totals == {"created": 7160}
    assert pushed.differences == ()


def test_all_of_it_is_on_hapi_and_the_receipt_says_so(moved):
    assert moved.nothing_lost
    assert moved.totals == {"created": 7160}


def test_an_independent_comparison_finds_every_element_again(lines, back):
    assert set(back) == set(lines)
    meant = Meant({}, {place: read(text) for place, text in lines.items()})
    changed = {place: differences(read(text), back[place], meant) for place, text in lines.items()}
    assert {place: ways for place, ways in changed.items() if ways} == {}


def test_the_receipt_tells_which_references_the_server_resolved(lines, pushed, moved):
    conditional = sum(text.count(b"?identifier=") for text in lines.values())
    resolved = [difference for _, difference in (*pushed.owned, *moved.owned) if "resolved" in difference.note]
    assert len(resolved) == conditional


def test_doing_it_again_creates_nothing_and_changes_no_version(lines, local, hapi, moved):
    assert local.push(jsonio.read(text) for text in lines.values()).totals == {"already there": 7160}
    with Server(hapi) as target:
        again = local.move(target)
    assert again.nothing_lost
    assert again.totals == {"already there": 7160}
    assert {line.target: line.version for line in again.lines} == {line.target: line.version for line in moved.lines}


def test_what_was_tampered_with_is_named_and_where(local, hapi, moved):
    place = next(line.target for line in moved.lines if line.type == "Procedure")
    url = f"{hapi}/{place}"
    resource = requests.get(url, timeout=60).json()
    resource["performedPeriod"]["end"] = "2001-01-01T00:00:00Z"
    assert requests.put(url, json=resource, timeout=60).status_code == 200
    with Server(hapi) as target:
        receipt = local.move(target)
    assert not receipt.nothing_lost
    assert [(line.target, line.action) for line in receipt.lines if not line.arrived] == [(place, "conflict")]
    assert [difference.path for _, difference in receipt.differences] == ["Procedure.performedPeriod.end"]


def test_what_a_server_drops_in_silence_is_named(hapi):
    song = {"resourceType": "Patient", "id": "sings-a-song-that-nobody-knows", "gender": "female", "song": "Ave Maria"}
    with Server(hapi) as server:
        receipt = server.push(song)
    assert not receipt.nothing_lost
    assert [(difference.path, difference.kind) for _, difference in receipt.differences] == [
        ("Patient.song", "missing")
    ]
