"""Where each resource of a source goes on the target, and what is there: found out in portions, kept on the shelf.

While the server looks for one portion, another is read, or what was said of it is worked at. Reads only; what is to
happen to a resource is decided in `plan.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from fhir_matters import jsonio
from fhir_matters.server.ahead import Messenger, Task
from fhir_matters.server.matching import PEOPLE, asked, matches, one_each, sought, wanted
from fhir_matters.server.rest import Rest
from fhir_matters.server.source import Name, Source
from fhir_matters.server.target import Bare, Progress, there

SHARED = "Several resources of the source would become this one of the target."


def settle(source: Source, server: Rest, arriving: Iterable[list[int]], progress: Progress | None) -> None:
    """Where each item goes, and what is there: on the shelf. The source itself may arrive meanwhile, in portions."""
    bare = Bare(server)
    with Messenger() as messenger:
        done = 0
        # What is there under its own id is asked for as it arrives; who else is meant, when all is known.
        for count in messenger.alternating(_looking(source, server, bare, numbers) for numbers in arriving):
            done += count
            if progress is not None:
                progress("look", done, len(source.items))
        for _ in messenger.alternating(_settling(source, server, bare, portion) for portion in source.names.portions()):
            pass
    one_each(source)
    shared = "SELECT type, goes FROM item WHERE problem = '' GROUP BY type, goes HAVING count(*) > 1"
    sql = f"SELECT number FROM item JOIN ({shared}) USING (type, goes) WHERE problem = ''"  # noqa: S608 (ours)
    for (number,) in source.shelf.rows(sql):
        source.settle(number, problem=SHARED)


def _looking(source: Source, server: Rest, bare: Bare, numbers: list[int]) -> Task[int]:
    """What is there under the ids of these items is on the shelf; how many they were."""
    found = yield partial(_seen, server, bare, source.names.made(numbers))
    _keep(source, found)
    return len(numbers)


def _settling(source: Source, server: Rest, bare: Bare, portion: list[Name]) -> Task[None]:
    """Where each of a portion goes, and what is there, is on the shelf."""
    several = sought(portion, source, _kept(source, portion))
    carried = yield partial(asked, server, bare, wanted(several))
    matched = list(matches(several, source, carried))
    for item, match in matched:
        source.settle(item.number, goes=match.identity, problem=match.problem)
    if places := [f"{item.type}/{match.identity}" for item, match in matched if match.identity]:
        _keep(source, (yield partial(there, server, places)))


def _keep(source: Source, found: Mapping[str, dict[str, Any]]) -> None:
    rows = [(place, jsonio.write(resource)) for place, resource in found.items()]
    source.shelf.many("INSERT OR REPLACE INTO there VALUES (?, ?)", rows)


def _kept(source: Source, portion: list[Name]) -> dict[str, dict[str, Any]]:
    """What is there under the items' own ids."""
    kept = "SELECT place, data FROM item CROSS JOIN there ON place = type || '/' || identity WHERE number IN"
    numbers = ",".join(str(item.number) for item in portion)
    return {place: jsonio.read(data) for place, data in source.shelf.rows(f"{kept} ({numbers})")}


def _seen(server: Rest, bare: Bare, portion: list[Name]) -> dict[str, dict[str, Any]]:
    """What the target holds under the ids of the items."""
    many = Counter(item.type for item in portion)
    some = [item for item in portion if not bare.of(item.type, many[item.type])]
    found = there(server, (f"{item.type}/{item.identity}" for item in some))
    return found | there(server, _hidden(portion, found), surely=True)


def _hidden(items: Iterable[Name], found: Mapping[str, dict[str, Any]]) -> list[str]:
    """What a search that lags behind did not show: read one by one where writing could overwrite a stranger."""
    named = ((item, f"{item.type}/{item.identity}") for item in items)
    return [place for item, place in named if place not in found and (item.type in PEOPLE or not item.unmistakable)]
