"""The pages around the pages of persons, where a server has them: the list of people, and why there is no page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fhir_matters.view.catalogue import say
from fhir_matters.view.elements import Element, el, joined, said
from fhir_matters.view.html_parts import Link, paths
from fhir_matters.view.sheet import Sheet, sheet
from fhir_matters.view.wording import dated, plain

EVERYBODY: Link = ("/", "site.everybody")


@dataclass(frozen=True, slots=True)
class Listed:
    """One person in the list: where their page is, the name they like, their whole name, the day of birth."""

    id: str
    called: str
    name: str = ""
    born: str = ""


def people_sheet(
    people: Sequence[Listed],
    *,
    asked: str = "",
    before: int | None = None,
    after: int | None = None,
    asks: bool = False,
) -> Sheet:
    """The list, with a field to look for a name; `before` and `after` say where the rest of a long one is.

    Where the server `asks`, there is a way to the form for somebody new.
    """
    body = el(
        "body",
        el(
            "main",
            el("h1", say("site.people")),
            _look_for(asked),
            el("div", el("a", say("site.somebody_new"), href="/ask"), class_="new") if asks else None,
            el("ul", map(_person, people), class_="everybody") if people else el("p", _nobody(asked), class_="gap"),
            paths(tuple(_further(asked, before, after)), "site.further"),
        ),
    )
    return sheet(say("site.people"), body, form=True)


def refused_sheet(why: str, next_step: str) -> Sheet:
    """The page that says why there is no page, and what to do."""
    words = el("p", " ".join(filter(None, (why, next_step))))
    title = say("site.no_page")
    return sheet(title, el("body", paths((EVERYBODY,)), el("main", el("h1", title), words)))


def _look_for(asked: str) -> Element:
    return el(
        "form",
        el("label", say("site.look_for"), for_="name"),
        el("input", id="name", name="name", type="search", value=plain(asked), autocomplete="off"),
        el("button", say("site.look")),
        class_="look",
        action="/",
        role="search",
    )


def _person(one: Listed) -> Element:
    called = plain(one.called)
    also = [plain(one.name) if one.name != one.called else "", dated("facts.born", one.born) if one.born else ""]
    return el(
        "li",
        el("a", said("bdi", called) if called else say("first.nameless"), href=f"/people/{quote(one.id, safe='')}"),
        el("span", joined(" \N{MIDDLE DOT} ", (said("span", each) for each in also)), class_="about"),
    )


def _nobody(asked: str) -> str:
    return say("site.nobody_called_so" if plain(asked) else "site.nobody")


def _further(asked: str, before: int | None, after: int | None) -> Iterator[Link]:
    for begin, key in ((before, "site.before"), (after, "site.after")):
        if begin is not None:
            yield f"/?{urlencode({'name': asked, 'from': begin})}", key
    if asked:
        yield EVERYBODY


def asking_about(identity: str) -> Link:
    """The way to the form of that person."""
    return f"/people/{quote(identity, safe='')}/ask", "site.ask"
