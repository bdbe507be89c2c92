"""A server's verdict is told from its silence, from its refusals, and from its word on something else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fhir_matters.errors import Unauthorised, Unreachable
from fhir_matters.server import Server
from fhir_matters.server.connection import Limits
from fhir_matters.server.quirks import KNOWN, quirks_of
from fhir_matters.server.validate import Asker
from tests.server.fake import Response, outcome
from tests.server.judge import FINE, PROFILE, Judge, found, told
from tests.server.resources import patient

OTHER = "https://other.example/StructureDefinition/stricter"
DEFINITION = {"resourceType": "StructureDefinition", "id": "person", "url": PROFILE, "version": "1.0"}
AN_OUTCOME = {"resourceType": "OperationOutcome", "issue": [FINE]}


@pytest.fixture
def judge() -> Iterator[Judge]:
    with Judge() as server:
        yield server


@pytest.fixture
def server(judge) -> Iterator[Server]:
    with Server(judge.base, limits=Limits(connect=2, read=5, attempts=2), wait=lambda _: None) as client:
        yield client


def validate(server, resource, profile=None):
    """The verdict of one who has learnt nothing of the server before."""
    return Asker(server).verdict(resource, profile)


def claiming(*profiles: str, **more: object) -> dict:
    return {**patient(), "meta": {"profile": list(profiles)}, **more}


def validates(request) -> bool:
    return request.path.endswith("$validate")


@pytest.mark.parametrize("status", [200, 400, 412, 422])
def test_an_outcome_is_a_verdict_by_each_status_that_may_bring_one(judge, server, status):
    judge.fault = lambda request: outcome(status, "invalid") if validates(request) else None
    verdict = validate(server, patient())
    assert verdict.validated
    assert not verdict.ok
    assert [issue.code for issue in verdict.report] == ["invalid"]


NO_VERDICTS = {
    "HTML": Response(200, b"<html>Please log in</html>", {"Content-Type": "text/html"}),
    "half of it": Response(200, b'{"resourceType":"OperationOutcome","issue":[{"sev'),
    "nothing": Response(200),
    "no content": Response(204),
    "accepted": Response(202),
    "accepted, with words": told(status=202),
    "created, with words": told(status=201),
    "the resource itself": Response(200, patient()),
    "no issues": Response(200, {"resourceType": "OperationOutcome"}),
    "an empty list": Response(200, {"resourceType": "OperationOutcome", "issue": []}),
    "issues that are none": Response(200, {"resourceType": "OperationOutcome", "issue": ["fine", None]}),
    "no such operation": outcome(404, "not-found"),
    "no such method": outcome(405, "not-supported"),
    "not implemented": outcome(501, "not-supported"),
    "not supported": outcome(400, "not-supported"),
    "not supported, by the by": told({"severity": "information", "code": "not-supported"}),
    "too many": outcome(400, "throttled"),
    "a failure with words": outcome(500, "exception"),
    "a failure that looks like a verdict": outcome(500, "invalid"),
    "a redirect": Response(302, None, {"Location": "/elsewhere"}),
    "a page of errors": Response(400, b"<html>"),
    "an error without a word": Response(422),
    "two verdicts": Response(
        200,
        {"resourceType": "Parameters", "parameter": [{"name": "return", "resource": AN_OUTCOME}] * 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("response", NO_VERDICTS.values(), ids=NO_VERDICTS)
def test_anything_else_is_not_validated_and_never_a_pass(judge, server, response):
    judge.fault = lambda request: response if validates(request) else None
    verdict = validate(server, patient())
    assert (verdict.validated, verdict.ok, verdict.outcome) == (False, False, None)
    assert verdict.reason.startswith("Not validated: ")
    assert list(verdict.report) == []


def test_what_was_found_instead_is_said_without_a_word_of_the_servers(judge, server):
    judge.fault = lambda request: outcome(500, "exception", "Mrs Hartley") if validates(request) else None
    verdict = validate(server, patient())
    assert verdict.reason == (
        "Not validated: expected an OperationOutcome about the resource from POST Patient/$validate, "
        "found 500 and one that says exception."
    )


def test_a_server_without_the_operation_is_asked_once_and_the_next_step_is_said(judge, server):
    judge.fault = lambda request: outcome(404, "not-found") if validates(request) else None
    assert "no $validate" in validate(server, patient()).next_step
    assert len(list(filter(validates, judge.requests))) == 1


def test_an_outcome_inside_parameters_is_read(judge, server):
    inside = {
        "resourceType": "Parameters",
        "parameter": [{"name": "return", "resource": told(found("value", "x")).body}],
    }
    judge.fault = lambda request: Response(200, inside) if validates(request) else None
    assert [issue.code for issue in validate(server, patient()).report] == ["value"]


def test_a_server_that_wants_parameters_gets_them_second(judge, server):
    judge.only = "parameters"
    server.update(DEFINITION)
    verdict = validate(server, patient(), PROFILE)
    assert verdict.validated
    assert not verdict.ok
    first, second = list(filter(validates, judge.requests))[:2]
    assert first.body == patient()
    assert second.body["parameter"] == [
        {"name": "resource", "resource": patient()},
        {"name": "profile", "valueUri": PROFILE},
    ]
    assert first.query == second.query == {"profile": [PROFILE]}


def test_a_server_known_to_take_no_parameters_is_not_asked_with_them(judge, server):
    def hapi(request):
        said = {"resourceType": "CapabilityStatement", "software": {"name": "HAPI FHIR Server"}}
        return Response(200, said) if request.path.endswith("/metadata") else outcome(400, "not-supported")

    judge.fault = hapi
    assert not validate(server, patient()).validated
    assert [request.body for request in filter(validates, judge.requests)] == [patient()]


def test_every_quirk_has_a_source_and_a_name_that_finds_it():
    for quirk in KNOWN:
        assert all(source.startswith("https://") for source in quirk.sources)
        assert quirk.sources
        assert quirks_of({"software": {"name": quirk.name}}) is quirk
    assert quirks_of({"software": {"name": "Something else"}}).parameters
    for odd in ({}, {"software": "HAPI"}, {"software": {"name": 3}}):
        assert quirks_of(odd).parameters


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_asks_who_we_are_has_not_judged(judge, server, status):
    judge.fault = lambda request: outcome(status, "login") if validates(request) else None
    with pytest.raises(Unauthorised):
        validate(server, patient())


def test_a_server_that_is_gone_is_an_error(judge, server):
    judge.lose = lambda _: True
    with pytest.raises(Unreachable):
        validate(server, patient())


def test_a_verdict_on_another_resource_is_none(judge, server):
    judge.fault = lambda request: told(found("value", "x", "Observation.status")) if validates(request) else None
    verdict = validate(server, patient())
    assert verdict.reason == "Not validated: it judged an Observation, and not the Patient that was sent."


def test_a_verdict_on_the_parameters_around_the_resource_is_none(judge, server):
    judge.only = "parameters"
    judge.issues = lambda *_: [
        found("value", "x", "Parameters.parameter[0].resource.name"),
        found("value", "y", "Parameters"),
    ]
    assert "it judged a Parameters" in validate(server, patient()).reason


def test_what_is_found_inside_the_parameters_is_of_the_resource(judge, server):
    judge.only = "parameters"
    judge.issues = lambda *_: [found("value", "x", "Parameters.parameter[0].resource/*Patient/p*/.birthDate")]
    assert validate(server, patient()).validated


def test_resources_inside_a_bundle_are_no_other_resources(judge, server):
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Observation"}}]}
    judge.fault = lambda request: told(found("value", "x", "Observation.status")) if validates(request) else None
    assert validate(server, bundle).validated
    judge.fault = lambda request: told(found("value", "x", "Encounter.status")) if validates(request) else None
    assert not validate(server, bundle).validated


def test_a_server_to_which_everything_is_valid_has_said_nothing(judge, server):
    judge.fault = lambda request: told() if validates(request) else None
    verdict = validate(server, patient())
    assert not verdict.ok
    assert verdict.reason == "Not validated: to this server an Observation without status and code is valid too."


def test_what_hapi_says_where_it_found_nothing_is_a_pass(judge, server):
    nothing = {
        "severity": "information",
        "code": "informational",
        "diagnostics": "No issues detected during validation",
    }
    judge.fault = lambda request: told(nothing) if validates(request) and request.body == patient() else None
    verdict = validate(server, patient())
    assert verdict.ok
    assert list(verdict.report) == []


@pytest.mark.parametrize("tells", [True, False], ids=["names it", "says nothing"])
def test_a_profile_that_the_server_does_not_have_is_not_validated_against(judge, server, tells):
    judge.tells = tells
    verdict = validate(server, claiming(PROFILE))
    assert (verdict.unknown, verdict.ok) == ((PROFILE,), False)
    assert verdict.reason == f"Not validated: the server does not know {PROFILE}."
    assert "Put the package" in verdict.next_step
    server.install([DEFINITION])
    assert validate(server, claiming(PROFILE, language="en")).ok
    assert not validate(server, claiming(PROFILE)).ok


@pytest.mark.parametrize("tells", [True, False], ids=["names it", "says nothing"])
def test_a_profile_that_is_stored_and_not_heeded_is_not_validated_against(judge, server, tells):
    judge.heeds, judge.tells = False, tells
    server.install([DEFINITION])
    verdict = validate(server, claiming(PROFILE))
    assert verdict.unknown == (PROFILE,)
    assert verdict.reason == f"Not validated: the server has {PROFILE}, and judges alike without."


def test_a_profile_that_is_heeded_counts_though_no_search_finds_it(judge, server):
    server.install([DEFINITION])
    judge.fault = lambda request: (
        outcome(404, "not-supported") if request.path.endswith("StructureDefinition") else None
    )
    assert validate(server, claiming(PROFILE, language="en")).ok
    assert validate(server, claiming(OTHER)).unknown == (OTHER,)


def test_a_profile_that_is_named_has_to_be_heeded_where_it_is_named(judge, server):
    server.install([DEFINITION])
    judge.fault = lambda request: told() if request.query.get("profile") and validates(request) else None
    assert not validate(server, patient(), PROFILE).validated
    assert validate(server, claiming(PROFILE, language="en")).ok


def test_a_server_that_never_says_the_same_twice_is_believed_where_it_lists_the_profile(judge, server):
    times = iter(range(1000))
    judge.issues = lambda *_: [
        found("value", f"request {next(times)}", "language", severity="warning"),
        found("value", "x"),
    ]
    assert validate(server, claiming(PROFILE)).unknown == (PROFILE,)
    server.install([DEFINITION])
    assert validate(server, claiming(PROFILE)).validated


def test_what_the_capability_statement_lists_is_there(judge, server):
    times = iter(range(1000))
    judge.issues = lambda *_: [found("value", f"request {next(times)}", "language")]
    resource = {"type": "Patient", "supportedProfile": [PROFILE]}
    said = {"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource": [resource]}]}
    judge.fault = lambda request: Response(200, said) if request.path.endswith("/metadata") else None
    assert validate(server, claiming(PROFILE)).validated
    assert not validate(server, claiming(OTHER)).validated


def test_a_claim_beside_one_that_the_server_heeds_is_left_open_and_one_that_was_asked_is_not(server):
    server.install([DEFINITION])
    verdict = validate(server, claiming(PROFILE, OTHER, language="en"))
    assert verdict.ok
    assert (verdict.unknown, verdict.left_open) == ((), (OTHER,))
    assert not validate(server, claiming(PROFILE, OTHER), OTHER).validated


def test_each_resource_in_a_bundle_is_judged_by_a_profile_that_it_claims_itself(server):
    server.install([DEFINITION])
    other = {"resourceType": "Basic", "meta": {"profile": [OTHER]}}
    entries = [{"resource": claiming(PROFILE)}, {"resource": other}]
    verdict = validate(server, {"resourceType": "Bundle", "type": "collection", "entry": entries})
    assert verdict.unknown == (OTHER,)


def test_r4s_own_profiles_are_shown_to_be_heeded_too_and_its_types_need_not_be(server):
    base = "http://hl7.org/fhir/StructureDefinition/"
    assert validate(server, claiming(f"{base}Patient", f"{base}DomainResource")).ok
    assert validate(server, claiming(f"{base}nonsense")).unknown == (f"{base}nonsense",)


def test_versions_count(server):
    server.install([DEFINITION])
    assert validate(server, claiming(f"{PROFILE}|1.0", language="en")).ok


def test_what_was_learnt_of_the_server_is_asked_once(judge, server):
    server.install([DEFINITION])
    asker = Asker(server)
    assert asker.verdict(claiming(PROFILE, language="en")).ok
    before = len(judge.requests)
    for _ in range(20):
        assert asker.verdict(claiming(PROFILE, language="en")).ok
    assert len(judge.requests) == before + 20


def test_for_a_profile_nothing_of_a_record_is_sent(judge, server):
    server.install([DEFINITION])
    validate(server, claiming(PROFILE), PROFILE)
    assert [each for each in judge.asked if "name" in each] == [claiming(PROFILE)]
    assert all(set(each) <= {"resourceType", "meta"} for each in judge.asked if each != claiming(PROFILE))


def test_install_makes_what_was_lacking_known(server):
    assert not server.validate(claiming(PROFILE)).validated
    server.install([DEFINITION])
    assert server.validate(claiming(PROFILE, language="en")).ok


@pytest.mark.parametrize("kind", ["", "Patient/x", "../..", "http://elsewhere.example", "Mrs Hartley", "Patient?y", 3])
def test_a_type_that_is_none_is_sent_nowhere_and_not_repeated(judge, server, kind):
    verdict = validate(server, {"resourceType": kind})
    assert (verdict.validated, verdict.reason) == (False, "Not validated: its resourceType is none.")
    assert judge.requests == []


@pytest.mark.parametrize("profile", [None, 3, "x", {"y": 1}, [[], 3, None], [{}]])
def test_claims_that_are_none_raise_nothing(server, profile):
    assert validate(server, {**patient(), "meta": {"profile": profile}}).validated
