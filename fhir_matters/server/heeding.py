"""Whether a server judges by a profile: shown by asking, for to have a profile and to heed it are two things.

An empty resource is judged by the profile and by one that nobody has. Where that comes to the same, the profile made no
difference: it is not there, or its being there is not heeded. Nothing of a record is sent for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from fhir_matters.errors import ServerError, Unauthorised, Unreachable
from fhir_matters.outcome import from_outcome
from fhir_matters.server.installing import defined
from fhir_matters.server.rest import Rest

# R4's own definitions, which servers know without listing them.
CORE = "http://hl7.org/fhir/StructureDefinition/"
NOBODY_HAS = tuple(f"https://w3id.org/fhir-matters/StructureDefinition/{name}" for name in ("not-there", "nor-there"))

State = Literal["heeded", "unheeded", "absent"]
# A resource and the profile that it is asked about → the OperationOutcome, or None where there is no verdict.
Tell = Callable[[Mapping[str, Any], "str | None"], "dict[str, Any] | None"]
Told = list[tuple[str, ...]]


class Asked(NamedTuple):
    """What one resource is to be judged by: all that it claims, or the one profile that was `named`."""

    kind: str
    profiles: tuple[str, ...]
    named: bool = False


class Profiles:
    """The profiles that one server judges by, as far as somebody asked; each is found out once.

    Raises Unreachable and Unauthorised.
    """

    def __init__(self, server: Rest, tell: Tell, statement: Callable[[], Mapping[str, Any]]) -> None:
        self._server, self._tell, self._statement = server, tell, statement
        self._states: dict[Asked, State] = {}
        self._nobodys: dict[tuple[str, bool], Told | None] = {}

    def states(self, wanted: Iterable[Asked]) -> dict[str, State]:
        """The state of each profile; what is not heeded in one of the ways of asking is not heeded."""
        found: dict[str, State] = {}
        for each in wanted:
            for profile in each.profiles:
                if found.get(profile, "heeded") == "heeded":
                    found[profile] = self._state(each._replace(profiles=(profile,)))
        return found

    def _state(self, one: Asked) -> State:
        if one not in self._states:
            self._states[one] = self._found(one)
        return self._states[one]

    def _found(self, one: Asked) -> State:
        (profile,) = one.profiles
        if profile in {f"{CORE}{name}" for name in (one.kind, "Resource", "DomainResource")}:
            return "heeded"
        heeded = self._makes_a_difference(one)
        if heeded:
            return "heeded"
        there = self._is_there(profile)
        if heeded is None and (there or profile.startswith(CORE)):
            return "heeded"
        return "unheeded" if there else "absent"

    def _makes_a_difference(self, one: Asked) -> bool | None:
        """None where it cannot be told: the server gives no verdict on such a resource, or never the same twice."""
        way = (one.kind, one.named)
        if way not in self._nobodys:
            first, second = (self._told(one._replace(profiles=(each,))) for each in NOBODY_HAS)
            self._nobodys[way] = first if first == second else None
        nobodys = self._nobodys[way]
        told = self._told(one) if nobodys is not None else None
        return None if told is None else told != nobodys

    def _told(self, one: Asked) -> Told | None:
        """What the server says of an empty resource, with the profile's name taken out of it."""
        (profile,) = one.profiles
        empty: dict[str, Any] = {"resourceType": one.kind}
        outcome = (
            self._tell(empty, profile) if one.named else self._tell({**empty, "meta": {"profile": [profile]}}, None)
        )
        if outcome is None:
            return None
        texts = ((each.severity, each.code, each.message_id, each.message) for each in from_outcome(outcome))
        return sorted(tuple(_nameless(text, profile) for text in each) for each in texts)

    def _is_there(self, profile: str) -> bool:
        """Whether the server lists the profile, as a StructureDefinition or in its CapabilityStatement."""
        url, _, version = profile.partition("|")
        try:
            if defined(self._server, "StructureDefinition", url, version):
                return True
        except (Unreachable, Unauthorised):
            raise
        except ServerError:  # many have no such search
            pass
        return profile in list(_supported(self._statement()))


def _nameless(text: str, profile: str) -> str:
    return text.replace(profile, "it").replace(profile.partition("|")[0], "it")


def _supported(statement: Mapping[str, Any]) -> Iterator[Any]:
    """The profiles that a CapabilityStatement lists."""
    for rest in _objects(statement.get("rest")):
        for resource in _objects(rest.get("resource")):
            listed = resource.get("supportedProfile")
            yield resource.get("profile")
            yield from listed if isinstance(listed, list) else ()


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def asked(resource: Mapping[str, Any], profile: str | None) -> list[Asked]:
    """What the resource claims, what each inside it does (entries of a Bundle, what is contained), what was named."""
    found = list(_claimed(resource))
    return [*found, Asked(str(resource.get("resourceType")), (profile,), named=True)] if profile else found


def _claimed(node: Any) -> Iterator[Asked]:
    if isinstance(node, list):
        for item in node:
            yield from _claimed(item)
    elif isinstance(node, Mapping):
        kind = node.get("resourceType")
        meta = node.get("meta") if isinstance(kind, str) else None
        profiles = meta.get("profile") if isinstance(meta, dict) else None
        if isinstance(profiles, list) and isinstance(kind, str) and kind.isalpha():
            yield Asked(kind, tuple(each for each in profiles if isinstance(each, str)))
        for value in node.values():
            yield from _claimed(value)
