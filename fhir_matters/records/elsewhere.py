"""What came from elsewhere and no form holds, without what tells of the parts that one reader does not get to see.

Left out is what is labelled restricted, what refers to something that is left out, and what repeats its words. Who may
see a part is decided in `withholding`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from fhir_matters.records.build import made
from fhir_matters.records.elements import Element, child, children
from fhir_matters.records.fit import SECTIONS
from fhir_matters.records.forms import Kept, Parts
from fhir_matters.records.forms.showing import SHAREABLE
from fhir_matters.records.ids import address, made_up_address
from fhir_matters.records.links import links_of
from fhir_matters.records.quoting import repeats, sayings
from fhir_matters.records.sharing import CONFIDENTIALITY, RESTRICTED


def labelled_parts(parts: Parts) -> Iterator[str]:
    """The keys of our own parts that came back with a label that no wish in the record explains."""
    for kept in parts.other:
        section, _, rest = (kept.of or "").partition("/")
        labelled = _labelled(kept) or any(_restricted(each.get("value")) for each in kept.changes)
        if section in SHAREABLE and labelled:
            yield rest.partition("/")[0]


def _restricted(found: Any) -> bool:
    """True where a label of confidentiality, restricted or very restricted, is anywhere inside."""
    if isinstance(found, dict):
        here = found.get("system") == CONFIDENTIALITY and found.get("code") in RESTRICTED
        return here or any(map(_restricted, found.values()))
    return isinstance(found, list) and any(map(_restricted, found))


def untold(whole: Parts, shown: Parts) -> list[Kept]:
    """What the whole record keeps from elsewhere, as far as it tells nothing that the shown one lacks."""
    if not whole.other:
        return []
    gone, left = _gone(whole, shown), list(whole.other)
    telling = [kept for kept in left if _labelled(kept) or _of_what_is_gone(kept, gone) or gone.told_by(kept.resource)]
    while telling:
        left = [kept for kept in left if kept not in telling]
        gone = replace(gone, names=gone.names | {name for kept in telling for name in _names(kept)})
        telling = [kept for kept in left if gone.told_by(kept.resource)]
    return [found for kept in left if (found := _changes(kept, gone)) is not None]


@dataclass(frozen=True, slots=True)
class _Gone:
    """What is gone: its places in the record, the names by which one refers to it, its words, and whether the face."""

    places: frozenset[str]
    names: frozenset[str]
    said: frozenset[str]
    face: bool

    def told_by(self, found: Any) -> bool:
        """True where a name of what is gone, or its words, are anywhere inside."""
        if isinstance(found, dict):
            return any(map(self.told_by, found.values()))
        if isinstance(found, list):
            return any(map(self.told_by, found))
        return isinstance(found, str) and (self._named(found) or repeats(found, self.said))

    def _named(self, text: str) -> bool:
        """A reference, or a link in the midst of a narrative: there, only an address that is like no other is sure."""
        within = "urn:uuid:" in text and any(name in text for name in self.names if name.startswith("urn:uuid:"))
        return within or text.partition("/_history/")[0] in self.names


def _gone(whole: Parts, shown: Parts) -> _Gone:
    """What the whole record makes and the shown one does not."""
    links, remaining = links_of(whole), {steps for steps, _ in made(links_of(shown))}
    places = ["/".join(steps) for steps, _ in made(links) if steps not in remaining]
    values = [links.value(place) for place in places]
    names = frozenset((*values, *map(address, values)))
    hidden = whole.person is not shown.person
    return _Gone(frozenset(places), names, sayings(_forms_gone(whole, shown, face=hidden)), hidden)


def _forms_gone(whole: Parts, shown: Parts, *, face: bool) -> Iterator[BaseModel]:
    for section in SECTIONS:
        left = getattr(shown, section)
        yield from (form for key, form in getattr(whole, section).items() if key not in left)
    yield from (wish for key, wish in whole.sharing.items() if wish is not shown.sharing.get(key, wish))
    if face:
        yield from filter(None, (whole.person.face, whole.person.face_showing))


def _of_what_is_gone(kept: Kept, gone: _Gone) -> bool:
    """True for the resource of somebody else's of which a part was made that is gone."""
    return kept.resource is not None and kept.of in gone.places


def _labelled(kept: Kept) -> bool:
    return _restricted(children(child(kept.resource, "meta"), "security"))


def _names(kept: Kept) -> Iterator[str]:
    """Everything by which others may refer to a resource that came from elsewhere."""
    resource: Element = kept.resource or {}
    yield kept.url or made_up_address(resource)
    if isinstance(resource.get("id"), str):
        yield f"{resource['resourceType']}/{resource['id']}"


def _changes(kept: Kept, gone: _Gone) -> Kept | None:
    """A resource as it is, without the face if that is gone; the changes of a part as far as they tell nothing."""
    if kept.resource is not None and gone.face and kept.of == "person":
        return kept.model_copy(update={"resource": {k: v for k, v in kept.resource.items() if k != "photo"}})
    if kept.of is None or not kept.changes:
        return kept
    left = tuple(each for each in kept.changes if not _tells(kept.of, each, gone))
    return kept.model_copy(update={"changes": left}) if left and kept.of not in gone.places else None


def _tells(of: str, change: dict[str, Any], gone: _Gone) -> bool:
    photo = gone.face and of == "person" and str(change.get("path")).startswith("/photo")
    return photo or gone.told_by([change.get("value"), change.get("was")])
