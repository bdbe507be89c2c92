"""The small elements of FHIR resources, written from values and read back. Knows no form.

Each writer has its reader beside it; `present` leaves out what is empty, as FHIR wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from fhir_matters.jsonio import Number
from fhir_matters.records.codes import Coding, Concept
from fhir_matters.records.dates import surely_begins

Element = dict[str, Any]


def present(element: Element) -> Element:
    """The same element without what is None or empty: FHIR knows no empty elements."""
    return {name: value for name, value in element.items() if value is not None and value not in ({}, [], ())}


def coding(found: Coding) -> Element:
    """A FHIR Coding."""
    return {"system": found.system, "code": found.code, "display": found.display}


def concept(codings: Iterable[Coding], text: str | None = None) -> Element:
    """A CodeableConcept with the codings in that order; no coding twice."""
    return present({"coding": [coding(c) for c in dict.fromkeys(map(_bare, codings))], "text": text})


def _bare(found: Coding) -> Coding:
    return Coding(found.system, found.code, found.display)


def coding_of(found: Any) -> Element | None:
    """What a form's code holds of a Coding; None where there is none."""
    return present({name: child(found, name) for name in ("system", "code", "display")}) or None


def code_in(concepts: Any, system: str) -> str | None:
    """The code of that system in a CodeableConcept, or in the first of several that has one."""
    for found in concepts if isinstance(concepts, list) else [concepts]:
        for each in _list(found, "coding"):
            if isinstance(each, dict) and each.get("system") == system:
                return text_of(each.get("code"))
    return None


def word(table: Mapping[str, Concept], words: str) -> Concept:
    """The concept for a form's word: `knows me best` is `knows-me-best`."""
    return table[words.replace(" ", "-")]


def words(code: str | None) -> str | None:
    """A form's word for a code of ours; which of the two has dashes of its own is the caller's to know."""
    return code.replace("-", " ") if code is not None else None


def extension(url: str, kind: str, value: Any) -> Iterator[Element]:
    """An extension with `value<kind>`; none where the value is None."""
    if value is not None:
        yield {"url": url, f"value{kind}": value}


def nested(url: str, parts: Iterable[Element]) -> Iterator[Element]:
    """An extension made of extensions; none where there are none."""
    if found := list(parts):
        yield {"url": url, "extension": found}


def extensions_in(element: Any, url: str) -> Iterator[Element]:
    """Every extension of that url directly on the element."""
    for each in _list(element, "extension"):
        if isinstance(each, dict) and each.get("url") == url:
            yield each


def value_in(element: Any, url: str, kind: str) -> Any:
    """The value of the first extension of that url, where it has one of that kind."""
    return next((each.get(f"value{kind}") for each in extensions_in(element, url)), None)


def values_in(element: Any, url: str, kind: str) -> Iterator[Any]:
    """The values of all extensions of that url."""
    return (each.get(f"value{kind}") for each in extensions_in(element, url))


def child(element: Any, name: str) -> Any:
    """A child of an element that may be anything: None where there is none."""
    return element.get(name) if isinstance(element, dict) else None


def children(element: Any, name: str) -> list[Any]:
    """The children of a repeating element; empty where there are none."""
    return _list(element, name)


def text_of(value: Any) -> str | None:
    """The value, if it is a string."""
    return value if isinstance(value, str) else None


def _list(element: Any, name: str) -> list[Any]:
    found = child(element, name)
    return found if isinstance(found, list) else []


def number(value: Decimal) -> int | Number:
    """The number as JSON has it, spelt as it was."""
    spelling = str(value)
    return int(spelling) if spelling == str(int(value)) else Number(spelling)


def period(start: str | None, end: str | None) -> Element:
    """A Period; its start is left out where it could be after its end (R4 Period, per-1)."""
    doubtful = start is not None and end is not None and not surely_begins(start, end)
    return present({"start": None if doubtful else start, "end": end})


def telecom(phone: str | None, email: str | None) -> list[Element]:
    """Phone first, then e-mail."""
    found = (("phone", phone), ("email", email))
    return [{"system": system, "value": value} for system, value in found if value is not None]


def telecom_in(resource: Any, system: str) -> str | None:
    """The first number or address of that system."""
    return next((text_of(c.get("value")) for c in _list(resource, "telecom") if child(c, "system") == system), None)
