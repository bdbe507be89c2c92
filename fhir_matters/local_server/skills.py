"""What a server can do beyond keeping resources, each given from outside; what is None is not there, nor claimed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.local_server.fhirpath_patch import Patcher, Places
from fhir_matters.xmlio import Shapes

# A resource and profiles → an OperationOutcome.
Validate: TypeAlias = Callable[[dict[str, Any], Sequence[str]], dict[str, Any]]
# The definitions that are stored → a validator that heeds them.
Heeding: TypeAlias = Callable[[Sequence[dict[str, Any]]], Validate]
# (`ValueSet/$validate-code`, its parameters) → the answer, or None where it cannot be told.
Codes: TypeAlias = Callable[[str, dict[str, str]], "dict[str, Any] | None"]
# A bearer token → its scopes, such as `system/*.read`; None where it is not, or no longer, good.
Verify: TypeAlias = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page for people: its HTML, and the Content-Security-Policy that a browser is to hold it to."""

    html: bytes
    policy: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the patients who are here, in the order of their names.

    `asked` is the name that was looked for, empty for all; `before` and `after` say where the parts of the list before
    and after this one begin, None where there are none.
    """

    patients: Sequence[dict[str, Any]]
    asked: str = ""
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A form that is opened: for the person with that id, of whom all that is here is in the Bundle, or for a new one.

    It is to bring back `token` and `seen` in fields of those names: that it came from here, and what was here then.
    """

    person: str | None
    here: dict[str, Any] | None
    seen: str
    token: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What was typed, by the names of the fields; files as `data:` addresses.

    `trusted` where the token was brought back, `same` where nothing has been written about the person since.
    """

    typed: Sequence[tuple[str, str]]
    trusted: bool
    same: bool


# A form to show, or the transaction that the answers mean.
Ask: TypeAlias = Callable[[Opened, "Sent | None"], "Sheet | dict[str, Any]"]


@dataclass(frozen=True, slots=True)
class Pages:
    """How people see what is here: `people` lists persons, `person` draws the page of the one in a Bundle.

    `refused` says why there is no page, given what to say and what to do next. `person` may raise RecordError. With
    `ask`, people may answer what matters to them; it may raise RecordError for what is here.
    """

    people: Callable[[Listing], Sheet]
    person: Callable[[dict[str, Any]], Sheet]
    refused: Callable[[str, str], Sheet]
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class Skills:
    """Seven skills, none of which a server needs.

    `validate` answers `$validate`, `codes` questions about codes; `shapes` is what R4 defines, for XML; `places`
    evaluates FHIRPath, for FHIRPath Patch, which needs `shapes` too; `verify` judges bearer tokens; `heeding` makes a
    `validate` that knows what is stored; `pages` draws pages for people.
    """

    validate: Validate | None = None
    codes: Codes | None = None
    shapes: Shapes | None = None
    places: Places | None = None
    verify: Verify | None = None
    heeding: Heeding | None = None
    pages: Pages | None = None

    @property
    def patcher(self) -> Patcher | None:
        """Who does FHIRPath Patch, if anybody can."""
        return Patcher(self.places, self.shapes) if self.places and self.shapes else None
