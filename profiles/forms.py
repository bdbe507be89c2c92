"""Write `forms.md`: every public form and field, what it is, where it stands in FHIR, under which code, and its source.

    python profiles/forms.py           write it
    python profiles/forms.py --check   exit code 1 where it is not current

No path is typed here: each is what changes in the bundle of `every-field.yaml` when that one field is left out, or has
another value.
"""

from __future__ import annotations

import copy
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, get_args

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # a script finds only what lies beside it

from pydantic import BaseModel, ValidationError  # noqa: E402

from fhir_matters.records import codes, forms, ids, notation  # noqa: E402
from fhir_matters.records.fit import SECTIONS  # noqa: E402
from fhir_matters.records.record import Record  # noqa: E402

PAGE = HERE / "forms.md"
SAMPLE = HERE / "every-field.yaml"
MOST = 4
Place = tuple[str | int, ...]
Leaves = Mapping[tuple[str, ...], Counter[tuple[str, str]]]
# The text says all of it again, the profile follows from it, and an extension's URL is its name.
UNTOLD = re.compile(r"^\w+\.text\.|\.meta\.profile$|extension\([^)]*\)\.url$")

# Where a form comes from: what it is built on, and who asks for it.
SOURCES: Mapping[str, str] = {
    "Person": "R4 Patient; US Core and UK Core Patient",
    "Name": "R4 HumanName",
    "Identifier": "R4 Identifier",
    "Picture": "R4 Attachment; SHA-1 as Attachment.hash asks",
    "Attachment": "R4 Attachment; SHA-1 as Attachment.hash asks",
    "Someone": "R4 RelatedPerson; PRSB About Me, people who are important to me",
    "Colleague": "R4 Practitioner and PractitionerRole",
    "Conversation": "R4 Procedure; SNOMED CT 713603004, advance care planning",
    "WhatMatters": "US Core care experience preference; PACIO ADI; IPS Patient Story; PRSB About Me",
    "Preference": "US Core treatment intervention and care experience preference; PACIO ADI; PRSB Palliative and EoLC",
    "SaidAgain": "our own: preferences move, so each says when it was said again",
    "WeighedChoice": "our own; PRSB Shared Decision Making 1.0; doi 10.1016/j.resplu.2021.100145",
    "Option": "our own; PRSB Shared Decision Making 1.0",
    "Consideration": "our own; PRSB Shared Decision Making 1.0: for is benefits, against is risks",
    "Likelihood": "our own, after R4 RiskAssessment.prediction",
    "Weight": "our own: no score is ever computed",
    "Decision": "our own; PRSB Shared Decision Making 1.0",
    "Reservation": "our own",
    "Departure": "R4 ServiceRequest.doNotPerform; R4 Flag; IPS Alerts",
    "Protocol": "R4 ServiceRequest; the name is part of the record",
    "Code": "R4 Coding",
    "AnticipatoryPlan": "R4 CarePlan; PACIO ADI care plan",
    "Medicine": "R4 CarePlan.activity",
    "Kit": "R4 CarePlan.activity",
    "Ended": "our own: R4 Consent.status says that it is inactive, not since when or why",
    "LegalDecision": "R4 Consent; PACIO ADI; PRSB Palliative and EoLC",
    "Outcome": "our own; R4 Observation.focus",
    "Avoided": "our own",
    "Recording": "R4 Media",
    "Showing": "R4 Consent",
    "Sharing": "R4 Consent; R4 security labels",
    "WrittenDown": "R4 Provenance; US Core Provenance",
    "Kept": "our own: nothing that came is dropped",
    "Record": "our own; R4 Bundle",
}
# Found out from the bytes of a file, which change together: measured with the field that holds these.
DERIVED = {"content_type": ("data", "contentType"), "sha1": ("data", "hash")}
# What takes the place of a field that cannot be left out alone.
INSTEAD = {"none_of_these": {"option": "as-is"}}
TRIED = 4
# What a file alone holds: it is written back as it came, and has no place of its own.
KEPT = "as it came"
OURS = "our own"
EVERYWHERE = {"id": "the identifier of every resource", "language": "the language of every resource"}
OTHER_FILES = ("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==", "JVBERi0xLjUKJSVFT0Y=")


def page() -> str:
    """The whole page."""
    data = notation.read(SAMPLE.read_bytes()).data
    record = Record.model_validate(copy.deepcopy(data))
    parts = [HEAD, *_sections(record)]
    for form, places in _forms(record).items():
        parts += [*_heading(form), *(_row(form, name, places, data) for name in form.model_fields), ""]
    return "\n".join([*parts, *_codes()]) + "\n"


HEAD = """\
# Forms and fields

Every public form, with what each field is, and where it stands in FHIR. Written by `profiles/forms.py`: each path is
what changes in a bundle when that one field changes, so that none can be out of date. `extension(name)` is the
extension whose URL ends so, `component(code)` the component with that code; a path that ends in a CodeableConcept,
a Reference or an Identifier means all of it. “As it came” is what has no place of its own in FHIR. The code is the code
system of a field's words (below, with what others use for the same), or of the component that it becomes; the source is
the element or extension that it rests on, and above each table what the form as a whole rests on.
"""


def _sections(record: Record) -> Iterator[str]:
    """The sections of a record file, with the resources that their parts become."""
    found: dict[str, list[str]] = {}
    for entry in record.bundle()["entry"]:
        steps = _steps(entry["resource"])
        types = found.setdefault(steps[0] if steps else "", [])
        types += [entry["resource"]["resourceType"]] if entry["resource"]["resourceType"] not in types else []
    yield "## Record\n\nA record file: the fields below, and a section for each sort of part.\n"
    yield "| field | what it is | FHIR |\n|---|---|---|"
    for name, field in Record.model_fields.items():
        where = ", ".join(found.get(name, ())) or EVERYWHERE.get(name, KEPT)
        yield f"| `{name}` | {field.description} | {where} |"
    yield ""


def _forms(record: Record) -> dict[type[BaseModel], list[Place]]:
    """Every form that a record is made of, with the places of the sample at which it stands."""
    found: dict[type[BaseModel], list[Place]] = {}
    for place, form in _walk(record, ()):
        found.setdefault(type(form), []).append(place)
    found.pop(Record)
    return found | {form: [] for form in _public() if form not in found}


def _public() -> list[type[BaseModel]]:
    named = (getattr(forms, name) for name in forms.__all__)
    return [
        each for each in named if isinstance(each, type) and issubclass(each, BaseModel) and each.__name__ in SOURCES
    ]


def _walk(value: Any, place: Place) -> Iterator[tuple[Place, BaseModel]]:
    if isinstance(value, BaseModel):
        yield place, value
        for name, field in type(value).model_fields.items():
            yield from _walk(getattr(value, name), (*place, field.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*place, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _walk(item, (*place, index))


def _heading(form: type[BaseModel]) -> Iterator[str]:
    about = (form.__doc__ or "").partition("\n")[0]
    yield f"## {form.__name__}\n\n{about}  \nSource: {SOURCES[form.__name__]}.\n"
    yield "| field | what it is | FHIR | code | source |\n|---|---|---|---|---|"


def _row(form: type[BaseModel], name: str, places: list[Place], data: Any) -> str:
    field = form.model_fields[name]
    found = paths(field.alias or name, places, data, _values(field.annotation))
    shown = "<br>".join(f"`{path}`" for path in found[:MOST]) + (
        f"<br>and {len(found) - MOST} more" if found[MOST:] else ""
    )
    coded, rests = ", ".join(_coded(field.annotation, found)), "; ".join(_rests_on(found))
    return f"| `{field.alias or name}` | {field.description} | {shown or KEPT} | {coded} | {rests or OURS} |"


def _coded(annotation: Any, found: list[str]) -> Iterator[str]:
    """The code system of a field's words, by its name below; else the codes of the components that it becomes."""
    words = {word.replace(" ", "-") for word in _values(annotation)}
    tables = [name for name, table in _tables() if words and words <= table.keys()]
    if tables:
        yield f"`{tables[0]}`"
        return
    components = dict.fromkeys(code for path in found for code in re.findall(r"component\(([^)]*)\)", path))
    yield from (f"`{code}`" for code in list(components)[:MOST])


def _rests_on(found: list[str]) -> list[str]:
    """What each path rests on: an element of R4, an extension of HL7's, or one of ours."""
    return list(dict.fromkeys(map(_basis, found)))[:MOST]


def _basis(path: str) -> str:
    extension = re.search(r"\bextension\(([^)]*)\)", path)
    if extension is None:
        return f"R4 {'.'.join(re.sub(r'[(][^)]*[)]', '', path).split('.')[:2])}"
    ours = f"{codes.CANONICAL}/StructureDefinition/{extension[1]}" in vars(codes).values()
    return f"our extension {extension[1]}" if ours else f"HL7's extension {extension[1]}"


def _tables() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Our code systems by name, each with its codes."""
    for name, table in vars(codes).items():
        if name.isupper() and isinstance(table, dict):
            yield name.lower().replace("_", "-"), table


def _values(annotation: Any) -> list[Any]:
    """The words of a Literal, however deep it stands in an annotation."""
    inside = get_args(annotation)
    return [found for each in inside for found in ([each] if isinstance(each, str) else _values(each))]


def paths(name: str, places: list[Place], data: Any, words: list[Any]) -> list[str]:
    """Where a field stands in the bundle, at the first of the places that has it; empty where it is nowhere.

    Of the changes that are tried, the one that changes least tells best where the field is.
    """
    measured, ending = DERIVED.get(name, (name, ""))
    for place in places:
        if measured not in (owner := _at(data, place)):
            continue
        before, value = _leaves(data), owner[measured]
        tried = islice(_variants(data, place, measured, value, words), TRIED)
        found = min(
            filter(None, (_changed(before, _leaves(each), place[:2]) for each in tried)), key=len, default=set()
        )
        if found:
            return sorted(_whole(found) if _is_form(value) else (path for path in found if path.endswith(ending)))
    return []


def _is_form(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict))


def _whole(found: set[str]) -> set[str]:
    """The element in which a form of its own stands; where there is no such element, all its places."""
    steps = [re.findall(r"[^.(]+(?:\([^)]*\))?", path) for path in sorted(found)]
    common = [step for step, *others in zip(*steps, strict=False) if all(other == step for other in others)]
    element = common[:-1] if len(found) == 1 and len(common) > len(("Type", "element")) else common
    alone = len(element) > 1 or element == ["Provenance"] or len(steps[0]) == 1
    return {".".join(element)} if alone else found


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data if isinstance(data, dict) else {"text": data}


def _variants(data: Any, place: Place, name: str, value: Any, words: list[Any]) -> Iterator[Any]:
    """The record without the field, or with another value of it: those that are records."""
    others: list[Any] = [None, *(word for word in words if word != value)]
    if isinstance(value, bool):
        others = [None, not value]
    elif isinstance(value, str):
        keys = ["person", "ward", *(key for section in SECTIONS for key in data.get(section, ()))]
        others += [f"{value} x", f"{value}x", "1999", "1999-01-01T00:00:00Z", *OTHER_FILES, *keys]
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        others += [[key] for section in SECTIONS for key in data.get(section, ())]
    elif isinstance(value, dict):
        others += [{**value, inside: f"{said} x"} for inside, said in value.items() if isinstance(said, str)]
        others += [{key: value[key] for key in value if key != left_out} for left_out in value]
    elif not isinstance(value, list):
        others += [value + 1, value / 2]
    for other in others:
        changed = copy.deepcopy(data)
        owner = _at(changed, place)
        owner.pop(name) if other is None else owner.update({name: other})
        owner.update(INSTEAD.get(name, {}) if other is None else {})
        try:
            Record.model_validate(copy.deepcopy(changed))
        except ValidationError:
            continue
        yield changed


def _leaves(data: Any) -> Leaves:
    """Every value in every resource of the bundle, by the type of the resource and its place in the record."""
    resources = [entry["resource"] for entry in Record.model_validate(copy.deepcopy(data)).bundle()["entry"]]
    return {
        (resource["resourceType"], *_steps(resource)): Counter(_values_in(resource, resource["resourceType"]))
        for resource in resources
    }


def _steps(resource: Any) -> list[str]:
    """The place of a resource in the record."""
    return (ids.value_of(resource) or "").split("/")[1:]


def _values_in(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            for each in value if isinstance(value, list) else [value]:
                yield from _values_in(each, f"{path}.{name}{_which(name, each)}")
    else:
        yield path, str(node)


def _which(name: str, element: Any) -> str:
    """Which extension, or which component, it is."""
    if name in ("extension", "modifierExtension"):
        return f"({element['url'].rpartition('/')[2]})"
    if name == "component":
        found = [coding["code"] for coding in element["code"]["coding"] if coding["system"].startswith(codes.CANONICAL)]
        return f"({found[0]})" if found else ""
    return ""


def _changed(one: Leaves, other: Leaves, part: Place) -> set[str]:
    """The paths of what is in one bundle and not in the other; a resource that is in one alone is its type.

    What the resources of that part say counts; what others repeat of it only where these say nothing.
    """
    found = {(resource, resource[0]) for resource in one.keys() ^ other.keys()}
    for resource in one.keys() & other.keys():
        before, after = one[resource], other[resource]
        found |= {(resource, path) for path, _ in ((before - after) + (after - before))}
    own = ("person",) if part[0] == "person" else part
    kept = {(resource, path) for resource, path in found if not UNTOLD.search(path)}
    mine = {path for resource, path in kept if resource[1 : 1 + len(own)] == own} or {path for _, path in kept}
    told = {path for path in mine if not path.endswith(".display") or ".coding." in path}
    return _one_component({_short(path) for path in told or mine})


def _one_component(found: set[str]) -> set[str]:
    """A component under another code is that code in another place: the rest of it is what it was."""
    components = sorted({name for path in found for name in re.findall(r"\bcomponent\([^)]*\)", path)})
    renamed = {path for path in found if components and path.endswith(f"{components[0]}.code")}
    return renamed if renamed and len(components) > 1 else found


def _short(path: str) -> str:
    """The element that a value is a part of: a CodeableConcept, a Reference, an Identifier."""
    path = re.sub(r"(identifier|Identifier|telecom|valueCoding)\.(system|value|code)$", r"\1", path)
    return re.sub(r"\.(coding\.(system|code|display)|reference|display)$", "", path)


def _codes() -> Iterator[str]:
    """Our own codes, with what others use for the same."""
    yield f"## Codes\n\nA code system is `{codes.CANONICAL}/CodeSystem/` and its name; beside ours, others' codes.\n"
    yield "| code system | code | reads | others |\n|---|---|---|---|"
    for system, table in _tables():
        for code, concept in table.items():
            others = ", ".join(f"{_system(each.system)} {each.code}" for each in concept.coded_as)
            yield f"| {system} | `{code}` | {concept.display} | {others} |"


def _system(url: str) -> str:
    return {codes.LOINC: "LOINC", codes.SNOMED_CT: "SNOMED CT"}.get(url, url.rpartition("/")[2])


def main(arguments: list[str]) -> int:
    """Exit code: 0 written or current, 1 not current."""
    text = page()
    if "--check" in arguments:
        return int(PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
