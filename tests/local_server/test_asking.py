"""The form of the local server: for somebody new and for somebody who is here, and what becomes of the answers."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from fhir_matters import Record, Validator, jsonio
from fhir_matters.cli.joined import server_pages
from fhir_matters.local_server.access import one_token
from fhir_matters.local_server.serve import Running
from tests.local_server.filling import JSON, Filling, words
from tests.local_server.test_site import SCRIPT
from tests.view.conftest import EXAMPLES

PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
HOME = Record.loads(
    "person: {name: Ivy Moss, born: '1951'}\n"
    "people: {una: {name: Una, roles: [not to be told]}, dan: {name: Dan, roles: [to be told, speaks for me]}}\n"
    "conversations: {talk: {when: '2026-03-03', with: [person, una, dan]}}\n"
    "preferences: {home: {kind: place of death, wish: home, words: In my bed., said_by: person, how_firm: very}}\n"
    "what_matters: {hush: {words: I am frightened., said_by: person, kind: worry}}\n"
    "sharing: {kept: {what: [hush], not_with: [dan], when: '2026-03-03'}}\n"
)


@pytest.fixture
def filling():
    with Running(pages=server_pages()) as running, Filling(running) as visitor:
        yield visitor


def saved(page) -> str:
    assert page.status == 303, page.listed
    return page.headers["Location"]


def test_somebody_new_has_a_page_and_valid_resources_after_saving(filling):
    assert "/ask" in [link.get("href") for link in filling.open("/").root.iter("a")]
    form = filling.open("/ask")
    typed = {"you.name": "Ivy Moss", "you.born": "17 May 1951", "joy~0.words": "Tea.", "end~0.wish": "home"}
    page = filling.open(saved(filling.fill("/ask", form, **typed)))
    assert words(page.root.find(".//h1")) == "Ivy Moss"
    assert "Tea." in words(page.root)
    record = filling.record(saved(filling.fill("/ask", filling.open("/ask"), **typed)))
    assert record.person.born == "1951-05-17"
    assert {said.kind: said.said_by for said in record.what_matters.values()} == {"joy": "person"}
    assert [wish.wish for wish in record.preferences.values()] == ["home"]
    assert Validator().validate(record.bundle()).ok


def test_what_is_sent_twice_is_one_person(filling):
    form = filling.open("/ask")
    saved(filling.fill("/ask", form, **{"you.name": "Ivy"}))
    versions = filling.versions()
    assert "saved before" in words(filling.fill("/ask", form, **{"you.name": "Ivy"}).root)
    assert filling.versions() == versions


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_form_that_is_opened_and_saved_writes_nothing(filling, file):
    record = Record.load(file)
    path = filling.put(record)
    versions = filling.versions()
    assert saved(filling.fill(f"{path}/ask", filling.open(f"{path}/ask"))) == path
    assert filling.versions() == versions
    assert filling.record(path) == record


def test_what_is_on_record_is_shown_and_what_is_kept_from_others_is_not(filling):
    path = filling.put(HOME)
    page = filling.open(f"{path}/ask")
    assert "In my bed." in words(page.root)
    assert "frightened" not in words(page.root)
    assert page.all("withheld") == ["Something on record is not shown here, as they asked. It stays as it is."]
    saved(filling.fill(f"{path}/ask", page, you__called="Ive"))
    after = filling.record(path)
    assert after.person.likes_to_be_called == "Ive"
    assert after.model_copy(update={"person": HOME.person, "id": None}) == HOME


def test_what_still_stands_and_what_is_seen_differently_is_kept_as_said_today(filling):
    path = filling.put(HOME)
    saved(filling.fill(f"{path}/ask", filling.open(f"{path}/ask"), **{"end~0.still": "stands"}))
    assert len(filling.record(path).preferences["home"].still_stands) == 1
    said = {"end~0.words": "With the nuns.", "end~0.wish": "hospice", "end~0.still": "differs"}
    saved(filling.fill(f"{path}/ask", filling.open(f"{path}/ask"), **said))
    new = filling.record(path).preferences["home-2"]
    assert (new.words, new.wish, new.replaces) == ("With the nuns.", "hospice", "home")
    assert "In my bed." not in words(filling.open(f"{path}/ask").root)


def test_a_person_whose_name_is_spelt_better_is_the_same_person(filling):
    path = filling.put(HOME)
    said = {"you.name": "Ivy Mosse"}
    assert saved(filling.fill(f"{path}/ask", filling.open(f"{path}/ask"), **said)) == path
    assert filling.get(f"{filling.base}/Patient?_summary=count", timeout=30).json()["total"] == 1
    assert filling.record(path).person.name.text == "Ivy Mosse"


def test_what_is_declined_is_kept_as_declined_and_not_asked_as_if_new(filling):
    declined = {"you.name": "Ivy", "cpr~0.answer": "declined-to-answer", "choices.answer": "not-now"}
    path = saved(filling.fill("/ask", filling.open("/ask"), **declined))
    assert [wish.answer for wish in filling.record(path).preferences.values()] == ["declined to answer"]
    again = filling.open(f"{path}/ask")
    assert again.fields["choices.answer"] == ["not-now"]
    assert again.fields["cpr~0.answer"] == ["declined-to-answer"]


def test_a_mistake_is_said_beside_the_field_and_at_the_top_and_nothing_typed_is_lost(filling):
    typed = {"you.name": "Ivy", "you.born": "1.2.51", "joy~0.words": "Tea.", "joy~0.said-by": "Una"}
    page = filling.fill("/ask", filling.open("/ask"), **typed)
    assert page.status == 422
    assert set(page.slips) == {"you.born"}
    page = filling.fill("/ask", page, you__born="1951")
    assert set(page.slips) == {"joy~0.said-by"}
    assert [link.get("href") for link in page.root.iterfind(".//div[@class='slips']//a")] == ["#joy~0.said-by"]
    assert {name: page.fields[name] for name in typed} == {
        **{name: [text] for name, text in typed.items()},
        "you.born": ["1951"],
    }
    (wrong,) = page.root.iterfind(".//*[@aria-invalid='true']")
    assert "joy~0.said-by-slip" in wrong.get("aria-describedby").split()
    assert filling.get(f"{filling.base}/Patient?_summary=count", timeout=30).json()["total"] == 0


def test_what_is_folded_away_is_open_where_something_in_it_is_wrong(filling):
    page = filling.fill("/ask", filling.open("/ask"), **{"you.name": "Ivy", "choices.choice~0.look-again": "soon"})
    folded = "//*[@id='choices.choice~0.look-again']/ancestor::details"
    assert [found.get("open") for found in page.root.xpath(folded)] == [""]
    assert not filling.open("/ask").root.xpath("//details[@open]")


def test_there_is_room_for_as_many_as_anybody_has_to_say(filling):
    page = filling.fill("/ask", filling.open("/ask"), do="more:joy", **{"you.name": "Ivy", "joy~0.words": "Tea."})
    assert page.status == 200
    assert [found.get("id") for found in page.root.iterfind(".//fieldset[@autofocus]")] == ["joy~1"]
    page = filling.fill("/ask", page, do="more:people.someone", **{"joy~1.words": "Bess."})
    typed = {"people.someone~0.name": "Dan", "people.someone~1.who": "The choir"}
    record = filling.record(saved(filling.fill("/ask", page, **typed)))
    assert {said.words for said in record.what_matters.values()} == {"Tea.", "Bess."}
    assert {someone.who or someone.name.text for someone in record.people.values()} == {"Dan", "The choir"}


def test_a_choice_is_weighed_in_the_form_with_its_options(filling):
    page = filling.fill("/ask", filling.open("/ask"), do="more:choices.choice~0.options", **{"you.name": "Ivy"})
    way = "choices.choice~0.options"
    typed = {
        "choices.choice~0.question": "Where now?",
        f"{way}~0.what": "Stay",
        f"{way}~0.as-things-are": "true",
        f"{way}~1.what": "Go home",
        f"{way}~1.considerations~0.for": "My own bed",
        f"{way}~1.considerations~0.domain": "social",
        f"{way}~1.considerations~0.weight.number": "9.50",
        f"{way}~1.considerations~0.weight.scale": "0 to 10",
        "choices.choice~0.decided.option": "go home",
        "choices.choice~0.decided.words": "Home then.",
    }
    (choice,) = filling.record(saved(filling.fill("/ask", page, **typed))).choices.values()
    assert (choice.decided.option, str(choice.options["go-home"].considerations[0].weight.number)) == (
        "go-home",
        "9.50",
    )


def test_a_picture_of_the_face_can_be_sent_and_is_not_lost_by_a_mistake_elsewhere(filling):
    picture = Path("examples/nia.png").read_bytes()
    files = [("you.face", ("me.png", picture, "image/png"))]
    page = filling.fill("/ask", filling.open("/ask"), files=files, you__name="Ivy", you__born="soon")
    assert set(page.slips) == {"you.born"}
    path = saved(filling.fill("/ask", page, you__born="1951"))
    face = filling.record(path).person.face
    assert face.size == len(picture)
    saved(filling.fill(f"{path}/ask", filling.open(f"{path}/ask"), you__called="Ive"))
    assert filling.record(path).person.face == face


@pytest.mark.parametrize("raw", [b"no picture at all", b"\x89PNG\r\n\x1a\n" + bytes(12_000_000)], ids=["kind", "size"])
def test_a_file_that_cannot_be_kept_is_said_beside_it(filling, raw):
    files = [("you.face", ("me.png", raw, "image/png"))]
    page = filling.fill("/ask", filling.open("/ask"), files=files, you__name="Ivy")
    assert set(page.slips) == {"you.face"}
    assert page.fields["you.name"] == ["Ivy"]
    saved(filling.fill("/ask", page))


def test_five_hundred_things_that_matter_are_all_in_the_form_and_are_kept(filling):
    said = "".join(f"  k{number}: {{words: 'Number {number}.', said_by: person, kind: joy}}\n" for number in range(500))
    path = filling.put(Record.loads(f"person: {{name: Ivy}}\nwhat_matters:\n{said}"))
    form, versions = filling.open(f"{path}/ask"), filling.versions()
    saved(filling.fill(f"{path}/ask", form, **{"joy~500.words": "One more."}))
    assert len(filling.record(path).what_matters) == 501
    assert filling.versions() == versions + 1


def test_a_form_that_somebody_else_has_overtaken_is_shown_again_before_it_is_saved(filling):
    path = filling.put(HOME)
    form = filling.open(f"{path}/ask")
    saved(filling.fill(f"{path}/ask", filling.open(f"{path}/ask"), you__called="Ive"))
    page = filling.fill(f"{path}/ask", form, **{"joy~0.words": "Tea."})
    assert page.status == 422
    assert "since this form was opened" in page.listed[0]
    saved(filling.fill(f"{path}/ask", page))
    assert [said.words for said in filling.record(path).what_matters.values() if said.kind == "joy"] == ["Tea."]


# What comes from elsewhere, or is no form.


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}],
    ids=["site", "origin", "hidden"],
)
def test_what_another_site_sends_is_refused_and_writes_nothing(filling, headers):
    page = filling.fill("/ask", filling.open("/ask"), headers=headers, you__name="Ivy")
    assert (page.status, filling.versions()) == (403, 0)


def test_what_comes_under_another_name_of_this_machine_is_refused(filling):
    page = filling.fill("/ask", filling.open("/ask"), headers={"Host": "evil.example"}, you__name="Ivy")
    assert (page.status, filling.versions()) == (400, 0)


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_what_does_not_come_from_a_form_of_this_server_is_shown_and_not_written(filling, token):
    page = filling.fill("/ask", filling.open("/ask"), token=token, you__name="Ivy")
    assert (page.status, filling.versions()) == (422, 0)
    saved(filling.fill("/ask", page))


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--x--", 415),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", PART, 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n1\r\n--x--", 400),
        ("application/x-www-form-urlencoded", b"a=&" * 20_001, 413),
        ("multipart/form-data; boundary=x", PART * 20_002 + b"--x--", 413),
        ("application/x-www-form-urlencoded", b"&".join(b"joy~%d.words=Tea" % n for n in range(2_001)), 413),
        ("application/x-www-form-urlencoded", b"joy~999999.words=Tea&joy~9999999.words=Tea&%00=%ff", 422),
    ],
)  # fmt: skip
def test_what_is_no_form_is_a_clear_page_and_writes_nothing(filling, kind, body, status):
    answer = filling.post(f"{filling.top}/ask", data=body, headers={"Content-Type": kind}, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert filling.versions() == 0


def test_a_hostile_record_and_hostile_answers_stay_text(filling):
    path = filling.put(
        Record.loads(f"person: {{name: '{SCRIPT}'}}\nwhat_matters: {{a: {{words: '{SCRIPT}', said_by: person}}}}")
    )
    page = filling.open(f"{path}/ask")
    again = filling.fill(f"{path}/ask", page, **{"you.born": SCRIPT, "joy~0.words": "\x00\x1b\u202e</textarea>"})
    for each in (page, again):
        assert list(each.root.iter("script")) == []
        assert not [name for found in each.root.iter() for name in found.attrib if name.startswith("on")]
    assert set(again.slips) == {"you.born", "joy~0.words"}


def test_nobody_without_the_token_asks_or_answers():
    with Running(pages=server_pages(), verify=one_token("key")) as running, Filling(running) as visitor:
        assert visitor.open("/ask").status == 401
        visitor.auth = ("", "key")
        form = visitor.open("/ask")
        visitor.auth = None
        assert visitor.fill("/ask", form, you__name="Ivy").status == 401
        visitor.auth = ("", "key")
        saved(visitor.fill("/ask", form, you__name="Ivy"))


def test_who_is_not_here_cannot_be_asked(filling):
    assert filling.open("/people/nobody/ask").status == 404
    assert requests.post(f"{filling.top}/people/nobody/ask", data={"a": "b"}, timeout=30).status_code == 404


def test_what_others_wrote_is_left_as_it_is_and_ours_stands_beside_it(filling):
    wish = {
        "resourceType": "Observation",
        "id": "w",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "95541-9"}], "text": "Care experience preference"},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-01-01",
        "performer": [{"reference": "Patient/p"}],
        "valueString": "The window open.",
    }
    for each in ({"resourceType": "Patient", "id": "p", "name": [{"text": "Pat"}]}, wish):
        url = f"{filling.base}/{each['resourceType']}/{each['id']}"
        assert requests.put(url, data=jsonio.write(each), headers=JSON, timeout=30).ok
    form = filling.open("/people/p/ask")
    assert "The window open." in words(form.root)
    saved(filling.fill("/people/p/ask", form, **{"joy~0.words": "Tea."}))
    assert filling.get(f"{filling.base}/Observation/w", timeout=30).headers["ETag"] == 'W/"1"'
    assert filling.get(f"{filling.base}/Patient?_summary=count", timeout=30).json()["total"] == 1
    assert "Tea." in words(filling.open("/people/p").root)
