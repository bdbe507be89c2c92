"""The guides of others: what to load for each, what a record claims of it, and the records that prove the claims.

Each guide is a context of its own: PCO stands on US Core 6.1.0, and no two versions of one guide go together. Run as
a module it writes `profiles/guides.json` and the page of it anew: how many instances claim what. That the HL7 validator
has nothing against any of them is for `test_claims.py` to prove, at every run, over the same records.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from fhir_matters.records.guides import profiles
from fhir_matters.records.guides.rules import Profile
from fhir_matters.records.record import Record
from tests.java.packages import identity
from tests.records.strategies import records

Resource = dict[str, Any]
ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
GENERATED = 300
PROOFS = ROOT / "profiles" / "guides.json"


@dataclass(frozen=True)
class Guide:
    """One version of a guide: its name, the archives to load, and the profiles of it that a record may claim."""

    name: str
    archives: tuple[str, ...] = ()
    profiles: tuple[Profile, ...] = ()


_US_6 = "hl7.fhir.us.core-6.1.0.tgz"
_UK = "fhir.r4.ukcore.stu3.currentbuild-0.0.9-pre-release.tgz"
_ALL = (
    Guide("R4"),
    Guide("US Core 6.1.0", (_US_6,), profiles.US_CORE),
    Guide("US Core 7.0.0", ("hl7.fhir.us.core-7.0.0.tgz",), profiles.US_CORE),
    Guide("US Core 8.0.0", ("hl7.fhir.us.core-8.0.0.tgz",), profiles.US_CORE),
    Guide("PACIO ADI 2.1.0", (_US_6, "hl7.fhir.us.pacio-adi-2.1.0-20240509.tgz"), profiles.ADI),
    Guide("IPS 1.1.0", ("hl7.fhir.uv.ips-1.1.0.tgz",), profiles.IPS),
    Guide("UK Core", (_UK,), profiles.UK_CORE),
    Guide("PCO 0.2.0", (_US_6, "hl7.fhir.us.pco-0.2.0-ci.tgz"), profiles.PCO),
)
GUIDES = {guide.name: guide for guide in _ALL}


def files(guide: Guide, shared: Path) -> list[Path]:
    """The archives of the guide, where they are."""
    return [shared / "packages" / archive for archive in guide.archives]


def known(guide: Guide, shared: Path) -> list[str]:
    """The profiles that this version of the guide defines: US Core 6.1.0 has no preferences."""
    return [profile.url for profile in guide.profiles if profile.url in defined(guide, shared)]


def defined(guide: Guide, shared: Path) -> set[str]:
    """Every profile that is loaded with the guide: PACIO ADI brings US Core."""
    return {url for file in files(guide, shared) for url in _structures(file)}


@cache
def _structures(archive: Path) -> frozenset[str]:
    found = (json.loads(content) for content in _contents(archive))
    return frozenset(each["url"] for each in found if each.get("resourceType") == "StructureDefinition")


def _contents(archive: Path) -> Iterator[bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes()), mode="r:gz") as opened:
        for member in opened:
            folder, _, name = member.name.rpartition("/")
            if folder == "package" and name.endswith(".json") and (content := opened.extractfile(member)):
                yield content.read()


@cache
def examples() -> dict[str, Resource]:
    """The bundle of each example, by name."""
    return {file.stem: Record.load(file).bundle() for file in EXAMPLES}


@cache
def generated() -> tuple[Resource, ...]:
    """The bundles of records made by chance, the same ones at each run."""
    found: list[Resource] = []

    @seed(4)
    @settings(
        max_examples=GENERATED,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(records())
    def collect(record: Record) -> None:
        found.append(record.bundle())

    collect()
    return tuple(found)


def claims(resource: Resource) -> list[str]:
    """The profiles of others that a resource of a record claims: those after our own."""
    return resource.get("meta", {}).get("profile", [])[1:]


def proving(guide: Guide, bundle: Resource, urls: Iterable[str]) -> Resource | None:
    """What of the bundle proves the claims of the profiles: what claims one, and all to which that leads.

    None where nothing claims one. What else is in the bundle has no part in it, and would cost its time in each
    guide again; R4 itself, with our own profiles, is proved by the whole.
    """
    if not guide.profiles:
        return bundle
    wanted = set(urls)
    by_address = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    kept: set[str] = set()
    leading = [address for address, resource in by_address.items() if not wanted.isdisjoint(claims(resource))]
    while leading:
        address = leading.pop()
        if address in by_address and address not in kept:
            kept.add(address)
            leading += _references(by_address[address])
    entries = [
        {"fullUrl": each, "resource": _claiming(by_address[each], wanted)} for each in by_address if each in kept
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries} if entries else None


def _claiming(resource: Resource, wanted: set[str]) -> Resource:
    """The resource with no other claims than those, ours left out too."""
    found = [url for url in claims(resource) if url in wanted]
    meta = {name: value for name, value in resource.get("meta", {}).items() if name != "profile"}
    meta |= {"profile": found} if found else {}
    return {**({"meta": meta} if meta else {}), **{name: value for name, value in resource.items() if name != "meta"}}


def _references(element: Any) -> Iterator[str]:
    if isinstance(element, dict):
        if isinstance(element.get("reference"), str):
            yield element["reference"]
        for value in element.values():
            yield from _references(value)
    elif isinstance(element, list):
        for item in element:
            yield from _references(item)


def counted(guide: Guide, bundles: Iterable[Resource], urls: Iterable[str]) -> dict[str, dict[str, int]]:
    """How many instances claim each of the profiles, by our own profile; for R4, how many there are."""
    wanted, found = set(urls), Counter[tuple[str, str]]()
    for bundle in bundles:
        for entry in bundle["entry"]:
            ours = entry["resource"]["meta"]["profile"][0]
            claimed = [url for url in claims(entry["resource"]) if url in wanted] if guide.profiles else [ours]
            found.update((ours, url) for url in claimed)
    names = dict.fromkeys(ours for ours, _ in found)
    return {ours: {url: n for (each, url), n in sorted(found.items()) if each == ours} for ours in names}


def run(guide: Guide, shared: Path) -> dict[str, Any]:
    """What a run of the HL7 validator with the guide is about: what is loaded, and how many instances it judges."""
    urls = known(guide, shared)
    return {
        "packages": [identity(file.read_bytes()) for file in files(guide, shared)],
        "examples": counted(guide, examples().values(), urls),
        "generated": counted(guide, generated(), urls),
    }
