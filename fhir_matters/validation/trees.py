"""Snapshots as trees of drafts."""

from __future__ import annotations

from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.validation.elements import Draft

# Sliced by url without being asked; of anything else one named slice is the element itself.
SLICED = frozenset({"extension", "modifierExtension"})


def of_snapshot(url: str, listed: list[dict[str, Any]]) -> Draft:
    """Parents before children, slices after what they slice: the order that every snapshot has."""
    open_drafts: list[Draft] = []
    for definition in listed:
        draft, depth = Draft(definition), definition["path"].count(".")
        if depth > len(open_drafts) or (depth == 0 and open_drafts):
            raise DefinitionsError(f"The snapshot of {url} is out of order at {definition['path']}.")
        del open_drafts[depth:]
        if depth:
            _place(draft, open_drafts[-1])
        open_drafts.append(draft)
    return open_drafts[0]


def _place(draft: Draft, parent: Draft) -> None:
    name = draft.definition["path"].rpartition(".")[2]
    slice_name = draft.definition.get("sliceName")
    sliced = parent.children.get(name) if slice_name else None
    if sliced is None and name not in parent.children:
        sliced = _choice(parent, name)
    if sliced is not None:
        sliced.slices.append(draft)
    elif slice_name and (name.endswith("[x]") or name in SLICED):
        sliced = parent.children[name] = Draft({**draft.definition, "min": 0, "max": "*", "sliceName": None})
        sliced.slices.append(draft)
    else:
        parent.children[name] = draft


def _choice(parent: Draft, name: str) -> Draft | None:
    """The draft of `value[x]` where an element is written as `valueQuantity`."""
    for head, draft in parent.children.items():
        if head.endswith("[x]") and name.startswith(head[:-3]):
            codes = {item.get("code", "").lower() for item in draft.definition.get("type", ())}
            if name[len(head) - 3 :].lower() in codes:
                return draft
    return None
