"""A diff: `patch` makes the one text of the other by it, whatever they are."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.reports.diff import changes, heading

LINES = st.lists(st.sampled_from([b"a", b"b", b"{", b"}", b"", b"c\r"]), max_size=12)


def patched(old, told):
    """The old text as the diff makes it anew, read as the format says."""
    lines, made, at = old.split(b"\n"), [], 0
    for line in told.split(b"\n")[:-1]:
        if line.startswith(b"@@"):
            first, _, count = line.split()[1][1:].partition(b",")
            begins = int(first) - (count != b"0")
            made += lines[at:begins]
            at = begins
        elif line.startswith((b" ", b"-")):
            assert lines[at] == line[1:]
            made += [line[1:]] * line.startswith(b" ")
            at += 1
        else:
            made.append(line[1:])
    return b"\n".join(made + lines[at:])


@given(LINES, LINES, st.integers(0, 3))
def test_the_new_text_comes_of_the_old_and_the_diff(before, after, context):
    old, new = (b"".join(line + b"\n" for line in lines) for lines in (before, after))
    assert patched(old, b"".join(changes(old, new, context=context))) == new


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is missing: install Debian's patch")
@pytest.mark.parametrize("context", [0, 3])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\nb", b"a\nc"),
        (b"a\nb\n", b"a\nb"),
        (b"".join(b"%d\n" % n for n in range(50)), b"".join(b"%d\n" % n for n in range(50) if n not in (1, 2, 40))),
    ],
)
def test_patch_reads_it(tmp_path, old, new, context):
    file = tmp_path / "a b.json"
    file.write_bytes(old)
    text = b"".join((*heading("a b.json"), *changes(old, new, context=context)))
    subprocess.run(["patch", "-p0", file], input=text, cwd=tmp_path, check=True, capture_output=True)
    assert file.read_bytes() == new


def test_what_is_alike_has_no_diff():
    assert list(changes(b"a\n", b"a\n")) == []


def test_a_line_of_many_is_told_at_its_number():
    assert next(changes(b"a\n", b"b\n", line=12, context=0)) == b"@@ -12 +12 @@\n"


def test_long_texts_with_few_changes_are_told_at_once():
    old = [b"}\n"] * 200_000
    new = list(old)
    new[3:4] = [b"x\n"]
    del new[199_990]
    told = list(changes(b"".join(old), b"".join(new), context=0))
    assert len(told) < 10
