"""Canonical URL → definition, out of layers: the packages that were asked for, then R4 core and our own.

Immutable: adding packages gives another registry. Fetches nothing; what is absent is None, and a package's
dependencies that are not on this machine are named in `missing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from fhir_matters.definitions.core import CoreFile
from fhir_matters.definitions.package import INDEXED, KINDS, Package, read_package
from fhir_matters.errors import DefinitionsError

OURS = "fhir.matters.r4"
BASE = "http://hl7.org/fhir/StructureDefinition/"


class Layer(Protocol):
    """Anything that holds definitions."""

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        """The definition, or None."""

    def urls(self, kind: str) -> Iterator[str]:
        """The canonical URLs of one kind."""


@dataclass(frozen=True)
class Registry:
    """Definitions by canonical URL; the first layer that has one wins."""

    layers: tuple[Layer, ...]
    packages: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def find(self, canonical: str, kind: str | None = None) -> dict[str, Any] | None:
        """The definition named by `url` or `url|version`; of any kind unless one is given. None if absent."""
        url, _, version = canonical.partition("|")
        kinds = (kind,) if kind else KINDS
        found = (layer.find(url, each, version) for layer in self.layers for each in kinds)
        return next((definition for definition in found if definition is not None), None)

    def defines(self, canonical: str) -> bool:
        """True where anything here has this canonical URL, or is a naming system with this unique id."""
        return any(self.find(canonical, kind) is not None for kind in (*INDEXED, "NamingSystem"))

    def type(self, name: str) -> dict[str, Any] | None:
        """The StructureDefinition of a base type (`Patient`, `HumanName`, `string`), or None."""
        return self.find(BASE + name, "StructureDefinition")

    def urls(self, kind: str) -> Iterator[str]:
        """Every canonical URL of one kind, once."""
        return iter(dict.fromkeys(url for layer in self.layers for url in layer.urls(kind)))

    def with_packages(self, sources: Iterable[str | Path]) -> Registry:
        """A registry that has these packages too: paths, or `name#version` from `~/.fhir/packages`.

        Their dependencies come along where they are on this machine. Raises DefinitionsError for a package
        that is not there or is damaged.
        """
        loaded = {package.label: package for package in map(_found, sources)}
        missing = list(self.missing)
        todo = list(loaded.values())
        while todo:
            for name, version in todo.pop().dependencies.items():
                label = f"{name}#{version}"
                if name.startswith("hl7.fhir.r4.core") or label in loaded or label in missing:
                    continue
                if (folder := _cached(label)) is None:
                    missing.append(label)
                else:
                    loaded[label] = read_package(folder)
                    todo.append(loaded[label])
        return Registry((*loaded.values(), *self.layers), (*self.packages, *loaded), tuple(missing))

    def with_layer(self, layer: Layer) -> Registry:
        """A registry that asks this layer first."""
        return Registry((layer, *self.layers), self.packages, self.missing)


@cache
def core() -> Registry:
    """R4 core and our own package, from the file in the installed package."""
    return Registry((CoreFile(),), ("hl7.fhir.r4.core#4.0.1", OURS))


def ours() -> Iterator[dict[str, Any]]:
    """Our own profiles, extensions, value sets and code systems: what a server needs to know our records."""
    return CoreFile().of_package(OURS)


def _found(source: str | Path) -> Package:
    path = Path(source)
    if path.exists():
        return read_package(path)
    label = str(source)
    if "#" in label and "/" not in label and (folder := _cached(label)) is not None:
        return read_package(folder)
    raise DefinitionsError(
        f"The package {label} is not on this machine.",
        next_step=f"Give a path to its folder or .tgz, or put it into ~/.fhir/packages/{label}/package.",
    )


def _cached(label: str) -> Path | None:
    folder = Path.home() / ".fhir" / "packages" / label
    return folder if (folder / "package" / "package.json").is_file() else None
