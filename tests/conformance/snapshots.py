"""Our snapshots beside the published ones: `python -m tests.conformance.snapshots [PACKAGES…] [--list] [--only NAME]`.

Every snapshot of a package's constraint profiles is taken away, all are made anew from the differentials, and compared
with the published ones element by element (by id), then field by field. An element that is missing or too much counts
as different in each of its fields. Lists that are sets are compared as sets. An invariant that the type of an element
has anyway, and the slicing of extensions by url, mean nothing and are not compared: some tools spell them out.
A profile whose base, or the profiles on its elements, are in no package here is left out, counted and named.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fhir_matters.definitions.laying import BASE
from fhir_matters.definitions.package import Package, read_package
from fhir_matters.definitions.registry import Registry, core
from fhir_matters.definitions.slices import BY_URL, EXTENSIONS
from fhir_matters.definitions.snapshots import Snapshots
from fhir_matters.errors import DefinitionsError
from tests.conftest import SHARED

PACKAGES = (
    "hl7.fhir.r4.examples-4.0.1",  # the profiles of hl7.fhir.r4.core, with their texts
    "hl7.fhir.us.core-6.1.0",
    "hl7.fhir.us.core-7.0.0",
    "hl7.fhir.us.core-8.0.0",
    "hl7.fhir.uv.ips-1.1.0",
    "UK.Core.r4-1.2.0",
    "hl7.fhir.au.ps-1.0.0",
    "hl7.fhir.us.pacio-adi-2.1.0-20240509",
    "hl7.fhir.uv.extensions.r4-5.2.0",
    "kbv.basis-1.7.0-refsnap",
)
# Needed beside a package, as far as it is here.
BESIDE = {
    "hl7.fhir.us.pacio-adi-2.1.0-20240509": ("hl7.fhir.us.core-6.1.0",),
    "hl7.fhir.au.ps-1.0.0": ("hl7.fhir.uv.ips-1.1.0",),
}
# Published without snapshots, and the same with them.
SOURCES = {"kbv.basis-1.7.0-refsnap": "kbv.basis-1.7.0-src"}
# Published before the HL7 tooling said in slices what is said under the sliced element, or by other tooling.
PLAIN = frozenset(PACKAGES) - {"hl7.fhir.us.core-8.0.0", "hl7.fhir.au.ps-1.0.0", "hl7.fhir.uv.extensions.r4-5.2.0"}
# What decides a verdict; the rest is for people, or for tools.
_DECIDING = """
base binding constraint contentReference fixed isModifier max maxLength maxValue min minValue mustSupport pattern
sliceName slicing type
"""
DECIDING = frozenset(_DECIDING.split())
CHOICES = ("fixed", "pattern", "minValue", "maxValue")
MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"


class Stripped:
    """A package without the snapshots of its profiles, as a registry's layer."""

    def __init__(self, package: Package) -> None:
        self.package = package

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        definition = self.package.find(url, kind, version)
        if definition is not None and definition.get("derivation") == "constraint":
            return {key: value for key, value in definition.items() if key != "snapshot"}
        return definition

    def urls(self, kind: str) -> Iterator[str]:
        return self.package.urls(kind)


@dataclass(slots=True)
class Count:
    """What was compared in one package."""

    profiles: int = 0
    elements: int = 0
    missing: int = 0
    extra: int = 0
    deciding: Counter[bool] = field(default_factory=Counter)
    all: Counter[bool] = field(default_factory=Counter)
    left_out: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    differing: list[tuple[str, str, str, Any, Any]] = field(default_factory=list)

    @property
    def deciding_share(self) -> float:
        return _share(self.deciding)

    @property
    def share(self) -> float:
        return _share(self.all)


def _share(counter: Counter[bool]) -> float:
    return 100 * counter[True] / max(1, counter.total())


def surroundings(name: str, folder: Path) -> tuple[Package, Registry]:
    """The package, and a registry in which its profiles have no snapshots."""
    package = read_package(folder / f"{name}.tgz")
    whole = [read_package(folder / f"{each}.tgz") for each in (*BESIDE.get(name, ()), PACKAGES[0]) if each != name]
    registry = core()
    for each in reversed(whole):
        registry = registry.with_layer(each)
    source = read_package(folder / f"{SOURCES[name]}.tgz") if name in SOURCES else package
    return package, registry.with_layer(Stripped(source))


def examples(archive: Path) -> Iterator[dict[str, Any]]:
    """The resources in a package that claim a profile."""
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member) if member.name.endswith(".json") else None
            resource = json.load(content) if content is not None else None
            meta = resource.get("meta") if isinstance(resource, dict) else None
            if isinstance(meta, dict) and meta.get("profile"):
                yield resource


def compared(name: str, folder: Path, only: str = "") -> Count:
    """One package, compared."""
    package, registry = surroundings(name, folder)
    comparing = Comparing(registry, common=name not in PLAIN, narrow=name == PACKAGES[0])
    count = Count()
    for url in package.urls("StructureDefinition"):
        published = package.find(url, "StructureDefinition")
        if published is None or published.get("derivation") != "constraint" or only not in url:
            continue
        if (published.get("snapshot") or {}).get("element"):
            comparing.profile(url, published, count)
    return count


class Comparing:
    """Profiles made from the definitions of one registry, beside published ones."""

    def __init__(self, registry: Registry, *, common: bool, narrow: bool) -> None:
        self._registry = registry
        self._snapshots = Snapshots(registry, common=common, narrow=narrow)
        self._rules: dict[str, frozenset[Any]] = {}

    def profile(self, url: str, published: dict[str, Any], count: Count) -> None:
        """One profile; left out where something that it builds on is not here."""
        count.profiles += 1
        absent = next((each for each in profiles_of(published) if self._registry.find(each) is None), None)
        try:
            made = self._snapshots.of(url)
        except DefinitionsError as error:
            count.left_out[url] = error.message
            return
        if absent is not None or made is None:
            count.left_out[url] = f"{absent} is not at hand"
            return
        count.problems += [f"{url}: {each.message}" for each in made.problems]
        ours = {each["id"]: self.fields(each) for each in made.definition["snapshot"]["element"]}
        theirs = {each.get("id", each["path"]): self.fields(each) for each in published["snapshot"]["element"]}
        count.elements += len(theirs)
        count.missing += len(theirs.keys() - ours.keys())
        count.extra += len(ours.keys() - theirs.keys())
        for identity in theirs | ours:
            _element(url, identity, theirs.get(identity), ours.get(identity), count)

    def fields(self, element: dict[str, Any]) -> dict[str, Any]:
        """An element's fields by name, each as it is compared."""
        made: dict[str, Any] = {}
        for key, value in element.items():
            name = next((each for each in CHOICES if key.startswith(each) and key[len(each) :][:1].isupper()), key)
            if key not in ("id", "path"):
                made[name] = COMPARED.get(name, _plain)(value)
        if "constraint" in made:
            made["constraint"] -= self._implied(element)
        if element["path"].rpartition(".")[2] in EXTENSIONS and made.get("slicing") == _slicing(BY_URL):
            del made["slicing"]
        return {name: value for name, value in made.items() if value not in ((), frozenset(), False)}

    def _implied(self, element: dict[str, Any]) -> frozenset[Any]:
        """The invariants that the types of an element have."""
        names = [
            name
            for each in element.get("type", ())
            for name in (BASE + str(each.get("code")).rpartition("/")[2], *each.get("profile", ()))
        ]
        return frozenset().union(*map(self._rules_of, names))

    def _rules_of(self, name: str) -> frozenset[Any]:
        if name not in self._rules:
            definition = self._registry.find(name, "StructureDefinition") or {}
            elements = (definition.get("snapshot") or {}).get("element") or [{}]
            self._rules[name] = _rules(elements[0].get("constraint", ()))
        return self._rules[name]


def profiles_of(definition: dict[str, Any]) -> set[str]:
    """The profiles that the elements of a differential have to meet."""
    elements = definition["differential"]["element"]
    types = (kind for each in elements for kind in each.get("type", ()) if "Reference" not in kind.get("code", ""))
    return {profile for kind in types for profile in kind.get("profile", ())}


def _element(url: str, identity: str, theirs: dict[str, Any] | None, ours: dict[str, Any] | None, count: Count) -> None:
    if theirs is None or ours is None:
        count.differing.append((url, identity, "element", theirs and "there", ours and "there"))
    for name in {**(theirs or {}), **(ours or {})}:
        one, other = (theirs or {}).get(name), (ours or {}).get(name)
        same = one == other and theirs is not None and ours is not None
        count.all[same] += 1
        if name in DECIDING:
            count.deciding[same] += 1
        if not same and theirs is not None and ours is not None:
            count.differing.append((url, identity, name, one, other))


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool)) else json.dumps(value, sort_keys=True, default=str)


def _types(value: list[dict[str, Any]]) -> Any:
    lists = ("profile", "targetProfile", "aggregation")
    return frozenset(
        (each.get("code"), each.get("versioning"), *(frozenset(each.get(name, ())) for name in lists)) for each in value
    )


def _binding(value: dict[str, Any]) -> Any:
    most = [
        each.get("valueCanonical") or each.get("valueUri")
        for each in value.get("extension", ())
        if each.get("url") == MAX_VALUE_SET
    ]
    return (value.get("strength"), value.get("valueSet"), *most)


def _slicing(value: dict[str, Any]) -> Any:
    told = frozenset((each["type"], each["path"]) for each in value.get("discriminator", ()))
    return (told, value.get("ordered", False), value.get("rules"))


def _rules(value: list[dict[str, Any]]) -> Any:
    return frozenset((each.get("key"), each.get("severity"), each.get("expression")) for each in value)


def _set(value: list[Any]) -> Any:
    return frozenset(map(_plain, value))


COMPARED = {
    "type": _types,
    "binding": _binding,
    "slicing": _slicing,
    "constraint": _rules,
    "contentReference": lambda value: value.rpartition("#")[2],
    **dict.fromkeys(("condition", "alias", "mapping", "example", "extension"), _set),
}


def row(name: str, count: Count) -> str:
    """A line of the table."""
    made = count.profiles - len(count.left_out)
    if not made:
        return f"{name:38} {made:4} of {count.profiles:3} {'nothing that they build on is here':>47}"
    return (
        f"{name:38} {made:4} of {count.profiles:3} {count.elements:7} {count.missing:7} {count.extra:6}"
        f" {count.deciding_share:9.2f} {count.share:7.2f}"
    )


HEAD = f"{'package':38} {'profiles':>11} {'elements':>7} {'missing':>7} {'extra':>6} {'deciding':>9} {'all':>7}"


def main(arguments: list[str] | None = None) -> int:
    """Prints the table; with --list what differs, most frequent first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", default=PACKAGES, help="names of the .tgz files, without the ending")
    parser.add_argument("--folder", type=Path, default=SHARED / "packages")
    parser.add_argument("--list", action="store_true", help="say what differs")
    parser.add_argument("--only", default="", help="profiles whose canonical has this in it")
    parser.add_argument("--field", default="", help="list this field alone")
    chosen = parser.parse_args(arguments)
    lines = [HEAD]
    for name in chosen.packages:
        count = compared(name, chosen.folder, chosen.only)
        lines.append(row(name, count))
        if chosen.list:
            lines += _details(count, chosen.field)
    print("\n".join(lines))  # noqa: T201 (a command)
    return 0


def _details(count: Count, field_name: str) -> Iterator[str]:
    yield from (f"  left out: {url}: {why}" for url, why in count.left_out.items())
    yield from (f"  problem: {each}" for each in count.problems)
    kinds = Counter(name for _, _, name, _, _ in count.differing)
    yield "  " + ", ".join(f"{name} {number}" for name, number in kinds.most_common())
    for url, identity, name, theirs, ours in count.differing:
        if name == field_name or (not field_name and name in DECIDING | {"element"}):
            yield f"  {url.rpartition('/')[2]} {identity} {name}: published {theirs}, ours {ours}"


if __name__ == "__main__":
    sys.exit(main())
