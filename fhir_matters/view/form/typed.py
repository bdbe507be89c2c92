"""What somebody typed as an answer to one question, and an answer as what would have to be typed for it.

Every refusal says what would be understood. Dates may be written as people write them, with the month as a word.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from fhir_matters.view.catalogue import say
from fhir_matters.view.form.questions import Item

Answer: TypeAlias = dict[str, Any]
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_IN_WORDS = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([a-z]{3,})\.?,?\s+(\d{4})")
_CLOCK = re.compile(r"(.+?)(?:\s+at\s+|[\sT]+)(\d{1,2})[:.](\d\d)(:\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:\d\d)?")
_LONGEST = len("2026-03-03")
# Neither a FHIR string nor XML 1.0 can hold these.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


_YES = {"true": "yes", "false": "no"}


class Slip(ValueError):
    """What was typed is no answer; the message says what would be."""


def answers_of(item: Item, texts: Sequence[str], now: datetime) -> list[Answer]:
    """The answers that were typed, as FHIR has them; none where nothing was. Raises Slip."""
    said = [text for text in texts if text.strip()]
    if any(_NOT_TEXT.search(text) for text in said):
        raise Slip(say("form.expected.text"))
    if len(said) > 1 and not item.repeats:
        own = item.kind == "open-choice"
        raise Slip(say("form.expected.one_or_words" if own else "form.expected.one"))
    return [_READERS[item.kind](item, text, now) for text in said]


def text_of(item: Item, answer: Mapping[str, Any]) -> str:
    """What would have to be typed for this answer."""
    value = next((each for name, each in answer.items() if name.startswith("value")), "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, Mapping):
        return str(value)
    if item.kind == "attachment":
        return f"data:{value.get('contentType', '')};base64,{value.get('data', '')}"
    return str(value.get("code") or value.get("display") or "")


def shown(item: Item, text: str) -> str:
    """What was typed as it is read: an option by its words, yes and no."""
    if item.kind == "boolean":
        return say(f"form.{_YES[text]}") if text in _YES else text
    return next((option.text for option in item.options if option.code == text), text)


def _words(_item: Item, text: str, _now: datetime) -> Answer:
    return {"valueString": text}


def _boolean(_item: Item, text: str, _now: datetime) -> Answer:
    said = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}.get(text.strip().casefold())
    if said is None:
        raise Slip(say("form.expected.boolean"))
    return {"valueBoolean": said}


def _chosen(item: Item, text: str, _now: datetime) -> Answer:
    said = text.strip().casefold()
    for option in item.options:
        if said in (option.code.casefold(), option.text.casefold()):
            coding = {"system": option.system, "code": option.code, "display": option.text}
            return {"valueCoding": {name: value for name, value in coding.items() if value}}
    if item.kind == "open-choice":
        return {"valueString": text}
    raise Slip(say("form.expected.choice"))


def _integer(_item: Item, text: str, _now: datetime) -> Answer:
    if not re.fullmatch(r"\s*\d{1,9}\s*", text, re.ASCII):
        raise Slip(say("form.expected.integer"))
    return {"valueInteger": int(text)}


def _decimal(_item: Item, text: str, _now: datetime) -> Answer:
    said = text.strip().replace(",", ".")
    if not re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?", said, re.ASCII):
        raise Slip(say("form.expected.decimal"))
    return {"valueDecimal": Decimal(said)}


def _date(_item: Item, text: str, now: datetime) -> Answer:
    day = _day(text, now)
    if day is None:
        raise Slip(say("form.expected.date"))
    return {"valueDate": day}


def _moment(_item: Item, text: str, now: datetime) -> Answer:
    said = text.strip()
    if said.casefold() == "now":
        return {"valueDateTime": now.isoformat(timespec="seconds").replace("+00:00", "Z")}
    day = _day(said, now)
    if day is None and (found := _CLOCK.fullmatch(said)):
        date, hour, minute, second, zone = found.groups()
        date = _day(date, now)
        if date is not None and len(date) == _LONGEST and int(hour) < 24 and int(minute) < 60:  # noqa: PLR2004
            spelt = f"{date}T{int(hour):02}:{minute}{second or ':00'}"
            day = f"{spelt}{zone or _zone(spelt, now)}"
    if day is None:
        raise Slip(say("form.expected.dateTime"))
    return {"valueDateTime": day}


def _zone(spelt: str, now: datetime) -> str:
    """The zone of the clock on the wall, where none is named."""
    offset = datetime.fromisoformat(spelt).replace(tzinfo=now.tzinfo).isoformat()[-6:]
    return "Z" if offset == "+00:00" else offset


def _day(text: str, now: datetime) -> str | None:
    """The date in FHIR's spelling, as exact as it was written; None where it is none."""
    said = text.strip().casefold()
    if said in ("today", "yesterday"):
        return f"{now - timedelta(days=said == 'yesterday'):%Y-%m-%d}"
    if found := _IN_WORDS.fullmatch(said):
        day, name, year = found.groups()
        months = [f"{number:02}" for number, month in enumerate(MONTHS, 1) if month.startswith(name)]
        said = "-".join((year, *months[:1], *([f"{int(day):02}"] if day else []))) if len(months) == 1 else ""
    return said if _ISO.fullmatch(said) and _is_real(said) else None


def _is_real(said: str) -> bool:
    try:
        datetime.fromisoformat(said + "0001-01-01"[len(said) :])
    except ValueError:
        return False
    return True


def _attached(_item: Item, text: str, _now: datetime) -> Answer:
    found = re.fullmatch(r"data:([^;,]*);base64,(.+)", text.strip(), re.DOTALL)
    try:
        raw = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        raw = b""
    if not raw:
        raise Slip(say("form.expected.attachment"))
    # What kind of file it is, its bytes say.
    return {"valueAttachment": {"data": base64.b64encode(raw).decode()}}


_READERS: Mapping[str, Callable[[Item, str, datetime], Answer]] = {
    "string": _words,
    "text": _words,
    "url": lambda _item, text, _now: {"valueUri": text.strip()},
    "boolean": _boolean,
    "date": _date,
    "dateTime": _moment,
    "integer": _integer,
    "decimal": _decimal,
    "choice": _chosen,
    "open-choice": _chosen,
    "attachment": _attached,
}
