"""FHIRPath for what is on record already, so that nobody is asked twice.

`%patient` is the person, `%record` what a server answers to two queries (SDC sourceQueries, by their place). Only what
still stands is put before the person: nothing that was replaced, and nothing that was entered by mistake.
"""

from __future__ import annotations

from fhir_matters.records import codes
from fhir_matters.records.fhir.observations import REPLACES

QUERIES = (
    "Observation?subject=Patient/{{%patient.id}}&_count=1000",
    "RelatedPerson?patient=Patient/{{%patient.id}}&_count=1000",
)
# By name, each may use those before it.
VARIABLES = {
    "said": "%record.entry[0].resource.entry.resource",
    "around": "%record.entry[1].resource.entry.resource",
    "replaced": f"%said.where(status != 'entered-in-error').extension('{REPLACES}').value.reference",
    "stands": "%said.where(status = 'final' and ('Observation/' + id in %replaced).not())",
}

_OFFICIAL = "%patient.name.where(use = 'official' or use.empty()).first()"
_GIVEN, _FAMILY = f"{_OFFICIAL}.given.first()", f"{_OFFICIAL}.family"
_BOTH = f"iif({_GIVEN}.exists() and {_FAMILY}.exists(), {_GIVEN} & ' ' & {_FAMILY}, {_GIVEN} | {_FAMILY})"
NAME = f"iif({_OFFICIAL}.text.exists(), {_OFFICIAL}.text, {_BOTH})"
CALLED = "%patient.name.where(use = 'usual' or use = 'nickname').first().text"
BORN = "%patient.birthDate"
_SPOKEN = "%patient.communication.where(preferred = true or %patient.communication.count() = 1).first()"
LANGUAGE = f"{_SPOKEN}.language.coding.where(system = 'urn:ietf:bcp:47').first().code"
INTERPRETER = "%patient.extension('http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired').value"
COMMUNICATES = f"%patient.extension('{codes.EXTENSION_COMMUNICATES}').value"

SOMEONES = "%around.where(active = true or active.empty())"
SOMEONE_NAME = "%someone.name.first().text"
SOMEONE_RELATION = "%someone.relationship.first().text"
SOMEONE_PHONE = "%someone.telecom.where(system = 'phone').first().value"
SOMEONE_EMAIL = "%someone.telecom.where(system = 'email').first().value"


def key(of: str) -> str:
    """The key of a part: the last step of its identifier."""
    return f"%{of}.identifier.where(system = '{codes.IDENTIFIER}').value.replaceMatches('^.*/', '')"


def statements(system: str, kind: str) -> str:
    """Everything of that kind that still stands."""
    code = kind.replace(" ", "-")
    return f"%stands.where(code.coding.where(system = '{system}' and code = '{code}').exists())"


def words(of: str) -> str:
    """What was said, unless it is the short answer again."""
    said = f"%{of}.value.ofType(string) | %{of}.value.ofType(CodeableConcept).text | %{of}.dataAbsentReason.text"
    return f"({said}).exclude(%{of}.extension('{codes.EXTENSION_WISH}').value)"


def extension(of: str, url: str) -> str:
    """The value of an extension."""
    return f"%{of}.extension('{url}').value"


def speaker(of: str) -> str:
    """Who said it, by name."""
    return f"%{of}.performer.first().display"


def answer(of: str) -> str:
    """Why there is no answer, as our own code."""
    return f"%{of}.dataAbsentReason.coding.where(system = '{codes.SYSTEM_ANSWER}')"


def wish(of: str) -> str:
    """The short answer: as one of our codes where it has one, else as it was said."""
    coded = f"%{of}.value.ofType(CodeableConcept).coding.where(system = '{codes.SYSTEM_WISH}')"
    return f"iif({coded}.exists(), {coded}, {extension(of, codes.EXTENSION_WISH)})"


def treatment(of: str) -> str:
    """Which treatment it is about."""
    return f"%{of}.code.text"


def day(of: str) -> str:
    """When it was said."""
    return f"%{of}.effective"
