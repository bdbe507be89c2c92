"""XML and JSON, in and out: one resource, whichever way it came, and nothing cut down on the way."""

from __future__ import annotations

import gzip

import pytest

from fhir_matters import jsonio, xmlio
from fhir_matters.cli.joined import server_shapes, server_skills
from fhir_matters.local_server.formats import wanted
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.serve import Running
from tests.local_server.conftest import Web, patient

XML = "application/fhir+xml"
FHIR = 'xmlns="http://hl7.org/fhir"'


@pytest.fixture(scope="module")
def both():
    with Running(shapes=server_shapes) as running, Web(running.base) as web:
        yield web


def sent(web, method, path, body, **headers):
    return web.request(method, web.base + path, data=body, headers={"Content-Type": XML, **headers}, timeout=30)


def parsed(answer):
    assert answer.headers["Content-Type"].startswith(XML)
    document = xmlio.parse(answer.content, server_shapes)
    assert document.problems == []
    return document.resource


def test_what_comes_in_one_format_goes_out_in_either(both):
    body = f'<Patient {FHIR}><id value="x"/><multipleBirthInteger value="2"/></Patient>'
    made = sent(both, "PUT", "/Patient/x", body, Accept=XML)
    assert (made.status_code, parsed(made)["multipleBirthInteger"]) == (201, 2)
    assert both("GET", "/Patient/x").json()["multipleBirthInteger"] == 2
    again = both("PUT", "/Patient/x", both("GET", "/Patient/x").json())
    assert again.headers["ETag"] == 'W/"1"'


def test_numbers_are_as_they_were_spelt(both):
    body = f'<Basic {FHIR}><id value="n"/><extension url="u"><valueDecimal value="1.10"/></extension></Basic>'
    assert sent(both, "PUT", "/Basic/n", body).status_code == 201
    assert b'"valueDecimal":1.10' in both("GET", "/Basic/n").content
    assert b'value="1.10"' in both("GET", "/Basic/n", Accept=XML).content


@pytest.mark.parametrize("path", ["/Patient", "/Patient/_history", "/metadata", "/Patient/nobody", "/Patient?colour=x"])
def test_every_answer_can_be_had_in_xml(both, path):
    answer = both("GET", f"{path}{'&' if '?' in path else '?'}_format=xml")
    assert parsed(answer)["resourceType"] == jsonio.read(both("GET", path).content)["resourceType"]


def test_a_transaction_may_be_in_xml(both):
    body = (
        f'<Bundle {FHIR}><type value="transaction"/><entry><resource><Patient><id value="t"/></Patient></resource>'
        '<request><method value="PUT"/><url value="Patient/t"/></request></entry></Bundle>'
    )
    answer = parsed(sent(both, "POST", "", body, Accept=XML))
    assert answer["entry"][0]["response"]["status"] == "201"


@pytest.mark.parametrize(
    "body",
    [
        "<Patient",
        "<Patient/>",
        f"<Song {FHIR}/>",
        f'<Patient {FHIR}><song value="Ave"/></Patient>',
        f'<Patient {FHIR} colour="red"><active value="true"/></Patient>',
        f"<Patient {FHIR}>Ave<active value='true'/></Patient>",
        f"<!DOCTYPE Patient [<!ENTITY e 'x'>]><Patient {FHIR}><language value='&e;'/></Patient>",
    ],
)
def test_xml_that_would_lose_something_is_refused(both, body):
    answer = sent(both, "POST", "/Patient", body)
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")
    assert "Ave" not in answer.text


def test_what_xml_cannot_say_is_not_shown_without_it(both):
    assert both("PUT", "/Patient/song", patient("song", favouriteSong="Ave")).status_code == 201
    answer = both("GET", "/Patient/song", Accept=XML)
    assert (answer.status_code, parsed(answer)["resourceType"]) == (406, "OperationOutcome")
    assert both("GET", "/Patient/song").json()["favouriteSong"] == "Ave"


def test_without_the_definitions_there_is_no_xml_and_none_is_claimed(web, both):
    assert sent(web, "POST", "/Patient", f"<Patient {FHIR}/>").status_code == 415
    assert "xml" not in web("GET", "/metadata").json()["format"]
    assert "xml" in both("GET", "/metadata").json()["format"]


@pytest.mark.parametrize(
    ("accept", "asked", "expected"),
    [
        ("", None, "json"),
        ("*/*", None, "json"),
        (XML, None, "xml"),
        (f"{XML};q=0.5, application/fhir+json", None, "json"),
        (f"{XML};q=1.0, application/fhir+json;q=1.0", None, "xml"),
        (f"text/html, {XML}; q=0.9, */*;q=0.8", None, "xml"),
        (XML, "json", "json"),
        ("application/fhir+json", "application/fhir xml", "xml"),
        ("application/fhir+json; fhirVersion=4.0; charset=utf-8", None, "json"),
    ],
)
def test_the_format_is_the_one_that_the_client_likes_best(accept, asked, expected):
    assert wanted(accept, asked, xml=True) == expected


@pytest.mark.parametrize("accept", ["text/turtle", "application/fhir+json;q=0", "image/*"])
def test_another_format_is_refused(accept):
    with pytest.raises(RefusalError) as refused:
        wanted(accept, None, xml=True)
    assert refused.value.status == 406


def test_a_body_may_be_compressed_and_not_without_end(web, monkeypatch):
    body = gzip.compress(jsonio.write(patient("z", active=True)))
    headers = {"Content-Type": "application/fhir+json", "Content-Encoding": "gzip"}
    put = lambda data: web.put(f"{web.base}/Patient/z", data=data, headers=headers, timeout=30)  # noqa: E731
    assert put(body).status_code == 201
    assert web("GET", "/Patient/z").json()["active"] is True
    assert put(b"no gzip").status_code == 400
    assert put(body[:-9]).status_code == 400
    monkeypatch.setattr("fhir_matters.local_server.calls.MOST_BYTES", 1000)
    assert put(gzip.compress(b" " * 100_000)).status_code == 413


def test_all_skills_together_are_what_the_command_serves():
    skills = server_skills()
    assert skills.patcher is not None
    assert skills.shapes is not None
    assert skills.verify is None
