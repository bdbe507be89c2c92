"""Build the FHIR package fhir.matters.r4 out of FSH: compile, check, write `package/` and the codes for Python.

    python profiles/build.py               build
    python profiles/build.py --check       build aside, and say what in the repository is not current
    python profiles/build.py --pack FILE   pack `package/` as FILE, the same bytes every time

Needs SUSHI (`npm ci` in this folder, or FHIR_MATTERS_SUSHI), the R4 core package as any build of fhir-matters
does, and no network. Publishes nothing.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # a script finds only what lies beside it

from fhir_matters.definitions.build import CORE, Files, NotFoundError, find_core, prepare  # noqa: E402
from profiles import checks, constants  # noqa: E402

Resource = dict[str, Any]
NAME = "fhir.matters.r4"
VERSION = "0.1.0"
TITLE = "fhir-matters: what matters to a person"
PACKAGE = HERE / "package"
# The questionnaire for tools that have SDC; in the package it needs nothing but R4.
WITH_HINTS = HERE / "questionnaire-with-sdc-hints.json"
CODES = HERE.parent / "fhir_matters" / "records" / "codes"
DEFINITIONS = HERE.parent / "fhir_matters" / "definitions" / "data" / "r4.sqlite"
# What SUSHI cannot fetch where there is no network, and nothing here needs.
TOLERATED = re.compile(
    r"Failed to load automatically-provided hl7\.(fhir\.uv\.(tools|extensions)|terminology)\.r4#"
    r"|Unable to determine the latest version of sushi"
)
# Nothing listens there: SUSHI learns at once that it is alone.
NOWHERE = "http://127.0.0.1:9"
# No npm on the path either: SUSHI would ask it for news of itself.
OFFLINE = {"FPL_REGISTRY": NOWHERE, "http_proxy": NOWHERE, "https_proxy": NOWHERE, "PATH": ""}
FIRST = ("resourceType", "id", "url", "version", "name", "title", "status", "experimental", "publisher", "description")


class BuildError(Exception):
    """The package cannot be built; the text says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 done or current, 1 not current, 2 could not build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; say what is not current")
    parser.add_argument("--pack", type=Path, metavar="FILE", help="pack what is built already")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.pack:
            chosen.pack.write_bytes(pack(_built()))
            return 0
        return _check(build()) if chosen.check else _write(build())
    except (BuildError, NotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _built() -> dict[str, bytes]:
    if "package.json" not in (files := read(PACKAGE)):
        raise BuildError(f"There is no package in {PACKAGE}. Run python profiles/build.py first.")
    return files


def build() -> dict[Path, bytes]:
    """Every file that is generated, by its place; raises BuildError."""
    core = find_core()
    resources = [finished(resource) for resource in compiled(core)]
    resources = _with_shorts(resources)
    modules = codes(resources)
    resources.append(asked(modules))
    if found := checks.problems(resources, _urls(core)):
        raise BuildError("\n".join(found))
    files = {PACKAGE / name: content for name, content in package(resources).items()}
    return (
        files
        | {CODES / name: content for name, content in modules.items()}
        | {WITH_HINTS: _json(asked(modules, hints=True))}
    )


def asked(modules: Mapping[str, bytes], *, hints: bool = False) -> Resource:
    """The questionnaire, as `fhir_matters/records/asking` makes it of the codes that were just compiled."""
    with tempfile.TemporaryDirectory() as folder:
        for name, source in modules.items():
            (Path(folder) / name).write_bytes(source)
        _import(constants.PACKAGE, Path(folder))
    from fhir_matters.records.asking.questionnaire import questionnaire  # noqa: PLC0415 (it needs the codes)

    return questionnaire(hints=hints)


def _import(package: str, folder: Path) -> None:
    """Import the package from this folder, unless it is imported already."""
    spec = spec_from_file_location(package, folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    if sys.modules.setdefault(package, module) is module:
        spec.loader.exec_module(module)


def codes(resources: list[Resource]) -> dict[str, bytes]:
    """The modules of codes that the forms use, by file name."""
    sources = constants.constants(resources, checks.CANONICAL, VERSION)
    return {name: source.encode() for name, source in sources.items()}


def sushi() -> Path | None:
    """Where the compiler is: FHIR_MATTERS_SUSHI, this folder's node_modules, or the search path."""
    places = (os.environ.get("FHIR_MATTERS_SUSHI"), HERE / "node_modules" / ".bin" / "sushi", shutil.which("sushi"))
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


def compiled(core: Files) -> list[Resource]:
    """What SUSHI makes of the FSH, by file name; raises BuildError with everything that it complains about."""
    compiler, node = sushi(), shutil.which("node")
    if compiler is None or node is None:
        raise BuildError("SUSHI is not here. Run `npm ci` in profiles/, or set FHIR_MATTERS_SUSHI to its command.")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _fill_cache(home / ".fhir" / "packages" / CORE / "package", core)
        source = shutil.copytree(HERE, home / "fsh", ignore=shutil.ignore_patterns("node_modules", "package*", "*.py"))
        _run([node, str(compiler), "build", "--snapshot", "--out", str(home / "out"), str(source)], home)
        built = sorted((home / "out" / "fsh-generated" / "resources").glob("*.json"))
        return [json.loads(file.read_bytes()) for file in built]


def _run(command: list[str], home: Path) -> None:
    """Runs SUSHI in a home of its own; raises BuildError unless it is the pinned one and has nothing to complain of."""
    settings = OFFLINE | {"HOME": str(home), "USERPROFILE": str(home)}
    try:
        run = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 (ours)
    except subprocess.TimeoutExpired:
        raise BuildError("SUSHI did not end within five minutes.") from None
    pinned = json.loads((HERE / "package.json").read_bytes())["dependencies"]["fsh-sushi"]
    if f"Running SUSHI v{pinned} " not in run.stdout:
        raise BuildError(f"SUSHI {pinned} is wanted, as `npm ci` in profiles/ brings it.\n{run.stdout}{run.stderr}")
    if complaints := list(_complaints(run.stdout)) or ([run.stdout + run.stderr] if run.returncode else []):
        raise BuildError("\n".join(complaints))


def _fill_cache(folder: Path, core: Files) -> None:
    folder.mkdir(parents=True)
    for name, content in core.items():
        (folder / name).write_bytes(content)


def _complaints(output: str) -> Iterator[str]:
    """Errors and warnings, with the lines that say where."""
    kept = False
    for line in re.sub(r"\x1b\[[0-9;]*m", "", output).splitlines():
        if re.match(r"(warn|error)\b", line):
            kept = TOLERATED.search(line) is None
        elif not line.startswith("  "):
            kept = False
        if kept:
            yield line


def finished(resource: Resource) -> Resource:
    """One definition as it is published: who publishes it, and nothing that only HL7's own pages need.

    R4's example of a Consent.identifier is no valid one, so that a snapshot with it would not be good FHIR.
    """
    whole = resource | {"publisher": "fhir-matters"} | ({"experimental": False} if "url" in resource else {})
    whole.pop("mapping", None)
    for element in whole.get("snapshot", {}).get("element", ()):
        element.pop("mapping", None)
        element.pop("example", None)
    return {key: whole[key] for key in FIRST if key in whole} | {k: v for k, v in whole.items() if k not in FIRST}


def _with_shorts(resources: list[Resource]) -> list[Resource]:
    """A slice of an extension reads as the extension does, as the IG Publisher would have it."""
    extensions = {r["url"]: r for r in resources if r.get("type") == "Extension"}
    for resource in resources:
        for part in ("differential", "snapshot"):
            for element in resource.get(part, {}).get("element", ()):
                profiles = [url for kind in element.get("type", ()) for url in kind.get("profile", ())]
                if "sliceName" in element and profiles and profiles[0] in extensions:
                    extension = extensions[profiles[0]]
                    element |= {"short": extension["title"], "definition": extension["description"]}
    return resources


def _urls(core: Files) -> set[str]:
    index = json.loads(core[".index.json"])["files"]
    return {entry["url"] for entry in index if "url" in entry}


def package(resources: list[Resource]) -> dict[str, bytes]:
    """The files of the package by name."""
    named = {f"{resource['resourceType']}-{resource['id']}.json": resource for resource in resources}
    index = {"index-version": 2, "files": [_indexed(name, resource) for name, resource in sorted(named.items())]}
    return {
        name: _json(content) for name, content in {"package.json": _manifest(), ".index.json": index, **named}.items()
    }


def _indexed(name: str, resource: Resource) -> dict[str, Any]:
    keys = ("resourceType", "id", "url", "version", "kind", "type", "derivation", "content")
    return {"filename": name} | {key: resource[key] for key in keys if key in resource}


def _manifest() -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "type": "IG",
        "title": TITLE,
        "description": "Profiles for what a person said: what matters, what they prefer, and the choices they weigh.",
        "author": "fhir-matters",
        "license": "Apache-2.0",
        "canonical": checks.CANONICAL,
        "url": checks.CANONICAL,
        "fhirVersions": ["4.0.1"],
        "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
    }


def _json(content: Any) -> bytes:
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def read(folder: Path) -> dict[str, bytes]:
    """The files of a built package by name."""
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.json"))}


def pack(files: Mapping[str, bytes]) -> bytes:
    """The package as a .tgz: sorted, without owner or time, so that the same files are the same bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files, key=lambda name: (name != "package.json", name)):
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size, entry.mode = len(files[name]), 0o644
            archive.addfile(entry, io.BytesIO(files[name]))
    return gzip.compress(plain.getvalue(), 9, mtime=0)


def _write(files: dict[Path, bytes]) -> int:
    for folder in (PACKAGE, CODES):
        folder.mkdir(exist_ok=True)
    for stale in _kept() - set(files):
        stale.unlink()
    for place, content in files.items():
        place.write_bytes(content)
    prepare(DEFINITIONS, PACKAGE)  # what a checkout validates with
    return 0


def _check(files: dict[Path, bytes]) -> int:
    wrong = sorted(place for place, content in files.items() if not place.is_file() or place.read_bytes() != content)
    stale = sorted(_kept() - set(files))
    for place in [*wrong, *stale]:
        sys.stderr.write(f"{place.relative_to(HERE.parent)} is not current: run python profiles/build.py\n")
    return 1 if wrong or stale else 0


def _kept() -> set[Path]:
    """What an earlier build wrote into the folders that are generated whole."""
    return {*PACKAGE.glob("*.json"), *CODES.glob("*.py")}


if __name__ == "__main__":
    sys.exit(main())
