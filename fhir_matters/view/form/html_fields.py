"""One question as a labelled field: its words, its help, what is wrong with what was typed, and what to type into."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from fhir_matters.view.catalogue import say
from fhir_matters.view.elements import Element, el
from fhir_matters.view.form.filled import Filled, said
from fhir_matters.view.form.questions import Item, Option

# As radio buttons; what has more is a list to choose from.
_FEW = 5
_HELPED = frozenset({"date", "dateTime", "attachment"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PICTURE = re.compile(r"data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+")


def field(item: Item, place: str, filled: Filled) -> Element:
    """The question at that place."""
    if item.hidden:
        return el("span", (_hidden(place, text) for text in filled.texts(place)), hidden="")
    return _LOOKS[item.kind](item, place, filled)


def slip(place: str, filled: Filled) -> Element | None:
    """What would be understood in the place of what was typed there; None where nothing is wrong."""
    if place not in filled.slips:
        return None
    return el("p", el("b", say("form.slip")), safe(filled.slips[place]), class_="slip", id=f"{place}-slip")


def safe(text: str) -> str:
    """The text without what no page can hold; nothing else in it is touched."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def named(place: str, **more: str) -> dict[str, str]:
    """The attributes of what is typed into: no browser is to remember it, or to put in what it remembers."""
    return {"name": place, "autocomplete": "off", **more}


def _hidden(place: str, text: str) -> Element:
    return el("input", attributes=named(place, type="hidden", value=safe(text)))


def _told(item: Item, place: str, filled: Filled) -> dict[str, str]:
    """What describes a field, for those who hear it read."""
    about = [f"{place}-help"] * bool(_help(item)) + [f"{place}-slip"] * (place in filled.slips)
    wrong = {"aria-invalid": "true"} if place in filled.slips else {}
    return ({"aria-describedby": " ".join(about)} if about else {}) | wrong


def _help(item: Item) -> str:
    about = say(f"form.help.{item.kind}") if item.kind in _HELPED else ""
    return " ".join(filter(None, (item.help, about)))


def _around(item: Item, place: str, filled: Filled) -> Iterator[Element | None]:
    yield el("p", _help(item), class_="help", id=f"{place}-help") if _help(item) else None
    yield slip(place, filled)


def _labelled(item: Item, place: str, filled: Filled, *inputs: Element) -> Element:
    label = el("label", item.text, for_=place)
    return el("div", label, _around(item, place, filled), inputs, class_="field")


def _several(item: Item, place: str, filled: Filled, children: Iterator[Element]) -> Element:
    """A question of several parts: its words are those of the group."""
    asked = el("legend", item.text)
    told = {"id": place, "tabindex": "-1", "class": "field", **_told(item, place, filled)}
    told.pop("aria-invalid", None)
    return el("fieldset", asked, _around(item, place, filled), children, attributes=told)


def _text(item: Item, place: str, filled: Filled) -> Element:
    if item.repeats:
        return _several(item, place, filled, _lines(item, place, filled))
    typed = filled.given.get(place) or [""]
    told = {"id": place, **_told(item, place, filled)}
    return _labelled(item, place, filled, _input(item, place, typed[0], told))


def _lines(item: Item, place: str, filled: Filled) -> Iterator[Element]:
    """An input for each answer, and one more."""
    texts = [*filled.texts(place), ""]
    for number, text in enumerate(texts, 1):
        wanted = {"autofocus": ""} if place == filled.more and number == len(texts) else {}
        yield _input(item, place, text, {"aria-label": f"{item.text} {number}", **wanted})
    yield again(place, item.text)


def again(place: str, what: str) -> Element:
    """The button that makes room for one more."""
    about = {"class": "another", "aria-label": say("form.another_of", what=what)}
    return el("button", say("form.another"), attributes={"name": "do", "value": f"more:{place}", **about})


def _input(item: Item, place: str, text: str, told: Mapping[str, str]) -> Element:
    """One line for a few words, several for many, and for what has several already."""
    if item.kind == "text" or "\n" in text:
        # A browser takes a line end right after the tag for layout.
        rows = str(min(12, max(2, text.count("\n") + 1 + len(text) // 70)))
        whole = "\n" * text.startswith("\n") + safe(text)
        return el("textarea", whole, attributes=named(place, rows=rows, dir="auto", **told))
    mode = {"integer": "numeric", "decimal": "decimal"}.get(item.kind, "text")
    short = {"class": "short"} if item.kind in ("date", "dateTime", "integer", "decimal") else {"dir": "auto"}
    return el("input", attributes=named(place, type="text", inputmode=mode, value=safe(text), **short, **told))


def _yes_or_no(item: Item, place: str, filled: Filled) -> Element:
    options = (Option("", "true", say("form.yes")), Option("", "false", say("form.no")))
    return _several(item, place, filled, _radios(options, place, filled))


def _choice(item: Item, place: str, filled: Filled) -> Element:
    if item.repeats:
        return _several(item, place, filled, _checks(item, place, filled))
    if item.kind == "open-choice":
        return _several(item, place, filled, _or_words(item, place, filled))
    if len(item.options) <= _FEW:
        return _several(item, place, filled, _radios(item.options, place, filled))
    chosen = filled.texts(place)
    options = [Option("", "", say("form.open")), *item.options]
    listed = (_option(each, chosen=each.code in chosen) for each in options)
    told = named(place, id=place, **_told(item, place, filled))
    return _labelled(item, place, filled, el("select", listed, attributes=told))


def _option(option: Option, *, chosen: bool) -> Element:
    about = {"value": option.code, **({"selected": ""} if chosen else {})}
    return el("option", option.text, attributes=about)


def _radios(options: tuple[Option, ...], place: str, filled: Filled) -> Iterator[Element]:
    chosen = filled.texts(place)
    known = [each.code for each in options if each.code in chosen]
    for each in (*options, Option("", "", say("form.open"))):
        yield _tick("radio", each, place, on=each.code in known if known else not each.code)


def _checks(item: Item, place: str, filled: Filled) -> Iterator[Element]:
    chosen = filled.texts(place)
    return (_tick("checkbox", each, place, on=each.code in chosen) for each in item.options)


def _tick(kind: str, option: Option, place: str, *, on: bool) -> Element:
    told = named(place, type=kind, value=option.code, **({"checked": ""} if on else {}))
    return el("label", el("input", attributes=told), " ", option.text, class_="tick")


def _or_words(item: Item, place: str, filled: Filled) -> Iterator[Element]:
    yield from _radios(item.options, place, filled)
    codes = {each.code for each in item.options}
    own = next((text for text in filled.texts(place) if text not in codes), "")
    yield el("label", say("form.own_words"), _input(item, place, own, {}), class_="own")


def _file(item: Item, place: str, filled: Filled) -> Element:
    """A file to choose. One that was chosen before goes along in the form; what is on record need not."""
    typed = [text for text in filled.texts(place) if text not in said(filled.there, place)]
    there = [*typed, *said(filled.there, place)][:1]
    seen = (el("img", src=text, alt=say("form.there")) for text in there if _PICTURE.fullmatch(text))
    accepted = "image/png,image/jpeg,image/webp,image/gif"
    chosen = el("input", attributes=named(place, type="file", id=place, accept=accepted, **_told(item, place, filled)))
    return _labelled(item, place, filled, *seen, *(_hidden(place, text) for text in typed), chosen)


_LOOKS: Mapping[str, Callable[[Item, str, Filled], Element]] = {
    "display": lambda item, _place, _filled: el("p", item.text, class_="display"),
    "attachment": _file,
    "boolean": _yes_or_no,
    "choice": _choice,
    "open-choice": _choice,
    **dict.fromkeys(("string", "text", "url", "date", "dateTime", "integer", "decimal"), _text),
}
