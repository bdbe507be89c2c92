"""Questionnaires themselves: every enableWhen names another question of the form, outside its own item and before it.

Whatever else makes a good form (linkIds that are unique, options only where there is a choice) its invariants say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.questions import objects, text


@dataclass(slots=True)
class _Numbered:
    """Items in the order of reading: where each stands, its number, and the number of the last one inside it."""

    items: list[tuple[dict[str, Any], Position, int]] = field(default_factory=list)
    by_id: dict[str, list[int]] = field(default_factory=dict)

    def read(self, node: dict[str, Any], position: Position) -> None:
        for place, item in objects(node, "item"):
            here, number = (position, "item", place, None), len(self.items)
            self.items.append((item, here, number))
            self.by_id.setdefault(text(item, "linkId"), []).append(number)
            self.read(item, here)
            self.items[number] = (item, here, len(self.items) - 1)


def check(node: Any, context: Context, position: Position) -> None:
    """The visit of a whole Questionnaire."""
    form = _Numbered()
    form.read(node, position)
    for number, (item, here, last) in enumerate(form.items):
        for _, condition in objects(item, "enableWhen"):
            for rule, message, name in _problems(form, number, last, text(condition, "question")):
                context.add(rule, here, message, message_id=f"Questionnaire_Q_EnableWhen_{name}")


def _problems(form: _Numbered, number: int, last: int, link_id: str) -> Iterator[tuple[str, str, str]]:
    named = form.by_id.get(link_id, []) if link_id else []
    if not link_id:
        yield "FM969", "Expected enableWhen to name a question.", "NoLink"
    elif bisect_right(named, last) > bisect_right(named, number):
        yield "FM969", f"Expected a question outside this item, found {link_id!r} inside it.", "IsInner"
    elif not named:
        yield "FM969", f"The form has no item {link_id!r}.", "NoTarget"
    elif named[0] == number:
        yield "FM969", "Expected another question, found this one.", "Self"
    elif named[0] > number:
        yield "FM970", f"The question {link_id!r} comes after this one.", "After"
