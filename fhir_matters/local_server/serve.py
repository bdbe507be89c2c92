"""Run the server: in a thread of this process on a free port, or in the foreground until Ctrl-C."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import uvicorn

from fhir_matters.errors import FhirMattersError
from fhir_matters.local_server.app import application
from fhir_matters.local_server.calls import ROOT
from fhir_matters.local_server.faults import Faults
from fhir_matters.local_server.skills import Codes, Skills, Validate
from fhir_matters.local_server.store import Store
from fhir_matters.local_server.wire import Spoilt, WithLine

HOST = "127.0.0.1"


class Running:
    """A server on a free loopback port, for as long as the `with` block lasts; `base` is its address.

    `data` is its file, else it keeps all in memory; `faults` are what it does wrong on purpose; `skills`, and
    `validate` and `codes` among them, are those of `Skills`.
    """

    def __init__(
        self,
        data: Path | str | None = None,
        validate: Validate | None = None,
        codes: Codes | None = None,
        faults: Faults | None = None,
        **skills: Any,
    ) -> None:
        self._socket = _listening(0)
        try:
            self._store = Store(data)
        except BaseException:
            self._socket.close()
            raise
        self._server = _server(self._store, Skills(validate, codes, **skills), faults)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self.base = _base(self._socket)

    def __enter__(self) -> Self:
        # The socket listens already: requests wait in its queue until the thread answers them.
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self._store.close()


def run(
    *,
    port: int,
    data: Path | str | None = None,
    skills: Skills | None = None,
    faults: Faults | None = None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until interrupted; `ready` is told the address. Raises FhirMattersError where the port is taken."""
    store = Store(data)
    try:
        with _listening(port) as listening:
            ready(_base(listening))
            _server(store, skills or Skills(), faults).run([listening])
    finally:
        store.close()


def _server(store: Store, skills: Skills, faults: Faults | None = None) -> uvicorn.Server:
    app = application(store, skills)
    settings = uvicorn.Config(
        app if faults is None else Spoilt(app, faults),
        http="auto" if faults is None else WithLine,
        log_level="error",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(settings)


def _listening(port: int) -> socket.socket:
    # Named as TCP, or asyncio leaves Nagle's algorithm on: 40 ms for each answer.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise FhirMattersError(
            f"Port {port} cannot be listened on: {error.strerror}.",
            next_step="Choose another with --port, or 0 for a free one.",
        ) from None
    return listening


def _base(listening: socket.socket) -> str:
    return f"http://localhost:{listening.getsockname()[1]}{ROOT}"
