"""Canonical URL → definition, out of layers: the packages that were asked for, then R4 core and our own.

Immutable: adding packages gives another registry. Fetches nothing; what is absent is None, and a package's
dependencies that are not on this machine are named in `missing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

from fhir_matters.definitions import kept, versions
from fhir_matters.definitions.core import CoreFile
from fhir_matters.definitions.package import INDEXED, KINDS, Package, installed, read_package
from fhir_matters.errors import DefinitionsError

OURS = "fhir.matters.r4"
BASE = "http://hl7.org/fhir/StructureDefinition/"
# Where a definition names others.
CANONICAL = frozenset({"baseDefinition", "profile", "targetProfile", "valueSet"})


class Layer(Protocol):
    """Anything that holds definitions."""

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        """The definition, or None."""

    def urls(self, kind: str) -> Iterator[str]:
        """The canonical URLs of one kind."""


@dataclass(frozen=True)
class Registry:
    """Definitions by canonical URL: the latest version, of two alike the first layer's, and core's last of all."""

    layers: tuple[Layer, ...]
    packages: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def find(self, canonical: str, kind: str | None = None) -> dict[str, Any] | None:
        """The definition named by `url` or `url|version`; of any kind unless one is given. None if absent.

        A version is that very one, or else the latest that `6.1.x`, `6.1` or another last part (`6.1.1`) admits, as the
        HL7 validator has it. With several versions of one package, what a definition names without a version
        is what its own package means: its own, or that of what it depends on.
        """
        found = self._found(canonical, (kind,) if kind else KINDS)
        if found is None:
            return None
        layer, definition = found
        if not self._crowded or not isinstance(layer, Package):
            return definition
        pinned: dict[str, Any] = self._pinned(definition, tuple(self._around(layer)))
        return pinned

    def _found(self, canonical: str, kinds: tuple[str, ...]) -> tuple[Layer, dict[str, Any]] | None:
        url, _, version = canonical.partition("|")
        if version and (exact := self._each(url, kinds, version)):
            return exact[0]
        found = self._each(url, kinds)
        # Packages of HL7 carry what R4 core has too, later and at times under versions that cannot be compared.
        found = [each for each in found if not isinstance(each[0], CoreFile)] or found
        if version:
            stated = [(each, str(each[1].get("version", ""))) for each in found]
            found = [each for each, it in stated if versions.answers(version, it)] or [
                each for each, it in stated if versions.near(version, it)
            ]
        return max(found, key=lambda each: versions.order(str(each[1].get("version", ""))), default=None)

    def _each(self, url: str, kinds: tuple[str, ...], version: str = "") -> list[tuple[Layer, dict[str, Any]]]:
        found = ((layer, layer.find(url, each, version)) for layer in self.layers for each in kinds)
        return [(layer, definition) for layer, definition in found if definition is not None]

    @cached_property
    def digest(self) -> bytes | None:
        """A hash of every StructureDefinition here and of the order of the layers; None where it cannot be told."""
        hashes = [found for layer in self.layers if isinstance(found := getattr(layer, "digest", None), bytes)]
        return kept.digest(*hashes) if len(hashes) == len(self.layers) and not self._crowded else None

    @cached_property
    def _crowded(self) -> bool:
        """Whether a package is here in several versions."""
        names = [label.partition("#")[0] for label in self.packages]
        return len(names) != len(set(names))

    def _around(self, package: Package) -> Iterator[Package]:
        """The package and what it depends on, as far as it is here."""
        loaded = {each.label: each for each in self.layers if isinstance(each, Package)}
        todo, seen = [package.label], {package.label}
        for label in todo:
            if (each := loaded.get(label)) is not None:
                yield each
                needs = {f"{name}#{version}" for name, version in each.dependencies.items()} - seen
                seen |= needs
                todo += sorted(needs)

    def _pinned(self, value: Any, around: tuple[Package, ...], key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._pinned(each, around, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self._pinned(each, around, key) for each in value]
        return self._pin(value, around) if key in CANONICAL and isinstance(value, str) else value

    def _pin(self, canonical: str, around: tuple[Package, ...]) -> str:
        """The canonical with the version that is meant, where without one another would be found."""
        if "|" in canonical or "#" in canonical:
            return canonical
        meant = next(filter(None, (each.version_of(canonical) for each in around)), None)
        if meant is None or (found := self._found(canonical, KINDS)) is None or found[1].get("version") == meant:
            return canonical
        return f"{canonical}|{meant}"

    def defines(self, canonical: str) -> bool:
        """True where anything here has this canonical URL, or is a naming system with this unique id."""
        return any(self._found(canonical, (kind,)) is not None for kind in (*INDEXED, "NamingSystem"))

    def type(self, name: str) -> dict[str, Any] | None:
        """The StructureDefinition of a base type (`Patient`, `HumanName`, `string`), or None."""
        return self.find(BASE + name, "StructureDefinition")

    def urls(self, kind: str) -> Iterator[str]:
        """Every canonical URL of one kind, once."""
        return iter(dict.fromkeys(url for layer in self.layers for url in layer.urls(kind)))

    def with_packages(self, sources: Iterable[str | Path]) -> Registry:
        """A registry that has these packages too: paths, or names from `~/.fhir/packages` (see `installed`).

        Their dependencies come along where they are on this machine. Raises DefinitionsError for a package
        that is not there or is damaged.
        """
        loaded = {package.label: package for package in map(_read, sources)}
        needed = dict.fromkeys(self.missing)
        todo = list(loaded.values())
        while todo:
            for name, version in todo.pop().dependencies.items():
                label = f"{name}#{version}"
                if name.startswith("hl7.fhir.r4.core") or label in needed or _met(label, (*self.packages, *loaded)):
                    continue
                package = read_package(folder) if (folder := installed(name, version)) is not None else None
                if package is None:
                    needed[label] = None
                elif package.label not in loaded:
                    loaded[package.label] = package
                    todo.append(package)
        packages = (*self.packages, *loaded)
        missing = tuple(label for label in needed if not _met(label, packages))
        return Registry((*loaded.values(), *self.layers), packages, missing)

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


def _met(needed: str, labels: Iterable[str]) -> bool:
    """Whether one of the packages is what is needed; some are published as `name` and, for R4, as `name.r4`."""
    name, _, version = needed.partition("#")
    here = (label.partition("#") for label in labels)
    return any(
        own.removesuffix(".r4") == name.removesuffix(".r4")
        and (version in versions.ANY or versions.answers(version, it))
        for own, _, it in here
    )


def _read(source: str | Path) -> Package:
    path = Path(source)
    if path.exists():
        return read_package(path)
    label = str(source)
    name, _, version = label.partition("#")
    folder = installed(name, version) if "/" not in label else None
    if folder is not None:
        return read_package(folder)
    raise DefinitionsError(
        f"The package {label} is not on this machine.",
        next_step=f"Give a path to its folder or .tgz, or put it into ~/.fhir/packages/{label}/package.",
    )
