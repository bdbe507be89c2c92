"""Records that cross from one server to another, and what both hold of them before and after.

A crossing is looked at twice: by the receipt, and by `independent`, which reads both servers for itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import requests

from fhir_matters import jsonio
from fhir_matters.server import Server
from fhir_matters.server.receipt import Line, Receipt
from tests.java.counterparts import claiming_ours
from tests.server import independent
from tests.server.independent import Meant, Way
from tests.server.sample import sample

EXAMPLES = Path(__file__).parents[2] / "examples" / "good"
CORPUS = 1000


@dataclass(frozen=True)
class Crossing:
    """What the source held and the target holds, as the standard library reads them, and what the receipt says."""

    receipt: Receipt
    before: Mapping[str, dict[str, Any]]
    after: Mapping[str, dict[str, Any]]

    @cached_property
    def lines(self) -> dict[str, Line]:
        """What the receipt says of each resource, by its name in the source."""
        return {_relative(line.source, self.receipt.source): line for line in self.receipt.lines}

    @cached_property
    def names(self) -> dict[str, str]:
        """The `Type/id` of the target, by the name in the source."""
        return {name: line.target for name, line in self.lines.items() if line.target}

    def changed(self) -> dict[str, list[Way] | None]:
        """For each resource of the source the ways to what is not as it was; None for one that is not there."""
        meant = Meant(self.names, self.after)
        found: dict[str, list[Way] | None] = {}
        for name, resource in self.before.items():
            place = self.names.get(name, "")
            there = self.after.get(place)
            identity = place.partition("/")[2]
            found[name] = None if there is None else independent.differences(resource, there, meant, identity)
        return found

    def named(self) -> dict[str, set[str] | None]:
        """For each resource of the source what the receipt names as changed; None for one that did not arrive."""
        return {
            name: {each.path for each in line.differences if not each.owner} if line.target else None
            for name, line in self.lines.items()
        }

    def told(self) -> str:
        """In a line or two: how many arrived, and which elements were changed how often."""
        unowned = (each for line in self.lines.values() for each in line.differences if not each.owner)
        paths = Counter(re.sub(r"\[\d+]", "", each.path) for each in unowned)
        counts = ", ".join(f"{count:,} {action}" for action, count in self.receipt.totals.items())
        return counts + "".join(f"; {path} {count:,} times" for path, count in paths.most_common(4))


def everything(corpus: Iterable[Path], *, ours: bool = False) -> tuple[list[Any], dict[str, dict[str, Any]]]:
    """All examples and a thousand of the corpus: to be sent, and as the standard library reads them, by name.

    With `ours` they claim no profiles but ours.
    """
    texts = [*(file.read_bytes() for file in sorted(EXAMPLES.glob("*.json"))), *sample(corpus, CORPUS)]
    sent = [claiming_ours(jsonio.read(text)) if ours else jsonio.read(text) for text in texts]
    read = [claiming_ours(independent.read(text)) if ours else independent.read(text) for text in texts]
    entries = [entry for each in read for entry in each.get("entry", [{"fullUrl": "", "resource": each}])]
    return sent, {_name(each["fullUrl"], each["resource"]): each["resource"] for each in entries}


def arrives(sent: Any, read: Mapping[str, dict[str, Any]], target: str) -> Crossing:
    """What was read of files, on a server."""
    with Server(target) as server:
        receipt = server.push(sent)
    return Crossing(receipt, read, _held(receipt))


def crosses(source: str, target: str, places: Iterable[str]) -> Crossing:
    """What is at these places of one server, moved to the other; what else the first holds stays there."""
    wanted = set(places)
    with Server(source) as one, Server(target) as other:
        bundle = one.pull()
        entries = [entry for entry in bundle["entry"] if entry["fullUrl"].removeprefix(f"{source}/") in wanted]
        receipt = other.push({**bundle, "entry": entries}, name=source)
    return Crossing(receipt, independent.there(source, wanted), _held(receipt))


def emptied(base: str, places: Iterable[str]) -> None:
    """Deletes them all at once: what refers to each other goes together."""
    entries = [{"request": {"method": "DELETE", "url": place}} for place in places]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    headers = {"Content-Type": "application/fhir+json"}
    answer = requests.post(base, json=bundle, headers=headers, timeout=300)
    assert answer.status_code == 200, answer.text


def _held(receipt: Receipt) -> dict[str, dict[str, Any]]:
    return independent.there(receipt.target, [line.target for line in receipt.lines if line.target])


def _name(full_url: str, resource: Mapping[str, Any]) -> str:
    return full_url or f"{resource['resourceType']}/{resource['id']}"


def _relative(name: str, base: str) -> str:
    return name.removeprefix(f"{base}/") if base else name
