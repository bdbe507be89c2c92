"""What a choice sets aside, by what, and what it never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.choosing import NEVER, Baseline, Choice, Chooser, Entry, chosen, codes
from fhir_matters.errors import InputError
from fhir_matters.issue import Severity
from fhir_matters.rules import RULES
from tests.choosing.findings import ALL, LATIN, OPEN, SHAPE, UNREAD, WRONG, report, rules


def told(choice: Choice, *issues, **more) -> list[str]:
    (only,) = chosen([report(*(issues or ALL), **more)], choice)
    return rules(only)


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((), (), ["FM301", "FM303", "FM101", "FM707", "FM302", "FM010"]),
        (("FM3",), (), ["FM301", "FM303", "FM302", "FM010"]),
        ((), ("FM3",), ["FM101", "FM707", "FM010"]),
        (("FM3",), ("FM301",), ["FM303", "FM302", "FM010"]),
        (("FM301",), ("FM3",), ["FM301", "FM010"]),
        (("FM301",), ("FM301",), ["FM010"]),
        (("FM",), ("FM",), ["FM010"]),
        (("FM1", "FM3"), ("FM30",), ["FM101", "FM010"]),
    ],
)
def test_of_two_codes_the_longer_one_counts_and_of_two_as_long_ignore(select, ignore, expected):
    assert told(Choice(select, ignore)) == expected


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (Severity.ERROR, ["FM301", "FM101", "FM010"]),
        (Severity.WARNING, ["FM301", "FM303", "FM101", "FM302", "FM010"]),
    ],
)
def test_what_is_less_severe_is_set_aside(severity, expected):
    assert told(Choice(severity=severity)) == expected


def test_what_fails_a_strict_report_is_told_however_little_its_severity():
    assert told(Choice(severity=Severity.ERROR), OPEN, LATIN, strict=True) == ["FM302"]


def test_a_report_is_ok_by_what_is_told_and_keeps_the_rest():
    (only,) = chosen([report(WRONG, LATIN)], Choice(ignore=("FM301",)))
    assert only.ok
    assert [(aside.issue, aside.by) for aside in only.aside] == [(WRONG, "--ignore")]


@given(
    st.lists(st.sampled_from(ALL)),
    st.lists(st.sampled_from(["FM", "FM1", "FM3", "FM30", "FM301", "FM7"])),
    st.lists(st.sampled_from(["FM", "FM1", "FM3", "FM30", "FM303", "FM0"])),
    st.sampled_from(Severity),
)
def test_nothing_is_lost_and_what_was_not_checked_is_always_told(issues, select, ignore, severity):
    entries = (Entry("FM101", path="*"), Entry("FM0", path="*"))
    choice = Choice(tuple(select), tuple(ignore), severity, entries, Baseline.of([report(*issues[:2])]))
    (only,) = chosen([report(*issues)], choice)
    assert sorted([*only.issues, *(aside.issue for aside in only.aside)]) == sorted(issues)
    assert rules(only).count("FM010") == rules(issues).count("FM010")
    assert all(aside.by for aside in only.aside)


def test_an_entry_sets_aside_with_its_reason_and_one_that_never_did_is_known():
    used, unused = Entry("FM301", "Patient.name.use", reason="Old.", origin="i.toml"), Entry("FM999", file="*")
    chooser = Chooser(Choice(entries=(used, unused)))
    only = chooser(report(WRONG, SHAPE))
    assert [(each.by, each.reason) for each in only.aside] == [("i.toml", "Old.")]
    assert rules(only) == ["FM101"]
    assert chooser.unused() == (unused,)


def test_an_entry_is_used_also_where_the_finding_would_not_be_told_anyway():
    chooser = Chooser(Choice(select=("FM1",), entries=(Entry("FM301", path="*"),)))
    chooser(report(WRONG))
    assert chooser.unused() == ()


def test_codes_are_listed_with_commas_and_in_any_case():
    assert codes(["fm1, FM301", "FM5"]) == ("FM1", "FM301", "FM5")
    assert codes([",", ""]) == ()


@pytest.mark.parametrize("name", ["X", "FM4444", "FM66", "301", "FM3*", "FM-1", "FM٣"])
def test_a_code_that_no_rule_begins_with_is_refused(name):
    with pytest.raises(InputError, match="fhir-matters rules"):
        codes([name])


@pytest.mark.parametrize("name", sorted(NEVER))
def test_that_something_was_not_checked_cannot_be_named_to_be_ignored(name):
    with pytest.raises(InputError, match="never a pass"):
        codes([name])
    assert name in RULES


def test_what_was_set_aside_before_stays_so():
    once = report(WRONG, LATIN, UNREAD)
    for code in ("FM301", "FM303"):
        (once,) = chosen([once], Choice(ignore=(code,)))
    assert rules(aside.issue for aside in once.aside) == ["FM301", "FM303"]
    assert rules(once) == ["FM010"]
