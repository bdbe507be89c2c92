"""The FHIRPath engine of the HL7 validator behind a pipe."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from tests.java.counterparts import ANSWER, JavaProcess, Started, class_path
from tests.java.packages import package_home

# (type, text) of each item, or None where the engine refuses the expression
Found: TypeAlias = list[tuple[str, str]] | None


class PathOracle(Started):
    """The engine over R4 core; a complex element's text is empty."""

    def __init__(self, shared: Any) -> None:
        path = class_path("validator")
        super().__init__()
        package_home(self.home, shared, [])
        self._program = JavaProcess("Paths", path, (), home=self.home, options=("-Xmx2g",))

    def evaluate(self, resource: str, expressions: Sequence[str]) -> list[Found]:
        """What each expression finds in the resource, as JSON text."""
        self._program.send(json.dumps({"text": resource, "expressions": list(expressions)}))
        answers = json.loads(self._program.line(ANSWER * 5))["answers"]
        return [None if "failure" in each else [(kind, text or "") for kind, text in each["items"]] for each in answers]
