"""What is read from a server to be kept or moved: patients' records, searches, or everything; each resource once.

What is read is handed on as it comes, so memory holds names only. Who asks for a patient gets theirs alone: an answer
with another person's resource inside is refused, and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fhir_matters.errors import InputError, ServerError
from fhir_matters.server.compartment import members, of_another, patients, searched
from fhir_matters.server.references import LITERAL, references
from fhir_matters.server.rest import Rest
from fhir_matters.server.target import NO_SUCH_SEARCH, Progress, there

# So many targets in one search: an address stays well under the 8,000 characters that servers take.
ASKED_AT_ONCE = 40
QUERY = re.compile(r"[A-Z][A-Za-z]+(\?.*)?")
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked of a server; nothing said is everything.

    `patients` are ids; `searches` are like `Observation?code=…`; `compartment`: search each type for the patients'
    resources instead of asking for `$everything`.
    """

    patients: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    compartment: bool = False


def choice(
    patient: str | Iterable[str] | None, search: str | Iterable[str] = (), *, compartment: bool = False
) -> Choice:
    """What these words ask for. Raises InputError where one is no id, or no search."""
    several = [patient] if isinstance(patient, str) else list(patient or ())
    ids = [each.removeprefix("Patient/") for each in several]
    searches = [search] if isinstance(search, str) else list(search)
    if any(ID.fullmatch(each) is None for each in ids):
        raise InputError("This is no id of a patient.", next_step="Give the logical id, as in Patient/[id].")
    if any(QUERY.fullmatch(each) is None for each in searches):
        raise InputError("This is no search.", next_step="Give a type and parameters: 'Observation?code=…'.")
    return Choice(tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(searches)), compartment)


def reading(server: Rest, what: Choice, progress: Progress | None = None) -> Iterator[dict[str, Any]]:
    """Every resource that is wanted, and all that it refers to on that server, as the server gives it, each once.

    Other patients come along only where a search leads to them. Raises ServerError where a patient is not there, and
    where an answer holds another patient's record.
    """
    seen: set[str] = set()
    for resource in _chosen(server, what, seen):
        place = f"{resource['resourceType']}/{resource['id']}"
        if place not in seen:
            seen.add(place)
            yield resource
            if progress is not None:
                progress("read", len(seen), 0)


def _chosen(server: Rest, what: Choice, seen: set[str]) -> Iterator[dict[str, Any]]:
    for patient in what.patients:
        yield from _Record(server, patient, compartment=what.compartment).resources()
    found = [_search(server, query) for query in what.searches]
    if not what.patients and not what.searches:
        found = [_whole(server)]
    for resources in found:
        yield from _Following(server, seen).all(resources)


@dataclass(frozen=True)
class _Following:
    """Adds what resources refer to, and so on, as far as it is on the server."""

    server: Rest
    seen: set[str]
    but: str = ""

    def all(self, resources: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        waiting: set[str] = set()
        had: set[str] = set()
        for resource in resources:
            had.add(f"{resource['resourceType']}/{resource['id']}")
            waiting.update(self._referred(resource))
            yield resource
        while waiting := waiting - had - self.seen:
            had |= waiting
            following: set[str] = set()
            for resource in self._there(waiting):
                following.update(self._referred(resource))
                yield resource
            waiting = following

    def _there(self, places: set[str]) -> Iterator[dict[str, Any]]:
        """What is at these places, but for what is surely another patient's than `but`."""
        ordered = sorted(places)
        for start in range(0, len(ordered), ASKED_AT_ONCE):
            for resource in there(self.server, ordered[start : start + ASKED_AT_ONCE]).values():
                if not self.but or not of_another(resource, self.but, self.server):
                    yield resource

    def _referred(self, resource: dict[str, Any]) -> Iterator[str]:
        for _, text in references(resource):
            literal = LITERAL.fullmatch(text)
            if literal is None or literal["base"] not in (None, f"{self.server.base}/"):
                continue
            if literal["type"] != "Patient" or not self.but:
                yield f"{literal['type']}/{literal['id']}"


class _Record:
    """One patient's record: what the server says is theirs, who wrote it down, and what it refers to."""

    def __init__(self, server: Rest, patient: str, *, compartment: bool) -> None:
        self.server, self.patient, self.compartment = server, patient, compartment
        self.seen: set[str] = set()
        self.others: set[str] = set()
        self.mentioned: set[str] = set()

    def resources(self) -> Iterator[dict[str, Any]]:
        """Each resource, some twice. Raises ServerError where the answer is not the record that was asked for."""
        yield from _Following(self.server, set(), but=self.patient).all(self._with_provenance())

    def _with_provenance(self) -> Iterator[dict[str, Any]]:
        for resource in self._theirs():
            self.mentioned |= patients(resource, self.server)
            if resource["resourceType"] == "Patient" and resource["id"] != self.patient:
                self.others.add(resource["id"])
                continue
            self._refuse(resource)
            self.seen.add(f"{resource['resourceType']}/{resource['id']}")
            yield resource
        self._is_whole()
        yield from _provenance(self.server, self.seen)

    def _theirs(self) -> Iterator[dict[str, Any]]:
        """`$everything`; the compartment's searches where the server does not know it, or where that was wished."""
        if not self.compartment:
            found = self.server.everything(self.patient)
            try:
                first = next(found, None)
            except ServerError as error:
                if type(error) is not ServerError or error.status not in NO_SUCH_SEARCH:
                    raise
            else:
                yield from [first] if first else ()
                yield from found
                return
        yield from members(self.server, self.patient)

    def _refuse(self, resource: dict[str, Any]) -> None:
        if of_another(resource, self.patient, self.server):
            raise _not_theirs(self.server, f"{resource['resourceType']}/{resource['id']} of another patient")

    def _is_whole(self) -> None:
        """The patient is there, and nobody else whom nothing in the record mentions."""
        if strangers := sorted(self.others - self.mentioned):
            raise _not_theirs(self.server, f"Patient/{strangers[0]}, who is another patient")
        if f"Patient/{self.patient}" not in self.seen:
            raise ServerError(
                "The server's answer does not hold the patient who was asked for.",
                place=self.server.base,
                next_step="Check the id, and that the server knows Patient/$everything.",
            )


def _not_theirs(server: Rest, what: str) -> ServerError:
    return ServerError(
        f"The server's answer holds {what}.",
        place=server.base,
        next_step="Nothing was moved. Tell whoever runs the server.",
    )


def _provenance(server: Rest, seen: set[str]) -> Iterator[dict[str, Any]]:
    """Who said and wrote down what is in a record, where the server left that out: not all count it in.

    One that is about something else too is not this patient's alone, and stays.
    """
    places = sorted(place for place in seen if not place.startswith("Provenance/"))
    for start in range(0, len(places), ASKED_AT_ONCE):
        asked = {"target": ",".join(places[start : start + ASKED_AT_ONCE])}
        for each in _known(server, "Provenance", asked):
            if f"Provenance/{each['id']}" not in seen and _is_about(each, seen):
                yield each


def _is_about(provenance: dict[str, Any], seen: set[str]) -> bool:
    targets = provenance.get("target")
    literals = [LITERAL.fullmatch(str(each.get("reference"))) for each in targets] if isinstance(targets, list) else []
    return bool(literals) and all(each is not None and f"{each['type']}/{each['id']}" in seen for each in literals)


def _known(server: Rest, kind: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a search finds; a server that has no such type, or no such search, has none."""
    try:
        return [each for each in server.search(kind, asked) if each.get("resourceType") == kind]
    except ServerError as error:
        if error.status in NO_SUCH_SEARCH:
            return []
        raise


def _search(server: Rest, query: str) -> Iterator[dict[str, Any]]:
    kind, _, parameters = query.partition("?")
    return server.search(kind, parse_qsl(parameters, keep_blank_values=True), strict=True)


def _whole(server: Rest) -> Iterator[dict[str, Any]]:
    """Everything, type by type, as far as the CapabilityStatement says that a type can be searched.

    Binary is searched on few servers (HAPI has no search for it): it comes with what refers to it.
    """
    kinds = [kind for kind, _ in searched(server.capabilities()) if kind != "Binary"]
    if not kinds:
        raise ServerError(
            "The server says of no type of resource that it can be searched.",
            place=server.base,
            next_step="Name patients with --patient, or a search.",
        )
    for kind in kinds:
        yield from server.search(kind, [("_count", "50")])
