"""Every error that a server, a transfer or a command ends with says what to do next."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import fhir_matters
from fhir_matters import errors
from fhir_matters.errors import InputError, NotFhir
from fhir_matters.server.bulk import asking
from fhir_matters.server.bulk.asking import Wanted
from fhir_matters.server.connection import Answer
from fhir_matters.server.refusal import next_step_for
from fhir_matters.server.source import source
from tests.server.fake import Response, outcome
from tests.server.resources import patient

PACKAGE = Path(fhir_matters.__file__).parent
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}


def made(tree: ast.AST):
    """Each error of ours that is made in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            yield node


def lacking(text: str) -> list[int]:
    """The lines on which an error is made without a next step."""
    return [call.lineno for call in made(ast.parse(text)) if not {"next_step", None} & {k.arg for k in call.keywords}]


def test_no_error_is_made_without_a_next_step():
    files = [file for folder in ("server", "cli") for file in (PACKAGE / folder).rglob("*.py")]
    assert {str(file): lines for file in files if (lines := lacking(file.read_text("utf-8")))} == {}
    assert sum(1 for file in files for _ in made(ast.parse(file.read_text("utf-8")))) > 50
    assert lacking("raise InputError('no', place='x')\nraise InputError('no', next_step='so')") == [1]


@pytest.mark.parametrize("status", [300, *range(400, 430), 451, 500, 503, 599])
def test_every_refusal_has_a_next_step(server, status):
    assert next_step_for(status)
    assert server.refused("GET", "Patient", Answer(status)).next_step == next_step_for(status)


@pytest.mark.parametrize(
    "wrong",
    [
        [7],
        [{"id": "a"}],
        {"resourceType": "Bundle", "entry": 7},
        {"resourceType": "Bundle", "entry": [7]},
        {"resourceType": "Bundle", "entry": [{}]},
        {"resourceType": "Bundle", "entry": [{"request": {"method": "DELETE"}}]},
    ],
)
def test_what_cannot_be_moved_is_refused_with_a_next_step(wrong):
    with pytest.raises(InputError) as caught:
        source(wrong)
    assert caught.value.next_step


def test_an_answer_that_says_too_little_has_a_next_step(fake, server):
    fake.fault = lambda request: Response(201) if request.method == "POST" and request.path != "/fhir" else None
    with pytest.raises(NotFhir, match="where it put") as caught:
        server.create({"resourceType": "Patient"})
    assert "an id of its own" in caught.value.next_step
    fake.fault = lambda _: Response(body={"resourceType": "Bundle", "type": "transaction-response"})
    with pytest.raises(NotFhir, match="another number") as caught:
        server.transaction({"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": patient()}]})
    assert "run the same again" in caught.value.next_step


def test_a_manifest_without_end_has_a_next_step(fake, server, monkeypatch):
    monkeypatch.setattr(asking, "PAGES", 3)
    page = {
        "transactionTime": "2026-01-01T00:00:00Z",
        "request": f"{fake.base}/$export",
        "requiresAccessToken": False,
        "output": [],
        "error": [],
        "link": [{"relation": "next", "url": f"{fake.base}/status"}],
    }
    fake.fault = lambda request: Response(body=page) if request.path.endswith("/status") else outcome(404, "not-found")
    with pytest.raises(NotFhir, match="have no end") as caught:
        asking.wait(server, f"{fake.base}/status")
    assert "--type" in caught.value.next_step


@pytest.mark.parametrize("wrong", [{"what": "x"}, {"types": ("x",)}, {"since": "x"}, {"filters": ("x",)}])
def test_what_cannot_be_exported_says_what_can(wrong):
    with pytest.raises(InputError) as caught:
        Wanted(**wrong)
    assert caught.value.next_step.startswith("Expected")
