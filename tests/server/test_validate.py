"""A server's verdict is told from its silence, and where it and we disagree is shown."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.errors import Conflict, Unauthorised
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import Path
from fhir_matters.server.validate import Disagreement, disagreements, install, unknown_profiles, validate
from tests.server.fake import Response, outcome
from tests.server.resources import patient

PROFILE = "https://example.org/fhir/StructureDefinition/person"


def definition(kind="StructureDefinition", identity="person", **more) -> dict[str, Any]:
    return {"resourceType": kind, "id": identity, "url": f"https://example.org/fhir/{kind}/{identity}", **more}


@pytest.mark.parametrize("status", [200, 400, 412, 422])
def test_an_outcome_is_a_verdict_whatever_the_status(fake, server, status):
    fake.fault = lambda _: outcome(status, "invalid")
    verdict = validate(server, patient())
    assert verdict.validated
    assert not verdict.ok
    assert [issue.code for issue in verdict.report] == ["invalid"]


@pytest.mark.parametrize(
    "response",
    [
        outcome(404, "not-found"),
        outcome(500, "exception"),
        outcome(400, "not-supported"),
        Response(400, b"<html>"),
        Response(200, patient()),
        Response(200, {"resourceType": "OperationOutcome"}),
        Response(422),
    ],
)
def test_anything_else_is_not_validated_and_never_a_pass(fake, server, response):
    fake.fault = lambda _: response
    verdict = validate(server, patient())
    assert not verdict.validated
    assert not verdict.ok
    assert verdict.reason.startswith("Not validated. The server answered POST Patient/$validate with")


def test_a_server_that_wants_parameters_gets_them_second(fake, server):
    fake.fault = lambda request: None if request.body["resourceType"] == "Parameters" else outcome(400, "not-supported")
    assert validate(server, patient(), PROFILE, known=True).ok
    bodies = [request.body for request in fake.requests]
    assert bodies[0] == patient()
    assert bodies[1]["parameter"][1] == {"name": "profile", "valueUri": PROFILE}
    assert [request.query for request in fake.requests] == [{"profile": [PROFILE]}] * 2


def test_a_server_that_asks_who_we_are_has_not_judged(fake, server):
    fake.fault = lambda _: outcome(401, "login")
    with pytest.raises(Unauthorised):
        validate(server, patient())


def test_silence_about_a_profile_that_the_server_does_not_know_is_no_pass(server):
    verdict = validate(server, {**patient(), "meta": {"profile": [PROFILE]}})
    assert verdict.unknown == (PROFILE,)
    assert not verdict.ok
    install(server, [definition()])
    assert validate(server, {**patient(), "meta": {"profile": [PROFILE]}}).ok


def test_a_claim_beside_one_that_the_server_knows_is_left_open_and_one_that_was_asked_is_not(server):
    install(server, [definition()])
    several = {**patient(), "meta": {"profile": [PROFILE, "https://other.example/StructureDefinition/stricter"]}}
    verdict = validate(server, several)
    assert verdict.ok
    assert (verdict.unknown, verdict.left_open) == ((), ("https://other.example/StructureDefinition/stricter",))
    asked = validate(server, several, "https://other.example/StructureDefinition/stricter")
    assert not asked.validated


def test_each_resource_in_a_bundle_is_judged_by_a_profile_that_it_claims_itself(server):
    install(server, [definition()])
    other = {"resourceType": "Basic", "meta": {"profile": ["https://other.example/StructureDefinition/stricter"]}}
    known = {**patient(), "meta": {"profile": [PROFILE]}}
    entries = [{"resource": known}, {"resource": other}]
    verdict = validate(server, {"resourceType": "Bundle", "type": "collection", "entry": entries})
    assert verdict.unknown == ("https://other.example/StructureDefinition/stricter",)


def test_profiles_of_r4_itself_are_known_and_versions_count(server):
    install(server, [definition(version="1.0")])
    asked = [f"{PROFILE}|1.0", f"{PROFILE}|2.0", PROFILE, "http://hl7.org/fhir/StructureDefinition/bodyweight"]
    assert unknown_profiles(server, asked) == (f"{PROFILE}|2.0",)


def test_what_others_build_on_is_installed_first_and_examples_stay_behind(fake, server):
    package = [
        definition(identity="a"),
        definition("ValueSet"),
        definition(identity="z", type="Extension"),
        patient(),
        definition("CodeSystem"),
        {"resourceType": "ValueSet", "id": "no-url"},
    ]
    assert set(install(server, package).values()) == {"created"}
    assert [request.path.removeprefix("/fhir/") for request in fake.writes()] == [
        "CodeSystem/person",
        "ValueSet/person",
        "StructureDefinition/z",
        "StructureDefinition/a",
    ]


def test_installing_again_changes_nothing_and_a_new_one_replaces_the_old(fake, server):
    install(server, [definition()])
    assert install(server, [definition()]) == {PROFILE: "already there"}
    assert install(server, [definition(title="Person")]) == {PROFILE: "updated"}
    assert len(fake.stored["StructureDefinition/person"]) == 2


def test_an_id_that_another_definition_has_is_not_taken_from_it(fake, server):
    install(server, [definition()])
    other = definition() | {"url": "https://else.example.org/person"}
    assert install(server, [other]) == {other["url"]: "created"}
    assert fake.now["StructureDefinition/person"]["url"] == PROFILE


def test_one_canonical_several_times_is_a_conflict(server):
    for name in "ab":
        server.update(definition() | {"id": name})
    with pytest.raises(Conflict):
        install(server, [definition()])


def issue(expression: str, severity: str = "error") -> Issue:
    return Issue("FM000", Severity(severity), "invalid", "x", Path((), expression))


def test_disagreements_are_by_severity_and_element():
    same = issue("Bundle.entry[0].resource.name[1]")
    ours = Report((same, issue("Patient.a"), issue("Patient.b", "warning"), issue("Patient.c", "information")))
    theirs = Report(
        (issue("Bundle.entry[0].resource/*Patient/x*/.name[1]", "fatal"), issue("Patient.b"), issue("Patient.a"))
    )
    assert disagreements(ours, theirs) == [
        Disagreement("us", issue("Patient.b", "warning")),
        Disagreement("the server", issue("Patient.b")),
    ]


def test_two_issues_against_one_at_an_element_are_one_disagreement():
    assert len(disagreements(Report((issue("a"), issue("a"))), Report((issue("a"),)))) == 1
    assert disagreements(Report(), Report()) == []


def test_a_reference_that_both_object_to_is_no_disagreement():
    def report(expression: str) -> Report:
        return Report((Issue("", Severity.ERROR, "invalid", "", Path((), expression)),))

    ours = report("Bundle.entry[0].resource.subject.reference")
    assert disagreements(ours, report("Bundle.entry[0].resource/*Observation/x*/.subject")) == []
    assert len(disagreements(ours, report("Bundle.entry[0].resource/*Observation/x*/.code"))) == 2
