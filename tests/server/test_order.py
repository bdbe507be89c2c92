"""What is referred to is written first or together, in portions of bounded size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.server.order import circles, portions


@st.composite
def graphs(draw):
    count = draw(st.integers(0, 12))
    nodes = st.integers(0, max(0, count - 1))
    return draw(st.lists(st.lists(nodes, max_size=4), min_size=count, max_size=count))


@given(graphs())
def test_each_is_in_one_circle_and_after_all_that_it_leads_to(edges):
    order = {node: number for number, circle in enumerate(circles(edges)) for node in circle}
    assert sorted(order) == list(range(len(edges)))
    assert all(order[to] <= order[node] for node, following in enumerate(edges) for to in following)


@given(graphs())
def test_those_that_lead_to_each_other_are_together(edges):
    reach = [{node} for node in range(len(edges))]
    for _ in edges:
        reach = [set().union(seen, *(set(edges[to]) for to in seen)) for seen in reach]
    for circle in circles(edges):
        assert all(set(circle) <= reach[node] for node in circle)


@given(graphs(), st.integers(1, 5), st.integers(1, 30))
def test_a_portion_is_full_only_with_one_circle_alone(edges, size, weight):
    weights = [1 + number % 7 for number in range(len(edges))]
    for portion in portions(edges, [[] for _ in edges], weights, size, weight):
        members = [node for circle in portion for node in circle]
        within = len(members) <= size and sum(weights[node] for node in members) <= weight
        assert within or len(portion) == 1


def test_what_a_condition_asks_for_is_in_an_earlier_portion():
    found = list(portions([[], [], []], [[], [0], [1]], [1, 1, 1], 10, 100))
    assert found == [[[0]], [[1]], [[2]]]


@given(graphs(), graphs(), st.integers(1, 5))
def test_portions_keep_the_order_of_both_kinds_of_references(edges, earlier, size):
    count = min(len(edges), len(earlier))
    edges, earlier = ([[to for to in each if to < count] for each in graph[:count]] for graph in (edges, earlier))
    both = [[*one, *other] for one, other in zip(edges, earlier, strict=True)]
    circle = {node: number for number, nodes in enumerate(circles(both)) for node in nodes}
    portion = {
        node: number
        for number, found in enumerate(portions(edges, earlier, [1] * count, size, 100))
        for nodes in found
        for node in nodes
    }
    assert sorted(portion) == list(range(count))
    for node in range(count):
        assert all(portion[to] <= portion[node] for to in edges[node])
        assert all(portion[to] < portion[node] for to in earlier[node] if circle[to] != circle[node])


def test_a_portion_is_not_cut_for_each_that_asks():
    asked = [[], [0], [], [2], [], [4]]
    assert [len(each) for each in portions([[]] * 6, asked, [1] * 6, 10, 100)] == [3, 3]


def test_a_long_chain_needs_no_recursion():
    count = 20_000
    chain = [[number + 1] if number + 1 < count else [] for number in range(count)]
    assert next(iter(circles(chain))) == [count - 1]
