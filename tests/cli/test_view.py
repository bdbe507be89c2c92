"""`view --text` in a terminal: narrow, without the letters, without a reader."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from fhir_matters.cli.view import spellable
from tests.cli.conftest import EXAMPLES
from tests.cli.test_anywhere import OLD


def test_the_page_as_text_is_as_wide_as_the_terminal(run, barbara, monkeypatch):
    for columns in ("40", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        shown = run("view", barbara, "--text").out
        assert max(map(len, shown.splitlines())) in range(int(columns) - 12, int(columns) + 1)


def test_a_file_of_text_is_as_wide_wherever_it_is_made(run, barbara, monkeypatch, tmp_path):
    for columns in ("40", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        assert run("view", barbara, "--text", "-o", tmp_path / columns).code == 0
    assert (tmp_path / "40").read_bytes() == (tmp_path / "200").read_bytes()


@pytest.mark.parametrize(
    ("words", "encoding", "spelt"),
    [
        ("Tŷ Isaf, gŵyl · “Dal ati”", "latin-1", "Ty Isaf, gwyl · “Dal ati”"),
        ("\u2068مینو\u2069 Ŵ é", "latin-1", "مینو W é"),
        ("\u2068مینو\u2069 Ŵ", "utf-8", "\u2068مینو\u2069 Ŵ"),
    ],
)
def test_letters_that_a_terminal_does_not_have_lose_their_marks(words, encoding, spelt):
    assert spellable(words, encoding) == spelt


def test_welsh_in_an_old_locale_of_forty_columns_is_readable():
    line = [sys.executable, "-m", "fhir_matters", "view", str(EXAMPLES / "art.yaml"), "--text", "--lang", "cy"]
    done = subprocess.run(line, env={**os.environ, **OLD}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\" not in done.stdout
    lines = done.stdout.decode("ascii").splitlines()
    assert "Pwy i'w ffonio" in lines
    assert max(map(len, lines)) <= 40
