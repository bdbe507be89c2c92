"""A FHIR R4 server, as the rest of the world sees it: what can be read, written, validated, and moved with proof.

receipt = Server("http://localhost:8080/fhir").push(bundle)
receipt.nothing_lost, receipt.differences
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self, Unpack

from fhir_matters import modelled
from fhir_matters.instead import instead
from fhir_matters.server import transfer
from fhir_matters.server.bulk.asking import Wanted
from fhir_matters.server.bulk.export import Exported, export
from fhir_matters.server.installing import Installed, install
from fhir_matters.server.reading import choice
from fhir_matters.server.receipt import Receipt
from fhir_matters.server.received import exported, receive
from fhir_matters.server.rest import Rest
from fhir_matters.server.source import Resources
from fhir_matters.server.target import Progress
from fhir_matters.server.validate import Asker, Verdict
from fhir_matters.server.verify import Verification, verify


@instead(
    upload="push(resources)",
    send="push(resources)",
    post="push(resources)",
    download="pull(patient)",
    copy="move(to)",
    transfer="move(to)",
)
class Server(Rest):
    """One FHIR R4 server by its base address; thread-safe as far as requests' sessions are.

    `auth` is how to get in: `Basic`, `Bearer`, `Smart`, or (user, password); `token` is short for `Bearer(token)`, and
    user and password may stand in the address and are never shown again. `headers` go with every request. All of these
    go to this origin and to no other; `follow` are other origins where its links may lead. `tls` says whom to trust
    and which certificate to show, `limits` how long and how much. Errors: `ServerError` and its kinds.
    """

    @classmethod
    def named(cls, name: str) -> Self:
        """The server of this name in the user's file (`servers.toml`). Raises FhirMattersError."""
        from fhir_matters.server.named import named  # noqa: PLC0415 - a parser for TOML, only for those who have one

        found = named(name)
        return cls(found.base, auth=found.auth, tls=found.tls, follow=found.follow, limits=found.limits)

    def push(self, resources: Resources, **options: Unpack[transfer.Pushing]) -> Receipt:
        """The receipt for these resources on this server; options as `transfer.prepare`.

        Raises WrongArgument for what is no dict: text, a path, a record, a model.
        """
        modelled.dicts(resources)
        return transfer.push(resources, self, **options)

    def pull(self, patient: str | Iterable[str] | None = None, **options: Unpack[transfer.Pulling]) -> dict[str, Any]:
        """A collection Bundle of one patient or several, of searches, or of everything; options as `transfer.pull`."""
        return transfer.pull(self, patient, **options)

    def pull_into(
        self,
        out: Path | str,
        patient: str | Iterable[str] | None = None,
        *,
        search: str | Iterable[str] = (),
        compartment: bool = False,
        progress: Progress | None = None,
    ) -> Receipt:
        """The receipt for what `pull` would bring, which is in this file or folder now, read back from it."""
        return receive(self, choice(patient, search, compartment=compartment), Path(out), progress)

    def move(self, to: Rest, patient: str | Iterable[str] | None = None, **options: Unpack[transfer.Moving]) -> Receipt:
        """The receipt for what `pull` would bring, on the other server; options as `transfer.prepare_move`."""
        return transfer.move(self, to, patient, **options)

    def export(self, wanted: Wanted | None = None, *, into: Path | str, **options: Any) -> Exported:
        """What this server exports in bulk, whole, in a folder; options as `bulk.export.export`."""
        return export(self, wanted, into=into, **options)

    def receipt(self, came: Exported) -> Receipt:
        """The receipt for what this server exported in bulk; raises as `received.exported`."""
        return exported(self, came)

    def verify(self, receipt: Receipt) -> Verification:
        """Whether this server still holds everything as the receipt says."""
        return verify(receipt, self)

    def validate(self, resource: Mapping[str, Any], profile: str | None = None, *, known: bool = False) -> Verdict:
        """What this server says of the resource, and whether it could judge it; as `validate.Asker.verdict`.

        Which profiles it judges by is asked once, and again after `install`.
        """
        return self._asker.verdict(resource, profile, known=known)

    def install(self, definitions: Iterable[Mapping[str, Any]]) -> dict[str, Installed]:
        """What became of each profile, value set and code system on this server, by canonical."""
        self.__dict__.pop("_asker", None)
        return install(self, definitions)

    @cached_property
    def _asker(self) -> Asker:
        return Asker(self)
