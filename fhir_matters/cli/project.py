"""What the FHIR project that the input belongs to says it depends on: `sushi-config.yaml`, `ig.ini` and `fhir.ini`.

Looked for beside the input, and above it as far as its project may reach. Nothing is fetched: what is not on this
machine is named.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fhir_matters import folders
from fhir_matters.definitions.package import installed, is_name
from fhir_matters.errors import FhirMattersError, InputError

SUSHI = ("sushi-config.yaml", "sushi-config.yml")
INI = ("ig.ini", "fhir.ini")
# So many folders above the input at most, and none above the one that git or a home begins with.
HIGHEST = 5
MOST_BYTES = 1024 * 1024
# R4 itself is always here.
_CORE = re.compile(r"hl7\.fhir\.(r\d\w*|core)(\.\w+)?")
_STEP = "Mend it, or leave it out with --no-config."


@dataclass(frozen=True, slots=True)
class Project:
    """The files that were found, and the packages that they ask for: on this machine, and not."""

    files: tuple[Path, ...] = ()
    here: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def __str__(self) -> str:
        """What there is to be told, in one line."""
        files = ", ".join(map(str, self.files))
        used = f" {', '.join(self.here)}" if self.here else ""
        lacks = f"; not on this machine: {', '.join(self.absent)}" if self.absent else ""
        how = f" ({_GET})" if self.absent else ""
        return f"packages by {files}:{used or ' none'}{lacks}{how}. --no-config leaves them out."


_GET = "SUSHI and the HL7 validator put what they load into ~/.fhir/packages; or give its file with --package"


def project_of(paths: Iterable[str | Path], given: Iterable[str] = ()) -> Project:
    """What the projects of these paths ask for, but for the packages that were given.

    Raises InputError where a file of theirs cannot be read.
    """
    found = tuple(dict.fromkeys(file for path in paths for file in _files(Path(path))))
    names = [Path(each).name for each in given]
    wanted = {name: version for file in found for name, version in _asked(file)}
    # What was given may be a file as well: `hl7.fhir.us.core-6.1.0.tgz`.
    asked = {name: version for name, version in wanted.items() if not any(_is_of(each, name) for each in names)}
    labels = {f"{name}#{version}": installed(name, version) for name, version in asked.items()}
    here = tuple(label for label, folder in labels.items() if folder is not None)
    return Project(found, here, tuple(label for label in labels if label not in here))


def _is_of(given: str, name: str) -> bool:
    return given.removeprefix(name)[:1] in ("", "#", "-") and given.startswith(name)


def _files(path: Path) -> list[Path]:
    """The files of the nearest folder that has any."""
    begin = path.absolute()
    for folder in [begin, *begin.parents][not begin.is_dir() :][: HIGHEST + 1]:
        if found := [folder / name for name in (*SUSHI, *INI) if (folder / name).is_file()]:
            return found
        if (folder / ".git").exists() or folder == _home():
            break
    return []


def _home() -> Path | None:
    try:
        return folders.home()
    except InputError:
        return None


def _asked(file: Path) -> Iterator[tuple[str, str]]:
    """The names and versions of the packages that a file asks for, without R4 itself."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError("Expected a file of settings, found one of more than a megabyte.", next_step=_STEP)
        found = list(_of_ini(file) if file.name in INI else _of_sushi(file))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}.", place=str(file), next_step=_STEP) from None
    except FhirMattersError as error:
        raise InputError(error.message, place=error.place or str(file), next_step=_STEP) from None
    for name, version in found:
        if not is_name(name) or not is_name(version or "latest"):
            raise InputError("Expected names and versions of packages.", place=str(file), next_step=_STEP)
        if not _CORE.fullmatch(name):
            yield name, version or "latest"


def _of_sushi(file: Path) -> Iterator[tuple[str, str]]:
    import yaml

    try:
        settings = yaml.safe_load(file.read_bytes())
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError("Expected YAML, found something else.", next_step=_STEP) from None
    wanted = settings.get("dependencies") if isinstance(settings, dict) else None
    if not isinstance(wanted, dict | None):
        raise InputError("Expected dependencies as names with versions.", next_step=_STEP)
    for name, said in (wanted or {}).items():
        version = said.get("version") if isinstance(said, dict) else said
        yield str(name), "" if version is None else str(version)


def _of_ini(file: Path) -> Iterator[tuple[str, str]]:
    """The section of dependencies, and what the ImplementationGuide that it names depends on."""
    ini = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    try:
        ini.read_string(file.read_text("utf-8-sig"))
    except (configparser.Error, UnicodeDecodeError):
        raise InputError("Expected sections of settings, found something else.", next_step=_STEP) from None
    if ini.has_section("dependencies"):
        yield from ini.items("dependencies")
    guide = file.parent / ini.get("IG", "ig", fallback="")
    if guide.is_file():
        yield from _of_guide(guide)


def _of_guide(file: Path) -> Iterator[tuple[str, str]]:
    """What an ImplementationGuide depends on, as JSON or XML."""
    from fhir_matters.cli.console import read

    try:
        guide: Any = read(file.read_bytes())
    except InputError as error:
        raise InputError(error.message, place=str(file), next_step=_STEP) from None
    listed = guide.get("dependsOn") if isinstance(guide, dict) else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(name := each.get("packageId"), str):
            yield name, str(each.get("version") or "")
