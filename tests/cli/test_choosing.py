"""`validate`: what is chosen to be told, what is set aside and counted, and what then fails."""

from __future__ import annotations

import pytest

from fhir_matters import jsonio

BAD = b'{\n "resourceType": "Patient",\n "id": "p",\n "birthDate": "Hartley-xyz",\n "wibble": 1\n}'


@pytest.fixture
def bad(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_bytes(BAD)
    return tmp_path / "bad.json"


def rules(ran):
    return [line.split()[2] for line in ran.out.splitlines()]


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        ((), 1, ["FM202", "FM101"]),
        (("--select", "FM1"), 1, ["FM101"]),
        (("--ignore", "FM1,FM202"), 0, []),
        (("--ignore", "FM1", "--ignore", "fm202"), 0, []),
        (("--exit-zero",), 0, ["FM202", "FM101"]),
        (("--severity", "error"), 1, ["FM202", "FM101"]),
    ],
)
@pytest.mark.usefixtures("bad")
def test_rules_are_chosen_by_code(run, options, code, expected):
    ran = run("validate", "bad.json", "--format", "concise", *options)
    assert (ran.code, sorted(rules(ran))) == (code, sorted(expected))
    said = {0: "2 findings were set aside", 1: "1 finding was set aside", 2: ""}[len(expected)]
    assert ran.err == (f"fhir-matters: {said}.\n" if said else "")


@pytest.mark.usefixtures("bad")
def test_several_processes_tell_the_same(run, bad):
    (bad.parent / "more.json").write_bytes(BAD)
    for options in (("--ignore", "FM1"), ("--ignore", "FM1", "--statistics"), ("--severity", "error")):
        alone, several = (run("validate", ".", *options, "--jobs", jobs) for jobs in ("1", "2"))
        assert alone == several


@pytest.mark.usefixtures("bad")
def test_text_and_json_count_what_was_set_aside_and_never_call_it_nothing(run):
    ran = run("validate", "bad.json", "--ignore", "FM1,FM2")
    assert ran.code == 0
    assert "1 resource checked, nothing found but what was set aside." in ran.out
    assert "Set aside, and so not told: 2 findings (2 by --ignore)." in ran.out
    told = jsonio.read(run("validate", "bad.json", "--ignore", "FM1,FM2", "--format", "json").out)
    assert told["summary"]["setAside"] == told["reports"][0]["setAside"] == 2


@pytest.mark.parametrize("style", ["arrow", "parquet"])
def test_tables_count_what_was_set_aside(run, bad, style):
    pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[test]'")
    from pyarrow import ipc, parquet  # noqa: PLC0415 - an extra

    read = {"arrow": lambda file: ipc.open_stream(file.read_bytes()).read_all(), "parquet": parquet.read_table}[style]
    ran = run("validate", "bad.json", "--ignore", "FM1,FM2", "--format", style, "-o", "out")
    (row,) = read(bad.parent / "out").to_pylist()
    assert (ran.code, row["ok"], row["set_aside"], row["findings"]) == (0, True, 2, [])


def test_an_ignore_file_sets_aside_with_reasons_and_what_it_has_in_vain_is_said(run, bad):
    (bad.parent / "i.toml").write_text(
        '[[ignore]]\nrule = "FM202"\npath = "Patient.birthDate"\nreason = "Known."\n'
        '[[ignore]]\nrule = "FM1"\nfile = "*.xml"\nreason = "Never."\n'
    )
    ran = run("validate", "bad.json", "--ignore-file", "i.toml")
    assert ran.code == 1
    assert "1 finding (1 by i.toml)" in ran.out
    assert "i.toml, entry 2: FM1 at *.xml: matched nothing" in ran.err


@pytest.mark.parametrize(
    "text", ['{"suppress": ["Type_Specific_Checks_DT_Date_Valid@Patient.birthDate"]}', "-Type_Specific_*"]
)
def test_an_advisor_file_of_the_hl7_validator_is_understood(run, bad, text):
    (bad.parent / "advisor").write_text(text)
    ran = run("validate", "bad.json", "--advisor-file", "advisor", "--format", "concise")
    assert rules(ran) == ["FM101"]


def test_a_baseline_is_written_and_then_only_what_is_new_fails(run, bad):
    written = run("validate", "bad.json", "--write-baseline", "b.json", "--format", "concise")
    assert (written.code, len(rules(written))) == (0, 2)
    assert "2 findings are in b.json" in written.err
    assert b"Hartley" not in (bad.parent / "b.json").read_bytes()
    bad.write_bytes(b"\n\n" + BAD)
    assert run("validate", bad, "--baseline", "b.json").code == 0
    bad.write_bytes(BAD.replace(b'"id": "p"', b'"id": "p", "active": 3'))
    ran = run("validate", "bad.json", "--baseline", "b.json", "--format", "concise")
    assert (ran.code, rules(ran)) == (1, ["FM201"])
    bad.write_bytes(b'{"resourceType": "Patient", "id": "p"}')
    assert "of its findings 2 are not there any more" in run("validate", "bad.json", "--baseline", "b.json").err


def test_no_baseline_is_written_of_half_a_run(run, bad):
    ran = run("validate", "bad.json", "absent.json", "--write-baseline", "b.json")
    assert ran.code == 2
    assert not (bad.parent / "b.json").exists()
    assert "b.json was not written" in ran.err


@pytest.mark.parametrize(
    "options", [("--ignore", "FM0"), ("--exit-zero",), ("--select", "FM2"), ("--severity", "error")]
)
@pytest.mark.usefixtures("bad")
def test_what_cannot_be_read_is_2_whatever_is_chosen(run, options):
    assert run("validate", "absent.json", *options).code == 2


@pytest.mark.parametrize("ignore", ['["FM1"]', '"FM1,FM5"', '["FM5", "FM1"]'])
def test_what_everybody_would_want_set_aside_stands_in_the_settings(run, bad, ignore):
    (bad.parent / "i.toml").write_text('[[ignore]]\nrule = "FM202"\npath = "*"\nreason = "Known."')
    (bad.parent / "pyproject.toml").write_text(
        f'[tool.fhir-matters.validate]\nignore = {ignore}\nignore-file = "i.toml"\nexit-zero = false\n'
    )
    ran = run("validate", "bad.json", "--format", "json")
    assert (ran.code, jsonio.read(ran.out)["summary"]["setAside"]) == (0, 2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ignore", "FM44"), "fhir-matters rules"),
        (("--select", "FM010"), "never a pass"),
        (("--ignore-file", "absent.toml"), "absent.toml"),
        (("--baseline", "absent.json"), "absent.json"),
        (("--baseline", "bad.json"), "Expected a baseline"),
        (("--ignore-file", "latin"), "UTF-8"),
        (("--baseline", "bad.json", "--write-baseline", "x"), "leave one of them out"),
        (("--statistics", "--format", "outcome"), "leave out --format outcome"),
        (("--write-baseline", "absent/b.json"), "absent/b.json"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(run, bad, options, words):
    (bad.parent / "latin").write_bytes(b'rule = "\xff"')
    ran = run("validate", "bad.json", *options)
    assert ran.code == 2
    assert words in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("options", [("--ignore", "FM1"), ("--baseline", "b"), ("--severity", "error")])
@pytest.mark.usefixtures("bad")
def test_beside_a_server_nothing_is_set_aside(run, options):
    ran = run("validate", "bad.json", "--server", "http://127.0.0.1:9/fhir", *options)
    assert ran.code == 2
    assert "leave out" in ran.err or "b: cannot be read" in ran.err


def test_statistics_count_the_rules_the_most_frequent_first(run, bad):
    (bad.parent / "more.json").write_bytes(BAD.replace(b"wibble", b"wobble").replace(b'"Hartley-xyz"', b'"1950"'))
    ran = run("validate", "bad.json", "more.json", "--statistics")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "2  error        FM101  Unknown element (in 2 resources)",
        "1  error        FM202  Wrong format (in 1 resource)",
        "",
        "2 resources checked, 2 resources failed: 3 errors.",
    ]
    told = jsonio.read(run("validate", "bad.json", "more.json", "--statistics", "--format", "json").out)
    assert [(row["rule"], row["findings"], row["resources"]) for row in told["statistics"]] == [
        ("FM101", 2, 2),
        ("FM202", 1, 1),
    ]
    assert told["summary"]["errors"] == 3
