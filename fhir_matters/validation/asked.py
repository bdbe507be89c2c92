"""What a user may ask beyond FHIR: to refuse HTML in strings, to let comments pass, profiles by place in a Bundle."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Choices for a whole validator; each is off unless said.

    `security` refuses strings that look like HTML tags, `plain_markdown` the same in markdown, `final` whatever is
    marked experimental. `any_display` only warns of words that the code system has not; `comments` lets comments in
    JSON pass. `unbundled` lets references whose target has to be in the same Bundle lead elsewhere in a resource that
    is in none, as R5 has it. `entries` are (place, profile) for entries of Bundles, the place being `Patient` (every
    one), `Patient:0` (the first of the type) or `0` (the first entry).

    `complete` takes the loaded packages for all there is: URIs in HL7's own space that none of them defines are wrong,
    and so are codes whose value set only repeats others that none of them has, and codes of SNOMED CT that a value set
    builds on and nobody can look up; beside a code of a system that no package has (SNOMED CT, LOINC …) nothing is
    judged.
    """

    security: bool = False
    plain_markdown: bool = False
    final: bool = False
    any_display: bool = False
    comments: bool = False
    complete: bool = False
    unbundled: bool = False
    entries: tuple[tuple[str, str], ...] = ()


DEFAULT = Options()
