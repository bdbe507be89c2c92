"""R4 core and our own package, out of the file that the build put beside this module. Reads one row at a time."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from fhir_matters import jsonio
from fhir_matters.definitions import kept
from fhir_matters.errors import DefinitionsError

FILE = Path(__file__).parent / "data" / "r4.sqlite"


class CoreFile:
    """The definitions file: canonical URL and kind to one definition. May be shared by threads."""

    def __init__(self, path: Path = FILE) -> None:
        if not path.is_file():
            raise DefinitionsError(
                "The R4 definitions are not where the build puts them.",
                place=str(path.name),
                next_step="Install fhir-matters again: pip install --force-reinstall.",
            )
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )

    def find(self, url: str, kind: str, version: str = "") -> dict[str, Any] | None:
        """The definition with this canonical URL (of this version if one is named), or None."""
        try:
            with self._lock:
                row = self._connection.execute(
                    "SELECT version, body FROM definition WHERE url = ? AND kind = ?", (url, kind)
                ).fetchone()
        except UnicodeEncodeError:
            return None  # half a character (a lone surrogate) is in no URL
        if row is None or (version and version != row[0]):
            return None
        definition: dict[str, Any] = jsonio.read(zlib.decompress(row[1]))
        return definition

    def urls(self, kind: str) -> Iterator[str]:
        """The canonical URLs of all definitions of one kind."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT url FROM definition WHERE kind = ? ORDER BY url", (kind,)
            ).fetchall()
        return (url for (url,) in rows)

    def of_package(self, package: str) -> Iterator[dict[str, Any]]:
        """Every definition that this package (`fhir.matters.r4`) brought, by canonical URL."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT body FROM definition WHERE package = ? ORDER BY url", (package,)
            ).fetchall()
        return (jsonio.read(zlib.decompress(body)) for (body,) in rows)

    def packages(self) -> dict[str, str]:
        """The packages that are in the file, each with the version that most of its definitions have."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT package, version FROM definition GROUP BY package, version ORDER BY count(*)"
            ).fetchall()
        return {label.partition("#")[0]: version for label, version in rows}

    @cached_property
    def digest(self) -> bytes:
        """A hash of what is in the file, by the stamps of the build."""
        with self._lock:
            stamps = self._connection.execute("SELECT package, stamp FROM stamp ORDER BY package").fetchall()
        return kept.digest(*(text.encode() for stamp in stamps for text in stamp))

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def __del__(self) -> None:
        if connection := getattr(self, "_connection", None):
            connection.close()
