"""Doors: what a value offers and somebody above it, or in another column, can do.

A report can be asked for a table and a record for its page, though neither knows tables or pages. They ask here for
the function by its name; `fhir_matters/__init__.py`, which knows everybody, says where each one leads. Nothing is
imported before somebody goes through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_LEADS: dict[str, Callable[[], Callable[..., Any]]] = {}


def lead(doors: Mapping[str, Callable[[], Callable[..., Any]]]) -> None:
    """Say where doors lead: to what these functions find when they are first asked."""
    _LEADS.update(doors)


def through(name: str) -> Callable[..., Any]:
    """The function behind the door of that name. Raises KeyError where there is no such door."""
    return _LEADS[name]()
