"""The form of the local server in a browser: filled in by mouse, by keyboard, on a phone, and by whoever is hostile."""

from __future__ import annotations

import pytest

from fhir_matters import Record, Validator
from fhir_matters.cli.joined import server_pages
from fhir_matters.local_server.serve import Running
from tests.browser.conftest import DESK, PHONE, SIZES, SMALL, with_letters_of
from tests.browser.test_access import REACHED
from tests.conftest import ROOT
from tests.local_server.filling import Filling
from tests.view.hostile import Assailant

# What the browser says of an answer that is no 2xx, though it is a page like any other.
NOT_TAKEN = "the server responded with a status of 422"


@pytest.fixture(scope="module")
def server():
    with Running(pages=server_pages()) as running, Filling(running) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def barbara(server):
    return server.put(Record.load(ROOT / "examples" / "barbara.yaml"))


@pytest.fixture
def visit(window, server):
    return lambda path, **how: window(f"{server.top}{path}", asks=f"{server.top}/", **how)


def ended_at(page, server) -> str:
    """The path of the page of the person, where the form has led to it."""
    page.wait_for_url("**/people/*")
    return page.url.removeprefix(server.top)


def unbarred(page):
    """Without the bar that saves over the text: axe-core cannot tell what stands behind a bar."""
    page.evaluate("document.querySelector('.saving').style.position = 'static'")
    return page


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_new_is_asked_and_what_they_say_is_on_their_page_and_on_the_server(visit, server, scripts):
    page = visit("/", java_script_enabled=scripts)
    page.get_by_role("link", name="Somebody new").click()
    page.get_by_label("What is your name?").fill("Ivy Moss")
    page.get_by_label("What would you like us to call you?").fill("Ive")
    page.locator("[id='you.face']").set_input_files(ROOT / "examples" / "nia.png")
    page.get_by_role("region", name="What gives you joy?").get_by_label("In your own words").fill("Tea in the garden.")
    end = page.get_by_role("region", name="Where would you want to be at the end of your life?")
    end.get_by_label("Home", exact=True).check()
    page.get_by_role("region", name="If your heart stops").get_by_label("Or, if you would rather not").select_option(
        "declined-to-answer"
    )
    page.get_by_role("button", name="Save").click()
    path = ended_at(page, server)
    assert page.locator("h1").inner_text() == "Ive"
    assert page.get_by_text("Tea in the garden.").count() == 1
    assert page.locator(".face img").bounding_box()["width"] > 50
    record = server.record(path)
    assert record.person.face.size == (ROOT / "examples" / "nia.png").stat().st_size
    assert {wish.kind: wish.wish or wish.answer for wish in record.preferences.values()} == {
        "place of death": "home",
        "cpr": "declined to answer",
    }
    assert Validator().validate(record.bundle()).ok


def test_the_keyboard_alone_fills_it_in_and_saves(visit, server):
    page = visit("/ask")
    page.keyboard.press("Tab")  # the way back
    page.keyboard.press("Tab")
    for topic in page.locator(".topics a").all():
        assert topic.is_visible()
        page.keyboard.press("Tab")
    for typed in ("Ivy by keys", "Ive", "1951", ""):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # Would an interpreter help? leave it open → yes
    page.keyboard.press("Tab")
    page.keyboard.type("Slowly.")
    page.keyboard.press("Enter")  # a new line, and nothing is sent
    page.keyboard.type("On the left.")
    page.get_by_label("What would you like us to call you?").focus()
    page.keyboard.press("Enter")
    person = server.record(ended_at(page, server)).person
    assert (person.name.text, person.born, person.interpreter) == ("Ivy by keys", "1951", True)
    assert person.communicates == "Slowly.\nOn the left."


def test_wherever_the_keyboard_is_one_sees_it(visit, barbara):
    page = visit(f"{barbara}/ask", size=PHONE)
    for summary in page.locator("summary").all()[:3]:
        summary.click()
    page.locator("h1").click()
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(REACHED)
        assert at is None or (at["marked"] and at["shown"]), page.evaluate("document.activeElement.outerHTML")
        hidden = page.evaluate(
            """() => { const e = document.activeElement, b = e.getBoundingClientRect(),
            bar = document.querySelector('.saving'); if (bar.contains(e)) return false;
            return b.top >= bar.getBoundingClientRect().top }"""
        )
        assert not hidden, "behind the bar that saves"


def test_what_is_on_record_stands_before_the_question_and_what_changed_stands_with_what_was_said(visit, server):
    path = server.put(
        Record.loads("{person: {name: Una}, what_matters: {a: {words: The sea., said_by: person, kind: joy}}}")
    )
    page = visit(f"{path}/ask")
    joy = page.get_by_role("region", name="What gives you joy?")
    assert joy.get_by_text("The sea.", exact=True).first.is_visible()
    assert not joy.get_by_label("In your own words").first.is_visible()
    joy.get_by_label("No, I see it differently now").check()
    joy.get_by_text("Change it, or say more").click()
    joy.get_by_label("In your own words").first.fill("The garden.")
    page.get_by_role("button", name="Save").click()
    assert ended_at(page, server) == path
    assert page.get_by_text("The garden.").first.is_visible()
    said = server.record(path).what_matters
    assert [each.words for each in said.values() if each.replaces == "a"] == ["The garden."]
    assert said["a"].words == "The sea."


def test_a_mistake_is_told_first_and_beside_the_field_and_all_else_is_as_it_was_typed(browser, server, axe):
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{server.top}/ask")
    page.get_by_label("What is your name?").fill("Ivy")
    page.get_by_label("When were you born?").fill("1.2.51")
    page.get_by_role("button", name="Save").click()
    told = page.get_by_role("alert")
    page.wait_for_function("document.activeElement.role === 'alert'")
    assert page.title().startswith("Not saved yet")
    assert axe(unbarred(page)) == []
    told.get_by_role("link").click()
    born = page.get_by_label("When were you born?")
    assert born.evaluate(
        "born => { const b = born.getBoundingClientRect(); return b.top > 0 && b.bottom < innerHeight }"
    )
    assert "17 May 1934" in page.locator("[id='you.born-slip']").inner_text()
    assert (born.input_value(), page.get_by_label("What is your name?").input_value()) == ("1.2.51", "Ivy")
    born.fill("1 February 1951")
    page.get_by_role("button", name="Save").click()
    assert server.record(ended_at(page, server)).person.born == "1951-02-01"
    page.context.close()


def test_room_for_one_more_is_where_the_keyboard_is(visit, server):
    page = visit("/ask")
    page.get_by_label("What is your name?").fill("Ivy")
    people = page.get_by_role("region", name="The people in your life")
    people.get_by_label("Their name").fill("Dan")
    people.get_by_role("button", name="Add another: Someone who matters to you").click()
    page.wait_for_function("document.activeElement.id === 'people.someone~1'")
    page.keyboard.press("Tab")
    page.keyboard.type("Una")
    page.get_by_role("button", name="Save").click()
    record = server.record(ended_at(page, server))
    assert {someone.name.text for someone in record.people.values()} == {"Dan", "Una"}


def test_axe_finds_nothing_for_somebody_new_on_a_phone_and_for_somebody_known_at_a_desk(visit, barbara, axe):
    for path, size in (("/ask", PHONE), (f"{barbara}/ask", DESK)):
        page = unbarred(visit(path, size=size))
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert axe(page) == [], path
    page.emulate_media(color_scheme="dark", contrast="more")
    assert axe(page) == []


def test_nothing_is_wider_than_the_window_also_with_large_letters(visit, barbara):
    page = visit(f"{barbara}/ask")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for letters in (16, 32):
        with_letters_of(letters, page)
        for size in (*SIZES.values(), SMALL):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (letters, size)


def test_a_hostile_record_stays_text_in_the_form_and_is_saved_as_it_was(visit, server):
    record = Record.model_validate(Assailant().turn(0))
    path = server.put(record)
    before, versions = server.record(path), server.versions()
    page = visit(f"{path}/ask")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("window.pwned") is None
    page.get_by_role("button", name="Save").click()
    assert ended_at(page, server) == path
    assert (server.record(path), server.versions()) == (before, versions)


def test_a_page_of_another_site_cannot_send_it(browser, server):
    versions = server.versions()
    with Running() as elsewhere:
        page = browser.new_page()
        page.goto(f"{elsewhere.base}/metadata")
        page.set_content(
            f"<form method=post action={server.top}/ask><input name=you.name value=Ivy><button>Go</button></form>"
        )
        with page.expect_navigation() as sent:
            page.get_by_role("button").click()
        assert sent.value.status == 403
        page.context.close()
    assert server.versions() == versions
