"""Ways to change a resource, each a small function under its name: most make it wrong, some leave it valid.

`TREES` change the resource itself; `TEXTS` change how it is written. All are told what chance decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from fhir_matters.errors import InputError
from tests.conformance.mutators import (
    anything,
    bundles,
    codes,
    datatypes,
    extensions,
    forms,
    guides,
    narratives,
    primitives,
    references,
    structure,
    texts,
)
from tests.conformance.mutators.tree import Tree

FAMILIES = (
    structure,
    primitives,
    codes,
    references,
    extensions,
    narratives,
    datatypes,
    bundles,
    forms,
    guides,
    anything,
)
TREES: Mapping[str, Callable[[Tree], bool]] = {
    name: change for family in FAMILIES for name, change in family.MUTATORS.items()
}
TEXTS: Mapping[str, texts.Render] = {**texts.JSON, **texts.XML}
NAMES = (*TREES, *TEXTS)


@dataclass(frozen=True)
class Mutant:
    """A changed resource: `resource` is what to write, `how` it is written, by what chance."""

    name: str
    source: str
    resource: Any
    how: str = ""
    seed: str = ""

    @property
    def form(self) -> str:
        """`json` or `xml`."""
        return "xml" if self.how in texts.XML else "json"

    def text(self, resource: Any = None) -> str:
        """The resource, or another in its place, as text; raises InputError where it cannot be written so."""
        held = self.resource if resource is None else resource
        try:
            return TEXTS.get(self.how, texts.written)(held, Random(self.seed))
        except (ValueError, TypeError, KeyError, AttributeError, SyntaxError) as error:
            raise InputError(f"This resource cannot be written so: {error}") from error


def plain(source: str, resource: Any) -> Mutant:
    """The resource as it is."""
    return Mutant("plain", source, resource)


def mutant(name: str, source: str, resource: Any, seed: str) -> Mutant | None:
    """The resource changed in the way `name`; None where there is nothing to change so."""
    if name in TEXTS:
        made = Mutant(name, source, resource, name, seed)
        return made if _can_be_written(made) and made.text() != texts.written(resource) else None
    changed = deepcopy(resource)
    if not TREES[name](Tree(changed, Random(seed))) or _spelt(changed) == _spelt(resource):
        return None
    made = Mutant(name, source, changed, "", seed)
    return made if _can_be_written(made) else None


def _can_be_written(made: Mutant) -> bool:
    try:
        made.text()
    except InputError:
        return False
    return True


def _spelt(value: Any) -> str:
    return json.dumps(value, default=str)
