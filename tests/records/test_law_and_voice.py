"""Decisions in law, recordings and showing, the team, and who wrote it down: what each becomes, and comes back as."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records.forms import Ended
from fhir_matters.records.ids import value_of
from fhir_matters.records.privacy import for_reader
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


REFUSED = "kind: refusal of treatment, treatments: [a drip], when: 2026-01-03"


def test_a_decision_that_was_taken_back_is_inactive_and_says_when_by_whom_and_why() -> None:
    made = _legal(f"{{{REFUSED}, ended: {{when: 2026-02-01, by: person, why: I will have it}}}}")
    assert made["status"] == "inactive"
    assert _extension(made, "ended") == [
        {"url": "when", "valueDateTime": "2026-02-01"},
        {"url": "by", "valueReference": made["patient"]},
        {"url": "why", "valueString": "I will have it"},
    ]
    assert "taken back by Ivy, 2026-02-01, I will have it" in made["text"]["div"]


def test_where_nobody_knows_since_when_it_says_so() -> None:
    made = _legal(f"{{{REFUSED}, ended: {{}}}}")
    (when,) = _extension(made, "ended")
    assert when["_valueDateTime"]["extension"][0]["valueCode"] == "unknown"
    assert "since when and why is not on record" in made["text"]["div"]


def test_what_was_taken_back_does_not_bring_back_what_it_replaced() -> None:
    made = bundled(f"legal: {{l: {{{REFUSED}}}, m: {{{REFUSED}, replaces: l, ended: {{by: gwenno}}}}}}")
    assert {made["legal/l"]["status"], made["legal/m"]["status"]} == {"inactive"}


def test_who_could_decide_once_may_be_told_no_more() -> None:
    made = bundled("legal: {l: {kind: healthcare agent, agents: [eve], ended: {by: person}}}")
    assert made["legal/l"]["status"] == "inactive"


def _set(text: str, place: str, status: str) -> tuple[dict[str, Any], Record]:
    """The bundle of a record in which another system has set a status, and what is read of it; nothing is lost."""
    bundle = Record.loads(HEAD + text).bundle()
    next(e["resource"] for e in bundle["entry"] if value_of(e["resource"]) == f"a/{place}")["status"] = status
    record = read(bundle)
    found = {(value_of(e["resource"]), jsonio.spelt(e["resource"])) for e in record.bundle()["entry"]}
    assert found == {(value_of(e["resource"]), jsonio.spelt(e["resource"])) for e in bundle["entry"]}
    assert read(record.bundle()) == Record.loads(record.dump()) == record
    assert read(pulled(bundle)).model_copy(update={"other": record.other}) == record
    return bundle, record


@pytest.mark.parametrize(
    "own", [REFUSED, "kind: cpr decision, attempt_cpr: false", "kind: healthcare agent, agents: [gwenno]"]
)
def test_a_decision_that_another_system_ended_stands_no_longer_and_nobody_is_said_to_have_taken_it_back(
    own: str,
) -> None:
    _, record = _set(f"legal: {{l: {{{own}}}}}", "legal/l", "inactive")
    assert record.legal["l"].ended == Ended()


def test_a_status_that_the_record_explains_says_nothing_more() -> None:
    text = f"legal: {{l: {{{REFUSED}}}, m: {{{REFUSED}, replaces: l}}, n: {{{REFUSED}, valid_until: 2026-01}}}}\n"
    record = read(Record.loads(HEAD + text + "what_matters: {w: {words: x, said_by: person, when: 2026-03}}").bundle())
    assert {decision.ended for decision in record.legal.values()} == {None}


DIFFERS = "departures: {d: {protocol: Turning, left_out: At night}}"
TOLD = "what_matters: {w: {words: tea, said_by: person}}"


@pytest.mark.parametrize(
    ("text", "place", "status"),
    [
        *((f"legal: {{l: {{{REFUSED}}}}}", "legal/l", status) for status in ("draft", "proposed", "rejected")),
        *((DIFFERS, "departures/d", status) for status in ("revoked", "completed", "on-hold", "draft", "unknown")),
        ("plans: {p: {if: a fall, at_home: [help her]}}", "plans/p", "revoked"),
        ("plans: {p: {if: a fall, at_home: [help her]}}", "plans/p", "on-hold"),
        (TOLD, "what_matters/w", "cancelled"),
        (TOLD, "what_matters/w", "preliminary"),
        (
            "preferences: {p: {kind: cpr, wish: yes, said_by: person}}".replace("yes", "'yes'"),
            "preferences/p",
            "unknown",
        ),
        (f"recordings: {{r: {{content: {{data: {PIXEL}}}}}}}", "recordings/r", "not-done"),
        (f"{TOLD}\nsharing: {{s: {{what: [w], not_with: [joan]}}}}", "sharing/s", "entered-in-error"),
    ],
)
def test_what_by_its_status_is_not_so_is_kept_whole_and_no_form_says_that_it_is(
    text: str, place: str, status: str
) -> None:
    bundle, record = _set(text, place, status)
    section, key = place.split("/")
    assert key not in getattr(record, section)
    whole = next(e["resource"] for e in bundle["entry"] if value_of(e["resource"]) == f"a/{place}")
    assert whole in [kept.resource for kept in record.other]


@pytest.mark.parametrize("status", ["amended", "corrected"])
def test_what_was_amended_is_so(status: str) -> None:
    _, record = _set(TOLD, "what_matters/w", status)
    assert record.what_matters["w"].words == "tea"


def test_what_was_replaced_by_something_that_came_to_nothing_may_not_stand_again() -> None:
    """The one before was revoked as replaced; with its replacement on hold, nobody can say that it stands."""
    text = "departures: {d: {protocol: T, left_out: x}, e: {protocol: T, left_out: y, replaces: d}}"
    _, record = _set(text, "departures/e", "on-hold")
    assert record.departures == {}


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


@pytest.mark.parametrize("reader", [None, "joan", "menna"])
def test_what_was_to_be_shown_to_some_is_shown_to_nobody_once_that_has_ended(reader: str | None) -> None:
    record = _shown_again({"status": "inactive"})
    assert for_reader(record, reader, today=date(2026, 3, 3)).recordings == {}
    assert for_reader(record, "person", today=date(2026, 3, 3)).recordings.keys() == {"r"}


def test_a_face_is_shown_to_nobody_once_the_consent_to_it_has_ended() -> None:
    text = HEAD.replace("{name: Ivy}", f"{{name: Ivy, face: {{data: {PIXEL}}}, face_showing: {{to: [joan]}}}}")
    bundle = Record.loads(text).bundle()
    shown = read(bundle)
    assert for_reader(shown, "joan", today=date(2026, 3, 3)).person.face == shown.person.face
    next(e["resource"] for e in bundle["entry"] if value_of(e["resource"]) == "a/person/showing")["status"] = "inactive"
    assert for_reader(read(bundle), "joan", today=date(2026, 3, 3)).person.face is None


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
        (f"{{{REFUSED}, ended: {{when: 2026-01-02}}}}", "it ended before it was made"),
        (f"{{{REFUSED}, ended: {{}}, withdrawn: true}}", "was never decided, and cannot be taken back"),
        (f"{{{REFUSED}, ended: {{by: nobody}}}}", "l.ended.by: there is no 'nobody' in this record"),
        (
            "{kind: healthcare agent, agents: [gwenno], in: talk, ended: {when: 2025}}",
            "ended.when: it ended before the conversation in which it was made",
        ),
    ],
)
def test_a_decision_that_contradicts_itself_says_so(legal: str, said: str) -> None:
    with pytest.raises(RecordError) as caught:
        Record.loads(f"{HEAD}legal: {{l: {legal}}}")
    assert said in str(caught.value)
