"""Lists of ElementDefinitions as trees of drafts: snapshots in their order, differentials with the gaps filled."""

from __future__ import annotations

from typing import Any, TypeAlias

from fhir_matters.errors import DefinitionsError
from fhir_matters.validation.elements import Above, Draft

Steps: TypeAlias = tuple[tuple[str, str], ...]


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
        (sliced.reslices if slice_name and "/" in slice_name else sliced.slices).append(draft)
    elif slice_name:
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


def of_differential(kind: str, listed: list[dict[str, Any]], above: Above) -> Draft:
    """The tree of a differential: what it does not mention says nothing, and is only there to hold what it does.

    Elements find their slices by `id`, or else by the slice that was named last.
    """
    root = Draft({"path": kind})
    last: dict[str, Steps] = {kind: ()}
    for definition in listed:
        path = definition["path"]
        steps = _steps(definition, last)
        last[path] = steps
        draft = root
        for name, slice_name in steps:
            draft = _under(draft, *_spelt(draft, name, slice_name, above))
        draft.definition = {
            **definition,
            "path": draft.definition["path"],
            "sliceName": draft.definition.get("sliceName"),
        }
    return root


def _steps(definition: dict[str, Any], last: dict[str, Steps]) -> Steps:
    """From the root to the element: the name of each step, and the slice that it goes into."""
    named = definition.get("id", "").split(".")[1:]
    path = definition["path"].split(".")[1:]
    if [each.partition(":")[0] for each in named] == path:
        return tuple((name, slice_name) for name, _, slice_name in (each.partition(":") for each in named))
    if not path:
        return ()
    parent = last.get(definition["path"].rpartition(".")[0])
    before = parent if parent is not None else tuple((each, "") for each in path[:-1])
    return (*before, (path[-1], definition.get("sliceName") or ""))


def _spelt(parent: Draft, name: str, slice_name: str, above: Above) -> tuple[str, str]:
    """`value[x]` and the slice `valueQuantity`, where a differential writes `valueQuantity`."""
    path = parent.definition["path"]
    for head, end in ((name[:at] + "[x]", name[at:]) for at in range(1, len(name)) if name[at].isupper()):
        for choice in above(f"{path}.{head}", ""):
            if end.lower() in {each.code.lower() for each in choice.types}:
                return head, slice_name or name
    return name, slice_name


def _under(parent: Draft, name: str, slice_name: str) -> Draft:
    path = f"{parent.definition['path']}.{name}"
    plain = parent.children.setdefault(name, Draft({"path": path}))
    if not slice_name:
        return plain
    slices = plain.reslices if "/" in slice_name else plain.slices
    found = next((each for each in slices if each.definition["sliceName"] == slice_name), None)
    if found is None:
        found = Draft({"path": path, "sliceName": slice_name})
        slices.append(found)
    return found
