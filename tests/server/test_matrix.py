"""Every example and a thousand resources of the corpus, between four kinds of server, in every direction.

What a server changes is named by the receipt, and an independent comparison finds the same; where a receipt says that
nothing was lost, it finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from fhir_matters.local_server.serve import Running
from tests.java.counterparts import judging
from tests.server.crossings import Crossing, arrives, crosses, emptied, everything

FILES, LOCAL, HAPI, JUDGING, MEDPLUM = "files", "local", "HAPI", "HAPI that validates", "Medplum"
DIRECTIONS = [
    (FILES, LOCAL),
    *((LOCAL, other) for other in (HAPI, JUDGING, MEDPLUM)),
    *((other, LOCAL) for other in (HAPI, JUDGING, MEDPLUM)),
    *((other, MEDPLUM) for other in (HAPI, JUDGING)),
    *((MEDPLUM, other) for other in (HAPI, JUDGING)),
]


@pytest.fixture(scope="module")
def crossings(corpus, hapi_knowing_us, medplum) -> Iterator[dict[tuple[str, str], Crossing]]:
    """What became of all of it, by where it came from and where it went."""
    found: dict[tuple[str, str], Crossing] = {}
    with ExitStack() as stack:

        def local() -> str:
            return stack.enter_context(Running()).base

        def third() -> str:
            return stack.enter_context(medplum()).base

        for name, base in ((HAPI, hapi_knowing_us), (JUDGING, judging(hapi_knowing_us))):
            # A server that refuses what it cannot judge is given no claims that it does not know.
            sent, read = everything(corpus, ours=name == JUDGING)
            found[FILES, LOCAL] = first = arrives(sent, read, local())
            found[LOCAL, name] = there = crosses(first.receipt.target, base, first.after)
            found[name, LOCAL] = crosses(base, local(), there.after)
            found[name, MEDPLUM] = beside = crosses(base, third(), there.after)
            emptied(base, there.after)
            found[MEDPLUM, name] = again = crosses(beside.receipt.target, base, beside.after)
            emptied(base, again.after)
        found[LOCAL, MEDPLUM] = beside = crosses(first.receipt.target, third(), first.after)
        found[MEDPLUM, LOCAL] = crosses(beside.receipt.target, local(), beside.after)
        yield found


@pytest.fixture(params=DIRECTIONS, ids=" → ".join)
def crossing(request, crossings) -> Crossing:
    return crossings[request.param]


def bare(path: str) -> str:
    """The element, whichever of its repeats it is."""
    return re.sub(r"\[\d+]", "", path.partition(".")[2])


def test_the_receipt_and_an_independent_comparison_come_to_the_same(crossing):
    assert set(crossing.lines) == set(crossing.before)
    assert len(set(crossing.names.values())) == len(crossing.names)
    changed, named = crossing.changed(), crossing.named()
    for name, ways in changed.items():
        if ways is None or named[name] is None:
            assert ways == named[name], name
            continue
        theirs = {".".join(step for step in way if isinstance(step, str)) for way in ways}
        ours = {bare(path) for path in named[name]}
        assert all(any(f"{each}.".startswith(f"{path}.") for path in ours) for each in theirs), (name, theirs, ours)
        assert all(any(f"{each}.".startswith(f"{path}.") for each in theirs) for path in ours), (name, theirs, ours)
    assert crossing.receipt.nothing_lost == all(ways == [] for ways in changed.values())


def test_all_of_it_has_crossed_and_it_is_said_what_was_changed(crossings, tell):
    for way, each in crossings.items():
        tell(f"{' → '.join(way)}: {each.told()}")
    assert {len(each.after) for each in crossings.values()} == {len(crossings[FILES, LOCAL].before)}
    assert len(crossings[FILES, LOCAL].before) > 1200
    # Numbers alone, where they went through JavaScript: 1.0 is 1 there.
    assert {(to, each.kind) for (_, to), one in crossings.items() for _, each in one.receipt.differences} == {
        (MEDPLUM, "respelt")
    }
