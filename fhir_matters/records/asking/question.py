"""What a question of the form is: its words, the field of a record that it fills, and what it may be answered with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "group", "display", "string", "text", "boolean", "date", "dateTime", "integer", "decimal", "choice", "open-choice",
    "attachment",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The words that may be chosen; each is a code of the table with that name in `codes/`."""

    table: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, or a group of them.

    `name` is the last step of its linkId, `field` the field of the record that takes the answer, by the name that a
    record file uses. A group without a field is there for the reader only: its parts belong to what is around it. An
    answer that no field takes is kept beside the record.
    """

    name: str
    text: str
    kind: Kind = "text"
    field: str = ""
    help: str = ""
    repeats: bool = False
    hidden: bool = False
    # Without it, the group that it is in says nothing: it is left out.
    needed: bool = False
    options: Options | None = None
    # The sections in which a name that is given as an answer is looked for: the field holds its key.
    names: tuple[str, ...] = ()
    # Shown once one of these, asked beside it, is answered.
    after: tuple[str, ...] = ()
    parts: tuple[Question, ...] = ()
    # A group whose entries have keys of their own, and what all of these have in common.
    keyed: bool = False
    fixed: tuple[tuple[str, str], ...] = ()
    # FHIRPath for what is on record already: the answer, or for each entry of a group what its parts are taken from.
    initial: str = ""
    each: str = ""
