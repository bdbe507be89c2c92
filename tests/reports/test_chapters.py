"""Reports told in chapters say what the reporter says of all of them, however they are divided."""

from __future__ import annotations

import pickle
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import Path
from fhir_matters.reports import concise, structured
from fhir_matters.reports.chapters import CHAPTERS, STATISTICS
from fhir_matters.reports.grouped import FEW, grouped
from fhir_matters.rules import RULES

CODES = ("FM301", "FM202", "FM701", "FM601")
FILES = ("a.ndjson:1", "a.ndjson:2", "b.json", "")


@st.composite
def issues(draw):
    place = draw(st.integers(0, 40))
    return Issue(
        draw(st.sampled_from(CODES)),
        draw(st.sampled_from(Severity)),
        "invalid",
        f"Expected {draw(st.integers(0, 3))}.",
        Path(("name", place), f"Patient.name[{place}].{draw(st.sampled_from(('use', 'text')))}"),
        found="femme",
        undecided=draw(st.booleans()),
        line=draw(st.none() | st.integers(1, 9)),
    )


REPORTS = st.lists(
    st.builds(
        Report,
        st.lists(issues(), max_size=12).map(tuple),
        st.sampled_from(FILES),
        st.just("Patient"),
        st.sampled_from(("", "p1")),
        strict=st.booleans(),
        told=st.integers(0, 2),
    ),
    max_size=12,
)


def divided(reports, ends):
    """The reports in parts that end there; some hold nothing."""
    bounds = [0, *sorted(end % (len(reports) + 1) for end in ends), len(reports)]
    return [reports[start:end] for start, end in pairwise(bounds)]


def bound(chapters, reports, ends, **options):
    """What is bound of chapters that came from other processes."""
    write = partial(chapters.write, **options)
    return "\n".join(chapters.bind(pickle.loads(pickle.dumps(write(some))) for some in divided(reports, ends)))


@pytest.mark.parametrize("show_values", [False, True])
@pytest.mark.parametrize(("style", "report"), [("concise", concise), ("json", structured)])
@given(REPORTS, st.lists(st.integers(0, 20), max_size=4))
def test_lines_are_those_of_the_reporter(style, report, show_values, reports, ends):
    told = "\n".join(report(reports, show_values=show_values))
    assert bound(CHAPTERS[style], reports, ends, show_values=show_values) == told
    assert ("femme" in told) == (show_values and any(map(list, reports)))


@given(REPORTS, st.lists(st.integers(0, 20), max_size=4))
def test_what_is_counted_and_grouped_is_the_same(reports, ends):
    assert bound(CHAPTERS["text"], reports, ends) == "\n".join(grouped(reports))
    for style in STATISTICS.values():
        assert bound(style, reports, ends) == "\n".join(style.of(reports))


@pytest.mark.parametrize("ends", [(), (1,), (1, 2, 3), (2, 2, 4), tuple(range(60))])
def test_files_and_resources_are_counted_once_though_a_chapter_ends_in_them(ends):
    wrong = Issue("FM301", Severity.ERROR, "invalid", "Expected a code.", Path(("gender",), "Patient.gender"))
    several = [Report((wrong,) * 2, file, "Patient", "p") for file in ("a.json", "a.json", "b.json", "b.json")]
    lines = [Report((wrong,), f"a.ndjson:{number}", "Patient", "p") for number in range(1, 51)]
    assert bound(CHAPTERS["text"], several * 5, ends).startswith(f"error   FM301 {RULES['FM301'].title}: 40 findings")
    assert "40 findings in 10 files" in bound(CHAPTERS["text"], several * 5, ends)
    assert "50 findings in 50 resources" in bound(CHAPTERS["text"], lines, ends)


def test_of_kinds_so_many_are_kept_however_they_come(monkeypatch):
    monkeypatch.setattr("fhir_matters.reports.grouped._KINDS", 2)
    kinds = [
        Issue("FM301", Severity.ERROR, "invalid", f"Expected {letter}.", Path((letter,), f"Patient.{letter}"))
        for letter in "abcbcca" * FEW
    ]
    reports = [Report((kind,), "a.json", "Patient", "p") for kind in kinds]
    told = {bound(CHAPTERS["text"], reports, ends) for ends in [(), (2,), (1, 2, 3), tuple(range(1, 40))]}
    assert len(told) == 1
    assert "Expected b." in (text := told.pop())
    assert "Expected c." not in text
