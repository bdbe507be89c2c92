"""What is around a command: a terminal or a pipe, colours or none, a CI job, a locale that cannot spell everything.

NO_COLOR (no-color.org) and FORCE_COLOR (force-color.org) count where they are not empty; the first wins.
"""

from __future__ import annotations

import codecs
import io
import os
import shutil
import sys
from collections.abc import Iterable

import click

CLICKS_NARROWEST = 52
_ASCII = "plain_ascii"
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
_PLAIN = {**_QUOTES, "\u2013": "-", "\u2014": "-", "\u2026": "...", "\u2192": "->", "\u00b7": "-", "\u00a0": " "}


def coloured() -> bool | None:
    """Whether output has colours; None: where it goes to a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if forced := os.environ.get("FORCE_COLOR"):
        return forced != "0"
    return False if os.environ.get("TERM") == "dumb" else None


def colours() -> bool:
    """Whether what is written to standard output now has colours."""
    asked = coloured()
    return sys.stdout.isatty() if asked is None else asked


def narrow() -> int | None:
    """The columns of a terminal that is narrower than click knows how to be; None of any other."""
    columns = shutil.get_terminal_size().columns
    return max(columns - 2, 20) if columns < CLICKS_NARROWEST else None


class Help(click.HelpFormatter):
    """Help that leaves what is explained less room than the explanation, where there is little."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms and what they mean."""
        super().write_dl(rows, min(col_max, self.width // 3), col_spacing)


class Context(click.Context):
    """A context with such help."""

    formatter_class = Help


def watched() -> bool:
    """Whether somebody looks at standard error while it comes: in a CI job nobody does, whatever it says it is."""
    return sys.stderr.isatty() and os.environ.get("CI", "").casefold() in ("", "0", "false")


def prepare() -> None:
    """Standard streams that are always there, and that spell in their own way what their locale cannot."""
    codecs.register_error("fhir-matters", _spelt)
    codecs.register(_ascii)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 (until Python ends)
        elif mode == "w" and isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            asked = codecs.lookup(stream.encoding).name
            stream.reconfigure(encoding=_ASCII if asked == "ascii" else asked, errors="fhir-matters")


def _ascii(name: str) -> codecs.CodecInfo | None:
    """ASCII under another name: where click finds it under its own, it writes UTF-8 all the same."""
    if name != _ASCII:
        return None
    plain = codecs.lookup("ascii")
    return codecs.CodecInfo(
        plain.encode,
        plain.decode,
        incrementalencoder=plain.incrementalencoder,
        incrementaldecoder=plain.incrementaldecoder,
        name=_ASCII,
    )


def _spelt(error: UnicodeError) -> tuple[str, int]:
    """Plain marks for typographic ones, and an escape for anything else that the locale has no letter for."""
    assert isinstance(error, UnicodeEncodeError)
    lost = error.object[error.start : error.end]
    spelt = "".join(_PLAIN.get(each) or each.encode("ascii", "backslashreplace").decode() for each in lost)
    return spelt, error.end


def abandon() -> None:
    """Nobody takes what is still to be written: let it go, so that the end of Python does not complain of it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _to_nowhere(stream.fileno())


def _to_nowhere(handle: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, handle)
    os.close(nowhere)
