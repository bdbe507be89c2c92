"""Our package as pip leaves it: compiled to bytecode.

Where PYTHONDONTWRITEBYTECODE is set, a clone has none, and each start of Python would compile all that it imports.
"""

from __future__ import annotations

import compileall
from pathlib import Path

import fhir_matters


def as_installed() -> None:
    """Compile what is not compiled yet. Raises RuntimeError where it cannot be: nothing that is said would be true."""
    package = Path(fhir_matters.__file__).parent
    if not compileall.compile_dir(package, quiet=2):
        raise RuntimeError(f"The package cannot be compiled to bytecode: make {package} writable.")
