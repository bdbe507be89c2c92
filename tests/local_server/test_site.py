"""Pages for people beside the FHIR: everybody at `/`, one person at `/people/ID`, and nothing without the token."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
import requests
from lxml import html as lxml_html

from fhir_matters import Record, jsonio, read
from fhir_matters.cli.joined import server_pages
from fhir_matters.local_server.access import one_token
from fhir_matters.local_server.serve import Running
from fhir_matters.local_server.site import _from_here
from fhir_matters.pages import page_for
from fhir_matters.view.html import html
from tests.local_server.conftest import patient
from tests.view.conftest import EXAMPLES

JSON = {"Content-Type": "application/fhir+json"}
TOKEN = "a very secret one"
SCRIPT = "<script>window.pwned=1</script>"


class Site(requests.Session):
    """The server, its address above the FHIR, and its people."""

    def __init__(self, running: Running) -> None:
        super().__init__()
        self.trust_env = False
        self.top = running.base.removesuffix("/fhir")
        self.base = running.base

    def put(self, resource: dict, **more) -> None:
        url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        assert requests.put(url, json=resource, timeout=30, **more).ok

    def page(self, path: str, status: int = 200, **how) -> lxml_html.HtmlElement:
        answer = self.get(f"{self.top}{path}", timeout=30, **how)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
        return lxml_html.fromstring(answer.content)


@pytest.fixture
def site():
    with Running(pages=server_pages()) as running, Site(running) as session:
        yield session


@pytest.fixture(scope="module")
def peopled():
    """Everybody of the examples."""
    with Running(pages=server_pages()) as running, Site(running) as session:
        for file in EXAMPLES:
            bundle = jsonio.write(Record.load(file).bundle("transaction"))
            assert session.post(session.base, data=bundle, headers=JSON, timeout=30).ok
        yield session


def words(element) -> str:
    return " ".join(element.text_content().split())


def people(page) -> dict[str, str]:
    """Where each page is, by the name that leads there."""
    return {words(link): link.get("href") for link in page.iterfind(".//ul[@class='everybody']/li/a")}


def test_everybody_is_listed_by_the_name_they_like_and_leads_to_their_page(peopled):
    listed = people(peopled.page("/"))
    assert set(listed) == {page_for(Record.load(file), None).called for file in EXAMPLES}
    for called, address in listed.items():
        assert words(peopled.page(address).find(".//h1")) == called


def test_the_page_is_the_one_that_view_draws_of_the_same_record(peopled):
    for address in people(peopled.page("/")).values():
        pulled = peopled.get(f"{peopled.base}/Patient/{address.rpartition('/')[2]}/$everything?_count=1000", timeout=30)
        alone = lxml_html.fromstring(html(page_for(read(pulled.json()), None)))
        served = peopled.page(address)
        ways = [link.get("href") for link in served.find(".//nav")]
        assert ways == ["/", f"{address}/ask"]
        served.find("body").remove(served.find(".//nav"))
        assert lxml_html.tostring(served) == lxml_html.tostring(alone)


def test_a_browser_is_held_to_the_policy_and_keeps_nothing(peopled):
    for path in ("/", *people(peopled.page("/")).values(), "/nowhere"):
        answer = peopled.get(f"{peopled.top}{path}", timeout=30)
        inside = lxml_html.fromstring(answer.content).find(".//meta[@http-equiv='Content-Security-Policy']")
        assert answer.headers["Content-Security-Policy"] == f"{inside.get('content')}; frame-ancestors 'none'"
        assert "'unsafe" not in inside.get("content")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_changes_on_the_server_is_on_the_page_at_once(site):
    site.put(patient("a", name=[{"text": "Ann"}]))
    assert people(site.page("/")) == {"Ann": "/people/a"}
    site.put(patient("a", name=[{"text": "Ann Again"}]))
    assert words(site.page("/people/a").find(".//h1")) == "Ann Again"
    site.delete(f"{site.base}/Patient/a", timeout=30)
    assert words(site.page("/").find(".//main/p")) == "Nobody is here yet."
    assert "deleted" in words(site.page("/people/a", 410))


def test_a_long_list_goes_on_and_comes_back(site):
    for number in range(203):
        site.put(patient(f"p{number}", name=[{"text": f"Person {number:03}", "family": f"{number:03}"}]))
    first = site.page("/")
    assert [*people(first)] == [f"Person {number:03}" for number in range(100)]
    (on,) = first.iterfind(".//main/nav/a")
    middle = site.page(on.get("href"))
    back, on = middle.iterfind(".//main/nav/a")
    assert people(site.page(back.get("href"))) == people(first)
    assert [*people(site.page(on.get("href")))] == ["Person 200", "Person 201", "Person 202"]


def test_a_name_can_be_looked_for(site):
    for identity, given, family in (("a", "Ann", "Lee"), ("b", "Ben", "Lee"), ("c", "Cy", "Moss, the elder")):
        site.put(patient(identity, name=[{"given": [given], "family": family}]))
    field = site.page("/").find(".//form/input")
    assert [*people(site.page(f"/?{field.get('name')}=lee+ann"))] == ["Ann Lee"]
    assert [*people(site.page("/?name=moss,"))] == ["Cy Moss, the elder"]
    asked = site.page("/?name=%22%3E%3Cscript%3E")
    assert words(asked.find(".//main/p")) == "Nobody by that name is here."
    assert asked.find(".//input").get("value") == '"><script>'


@pytest.mark.parametrize("given", ["x", "-1", "1" * 40])
def test_a_place_in_the_list_that_is_no_number_is_refused(site, given):
    assert "Expected a number" in words(site.page(f"/?from={given}", 400))


@pytest.mark.parametrize(
    "name",
    [
        None,
        "text",
        [],
        ["text"],
        [None],
        [{"text": {"a": 1}}],
        [{"given": "Ann", "family": ["Lee"]}],
        [{"use": "usual"}],
    ],
)
def test_whoever_has_no_name_that_can_be_read_is_listed_all_the_same(site, name):
    site.put(patient("a", name=name, birthDate={"no": "date"}))
    assert [*people(site.page("/")).values()] == ["/people/a"]


def test_what_cannot_be_drawn_says_so_without_a_word_of_it(site):
    site.put(patient("a", gender="male"))
    site.put({"resourceType": "Observation", "id": "o", "subject": {"reference": "Patient/a"}, "valueString": "Secret"})
    said = words(site.page("/people/a", 422))
    assert "No page can be drawn" in said
    assert "Secret" not in said


def test_a_failure_is_a_page_without_a_word_of_what_failed():
    def fails(_bundle):
        raise ValueError("Secret")

    with Running(pages=replace(server_pages(), person=fails)) as running, Site(running) as session:
        session.put(patient("a", name=[{"text": "Secret"}]))
        said = words(session.page("/people/a", 500))
    assert "The server failed." in said
    assert "Secret" not in said


@pytest.mark.parametrize(
    "path", ["/nowhere", "/people/nobody", f"/people/{SCRIPT}", "/people/%3Cimg%20src=x%3E", "/people", "/people/a/b"]
)
def test_an_address_that_leads_nowhere_is_a_page_that_leads_on(site, path):
    page = site.page(path, 404)
    assert {element.tag for element in page.iter()}.isdisjoint({"script", "img"})
    assert page.find(".//nav/a").get("href") == "/"
    assert "pwned" not in words(page)


def test_what_cannot_be_done_to_a_page_says_what_can(site):
    answer = site.post(f"{site.top}/", timeout=30)
    assert (answer.status_code, sorted(answer.headers["Allow"].split(", "))) == (405, ["GET", "HEAD"])


def test_the_fhir_beside_it_answers_as_ever(site):
    assert site.get(f"{site.base}/nowhere", timeout=30).json()["resourceType"] == "OperationOutcome"
    assert site.get(f"{site.base}/Patient/nobody", timeout=30).headers["Content-Type"].startswith("application/fhir")


def test_a_server_without_the_skill_has_no_pages():
    with Running() as running:
        answer = requests.get(running.base.removesuffix("/fhir") + "/", timeout=30)
    assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")


@pytest.fixture(scope="module")
def guarded():
    with Running(verify=one_token(TOKEN), pages=server_pages()) as running, Site(running) as session:
        session.put(patient("a", name=[{"text": "Ann"}]), headers={"Authorization": f"Bearer {TOKEN}"})
        yield session


@pytest.mark.parametrize("path", ["/", "/people/a", "/people/nobody"])
@pytest.mark.parametrize("given", [None, ("ann", ""), ("ann", "guessed"), (TOKEN, "")])
def test_without_the_token_nobody_is_shown_and_a_browser_asks_for_it(guarded, path, given):
    page = guarded.page(path, 401, auth=given)
    assert "token" in words(page)
    assert "Ann" not in words(page)
    asks = guarded.get(f"{guarded.top}{path}", auth=given, timeout=30).headers["WWW-Authenticate"]
    assert re.match(r'Basic realm="[^"]+"', asks)


@pytest.mark.parametrize("path", ["/", "/people/a"])
def test_the_token_opens_it_by_itself_and_as_a_password(guarded, path):
    assert "Ann" in words(guarded.page(path, headers={"Authorization": f"Bearer {TOKEN}"}))
    assert "Ann" in words(guarded.page(path, auth=("anybody", TOKEN)))


@pytest.mark.parametrize("given", ["Basic", "Basic !", "Basic /w==", "Digest x", "Bearer"])
def test_a_header_that_says_nothing_is_no_token(guarded, given):
    assert guarded.page("/", 401, headers={"Authorization": given}) is not None


def test_a_token_for_patients_alone_shows_the_list_and_no_page():
    with Running(verify={"some": "system/Patient.rs"}.get, pages=server_pages()) as running, Site(running) as session:
        session.page("/", auth=("", "some"))
        assert "not allowed" in words(session.page("/people/a", 403, auth=("", "some")))


@pytest.mark.parametrize(
    ("headers", "here"),
    [
        ({}, True),
        ({"origin": "http://localhost:8080"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost:8080"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://localhost:9090"}, False),
        ({"origin": "null"}, False),
    ],
)
def test_what_a_page_of_another_site_sends_is_known_by_what_the_browser_says(headers, here):
    call = SimpleNamespace(method="POST", header=headers.get, base="http://localhost:8080/fhir")
    assert _from_here(call) is here
