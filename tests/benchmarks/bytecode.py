"""Our package as pip leaves it: compiled to bytecode.

Where PYTHONDONTWRITEBYTECODE is set, a clone has none, and each start of Python would compile all that it imports.
"""

from __future__ import annotations

import compileall
from pathlib import Path

import fhir_matters


def as_installed() -> bool:
    """Compile what is not compiled yet; whether all of it could be."""
    return bool(compileall.compile_dir(Path(fhir_matters.__file__).parent, quiet=2))
