"""What faults do on the wire: an ASGI application around the server's own, and the line under it. Never the store.

What was asked is either done whole, by the server itself, or not at all; only what the client learns of it is spoilt.
"""

from __future__ import annotations

import asyncio
import math
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from fhir_matters import jsonio
from fhir_matters.local_server.calls import ROOT
from fhir_matters.local_server.faults import DELAYS, Fault, Faults, Struck
from fhir_matters.local_server.formats import FHIR_JSON
from fhir_matters.local_server.refusals import outcome

LINE = "fhir_matters.line"
DROP = 0.05
"""Seconds between two drops of a slow answer."""
CODES = {401: "login", 403: "forbidden", 404: "not-found", 409: "conflict", 410: "deleted", 412: "conflict"} | {
    422: "processing",
    429: "throttled",
    503: "transient",
    504: "timeout",
}
ABSURD = ("999999999999", "-1", "soon", "1e9", "", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT")
GARBAGE = (
    ("text/html; charset=utf-8", b"<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>"),
    ("application/json", b'{"status":"ok"}'),
    (FHIR_JSON, b"[]"),
    (FHIR_JSON, b'{"resourceType":'),
    ("application/octet-stream", bytes(range(256))),
)


class WithLine(H11Protocol):
    """uvicorn's HTTP, whose requests know the line that they came by."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Keep the line beside what the application is told of its server."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, LINE: transport}


class Spoilt:
    """The application, with the faults that its requests meet."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app, self._faults = app, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or do what a fault has instead."""
        app = self._app
        if scope["type"] == "http":
            path = scope["path"].removeprefix(ROOT) or "/"
            struck = self._faults.strike(scope["method"], path)
            # Delays stand around all else.
            for each in sorted(struck, key=lambda each: each.fault.name in DELAYS):
                app = ACTIONS[each.fault.name](app, each)
        await app(scope, receive, send)


def _latency(app: ASGIApp, struck: Struck) -> ASGIApp:
    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await _wait(scope, struck.fault.value)
        await app(scope, receive, send)

    return late


def _slow_drip(app: ASGIApp, struck: Struck) -> ASGIApp:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        async def dripping(message: Message) -> None:
            body = message.get("body", b"")
            drops = max(1, min(len(body), math.ceil(struck.fault.value / DROP)))
            for number in range(drops if body else 0):
                await _wait(scope, struck.fault.value / drops)
                drop = body[len(body) * number // drops : len(body) * (number + 1) // drops]
                await send({"type": message["type"], "body": drop, "more_body": True})
            await send({**message, "body": b""} if body else message)

        await app(scope, receive, dripping)

    return slow


def _drop_request(_: ASGIApp, __: Struck) -> ASGIApp:
    return _closing


def _drop_response(app: ASGIApp, _: Struck) -> ASGIApp:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (nothing is sent)
        await _answer(app, scope, receive)
        await _hang_up(scope, receive)

    return silent


def _reset(app: ASGIApp, struck: Struck) -> ASGIApp:
    async def resetting(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (nothing is sent)
        await _maybe(app, struck.fault, scope, receive)
        line: asyncio.Transport = scope["state"][LINE]
        # Closed with nothing lingering is RST (socket(7), SO_LINGER).
        line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.abort()
        await _hang_up(scope, receive)

    return resetting


def _truncate(app: ASGIApp, struck: Struck) -> ASGIApp:
    async def cut(scope: Scope, receive: Receive, send: Send) -> None:
        start, body = await _answer(app, scope, receive)
        if body:
            end = struck.dice.randrange(len(body))
            await send(_long(start, len(body)))
            await send({"type": "http.response.body", "body": body[:end], "more_body": True})
        await _hang_up(scope, receive)

    return cut


def _long(start: Message, length: int) -> Message:
    """The beginning of an answer that says how long the whole of it is."""
    others = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return {**start, "headers": [*others, (b"content-length", str(length).encode())]}


Told = tuple[int, dict[str, str], bytes]
"""An answer: its status, its headers and its body."""


def _instead(told: Callable[[Struck], Told]) -> Callable[[ASGIApp, Struck], ASGIApp]:
    """An action that answers something else than the server would."""

    def action(app: ASGIApp, struck: Struck) -> ASGIApp:
        async def other(scope: Scope, receive: Receive, send: Send) -> None:
            await _maybe(app, struck.fault, scope, receive)
            status, headers, body = told(struck)
            headers["content-length"] = str(len(body))
            if struck.fault.retry_after:
                headers["retry-after"] = _retry_after(struck.fault.retry_after, struck.dice)
            sent = [(name.encode(), value.encode()) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": status, "headers": sent})
            await send({"type": "http.response.body", "body": body})

        return other

    return action


def _error(struck: Struck) -> Told:
    return _refusal(int(struck.fault.value))


def _conflict(struck: Struck) -> Told:
    return _refusal(struck.dice.choice((409, 412)))


def _refusal(status: int) -> Told:
    told = outcome("error", CODES.get(status, "exception"), "A fault on demand: this server was told to refuse.")
    return status, {"content-type": f"{FHIR_JSON}; charset=utf-8"}, jsonio.write(told)


def _pending(_: Struck) -> Told:
    return 202, {"x-progress": "in progress"}, b""


def _garbage(struck: Struck) -> Told:
    kind, body = struck.dice.choice(GARBAGE)
    return 200, {"content-type": kind}, body


def _retry_after(told: str, dice: Random) -> str:
    """The header in one of its two forms (RFC 9110, 10.2.3), or in none."""
    if told == "absurd":
        return dice.choice(ABSURD)
    if told == "date":
        return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return told


async def _wait(scope: Scope, seconds: float) -> None:
    """Wait, but not for a client that has given up."""
    line: asyncio.Transport = scope["state"][LINE]
    while seconds > 0 and not line.is_closing():
        await asyncio.sleep(min(seconds, DROP))
        seconds -= DROP


async def _maybe(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive) -> None:
    """Do what was asked where the fault comes after that; read it in any case, so that the line stays in step."""
    if fault.acted:
        await _answer(app, scope, receive)
    else:
        await _read(receive)


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """The beginning and the body of the true answer, sent to nobody."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, keep)
    return sent[0], b"".join(message.get("body", b"") for message in sent[1:])


async def _closing(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (nothing is sent)
    await _read(receive)
    await _hang_up(scope, receive)


async def _read(receive: Receive) -> None:
    while (await receive()).get("more_body", False):
        pass


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the line, and wait until it is: whoever ends without an answer before is thought to have failed."""
    scope["state"][LINE].close()
    while (await receive())["type"] != "http.disconnect":
        pass


ACTIONS: dict[str, Callable[[ASGIApp, Struck], ASGIApp]] = {
    "latency": _latency,
    "slow-drip": _slow_drip,
    "drop-request": _drop_request,
    "drop-response": _drop_response,
    "reset": _reset,
    "error": _instead(_error),
    "conflict": _instead(_conflict),
    "pending": _instead(_pending),
    "truncate": _truncate,
    "garbage": _instead(_garbage),
}
