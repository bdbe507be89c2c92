"""`validate`: exit codes, places, formats, and every way in which input can be no resource."""

from __future__ import annotations

import gzip
import subprocess
import sys

import pytest

from fhir_matters import jsonio

GOOD = b'{"resourceType":"Patient","id":"p","gender":"female"}'
BAD = b'{\n "resourceType": "Patient",\n "gender": "Hartley-xyz"\n}'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.json").write_bytes(GOOD)
    return tmp_path


def test_a_valid_file_is_0_and_an_invalid_one_1(run, folder):
    assert run("validate", folder / "good.json").code == 0
    (folder / "bad.json").write_bytes(BAD)
    ran = run("validate", folder / "bad.json", "--format", "concise")
    assert ran.code == 1
    assert "bad.json:3:12: error FM301" in ran.out


def test_strict_fails_what_could_not_be_judged(run, folder):
    (folder / "good.json").write_text(
        '{"resourceType": "Patient", "meta": {"profile": ["https://example.org/nowhere"]}}'
    )
    assert run("validate", folder / "good.json").code == 0
    assert run("validate", folder / "good.json", "--strict").code == 1


def test_values_are_printed_only_when_asked_for(run, folder):
    (folder / "bad.json").write_bytes(BAD)
    for style in ("text", "concise", "json", "outcome"):
        assert "Hartley-xyz" not in run("validate", folder / "bad.json", "--format", style).out
        assert "Hartley-xyz" in run("validate", folder / "bad.json", "--format", style, "--show-values").out


def test_json_and_outcome_are_json(run, folder):
    report = jsonio.read(run("validate", folder, "--format", "json").out)
    assert report["summary"]["resources"] == 1
    outcome = jsonio.read(run("validate", folder / "good.json", "--format", "outcome").out)
    assert outcome["resourceType"] == "OperationOutcome"
    (folder / "more.json").write_bytes(GOOD)
    assert jsonio.read(run("validate", folder, "--format", "outcome").out)["resourceType"] == "Bundle"


def test_ndjson_is_read_line_by_line_with_the_line_in_the_place(run, folder):
    lines = [GOOD, b'{"resourceType":"Patient","gender":"x"}', b'{"resourceType":"Pati', GOOD]
    (folder / "p.ndjson.gz").write_bytes(gzip.compress(b"\n".join(lines)))
    ran = run("validate", folder / "p.ndjson.gz", "--format", "concise")
    assert ran.code == 1
    assert "p.ndjson.gz:2:" in ran.out
    assert "p.ndjson.gz:3:" in ran.out
    assert "p.ndjson.gz:4:" not in [line.split(" ")[0] for line in ran.out.splitlines() if "error" in line]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"no json", "FM001"),
        (b'{"resourceType":"Patient","id":"a","id":"b"}', "FM002"),
        ('{"resourceType":"Patient"}'.encode("utf-16"), "FM003"),
        (b'{"resourceType":"Patient","id":"\xff"}', "FM003"),
        (b'{"a":' * 5000, "FM003"),
        (b"[1, 2]", "FM004"),
        (b'{"id":"a"}', "FM005"),
        (b'{"resourceType":"Wibble"}', "FM006"),
    ],
)
def test_what_is_no_resource_is_a_finding_with_a_place(run, folder, content, rule):
    (folder / "x.json").write_bytes(content)
    ran = run("validate", folder / "x.json", "--format", "concise")
    assert ran.code == 1, ran
    assert rule in ran.out
    assert "x.json:1:" in ran.out


def test_200_mb_of_nesting_is_refused_at_once(run, folder):
    (folder / "deep.json").write_bytes(b"[" * 200_000_000)
    ran = run("validate", folder / "deep.json", "--format", "concise")
    assert ran.code == 1
    assert "FM003" in ran.out


@pytest.mark.parametrize("path", ["absent.json", "empty", "*.nothing", "empty.json"])
def test_what_cannot_be_read_is_2_and_named(run, folder, path):
    (folder / "empty").mkdir()
    (folder / "empty.json").write_bytes(b"")
    ran = run("validate", folder / path)
    assert ran.code == 2
    assert path in ran.err


def test_the_rest_goes_on_after_a_file_that_cannot_be_read(run, folder):
    (folder / "bad.json").write_bytes(BAD)
    ran = run("validate", folder / "absent.json", folder / "bad.json", "--format", "concise")
    assert ran.code == 2
    assert "FM301" in ran.out


def test_an_unknown_profile_or_package_is_said(run, folder):
    profile = run("validate", folder / "good.json", "--profile", "https://example.org/none", "--format", "concise")
    assert profile.code == 1
    assert "https://example.org/none" in profile.out
    package = run("validate", folder / "good.json", "--package", "example.none#1.0.0")
    assert package.code == 2
    assert "not on this machine" in package.err


def test_standard_input_is_a_dash():
    ran = subprocess.run(
        [sys.executable, "-m", "fhir_matters", "validate", "-"], input=BAD, capture_output=True, check=False
    )
    assert ran.returncode == 1
    assert b"FM301" in ran.stdout


def test_options_come_from_the_environment_and_from_pyproject(run, folder, monkeypatch):
    (folder / "good.json").write_text(
        '{"resourceType": "Patient", "meta": {"profile": ["https://example.org/nowhere"]}}'
    )
    assert run("validate", folder / "good.json").code == 0
    monkeypatch.setenv("FHIR_MATTERS_VALIDATE_STRICT", "1")
    assert run("validate", folder / "good.json").code == 1
    monkeypatch.delenv("FHIR_MATTERS_VALIDATE_STRICT")
    monkeypatch.chdir(folder)
    (folder / "pyproject.toml").write_text("[tool.fhir-matters.validate]\nstrict = true\n")
    assert run("validate", "good.json").code == 1


def test_nothing_is_said_twice_of_a_wrong_option(run, folder):
    ran = run("validate", folder / "good.json", "--format", "sarif-of-tomorrow")
    assert ran.code == 2
    assert "Traceback" not in ran.err


XML = """<?xml version="1.0" encoding="UTF-8"?>
<Patient xmlns="http://hl7.org/fhir">
  <id value="p"/>
  <gender value="Hartley-xyz"/>
</Patient>"""


def test_xml_is_judged_as_json_is_and_places_are_those_of_the_xml(run, folder):
    (folder / "bad.xml").write_text(XML)
    (folder / "good.xml").write_text(XML.replace("Hartley-xyz", "female"))
    assert run("validate", folder / "good.xml").code == 0
    ran = run("validate", folder / "bad.xml", "--format", "concise")
    assert ran.code == 1
    assert "bad.xml:4:3: error FM301" in ran.out


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (XML.replace("</Patient>", ""), "no well-formed XML"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]>' + XML.partition("?>")[2].replace("female", "&a;"), "DOCTYPE"),
        (XML.replace("hl7.org/fhir", "example.org"), "another namespace"),
    ],
)
def test_xml_that_cannot_be_read_is_one_fatal_issue(run, folder, xml, said):
    (folder / "bad.xml").write_text(xml)
    ran = run("validate", folder / "bad.xml")
    assert ran.code == 1
    assert said in ran.out
    assert "fatal" in ran.out
    assert "JSON" not in ran.out


def test_other_commands_read_xml_too_unless_something_would_be_lost(run, folder):
    (folder / "p.xml").write_text(XML)
    assert run("fhirpath", "Patient.gender", folder / "p.xml").out == '"Hartley-xyz"\n'
    (folder / "p.xml").write_text(XML.replace("<gender", "<!-- a --><sex"))
    ran = run("fhirpath", "Patient.gender", folder / "p.xml")
    assert ran.code == 2
    assert "p.xml:4:13" in ran.err
    assert "fhir-matters validate" in ran.err


def test_whether_an_unknown_extension_is_welcome_is_for_the_caller_to_say(run, folder):
    extension = b'{"resourceType":"Patient","active":true,"extension":[{"url":"http://%s/x","valueCode":"y"}]}'
    (folder / "good.json").write_bytes(extension % b"hospital.test")
    assert run("validate", folder / "good.json").code == 0
    assert "FM551" in run("validate", folder / "good.json", "--extensions", "known").out
    (folder / "good.json").write_bytes(extension % b"example.org")
    assert run("validate", folder / "good.json", "--extensions", "known").code == 0
    assert run("validate", folder / "good.json", "--extensions", "known", "--no-examples").code == 1


def test_a_package_that_a_package_needs_and_that_is_not_here_is_named(run, folder):
    needs = {"name": "example.guide", "version": "1.0.0", "dependencies": {"example.base": "2.0.x"}}
    (folder / "guide" / "package").mkdir(parents=True)
    (folder / "guide" / "package" / "package.json").write_bytes(jsonio.write(needs))
    ran = run("validate", folder / "good.json", "--package", folder / "guide")
    assert (ran.code, ran.err.strip()) == (
        0,
        "fhir-matters: packages that the given ones need are not here: example.base#2.0.x",
    )


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_profile_may_be_for_entries_of_a_bundle_by_their_place(run, folder, jobs):
    entry = '{"fullUrl":"http://a.b/Patient/%s","resource":{"resourceType":"Patient","id":"%s","active":true}}'
    entries = ",".join(entry % (name, name) for name in "ab")
    (folder / "good.json").write_text(f'{{"resourceType":"Bundle","type":"collection","entry":[{entries}]}}')
    asked = ("--entry", "Patient:1", "https://example.org/nowhere", "--format", "json", "--jobs", jobs)
    issues = jsonio.read(run("validate", folder, *asked).out)["reports"][0]["issues"]
    found = [each["expression"] for each in issues if each["rule"] == "FM702"]
    assert found == ["Bundle.entry[1].resource"]


def test_the_packages_are_all_there_is_where_the_caller_says_so(run, folder):
    code = '{"system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-category","code":"sdoh"}'
    (folder / "good.json").write_text(
        f'{{"resourceType":"Basic","code":{{"text":"a"}},"meta":{{"tag":[{code}]}},"author":{{"display":"a"}}}}'
    )
    assert run("validate", folder, "--format", "concise").code == 0
    ran = run("validate", folder, "--format", "concise", "--complete")
    assert ran.code == 1
    assert "FM217" in ran.out
