"""What tests of transfers look at: what became of each resource, and who had the right to change what."""

from __future__ import annotations

from typing import Any

from fhir_matters.server.apply import Pace

SMALL = Pace(size=10)


def actions(receipt) -> dict[str, int]:
    return dict(receipt.totals)


def owners(receipt) -> set[tuple[str, str]]:
    return {(difference.path.rpartition(".")[2], difference.owner) for _, difference in receipt.owned}


def plain(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without what the fake server adds, for a comparison that is not ours."""
    return {key: value for key, value in resource.items() if key != "meta"}
