"""Profiles, value sets and code systems onto a server: what others build on first, each once, as given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias

from fhir_matters.errors import Conflict, ServerError, Unauthorised, Unreachable
from fhir_matters.server.compare import content, sha256
from fhir_matters.server.rest import Rest
from fhir_matters.server.target import one

# What others build on comes first.
ORDER = ("CodeSystem", "NamingSystem", "ValueSet", "ConceptMap", "StructureDefinition", "SearchParameter")

Installed: TypeAlias = Literal["created", "updated", "already there"]


def install(
    server: Rest, definitions: Iterable[Mapping[str, Any]], done: Callable[[str, Installed], None] | None = None
) -> dict[str, Installed]:
    """What became of each definition, by canonical: on the server afterwards, once, as given.

    What others build on goes first; resources without a `url` are examples and stay behind. Installing again
    changes nothing. Raises ServerError where the server refuses one, and Conflict where it has one several times.
    """
    results: dict[str, Installed] = {}
    for definition in sorted(filter(_is_definition, definitions), key=_rank):
        results[definition["url"]] = _taken(server, dict(definition))
        if done is not None:
            done(definition["url"], results[definition["url"]])
    return results


def _taken(server: Rest, definition: dict[str, Any]) -> Installed:
    """As `_install`; a refusal says which definition it was, and what to do instead."""
    try:
        return _install(server, definition)
    except (Conflict, Unauthorised, Unreachable):
        raise
    except ServerError as error:
        raise ServerError(
            f"{definition['resourceType']} {definition['url']} was not taken. {error.message}",
            status=error.status,
            place=error.place,
            next_step="Install the package by the server's own means; running this again goes on where it stopped.",
        ) from None


def _install(server: Rest, definition: dict[str, Any]) -> Installed:
    kind, url, version = definition["resourceType"], definition["url"], str(definition.get("version", ""))
    there = defined(server, kind, url, version)
    if len(there) > 1:
        raise Conflict(
            f"The server has several {kind} resources of one canonical.",
            status=412,
            place=server.base,
            next_step="Remove all but one of them there.",
        )
    if there:
        wanted = {**definition, "id": there[0]["id"]}
        if sha256(wanted) == sha256(there[0]):
            return "already there"
        server.update(wanted)
        return "updated"
    own = str(definition.get("id", ""))
    if not own or own.isdigit() or one(server, kind, own) is not None:
        server.create({key: value for key, value in definition.items() if key != "id"})
    else:
        server.update(content(definition))
    return "created"


def defined(server: Rest, kind: str, url: str, version: str = "") -> list[dict[str, Any]]:
    """The definitions of this kind that the server has under this canonical, in this version if one is named."""
    asked = [("url", url), *([("version", version)] if version else [])]
    return [found for found in server.search(kind, asked) if found.get("url") == url]


def _is_definition(resource: Mapping[str, Any]) -> bool:
    return resource.get("resourceType") in ORDER and isinstance(resource.get("url"), str)


def _rank(definition: Mapping[str, Any]) -> tuple[int, bool, str]:
    return ORDER.index(definition["resourceType"]), definition.get("type") != "Extension", definition["url"]
