"""The pages of the local server in a browser: found by name, each person's, and nothing without the token."""

from __future__ import annotations

import pytest

from fhir_matters import Record, jsonio
from fhir_matters.cli.joined import server_pages
from fhir_matters.local_server.access import one_token
from fhir_matters.local_server.serve import Running
from tests.browser.conftest import DESK, EXAMPLES, PHONE, SIZES, SMALL, with_letters_of
from tests.local_server.test_site import JSON, Site
from tests.view.hostile import ATTACKS

TOKEN = "a very secret one"


@pytest.fixture(scope="module")
def site(assailant):
    """A server with the people of the examples, one who attacks, and one with every attack for a name."""
    records = [*map(Record.load, EXAMPLES), Record.model_validate(assailant.turn(0))]
    with Running(pages=server_pages()) as running, Site(running) as session:
        for record in records:
            bundle = jsonio.write(record.bundle("transaction"))
            assert session.post(session.base, data=bundle, headers=JSON, timeout=30).ok
        for number, attack in enumerate(ATTACKS):
            session.put({"resourceType": "Patient", "id": f"x{number}", "name": [{"text": attack, "family": attack}]})
        yield session


@pytest.fixture
def visit(window, site):
    """Opens an address of the server; nothing but the server may be asked."""
    return lambda path="/", **how: window(f"{site.top}{path}", asks=f"{site.top}/", **how)


def test_everybody_is_found_by_name_and_their_page_leads_back(visit):
    page = visit()
    for called in ("Art", "Eirwen Tŷ Isaf"):
        page.get_by_role("link", name=called, exact=True).click()
        assert page.locator("h1").inner_text() == called
        assert page.locator(".face img").evaluate("face => face.naturalWidth") > 100
        page.locator("nav a[href='/']").click()
    assert page.locator("h1").inner_text() == "People"


def test_a_name_is_looked_for_with_the_keyboard_alone_and_without_a_script(visit):
    page = visit(java_script_enabled=False)
    page.keyboard.press("Tab")
    page.keyboard.type("barbara")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?name=barbara")
    assert page.locator(".everybody a").all_inner_texts() == ["Barbara"]
    page.get_by_role("searchbox", name="Look for a name").fill("nobody of that name")
    page.get_by_role("button", name="Look").click()
    assert "Nobody by that name" in page.locator("main").inner_text()


def test_names_that_attack_are_names_and_lead_nowhere_else(visit, site):
    page = visit()
    listed = [link.get_attribute("href") for link in page.locator(".everybody a").all()]
    assert len(listed) == len(EXAMPLES) + 1 + len(ATTACKS)
    assert all(address.startswith("/people/") for address in listed)
    drawn = [address for address in listed if site.get(f"{site.top}{address}", timeout=30).ok]
    assert len(drawn) >= len(listed) - 2
    for address in drawn:
        page.goto(f"{site.top}{address}")
        assert page.evaluate("window.pwned") is None


def test_axe_finds_nothing_on_the_list_and_where_there_is_no_page(visit, site, axe):
    page = visit()
    for size in (*SIZES.values(), SMALL):
        page.set_viewport_size(size)
        assert axe(page) == [], size
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.emulate_media(color_scheme="dark", contrast="more")
    assert axe(page) == []
    page.goto(f"{site.top}/?name=nobody")
    assert axe(page) == []
    with_letters_of(32, page)
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]


def test_where_there_is_nothing_it_says_so_and_leads_on(browser, site, axe):
    for size in (DESK, PHONE):
        page = browser.new_page(viewport=size)
        assert page.goto(f"{site.top}/people/<script>window.pwned=1<%2Fscript>").status == 404
        assert page.evaluate("window.pwned") is None
        assert axe(page) == []
        page.get_by_role("link").click()
        assert page.locator("h1").inner_text() == "People"
        page.close()


def test_no_other_site_can_show_it_in_a_frame(browser, site):
    with Running() as elsewhere:
        page = browser.new_page()
        page.goto(f"{elsewhere.base}/metadata")
        page.set_content(f"<iframe src='{site.top}/'></iframe>")
        page.wait_for_load_state()
        assert "People" not in [frame.title() for frame in page.frames]
        page.close()


def test_a_browser_is_asked_for_the_token_and_let_in_with_it(browser):
    with Running(verify=one_token(TOKEN), pages=server_pages()) as running, Site(running) as session:
        patient = {"resourceType": "Patient", "id": "a", "name": [{"text": "Ann"}]}
        session.put(patient, headers={"Authorization": f"Bearer {TOKEN}"})
        for given, status, heading in ((TOKEN, 200, "Ann"), ("guessed", 401, "There is no page")):
            page = browser.new_context(http_credentials={"username": "anybody", "password": given}).new_page()
            assert page.goto(f"{session.top}/people/a").status == status
            assert page.locator("h1").inner_text() == heading
            page.context.close()
