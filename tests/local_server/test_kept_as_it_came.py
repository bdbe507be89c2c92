"""What is put is what comes back: numbers as spelt, keys in their order, elements that nobody knows."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_matters.local_server.serve import Running

FHIR_JSON = {"Content-Type": "application/fhir+json"}
OWNED = {"id", "meta", "resourceType"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with Running() as running:
        yield running.base


class Spelt(str):
    """A number, as it stands in the text."""

    __slots__ = ()


def read(text):
    """JSON in which objects are lists of pairs, in order, and numbers their spelling."""
    return json.loads(text, parse_float=Spelt, parse_int=Spelt, object_pairs_hook=list)


def without_the_servers_own(pairs):
    """The resource but for id, meta.versionId and meta.lastUpdated."""
    kept = []
    for key, value in pairs:
        if key == "meta":
            rest = [(name, each) for name, each in value if name not in ("versionId", "lastUpdated")]
            kept += [(key, rest)] if rest else []
        elif key not in ("id", "resourceType"):
            kept.append((key, value))
    return kept


NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        [
            "urn:uuid:00000000-0000-4000-8000-000000000001",
            "Patient/1",
            "Patient?identifier=a|b",
            "\\",
            '"',
            "\u2028",
            "😀",
        ]
    ),
)
KEYS = st.one_of(
    st.sampled_from(["reference", "url", "extension", "_value", "contained", "entry", "value", "__proto__"]), TEXTS
)
LEAVES = st.one_of(
    NUMBERS,
    TEXTS.map(json.dumps),
    TEXTS.map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.sampled_from(["true", "false", "null", "[]", "{}"]),
)


def resource(pairs, *first):
    """The text of an object with these elements."""
    return f"{{{','.join([*first, *(f'{json.dumps(key)}: {value}' for key, value in pairs)])}}}"


def objects(values):
    """JSON objects as text; their keys are all different."""
    pairs = st.lists(st.tuples(KEYS, values), max_size=4, unique_by=lambda pair: pair[0])
    return pairs.map(resource)


VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda several: f"[{' , '.join(several)}]"), objects(inner)
    ),
    max_leaves=12,
)
BODIES = st.lists(
    st.tuples(KEYS.filter(lambda key: key not in OWNED), VALUES), max_size=6, unique_by=lambda pair: pair[0]
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    pairs=BODIES,
    meta=st.sampled_from(["", '"meta":{"tag":[{"code":"t","userSelected":1.0}],"wibble":1e2}', '"meta":{}']),
)
def test_what_is_put_comes_back_identical(server, pairs, meta):
    sent = resource(pairs, '"resourceType":"Basic"', '"id":"one"', *filter(None, [meta]))
    answer = requests.put(f"{server}/Basic/one", data=sent.encode(), headers=FHIR_JSON, timeout=60)
    assert answer.status_code in (200, 201), answer.text
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    got = requests.get(f"{server}/Basic/one", timeout=60)
    assert got.content == answer.content
    assert without_the_servers_own(read(got.content)) == without_the_servers_own(read(sent))
    found = requests.get(f"{server}/Basic?_id=one", timeout=60).content
    assert got.content in found
    assert got.content in requests.get(f"{server}/Basic/one/_history?_count=1", timeout=60).content


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(pairs=BODIES)
def test_what_is_put_again_as_it_came_back_makes_no_new_version(server, pairs):
    sent = resource(pairs, '"resourceType":"Basic"', '"id":"two"')
    first = requests.put(f"{server}/Basic/two", data=sent.encode(), headers=FHIR_JSON, timeout=60)
    for text in (sent.encode(), first.content):
        again = requests.put(f"{server}/Basic/two", data=text, headers=FHIR_JSON, timeout=60)
        assert (again.status_code, again.headers["ETag"]) == (200, first.headers["ETag"])
        assert again.content == first.content


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(pairs=BODIES.map(lambda pairs: [pair for pair in pairs if pair[0] not in ("reference", "url")]))
def test_what_goes_through_a_batch_comes_back_identical(server, pairs):
    sent = resource(pairs, '"resourceType":"Basic"')
    entry = f'{{"resource": {sent}, "request": {{"method": "POST", "url": "Basic"}}}}'
    bundle = f'{{"resourceType": "Bundle", "type": "batch", "entry": [{entry}]}}'
    answer = requests.post(server, data=bundle.encode(), headers=FHIR_JSON, timeout=60).json()
    place = answer["entry"][0]["response"]["location"].partition("/_history")[0]
    got = requests.get(f"{server}/{place}", timeout=60).content
    assert without_the_servers_own(read(got)) == without_the_servers_own(read(sent))


def test_the_corpus_comes_back_as_it_is(server, corpus):
    lines = [line for file in corpus for line in file.read_bytes().splitlines()[:40]]
    places = [f"{each['resourceType']}/{each['id']}" for each in map(json.loads, lines)]
    entries = b",".join(
        b'{"resource":%s,"request":{"method":"PUT","url":"%s"}}' % pair
        for pair in zip(lines, [place.encode() for place in places], strict=True)
    )
    bundle = b'{"resourceType":"Bundle","type":"batch","entry":[%s]}' % entries
    answer = requests.post(server, data=bundle, headers=FHIR_JSON, timeout=120).json()
    assert {entry["response"]["status"][:3] for entry in answer["entry"]} == {"201"}
    for place, line in zip(places, lines, strict=True):
        got = requests.get(f"{server}/{place}", timeout=60).content
        assert without_the_servers_own(read(got)) == without_the_servers_own(read(line))
