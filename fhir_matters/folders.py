"""Where a user's own things are, as the XDG base directories and the FHIR package cache have it. Makes no folder."""

from __future__ import annotations

import os
from pathlib import Path

from fhir_matters.errors import InputError


def home() -> Path:
    """The user's home. Raises InputError where the user has none, as in some containers."""
    try:
        return Path.home()
    except RuntimeError:
        raise InputError("This user has no home folder.", next_step="Set HOME to a folder.") from None


def cache() -> Path:
    """Where what can be made again is kept. Raises InputError as `home`."""
    return _chosen("XDG_CACHE_HOME", ".cache")


def config() -> Path:
    """Where a user's settings are. Raises InputError as `home`."""
    return _chosen("XDG_CONFIG_HOME", ".config")


def packages() -> Path:
    """Where all FHIR tools keep packages. Raises InputError as `home`."""
    return home() / ".fhir" / "packages"


def _chosen(name: str, otherwise: str) -> Path:
    """What the environment says, if it is absolute: the specification has anything else ignored."""
    said = Path(os.environ.get(name) or "")
    return (said if said.is_absolute() else home() / otherwise) / "fhir-matters"
