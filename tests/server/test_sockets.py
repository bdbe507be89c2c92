"""What we make ready ourselves is what requests would have made of it."""

from __future__ import annotations

import socket
import time

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.server import sockets
from fhir_matters.server.tls import Tls

QUERIES = [
    "",
    "?_id=1b2c-9,a.b&_count=50",
    "?identifier=https%3A%2F%2Fa.example%7C1%20%C3%BC",
    "?name=%zz",
    "?name=Zoë",
    "?name=a b",
    "?name=%7e%2D%41",
    '?name="<>^`{}',
    "?a=b#c",
]
BASES = ["http://localhost:8080/fhir", "https://fhir.example.org/r4", "http://[::1]:80/fhir", "http://ÄÖ.example/fhir"]
HEADERS = {"Accept": "application/fhir+json", "Authorization": "Bearer t", "accept-encoding": "gzip"}


def both(url, method="GET", data=None, headers=HEADERS):
    """The request as our session makes it ready, and as requests does."""
    ours = sockets.session(Tls())
    asked = requests.Request(method, url, headers=dict(headers), data=data or {})
    return ours.prepare_request(asked), requests.Session.prepare_request(ours, asked)


def same(ours, theirs):
    assert (ours.method, dict(ours.headers), ours.body) == (theirs.method, dict(theirs.headers), theirs.body)
    assert ours.hooks == theirs.hooks
    return ours.url == theirs.url


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("base", BASES)
def test_an_address_is_made_ready_as_requests_does_it(base, query):
    ours, theirs = both(f"{base}/Patient{query}")
    assert same(ours, theirs) or ours.url == f"{base}/Patient{query}", "neither as it was nor as requests has it"
    assert ours.path_url.isascii()
    assert " " not in ours.path_url


@given(st.text("abcXYZ019-._~:/?@!$&'()*+,;=", max_size=40))
def test_what_needs_no_escape_stays_as_it_is_on_both_ways(query):
    assert same(*both(f"http://localhost/fhir/Patient?{query}"))


@given(st.lists(st.text("ab.-$~", max_size=3), max_size=5))
def test_steps_in_an_address_lead_to_the_same_place_on_both_ways(steps):
    assert same(*both("/".join(["http://localhost/fhir", *steps])))


@pytest.mark.parametrize("data", [None, b"", b"{}", b"x" * 100])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_bodies_and_headers_are_those_that_requests_sends(method, data):
    assert same(*both("http://localhost/fhir/Patient/a", method, data))


def test_a_header_that_would_begin_another_is_refused():
    with pytest.raises(requests.exceptions.InvalidHeader):
        both("http://localhost/fhir/Patient", headers={"Accept": "a\r\nX-Evil: 1"})


def test_cookies_that_a_server_set_go_with_the_next_request():
    ours = sockets.session(Tls())
    ours.cookies.set("node", "7", domain="localhost.local", path="/")
    assert ours.prepare_request(requests.Request("GET", "http://localhost/fhir")).headers["Cookie"] == "node=7"


class Counted(socket.socket):
    """A socket that counts how often its time limit is set."""

    times = 0

    def settimeout(self, value):
        self.times += 1
        super().settimeout(value)


def connection(limit):
    """A connection of ours over such a socket, and the other end."""
    ours, theirs = socket.socketpair()
    made = sockets.POOLS["http"].ConnectionCls("localhost")
    made.sock = Counted(fileno=ours.detach())
    made.sock.settimeout(limit)
    return made, theirs


@pytest.mark.parametrize(("size", "times"), [(1, 0), (sockets.PIECE, 0), (sockets.PIECE + 1, 2)])
def test_only_what_may_take_longer_than_a_pause_is_sent_in_the_time_for_the_whole(size, times):
    made, theirs = connection(5.0)
    made.sock.times = 0
    with made.sock, theirs, sockets.in_time(time.monotonic() + 100):
        made.send(b"x" * size)
        assert theirs.recv(size, socket.MSG_WAITALL) == b"x" * size
        assert (made.sock.times, made.sock.gettimeout()) == (times, 5.0)


def test_what_is_left_of_the_whole_is_the_limit_where_it_is_less_than_a_pause():
    made, theirs = connection(5.0)
    made.sock.times = 0
    with made.sock, theirs, sockets.in_time(time.monotonic() + 1):
        made.send(b"x")
        assert (made.sock.times, made.sock.gettimeout()) == (2, 5.0)
