"""QuestionnaireResponses beside their Questionnaires: the right items in their places, the answers that are due.

As the HL7 validator has it, in what is an error and at which place. A form that is not here leaves everything open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.issue import Severity
from fhir_matters.validation import enabling, extents, invariants, options, primitives, resolving
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.enabling import Switches, Way
from fhir_matters.validation.questions import CORE, Form, Question, form, objects, text
from fhir_matters.validation.visits import Compiler, Visit

TYPES: Mapping[str, tuple[str, ...]] = {
    "boolean": ("Boolean",),
    "decimal": ("Decimal",),
    "integer": ("Integer",),
    "date": ("Date",),
    "dateTime": ("DateTime",),
    "time": ("Time",),
    "string": ("String",),
    "text": ("String",),
    "url": ("Uri",),
    "attachment": ("Attachment",),
    "reference": ("Reference",),
    "quantity": ("Quantity",),
    "choice": ("Coding", "Date", "Time", "Integer", "String"),
    "open-choice": ("Coding", "Date", "Time", "Integer", "String"),
}
KNOWN = frozenset(name for names in TYPES.values() for name in names)
# In any other status an answer may still come.
DONE = ("completed", "amended")
DATED = ("date", "dateTime")
DATED_VALUE = re.compile(r"\d{4}(-\d\d(-\d\d(T.*)?)?)?$", re.DOTALL)
UNANSWERED = ("group", "question", "display")
# A form and a response can each be small and together ask a million questions; nobody fills in such a form.
MOST_ASKED = 100_000


@dataclass(slots=True)
class Filling:
    """One response being judged by its form; `left` is how many more questions will be looked at."""

    walk: Compiler
    form: Form
    switches: Switches
    context: Context
    in_progress: bool
    left: int = MOST_ASKED


@dataclass(frozen=True, slots=True)
class Place:
    """Where items stand: `said` is what complaints about missing and strange ones point at, `inside` their owner."""

    node: dict[str, Any]
    said: Position
    inside: Position


def check(walk: Compiler) -> Visit:
    """The visit of a whole QuestionnaireResponse."""

    def visit(node: Any, context: Context, position: Position) -> None:
        found = _form(walk, node, context, position)
        if found is None:
            return
        root = invariants.root(context)

        def ask(expression: str) -> bool | None:
            told = invariants.ask(walk, expression, root, context) if root is not None else None
            return None if told is None else bool(told) and getattr(told[0], "value", told[0]) is not False

        in_progress = node.get("status") not in DONE
        filling = Filling(walk, found, Switches(found, node, ask), context, in_progress)
        _authored(found, node, context, position)
        _items(filling, found.items, found.places, Place(node, position, position), ())

    return visit


def _form(walk: Compiler, node: dict[str, Any], context: Context, position: Position) -> Form | None:
    canonical = text(node, "questionnaire")
    if not canonical:
        context.add("FM952", position, "Says of no form that it was filled in.", message_id="Questionnaire_QR_Q_None")
        return None
    if canonical.startswith("#"):
        outer = context.scope.outer
        found = (each for _, each in objects(outer, "contained") if each.get("id") == canonical[1:])
        contained = next((each for each in found if each.get("resourceType") == "Questionnaire"), None)
        if contained is not None:
            return form(contained, outer)
    elif (published := walk.forms.find(canonical)) is not None:
        return published
    _absent(walk, canonical, context, position)
    return None


def _absent(walk: Compiler, canonical: str, context: Context, position: Position) -> None:
    if walk.forms.other(canonical):
        context.add(
            "FM971",
            (position, "questionnaire", None, None),
            "Expected the canonical of a Questionnaire, found that of another definition.",
            message_id="TYPE_SPECIFIC_CHECKS_DT_CANONICAL_TYPE",
            found=canonical,
        )
    hint = canonical.startswith(("http://example.org", "https://example.org"))
    context.add(
        "FM951",
        position,
        "The form that was filled in is not here: its answers were not judged.",
        message_id="Questionnaire_QR_Q_NotFound",
        found=canonical,
        severity=Severity.INFORMATION if hint else None,
    )


def _authored(found: Form, node: dict[str, Any], context: Context, position: Position) -> None:
    period, authored = found.node.get("effectivePeriod"), node.get("authored")
    if not isinstance(period, dict) or not isinstance(authored, str):
        return
    for end, wrong, words, message_id in (
        ("end", 1, "before the form's last day", "QUESTIONNAIRE_QR_AUTHOR_END"),
        ("start", -1, "after the form's first day", "QUESTIONNAIRE_QR_AUTHOR_START"),
    ):
        if enabling.ordered(authored[:10], period.get(end), "DateTime") == wrong:
            here = (position, "authored", None, None)
            context.add("FM966", here, f"Expected a date {words}.", message_id=message_id)


def _items(
    filling: Filling, questions: tuple[Question, ...], places: Mapping[str, int], place: Place, way: Way
) -> None:
    """The items of one owner: each known and in its place, then each question with what was answered."""
    given: dict[str, list[tuple[Position, dict[str, Any]]]] = {}
    last = -1
    for number, item in objects(place.node, "item"):
        here, link_id = (place.inside, "item", number, None), text(item, "linkId")
        at = places.get(link_id)
        if at is None:
            _stray(filling, link_id, item, here, place, way)
            continue
        if at < last:
            _add(
                filling,
                "FM954",
                place.said,
                "Expected the items in the order of the form.",
                "Questionnaire_QR_Item_Order",
            )
        last = at
        given.setdefault(link_id, []).append((here, item))
    for question in questions:
        filling.left -= 1
        if filling.left > 0:
            _question(filling, question, given.get(question.link_id, []), place.said, way)
        elif filling.left == 0:
            _add(filling, "FM968", place.said, f"More than {MOST_ASKED:,} questions: the rest was not judged.", "")


def _stray(  # noqa: PLR0917 (an item, where it stands and on which way)
    filling: Filling, link_id: str, item: dict[str, Any], here: Position, place: Place, way: Way
) -> None:
    if not link_id:
        _add(filling, "FM955", place.said, "An item has no linkId.", "Questionnaire_QR_Item_NoLinkId")
        return
    question = filling.form.by_id.get(link_id)
    if question is None:
        place_in_list = here[2] if here is not None else None
        message = f"The form has no item {link_id!r} (place {place_in_list} here)."
        _add(filling, "FM953", place.said, message, "Questionnaire_QR_Item_NotFound")
        return
    _add(filling, "FM954", place.said, f"The item {link_id!r} stands elsewhere in the form.", "")
    on = filling.switches.on(question, way)
    _item(filling, question, item, here, (*way, (question, item)), on)


def _question(
    filling: Filling, question: Question, given: list[tuple[Position, dict[str, Any]]], said: Position, way: Way
) -> None:
    on = filling.switches.on(question, way)
    if on is None:
        message = f"Cannot tell whether {question.link_id!r} is asked."
        _add(filling, "FM968", given[0][0] if given else said, message, "")
    if not given and on:
        _due(filling, question, said)
    if len(given) > 1 and not question.repeats:
        message = f"Expected one item {question.link_id!r}, found {len(given)}."
        _add(filling, "FM957", said, message, "Questionnaire_QR_Item_OnlyOneI")
    for here, item in given:
        if on is False and ("answer" in item or "item" in item):
            message = f"The form does not ask {question.link_id!r} here."
            _add(filling, "FM956", here, message, "Questionnaire_QR_Item_NotEnabled2")
        _item(filling, question, item, here, (*way, (question, item)), on)


def _due(filling: Filling, question: Question, said: Position) -> None:
    if question.required:
        filling.context.add(
            "FM955",
            said,
            f"Expected an answer to {question.link_id!r}, found none.",
            message_id="Questionnaire_QR_Item_Missing",
            severity=Severity.WARNING if filling.in_progress else None,
        )


def _item(  # noqa: PLR0917 (an item, its question, where it stands, on which way, and whether it is asked)
    filling: Filling,
    question: Question,
    item: dict[str, Any],
    here: Position,
    way: Way,
    on: bool | None,
) -> None:
    words = text(item, "text")
    if words and words != text(question.node, "text"):
        message = f"Expected the words of {question.link_id!r} in the form, or none."
        _add(filling, "FM958", here, message, "Questionnaire_QR_Item_Text")
    answers = objects(item, "answer")
    if not answers and on and question.type != "group":
        _due(filling, question, here)
    _counted(filling, question, len(answers), here)
    for number, answer in answers:
        at = (here, "answer", number, None)
        _answer(filling, question, answer, here, at)
        if question.type != "group":
            _items(filling, question.items, question.places, Place(answer, here, at), way)
    for place in options.excludes(question, [answer for _, answer in answers]):
        at = (here, "answer", answers[place][0], None)
        _add(filling, "FM961", at, "This option excludes all others.", "QUESTIONNAIRE_QR_ITEM_EXCLUSIVE")
    _inside(filling, question, item, here, way)


def _inside(filling: Filling, question: Question, item: dict[str, Any], here: Position, way: Way) -> None:
    """The items directly in an item: a group has some, others only inside their answers, words none."""
    inner = objects(item, "item")
    if question.type == "group":
        if question.required and not inner:
            message = "Expected items in a required group, found none."
            _add(filling, "FM960", here, message, "QUESTIONNAIRE_QR_ITEM_GROUP_REQUIRED")
        _items(filling, question.items, question.places, Place(item, here, here), way)
    elif inner and question.type == "display":
        _add(filling, "FM954", here, "Expected no items in what only shows words.", "Questionnaire_QR_Item_Display")
    elif inner:
        message = "Expected the items of a question inside its answer, found them beside it."
        _add(filling, "FM954", here, message, "Questionnaire_QR_Item_GroupAnswer")


def _counted(filling: Filling, question: Question, found: int, here: Position) -> None:
    if found > 1 and not question.repeats:
        _add(filling, "FM957", here, f"Expected one answer, found {found}.", "Questionnaire_QR_Item_OnlyOneA")
    most = extents.numbered(question, CORE + "questionnaire-maxOccurs")
    least = extents.numbered(question, CORE + "questionnaire-minOccurs")
    if most is not None and found > most:
        message = f"Expected at most {most} answers, found {found}."
        _add(filling, "FM957", here, message, "QUESTIONNAIRE_QR_ITEM_MAX_OCCURS")
    if least is not None and found < least:
        message = f"Expected at least {least} answers, found {found}."
        _add(filling, "FM957", here, message, "QUESTIONNAIRE_QR_ITEM_MIN_OCCURS")


def _answer(filling: Filling, question: Question, answer: dict[str, Any], here: Position, at: Position) -> None:
    if not question.type:
        message = f"Expected a type of {question.link_id!r} in the form, found none."
        _add(filling, "FM955", here, message, "Questionnaire_QR_Item_NoType")
        return
    if question.type in UNANSWERED:
        name = "DISPLAY_NO_VALUE" if question.type == "display" else "GROUP"
        message = f"Expected no answer to an item of type {question.type}."
        _add(filling, "FM954", here, message, f"QUESTIONNAIRE_QR_ITEM_{name}")
        return
    for key, value in [(key, value) for key, value in answer.items() if key.startswith("value")][:1]:
        kind = key.removeprefix("value")
        if kind in KNOWN and question.type in TYPES:
            _value(filling, question, (key, value), at)


def _value(filling: Filling, question: Question, given: tuple[str, Any], at: Position) -> None:
    key, value = given
    name = _type_name(key.removeprefix("value"))
    here = (at, key, None, f"value.ofType({name})")
    listed = key in {kind for kind, _, _ in question.options}
    if key.removeprefix("value") not in TYPES[question.type] and not listed:
        expected = " or ".join(map(_type_name, TYPES[question.type]))
        message = f"Expected an answer of type {expected}, found {name}."
        _add(filling, "FM959", here, message, "Questionnaire_QR_Item_WrongType")
        if question.type in DATED and not isinstance(value, (dict, list)) and not DATED_VALUE.match(str(value)):
            message = f"Expected a {question.type}, found what cannot be read as one."
            _add(filling, "FM959", here, message, "QUESTIONNAIRE_QR_ITEM_DATE_VALUE_EXCEPTION")
        return
    terminology = filling.walk.terminology
    before = terminology.consulted
    if question.type in options.CHOICES:
        for problem in options.chosen(terminology, filling.form, question, key, value):
            _add(filling, problem[0], at, *problem[1:], server=terminology.since(before))
        return
    if question.type == "reference":
        _referred(filling, question, value, here)
    found = (
        *extents.problems(terminology, filling.form, question, key, value),
        *options.permitted(question, key, value),
    )
    for problem in found:
        place = at if question.type == "attachment" else here
        _add(filling, problem[0], place, *problem[1:], server=terminology.since(before))


def _referred(filling: Filling, question: Question, value: Any, here: Position) -> None:
    """The type of what a Reference points to: told by what is at hand or, where a caller trusts it, by its spelling."""
    reference = text(value, "reference") if isinstance(value, dict) else ""
    if not reference:
        return
    target = resolving.target(reference, filling.context)
    kind = text(target, "resourceType") if target is not None else _spelt(filling, reference)
    allowed = [each for each in question.extension(CORE + "questionnaire-referenceResource") if isinstance(each, str)]
    if kind and allowed and kind not in allowed:
        message = f"Expected a reference to {' or '.join(allowed)}."
        _add(filling, "FM960", here, message, "QUESTIONNAIRE_QR_ITEM_REF_INVALID")
    elif kind and not allowed and filling.walk.plans.type(kind) is None:
        message = "Expected a reference to a type of resource that R4 has."
        _add(filling, "FM960", here, message, "QUESTIONNAIRE_QR_ITEM_REF_INVALID_GENERAL")


def _spelt(filling: Filling, reference: str) -> str:
    match = resolving.LITERAL.fullmatch(reference)
    return match[1] if match is not None and filling.walk.policy.trusting else ""


def _type_name(kind: str) -> str:
    """`string` for the String of `valueString`, Coding as it is."""
    plain = kind[0].lower() + kind[1:]
    return plain if plain in primitives.NAMES else kind


def _add(  # noqa: PLR0917 (a finding is that much)
    filling: Filling, rule: str, position: Position, message: str, message_id: str, server: str = ""
) -> None:
    filling.context.add(rule, position, message, message_id=message_id, server=server)
