"""A small code system, value sets of it, and profiles that bind to them: invented, and in every state that matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BASE = "https://example.org/animals/"
ANIMALS, FOLDED, GERMAN = BASE + "cs", BASE + "folded", BASE + "german"
PROPERTIES = "http://hl7.org/fhir/concept-properties#"


def concept(code: str, *below: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {"code": code, "display": code.capitalize(), **({"concept": list(below)} if below else {}), **more}
    return {name: value for name, value in said.items() if value is not None}


def stated(**values: Any) -> list[dict[str, Any]]:
    kinds = {bool: "valueBoolean", str: "valueCode", int: "valueInteger"}
    return [{"code": name, kinds[type(value)]: value} for name, value in values.items()]


def code_system(*concepts: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {
        "resourceType": "CodeSystem",
        "url": BASE + "own",
        "status": "active",
        "content": "complete",
        "caseSensitive": True,
        "hierarchyMeaning": "is-a",
        "concept": list(concepts) or [concept("a"), concept("b", concept("c"))],
    }
    return {name: value for name, value in {**base, **more}.items() if value is not None}


def value_set(name: str, *include: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"resourceType": "ValueSet", "url": BASE + name, "status": "active", "compose": {"include": list(include)}}
    return {**base, **more}


def supplemented(name: str) -> dict[str, Any]:
    url = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"
    return {"url": url, "valueCanonical": BASE + name}


def profile(name: str, strength: str, path: str = "Observation.code") -> dict[str, Any]:
    kind = path.partition(".")[0]
    bound = {
        "path": path,
        "min": 1,
        "max": "1",
        "binding": {"strength": strength, "valueSet": BASE + name},
    }
    return {
        "resourceType": "StructureDefinition",
        "url": f"{BASE}{name}-{strength}",
        "type": kind,
        "kind": "resource",
        "derivation": "constraint",
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{kind}",
        "snapshot": {"element": [{"path": kind, "min": 0, "max": "*"}, bound]},
    }


SYSTEMS = (
    code_system(
        concept(
            "animal",
            concept("dog", concept("puppy"), designation=[{"language": "de", "value": "Hund"}, {"value": "Hound"}]),
            concept("dodo", property=stated(inactive=True)),
            concept("carp", property=stated(status="deprecated")),
        ),
        url=ANIMALS,
        version="1",
        property=[
            {"code": "legs", "type": "integer"},
            {"code": "like", "type": "Coding"},
            {"code": "born", "type": "dateTime"},
            {"code": "kg", "type": "decimal"},
            {"code": "friend", "type": "code"},
        ],
        filter=[{"code": "legs", "operator": ["="], "value": "a number"}],
    ),
    code_system(url=FOLDED, caseSensitive=False),
    code_system(
        concept(
            "dog",
            display=None,
            designation=[{"language": "cy", "value": "Ci"}, {"language": "en", "value": "Pooch"}, {"value": "Canis"}],
        ),
        url=BASE + "more-words",
        content="supplement",
        supplements=ANIMALS,
    ),
    code_system(
        concept("a", display="Hund", designation=[{"language": "en", "value": "Dog"}]), url=GERMAN, language="de"
    ),
)
DOGS = {"system": ANIMALS, "filter": [{"property": "concept", "op": "is-a", "value": "dog"}]}
SETS = (
    value_set("all", {"system": ANIMALS}),
    value_set("dogs", DOGS),
    value_set("listed", {"system": ANIMALS, "concept": [{"code": "dog"}, {"code": "wolf"}]}),
    value_set("versioned", {"system": ANIMALS, "version": "1"}),
    value_set("active", compose={"inactive": False, "include": [{"system": ANIMALS}]}),
    value_set("round", {"valueSet": [BASE + "about"]}),
    value_set("about", {"valueSet": [BASE + "round"]}),
    value_set("itself", DOGS, {"valueSet": [BASE + "itself"]}),
    value_set("several", DOGS, {"system": FOLDED}),
    value_set(
        "reworded", DOGS, extension=[supplemented("more-words"), supplemented("nowhere"), supplemented("german")]
    ),
)
NAMES = [each["url"].removeprefix(BASE) for each in SETS]
PROFILES = (
    *(profile(name, strength) for name in NAMES for strength in ("required", "extensible")),
    {**profile("all", "required", "Encounter.class"), "url": BASE + "all-encounter"},
)


class Animals:
    """A layer of a registry that knows these and nothing else."""

    def __init__(self, *more: dict[str, Any]) -> None:
        self._known = [*SYSTEMS, *SETS, *PROFILES, *more]

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        return next(
            (
                each
                for each in self._known
                if (each["url"], each["resourceType"]) == (url, kind) and version in ("", each.get("version", ""))
            ),
            None,
        )

    def urls(self, kind: str) -> Iterator[str]:
        return (each["url"] for each in self._known if each["resourceType"] == kind)
