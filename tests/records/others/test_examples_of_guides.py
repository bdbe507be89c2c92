"""Every example of every guide's package is read, and accounted for leaf by leaf."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records.read import read
from tests.records.others.accounting import accounted, resources

GUIDES = {
    "hl7.fhir.us.core-6.1.0": 4,
    "hl7.fhir.us.core-7.0.0": 4,
    "hl7.fhir.us.core-8.0.0": 4,
    "hl7.fhir.us.pacio-adi-2.1.0-20240509": 2,
    "hl7.fhir.us.pco-0.2.0-ci": 2,
    "hl7.fhir.uv.ips-1.1.0": 3,
    "UK.Core.r4-1.2.0": 1,
    "fhir.r4.ukcore.stu3.currentbuild-0.0.9-pre-release": 3,
    "hl7.fhir.au.ps-1.0.0": 0,
    "kbv.basis-1.7.0-src": 1,
}
NAMED = {"resourceType": "Patient", "name": [{"text": "Ada Lark"}]}


def examples(archive: Path) -> Iterator[dict[str, Any]]:
    """The examples of a package, as they are."""
    with tarfile.open(archive) as opened:
        for member in opened:
            folder, _, name = member.name.rpartition("/")
            if folder.rpartition("/")[2] in ("example", "examples") and name.endswith(".json"):
                file = opened.extractfile(member)
                found = jsonio.read(file.read()) if file else None
                if isinstance(found, dict) and "resourceType" in found:
                    yield found


def is_about_somebody(bundle: dict[str, Any]) -> bool:
    """True where reading it says no word of a missing person."""
    try:
        return bool(read(bundle))
    except RecordError as error:
        return error.next_step == ""


@pytest.mark.parametrize(("guide", "people"), GUIDES.items())
def test_every_example_is_read_with_each_patient_and_nothing_is_lost_or_new(shared, guide, people):
    found = list(examples(shared / "packages" / f"{guide}.tgz"))
    patients = [each for each in found if each["resourceType"] == "Patient" and "name" in each]
    others = [each for each in found if each["resourceType"] not in ("Patient", "Bundle")]
    assert len(patients) >= people
    for patient in patients:
        accounted([patient, *others])


@pytest.mark.parametrize("guide", GUIDES)
def test_every_bundle_of_the_examples_is_read_as_it_is_or_with_a_patient(shared, guide):
    bundles = [each for each in examples(shared / "packages" / f"{guide}.tgz") if each["resourceType"] == "Bundle"]
    for bundle in bundles:
        accounted(bundle if is_about_somebody(bundle) else [*resources(bundle), NAMED])
    assert bundles or guide in ("hl7.fhir.us.pco-0.2.0-ci", "kbv.basis-1.7.0-src")


@pytest.mark.parametrize("guide", GUIDES)
def test_a_patient_without_a_name_is_told_to_need_one(shared, guide):
    found = list(examples(shared / "packages" / f"{guide}.tgz"))
    for patient in (each for each in found if each["resourceType"] == "Patient" and "name" not in each):
        with pytest.raises(RecordError, match="what the person is called"):
            read(patient)
    assert found
