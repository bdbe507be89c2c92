"""Decisions in law, recordings and showing, the team, and who wrote it down: what each becomes, and comes back as."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records.ids import value_of
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.servers import pulled
from tests.records.values import PDF, PIXEL, SOUND

HEAD = """id: a
person: {name: Ivy}
people:
  gwenno: {name: Gwenno, roles: [speaks for me], relation: my daughter, does: brings soup}
  eve: {name: Eve, roles: [not to be told]}
  joan: {name: Joan}
  bess: {who: "Bess, the dog", does: sleeps on the bed}
colleagues: {menna: {name: Menna, role: nurse, does: comes Tuesdays}}
conversations: {talk: {when: 2026-01-02, with: [person]}}
"""


def bundled(text: str) -> dict[str, Any]:
    """Each resource of the record by its place; it has come back whole, from a server too."""
    record = Record.loads(HEAD + text)
    bundle = record.bundle()
    for came in (bundle, pulled(bundle), record.bundle("transaction")):
        assert read(came) == record
        assert jsonio.write(read(came).bundle()) == jsonio.write(bundle)
    return {(value_of(e["resource"]) or "").removeprefix("a/"): e["resource"] for e in bundle["entry"]}


def _codes(concept: dict[str, Any]) -> list[str]:
    return [coding["code"] for coding in concept["coding"]]


def _extension(element: dict[str, Any], name: str) -> Any:
    found = next(e for e in element["extension"] if e["url"].rpartition("/")[2] == name)
    return next(value for key, value in found.items() if key != "url")


def _legal(text: str) -> dict[str, Any]:
    return bundled(f"legal: {{l: {text}}}")["legal/l"]


@pytest.mark.parametrize(("attempt", "type_", "category"), [("true", "permit", "acd"), ("false", "deny", "dnr")])
def test_a_cpr_decision_permits_or_denies(attempt: str, type_: str, category: str) -> None:
    made = _legal(f"{{kind: cpr decision, attempt_cpr: {attempt}, made_by: menna, agreed_by: [person], in: talk}}")
    assert made["provision"]["type"] == type_
    assert _codes(made["category"][0]) == [category, "cpr-decision"]
    assert made["performer"][0]["display"] == "Menna"
    assert made["dateTime"] == "2026-01-02"
    assert _codes(made["scope"]) == ["adr"]


def test_a_refusal_says_what_is_refused_when_and_how_far() -> None:
    made = _legal(
        "{kind: refusal of treatment, treatments: [dialysis, tubes], applies_when: If I sleep, "
        f"even_if_life_at_risk: false, witnessed_by: [Ann], kept: the tin, document: {{data: {PDF}, caption: signed}}}}"
    )
    assert made["provision"] == {"type": "deny", "code": [{"text": "dialysis"}, {"text": "tubes"}]}
    assert _extension(made, "even-if-life-at-risk") is False
    assert made["sourceAttachment"]["contentType"] == "application/pdf"
    assert made["sourceAttachment"]["hash"] == "7AuVAdL7Jif2RyOvhjx1kbv2on0="


def test_an_attorney_has_a_role_and_alone_is_the_first() -> None:
    made = _legal(
        "{kind: lasting power of attorney, agents: [gwenno], powers: [where I live], "
        "registered: {system: 'https://ids.example', value: 7}}"
    )
    assert _codes(made["scope"]) == ["adr", "75786-4"]
    (actor,) = made["provision"]["actor"]
    assert _codes(actor["role"]) == ["HPOWATT", "75783-1"]
    assert made["identifier"][1] == {"system": "https://ids.example", "value": "7"}
    assert _extension(made["provision"], "power") == "where I live"


def test_of_several_agents_none_is_said_to_be_the_first() -> None:
    made = _legal("{kind: healthcare agent, agents: [gwenno, joan]}")
    assert [_codes(actor["role"]) for actor in made["provision"]["actor"]] == [["AGNT"], ["AGNT"]]


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ("{kind: cpr decision, attempt_cpr: true, replaces: l}", "inactive"),
        ("{kind: cpr decision, attempt_cpr: true, replaces: l, withdrawn: true}", "active"),
        ("{kind: cpr decision, attempt_cpr: true}", "active"),
    ],
)
def test_a_decision_that_was_replaced_is_inactive_and_stays_readable(other: str, status: str) -> None:
    made = bundled(f"legal: {{l: {{kind: cpr decision, attempt_cpr: false, valid_until: 2027}}, m: {other}}}")
    assert made["legal/l"]["status"] == status


def test_a_decision_of_somebody_unknown_is_kept_and_given_to_nobody_else() -> None:
    record = Record.loads(HEAD + "legal: {l: {kind: healthcare agent, agents: [gwenno, joan], made_by: joan}}")
    bundle = record.bundle()
    bundle["entry"] = [e for e in bundle["entry"] if value_of(e["resource"]) != "a/people/joan"]
    again = read(bundle)
    assert again.legal == {}
    assert [kept.resource["resourceType"] for kept in again.other if kept.resource] == ["Consent"]


def test_a_refusal_that_says_yes_is_not_read_as_one() -> None:
    bundle = Record.loads(HEAD + "legal: {l: {kind: refusal of treatment, treatments: [dialysis]}}").bundle()
    next(e["resource"] for e in bundle["entry"] if value_of(e["resource"]) == "a/legal/l")["provision"]["type"] = (
        "permit"
    )
    assert read(bundle).legal == {}


@pytest.mark.parametrize(("data", "kind"), [(PIXEL, "image"), (SOUND, "audio"), (PDF, None)])
def test_a_recording_is_carried_whole_and_says_what_it_is(data: str, kind: str | None) -> None:
    made = bundled(
        f"recordings: {{r: {{content: {{data: {data}, caption: c}}, shows: her, made_by: gwenno, in: talk}}}}"
    )
    media = made["recordings/r"]
    assert media.get("type", {"coding": [{"code": None}]})["coding"][0]["code"] == kind
    assert media["content"]["data"] == data
    assert media["note"] == [{"text": "her"}]
    assert media["createdDateTime"] == "2026-01-02"


def test_words_refer_to_the_recording_in_which_they_are_heard() -> None:
    text = f"recordings: {{r: {{content: {{data: {SOUND}}}}}}}\n"
    made = bundled(text + "what_matters: {w: {words: tea, said_by: person, recording: r}}")
    assert len(made["what_matters/w"]["derivedFrom"]) == 1


def test_showing_is_a_consent_to_those_alone_and_in_their_words() -> None:
    said = "{to: [menna], words: Show it, until: 2026-07-01}"
    made = bundled(f"recordings: {{r: {{content: {{data: {PIXEL}}}, showing: {said}}}}}")
    shown = made["recordings/r/showing"]
    assert _extension(shown, "in-their-words") == "Show it"
    assert shown["provision"]["type"] == "permit"
    assert shown["provision"]["period"] == {"end": "2026-07-01"}
    assert shown["provision"]["actor"][0]["reference"]["display"] == "Menna"


def test_a_face_that_nobody_may_be_shown_says_so_of_the_person() -> None:
    text = HEAD.replace("{name: Ivy}", f"{{name: Ivy, face: {{data: {PIXEL}}}, face_showing: {{allowed: false}}}}")
    record = Record.loads(text)
    assert read(record.bundle()) == record
    shown = next(e["resource"] for e in record.bundle()["entry"] if value_of(e["resource"]) == "a/person/showing")
    assert shown["provision"]["type"] == "deny"
    assert shown["provision"]["data"][0]["reference"]["reference"] == record.bundle()["entry"][0]["fullUrl"]


def _shown_again(change: dict[str, Any], gone: str = "") -> Record:
    """A recording that may be shown to one person, after somebody changed the consent or left something out."""
    text = f"recordings: {{r: {{content: {{data: {PIXEL}}}, showing: {{to: [joan]}}}}}}"
    bundle = Record.loads(HEAD + text).bundle()
    bundle["entry"] = [e for e in bundle["entry"] if value_of(e["resource"]) != gone]
    next(e["resource"] for e in bundle["entry"] if value_of(e["resource"]) == "a/recordings/r/showing").update(change)
    return read(bundle)


@pytest.mark.parametrize(("change", "gone"), [({"status": "inactive"}, ""), ({}, "a/people/joan")])
def test_a_consent_that_ended_or_names_somebody_unknown_is_kept_and_permits_nothing(
    change: dict[str, Any], gone: str
) -> None:
    again = _shown_again(change, gone)
    assert again.recordings["r"].showing is None
    assert any((kept.resource or {}).get("resourceType") == "Consent" for kept in again.other)


def test_the_team_has_everybody_who_does_something_by_name_and_nobody_who_is_not_to_be_told() -> None:
    team = bundled("")["team"]
    assert [p["member"]["display"] for p in team["participant"]] == ["Menna", "Gwenno"]
    assert team["participant"][0]["role"] == [{"text": "nurse; comes Tuesdays"}]
    assert _codes(team["participant"][1]["role"][0]) == ["speaks-for-me"]
    assert team["participant"][1]["role"][0]["text"] == "my daughter; speaks for me; brings soup"
    assert _extension(team, "not-to-be-told")["display"] == "Eve"


def test_where_there_is_nobody_there_is_no_team() -> None:
    bundle = Record.loads("person: {name: Ivy}\npeople: {joan: {name: Joan}, bess: {who: Bess}}").bundle()
    assert [e["resource"]["resourceType"] for e in bundle["entry"]] == ["Patient", "RelatedPerson"]


WRITTEN = "{by: menna, when: 2026-01-03, on_behalf_of: Ward 7, form: About Me}"


def _talk(written: str) -> str:
    return f"conversations: {{t: {{when: 2026-01-02, written_down: {written}}}}}\n"


def _provenance(text: str, place: str) -> dict[str, Any]:
    record = Record.loads(HEAD.replace("conversations: {talk: {when: 2026-01-02, with: [person]}}\n", "") + text)
    assert read(pulled(record.bundle())) == record
    return next(e["resource"] for e in record.bundle()["entry"] if value_of(e["resource"]) == f"a/{place}/provenance")


def test_what_was_said_in_a_talk_was_written_down_by_whoever_wrote_down_the_talk() -> None:
    text = _talk(WRITTEN) + "what_matters: {w: {words: tea, said_by: gwenno, in: t}}"
    found = _provenance(text, "what_matters/w")
    assert [_codes(agent["type"])[0] for agent in found["agent"]] == ["author", "enterer"]
    assert [agent["who"]["display"] for agent in found["agent"]] == ["Gwenno", "Menna"]
    assert found["agent"][1]["onBehalfOf"] == {"display": "Ward 7"}
    assert found["entity"] == [{"role": "source", "what": {"display": "About Me"}}]
    assert found["occurredDateTime"] == "2026-01-02"


def test_a_day_is_no_instant_and_no_time_of_day_is_made_up() -> None:
    found = _provenance(_talk(WRITTEN), "conversations/t")
    assert "recorded" not in found
    assert [e["url"].rpartition("/")[2] for e in found["_recorded"]["extension"]] == [
        "data-absent-reason",
        "written-when",
    ]


def test_an_instant_is_when_it_was_recorded() -> None:
    found = _provenance(_talk("{by: menna, when: 2026-01-03T09:00:00Z}"), "conversations/t")
    assert found["recorded"] == "2026-01-03T09:00:00Z"


@pytest.mark.parametrize(
    ("written", "who"), [("{form: x}", "not on record"), ("{form: x, on_behalf_of: Ward 7}", "Ward 7")]
)
def test_where_nobody_is_known_by_name_it_says_so(written: str, who: str) -> None:
    assert _provenance(_talk(written), "conversations/t")["agent"][0]["who"] == {"display": who}


def test_a_transaction_puts_what_no_search_could_find_under_the_same_id_every_time() -> None:
    record = Record.loads(HEAD + "what_matters: {w: {words: tea, said_by: person, written_down: {by: menna}}}")
    entries = record.bundle("transaction")["entry"]
    (put,) = [e for e in entries if e["resource"]["resourceType"] == "Provenance"]
    assert put["request"] == {"method": "PUT", "url": f"Provenance/{put['fullUrl'].removeprefix('urn:uuid:')}"}
    assert put["resource"]["id"] == put["fullUrl"].removeprefix("urn:uuid:")
    assert all("ifNoneExist" in e["request"] for e in entries if e is not put)


@pytest.mark.parametrize(
    ("legal", "said"),
    [
        ("{kind: cpr decision}", "attempt_cpr says what a cpr decision is"),
        ("{kind: refusal of treatment}", "treatments says what is refused"),
        ("{kind: healthcare agent}", "agents says who may decide"),
        ("{kind: healthcare agent, agents: [eve]}", "'eve' is to decide for the person and is “not to be told”"),
        ("{kind: healthcare agent, agents: [menna]}", "'menna' is a colleague; this must be someone"),
        ("{kind: healthcare agent, agents: [gwenno], even_if_life_at_risk: true}", "goes with a refusal of treatment"),
        ("{kind: healthcare agent, agents: [gwenno], valid_from: 2027, valid_until: 2026}", "valid_from is after"),
    ],
)
def test_a_decision_that_contradicts_itself_says_so(legal: str, said: str) -> None:
    with pytest.raises(RecordError) as caught:
        Record.loads(f"{HEAD}legal: {{l: {legal}}}")
    assert said in str(caught.value)
