"""Types of items: `type()`, `is`, `as` and `ofType()` over the namespaces FHIR and System."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.functions import function
from fhir_matters.fhirpath.model import Model
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.quantity import Quantity
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.syntax import TypeName
from fhir_matters.fhirpath.temporal import Temporal
from fhir_matters.fhirpath.values import TypeInfo

SYSTEM: Final = frozenset({"Boolean", "Integer", "Decimal", "String", "Date", "DateTime", "Time", "Quantity", "Any"})
_PYTHON: Final = {bool: "Boolean", int: "Integer", str: "String", Quantity: "Quantity"}

Test = Callable[[Any], bool]


def system_name(item: Any) -> str:
    """The name in the System namespace of an item that is no element."""
    if isinstance(item, Temporal):
        return item.kind
    return "Decimal" if isinstance(item, Decimal) else _PYTHON.get(type(item), "Any")


def info(item: Any) -> TypeInfo:
    """What `type()` says of an item."""
    if type(item) is not Node:
        return TypeInfo("System", system_name(item), "System.Any")
    base = item.type.base
    return TypeInfo("FHIR", item.type.name, f"FHIR.{base.name}" if base else "System.Any")


@function("type")
def types(items: Collection, _: Scope) -> Collection:
    """The type of every item."""
    return [info(each) for each in items]


def typed(name: TypeName, model: Model, *, exact: bool = False, lenient: bool = False) -> Test:
    """A test for the type; subtypes pass, those of primitives only unless `exact`.

    HL7's suite has `gender.is(string)` true but `gender.as(string)` and `gender.ofType(string)` empty.
    Raises CannotEvaluate for a name that no namespace has, unless it is `lenient`: nothing is of such a type.
    """
    of_fhir = name.namespace != "System" and model.find(name.name) is not None
    if not of_fhir and name.namespace != "System" and (name.namespace or name.name not in SYSTEM) and not lenient:
        raise CannotEvaluate("Expected the name of a type, found a name that no type has.")
    in_system = name.namespace in ("", "System")
    wanted = name.name

    def passes(item: Any) -> bool:
        if type(item) is not Node:
            return in_system and (system_name(item) == wanted or wanted == "Any")
        if not of_fhir:
            return False
        kind = item.type
        return kind.name == wanted if exact and kind.is_primitive else wanted in kind.ancestors

    return passes
