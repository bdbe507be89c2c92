"""`validate --server`: both verdicts, where they differ, and what becomes of a run when the server does not go on."""

from __future__ import annotations

import _thread
import json

import pytest

from fhir_matters import Server, jsonio
from fhir_matters.cli import comparing
from fhir_matters.cli.joined import server_validate
from fhir_matters.local_server.serve import Running
from tests.cli.conftest import EXAMPLES
from tests.server.fake import Response, outcome
from tests.server.judge import PROFILE, Judge, found, told

SECRET = "Hartley-xyz is no gender"


@pytest.fixture(scope="module")
def local():
    with Running(validate=server_validate) as running:
        yield running.base


@pytest.fixture
def judge():
    with Judge() as serving:
        yield serving


@pytest.fixture
def files(tmp_path):
    """Three patients, the second of which has a gender that is none."""
    for name, gender in (("a", "female"), ("b", "nonsense"), ("c", "male")):
        patient = {"resourceType": "Patient", "id": name, "gender": gender, "text": TEXT}
        (tmp_path / f"{name}.json").write_bytes(jsonio.write(patient))
    return tmp_path


TEXT = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}


def judges(request) -> bool:
    return request.path.endswith("$validate")


def of_patients(*issues):
    """A fault that says these of every Patient that has a gender, and lets the judge judge the rest."""
    return lambda request: told(*issues) if judges(request) and request.body.get("gender") else None


def in_json(ran) -> dict:
    return json.loads(ran.out)


def test_two_validators_that_agree_say_the_same_of_every_bad_example(run, local):
    ran = run("validate", EXAMPLES / "bad", "--server", local, "--format", "json")
    told = in_json(ran)
    assert ran.code == 2, "some of them are no JSON"
    summary = told["summary"]
    assert summary["both"] > 50
    assert (summary["onlyUs"], summary["onlyServer"], summary["otherSeverity"], summary["verdictsDiffer"]) == (
        0,
        0,
        0,
        0,
    )
    assert {issue["pairedOn"] for each in told["comparisons"] for issue in each["issues"]} <= {"id", "meaning"}


def test_where_both_find_nothing_the_exit_code_is_0_and_where_one_does_1(run, local, files):
    ran = run("validate", files / "a.json", files / "c.json", "--server", local)
    assert ran.code == 0
    assert ran.out.count("here valid, there valid") == 2
    ran = run("validate", files, "--server", local)
    assert ran.code == 1
    assert "b.json: here invalid, there invalid" in ran.out
    assert "both: error at Patient.gender: Expected a code" in ran.out
    assert "3 resources beside fhir-matters" in ran.out


def test_a_difference_is_told_with_who_says_it_where_and_what(run, judge, files):
    judge.fault = of_patients(
        found("code-invalid", SECRET, "Patient.gender", severity="warning"), found("value", SECRET, "Patient.birthDate")
    )
    ran = run("validate", files / "b.json", "--server", judge.base)
    assert ran.code == 1
    assert "both: error here, warning there, at Patient.gender: Expected a code" in ran.out
    assert "only us: error at Patient.gender: No system" in ran.out
    assert "only the server: error at Patient.birthDate: value, malformed value (its words: --show-values)" in ran.out
    assert "1 said by both (1 with another severity), 1 only by us, 1 only by the server." in ran.out
    told = in_json(run("validate", files / "b.json", "--server", judge.base, "--format", "json"))
    (comparison,) = told["comparisons"]
    assert [(each["by"], each["pairedOn"]) for each in comparison["issues"]] == [
        ("both", "meaning"),
        ("us", ""),
        ("the server", ""),
    ]
    assert (comparison["here"], comparison["there"], told["summary"]["verdictsDiffer"]) == (False, False, 0)


def test_only_the_server_may_find_an_error_and_that_is_a_finding(run, judge, files):
    judge.fault = of_patients(found("value", SECRET, "Patient.birthDate"))
    ran = run("validate", files / "a.json", "--server", judge.base)
    assert ran.code == 1
    assert "here valid, there invalid" in ran.out
    assert "1 verdict differ" in ran.out


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_servers_own_words_are_printed_only_when_asked_for(run, judge, files, style):
    places = ("Patient.birthDate", "Hartley-xyz is no gender", "Patient.name.where(family='Hartley-xyz')")
    coding = {"system": "http://hl7.org/fhir/java-core-messageId", "code": SECRET}
    issues = [{**found(SECRET, SECRET, place), "details": {"text": SECRET, "coding": [coding]}} for place in places]
    judge.fault = of_patients(*issues)
    ran = run("validate", files / "a.json", "--server", judge.base, "--format", style)
    assert ran.code == 1
    assert "Hartley" not in ran.out + ran.err
    assert SECRET in run("validate", files / "a.json", "--server", judge.base, "--format", style, "--show-values").out


def test_words_that_would_rule_the_terminal_are_spelt_out(run, judge, files):
    judge.fault = of_patients(found("value", "\x1b[2Jgone", "Patient.birthDate"))
    ran = run("validate", files / "a.json", "--server", judge.base, "--show-values")
    assert "\\x1b[2Jgone" in ran.out
    assert "\x1b" not in ran.out


def test_a_profile_that_the_server_lacks_is_not_validated_until_it_gets_it(run, judge, tmp_path):
    claiming = {"resourceType": "Patient", "language": "en", "meta": {"profile": [PROFILE]}}
    (tmp_path / "claims.json").write_bytes(jsonio.write(claiming))
    ran = run("validate", tmp_path / "claims.json", "--server", judge.base)
    assert ran.code == 2
    assert f"there not validated: the server does not know {PROFILE}." in ran.out
    assert "What a server did not validate is not a pass." in ran.out
    assert "--install gives it ours, and those of each --package." in ran.out
    package = tmp_path / "guide" / "package"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name":"guide","version":"1.0.0"}')
    profile = {"resourceType": "StructureDefinition", "id": "person", "url": PROFILE, "type": "Patient", **SHAPE}
    (package / "person.json").write_bytes(jsonio.write(profile))
    ran = run("validate", tmp_path / "claims.json", "--server", judge.base, "--install", "--package", package.parent)
    assert ran.code == 0, ran.out + ran.err
    assert "here valid, there valid" in ran.out
    assert "of them new." in ran.err


SHAPE = {
    "kind": "resource",
    "abstract": False,
    "derivation": "constraint",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    "differential": {"element": [{"id": "Patient", "path": "Patient"}]},
}


def test_claims_that_the_server_lacks_are_told_apart_from_what_is_wrong(run, judge, tmp_path):
    judge.tells = True
    judge.put("StructureDefinition/person", {"resourceType": "StructureDefinition", "url": PROFILE})
    claims = [PROFILE, "https://other.example/StructureDefinition/stricter"]
    (tmp_path / "p.json").write_bytes(
        jsonio.write({"resourceType": "Patient", "language": "en", "meta": {"profile": claims}})
    )
    ran = run("validate", tmp_path / "p.json", "--server", judge.base)
    assert "there invalid, but only for lack of 1 claimed profile" in ran.out


def test_one_resource_that_the_server_cannot_take_does_not_keep_the_next_from_being_judged(run, judge, files):
    for response in (outcome(500, "exception"), Response(200, b"<html>"), Response(413), Response(200)):
        judge.fault = lambda asked, response=response: (
            response if b'"id":"b"' in jsonio.write(asked.body or {}) else None
        )
        ran = run("validate", files, "--server", judge.base)
        assert ran.code == 2
        lines = [line for line in ran.out.splitlines() if ".json: here" in line]
        assert [line.partition(".json")[0][-1] for line in lines] == ["a", "b", "c"]
        assert "there not validated" in lines[1]
        assert "there valid" in lines[0]
        assert "there valid" in lines[2]


def test_one_file_that_cannot_be_read_does_not_keep_the_next_from_being_compared(run, local, files):
    (files / "a.json").write_bytes(b'{"resourceType":"Pati')
    (files / "b.json").write_bytes(b"[]")
    ran = run("validate", files, "--server", local)
    assert ran.code == 2
    assert "a.json" in ran.err
    assert "b.json: here invalid, and no server can be asked: this is no resource." in ran.out
    assert "c.json: here valid, there valid" in ran.out
    told = in_json(run("validate", files, "--server", local, "--format", "json"))
    assert [bool(each["error"]) for each in told["comparisons"]] == [True, True, False]
    assert (told["summary"]["judgedByBoth"], told["summary"]["notValidated"]) == (1, 2)


@pytest.fixture
def impatient(monkeypatch):
    """The command's server never waits before it asks again."""
    monkeypatch.setattr(comparing, "server_at", lambda base: Server(base, wait=lambda _: None))


def gone_from(identity):
    """From this resource on the server closes every line without a word."""
    gone = []

    def lose(request):
        gone.append((request.body or {}).get("id") == identity)
        return any(gone)

    return lose


@pytest.mark.usefixtures("impatient")
def test_a_run_that_the_server_broke_off_goes_on_where_it_was_and_tells_all(run, judge, files):
    issues = of_patients(found("code-invalid", SECRET, "Patient.gender"))
    asking = ("validate", files / "a.json", files / "b.json", files / "c.json", "--server", judge.base)
    judge.fault = issues
    whole = run(*asking)
    asking += ("--journal", files / "asked.jsonl")
    judge.lose = gone_from("b")
    broken = run(*asking)
    assert broken.code == 2
    assert "stopped after 1; what follows was not asked. Run it again, with the same --journal" in broken.err
    assert broken.out.count(".json: here") == 1
    judge.lose = lambda _: False
    judge.requests.clear()
    again = run(*asking)
    assert (again.code, again.out) == (whole.code, whole.out)
    asked = [request.body.get("id") for request in judge.requests if judges(request)]
    assert "a" not in asked
    assert {"b", "c"} <= set(asked)
    judge.requests.clear()
    assert run(*asking).out == whole.out
    assert not any(map(judges, judge.requests))


@pytest.mark.usefixtures("impatient")
def test_the_json_of_a_run_that_broke_off_is_whole_and_says_so(run, judge, files):
    judge.lose = gone_from("b")
    ran = run("validate", files, "--server", judge.base, "--format", "json")
    assert (ran.code, in_json(ran)["summary"]["stopped"]) == (2, True)
    assert in_json(ran)["summary"]["resources"] == 1
    assert "--journal FILE" in ran.err


@pytest.mark.usefixtures("impatient")
def test_a_resource_over_which_the_line_breaks_does_not_end_the_run_while_the_server_is_there(run, judge, files):
    judge.lose = lambda request: (request.body or {}).get("id") == "b"
    ran = run("validate", files, "--server", judge.base)
    assert ran.code == 2
    assert "b.json: here invalid, there not validated" in ran.out
    assert "c.json: here valid, there valid" in ran.out


@pytest.mark.usefixtures("impatient")
def test_credentials_that_end_half_way_end_the_run_and_it_can_go_on(run, judge, files):
    judge.fault = lambda request: outcome(401, "expired") if (request.body or {}).get("id") == "c" else None
    ran = run("validate", files, "--server", judge.base, "--journal", files / "asked.jsonl")
    assert ran.code == 2
    assert "token" in ran.err
    assert ran.out.count(".json: here") == 2
    judge.fault = lambda _: None
    assert run("validate", files, "--server", judge.base, "--journal", files / "asked.jsonl").code == 1


def test_the_journal_holds_no_words_and_nothing_of_a_resource(run, judge, files):
    judge.fault = of_patients(found("code-invalid", SECRET, "Patient.gender"))
    run("validate", files, "--server", judge.base, "--journal", files / "asked.jsonl", "--show-values")
    kept = (files / "asked.jsonl").read_text()
    assert len(kept.splitlines()) == 3
    assert "Hartley" not in kept
    assert "nonsense" not in kept


def test_another_server_another_profile_or_another_content_is_asked_again(run, judge, files):
    asking = ("validate", files / "a.json", "--server", judge.base, "--journal", files / "asked.jsonl")
    run(*asking)
    run(*asking, "--profile", "http://hl7.org/fhir/StructureDefinition/Patient")
    (files / "a.json").write_bytes(
        jsonio.write({"resourceType": "Patient", "id": "a", "gender": "other", "text": TEXT})
    )
    run(*asking)
    with Judge() as other:
        run("validate", files / "a.json", "--server", other.base, "--journal", files / "asked.jsonl")
    assert len((files / "asked.jsonl").read_text().splitlines()) == 4


def test_a_journal_cut_short_goes_on_after_its_last_whole_line(run, judge, files):
    journal = files / "asked.jsonl"
    asking = ("validate", files, "--server", judge.base, "--journal", journal)
    whole = run(*asking)
    kept = journal.read_bytes()
    for cut in (1, 40, len(kept) // 2, len(kept) - 1):
        journal.write_bytes(kept[:cut])
        assert run(*asking).out == whole.out
        assert journal.read_bytes() == kept


@pytest.mark.parametrize("content", [b"not one\n", b"[]\n", b'{"server":"x"}\n', b'{"format":1}\n'])
def test_a_file_that_is_no_journal_is_refused_and_stays_as_it_is(run, judge, files, content):
    (files / "other").write_bytes(content)
    ran = run("validate", files / "a.json", "--server", judge.base, "--journal", files / "other")
    assert ran.code == 2
    assert "no journal" in ran.err
    assert (files / "other").read_bytes() == content


def test_a_journal_in_no_folder_is_refused_before_anything_is_asked(run, judge, files):
    ran = run("validate", files / "a.json", "--server", judge.base, "--journal", files / "absent" / "asked.jsonl")
    assert ran.code == 2
    assert "journal" in ran.err
    assert not any(map(judges, judge.requests))


def test_ctrl_c_ends_a_run_that_says_what_it_came_to(run, judge, files):
    def interrupted(request):
        if (request.body or {}).get("id") == "b":
            _thread.interrupt_main()

    judge.fault = interrupted
    ran = run("validate", files, "--server", judge.base, "--format", "json")
    assert ran.code == 130
    assert in_json(ran)["summary"]["stopped"]


def test_every_profile_that_is_asked_for_is_asked_of_the_server(run, local, files):
    profiles = [f"http://hl7.org/fhir/StructureDefinition/{name}" for name in ("Patient", "DomainResource")]
    ran = run("validate", files / "a.json", "--server", local, *(f"--profile={each}" for each in profiles))
    assert [line.rpartition(" ")[2] for line in ran.out.splitlines() if "a.json: here" in line] == profiles


def test_a_server_without_a_validator_has_not_validated(run, files):
    with Running() as other:
        ran = run("validate", files / "a.json", "--server", other.base)
    assert ran.code == 2
    assert "there not validated: expected an OperationOutcome" in ran.out
    assert "no $validate" in ran.out


def test_a_server_that_is_not_there_is_one_clear_error(run, files):
    ran = run("validate", files / "a.json", "--server", "http://127.0.0.1:9/fhir")
    assert ran.code == 2
    assert "cannot be reached" in ran.err
    assert "a.json: here" not in ran.out


def test_the_result_goes_into_a_file_where_one_is_named(run, local, files):
    ran = run("validate", files, "--server", local, "--format", "json", "-o", files / "told.txt")
    assert (ran.code, ran.out) == (1, "")
    assert json.loads((files / "told.txt").read_text())["summary"]["resources"] == 3


@pytest.mark.parametrize("more", [("--format", "concise"), ("--format", "arrow"), ("--jobs", "2")], ids=" ".join)
def test_what_cannot_be_had_beside_a_server_is_refused(run, local, files, more):
    ran = run("validate", files, "--server", local, *more)
    assert ran.code == 2
    assert more[0] in ran.err


@pytest.mark.parametrize("option", [("--install",), ("--journal", "x")])
def test_what_is_about_a_server_wants_one(run, files, option):
    ran = run("validate", files, *option)
    assert ran.code == 2
    assert "--server" in ran.err


def test_many_resources_are_told_in_their_order(run, judge, files):
    lines = (jsonio.write({"resourceType": "Patient", "id": f"p{number}", "text": TEXT}) for number in range(200))
    (files / "many.ndjson").write_bytes(b"\n".join(lines))
    told = in_json(run("validate", files / "many.ndjson", "--server", judge.base, "--format", "json"))
    assert [each["resourceId"] for each in told["comparisons"]] == [f"p{number}" for number in range(200)]
    assert len(list(filter(judges, judge.requests))) == 201, "one more to see whether the server finds fault at all"
