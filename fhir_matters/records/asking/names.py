"""How a form calls the parts of a record, and which part is meant by what somebody wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

Data = Mapping[str, Any]
# By what a part of a section may be called, best first; what has none of these is called by its key.
_CALLED: Mapping[str, tuple[str, ...]] = {
    "people": ("name", "who", "relation"),
    "colleagues": ("name", "role"),
    "what_matters": ("words",),
    "preferences": ("words", "wish"),
    "choices": ("question",),
    "plans": ("if",),
    "options": ("what",),
}
_MYSELF = ("me", "i", "myself")


def named(data: Data, sections: Collection[str], key: str) -> str | None:
    """What to call the part with that key: a name by which `meant` finds it again; None where there is no such part."""
    section = next((each for each in sections if key in _keys(data, each)), None)
    if section is None:
        return None
    return next((name for name in _called(data, section, key) if meant(data, sections, name) == key), key)


def meant(data: Data, sections: Collection[str], name: str) -> str | None:
    """The key of the one part that is called so; None where there is none, or several."""
    keys = [(section, key) for section in sections for key in _keys(data, section)]
    if any(key == name for _, key in keys):
        return name
    found = {key for section, key in keys if _same(name, _called(data, section, key))}
    return found.pop() if len(found) == 1 else None


def _same(name: str, called: list[str]) -> bool:
    return name.strip().casefold() in {each.strip().casefold() for each in called}


def _keys(data: Data, section: str) -> Collection[str]:
    return ("person",) if section == "person" else data.get(section, ())


def _called(data: Data, section: str, key: str) -> list[str]:
    if section == "person":
        person = data.get("person", {})
        return [*_texts(person, ("likes_to_be_called", "name")), *_MYSELF]
    return list(_texts(data.get(section, {}).get(key, {}), _CALLED.get(section, ())))


def _texts(entry: Mapping[str, Any], fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        value = plain(entry.get(field))
        if isinstance(value, str):
            yield value


def plain(value: Any) -> Any:
    """A name as it is written, without what is known of its parts."""
    return value.get("text") if isinstance(value, Mapping) and "text" in value else value
