"""A clear error or a faithful record, never a silent repair: forms that contradict themselves, and odd bundles."""

from __future__ import annotations

import base64
import copy

import pytest

from fhir_matters import Validator
from fhir_matters.errors import RecordError
from fhir_matters.records.forms.attachment import LARGEST
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.values import PIXEL

HEAD = "people: {ned: {name: Ned, roles: [not to be told]}}\n"


def told(text: str) -> str:
    with pytest.raises(RecordError) as failed:
        Record.loads("person: {name: Ivy}\n" + HEAD + text)
    (problem,) = failed.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "choices: {c: {question: q, options: {a: {what: x}}, decided: {words: y, by: person}}}",
            "none_of_these: true",
        ),
        ("departures: {d: {protocol: p, instead: i, from: 2026-03-02, until: 2026-03-01}}", "ends before it starts"),
        ("legal: {l: {kind: healthcare agent, agents: [ned]}}", "not to be told"),
        ("departures: {d: {protocol: p}}", "what is left out, what is done instead, or both"),
        ("sharing: {s: {what: [x]}}\nwhat_matters: {x: {words: w, said_by: person}}", "not_with"),
        (f"recordings: {{r: {{content: {{data: {PIXEL}, sha1: AAAA}}}}}}", "not the one that sha1 was taken of"),
        ("departures: {d: {protocol: {name: p, source: 'urn:uuid:one'}, instead: i}}", "urn:uuid: and a UUID"),
        ("recordings: {r: {content: {data: aGVsbG8=}}}", "no picture, sound, film or PDF"),
    ],
)
def test_a_form_that_contradicts_itself_is_told_what_to_change(text: str, said: str) -> None:
    assert said in told(text)


def test_a_photo_of_forty_megabytes_is_told_its_limit(tmp_path) -> None:
    (tmp_path / "big.png").write_bytes(base64.b64decode(PIXEL) + bytes(40_000_000))
    (tmp_path / "ivy.yaml").write_text("person: {name: Ivy, face: {file: big.png}}\n", encoding="utf-8")
    with pytest.raises(RecordError, match=f"larger than {LARGEST // 1_000_000} MB; make it smaller"):
        Record.load(tmp_path / "ivy.yaml")


@pytest.mark.parametrize(
    "person",
    ["{name: خانم کریمی}", "{name: Ivy 🌷, likes_to_be_called: 🌷}", "{name: Ivy, born: 1936}", "{name: Ivy}"],
    ids=["right to left", "emoji", "a year alone", "no identifier"],
)
def test_an_unusual_person_is_kept_as_they_are(person: str) -> None:
    record = Record.loads(f"person: {person}")
    bundle = record.bundle()
    assert read(bundle) == record
    assert Validator().validate(bundle).errors == ()


def test_a_document_with_references_that_lead_nowhere_is_told_by_the_validator_and_read_without_inventing() -> None:
    record = Record.loads("person: {name: Ivy, born: 1936}\nwhat_matters: {tea: {words: Tea., said_by: person}}")
    document = copy.deepcopy(record.document("own", date="2026-01-02"))
    lost = [e["fullUrl"] for e in document["entry"] if e["resource"]["resourceType"] == "Observation"]
    document["entry"] = [entry for entry in document["entry"] if entry["fullUrl"] not in lost]
    assert {"FM407"} <= {issue.rule for issue in Validator().validate(document).issues}
    again = read(document)
    assert again.what_matters == {}
    assert again.person == record.person


def test_a_preference_with_two_values_is_told_by_the_validator_and_kept_whole() -> None:
    record = Record.loads("person: {name: Ivy}\npreferences: {p: {kind: cpr, wish: no, said_by: person}}")
    bundle = record.bundle()
    wanted = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Observation")
    wanted["valueString"] = "Another answer."
    assert not Validator().validate(bundle).ok
    assert "Another answer." in str(read(bundle).bundle())
