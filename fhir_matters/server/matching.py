"""Which resource of the target is meant by one of the source: by identifier alone, never by guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.errors import ServerError
from fhir_matters.server.references import identifiers
from fhir_matters.server.rest import Rest
from fhir_matters.server.source import Name, Source
from fhir_matters.server.target import Bare, carriers

OURS = "https://w3id.org/fhir-matters/identifier"
# People: attaching a record to the wrong one is the harm that nothing makes good.
PEOPLE = frozenset({"Patient", "Person", "RelatedPerson"})

Token: TypeAlias = tuple[str, str]
Sought: TypeAlias = tuple[Name, list[Token]]
Carriers: TypeAlias = Mapping[Token, set[str]]


@dataclass(frozen=True, slots=True)
class Match:
    """The id on the target of what carries the same identifier; `problem` says why nobody can tell."""

    identity: str = ""
    problem: str = ""


def sought(items: Iterable[Name], source: Source, found: Mapping[str, dict[str, Any]]) -> list[Sought]:
    """The items that the target may hold under another id, each with its identifiers.

    `found` is what the target holds under the items' own ids. An item found there with one of its identifiers
    is itself.
    """
    several = list(items)
    carried = source.identifiers(several)
    return [(each, carried[each.number]) for each in several if not _itself(each, carried[each.number], found)]


def wanted(several: Iterable[Sought]) -> dict[str, list[Token]]:
    """The identifiers to ask the target for, by type, each once."""
    found: dict[str, dict[Token, None]] = defaultdict(dict)
    for item, tokens in several:
        found[item.type].update(dict.fromkeys(tokens))
    return {kind: list(tokens) for kind, tokens in found.items() if tokens}


def asked(server: Rest, bare: Bare, tokens: Mapping[str, list[Token]]) -> dict[str, Carriers]:
    """What the target holds that carries these identifiers, by type. For people it is always asked."""
    return {
        kind: _carriers(server, kind, some)
        for kind, some in tokens.items()
        if kind in PEOPLE or not bare.of(kind, len(some))
    }


def matches(several: Iterable[Sought], source: Source, there: Mapping[str, Carriers]) -> Iterator[tuple[Name, Match]]:
    """The items that the target holds under another id, or that are ambiguous, each with its match."""
    for item, tokens in several:
        match = _match(item, source, there.get(item.type, {}), tokens)
        if match != Match():
            yield item, match


def one_each(source: Source) -> None:
    """Whatever two items claim, each by its identifiers, is given to neither: the source says so afterwards."""
    claimed = "SELECT type, goes FROM item WHERE goes <> identity GROUP BY type, goes HAVING count(*) > 1"
    sql = f"SELECT number FROM item JOIN ({claimed}) USING (type, goes) WHERE goes <> identity"  # noqa: S608 (ours)
    for (number,) in source.shelf.rows(sql):
        source.settle(number, problem="Several resources of the source carry identifiers of one on the target.")


def shares_identifier(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """True where both carry one same identifier."""
    return not set(identifiers(one)).isdisjoint(identifiers(other))


def another_person(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """True where two people cannot be one: no identifier in common, or other numbers of the same system."""
    mine, theirs = _by_system(one), _by_system(other)
    if not mine or not theirs:
        return False
    apart = {system for system in mine.keys() & theirs.keys() if mine[system].isdisjoint(theirs[system])}
    return bool(apart) or not mine.keys() & theirs.keys()


def _by_system(resource: dict[str, Any]) -> dict[str, set[str]]:
    numbers: dict[str, set[str]] = defaultdict(set)
    for system, value in identifiers(resource):
        numbers[system].add(value)
    return numbers


def _itself(item: Name, tokens: list[tuple[str, str]], found: Mapping[str, dict[str, Any]]) -> bool:
    there = found.get(f"{item.type}/{item.identity}")
    return there is not None and not set(tokens).isdisjoint(identifiers(there))


def _carriers(server: Rest, kind: str, tokens: Iterable[tuple[str, str]]) -> Carriers:
    try:
        return carriers(server, kind, tokens)
    except ServerError as error:
        # R4 has types with an identifier and without that search parameter; people are not among them.
        if kind in PEOPLE or error.status not in (0, 400, 404) or type(error) is not ServerError:
            raise
        return {}


def _match(item: Name, source: Source, there: Carriers, tokens: list[tuple[str, str]]) -> Match:
    """People by all their identifiers together; anything else by ours, or else by those that it alone carries."""
    if item.type in PEOPLE:
        return _single(item, there, tokens, [token for token in tokens if _alone(item, source, token)])
    ours = [token for token in tokens if token[0] == OURS and _alone(item, source, token)]
    theirs = [token for token in tokens if token[0] != OURS and _alone(item, source, token)]
    first = _single(item, there, ours, ours)
    return first if first != Match() else _single(item, there, theirs, theirs)


def _single(item: Name, there: Carriers, tokens: list[tuple[str, str]], alone: list[tuple[str, str]]) -> Match:
    hits = set().union(*(there.get(token, ()) for token in tokens))
    if not hits or item.identity in hits:
        return Match()
    if len(hits) > 1:
        return Match(
            problem=f"{len(hits)} resources of the target carry its identifiers: nobody can tell which is meant."
        )
    if not any(there.get(token) for token in alone):
        return Match(problem="Several resources of the source carry the identifier of one on the target.")
    return Match(hits.pop())


def _alone(item: Name, source: Source, token: tuple[str, str]) -> bool:
    return len(source.carrying(item.type, "|".join(token))) == 1
