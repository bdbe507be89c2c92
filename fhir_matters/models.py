"""Models of fhir.resources, to and from: a record's resources as typed objects, and objects as a record.

    from fhir_matters.models import model_of

    patient, *rest = record.models()                       # fhir.resources.R4B.patient.Patient, …
    bundle = model_of(record.bundle("transaction"))        # any R4 resource as a model
    assert Record.from_models(bundle) == record

fhir.resources has R4B and R5, and no R4. So what R4B cannot hold of an R4 resource is refused by its name, and so is
what an R4B model holds that R4 does not know; both are found out by asking the models and the definitions of R4, for
there is no list here. What a model makes of numbers and instants says `modelled.py`. fhir.resources is loaded when it
is first used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from fhir_matters.definitions.registry import core
from fhir_matters.definitions.shapes import Shapes
from fhir_matters.errors import FhirMattersError, WrongArgument
from fhir_matters.modelled import is_model, resource_of
from fhir_matters.path import Key
from fhir_matters.records.read import read
from fhir_matters.records.record import Record

Place: TypeAlias = tuple[Key, ...]
Met: TypeAlias = tuple[Place, str | None]
_TOLD = 10
_ONLY_R4, _NEITHER = "R4 has and they do not", "neither R4 nor they have"
_PLAIN = "Go on with the plain resource, which is R4: record.bundle(), Validator().validate and Server take it."


def model_of(resource: Mapping[str, Any]) -> BaseModel:
    """The fhir.resources.R4B model that holds this R4 resource, whole.

    Raises FhirMattersError with every place that R4B cannot hold, or that its model would change.
    """
    if not isinstance(resource, Mapping) or not isinstance(resource.get("resourceType"), str):
        what = "one without resourceType" if isinstance(resource, Mapping) else type(resource).__name__
        raise WrongArgument(
            f"Expected one resource as a dict, found {what}.", next_step="A record's resources are record.models()."
        )
    kind, found = _type_of(resource), list(_met(resource))
    if absent := [(at, _absent(name)) for at, name in found if name is not None and _class(name) is None]:
        raise _refused(kind, absent)
    try:
        model: BaseModel = _class(kind).model_validate(resource)
    except ValidationError as error:
        unknown = {at for at, name in found if name is None}
        raise _refused(kind, [(e["loc"], _why(e["type"], e["loc"] in unknown)) for e in error.errors()]) from None
    if lost := list(_changed(resource, resource_of(model), ())):
        raise _refused(kind, [(place, "which its model would change") for place in lost])
    return model


def models_of(record: Record) -> list[BaseModel]:
    """The resources of the record as models, in the order of its bundle. Raises FhirMattersError as `model_of`."""
    return [model_of(entry["resource"]) for entry in record.bundle()["entry"]]


def record_of_models(models: Any) -> Record:
    """The record in a Bundle's model, in several models, or in one.

    Raises FhirMattersError for what is no model of R4B, or holds what R4 does not know, and RecordError as `read` does.
    """
    several = not is_model(models) and isinstance(models, Iterable)
    found = [_in_r4(resource_of(_checked(each))) for each in (models if several else [models])]
    return read(found[0] if len(found) == 1 else found)


def _checked(model: Any) -> Any:
    if not is_model(model):
        raise WrongArgument(
            f"Expected models of fhir.resources.R4B, found {type(model).__name__}.",
            next_step="Plain resources are read with fhir_matters.read(bundle).",
        )
    return model


def _in_r4(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource; FhirMattersError names what R4 does not know."""
    found = _met(resource)
    strange = [at for at, name in found if name is None or not _is_resource(name)]
    if strange:
        raise FhirMattersError(
            f"R4 does not know {_told([_written(_type_of(resource), at) for at in strange])}.",
            next_step="Take it out, or say it with an extension.",
        )
    return resource


@cache
def _class(name: str) -> Any:
    """The R4B model of a type of resource; None where R4B has no such type."""
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - the models take their time

    try:
        found = get_fhir_model_class(name)
    except (ValueError, KeyError):
        return None
    return found if found.has_resource_base() else None


@cache
def _shapes() -> Shapes:
    return Shapes(core())


def _is_resource(name: str) -> bool:
    definition = core().type(name)
    return definition is not None and definition.get("kind") == "resource"


def _type_of(resource: Mapping[str, Any]) -> str:
    name = resource.get("resourceType")
    return name if isinstance(name, str) and name.isidentifier() else "Resource"


def _met(resource: Mapping[str, Any], at: Place = ()) -> Iterator[Met]:
    """Each resource in a resource with its type, itself first; None as the type of what R4 has no element for."""
    kind = _type_of(resource)
    yield at, kind
    yield from _elements({name: item for name, item in resource.items() if name != "resourceType"}, kind, at)


def _elements(node: Mapping[str, Any], kind: str, at: Place) -> Iterator[Met]:
    children = _shapes()(kind)
    if children is None:
        return
    for name, value in node.items():
        child = children.get(name.removeprefix("_"))
        if child is None:
            yield (*at, name), None
        elif not name.startswith("_"):
            for here, item in _items(value, (*at, name)):
                yield from _met(item, here) if child.kind == "resource" else _elements(item, child.type, here)


def _items(value: Any, at: Place) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    several = [((*at, index), item) for index, item in enumerate(value)] if isinstance(value, list) else [(at, value)]
    return ((here, item) for here, item in several if isinstance(item, Mapping))


def _absent(name: str) -> str:
    return f"of type {name}, which {_ONLY_R4 if _is_resource(name) else _NEITHER}"


def _why(kind: str, unknown: bool) -> str:
    """Why R4B refuses what stands at a place; nothing of what stands there is told."""
    if kind != "extra_forbidden":
        return f"which its model does not accept ({kind.replace('_', ' ')})"
    return f"which {_NEITHER if unknown else _ONLY_R4}"


def _changed(was: Any, now: Any, at: Place) -> Iterator[Place]:
    """Where a model tells something else than it was given; another spelling of an instant is none."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for name in [*was, *(name for name in now if name not in was)]:
            yield from _changed(was.get(name), now.get(name), (*at, name))
    elif isinstance(was, (list, tuple)) and isinstance(now, list) and len(was) == len(now):
        for index, (before, after) in enumerate(zip(was, now, strict=True)):
            yield from _changed(before, after, (*at, index))
    elif str(was) != str(now) and _meant(was) != _meant(now):
        yield at


def _meant(value: Any) -> Any:
    """What a value says however it is spelt: 1e2 is 1E+2 and not 100, 10:00Z is 10:00+00:00."""
    if isinstance(value, Decimal):
        return value.as_tuple()
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _refused(kind: str, places: Iterable[tuple[Place, str]]) -> FhirMattersError:
    told = _told(dict.fromkeys(f"{_written(kind, at)}, {why}" for at, why in places))
    return FhirMattersError(f"The models of R4B cannot hold {told}.", next_step=_PLAIN)


def _told(several: Iterable[str]) -> str:
    first = list(several)
    more = [f"and {len(first) - _TOLD} more"] if len(first) > _TOLD else []
    return "; ".join([*first[:_TOLD], *more])


def _written(kind: str, place: Place) -> str:
    return kind + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
