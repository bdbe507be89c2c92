"""The pages of the rules: one a family, with the code, the why, the what to do and examples of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from docs.made.package import cell
from fhir_matters.rule_examples import Example, example
from fhir_matters.rules import RULES, Rule

FAMILIES = {
    "FM0": "Reading",
    "FM1": "Shape",
    "FM2": "Primitive values",
    "FM3": "Codes",
    "FM4": "References and Bundles",
    "FM5": "Profiles, slices, extensions",
    "FM6": "Invariants",
    "FM7": "What is not there to judge by",
    "FM8": "What is missing from a record",
    "FM9": "Definitions and reports",
}
HEAD = """\
# Rules

Every finding names its rule, and `fhir-matters rules FM101` says the same as the entry of the rule here. A rule that
says *undecided* found that something could not be judged: that is never a pass, and `--strict` makes it fail.

```{toctree}
:hidden:
:glob:

FM*
```
"""


def pages() -> dict[str, str]:
    """The pages, by where they stand in the site."""
    families = {family: [rule for code, rule in sorted(RULES.items()) if code[:3] == family] for family in FAMILIES}
    made = {f"reference/rules/{family}.md": "\n".join(_page(family, rules)) for family, rules in families.items()}
    return made | {"reference/rules/index.md": "\n".join([HEAD, *map(_list, families, families.values())])}


def _list(family: str, rules: Iterable[Rule]) -> str:
    rows = (f"| [{rule.code}](#{rule.code.lower()}) | {_severity(rule)} | {cell(rule.title)} |" for rule in rules)
    head = f"## [{FAMILIES[family]}]({family}.md)\n\n| rule | severity | says |\n|---|---|---|"
    return "\n".join([head, *rows, ""])


def _severity(rule: Rule) -> str:
    return f"{rule.severity}, undecided" if rule.undecided else str(rule.severity)


def _page(family: str, rules: Iterable[Rule]) -> Iterator[str]:
    yield f"# {family}xx: {FAMILIES[family]}\n"
    for rule in rules:
        yield f"({rule.code.lower()})=\n## {rule.code}: {rule.title}\n\n{rule.why}\n\n**Do:** {rule.todo}\n"
        yield f"*{_severity(rule)}*, FHIR issue type `{rule.issue_type}`; it rests on <{rule.spec}>.\n"
        yield from _examples(example(rule.code))


def _examples(example: Example) -> Iterator[str]:
    where = f", at `{example.place}`" if example.place else ""
    yield f"What breaks it{where}{_asked(example.profiles)}:\n\n{_block(example, example.bad)}"
    yield f"What does not{_asked(example.good_profiles)}:\n\n{_block(example, example.good)}"
    if example.needs:
        yield f"{example.needs}\n"
    if example.definitions:
        yield "<details><summary>With these definitions</summary>\n"
        yield from (f"```json\n{json.dumps(json.loads(each), indent=2)}\n```\n" for each in example.definitions)
        yield "</details>\n"


def _asked(profiles: Iterable[str]) -> str:
    return "".join(f", with `--profile {profile}`" for profile in profiles)


def _block(example: Example, words: str) -> str:
    if example.language == "words":
        return f"> {words}\n"
    return f"```{example.language}\n{words.strip()}\n```\n"
