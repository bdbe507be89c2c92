"""A receipt is true, keeps to its schema, shows no value unless asked, and is written whole or not at all."""

from __future__ import annotations

import errno
import os

import jsonschema
import pytest

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.server.compare import Difference
from fhir_matters.server.receipt import Line, Receipt, read_receipt, schema
from fhir_matters.server.transfer import push
from tests.server.fake import outcome
from tests.server.resources import exactly, observation, patient, record

HASH = "0" * 64


def receipt(*lines: Line) -> Receipt:
    return Receipt("", "https://example.org/fhir", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", lines)


def line(action="created", *differences: Difference) -> Line:
    return Line("Patient/a", "Patient", HASH, action, "Patient/a", "1", HASH, "", differences)


@pytest.mark.parametrize(
    ("lines", "nothing_lost"),
    [
        ([], True),
        ([line("created"), line("already there"), line("updated")], True),
        ([line("created", Difference("Patient.id", "changed", "transfer"))], True),
        ([line("created", Difference("Patient.name", "missing"))], False),
        ([line("conflict")], False),
        ([line("cannot")], False),
        ([line("refused")], False),
        ([line("lost")], False),
    ],
)
def test_nothing_is_lost_only_if_all_is_there_and_every_difference_has_an_owner(lines, nothing_lost):
    assert receipt(*lines).nothing_lost is nothing_lost


@pytest.fixture
def mixed(fake, server):
    """A receipt of everything at once: created, there, in conflict, refused, impossible, respelt."""
    push([patient()], server)
    server.update(patient("walter", gender="female"))
    for name in "xy":
        server.update(patient(name, identifier=[{"system": "a", "value": "b"}]))
    fake.fault = lambda request: (
        outcome(422, "invalid")
        if request.method == "POST" and any(each["resource"]["id"] == "bad" for each in request.body["entry"])
        else None
    )
    fake.keep = lambda resource: {**resource, "valueQuantity": exactly('{"value": 1.1, "unit": "secret-1"}')}
    twice = patient("twice", identifier=[{"system": "a", "value": "b"}])
    return push([*record(3), patient("walter", gender="male"), observation("bad"), twice], server)


def test_a_receipt_keeps_to_its_schema(mixed):
    assert set(mixed.totals) == {"created", "already there", "conflict", "refused", "cannot"}
    for show_values in (False, True):
        data = jsonio.read(jsonio.write(mixed.to_json(show_values=show_values)))
        jsonschema.Draft202012Validator(schema()).validate(data)
    jsonschema.Draft202012Validator.check_schema(schema())


def test_a_receipt_holds_no_value_of_a_resource_unless_asked(mixed):
    assert b"secret-1" not in jsonio.write(mixed.to_json())
    assert b"secret-1" in jsonio.write(mixed.to_json(show_values=True))
    assert "secret-1" not in repr(mixed) + mixed.to_text()


def test_a_receipt_says_in_words_what_happened(mixed):
    assert "  1 in conflict, left as they are on the target" in mixed.to_text()
    assert "Not everything arrived as it was." in mixed.to_text()
    assert receipt(line()).to_text().endswith("Nothing was lost.")


def test_long_lists_are_cut_in_words_and_not_in_the_receipt():
    many = receipt(*[line("created", Difference("Patient.name", "missing"))] * 100)
    assert "… and 80 more, in the receipt" in many.to_text()
    assert len(many.to_json()["resources"]) == 100


def test_a_receipt_can_be_read_again(mixed, tmp_path):
    mixed.write(tmp_path / "receipt.json")
    assert read_receipt(tmp_path / "receipt.json") == mixed


@pytest.mark.parametrize("content", ["[]", "{}", '{"resources": [{}]}', "not json"])
def test_what_is_no_receipt_is_refused(tmp_path, content):
    (tmp_path / "receipt.json").write_text(content)
    with pytest.raises(InputError):
        read_receipt(tmp_path / "receipt.json")


def test_a_full_disk_leaves_the_old_receipt_whole_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "receipt.json"
    receipt().write(path)
    before = path.read_bytes()

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device") as caught:
        receipt(line()).write(path)
    assert "stays as it is" in str(caught.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["", "absent/receipt.json"])
def test_a_place_that_cannot_be_written_is_an_error(tmp_path, place):
    with pytest.raises(InputError):
        receipt().write(tmp_path / place)
