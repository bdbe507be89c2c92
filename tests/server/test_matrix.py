"""Every example and a thousand resources of the corpus, between four kinds of server, in every direction.

What a server changes is named by the receipt, and an independent comparison finds the same; where a receipt says that
nothing was lost, it finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from fhir_matters.local_server.serve import Running
from tests.java.counterparts import judging
from tests.server.crossings import Crossing, arrives, crosses, emptied, everything

LOCAL, HAPI, JUDGING, MEDPLUM = "local", "HAPI", "HAPI that validates", "Medplum"
DIRECTIONS = [
    ("files", LOCAL),
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
        start: dict[str, Callable[[], str]] = {
            LOCAL: lambda: stack.enter_context(Running()).base,
            MEDPLUM: lambda: stack.enter_context(medplum()).base,
        }
        for name, base in ((HAPI, hapi_knowing_us), (JUDGING, judging(hapi_knowing_us))):
            # A server that refuses what it cannot judge is given no claims that it does not know.
            sent, read = everything(corpus, ours=name == JUDGING)
            local, third = start[LOCAL](), start[MEDPLUM]()
            found["files", LOCAL] = first = arrives(sent, read, local)
            found[LOCAL, name] = there = crosses(local, base, first.after)
            found[name, LOCAL] = crosses(base, start[LOCAL](), there.after)
            found[name, MEDPLUM] = crosses(base, start[MEDPLUM](), there.after)
            emptied(base, there.after)
            found[LOCAL, MEDPLUM] = beside = crosses(local, third, first.after)
            found[MEDPLUM, LOCAL] = crosses(third, start[LOCAL](), beside.after)
            found[MEDPLUM, name] = again = crosses(third, base, beside.after)
            emptied(base, again.after)
        yield found


@pytest.fixture(params=DIRECTIONS, ids=" → ".join)
def crossing(request, crossings, capsys) -> Crossing:
    with capsys.disabled():
        print(f"\n  {' → '.join(request.param)}: {crossings[request.param].told()}", end=" ")
    return crossings[request.param]


def bare(path: str) -> str:
    """The element, whichever of its repeats it is."""
    return re.sub(r"\[\d+]", "", path.partition(".")[2])


def test_each_resource_has_a_line_and_each_line_a_resource_of_its_own(crossing):
    assert len(crossing.receipt.lines) == len(crossing.before) > 1200
    assert set(crossing.named()) == set(crossing.before)
    assert len(set(crossing.names.values())) == len(crossing.names)


def test_the_receipt_and_an_independent_comparison_come_to_the_same(crossing):
    named = crossing.named()
    for name, ways in crossing.changed().items():
        if ways is None or named[name] is None:
            assert ways == named[name]
            continue
        theirs = {".".join(step for step in way if isinstance(step, str)) for way in ways}
        ours = {bare(path) for path in named[name]}
        assert all(any(f"{each}.".startswith(f"{path}.") for path in ours) for each in theirs), (name, theirs, ours)
        assert all(any(f"{each}.".startswith(f"{path}.") for each in theirs) for path in ours), (name, theirs, ours)
    assert crossing.receipt.nothing_lost == (set(map(str, crossing.changed().values())) == {"[]"})
