"""Where a server's links may lead: not beyond its own origin unless allowed, and never with credentials."""

from __future__ import annotations

from contextlib import suppress

import pytest

from fhir_matters.errors import FhirMattersError, ServerError
from fhir_matters.server import Server
from fhir_matters.server.addresses import origin, spelt_well
from tests.server.fake import Fake, Response
from tests.server.resources import patient

SECRET = "s3cret-t0ken"


@pytest.fixture
def elsewhere():
    with Fake() as other:
        other.put("Patient/there", patient("there"))
        yield other


def page_at(url):
    return Response(200, {"resourceType": "Bundle", "link": [{"relation": "next", "url": url}]})


def moved_to(url, status=302):
    return Response(status, None, {"Location": url})


def address(fake):
    return fake.base.removesuffix("/fhir")


# Each is an address that some library reads as that of another server than another library does.
@pytest.mark.parametrize(
    "trick",
    [
        "http://{other}\\@{own}/fhir/Patient",
        "http://{own}@{other}/fhir/Patient",
        "http://{own}\\@{other}/fhir/Patient",
        "http://{own}:x@{other}/fhir/Patient",
        "http://{own}\t@{other}/fhir/Patient",
        "http:\\\\{other}/fhir/Patient",
        "//{other}/fhir/Patient",
        " http://{other}/fhir/Patient",
        "\nhttp://{other}/fhir/Patient",
        "http:///{other}/fhir/Patient",
        "http://{other}/fhir/Patient#@{own}/",
        "http://{other}?@{own}/fhir/Patient",
        "HTTP://{other}/fhir/Patient",
        "https://{own}/fhir/Patient",
        "file:///etc/passwd",
        "ftp://{own}/fhir/Patient",
        "gopher://{other}/",
        "http://[::ffff:7f00:1]:{port}/fhir/Patient",
        "http://2130706433:{port}/fhir/Patient",
        "http://localhost:{port}/fhir/Patient",
        "http://127.1:{port}/fhir/Patient",
    ],
)
@pytest.mark.parametrize("answer", [page_at, moved_to])
def test_no_spelling_of_another_address_is_followed(fake, elsewhere, trick, answer):
    own, other = (address(each).removeprefix("http://") for each in (fake, elsewhere))
    url = trick.format(own=own, other=other, port=elsewhere.http.server_address[1])
    fake.fault = lambda request: None if request.path == "/fhir/metadata" else answer(url)
    with Server(fake.base, token=SECRET, headers={"X-Api-Key": SECRET}) as server:
        with pytest.raises(ServerError) as caught:
            list(server.search("Patient"))
        with suppress(ServerError):  # what is no absolute address may be one below the base
            server.fetch(url)
    assert not elsewhere.requests
    assert SECRET not in str(caught.value)


def test_another_port_of_this_machine_is_another_origin(fake, elsewhere, server):
    fake.fault = lambda _: moved_to(f"{elsewhere.base}/Patient/there")
    with pytest.raises(ServerError) as caught:
        server.read("Patient", "there")
    assert address(elsewhere) in str(caught.value)
    assert "`follow`" in caught.value.next_step
    assert not elsewhere.requests


@pytest.mark.parametrize("answer", [page_at, moved_to])
def test_what_is_allowed_is_followed_without_anything_that_is_ours(fake, elsewhere, answer):
    fake.fault = lambda _: answer(f"{elsewhere.base}/Patient")
    given = {"auth": ("anna", SECRET), "headers": {"X-Api-Key": SECRET}, "follow": [address(elsewhere)]}
    with Server(fake.base, **given) as server:
        server._wire._session.cookies.set("session", SECRET, domain="127.0.0.1", path="/")
        assert [found["id"] for found in server.search("Patient")] == ["there"]
    assert SECRET in str(fake.requests[0].headers)
    assert not {"authorization", "x-api-key", "cookie"} & elsewhere.requests[0].headers.keys()


def test_who_led_us_away_does_not_lead_us_back_with_our_token(fake, elsewhere):
    fake.put("Patient/secret", patient("secret"))
    elsewhere.fault = lambda _: moved_to(f"{fake.base}/Patient/secret")
    fake.fault = lambda request: moved_to(f"{elsewhere.base}/Patient/a") if request.path.endswith("/a") else None
    with Server(fake.base, token=SECRET, follow=[address(elsewhere)]) as server:
        server.read("Patient", "a")
    assert [("authorization" in request.headers) for request in fake.requests] == [True, False]


def test_no_write_goes_elsewhere_even_where_that_is_allowed(fake, elsewhere):
    fake.fault = lambda _: moved_to(f"{elsewhere.base}/Patient/barbara", 307)
    with Server(fake.base, token=SECRET, follow=[address(elsewhere)]) as server, pytest.raises(ServerError):
        server.update(patient())
    assert not elsewhere.requests


def test_an_attachment_is_fetched_where_that_is_allowed_and_nowhere_else(fake, elsewhere):
    url = f"{elsewhere.base}/photo.jpg"
    elsewhere.fault = lambda _: Response(200, b"\xff\xd8", {"Content-Type": "image/jpeg"})
    with Server(fake.base, token=SECRET) as server, pytest.raises(ServerError):
        server.fetch(url)
    assert not elsewhere.requests
    with Server(fake.base, token=SECRET, follow=[address(elsewhere)]) as server:
        assert server.fetch(url, accept="image/*") == (b"\xff\xd8", "image/jpeg")
    assert "authorization" not in elsewhere.requests[0].headers
    assert elsewhere.requests[0].headers["accept"] == "image/*"


@pytest.mark.parametrize(
    "what", ["*", "example.org", "https://example.org/files", "https://a:b@example.org", "file://x"]
)
def test_only_a_whole_origin_can_be_allowed(what):
    with pytest.raises(FhirMattersError):
        Server("https://example.org/fhir", follow=[what])


def test_an_origin_is_scheme_host_and_port_however_they_are_spelt():
    assert origin("HTTPS://Example.ORG/a") == origin("https://example.org:443")
    assert origin("http://[::1]:8080/x").host == "::1"
    assert origin("http://example.org") != origin("https://example.org")


@pytest.mark.parametrize("url", ["http://x/?name=Zoë&a={b}|c^", "https://[::1]:8/a", "https://x.example.org?a=b@c"])
def test_what_can_be_read_in_one_way_only_is_spelt_well(url):
    assert spelt_well(url)


def test_pages_without_end_that_always_bring_something_new_end_at_the_limit(fake):
    def more(_):
        number = len(fake.requests)
        link = [{"relation": "next", "url": f"{fake.base}/Patient?page={number}"}]
        return Response(200, {"resourceType": "Bundle", "link": link, "entry": [{"resource": patient(f"p{number}")}]})

    fake.fault = more
    found = []
    with Server(fake.base) as server:
        limited = Server(server.base, limits=type(server.limits)(pages=50))
        with limited, pytest.raises(ServerError) as caught:
            found.extend(limited.search("Patient"))
    assert len(fake.requests) == 50
    assert "50 pages" in str(caught.value)
    assert "`pages`" in caught.value.next_step
