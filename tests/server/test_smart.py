"""SMART Backend Services: a token by key, kept, renewed in time, and shown to nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import PrivateFormat

from fhir_matters.errors import FhirMattersError, ServerError, Unauthorised, Unreachable
from fhir_matters.server import Server, Smart
from fhir_matters.server.connection import Limits
from fhir_matters.server.signing import thumbprint
from tests.server.fake import Fake, Response
from tests.server.raw import forever, raw
from tests.server.resources import patient
from tests.server.smart import SmartServer, ec_key, jwk, pem, rsa_key

THRICE = Limits(attempts=3)


@pytest.fixture
def smart():
    with SmartServer({"k1": rsa_key().public_key()}) as server:
        yield server


def to(server, waits=None, limits=THRICE, **changed):
    given = {"client_id": "a-client", "key": pem(rsa_key()), "key_id": "k1"} | changed
    return Server(server.base, auth=Smart(**given), limits=limits, wait=(waits if waits is not None else []).append)


def test_a_token_is_obtained_once_and_used_for_all(smart):
    with to(smart) as server:
        server.update(patient())
        assert [server.read("Patient", "barbara")["id"] for _ in range(5)] == ["barbara"] * 5
    assert len(smart.token_requests) == 1
    assert not smart.refusals
    assert smart.token_requests[0]["scope"] == "system/*.rs"


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (pem(rsa_key()), "RS384"),
        (pem(rsa_key(), form=PrivateFormat.TraditionalOpenSSL), "RS384"),
        (pem(ec_key()), "ES384"),
        (pem(ec_key(), form=PrivateFormat.TraditionalOpenSSL), "ES384"),
        (json.dumps(jwk(rsa_key())), "RS384"),
        (json.dumps({"keys": [jwk(ec_key().public_key()), jwk(ec_key())]}), "ES384"),
    ],
)
def test_a_key_of_any_common_form_signs_and_is_found_by_its_thumbprint(smart, key, algorithm):
    smart.known = {thumbprint(each.public_key()): each.public_key() for each in (rsa_key(), ec_key())}
    with to(smart, key=key, key_id="") as server:
        server.capabilities()
    assert not smart.refusals
    assert jwt.get_unverified_header(smart.token_requests[0]["client_assertion"])["alg"] == algorithm


def test_a_thumbprint_is_that_of_the_rfc():
    modulus = (  # RFC 7638, 3.1
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
        "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA"
        "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
        "kEgU8awapJzKnqDKgw"
    )
    key = jwt.PyJWK.from_dict({"kty": "RSA", "n": modulus, "e": "AQAB"}, algorithm="RS384").key
    assert thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_key_under_a_password_opens_with_it_alone(smart):
    with to(smart, key=pem(rsa_key(), "open"), password="open") as server:
        server.capabilities()
    with to(smart, key=pem(rsa_key(), "open"), password="s3cret") as server, pytest.raises(FhirMattersError) as caught:
        server.capabilities()
    assert "s3cret" not in str(caught.value)
    assert "password" in str(caught.value)
    assert len(smart.token_requests) == 1


@pytest.mark.parametrize(
    "key",
    [
        "",
        "nonsense",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "{",
        "{}",
        '{"keys": 1}',
        '{"kty": "RSA", "d": "a"}',
        '{"kty": "oct", "k": "c2VjcmV0", "d": "a"}',
        json.dumps(jwk(rsa_key().public_key())),
        json.dumps({"keys": [jwk(rsa_key()), jwk(ec_key())]}),
        pem(rsa_key(1024)),
        pem(ec_key(ec.SECP256R1)),
        json.dumps(jwk(ec_key(ec.SECP256R1))),
    ],
)
def test_a_key_that_cannot_sign_is_refused_before_anybody_is_asked(smart, key):
    with to(smart, key=key, key_id="") as server, pytest.raises(FhirMattersError) as caught:
        server.capabilities()
    assert caught.value.next_step
    assert not smart.token_requests


def test_of_several_keys_the_one_that_is_named_signs(smart):
    both = json.dumps({"keys": [jwk(ec_key(), kid="other"), jwk(rsa_key(), kid="k1")]})
    with to(smart, key=both) as server:
        server.capabilities()
    assert not smart.refusals


def test_a_token_that_is_about_to_end_is_renewed_before_it_does(smart, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    with to(smart) as server:
        server.capabilities()
        now[0] += 269
        server.capabilities()
        assert len(smart.token_requests) == 1
        now[0] += 2
        server.capabilities()
    assert len(smart.token_requests) == 2
    assert len(smart.used) == 2


@pytest.mark.parametrize("lasts", [None, "soon", -1, 0, [], "NaN", 1e300, "300"])
def test_how_long_a_token_lasts_may_be_absurd(smart, lasts):
    smart.lasts = lasts
    with to(smart) as server:
        server.capabilities()
        server.capabilities()
    assert len(smart.token_requests) == 1


def test_a_token_that_ends_half_way_is_replaced_once_and_nothing_is_lost_or_doubled(smart):
    with to(smart) as server:
        for number in range(6):
            if number % 2:
                smart.good.clear()
            server.create(patient(f"p{number}"))
    assert len(smart.token_requests) == 4
    assert len(smart.now) == 6


def test_a_server_that_takes_no_token_is_asked_twice_and_no_more(smart):
    smart.issue = lambda: "good-for-nothing"
    with to(smart) as server, pytest.raises(Unauthorised):
        server.capabilities()
    assert len(smart.requests) == 1, "the same token is no reason to ask again"
    smart.issue = lambda: f"token-{len(smart.token_requests)}"
    with to(smart) as server, pytest.raises(Unauthorised):
        server.capabilities()
    assert len(smart.requests) == 3


def test_many_threads_obtain_one_token(smart):
    with to(smart) as server:
        threads = [threading.Thread(target=server.capabilities) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(smart.requests) == 8
    assert len(smart.token_requests) == 1


@pytest.mark.parametrize(
    "changed", [{"client_id": "another"}, {"key_id": "k2"}, {"key": pem(ec_key())}, {"scopes": ("system/*.x",)}]
)
def test_a_refusal_is_told_by_its_code_and_never_by_the_words_of_the_server(smart, changed):
    with to(smart, **changed) as server, pytest.raises(Unauthorised) as caught:
        server.capabilities()
    assert smart.refusals
    assert "400 (invalid_client)" in str(caught.value)
    assert smart.token_requests[0]["client_assertion"] not in str(caught.value)
    assert caught.value.next_step
    assert not smart.requests, "nobody gets further without a token"


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, b"<html>Sign in</html>"),
        Response(200, b""),
        Response(200, b"[]"),
        Response(200, b"\xff" * 100),
        Response(200, b'{"access_token": ""}'),
        Response(200, b'{"access_token": "a b", "token_type": "bearer"}'),
        Response(200, b'{"access_token": "a\\r\\nX: y", "token_type": "bearer"}'),
        Response(200, b'{"access_token": {}, "token_type": "bearer"}'),
        Response(200, b'{"access_token": "a", "token_type": "mac"}'),
        Response(200, b'{"access_token": "a"}'),
        Response(500, b'{"access_token": "a", "token_type": "bearer"}'),
        Response(200, b" " * 1_000_000),
        Response(302, b"", {"Location": "/fhir/elsewhere"}),
        Response(400, b'{"error": "s3cret words of a person"}'),
        Response(400, b'{"error": "s3cret"}'),
        Response(401, b'{"error": "invalid_scope"}'),
    ],
)
def test_rubbish_from_the_token_endpoint_is_no_token(smart, answer):
    smart.token_answer = lambda: answer
    with to(smart) as server, pytest.raises(Unauthorised) as caught:
        server.capabilities()
    assert caught.value.next_step
    assert caught.value.status == 401, "and no word about a resource that was asked for"
    assert "s3cret" not in str(caught.value)
    assert not smart.requests


def test_a_token_endpoint_that_is_busy_or_loses_a_line_is_asked_again_with_another_assertion(smart):
    answers = iter([Response(503), Response(200, b"{", {"Content-Length": "4000"}), None])
    smart.token_answer = lambda: next(answers)
    waits = []
    with to(smart, waits) as server:
        server.create(patient())
    assert len({each["client_assertion"] for each in smart.token_requests}) == 3
    assert waits == [0.25, 0.5]


def test_a_token_endpoint_that_drips_is_left_in_time(smart):
    pause = threading.Event()
    with raw(forever(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" ", pause)) as slow:
        endpoint = slow.base + "/token"
        with (
            to(smart, limits=Limits(whole=0.5), token_endpoint=endpoint) as server,
            pytest.raises(Unreachable) as caught,
        ):
            server.capabilities()
    assert "0.5 seconds" in str(caught.value)


@pytest.mark.parametrize(
    "configuration",
    [
        b"<html>",
        b"[]",
        {},
        {"token_endpoint": 7},
        {"token_endpoint": "/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"token_endpoint": "https://somebody.example.org/token"},
        {"token_endpoint": "http://127.0.0.1:1/token"},
    ],
)
def test_no_token_is_asked_for_where_the_server_has_no_right_to_send_us(smart, configuration):
    smart.configuration = configuration
    with to(smart) as server, pytest.raises(Unauthorised) as caught:
        server.capabilities()
    assert caught.value.next_step
    assert not smart.token_requests


@pytest.mark.parametrize(
    ("what", "offered"),
    [
        ("token_endpoint_auth_methods_supported", ["client_secret_basic"]),
        ("token_endpoint_auth_signing_alg_values_supported", ["ES384", "RS256"]),
    ],
)
def test_what_the_server_does_not_offer_is_said_before_it_is_asked(smart, what, offered):
    smart.configuration[what] = offered
    with to(smart) as server, pytest.raises(ServerError):
        server.capabilities()
    assert not smart.token_requests


def test_a_server_without_smart_says_so(fake):
    with to(fake) as server, pytest.raises(Unauthorised) as caught:
        server.read("Patient", "a")
    assert "smart-configuration with 404" in str(caught.value)
    assert caught.value.status == 401, "404 would say that there is no such patient"


def test_a_token_endpoint_elsewhere_is_asked_where_it_is_named_and_over_tls_only(smart):
    with SmartServer({"k1": rsa_key().public_key()}) as other:
        with to(smart, token_endpoint=other.endpoint) as server, pytest.raises(Unauthorised):
            server.capabilities()
        assert len(other.token_requests) == 2, "the other's token is none here, and was asked for anew once"
        assert not smart.token_requests
    with to(smart, token_endpoint="http://auth.example.org/token") as server, pytest.raises(FhirMattersError) as caught:
        server.capabilities()
    assert "TLS" in str(caught.value)


def test_the_token_goes_to_no_other_origin_and_into_no_word(smart, caplog):
    caplog.set_level("DEBUG")
    with Fake() as elsewhere, to(smart) as server:
        server.capabilities()
        smart.fault = lambda _: Response(302, None, {"Location": f"{elsewhere.base}/metadata"})
        with pytest.raises(ServerError) as caught:
            server.capabilities()
        assert not elsewhere.requests
        (token,) = smart.good
        shown = f"{server!r}{server._login!r}{server._login._pass!r}{caught.value}{caught.value!r}{caplog.text}"
        assert token not in shown
        assert pem(rsa_key()).split("\n")[1] not in repr(Smart("a", pem(rsa_key())))


def test_without_the_extra_its_name_is_told():
    code = "import sys; sys.modules['jwt'] = None; from fhir_matters.server.signing import signer; signer('')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "fhir-matters[smart]" in ran.stderr
