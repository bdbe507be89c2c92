"""The pages that nobody writes: made of the code and the profiles, with nothing left out."""

from __future__ import annotations

import json
import re

import pytest

from docs import build
from docs.made import codes, mirrored, package, profiles, rules
from fhir_matters.rule_examples import example
from fhir_matters.rules import RULES

PAGES = profiles.pages()
OURS = [each for each in package.ours("StructureDefinition").values() if each["type"] != "Extension"]
RULE_PAGES = rules.pages()


@pytest.mark.parametrize("profile", OURS, ids=lambda profile: profile["id"])
def test_a_profile_has_its_differential_and_an_example_of_its_own(profile):
    page = PAGES[f"reference/profiles/{profile['id']}.md"]
    for element in profile["differential"]["element"]:
        if element.get("mustSupport"):
            assert f"| **`{element['id'].partition('.')[2]}`** |" in page
        if "short" in element:
            assert package.cell(element["short"]) in page
    shown = re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(shown) == (profile["id"] != "fm-document")
    assert all(profile["url"] in json.loads(text)["meta"]["profile"] for text in shown)


def test_a_profile_says_who_else_can_read_it():
    table = PAGES["reference/profiles/fm-what-matters.md"].partition("## Who else")[2].partition("## ")[0]
    head, _, row = (line for line in table.splitlines() if line.startswith("|"))
    assert head.count("|") == row.count("|")
    for guide in ("us-core-care-experience-preference", "ADI-CareExperiencePreference", "pco-what-matters-assessment"):
        assert guide in row


def test_the_columns_of_readers_are_those_of_the_guides():
    head = next(
        line for line in (package.ROOT / "profiles" / "guides.md").read_text().splitlines() if line[:3] == "| |"
    )
    assert tuple(each.strip() for each in head.strip("| ").split("|")) == profiles.COLUMNS


def test_every_extension_code_and_value_set_of_ours_is_there():
    extensions = {each["id"] for each in package.ours("StructureDefinition").values() if each["type"] == "Extension"}
    page = PAGES["reference/profiles/extensions.md"]
    assert set(re.findall(r"^\(extension-(.+)\)=$", page, re.MULTILINE)) == extensions
    said = codes.pages()["reference/profiles/codes.md"]
    for system in package.ours("CodeSystem").values():
        assert all(f"| `{concept['code']}` |" in said for concept in system["concept"])
    assert all(f"(codes-{each['id']})=" in said for each in package.ours("ValueSet").values())


@pytest.mark.parametrize("family", rules.FAMILIES)
def test_every_rule_has_why_what_to_do_and_what_breaks_it(family):
    page = RULE_PAGES[f"reference/rules/{family}.md"]
    for code in (code for code in RULES if code[:3] == family):
        entry = page.partition(f"({code.lower()})=")[2].partition("\n(fm")[0]
        for said in (RULES[code].why, RULES[code].todo, RULES[code].spec, example(code).bad, example(code).good):
            assert said.strip() in entry, code


def test_every_rule_has_a_family():
    assert {code[:3] for code in RULES} == set(rules.FAMILIES)


@pytest.mark.parametrize(
    ("home", "link", "moved"),
    [
        ("README.md", "[fields](profiles/forms.md#person)", "[fields](reference/fields.md#person)"),
        ("README.md", "[how](docs/pages/how-to/write-a-check.md)", "[how](how-to/write-a-check.md)"),
        ("README.md", "[LICENSE](LICENSE)", "LICENSE"),
        (
            "README.md",
            "[the script](examples/spark/validate_records.py)",
            "the script (`examples/spark/validate_records.py`)",
        ),
        ("README.md", "[HL7](http://hl7.org/fhir)", "[HL7](http://hl7.org/fhir)"),
        ("README.md", "[here](#there)", "[here](#there)"),
    ],
)
def test_links_of_a_page_from_elsewhere_lead_on_in_the_site(home, link, moved):
    page = next(page for page, each in mirrored.HOMES.items() if each == home)
    assert mirrored.LINK.sub(lambda found: mirrored.moved(page, home, found), link) == moved


def test_a_page_that_is_both_written_and_made_is_a_mistake(monkeypatch, tmp_path):
    monkeypatch.setattr(build, "made", lambda: {"index.md": "# Another"})
    with pytest.raises(FileExistsError):
        build.write(tmp_path)
