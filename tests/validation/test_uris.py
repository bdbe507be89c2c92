"""URIs: each of their rules apart, with a near miss."""

from __future__ import annotations

import pytest

from fhir_matters.validation.uris import _wrong, is_absolute

UUID = "c757873d-ec9a-4326-a141-556f43239520"


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("uri", "a b", ["URI_WS"]),
        ("uri", "a", []),
        ("url", "http://example.org/a b", ["URI_WS"]),
        ("uri", "oid:1.2.3", ["URI_OID"]),
        ("uri", f"uuid:{UUID}", ["URI_UUID"]),
        ("uri", f"urn:uuid:{UUID}", []),
        ("uri", f"urn:uuid:{UUID}#a", []),
        ("uri", f"urn:uuid:{UUID.upper()}", ["UUID_Valid"]),
        ("uuid", UUID, ["UUID_Start"]),
        ("oid", "2.16.840", ["OID_Start"]),
        ("uri", "urn:oid:2.16.840.1", []),
        ("uri", "urn:oid:1.3.6", []),
        ("uri", "urn:oid:1.2.3", ["OID_Valid"]),
        ("uri", "urn:oid:3.16.840.1", ["OID_Valid"]),
        ("uri", "urn:oid:2.16.840.01", ["OID_Valid"]),
        ("canonical", "Patient/1", ["CANONICAL_ABSOLUTE"]),
        ("canonical", "#a", []),
        ("canonical", "http://example.org/a|1", []),
        ("canonical", f"urn:uuid:{UUID}|1", []),
        ("canonical", " http://example.org/a", ["URI_WS", "CANONICAL_ABSOLUTE"]),
    ],
)
def test_what_is_wrong_with_a_uri_is_said_apart(kind, value, found):
    names = [message_id.removeprefix("Type_Specific_Checks_DT_") for _, message_id in _wrong(kind, value)]
    assert [name.removeprefix("TYPE_SPECIFIC_CHECKS_") for name in names] == found


@pytest.mark.parametrize(
    ("value", "absolute"),
    [
        ("http://a", True),
        ("urn:a", True),
        ("x:a", True),
        ("http:", False),
        ("A:b", False),
        ("a/b:c", False),
        ("a", False),
    ],
)
def test_a_uri_is_absolute_with_a_scheme_and_something_after_it(value, absolute):
    assert is_absolute(value) is absolute
