"""A conversation in the terminal: one question after another, in plain words, and each answer kept at once."""

from __future__ import annotations

import base64
import contextlib
import re
import shutil
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.kept_answers import KeptAnswers
from fhir_matters.view.form.conversation import DECLINED, MORE, YES, Question, Talk, declines
from fhir_matters.view.form.filled import has_words
from fhir_matters.view.form.questions import CHOICES, Item, place_of
from fhir_matters.view.form.typed import Slip, answers_of, shown, text_of
from fhir_matters.view.wording import plain

if TYPE_CHECKING:
    from fhir_matters.errors import RecordError

WIDEST, LARGEST = 76, 10_000_000
HELP = """\
Enter alone goes on, and leaves things as they are.
/no: I would rather not say. It is kept as that.
/back: the question before.
/done: that is all for now; make the record.
/stop: go on another time. Nothing is lost.
"""
_MORE_ASKED = {
    "new": "Is there more? Another one? (y, or Enter: no)",
    "change": "Do you want to change it, or to say more? (y, or Enter: no)",
    "part": "Is there something to say about this? (y, or Enter: no)",
}


class StoppedError(Exception):
    """The person stops for now."""


class DoneError(Exception):
    """The person has said all that there is to say now."""


class Talking:
    """Asks what is still to be asked, of `talk`, and keeps what is said; `read` reads a line."""

    def __init__(self, talk: Talk, kept: KeptAnswers, read: Callable[[str], str]) -> None:
        self._talk, self._kept, self._read = talk, kept, read
        self._heading: tuple[str, ...] = ()
        self._told: tuple[tuple[str, str], ...] = ()
        self._done, self._wrong = False, set[str]()

    def go_on(self) -> None:
        """Ask until nothing is left to ask, or the person has said all. Raises StoppedError.

        Who has said all is only asked once more what could not be taken.
        """
        try:
            while (question := self._talk.next()) and self._is_open(question):
                self._ask(question)
        except DoneError:
            self._done = True

    def _is_open(self, question: Question) -> bool:
        return not self._done or self._is_wrong(question.place)

    def _is_wrong(self, place: str) -> bool:
        return any(_within(place, at) for at in self._wrong)

    def again(self, error: RecordError) -> bool:
        """Tell what is wrong, and forget those answers, so that they are asked again; False where that is no help."""
        self._wrong = {at for problem in error.problems if (at := getattr(problem, "at", ""))}
        reasons = [problem.partition(": ")[2] or problem for problem in error.problems]
        for why in dict.fromkeys(reasons):
            tell(f"{why[:1].upper()}{why[1:]}.")
        for place in [place for place in self._talk.given if self._is_wrong(place)]:
            self._kept.forget(place)
        asked = self._talk.next()
        return asked is not None and self._is_wrong(asked.place)

    # One question.

    def _ask(self, question: Question) -> None:
        self._lead_to(question)
        if question.item.kind == "display":
            self._kept.keep(question.place, [])
            return
        self._show(question)
        while True:
            try:
                typed = self._line()
                if _commands(typed, question):
                    self._command(typed, question)
                else:
                    self._kept.keep(question.place, self._answer(question, typed))
            except Slip as slip:
                tell(str(slip))
            else:
                return

    def _lead_to(self, question: Question) -> None:
        """The names of the groups that the question is in, as far as they are not on the screen already."""
        names = tuple(item.text for _, item in question.trail)
        inside = bool(question.trail) and question.trail[-1][1] is question.item
        names += (question.item.text,) if question.item.kind in ("group", "display") and not inside else ()
        if names != self._heading:
            same = len([1 for one, other in zip(names, self._heading, strict=False) if one == other])
            click.echo()
            for depth, name in enumerate(names):
                if depth >= same or depth == len(names) - 1:
                    tell(name, bold=question.item.kind != "display")
            self._heading = names

    def _show(self, question: Question) -> None:
        """The question, what is on record, and how it may be answered."""
        item = question.item
        if question.record and question.record != self._told:
            self._told = question.record
            tell("On record:")
            for asked, answer in question.record:
                tell(f"{asked} {answer}", indent="   ")
        if question.asks:
            tell(_MORE_ASKED[question.asks])
            return
        tell(item.text)
        tell(item.help, indent="   ")
        for number, option in enumerate(item.options, 1):
            tell(f"{number} {option.text}", indent="   ")
        now = [shown(item, text) for text in self._talk.there.get(question.place, ())]
        if now and item.kind != "attachment":
            tell(f"Enter leaves: {', '.join(now)}")

    def _answer(self, question: Question, typed: str) -> list[str]:
        """What was answered, as the form has it: `yesterday` is that day tomorrow too. Raises Slip."""
        if question.asks:
            return [YES] if typed.strip().casefold() in ("y", "yes", "+") else _no(typed)
        if not typed.strip():
            return []
        answers = answers_of(question.item, self._several(question.item, typed), _now())
        return [text_of(question.item, answer) for answer in answers]

    def _several(self, item: Item, typed: str) -> list[str]:
        if item.kind == "attachment":
            return [_file(typed)]
        if item.kind in CHOICES:
            words = re.split(r"\s*,\s*|\s+(?=\d)", typed.strip()) if item.repeats else [typed.strip()]
            return [_option(item, word) for word in words]
        if not item.repeats:
            return [self._whole(typed)]
        texts = [self._whole(typed)]
        while more := self._line("and > ").strip():
            texts.append(self._whole(more))
        return texts

    def _whole(self, typed: str) -> str:
        """What was typed, with the next line where this one ends in a backslash."""
        while typed.endswith("\\"):
            typed = f"{typed[:-1]}\n{self._line('... ')}"
        return typed

    # What is no answer.

    def _command(self, typed: str, question: Question) -> None:
        command = typed[1:].strip().casefold()
        if command == "no":
            self._decline(question)
        elif command == "back":
            self._back()
        elif command == "done":
            raise DoneError
        elif command == "stop":
            raise StoppedError
        else:
            raise Slip(HELP)

    def _decline(self, question: Question) -> None:
        """Kept where the form has a place for it, and nothing was said there; else the question is left out."""
        for place, group in reversed(question.trail):
            answer = next((part for part in group.parts if declines(part)), None)
            if answer is not None:
                if not has_words(self._talk.given, place):
                    self._kept.keep(place_of(answer, place, group.link), [self._why(answer)])
                    return
                break
        self._kept.keep(question.place, [])

    def _why(self, item: Item) -> str:
        for number, option in enumerate(item.options, 1):
            tell(f"{number} {option.text}", indent="   ")
        while True:
            typed = self._line("Which? Enter is 1 > ").strip()
            if not typed:
                return DECLINED
            with contextlib.suppress(Slip):
                code = _option(item, typed)
                answers_of(item, [code], _now())
                return code

    def _back(self) -> None:
        if not self._talk.given:
            raise Slip("This is the first question.")
        self._kept.forget(list(self._talk.given)[-1])
        self._heading = ()

    # Lines.

    def _line(self, prompt: str = "> ") -> str:
        try:
            return self._read(prompt)
        except (EOFError, KeyboardInterrupt):
            click.echo()
            raise StoppedError from None
        except UnicodeDecodeError:
            raise Slip("That cannot be read; is the terminal set to UTF-8?") from None


def tell(text: str, *, bold: bool = False, indent: str = "") -> None:
    """Print it as wide as the terminal is: plain text, whatever is on record; no terminal takes it for more."""
    width = max(20, min(shutil.get_terminal_size().columns, WIDEST) - 1)
    wrapper = textwrap.TextWrapper(width, initial_indent=indent, subsequent_indent=indent and f"{indent}  ")
    # A path or a command stays what can be copied.
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    for line in plain(text).split("\n") if text else ():
        wrapped = wrapper.fill(line)
        click.echo(click.style(wrapped, bold=True) if bold else wrapped)


def _commands(typed: str, question: Question) -> bool:
    """True for a word with a stroke before it; a file may begin with one too."""
    of_file = question.item.kind == "attachment" and not question.asks
    return typed.startswith("/") and not (of_file and Path(typed.strip()).exists())


def _within(place: str, at: str) -> bool:
    return place.removesuffix(MORE) == at or place.startswith((f"{at}.", f"{at}~"))


def _no(typed: str) -> list[str]:
    if typed.strip().casefold() not in ("", "n", "no"):
        raise Slip("Say y, or press Enter.")
    return []


def _option(item: Item, typed: str) -> str:
    """The code of the option that is meant by its number or its words; other words as they are."""
    if typed.isdecimal() and 1 <= int(typed) <= len(item.options):
        return item.options[int(typed) - 1].code
    meant = (each.code for each in item.options if typed.casefold() in (each.code.casefold(), each.text.casefold()))
    return next(meant, typed)


def _file(typed: str) -> str:
    """The file of that name, as a form has it. Raises Slip."""
    file = Path(typed.strip().strip("'\"")).expanduser()
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Slip(f"That file cannot be read: {getattr(error, 'strerror', None) or 'no such name'}.") from None
    if not raw or len(raw) > LARGEST:
        raise Slip("A picture has at most 10 MB, and at least something in it.")
    return f"data:;base64,{base64.b64encode(raw).decode()}"


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
