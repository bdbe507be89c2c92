"""Fills in the form of the local server as a browser without scripts would."""

from __future__ import annotations

import requests
from lxml import html as lxml_html

from fhir_matters import Record, jsonio, read
from fhir_matters.local_server.serve import Running

JSON = {"Content-Type": "application/fhir+json"}


def words(element) -> str:
    return " ".join(element.text_content().split())


class Page:
    """One answer of the server, and the form in it, if there is one."""

    def __init__(self, answer: requests.Response) -> None:
        self.status, self.headers = answer.status_code, answer.headers
        self.root = lxml_html.fromstring(answer.content) if answer.content else None
        forms = [form for form in self.root.forms if form.method == "POST"] if self.root is not None else []
        self.fields = fields_of(forms[0]) if forms else {}

    def all(self, class_: str) -> list[str]:
        return [words(found) for found in self.root.iterfind(f".//*[@class='{class_}']")]

    @property
    def slips(self) -> dict[str, str]:
        """What is said to be wrong, by place."""
        return {
            found.get("id").removesuffix("-slip"): words(found) for found in self.root.iterfind(".//p[@class='slip']")
        }

    @property
    def listed(self) -> list[str]:
        """What is said to be wrong at the top."""
        return [words(found) for found in self.root.iterfind(".//div[@class='slips']//li")]


def _fields(form):
    """Each name with its texts, as a browser would send them."""
    for found in form.iter("input", "select", "textarea"):
        name, kind = found.get("name"), found.get("type")
        if found.tag == "select":
            texts = [option.get("value") for option in found.iter("option") if option.get("selected") is not None] or [
                ""
            ]
        elif found.tag == "textarea":
            texts = [found.text or ""]
        elif kind in ("radio", "checkbox"):
            texts = [found.get("value")] if found.get("checked") is not None else []
        else:
            texts = [] if kind == "file" else [found.get("value", "")]
        yield name, texts


def fields_of(form) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, texts in _fields(form):
        found.setdefault(name, []).extend(texts)
    return found


class Filling(requests.Session):
    """A visitor of the server."""

    def __init__(self, running: Running) -> None:
        super().__init__()
        self.trust_env = False
        self.base, self.top = running.base, running.base.removesuffix("/fhir")

    def open(self, path: str) -> Page:
        return Page(self.get(f"{self.top}{path}", timeout=30))

    def fill(self, path: str, page: Page, *, do: str = "save", files=(), headers=None, **typed) -> Page:
        """The form of that page with what is typed besides, by place (`__` is a dot)."""
        said = {**page.fields, **{name.replace("__", "."): [text] for name, text in typed.items()}, "do": [do]}
        parts = [(name, (None, text.encode())) for name, texts in said.items() for text in texts]
        url = f"{self.top}{path}"
        return Page(self.post(url, files=[*parts, *files], headers=headers, allow_redirects=False, timeout=30))

    def record(self, path: str) -> Record:
        """The record of the person whose page that is."""
        url = f"{self.base}/Patient/{path.split('/')[2]}/$everything?_count=1000"
        return read(jsonio.read(self.get(url, timeout=30).content))

    def put(self, record: Record) -> str:
        """The path of the page of a person whose record the server has now."""
        sent = self.post(self.base, data=jsonio.write(record.bundle("transaction")), headers=JSON, timeout=30)
        assert sent.ok, sent.text
        (patient,) = [
            place for each in sent.json()["entry"] if (place := each["response"]["location"]).startswith("Patient/")
        ]
        return f"/people/{patient.split('/')[1]}"

    def versions(self) -> int:
        """How many versions of anything the server has."""
        return self.get(f"{self.base}/_history?_count=1", timeout=30).json()["total"]
