"""Real resources with every kind of change in them, as texts: what tests of long runs run on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fhir_matters.errors import InputError
from tests.conformance.differential import mutants
from tests.conformance.mutators import Mutant
from tests.conformance.originals import originals


def mutated(shared: Path, count: int, seed: int = 6) -> list[str]:
    """So many texts, JSON and XML, of mutants of the corpus and of R4's examples; the same for the same seed."""
    files = [shared / "corpora" / "bulk-10-patients", shared / "packages" / "hl7.fhir.r4.examples-4.0.1.tgz"]
    texts = _texts(mutants(originals(files, 20_000), seed))
    return [next(texts) for _ in range(count)]


def _texts(source: Iterator[Mutant]) -> Iterator[str]:
    for each in source:
        try:
            text = each.text()
            text.encode()
        except (InputError, UnicodeEncodeError):  # some cannot be written so
            continue
        yield text
