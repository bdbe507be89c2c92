"""PATCH: JSON Patch and FHIRPath Patch, alone, under conditions and in bundles; whole or not at all."""

from __future__ import annotations

import base64

import pytest

from fhir_matters import jsonio
from fhir_matters.cli.joined import server_places, server_shapes
from fhir_matters.local_server.json_patch import patched
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.serve import Running
from tests.local_server.conftest import Web, entry, patient, transaction

JSON_PATCH = "application/json-patch+json"


@pytest.fixture(scope="module")
def patching():
    with Running(shapes=server_shapes, places=server_places) as running, Web(running.base) as web:
        yield web


def sent(web, path, operations, kind=JSON_PATCH, **headers):
    named = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return web.patch(web.base + path, data=jsonio.write(operations), headers=named, timeout=30)


def op(name, path, **more):
    return {"op": name, "path": path, **({"from": more.pop("source")} if "source" in more else {}), **more}


BEFORE = {"a": [1, 2, {"b~c": "x", "d/e": None}], "t": True, "n": 1}
DONE = {
    "a member is added": ([op("add", "/z", value=[1])], {**BEFORE, "z": [1]}),
    "an item is added": ([op("add", "/a/1", value=9)], {**BEFORE, "a": [1, 9, *BEFORE["a"][1:]]}),
    "an item goes to the end": ([op("add", "/a/-", value=9)], {**BEFORE, "a": [*BEFORE["a"], 9]}),
    "a member is removed": ([op("remove", "/t")], {"a": BEFORE["a"], "n": 1}),
    "an escaped member is removed": (
        [op("remove", "/a/2/b~0c"), op("remove", "/a/2/d~1e")],
        {**BEFORE, "a": [1, 2, {}]},
    ),
    "a null is replaced": ([op("replace", "/a/2/d~1e", value=3)], {**BEFORE, "a": [1, 2, {"b~c": "x", "d/e": 3}]}),
    "an item is moved": ([op("move", "/a/0", source="/a/1")], {**BEFORE, "a": [2, 1, BEFORE["a"][2]]}),
    "an item is copied": ([op("copy", "/k", source="/a/0")], {**BEFORE, "k": 1}),
    "a test holds": ([op("test", "/a/0", value=1), op("test", "/a/2", value={"d/e": None, "b~c": "x"})], BEFORE),
    "the whole is replaced": ([op("replace", "", value={"q": 1})], {"q": 1}),
}
UNFIT = [
    [op("remove", "/nothing")],
    [op("replace", "/nothing", value=1)],
    [op("add", "/nothing/x", value=1)],
    [op("add", "/a/4", value=1)],
    [op("add", "/a/01", value=1)],
    [op("remove", "/a/-")],
    [op("remove", "")],
    [op("move", "/a/0/x", source="/a/0")],
    [op("copy", "/x", source="/nothing")],
    [op("test", "/t", value=1)],
    [op("test", "/n", value=True)],
    [op("add", "/z", value=1), op("test", "/z", value=2)],
]
MALFORMED = [
    {},
    [7],
    [op("sing", "/a")],
    [{"op": "remove"}],
    [op("add", "/a")],
    [op("remove", "a")],
    [op("move", "/a")],
]


@pytest.mark.parametrize("what", DONE)
def test_json_patch_does_what_its_specification_says(what):
    operations, after = DONE[what]
    before = jsonio.read(jsonio.write(BEFORE))
    assert patched(before, operations) == after
    assert before == BEFORE


@pytest.mark.parametrize(
    ("operations", "status"), [*((each, 422) for each in UNFIT), *((each, 400) for each in MALFORMED)]
)
def test_a_json_patch_that_does_not_fit_changes_nothing(operations, status):
    before = jsonio.read(jsonio.write(BEFORE))
    with pytest.raises(RefusalError) as refused:
        patched(before, operations)
    assert (refused.value.status, before) == (status, BEFORE)


def test_numbers_that_a_patch_does_not_touch_or_brings_stay_as_spelt(patching):
    body = b'{"resourceType":"Basic","id":"n","extension":[{"url":"a","valueDecimal":1.10}]}'
    patching.put(f"{patching.base}/Basic/n", data=body, headers={"Content-Type": "application/json"}, timeout=30)
    operations = b'[{"op":"test","path":"/extension/0/valueDecimal","value":1.1},{"op":"add","path":"/extension/-",'
    operations += b'"value":{"url":"b","valueDecimal":-0.00}}]'
    answer = patching.patch(
        f"{patching.base}/Basic/n", data=operations, headers={"Content-Type": JSON_PATCH}, timeout=30
    )
    assert answer.status_code == 200
    assert b'"valueDecimal":1.10}' in answer.content
    assert b'"valueDecimal":-0.00}' in answer.content


def test_a_patch_makes_a_version_and_is_told_in_the_history(patching):
    patching("PUT", "/Patient/h", patient("h", active=True))
    changed = sent(patching, "/Patient/h", [op("replace", "/active", value=False)], If_Match='W/"1"')
    assert (changed.status_code, changed.headers["ETag"], changed.json()["active"]) == (200, 'W/"2"', False)
    stale = sent(patching, "/Patient/h", [op("replace", "/active", value=True)], If_Match='W/"1"')
    assert stale.status_code == 412
    same = sent(patching, "/Patient/h", [op("replace", "/active", value=False)])
    assert same.headers["ETag"] == 'W/"2"'
    told = [each["request"]["method"] for each in patching("GET", "/Patient/h/_history").json()["entry"]]
    assert told == ["PATCH", "PUT"]


@pytest.mark.parametrize(
    ("path", "operations", "kind", "status"),
    [
        ("/Patient/nobody", [op("remove", "/active")], JSON_PATCH, 404),
        ("/Song/x", [op("remove", "/active")], JSON_PATCH, 404),
        ("/Patient/r", [op("replace", "/id", value="q")], JSON_PATCH, 422),
        ("/Patient/r", [op("replace", "/resourceType", value="Flag")], JSON_PATCH, 422),
        ("/Patient/r", [op("replace", "", value=[])], JSON_PATCH, 422),
        ("/Patient/r", [op("add", "/meta", value=7)], JSON_PATCH, 400),
        ("/Patient/r", [], "application/xml-patch+xml", 415),
        ("/Patient/r", [], "application/fhir+json", 400),
        ("/Patient/r", patient("r"), "application/fhir+json", 400),
        ("/Patient?identifier=nobody", [op("remove", "/active")], JSON_PATCH, 404),
        ("/Patient?identifier=twins", [op("remove", "/active")], JSON_PATCH, 412),
        ("/Patient?colour=red", [op("remove", "/active")], JSON_PATCH, 400),
    ],
)
def test_a_patch_that_is_refused_leaves_all_as_it_is(patching, path, operations, kind, status):
    for identity in ("r", "s"):
        patching("PUT", f"/Patient/{identity}", patient(identity, active=True, identifier=[{"value": "twins"}]))
    answer = sent(patching, path, operations, kind)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    assert patching("GET", "/Patient/r").headers["ETag"] == 'W/"1"'


def test_a_condition_may_say_which_resource_is_meant(patching):
    patching("PUT", "/Patient/c", patient("c", identifier=[{"value": "only"}]))
    answer = sent(patching, "/Patient?identifier=only", [op("add", "/active", value=True)])
    assert (answer.status_code, answer.json()["active"]) == (200, True)


def test_of_many_patches_of_one_version_one_is_done(patching):
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (beside its one use)

    patching("PUT", "/Patient/m", patient("m", active=True))

    def one(number):
        with Web(patching.base) as own:
            operations = [op("add", "/language", value=f"x-{number}")]
            return sent(own, "/Patient/m", operations, If_Match='W/"1"').status_code

    with ThreadPoolExecutor(16) as several:
        assert sorted(several.map(one, range(16))) == [200] + [412] * 15


# FHIRPath Patch: http://hl7.org/fhir/R4/fhirpatch.html


def parameters(*operations):
    def part(name, value):
        if isinstance(value, list):
            return {"name": name, "part": value}
        key = {"type": "valueCode", "index": "valueInteger", "source": "valueInteger", "destination": "valueInteger"}
        return {"name": name, **(value if isinstance(value, dict) else {key.get(name, "valueString"): value})}

    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "operation", "part": [part(name, value) for name, value in each.items()]} for each in operations
        ],
    }


WHOLE = {
    "identifier": [{"value": "1"}, {"value": "2"}, {"value": "3"}],
    "name": [{"use": "official", "given": ["Ada", "Bee"], "_given": [None, {"id": "g"}]}],
    "birthDate": "1950",
    "_birthDate": {"id": "b"},
    "deceasedBoolean": False,
}
VALUE = {"valueIdentifier": {"value": "0"}}
CHANGES = {
    "a single element": (
        {"type": "add", "path": "Patient", "name": "gender", "value": {"valueCode": "other"}},
        {"gender": "other"},
    ),
    "one more in a list": (
        {"type": "add", "path": "Patient", "name": "identifier", "value": VALUE},
        {"identifier": [*WHOLE["identifier"], {"value": "0"}]},
    ),
    "the first of a list": (
        {"type": "add", "path": "Patient", "name": "telecom", "value": {"valueContactPoint": {"value": "1"}}},
        {"telecom": [{"value": "1"}]},
    ),
    "a primitive in a list that has something beside": (
        {"type": "add", "path": "Patient.name[0]", "name": "given", "value": {"valueString": "Cee"}},
        {"name": [{"use": "official", "given": ["Ada", "Bee", "Cee"], "_given": [None, {"id": "g"}, None]}]},
    ),
    "an element without a type of its own": (
        {
            "type": "add",
            "path": "Patient",
            "name": "contact",
            "value": [
                {"name": "name", "valueHumanName": {"text": "x"}},
                {"name": "telecom", "valueContactPoint": {"value": "1"}},
                {"name": "telecom", "valueContactPoint": {"value": "2"}},
            ],
        },
        {"contact": [{"name": {"text": "x"}, "telecom": [{"value": "1"}, {"value": "2"}]}]},
    ),
    "an extension on a primitive": (
        {
            "type": "add",
            "path": "Patient.birthDate.where(id = 'b')",
            "name": "extension",
            "value": {"valueExtension": {"url": "u"}},
        },
        {"_birthDate": {"id": "b", "extension": [{"url": "u"}]}},
    ),
    "an extension on one primitive of several": (
        {
            "type": "add",
            "path": "Patient.name.given[0]",
            "name": "extension",
            "value": {"valueExtension": {"url": "u"}},
        },
        {
            "name": [
                {"use": "official", "given": ["Ada", "Bee"], "_given": [{"extension": [{"url": "u"}]}, {"id": "g"}]}
            ]
        },
    ),
    "before the first": (
        {"type": "insert", "path": "Patient.identifier", "index": 0, "value": VALUE},
        {"identifier": [{"value": "0"}, *WHOLE["identifier"]]},
    ),
    "behind the last": (
        {"type": "insert", "path": "Patient.identifier", "index": 3, "value": VALUE},
        {"identifier": [*WHOLE["identifier"], {"value": "0"}]},
    ),
    "between primitives": (
        {"type": "insert", "path": "Patient.name[0].given", "index": 1, "value": {"valueString": "x"}},
        {"name": [{"use": "official", "given": ["Ada", "x", "Bee"], "_given": [None, None, {"id": "g"}]}]},
    ),
    "a deletion by condition": (
        {"type": "delete", "path": "Patient.identifier.where(value = '2')"},
        {"identifier": [{"value": "1"}, {"value": "3"}]},
    ),
    "a deletion with what stands beside": (
        {"type": "delete", "path": "birthDate"},
        {"birthDate": None, "_birthDate": None},
    ),
    "a deletion in a list of primitives": (
        {"type": "delete", "path": "Patient.name.given[1]"},
        {"name": [{"use": "official", "given": ["Ada"]}]},
    ),
    "the last of a list": ({"type": "delete", "path": "Patient.name"}, {"name": None}),
    "what is not there": ({"type": "delete", "path": "Patient.gender"}, {}),
    "a replacement": (
        {"type": "replace", "path": "Patient.birthDate", "value": {"valueDate": "1951-01-01"}},
        {"birthDate": "1951-01-01"},
    ),
    "a replacement in a list": (
        {"type": "replace", "path": "Patient.name.given.first()", "value": {"valueString": "Eve"}},
        {"name": [{"use": "official", "given": ["Eve", "Bee"], "_given": [None, {"id": "g"}]}]},
    ),
    "a choice of another type": (
        {"type": "replace", "path": "Patient.deceased", "value": {"valueDateTime": "2020"}},
        {"deceasedBoolean": None, "deceasedDateTime": "2020"},
    ),
    "a move": (
        {"type": "move", "path": "Patient.identifier", "source": 2, "destination": 0},
        {"identifier": [{"value": "3"}, {"value": "1"}, {"value": "2"}]},
    ),
}


def after(change):
    whole = {**WHOLE, **change}
    return {key: value for key, value in whole.items() if value is not None}


@pytest.mark.parametrize("what", CHANGES)
def test_fhirpath_patch_does_what_its_specification_says(patching, what):
    operation, change = CHANGES[what]
    patching("PUT", "/Patient/f", patient("f", **WHOLE))
    answer = sent(patching, "/Patient/f", parameters(operation), "application/fhir+json")
    assert answer.status_code == 200, answer.text
    found = {key: value for key, value in answer.json().items() if key not in ("resourceType", "id", "meta")}
    assert found == after(change)


REFUSED = [
    (400, {"type": "sing", "path": "Patient"}),
    (400, {"type": "add", "path": "Patient", "value": VALUE}),
    (400, {"type": "add", "path": "Patient", "name": "gender"}),
    (400, {"type": "replace", "path": "Patient.song", "value": VALUE}),
    (400, {"type": "replace", "path": "Patient.where(", "value": VALUE}),
    (400, {"type": "delete", "path": "1 + 1"}),
    (400, {"type": "insert", "path": "Patient.identifier", "index": "x", "value": VALUE}),
    (422, {"type": "add", "path": "Patient", "name": "song", "value": VALUE}),
    (422, {"type": "add", "path": "Patient", "name": "birthDate", "value": {"valueDate": "1950"}}),
    (422, {"type": "add", "path": "Patient", "name": "deceased", "value": {"valueDateTime": "1950"}}),
    (422, {"type": "add", "path": "Patient.identifier", "name": "value", "value": {"valueString": "x"}}),
    (422, {"type": "add", "path": "Patient.contact", "name": "gender", "value": {"valueCode": "other"}}),
    (422, {"type": "insert", "path": "Patient.identifier", "index": 4, "value": VALUE}),
    (422, {"type": "insert", "path": "Patient.birthDate", "index": 0, "value": VALUE}),
    (422, {"type": "insert", "path": "Patient.identifier[0]", "index": 0, "value": VALUE}),
    (422, {"type": "delete", "path": "Patient.identifier"}),
    (422, {"type": "delete", "path": "Patient"}),
    (422, {"type": "replace", "path": "Patient.gender", "value": {"valueCode": "other"}}),
    (422, {"type": "replace", "path": "Patient", "value": {"valueString": "x"}}),
    (422, {"type": "move", "path": "Patient.identifier", "source": 3, "destination": 0}),
]


@pytest.mark.parametrize(("status", "operation"), REFUSED)
def test_a_fhirpath_patch_that_does_not_fit_changes_nothing(patching, status, operation):
    patching("PUT", "/Patient/g", patient("g", **WHOLE))
    first = {"type": "delete", "path": "Patient.name"}
    answer = sent(patching, "/Patient/g", parameters(first, operation), "application/fhir+json")
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    assert "1950" not in answer.text
    assert patching("GET", "/Patient/g").json()["name"] == WHOLE["name"]


def test_without_fhirpath_its_patch_is_neither_done_nor_claimed(web, patching):
    web("PUT", "/Patient/a", patient("a"))
    operation = parameters({"type": "delete", "path": "Patient.name"})
    assert sent(web, "/Patient/a", operation, "application/fhir+json").status_code == 415
    assert web("GET", "/metadata").json()["patchFormat"] == [JSON_PATCH]
    assert patching("GET", "/metadata").json()["patchFormat"] == [
        JSON_PATCH,
        "application/fhir+json",
        "application/fhir+xml",
    ]


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_bundles_hold_patches_of_either_kind(patching, kind):
    for identity in ("p", "q"):
        patching("PUT", f"/Patient/{identity}", patient(identity, language=kind, identifier=[{"value": identity}]))
    data = base64.b64encode(jsonio.write([op("add", "/active", value=True)])).decode()
    binary = {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}
    add = {"type": "add", "path": "Patient", "name": "managingOrganization"}
    ward = parameters(
        {**add, "value": {"valueReference": {"reference": "urn:uuid:w" if kind[0] == "t" else "Organization/w"}}}
    )
    entries = [
        entry("PATCH", "Patient/p", binary),
        entry("PATCH", "Patient?identifier=q", ward),
        entry("POST", "Organization", {"resourceType": "Organization"}, "urn:uuid:w"),
    ]
    answer = patching("POST", "", transaction(*entries, kind=kind)).json()
    assert [each["response"]["status"] for each in answer["entry"]] == ["200", "200", "201"]
    assert patching("GET", "/Patient/p").json()["active"] is True
    reference = patching("GET", "/Patient/q").json()["managingOrganization"]["reference"]
    assert reference.startswith("Organization/")


def test_a_patch_in_a_transaction_is_undone_with_the_rest(patching):
    patching("PUT", "/Patient/u", patient("u", active=True))
    remove = parameters({"type": "delete", "path": "Patient.active"})
    answer = patching(
        "POST", "", transaction(entry("PATCH", "Patient/u", remove), entry("PATCH", "Patient/nobody", remove))
    )
    assert answer.status_code == 404
    assert patching("GET", "/Patient/u").json()["active"] is True
