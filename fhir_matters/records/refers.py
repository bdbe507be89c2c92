"""Which keys a form refers to, found by walking its fields: a key that refers says beside its type where to look."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, TypeAlias, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from fhir_matters.records.forms.common import To

Place: TypeAlias = tuple[str | int, ...]
Reference: TypeAlias = tuple[Place, str, tuple[str, ...]]


def references(form: BaseModel, place: Place) -> Iterator[Reference]:
    """Every key by which the form refers to a part: its place, the key, and the sections that it may be in."""
    for name, alias, to in _fields(type(form)):
        yield from _in_value(getattr(form, name), (*place, alias), to)


def _in_value(value: Any, place: Place, to: To | None) -> Iterator[Reference]:
    if isinstance(value, str):
        if to is not None:
            yield place, value, to.sections or (str(place[0]),)
    elif isinstance(value, BaseModel):
        yield from references(value, place)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _in_value(item, (*place, index), to)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _in_value(item, (*place, key), to)


@cache
def _fields(form: type[BaseModel]) -> tuple[tuple[str, str, To | None], ...]:
    """(name, name in a file, where its keys are looked for) of each field that can hold a key or a form."""
    return tuple((name, field.alias or name, _to(field)) for name, field in form.model_fields.items())


def _to(field: FieldInfo) -> To | None:
    return next((found for found in field.metadata if isinstance(found, To)), None) or _inside(field.annotation)


def _inside(annotation: Any) -> To | None:
    """`tuple[Annotated[Key, To(…)], ...] | None` has it somewhere inside."""
    if get_origin(annotation) is Annotated:
        found = next((each for each in get_args(annotation) if isinstance(each, To)), None)
        return found or _inside(get_args(annotation)[0])
    return next(filter(None, map(_inside, get_args(annotation))), None)
