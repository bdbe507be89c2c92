"""The comparison that tests believe in finds whatever is spoilt, and a sample of the corpus stands on its own."""

from __future__ import annotations

import copy
import json
import re

import pytest
from hypothesis import given

from fhir_matters import jsonio
from fhir_matters.server.compare import compare
from tests.server.independent import Meant, differences, leaves, read
from tests.server.resources import resources
from tests.server.sample import sample

WHOLE = read(
    '{"resourceType": "Observation", "id": "a", "meta": {"profile": ["p", "q"], "tag": [{"code": "t"}]},'
    ' "status": "final", "_status": {"id": "i"}, "subject": {"reference": "Patient/x"},'
    ' "performer": [{"reference": "Practitioner?identifier=s|7"}],'
    ' "valueQuantity": {"value": 1.10}, "note": [{"text": "one"}, {"text": "two"}],'
    ' "text": {"div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">a &amp; b</div>"}}'
)
ANNA = {"resourceType": "Practitioner", "identifier": [{"system": "s", "value": "7"}]}
MEANT = Meant({"Patient/x": "Patient/y"}, {"Practitioner/anna": ANNA, "Practitioner/otto": {**ANNA, "identifier": []}})


def spoilt(way, value):
    """The whole, with another value there; None takes it away."""
    copied = copy.deepcopy(WHOLE)
    parent = copied
    for step in way[:-1]:
        parent = parent[step]
    if value is None:
        del parent[way[-1]]
    else:
        parent[way[-1]] = value
    return copied


@pytest.mark.parametrize("way", [way for way, _ in leaves(WHOLE)], ids=str)
@pytest.mark.parametrize("value", [None, "spoilt"])
def test_whatever_is_spoilt_is_found_there(way, value):
    found = differences(WHOLE, spoilt(way, value), MEANT)
    assert any(each[: len(way[:1])] == way[:1] for each in found)


@pytest.mark.parametrize(
    ("way", "value", "same"),
    [
        (("valueQuantity", "value"), read("1.1"), False),
        (("valueQuantity", "value"), "1.10", False),
        (("note",), [{"text": "two"}, {"text": "one"}], False),
        (("meta", "profile"), ["q", "p"], True),
        (("meta", "versionId"), "1", True),
        (("meta", "source"), "#abc", True),
        (("meta", "source"), "https://example.org", False),
        (("subject", "reference"), "Patient/y", True),
        (("subject", "reference"), "Patient/z", False),
        (("performer", 0, "reference"), "Practitioner/anna", True),
        (("performer", 0, "reference"), "Practitioner/otto", False),
        (("text", "div"), '<div xmlns="http://www.w3.org/1999/xhtml">a &#38; b</div>', True),
        (("text", "div"), '<div xmlns="http://www.w3.org/1999/xhtml">a &amp; c</div>', False),
        (("id",), "b", False),
    ],
)
def test_only_what_a_server_may_say_is_let_pass(way, value, same):
    assert (differences(WHOLE, spoilt(way, value), MEANT) == []) is same


@given(resources, resources)
def test_it_finds_something_where_the_products_own_does_and_nowhere_else(one, other):
    assert (differences(*(read(jsonio.write(each)) for each in (one, other)), Meant()) == []) is (
        compare(one, other) == []
    )


def test_a_sample_is_the_same_every_time_and_refers_to_nothing_outside(corpus):
    lines = sample(corpus, 300)
    assert lines == sample(reversed(corpus), 300)
    assert 300 <= len(lines) < 320
    read_ = [json.loads(line) for line in lines]
    names = {f"{each['resourceType']}/{each['id']}" for each in read_}
    carried = {
        f"{each['resourceType']}?identifier={one.get('system')}|{one.get('value')}"
        for each in read_
        for one in each.get("identifier", [])
    }
    said = {text for line in lines for text in re.findall(r'"reference":"([^#"][^"]*)"', line.decode())}
    assert said <= names | carried
    assert len({each["resourceType"] for each in read_}) > 8
