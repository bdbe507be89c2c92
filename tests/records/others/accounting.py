"""Accounts for everything that is read of others: no leaf is lost, no word is new, and reading again says the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any

from fhir_matters import jsonio
from fhir_matters.records.fit import SECTIONS
from fhir_matters.records.read import read
from fhir_matters.records.record import Record

# What is said by choosing among the words of a form, and what is a key, a hash or a type.
_NO_WORDS = {
    "kind", "answer", "said_by", "in", "agents", "rests_on", "roles", "replaces", "made_by", "with",
    "asked_by", "sha1", "content_type", "withdrawn", "minutes", "attempt_cpr", "gender",
}  # fmt: skip
_WORD = re.compile(r"\S+")
_MARKUP = re.compile(r"<[^>]*>")


def resources(found: Any) -> list[dict[str, Any]]:
    """The resources of a Bundle, or of a list of them."""
    if isinstance(found, dict) and found["resourceType"] == "Bundle":
        return [entry["resource"] for entry in found.get("entry", []) if "resource" in entry]
    return [found] if isinstance(found, dict) else list(found)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], bytes]]:
    """Every leaf with its path, spelt as it is."""
    if isinstance(value, (dict, list)) and value:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path, jsonio.spelt(value)


def accounted(found: Any) -> Record:
    """The record that was read, after everything in it has been accounted for."""
    record = read(found)
    bundle = record.bundle()
    came, went = (Counter(frozenset(leaves(each)) for each in resources(side)) for side in (found, bundle))
    assert set(came) <= set(went), "a resource lost a leaf, or changed one"
    assert sum(went.values()) == len(set(came)), "something was written that nobody sent, or twice"
    assert read(bundle) == record
    assert jsonio.spelt(read(bundle).bundle()) == jsonio.spelt(bundle)
    assert new_words(record, found) == []
    return record


def new_words(record: Record, found: Any) -> list[str]:
    """What the forms say in words that nothing of what came has."""
    texts = [
        text for each in resources(found) for _, leaf in leaves(each) if isinstance(text := jsonio.read(leaf), str)
    ]
    texts += [unescape(_MARKUP.sub(gap, text)) for text in texts for gap in ("", " ")]
    known = {word.strip(";") for text in texts for word in _WORD.findall(text)}
    data = record.model_dump(mode="json", exclude_defaults=True)
    said = [text for name in ("person", *SECTIONS) for text in _said(data.get(name, {}))]
    return [text for text in said if not {word.strip(";") for word in _WORD.findall(text)} <= known]


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in _NO_WORDS:
                yield from _said(item)
    elif isinstance(value, list):
        for item in value:
            yield from _said(item)
    elif isinstance(value, str):
        yield value
