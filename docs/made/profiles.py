"""A page for each profile of ours: what it asks for, an example, who else can read it; and one of our extensions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from docs.made.package import ROOT, Resource, cell, examples, last, ours

CUT = 160  # characters of a string in an example; what is longer is a picture, a recording or generated text
HEAD = """\
# Profiles

The FHIR package `fhir.matters.r4`, for R4 (4.0.1). `fhir-matters validate` knows it; for other tools,
`python profiles/build.py --pack FILE.tgz` in a clone packs it. Every profile rests on plain R4 and asks of it only what
is listed on its page. Also here: [the extensions](extensions.md), [the codes](codes.md), [every field of the
forms](../fields.md) with its place in FHIR, and [who else can read what](../guides.md).

| profile | of | what it is |
|---|---|---|
"""
CONTENTS = """\
```{toctree}
:hidden:
:glob:

extensions
codes
fm-*
```
"""
TABLE = "| element | how often | type | what |\n|---|---|---|---|\n"
COLUMNS = ("R4", "US Core", "PACIO ADI", "IPS", "UK Core", "PCO")


def pages() -> dict[str, str]:
    """The pages, by where they stand in the site."""
    found = ours("StructureDefinition").values()
    profiles = sorted((each for each in found if each["type"] != "Extension"), key=lambda each: each["title"])
    extensions = sorted((each for each in found if each["type"] == "Extension"), key=lambda each: each["id"])
    made = {f"reference/profiles/{each['id']}.md": "\n".join(_page(each)) for each in profiles}
    rows = [
        f"| [{each['title']}]({each['id']}.md) | {each['type']} | {cell(each['description'])} |" for each in profiles
    ]
    return made | {
        "reference/profiles/index.md": HEAD + "\n".join(rows) + f"\n\n{CONTENTS}",
        "reference/profiles/extensions.md": "\n".join(["# Extensions\n", *map(_extension, extensions)]),
    }


def _page(profile: Resource) -> Iterator[str]:
    yield f"# {profile['title']}\n\n{profile['description']}\n"
    yield f"`{profile['url']}` rests on R4's {_named(profile['baseDefinition'])}.\n"
    yield "## What it asks for\n\nWhat is not listed is as R4 has it. In bold: what a system must be able to keep.\n"
    yield TABLE + "\n".join(_rows(profile)) + "\n"
    yield from _rules(profile)
    yield "## Who else can read it\n"
    yield from _readers(profile)
    yield "## Example\n"
    yield from _example(profile)


def _named(url: str) -> str:
    return f"[{last(url)}](http://hl7.org/fhir/R4/{last(url).lower()}.html)"


def _rows(definition: Resource) -> Iterator[str]:
    for element in definition["differential"]["element"]:
        if said := _said(element):
            name = f"`{element['id'].partition('.')[2] or element['id']}`"
            name = f"**{name}**" if element.get("mustSupport") else name
            yield f"| {name} | {_often(element)} | {_types(element)} | {said} |"


def _often(element: Resource) -> str:
    low, high = element.get("min"), element.get("max")
    return "" if low is None and high is None else f"{'' if low is None else low}..{'' if high is None else high}"


def _types(element: Resource) -> str:
    return "<br>".join(_type(each) for each in element.get("type", []))


def _type(kind: Resource) -> str:
    if profiles := kind.get("profile"):
        return ", ".join(map(_linked, profiles))
    targets = ", ".join(last(url) for url in kind.get("targetProfile", []))
    return f"{kind['code']}({targets})" if targets else last(kind["code"])


def _linked(url: str) -> str:
    definition = ours("StructureDefinition").get(url)
    if definition is None:
        return f"[{last(url)}]({url})"
    page = f"#extension-{definition['id']}" if definition["type"] == "Extension" else f"{definition['id']}.md"
    return f"[{definition['id']}]({page})"


def _said(element: Resource) -> str:
    """What the profile says of the element; empty where it only says how slices are told apart."""
    fixed = [f"exactly {_value(value)}" for name, value in element.items() if name.startswith(("fixed", "pattern"))]
    parts = [element.get("short", ""), *fixed, _binding(element.get("binding"))]
    if not any(parts) and ("min" in element or "max" in element or "type" in element):
        return " "
    return cell("; ".join(filter(None, parts)))


def _value(value: Any) -> str:
    if not isinstance(value, dict):
        return f"`{value}`"
    coding = (value.get("coding") or [value])[0]
    said = " ".join(filter(None, (coding.get("system"), coding.get("code"))))
    return f"`{said or json.dumps(value)}`"


def _binding(binding: Resource | None) -> str:
    if binding is None:
        return ""
    url = binding["valueSet"].partition("|")[0]
    found = ours("ValueSet").get(url)
    where = f"[{found['title']}](#codes-{last(url)})" if found else f"[{last(url)}]({url})"
    return f"a code of {where} ({binding['strength']})"


def _rules(definition: Resource) -> Iterator[str]:
    rules = [rule for element in definition["differential"]["element"] for rule in element.get("constraint", [])]
    if rules:
        yield "### Rules\n\n| rule | severity | says | FHIRPath |\n|---|---|---|---|"
        for rule in rules:
            yield f"| {rule['key']} | {rule['severity']} | {cell(rule['human'])} | `{cell(rule['expression'])}` |"
        yield ""


def _readers(profile: Resource) -> Iterator[str]:
    """The profile's row of `profiles/guides.md`: which profiles of others it claims."""
    rows = (ROOT / "profiles" / "guides.md").read_text(encoding="utf-8").splitlines()
    cells = next((row.split(" | ")[1:] for row in rows if row.startswith("| **") and f"`{profile['id']}`" in row), None)
    if cells is None:
        yield "Whoever reads R4.\n"
        return
    yield "How many instances in the examples + in generated records claim which profile of others, each judged without"
    yield "an error by the HL7 validator: [how that is measured](../guides.md).\n"
    yield f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n| {' | '.join(cells).removesuffix(' |')} |\n"


def _example(profile: Resource) -> Iterator[str]:
    found = [
        (record, each)
        for record, resources in examples().items()
        for each in resources
        if profile["url"] in each.get("meta", {}).get("profile", [])
    ]
    if not found:
        yield "It is what `fhir-matters build FILE --as document` writes.\n"
        return
    record, shortest = min(found, key=lambda each: len(json.dumps(each[1])))
    records = sorted({record for record, _ in found})
    yield f"There are {len(found)} in the example records ({', '.join(f'`examples/{name}.yaml`' for name in records)});"
    yield f"this one is {record.capitalize()}'s. What is long is cut with an ellipsis.\n"
    yield f"```json\n{json.dumps(_cut(shortest), indent=2, ensure_ascii=False)}\n```\n"


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_cut(each) for each in value]
    return value[:CUT] + "…" if isinstance(value, str) and len(value) > CUT else value


def _extension(extension: Resource) -> str:
    where = ", ".join(f"`{each['expression']}`" for each in extension["context"])
    head = f"(extension-{extension['id']})=\n## {extension['title']}\n\n{extension['description']}\n"
    head += f"\n`{extension['url']}`, on {where}.\n"
    return "\n".join([head, TABLE + "\n".join(_rows(extension)) + "\n", *_rules(extension)])
