"""The file of findings in a real browser: its filter, its policy, axe-core, and no script at all."""

from __future__ import annotations

import pytest

from fhir_matters.issue import Excerpt, Issue, Report, Severity
from fhir_matters.path import Path
from fhir_matters.reports import REPORTERS
from tests.browser.conftest import DESK, PHONE
from tests.view.hostile import ATTACKS

RULES = ("FM301", "FM101", "FM707")
PROFILE = "https://example.org/StructureDefinition/p"


def issue(rule, words="Expected a code, found another."):
    severity = Severity.INFORMATION if rule == "FM707" else Severity.ERROR
    place, profile = Path(("gender",), "Patient.gender"), PROFILE if rule == "FM101" else ""
    return Issue(
        rule, severity, "value", words, place, profile, line=4, column=13, excerpt=Excerpt('"gender": "x"', 10)
    )


REPORTS = [Report(tuple(map(issue, RULES)), f"{number}.json", "Patient", f"p{number}") for number in range(20)]
HOSTILE = [Report((issue(attack, attack),), attack, attack, attack) for attack in ATTACKS]


@pytest.fixture
def findings(window, tmp_path):
    """Opens the file of these reports."""

    def open_(reports, **how):
        file = tmp_path / "findings.html"
        file.write_text("\n".join(REPORTERS["html"](reports, show_values=True)), encoding="utf-8")
        return window(file.as_uri(), offline=True, **how)

    return open_


def shown(page):
    return page.locator("li:visible").count()


def test_findings_are_filtered_by_rule_file_and_profile(findings):
    page = findings(REPORTS)
    said = page.get_by_role("status")
    assert (shown(page), said.inner_text()) == (60, "60 of 60 findings shown")
    page.locator("#rule").select_option("FM301")
    assert (shown(page), said.inner_text()) == (20, "20 of 60 findings shown")
    page.locator("#file").select_option("7.json")
    assert (shown(page), page.locator("article:visible").count()) == (1, 1)
    page.locator("#rule").select_option("")
    page.locator("#profile").select_option(PROFILE)
    assert page.locator("li:visible").inner_text().startswith("error FM101")
    page.locator("#file").select_option("")
    assert shown(page) == 20


def test_without_script_everything_is_there_and_the_filter_is_not(findings):
    page = findings(REPORTS, java_script_enabled=False)
    assert page.get_by_text("Expected a code").count() == 60
    assert page.locator("form:visible").count() == 0


@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark"}], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(findings, axe, size, how):
    page = findings(REPORTS[:2], size=size, **how)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_attacks_stays_text(findings):
    page = findings(HOSTILE)
    for name in ("#rule", "#file"):
        for value in page.locator(name).locator("option").all()[:5]:
            page.locator(name).select_option(value.get_attribute("value"))
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, svg, object, video").count() == 0
