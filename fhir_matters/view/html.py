"""The page as one self-contained HTML file: no script, nothing fetched, every word escaped, two sheets when printed.

What is on the page is decided by `page`; here is the order of its sections, and each has a file for how it looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fhir_matters.view.catalogue import say, speaking
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el
from fhir_matters.view.html_choices import choices_section
from fhir_matters.view.html_first import first_screen
from fhir_matters.view.html_outcomes import outcomes_section
from fhir_matters.view.html_over import over_section
from fhir_matters.view.html_parts import Link, paths, section
from fhir_matters.view.html_people import people_section
from fhir_matters.view.html_plans import plans_section
from fhir_matters.view.html_recordings import recordings_section
from fhir_matters.view.html_said import more_section, wishes_section
from fhir_matters.view.html_talks import talks_section
from fhir_matters.view.sheet import Sheet, sheet


def html(page: Page) -> bytes:
    """The whole file in UTF-8, doctype first."""
    return drawn(page).html


def drawn(page: Page, links: Iterable[Link] = ()) -> Sheet:
    """The same with its policy, and with links to other pages of a server where it stands on one."""
    with speaking(page.language, page.record_language):
        return sheet(say("sections.matters", who=page.who), _body(page, tuple(links)))


def _body(page: Page, links: tuple[Link, ...]) -> Element:
    sections = (part(page) for part in _ORDER)
    return el("body", paths(links), el("main", first_screen(page), *sections), _footer(page))


def _gaps(page: Page) -> Element | None:
    if not page.gaps:
        return None
    return section("gaps", say("sections.gaps"), [el("ul", (el("li", gap) for gap in page.gaps))])


# The sections under the first screen, from what a night may need to what can wait. Each is None where there is nothing.
_ORDER: tuple[Callable[[Page], Element | None], ...] = (
    plans_section,
    wishes_section,
    people_section,
    choices_section,
    recordings_section,
    outcomes_section,
    over_section,
    talks_section,
    more_section,
    _gaps,
)


def _footer(page: Page) -> Element:
    return el("footer", *_last_words(page))


def _last_words(page: Page) -> Iterator[Element]:
    yield el("p", say("last.theirs", who=page.who))
    yield from (el("p", note) for note in (page.newest, *page.notes) if note)
