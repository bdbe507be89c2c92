"""Invented resources that refer to each other in every way that FHIR has, and strategies that vary them."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.server.rewrite import rewrite

SYSTEM = "https://example.org/people"
NPI = "https://example.org/npi"


def patient(identity: str = "barbara", **more: Any) -> dict[str, Any]:
    identifier = [{"system": SYSTEM, "value": identity}]
    return {"resourceType": "Patient", "id": identity, "identifier": identifier, "name": [{"text": "B"}], **more}


def practitioner(identity: str = "anna", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": identity, "identifier": [{"system": NPI, "value": "7"}], **more}


def observation(identity: str, subject: str = "Patient/barbara", **more: Any) -> dict[str, Any]:
    said = {"status": "final", "code": {"text": "what matters"}, "subject": {"reference": subject}}
    return {"resourceType": "Observation", "id": identity, **said, **more}


def exactly(text: str) -> Any:
    return jsonio.read(text)


def record(count: int = 30) -> list[dict[str, Any]]:
    """A patient, a colleague found by condition, and observations of which each rests on the one before."""
    asked = f"Practitioner?identifier={NPI}|7"
    observations = [
        observation(
            f"said-{number}",
            performer=[{"reference": asked}],
            derivedFrom=[{"reference": f"Observation/said-{number - 1}"}] if number else [{"display": "nothing"}],
            valueQuantity=exactly('{"value": 1.10, "unit": "h"}'),
        )
        for number in range(count)
    ]
    return [*reversed(observations), practitioner(), patient()]


def world_wide(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same under ids that mean one thing in the world, so that nobody must be asked whose they are."""
    names = {f"{each['resourceType']}/{each['id']}": str(uuid5(NAMESPACE_URL, each["id"])) for each in resources}

    def named(reference: str) -> str | None:
        return f"{reference.partition('/')[0]}/{names[reference]}" if reference in names else None

    return [{**rewrite(each, named), "id": names[f"{each['resourceType']}/{each['id']}"]} for each in resources]


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8)
numbers = st.one_of(
    st.integers(-1000, 1000), st.sampled_from(["1.10", "1e2", "-0.00", "1E-7", "0.000000000000000001"]).map(exactly)
)
leaves = st.one_of(words, st.booleans(), numbers)
elements = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=20,
)
resources = st.dictionaries(words.filter(lambda key: key not in ("resourceType", "id", "meta")), elements).map(
    lambda rest: {"resourceType": "Basic", "id": "any", **rest}
)
