"""Which resource of the target is meant by one of the source: by identifier alone, never by guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.errors import ServerError
from fhir_matters.server.references import identifiers
from fhir_matters.server.rest import Rest
from fhir_matters.server.source import Item, Source
from fhir_matters.server.target import carriers

OURS = "https://w3id.org/fhir-matters/identifier"
# People: attaching a record to the wrong one is the harm that nothing makes good.
PEOPLE = frozenset({"Patient", "Person", "RelatedPerson"})


@dataclass(frozen=True, slots=True)
class Match:
    """The id on the target of what carries the same identifier; `problem` says why nobody can tell."""

    identity: str = ""
    problem: str = ""


def matches(source: Source, server: Rest, found: Mapping[str, dict[str, Any]]) -> dict[str, Match]:
    """A match for each item (by key) that the target holds under another id, or that is ambiguous.

    `found` is what the target holds under the items' own ids. An item found there with one of its identifiers
    is itself. Otherwise our own identifier decides, or else its other identifiers, all of them together.
    """
    sought = {item.key: _tokens(item) for item in source.items if not _itself(item, found)}
    wanted: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for item in source.items:
        wanted[item.type].update(dict.fromkeys(sought.get(item.key, ())))
    there = {kind: _carriers(server, kind, tokens) for kind, tokens in wanted.items() if tokens}
    results = {
        item.key: _match(item, source, there.get(item.type, {}), sought[item.key])
        for item in source.items
        if sought.get(item.key)
    }
    return _one_each(source, {key: match for key, match in results.items() if match != Match()})


def shares_identifier(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """True where both carry one same identifier."""
    return not set(identifiers(one)).isdisjoint(identifiers(other))


def _itself(item: Item, found: Mapping[str, dict[str, Any]]) -> bool:
    there = found.get(f"{item.type}/{item.identity}")
    return there is not None and shares_identifier(item.resource, there)


def _tokens(item: Item) -> list[tuple[str, str]]:
    every = list(dict.fromkeys(identifiers(item.resource)))
    return [token for token in every if token[0] == OURS] or every


def _carriers(server: Rest, kind: str, tokens: Iterable[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
    try:
        return carriers(server, kind, tokens)
    except ServerError as error:
        # R4 has types with an identifier and without that search parameter; people are not among them.
        if kind in PEOPLE or error.status not in (0, 400, 404) or type(error) is not ServerError:
            raise
        return {}


def _match(
    item: Item, source: Source, there: Mapping[tuple[str, str], set[str]], tokens: list[tuple[str, str]]
) -> Match:
    alone = [token for token in tokens if len(source.carrying(item.type, "|".join(token))) == 1]
    hits = set().union(*(there.get(token, ()) for token in (tokens if item.type in PEOPLE else alone)))
    if not hits or item.identity in hits:
        return Match()
    if len(hits) > 1:
        return Match(
            problem=f"{len(hits)} resources of the target carry its identifiers: nobody can tell which is meant."
        )
    if not any(there.get(token) for token in alone):
        return Match(problem="Several resources of the source carry the identifier of one on the target.")
    return Match(hits.pop())


def _one_each(source: Source, results: dict[str, Match]) -> dict[str, Match]:
    """The matches, without any two that mean the same resource of the target."""
    claimed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in source.items:
        if item.key in results and results[item.key].identity:
            claimed[item.type, results[item.key].identity].append(item.key)
    doubtful = {key for keys in claimed.values() if len(keys) > 1 for key in keys}
    problem = Match(problem="Several resources of the source carry identifiers of one on the target.")
    return {key: problem if key in doubtful else match for key, match in results.items()}
