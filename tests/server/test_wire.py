"""Whatever a server sends, and however slowly: an end in time, in little memory, with one clear error."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
import zlib
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError, NotFhir, ServerError, Unreachable
from fhir_matters.server import Server
from fhir_matters.server.connection import Limits
from tests.server.raw import forever, raw
from tests.server.resources import patient

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"
BODY = jsonio.write(patient())
ONCE = Limits(size=1_000_000, attempts=1)
SHORT = replace(ONCE, read=2, whole=0.5)
DRIP = threading.Event()


def asked(base, limits=ONCE):
    with Server(base, limits=limits) as server:
        return server.read("Patient", "barbara")


def sized(body, *headers):
    lines = b"".join(header + b"\r\n" for header in (*headers, b"Content-Length: %d" % len(body)))
    return OK + lines + b"\r\n" + body


@pytest.mark.parametrize(
    "script",
    [
        forever(OK + b"Content-Length: 100000\r\n\r\n", b" ", DRIP),
        forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", DRIP),
        forever(OK + b"Connection: close\r\n\r\n", b" ", DRIP),
        forever(OK + b"X-Slow: ", b"a", DRIP),
        forever(b"", b"H", DRIP),
        forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", DRIP),
        forever(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n", DRIP),
        forever(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b" "), DRIP),
    ],
    ids=["body", "chunks", "no length", "header", "status", "100 Continue", "trailers", "gzip"],
)
def test_a_server_that_drips_is_left_when_the_time_for_the_whole_is_over(script):
    # Each byte begins the two seconds between two pieces anew: those alone would never end it.
    with raw(script) as server, pytest.raises(Unreachable) as caught:
        asked(server.base, SHORT)
    assert "not complete after 0.5 seconds" in str(caught.value)


def test_a_server_that_reads_nothing_is_left_when_the_time_is_over():
    ready, over = threading.Event(), threading.Event()

    def deaf(_say, _request):
        ready.set()
        over.wait(10)

    with raw(deaf) as server, Server(server.base, limits=SHORT) as client:
        with pytest.raises(Unreachable):
            client.update(patient(note="x" * 30_000_000))
        over.set()
    assert ready.is_set()


@pytest.mark.parametrize(
    "script",
    [
        forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 0x10000 + b"\r\n"),
        forever(OK + b"Connection: close\r\n\r\n", b" " * 65536),
        OK + b"Content-Length: 2147483648\r\n\r\n",
        OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + b" " * 2_000_000,
        forever(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nConnection: close\r\n\r\n", b" " * 65536),
        sized(gzip.compress(bytes(200_000_000)), b"Content-Encoding: gzip"),
    ],
    ids=[
        "chunks",
        "no length",
        "two gigabytes, as announced",
        "more than a number",
        "a redirect",
        "200 megabytes in gzip",
    ],
)
def test_an_answer_without_end_is_read_to_the_limit_and_no_further(script):
    with raw(script) as server:
        tracemalloc.start()
        try:
            with pytest.raises(NotFhir) as caught:
                asked(server.base)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert "longer than 1,000,000 bytes" in str(caught.value)
    assert "size" in caught.value.next_step
    assert most < 8_000_000


def test_an_answer_in_gzip_is_unpacked_also_in_several_members():
    half = len(BODY) // 2
    packed = gzip.compress(BODY[:half]) + gzip.compress(BODY[half:])
    with raw(sized(packed, b"Content-Encoding: gzip")) as server:
        assert asked(server.base) == patient()
    assert b"accept-encoding: gzip\r\n" in server.requests[0].lower()


@pytest.mark.parametrize(
    "answer",
    [
        sized(gzip.compress(BODY)[:-4], b"Content-Encoding: gzip"),
        sized(BODY, b"Content-Encoding: gzip"),
        OK + b"Content-Length: 4000\r\n\r\n" + BODY,
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + BODY[:5],
        OK + b"Transfer-Encoding: chunked\r\n\r\nzzz\r\n" + BODY,
    ],
    ids=["half of gzip", "no gzip", "too short", "half of the chunks", "no chunks"],
)
def test_half_an_answer_is_none(answer):
    with raw(answer) as server, pytest.raises(NotFhir) as caught:
        asked(server.base)
    assert "broke off" in str(caught.value)


@pytest.mark.parametrize("coding", [b"br", b"gzip, gzip, gzip", b"deflate"])
def test_what_is_packed_as_nobody_asked_for_is_not_unpacked(coding):
    with raw(sized(zlib.compress(BODY), b"Content-Encoding: " + coding)) as server, pytest.raises(NotFhir) as caught:
        asked(server.base)
    assert "Content-Encoding" in str(caught.value)


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"220 mail.example.org ESMTP\r\n", b"\x15\x03\x01\x00\x02\x02P\r\n"]
)
def test_what_speaks_no_http_is_said_to_speak_none(answer):
    with raw(answer) as server, pytest.raises(Unreachable) as caught:
        asked(server.base)
    assert "does not speak HTTP" in str(caught.value)


def test_odd_headers_are_passed_over_and_nobody_is_told_what_was_asked_for(caplog):
    odd = OK + b"no header at all\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
    with raw(odd) as server, Server(server.base, limits=ONCE) as client:
        try:
            list(client.search("Patient", {"identifier": "s3cret"}))
        except ServerError as error:
            assert "s3cret" not in str(error)  # noqa: PT017 - either way is right
    assert not [each for each in caplog.records if each.levelname != "DEBUG"]


def test_logs_tell_whom_was_asked_and_never_what_for(caplog):
    caplog.set_level("DEBUG")
    with raw(sized(b'{"resourceType": "Bundle"}')) as server, Server(server.base, token="s3cret") as client:
        assert not list(client.search("Patient", {"identifier": "https://example.org|s3cret"}))
    assert b"s3cret" in server.requests[0]
    assert "/fhir/Patient?… HTTP" in caplog.text
    assert "s3cret" not in caplog.text


def test_no_error_carries_the_request_and_with_it_the_token():
    with raw(b"") as server, Server(server.base, token="s3cret", limits=ONCE) as client:
        with pytest.raises(Unreachable) as caught:
            client.capabilities()
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None


def test_a_long_answer_is_streamed_beyond_the_limit_of_what_is_held_whole():
    with raw(sized(b"{}\n" * 1_000_000)) as server, Server(server.base, limits=ONCE) as client:
        with client.stream("file.ndjson", accept="application/fhir+ndjson") as incoming:
            assert incoming.status == 200
            assert sum(piece.count(b"\n") for piece in incoming.pieces()) == 1_000_000
        with pytest.raises(NotFhir):
            client.fetch("file.ndjson")
    assert b"accept: application/fhir+ndjson\r\n" in server.requests[0].lower()


GOOD = (
    sized(BODY, b'ETag: W/"1"'),
    OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n",
    sized(gzip.compress(BODY), b"Content-Encoding: gzip"),
    b"HTTP/1.1 302 Found\r\nLocation: /fhir/Patient/a\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 503 Wait\r\nRetry-After: 12\r\nSet-Cookie: a=b; Max-Age=9\r\nContent-Length: 2\r\n\r\n{}",
)
ODD = (
    *(b"\r\n", b"\n", b"\0", b",", b"-1", b"9" * 5000, b"\xff", b"A" * 70_000, b"999999", b"HTTP/9.9 "),
    *(
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"X: y\r\n" * 200,
    ),
    *(
        b"Location: http://[::1\r\n",
        b"Location: http://a:99999999/\r\n",
        b"Location: \xff\r\n",
        b"Connection: upgrade\r\n",
    ),
    *(
        b"HTTP/1.1 100 \r\n\r\n",
        b"Set-Cookie: \xff=\xff; Max-Age=99999999999999999999\r\n",
        b"Content-Type: multipart/mixed\r\n",
    ),
)
CUTS = st.tuples(st.floats(0, 1), st.integers(0, 20), st.sampled_from([b"", *ODD]))


@settings(max_examples=120)
@given(st.sampled_from(GOOD), st.lists(CUTS, min_size=1, max_size=4))
def test_whatever_is_said_is_an_answer_or_one_clear_error(answer, cuts):
    said = answer
    for share, gone, odd in cuts:
        at = said.index(b"\r\n") + 2 if gone > 15 else int(share * len(said))
        said = said[:at] + odd + said[at + (gone if gone <= 15 else 0) :]
    with raw(said) as server, suppress(FhirMattersError):
        assert asked(server.base, Limits(connect=1, read=0.3, whole=1, size=100_000, attempts=1))["id"] == "barbara"
