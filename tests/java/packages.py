"""FHIR packages as the Java counterparts want them: a package cache of one's own, and archives to install.

Nothing here fetches anything but R4 core, which the build knows how to find; the user's own cache is never written.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from fhir_matters.definitions.build import find_core

CACHE = Path(
    os.environ.get("FHIR_MATTERS_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fhir-matters",
)
CORE = "hl7.fhir.r4.core#4.0.1"
CORE_FOLDER = CACHE / "packages" / CORE / "package"
# The HL7 validator's own cache formats. It empties a cache that says another, through links too.
CACHE_FORMAT, CACHE_FORMAT_BEFORE = 4, 3  # of 6.10, of 6.5
# What the HL7 validator loads beside core, by the name that it asks for.
TERMINOLOGY = {
    "hl7.terminology.r4#5.3.0": "hl7.terminology-5.3.0.tgz",
    "hl7.fhir.uv.extensions.r4#5.2.0": "hl7.fhir.uv.extensions.r4-5.2.0.tgz",
}
# It also asks for this one, which R4 has no use for: an empty package does.
EMPTY = "hl7.fhir.xver-extensions#0.1.0"
# Its command line before 6.6 asks for these; of the last two it takes whichever version there is.
COMMAND_TERMINOLOGY = {
    "hl7.terminology.r4#6.2.0": TERMINOLOGY["hl7.terminology.r4#5.3.0"],
    "hl7.fhir.uv.extensions.r4#5.2.0": TERMINOLOGY["hl7.fhir.uv.extensions.r4#5.2.0"],
}
COMMAND_EMPTY = (EMPTY, "hl7.terminology#6.2.0", "hl7.fhir.uv.extensions#5.2.0")


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of the cache, filled by `make` where it is absent, never seen half-filled."""
    place = CACHE / name
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=place.parent))
        make(draft)
        try:
            draft.rename(place)
        except OSError:  # somebody else was as quick, and made the same
            if not place.is_dir():
                raise
    return place


def package_home(home: Path, shared: Path, guides: list[Path]) -> list[str]:
    """Makes `home/.fhir/packages` with R4 core, terminology, extensions and the guides; returns what to load.

    The packages are links to unpacked copies in the cache; a guide's dependencies are blanked, because it
    would ask for value set packages that nobody here has.
    """
    archives = {name: shared / "packages" / file for name, file in TERMINOLOGY.items()}
    archives |= _named(guides)
    _linked(home, archives, (EMPTY,), CACHE_FORMAT)
    return list(archives)


def command_home(home: Path, shared: Path, guides: list[Path]) -> list[str]:
    """The same for the HL7 validator's own command line, in its version before; returns the guides to load.

    Where it would load its terminology and extensions a second time, it finds empty packages.
    """
    wanted = _named(guides)
    archives = {name: shared / "packages" / file for name, file in COMMAND_TERMINOLOGY.items()}
    _linked(home, archives | wanted, COMMAND_EMPTY, CACHE_FORMAT_BEFORE)
    return list(wanted)


def _named(guides: list[Path]) -> dict[str, Path]:
    return {identity(guide.read_bytes()): guide for guide in guides}


def _linked(home: Path, archives: dict[str, Path], empty: tuple[str, ...], cache_format: int) -> None:
    place = home / ".fhir" / "packages"
    place.mkdir(parents=True)
    (place / "packages.ini").write_text(f"[cache]\nversion = {cache_format}\n")
    (place / CORE).symlink_to(core().parent)
    for name in empty:
        (place / name).symlink_to(kept(f"packages/{name}", lambda folder, name=name: _empty(folder, name)))
    for name, archive in archives.items():
        (place / name).symlink_to(_unpacked(name, archive.read_bytes()))


def core() -> Path:
    """The folder of R4 core's files, found once as any build of fhir-matters finds it."""
    return kept(f"packages/{CORE}", _core) / "package"


def identity(archive: bytes) -> str:
    """`id#version` of a packed package."""
    manifest = json.loads(dict(_members(archive))["package.json"])
    return f"{manifest['name']}#{manifest['version']}"


def _unpacked(name: str, archive: bytes) -> Path:
    def fill(folder: Path) -> None:
        _write(folder, dict(_members(archive)), name)

    return kept(f"packages/{name}-{hashlib.sha256(archive).hexdigest()[:12]}", fill)


def _core(folder: Path) -> None:
    _write(folder, find_core(), CORE)


def _empty(folder: Path, name: str) -> None:
    about = {"type": "fhir.ig", "fhirVersions": ["4.0.1"], "canonical": "http://example.org/empty"}
    _write(folder, {"package.json": json.dumps(about).encode()}, name)


def _write(folder: Path, files: dict[str, bytes], name: str) -> None:
    (folder / "package" / "other").mkdir(parents=True)
    package, _, version = name.partition("#")
    manifest = json.loads(files.get("package.json", b"{}"))
    manifest |= {"name": package, "version": version, "dependencies": {}}
    for file, content in {**files, "package.json": json.dumps(manifest, indent=1).encode()}.items():
        (folder / "package" / file).write_bytes(content)


def _members(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """The files right under `package/`, by name."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as opened:
        for member in opened:
            folder, _, name = member.name.rpartition("/")
            if folder == "package" and (content := opened.extractfile(member)):
                yield name, content.read()
