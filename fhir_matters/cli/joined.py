"""Where the columns meet: our validator, terminology, definitions and FHIRPath as the local server calls them.

Loaded when first asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhir_matters import Validator
    from fhir_matters.definitions.shapes import Shapes
    from fhir_matters.local_server.skills import Listing, Opened, Pages, Sent, Sheet, Skills, Validate, Verify
    from fhir_matters.terminology import Terminology
    from fhir_matters.view.html_site import Listed
    from fhir_matters.xmlio import Child


def server_validate(resource: dict[str, Any], profiles: Sequence[str]) -> dict[str, Any]:
    """The verdict of `$validate`, as an OperationOutcome: against R4, what the resource claims, and these profiles."""
    from fhir_matters.outcome import to_outcome

    return to_outcome(_validator().validate(resource, profiles))


def server_heeding(stored: Sequence[dict[str, Any]]) -> Validate:
    """`server_validate` that also knows the definitions that a server stores; those that we have are ours."""
    from fhir_matters import Validator
    from fhir_matters.definitions.registry import core
    from fhir_matters.outcome import to_outcome

    layer = Stored.of(each for each in stored if not core().defines(str(each.get("url"))))
    if not layer.definitions:
        return server_validate
    validator = Validator(registry=core().with_layer(layer))
    return lambda resource, profiles: to_outcome(validator.validate(resource, profiles))


@dataclass(frozen=True)
class Stored:
    """Definitions by kind and canonical, as a layer of a registry."""

    definitions: Mapping[tuple[str, str], list[dict[str, Any]]]

    @classmethod
    def of(cls, definitions: Iterable[dict[str, Any]]) -> Stored:
        """Those that have a canonical; a later one goes before an earlier one of the same version."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for each in definitions:
            if isinstance(url := each.get("url"), str):
                found.setdefault((str(each.get("resourceType")), url), []).insert(0, each)
        return cls(found)

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        """The definition, of this version if one is named, or None."""
        there = self.definitions.get((kind, url), [])
        return next((each for each in there if not version or each.get("version") == version), None)

    def urls(self, kind: str) -> Iterator[str]:
        """The canonicals of one kind."""
        return (url for found, url in self.definitions if found == kind)


def server_codes(operation: str, given: dict[str, str]) -> dict[str, Any] | None:
    """The answer of our own terminology to `$validate-code` or `$expand`; None where R4's definitions do not tell."""
    from fhir_matters.terminology.operations import answered

    return answered(_terminology(), operation, given)


def server_shapes(name: str) -> Mapping[str, Child] | None:
    """The children of a type as R4 defines them."""
    return _shapes()(name)


def server_places(resource: dict[str, Any], expression: str) -> list[tuple[str | int, ...]]:
    """The steps to each element of the resource that a FHIRPath finds."""
    from fhir_matters.fhirpath.places import places

    return places(resource, expression)


def server_skills(verify: Verify | None = None) -> Skills:
    """All that the local server can do."""
    from fhir_matters.local_server.skills import Skills

    return Skills(
        server_validate, server_codes, server_shapes, server_places, verify, server_heeding, pages=server_pages()
    )


def server_pages() -> Pages:
    """How the local server shows people: as `fhir-matters view` does."""
    from fhir_matters.local_server.skills import Pages

    return Pages(_people, _person, _refused, _ask)


def _people(listing: Listing) -> Sheet:
    from fhir_matters.local_server.skills import Sheet
    from fhir_matters.view.html_site import people_sheet

    people = [_listed(patient) for patient in listing.patients]
    found = people_sheet(people, asked=listing.asked, before=listing.before, after=listing.after, asks=True)
    return Sheet(found.html, found.policy)


def _listed(patient: dict[str, Any]) -> Listed:
    from fhir_matters.records.fhir.people import person_fields
    from fhir_matters.view.html_site import Listed

    fields = person_fields(patient)
    name = (fields["name"] or {}).get("text", "")
    return Listed(str(patient["id"]), fields["likes_to_be_called"] or name, name, fields["born"] or "")


def _person(bundle: dict[str, Any]) -> Sheet:
    from fhir_matters import read
    from fhir_matters.local_server.skills import Sheet
    from fhir_matters.pages import page_for
    from fhir_matters.view.html import drawn
    from fhir_matters.view.html_site import EVERYBODY, asking_about

    patient = bundle["entry"][0]["resource"]["id"]
    found = drawn(page_for(read(bundle), None), [EVERYBODY, asking_about(patient)])
    return Sheet(found.html, found.policy)


def _ask(opened: Opened, sent: Sent | None) -> Sheet | dict[str, Any]:
    from fhir_matters.cli.answered import ask

    return ask(opened, sent)


def _refused(why: str, next_step: str) -> Sheet:
    from fhir_matters.local_server.skills import Sheet
    from fhir_matters.view.html_site import refused_sheet

    found = refused_sheet(why, next_step)
    return Sheet(found.html, found.policy)


@cache
def _shapes() -> Shapes:
    from fhir_matters.definitions.registry import core
    from fhir_matters.definitions.shapes import Shapes

    return Shapes(core())


@cache
def _terminology() -> Terminology:
    from fhir_matters.definitions.registry import core
    from fhir_matters.terminology import Terminology

    return Terminology(core())


@cache
def _validator() -> Validator:
    from fhir_matters import Validator

    return Validator()
