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
from fhir_matters.records.fhir.elements import child, children
from fhir_matters.records.fhir.links import links_of
from fhir_matters.records.fhir.sharing import CONFIDENTIALITY, RESTRICTED
from fhir_matters.records.fit import SECTIONS
from fhir_matters.records.forms import Kept, Parts
from fhir_matters.records.forms.entry import SOMEBODY
from fhir_matters.records.forms.showing import SHAREABLE
from fhir_matters.records.ids import address, made_up_address, value_of
from fhir_matters.records.others.came import home, names_of, token_of
from fhir_matters.records.quoting import repeats, sayings


def labelled_parts(parts: Parts) -> Iterator[str]:
    """The keys of the parts that came with a label that no wish in the record explains."""
    for kept in parts.other:
        section, _, rest = (kept.of or "").partition("/")
        if section in SHAREABLE and (_labelled(kept) or any(_restricted(each.get("value")) for each in kept.changes)):
            yield rest.partition("/")[0]


def not_to_be_shown(parts: Parts) -> Iterator[str]:
    """`person` for the face, and the keys of recordings, of which a consent to showing came that permits nothing.

    It has ended, or is not given, or names somebody who is not known: no form was read from it.
    """
    prefix = f"{links_of(parts).id}/"
    for kept in parts.other:
        place = (value_of(kept.resource or {}) or "").removeprefix(prefix)
        if place == "person/showing" and parts.person.face_showing is None:
            yield "person"
        section, _, key = place.removesuffix("/showing").partition("/")
        film = parts.recordings.get(key) if section == "recordings" and place.endswith("/showing") else None
        if film is not None and film.showing is None:
            yield key


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
    telling = [kept for kept in left if not _of_somebody(kept) and (_labelled(kept) or gone.has(kept))]
    while telling:
        left = [kept for kept in left if kept not in telling]
        gone = replace(gone, names=gone.names | {name for kept in telling for name in _names(kept)})
        telling = [kept for kept in left if not _of_somebody(kept) and gone.has(kept)]
    return [found for kept in left if (found := _without(kept, gone)) is not None]


def _of_somebody(kept: Kept) -> bool:
    """True for the person and those around them, who are never left out, whatever of them is."""
    return kept.of is not None and kept.of.split("/")[0] in SOMEBODY


@dataclass(frozen=True, slots=True)
class _Gone:
    """What is gone: its places in the record, the names by which one refers to it, its words, and whether the face."""

    places: frozenset[str]
    names: frozenset[str]
    said: frozenset[str]
    face: bool

    def has(self, kept: Kept) -> bool:
        """True for a resource that is of a part that is gone, is another version of it, or tells of it."""
        if kept.resource is None:
            return False
        known = kept.of in self.places or home(kept.url, kept.resource) in self.names
        return known or self.told_by(kept.resource)

    def told_by(self, found: Any) -> bool:
        """True where a name of what is gone, or its words, are anywhere inside."""
        if isinstance(found, dict):
            return token_of(found) in self.names or any(map(self.told_by, found.values()))
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
    gone = [steps for steps, _ in made(links) if steps not in remaining]
    values = [links.value(*steps) for steps in gone]
    names = frozenset((*values, *map(address, values), *(links.address(*steps) for steps in gone)))
    hidden = whole.person is not shown.person
    return _Gone(frozenset(map("/".join, gone)), names, sayings(_forms_gone(whole, shown, face=hidden)), hidden)


def _forms_gone(whole: Parts, shown: Parts, *, face: bool) -> Iterator[BaseModel]:
    for section in SECTIONS:
        left = getattr(shown, section)
        yield from (form for key, form in getattr(whole, section).items() if key not in left)
    yield from (wish for key, wish in whole.sharing.items() if wish is not shown.sharing.get(key, wish))
    if face:
        yield from filter(None, (whole.person.face, whole.person.face_showing))


def _labelled(kept: Kept) -> bool:
    return _restricted(children(child(kept.resource, "meta"), "security"))


def _names(kept: Kept) -> Iterator[str]:
    """Everything by which others may refer to a resource that came from elsewhere."""
    resource = kept.resource or {}
    yield from names_of(home(kept.url, resource), resource)
    yield made_up_address(resource)


def _without(kept: Kept, gone: _Gone) -> Kept | None:
    """What is still there, without the changes, or the elements of somebody's resource, that tell of what is gone."""
    photo = gone.face and kept.of == "person"
    if kept.resource is not None and _of_somebody(kept):
        left = {name: each for name, each in kept.resource.items() if not gone.told_by(each)}
        return kept.model_copy(update={"resource": {k: v for k, v in left.items() if k != "photo" or not photo}})
    if not kept.changes:
        return kept
    changes = tuple(
        each
        for each in kept.changes
        if not gone.told_by([each.get("value"), each.get("was")])
        and not (photo and str(each.get("path")).startswith("/photo"))
    )
    return kept.model_copy(update={"changes": changes}) if changes and kept.of not in gone.places else None
