"""A model of fhir.resources as the plain resource that it holds. Nothing is imported for it: who has one, has them.

Numbers are as exact as the model has them, which `model_dump` is not: it writes 1.50 as 1.5. What a model lost when it
was made is lost: digits where it was made of a float or of JSON by itself, the spelling of instants
(`2015-02-07T13:28:17.2Z` is written `…17.200000Z`), the order of elements.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError

_PACKAGE, _OURS = "fhir.resources.", "fhir.resources.R4B."
# The folders of fhir.resources; what lies in none is its latest.
_VERSIONS = {"STU3": "STU3"}


def is_model(value: object) -> bool:
    """True for a pydantic model, of fhir.resources or of somebody else, that can tell what it holds."""
    return not isinstance(value, type) and hasattr(value, "model_dump_json")


def resource_of(model: Any) -> dict[str, Any]:
    """What the model holds, under the names that FHIR has for it.

    Raises FhirMattersError for a model of R5 or STU3: what they hold is not R4, whatever it is called.
    """
    home = _home(type(model))
    if home and not home.startswith(_OURS):
        kind = home.rpartition(".")[2]
        version = _VERSIONS.get(home.split(".")[2], "R5")
        raise FhirMattersError(
            f"This is a model of FHIR {version} ({home}), and R4 is what can be told here.",
            next_step=f"Make it with fhir.resources.R4B.{kind}, which is nearest to R4.",
        )
    told: dict[str, Any] = jsonio.parse(model.model_dump_json(exclude_none=True, by_alias=True))
    if home:
        _with_exact_numbers(model, told)
    return told


def _home(kind: type) -> str:
    """The module of fhir.resources that a model, or what it is made from, comes from; empty where there is none."""
    return next((each.__module__ for each in kind.__mro__ if each.__module__.startswith(_PACKAGE)), "")


def _with_exact_numbers(model: Any, told: dict[str, Any]) -> None:
    for name, field in type(model).model_fields.items():
        key, value = field.alias or name, model.__dict__.get(name)
        if value is not None and key in told:
            told[key] = _exact(value, told[key])


def _exact(value: Any, told: Any) -> Any:
    if isinstance(value, Decimal):
        return told if str(value) == str(told) else jsonio.Number(str(value))
    if isinstance(value, list) and isinstance(told, list):
        return [_exact(*pair) for pair in zip(value, told, strict=True)]
    if isinstance(told, dict) and hasattr(type(value), "model_fields"):
        _with_exact_numbers(value, told)
    return told
