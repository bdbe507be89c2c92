"""The facade: what `import fhir_matters` offers, all of it there, and nothing loaded before it is used."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import fhir_matters

HEAVY = {"click", "fhir", "jiter", "lxml", "orjson", "pydantic", "requests", "starlette", "uvicorn", "yaml", "sqlite3"}


def test_the_names_are_sorted_and_each_once():
    assert fhir_matters.__all__ == sorted(set(fhir_matters.__all__))


@pytest.mark.parametrize("name", fhir_matters.__all__)
def test_every_name_is_there_and_says_what_it_is(name):
    assert getattr(fhir_matters, name).__doc__


def test_names_for_type_checkers_are_those_for_everybody():
    tree = ast.parse(Path(fhir_matters.__file__).read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and isinstance(node.test, ast.Name)]
    assert {alias.name for node in block.body for alias in node.names} == set(fhir_matters.__all__)
    for node in block.body:
        home = importlib.import_module(node.module)
        assert all(getattr(home, alias.name) is getattr(fhir_matters, alias.name) for alias in node.names)


def test_an_unknown_name_is_an_attribute_error_that_lists_the_known():
    with pytest.raises(AttributeError, match="Validator"):
        _ = fhir_matters.Validater


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, fhir_matters; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "fhir_matters" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_help_loads_neither_models_nor_servers():
    code = "import sys; from fhir_matters.cli.main import main\ntry: main()\nfinally: print(*sys.modules)"
    command = [sys.executable, "-c", code, "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    loaded = {name.partition(".")[0] for name in said.split()}
    assert "Usage" in said
    assert (HEAVY - {"click"}).isdisjoint(loaded)
