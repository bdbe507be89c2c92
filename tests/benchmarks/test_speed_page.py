"""The page and the figure of the speed are those of the numbers beside them, and say what was not measured."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from tests.benchmarks import figure, page
from tests.benchmarks.bars import BARS, entry_times
from tests.benchmarks.contenders import ALL
from tests.benchmarks.corpora import BASE

KEPT = json.loads(page.NUMBERS.read_bytes())
FINDINGS = {"compared": 2, "same": 1, "errors": 3, "unjudged": 1, "different": {"only ours: value at Patient": 2}}


def made(**others):
    """Numbers of a run: parsing takes 1 µs a resource, ours 4 and 6, the HL7 validator 200 and 120."""
    contenders = {
        "exact parsing alone": {"seconds": [2e-6, 2e-6], "invalid": 0, "peak": 9},
        "fhir-matters": {"seconds": [8e-6, 12e-6], "invalid": 1, "peak": 99},
        "HL7 validator": {"seconds": [400e-6, 240e-6], "invalid": 1, "peak": 900},
        "HAPI": {"absent": "java is missing"},
    }
    corpus = {"about": "two", "resources": 2, "bytes": 3000, "findings": FINDINGS, "contenders": contenders}
    return {
        "settings": {"rounds": 2, "warm": 1, "seconds": 0, "sample": 2, "short": True},
        "machine": {"cores": 2, "python": "3.11", "load": 0.1},
        "versions": {"HL7 validator": "6"},
        "corpora": {BASE: corpus},
        **others,
    }


def measured(numbers):
    return {bar.measure: bar.measured(numbers) for bar in BARS}


def test_the_page_and_the_figure_are_made_of_the_numbers():
    assert page.PAGE.read_text(encoding="utf-8") == page.page(KEPT), "run python -m tests.benchmarks.page"
    assert page.FIGURE.read_text(encoding="utf-8") == figure.drawn(KEPT), "run python -m tests.benchmarks.page"


def test_the_numbers_are_of_a_whole_run():
    assert set(KEPT) >= {"corpora", "bundles", "start", "memory", "processes"}
    assert all(set(each["contenders"]) >= {"fhir-matters", "HL7 validator"} for each in KEPT["corpora"].values())
    assert {each.name for each in ALL} <= set(KEPT["corpora"][BASE]["contenders"])
    assert None not in measured(KEPT).values()


def test_a_bar_is_held_by_the_median_of_the_rounds():
    parsed, theirs, *_ = [(bar, bar.measured(made())) for bar in BARS]
    assert (parsed[1].least, parsed[1].median, parsed[1].most) == pytest.approx((4, 5, 6))
    assert parsed[0].holds(parsed[1])
    assert (theirs[1].least, theirs[1].most) == pytest.approx((20, 50))
    assert theirs[0].holds(theirs[1])


def test_what_was_not_measured_is_said_to_be_so():
    text = page.page(made())
    assert text.count("not measured |") == len(BARS) - 2
    assert "Not run: HAPI: java is missing." in text


def test_a_short_run_judges_nothing():
    assert "met |" not in page.page(made())
    whole = {**made()["settings"], "short": False}
    assert page.page(made(settings=whole)).count("| met |") == 2


def test_differences_of_findings_are_on_the_page():
    text = page.page(made())
    assert "the same errors in 1 of 2" in text
    assert "- only ours: value at Patient (2)" in text
    assert "1 that the HL7 validator could not judge are left out" in text


@pytest.mark.parametrize(("load", "told"), [(0.1, False), (7.0, True)])
def test_a_machine_that_was_not_quiet_is_told(load, told):
    numbers = made(machine={"cores": 2, "python": "3.11", "load": load})
    assert ("The machine was not quiet" in page.page(numbers)) is told


def test_the_time_of_an_entry_is_compared_with_that_in_a_bundle_of_a_thousand():
    bundles = {
        str(size): {"findings": FINDINGS, "contenders": {"fhir-matters": {"seconds": [size * each / 1e6]}}}
        for size, each in ((10, 30), (1000, 20), (100_000, 21))
    }
    numbers = made(bundles=bundles)
    assert entry_times(numbers) == pytest.approx({10: 30, 1000: 20, 100_000: 21})
    (bar,) = [each for each in BARS if "entry" in each.measure]
    assert (bar.measured(numbers).most, bar.holds(bar.measured(numbers))) == (pytest.approx(1.5), False)
    assert "| 100,000 | 21.0 | 1 of 2 |" in page.page(numbers)


def test_starts_memory_and_processes_are_on_the_page():
    numbers = made(
        start={"base R4": {"ours": [0.2, 0.3], "hl7": [6.0, 12.0], "library": [5.0, 7.0]}},
        memory={"resources": 7160, "ours": 80, "hl7": 900},
        processes={"resources": 100, "1": [2.0], "2": [1.0], "MB": 140},
    )
    text = page.page(numbers)
    assert "| ours, one small file, base R4 | 0.20 s | 0.25 s | 0.30 s |" in text
    assert "| HL7 validator, its own command line, base R4 | 6.0 s | 9.0 s | 12.0 s |" in text
    assert "| HL7 validator, as a library, to its first verdict, base R4 | 5.0 s | 6.0 s | 7.0 s |" in text
    assert "80 MB of ours, 900 MB of the HL7 validator" in text
    assert "All processes together, 100 resources: 140 MB at most." in text
    assert "with --jobs 2, start and exit in it | 100 | 100 | 100 |" in text
    assert "as fast as" not in text
    found = measured(numbers)
    assert found["two processes against one"].median == 2
    assert found["the HL7 validator's command line, start to exit, against ours"].median == 35


def test_two_processes_are_set_against_two_threads():
    numbers = made(processes={"resources": 100, "1": [2.0] * 3, "2": [1.0, 3.0, 1.0], "MB": 140})
    numbers["corpora"][BASE]["contenders"]["HL7 validator, 2 threads"] = {
        "seconds": [0.1, 0.3],
        "invalid": 1,
        "peak": None,
    }
    assert "are 10.0 times as fast as the HL7 validator warm with two threads" in page.page(numbers)


def test_the_figure_is_svg_with_a_bar_for_each_that_was_timed():
    root = ET.fromstring(figure.drawn(made()))
    words = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"exact parsing alone", "fhir-matters", "HL7 validator"} <= set(words)
    assert "HAPI" not in words
    assert "160 µs (35 times ours)" in words
    bars = [float(each.get("width")) for each in root.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert bars == sorted(bars)
    assert bars[0] > 0


def test_a_run_without_the_synthetic_records_has_a_figure_that_says_so():
    assert "Synthetic records were not measured" in figure.drawn(made(corpora={}))
