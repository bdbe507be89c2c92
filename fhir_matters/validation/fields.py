"""One field of an object: arrays and single values, nulls, choice types, how often it occurs."""

from __future__ import annotations

from typing import Any

from fhir_matters.validation import (
    alien,
    beside,
    bindings,
    cardinality,
    invariants,
    primitives,
    slicing,
    sorting,
)
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.fieldnames import keys_of
from fhir_matters.validation.shape import Check, Field, Handler, Single
from fhir_matters.validation.visits import RESOURCES, Compiler, Elements, Lazy, Visit, types_of


def field(walk: Compiler, said: Elements) -> Field:
    """The field that these elements speak of; the first is the base's and decides the JSON."""
    base = said[0]
    keys = keys_of(base)
    handlers: dict[str, Handler] = {}
    checks: list[Check] = list(cardinality.checks(said, keys))
    checks += (
        cardinality.at_least(part, keys)
        for each in said
        for part in each.slices
        if part.min and slicing.hindered(walk, each, part)
    )
    bare = not any(each.slices for each in said)
    for key, code in keys.items():
        if bare and not allowed(said, code) and _needs_no_check(said, code):
            handlers.update(_later(walk, said, code, key))
            continue
        parts = _type_slices(walk, said, code, key)
        shut = slicing.closed_to(walk, said, code, key) is not None
        for narrow in parts:
            checks += cardinality.checks((narrow,), {key: code}) if not shut else ()
        spoken = (*said, *parts)
        part = _keyed(walk, spoken, code, key)
        handlers.update(part.handlers)
        checks += part.checks
    return Field(handlers, tuple(checks))


def _needs_no_check(said: Elements, code: str) -> bool:
    """True where of a key of this type, which is refused, nothing has to be looked at once all keys were met."""
    spoken = [each for each in said if not each.types or code in types_of(each)]
    return not any(each.valued or each.children for each in spoken) and not invariants.of(spoken)


def _later(walk: Compiler, said: Elements, code: str, key: str) -> dict[str, Handler]:
    """The handlers of a key that is refused, compiled when it is met: of an extension's fifty, one is allowed."""
    made: dict[str, Handler] = {}

    def handler(name: str) -> Handler:
        def first(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
            if not made:
                made.update(_keyed(walk, said, code, key).handlers)
            made[name](value, node, context, position)

        return first

    names = (key, "_" + key) if code in primitives.NAMES else (key,)
    return {name: handler(name) for name in names}


def _refused(key: str, code: str, reports: list[Handler], judged: Field) -> Field:
    """A key that no value may have here; what it has is judged by its own type all the same."""

    def after(judge: Handler | None) -> Handler:
        def report(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
            for each in (*reports, *([judge] if judge is not None else [])):
                each(value, node, context, position)

        return report

    names = (key, "_" + key) if code in primitives.NAMES else (key,)
    return Field({name: after(judged.handlers.get(name)) for name in names}, judged.checks)


def _at(key: str, step: str | None, visit: Visit) -> Handler:
    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:  # noqa: ARG001 (a Handler)
        visit(value, context, (position, key, None, step))

    return handler


def _type_slices(walk: Compiler, said: Elements, code: str, key: str) -> Elements:
    """The slices of a choice that stand for this one type: they speak of every value of it."""
    if not said[0].name.endswith("[x]"):
        return ()
    own = ((each, part) for each in said for part in each.slices if slicing.by_type(each, part, code, key))
    return tuple(part for each, part in own if not slicing.hindered(walk, each, part))


def _keyed(walk: Compiler, said: Elements, code: str, key: str) -> Field:
    base = said[0]
    step = f"{base.name[:-3]}.ofType({code})" if base.name.endswith("[x]") else None
    groups = slicing.groups(walk, said, code)
    closed = slicing.closed_to(walk, said, code, key)
    reports = [cardinality.wrong_type(said, key, step)] if not allowed(said, code) else []
    reports += [_at(key, step, each) for each in alien.values(walk, said, code)]
    reports += [slicing.left_out(closed, key, step)] if closed is not None else []
    if reports:
        spoken = tuple(each for each in said if each is not closed and (not each.types or code in types_of(each)))
        judged = _keyed(walk, spoken, code, key) if spoken[:1] == (base,) else Field({})
        return _refused(key, code, reports, judged)
    item = walk.item(said, code)
    many = base.max > 1
    handlers: dict[str, Handler] = {}
    checks: list[Check] = list(slicing.absence(groups, key))
    if code in primitives.NAMES:
        handlers["_" + key] = (
            beside.beside_div(key)
            if code == "xhtml"
            else beside.beside(walk.element(said), key, many, step, bindings.absent(said, code))
        )
        checks += beside.inside(walk, said, key, many, step)
        checks += beside.valued(said, key, step)
        checks += beside.judged(walk, said, code, key, step)
    if groups:
        sorter = sorting.Sorter(walk, said, code, groups)
        handlers[key] = sorting.handler(sorter, key, many, step, of_objects=code not in primitives.NAMES)
    elif many:
        handlers[key] = _values(item, key, step) if code in primitives.NAMES else _array(item, key, step)
    else:
        handlers[key] = Single(item, key, step)
    return Field(handlers, tuple(checks))


def allowed(said: Elements, code: str) -> bool:
    """True where every element allows the type, or says nothing about types; resources are judged by their own."""
    return code in RESOURCES or all(not each.types or code in types_of(each) for each in said[1:])


def _array(item: Lazy, key: str, step: str | None) -> Handler:
    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:  # noqa: ARG001 (a Handler)
        if (type(value) is not list or not value) and not beside.is_array(
            value, key, context, position, of_objects=True
        ):
            return
        for index, each in enumerate(value):
            if context.until is not None:
                context.in_time()
            if each is not None or not context.mended:
                item.run(each, context, (position, key, index, step))

    return handler


def _values(item: Lazy, key: str, step: str | None) -> Handler:
    name = "_" + key
    good = item.good

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        if (type(value) is not list or not value) and not beside.is_array(value, key, context, position):
            return
        for index, each in enumerate(value):
            if type(each) is str and each in good and not context.mute:
                continue
            if each is not None or not (context.mended or beside.has_item(node.get(name), index)):
                item.run(each, context, (position, key, index, step))

    return handler
