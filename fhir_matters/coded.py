"""A question about a code, and what a terminology server told: values only.

Validation asks and a server's client answers; neither knows the other, both know these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a terminology server.

    With a code system and a code: is the code of the value set or, where none is named, does its code system have it,
    and if `display` says so, is it called that? With a value set alone: all its codes.
    """

    value_set: str = ""
    system: str = ""
    code: str = ""
    version: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the server says: yes, no, or None where it does not know the value set or code system either.

    `remark`: it said yes and found fault all the same. `display` is what the code is called there, `expansion` the
    codes of a value set as FHIR writes them (ValueSet.expansion).
    """

    holds: bool | None = None
    display: str = ""
    remark: bool = False
    expansion: Mapping[str, Any] | None = None

    @property
    def decides(self) -> bool:
        """True where the server had something to say."""
        return self.holds is not None or self.expansion is not None


@dataclass(frozen=True, slots=True)
class Replies:
    """What was told about each question, as far as the server answered; and what went wrong, as a sentence."""

    told: Mapping[Question, Told] = field(default_factory=dict)
    trouble: str = ""


class Asker(Protocol):
    """Whoever puts questions to a terminology server."""

    @property
    def name(self) -> str:
        """The server, as an address without credentials."""

    def ask(self, questions: Sequence[Question]) -> Replies:
        """The replies. Raises nothing because of the server."""
