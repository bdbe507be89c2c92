"""Every difference is named with its place, and only what somebody has a right to change has an owner."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.server.compare import Knowledge, compare, content, sha256
from tests.server.resources import elements, exactly, observation, practitioner, resources


def named(source: dict[str, Any], found: dict[str, Any], **knowledge: Any) -> list[tuple[str, str, str]]:
    return [(each.path, each.kind, each.owner) for each in compare(source, found, Knowledge(**knowledge))]


@given(resources)
def test_a_resource_does_not_differ_from_its_copy(resource):
    assert compare(resource, copy.deepcopy(resource)) == []


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each container and key in a JSON value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [pair for key in keys for pair in ((value, key), *places(value[key]))]


@given(resources, st.data())
def test_any_single_change_is_named(resource, data):
    changed = copy.deepcopy(resource)
    container, key = data.draw(st.sampled_from([pair for pair in places(changed) if pair[1] != "resourceType"]))
    container[key] = data.draw(elements)
    assume(jsonio.spelt(changed) != jsonio.spelt(resource))
    found = compare(resource, changed)
    assert found
    assert not any(difference.owner for difference in found)


@given(resources, st.data())
def test_anything_left_out_is_named(resource, data):
    changed = copy.deepcopy(resource)
    container, key = data.draw(st.sampled_from([pair for pair in places(changed) if pair[1] != "resourceType"]))
    del container[key]
    found = compare(resource, changed)
    assert found
    assert {difference.kind for difference in found} <= {"missing", "changed", "respelt", "reordered", "added"}
    assert any(difference.kind in ("missing", "changed", "respelt") for difference in found)


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("1.10", "1.1", "respelt"),
        ("1e2", "100", "respelt"),
        ("-0.00", "0.00", "respelt"),
        ("1", "1.0", "respelt"),
        ("1.10", "1.11", "changed"),
        ("1.10", '"1.10"', "changed"),
        ("1", "true", "changed"),
        ("0", "false", "changed"),
        ('"2020"', '"2020-01"', "changed"),
        ("null", "0", "changed"),
    ],
)
def test_how_a_value_is_spelt_counts(source, target, kind):
    one, other = (exactly(f'{{"resourceType": "Basic", "value": {value}}}') for value in (source, target))
    assert named(one, other) == [("Basic.value", kind, "")]


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("[1, 2, 3]", "[3, 2, 1]", [("Basic.x", "reordered", "")]),
        ("[1, 2, 3]", "[1, 3]", [("Basic.x[1]", "missing", "")]),
        ("[1, 3]", "[1, 2, 3]", [("Basic.x[1]", "added", "")]),
        ('["a", {"b": 1}]', '["a", {}]', [("Basic.x[1].b", "missing", "")]),
        ("[1]", "1", [("Basic.x", "changed", "")]),
    ],
)
def test_what_happened_to_a_list_is_said_at_its_place(source, target, found):
    one, other = (exactly(f'{{"resourceType": "Basic", "x": {value}}}') for value in (source, target))
    assert named(one, other) == found


def test_versions_and_dates_are_no_content_and_profiles_are():
    source = {"resourceType": "Basic", "meta": {"versionId": "3", "profile": ["a"]}}
    target = {"resourceType": "Basic", "meta": {"versionId": "1", "lastUpdated": "2026", "source": "#x", "tag": []}}
    assert named(source, target) == [
        ("Basic.meta.profile", "missing", ""),
        ("Basic.meta.tag", "added", ""),
    ]


@pytest.mark.parametrize(
    ("source", "target", "owner"),
    [("urn:a", "urn:a#x", "server"), ("urn:a#x", "urn:a#y", "server"), ("urn:a", "urn:b#x", "")],
)
def test_only_the_mark_of_the_request_in_meta_source_is_the_servers(source, target, owner):
    one, other = ({"resourceType": "Basic", "meta": {"source": value}} for value in (source, target))
    assert named(one, other) == [("Basic.meta.source", "changed", owner)]


def test_a_mark_of_the_request_alone_is_no_content():
    one, other, lost = ({"resourceType": "Basic", "meta": {"source": value}} for value in ("#x", "#y", "urn:a"))
    assert named(one, other) == []
    assert named(lost, one) == [("Basic.meta.source", "missing", "")]


def test_a_new_id_and_references_to_new_ids_are_the_transfers():
    moved = {"Patient/1": "Patient/b"}.get
    source, target = observation("1", "Patient/1"), observation("a", "Patient/b")
    assert named(source, target, identity="a", swap=moved) == [
        ("Observation.id", "changed", "transfer"),
        ("Observation.subject.reference", "changed", "transfer"),
    ]
    assert named(source, observation("z", "Patient/z"), identity="a", swap=moved) == [
        ("Observation.id", "changed", ""),
        ("Observation.subject.reference", "changed", ""),
    ]


def test_a_reference_made_absolute_by_its_server_is_the_same_reference():
    target = observation("a", "https://t.example.org/fhir/Patient/b")
    swap = {"Patient/b": "Patient/b"}.get
    assert named(observation("a", "Patient/b"), target, swap=swap, base="https://t.example.org/fhir") == [
        ("Observation.subject.reference", "changed", "transfer")
    ]


def test_a_lost_version_of_a_reference_is_forgiven_only_where_that_version_was_moved():
    source, target = observation("a", "Patient/b/_history/2"), observation("a", "Patient/b")
    swap = {"Patient/b/_history/2": "Patient/b"}.get
    assert [each[2] for each in named(source, target, swap=swap, current=lambda _: True)] == ["transfer"]
    assert [each[2] for each in named(source, target, swap=swap, current=lambda _: False)] == [""]


def test_a_resolved_condition_is_the_servers_only_if_the_identifier_is_there():
    source = observation("a", "Practitioner?identifier=https://example.org/npi|7")
    target = observation("a", "Practitioner/anna")
    (right,) = compare(source, target, Knowledge(target={"Practitioner/anna": practitioner()}))
    assert (right.owner, right.path) == ("server", "Observation.subject.reference")
    assert right.note == (
        "reference resolved by the server: Practitioner?identifier=https://example.org/npi|… → Practitioner/anna"
    )
    other = {**practitioner(), "identifier": [{"system": "https://example.org/npi", "value": "8"}]}
    assert named(source, target, target={"Practitioner/anna": other})[0][2] == ""
    assert named(source, target)[0][2] == ""


def test_no_difference_shows_a_value_unless_it_is_looked_into():
    (difference,) = compare({"resourceType": "Basic", "x": "secret"}, {"resourceType": "Basic", "x": "other"})
    assert "secret" not in repr(difference)
    assert (difference.source, difference.target) == ("secret", "other")


def test_the_hash_knows_spelling_but_neither_order_of_keys_nor_versions():
    one = exactly('{"resourceType": "Basic", "a": 1.10, "meta": {"versionId": "1", "source": "#x"}}')
    assert sha256(one) == sha256(exactly('{"a": 1.10, "resourceType": "Basic"}'))
    assert sha256(one) != sha256(exactly('{"a": 1.1, "resourceType": "Basic"}'))


def test_content_keeps_what_the_source_said_of_itself():
    resource = {"resourceType": "Basic", "meta": {"profile": ["p"], "versionId": "1", "source": "urn:a#x"}, "id": "a"}
    assert content(resource)["meta"] == {"profile": ["p"], "source": "urn:a#x"}
    assert list(content(resource)) == ["resourceType", "meta", "id"]


XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


@pytest.mark.parametrize(
    ("source", "target", "owner"),
    [
        ('<p a="b">"x" \u00a0😀</p><b></b>', "<p a='b'>&quot;x&quot; &#160;&#x1F600;</p><b/>", "server"),
        ("<p>a b</p>", "<p>a  b</p>", ""),
        ("<p>a</p>", "<p>b</p>", ""),
        ("<p>a</p>", "<p>a</p><!-- seen -->", ""),
        ("<p a='1'>a</p>", "<p>a</p>", ""),
        ("<p>", "<p >", ""),
        ("<p>&nbsp;</p>", "<p>\u00a0</p>", ""),
    ],
)
def test_the_same_xhtml_may_be_spelt_in_another_way_and_nothing_more(source, target, owner):
    one, other = ({"resourceType": "Basic", "text": {"div": XHTML.format(inner)}} for inner in (source, target))
    assert named(one, other) == [("Basic.text.div", "respelt" if owner else "changed", owner)]


def test_only_a_narrative_is_xhtml():
    one, other = ({"resourceType": "Basic", "note": XHTML.format(inner)} for inner in ("<b/>", "<b></b>"))
    assert named(one, other) == [("Basic.note", "changed", "")]


def test_a_bomb_in_a_narrative_is_not_read():
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa">]><div>&a;&a;</div>'
    one, other = ({"resourceType": "Basic", "text": {"div": text}} for text in (bomb, bomb + " "))
    assert named(one, other) == [("Basic.text.div", "changed", "")]


@pytest.mark.parametrize("name", ["profile", "security", "tag"])
def test_profiles_labels_and_tags_are_sets_whose_order_is_the_servers(name):
    items = [{"code": "b"}, {"code": "a"}] if name != "profile" else ["b", "a"]
    before = {"resourceType": "Patient", "meta": {name: items}}
    (found,) = compare(before, {"resourceType": "Patient", "meta": {name: items[::-1]}})
    assert (found.path, found.kind, found.owner) == (f"Patient.meta.{name}", "reordered", "server")
    (lost,) = compare(before, {"resourceType": "Patient", "meta": {name: items[:1]}})
    assert (lost.kind, lost.owner) == ("missing", "")


def text(status: str, words: str) -> dict[str, Any]:
    return {"resourceType": "Basic", "text": {"status": status, "div": XHTML.format(words)}}


@pytest.mark.parametrize(
    ("before", "after", "owner"),
    [
        (text("generated", "a"), text("generated", "b"), "server"),
        ({"resourceType": "Basic"}, text("generated", "b"), "server"),
        (text("additional", "a"), text("generated", "b"), ""),
        (text("generated", "a"), text("additional", "b"), ""),
        (text("generated", "a"), {"resourceType": "Basic"}, ""),
    ],
)
def test_generated_narrative_is_the_servers_only_when_told_so_and_words_of_people_never(before, after, owner):
    assert {each[2] for each in named(before, after)} == {""}
    assert {each[2] for each in named(before, after, narrative=True)} == {owner}
