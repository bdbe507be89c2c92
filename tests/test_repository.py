"""The house rules that a machine can hold: what lies where, how long it may be, and what must not be in it."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOP = {"fhir_matters", "profiles", "examples", "tests", "pyproject.toml", "LICENSE"} | {
    f"{page}.md" for page in ("README", "CHANGELOG", "CONTRIBUTING")
}
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "manager", "common", "base", "misc", "stuff"}
# In pieces, so that this file may say what no file may say.
PLACES = ("/wo" + "rk/", "/tm" + "p/s/", "/ro" + "ot/", "/ho" + "me/")
HOSTS = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "maven.apache.org/maven" + "2",
    "deb.debian" + ".org",
)
ASSERTS = re.compile(r"assert|check|expect|raises|fail")


def listed() -> list[Path]:
    """What is in the repository, or will be: neither ignored nor gone."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [path for name in sorted(set(names)) if name and (path := ROOT / name).is_file()]


FILES = listed()
PYTHON = [path for path in FILES if path.suffix == ".py"]
WRITTEN = [path for path in PYTHON if "generated" not in path.read_text().partition("\n")[0].lower()]
FUNCTIONS = [
    (path, node)
    for path in WRITTEN
    for node in ast.walk(ast.parse(path.read_bytes()))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
]


def at(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, the docstring apart."""
    prose = node.body[0].end_lineno - node.body[0].lineno + 1 if ast.get_docstring(node) else 0
    return node.end_lineno - node.lineno + 1 - prose


def test_the_top_level_holds_what_the_design_names_and_dot_files():
    top = {path.relative_to(ROOT).parts[0] for path in FILES}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_no_file_names_a_machine_or_a_package_index():
    texts = {path.relative_to(ROOT): path.read_bytes() for path in FILES}
    assert [
        (str(path), word) for path, text in texts.items() for word in (*PLACES, *HOSTS) if word.encode() in text
    ] == []


def test_no_file_is_too_long_to_read_at_one_go():
    lengths = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in WRITTEN}
    assert {path: lines for path, lines in lengths.items() if lines >= 400} == {}


def test_functions_are_short_and_the_long_ones_few():
    lengths = {at(path, node): length(node) for path, node in FUNCTIONS}
    assert {place: lines for place, lines in lengths.items() if lines > 50} == {}
    assert statistics.median(lengths.values()) < 10


def test_names_of_files_say_what_is_in_them():
    assert [path for path in PYTHON if path.stem in SAYS_NOTHING] == []


def test_every_folder_says_in_one_sentence_what_it_is_for():
    folders = {path.parent for path in PYTHON if (ROOT / "fhir_matters") in path.parents}
    for folder in sorted(folders):
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text())), folder


def test_every_test_asserts_and_none_sleeps():
    tests = [(path, node) for path, node in FUNCTIONS if node.name.startswith("test_") and "tests" in path.parts]
    calls = {
        at(path, node): [ast.unparse(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)] for path, node in tests
    }
    plain = {at(path, node) for path, node in tests if any(isinstance(n, ast.Assert) for n in ast.walk(node))}
    assert [place for place in calls if place not in plain and not any(map(ASSERTS.search, calls[place]))] == []
    assert [place for place, names in calls.items() if "time.sleep" in names or "sleep" in names] == []


def test_every_bad_example_says_what_it_must_raise():
    bad = [path for path in FILES if path.parent == ROOT / "examples" / "bad"]
    assert {path.stem for path in bad if path.suffix != ".expect"} == {
        path.stem for path in bad if path.suffix == ".expect"
    }


@pytest.mark.parametrize("command", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join)
def test_linters_and_type_checkers_have_nothing_to_say(command):
    run = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
