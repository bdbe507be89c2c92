"""How servers depart from R4's `$validate`, each with its source: the one place that knows servers by name.

Whatever is not here is asked as R4 has it. A quirk only changes how a server is asked, and what a person is told to
do next; it never changes what counts as a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Quirks:
    """One kind of server, by what its CapabilityStatement says of its software.

    `parameters`: whether the fall-back, Parameters, may be tried. `install`: how a package gets there. `late`: why a
    profile that is there may not count.
    """

    name: str
    software: re.Pattern[str]
    parameters: bool = True
    install: str = ""
    late: str = ""
    sources: tuple[str, ...] = ()


def _named(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_GOOGLE = "https://cloud.google.com/healthcare-api/docs"

KNOWN = (
    Quirks(
        "HAPI FHIR",
        _named(r"\bhapi\b|smile ?cdr"),
        # Measured with 8.8: of Parameters it judges the whole. A profile named in them as valueUri or valueCanonical is
        # passed over, and one as valueString is held against the Parameters.
        parameters=False,
        install="Or name the package under hapi.fhir.implementationguides in the application.yaml of its starter.",
        late="Older ones remember for a while that they did not have a profile: wait ten minutes, or restart it.",
        sources=(
            "https://github.com/hapifhir/hapi-fhir/issues/5707",
            "https://github.com/hapifhir/hapi-fhir-jpaserver-starter",
        ),
    ),
    Quirks(
        "matchbox",
        _named(r"matchbox"),
        late="It judges by the packages that were there when it started: restart it.",
        sources=("https://github.com/ahdis/matchbox/issues/29",),
    ),
    Quirks(
        "Google Cloud Healthcare API",
        _named(r"google|cloud healthcare"),
        parameters=False,
        install="Then enable its ImplementationGuide in the FHIR store.",
        late="A profile counts once its ImplementationGuide is enabled in the FHIR store.",
        sources=(
            f"{_GOOGLE}/reference/rest/v1/projects.locations.datasets.fhirStores.fhir/Resource-validate",
            f"{_GOOGLE}/how-tos/fhir-profiles",
        ),
    ),
    Quirks(
        "Firely Server",
        _named(r"firely|vonk"),
        install="Its definitions live under /administration: install there, or put the package into its import folder.",
        late="Only definitions under its /administration count.",
        sources=(
            "https://github.com/FirelyTeam/firely-docs-firely-server/blob/4.9.3/features/conformanceresources.rst",
            "https://github.com/FirelyTeam/firely-docs-firely-server/blob/4.9.3/features/validation.rst",
        ),
    ),
    Quirks(
        "Medplum",
        _named(r"medplum"),
        # Its documents know the resource itself as the body, and nothing else.
        parameters=False,
        sources=("https://www.medplum.com/docs/api/fhir/operations/validate-a-resource",),
    ),
)
PLAIN = Quirks("a server not known by name", _named(r"(?!)"))


def software(statement: Mapping[str, Any]) -> str:
    """What the CapabilityStatement calls the software, with its version; empty where it does not say."""
    said = statement.get("software")
    parts = [said.get("name"), said.get("version")] if isinstance(said, dict) else []
    return " ".join(part for part in parts if isinstance(part, str))[:200]


def quirks_of(statement: Mapping[str, Any]) -> Quirks:
    """The quirks of the server that describes itself so."""
    name = software(statement)
    return next((each for each in KNOWN if each.software.search(name)), PLAIN)
