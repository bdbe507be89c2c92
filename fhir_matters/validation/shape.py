"""The shape of an object: it is one, it is not empty, and it has no field that FHIR does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from fhir_matters.issue import Severity
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.primitives import SURELY_SHORT
from fhir_matters.validation.visits import Lazy, PerKeys, Visit

# (value, the object that it stands in, context, position of that object)
Handler: TypeAlias = Callable[[Any, dict[str, Any], Context, Position], None]
# What looks at an object as a whole, after its fields: (object, context, position)
Check: TypeAlias = Visit | PerKeys


@dataclass(frozen=True, slots=True)
class Single:
    """The handler of a value that does not repeat: what visits it, and the last step of the way to it."""

    item: Lazy
    key: str
    step: str | None

    def __call__(self, value: Any, node: dict[str, Any], context: Context, position: Position) -> None:  # noqa: ARG002
        """The visit, as a Handler."""
        self.item.run(value, context, (position, self.key, None, self.step))


# Of a key: its handler, or, of a value that does not repeat, the Lazy that visits it, its good values, the way to it.
_Step: TypeAlias = tuple[Handler | None, Any, Any, str, str | None]
# How the fields of objects with the same keys are looked at, and the checks that may find something in them.
_Alike: TypeAlias = tuple[tuple[_Step, ...], tuple[Visit, ...]]

# Stands for an object that is not there, where a profile asks for something inside it.
ABSENT: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object, compiled: handlers by JSON key, checks on the object, and the keys that must be there."""

    handlers: Mapping[str, Handler]
    checks: tuple[Check, ...] = ()


def visit(
    root: Element, handlers: Mapping[str, Handler], checks: Iterable[Check], sound: Iterable[Visit] = ()
) -> Visit:
    """The visit of an object with these fields, and the checks that look at it as a whole.

    Those of `sound` rely on its shape: they look at what nothing misshapen was found in.
    """
    relying = tuple(sound)
    type_name = root.path
    is_resource = "." not in type_name and "meta" in root.children and "id" in root.children
    alike: dict[tuple[str, ...], _Alike] = {}
    known = {**handlers, **({"resourceType": _known} if is_resource else {})}
    # A value may stand beside an Element, and a resource has its type: an id is enough there.
    hollow = PerKeys(partial(_hollow, nothing=NOTHING if is_resource or type_name == "Element" else ONLY_ID))
    learn = _learning(alike, known, (hollow, *checks), type_name)

    def run(node: Any, context: Context, position: Position) -> None:
        if not isinstance(node, dict):
            not_an_object(node, type_name, context, position)
            return
        before = context.problems
        keys = tuple(node)
        steps, afterwards = alike.get(keys) or learn(keys)
        mute = context.mute
        for value, (handler, item, good, key, step) in zip(node.values(), steps):  # noqa: B905 (as many)
            if handler is not None:
                handler(value, node, context, position)
            elif (
                type(value) is not str
                or mute
                or not ((value and value[0] > " " and len(value) < SURELY_SHORT) if item.prose else value in good)
            ):
                item.run(value, context, (position, key, None, step))
        for check in afterwards:
            check(node, context, position)
        if context.problems == before:
            for check in relying:
                check(node, context, position)

    return run


def _learning(
    alike: dict[tuple[str, ...], _Alike], handlers: Mapping[str, Handler], checks: tuple[Check, ...], type_name: str
) -> Callable[[tuple[str, ...]], _Alike]:
    """What finds out what follows from the keys of an object alone: it is the same for all that have these keys.

    Where keys are long, or there are ever new ones, it is found out again.
    """

    def learn(keys: tuple[str, ...]) -> _Alike:
        steps = tuple(_step(handlers.get(key) or _unknown(key, type_name)) for key in keys)
        found = steps, tuple(_due(checks, frozenset(keys)))
        if len(alike) >= MOST_ALIKE:
            alike.clear()
        if len("".join(map(str, keys))) < LONGEST_ALIKE:
            alike[keys] = found
        return found

    return learn


MOST_ALIKE = 256
LONGEST_ALIKE = 1024


def _step(handler: Handler) -> _Step:
    if isinstance(handler, Single):
        return None, handler.item, handler.item.good, handler.key, handler.step
    return handler, None, None, "", None


def _unknown(key: str, type_name: str) -> Handler:
    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:  # noqa: ARG001 (a Handler)
        unknown(key, type_name, context, position)

    return handler


def _due(checks: Iterable[Check], keys: frozenset[str]) -> Iterator[Visit]:
    """The checks that may find something in an object with these keys."""
    for check in checks:
        visit = check.due(keys) if isinstance(check, PerKeys) else check
        if visit is not None:
            yield visit


def _known(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
    """What the type of a resource says is looked at before all else."""


NOTHING: frozenset[str] = frozenset()
ONLY_ID = frozenset({"id"})


def _hollow(keys: frozenset[str], nothing: frozenset[str]) -> Visit | None:
    return _nothing if keys <= nothing else None


def _nothing(node: dict[str, Any], context: Context, position: Position) -> None:
    if node is not ABSENT:
        empty(node, context, position)


def empty(node: dict[str, Any], context: Context, position: Position) -> None:
    """ele-1: report an object that has nothing; one that has nothing but an id is let pass with a warning."""
    context.add(
        "FM105",
        position,
        "Expected an object with content, found none beside an id (ele-1).",
        message_id="Object_must_have_some_content",
        severity=Severity.WARNING if node else None,
    )


def valueless(context: Context, position: Position) -> None:
    """ele-1: report a primitive that has neither a value nor extensions."""
    context.add(
        "FM602",
        position,
        "Constraint ele-1 is broken: an element has a value or children.",
        message_id="http://hl7.org/fhir/StructureDefinition/Element#ele-1",
    )


def not_an_object(node: Any, type_name: str, context: Context, position: Position) -> None:
    """Report what stands where an object should."""
    if node is None:
        context.add(
            "FM106", position, "Expected an object, found null.", message_id="This_property_must_be_an_object_not_"
        )
    elif isinstance(node, list):
        context.add(
            "FM103",
            position,
            f"Expected one {type_name}, found an array: this element does not repeat.",
            message_id="This_property_must_be_an_object_not_",
        )
    else:
        context.add(
            "FM104",
            position,
            f"Expected an object ({type_name}), found {kind_of(node)}.",
            message_id="This_property_must_be_an_object_not_",
            found=node,
        )


def unknown(key: Any, type_name: str, context: Context, position: Position) -> None:
    """Report a field that the type does not have. The key is the author's own, so it is no part of the message."""
    context.add(
        "FM101",
        (position, str(key), None, None),
        f"Expected only fields of {type_name}, found another one: correct its name, or take it out.",
        message_id="Unrecognised_property_",
        found=str(key),
    )


def kind_of(value: Any) -> str:
    """What a JSON value is, without saying it."""
    if value is None:
        return "null"
    return next((name for types, name in _KINDS if isinstance(value, types)), "a number")


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (str, "a string"),
    (dict, "an object"),
    ((list, tuple), "an array"),
)
