"""Reports that go from one process to another arrive as they were."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.issue import Excerpt, Issue, Report, Severity
from fhir_matters.path import Path
from fhir_matters.sources import Document
from fhir_matters.validation.parcels import packed

TEXT = st.text(max_size=8)
LINES = st.none() | st.integers(1, 10**6)
PATHS = st.builds(Path, st.lists(TEXT | st.integers(0, 9), max_size=3).map(tuple), TEXT)
ISSUES = st.builds(
    Issue,
    *(TEXT, st.sampled_from(Severity), TEXT, TEXT, PATHS),
    profile=TEXT,
    found=TEXT,
    undecided=st.booleans(),
    line=LINES,
    column=LINES,
    server=TEXT,
    excerpt=st.none() | st.builds(Excerpt, TEXT, st.integers(0, 9)),
)


@st.composite
def judged(draw):
    document = Document(draw(TEXT), draw(LINES))
    issues = tuple(draw(st.lists(ISSUES, max_size=3)))
    strict, told = draw(st.booleans()), draw(st.integers(0, 9))
    return document, Report(issues, document.name, draw(TEXT), draw(TEXT), strict=strict, told=told)


@given(st.lists(judged(), max_size=4))
def test_reports_arrive_as_they_were_each_of_its_own_type(several):
    reports = [report for _, report in several]
    arrived = list(pickle.loads(pickle.dumps(packed(several))))
    assert arrived == reports
    for report in arrived:
        assert all(type(issue) is Issue and type(issue.path) is Path for issue in report)
        assert all(type(issue.severity) is Severity for issue in report)
