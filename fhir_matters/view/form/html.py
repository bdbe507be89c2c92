"""A form as a web page that needs no script: its topics, what is on record in each, and room to say more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fhir_matters.view.catalogue import say
from fhir_matters.view.elements import Element, el
from fhir_matters.view.form.filled import Filled, Typed, has_words, never, said, waits
from fhir_matters.view.form.given import entries
from fhir_matters.view.form.html_fields import again, field, named, safe, slip
from fhir_matters.view.form.questions import Item, place_of
from fhir_matters.view.form.typed import shown
from fhir_matters.view.html_parts import Link, paths
from fhir_matters.view.sheet import STYLES, Sheet, sheet
from fhir_matters.view.wording import day, plain


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a form: its title, what is sent with it besides, where else one may go, and a note."""

    title: str
    besides: tuple[tuple[str, str], ...] = ()
    ways: tuple[Link, ...] = ()
    note: str = ""


def form_sheet(filled: Filled, around: Around) -> Sheet:
    """The page of the form. What is wrong is said at the top too, with a way to each place."""
    wrong = bool(filled.slips or filled.told)
    sent = {"method": "post", "enctype": "multipart/form-data", "autocomplete": "off"}
    form = el(
        "form",
        (el("input", attributes=named(name, type="hidden", value=value)) for name, value in around.besides),
        # What the Enter key presses is the first button of a form.
        el("button", say("form.save"), name="do", value="save", class_="unseen", tabindex="-1", aria_hidden="true"),
        (_topic(item, filled) for item in filled.form.parts),
        _save(around),
        attributes={**sent, "novalidate": "", "class": "asking", "accept-charset": "utf-8"},
    )
    note = el("p", around.note, class_="withheld") if around.note else None
    main = el("main", el("h1", plain(around.title)), _summary(filled) if wrong else None, note, _topics(filled), form)
    title = f"{say('form.not_saved')}: {plain(around.title)}" if wrong else plain(around.title)
    return sheet(title, el("body", paths(around.ways), main), styles=(*STYLES, "form/form.css"), form=True)


def _save(around: Around) -> Element:
    leave = around.ways[0][0] if around.ways else "/"
    return el(
        "div",
        el("button", say("form.save"), name="do", value="save", class_="save"),
        el("span", say("form.save_note"), class_="note"),
        el("a", say("form.leave"), href=leave),
        class_="saving",
    )


def _summary(filled: Filled) -> Element:
    """What is wrong, and a way to each; the page opens there."""
    listed = [
        *(el("li", safe(text)) for text in filled.told),
        *(el("li", el("a", _called(place, filled), ": ", safe(text), href=f"#{place}")) for place, text in
          filled.slips.items()),
    ]  # fmt: skip
    heading = el("h2", say("form.look_again"), id="slips-title")
    told = {"class": "slips", "tabindex": "-1", "autofocus": "", "role": "alert", "aria-labelledby": "slips-title"}
    return el("div", heading, el("ul", listed), attributes=told)


def _called(place: str, filled: Filled) -> str:
    """The words of the question, and of the topic it belongs to."""
    trail = list(_trail(filled.form.parts, "", "", place))
    if len(trail) < 2:  # noqa: PLR2004 (the topic, and the question in it)
        return trail[0].text if trail else ""
    return say("form.at", topic=trail[0].text, question=trail[-1].text)


def _trail(parts: tuple[Item, ...], inside: str, link: str, place: str) -> Iterator[Item]:
    for part in parts:
        here = place_of(part, inside, link).removesuffix("~0")
        if place == here or place.startswith((f"{here}.", f"{here}~")):
            yield part
            number = place.removeprefix(here).partition(".")[0] if part.repeats and part.group else ""
            yield from _trail(part.parts, f"{here}{number}", part.link, place)
            return


def _topics(filled: Filled) -> Element:
    links = (el("li", el("a", item.text, href=f"#{item.link}-topic")) for item in filled.form.parts if item.group)
    return el(
        "nav",
        el("p", say("form.topics"), class_="note"),
        el("ol", links),
        class_="topics",
        aria_label=say("form.topics"),
    )


def _topic(item: Item, filled: Filled) -> Element:
    if not item.group:
        return field(item, item.link, filled)
    heading = el("h2", item.text, id=f"{item.link}-title")
    inside = _entries(item, item.link, filled) if item.repeats else _parts(item, item.link, filled)
    return el("section", heading, inside, id=f"{item.link}-topic", aria_labelledby=f"{item.link}-title")


def _parts(item: Item, place: str, filled: Filled) -> Iterator[Element | None]:
    """The questions of a group; what waits for an answer is folded away until there is one, or something in it."""
    yield slip(place, filled)
    asked = [part for part in item.parts if not waits(part, item, place, filled.given)]
    later = [part for part in item.parts if part not in asked and not never(part, item)]
    yield from (_part(part, item, place, filled) for part in asked)
    if later:
        places = [place_of(part, place, item.link).removesuffix("~0") for part in later]
        opened = any(filled.calls(each) or has_words(filled.given, each) for each in places)
        yield _folded(say("form.say_more"), (_part(part, item, place, filled) for part in later), opened=opened)


def _folded(title: str, inside: Iterable[Element | None], *, opened: bool) -> Element:
    return el("details", el("summary", title), inside, attributes={"open": ""} if opened else {})


def _part(part: Item, item: Item, inside: str, filled: Filled) -> Element:
    place = place_of(part, inside, item.link)
    if not part.group:
        return field(part, place, filled)
    if not part.repeats:
        about = {"id": place, "tabindex": "-1", "class": "group"}
        return el("fieldset", el("legend", part.text), _parts(part, place, filled), attributes=about)
    return el(
        "div", el("p", part.text, class_="asked"), _entries(part, place.removesuffix("~0"), filled), class_="group"
    )


def _entries(item: Item, place: str, filled: Filled) -> Iterator[Element]:
    """What is on record in a group that may be filled several times, then what is new."""
    numbers = filled.numbers(item, place)
    places = [f"{place}~{number}" for number in numbers]
    known = [each for each in places if filled.was(item, each) is not None]
    new = [_new(item, each, filled) for each in places if each not in known]
    yield from (_known(item, each, filled) for each in known)
    button = again(place, item.text)
    if known:
        opened = place == filled.more or any(
            has_words(filled.given, each) or filled.calls(each) for each in places if each not in known
        )
        yield _folded(say("form.add"), [*new, button], opened=opened)
    else:
        yield from (*new, button)


def _new(item: Item, place: str, filled: Filled) -> Element:
    number = int(place.rpartition("~")[2]) + 1
    about = {"id": place, "tabindex": "-1", "class": "entry"}
    if filled.more and place == f"{filled.more}~{filled.numbers(item, filled.more)[-1]}":
        about["autofocus"] = ""
    called = say("form.entry", what=item.text, number=f"{number}") if number > 1 else item.text
    legend = el("legend", called, class_="unseen")
    return el("fieldset", legend, _parts(item, place, filled), attributes=about)


def _known(item: Item, place: str, filled: Filled) -> Element:
    """What is on record, whether it still stands, and folded away what may be said otherwise."""
    was = filled.was(item, place) or place
    direct = [part for part in item.parts if part.after and never(part, item) and not part.hidden]
    rest = [part for part in item.parts if part not in direct]
    inside = [place_of(part, place, item.link).removesuffix("~0") for part in rest]
    changed = any(map(filled.calls, inside)) or not _same(place, was, filled)
    return el(
        "fieldset",
        el("legend", say("form.on_record")),
        slip(place, filled),
        el("dl", _lines(item, was, filled.there), class_="record"),
        (_part(part, item, place, filled) for part in direct),
        _folded(say("form.change"), (_part(part, item, place, filled) for part in rest), opened=changed),
        attributes={"id": place, "tabindex": "-1", "class": "entry known"},
    )


def _same(place: str, was: str, filled: Filled) -> bool:
    def of(typed: Typed, start: str) -> dict[str, list[str]]:
        return {
            name.removeprefix(start): found
            for name in typed
            if name.startswith(f"{start}.") and (found := said(typed, name))
        }

    return of(filled.given, place) == of(filled.there, was)


def _lines(item: Item, place: str, typed: Typed) -> Iterator[Element]:
    """What is on record in a group, question by question."""
    for part in item.parts:
        here = place_of(part, place, item.link)
        if part.group:
            start = here.removesuffix("~0")
            for each in [f"{start}~{number}" for number in entries(typed, start)] if part.repeats else [here]:
                if has_words(typed, each):
                    yield el("dt", part.text)
                    yield el("dd", el("dl", _lines(part, each, typed)))
        elif (
            (texts := said(typed, here)) and part.kind != "attachment" and (not part.hidden or part.kind == "dateTime")
        ):
            yield el("dt", part.text)
            yield from (el("dd", _read(part, text), dir="auto") for text in texts)


def _read(part: Item, text: str) -> str:
    return day(text) if part.kind in ("date", "dateTime") else plain(shown(part, text))
