"""A server that is slow, broken, elsewhere or no FHIR at all gets one clear error, and never our credentials."""

from __future__ import annotations

import base64
import subprocess
import sys
from contextlib import contextmanager

import pytest

from fhir_matters.errors import Conflict, FhirMattersError, NotFhir, ServerError, Unauthorised, Unreachable
from fhir_matters.server import Server
from fhir_matters.server.connection import Limits
from tests.server.fake import Fake, Response, outcome
from tests.server.resources import patient

SECRET = "s3cret-t0ken"
HTML = b"<!DOCTYPE html><html><body>Sign in</body></html>"


@contextmanager
def refused(kind: type[ServerError], status: int | None = None):
    with pytest.raises(kind) as caught:
        yield caught
    assert SECRET not in str(caught.value)
    assert caught.value.message.endswith(".")
    if status is not None:
        assert caught.value.status == status


def test_importing_the_column_does_not_import_requests():
    code = "import sys, fhir_matters.server.client; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Unauthorised),
        (403, Unauthorised),
        (409, Conflict),
        (412, Conflict),
        (404, ServerError),
        (500, ServerError),
    ],
)
def test_a_refusal_is_named_by_status_and_codes_and_never_by_what_the_server_says(fake, server, status, kind):
    fake.fault = lambda _: outcome(status, "processing", f"HAPI-1094: {SECRET} Barbara, born 1934")
    with refused(kind, status) as caught:
        server.read("Patient", "a")
    assert "Barbara" not in str(caught.value)
    assert "processing, HAPI-1094" in str(caught.value)
    assert caught.value.next_step


def test_a_code_that_is_none_of_fhirs_is_not_repeated(fake, server):
    issues = [{"severity": "error", "code": code} for code in ("barbara", SECRET, "conflict")]
    fake.fault = lambda _: Response(409, {"resourceType": "OperationOutcome", "issue": issues})
    with refused(Conflict, 409) as caught:
        server.read("Patient", "a")
    assert "(conflict)" in str(caught.value)
    assert "barbara" not in str(caught.value)


def test_what_is_searched_for_is_in_no_error(fake, server):
    fake.fault = lambda _: outcome(400, "invalid")
    with refused(ServerError, 400) as caught:
        list(server.search("Patient", {"identifier": f"https://example.org|{SECRET}"}))
    assert "identifier" not in str(caught.value)


@pytest.mark.parametrize(
    "body", [HTML, b"{}", b"[]", b'{"resourceType": "Pati', b"\xff\xfe", b"null", b'{"a":' * 5000, b"<Patient/>"]
)
def test_an_answer_that_is_no_fhir_is_said_to_be_none(fake, server, body):
    fake.fault = lambda _: Response(200, body)
    with refused(NotFhir) as caught:
        server.read("Patient", "a")
    assert caught.value.next_step


def test_html_is_called_html(fake, server):
    fake.fault = lambda _: Response(200, HTML, {"Content-Type": "text/html"})
    with refused(NotFhir) as caught:
        server.capabilities()
    assert "found HTML" in str(caught.value)


def test_a_resource_of_another_type_is_no_answer(fake, server):
    fake.fault = lambda _: Response(200, patient())
    with refused(NotFhir):
        server.capabilities()


def test_an_answer_that_breaks_off_is_asked_for_again_and_then_an_error(fake, server, waits):
    fake.fault = lambda _: Response(200, b'{"resourceType"', {"Content-Length": "4000"})
    with refused(NotFhir):
        server.read("Patient", "a")
    assert len(fake.requests) == 5
    assert waits == [0.25, 0.5, 1.0, 2.0]


def test_a_server_that_is_not_there_is_unreachable(waits):
    with Fake() as gone:
        base = gone.base
    with Server(base, wait=waits.append) as server, refused(Unreachable, 0):
        server.capabilities()


def test_a_server_that_does_not_answer_in_time_is_unreachable(fake):
    fake.lock.acquire()
    try:
        with Server(fake.base, timeout=0.05) as server, refused(Unreachable) as caught:
            server.capabilities()
    finally:
        fake.lock.release()
    assert "0.05 seconds" in str(caught.value)


def test_an_answer_beyond_the_limit_is_not_read_to_its_end(fake):
    fake.fault = lambda _: Response(200, b" " * 300_000)
    with Server(fake.base, limits=Limits(size=100_000)) as server, refused(NotFhir):
        server.capabilities()


def test_an_answer_that_drips_is_given_up_after_its_time(fake):
    fake.fault = lambda _: Response(200, b" " * 300_000)
    with Server(fake.base, limits=Limits(whole=0)) as server, refused(Unreachable):
        server.capabilities()


@pytest.mark.parametrize(
    ("told", "waited"),
    [
        ("7", 7),
        ("99999999", 60),
        ("-5", 0.25),
        ("soon", 0.25),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60),
    ],
)
def test_a_busy_server_is_given_the_time_it_asks_for_within_reason(fake, server, waits, told, waited):
    answers = iter([Response(429, b"", {"Retry-After": told}), None])
    fake.fault = lambda _: next(answers)
    assert server.capabilities()["resourceType"] == "CapabilityStatement"
    assert waits == [waited]


def test_a_create_is_sent_once_unless_it_is_conditional(fake, server, waits):
    fake.fault = lambda request: Response(503) if request.method == "POST" else None
    with refused(ServerError, 503):
        server.create({"resourceType": "Patient"})
    assert not waits
    with refused(ServerError, 503):
        server.create({"resourceType": "Patient"}, if_none_exist="identifier=a|b")
    assert len(waits) == 4


def test_a_redirect_on_the_same_origin_is_followed(fake, server):
    moved = Response(307, None, {"Location": "/fhir/Patient/there"})
    fake.fault = lambda request: moved if request.path.endswith("/here") else None
    server.update(patient("there"))
    assert server.read("Patient", "here")["id"] == "there"


def test_a_redirect_to_another_origin_is_refused_and_gets_no_token(fake):
    with Fake() as elsewhere, Server(fake.base, token=SECRET) as server:
        fake.fault = lambda _: Response(302, None, {"Location": f"{elsewhere.base}/metadata"})
        with refused(ServerError) as caught:
            server.capabilities()
        assert "another origin" in str(caught.value)
        assert not elsewhere.requests


def test_a_write_does_not_follow_a_redirect_that_would_make_it_a_read(fake, server):
    fake.fault = lambda _: Response(302, None, {"Location": "/fhir/metadata"})
    with refused(ServerError, 302):
        server.update(patient())
    assert len(fake.requests) == 1


def test_redirects_without_end_are_an_error(fake, server):
    fake.fault = lambda _: Response(302, None, {"Location": "/fhir/metadata"})
    with refused(ServerError, 302):
        server.capabilities()


def test_a_page_on_another_origin_is_not_asked_for(fake):
    with Fake() as elsewhere, Server(fake.base, token=SECRET) as server:
        link = [{"relation": "next", "url": f"{elsewhere.base}/Patient"}]
        fake.fault = lambda _: Response(200, {"resourceType": "Bundle", "link": link})
        with refused(ServerError):
            list(server.search("Patient"))
        assert not elsewhere.requests


def test_pages_that_lead_round_in_circles_are_an_error(fake, server):
    link = [{"relation": "next", "url": f"{fake.base}/Patient"}]
    fake.fault = lambda _: Response(200, {"resourceType": "Bundle", "link": link})
    with refused(ServerError):
        list(server.search("Patient"))


def test_pages_that_never_bring_anything_new_are_an_error(fake, server):
    def endless(_):
        link = [{"relation": "next", "url": f"{fake.base}/Patient?page={len(fake.requests)}"}]
        return Response(200, {"resourceType": "Bundle", "link": link, "entry": [{"resource": patient()}]})

    fake.fault = endless
    found = []
    with refused(ServerError):
        found += server.search("Patient")
    assert len(fake.requests) < 30


@pytest.mark.parametrize(
    "base", ["", "localhost:8080", "ftp://x.example.org", "http://", "http://x:port/", "http://[x"]
)
def test_what_is_no_address_is_refused(base):
    with pytest.raises(FhirMattersError):
        Server(base)


def test_user_and_password_in_the_address_are_sent_and_never_shown(fake):
    base = fake.base.replace("http://", f"http://anna:{SECRET}%21@")
    with Server(base) as server:
        server.capabilities()
        assert SECRET not in repr(server)
        assert server.base == fake.base
    sent = base64.b64decode(fake.requests[0].headers["authorization"].removeprefix("Basic "))
    assert sent.decode() == f"anna:{SECRET}!"


def test_a_netrc_does_not_replace_the_token(fake, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with Server(fake.base, token=SECRET) as server:
        server.capabilities()
    assert fake.requests[0].headers["authorization"] == f"Bearer {SECRET}"


def test_searches_ask_for_fresh_answers(fake, server):
    list(server.search("Patient"))
    assert fake.requests[0].headers["cache-control"] == "no-cache"
    assert fake.requests[0].headers["accept"] == "application/fhir+json"
