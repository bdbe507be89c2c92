"""Resources by hand for what binds, what was recorded, who does what, and who wrote it down."""

from __future__ import annotations

from typing import Any

from fhir_matters.records import codes
from tests.profiles.elements import NURSE, PERSON, SON, TALK, Resource, coding, extension, flag, parts, resource
from tests.records.values import PDF

PAPER = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000008"}
WISH = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000005"}
THO = "http://terminology.hl7.org/CodeSystem"


def _code(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{THO}/{system}", "code": code}]}


def _kind(system: str, code: str, kind: codes.Concept) -> list[Resource]:
    return [{"coding": [{"system": system, "code": code}, coding(kind)]}]


def _consent(profile: str, key: str, kind: codes.Concept, **own: Any) -> Resource:
    common = {"status": "active", "patient": PERSON, "performer": [PERSON], "dateTime": "2026-03-03"}
    return resource("Consent", profile, key, policy=[{"uri": f"{kind.system}#{kind.code}"}], **{**common, **own})


def _legal(kind: str, scope: Resource, provision: Resource, **own: Any) -> Resource:
    return _consent(
        codes.PROFILE_LEGAL_DECISION,
        f"legal/{kind}",
        codes.LEGAL_KIND[kind],
        scope=scope,
        category=_kind(f"{THO}/consentcategorycodes", "acd", codes.LEGAL_KIND[kind]),
        provision=provision,
        **own,
    )


_ADVANCE = _code("consentscope", "adr")
_POWERS = {"coding": [*_ADVANCE["coding"], {"system": codes.LOINC, "code": "75786-4"}]}
_CPR = {"coding": [{"system": codes.SNOMED_CT, "code": "89666000"}]}
_SPEAKS = {"coding": [coding(codes.SOMEONE_ROLE["speaks-for-me"])], "text": "my boy; speaks for me"}
_PLACE = {"system": codes.IDENTIFIER, "value": "tess/conversations/long/provenance"}
IN_LAW: dict[str, Resource] = {
    "refusal": _legal(
        "refusal-of-treatment",
        _ADVANCE,
        {"type": "deny", "period": {"start": "2026-03-03"}, "code": [{"text": "dialysis"}]},
        extension=[
            extension("applies-when", "String", "If I no longer know Ned"),
            flag("even-if-life-at-risk", value=True),
            extension("agreed-by", "Reference", NURSE),
            extension("agreed-in", "Reference", TALK),
            extension("witnessed-by", "String", "Joan from next door"),
            extension("where-kept", "String", "Behind the kitchen door"),
            extension("review-by", "Date", "2026-09-03"),
            extension("rests-on", "Reference", WISH),
        ],
        sourceAttachment={"contentType": "application/pdf", "data": PDF},
    ),
    "attorney": _legal(
        "lasting-power-of-attorney",
        _POWERS,
        {
            "extension": [extension("power", "String", "Where I live, and with whom")],
            "type": "permit",
            "actor": [{"role": _code("v3-RoleCode", "HPOWATT"), "reference": SON}],
            "purpose": [{"system": f"{THO}/v3-ActReason", "code": "PWATRNY"}],
        },
        extension=[extension("valid-from", "DateTime", "2026-03")],
    ),
    "taken-back": _legal(
        "refusal-of-treatment",
        _ADVANCE,
        {"type": "deny", "code": [{"text": "a drip"}]},
        status="inactive",
        extension=[
            parts(
                "ended",
                ("when", "DateTime", "2026-05-03"),
                ("by", "Reference", PERSON),
                ("why", "String", "If a drip gets me home, I will have the drip"),
            )
        ],
    ),
    "cpr": _legal(
        "cpr-decision",
        _ADVANCE,
        {"type": "deny", "code": [_CPR]},
    ),
    "showing": _consent(
        codes.PROFILE_SHOWING,
        "recordings/paper/showing",
        codes.CONSENT_KIND["showing"],
        extension=[extension("in-their-words", "String", "Show it to whoever is on nights")],
        scope=_code("consentscope", "patient-privacy"),
        category=_kind(codes.LOINC, "59284-0", codes.CONSENT_KIND["showing"]),
        provision={
            "type": "permit",
            "period": {"end": "2026-12-31"},
            "actor": [{"role": _code("v3-ParticipationType", "IRCP"), "reference": NURSE}],
            "data": [{"meaning": "instance", "reference": PAPER}],
        },
    ),
    "recording": resource(
        "Media",
        codes.PROFILE_RECORDING,
        "recordings/paper",
        status="completed",
        partOf=[TALK],
        subject=PERSON,
        createdDateTime="2026-03-03",
        operator=SON,
        content={"contentType": "application/pdf", "data": PDF, "hash": "7AuVAdL7Jif2RyOvhjx1kbv2on0=", "size": 16},
        note=[{"text": "The paper, signed"}],
    ),
    "care-team": resource(
        "CareTeam",
        codes.PROFILE_CARE_TEAM,
        "team",
        extension=[extension("not-to-be-told", "Reference", {"display": "Ruth"})],
        status="active",
        name="Around Tess",
        subject=PERSON,
        participant=[
            {
                "role": [{"coding": [coding(codes.SOMEONE_ROLE["speaks-for-me"])], "text": "my boy; speaks for me"}],
                "member": SON,
            },
            {"role": [{"text": "community nurse; comes Tuesdays"}], "member": NURSE},
        ],
    ),
    "written-down": {
        **resource("Provenance", codes.PROFILE_WRITTEN_DOWN, "conversations/long/provenance"),
        "extension": [
            extension(
                "in-record", "Identifier", {"system": codes.IDENTIFIER, "value": "tess/conversations/long/provenance"}
            )
        ],
        "target": [TALK],
        "occurredDateTime": "2026-03-03T14:00:00Z",
        "_recorded": {
            "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"},
                extension("written-when", "DateTime", "2026-03-04"),
            ]
        },
        "agent": [
            {"type": _code("provenance-participant-type", "author"), "who": PERSON},
            {
                "type": _code("provenance-participant-type", "enterer"),
                "who": NURSE,
                "onBehalfOf": {"display": "Marsh Road nurses"},
            },
        ],
        "entity": [{"role": "source", "what": {"display": "About Me"}}],
    },
}
del IN_LAW["written-down"]["identifier"]
