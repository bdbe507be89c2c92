"""Tokens to a syntax tree: a Pratt parser that is one table of binding powers."""

from __future__ import annotations

from fhir_matters.fhirpath.errors import InvalidExpression
from fhir_matters.fhirpath.lexer import Token, tokens
from fhir_matters.fhirpath.quantity import CALENDAR, Quantity
from fhir_matters.fhirpath.syntax import (
    Binary,
    Call,
    Empty,
    Indexer,
    Literal,
    Member,
    Node,
    Sign,
    Special,
    TypeName,
    TypeTest,
    Variable,
)

# http://hl7.org/fhirpath/N1/#operator-precedence, the loosest first.
_LEVELS = (
    ("implies",),
    ("or", "xor"),
    ("and",),
    ("in", "contains"),
    ("=", "!=", "~", "!~"),
    ("<", ">", "<=", ">="),
    ("|",),
    ("is", "as"),
    ("+", "-", "&"),
    ("*", "/", "div", "mod"),
)
POWER = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators}
_SIGN = len(_LEVELS) + 1
_PATH = _SIGN + 1
_CONSTANTS = {"true": True, "false": False}
_DEEPEST = 100


def parse(text: str) -> Node:
    """The syntax tree of an expression. Raises InvalidExpression, with the position."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        tree = self._expression(0)
        if self._next.kind != "end":
            raise self._wrong("the end of the expression or an operator")
        return tree

    # Tokens.

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _took(self, sign: str) -> bool:
        if self._next[:2] == ("sign", sign):
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise self._wrong(sign)

    def _wrong(self, expected: str) -> InvalidExpression:
        found = "the end" if self._next.kind == "end" else f"a {self._next.kind}"
        return InvalidExpression(f"Expected {expected}, found {found}.", position=self._next.position)

    # Expressions.

    def _expression(self, power: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidExpression(f"Nested deeper than {_DEEPEST} levels.", position=self._next.position)
        left = self._prefix()
        while (found := self._power()) > power:
            left = self._infix(left, found)
        self._depth -= 1
        return left

    def _power(self) -> int:
        kind, value, _ = self._next
        if kind == "sign" and value in ".[":
            return _PATH
        return POWER.get(value, 0) if kind in ("sign", "name") else 0

    def _infix(self, left: Node, power: int) -> Node:
        operator = self._take()
        match operator.value:
            case ".":
                return self._invocation(left)
            case "[":
                index = self._expression(0)
                self._expect("]")
                return Indexer(left, index, operator.position)
            case "is" | "as":
                return TypeTest(operator.value, left, self._type_name(), operator.position)
        return Binary(operator.value, left, self._expression(power), operator.position)

    def _prefix(self) -> Node:
        kind, value, position = self._next
        if kind == "number":
            return self._number()
        if kind in ("string", "temporal"):
            self._take()
            return Literal(value, position)
        if kind == "name" and value in _CONSTANTS:
            self._take()
            return Literal(_CONSTANTS[value], position)
        if kind in ("variable", "special"):
            self._take()
            return Variable(value, position) if kind == "variable" else Special(value, position)
        return self._sign() if kind == "sign" else self._invocation(None)

    def _sign(self) -> Node:
        position = self._next.position
        if self._took("("):
            inner = self._expression(0)
            self._expect(")")
            return inner
        if self._took("{"):
            self._expect("}")
            return Empty(position)
        for operator in "+-":
            if self._took(operator):
                return Sign(operator, self._expression(_SIGN), position)
        raise self._wrong("an expression")

    def _number(self) -> Node:
        _, value, position = self._take()
        kind, unit, _ = self._next
        if kind == "string":
            self._take()
            return Literal(Quantity.of(value, unit), position)
        if kind == "name" and unit in CALENDAR:
            self._take()
            return Literal(Quantity.of(value, CALENDAR[unit], calendar=True), position)
        return Literal(value, position)

    def _name(self) -> str:
        if self._next.kind not in ("name", "identifier"):
            raise self._wrong("a name")
        return str(self._take().value)

    def _invocation(self, base: Node | None) -> Node:
        position = self._next.position
        if base is not None and self._next.kind == "special":
            return Special(self._take().value, position)
        if self._next.kind not in ("name", "identifier"):
            raise self._wrong("an expression" if base is None else "a name")
        name = self._name()
        if not self._took("("):
            return Member(base, name, position)
        arguments: list[Node] = []
        if not self._took(")"):
            arguments.append(self._expression(0))
            while self._took(","):
                arguments.append(self._expression(0))
            self._expect(")")
        return Call(base, name, tuple(arguments), position)

    def _type_name(self) -> TypeName:
        position = self._next.position
        bracketed = self._took("(")
        name, namespace = self._name(), ""
        if self._took("."):
            namespace, name = name, self._name()
        if bracketed:
            self._expect(")")
        return TypeName(namespace, name, position)


def type_name(argument: Node) -> TypeName:
    """The type that an argument of `is`, `as` or `ofType` names. Raises InvalidExpression."""
    match argument:
        case Member(None, name, position):
            return TypeName("", name, position)
        case Member(Member(None, namespace), name, position):
            return TypeName(namespace, name, position)
        case Literal(str() as name, position):
            return TypeName("", name, position)
    raise InvalidExpression("Expected the name of a type.", position=argument.position)
