"""StructureDefinitions as small frozen values: the plan that the walk is compiled from. Judges no resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from fhir_matters.errors import DefinitionsError

BASE = "http://hl7.org/fhir/StructureDefinition/"
SYSTEM = "http://hl7.org/fhirpath/System."
SYSTEM_TYPES = {
    "String": "string",
    "Boolean": "boolean",
    "Integer": "integer",
    "Decimal": "decimal",
    "Date": "date",
    "DateTime": "dateTime",
    "Time": "time",
}
FHIR_TYPE = BASE + "structuredefinition-fhir-type"
MAX_VALUE_SET = BASE + "elementdefinition-maxValueSet"
UNBOUNDED = 2**31


class Definitions(Protocol):
    """Where StructureDefinitions come from: `fhir_matters.definitions.Registry`, or a test's own."""

    def find(self, canonical: str, kind: str | None = None) -> dict[str, Any] | None:
        """The definition, or None."""


class NoSnapshotError(DefinitionsError):
    """The profile has a differential only."""


@dataclass(frozen=True, slots=True)
class Type:
    """One type that an element may have; `profiles` and, for a Reference, `targets` are alternatives."""

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """A value set and how firmly it binds; `most` is the widest set that an extensible binding admits."""

    strength: str
    value_set: str
    most: str = ""


@dataclass(frozen=True, slots=True)
class Discriminator:
    """What tells slices apart: `kind` is value, pattern, exists, type, profile; `path` the restricted FHIRPath."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Slicing:
    """How an element is sliced; `rules` is open, closed or openAtEnd."""

    discriminators: tuple[Discriminator, ...] = ()
    ordered: bool = False
    rules: str = "open"


@dataclass(frozen=True, slots=True)
class Exactly:
    """A fixed[x] or pattern[x] value."""

    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element of one profile with everything that the profile says about it; compared by identity.

    `name` is its last step (`value[x]`), `slice` its slice name; `children` are by name, `slices` in order.
    """

    path: str
    name: str
    slice: str
    profile: str
    min: int
    max: int
    types: tuple[Type, ...]
    fixed: Exactly | None
    pattern: Exactly | None
    binding: Binding | None
    max_length: int | None
    least: Any
    most: Any
    content: str
    modifier: bool
    constraints: frozenset[tuple[str, str]]
    slicing: Slicing | None
    slices: tuple[Element, ...]
    reslices: tuple[Element, ...]
    children: Mapping[str, Element]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A StructureDefinition: its tree, its elements by path (unsliced ones), and where an extension may stand."""

    canonical: str
    type: str
    kind: str
    abstract: bool
    constraint: bool
    root: Element
    elements: Mapping[str, Element]
    contexts: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Draft:
    """An element while its children and slices are still being collected."""

    definition: dict[str, Any]
    children: dict[str, _Draft] = field(default_factory=dict)
    slices: list[_Draft] = field(default_factory=list)
    reslices: list[_Draft] = field(default_factory=list)


class Plans:
    """Profiles by canonical, built when first asked for and kept. Threads may share it: building twice is harmless."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._built: dict[str, Profile | DefinitionsError | None] = {}

    def profile(self, canonical: str) -> Profile | None:
        """The plan of a profile or type, or None where nobody knows it.

        Raises NoSnapshotError, or DefinitionsError where the definition cannot be made sense of.
        """
        if canonical not in self._built:
            if len(self._built) > MOST_KEPT:
                self._built.clear()
            self._built[canonical] = self._build(canonical)
        found = self._built[canonical]
        if isinstance(found, DefinitionsError):
            raise found
        return found

    def type(self, name: str) -> Profile | None:
        """The plan of a base type by its name (`Patient`, `HumanName`), or None."""
        try:
            found = self.profile(BASE + name)
        except DefinitionsError:
            return None
        return found if found is not None and found.type == name and not found.constraint else None

    def _build(self, canonical: str) -> Profile | DefinitionsError | None:
        definition = self._definitions.find(canonical, "StructureDefinition")
        if definition is None:
            return None
        try:
            return profile_of(definition)
        except DefinitionsError as error:
            return error
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, IndexError) as error:
            return DefinitionsError(f"The profile {canonical} cannot be understood ({type(error).__name__}).")


MOST_KEPT = 20_000


def profile_of(definition: dict[str, Any]) -> Profile:
    """The plan of one StructureDefinition.

    Raises NoSnapshotError without a snapshot, DefinitionsError where elements stand in an impossible order.
    """
    url = definition["url"]
    listed = definition.get("snapshot", {}).get("element", ())
    if not listed:
        raise NoSnapshotError(f"The profile {url} has no snapshot.", next_step="Generate its snapshot, then try again.")
    root = _frozen(_tree(url, listed), url, definition["kind"] == "resource")
    return Profile(
        canonical=url,
        type=definition["type"].rpartition("/")[2],
        kind=definition["kind"],
        abstract=definition.get("abstract", False),
        constraint=definition.get("derivation") == "constraint",
        root=root,
        elements={element.path: element for element in _unsliced(root)},
        contexts=tuple((item["type"], item["expression"]) for item in definition.get("context", ())),
    )


def _tree(url: str, listed: list[dict[str, Any]]) -> _Draft:
    """Parents before children, slices after what they slice: the order that every snapshot has."""
    open_drafts: list[_Draft] = []
    for definition in listed:
        draft, depth = _Draft(definition), definition["path"].count(".")
        if depth > len(open_drafts) or (depth == 0 and open_drafts):
            raise DefinitionsError(f"The snapshot of {url} is out of order at {definition['path']}.")
        del open_drafts[depth:]
        if depth:
            _place(draft, open_drafts[-1])
        open_drafts.append(draft)
    return open_drafts[0]


def _place(draft: _Draft, parent: _Draft) -> None:
    name = draft.definition["path"].rpartition(".")[2]
    slice_name = draft.definition.get("sliceName")
    sliced = parent.children.get(name) if slice_name else None
    if sliced is None and name not in parent.children:
        sliced = _choice(parent, name)
    if sliced is not None:
        (sliced.reslices if slice_name and "/" in slice_name else sliced.slices).append(draft)
    elif slice_name:
        sliced = parent.children[name] = _Draft({**draft.definition, "min": 0, "max": "*", "sliceName": None})
        sliced.slices.append(draft)
    else:
        parent.children[name] = draft


def _choice(parent: _Draft, name: str) -> _Draft | None:
    """The draft of `value[x]` where an element is written as `valueQuantity`."""
    for head, draft in parent.children.items():
        if head.endswith("[x]") and name.startswith(head[:-3]):
            codes = {item.get("code", "").lower() for item in draft.definition.get("type", ())}
            if name[len(head) - 3 :].lower() in codes:
                return draft
    return None


def _unsliced(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children.values():
        yield from _unsliced(child)


def _frozen(draft: _Draft, profile: str, of_resource: bool) -> Element:
    definition = draft.definition
    freeze = partial(_frozen, profile=profile, of_resource=of_resource)
    path = definition["path"]
    return Element(
        path=path,
        name=path.rpartition(".")[2],
        slice=definition.get("sliceName") or "",
        profile=profile,
        min=definition.get("min", 0),
        max=_max(definition.get("max", "*")),
        types=tuple(_type(item, path, of_resource) for item in definition.get("type", ())),
        fixed=_exactly(definition, "fixed"),
        pattern=_exactly(definition, "pattern"),
        binding=_binding(definition.get("binding")),
        max_length=definition.get("maxLength"),
        least=_prefixed(definition, "minValue"),
        most=_prefixed(definition, "maxValue"),
        content=definition.get("contentReference", "").rpartition("#")[2],
        modifier=definition.get("isModifier", False),
        constraints=frozenset((item["key"], item.get("source", profile)) for item in definition.get("constraint", ())),
        slicing=_slicing(definition.get("slicing")),
        slices=tuple(map(freeze, draft.slices)),
        reslices=tuple(map(freeze, draft.reslices)),
        children={name: freeze(child) for name, child in draft.children.items()},
    )


def _max(value: str) -> int:
    return UNBOUNDED if value == "*" else int(value)


def _type(item: dict[str, Any], path: str, of_resource: bool) -> Type:
    code = item.get("code", "")
    if code.startswith(SYSTEM):
        code = _system_type(item, "id" if of_resource and path.count(".") == 1 and path.endswith(".id") else "string")
    return Type(code.rpartition("/")[2], tuple(item.get("profile", ())), tuple(item.get("targetProfile", ())))


def _system_type(item: dict[str, Any], string: str) -> str:
    """R4 calls Resource.id and Element.id both System.String; the first is an `id`, the second a `string`."""
    if string == "id":
        return string
    stated = (
        each.get("valueUrl") or each.get("valueUri")
        for each in item.get("extension", ())
        if each.get("url") == FHIR_TYPE
    )
    return next((each for each in stated if each), SYSTEM_TYPES.get(item["code"][len(SYSTEM) :], "string"))


def _prefixed(definition: dict[str, Any], prefix: str) -> Any:
    """The value of `prefix[x]`, whatever x is, or None."""
    end = len(prefix)
    return next((v for k, v in definition.items() if k.startswith(prefix) and k[end : end + 1].isupper()), None)


def _exactly(definition: dict[str, Any], prefix: str) -> Exactly | None:
    value = _prefixed(definition, prefix)
    return None if value is None else Exactly(value)


def _binding(item: dict[str, Any] | None) -> Binding | None:
    if not item:
        return None
    most = (
        each.get("valueCanonical") or each.get("valueUri")
        for each in item.get("extension", ())
        if each.get("url") == MAX_VALUE_SET
    )
    return Binding(item.get("strength", ""), item.get("valueSet", ""), next((each for each in most if each), ""))


def _slicing(item: dict[str, Any] | None) -> Slicing | None:
    if item is None:
        return None
    told = tuple(Discriminator(each["type"], each["path"]) for each in item.get("discriminator", ()))
    return Slicing(told, item.get("ordered", False), item.get("rules", "open"))
