"""Who answers `$validate`: the validator that was given or, where definitions are stored here, one that heeds them."""

from __future__ import annotations

import threading
from typing import Any

from fhir_matters.local_server.skills import Skills, Validate
from fhir_matters.local_server.store import Store

_STORED = """SELECT seq FROM current WHERE type IN ('CodeSystem', 'StructureDefinition', 'ValueSet') ORDER BY seq"""
AT_ONCE = 500


class Judges:
    """The validator for what is stored now; it is made anew when definitions come, change or go."""

    def __init__(self, store: Store, skills: Skills) -> None:
        self._store, self._skills = store, skills
        self._lock = threading.Lock()
        self._seqs: list[int] = []
        self._made = skills.validate

    def now(self) -> Validate | None:
        """None where the server has no validator."""
        if self._skills.heeding is None:
            return self._skills.validate
        with self._lock:
            seqs = [seq for (seq,) in self._store.query(_STORED)]
            if seqs != self._seqs:
                self._made = self._skills.heeding(self._definitions(seqs)) if seqs else self._skills.validate
                self._seqs = seqs
            return self._made

    def _definitions(self, seqs: list[int]) -> list[dict[str, Any]]:
        parts = (seqs[start : start + AT_ONCE] for start in range(0, len(seqs), AT_ONCE))
        return [version.resource for part in parts for version in self._store.chosen(part)]
