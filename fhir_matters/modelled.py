"""A model of fhir.resources as the plain resource that it holds. Nothing is imported for it: who has one, has them.

Numbers are as exact as the model has them, which `model_dump` is not: it writes 1.50 as 1.5. What a model lost when it
was made is lost: digits where it was made of a float or of JSON by itself, the spelling of instants
(`2015-02-07T13:28:17.2Z` is written `…17.200000Z`), the order of elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Protocol, TypeAlias, TypeGuard

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError, WrongArgument


class Model(Protocol):
    """A pydantic model, of fhir.resources or of somebody else."""

    def model_dump_json(self, *, exclude_none: bool, by_alias: bool) -> str:
        """What it holds, as JSON."""


Resource: TypeAlias = Mapping[str, Any] | str | bytes | bytearray | memoryview | Model
"""One resource in any form that is taken: a dict, its JSON or XML, or a model."""

_PACKAGE, _OURS = "fhir.resources.", "fhir.resources.R4B."


def is_model(value: object) -> TypeGuard[Model]:
    """True for a pydantic model, of fhir.resources or of somebody else, that can tell what it holds."""
    return not isinstance(value, type) and hasattr(value, "model_dump_json")


def plain(resource: object) -> Any:
    """What a model or a mapping holds, as plain dicts; what JSON may be otherwise, as it is.

    Raises WrongArgument for anything else, FhirMattersError as `resource_of`.
    """
    if isinstance(resource, (dict, list, int, float, Decimal, jsonio.LosslessFloat)) or resource is None:
        return resource
    if is_model(resource) and not _has_bundle(resource):
        return resource_of(resource)
    if isinstance(resource, Mapping):
        return dict(resource)
    raise WrongArgument(f"Expected one resource, found {_named(resource)}.", next_step=_instead(resource))


def dicts(found: object) -> None:
    """Nothing for what may be resources as dicts. Raises WrongArgument for what surely is something else."""
    if _has_bundle(found) or is_model(found) or isinstance(found, (str, bytes, PurePath)) or not _many(found):
        raise WrongArgument(f"Expected resources as dicts, found {_named(found)}.", next_step=_as_dicts(found))


def _many(found: object) -> bool:
    return isinstance(found, Iterable) and not isinstance(found, type)


def _as_dicts(value: object) -> str:
    if _has_bundle(value):
        return "Give record.bundle()."
    if is_model(value):
        return "Give fhir_matters.modelled.resource_of(model); a record is made by Record.from_models."
    return "Read it first: fhir_matters.jsonio.read(Path(name).read_bytes()) keeps every digit."


def resource_of(model: Model) -> dict[str, Any]:
    """What the model holds, under the names that FHIR has for it.

    Raises FhirMattersError for a model of R5 or STU3: what they hold is not R4, whatever it is called.
    """
    home = _home(type(model))
    if home and not home.startswith(_OURS):
        folder, _, kind = home.removeprefix(_PACKAGE).rpartition(".")
        version = folder or "R5"  # the latest, which lies in no folder
        raise FhirMattersError(
            f"This is a model of FHIR {version} ({home}), and R4 is what can be told here.",
            next_step=f"Make it with fhir.resources.R4B.{kind}, which is nearest to R4.",
        )
    told: dict[str, Any] = jsonio.read(model.model_dump_json(exclude_none=True, by_alias=True))
    if home:
        _with_exact_numbers(model, told)
    return told


def _named(value: object) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"


def _has_bundle(value: object) -> bool:
    """True for a record: it is a pydantic model too, of a form and not of a resource."""
    return callable(getattr(value, "bundle", None)) and not isinstance(value, type)


def _instead(value: object) -> str:
    if isinstance(value, PurePath):
        return "Give file.read_bytes(), or use validate_many([file]), which tells lines too."
    if _has_bundle(value):
        return "Give record.bundle()."
    if callable(getattr(value, "as_json", None)):
        return "Give resource.as_json()."  # of fhirclient, whose models are R4
    if isinstance(value, Iterable):
        return "Give them one by one, or as one Bundle; files are for validate_many(paths)."
    return "Give a dict, JSON or XML as str or bytes, or a model of fhir.resources.R4B."


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
