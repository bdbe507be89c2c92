"""The frame of every page: head, style, and the policy that a browser holds it to: no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lxml import etree

from fhir_matters.view.catalogue import spoken
from fhir_matters.view.elements import Element, el
from fhir_matters.view.wording import unmarked

STYLES = ("page.css", "print.css")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: the whole file, and the Content-Security-Policy that is in it."""

    html: bytes
    policy: str


def sheet(title: str, body: Element, *, styles: tuple[str, ...] = STYLES, form: bool = False) -> Sheet:
    """The page with this body, in UTF-8, doctype first; only where it has a `form` may one be sent, and only back."""
    style = _style(styles)
    policy = _policy(style, "'self'" if form else "'none'")
    root = el("html", _head(title, style, policy), body, lang=spoken().language, dir=spoken().direction)
    return Sheet(etree.tostring(root, method="html", encoding="utf-8", doctype="<!DOCTYPE html>") + b"\n", policy)


@cache
def _style(names: tuple[str, ...]) -> str:
    folder = files("fhir_matters.view")
    return "".join(folder.joinpath(name).read_text("utf-8") for name in names)


def _policy(style: str, target: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; media-src data:; style-src 'sha256-{digest}'; "
        f"base-uri 'none'; form-action {target}"
    )


def _head(title: str, style: str, policy: str) -> Element:
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        # A browser looks for a picture of the site by itself, unless it is told that there is none.
        el("link", rel="icon", href="data:,"),
        _title(title),
        el("style", style),
    )


def _title(words: str) -> Element:
    """Text alone: a title holds no elements."""
    title = el("title")
    title.text = unmarked(words)
    return title
