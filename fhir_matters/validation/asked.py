"""What a user may ask beyond FHIR: to refuse HTML in strings, to let comments pass, profiles by place in a Bundle."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Choices for a whole validator; each is off unless said.

    `security` refuses strings that look like HTML tags, `plain_markdown` the same in markdown, `final` whatever is
    marked experimental, `addresses` URIs in HL7's own space that no loaded package defines; `any_display` only warns of
    words that the code system has not; `comments` lets comments in JSON pass; `entries` are (place, profile) for
    entries of Bundles, the place being `Patient` (every one), `Patient:0` (the first of the type) or `0` (the first
    entry).
    """

    security: bool = False
    plain_markdown: bool = False
    final: bool = False
    any_display: bool = False
    comments: bool = False
    addresses: bool = False
    entries: tuple[tuple[str, str], ...] = ()


DEFAULT = Options()
