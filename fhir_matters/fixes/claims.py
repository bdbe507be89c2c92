"""What a resource claims to meet: a claim that is misspelt, or that no resource of its type can meet."""

from __future__ import annotations

from fhir_matters.edits import Remove, Write
from fhir_matters.fixes.fix import Fix, Given
from fhir_matters.fixes.shape import emptied


def of_another_type(given: Given) -> Fix | None:
    """A claim to meet a profile of another type is taken out: it can never be true."""
    keys = given.keys
    if keys[-3:-1] != ("meta", "profile") or not isinstance(given.at(keys), str):
        return None
    return given.fix("Without the claim, which no resource of this type can meet.", Remove(emptied(given, keys)))


def misspelt(given: Given) -> Fix | None:
    """The one profile that is here and differs from the claim only in case, a slash or http and https."""
    said = given.at(given.keys)
    if given.keys[-3:-1] != ("meta", "profile") or not isinstance(said, str):
        return None
    url, _, version = said.partition("|")
    known = [each for each in given.registry.urls("StructureDefinition") if _alike(each) == _alike(url)]
    if len(known) != 1 or known[0] == url:
        return None
    meant = f"{known[0]}|{version}" if version else known[0]
    return given.fix("The profile's own spelling.", Write(given.keys, meant)) if given.registry.find(meant) else None


def _alike(url: str) -> str:
    return url.strip().rstrip("/").casefold().removeprefix("https:").removeprefix("http:")
