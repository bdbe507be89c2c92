"""The page of our codes: each code system with its codes, each value set with what it takes."""

from __future__ import annotations

from collections.abc import Iterator

from docs.made.package import Resource, cell, last, ours

HEAD = """\
# Codes

Our own codes stand only where no code of LOINC or SNOMED CT says it. Each is named once, here, and its words are in the
record beside it: a reader that knows none of these codes still shows what was said.
"""


def pages() -> dict[str, str]:
    """The page, by where it stands in the site."""
    systems = (line for each in ours("CodeSystem").values() for line in _system(each))
    sets = (line for each in ours("ValueSet").values() for line in _set(each))
    return {
        "reference/profiles/codes.md": "\n".join([HEAD, "## Value sets\n", *sets, "## Code systems\n", *systems]),
    }


def _set(definition: Resource) -> Iterator[str]:
    yield f"(codes-{definition['id']})=\n### {definition['title']}\n\n{definition['description']}\n"
    yield f"`{definition['url']}`\n"
    for include in definition["compose"]["include"]:
        system = include.get("system", "")
        where = f"[{last(system)}](#system-{last(system)})" if system in ours("CodeSystem") else f"`{system}`"
        if concepts := include.get("concept"):
            yield f"- of {where}: {', '.join(_concept(each) for each in concepts)}"
        elif filters := include.get("filter"):
            said = " and ".join(f"{each['property']} {each['op']} {each['value']}" for each in filters)
            yield f"- of {where}: whose {said}"
        else:
            yield f"- all of {where or ', '.join(include.get('valueSet', []))}"
    yield ""


def _concept(concept: Resource) -> str:
    return f"`{concept['code']}` {cell(concept.get('display', ''))}".strip()


def _system(definition: Resource) -> Iterator[str]:
    yield f"(system-{definition['id']})=\n### {definition['title']}\n\n{definition['description']}\n"
    yield f"`{definition['url']}`\n"
    yield "| code | display | what it says |\n|---|---|---|"
    for concept in definition["concept"]:
        yield f"| `{concept['code']}` | {cell(concept.get('display', ''))} | {cell(concept.get('definition', ''))} |"
    yield ""
