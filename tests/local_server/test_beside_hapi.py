"""The local server beside HAPI: the same requests, the same expectations; where they differ, which and why.

The cases are in `behaviour.py`. `EXPECTED` is what both come to; `DIFFERENT` says what HAPI comes to instead, and why.
"""

from __future__ import annotations

import pytest

from fhir_matters.cli.joined import server_places, server_shapes
from fhir_matters.local_server.serve import Running
from tests.local_server.asked import XML, Asked
from tests.local_server.behaviour import CASES

FOUND_CONTAINS = 5  # the search with :contains
NAMES = [{"family": "a", "given": ["x", "y"]}, {"family": "b"}]
ONE, TWO = NAMES
DONE = ["200", "200", "200", "200", "201", "200"]
FOUND = [1, 2, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 2, 0, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 0, 1, 1, 2, 0]
EXPECTED = {
    "versions": ('W/"2"', 412, 2, [410, 200, 410], 'W/"4"', ["PUT", "DELETE", "PUT", "POST"]),
    "same_again": ['W/"1"', 'W/"1"'],
    "conditional_read": [304, 200],
    "conditional_create": ([201, 200, 412], True),
    "conditional_update": [201, 200, 412],
    "conditional_delete": (2, 412, 2),
    "preferred": [0, "Patient", "OperationOutcome"],
    "json_patch": (200, 4, False, "1936", "2"),
    "fhirpath_patch": [
        (2, {"birthDate": "1936"}),
        (2, {"telecom": [{"value": "7"}]}),
        (2, {"contact": [{"telecom": [{"value": "7"}]}]}),
        (2, {"deceasedBoolean": False}),
        (2, {"name": [ONE, {"family": "c"}, TWO]}),
        (2, {"name": [TWO]}),
        (2, {"name": [{"family": "a", "given": ["y"]}, TWO]}),
        (2, {}),
        (2, {"name": [ONE, {"family": "d"}]}),
        (4, {}),
        (2, {"name": [TWO, ONE]}),
    ],
    "conditional_patch": (200, 404),
    "transaction": ("transaction-response", ["201", "201", "200", "201", "200"], True, 400, []),
    "all_verbs": [DONE, [200, 200, 200, 410], True, [*DONE, "404"], [200, 200, 200, 410], True],
    "refused_in_a_transaction": (4, 4),
    "searched": FOUND,
    "paged": (["1956", "1955", "1954", "1953", "1952", "1951", "1950"], (7, 3, 7, False)),
    "included": [
        ["Patient"],
        [],
        ["Organization", "Patient"],
        ["Observation"],
        ["Observation", "Organization"],
        ["Organization"],
    ],
    "posted_search": 1,
    "elements": (["birthDate", "id", "meta", "resourceType"], ["SUBSETTED"]),
    "unknown_parameters": (400, "OperationOutcome"),
    "lenient_unknown_parameters": (200, ["outcome"]),
    "histories": (["5", "4", "3", "2", "1"], ["history", "history"], 404),
    "formats": (201, [XML, XML], 400, 201, True),
    "numbers": (True, True),
    "refused": [400, 400, 400, 400, 404, 404, 400, 404, 406, 415],
}
DIFFERENT = {
    "versions": (
        ('W/"2"', 409, *EXPECTED["versions"][2:]),
        "a version that is no longer the newest: R4 says 412 Precondition Failed (http.html#concurrency), HAPI 409",
    ),
    "refused_in_a_transaction": (
        (2, 2),
        "R4 fails where two entries are of one resource, or one is of another type (http.html#trules); HAPI does not",
    ),
    "searched": (
        [405 if number == FOUND_CONTAINS else each for number, each in enumerate(FOUND)],
        "HAPI has :contains switched off by default; it costs HAPI an index of its own",
    ),
    "lenient_unknown_parameters": (
        (400, []),
        "R4 says that handling=lenient ignores a parameter that is not known (search.html#errors); HAPI refuses it",
    ),
    "refused": (
        [*EXPECTED["refused"][:8], 200, 400],
        "HAPI speaks Turtle, and takes another format of the body for a body that cannot be read",
    ),
}


@pytest.fixture(scope="module")
def local():
    with Running(shapes=server_shapes, places=server_places) as running:
        yield running.base


@pytest.mark.parametrize("case", CASES)
def test_the_local_server_does_as_expected(local, case):
    with Asked(local) as ask:
        assert CASES[case](ask) == EXPECTED[case]


@pytest.mark.parametrize("case", CASES)
def test_hapi_does_the_same_but_for_what_is_listed(hapi, case):
    with Asked(hapi) as ask:
        assert CASES[case](ask) == (DIFFERENT[case][0] if case in DIFFERENT else EXPECTED[case])


def test_every_difference_is_one_and_has_a_reason():
    for case, (facts, reason) in DIFFERENT.items():
        assert facts != EXPECTED[case]
        assert len(reason) > 20
