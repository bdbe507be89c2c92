"""Who matters, who does what, and whom to call; `first_if` says in which case somebody is called first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fhir_matters.view.cast import named
from fhir_matters.view.chains import no_longer_stands
from fhir_matters.view.wording import plain

FIRST = "call first"
# Who is to be called: whoever is named as the first, and whoever decides when the person cannot.
_TO_CALL = (FIRST, "speaks for me")
_AGENTS = ("lasting power of attorney", "healthcare agent")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to know or to call; `about` is the relation in the person's words, or a colleague's role and team."""

    name: str
    about: str = ""
    roles: tuple[str, ...] = ()
    does: str = ""
    phone: str = ""
    email: str = ""
    first_if: tuple[str, ...] = ()
    key: str = ""


def contact_of(key: str, data: Mapping[str, Any], today: date) -> Contact:
    """Somebody by key; a key that is nobody's stands for itself."""
    who = data.get("people", {}).get(key) or data.get("colleagues", {}).get(key) or {}
    if key == "person":
        who = data.get("person", {})
    about = plain(who.get("relation")) or ", ".join(plain(who[name]) for name in ("role", "team") if who.get(name))
    return Contact(
        name=named(who) if who else plain(key),
        about=about,
        roles=(*(plain(role) for role in who.get("roles", ())), *_appointed(key, data, today)),
        does=plain(who.get("does")),
        phone=plain(who.get("phone")),
        email=plain(who.get("email")),
        key=key,
    )


def people_of(data: Mapping[str, Any], today: date) -> tuple[Contact, ...]:
    """Who speaks and is called comes first, then everybody with a name, then the dog and the choir."""
    people: Mapping[str, Mapping[str, Any]] = data.get("people", {})
    return tuple(contact_of(key, data, today) for key in sorted(people, key=lambda key: _nearness(people[key])))


def to_call(people: Iterable[Contact], first_if: Iterable[tuple[Contact, str]]) -> tuple[Contact, ...]:
    """Who is to be called first, who else speaks for the person, and who is the first to call if something happens."""
    found = {who.key: who for who in sorted(people, key=lambda who: FIRST not in who.roles) if _wanted(who)}
    for who, trigger in first_if:
        known = found.get(who.key, who)
        found[who.key] = replace(known, first_if=(*known.first_if, trigger))
    return tuple(found.values())


def _wanted(who: Contact) -> bool:
    return bool({*_TO_CALL, *_AGENTS} & set(who.roles))


def _nearness(who: Mapping[str, Any]) -> int:
    return 0 if set(_TO_CALL) & set(who.get("roles", ())) else 1 if "name" in who else 2


def _appointed(key: str, data: Mapping[str, Any], today: date) -> Iterator[str]:
    """The powers that a decision in law gives them, as long as it stands."""
    standing = {name: part for name, part in data.get("legal", {}).items() if not part.get("withdrawn")}
    for before in {part.get("replaces") for part in standing.values()} & standing.keys():
        del standing[before]
    kinds = {
        plain(part.get("kind"))
        for part in standing.values()
        if key in part.get("agents", ()) and not no_longer_stands(part, today)
    }
    return (kind for kind in _AGENTS if kind in kinds)
