"""One server, asked in FHIR over HTTP, and what a case needs to keep what it does apart from what others do."""

from __future__ import annotations

import json
from uuid import uuid4

import requests

JSON, XML, JSON_PATCH = "application/fhir+json", "application/fhir+xml", "application/json-patch+json"


class Asked(requests.Session):
    """One server, and a mark that makes what a case does its own."""

    def __init__(self, base):
        super().__init__()
        self.base, self.mark = base, f"urn:example:{uuid4()}"

    def __call__(self, method, path="", body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"Content-Type": JSON, "Accept": JSON, "Cache-Control": "no-cache", **named}
        data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        data = data.encode() if isinstance(data, str) else data
        url = path if path.startswith("http") else f"{self.base}/{path}" if path else self.base
        return self.request(method, url, data=data, headers=named, timeout=60)

    def patient(self, value="1", **more):
        return {"resourceType": "Patient", "identifier": [{"system": self.mark, "value": value}], **more}

    def said(self, subject, **more):
        code = {"coding": [{"system": self.mark, "code": "said"}]}
        reference = {"reference": subject}
        return {"resourceType": "Observation", "status": "final", "code": code, "subject": reference, **more}

    def made(self, body):
        """The id of a new resource."""
        answer = self("POST", body["resourceType"], body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def matches(self, query):
        """The resources that a search finds, page after page; outcomes and includes apart."""
        bundle, found = self("GET", query).json(), []
        while True:
            entries = bundle.get("entry", [])
            found += [each["resource"] for each in entries if each["search"]["mode"] == "match"]
            following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
            if not following:
                return found
            bundle = self("GET", following[0]).json()

    def bundle(self, kind, *entries):
        listed = [
            {
                "request": {"method": method, "url": url, **more.pop("request", {})},
                **({"resource": resource} if resource else {}),
                **more,
            }
            for method, url, resource, more in entries
        ]
        return self("POST", "", {"resourceType": "Bundle", "type": kind, "entry": listed})

    def statuses(self, answer):
        return [each["response"]["status"][:3] for each in answer.json().get("entry", [])]
