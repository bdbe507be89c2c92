"""How things look in a notebook: a real one is run, hostile words stay words, and values are there only when asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html as parsed

from fhir_matters import Issue, Receipt, Record, Report, Reports, Severity, Validator
from fhir_matters.errors import FhirMattersError, RecordError
from fhir_matters.notebook import FEW, MOST, shown
from fhir_matters.path import Path as Place
from fhir_matters.server.compare import Difference
from fhir_matters.server.receipt import Line
from tests.view.hostile import ATTACKS

EXAMPLES = Path(__file__).parent.parent / "examples"
TAGS = {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
CELLS = """
from fhir_matters import Receipt, Record, Reports, Validator
report = Validator().validate({"resourceType": "Patient", "gender": "femme"})
report
##
Reports([report, report])
##
Record.load(EXAMPLES / "eirwen.yaml")
##
Receipt("http://a.example/fhir", "http://b.example/fhir", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", ())
"""


def wrong(text: str, rule: str = "FM301") -> Issue:
    return Issue(rule, Severity.ERROR, "invalid", text, Place((), text), found="SECRET")


def text_of(element: object) -> str:
    return parsed.fromstring(element._repr_html_()).text_content()


def test_a_real_notebook_shows_each_and_keeps_no_value_beside_it():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    cells = CELLS.replace("EXAMPLES", f"__import__('pathlib').Path({str(EXAMPLES)!r})").split("##\n")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    report, reports, record, receipt = [cell.outputs[0]["data"] for cell in book.cells]
    assert "FM301" in report["text/html"]
    assert "2 resources checked: 4 errors" in reports["text/html"]
    assert "What matters to Eirwen" in record["text/html"]
    assert "Nothing was lost" in receipt["text/html"]
    assert "femme" not in f"{report}{reports}"
    assert record["text/plain"].startswith("<Record of one person")


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_words_stay_words(attack):
    report = Report((wrong(attack), wrong(attack, attack)), attack, attack, attack)
    receipt = Receipt(
        attack, attack, "", "", [Line(attack, attack, "", "created", differences=(Difference(attack, "changed"),))]
    )
    for look in (report, shown(report, values=True), receipt, shown(receipt, values=True)):
        tree = parsed.fromstring(look._repr_html_())
        assert {each.tag for each in tree.iter()} <= TAGS
        assert {name for each in tree.iter() for name in each.attrib} <= {"style", "scope", "open"}
        assert tree.text_content().replace("\n", "").isprintable()


def test_values_are_shown_to_those_who_ask():
    report = Report((wrong("Expected a code."),), "a.json")
    assert "SECRET" not in f"{report._repr_html_()}{report!r}{report.issues[0]!r}"
    assert "SECRET" in shown(report, values=True)._repr_html_()
    difference = Difference("Patient.gender", "changed", source="SECRET", target="HIDDEN")
    receipt = Receipt(
        "", "http://b.example", "", "", [Line("Patient/1", "Patient", "", "updated", differences=(difference,))]
    )
    assert "Patient.gender" in text_of(receipt)
    assert "SECRET" not in f"{receipt._repr_html_()}{receipt!r}"
    assert {"SECRET", "HIDDEN"} <= set(parsed.fromstring(shown(receipt, values=True)._repr_html_()).itertext())


def test_findings_are_counted_by_rule_the_wrong_ones_first_and_closed_where_there_are_many():
    many = Report(tuple(wrong(f"Note {number}", "FM202") for number in range(MOST + 2)))
    open_question = Issue("FM601", Severity.WARNING, "incomplete", "Not evaluated.", undecided=True)
    tree = parsed.fromstring(Reports([Report((open_question,)), many])._repr_html_())
    assert [each.text[:5] for each in tree.iter("summary")] == ["FM202", "FM601"]
    assert [each for each in tree.iter("details") if "open" in each.attrib] == []
    assert "… and 2 more" in tree.text_content()
    assert f"{MOST + 2} errors, 1 undecided, which is no pass" in tree.text_content()
    few = parsed.fromstring(Report((wrong("x"),) * FEW)._repr_html_())
    assert "open" in next(few.iter("details")).attrib


def test_nothing_found_and_nothing_lost_are_said():
    assert text_of(Validator().validate({"resourceType": "Patient", "active": True})).startswith("✔ 1 resource checked")
    assert text_of(Reports()).strip() == "Nothing was checked."
    assert "✘ Not everything arrived" in text_of(Receipt("", "", "", "", [Line("a", "Flag", "", "lost")]))


def test_a_record_is_its_page_in_a_frame_without_scripts_as_its_reader_may_see_it():
    record = Record.load(EXAMPLES / "eirwen.yaml")
    frames = {who: parsed.fromstring(shown(record, reader=who)._repr_html_()) for who in ("anybody", "person")}
    assert all(frame.tag == "iframe" and frame.attrib["sandbox"] == "" for frame in frames.values())
    anybody, person = (parsed.fromstring(frame.attrib["srcdoc"]).text_content() for frame in frames.values())
    assert record._repr_html_() == shown(record)._repr_html_()
    assert len(person) > len(anybody)
    with pytest.raises(RecordError):
        shown(record, reader="nobody-of-that-name")


def test_what_has_no_look_of_its_own_is_refused_by_its_type():
    with pytest.raises(FhirMattersError, match="found int"):
        shown([1])
