"""Pictures, voices and films in HTML: seen and heard in the page itself, and only when asked to."""

from __future__ import annotations

from fhir_matters.view.carried import File
from fhir_matters.view.catalogue import say
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el
from fhir_matters.view.html_parts import section
from fhir_matters.view.recordings import Recording

_PLAYER = {"sound": "audio", "film": "video"}


def recordings_section(page: Page) -> Element | None:
    """The recordings that stand beside no words."""
    if not page.recordings:
        return None
    return section("recordings", say("sections.recordings"), map(recording, page.recordings), class_="recordings")


def recording(one: Recording | None) -> Element | None:
    """The recording with what is to be seen or heard, who made it, and how it may be shown."""
    if one is None:
        return None
    text = [
        el("span", one.label, class_="shows"),
        el("span", one.caption, class_="about") if one.caption not in ("", one.label) else None,
        el("span", one.source, class_="by"),
        el("span", one.consent, class_="consent") if one.consent else None,
    ]
    shown = _shown(one.file, one.label) if one.file else el("p", one.instead, class_="instead-of-it")
    return el("figure", shown, el("figcaption", text), class_=f"recording {one.sort}")


def _shown(file: File, label: str) -> Element:
    if file.sort == "picture":
        return el("img", src=file.source, alt=label)
    player = el(_PLAYER[file.sort], src=file.source, controls="", preload="metadata", aria_label=label)
    on_paper = el("p", say("recordings.on_a_screen", sort=say(f"files.{file.sort}")), class_="on-paper")
    return el("div", player, on_paper, class_="player")
