"""Read a FHIR package: a folder or a `.tgz`, with or without `.index.json`. Fetches nothing.

Layout and index: the FHIR NPM package specification (a `package/` folder, `package.json`, `.index.json`).
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from fhir_matters import folders, jsonio
from fhir_matters.definitions import kept, versions
from fhir_matters.definitions.unpacked import unpacked
from fhir_matters.errors import DefinitionsError, InputError

# What a canonical of unknown kind is looked for among; what else a package has is found by its own kind.
KINDS = ("StructureDefinition", "ValueSet", "CodeSystem")
INDEXED = (*KINDS, "ImplementationGuide", "Questionnaire")
# A guide is 5 to 60 MB unpacked; more is an accident or an attack.
NAME = re.compile(r"[\w.$+-]+")
MOST_BYTES = 1_000_000_000
# Names of files by kind and canonical URL.
Where: TypeAlias = Mapping[tuple[str, str], Sequence[str]]


@dataclass(frozen=True)
class Package:
    """One package: its name and version, and its conformance resources by canonical URL.

    `where` they are among the files, and a hash of all its content, are worked out where they are not given.
    """

    name: str
    version: str
    files: Mapping[str, bytes] = field(repr=False)
    dependencies: Mapping[str, str] = field(default_factory=dict)
    where: Where | None = field(default=None, repr=False)
    content: bytes = field(default=b"", repr=False)

    @property
    def label(self) -> str:
        """`name#version`, as packages are quoted."""
        return f"{self.name}#{self.version}"

    @cached_property
    def _by_url(self) -> Where:
        return self.where if self.where is not None else by_url(self.files)

    @cached_property
    def digest(self) -> bytes:
        """A hash of its StructureDefinitions and of where they are found, or of more than these."""
        if self.content:
            return self.content
        named = [(url, names) for (kind, url), names in self._by_url.items() if kind == "StructureDefinition"]
        texts = ((url.encode("utf-8", "surrogatepass"), *map(self.files.__getitem__, names)) for url, names in named)
        return kept.digest(self.label.encode("utf-8", "surrogatepass"), *(kept.digest(*each) for each in texts))

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        """The definition with this canonical URL (of this version if one is named), or None."""
        for name in self._by_url.get((kind, url), ()):
            resource = _resource(self.files[name])
            if resource is not None and (not version or resource.get("version") == version):
                return resource
        return None

    def version_of(self, url: str) -> str | None:
        """The version of the definition with this canonical URL, whatever its kind; None where there is none."""
        found = next(filter(None, (self.find(url, kind) for kind in INDEXED)), None)
        return str(found.get("version") or "") or None if found is not None else None

    def urls(self, kind: str) -> Iterator[str]:
        """The canonical URLs of all definitions of one kind."""
        return (url for found, url in self._by_url if found == kind)


def read_package(path: Path) -> Package:
    """The package in a folder (with or without an inner `package/`) or a `.tgz` file.

    Raises DefinitionsError where there is none, or where it is damaged.
    """
    try:
        package = package_of(_folder(path), path.name) if path.is_dir() else _archive(path)
    except FileNotFoundError:
        raise DefinitionsError(
            f"There is no package at {path}.", next_step="Give a folder, a .tgz or name#version."
        ) from None
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DefinitionsError(f"{path} cannot be read as a FHIR package ({type(error).__name__}).") from None
    return package


def installed(name: str, version: str = "") -> Path | None:
    """The folder of a package in `~/.fhir/packages`, where FHIR tools keep them; None if it is not there.

    A version may be `6.1.x` or `6.1`, of which the latest is taken; none or `latest`: the latest of all; `current` and
    `dev` are kept under these names, and `dev` may be `current`.
    """
    names = [version, "current"] if version == "dev" else [version]
    if not name or not is_name(name) or not is_name(version or "latest"):
        return None
    for each in names:
        if _is_package(folder := _kept() / f"{name}#{each}"):
            return folder
    if version in ("current", "dev"):
        return None
    there = (folder for folder in _kept().glob(f"{name}#*") if _is_package(folder))
    by_version = {folder.name.partition("#")[2]: folder for folder in there}
    any_will_do = version in ("", "latest")
    fit = [each for each in by_version if any_will_do or versions.answers(version, each)]
    return by_version[max(fit, key=versions.order)] if fit else None


def all_installed() -> list[str]:
    """The labels, `name#version`, of the packages in `~/.fhir/packages`."""
    return sorted(folder.name for folder in _kept().glob("*#*") if _is_package(folder))


def is_name(text: str) -> bool:
    """Whether the text can be part of a package's label, and of no path or pattern."""
    return NAME.fullmatch(text) is not None


def _kept() -> Path:
    try:
        return folders.packages()
    except InputError:
        return Path(os.devnull)  # nobody is at home, and there is nothing in it


def _is_package(folder: Path) -> bool:
    return (folder / "package" / "package.json").is_file()


def package_of(files: Mapping[str, bytes], label: str, where: Where | None = None, content: bytes = b"") -> Package:
    """The package made of these files; `label` names it in errors."""
    try:
        about = jsonio.read(files["package.json"])
        return Package(about["name"], about["version"], files, about.get("dependencies") or {}, where, content)
    except (KeyError, TypeError, AttributeError, InputError):
        raise DefinitionsError(f"{label} is no FHIR package: its package.json gives no name and version.") from None


class Folder(Mapping[str, bytes]):
    """The JSON files of a folder by name, each read when it is asked for; what is gone by then is empty."""

    def __init__(self, path: Path) -> None:
        self._paths = {file.name: file for file in sorted(path.glob("*.json"))}

    def __getitem__(self, name: str) -> bytes:
        try:
            return self._paths[name].read_bytes()
        except OSError:
            return b""

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _folder(path: Path) -> Folder:
    return Folder(path / "package" if (path / "package").is_dir() else path)


def _archive(path: Path) -> Package:
    if path.stat().st_size > MOST_BYTES:
        raise DefinitionsError(f"{path} has more than {MOST_BYTES:,} bytes.")
    raw = path.read_bytes()
    content = kept.digest(raw)
    files, listed = unpacked(content, partial(_unpacked, raw, path), _about)
    return package_of(files, path.name, {(kind, url): names for kind, url, names in listed}, content)


def _about(files: Mapping[str, bytes]) -> list[tuple[str, str, list[str]]]:
    return [(kind, url, names) for (kind, url), names in by_url(files).items()]


def _unpacked(raw: bytes, path: Path) -> dict[str, bytes]:
    import tarfile  # noqa: PLC0415 - only where there is an archive, and it was never unpacked before

    files, size = {}, 0
    try:
        with tarfile.open(fileobj=BytesIO(raw), mode="r:gz") as archive:
            for member in archive:
                folder, _, name = member.name.removeprefix("./").rpartition("/")
                if not member.isfile() or folder != "package" or not name.endswith(".json"):
                    continue
                size += member.size
                if size > MOST_BYTES:
                    raise DefinitionsError(f"{path} unpacks to more than {MOST_BYTES:,} bytes.")
                content = archive.extractfile(member)
                files[name] = content.read() if content else b""
    except tarfile.TarError as error:
        raise DefinitionsError(f"{path} cannot be read as a FHIR package ({type(error).__name__}).") from None
    return files


def by_url(files: Mapping[str, bytes]) -> dict[tuple[str, str], list[str]]:
    """The names of the files that define something, by kind and canonical URL; of naming systems, by what they name."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, entry in _index(files):
        if entry.get("resourceType") == "NamingSystem":
            for url in _unique_ids(entry):
                found.setdefault(("NamingSystem", url), []).append(name)
        elif entry.get("resourceType") in INDEXED and isinstance(entry.get("url"), str):
            found.setdefault((entry["resourceType"], entry["url"]), []).append(name)
    return found


def _index(files: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file's name with at least its resourceType and url: from the index where it is complete."""
    listed = _listed(files.get(".index.json"))
    for name in files:
        if name in (".index.json", "package.json") or not name.endswith(".json"):
            continue
        entry = listed.get(name) or _resource(files[name])
        if entry is not None:
            yield name, entry


def _unique_ids(system: Mapping[str, Any]) -> Iterator[str]:
    """The URIs that a naming system says are its own."""
    for each in system.get("uniqueId") or ():
        if isinstance(each, dict) and each.get("type") == "uri" and isinstance(each.get("value"), str):
            yield each["value"]


def _listed(index: bytes | None) -> dict[str, dict[str, Any]]:
    try:
        entries = jsonio.parse(index)["files"] if index else []
        return {entry["filename"]: entry for entry in entries if entry.get("url")}
    except (InputError, KeyError, TypeError, AttributeError):
        return {}


def _resource(content: bytes) -> dict[str, Any] | None:
    try:
        resource = jsonio.read(content)
    except InputError:
        return None
    return resource if isinstance(resource, dict) else None
