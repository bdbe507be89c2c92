"""The checks pass on what is committed, and each catches what it is there for."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest

from profiles import build, checks

RESOURCES = [json.loads(content) for name, content in build.read(build.PACKAGE).items() if "-" in name]
PROFILES = [r for r in RESOURCES if r["resourceType"] == "StructureDefinition" and r["type"] != "Extension"]


@pytest.fixture(scope="session")
def core_urls(r4_core):
    entries = json.loads((r4_core / ".index.json").read_bytes())["files"]
    return {entry["url"] for entry in entries if "url" in entry}


def found(resource_id, spoil, core):
    resources = deepcopy(RESOURCES)
    spoil(next(r for r in resources if r["id"] == resource_id and r["resourceType"] == "StructureDefinition"))
    return checks.problems(resources, core)


def test_what_is_committed_passes(core_urls):
    assert checks.problems(RESOURCES, core_urls) == []


def element(resource, name):
    return next(e for e in resource["differential"]["element"] if e["id"] == name)


def _twice(resource):
    resource["url"] = f"{checks.CANONICAL}/StructureDefinition/weight"


def _bound_to_nothing(resource):
    element(resource, "Extension.value[x]")["binding"]["valueSet"] = "https://example.org/ValueSet/none"


def _another_code(resource):
    element(resource, "Observation.code.coding:kind")["patternCoding"]["code"] = "dilemma"


def _another_extension(resource):
    element(resource, "RelatedPerson")["constraint"][0]["expression"] = f"'{checks.CANONICAL}/StructureDefinition/none'"


def _machine(resource):
    resource["description"] += f" {Path.home()}/fsh"


SPOILT = {
    "a URL twice": ("likelihood", _twice, "is defined 2 times"),
    "another address": ("why", lambda r: r.update(url="https://example.org/why"), "its URL is"),
    "a binding to nothing": ("medium", _bound_to_nothing, "is defined nowhere"),
    "a base that is nowhere": (
        "fm-please",
        lambda r: r.update(baseDefinition="https://example.org/x"),
        "defined nowhere",
    ),
    "a code that there is not": ("fm-option", _another_code, "has no code dilemma"),
    "an invariant about nothing": ("fm-someone", _another_extension, "defined nowhere"),
    "no snapshot": ("weight", lambda r: r.pop("snapshot"), "not in the snapshot"),
    "no description": ("weight", lambda r: r.pop("description"), "title or description"),
    "an element without words": (
        "fm-please",
        lambda r: element(r, "Flag.code").pop("short"),
        "Flag.code does not say what it is",
    ),
    "no context": ("weight", lambda r: r.pop("context"), "where it may stand"),
    "a trace of the machine": ("weight", _machine, "a place on this machine"),
    "a date": ("weight", lambda r: r.update(date="2026-01-01"), "the date of its making"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_definition_that_is_spoilt_is_caught(case, core_urls):
    resource_id, spoil, words = SPOILT[case]
    assert any(words in sentence for sentence in found(resource_id, spoil, core_urls))


def test_each_profile_says_in_words_what_each_of_its_own_elements_is():
    assert len(PROFILES) == 21
    for profile in PROFILES:
        assert [
            e["id"] for e in profile["differential"]["element"] if e.get("mustSupport") and not e.get("short")
        ] == []


def test_each_extension_stands_where_a_profile_of_ours_has_it():
    """The context is the element under which a profile lists the extension."""
    contexts = {r["url"]: {c["expression"] for c in r["context"]} for r in RESOURCES if r.get("type") == "Extension"}
    used = {}
    for profile in PROFILES:
        for each in profile["differential"]["element"]:
            for url in (url for kind in each.get("type", ()) for url in kind.get("profile", ())):
                used.setdefault(url, set()).add(each["path"].removesuffix(".extension"))
    assert {url: places for url, places in used.items() if url in contexts} == contexts
