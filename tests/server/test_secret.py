"""A secret comes from where it is kept, and from nowhere that others can read; it is never shown."""

from __future__ import annotations

import base64
import os
import sys

import pytest

from fhir_matters.errors import FhirMattersError, Unauthorised
from fhir_matters.server import Basic, Bearer, FromCommand, FromEnvironment, FromFile, Server
from tests.server.fake import Response

SECRET = "s3cret-t0ken"
posix = pytest.mark.skipif(os.name == "nt", reason="permissions are told otherwise there")


@pytest.fixture
def file(tmp_path):
    kept = tmp_path / "token"
    kept.write_text(f"{SECRET}\n")
    kept.chmod(0o600)
    return kept


def printing(code):
    return FromCommand((sys.executable, "-c", code))


def test_a_secret_is_read_from_each_place_without_the_end_of_its_line(file, monkeypatch):
    monkeypatch.setenv("A_TOKEN", SECRET)
    for kept in (FromEnvironment("A_TOKEN"), FromFile(file), printing(f"print('{SECRET}')")):
        assert kept.read() == SECRET
        assert SECRET not in repr(kept)


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602, 0o610, 0o601, 0o777])
def test_a_file_that_others_can_use_is_refused_and_its_content_not_shown(file, mode):
    file.chmod(mode)
    with pytest.raises(FhirMattersError) as caught:
        FromFile(file).read()
    assert "chmod 600" in str(caught.value)
    assert str(file) in str(caught.value)
    assert SECRET not in str(caught.value)


@posix
def test_a_link_is_as_safe_as_what_it_leads_to(file, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(file)
    assert FromFile(link).read() == SECRET
    file.chmod(0o644)
    with pytest.raises(FhirMattersError):
        FromFile(link).read()


@posix
def test_what_is_no_file_is_refused_without_waiting_for_anybody(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for place in (tmp_path / "pipe", tmp_path, tmp_path / "absent"):
        with pytest.raises(FhirMattersError):
            FromFile(place).read()


@pytest.mark.parametrize("content", [b"", b"\n", b"  \r\n", b"\xff\xfe", b"x" * 100_000])
def test_what_is_no_secret_is_refused(file, content):
    file.write_bytes(content)
    with pytest.raises(FhirMattersError) as caught:
        FromFile(file).read()
    assert caught.value.next_step


def test_a_variable_that_is_not_set_is_named(monkeypatch):
    monkeypatch.setenv("AN_EMPTY_TOKEN", "")
    for name in ("A_TOKEN", "AN_EMPTY_TOKEN"):
        with pytest.raises(FhirMattersError) as caught:
            FromEnvironment(name).read()
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (f"print('{SECRET}'); raise SystemExit(3)", "exit code 3"),
        ("pass", "is empty"),
        ("while True: print('y' * 65536)", "did not come to an end"),
        ("import sys; sys.stdout.buffer.write(bytes([255]))", "is no text"),
    ],
)
def test_a_command_that_fails_or_never_ends_is_told_without_its_words(code, said):
    with pytest.raises(FhirMattersError) as caught:
        printing(code).read()
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_command_that_waits_for_ever_is_ended():
    kept = FromCommand((sys.executable, "-c", "import threading; threading.Event().wait()"), seconds=0.2)
    with pytest.raises(FhirMattersError) as caught:
        kept.read()
    assert "did not come to an end" in str(caught.value)


def test_a_command_is_run_without_a_shell_and_gets_no_input():
    assert printing("import sys; print(sys.argv[1:], repr(sys.stdin.read()))").read() == "[] ''"
    assert FromCommand((sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; `id`")).read() == "$HOME; `id`"
    with pytest.raises(FhirMattersError) as caught:
        FromCommand(("no-such-program-anywhere", SECRET)).read()
    assert "no-such-program-anywhere" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_user_and_password_are_sent_as_the_rfc_has_it(fake, file):
    for auth in (Basic("anna", FromFile(file)), ("anna", SECRET)):
        with Server(fake.base, auth=auth) as server:
            server.capabilities()
        sent = fake.requests[-1].headers["authorization"].removeprefix("Basic ")
        assert base64.b64decode(sent).decode() == f"anna:{SECRET}"
    assert SECRET not in repr(Basic("anna", SECRET)) + repr(Bearer(SECRET))


@pytest.mark.parametrize(
    "auth", [("an:na", "x"), ("anna", "a\nb"), ("anna\x00", "x"), Bearer(""), Bearer("a b"), Bearer("ä")]
)
def test_what_no_header_can_carry_is_refused_before_anything_is_sent(fake, auth):
    with Server(fake.base, auth=auth) as server, pytest.raises(FhirMattersError) as caught:
        server.capabilities()
    assert not fake.requests
    assert caught.value.next_step


def test_two_ways_in_at_once_are_refused():
    for given in ({"token": "a", "auth": ("b", "c")}, {"token": "a"}):
        base = "https://example.org/fhir" if "auth" in given else f"https://anna:{SECRET}@example.org/fhir"
        with pytest.raises(FhirMattersError) as caught:
            Server(base, **given)
        assert SECRET not in str(caught.value)


def test_a_token_that_was_replaced_where_it_is_kept_is_read_again_half_way(fake, file):
    good = [SECRET]
    fake.fault = lambda request: None if request.headers["authorization"] == f"Bearer {good[0]}" else Response(401)
    with Server(fake.base, auth=Bearer(FromFile(file))) as server:
        server.capabilities()
        good[0] = "another"
        with pytest.raises(Unauthorised):
            server.capabilities()
        assert len(fake.requests) == 2, "the same token is not shown twice"
        file.write_text("another\n")
        server.capabilities()
    assert len(fake.requests) == 4
