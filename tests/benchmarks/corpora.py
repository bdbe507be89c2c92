"""What is judged: real resources, evenly spread over a corpus, and Bundles made to any length."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from tests.conformance.originals import originals
from tests.conftest import SHARED

T = TypeVar("T")
BULK = SHARED / "corpora" / "bulk-10-patients"
EXAMPLES = SHARED / "packages" / "hl7.fhir.r4.examples-4.0.1.tgz"
US_CORE = SHARED / "packages" / "hl7.fhir.us.core-6.1.0.tgz"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LARGEST = 100_000  # bytes of an example: the few larger ones are definitions, and half of the time would go into them


@dataclass(frozen=True)
class Corpus:
    """Where resources are from, and the packages to judge them with; `about` is a sentence for the page."""

    name: str
    about: str
    files: tuple[Path, ...]
    packages: tuple[Path, ...] = ()

    def texts(self) -> list[bytes]:
        """Each resource on a line of its own, otherwise as it is: outside of strings a line's end is a space."""
        found = originals(self.files, LARGEST)
        return [b" ".join(each.raw.splitlines()) for each in found]


BASE, CLAIMED, R4 = "synthetic records, base R4", "synthetic records, US Core 6.1.0", "R4 examples"
CORPORA = {
    "bulk": Corpus(BASE, "7,160 resources of ten invented people, against R4 alone", (BULK,)),
    "us-core": Corpus(CLAIMED, "the same, with the US Core profiles that they claim", (BULK,), (US_CORE,)),
    "examples": Corpus(R4, f"R4's own examples, those of at most {LARGEST // 1000} kB", (EXAMPLES,)),
}


def folder(place: Path) -> Corpus:
    """The JSON and NDJSON under a folder; its path stays out of what is written."""
    return Corpus(place.name, "a folder that was given", (place,))


def sampled(found: Sequence[T], count: int) -> list[T]:
    """At most so many, evenly spread."""
    if len(found) <= count:
        return list(found)
    return [found[at * len(found) // count] for at in range(count)]


def bundle(entries: int) -> bytes:
    """A collection of so many entries: every tenth a Patient, and after each what was observed of them."""
    made = {"resourceType": "Bundle", "type": "collection", "entry": list(_entries(entries))}
    return json.dumps(made, separators=(",", ":")).encode()


def _entries(count: int) -> Iterator[dict[str, Any]]:
    for at in range(count):
        url, patient = _urn(at), _urn(at - at % 10)
        yield {"fullUrl": url, "resource": _patient(at) if url == patient else _observation(at, patient)}


def _urn(at: int) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, str(at))}"


def _patient(at: int) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "text": _narrative("A person"),
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": _urn(at)}],
        "name": [{"family": f"Family {at}", "given": ["Given"]}],
        "gender": "female",
        "birthDate": "1940-05-17",
    }


def _observation(at: int, patient: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "text": _narrative("A weight"),
        "status": "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": "exam"}]}],
        "code": {"text": "Weight"},
        "subject": {"reference": patient},
        "effectiveDateTime": "2026-03-01T09:30:00Z",
        "performer": [{"display": "A nurse"}],
        "valueQuantity": {"value": 40 + at % 60, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }


def _narrative(words: str) -> dict[str, str]:
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'}
