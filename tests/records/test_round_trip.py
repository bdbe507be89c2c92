"""Whatever a record says, it says again after FHIR, after a server, and after a file."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from fhir_matters import jsonio
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.servers import pulled
from tests.records.strategies import records

slow = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@slow
@given(records())
def test_a_record_becomes_fhir_and_the_same_record_again(record: Record) -> None:
    wire = jsonio.write(record.bundle())
    again = read(jsonio.read(wire))
    assert again == record
    assert jsonio.write(again.bundle()) == wire


@slow
@given(records(), st.integers(0, 9))
def test_a_record_survives_a_server_that_renames_reorders_and_rewrites(record: Record, seed: int) -> None:
    bundle = record.bundle()
    again = read(pulled(bundle, seed))
    assert again == record
    assert jsonio.write(again.bundle()) == jsonio.write(bundle)


@slow
@given(records(), st.sampled_from(["yaml", "json"]))
def test_a_record_becomes_a_file_and_the_same_record_again(record: Record, kind: str) -> None:
    again = Record.loads(record.dump(kind))
    assert again == record
    assert jsonio.write(again.bundle()) == jsonio.write(record.bundle())


@slow
@given(records())
def test_every_resource_has_a_text_that_is_well_formed_and_says_no_markup(record: Record) -> None:
    for entry in record.bundle()["entry"]:
        div = etree.fromstring(entry["resource"]["text"]["div"])
        assert {etree.QName(e).localname for e in div.iter()} <= {"div", "p", "b", "i", "ul", "li"}
        assert "".join(div.itertext()).strip()


@slow
@given(records())
def test_nothing_in_a_bundle_is_empty_and_every_reference_in_it_leads_somewhere(record: Record) -> None:
    bundle = record.bundle()
    addresses = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(addresses) == len(bundle["entry"])
    found = json.loads(jsonio.write(bundle))
    assert all(value not in ("", [], {}, None) for value in _values(found))
    assert set(_references(found)) <= addresses


def _values(element):
    inside = element.values() if isinstance(element, dict) else element if isinstance(element, list) else ()
    for item in inside:
        yield item
        yield from _values(item)


def _references(element):
    for item in (element, *_values(element)):
        if isinstance(item, dict) and isinstance(item.get("reference"), str):
            yield item["reference"]
