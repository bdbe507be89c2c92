"""The subtags of languages, scripts, regions and variants that IANA has registered (RFC 5646, section 3.1).

`data/subtags.txt` has them as they are registered: a kind and its subtags on each line. Ranges for private use,
grandfathered and redundant tags are not among them.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

PRIVATE = "x"


@cache
def _registered() -> dict[str, frozenset[str]]:
    text = (resources.files("fhir_matters.terminology") / "data" / "subtags.txt").read_text("ascii")
    lines = (line.split() for line in text.splitlines())
    return {kind: frozenset(subtags) for kind, *subtags in lines}


def are_registered(tag: str) -> bool:
    """Whether each subtag is, in its place, and written as it is registered (`en-GB`, `zh-Hant-TW`, `de-1996`).

    RFC 5646 would take any case (section 2.1.1); the HL7 validator, whose rule this is, takes only the registered one.
    """
    if not tag:
        return True
    known = _registered()
    language, *rest = tag.rstrip("-").split("-")
    if language not in known["language"]:
        return False
    for kind in ("extlang", "extlang", "extlang", "script", "region", "variant"):
        if rest and rest[0] in known[kind]:
            rest = rest[1:]
    while rest and rest[0].startswith(PRIVATE):
        rest = rest[1:]
    return not rest
