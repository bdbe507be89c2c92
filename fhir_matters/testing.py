"""A FHIR R4 server for the tests of whoever talks to one: in this process, empty, fast, and bad on demand.

    from fhir_matters.testing import LocalServer

    def test_my_client_sends_again_what_was_lost():
        with LocalServer("drop-response=0.3:only=writes", "error=503:0.2:retry-after=1", seed=7) as server:
            my_client.upload(server.base, patients)             # http://localhost:PORT/fhir
            assert len(server.held("Patient")) == len(patients)  # past the wire: what is truly there
            assert server.faults.counts["drop-response"] > 0

Which faults there are, and how they are written, says `fhir_matters.local_server.faults`. They spoil the wire and never
what the server holds; with the same seed the same requests meet the same faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from fhir_matters.cli.joined import server_codes, server_places, server_shapes, server_validate
from fhir_matters.local_server.access import one_token
from fhir_matters.local_server.faults import Fault, Faults
from fhir_matters.local_server.serve import Running

__all__ = ["Fault", "Faults", "LocalServer"]


class LocalServer(Running):
    """The server, on a free port of this machine, for as long as the `with` block lasts; `base` is its address.

    `data` is a file to keep the resources in; without it they are gone at the end. With a `token` it answers who
    brings that alone. `faults` can be changed while it runs: `server.faults.use("latency=2s")`, and
    `server.faults.use()` for none. Raises FhirMattersError for a fault that there is not.
    """

    def __init__(
        self, *faults: str | Fault, seed: int = 0, data: Path | str | None = None, token: str | None = None
    ) -> None:
        self.faults = Faults(*faults, seed=seed)
        verify = None if token is None else one_token(token)
        super().__init__(
            data, server_validate, server_codes, self.faults, shapes=server_shapes, places=server_places, verify=verify
        )

    def holding(self, *resources: Mapping[str, Any]) -> Self:
        """Itself, with these resources under their own ids: put there past the wire and its faults."""
        for resource in resources:
            self._store.put(dict(resource), str(resource["id"]))
        return self

    def held(self, kind: str = "") -> list[dict[str, Any]]:
        """Every resource that is there now, or every one of a type: looked at past the wire and its faults."""
        rows = self._store.query("SELECT seq FROM current WHERE ?1 IN ('', type) ORDER BY seq", (kind,))
        return [version.resource for (seq,) in rows for version in self._store.chosen([seq])]
