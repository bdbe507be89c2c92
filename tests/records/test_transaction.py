"""A record sent twice as a transaction is on the server once, also what R4 gives no identifier; and it comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from fhir_matters import jsonio
from fhir_matters.local_server.serve import Running
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from fhir_matters.server import Server

TEXT = """id: twice
person: {name: Ivy Clark}
people: {gwenno: {name: Gwenno, roles: [speaks for me]}}
colleagues: {menna: {name: Menna, role: nurse}}
conversations: {talk: {when: 2026-01-02, with: [person], written_down: {by: menna, when: 2026-01-03, form: About Me}}}
recordings: {voice: {content: {data: JVBERi0xLjQK}, in: talk, showing: {to: [menna], words: Show it}}}
what_matters: {tea: {words: te, language: cy, translations: {en: tea}, said_by: person, in: talk, recording: voice}}
legal: {l: {kind: lasting power of attorney, agents: [gwenno], registered: {system: "https://ids.example", value: 7}}}
"""


@pytest.fixture(params=["local", "hapi"])
def base(request) -> Iterator[str]:
    if request.param == "hapi":
        yield request.getfixturevalue("hapi")
    else:
        with Running() as running:
            yield running.base


def _send(base: str, record: Record) -> None:
    body = jsonio.write(record.bundle("transaction"))
    headers = {"Content-Type": "application/fhir+json"}
    answer = requests.post(base, data=body, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text[:500]


def _patients(base: str) -> list[str]:
    query = {"identifier": "https://w3id.org/fhir-matters/identifier|twice/person"}
    found = requests.get(f"{base}/Patient", params=query, headers={"Cache-Control": "no-cache"}, timeout=60).json()
    return [entry["resource"]["id"] for entry in found.get("entry", [])]


def test_sent_twice_it_is_there_once_and_comes_back_whole(base: str) -> None:
    record = Record.loads(TEXT)
    _send(base, record)
    _send(base, record)
    (patient,) = _patients(base)
    pulled = Server(base).pull(patient)
    assert len(pulled["entry"]) == len(record.bundle()["entry"])
    assert read(pulled) == record
    assert jsonio.write(read(pulled).bundle()) == jsonio.write(record.bundle())
