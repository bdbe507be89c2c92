"""A file is carried whole, known by its first bytes, proved by its hash, and refused where it is too large."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from pydantic import ValidationError

from fhir_matters.errors import RecordError
from fhir_matters.records.forms.attachment import LARGEST, Attachment
from fhir_matters.records.record import Record

HEAD = "person: {name: Ivy}\nrecordings:\n  voice:\n    content: {file: voice}\n"
KINDS = (
    (b"\x89PNG\r\n\x1a\n rest", "image/png"),
    (b"\xff\xd8\xff\xe0 rest", "image/jpeg"),
    (b"GIF89a rest", "image/gif"),
    (b"RIFF\x04\x00\x00\x00WEBP", "image/webp"),
    (b"ID3\x03 rest", "audio/mpeg"),
    (b"\xff\xfb\x90 rest", "audio/mpeg"),
    (b"RIFF\x04\x00\x00\x00WAVE", "audio/wav"),
    (b"OggS rest", "audio/ogg"),
    (b"fLaC rest", "audio/flac"),
    (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
    (b"\x00\x00\x00\x18ftypisom", "video/mp4"),
    (b"\x00\x00\x00\x18ftypqt  ", "video/quicktime"),
    (b"\x1a\x45\xdf\xa3 rest", "video/webm"),
    (b"%PDF-1.7 rest", "application/pdf"),
)


@pytest.mark.parametrize(("raw", "kind"), KINDS, ids=lambda found: found if isinstance(found, str) else None)
def test_each_kind_is_known_by_its_first_bytes_and_carried_whole(tmp_path: Path, raw: bytes, kind: str) -> None:
    (tmp_path / "voice").write_bytes(raw)
    (tmp_path / "ivy.yaml").write_text(HEAD)
    file = Record.load(tmp_path / "ivy.yaml").recordings["voice"].content
    assert file.content_type == kind
    assert base64.b64decode(file.data) == raw
    assert file.sha1 == base64.b64encode(hashlib.sha1(raw).digest()).decode()
    assert file.size == len(raw)


@pytest.mark.parametrize("raw", [b"", b"hello", b"MZ\x90", b"RIFF\x04\x00\x00\x00AVI ", b"<svg/>", b"PK\x03\x04"])
def test_a_file_of_no_known_kind_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "voice").write_bytes(raw)
    (tmp_path / "ivy.yaml").write_text(HEAD)
    with pytest.raises(RecordError, match=r"recordings\.voice\.content\.file: this is no picture, sound, film or PDF"):
        Record.load(tmp_path / "ivy.yaml")


@pytest.mark.parametrize("size", [40_000_000, LARGEST + 1])
def test_a_file_of_40_mb_is_refused_before_it_is_read_whole(tmp_path: Path, size: int) -> None:
    with (tmp_path / "voice").open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(size)
    (tmp_path / "ivy.yaml").write_text(HEAD)
    with pytest.raises(RecordError, match="the file is larger than 10 MB; make it smaller"):
        Record.load(tmp_path / "ivy.yaml")


def test_data_of_40_mb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(ValidationError, match="larger than 10 MB"):
        Attachment(data="A" * 53_000_000)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"content_type": "audio/wav"}, "not of the content_type that is given"),
        ({"sha1": "J30XJbFvUOA7nBJvosjD5SrMlEY="}, "not the one that sha1 was taken of"),
        ({"data": "%%%"}, "no base64"),
    ],
)
def test_a_claim_that_is_not_true_of_the_bytes_is_refused(more: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Attachment(**{"data": base64.b64encode(b"%PDF-1.7 rest").decode(), **more})
