"""Every command and every piece of Python in the documentation, followed as a reader would."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import pytest

from tests.docs import stranger
from tests.docs.page import Page, matches
from tests.docs.pages import ROOT, blocks, written
from tests.spark.conftest import spark, spark_home  # noqa: F401 - fixtures

PAGES = {str(path.relative_to(ROOT)): path for path in written()}
BLOCKS = {name: list(blocks(path.read_text(encoding="utf-8"))) for name, path in PAGES.items()}
# Every block that is only read, by its reason. Whoever adds one says so here too.
ONLY_READ = {
    ("README.md", "these tests are what it runs"),
    ("examples/spark/README.md", "it is how Spark gets onto a machine"),
    ("examples/spark/README.md", "tests/spark/test_cluster.py submits it, to a cluster of two workers"),
    ("examples/spark/README.md", "Dask is no dependency"),
    ("docs/pages/tutorials/folder.md", "the package is the reader's"),
    ("docs/pages/how-to/in-your-tools.md", "it goes on until Ctrl-C; tests/cli/test_watching.py runs it"),
}


@pytest.fixture
def page(request, tmp_path):
    provided = {name: partial(request.getfixturevalue, name) for name in ("hapi", "spark")}
    with Page(tmp_path, provided) as opened:
        yield opened


@pytest.mark.parametrize("name", [name for name, found in BLOCKS.items() if found])
def test_what_a_page_says_is_what_happens(name, page):
    for block in BLOCKS[name]:
        try:
            page.follow(block)
        except AssertionError as error:
            pytest.fail(f"{name}, line {block.line}: {error}", pytrace=False)


def test_a_workflow_is_one_that_github_takes(tmp_path):
    named = {name: block for found in BLOCKS.values() for block in found if (name := block.marks.get("file"))}
    workflows = [block for name, block in named.items() if name.startswith(".github/workflows/")]
    for number, block in enumerate(workflows):
        (tmp_path / f"{number}.yml").write_text(block.text)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    ran = subprocess.run([*command, *tmp_path.iterdir()], capture_output=True, text=True, check=False)
    assert (ran.returncode, bool(workflows)) == (0, True), ran.stdout


def test_what_is_only_read_is_listed_with_its_reason(tell):
    found = {(name, block.marks["not run"]) for name in BLOCKS for block in BLOCKS[name] if "not run" in block.marks}
    assert found == ONLY_READ
    run = sum("not run" not in block.marks for found in BLOCKS.values() for block in found)
    tell(
        f"documentation: {run} blocks followed; only read: {'; '.join(f'{name}: {why}' for name, why in sorted(found))}"
    )


def test_a_stranger_needs_four_blocks_of_the_readme_for_a_record_of_their_own_on_a_server():
    install, shown, own, sent = stranger.path()
    assert install.text.startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert "shown" in shown.marks
    assert own.marks["file"] in sent.text
    assert "push" in sent.text


def test_every_page_of_the_site_that_is_written_is_looked_at():
    assert set((ROOT / "docs" / "pages").rglob("*.md")) <= set(PAGES.values())
    assert any(BLOCKS[name] for name in BLOCKS if "tutorials" in name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```sh\nfhir-matters", "line 1: the block has no end"),
        ("<!-- skipped -->\n```sh\nfalse\n```", "line 2: no such comment: skipped"),
        ("```json\n{}\n```", "line 1: say what is done with it: file, shown or not run"),
        ("```bash\nfalse\n```", "line 1: say what is done with it: file, shown or not run"),
        ("<!-- not run -->\n```sh\nfalse\n```", "line 2: not run, and no word of why"),
        ("<!-- shown -->\n```text\nnothing\n```", "line 2: shown, and nothing was run before it"),
    ],
)
def test_a_block_that_nobody_would_run_is_a_mistake(text, said):
    with pytest.raises(ValueError, match=said):
        list(blocks(text))


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nfalse\n```",
        "<!-- exit: 1 -->\n```sh\ntrue\n```",
        "```sh\necho yes\n```\n<!-- shown -->\n```text\nno\n```",
        "```python\nassert 1 == 2\n```",
        "<!-- keeps running -->\n```sh\nexit 3\n```",
        "<!-- with: nobody -->\n```sh\ntrue\n```",
        "<!-- typed: one -->\n```sh\nread one; read two\n```",
    ],
)
def test_what_does_not_happen_as_written_fails(page, text):
    def followed():
        for block in blocks(text):
            page.follow(block)

    with pytest.raises(AssertionError):
        followed()


def test_a_page_is_one_story_in_a_folder_of_its_own(page, tmp_path):
    text = (
        "<!-- file: in/name.txt -->\n```text\nAda\n```\n"
        "```python\nfrom pathlib import Path\nname = Path('in/name.txt').read_text()\n```\n"
        "```python\nprint(name, end='')\n```\n<!-- shown -->\n```text\nA…a\n```\n"
    )
    for block in blocks(text):
        page.follow(block)
    assert (tmp_path / "in" / "name.txt").read_text() == "Ada\n"


def test_what_is_typed_is_typed_into_a_terminal(page, tmp_path):
    for block in blocks(
        "<!-- typed: Ada/ 1941 -->\n```sh\ntest -t 0; read name; read year; echo $name, $year | tee said\n```\n"
        "<!-- shown -->\n```text\n…\nAda, 1941\n```\n"
    ):
        page.follow(block)
    assert (tmp_path / "said").read_text() == "Ada, 1941\n"


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("one\n…\nthree", "one\ntwo\nthree", True),
        ("at http://localhost:1/x", "at http://localhost:23/x", True),
        ("one", "one\ntwo", False),
        ("a.c", "abc", False),
    ],
)
def test_shown_is_printed_but_for_what_is_left_out(shown, printed, same):
    assert matches(shown, printed) is same
