"""Names that people look for and that are not there: asking for one says what is.

    @instead(check="validate(resource)")
    class Validator: ...

    Validator().check(bundle)    # AttributeError: Validator has no check: use validate(resource)

They are no attributes otherwise: `hasattr` is false, `dir` does not list them, and type checkers know nothing of them.
Of a pydantic form, which has its own words for what is not there, it is told when the name is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

C = TypeVar("C", bound=type)


class _Absent:
    def __init__(self, words: str) -> None:
        self._words = words

    def __get__(self, _: object, owner: type) -> Callable[..., NoReturn]:
        if hasattr(owner, "__getattr__"):  # pydantic's, which would say in our place that there is no such name
            return self._called
        raise AttributeError(self._words)

    def _called(self, *_: object, **__: object) -> NoReturn:
        raise AttributeError(self._words)


def instead(**names: str) -> Callable[[C], C]:
    """A decorator of a class that has none of these names, each with what to write instead."""

    def marked(kind: C) -> C:
        taken = [name for name in names if hasattr(kind, name)]
        assert not taken, f"{kind.__name__} has {taken}"
        absent: dict[str, Any] = {name: _Absent(f"{kind.__name__} has no {name}: use {names[name]}") for name in names}
        for name, value in (absent | {"__dir__": _listed}).items():
            setattr(kind, name, value)
        return kind

    def _listed(self: object) -> list[str]:
        return [name for name in object.__dir__(self) if name not in names]

    return marked
