"""A server whose `$validate` judges, on top of the fake: by R4 a little, and by the profiles that it stores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.server.fake import Fake, Request, Response, outcome

PROFILE = "https://example.org/fhir/StructureDefinition/person"
FINE = {"severity": "information", "code": "informational", "details": {"text": "All OK"}}


def found(code: str, text: str, *places: str, severity: str = "error") -> dict[str, Any]:
    """One issue."""
    return {"severity": severity, "code": code, "details": {"text": text}, "expression": list(places)}


def told(*issues: dict[str, Any], status: int = 200) -> Response:
    """An OperationOutcome of these issues."""
    return Response(status, {"resourceType": "OperationOutcome", "issue": list(issues or (FINE,))})


class Judge(Fake):
    """Each profile wants a `language`. `heeds`: whether stored profiles count; `tells`: whether others are named.

    `only` is how it wants to be asked: `bare`, by `parameters`, or either.
    """

    def __init__(self, *, heeds: bool = True, tells: bool = False, only: str = "") -> None:
        super().__init__()
        self.heeds, self.tells, self.only = heeds, tells, only
        self.asked: list[Any] = []

    def answer(self, request: Request) -> Response:
        if request.method == "POST" and request.path.endswith("/$validate"):
            return self.judged(request)
        return super().answer(request)

    def judged(self, request: Request) -> Response:
        wrapped = request.body["resourceType"] == "Parameters"
        if self.only and (self.only == "parameters") != wrapped:
            return outcome(400, "not-supported")
        given = {each["name"]: each for each in request.body.get("parameter", ())}
        resource = given["resource"]["resource"] if wrapped else request.body
        self.asked.append(resource)
        named = request.query.get("profile", [])
        return told(*self.issues(resource, named))

    def issues(self, resource: dict[str, Any], named: list[str]) -> Iterator[dict[str, Any]]:
        kind = resource["resourceType"]
        if kind == "Observation" and "status" not in resource:
            yield found("required", "Missing required property", "Observation.status")
        stored = {each["url"] for place, each in self.now.items() if place.startswith("StructureDefinition/")}
        claimed = (resource.get("meta") or {}).get("profile") or []
        for profile in [*(claimed if isinstance(claimed, list) else []), *named]:
            heeded = self.heeds and str(profile).partition("|")[0] in stored
            if not heeded and self.tells:
                yield found("not-found", f"Unable to resolve profile {profile}", f"{kind}.meta.profile[0]")
            if heeded and "language" not in resource:
                yield found("required", f"language: minimum required = 1 (from {profile})", kind)
