"""FHIRPath expressions to compare engines with: what R4 itself asks, and small changes of it.

A change works on tokens, so that most of what comes out can be parsed, and some of it cannot.
"""

# ruff: noqa: SIM905 (lists of words read best as words)

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any, Final, TypeAlias

from fhir_matters.fhirpath.errors import InvalidExpression
from fhir_matters.fhirpath.lexer import tokens
from fhir_matters.fhirpath.model import core_model
from tests.fhirpath.invariants import of_type
from tests.java.packages import core

Pieces: TypeAlias = list[str]
Change: TypeAlias = Callable[[Pieces, Random], Pieces]

# What depends on the clock, or on a host that the two do not share.
LEFT_OUT: Final = re.compile(
    r"\b(now|today|timeOfDay|trace|memberOf|conformsTo|subsumes\w*|htmlChecks\d?)\(|%`?vs-|%\""
)

_NO_ARGUMENT: Final = (
    "count exists empty first last single tail distinct isDistinct not hasValue children descendants allTrue anyTrue "
    "allFalse anyFalse toString toInteger toDecimal toDate toDateTime toQuantity toBoolean convertsToInteger "
    "convertsToDate length upper lower trim toChars abs ceiling floor truncate round sqrt resolve type"
).split()
_ALIKE: Final = (
    _NO_ARGUMENT,
    "where all exists select repeat".split(),
    "startsWith endsWith contains indexOf matches split join".split(),
    "skip take substring".split(),
    "union combine intersect exclude subsetOf supersetOf".split(),
    "as is ofType".split(),
)
_OPERATORS: Final = (
    "= != ~ !~ < > <= >=".split(),
    "and or xor implies".split(),
    "+ - * / div mod &".split(),
    "| in contains".split(),
)
_LITERALS: Final = (
    *"0 1 -1 2.50 'a' '' true false {} @2014 @2012-01-01T10:00 @T12:30 '1.0' '2014-06'".split(),
    *("4 days", "1 'kg'", "1000 'g'", "$this", "%context", "%resource"),
)
_INSERTED: Final = (
    *(f".{name}()" for name in _NO_ARGUMENT),
    *"[0] [1] .skip(1) .take(2) .where($this) .ofType(string) .ofType(Quantity)".split(),
    *(".select($this | $this)", ".toString() + 'x'", ".combine($this)"),
)
_AROUND: Final = (
    "({}).not()",
    "({}) | ({})",
    "({}) = ({})",
    "({}) ~ ({})",
    "iif({}, 1, 2)",
    "({}).count() > 1",
    "({}) & 'x'",
)
_NAMES: Final = "value code id extension url name status reference system display period text".split()


def expressions(resource: dict[str, Any]) -> tuple[str, ...]:
    """What R4 itself asks of such a resource: its search parameters, its invariants and those of its parts."""
    kind = resource["resourceType"]
    asked = (*_searched(kind), *_invariants(kind))
    return tuple(dict.fromkeys(each for each in asked if not LEFT_OUT.search(each)))


@cache
def _searched(kind: str) -> tuple[str, ...]:
    parts = (part.strip() for each in _search_expressions() for part in each.split(" | "))
    return tuple(
        part
        for part in parts
        if re.match(rf"\(*(?:{kind}|Resource|DomainResource)\b", part) and part.count("(") == part.count(")")
    )


@cache
def _search_expressions() -> tuple[str, ...]:
    files = sorted(core().glob("SearchParameter-*.json"))
    return tuple(filter(None, (json.loads(file.read_bytes()).get("expression") for file in files)))


@cache
def _invariants(kind: str) -> tuple[str, ...]:
    return tuple(_asked(kind))


def _asked(kind: str) -> Iterator[str]:
    for path, constraints in of_type(kind).items():
        for expression in constraints.values():
            yield expression if path == kind else f"{path.replace('[x]', '')}.select({expression})"
    for name in ("Period", "Quantity", "Identifier", "Reference", "CodeableConcept", "HumanName"):
        for expression in of_type(name).get(name, {}).values():
            yield f"descendants().ofType({name}).all({expression})"


def changed(expression: str, random: Random) -> str:
    """The expression with one to three small changes; as it is where it is no FHIRPath."""
    try:
        pieces = _pieces(expression)
    except InvalidExpression:
        return expression
    for _ in range(random.choice((1, 1, 2, 3))):
        pieces = random.choice(CHANGES)(pieces, random)
    return _joined(pieces)


def _pieces(text: str) -> Pieces:
    starts = [token.position for token in tokens(text)]
    return [text[start:end].strip() for start, end in pairwise(starts)]


def _joined(pieces: Sequence[str]) -> str:
    text = " ".join(pieces)
    return re.sub(r" ?(\.|\(|\)|\[|\]) ?", r"\1", text).replace(")and", ") and").replace(")or", ") or")


def _other(groups: Sequence[Sequence[str]]) -> Change:
    """Another of the same group in the place of one piece."""

    def change(pieces: Pieces, random: Random) -> Pieces:
        places = [(at, group) for at, piece in enumerate(pieces) for group in groups if piece in group]
        if not places:
            return pieces
        at, group = random.choice(places)
        return [*pieces[:at], random.choice(group), *pieces[at + 1 :]]

    return change


def _literal(pieces: Pieces, random: Random) -> Pieces:
    places = [
        at for at, piece in enumerate(pieces) if piece[:1] in "'@" or piece[:1].isdigit() or piece in ("true", "false")
    ]
    at = random.choice(places) if places else None
    return pieces if at is None else [*pieces[:at], random.choice(_LITERALS), *pieces[at + 1 :]]


def _inserted(pieces: Pieces, random: Random) -> Pieces:
    places = [
        at
        for at, piece in enumerate(pieces, 1)
        if piece == ")" or (piece.isidentifier() and pieces[at : at + 1] != ["("])
    ]
    at = random.choice(places) if places else len(pieces)
    return [*pieces[:at], random.choice(_INSERTED), *pieces[at:]]


def _around(pieces: Pieces, random: Random) -> Pieces:
    return _pieces(random.choice(_AROUND).replace("{}", _joined(pieces)))


def _renamed(pieces: Pieces, random: Random) -> Pieces:
    places = [at for at in range(1, len(pieces)) if pieces[at - 1] == "." and pieces[at + 1 : at + 2] != ["("]]
    if not places:
        return pieces
    at = random.choice(places)
    return [*pieces[:at], random.choice(_NAMES), *pieces[at + 1 :]]


def _dropped(pieces: Pieces, random: Random) -> Pieces:
    places = [at for at in range(len(pieces) - 1) if pieces[at] == "." and pieces[at + 2 : at + 3] != ["("]]
    if not places:
        return pieces
    at = random.choice(places)
    return [*pieces[:at], *pieces[at + 2 :]]


def _broken(pieces: Pieces, random: Random) -> Pieces:
    at = random.randrange(len(pieces)) if pieces else 0
    return [*pieces[:at], *pieces[at + 1 :]]


def _compared(pieces: Pieces, random: Random) -> Pieces:
    operator = random.choice(random.choice(_OPERATORS))
    return ["(", *pieces, ")", operator, random.choice(_LITERALS)]


def _typed(pieces: Pieces, random: Random) -> Pieces:
    kind = random.choice(tuple(_types()))
    return [
        "(",
        *pieces,
        ")",
        random.choice((f".ofType({kind})", f" is {kind}", f" as {kind}", f".where($this is {kind})")),
    ]


@cache
def _types() -> tuple[str, ...]:
    names = (
        "string",
        "boolean",
        "code",
        "uri",
        "dateTime",
        "Quantity",
        "Reference",
        "CodeableConcept",
        "String",
        "Boolean",
    )
    return (
        *(name for name in names if name in ("String", "Boolean") or core_model().find(name)),
        "System.String",
        "FHIR.string",
    )


CHANGES: Final[tuple[Change, ...]] = (
    _other(_ALIKE),
    _other(_OPERATORS),
    _literal,
    _inserted,
    _inserted,
    _around,
    _renamed,
    _dropped,
    _broken,
    _compared,
    _compared,
    _typed,
)
