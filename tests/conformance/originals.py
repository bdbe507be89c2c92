"""Real resources to try: JSON, NDJSON, folders of them, and the examples in packages. In a fixed order."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from fhir_matters import jsonio
from fhir_matters.errors import InputError


@dataclass(frozen=True)
class Original:
    """One resource as it was found: where, its type, and its bytes."""

    source: str
    kind: str
    raw: bytes

    def read(self) -> dict[str, Any]:
        resource: dict[str, Any] = jsonio.read(self.raw)
        return resource


def originals(files: Iterable[Path], largest: int) -> list[Original]:
    """Every resource of at most `largest` bytes in the files, in the order of their names."""
    found = []
    for file in files:
        for source, raw in _texts(file):
            if len(raw) <= largest and (kind := _kind(raw)):
                found.append(Original(source, kind, raw))
    return found


def _texts(file: Path) -> Iterator[tuple[str, bytes]]:
    if file.is_dir():
        for inner in sorted(file.rglob("*")):
            if inner.suffix in (".json", ".ndjson"):
                yield from _texts(inner)
    elif file.suffix == ".tgz":
        yield from _examples(file)
    elif file.suffix == ".ndjson":
        yield from (
            (f"{file.name}:{at}", line) for at, line in enumerate(file.read_bytes().splitlines(), 1) if line.strip()
        )
    else:
        yield file.name, file.read_bytes()


def _examples(file: Path) -> Iterator[tuple[str, bytes]]:
    """A package's folder of examples; all it has where it has no such folder."""
    with tarfile.open(file, mode="r:gz") as archive:
        members = sorted(
            (each for each in archive if each.isfile() and each.name.endswith(".json")), key=lambda each: each.name
        )
        examples = [each for each in members if each.name.split("/")[-2] in ("example", "examples")]
        for each in examples or members:
            if (content := archive.extractfile(each)) and not each.name.endswith(("/package.json", "/.index.json")):
                yield f"{file.name}/{each.name.rpartition('/')[2]}", content.read()


def _kind(raw: bytes) -> str:
    try:
        resource = jsonio.parse(raw)
    except InputError:
        return ""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return kind if isinstance(kind, str) else ""


def drawn(found: list[Original], chance: Random) -> Iterator[Original]:
    """One after the other without end: half of them so that each type is as likely as any, half from all."""
    kinds: dict[str, list[Original]] = {}
    for each in found:
        kinds.setdefault(each.kind, []).append(each)
    names = sorted(kinds)
    while True:
        yield chance.choice(kinds[chance.choice(names)] if chance.random() < 0.5 else found)
