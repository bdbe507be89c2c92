"""A terminology server of one code system and one value set, on top of the fake: `$validate-code` and `$expand`."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.server.fake import Fake, Request, Response, outcome

ANIMALS, PETS = "http://example.org/cs/animals", "http://example.org/vs/pets"
CALLED = {"dog": "Dog", "cat": "Cat", "wolf": "Wolf"}
KEPT = ("dog", "cat")


def parameters(**values: Any) -> dict[str, Any]:
    kinds = {bool: "valueBoolean", str: "valueString"}
    listed = [
        {"name": name.replace("_", "-"), kinds[type(value)]: value}
        if not isinstance(value, dict)
        else {"name": name, "resource": value}
        for name, value in values.items()
    ]
    return {"resourceType": "Parameters", "parameter": listed}


class Codes(Fake):
    """Counts what it is asked by operation; `batches` says whether it takes a batch."""

    def __init__(self, *, batches: bool = True) -> None:
        super().__init__()
        self.batches = batches
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def answer(self, request: Request) -> Response:
        if request.method == "POST" and request.path == "/fhir":
            return self.batch(request.body) if self.batches else outcome(400, "not-supported")
        return self.said(request.path.removeprefix("/fhir/"), _given(request.body))

    def batch(self, bundle: Any) -> Response:
        entries = []
        for each in bundle["entry"]:
            parts = urlsplit(each["request"]["url"])
            told = self.said(parts.path, dict(parse_qsl(parts.query)))
            entries.append({"resource": told.body, "response": {"status": str(told.status)}})
        return Response(body={"resourceType": "Bundle", "type": "batch-response", "entry": entries})

    def said(self, operation: str, given: dict[str, Any]) -> Response:
        self.asked.append((operation, given))
        match operation:
            case "ValueSet/$expand" if given["url"] == PETS:
                listed = [{"system": ANIMALS, "code": code} for code in KEPT]
                return Response(body={"resourceType": "ValueSet", "expansion": {"contains": listed}})
            case "ValueSet/$validate-code" if given["url"] == PETS:
                inside = given["system"] == ANIMALS and given["code"] in KEPT
                return Response(body=parameters(result=inside, message="in or not"))
            case "CodeSystem/$validate-code" if given["url"] == ANIMALS:
                called = CALLED.get(given["code"])
                right = called is not None and given.get("display", called) == called
                return Response(body=parameters(result=right, **({"display": called} if called else {})))
        return outcome(404, "not-found")


def _given(body: Any) -> dict[str, Any]:
    return {
        each["name"]: next(value for key, value in each.items() if key.startswith("value"))
        for each in body["parameter"]
    }
