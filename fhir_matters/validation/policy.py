"""What a caller may decide about validation, where the specification leaves it open. Judges nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from fhir_matters.validation.asked import DEFAULT, Options

# (a reference as it is written) → the resource, or None where it is not to be had
Resolver: TypeAlias = Callable[[str], "dict[str, Any] | None"]
Extensions: TypeAlias = Literal["any", "known"]

EXAMPLES = ("example.org", "acme.com")
# HL7's own tools define extensions in a package that is not part of FHIR; DICOM's are nowhere to be loaded from.
ELSEWHERE = ("http://hl7.org/fhir/tools/StructureDefinition/", "http://nema.org/")


def is_example(url: str) -> bool:
    """True for a URL that stands for no real one."""
    return any(each in url for each in EXAMPLES)


@dataclass(frozen=True, slots=True)
class Policy:
    """`extensions` that nobody here knows are welcome (`any`), or wrong (`known`).

    `examples`: URLs of example.org and acme.com need not exist. `trusting`: a reference that says `Type/id` is taken
    at its word, so that the type alone may be wrong. `resolver` fetches what is referred to; without it,
    nothing is. `options` say what else is refused, or let pass.
    """

    extensions: Extensions = "any"
    examples: bool = True
    trusting: bool = False
    resolver: Resolver | None = None
    options: Options = DEFAULT

    def admits(self, url: str) -> bool:
        """True for an extension that is welcome although it is in none of the loaded packages."""
        return self.extensions == "any" or url.startswith(ELSEWHERE) or (self.examples and is_example(url))
