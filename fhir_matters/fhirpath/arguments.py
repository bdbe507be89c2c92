"""What functions ask of their input and arguments: one text, one number, or nothing at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.navigation import only
from fhir_matters.fhirpath.scope import Collection
from fhir_matters.fhirpath.values import measured, system


def single(items: Collection) -> Any:
    """The System value of the single item, or None. Raises CannotEvaluate for several."""
    item = only(items)
    return None if item is None else system(item)


def text(items: Collection) -> str | None:
    """The single string, or None. Raises CannotEvaluate for anything else."""
    value = single(items)
    if value is None or type(value) is str:
        return value
    raise CannotEvaluate(f"Expected a string, found {kind_of(value)}.")


def number(items: Collection) -> int | Decimal | None:
    """The single number, or None. Raises CannotEvaluate for anything else."""
    value = single(items)
    if value is None or (isinstance(value, (int, Decimal)) and type(value) is not bool):
        return value
    raise CannotEvaluate(f"Expected a number, found {kind_of(value)}.")


def integer(items: Collection) -> int | None:
    """The single integer, or None. Raises CannotEvaluate for anything else."""
    value = single(items)
    if value is None or type(value) is int:
        return value
    raise CannotEvaluate(f"Expected an integer, found {kind_of(value)}.")


def amount(items: Collection) -> Any:
    """The single value, a FHIR Quantity as a System one, or None. Raises CannotEvaluate for several."""
    item = only(items)
    return None if item is None else measured(item)


def truth(items: Collection) -> bool | None:
    """The boolean; any other single item is true; None for none. Raises CannotEvaluate for several.

    http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections
    """
    if not items:
        return None
    value = single(items)
    if type(value) is bool:
        return value
    return True if value is not None else None


def boolean(items: Collection) -> bool | None:
    """The boolean; raises CannotEvaluate for anything that is none."""
    value = single(items)
    if value is None or type(value) is bool:
        return value
    raise CannotEvaluate(f"Expected a boolean, found {kind_of(value)}.")


def kind_of(value: Any) -> str:
    """A word for the kind of a value, which never says the value."""
    names = {bool: "a boolean", int: "an integer", Decimal: "a decimal", str: "a string"}
    return names.get(type(value), "another kind of value")
