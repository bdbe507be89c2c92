"""Pictures, voices and films in HTML: seen and heard in the page itself, and only when asked to."""

from __future__ import annotations

from fhir_matters.view.carried import File
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, said
from fhir_matters.view.html_parts import section
from fhir_matters.view.recordings import Recording

_PLAYER = {"sound": "audio", "film": "video"}


def recordings_section(page: Page) -> Element | None:
    """The recordings that stand beside no words."""
    if not page.recordings:
        return None
    return section("recordings", "Pictures and recordings", map(recording, page.recordings), class_="recordings")


def recording(one: Recording | None) -> Element | None:
    """The recording with what is to be seen or heard, who made it, and how it may be shown."""
    if one is None:
        return None
    text = [
        said("span", one.label, class_="shows"),
        said("span", one.caption if one.caption != one.label else "", class_="about"),
        said("span", one.source, class_="by"),
        said("span", one.consent, class_="consent"),
    ]
    shown = _shown(one.file, one.label) if one.file else el("p", one.instead, class_="instead-of-it")
    return el("figure", shown, el("figcaption", text), class_=f"recording {one.sort}")


def _shown(file: File, label: str) -> Element:
    if file.sort == "picture":
        return el("img", src=file.source, alt=label)
    player = el(_PLAYER[file.sort], src=file.source, controls="", preload="metadata", aria_label=label)
    on_paper = el("p", f"This {file.sort} can be played in the page on a screen.", class_="on-paper")
    return el("div", player, on_paper, class_="player")
