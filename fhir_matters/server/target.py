"""What is on the target now: by id, and by identifier. Reads only, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

from fhir_matters.errors import ServerError
from fhir_matters.server.references import LITERAL, identifiers
from fhir_matters.server.rest import Rest, token

# HAPI gives at most 50 to a page; servers commonly refuse addresses beyond 8 kB.
AT_ONCE = 50
LONGEST_QUERY = 4000
# Types that R4 does not let a search find by `_id` everywhere: HAPI has no search for Binary.
NOT_SEARCHED = frozenset({"Binary"})
GONE = frozenset({404, 410})
NO_SUCH_SEARCH = frozenset({400, 404, 405, 501})

Progress = Callable[[str, int, int], None]


def there(
    server: Rest, places: Iterable[str], *, surely: bool = False, done: Callable[[int], None] | None = None
) -> dict[str, dict[str, Any]]:
    """The resources at these `Type/id`, as far as they exist.

    `surely` asks once more, one by one, for what the search did not find: an index may lag behind.
    """
    found: dict[str, dict[str, Any]] = {}
    for kind, ids in _by_type(places).items():
        for some in _chunks(ids, str):  # of letters that an address takes as they are
            found.update(_some(server, kind, some, surely=surely))
            if done is not None:
                done(len(some))
    return found


def _some(server: Rest, kind: str, ids: list[str], *, surely: bool) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    if kind not in NOT_SEARCHED:
        asked = set(ids)
        try:
            for resource in server.few(kind, [("_id", ",".join(ids)), ("_count", str(AT_ONCE))]):
                if resource.get("resourceType") != kind or resource.get("id") not in asked:
                    surely = True
                    break
                found[f"{kind}/{resource['id']}"] = resource
        except ServerError as error:
            if type(error) is not ServerError or error.status not in NO_SUCH_SEARCH:
                raise
            surely = True
    for identity in ids if surely or kind in NOT_SEARCHED else ():
        if f"{kind}/{identity}" not in found and (single := one(server, kind, identity)) is not None:
            found[f"{kind}/{identity}"] = single
    return found


class Bare:
    """The types of which the target has nothing at all: no search for one of them by id or identifier can find any.

    It is asked about a type once, and only where looking for what is meant would take several searches.
    """

    def __init__(self, server: Rest) -> None:
        self._server = server
        self._known: dict[str, bool] = {}

    def of(self, kind: str, many: int) -> bool:
        """True where so many of this type need not be looked for."""
        if many <= AT_ONCE:
            return False
        if kind not in self._known:
            self._known[kind] = _has_none(self._server, kind)
        return self._known[kind]


def _has_none(server: Rest, kind: str) -> bool:
    try:
        return kind not in NOT_SEARCHED and next(server.few(kind, [("_count", "1")]), None) is None
    except ServerError as error:
        if type(error) is not ServerError:
            raise
        return False  # whoever cannot say so is asked for each


def one(server: Rest, kind: str, identity: str) -> dict[str, Any] | None:
    """The resource, or None where there is none (or no longer)."""
    try:
        return server.read(kind, identity)
    except ServerError as error:
        if error.status in GONE:
            return None
        raise


def carriers(server: Rest, kind: str, tokens: Iterable[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
    """The ids of the resources of this type that carry each identifier exactly.

    Raises ServerError where the server cannot search by identifier; a server that ignores the parameter
    gives itself away by answering with a resource that carries none of them.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for some in _chunks(list(tokens), lambda pair: quote(token(*pair))):
        asked = set(some)
        query = ",".join(token(*pair) for pair in some)
        for resource in server.search(kind, [("identifier", query), ("_count", str(AT_ONCE))]):
            carried = asked.intersection(identifiers(resource))
            if not carried and not _alike(asked, resource):
                raise ServerError(
                    f"The server ignores `identifier` when it searches for {kind}, so nothing can be matched by it.",
                    place=server.base,
                    next_step="Ask whoever runs the server to make that search work.",
                )
            for pair in carried:
                found[pair].add(str(resource.get("id")))
    return found


def _alike(asked: set[tuple[str, str]], resource: dict[str, Any]) -> bool:
    """True where the server found it by an identifier that differs in case alone, or is no longer in use."""
    given = resource.get("identifier")
    several = given if isinstance(given, list) else [given]
    values = {str(each.get("value", "")).casefold() for each in several if isinstance(each, dict)}
    return any(value.casefold() in values for _, value in asked)


def _by_type(places: Iterable[str]) -> dict[str, list[str]]:
    sorted_: dict[str, dict[str, None]] = defaultdict(dict)
    for place in places:
        literal = LITERAL.fullmatch(place)
        if literal is not None:
            sorted_[literal["type"]][literal["id"]] = None
    return {kind: list(ids) for kind, ids in sorted_.items()}


def _chunks(items: list[Any], spelt: Callable[[Any], str]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    length = 0
    for item in items:
        size = len(spelt(item)) + 3
        if chunk and (len(chunk) == AT_ONCE or length + size > LONGEST_QUERY):
            yield chunk
            chunk, length = [], 0
        chunk.append(item)
        length += size
    if chunk:
        yield chunk
