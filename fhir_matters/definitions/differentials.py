"""A differential as a tree of what is said, in whatever order it came: by `id`, or by path and the slice named last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fhir_matters.definitions.merging import merged

Steps: TypeAlias = tuple[tuple[str, str], ...]

# Sliced by url without being asked.
EXTENSIONS = frozenset({"extension", "modifierExtension"})


@dataclass(slots=True)
class Said:
    """What a differential says of one element or slice; nothing of its own where it only holds what does."""

    name: str
    slice: str = ""
    element: dict[str, Any] = field(default_factory=dict)
    children: dict[tuple[str, str], Said] = field(default_factory=dict)

    def under(self, name: str, slice_name: str) -> Said:
        """The part about this child, made where there is none yet."""
        return self.children.setdefault((name, slice_name), Said(name, slice_name))

    def with_common(self, common: Said) -> Said:
        """This, and what is said under the unsliced element where nothing else is said of it here."""
        made = Said(self.name, self.slice, merged(common.element, self.element), dict(self.children))
        for key, each in common.children.items():
            own = self._spelt(key)
            made.children[own] = self.children.get(own, Said(*own)).with_common(each)
        return made

    def _spelt(self, key: tuple[str, str]) -> tuple[str, str]:
        """The child of this name and slice as it is spelt here: `valueQuantity` may be what is said of `value[x]`."""
        name, slice_name = key
        stem = name.removesuffix("[x]")
        if key in self.children or slice_name or stem == name:
            return key
        return next((each for each in self.children if each[0].startswith(stem) and not each[1]), key)

    @property
    def slices_inside(self) -> bool:
        """Whether anything but extensions is sliced somewhere under it."""
        return any(
            each.slices_inside or ("slicing" in each.element and each.name not in EXTENSIONS)
            for each in self.children.values()
        )

    def by_name(self) -> dict[str, list[Said]]:
        """The children that are about the same element, what is said of the unsliced one first."""
        grouped: dict[str, list[Said]] = {}
        for each in sorted(self.children.values(), key=lambda said: bool(said.slice)):
            grouped.setdefault(each.name, []).append(each)
        return grouped


def of_differential(elements: Iterator[dict[str, Any]]) -> Said:
    """The tree of a differential; of what is said twice of one element, the last."""
    root = Said("")
    last: dict[str, Steps] = {}
    for element in elements:
        path = element["path"]
        last[path] = steps = _steps(element, last)
        said = root
        for name, slice_name in steps:
            said = said.under(name, slice_name)
        said.element = {**said.element, **element}
    return root


def _steps(element: dict[str, Any], last: dict[str, Steps]) -> Steps:
    """From the root to the element: the name of each step, and the slice that it goes into."""
    path = element["path"].split(".")[1:]
    if not path:
        return ()
    sliced = element.get("sliceName") or ""
    named = [each.partition(":") for each in str(element.get("id", "")).split(".")[1:]]
    if len(named) == len(path) and all(map(_agree, (name for name, _, _ in named), path)):
        *before, (name, _, slice_name) = named
        return (*((each, part) for each, _, part in before), (name, slice_name or sliced))
    parent = last.get(element["path"].rpartition(".")[0])
    return (*(parent if parent is not None else ((each, "") for each in path[:-1])), (path[-1], sliced))


def _agree(named: str, step: str) -> bool:
    """Whether a step of the id is the step of the path; `value[x]` in the id may be `valueQuantity` in the path."""
    return named == step or (named.endswith("[x]") and step.startswith(named[:-3]))
