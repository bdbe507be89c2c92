"""A record file as plain data, and back: YAML or JSON, with the place of everything in it. Knows no form.

This is the YAML that people mean: only `true` and `false` are booleans, a date is its spelling, `010` is no eight,
numbers keep their digits. Keys that come twice, anchors, tags and endless nesting are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any, TypeAlias

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from fhir_matters import jsonio
from fhir_matters.errors import InputError, RecordError

Place: TypeAlias = tuple[str | int, ...]
Position: TypeAlias = tuple[int, int]
LARGEST = 40_000_000  # characters: a face as base64, and a life beside it
DEEPEST = 100
_TAG = "tag:yaml.org,2002:"
_NUMBER = r"-?(0|[1-9][0-9]*)"
_WHOLE = re.compile(rf"^{_NUMBER}$")
_FRACTION = re.compile(rf"^{_NUMBER}(\.[0-9]+)?([eE][-+]?[0-9]+)?$")
_BOOLEAN = re.compile(r"^(true|false)$")
_NOTHING = re.compile(r"^(~|null|)$")
_NUMERIC = list("-0123456789")


@dataclass(frozen=True, slots=True)
class Text:
    """The plain data of a record file, and the line and column of each place in it, found when asked for."""

    data: Any
    positions: Callable[[], Mapping[Place, Position]] = dict

    def position(self, place: Place) -> Position | None:
        """Line and column of a place, counted from one; of what is around it where it is not written."""
        positions = self.positions()
        known = (positions.get(place[:length]) for length in range(len(place), -1, -1))
        return next((found for found in known if found is not None), None)


def read(text: str | bytes) -> Text:
    """The data of a record file, be it JSON or YAML.

    Raises RecordError, with line and column, where it is neither.
    """
    written = _decoded(text)
    if written.lstrip()[:1] in ("{", "["):
        return _read_json(written)
    return _read_yaml(written)


def _decoded(text: str | bytes) -> str:
    if len(text) > LARGEST:
        raise RecordError(f"The file is larger than {LARGEST // 1_000_000} MB.", next_step="Make the pictures smaller.")
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        newline = b"\n"
        place = f"{before.count(newline) + 1}:{error.start - before.rfind(newline)}"
        message = "Expected text in UTF-8, found bytes that are none."
        raise RecordError(message, place=place, next_step="Save the file as UTF-8.") from None


def _read_json(text: str) -> Text:
    """JSON is read as JSON; only where things are is asked of YAML, of which JSON is nearly a part.

    What is written in braces need not be JSON: it may be YAML's own short form.
    """
    try:
        data = jsonio.read(text)
    except InputError as error:
        try:
            return _read_yaml(text)
        except RecordError:
            raise RecordError(error.message, place=error.place, next_step=error.next_step) from None
    return Text(data, cache(partial(_positions_in_json, text)))


def _positions_in_json(text: str) -> Mapping[Place, Position]:
    """Where things are in JSON; nowhere, if YAML cannot say."""
    try:
        return _read_yaml(text.replace("\t", " ")).positions()
    except RecordError:
        return {}


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """PyYAML as far as nodes: it makes no objects."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """One node; aliases and anchors are refused before they can multiply, and nesting before it can overflow."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            raise _at(event.start_mark, "Anchors and aliases (& and *) are not read here.", "Write it out instead.")
        if getattr(event, "tag", None) is not None:
            raise _at(event.start_mark, "Tags (!) are not read here.", "Leave it out.")
        self.depth += 1
        if self.depth > DEEPEST:
            raise _at(event.start_mark, f"This is nested more than {DEEPEST} deep.", "A record is not.")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _tag, _pattern, _first in (
    ("bool", _BOOLEAN, list("tf")),
    ("null", _NOTHING, ["~", "n", ""]),
    ("int", _WHOLE, _NUMERIC),
    ("float", _FRACTION, _NUMERIC),
):
    _Loader.add_implicit_resolver(_TAG + _tag, _pattern, _first)


def _at(mark: Any, message: str, next_step: str = "") -> RecordError:
    return RecordError(message, place=f"{mark.line + 1}:{mark.column + 1}", next_step=next_step)


def _read_yaml(text: str) -> Text:
    try:
        node = _Loader(text).get_single_node()
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        place = f"{line}:{error.position - text.rfind(chr(10), 0, error.position)}"
        raise RecordError("This character cannot be in a text file.", place=place, next_step="Remove it.") from None
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(error) from None
    positions: dict[Place, Position] = {}
    if node is None:
        return Text(None)
    return Text(_value(node, (), positions), lambda: positions)


_BLANKS = "Set lines in with blanks, not with tabs."


def _no_yaml(error: yaml.MarkedYAMLError) -> RecordError:
    """YAML's own reason, without what it quotes."""
    reason = re.sub(r"'[^'\s<]{4,}'", "'…'", error.problem or "something is out of place")
    mark = error.problem_mark or error.context_mark
    step = _BLANKS if "'\\t'" in reason else "Words with : # ? , or brackets in them go in quotes."
    return _at(mark, f"This is no YAML: {reason}.", step) if mark else RecordError(f"This is no YAML: {reason}.")


def _value(node: yaml.Node, place: Place, positions: dict[Place, Position]) -> Any:
    positions.setdefault(place, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.MappingNode):
        return dict(_fields(node, place, positions))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, index), positions) for index, item in enumerate(node.value)]
    return _SCALARS.get(node.tag, str)(node.value)


def _fields(node: yaml.MappingNode, place: Place, positions: dict[Place, Position]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _at(key.start_mark, "A name was expected before the colon.", "Put braces and brackets in quotes.")
        if key.value in seen:
            raise _at(key.start_mark, "This name comes twice in one place.", "Give each a name of its own.")
        seen.add(key.value)
        positions[*place, key.value] = (key.start_mark.line + 1, key.start_mark.column + 1)
        yield key.value, _value(value, (*place, key.value), positions)


def _whole(spelling: str) -> int | jsonio.Number:
    """An int; one with more digits than Python reads is kept as spelt, and the form refuses it."""
    return int(spelling) if len(spelling) <= _DIGITS else jsonio.Number(spelling)


_DIGITS = 19
_SCALARS: Mapping[str, Callable[[str], Any]] = {
    f"{_TAG}bool": lambda spelling: spelling == "true",
    f"{_TAG}null": lambda _: None,
    f"{_TAG}int": _whole,
    f"{_TAG}float": jsonio.Number,
}


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: dates without quotes, numbers as spelt, what others would misread in quotes."""

    def ignore_aliases(self, _data: object) -> bool:
        """Things that are equal are written twice, since aliases are not read."""
        return True


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in several if tag != f"{_TAG}timestamp"]
    for first, several in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def _number(dumper: _Dumper, number: Decimal) -> yaml.ScalarNode:
    spelling = str(number)
    whole = _WHOLE.match(spelling)
    return dumper.represent_scalar(f"{_TAG}{'int' if whole else 'float'}", spelling)


def _string(dumper: _Dumper, words: str) -> yaml.ScalarNode:
    """Lines as lines; what looks like a line end to some readers and not to others is escaped in quotes."""
    style = '"' if _ODD.search(words) else "|" if "\n" in words else None
    return dumper.represent_scalar(f"{_TAG}str", words, style=style)


_ODD = re.compile("[\r\x7f-\x9f\u2028\u2029\ufeff]")
_Dumper.add_representer(str, _string)
for _kind in (Decimal, jsonio.Number):
    _Dumper.add_representer(_kind, _number)
for _pattern in (_WHOLE, _FRACTION):
    _tag = f"{_TAG}{'int' if _pattern is _WHOLE else 'float'}"
    _Dumper.add_implicit_resolver(_tag, _pattern, _NUMERIC)


def write_yaml(data: Any) -> bytes:
    """The data as YAML in UTF-8."""
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text.encode()


def write_json(data: Any) -> bytes:
    """The data as JSON in UTF-8, two spaces a level."""
    return jsonio.write(data, indent=True) + b"\n"
