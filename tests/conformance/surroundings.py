"""What a case of HL7's suite needs around it: definitions from its support files and packages, and a validator."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from fhir_matters import Issue, Report, Severity, Validator, jsonio, xmlio
from fhir_matters.definitions.package import read_package
from fhir_matters.definitions.registry import Registry, core
from fhir_matters.definitions.shapes import Shapes
from fhir_matters.path import Path as Place
from fhir_matters.validation import matchetype
from fhir_matters.validation.asked import Options


class Loose:
    """Definitions given one by one, in a registry's layer."""

    def __init__(self, resources: list[dict[str, Any]]) -> None:
        self._resources = resources

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        found = [each for each in self._resources if each.get("url") == url and each.get("resourceType") == kind]
        return next((each for each in found if not version or each.get("version") == version), None)

    def urls(self, kind: str) -> Iterator[str]:
        return (each["url"] for each in self._resources if each.get("resourceType") == kind and "url" in each)


def _options(about: Mapping[str, Any]) -> Options:
    """What the case asks of the validator, as its users would ask it."""
    place = about.get("bundle-param")
    return Options(
        security=bool(about.get("security-checks")),
        plain_markdown=bool(about.get("noHtmlInMarkdown")),
        final=bool(about.get("no-experimental-content")),
        any_display=about.get("wrong-displays") == "warning",
        complete="fetcher" in about,
        comments=bool(about.get("allow-comments")),
        unbundled=about.get("enforceAggregationOutsideBundles") is False,
        entries=((place["rule"], place["profile"]),) if place else (),
    )


class Surroundings:
    """The files of the suite, and a validator for each case."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shapes = Shapes(core())

    @cached_property
    def _packages(self) -> list[Path]:
        shared = self._folder.parent.parent / "packages"
        names = ("hl7.fhir.uv.extensions.r4-5.2.0.tgz", "hl7.terminology-5.3.0.tgz")
        return [shared / name for name in names if (shared / name).is_file()]

    @cached_property
    def _base(self) -> Registry:
        """What the HL7 validator always has loaded beside core, as far as it is here."""
        return core().with_packages(self._packages)

    def read(self, name: str) -> dict[str, Any]:
        """A file of the suite as a resource, JSON or XML."""
        raw = (self._folder / name).read_bytes()
        return xmlio.parse(raw, self._shapes).resource if jsonio.is_xml(raw) else jsonio.read(raw)

    def validated(self, about: Mapping[str, Any], mode: str) -> tuple[Any, Any]:
        """The report on the case's file in that mode, and the file as a resource as far as it is one."""
        asked = about.get(mode) if mode != "base" else None
        raw = (self._folder / about["file"]).read_bytes()
        if mode == "matchetype" and asked is not None:
            return self._matched(asked["source"], raw)
        registry, profiles = self._registry(about, asked)
        said = {**about, **(asked or {})}
        report = Validator(
            registry=registry,
            profiles=profiles,
            extensions="known",
            options=_options(about),
            examples=about.get("examples", True),
            trusting=said.get("assumeValidRestReferences", False),
            resolver=self._fetched if about.get("validateReference", "").startswith("CHECK") else None,
        ).validate(raw)
        try:
            resource = xmlio.parse(raw, self._shapes).resource if jsonio.is_xml(raw) else json.loads(raw)
        except Exception:  # noqa: BLE001 (a file that is no resource on purpose)
            resource = None
        return report, resource

    def _fetched(self, reference: str) -> dict[str, Any] | None:
        """`Type/id` is the file `type-id` of the suite, in lower case, or the file `id`."""
        names = (each.replace("/", "-").lower() for each in (reference, reference.partition("/")[2]))
        files = (f"{name}{end}" for name in names for end in (".json", ".xml"))
        return next((self.read(file) for file in files if (self._folder / file).is_file()), None)

    def _mapped(self, packages: list[str], files: Mapping[str, str]) -> list[str]:
        """The files of the packages that these depend on, as far as the case says where they are."""
        loaded = (read_package(self._folder / name) for name in packages)
        labels = (f"{name}#{version}" for each in loaded for name, version in each.dependencies.items())
        return [files[label] for label in labels if label in files]

    def _matched(self, source: str, raw: bytes) -> tuple[Report, Any]:
        """The resource against a pattern of it; nothing else is judged."""
        resource = jsonio.read(raw)
        found = matchetype.differences(self.read(source), resource)
        issues = (
            Issue("FM801", Severity.ERROR, "value", each.message, Place((), each.place), line=0, column=0)
            for each in found
        )
        return Report(tuple(issues)), None

    def _registry(self, about: Mapping[str, Any], asked: Mapping[str, Any] | None) -> tuple[Registry, list[str]]:
        names = [*about.get("supporting", ()), *about.get("profiles", ())]
        packages = list(about.get("packages", ()))
        profiles: list[str] = []
        if asked is not None:
            names += [*asked.get("supporting", ()), *asked.get("profiles", ())]
            packages += asked.get("packages", ())
            source = self.read(asked["source"])
            names.append(asked["source"])
            profiles.append(source["url"])
        loose = [self.read(name) for name in names if (self._folder / name).is_file()]
        loose += [
            entry["resource"]
            for each in loose
            if each.get("resourceType") == "Bundle"
            for entry in each.get("entry", ())
            if "resource" in entry
        ]
        packages += self._mapped(packages, about.get("package-map", {}))
        registry = self._base.with_packages(self._folder / name for name in packages) if packages else self._base
        return registry.with_layer(Loose(loose)) if loose else registry, profiles
