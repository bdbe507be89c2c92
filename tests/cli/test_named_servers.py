"""Every command that takes a server takes its name too; tokens go where they belong, and into nothing written."""

from __future__ import annotations

import re
import threading

import pytest

from fhir_matters import jsonio
from fhir_matters.cli.joined import server_validate
from fhir_matters.local_server.serve import Running
from tests.cli.conftest import EXAMPLES
from tests.server.fake import Fake, Response
from tests.server.raw import forever, raw
from tests.server.smart import SmartServer, pem, rsa_key

SECRET = "s3cret-t0ken"


@pytest.fixture
def servers(tmp_path, monkeypatch):
    """Writes the user's file of servers: a table for each name."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("A_TOKEN", SECRET)
    (tmp_path / "fhir-matters").mkdir()

    def write(**bases):
        told = "".join(f'[{name}]\nbase = "{base}"\n{more}\n' for name, (base, more) in bases.items())
        (tmp_path / "fhir-matters" / "servers.toml").write_text(told)
        (tmp_path / "fhir-matters" / "servers.toml").chmod(0o600)

    return write


@pytest.fixture
def fakes():
    with Fake() as one, Fake() as other:
        yield one, other


def bearers(fake):
    return {request.headers.get("authorization") for request in fake.requests}


def test_a_record_is_pushed_moved_pulled_viewed_and_validated_by_names_alone(run, servers, tmp_path):
    (tmp_path / "p.json").write_text('{"resourceType": "Patient", "id": "p"}')
    with Running(validate=server_validate) as here, Running() as there:
        servers(here=(here.base, ""), there=(there.base, ""))
        for arguments in (
            ("push", EXAMPLES / "art.yaml", "--to", "here", "--yes"),
            ("move", "--from", "here", "--to", "there", "--yes"),
            ("pull", "--from", "there", "-o", tmp_path / "art.json"),
        ):
            ran = run(*arguments)
            assert ran.code == 0, ran.err
        assert "there valid" in run("validate", tmp_path / "p.json", "--server", "here").out
        bundle = jsonio.read((tmp_path / "art.json").read_bytes())
        (patient,) = (
            each["resource"]["id"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Patient"
        )
        viewed = run("view", f"there/Patient/{patient}", "--text")
        assert viewed.code == 0, viewed.err
        assert viewed.out == run("view", f"{there.base}/Patient/{patient}", "--text").out


def test_a_file_is_a_file_even_where_it_looks_like_a_server(run, servers, tmp_path, monkeypatch, barbara):
    servers()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ward" / "Patient").mkdir(parents=True)
    (tmp_path / "ward" / "Patient" / "barbara.json").write_bytes(barbara.read_bytes())
    assert run("view", "ward/Patient/barbara.json", "--text").code == 0
    absent = run("view", "ward/Patient/nobody", "--text")
    assert absent.code == 2
    assert "no server named ward" in absent.err


@pytest.mark.parametrize(
    "arguments", [("pull", "--from", "nobody"), ("push", EXAMPLES / "art.yaml", "--to", "nobody", "--yes")]
)
def test_a_name_that_nobody_has_is_told_with_those_that_are_known(run, servers, arguments):
    servers(hospital=("http://example.org", ""))
    ran = run(*arguments)
    assert ran.code == 2
    assert "no server named nobody; known: hospital" in ran.err
    assert "servers.toml" in ran.err


def test_each_server_of_a_move_gets_its_own_token_and_none_is_written_anywhere(run, servers, fakes, tmp_path, caplog):
    one, other = fakes
    caplog.set_level("DEBUG")
    one.put("Patient/p", {"resourceType": "Patient", "id": "p"})
    servers(one=(one.base, "bearer.token.env = 'A_TOKEN'"), other=(other.base, ""))
    written = [tmp_path / "receipt.json", tmp_path / "journal"]
    ran = run("move", "--from", "one", "--to", "other", "--yes", "--receipt", written[0], "--journal", written[1])
    assert ran.code == 0, ran.err
    assert bearers(one) == {f"Bearer {SECRET}"}
    assert bearers(other) == {None}
    everything = ran.out + ran.err + caplog.text + "".join(file.read_text() for file in written)
    assert SECRET not in everything


def test_one_token_of_the_environment_is_not_shown_to_two_servers(run, fakes, monkeypatch):
    one, other = fakes
    monkeypatch.setenv("FHIR_MATTERS_TOKEN", SECRET)
    ran = run("move", "--from", one.base, "--to", other.base, "--yes")
    assert ran.code == 2
    assert "servers.toml" in ran.err
    assert SECRET not in ran.err
    assert not one.requests + other.requests
    one.put("Patient/p", {"resourceType": "Patient", "id": "p"})
    assert run("pull", "--from", one.base).code == 0
    assert bearers(one) == {f"Bearer {SECRET}"}


def test_a_refusal_and_a_redirect_tell_no_token(run, servers, fakes, caplog):
    one, other = fakes
    servers(one=(one.base, "bearer.token.env = 'A_TOKEN'"))
    answers = iter([Response(403, {"resourceType": "OperationOutcome", "issue": [{"diagnostics": SECRET}]}), None])
    one.fault = lambda _: next(answers, None) or Response(302, None, {"Location": f"{other.base}/metadata"})
    for said in ("403", "another origin"):
        ran = run("pull", "--from", "one")
        assert ran.code == 2
        assert said in ran.err
        assert SECRET not in ran.err + ran.out + caplog.text
    assert not other.requests


def test_smart_backend_services_by_name_also_where_the_token_ends_half_way(run, servers, tmp_path, monkeypatch):
    monkeypatch.setenv("A_KEY", pem(rsa_key()))
    with SmartServer({"k1": rsa_key().public_key()}) as smart:
        servers(ehr=(smart.base, "smart = { client-id = 'a-client', key-id = 'k1', key = { env = 'A_KEY' } }"))
        answer, asked = smart.answer, []

        def ending(request):
            asked.append(request)
            if len(asked) % 5 == 0:
                smart.good.clear()
            return answer(request)

        smart.answer = ending
        receipt = tmp_path / "receipt.json"
        ran = run("push", EXAMPLES / "art.yaml", "--to", "ehr", "--yes", "--receipt", receipt)
        assert ran.code == 0, ran.err
        assert "Nothing was lost." in ran.out
        assert len(smart.token_requests) > 1
        assert not smart.refusals
        said = ran.out + ran.err + receipt.read_text()
        assert not [each for each in smart.good if each in said]


def test_a_key_that_others_can_read_stops_the_command_before_anything_is_sent(run, servers, fakes, tmp_path):
    one, _ = fakes
    (tmp_path / "fhir-matters" / "token").write_text(SECRET)
    (tmp_path / "fhir-matters" / "token").chmod(0o644)
    servers(one=(one.base, "bearer.token.file = 'token'"))
    ran = run("pull", "--from", "one")
    assert ran.code == 2
    assert "chmod 600" in ran.err
    assert not one.requests


def test_servers_are_listed_with_how_they_let_us_in_and_no_secret_is_looked_for(run, servers):
    servers(
        ward=("https://ward.example.org/fhir", "bearer.token.command = ['no-such-program-anywhere']"),
        open=("http://localhost:1/fhir", ""),
    )
    ran = run("servers")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [
        "ward  https://ward.example.org/fhir  bearer",
        "open  http://localhost:1/fhir  no credentials",
    ]
    assert "servers.toml" in ran.err


def test_a_server_is_tried_by_its_name(run, servers):
    with Running(verify=lambda token: "system/*.rs" if token == SECRET else None) as here:
        servers(known=(here.base, "bearer.token.env = 'A_TOKEN'"), unknown=(here.base, ""))
        ran = run("servers", "known")
        assert (ran.code, ran.out) == (0, f"known: {here.base} speaks FHIR 4.0.1 and lets us in.\n"), ran.err
        ran = run("servers", "unknown")
        assert ran.code == 2
        assert "401" in ran.err


@pytest.mark.parametrize("version", ["5.0.0", "3.0.2", None, "\x1b[31m"])
def test_a_server_of_another_fhir_is_told_apart(run, servers, fakes, version):
    one, _ = fakes
    one.fault = lambda _: Response(body={"resourceType": "CapabilityStatement", "fhirVersion": version})
    servers(one=(one.base, ""))
    ran = run("servers", "one")
    assert ran.code == 2
    assert "Expected FHIR R4" in ran.err
    assert "\x1b" not in ran.err


def test_the_example_in_the_help_is_one_that_works(run, servers, tmp_path):
    servers()
    told = run("servers", "--help").out
    table = "\n".join(line.strip() for line in told.splitlines() if re.match(r"\s+(\[|[a-z]+ = )", line))
    (tmp_path / "fhir-matters" / "servers.toml").write_text(table)
    listed = run("servers")
    assert listed.code == 0, listed.err
    assert [line.split()[::2] for line in listed.out.splitlines()] == [
        ["hospital", "smart"],
        ["ward", "basic"],
        ["test", "bearer"],
    ]


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (forever(OK + b"Content-Length: 99999\r\n\r\n", b" ", threading.Event()), "not complete after 0.5 seconds"),
        (forever(OK + b"Connection: close\r\n\r\n", b" " * 65536), "longer than 100,000 bytes"),
        (OK + b"Content-Length: 2147483648\r\n\r\n", "longer than 100,000 bytes"),
        (OK + b"Content-Length: 4\r\n\r\n<ok>", "Expected a FHIR resource"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"),
        (b"", "closed the line"),
    ],
    ids=["drips", "without end", "two gigabytes", "no FHIR", "no HTTP", "nothing"],
)
def test_a_server_that_goes_wrong_is_one_sentence_and_no_half_a_file(run, servers, tmp_path, script, said):
    out = tmp_path / "out.json"
    with raw(script) as server:
        whole = 0.5 if "0.5" in said else 60
        servers(odd=(server.base, f"limits = {{ whole = {whole}, size = 100_000, attempts = 1 }}"))
        ran = run("pull", "--from", "odd", "-o", out)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert not out.exists()


def test_pages_without_end_stop_a_pull_at_the_limit(run, servers, fakes, tmp_path):
    one, _ = fakes

    def more(request):
        number = len(one.requests)
        if request.path.endswith("/metadata"):
            kinds = [{"type": "Patient", "interaction": [{"code": "search-type"}]}]
            rest = [{"mode": "server", "resource": kinds}]
            return Response(body={"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": rest})
        link = [{"relation": "next", "url": f"{one.base}/Patient?page={number}"}]
        entry = [{"resource": {"resourceType": "Patient", "id": f"p{number}"}}]
        return Response(body={"resourceType": "Bundle", "type": "searchset", "link": link, "entry": entry})

    one.fault = more
    servers(one=(one.base, "limits.pages = 20"))
    ran = run("pull", "--from", "one", "-o", tmp_path / "out.json")
    assert ran.code == 2
    assert "more than 20 pages" in ran.err
    assert not (tmp_path / "out.json").exists()
