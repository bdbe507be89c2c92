"""A server that gives exactly the answers that it is told to, one after the other at each address."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any

from fhir_matters import jsonio
from tests.server.listening import Listening


class Scripted(Listening):
    """`answers["GET /fhir/x"]` is a list of (status, headers, body); the last one is given again and again."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, dict[str, str], Any]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(_handler(self))

    def at(self, where: str, *answers: tuple[int, dict[str, str], Any]) -> None:
        self.answers[where] = list(answers)

    def places(self) -> list[str]:
        """What was asked for, in its order."""
        return [place for place, _ in self.asked]

    def sent_to(self, where: str) -> dict[str, str]:
        """The headers of the last request to an address."""
        return next(headers for place, headers in reversed(self.asked) if place == where)


def _handler(server: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            where = f"{self.command} {self.path.partition('?')[0]}"
            server.asked.append((where, {name.lower(): value for name, value in self.headers.items()}))
            script = server.answers.get(where, [(404, {}, b"")])
            status, headers, body = script.pop(0) if len(script) > 1 else script[0]
            data = body if isinstance(body, bytes) else jsonio.write(body)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(data))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            # Half an answer is one whose length was told too long.
            self.close_connection = "Content-Length" in headers

        do_GET = do_POST = do_DELETE = serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    return Handler
