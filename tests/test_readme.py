"""README.md is true: its two commands are marked for CI, its Python runs, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fhir_matters.cli.main import COMMANDS, group
from fhir_matters.local_server.serve import Running
from fhir_matters.rules import RULES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced(mark: str) -> list[str]:
    """The blocks that follow the comment `mark` at once."""
    return re.findall(rf"^<!-- {mark} -->\n```\w*\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("mark", "does"), [("run", "fhir-matters demo"), ("test", "python -m pytest")])
def test_the_two_commands_are_one_marked_block_each_and_bring_their_own_environment(mark, does):
    (block,) = fenced(mark)
    assert README.count(f"<!-- {mark} -->") == 1
    assert block.startswith("python3 -m venv .venv && ")
    assert block.strip().endswith(f".venv/bin/{does}")


def test_the_python_runs_as_it_stands(monkeypatch, capsys):
    (source,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(ROOT)
    with Running() as server:
        exec(compile(source.replace("http://localhost:8080/fhir", server.base), "README.md", "exec"), {})
    assert "True" in capsys.readouterr().out


def test_every_command_rule_and_file_that_it_names_exists():
    commands = set(re.findall(r"fhir-matters ([a-z]+)", README))
    assert commands <= set(COMMANDS)
    assert set(re.findall(r"FM\d+", README)) <= set(RULES)
    for name in re.findall(r"`([\w./-]+/[\w./-]*\w)/?`|\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / "".join(name)).exists(), "".join(name)


def test_nothing_is_left_to_fill_in():
    assert not re.search(r"@[A-Z]+@|TODO|TBD|FIXME", README)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_says_in_its_help_what_it_does(name):
    command = group.get_command(None, name)
    assert command.help
    assert all(option.help for option in command.params if option.param_type_name == "option")
    assert set(re.findall(r"FM\d+", command.help)) <= set(RULES)
