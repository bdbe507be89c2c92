"""Our snapshots are the published ones, as far as the packages here let them be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.validator import Validator
from tests.conformance import snapshots

# Of a hundred fields that decide a verdict, how many are the same. What is left, package by package:
# R4's own profiles leave of a sliced choice only the types with slices, which the HL7 tooling no longer does, and have
# no least number of extensions; US Core 7 and 8 carry a later vs-1 than R4 4.0.1 has; the extensions pack lists types
# that came after R4 in Extension.value[x]; UK Core and KBV come from tools that name types and references otherwise.
BARS = {
    "hl7.fhir.r4.examples-4.0.1": (439, 99.4),
    "hl7.fhir.us.core-6.1.0": (58, 99.9),
    "hl7.fhir.us.core-7.0.0": (62, 99.8),
    "hl7.fhir.us.core-8.0.0": (66, 99.8),
    "hl7.fhir.uv.ips-1.1.0": (36, 99.9),
    "UK.Core.r4-1.2.0": (44, 99.8),
    "hl7.fhir.us.pacio-adi-2.1.0-20240509": (38, 99.9),
    "hl7.fhir.uv.extensions.r4-5.2.0": (632, 99.4),
    "kbv.basis-1.7.0-refsnap": (26, 99.9),
}


@pytest.mark.parametrize("name", BARS)
def test_what_decides_a_verdict_is_as_published(name: str, shared: Path) -> None:
    profiles, share = BARS[name]
    count = snapshots.compared(name, shared / "packages")
    assert count.profiles - len(count.left_out) >= profiles
    assert count.deciding_share >= share
    assert count.missing + count.extra <= count.elements / 400


def test_a_profile_is_left_out_only_where_what_it_builds_on_is_not_here(shared: Path) -> None:
    count = snapshots.compared("kbv.basis-1.7.0-refsnap", shared / "packages")
    assert count.left_out
    assert all("not at hand" in why for why in count.left_out.values())


def test_the_table_has_a_line_for_a_package(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["hl7.fhir.us.core-6.1.0", "--only", "us-core-patient", "--list"]
    assert snapshots.main([*arguments, "--folder", str(shared / "packages")]) == 0
    head, line, *_ = capsys.readouterr().out.splitlines()
    assert head.startswith("package")
    assert line.split()[:4] == ["hl7.fhir.us.core-6.1.0", "1", "of", "1"]


@pytest.mark.parametrize(
    "name", ["hl7.fhir.uv.ips-1.1.0", "UK.Core.r4-1.2.0", "hl7.fhir.us.core-6.1.0", "hl7.fhir.us.core-8.0.0"]
)
def test_examples_are_judged_by_our_snapshots_as_by_the_published_ones(name: str, shared: Path) -> None:
    package, stripped = snapshots.surroundings(name, shared / "packages")
    whole, bare = Validator(registry=core().with_layer(package)), Validator(registry=stripped)
    examples = list(snapshots.examples(shared / "packages" / f"{name}.tgz"))
    assert examples
    for example in examples:
        published, ours = ({(each.rule, each.path) for each in one.validate(example).errors} for one in (whole, bare))
        if "FM703" not in {rule for rule, _ in ours}:  # US Core's QuestionnaireResponse builds on what is not here
            assert ours == published, example.get("id")
