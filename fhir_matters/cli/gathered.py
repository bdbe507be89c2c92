"""Options that belong together reach a command as one frozen value, whose fields have their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import wraps
from typing import Any

from fhir_matters.cli.console import with_options

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def gathered(name: str, kind: type[Any], options: Sequence[Decorator]) -> Decorator:
    """Adds the options to a command, which is given them as `name`, a `kind`: a dataclass with a field for each."""
    names = [field.name for field in fields(kind)]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        def gathering(*arguments: Any, **given: Any) -> Any:
            value = kind(**{each: given.pop(each) for each in names})
            return command(*arguments, **{name: value}, **given)

        known: Callable[..., Any] = wraps(command)(gathering)
        return with_options(known, options)

    return decorate
