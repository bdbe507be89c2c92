"""Servers by name: what their file says is what a connection does, and what it must not say is refused."""

from __future__ import annotations

import json
import os
import pickle
import sys

import pytest

from fhir_matters.errors import FhirMattersError
from fhir_matters.server import Limits, Server, TerminologyServer
from fhir_matters.server.named import is_name, named
from tests.server.certificates import Authority, secured, served
from tests.server.fake import Fake
from tests.server.smart import SmartServer, jwk, pem, rsa_key

SECRET = "s3cret-t0ken"
posix = pytest.mark.skipif(os.name == "nt", reason="permissions are told otherwise there")


@pytest.fixture
def servers(tmp_path, monkeypatch):
    """Writes the user's file of servers."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "fhir-matters" / "servers.toml"
    file.parent.mkdir()

    def write(text):
        file.write_text(text)
        file.chmod(0o644)
        return file

    return write


def refused(servers, text, name="here"):
    file = servers(text)
    with pytest.raises(FhirMattersError) as caught:
        named(name)
    assert SECRET not in str(caught.value)
    assert str(file) in str(caught.value)
    return str(caught.value)


def test_a_server_is_known_by_name_and_the_rest_is_as_usual(servers, fake):
    servers(f'[here]\nbase = "{fake.base}/"\n')
    with Server.named("here") as server:
        server.capabilities()
    assert server.base == fake.base
    assert server.limits == Limits()
    assert "authorization" not in fake.requests[0].headers


def test_every_way_in_is_told_in_the_file_and_its_secret_elsewhere(servers, fake, tmp_path, monkeypatch):
    monkeypatch.setenv("A_PASSWORD", SECRET)
    (tmp_path / "fhir-matters" / "token").write_text(SECRET)
    (tmp_path / "fhir-matters" / "token").chmod(0o600)
    servers(f"""
        [a]
        base = "{fake.base}"
        basic = {{ user = "anna", password = {{ env = "A_PASSWORD" }} }}
        [b]
        base = "{fake.base}"
        bearer.token.file = "token"
        [c]
        base = "{fake.base}"
        [c.bearer]
        token = {{ command = ['{sys.executable}', "-c", "print('{SECRET}')"] }}
    """)
    for name in "abc":
        with Server.named(name) as server:
            server.capabilities()
        assert SECRET not in repr(named(name))
    sent = [request.headers["authorization"] for request in fake.requests]
    assert sent == ["Basic YW5uYTpzM2NyZXQtdDBrZW4=", f"Bearer {SECRET}", f"Bearer {SECRET}"]


def test_smart_with_all_that_can_be_said_of_it(servers, tmp_path, monkeypatch):
    (tmp_path / "fhir-matters" / "key.pem").write_text(pem(rsa_key(), "open"))
    (tmp_path / "fhir-matters" / "key.pem").chmod(0o600)
    monkeypatch.setenv("A_PASSWORD", "open")
    with SmartServer({"k1": rsa_key().public_key()}) as smart:
        servers(f"""
            [here]
            base = "{smart.base}"
            [here.smart]
            client-id = "a-client"
            key.file = "key.pem"
            key-id = "k1"
            password.env = "A_PASSWORD"
            scopes = ["system/*.cruds"]
            token-endpoint = "{smart.endpoint}"
        """)
        with Server.named("here") as server:
            server.capabilities()
        assert not smart.refusals
        assert smart.token_requests[0]["scope"] == "system/*.cruds"


def test_mutual_tls_limits_and_where_links_may_lead(servers, tmp_path):
    authority = Authority(tmp_path / "fhir-matters", "own")
    key = authority.folder / "key.pem"
    certificate = authority.certificate("us", key=key)
    with secured(Fake(), served(authority.certificate("127.0.0.1"), clients=authority.file)) as fake:
        servers(f"""
            [here]
            base = "{fake.base}"
            authority = "own/{authority.file.name}"
            certificate = {{ file = "own/{certificate.name}", key = "own/key.pem" }}
            follow = ["https://files.example.org"]
            limits = {{ whole = 30, pages = 7, longest-wait = 1.5 }}
        """)
        with Server.named("here") as server:
            server.capabilities()
    assert server.limits == Limits(whole=30, pages=7, longest_wait=1.5)
    assert server.address("https://files.example.org/a")


def test_a_terminology_server_has_a_name_too_also_in_another_process(servers, fake, monkeypatch):
    monkeypatch.setenv("A_TOKEN", SECRET)
    servers(f'[here]\nbase = "{fake.base}"\nbearer.token.env = "A_TOKEN"\n')
    there = pickle.loads(pickle.dumps(TerminologyServer.named("here")))
    assert there.name == fake.base
    there._connection.ask("GET", "metadata")
    assert fake.requests[0].headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no server named here; known: none"),
        ('[there]\nbase = "http://x"', "known: there"),
        ("here = 1", "Expected a table"),
        ("[here]", "[here.base]"),
        ("[here]\nbase = 7", "[here.base]"),
        ('[here]\nbase = ""', "[here.base]"),
        (f'[here]\nbase = "http://anna:{SECRET}@x/fhir"', "`basic`"),
        ('[here]\nbase = "http://x"\nurl = "y"', "[here.url]"),
        (f'[here]\nbase = "http://x"\nbearer.token = "{SECRET}"', "no secret stands here"),
        (f'[here]\nbase = "http://x"\nbearer = "{SECRET}"', "[here.bearer]"),
        ('[here]\nbase = "http://x"\nbearer = {}', "[here.bearer.token]"),
        ('[here]\nbase = "http://x"\nbearer.token = { env = "A", file = "B" }', "[here.bearer.token]"),
        ('[here]\nbase = "http://x"\nbearer.token = { keyring = "A" }', "[here.bearer.token.keyring]"),
        ('[here]\nbase = "http://x"\nbearer.token.command = "cat x"', "a list"),
        ('[here]\nbase = "http://x"\nbearer.token.command = []', "[here.bearer.token.command]"),
        ('[here]\nbase = "http://x"\nbearer.token.env = "A"\nbasic.user = "b"', "found basic and bearer"),
        ('[here]\nbase = "http://x"\nbasic.user = "b"', "[here.basic.password]"),
        ('[here]\nbase = "http://x"\nsmart.client-id = "b"', "[here.smart.key]"),
        ('[here]\nbase = "http://x"\nlimits.whole = "long"', "[here.limits.whole]"),
        ('[here]\nbase = "http://x"\nlimits.pages = 0', "[here.limits.pages]"),
        ('[here]\nbase = "http://x"\nlimits.pages = 1.5', "[here.limits.pages]"),
        ('[here]\nbase = "http://x"\nlimits.pages = true', "[here.limits.pages]"),
        ('[here]\nbase = "http://x"\nfollow = "https://y"', "[here.follow]"),
        ('[here]\nbase = "http://x"\ncertificate = "y.pem"', "[here.certificate]"),
        ('[here]\nbase = "http://x"\nauthority = ["y.pem"]', "[here.authority]"),
        ("[here", "no TOML"),
    ],
)
def test_what_the_file_must_not_say_is_refused_with_its_place(servers, text, said):
    assert said in refused(servers, text)


@posix
@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_can_change_is_not_believed(servers, mode):
    file = servers('[here]\nbase = "http://x"')
    file.chmod(mode)
    with pytest.raises(FhirMattersError) as caught:
        named("here")
    assert "chmod go-w" in str(caught.value)


def test_the_file_may_be_elsewhere(servers, tmp_path, monkeypatch):
    servers("")
    (tmp_path / "mine.toml").write_text('[here]\nbase = "http://example.org"')
    (tmp_path / "mine.toml").chmod(0o600)
    monkeypatch.setenv("FHIR_MATTERS_SERVERS", str(tmp_path / "mine.toml"))
    assert named("here").base == "http://example.org"


def test_nothing_is_read_or_run_before_it_is_needed(servers):
    servers('[here]\nbase = "http://example.org"\nbearer.token.command = ["no-such-program-anywhere"]')
    assert Server.named("here").base == "http://example.org"


def test_a_key_may_be_a_jwk_out_of_the_environment(servers, monkeypatch):
    monkeypatch.setenv("A_KEY", json.dumps(jwk(rsa_key(), kid="k1")))
    with SmartServer({"k1": rsa_key().public_key()}) as smart:
        servers(f'[here]\nbase = "{smart.base}"\nsmart = {{ client-id = "a-client", key = {{ env = "A_KEY" }} }}')
        with Server.named("here") as server:
            server.capabilities()
        assert not smart.refusals


def test_an_address_is_no_name():
    assert is_name("hospital-1.test")
    assert not any(map(is_name, ["http://x", "x/fhir", "localhost:8080", "", ".hidden", "-"]))
