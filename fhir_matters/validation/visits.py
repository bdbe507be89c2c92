"""What the rule families share: the shape of a visit, and what they may ask of the compiler. No rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

from fhir_matters.terminology import Terminology
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element, Profile
from fhir_matters.validation.plans import Plans
from fhir_matters.validation.policy import Policy
from fhir_matters.validation.questions import Forms

Visit: TypeAlias = Callable[[Any, Context, Position], None]
Elements: TypeAlias = tuple[Element, ...]

Made = TypeVar("Made")

RESOURCES = frozenset({"Resource", "DomainResource"})


class Lazy:
    """A visit that is compiled when it is first run.

    `good` are texts that were found good, and need no other visit; nor does any that is short and does not begin with
    a blank, where `prose` is true.
    """

    __slots__ = ("good", "prose", "run")

    run: Visit
    good: set[str]
    prose: bool

    def __init__(self, make: Callable[[], Visit]) -> None:
        self.good = set()
        self.prose = False

        def first(value: Any, context: Context, position: Position) -> None:
            self.run = make()
            self.run(value, context, position)

        self.run = first


class PerKeys(NamedTuple):
    """A check of an object: what has to look at one that has these keys, None where there is nothing to be found."""

    due: Callable[[frozenset[str]], Visit | None]


def unless(idle: Callable[[frozenset[str]], bool], visit: Visit) -> PerKeys:
    """The check, which has nothing to find where that is true of the keys."""
    return PerKeys(lambda keys: None if idle(keys) else visit)


class Addresses(Protocol):
    """What is defined, by address."""

    def knows(self, url: str) -> bool:
        """True where something that is loaded has this address."""

    def holds(self, url: str, kind: str) -> bool:
        """True where a definition of this kind has the canonical URL."""


class Compiler(Protocol):
    """The side of the walk that rule families see."""

    plans: Plans
    terminology: Terminology
    policy: Policy
    forms: Forms
    defined: Addresses
    ways: dict[Hashable, Any]  # how resources are walked that are of one type and claim the same (`resources`)

    def item(self, said: Elements, code: str) -> Lazy:
        """The visit of one value of type `code`, of which the elements `said` all speak; the first is the base's."""

    def node(self, root: Element, overlays: Elements, said: Elements = ()) -> Lazy:
        """The visit of an object: the children of `root` are its fields, `overlays` say more about them."""

    def element(self, said: Elements) -> Lazy:
        """The visit of what stands beside a primitive value (`_birthDate`): its id and extensions."""

    def structure(self, said: Elements, code: str, more: Elements = ()) -> Visit:
        """The visit of a complex value with everything that is said about it, and the overlays `more`."""

    def resource(self, said: Elements, code: str) -> Visit:
        """The visit of a resource inside another one."""

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for the key before, or is made now; kept as long as there is not too much of it."""

    def conforms(self, profile: Profile) -> Lazy:
        """The visit of a whole resource or value against its type and this one profile."""


def types_of(element: Element) -> frozenset[str]:
    """The codes of the types that the element allows; empty where it says nothing."""
    return element.codes


def in_turn(visits: Iterable[Visit]) -> Visit:
    """One visit that runs them all."""
    several = tuple(visits)
    if len(several) == 1:
        return several[0]

    def each(value: Any, context: Context, position: Position) -> None:
        for visit in several:
            visit(value, context, position)

    return each
