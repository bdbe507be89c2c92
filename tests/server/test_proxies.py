"""Proxies as the environment names them, and what is said where they fail."""

from __future__ import annotations

import select
import socket
from contextlib import suppress

import pytest

from fhir_matters.errors import Unreachable
from fhir_matters.server import Server, Tls
from fhir_matters.server.connection import Limits
from tests.server.certificates import Authority, secured, served
from tests.server.fake import Fake
from tests.server.raw import raw

ONCE = Limits(attempts=1)
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def passing_on(to):
    """A proxy that leads everything to one server on this machine, whatever its name is."""

    def script(say, request):
        with socket.create_connection(("127.0.0.1", to), timeout=10) as there:
            if request.startswith(b"CONNECT "):
                say(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _both_ways(say.__self__, there)
            else:
                there.sendall(request)
                while piece := there.recv(65536):
                    say(piece)

    return script


def _both_ways(one, other):
    while ready := select.select([one, other], [], [], 10)[0]:
        for each in ready:
            with suppress(OSError):
                if piece := each.recv(65536):
                    (other if each is one else one).sendall(piece)
                    continue
            return


def test_a_proxy_of_the_environment_is_used_and_gets_to_see_the_whole_address(monkeypatch):
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"resourceType": "CapabilityStatement" }\n'
    with raw(answer) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://anna:s3cret@127.0.0.1:{proxy.port}")
        with Server("http://fhir.example.org/fhir", limits=ONCE) as server:
            server.capabilities()
    assert proxy.requests[0].startswith(b"GET http://fhir.example.org/fhir/metadata HTTP/1.1\r\n")
    assert b"proxy-authorization: basic" in proxy.requests[0].lower()


def test_tls_goes_through_a_proxy_that_sees_neither_the_question_nor_the_token(monkeypatch, tmp_path):
    authority = Authority(tmp_path, "own")
    context = served(authority.certificate("fhir.example.org"), clients=authority.file)
    with secured(Fake(), context) as fake, raw(passing_on(fake.http.server_address[1])) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        tls = Tls(authority.file, authority.certificate("us"))
        with Server("https://fhir.example.org/fhir", tls=tls, token="s3cret", limits=ONCE) as server:
            server.capabilities()
        with (
            Server("https://other.example.org/fhir", tls=tls, limits=ONCE) as server,
            pytest.raises(Unreachable) as caught,
        ):
            server.capabilities()
    assert "another name" in str(caught.value)
    assert proxy.requests[0].startswith(b"CONNECT fhir.example.org:443 HTTP/1.")
    assert b"s3cret" not in b"".join(proxy.requests)
    assert fake.requests[0].headers["authorization"] == "Bearer s3cret"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_never_asked_for_through_a_proxy(fake, monkeypatch, host):
    with raw(b"HTTP/1.1 500 No\r\n\r\n") as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with Server(fake.base.replace("127.0.0.1", host), limits=ONCE) as server:
            server.capabilities()
    assert not proxy.requests


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
        b"<html>Sign in</html>",
        b"",
    ],
)
def test_a_proxy_that_lets_nobody_through_is_said_to_be_the_reason(monkeypatch, answer):
    with raw(answer) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://anna:s3cret@127.0.0.1:{proxy.port}")
        with Server("https://fhir.example.org/fhir", limits=ONCE) as server, pytest.raises(Unreachable) as caught:
            server.capabilities()
    assert "HTTPS_PROXY" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_proxy_that_is_not_there_or_is_none_is_said_to_be_the_reason(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    for proxy in (f"http://127.0.0.1:{port}", "socks5://127.0.0.1:1", "http://", "nonsense://127.0.0.1:1"):
        for scheme in ("http", "https"):
            monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy)
            with Server(f"{scheme}://fhir.example.org/fhir", limits=ONCE) as server:
                with pytest.raises(Unreachable) as caught:
                    server.capabilities()
                assert "prox" in str(caught.value).lower()


def test_a_proxy_that_asks_for_a_password_says_so_over_plain_http_too(monkeypatch):
    with raw(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        with Server("http://fhir.example.org/fhir", limits=ONCE) as server, pytest.raises(Exception) as caught:  # noqa: PT011
            server.capabilities()
    assert "407" in str(caught.value)
    assert "proxy" in str(caught.value)
