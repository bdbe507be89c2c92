"""What an expression may look at besides its input: the resource around it, variables, and the services of a host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.model import Model
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.temporal import Temporal, now

Collection: TypeAlias = list[Any]
# So many items may one evaluation make in loops; some seconds.
MOST_ITEMS: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Host:
    """The services behind `resolve()`, `memberOf()` and the like; one that is None makes its function CannotEvaluate.

    `resolve` gets the reference's text, gives the resource as a dict, or None where there is none; without it
    contained resources and entries of the same bundle are found. `member_of` gets the plain value of a code, Coding
    or CodeableConcept and the value set's URL; `conforms_to` a value, its type and the profile's URL;
    `subsumes` two plain codings. These three answer True, False, or None for "cannot tell".
    `trace` gets a name and the values.
    """

    resolve: Callable[[str], Any] | None = None
    member_of: Callable[[Any, str], bool | None] | None = None
    conforms_to: Callable[[Any, str, str], bool | None] | None = None
    subsumes: Callable[[Any, Any], bool | None] | None = None
    html_checks: Callable[[str], bool] | None = None
    trace: Callable[[str, list[Any]], None] | None = None
    now: Callable[[], datetime] | None = None


NO_HOST: Final = Host()


class Scope:
    """The surroundings of evaluations on one resource. Not for two threads at once.

    `resource` is %resource, the nearest resource around the input; `root` is %rootResource, its container. A `host`
    may be given as a function that makes it, since most expressions ask nothing of it.
    """

    __slots__ = ("_host", "_now", "context", "index", "items", "model", "resource", "root", "total", "variables")

    def __init__(
        self,
        model: Model,
        *,
        resource: Node | None = None,
        root: Node | None = None,
        host: Host | Callable[[], Host] = NO_HOST,
        variables: Mapping[str, Collection] | None = None,
    ) -> None:
        self.model = model
        self.resource = resource
        self.root = root if root is not None else resource
        self._host = host
        self.variables: dict[str, Collection] = dict(variables) if variables else {}
        self.context: Collection = []
        self.index = 0
        self.total: Collection = []
        self.items = 0
        self._now: Temporal | None = None

    @property
    def host(self) -> Host:
        """The services that were given."""
        if not isinstance(self._host, Host):
            self._host = self._host()
        return self._host

    def charge(self, items: int = 1) -> None:
        """Count what a loop makes. Raises CannotEvaluate past the bound."""
        self.items += items
        if self.items > MOST_ITEMS:
            raise CannotEvaluate(f"The expression made more than {MOST_ITEMS:,} items and was stopped.")

    @property
    def now(self) -> Temporal:
        """The moment, the same throughout (http://hl7.org/fhirpath/N1/#current-date-and-time-functions)."""
        if self._now is None:
            self._now = now(self.host.now() if self.host.now else datetime.now(UTC).astimezone())
        return self._now
