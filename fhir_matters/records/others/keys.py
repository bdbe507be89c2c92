"""Keys for what others wrote: made of names, ids and codes, the same in whatever order the resources came."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

from fhir_matters.jsonio import spelt
from fhir_matters.records.elements import Element, child, children, text_of
from fhir_matters.records.others.came import Came
from fhir_matters.records.others.words import label, name_of

_LONGEST = 40  # R4 knows no keys; this is what the form accepts
_MARK = 6  # hexadecimal digits that tell apart what would have the same key
# An id that is made of words says what it is; one that is made of numbers or by chance does not.
_WORDS = re.compile(r"^(?!.*[0-9a-f]{8})(?=.*[a-z]{3})", re.IGNORECASE)


def keys(came: Came, numbers: Iterable[int], taken: Iterable[str]) -> Mapping[int, str]:
    """A key for each of the resources; those that would have the same get a mark made of what they say."""
    slugs = {number: _slug(came.entries[number][1]) for number in numbers}
    several = Counter([*slugs.values(), *taken, "person"])
    return {number: slug if several[slug] == 1 else _marked(slug, came, number) for number, slug in slugs.items()}


def _marked(slug: str, came: Came, number: int) -> str:
    url, resource = came.entries[number]
    mark = sha256(url.encode() + spelt(resource)).hexdigest()[:_MARK]
    return f"{slug[: _LONGEST - _MARK - 1].rstrip('-')}-{mark}"


def _slug(resource: Element) -> str:
    kind = resource["resourceType"]
    named = _NAMED.get(kind, _by_id)(resource) or ""
    plain = unicodedata.normalize("NFKD", named).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")[:_LONGEST].rstrip("-")
    return slug or kind.lower()[:_LONGEST]


def _by_id(resource: Element) -> str | None:
    found = text_of(resource.get("id")) or ""
    return found if _WORDS.match(found) else label(resource.get("code"))


def _by_name(resource: Element) -> str | None:
    return text_of(child(name_of(resource), "text"))


def _by_role(resource: Element) -> str | None:
    return text_of(child(resource.get("practitioner"), "display")) or label(
        next(iter(children(resource, "code")), None)
    )


_NAMED: Mapping[str, Callable[[Element], str | None]] = {
    "Composition": lambda resource: "story" if resource else None,
    "RelatedPerson": _by_name,
    "Practitioner": _by_name,
    "PractitionerRole": _by_role,
}
