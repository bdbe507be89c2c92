"""What is kept from whom: a form to a Consent, security labels on what is kept, and back. Leaves nothing out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.consents import PATIENT_CONSENT, PRIVACY, READER, actors, actors_of, performer_of
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    children,
    coding,
    concept,
    extension,
    present,
    value_in,
)
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.forms import Parts, Sharing
from fhir_matters.records.forms.showing import SHAREABLE
from fhir_matters.records.withholding import with_what_tells

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED = {"R": Coding(CONFIDENTIALITY, "R", "restricted"), "V": Coding(CONFIDENTIALITY, "V", "very restricted")}
_V3_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CATEGORY = (PATIENT_CONSENT, Coding(_V3_ACT, "IDSCL", "information disclosure"))
# What holds for all that is not kept: R4 Consent, "the base policy", to which the provisions are exceptions. As a URI:
# R4's value set for `policyRule` knows laws only.
_SHARED = f"{_V3_ACT}#OPTIN"


def kept_back(links: Links, key: str, sharing: Sharing) -> Element:
    """The Consent in which something is kept from somebody; its narrative does not say what that is."""
    return present(
        {
            "resourceType": "Consent",
            "meta": {"profile": [codes.PROFILE_SHARING]},
            "language": links.language,
            "text": _text(links, sharing),
            "extension": list(extension(codes.EXTENSION_WHY, "String", sharing.because)),
            "identifier": [links.identifier("sharing", key)],
            "status": "inactive" if sharing.ended else "active",
            "scope": concept((PRIVACY,)),
            "category": [concept(_CATEGORY)],
            "patient": links.to("person"),
            "dateTime": sharing.when,
            "performer": [links.to(sharing.said_by)],
            "policy": [{"uri": _SHARED}],
            "provision": present(
                {"period": present({"end": sharing.until}), "provision": [_provision(links, sharing)]}
            ),
        }
    )


def _provision(links: Links, sharing: Sharing) -> Element:
    """R4 Consent.provision.type: not in the root rule, and in every rule below it."""
    alone = {"type": "permit", "actor": actors(links, (READER,), sharing.only_with)} if sharing.only_with else None
    return present(
        {
            "type": "deny",
            "actor": actors(links, (READER,), sharing.not_with),
            "data": [{"meaning": "instance", "reference": links.to(each)} for each in sharing.what],
            "provision": [alone] if alone else None,
        }
    )


def _text(links: Links, sharing: Sharing) -> Element:
    said_by = ", ".join(filter(None, (links.name(sharing.said_by), sharing.when)))
    lines = (
        ("Kept from", links.names(sharing.not_with)),
        ("Told only to", links.names(sharing.only_with)),
        ("Why", sharing.because),
        ("Whose wish", said_by),
        ("Until", sharing.until),
        ("Ended", "it need not be kept any more" if sharing.ended else None),
    )
    return narrative(links.language, "Told in confidence", lines)


def sharing_of(resource: Element, keys: Keys) -> Sharing:
    """What is kept from whom, of a Consent that was made by `kept_back`.

    Raises ValidationError where somebody in it is not known: it would else keep less, or be another's wish.
    """
    rule = _only(child(resource.get("provision"), "provision"))
    found = {
        "what": keys.each((child(each, "reference") for each in children(rule, "data")), *SHAREABLE),
        "not_with": actors_of(rule, keys),
        "only_with": actors_of(_only(child(rule, "provision")), keys),
        "because": value_in(resource, codes.EXTENSION_WHY, "String"),
        "said_by": performer_of(resource, keys),
        "when": resource.get("dateTime"),
        "until": child(child(resource.get("provision"), "period"), "end"),
        "ended": resource.get("status") == "inactive" or None,
    }
    return Sharing.model_validate(present(found))


def _only(several: Any) -> Any:
    return several[0] if isinstance(several, list) and several else None


def labels_of(parts: Parts) -> Mapping[str, Coding]:
    """The label of each part that is kept from somebody, of what would give it away, and of the wish itself.

    Very restricted is what a few alone may see. A wish that is ended labels nothing; one that ends on some day does,
    since there is no clock here.
    """
    wishes = {key: wish for key, wish in parts.sharing.items() if not wish.ended}
    alone = {key: wish for key, wish in wishes.items() if wish.only_with}
    restricted, very = _labelled(parts, wishes), _labelled(parts, alone)
    return dict.fromkeys(restricted, RESTRICTED["R"]) | dict.fromkeys(very, RESTRICTED["V"])


def _labelled(parts: Parts, wishes: Mapping[str, Sharing]) -> set[str]:
    return {*wishes, *with_what_tells(parts, (key for wish in wishes.values() for key in wish.what))}


def labelled(labels: Mapping[str, Coding], steps: tuple[str, ...], resource: Element) -> Element:
    """The resource with the security label of the part that it is made of, if that is kept from somebody."""
    label = labels.get(steps[1]) if len(steps) > 1 else None
    found = _security(resource)
    if label is None or coding(label) in found:
        return resource
    return {**resource, "meta": {**(resource.get("meta") or {}), "security": [*found, coding(label)]}}


def unlabelled(labels: Mapping[str, Coding], steps: tuple[str, ...], resource: Element) -> Element:
    """The resource of others as it was before `labelled`: a label that is ours goes when the wish is ended."""
    label = labels.get(steps[1]) if len(steps) > 1 else None
    found = _security(resource)
    if label is None or found[-1:] != [coding(label)]:
        return resource
    meta = present({**resource["meta"], "security": found[:-1]})
    return {name: meta if name == "meta" else each for name, each in resource.items() if name != "meta" or meta}


def _security(resource: Element) -> list[Any]:
    return children(resource.get("meta"), "security")
