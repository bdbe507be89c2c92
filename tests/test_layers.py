"""The floor plan of CONTRIBUTING.md, held by walking the syntax trees: imports go down, and never in circles."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "fhir_matters"
VALUES = {"coded", "doors", "errors", "instead", "path", "issue", "outcome", "choosing"}
VALUES |= {"rules", "rule_examples", "advice", "form_rules", "profile_rules"}
BYTES = {"jsonio", "modelled", "xmlio", "xmlwriting", "slips", "locate", "quoting", "edits", "unpacking"}
BYTES |= {"sources", "files", "folders"}
# Within a column, from the bottom up: a folder may use those to its left.
COLUMNS = (
    ("definitions", "fhirpath", "terminology", "fixes", "validation"),
    ("records", "lints"),
    ("server", "local_server"),
    ("reports", "view"),
)
ROOF = {"__init__", "__main__", "cli", "testing", "arrow", "spark", "notebook", "models", "pages", "pytest_plugin"}


def modules(package: Path) -> dict[str, ast.Module]:
    """The syntax tree of each module, by dotted name; a folder's `__init__` by `folder.__init__`."""
    files = sorted(package.rglob("*.py"))
    return {".".join(file.relative_to(package).with_suffix("").parts): ast.parse(file.read_bytes()) for file in files}


def imports(tree: ast.Module, known: set[str]) -> Iterator[str]:
    """Every module of fhir_matters that the tree imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from filter(None, (module_of(name, known) for name in names if name.partition(".")[0] == "fhir_matters"))


def module_of(name: str, known: set[str]) -> str:
    """`fhir_matters.issue.Report` → `issue`; what only a folder's `__init__` can hold → `folder.__init__`."""
    parts = name.split(".")[1:]
    for length in range(len(parts), 0, -1):
        for candidate in (".".join(parts[:length]), ".".join((*parts[:length], "__init__"))):
            if candidate in known:
                return candidate
    return "__init__"


def floor(module: str) -> int:
    part = module.partition(".")[0]
    floors = (VALUES, BYTES, {folder for column in COLUMNS for folder in column}, ROOF)
    places = [number for number, parts in enumerate(floors) if part in parts]
    assert places, f"{part} has no place in the floor plan"
    return places[0]


def allowed(module: str, imported: str) -> bool:
    """Below, in the same folder, or to the left in the same column."""
    here, there = module.partition(".")[0], imported.partition(".")[0]
    if here == there or floor(imported) < floor(module):
        return True
    if floor(imported) > floor(module):
        return False
    if floor(module) != 2:
        return True  # one floor is one folder there; circles are looked for below
    return any(there in column[: column.index(here)] for column in COLUMNS if here in column)


def wrong(trees: dict[str, ast.Module]) -> list[str]:
    """Every import that the floor plan forbids, and one circle if there is any."""
    graph = {name: set(imports(tree, set(trees))) - {name} for name, tree in trees.items()}
    found = [
        f"{name} imports {other}" for name, others in graph.items() for other in others if not allowed(name, other)
    ]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found.append("circle: " + " → ".join(error.args[1]))
    return found


def test_imports_go_strictly_downward_and_never_in_circles():
    assert wrong(modules(PACKAGE)) == []


def rooms(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """What each file or folder of a folder imports of its neighbours: `records.fhir.people` is of `records.fhir`."""
    found: dict[str, set[str]] = {}
    for name, tree in trees.items():
        room = ".".join(name.split(".")[:2])
        found.setdefault(room, set()).update(".".join(other.split(".")[:2]) for other in imports(tree, set(trees)))
    return {room: others - {room} for room, others in found.items()}


def test_folders_within_a_folder_import_each_other_in_one_direction_only():
    assert list(TopologicalSorter(rooms(modules(PACKAGE))).static_order())


def test_folders_that_import_each_other_are_found_though_no_file_does():
    sources = {
        "records.standing": "from fhir_matters.records.fhir.elements import present",
        "records.fhir.elements": "",
        "records.fhir.plans": "from fhir_matters.records.standing import standing",
    }
    trees = {name: ast.parse(source) for name, source in sources.items()}
    assert wrong(trees) == []
    with pytest.raises(CycleError):
        TopologicalSorter(rooms(trees)).prepare()


def test_values_need_only_the_standard_library():
    trees = {name: tree for name, tree in modules(PACKAGE).items() if name in VALUES}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {"fhir_matters"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("issue", "from fhir_matters.jsonio import read"),
        ("jsonio", "def late():\n    from fhir_matters.records.forms import Person"),
        ("records.forms", "from fhir_matters.validation import plan"),
        ("definitions.core", "import fhir_matters.validation.plan"),
        ("server.client", "from fhir_matters import Record"),
        ("validation.plan", "from fhir_matters.cli.main import main"),
        ("records.circle", "from fhir_matters.records import forms, circle2"),
    ],
)
def test_an_import_that_goes_up_sideways_or_round_is_found(module, source):
    known = ("__init__", "issue", "jsonio", "records.forms", "validation.plan", "cli.main", "definitions.core")
    trees = {name: ast.parse("") for name in known}
    trees["records.circle2"] = ast.parse("from fhir_matters.records.circle import x")
    trees["records.circle"] = ast.parse("")
    assert wrong(trees | {module: ast.parse(source)})


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("validation.plan", "from fhir_matters.definitions.core import CoreFile\nfrom fhir_matters import jsonio"),
        ("cli.main", "from fhir_matters.records import forms\nfrom fhir_matters.validation import plan"),
        ("records.forms", "from fhir_matters.issue import Issue\nimport yaml"),
    ],
)
def test_an_import_that_goes_down_is_fine(module, source):
    trees = {
        name: ast.parse("")
        for name in ("__init__", "issue", "jsonio", "definitions.core", "records.forms", "validation.plan")
    }
    assert wrong(trees | {module: ast.parse(source)}) == []
