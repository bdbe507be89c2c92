"""The examples: people who are whole, files that are current, and mistakes that are said in plain words."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
import yaml

from fhir_matters import Record, RecordError, Validator, read
from fhir_matters.jsonio import read as read_json
from fhir_matters.jsonio import write

EXAMPLES = Path(__file__).parent.parent / "examples"
RECORDS = sorted(EXAMPLES.glob("*.yaml"))
BAD = sorted((EXAMPLES / "bad").glob("*.json"))
BAD_FORMS = sorted((EXAMPLES / "bad").glob("*.yaml"))
LARGEST_FACE = 150_000


def each(files):
    return pytest.mark.parametrize("file", files, ids=lambda file: file.stem)


def expected(file):
    """The lines of the `.expect` file beside it, without comments."""
    lines = file.with_suffix(".expect").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.fixture(scope="module")
def validator():
    return Validator()


@each(RECORDS)
def test_the_bundle_beside_a_record_is_what_it_becomes(file):
    good = EXAMPLES / "good" / f"{file.stem}.json"
    assert good.read_bytes() == write(Record.load(file).bundle(), indent=True) + b"\n"


@each(RECORDS)
def test_a_record_comes_back_from_its_bundle_whole(file):
    bundle = read_json((EXAMPLES / "good" / f"{file.stem}.json").read_bytes())
    assert read(bundle) == Record.load(file)
    assert read(bundle).bundle() == bundle


@each(RECORDS)
def test_a_good_example_is_without_an_error(file, validator):
    report = validator.validate((EXAMPLES / "good" / f"{file.stem}.json").read_bytes())
    assert report.errors == ()


@each(RECORDS)
def test_a_face_is_a_small_picture_with_its_own_hash(file):
    face = yaml.safe_load(file.read_text(encoding="utf-8"))["person"]["face"]
    raw = (EXAMPLES / face["file"]).read_bytes()
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(raw) < LARGEST_FACE
    assert face["sha1"] == base64.b64encode(hashlib.sha1(raw).digest()).decode()


@each(RECORDS)
def test_nobody_in_an_example_can_be_rung_or_is_a_real_patient(file):
    """Ofcom's numbers for drama; NHS numbers from the range kept for tests, with a true check digit."""
    record = Record.load(file)
    around = [record.person, *record.people.values(), *record.colleagues.values()]
    drama = ("+44 7700 900", "+44 1632 960", "+44 117 496 0", "+44 113 496 0")
    assert all(who.phone.startswith(drama) for who in around if who.phone)
    for number in [one.value for one in record.person.identifiers if one.system.endswith("/nhs-number")]:
        weighted = sum(int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True))
        assert number.startswith("999")
        assert int(number[9]) == -weighted % 11


def test_examples_use_every_kind_of_answer_domain_and_preference():
    data = [Record.load(file) for file in RECORDS]
    preferences = [one for record in data for one in record.preferences.values()]
    talks = [one for record in data for one in record.conversations.values()]
    options = [option for record in data for choice in record.choices.values() for option in choice.options.values()]
    considerations = [one for option in options for one in option.considerations]
    assert len({one.kind for one in preferences}) == 7
    assert len({one.answer for one in preferences}) == 7
    assert len({talk.answer for talk in talks}) == 4
    assert len({one.domain for one in considerations}) == 4
    assert len({one.kind for record in data for one in record.what_matters.values()}) == 12


@each(BAD)
def test_a_bad_example_is_found_for_its_reason(file, validator):
    found = {issue.rule for issue in validator.validate(file.read_bytes()).errors}
    assert found == {line.split()[0] for line in expected(file)}


@each(BAD_FORMS)
def test_a_wrong_form_says_what_is_wrong_and_where(file):
    with pytest.raises(RecordError) as caught:
        Record.load(file)
    told = str(caught.value)
    assert [line for line in expected(file) if line not in told] == []
