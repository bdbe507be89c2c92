"""`new`, `build`, `read`, `view`, `rules`: from a record file to FHIR, back, and to a page."""

from __future__ import annotations

import gzip
import io
import re

import pytest

from fhir_matters import Record, jsonio, read
from tests.cli.conftest import EXAMPLES


def test_a_new_record_file_loads_and_is_not_replaced(run, tmp_path):
    file = tmp_path / "art.yaml"
    assert run("new", file, "--name", 'Art "Tide" Bell').code == 0
    assert Record.load(file).person.name.text == 'Art "Tide" Bell'
    again = run("new", file, "--name", "Somebody else")
    assert again.code == 2
    assert "--force" in again.err
    assert Record.load(file).person.name.text == 'Art "Tide" Bell'


@pytest.mark.parametrize("name", ["art\nperson: x", "{braces}", "# no comment", "نام"])
def test_any_name_makes_a_record_that_loads(run, tmp_path, name):
    assert run("new", tmp_path / "x.yaml", "--name", name).code == 0
    assert Record.load(tmp_path / "x.yaml").person.name.text == name


def test_build_and_read_give_the_record_back(run, tmp_path, barbara):
    back = tmp_path / "back.yaml"
    assert run("read", barbara, "-o", back).code == 0
    assert Record.load(back) == Record.load(EXAMPLES / "barbara.yaml")


def test_building_twice_gives_the_same_bytes(run, barbara):
    assert run("build", EXAMPLES / "barbara.yaml").out.encode() == barbara.read_bytes()


def test_a_transaction_is_built_for_servers_that_take_one(run):
    bundle = jsonio.read(run("build", EXAMPLES / "art.yaml", "--kind", "transaction").out)
    assert bundle["type"] == "transaction"
    assert all(entry["request"]["url"] for entry in bundle["entry"])


@pytest.mark.parametrize(("shape", "title"), [("document", "What matters to"), ("ips", "International Patient")])
def test_a_document_is_built_for_the_day_and_the_keeper_that_are_named(run, shape, title):
    ran = run("build", EXAMPLES / "barbara.yaml", "--as", shape, "--date", "2026-11-25", "--custodian", "The hospice")
    bundle = jsonio.read(ran.out)
    assert bundle["type"] == "document"
    assert bundle["timestamp"] == "2026-11-25T00:00:00Z"
    assert bundle["entry"][0]["resource"]["title"].startswith(title)
    assert bundle["entry"][-1]["resource"]["name"] == "The hospice"


def test_a_document_is_of_today_where_no_day_is_named(run):
    bundle = jsonio.read(run("build", EXAMPLES / "barbara.yaml", "--as", "document").out)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", bundle["timestamp"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--date", "2026-11-25"], "say which with --as"),
        (["--as", "ips", "--date", "tomorrow"], "Give a day"),
        (["--as", "document", "--author", "nobody"], "nobody called 'nobody'"),
    ],
)
def test_a_document_that_cannot_be_built_is_a_clear_error(run, options, said):
    ran = run("build", EXAMPLES / "barbara.yaml", *options)
    assert ran.code == 2
    assert said in ran.err


def test_a_misspelt_field_is_named_with_its_place_and_the_likely_word(run, tmp_path):
    text = (EXAMPLES / "barbara.yaml").read_text().replace("said_by:", "sayd_by:", 1)
    (tmp_path / "barbara.png").write_bytes((EXAMPLES / "barbara.png").read_bytes())
    (tmp_path / "b.yaml").write_text(text)
    ran = run("build", tmp_path / "b.yaml", "-o", tmp_path / "out.json")
    line = text[: text.index("sayd_by:")].count("\n") + 1
    assert ran.code == 2
    assert f"b.yaml:{line}:" in ran.err
    assert "sayd_by" in ran.err
    assert "said_by" in ran.err
    assert not (tmp_path / "out.json").exists()


def test_the_page_of_a_file_and_of_a_bundle_is_the_same(run, tmp_path, barbara):
    assert run("view", EXAMPLES / "barbara.yaml", "-o", tmp_path / "a.html").code == 0
    assert run("view", barbara, "-o", tmp_path / "b.html").code == 0
    page = (tmp_path / "a.html").read_text()
    assert page == (tmp_path / "b.html").read_text()
    assert "Don&#39;t hoist me" in page or "Don't hoist me" in page


def test_what_is_kept_from_its_reader_is_in_no_page_and_no_bundle(run):
    art = EXAMPLES / "art.yaml"
    for ran in (run("view", art), run("view", art, "--text"), run("build", art, "--for", "anybody")):
        assert ran.code == 0
        assert "about his mum" not in ran.out
    assert "wants it kept apart" in run("view", art).out
    for ran in (run("view", art, "--for", "daniel"), run("view", art, "--for", "person"), run("build", art)):
        assert "about his mum" in ran.out
        assert "wants it kept apart" not in ran.out


def test_there_is_no_page_for_somebody_who_is_not_to_be_told_or_is_not_there(run):
    for reader, told in (("ruth", "not to be told"), ("rut", "did you mean 'ruth'?")):
        for command in ("view", "build"):
            ran = run(command, EXAMPLES / "art.yaml", "--for", reader)
            assert (ran.code, ran.out) == (2, "")
            assert told in ran.err


def test_a_record_saved_as_json_is_as_good_as_one_in_yaml(run, tmp_path, barbara):
    assert run("read", barbara, "--format", "json", "-o", tmp_path / "b.json").code == 0
    assert run("view", tmp_path / "b.json").out == run("view", barbara).out
    assert run("build", tmp_path / "b.json").out.encode() == barbara.read_bytes()


def test_the_page_can_be_text(run):
    ran = run("view", EXAMPLES / "art.yaml", "--text")
    assert ran.code == 0
    assert "<html" not in ran.out
    assert ran.out.lstrip().startswith("Art")


def test_the_page_is_in_the_persons_language_or_in_the_one_that_is_asked_for(run, barbara):
    eirwen = EXAMPLES / "eirwen.yaml"
    assert '<html lang="cy" dir="ltr">' in run("view", eirwen).out
    assert '<html lang="en" dir="ltr">' in run("view", eirwen, "--lang", "en-GB").out
    assert '<html lang="en" dir="ltr">' in run("view", EXAMPLES / "farideh.yaml").out
    assert "Pwy i\N{RIGHT SINGLE QUOTATION MARK}w ffonio" in run("view", barbara, "--text", "--lang", "cy").out


def test_a_language_that_there_is_no_page_in_is_told_with_those_that_there_are(run, barbara):
    ran = run("view", barbara, "--lang", "tlh")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no page in 'tlh'; there is one in cy and in en." in ran.err


def test_what_no_form_holds_is_kept_whole(run, tmp_path, barbara):
    bundle = jsonio.read(barbara.read_bytes())
    device = {"resourceType": "Device", "id": "d", "deviceName": [{"name": "hoist", "type": "user-friendly-name"}]}
    bundle["entry"].append({"fullUrl": "http://example.org/fhir/Device/d", "resource": device})
    barbara.write_bytes(jsonio.write(bundle))
    ran = run("read", barbara, "--format", "json", "-o", tmp_path / "back.json")
    assert ran.code == 0, ran.err
    again = jsonio.read(run("build", tmp_path / "back.json").out)
    assert device in [entry["resource"] for entry in again["entry"]]


def test_a_bundle_without_a_record_says_so(run, tmp_path):
    (tmp_path / "b.json").write_bytes(b'{"resourceType": "Bundle", "type": "collection"}')
    ran = run("read", tmp_path / "b.json")
    assert ran.code == 2
    assert "no record" in ran.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "Not JSON"),
        (b'{"a": 1}', "resourceType"),
        (b"[]", "resourceType"),
        (b'{"resourceType": "Patient"', "Not JSON"),
        ('{"resourceType": "Patient"}'.encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_resource_is_refused_with_its_place(run, tmp_path, content, says):
    (tmp_path / "bad.json").write_bytes(content)
    ran = run("read", tmp_path / "bad.json", "-o", tmp_path / "out.yaml")
    assert ran.code == 2
    assert says in ran.err
    assert "bad.json" in ran.err
    assert not (tmp_path / "out.yaml").exists()


def test_a_rule_is_explained_and_an_unknown_one_is_refused(run):
    explained = run("rules", "fm108")
    assert explained.code == 0
    assert "FM108" in explained.out
    assert "Why:" in explained.out
    assert "Do:" in explained.out
    assert run("rules", "FM000").code == 2
    assert run("rules").out.count("\n") > 50


def test_output_that_cannot_be_written_is_one_clear_error(run, tmp_path):
    ran = run("build", EXAMPLES / "art.yaml", "-o", tmp_path / "absent" / "out.json")
    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert read(Record.load(EXAMPLES / "art.yaml").bundle()).person.likes_to_be_called == "Art"


def test_a_new_record_without_a_name_and_without_a_terminal_asks_for_the_option(run, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ran = run("new", tmp_path / "x.yaml")
    assert ran.code == 2
    assert "--name" in ran.err
    assert not (tmp_path / "x.yaml").exists()


def test_what_a_new_file_suggests_can_be_filled_in_where_it_stands(run, tmp_path):
    file = tmp_path / "x.yaml"
    run("new", file, "--name", "Zed")
    file.write_text(file.read_text().replace("  # daniel:", "  daniel:"))
    assert Record.load(file).people["daniel"].phone == "+44 7700 900123"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.json", None, "There is no such file"),
        ("x.xml", b"<Patient/>", "in the namespace http://hl7.org/fhir"),
        ("x.ndjson.gz", gzip.compress(b'{"resourceType":"Patient"}\n' * 2, mtime=0), "found several"),
        ("x.ndjson.gz", gzip.compress(b"x" * 99, mtime=0)[:20], "breaks off"),
    ],
)
def test_a_file_that_is_not_one_resource_is_named_once(run, tmp_path, name, content, said):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    for command in ("read", "view"):
        ran = run(command, file)
        assert ran.code == 2
        assert said in ran.err
        assert ran.err.count(str(file)) == 1
