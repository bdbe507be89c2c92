"""Pages that have their home elsewhere in the repository, shown in the site as they are; only their links are moved."""

from __future__ import annotations

import re
from os.path import normpath, relpath
from pathlib import PurePosixPath

from docs.made.package import ROOT

# Where it stands in the site, and its home.
HOMES = {
    "start.md": "README.md",
    "design.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
    "reference/fields.md": "profiles/forms.md",
    "reference/guides.md": "profiles/guides.md",
    "reference/agreement.md": "tests/conformance/agreement.md",
    "reference/speed.md": "tests/benchmarks/speed.md",
    "reference/spark-costs.md": "tests/benchmarks/spark.md",
    "how-to/spark.md": "examples/spark/README.md",
}
PICTURES = {"reference/speed.svg": "tests/benchmarks/speed.svg"}
PAGES = "docs/pages/"
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s#]+)(#[^)\s]*)?\)")


def pages() -> dict[str, str]:
    """The pages, by where they stand in the site."""
    return {page: _shown(page, home) for page, home in (HOMES | PICTURES).items()}


def _shown(page: str, home: str) -> str:
    text = (ROOT / home).read_text(encoding="utf-8")
    return text if home in PICTURES.values() else LINK.sub(lambda link: moved(page, home, link), text)


def moved(page: str, home: str, link: re.Match[str]) -> str:
    """The link as it leads in the site; to what is not in the site, the words and where it is in the repository."""
    picture, words, target, anchor = link.groups("")
    there = normpath(PurePosixPath(home).parent / target)
    here = _in_site(there)
    if here is None:
        return words if words == there else f"{words} (`{there}`)"
    return f"{picture}[{words}]({relpath(here, PurePosixPath(page).parent)}{anchor})"


def _in_site(there: str) -> str | None:
    """Where a file of the repository is in the site, if it is."""
    if there.startswith(PAGES):
        return there.removeprefix(PAGES)
    return next((page for page, home in (HOMES | PICTURES).items() if home == there), None)
