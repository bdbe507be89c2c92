"""A server for each test, asked over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from fhir_matters.local_server.serve import Running


class Web(requests.Session):
    """Requests below one base address."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def __call__(self, method: str, path: str = "", body=None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request(method, f"{self.base}{path}", json=body, headers=named, timeout=30)

    def ids(self, path: str) -> list[str]:
        """What a search finds, by id."""
        answer = self("GET", path)
        assert answer.status_code == 200, answer.text
        found = [e["resource"]["id"] for e in answer.json().get("entry", []) if e["search"]["mode"] == "match"]
        return sorted(found)


@pytest.fixture
def web() -> Iterator[Web]:
    with Running() as running, Web(running.base) as session:
        yield session


def patient(identity: str, **more) -> dict:
    return {"resourceType": "Patient", "id": identity, **more}


def transaction(*entries: dict, kind: str = "transaction") -> dict:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(method: str, url: str, resource: dict | None = None, full: str = "", **request: str) -> dict:
    given = {"request": {"method": method, "url": url, **request}}
    return given | ({"resource": resource} if resource else {}) | ({"fullUrl": full} if full else {})
