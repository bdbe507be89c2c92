"""TLS: a private authority, a certificate of ours, and what is said of a certificate that does not fit."""

from __future__ import annotations

import ssl

import pytest

from fhir_matters.errors import FhirMattersError, Unreachable
from fhir_matters.server import Server, Tls
from fhir_matters.server.connection import Limits
from fhir_matters.server.tls import BUNDLES
from tests.server.certificates import Authority, secured, served
from tests.server.fake import Fake, Response
from tests.server.raw import raw

HERE = "127.0.0.1"
ONCE = Limits(attempts=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"), "the hospital's own")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"), "somebody else")


@pytest.fixture(autouse=True)
def _no_bundle(monkeypatch):
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)


def to(server, **tls):
    return Server(server.base, tls=Tls(**tls), limits=ONCE, token="s3cret")


def refusal(server, **tls):
    with to(server, **tls) as client, pytest.raises(Unreachable) as caught:
        client.capabilities()
    assert caught.value.next_step
    assert caught.value.__context__ is None
    assert "s3cret" not in str(caught.value)
    return str(caught.value)


def test_a_private_authority_is_trusted_where_it_is_named(authority, monkeypatch):
    with secured(Fake(), served(authority.certificate(HERE))) as server:
        with to(server, authority=authority.file) as client:
            assert client.capabilities()["resourceType"] == "CapabilityStatement"
        assert "not signed by an authority that is trusted here" in refusal(server)
        for name in BUNDLES:
            monkeypatch.setenv(name, str(authority.file))
            with to(server) as client:
                client.capabilities()
            monkeypatch.delenv(name)


def test_who_names_an_authority_trusts_no_other(authority, stranger, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    with secured(Fake(), served(authority.certificate(HERE))) as server:
        assert "not signed by" in refusal(server, authority=stranger.file)
        assert not server.requests


def test_a_folder_of_authorities_is_one_too(authority, tmp_path):
    with secured(Fake(), served(authority.certificate(HERE))) as server:
        assert "not signed by" in refusal(server, authority=tmp_path)


@pytest.mark.parametrize(
    ("names", "days", "said"),
    [
        (["fhir.example.org"], 1, "another name than that in the address"),
        (["127.0.0.2"], 1, "another name than that in the address"),
        ([HERE], -1, "has expired"),
    ],
)
def test_what_does_not_fit_about_a_certificate_is_said(authority, names, days, said):
    with secured(Fake(), served(authority.certificate(*names, days=days))) as server:
        assert said in refusal(server, authority=authority.file)
        assert not server.requests


def test_a_certificate_that_signed_itself_is_told_apart_from_none(stranger):
    with secured(Fake(), served(stranger.certificate(HERE))) as server:
        assert "`authority`" in refusal(server)


def test_a_server_that_wants_our_certificate_gets_it_and_says_so_without(authority, stranger, tmp_path):
    context = served(authority.certificate(HERE), clients=authority.file)
    for certificate in (authority.certificate("us"), authority.certificate("us", password="open")):
        with secured(Fake(), context) as server:
            ours = {"certificate": certificate, "password": "open"}
            with to(server, authority=authority.file, **ours) as client:
                client.capabilities()
    key = tmp_path / "key.pem"
    apart = authority.certificate("us", key=key)
    with secured(Fake(), context) as server:
        with to(server, authority=authority.file, certificate=apart, key=key) as client:
            client.capabilities()
        for ours in ({}, {"certificate": stranger.certificate("us")}):
            assert "`certificate` and `key`" in refusal(server, authority=authority.file, **ours)


def test_our_certificate_is_not_shown_to_another_origin(authority):
    clients = served(authority.certificate(HERE), clients=authority.file)
    asks = served(authority.certificate(HERE))
    asks.verify_mode = ssl.CERT_OPTIONAL
    asks.load_verify_locations(authority.file)
    with raw(lambda say, _: say(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), asks) as elsewhere:
        origin = elsewhere.base.removesuffix("/fhir")
        with secured(Fake(), clients) as server:
            server.fault = lambda _: Response(302, None, {"Location": f"{elsewhere.base}/metadata"})
            tls = Tls(authority.file, authority.certificate("us"))
            with Server(server.base, tls=tls, follow=[origin], limits=ONCE, token="s3cret") as client:
                answer = client.ask("GET", "metadata")
            assert answer.status == 404
    assert elsewhere.shown == [None], "no certificate came with it"
    assert b"s3cret" not in elsewhere.requests[0]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
@pytest.mark.parametrize("which", ["authority", "certificate"])
def test_a_file_that_is_no_certificate_is_named_before_anybody_is_asked(authority, tmp_path, which, content):
    (tmp_path / "odd.pem").write_bytes(content)
    (tmp_path / "odd.pem").chmod(0o600)
    with secured(Fake(), served(authority.certificate(HERE))) as server:
        tls = {"authority": authority.file, which: tmp_path / "odd.pem"}
        with to(server, **tls) as client, pytest.raises(FhirMattersError) as caught:
            client.capabilities()
        assert "odd.pem" in str(caught.value)
        assert not server.requests


@pytest.mark.parametrize("password", [None, "", "wrong"])
def test_a_key_under_a_password_is_never_asked_for_at_the_terminal(authority, password):
    with secured(Fake(), served(authority.certificate(HERE))) as server:
        ours = {"certificate": authority.certificate("us", password="open"), "password": password}
        with to(server, authority=authority.file, **ours) as client, pytest.raises(FhirMattersError) as caught:
            client.capabilities()
        assert "password" in caught.value.next_step


def test_a_key_that_others_can_read_is_not_used(authority):
    certificate = authority.certificate("us")
    certificate.chmod(0o644)
    with secured(Fake(), served(authority.certificate(HERE))) as server:
        client = to(server, authority=authority.file, certificate=certificate)
        with client, pytest.raises(FhirMattersError) as caught:
            client.capabilities()
        assert "chmod 600" in str(caught.value)


def test_plain_http_where_tls_was_expected_and_the_other_way_round(fake, authority):
    fake.http.handle_error = lambda *_: None
    fake.base = fake.base.replace("http://", "https://")
    assert "does not speak TLS" in refusal(fake)
    with secured(Fake(), served(authority.certificate(HERE))) as server:
        server.base = server.base.replace("https://", "http://")
        refusal(server)
