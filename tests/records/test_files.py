"""Record files: the YAML that people mean, its limits, and pictures beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from fhir_matters.errors import FhirMattersError, RecordError
from fhir_matters.records import notation
from fhir_matters.records.record import Record
from tests.records.values import PIXEL

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
PNG = base64.b64decode(PIXEL)


@pytest.mark.parametrize(
    ("spelling", "meant"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("2026-03-03", "2026-03-03"),
        ("010", "010"),
        ("12:30:00", "12:30:00"),
        ("+44 7700 900123", "+44 7700 900123"),
        ("07700900123", "07700900123"),
        ("9990000018", "9990000018"),
        ("1.10", "1.10"),
        ("Null", "Null"),
        ("0x1F", "0x1F"),
    ],
)
def test_yaml_says_what_is_written_and_guesses_nothing(spelling: str, meant: str) -> None:
    assert Record.loads(f"person: {{name: Ivy, likes_to_be_called: {spelling}}}").person.likes_to_be_called == meant


@pytest.mark.parametrize("left", ["people:", "other: ~", "language:", "preferences: {a: {kind: cpr, wish: x, in: }}"])
def test_a_field_left_empty_is_a_field_left_out(left: str) -> None:
    assert Record.loads(f"person: {{name: Ivy, identifiers: }}\n{left}").person.identifiers == ()


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_numbers_keep_their_spelling_from_file_to_bundle(kind: str) -> None:
    text = """
    person: {name: Ivy}
    choices:
      where:
        question: Where?
        options:
          home: {what: Home, considerations: [{for: tea, domain: social,
                 likelihood: {low: 0.050, high: 1.0}, weight: {number: 9.00, scale: mine}}]}
    """
    dumped = Record.loads(Record.loads(text).dump(kind))
    component = json.dumps(dumped.bundle()["entry"][2]["resource"]["component"], default=str)
    assert all(f'"{number}"' in component for number in ("0.050", "1.0", "9.00"))


def test_a_name_a_weight_and_a_likelihood_may_be_plain_words() -> None:
    record = Record.loads(
        "person: {name: Ivy}\nchoices: {where: {question: Where, options: {home: {what: Home, considerations: "
        "[{for: tea, domain: social, weight: a lot, likelihood: maybe}]}}}}"
    )
    said = record.choices["where"].options["home"].considerations[0]
    assert record.person.name.text == "Ivy"
    assert said.weight is not None
    assert said.weight.words == "a lot"
    assert said.likelihood is not None
    assert said.likelihood.words == "maybe"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("person: {name: &a Ivy}", "1:16", "Anchors"),
        ("a: &a [x]\nb: [*a, *a]", "1:4", "Anchors"),
        ("person: !!python/name:os.system {}", "1:9", "Tags"),
        ("person:\n  name: Ivy\n  name: Eve", "3:3", "twice"),
        ('{"id": "a", "id": "b"}', "1:18", "twice"),
        ("[" * 5000, "1:202", "recursion"),
        ("a:\n  " + "[" * 5000, "2:102", "deep"),
        ("? [a]\n: b", "1:3", "name was expected"),
        ("person: [", "1:10", "no YAML"),
        ("person: {name: 'Iv\x07y'}", "1:19", "character"),
        ('{"person": {"name": "Ivy"}', "1:26", "Not JSON"),
        ("a: 1\n---\nb: 2", "2:1", "no YAML"),
        ("person: Ivy: Clark", "1:12", "no YAML"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, place: str, said: str) -> None:
    with pytest.raises(RecordError, match=said) as failed:
        Record.loads(text)
    assert failed.value.place == place


def test_bytes_that_are_no_utf_8_are_refused_with_their_place() -> None:
    with pytest.raises(RecordError, match="UTF-8") as failed:
        Record.loads(b"person:\n  name: \xff")
    assert failed.value.place == "2:9"


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert Record.loads(b"\xef\xbb\xbfperson: {name: Ivy}").person.name.text == "Ivy"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notation, "LARGEST", 20)
    with pytest.raises(RecordError, match="larger"):
        Record.loads("person: {name: Ivy}  #")


@pytest.mark.parametrize("name", ["absent.yaml", ".", "a\0b.yaml"])
def test_a_file_that_is_not_there_or_is_a_folder_is_a_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        Record.load(tmp_path / name)


def test_mistakes_name_the_file_the_line_and_the_column(tmp_path: Path) -> None:
    file = tmp_path / "ivy.yaml"
    file.write_text("person: {name: Ivy}\npreferences:\n  home:\n    kind: cpr\n    words: No\n    sayd_by: person\n")
    with pytest.raises(RecordError) as failed:
        Record.load(file)
    said = f'{file}:6:5 preferences.home.sayd_by: this form has no field "sayd_by"; did you mean "said_by"?'
    assert failed.value.problems == (said,)


@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_a_saved_record_is_loaded_again(tmp_path: Path, ending: str) -> None:
    record = Record.load(EXAMPLES[0])
    record.save(tmp_path / f"ivy.{ending}")
    assert Record.load(tmp_path / f"ivy.{ending}") == record
    assert [file.name for file in tmp_path.iterdir()] == [f"ivy.{ending}"]


def test_a_record_that_cannot_be_saved_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FhirMattersError):
        Record.loads("person: {name: Ivy}").save(tmp_path / "absent" / "ivy.yaml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_schema_accepts_every_example(file: Path) -> None:
    Draft202012Validator.check_schema(Record.schema())
    assert list(Draft202012Validator(Record.schema()).iter_errors(notation.read(file.read_bytes()).data)) == []


def test_the_schema_refuses_a_field_that_no_form_has_and_explains_each_that_one_has() -> None:
    schema = Record.schema()
    assert not Draft202012Validator(schema).is_valid({"person": {"name": "Ivy", "age": 90}})
    forms = [schema, *schema["$defs"].values()]
    assert all("description" in field for form in forms for field in form.get("properties", {}).values())


# Pictures


def _with_face(folder: Path, raw: bytes, more: str = "") -> Record:
    (folder / "face").write_bytes(raw)
    file = folder / "ivy.yaml"
    file.write_text(f"person:\n  name: Ivy\n  face: {{file: face{more}}}\n")
    return Record.load(file)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF89a rest", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_a_face_is_carried_whole_known_by_its_bytes_and_hashed(tmp_path: Path, raw: bytes, kind: str) -> None:
    proof = hashlib.sha1(raw).digest()
    record = _with_face(tmp_path, raw, f", sha1: {proof.hex()}, caption: In the garden")
    photo = record.bundle()["entry"][0]["resource"]["photo"]
    data, sha1 = base64.b64encode(raw).decode(), base64.b64encode(proof).decode()
    title = "In the garden"
    assert photo == [{"contentType": kind, "data": data, "size": len(raw), "hash": sha1, "title": title}]


@pytest.mark.parametrize(
    ("raw", "more", "said"),
    [
        (b"%PDF-1.7", "", "no PNG, JPEG, WebP or GIF"),
        (b"", "", "no PNG"),
        (PNG, ", sha1: AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "not the one"),
        (b"\xff\xd8\xff" + bytes(10_000_000), "", "larger than 10 MB"),
    ],
)
def test_a_face_that_is_none_is_refused(tmp_path: Path, raw: bytes, more: str, said: str) -> None:
    with pytest.raises(RecordError, match=said) as failed:
        _with_face(tmp_path, raw, more)
    assert ":3:10 person.face.file: " in failed.value.problems[0]


@pytest.mark.parametrize("name", ["absent.png", ".", "/dev/zero"])
def test_a_face_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "ivy.yaml").write_text(f"person: {{name: Ivy, face: {{file: {name}}}}}")
    with pytest.raises(RecordError, match="no such file"):
        Record.load(tmp_path / "ivy.yaml")


@pytest.mark.parametrize(
    ("face", "said"),
    [
        ("{data: no base64!}", "no base64"),
        (f"{{data: {PIXEL}, sha1: x}}", "not the one"),
        (f"{{data: {PIXEL}, content_type: image/gif}}", "not of the content_type"),
        ("{file: face.png}", "only by Record.load"),
        ("{captoin: x}", "did you mean .caption"),
    ],
)
def test_a_face_in_a_text_proves_itself(face: str, said: str) -> None:
    with pytest.raises(RecordError, match=said):
        Record.loads(f"person: {{name: Ivy, face: {face}}}")
