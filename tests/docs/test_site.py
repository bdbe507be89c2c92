"""The site: it builds without a warning, every link in it leads somewhere, and nothing is fetched from elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

import fhir_matters
from docs.made import commands, package
from fhir_matters.cli.main import COMMANDS
from fhir_matters.rules import RULES
from tests.docs.pages import ROOT

# What a browser loads by itself, where a link is only followed by who clicks on it.
LOADED = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("object", "data")}


class Seen(HTMLParser):
    """What one page has: the places in it, where it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.places.add(value or "")
            elif (tag, name) == ("a", "href"):
                self.links.append(value or "")
            elif (tag, name) in LOADED:
                self.loaded.append(value or "")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, built now as anybody builds it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, ROOT / "docs" / "build.py", folder]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture(scope="session")
def seen(site):
    return {file: Seen(file.read_text(encoding="utf-8")) for file in site.rglob("*.html")}


def test_every_link_and_every_anchor_is_there(site, seen):
    broken = []
    for file, page in seen.items():
        for link in page.links + page.loaded:
            target, place = urldefrag(link)
            if "://" in target or target.startswith(("mailto:", "data:")):
                continue
            there = Path(unquote(urlsplit(urljoin(file.as_uri(), target)).path)) if target else file
            if not there.exists() or (place and there in seen and unquote(place) not in seen[there].places):
                broken.append(f"{file.relative_to(site)}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site, seen):
    assert [(str(file), each) for file, page in seen.items() for each in page.loaded if "//" in each] == []
    sheets = [file.read_text(encoding="utf-8") for file in site.rglob("*.css")]
    assert sheets
    assert [sheet for sheet in sheets if "url(http" in sheet or "url(//" in sheet or "@import" in sheet] == []


def test_every_command_has_its_real_help(site):
    page = Seen((site / "reference" / "commands.html").read_text(encoding="utf-8"))
    assert {f"fhir-matters-{name}" for name in COMMANDS} <= page.places
    command = [sys.executable, "-m", "fhir_matters", "validate", "--help"]
    environment = os.environ | {"COLUMNS": str(commands.COLUMNS)}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.strip() in commands.pages()["reference/commands.md"]


def test_no_help_shows_what_only_click_should_see():
    assert "\\b" not in commands.pages()["reference/commands.md"]


def test_every_rule_profile_and_public_name_is_in_it(seen, site):
    rules = {place for file, page in seen.items() if file.parent.name == "rules" for place in page.places}
    assert {code.lower() for code in RULES} <= rules
    profiles = {file.stem for file in seen if file.parent.name == "profiles"}
    named = {each["id"] for each in package.ours("StructureDefinition").values() if each["type"] != "Extension"}
    assert named <= profiles
    assert {name.lower() for name in fhir_matters.__all__} <= {
        place.rpartition(".")[2].lower() for place in seen[site / "reference" / "python.html"].places
    }
