"""Our FHIR package as plain data, for the pages about it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/fhir-matters/"
Resource = dict[str, Any]


@cache
def ours(kind: str) -> dict[str, Resource]:
    """The resources of one type in the package, by URL, each under our own address."""
    files = sorted((ROOT / "profiles" / "package").glob(f"{kind}-*.json"))
    found = (json.loads(file.read_bytes()) for file in files)
    return {each["url"]: each for each in found if each["url"].startswith(BASE)}


@cache
def examples() -> dict[str, list[Resource]]:
    """The resources of the five example records, by the name of the record."""
    files = sorted((ROOT / "examples" / "good").glob("*.json"))
    return {file.stem: [entry["resource"] for entry in json.loads(file.read_bytes())["entry"]] for file in files}


def cell(text: str) -> str:
    """The text as it can stand in a cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def last(url: str) -> str:
    """The last word of an address."""
    return url.rpartition("/")[2]
