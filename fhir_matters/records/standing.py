"""Whether something still stands, as far as the record itself tells. There is no clock here, and no FHIR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias, TypeVar

from fhir_matters.records.dates import surely_after
from fhir_matters.records.fit import REPLACEABLE
from fhir_matters.records.forms import Entry, Parts

F = TypeVar("F", bound=Entry)
Standing: TypeAlias = Literal["withdrawn", "replaced", "ended", "stands"]


def last_day(form: Entry) -> str | None:
    """The last day on which something stands, where it says so."""
    return getattr(form, "valid_until", None) or getattr(form, "until", None)


def left_standing(forms: Mapping[str, F]) -> dict[str, F]:
    """The parts of a section that nobody has withdrawn, replaced or taken back; until when is not asked."""
    real = {key: form for key, form in forms.items() if not form.withdrawn}
    replaced = {form.replaces for form in real.values()}
    return {key: form for key, form in real.items() if key not in replaced and not getattr(form, "ended", None)}


def standing(parts: Parts, section: str, key: str, until: str | None) -> Standing:
    """Whether a part stands: it does unless it was a mistake, is replaced by one that was none, or has ended.

    It has ended where it was taken back, or where something in the record was said after its end. Whoever reads it
    later has its period.
    """
    forms = getattr(parts, section)
    if forms[key].withdrawn:
        return "withdrawn"
    if any(form.replaces == key and not form.withdrawn for form in forms.values()):
        return "replaced"
    ended = until is not None and any(surely_after(day, until) for day in _days(parts))
    return "ended" if ended or getattr(forms[key], "ended", None) else "stands"


def _days(parts: Parts) -> Iterator[str]:
    """Every day on which the record says that something was said."""
    yield from (talk.when for talk in parts.conversations.values())
    for section in REPLACEABLE:
        for form in getattr(parts, section).values():
            yield from filter(None, (form.when, *(again.when for again in getattr(form, "still_stands", ()))))
