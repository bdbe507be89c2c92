"""The ignore file and the HL7 validator's advisor file: what their entries mean, and what is wrong with them."""

from __future__ import annotations

import json

import pytest

from fhir_matters.choosing import Entry, advisor, ignore_file
from fhir_matters.choosing.places import at, within
from fhir_matters.errors import InputError
from fhir_matters.path import Path
from tests.choosing.findings import LATIN, NOTE, WRONG

GIVEN = Path(("name", 0, "given", 1), "Patient.name[0].given[1]")
CHOICE = Path(("valueQuantity", "unit"), "Observation.value.ofType(Quantity).unit")
ENTRY = Path(("entry", 2, "resource", "name", 0), "Bundle.entry[2].resource/*Patient/p1*/.name[0]")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("Patient.name.given", GIVEN),
        ("Patient.name[0].given", GIVEN),
        ("Patient.name[0].given[1]", GIVEN),
        ("Patient.*.given", GIVEN),
        ("Patient.*", GIVEN),
        ("*", GIVEN),
        ("**", GIVEN),
        ("**.given", GIVEN),
        ("Patient.**.given", GIVEN),
        ("Observation.value.ofType(Quantity).unit", CHOICE),
        ("Observation.valueQuantity.unit", CHOICE),
        ("Bundle.entry.resource.name", ENTRY),
        ("Bundle.entry[2].resource/*Patient/p1*/.name", ENTRY),
        ("**.name", ENTRY),
        ("**", Path()),
        ("*", Path()),
    ],
)
def test_a_pattern_means_a_place(pattern, path):
    assert at(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("Patient.name", GIVEN),
        ("Patient.name[1].given", GIVEN),
        ("Patient.name.given[0]", GIVEN),
        ("patient.name.given", GIVEN),
        ("Patient.name.given.*", GIVEN._replace(expression="Patient.name", keys=("name",))),
        ("Patient.giv*", GIVEN),
        ("name.given", GIVEN),
        ("*.given", GIVEN),
        ("**.name", GIVEN),
        ("Observation.value.unit", CHOICE),
        ("", GIVEN),
    ],
)
def test_a_pattern_does_not_mean_another_place(pattern, path):
    assert not at(pattern, path)


@pytest.mark.parametrize("pattern", ["a/b/c.json", "*.json", "b/*.json", "b/c.json", "a/*", "./a/b/c.json", "a\\b\\*"])
def test_a_pattern_means_a_file_from_any_folder_on(pattern):
    assert within(pattern, "a/b/c.json")
    assert within(pattern, "a\\b\\c.json")


@pytest.mark.parametrize("pattern", ["c", "*.xml", "a", "/b/c.json", "A/*", "b"])
def test_a_pattern_does_not_mean_another_file(pattern):
    assert not within(pattern, "a/b/c.json")


@pytest.mark.parametrize(
    "rule", ["FM301", "fm3", "Terminology_TX_NoValid_16", "terminology_tx_novalid_16", "Term*", "*"]
)
def test_a_rule_is_named_by_code_or_message_id(rule):
    assert Entry(rule).means(WRONG, "a.json")


@pytest.mark.parametrize("rule", ["FM302", "FM4", "Terminology_TX_NoValid", "Terminology_TX_NoValid_2", "NoValid*"])
def test_another_rule_is_not_named(rule):
    assert not Entry(rule).means(WRONG, "a.json")


def test_rule_place_and_file_must_all_fit():
    entry = Entry("FM301", "Patient.name.use", "a.json")
    assert entry.means(WRONG, "a.json")
    assert not entry.means(WRONG, "b.json")
    assert not entry.means(LATIN, "a.json")
    assert not entry.means(WRONG._replace(path=GIVEN), "a.json")


TOML = """
[[ignore]]
rule = "fm303"
path = "Patient.maritalStatus"
reason = " Until March. "

[[ignore]]
rule = "Terminology_TX_NoValid_16"
file = "legacy/*.json"
reason = "Sent as it came."
"""


def test_an_ignore_file_is_entries_with_reasons():
    assert ignore_file(TOML, "i.toml") == (
        Entry("FM303", "Patient.maritalStatus", "", "Until March.", "i.toml", "entry 1"),
        Entry("Terminology_TX_NoValid_16", "", "legacy/*.json", "Sent as it came.", "i.toml", "entry 2"),
    )
    assert ignore_file("") == ()
    assert str(ignore_file(TOML, "i.toml")[0]) == "i.toml, entry 1: FM303 at Patient.maritalStatus"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('rule = "FM303"\npath = "*"', "Expected a reason"),
        ('rule = "FM303"\npath = "*"\nreason = "  "', "Expected words as reason"),
        ('rule = "FM303"\npath = "*"\nreason = 3', "Expected words as reason"),
        ('rule = "FM303"\nreason = "x"', "path or file"),
        ('path = "*"\nreason = "x"', "Expected the rule"),
        ('rule = "FM303"\npath = "*"\nreason = "x"\nuntil = "y"', "found until"),
        ('rule = "FM44"\npath = "*"\nreason = "x"', "no rule begins with"),
        ('rule = "FM010"\npath = "*"\nreason = "x"', "never a pass"),
    ],
)
def test_an_entry_that_says_too_little_or_too_much_is_refused_by_number(entry, words):
    with pytest.raises(InputError, match=words) as refused:
        ignore_file(f"{TOML}\n[[ignore]]\n{entry}", "i.toml")
    assert refused.value.place == "i.toml, entry 3"


@pytest.mark.parametrize(
    "text", ["[ignore]\nrule = 1", "ignore = 1", "ignores = []", "rubbish", 'x = "', "[[ignored]]"]
)
def test_what_is_no_ignore_file_is_refused(text):
    with pytest.raises(InputError, match=r"i\.toml"):
        ignore_file(text, "i.toml")
    with pytest.raises(InputError, match="Expected a table"):
        ignore_file("ignore = [3]")


SUPPRESSED = [
    "Terminology_TX_NoValid_16@Patient.name.use",
    "Terminology_TX_NoValid_2@^Patient\\.name\\[\\d\\].*",
    "A_*",
]
ADVISOR = json.dumps({"suppress": SUPPRESSED, "note": "what else is there is not ours"})
LINES = "# a comment\n\n" + "\n".join(f"  - {each}" for each in SUPPRESSED) + "\n+ whatever\n"


@pytest.mark.parametrize("text", [ADVISOR, LINES])
def test_an_advisor_file_is_read_as_the_hl7_validator_does(text):
    entries = advisor(text, "advisor")
    assert [(entry.rule, entry.path, entry.regex) for entry in entries] == [
        ("Terminology_TX_NoValid_16", "Patient.name.use", False),
        ("Terminology_TX_NoValid_2", "Patient\\.name\\[\\d\\].*", True),
        ("A_*", "", False),
    ]
    assert entries[0].means(WRONG, "")
    assert entries[1].means(LATIN, "")
    assert not entries[1].means(LATIN._replace(path=Path((), "Patient")), "")
    assert not any(entry.means(NOTE, "") for entry in entries)


def test_an_advisor_may_suppress_one_and_no_more():
    assert [entry.rule for entry in advisor('{"suppress": "A"}')] == ["A"]
    assert advisor("{}") == advisor("") == ()


@pytest.mark.parametrize("text", ["{", '{"suppress": [3]}', '{"suppress": ["@Patient"]}', "-@x", "-A@^(", "{" * 100000])
def test_what_is_no_advisor_file_is_refused(text):
    with pytest.raises(InputError) as refused:
        advisor(text, "advisor.json")
    assert refused.value.place.startswith("advisor.json")
    assert refused.value.next_step
