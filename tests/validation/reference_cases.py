"""For every rule of references and Bundles (FM4): what breaks it, the place of it, and what only just does not."""

from __future__ import annotations

from typing import Any

from tests.validation.resources import (
    FULL,
    PAGE,
    POST,
    PRACTICE,
    SUBJECT,
    bundle,
    claims,
    composition,
    entry,
    observation,
    patient,
    subject_of,
)

URN = entry(2)["fullUrl"]
REFERENCE_CASES: dict[str, tuple[Any, str, Any]] = {
    "FM401": (
        observation(subject={"reference": "a b"}),
        "Observation.subject.reference",
        observation(subject={"reference": "Patient/a"}),
    ),
    "FM402": (
        observation(subject=SUBJECT, contained=[{"resourceType": "Practitioner", "id": "p"}]),
        "Observation.subject.reference",
        observation(subject=SUBJECT, contained=[patient(id="p")]),
    ),
    "FM403": (
        observation(subject=SUBJECT),
        "Observation.subject.reference",
        observation(subject=SUBJECT, contained=[patient(id="p")]),
    ),
    "FM404": (
        claims("final", observation(subject=SUBJECT, contained=[patient(id="p")])),
        "Observation.subject.reference",
        claims("final", observation(subject=SUBJECT, contained=[patient(id="p", name=[{"text": "Bee"}])])),
    ),
    "FM405": (
        claims("final", observation(subject={"reference": "Patient/a"})),
        "Observation.subject.reference",
        observation(subject={"reference": "Patient/a"}),
    ),
    "FM406": (
        observation(subject={"reference": "Patient?identifier=a|b"}),
        "Observation.subject.reference",
        bundle("transaction", entry(1, observation(subject={"reference": "Patient?identifier=a|b"}), request=POST)),
    ),
    "FM407": (
        bundle("collection", entry(1, observation(subject={"reference": entry(2)["fullUrl"]}))),
        "Bundle.entry[0].resource.subject.reference",
        bundle("collection", entry(1, observation(subject={"reference": entry(2)["fullUrl"]})), entry(2)),
    ),
    "FM408": (
        observation(subject={"reference": "Practitioner/a"}),
        "Observation.subject.reference",
        observation(subject={"reference": "Patient/a"}),
    ),
    "FM409": (
        observation(subject={"reference": "person/a"}),
        "Observation.subject.reference",
        observation(subject={"reference": "Patient/a"}),
    ),
    "FM411": (patient(contained=[patient()]), "Patient.contained[0]", patient(contained=[patient(id="a")])),
    "FM412": (
        patient(contained=[patient(id="a", contained=[patient(id="b")])]),
        "Patient.contained[0].contained[0]",
        patient(contained=[patient(id="a"), patient(id="b")]),
    ),
    "FM413": (
        patient(contained=[patient(id="a", meta={"versionId": "1"})]),
        "Patient.contained[0].meta",
        patient(meta={"versionId": "1"}, contained=[patient(id="a")]),
    ),
    "FM414": (
        patient(contained=[patient(id="a"), patient(id="a")]),
        "Patient.contained[1]",
        patient(contained=[patient(id="a"), patient(id="b")]),
    ),
    "FM415": (
        patient(contained=[patient(id="a")]),
        "Patient.contained[0]",
        observation(subject=SUBJECT, contained=[patient(id="p")]),
    ),
    "FM416": (
        observation(subject={"reference": "Patient/a", "type": "Device"}),
        "Observation.subject.type",
        observation(subject={"reference": "https://example.org/somebody", "type": "Device"}),
    ),
    "FM417": (
        bundle("collection", entry(1, claims("at-hand", observation(subject={"reference": URN}))), entry(2)),
        "Bundle.entry[0].resource.subject",
        claims("at-hand", observation(subject=SUBJECT, contained=[patient(id="p")])),
    ),
    "FM421": (
        bundle("collection", {"resource": patient()}),
        "Bundle.entry[0]",
        bundle("batch", {"resource": patient(), "request": POST}),
    ),
    "FM422": (
        bundle("collection", {"fullUrl": "Patient/a", "resource": patient(id="a")}),
        "Bundle.entry[0].fullUrl",
        bundle("collection", entry(1)),
    ),
    "FM423": (
        bundle("collection", {"fullUrl": FULL, "resource": patient(id="b")}),
        "Bundle.entry[0].fullUrl",
        bundle("collection", {"fullUrl": FULL, "resource": patient(id="a")}),
    ),
    "FM424": (
        {**bundle("searchset"), "link": [PAGE, PAGE]},
        "Bundle.link[1]",
        {**bundle("searchset"), "link": [PAGE, {**PAGE, "relation": "next"}]},
    ),
    "FM425": (
        bundle("collection", entry(1, subject_of("Patient/00000000-0000-4000-8000-000000000002")), entry(2, PRACTICE)),
        "Bundle.entry[0].resource.subject",
        bundle("collection", entry(1, subject_of("Patient/00000000-0000-4000-8000-000000000002")), entry(2)),
    ),
    "FM427": (bundle("message", entry(1)), "Bundle.entry[0].resource", bundle("collection", entry(1))),
    "FM428": (
        bundle("searchset", entry(1, search={"mode": "match"})),
        "Bundle.entry[0].resource",
        bundle("searchset", entry(1, patient(id="a"), search={"mode": "match"})),
    ),
    "FM429": (
        bundle("document", entry(1, composition(subject={"reference": entry(2)["fullUrl"]}))),
        "Bundle.entry[0].resource.subject.reference",
        bundle("document", entry(1, composition(subject={"reference": entry(2)["fullUrl"]})), entry(2)),
    ),
    "FM430": (
        bundle("document", entry(1, composition()), entry(2)),
        "Bundle.entry[1]",
        bundle("document", entry(1, composition()), entry(2, observation(subject={"reference": entry(1)["fullUrl"]}))),
    ),
    "FM431": (
        {**bundle("document"), "link": [{"relation": "stylesheet", "url": "Binary/css"}]},
        "Bundle.link[0].url",
        {**bundle("document"), "link": [{"relation": "stylesheet", "url": "https://example.org/css"}]},
    ),
    "FM432": (
        bundle("document", entry(1, composition(subject={"reference": "Patient/a"})), entry(2, patient(id="a"))),
        "Bundle.entry[0].resource.subject.reference",
        bundle("collection", entry(1, composition(subject={"reference": "Patient/a"})), entry(2, patient(id="a"))),
    ),
}
