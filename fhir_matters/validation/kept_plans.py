"""Plans as they are kept on disk between two runs: tuples of texts and numbers, and back. Judges nothing.

A plan is a function of the StructureDefinitions that are loaded and of the code that makes it; what it is kept by is
a hash of both. One that holds what `marshal` does not know, such as an exact decimal, is made anew each time.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeAlias

from fhir_matters.definitions import kept
from fhir_matters.validation.plan import (
    Binding,
    Constraint,
    Discriminator,
    Element,
    Exactly,
    Profile,
    Slicing,
    Type,
    unsliced,
)

Plain: TypeAlias = tuple[Any, ...]
_DEFINITIONS = "kept registry snapshots laying merging trees slices differentials versions build core package unpacked"
_VALIDATION = "kept_plans making plan plans elements trees published"
MADE_BY = (
    *(f"definitions/{name}.py" for name in _DEFINITIONS.split()),
    *(f"validation/{name}.py" for name in _VALIDATION.split()),
)


class KeptPlans:
    """The plans that were made of definitions with this hash; None keeps nothing."""

    def __init__(self, definitions: bytes | None) -> None:
        code = kept.code(MADE_BY) if definitions is not None else None
        self._made_of = kept.digest(definitions, code) if definitions is not None and code is not None else None

    def get(self, canonical: str) -> Profile | None:
        """The plan as it was kept; None where it was not, or not whole."""
        file = self._file(canonical)
        found = kept.get(file) if file is not None else None
        return _profile(marshal.loads(found[0])) if found is not None else None  # noqa: S302 (whole, and by this code)

    def put(self, canonical: str, profile: Profile) -> None:
        """Keep the plan, if it can be kept."""
        file = self._file(canonical)
        if file is None:
            return
        try:
            body = marshal.dumps(_plain(profile))
        except ValueError:
            return
        kept.put(file, body)

    def _file(self, canonical: str) -> Path | None:
        if self._made_of is None:
            return None
        return kept.place("plan", kept.digest(self._made_of, canonical.encode("utf-8", "surrogatepass")))


def _plain(profile: Profile) -> Plain:
    return tuple(_written(getattr(profile, name)) for name in OF_PROFILE)


def _profile(plain: Plain) -> Profile:
    said = dict(zip(OF_PROFILE, plain, strict=True))
    root = _element(said["root"])
    return Profile(**{**said, "root": root, "elements": unsliced(root)})


def _written(value: Any) -> Any:
    """The value with every element and every small value in it as the tuple of its fields."""
    if isinstance(value, Element):
        return tuple(_written(getattr(value, name)) for name in OF_ELEMENT)
    if isinstance(value, tuple):
        return tuple(map(_written, value))
    return {name: _written(each) for name, each in value.items()} if type(value) is dict else value


def _element(plain: Plain) -> Element:
    found = list(plain)
    for place, build in BUILT.items():
        found[place] = found[place] and build(found[place])
    return Element(*found)


def _slicing(plain: Plain) -> Slicing:
    told, *rest = plain
    return Slicing(tuple([Discriminator(*each) for each in told]), *rest)


# What is more than texts and numbers, by the field of an Element that it is in.
_BUILT: dict[str, Callable[[Any], Any]] = {
    "types": lambda plain: tuple([Type(*each) for each in plain]),
    "fixed": lambda plain: Exactly(*plain),
    "pattern": lambda plain: Exactly(*plain),
    "binding": lambda plain: Binding(*plain),
    "constraints": lambda plain: tuple([Constraint(*each) for each in plain]),
    "slicing": _slicing,
    "slices": lambda plain: tuple(map(_element, plain)),
    "children": lambda plain: {name: _element(child) for name, child in plain.items()},
}
OF_ELEMENT = tuple(each.name for each in fields(Element) if each.init)
OF_PROFILE = tuple(each.name for each in fields(Profile) if each.name != "elements")
BUILT = {OF_ELEMENT.index(name): build for name, build in _BUILT.items()}
