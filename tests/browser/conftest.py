"""A real browser, windows in which nothing may be asked for or complained about, and axe-core to judge them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from tests.conftest import absent
from tests.view.conftest import EXAMPLES, data_of, whole_data
from tests.view.full import FULL
from tests.view.hostile import Assailant

HERE = Path(__file__).parent
SMALL, PHONE, DESK, WIDE = ({"width": w, "height": h} for w, h in ((320, 640), (390, 844), (1280, 800), (1920, 1080)))
NAMES = [file.stem for file in EXAMPLES]
EVERYBODY = [*NAMES, "full"]
SIZES = {"phone": PHONE, "desk": DESK, "wide": WIDE}
FILES = ("data:image/", "data:audio/", "data:video/")
# WCAG 2.2 AA, and what axe-core itself thinks good.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What a page was kept from doing; a page that is as it should be never tries.
VIOLATED = """document.addEventListener('securitypolicyviolation',
  event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""

Window = Callable[..., Page]


@pytest.fixture(scope="session")
def playing() -> Iterator[Playwright]:
    """What browsers are driven with."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(chromium: Path, playing: Playwright) -> Iterator[Browser]:
    """Chromium, started once."""
    opened = playing.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield opened
    opened.close()


def listening(browser: Browser, heard: list[str], address: str, asks: str = "", **how: Any) -> Page:
    """The address in a window of its own; what it asks for besides, and whatever is complained about, is heard."""
    page = browser.new_context(**how).new_page()
    page.add_init_script(VIOLATED)
    for event in ("console", "pageerror", "dialog", "download", "popup"):
        page.on(event, lambda told, event=event: heard.append(f"{event} {getattr(told, 'text', told)}"))
    expected = (*FILES, asks or address)
    page.on("request", lambda asked: asked.url.startswith(expected) or heard.append(f"asked for {asked.url[:80]}"))
    page.goto(address)
    return page


@pytest.fixture
def window(browser: Browser) -> Iterator[Window]:
    """Opens an address in a window of its own; asserts that it asks for nothing else and that nobody complains."""
    windows: list[Page] = []
    heard: list[str] = []

    def open_(address: str, *, size: dict[str, int] = DESK, **how: Any) -> Page:
        windows.append(listening(browser, heard, address, viewport=size, **how))
        return windows[-1]

    yield open_
    for page in windows:
        page.context.close()
    assert heard == []


@pytest.fixture
def opened(window: Window, tmp_path: Path) -> Window:
    """Opens the page of a record, a file as people have it, in a window without a network."""

    def open_(data: dict[str, Any], **how: Any) -> Page:
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.html"
        file.write_bytes(html(page_of(data)))
        return window(file.as_uri(), offline=True, **how)

    return open_


@pytest.fixture(scope="session")
def standing(browser: Browser, everybody: dict[str, dict[str, Any]], tmp_path_factory: Any) -> dict[str, Any]:
    """The windows that stand open for all tests that only look, by name, and what was heard from any of them."""
    folder, heard = tmp_path_factory.mktemp("pages"), []
    for who, data in everybody.items():
        (folder / f"{who}.html").write_bytes(html(page_of(data)))
    pages = {who: listening(browser, heard, (folder / f"{who}.html").as_uri(), offline=True) for who in everybody}
    return {"pages": pages, "heard": heard}


@pytest.fixture
def seen(standing: dict[str, Any]) -> Iterator[Window]:
    """The page of somebody by name, on a desk, to be looked at and not to be changed."""

    def look(who: str, size: dict[str, int] = DESK) -> Page:
        page = standing["pages"][who]
        page.set_viewport_size(size)
        return page

    yield look
    assert standing["heard"] == []


def with_letters_of(pixels: int, page: Page) -> None:
    """As if the reader had told the browser so; it says 16 by itself."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels}})


@pytest.fixture(scope="session")
def assailant() -> Assailant:
    """A record that attacks, in all its turns."""
    return Assailant()


@pytest.fixture(scope="session")
def everybody() -> dict[str, dict[str, Any]]:
    """Each example, and a record with every form in it, by name; not to be changed."""
    return {file.stem: data_of(file) for file in EXAMPLES} | {"full": whole_data(FULL)}


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """What axe-core finds in a window, or is not sure of."""
    file = HERE / "node_modules" / "axe-core" / "axe.min.js"
    if not file.is_file():
        absent("axe", "install it with `npm ci --prefix tests/browser`")
    source, asked = file.read_text("utf-8"), {"runOnly": RULES, "resultTypes": ["violations", "incomplete"]}

    def judge(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("asked => axe.run(document, asked)", asked)
        assert len(found["passes"]) > 10
        return [
            f"{each['id']}: {node['html'][:120]}"
            for each in found["violations"] + found["incomplete"]
            for node in each["nodes"]
        ]

    return judge
