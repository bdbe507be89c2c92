"""One field of an object: arrays and single values, nulls, `_name` beside `name`, choice types, how often it occurs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from fhir_matters.issue import Severity
from fhir_matters.validation import alien, bindings, cardinality, invariants, narrative, primitives, shape, slicing
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.fieldnames import keys_of
from fhir_matters.validation.plan import Element
from fhir_matters.validation.shape import ABSENT, Field, Handler, kind_of
from fhir_matters.validation.visits import RESOURCES, Compiler, Elements, Lazy, Visit, types_of

ARRAY_EXPECTED = "This_property_must_be_an_Array_not_"


def field(walk: Compiler, said: Elements) -> Field:
    """The field that these elements speak of; the first is the base's and decides the JSON."""
    base = said[0]
    keys = keys_of(base)
    handlers: dict[str, Handler] = {}
    checks = list(cardinality.checks(said, keys))
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
    visit_of = slicing.sorter(walk, said, code, groups) if groups else None
    item = walk.item(said, code)
    many = base.max > 1
    handlers: dict[str, Handler] = {}
    checks: list[Visit] = list(slicing.absence(groups, key))
    if code in primitives.NAMES:
        handlers["_" + key] = (
            _beside_div(key)
            if code == "xhtml"
            else _beside(walk.element(said), key, many, step, bindings.absent(said, code))
        )
        checks += _inside_primitive(walk, said, key, many, step)
        checks += _valued(said, key, step)
        checks += _invariants(walk, said, code, key, step)
    if visit_of is not None:
        handlers[key] = _sliced(visit_of, groups, key, many, step, code)
    elif many:
        handlers[key] = _values(item, key, step) if code in primitives.NAMES else _array(item, key, step)
    else:
        handlers[key] = _single(item, key, step)
    return Field(handlers, tuple(checks))


def allowed(said: Elements, code: str) -> bool:
    """True where every element allows the type, or says nothing about types; resources are judged by their own."""
    return code in RESOURCES or all(not each.types or code in types_of(each) for each in said[1:])


def value(code: str, checks: Iterable[Visit], item: Lazy, *, repeats: bool, owner: str = "") -> Visit:
    """The visit of a primitive value of an `owner`: its JSON type, its format, and what else is to be looked at.

    What `item` is told: that it is prose of which nothing else is asked, or, of what `repeats`, which texts are good.
    """
    check = primitives.check_of(code)
    more = tuple(checks)
    prose = code in primitives.PROSE
    measured = code == "decimal" and owner in QUANTITIES
    item.prose = prose and not more
    good = item.good if repeats or (code in primitives.DATES and not more) else None

    def visit(value: Any, context: Context, position: Position) -> None:
        if prose and type(value) is str and value[:1] > " " and len(value) < primitives.SURELY_SHORT:
            for each in more:
                each(value, context, position)
            return
        before = len(context.findings)
        if (problem := check(value)) is not None:
            misshapen(problem, value, context, position)
            _unnamed(code, value, context, position)
            if problem[0] == "FM201" and context.mended:
                _unreadable(code, value, context, position)
            if measured and (problem[0] == "FM202" or context.mended):
                _immeasurable(value, context, position)
            if problem[0] == "FM201":
                return
        for each in more:
            each(value, context, position)
        if good is not None and len(context.findings) == before and _is_kept(value, good, context):
            good.add(value)

    return visit


def _is_kept(value: Any, good: set[str], context: Context) -> bool:
    sound = type(value) is str and not context.mended
    return sound and len(good) < MOST_REMEMBERED and len(value) < primitives.LONGEST_REMEMBERED


MOST_REMEMBERED = 1024


def _unnamed(code: str, value: Any, context: Context, position: Position) -> None:
    """An empty id of a resource is also none of the letters that ids have."""
    if value == "" and code == "id" and position is not None and position[1] == "id":
        named = "Resource_RES_ID_Malformed_Chars"
        context.add("FM202", position, "Expected 1 to 64 letters, digits, - or .", message_id=named)


def _unreadable(code: str, value: Any, context: Context, position: Position) -> None:
    """What is said of a text that stands where a number or true or false should be, besides that."""
    if value == "":
        context.add("FM207", position, "Expected a value, or no element at all.", message_id=primitives.BLANK)
        shape.valueless(context, position)
    elif isinstance(value, bool) or (isinstance(value, str) and not value.isspace()):
        context.add(
            "FM202",
            position,
            f"Expected {code} as FHIR spells it.",
            message_id=primitives.UNREADABLE[code],
            found=value,
        )


# What has an amount that the HL7 validator reads to look at it: of R4's kinds of Quantity only that itself.
QUANTITIES = frozenset({"Quantity"})


def _immeasurable(value: Any, context: Context, position: Position) -> None:
    """ele-1 of a Quantity of which nobody can say how much it is, as the HL7 validator has it."""
    if position is None or position[0] is None or not isinstance(value, (str, bool)):
        return
    try:
        Decimal(str(value))
    except InvalidOperation:
        shape.valueless(context, position[0])


def misshapen(problem: primitives.Problem, value: Any, context: Context, position: Position) -> None:
    """Report a primitive value that is no such thing."""
    rule, expected, message_id = problem
    if value is None or isinstance(value, dict):
        context.add(
            "FM106" if value is None else "FM201",
            position,
            f"Expected {expected}, found {kind_of(value)}.",
            message_id="This_property_must_be_an_simple_value_not_",
        )
    elif isinstance(value, list):
        context.add(
            "FM103",
            position,
            f"Expected one value ({expected}), found an array: this element does not repeat.",
            message_id="This_property_must_be_an_simple_value_not_",
        )
    else:
        shown = f", found {kind_of(value)}" if rule == "FM201" else ""
        context.add(rule, position, f"Expected {expected}{shown}.", message_id=message_id, found=value)
        if message_id == "Type_Specific_Checks_DT_DateTime_Valid" and primitives.lacks_zone(value):
            told = "Type_Specific_Checks_DT_DateTime_TZ"
            context.add(rule, position, "Expected a time zone after the time.", message_id=told, found=value)
        if rule == "FM207":
            shape.valueless(context, position)


def _single(item: Lazy, key: str, step: str | None) -> Handler:
    good = item.good
    longest = primitives.SURELY_SHORT

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:  # noqa: ARG001 (a Handler)
        if (
            type(value) is not str
            or context.mute
            or not ((value[:1] > " " and len(value) < longest) if item.prose else value in good)
        ):
            item.run(value, context, (position, key, None, step))

    return handler


def is_array(value: Any, key: str, context: Context, position: Position, *, of_objects: bool = False) -> bool:
    """True for an array with items; anything else is reported. An empty one of texts or numbers is let pass."""
    here = (position, key, None, None)
    if isinstance(value, list):
        if value:
            return True
        context.add(
            "FM105",
            here,
            "Expected an array with items, found an empty one.",
            message_id="ARRAY_CANNOT_BE_EMPTY",
            severity=None if of_objects else Severity.WARNING,
        )
        return False
    context.add(
        "FM106" if value is None else "FM102",
        here,
        f"Expected an array, found {kind_of(value)}: this element repeats, so put it into [ ].",
        message_id=ARRAY_EXPECTED,
    )
    if of_objects and not isinstance(value, dict):
        context.add(
            "FM104",
            here,
            f"Expected objects in it, found {kind_of(value)}.",
            message_id="This_property_must_be_an_object_not_",
        )
    return False


def _array(item: Lazy, key: str, step: str | None) -> Handler:
    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:  # noqa: ARG001 (a Handler)
        if (type(value) is not list or not value) and not is_array(value, key, context, position, of_objects=True):
            return
        for index, each in enumerate(value):
            if each is not None or not context.mended:
                item.run(each, context, (position, key, index, step))

    return handler


def _values(item: Lazy, key: str, step: str | None) -> Handler:
    beside = "_" + key
    good = item.good

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        if (type(value) is not list or not value) and not is_array(value, key, context, position):
            return
        for index, each in enumerate(value):
            if type(each) is str and each in good and not context.mute:
                continue
            if each is not None or not (context.mended or has_item(node.get(beside), index)):
                item.run(each, context, (position, key, index, step))

    return handler


def has_item(values: Any, index: int) -> bool:
    """True where the array beside has something at this index."""
    return isinstance(values, list) and index < len(values) and values[index] is not None


def _beside(element: Lazy, key: str, many: bool, step: str | None, absent: Visit | None) -> Handler:
    """`_name`: one object, or an array of objects and nulls as long as `name`."""
    return _several_beside(element, key, step) if many else _one_beside(element, key, step, absent)


def _beside_div(key: str) -> Handler:
    """Beside the div of a narrative nothing can be said: XHTML has no extensions."""

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        here = (position, "_" + key, None, None)
        for name in value if isinstance(value, dict) else ():
            shape.unknown(name, "xhtml", context, here)
        if key not in node and isinstance(value, dict):
            narrative.absent(context, here)
            _nothing_beside({}, context, here)

    return handler


def _one_beside(element: Lazy, key: str, step: str | None, absent: Visit | None) -> Handler:
    beside = "_" + key

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        here = (position, beside, None, step)
        if isinstance(value, dict) and "value" in value:
            _without_value(element, value, context, here)
        else:
            element.run(value, context, here)
            if key not in node and (only_id(value) or value == {}):
                _nothing_beside(value, context, here)
        if key in node:
            return
        if absent is not None:
            absent(value, context, here)

    return handler


def _without_value(element: Lazy, value: dict[str, Any], context: Context, position: Position) -> None:
    """What stands beside a value is no place for the value; the rest of it is judged."""
    context.add(
        "FM114",
        position,
        "Expected the value under the name of the element without _, found it beside.",
        message_id="ILLEGAL_PROPERTY",
    )
    if rest := {name: each for name, each in value.items() if name != "value"}:
        element.run(rest, context, position)


def _several_beside(element: Lazy, key: str, step: str | None) -> Handler:
    beside = "_" + key

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        if not is_array(value, beside, context, position):
            return
        names = node.get(key)
        if isinstance(names, list) and len(names) != len(value):
            context.add(
                "FM107", (position, beside, None, None), f"Expected as many items as in {key}: fill up with null."
            )
        for index, each in enumerate(value):
            here = (position, beside, index, step)
            if isinstance(each, dict) and "value" in each:
                _without_value(element, each, context, here)
                continue
            if each is not None:
                element.run(each, context, here)
            elif not context.mended and index >= (len(names) if isinstance(names, list) else 0):
                _nothing_at_all((position, key, index, step), context)
            if (only_id(each) or each == {}) and not has_item(names, index):
                _nothing_beside(each, context, here)

    return handler


def _nothing_at_all(position: Position, context: Context) -> None:
    """Null in both arrays, or in one that goes on where the other has ended (R4 json.html#primitive)."""
    context.add(
        "FM106",
        position,
        "Expected a value or something beside it, found neither.",
        message_id="This_property_must_be_an_simple_value_not_",
    )


def _nothing_beside(value: dict[str, Any], context: Context, position: Position) -> None:
    """Neither a value nor an extension: an id is not enough (ele-1)."""
    shape.valueless(context, position)
    if not value:
        context.add(
            "FM207",
            position,
            "Expected a value or extensions, found neither.",
            message_id="Type_Specific_Checks_DT_Primitive_ValueExt",
        )


def only_id(value: Any) -> bool:
    """True for an object that has an id and nothing else: not enough without a value beside it (ele-1)."""
    return isinstance(value, dict) and value.keys() == {"id"}


def _inside_primitive(walk: Compiler, said: Elements, key: str, many: bool, step: str | None) -> Iterator[Visit]:
    """A profile may ask for an extension on a primitive value: then it is missing where `_name` is."""
    if many or not any(_demands(each) for each in said):
        return
    element = walk.element(said)
    beside = "_" + key

    def check(node: Any, context: Context, position: Position) -> None:
        if key in node and beside not in node:
            element.run(ABSENT, context, (position, key, None, step))

    yield check


def _valued(said: Elements, key: str, step: str | None) -> Iterator[Visit]:
    """A profile may ask for the value itself: an extension that says why it is absent is not enough."""
    element = next((each for each in said if each.valued), None)
    if element is None:
        return
    beside = "_" + key

    def check(node: Any, context: Context, position: Position) -> None:
        if beside in node and key not in node:
            context.add(
                "FM112",
                (position, beside, None, step),
                f"Expected a value for {element.path}: the profile takes no extension in its stead.",
                profile=element.profile,
                message_id="PRIMITIVE_MUSTHAVEVALUE_MESSAGE",
            )

    yield check


def _invariants(walk: Compiler, said: Elements, code: str, key: str, step: str | None) -> Iterator[Visit]:
    """Invariants on primitive values look at what stands beside them too."""
    judge = invariants.judged(walk, invariants.of(said), code)
    if judge is None:
        return
    beside = "_" + key

    def check(node: Any, context: Context, position: Position) -> None:
        if key not in node and beside not in node:
            return
        value, extra = node.get(key), node.get(beside)
        if not isinstance(value, list) and not isinstance(extra, list):
            judge(value, extra, context, (position, key if key in node else beside, None, step))
            return
        values, extras = (each if isinstance(each, list) else [] for each in (value, extra))
        for index in range(max(len(values), len(extras))):
            one, other = (each[index] if index < len(each) else None for each in (values, extras))
            judge(one, other, context, (position, key, index, step))

    yield check


def _demands(element: Element) -> bool:
    inner = element.children.get("extension")
    return inner is not None and (inner.min > 0 or any(part.min > 0 for part in inner.slices))


def _sliced(  # noqa: PLR0917 (a field, and who sorts its values)
    visit_of: slicing.Sorter, groups: tuple[slicing.Group, ...], key: str, many: bool, step: str | None, code: str
) -> Handler:
    of_objects = code not in primitives.NAMES

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        if many and not is_array(value, key, context, position, of_objects=of_objects):
            return
        beside = node.get("_" + key)
        tallies = [slicing.Tally() for _ in groups]
        for index, each in enumerate(value if many else (value,)):
            here = (position, key, index if many else None, step)
            if each is not None or not (context.mended or has_item(beside, index)):
                visit_of(each, tallies, context, here).run(each, context, here)
        for group, tally in zip(groups, tallies, strict=True):
            slicing.finish(group, tally, context, (position, key, None, step))

    return handler
