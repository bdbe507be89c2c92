"""A server that says, byte for byte, what it is told to say: whatever no library for servers would send."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Script = Callable[[Callable[[bytes], None], bytes], None]


class Raw:
    """`script(say, request)` answers each request; `requests` are what came, heads only."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.script, self.tls, self.requests = script, tls, []
        self.shown: list[Any] = []
        self.over = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if tls else "http"
        self.port = self.listening.getsockname()[1]
        self.base = f"{scheme}://127.0.0.1:{self.port}/fhir"
        self.threads: list[threading.Thread] = []

    def serve(self) -> None:
        while not self.over.is_set():
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.answer, args=[line])
            thread.start()
            self.threads.append(thread)

    def answer(self, line: socket.socket) -> None:
        line.settimeout(10)
        with suppress(OSError, ssl.SSLError), line:
            talk = self.tls.wrap_socket(line, server_side=True) if self.tls else line
            with talk:
                request = b""
                while b"\r\n\r\n" not in request:
                    if not (piece := talk.recv(65536)):
                        return
                    request += piece
                self.requests.append(request)
                self.shown.append(talk.getpeercert() if self.tls else None)
                self.script(talk.sendall, request)


@contextmanager
def raw(script: Script | bytes, tls: ssl.SSLContext | None = None) -> Iterator[Raw]:
    """The server, for as long as the block lasts; bytes are its only answer."""
    answer: Any = script
    server = Raw(script if callable(script) else lambda say, _: say(answer), tls)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.listening.shutdown(socket.SHUT_RDWR)
        server.listening.close()
        for each in [thread, *server.threads]:
            each.join()


def forever(start: bytes, again: bytes, pause: threading.Event | None = None) -> Script:
    """Says the start, then the same again and again until nobody listens; with a pause each time, if there is one."""

    def script(say: Callable[[bytes], None], _: bytes) -> None:
        say(start)
        while True:
            say(again)
            if pause is not None:
                pause.wait(0.02)

    return script
