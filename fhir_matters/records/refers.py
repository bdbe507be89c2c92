"""Which keys a form refers to, found by walking its fields: a key that refers says beside its type where to look.

And the form without some of them. Whether a key is there is not asked here.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cache
from operator import is_
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from fhir_matters.records.forms.entry import To

Place: TypeAlias = tuple[str | int, ...]
F = TypeVar("F", bound=BaseModel)
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


def without(form: F, keys: Container[str]) -> F:
    """The form without its references to these keys; what refers to one must be free not to."""
    pairs = ((name, getattr(form, name), to) for name, _, to in _fields(type(form)))
    found = {name: _value_without(value, to, keys) for name, value, to in pairs}
    changed = {name: value for name, value in found.items() if value is not getattr(form, name)}
    return form.model_copy(update=changed) if changed else form


def _value_without(value: Any, to: To | None, keys: Container[str]) -> Any:
    """The very same value where nothing in it refers to any of the keys."""
    if isinstance(value, str):
        return None if to is not None and value in keys else value
    if isinstance(value, BaseModel):
        return without(value, keys)
    if isinstance(value, tuple):
        items = tuple(kept for item in value if (kept := _value_without(item, to, keys)) is not None)
        return value if all(map(is_, items, value)) and len(items) == len(value) else items
    if isinstance(value, dict):
        forms = {key: _value_without(item, to, keys) for key, item in value.items()}
        return value if all(map(is_, forms.values(), value.values())) else forms
    return value


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
