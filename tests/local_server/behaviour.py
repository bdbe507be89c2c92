"""How a FHIR R4 server behaves, as functions from a server to plain facts: they judge nothing, and know no server."""

from __future__ import annotations

import base64
import json
from uuid import uuid4

from tests.local_server.asked import JSON, JSON_PATCH, XML


def versions(ask):
    """A life: created, changed, stale, deleted, brought back."""
    identity = ask.made(ask.patient())
    body = {**ask.patient(active=True), "id": identity}
    changed = ask("PUT", f"Patient/{identity}", body, If_Match='W/"1"')
    stale = ask("PUT", f"Patient/{identity}", {**body, "active": False}, If_Match='W/"1"')
    gone = ask("DELETE", f"Patient/{identity}")
    read = [ask("GET", f"Patient/{identity}{each}").status_code for each in ("", "/_history/1", "/_history/3")]
    back = ask("PUT", f"Patient/{identity}", body)
    told = [each["request"]["method"] for each in ask("GET", f"Patient/{identity}/_history").json()["entry"]]
    return changed.headers["ETag"], stale.status_code, gone.status_code // 100, read, back.headers["ETag"], told


def same_again(ask):
    """What changes nothing makes no version."""
    identity = ask.made(ask.patient())
    body = {"resourceType": "Patient", "id": identity, **ask.patient()}
    return [ask("PUT", f"Patient/{identity}", body).headers["ETag"] for _ in range(2)]


def conditional_read(ask):
    identity = ask.made(ask.patient())
    return [ask("GET", f"Patient/{identity}", If_None_Match=f'W/"{number}"').status_code for number in (1, 2)]


def conditional_create(ask):
    condition = f"identifier={ask.mark}|1"
    twice = [ask("POST", "Patient", ask.patient(), If_None_Exist=condition) for _ in range(2)]
    ask.made(ask.patient())
    many = ask("POST", "Patient", ask.patient(), If_None_Exist=condition)
    return [each.status_code for each in (*twice, many)], twice[0].json()["id"] == twice[1].json()["id"]


def conditional_update(ask):
    where = f"Patient?identifier={ask.mark}|1"
    answers = [ask("PUT", where, ask.patient(active=active)) for active in (True, False)]
    ask.made(ask.patient())
    return [each.status_code for each in (*answers, ask("PUT", where, ask.patient()))]


def conditional_delete(ask):
    where = f"Patient?identifier={ask.mark}|1"
    ask.made(ask.patient())
    one = ask("DELETE", where).status_code // 100
    for _ in range(2):
        ask.made(ask.patient())
    return one, ask("DELETE", where).status_code, len(ask.matches(where))


def preferred(ask):
    answers = [ask("POST", "Patient", ask.patient(), Prefer=f"return={what}") for what in ("minimal", "representation")]
    outcome = ask("POST", "Patient", ask.patient(), Prefer="return=OperationOutcome")
    return [len(answers[0].content), *(each.json()["resourceType"] for each in (answers[1], outcome))]


def json_patch(ask):
    identity = ask.made(ask.patient(active=True, birthDate="1936"))
    good = [{"op": "test", "path": "/active", "value": True}, {"op": "replace", "path": "/active", "value": False}]
    done = ask("PATCH", f"Patient/{identity}", good, Content_Type=JSON_PATCH)
    bad = [{"op": "remove", "path": "/birthDate"}, {"op": "test", "path": "/active", "value": True}]
    refused = ask("PATCH", f"Patient/{identity}", bad, Content_Type=JSON_PATCH)
    kept = ask("GET", f"Patient/{identity}").json()
    return done.status_code, refused.status_code // 100, kept["active"], kept["birthDate"], kept["meta"]["versionId"]


def operation(**parts):
    kinds = {"type": "valueCode", "index": "valueInteger", "source": "valueInteger", "destination": "valueInteger"}
    listed = [
        {"name": name, **(value if isinstance(value, dict) else {kinds.get(name, "valueString"): value})}
        for name, value in parts.items()
    ]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": listed}]}


def fhirpath_patch(ask):
    """Each operation on a Patient of its own: the status, and what became of it."""
    names = [{"family": "a", "given": ["x", "y"]}, {"family": "b"}]
    telecom = {"name": "value", "valueContactPoint": {"value": "7"}}
    told = []
    for parts in (
        {"type": "add", "path": "Patient", "name": "birthDate", "value": {"valueDate": "1936"}},
        {"type": "add", "path": "Patient", "name": "telecom", "value": {"valueContactPoint": {"value": "7"}}},
        {"type": "add", "path": "Patient", "name": "contact", "value": {"part": [{**telecom, "name": "telecom"}]}},
        {"type": "add", "path": "Patient", "name": "deceased", "value": {"valueBoolean": False}},
        {"type": "insert", "path": "Patient.name", "index": 1, "value": {"valueHumanName": {"family": "c"}}},
        {"type": "delete", "path": "Patient.name.where(family = 'a')"},
        {"type": "delete", "path": "Patient.name[0].given[0]"},
        {"type": "delete", "path": "Patient.birthDate"},
        {"type": "replace", "path": "Patient.name[1].family", "value": {"valueString": "d"}},
        {"type": "replace", "path": "Patient.gender", "value": {"valueCode": "other"}},
        {"type": "move", "path": "Patient.name", "source": 1, "destination": 0},
    ):
        identity = ask.made(ask.patient(name=names))
        answer = ask("PATCH", f"Patient/{identity}", operation(**parts))
        kept = ask("GET", f"Patient/{identity}").json()
        changed = {
            key: kept.get(key) for key in ("name", "birthDate", "telecom", "contact", "deceasedBoolean", "gender")
        }
        told.append(
            (answer.status_code // 100, {key: value for key, value in changed.items() if value not in (None, names)})
        )
    return told


def conditional_patch(ask):
    ask.made(ask.patient())
    body = [{"op": "add", "path": "/active", "value": True}]
    one, none = (
        ask("PATCH", f"Patient?identifier={ask.mark}|{value}", body, Content_Type=JSON_PATCH) for value in ("1", "2")
    )
    return one.status_code, none.status_code


def transaction(ask):
    """Entries that refer to each other, in no order; what was there already; everything undone by one that fails."""
    urn = f"urn:uuid:{uuid4()}"
    known = ask.made(ask.patient("known"))
    condition = {"ifNoneExist": f"identifier={ask.mark}|known"}
    good = ask.bundle(
        "transaction",
        ("POST", "Observation", ask.said(urn), {}),
        ("POST", "Patient", ask.patient("new"), {"fullUrl": urn}),
        ("POST", "Patient", ask.patient("known"), {"request": condition, "fullUrl": f"urn:uuid:{uuid4()}"}),
        ("POST", "Observation", ask.said(f"Patient?identifier={ask.mark}|known"), {}),
        ("GET", f"Patient/{known}", None, {}),
    )
    subjects = {each["subject"]["reference"] for each in ask.matches(f"Observation?code={ask.mark}|said")}
    (new,) = ask.matches(f"Patient?identifier={ask.mark}|new")
    missing = ("POST", "Observation", ask.said("urn:uuid:00000000-0000-4000-8000-000000000000"), {})
    bad = ask.bundle("transaction", ("POST", "Patient", ask.patient("never"), {}), missing)
    never = ask.matches(f"Patient?identifier={ask.mark}|never")
    right = subjects == {f"Patient/{new['id']}", f"Patient/{known}"}
    return good.json()["type"], ask.statuses(good), right, bad.status_code, never


def all_verbs(ask):
    """Every verb in one transaction, and in one batch of which a part fails."""
    told = []
    for kind in ("transaction", "batch"):
        ids = [ask.made(ask.patient(f"{kind}{number}")) for number in range(4)]
        data = base64.b64encode(b'[{"op":"add","path":"/active","value":true}]').decode()
        patch = {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}
        entries = [
            ("PUT", f"Patient/{ids[0]}", {**ask.patient(active=True), "id": ids[0]}, {}),
            ("PUT", f"Patient?identifier={ask.mark}|{kind}1", ask.patient(f"{kind}1", active=True), {}),
            ("PATCH", f"Patient/{ids[2]}", patch, {}),
            ("DELETE", f"Patient/{ids[3]}", None, {}),
            ("POST", "Patient", ask.patient(), {}),
            ("GET", f"Patient?identifier={ask.mark}|{kind}1", None, {}),
        ]
        entries += [("GET", "Patient/nobody-at-all", None, {})] if kind == "batch" else []
        told.append([each.replace("204", "200") for each in ask.statuses(ask.bundle(kind, *entries))])
        told.append([ask("GET", f"Patient/{each}").status_code for each in ids])
        told.append(ask("GET", f"Patient/{ids[2]}").json().get("active"))
    return told


def refused_in_a_transaction(ask):
    twice = ask.made(ask.patient())
    body = {**ask.patient(), "id": twice}
    same = ask.bundle("transaction", ("PUT", f"Patient/{twice}", body, {}), ("DELETE", f"Patient/{twice}", None, {}))
    other = ask.bundle("transaction", ("POST", "Observation", ask.patient(), {}))
    return same.status_code // 100, other.status_code // 100


def queries(mark, ids, home):
    """Searches for two Patients, and for what was said of each of them."""
    mine, said = f"Patient?identifier={mark}|", f"Observation?code={mark}|said"
    return [
        f"{mine}1",
        mine,
        f"{mine}1,{mark}|2",
        f"{mine}&name=müll",
        f"{mine}&family:exact=Müller",
        f"{mine}&family:contains=ill",
        f"{mine}&given=ada&family=müller",
        f"{mine}&birthdate=1950",
        f"{mine}&birthdate=ge1950-03-31",
        f"{mine}&birthdate=lt1950-04",
        f"{mine}&gender=female",
        f"{mine}&gender:not=female",
        f"{mine}&gender:missing=true",
        f"{mine}&active=true",
        f"{mine}&_id={ids[0]}",
        f"{mine}&_lastUpdated=gt2020",
        f"{mine}&_lastUpdated=lt2020",
        f"{mine}&_has:Observation:patient:code={mark}|said",
        f"{mine}&_has:Observation:patient:date=2020-01",
        said,
        f"{said}&subject=Patient/{ids[0]}",
        f"{said}&patient={ids[0]}",
        f"{said}&subject:Patient.birthdate=1950-03-05",
        f"{said}&patient.family=müller",
        f"{said}&patient.identifier={mark}|2",
        f"{said}&date=2020-01",
        f"{said}&date=ge2020-02-01",
        f"{said}&date=2020",
        f"{said}&value-quantity=5.4",
        f"{said}&value-quantity=gt5|http://unitsofmeasure.org|kg",
        f"{said}&value-quantity=lt5",
        f"{said}&value-string=x",
        f"{said}&_id={home},nobody",
        f"{said}&status=final,amended",
        f"{said}&status=amended",
    ]


def searched(ask):
    """How many each search finds."""
    ids = [
        ask.made(
            ask.patient("1", name=[{"family": "Müller", "given": ["Ada"]}], birthDate="1950-03-05", gender="female")
        ),
        ask.made(ask.patient("2", name=[{"family": "Miller"}], birthDate="1950-04", active=True)),
    ]
    amount = {"value": 5.4, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    home = ask.made(ask.said(f"Patient/{ids[0]}", effectiveDateTime="2020-01-15T12:00:00Z", valueQuantity=amount))
    ask.made(
        ask.said(f"Patient/{ids[1]}", effectivePeriod={"start": "2020-02-01", "end": "2020-02-10"}, valueString="x")
    )
    answers = [ask("GET", query) for query in queries(ask.mark, ids, home)]
    return [len(each.json().get("entry", ())) if each.ok else each.status_code for each in answers]


def paged(ask):
    for number in range(7):
        ask.made(ask.patient(str(number), birthDate=f"19{50 + number}"))
    found = ask.matches(f"Patient?identifier={ask.mark}|&_count=3&_sort=-birthdate")
    first = ask("GET", f"Patient?identifier={ask.mark}|&_count=3&_total=accurate").json()
    count = ask("GET", f"Patient?identifier={ask.mark}|&_summary=count").json()
    totals = first["total"], len(first["entry"]), count["total"], "entry" in count
    return [each["birthDate"] for each in found], totals


def included(ask):
    """What comes along, by type."""
    ward = ask.made({"resourceType": "Organization", "name": "Ward"})
    person = ask.made(ask.patient(managingOrganization={"reference": f"Organization/{ward}"}))
    ask.made(ask.said(f"Patient/{person}"))
    told = []
    for query in (
        f"Observation?code={ask.mark}|said&_include=Observation:subject",
        f"Observation?code={ask.mark}|said&_include=Observation:subject:Group",
        f"Observation?code={ask.mark}|said&_include=Observation:subject&_include:iterate=Patient:organization",
        f"Patient?_id={person}&_revinclude=Observation:subject",
        f"Patient?_id={person}&_revinclude=Observation:patient&_include=Patient:organization",
        f"Patient?_id={person}&_include=*",
    ):
        entries = ask("GET", query).json()["entry"]
        told.append(sorted(each["resource"]["resourceType"] for each in entries if each["search"]["mode"] == "include"))
    return told


def posted_search(ask):
    ask.made(ask.patient())
    form = "application/x-www-form-urlencoded"
    answer = ask("POST", "Patient/_search", f"identifier={ask.mark}%7C1", Content_Type=form)
    return len(answer.json()["entry"])


def elements(ask):
    ask.made(ask.patient(birthDate="1936", active=True))
    (found,) = ask("GET", f"Patient?identifier={ask.mark}|1&_elements=birthDate").json()["entry"]
    resource = found["resource"]
    return sorted(resource), [each["code"] for each in resource["meta"].get("tag", ())]


def unknown_parameters(ask):
    strict = ask("GET", "Patient?favourite-song=x", Prefer="handling=strict")
    return strict.status_code, strict.json()["resourceType"]


def lenient_unknown_parameters(ask):
    lenient = ask("GET", f"Patient?favourite-song=x&identifier={ask.mark}|1", Prefer="handling=lenient")
    return lenient.status_code, [each["search"]["mode"] for each in lenient.json().get("entry", [])]


def histories(ask):
    identity = ask.made(ask.patient())
    for number in range(4):
        ask("PUT", f"Patient/{identity}", {**ask.patient(birthDate=f"190{number}"), "id": identity})
    bundle = ask("GET", f"Patient/{identity}/_history?_count=2").json()
    seen = []
    while True:
        seen += [each["resource"]["meta"]["versionId"] for each in bundle["entry"]]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        if not following:
            break
        bundle = ask("GET", following[0]).json()
    kinds = [ask("GET", f"{where}_history?_count=1").json()["type"] for where in ("", "Patient/")]
    return seen, kinds, ask("GET", "Patient/nobody-at-all/_history").status_code


def formats(ask):
    body = '<Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>'
    made = ask("POST", "Patient", body, Content_Type=XML, Accept=XML)
    search = ask("GET", "Patient?_count=1&_format=xml")
    broken = ask("POST", "Patient", "<Patient", Content_Type=XML)
    plain = ask("POST", "Patient", ask.patient(), Content_Type="application/json")
    kinds = [each.headers["Content-Type"].partition(";")[0] for each in (made, search)]
    return made.status_code, kinds, broken.status_code, plain.status_code, "male" in made.text


def numbers(ask):
    """What becomes of a decimal on the way in and out, in JSON and in XML."""
    body = json.dumps(ask.said("Patient/x", valueQuantity={"value": 4711})).replace("4711", "1.10")
    body = json.dumps({**json.loads(body, parse_float=str), "subject": {"display": "x"}}).replace('"1.10"', "1.10")
    identity = ask("POST", "Observation", body).json()["id"]
    texts = [ask("GET", f"Observation/{identity}", Accept=kind).text.replace(" ", "") for kind in (JSON, XML)]
    return '"value":1.10' in texts[0], '<valuevalue="1.10"/>' in texts[1]


def refused(ask):
    """The status of what cannot be."""
    person = ask.patient()
    return [
        ask("POST", "Patient", "{not json").status_code,
        ask("POST", "Observation", person).status_code,
        ask("PUT", "Patient/one", {**person, "id": "another"}).status_code,
        ask("PUT", "Patient/one", person).status_code,
        ask("GET", "Patient/nobody-at-all").status_code,
        ask("GET", "Song/1").status_code,
        ask("GET", "Patient?birthdate=soon").status_code,
        ask("PATCH", "Patient/nobody-at-all", [], Content_Type=JSON_PATCH).status_code,
        ask("GET", "Patient?_count=1", Accept="text/turtle").status_code,
        ask("POST", "Patient", person, Content_Type="text/plain").status_code,
    ]


CASES = {
    each.__name__: each
    for each in (
        versions,
        same_again,
        conditional_read,
        conditional_create,
        conditional_update,
        conditional_delete,
        preferred,
        json_patch,
        fhirpath_patch,
        conditional_patch,
        transaction,
        all_verbs,
        refused_in_a_transaction,
        searched,
        paged,
        included,
        posted_search,
        elements,
        unknown_parameters,
        lenient_unknown_parameters,
        histories,
        formats,
        numbers,
        refused,
    )
}
