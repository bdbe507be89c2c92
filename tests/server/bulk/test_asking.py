"""Bulk export as a client: asked for, waited for as the server says, fetched whole, and gone on with after any end."""

from __future__ import annotations

import gzip
import json

import pytest

from fhir_matters.errors import InputError, NotFhir, ServerError, Unauthorised, Unreachable
from fhir_matters.server import Server
from fhir_matters.server.bulk.asking import Wanted
from fhir_matters.server.bulk.export import export
from fhir_matters.server.connection import Limits
from fhir_matters.sources import documents
from tests.server.bulk.answers import BAD, FILE, KICK_OFF, PATIENTS, STATUS, TIME, manifest, pending
from tests.server.scripted import Scripted


def test_an_export_is_fetched_to_the_byte_and_given_up_on_the_server(scripted, client, tmp_path):
    exported = export(client, into=tmp_path / "here")
    assert (exported.lines, exported.taken) == (2, TIME)
    assert (tmp_path / "here" / "Patient.1.ndjson").read_bytes() == PATIENTS
    assert [each["id"] for each in exported.resources()] == ["a", "b"]
    assert scripted.places() == [KICK_OFF, STATUS, FILE, "DELETE /fhir/status"]
    assert scripted.sent_to(KICK_OFF)["prefer"] == "respond-async"
    assert scripted.sent_to(FILE)["authorization"] == "Bearer open-sesame"
    assert "ndjson" in scripted.sent_to(FILE)["accept"]


def test_what_is_asked_for_is_in_the_address():
    wanted = Wanted("Group/g", ("Patient", "Flag"), TIME, ("Flag?status=active",))
    assert wanted.where == (
        "Group/g/$export?_outputFormat=application%2Ffhir%2Bndjson&_type=Patient%2CFlag"
        "&_since=2026-01-01T00%3A00%3A00Z&_typeFilter=Flag%3Fstatus%3Dactive"
    )
    assert Wanted().where.startswith("$export?")
    assert Wanted("Patient").where.startswith("Patient/$export?")


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "everything"},
        {"what": "Group/"},
        {"what": "Group/a b"},
        {"types": ("patient",)},
        {"types": ("Patient,Flag",)},
        {"since": "yesterday"},
        {"since": "2026-01-01"},
        {"filters": ("status=final",)},
        {"filters": ("Flag",)},
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_anything_is_sent(wrong):
    with pytest.raises(InputError, match="Expected"):
        Wanted(**wrong)


def test_the_server_is_asked_again_when_it_says_so_and_its_progress_is_shown(scripted, client, waits, tmp_path):
    told = []
    scripted.at(
        STATUS,
        pending(X_Progress="10%", Retry_After="7"),
        pending(X_Progress="20%\x1b[31m", Retry_After="99999999"),
        pending(X_Progress="30%", Retry_After="Thu, 01 Jan 1970 00:00:00 GMT"),
        pending(Retry_After="soon"),
        pending(Retry_After="0"),
        (200, {}, manifest(scripted)),
    )
    export(client, into=tmp_path / "x", told=told.append)
    assert told == ["10%", "20%[31m", "30%", "", ""]
    assert (waits[0], waits[1], waits[2], waits[4]) == (7, 600, 0.25, 0.25)


def test_it_can_be_asked_more_often_than_it_wants(scripted, client, waits, tmp_path):
    scripted.at(STATUS, pending(Retry_After="120"), pending(), pending(), (200, {}, manifest(scripted)))
    export(client, into=tmp_path / "x", longest=0.6)
    assert waits == [0.6, 0.6, 0.6]


def test_without_a_word_from_the_server_it_is_asked_ever_less_often(scripted, client, waits, tmp_path):
    scripted.at(STATUS, *[pending()] * 20, (200, {}, manifest(scripted)))
    export(client, into=tmp_path / "x")
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (0.5, 30)


TRANSIENT = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "transient"}]}


@pytest.mark.parametrize(
    "trouble",
    [
        (429, {"Retry-After": "3"}, b""),
        (503, {}, b"<html>busy</html>"),
        (500, {}, TRANSIENT),
        (200, {}, b"<html>log in</html>"),
        (200, {"Content-Length": "9000"}, b"{"),
    ],
)
def test_a_trouble_that_passes_does_not_end_the_waiting_and_one_that_stays_does(scripted, client, tmp_path, trouble):
    scripted.at(STATUS, trouble, pending(), trouble, (200, {}, manifest(scripted)))
    assert export(client, into=tmp_path / "x").lines == 2
    scripted.at(STATUS, trouble)
    with pytest.raises(ServerError):
        export(client, into=tmp_path / "y")
    assert scripted.places().count(STATUS) == 4 + client.limits.attempts
    assert "DELETE /fhir/status" not in scripted.places()[-2:], "it may be waited for again"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, BAD, "exception"),
        (404, b"", "no longer on the server"),
        (410, b"", "no longer on the server"),
        (401, b"", "401"),
    ],
)
def test_an_export_that_failed_is_told_at_once(scripted, client, waits, tmp_path, status, body, words):  # noqa: PLR0917
    scripted.at(STATUS, (status, {}, body))
    with pytest.raises(Unauthorised if status == 401 else ServerError, match=words):
        export(client, into=tmp_path / "x")
    assert waits == []


def test_patience_has_an_end_and_the_export_does_not(scripted, client, tmp_path):
    scripted.at(STATUS, pending(Retry_After="20"))
    with pytest.raises(Unreachable, match="not ready after 60 seconds"):
        export(client, into=tmp_path / "x", patience=45)
    scripted.at(STATUS, (200, {}, manifest(scripted)))
    assert export(client, into=tmp_path / "x").lines == 2
    assert scripted.places().count(KICK_OFF) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {}, {"resourceType": "Bundle", "type": "searchset"}), "Content-Location"),
        ((202, {}, b""), "Content-Location"),
        ((404, {}, b""), "may not know"),
        ((400, {}, BAD), "may not know"),
        ((403, {}, b""), "403"),
        ((202, {"Content-Location": "https://elsewhere.example/status"}, b""), "another origin"),
    ],
)
def test_a_server_that_does_not_export_is_told_and_leaves_no_folder(scripted, client, tmp_path, answer, words):
    scripted.at(KICK_OFF, answer)
    with pytest.raises(ServerError, match=words):
        export(client, into=tmp_path / "x")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"transactionTime": 5},
        {"requiresAccessToken": "yes"},
        {"output": {}},
        {"output": [{"type": "../../etc", "url": "x"}]},
        {"output": [{"type": "Patient"}]},
        {"output": ["x"]},
        {"error": "none"},
    ],
)
def test_a_manifest_that_is_none_is_refused(scripted, client, tmp_path, change):
    scripted.at(STATUS, (200, {}, manifest(scripted, **change)))
    with pytest.raises(NotFhir, match="manifest"):
        export(client, into=tmp_path / "x")
    assert {each.name for each in tmp_path.rglob("*")} == {"x", ".export", "state.json"}


def test_a_manifest_in_pages_is_one(scripted, client, tmp_path):
    following = {"link": [{"relation": "next", "url": f"{scripted.base}/more"}]}
    scripted.at(STATUS, (200, {}, manifest(scripted, **following)))
    scripted.at("GET /fhir/more", (200, {}, manifest(scripted)))
    exported = export(client, into=tmp_path / "x")
    assert [each.name for each in exported.files] == ["Patient.1.ndjson", "Patient.2.ndjson"]


# Files.


def test_no_token_goes_with_a_file_that_needs_none(scripted, client, tmp_path):
    scripted.at(STATUS, (200, {}, manifest(scripted, requiresAccessToken=False)))
    export(client, into=tmp_path / "x")
    assert "authorization" not in scripted.sent_to(FILE)
    assert scripted.sent_to(STATUS)["authorization"]


def test_a_file_on_another_host_is_fetched_only_where_that_is_allowed_and_without_the_token(
    scripted, client, waits, tmp_path
):
    with Scripted() as other:
        other.at("GET /bucket", (200, {}, PATIENTS))
        output = [{"type": "Patient", "url": f"{other.root}/bucket"}]
        scripted.at(STATUS, (200, {}, manifest(scripted, output=output)))
        with pytest.raises(ServerError, match="another origin"):
            export(client, into=tmp_path / "x")
        assert other.asked == []
        with Server(scripted.base, token="open-sesame", follow=[other.root], wait=waits.append) as allowing:
            assert export(allowing, into=tmp_path / "x").lines == 2
        assert "authorization" not in other.sent_to("GET /bucket")


PACKED = gzip.compress(PATIENTS, mtime=0)  # its bytes are part of the names of tests


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, PATIENTS.rstrip(b"\n")),
        ({}, PATIENTS.replace(b"\n", b"\r\n\r\n")),
        ({"Content-Encoding": "gzip"}, PACKED),
        ({"Content-Type": "application/gzip"}, PACKED),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_files_come_packed_or_not_and_are_kept_so(scripted, client, tmp_path, headers, body, packed):  # noqa: PLR0917
    scripted.at(FILE, (200, headers, body))
    exported = export(client, into=tmp_path / "x", packed=packed)
    (file,) = exported.files
    assert file.name == ("Patient.1.ndjson.gz" if packed else "Patient.1.ndjson")
    assert (gzip.decompress(file.read_bytes()) if packed else file.read_bytes()) == PATIENTS
    assert [each["id"] for each in exported.resources()] == ["a", "b"]


HALF = (200, {"Content-Length": "9000"}, PATIENTS)


@pytest.mark.parametrize(
    "fault",
    [
        HALF,
        (200, {}, PATIENTS[:-20]),
        (200, {}, b"<html>log in</html>"),
        (200, {}, b'{"resourceType":"Observation","id":"a"}\n'),
        (200, {"Content-Encoding": "gzip"}, PACKED[:-20]),
        (200, {}, PACKED[:-20]),
        (503, {"Retry-After": "3"}, b""),
        (429, {}, b""),
    ],
)
def test_a_file_that_comes_badly_is_fetched_again_and_one_that_stays_bad_is_not_kept(scripted, client, tmp_path, fault):
    scripted.at(FILE, fault, (200, {}, PATIENTS))
    exported = export(client, into=tmp_path / "x")
    assert exported.files[0].read_bytes() == PATIENTS
    scripted.at(FILE, fault)
    with pytest.raises(ServerError):
        export(client, into=tmp_path / "y")
    assert {each.name for each in (tmp_path / "y").rglob("*")} == {".export", "state.json"}


def test_a_line_without_an_end_is_left_in_time(scripted, waits, tmp_path):
    scripted.at(FILE, (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 5_000_000)))
    with Server(scripted.base, limits=Limits(size=100_000), wait=waits.append) as small:
        with pytest.raises(NotFhir, match="longer than 100,000 bytes"):
            export(small, into=tmp_path / "x")
        assert list((tmp_path / "x").glob("*")) == [tmp_path / "x" / ".export"]


def test_a_folder_that_is_made_is_for_its_owner_alone(client, tmp_path):
    export(client, into=tmp_path / "x")
    assert (tmp_path / "x").stat().st_mode & 0o077 == 0


def test_a_count_that_does_not_fit_is_named(scripted, client, tmp_path):
    output = [{"type": "Patient", "url": f"{scripted.base}/file", "count": 3}]
    scripted.at(STATUS, (200, {}, manifest(scripted, output=output)))
    with pytest.raises(NotFhir, match=r"Patient\.1\.ndjson should have 3 lines and has 2"):
        export(client, into=tmp_path / "x")


def test_a_wrong_line_is_named_without_what_it_says(scripted, client, tmp_path):
    scripted.at(FILE, (200, {}, PATIENTS + b'{"resourceType":"Patient","id":"secret\n'))
    with pytest.raises(NotFhir, match=r"Line 3 of Patient\.1\.ndjson") as raised:
        export(client, into=tmp_path / "x")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("status", [404, 410])
def test_files_that_have_expired_are_told_with_the_day(scripted, client, tmp_path, status):
    scripted.at(STATUS, (200, {"Expires": "Thu, 01 Jan 2026 00:00:00 GMT"}, manifest(scripted)))
    scripted.at(FILE, (status, {}, b""))
    with pytest.raises(ServerError, match="has expired; it was to be kept until Thu, 01 Jan 2026"):
        export(client, into=tmp_path / "x")


def test_what_the_server_could_not_export_is_read_counted_and_kept_apart(scripted, client, tmp_path):
    files = [{"type": "OperationOutcome", "url": "errors"}]
    deleted = [{"type": "Bundle", "url": "deleted"}]
    scripted.at(STATUS, (200, {}, manifest(scripted, error=files, deleted=deleted)))
    scripted.at("GET /fhir/errors", (200, {}, b"\n".join(json.dumps(each).encode() for each in (BAD, BAD, TRANSIENT))))
    scripted.at("GET /fhir/deleted", (200, {}, b'{"resourceType":"Bundle","type":"transaction"}'))
    exported = export(client, into=tmp_path / "x")
    assert exported.troubles == {"error exception": 2, "error transient": 1}
    assert [len(exported.told), len(exported.deletions), exported.lines] == [1, 1, 2]
    assert [each.value()["id"] for each in documents([tmp_path / "x"])] == ["a", "b"], "the folder is resources alone"
