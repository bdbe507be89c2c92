"""The page of the Python API: every public name, grouped by where it lives, in the words of its docstring."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import getdoc

import fhir_matters

GROUPS = {
    "fhir_matters.records.forms": "Forms",
    "fhir_matters.records": "Records",
    "fhir_matters.validation": "Validating",
    "fhir_matters.issue": "Findings",
    "fhir_matters.server": "Servers",
    "fhir_matters.errors": "Errors",
    "fhir_matters": "More",
}
ORDER = ("Records", "Validating", "Findings", "Servers", "Errors", "Forms", "More")
# Public by their own module, for whoever needs them.
MODULES = {
    "For tests": ("fhir_matters.testing.LocalServer", "fhir_matters.pytest_plugin.AssertValid"),
    "Notebooks": ("fhir_matters.notebook.shown",),
    "Models of fhir.resources": ("fhir_matters.models.model_of",),
    "Tables": ("fhir_matters.arrow.validate",),
    "Spark": ("fhir_matters.spark.validate",),
}
HEAD = """\
# Python

Everything here is imported from `fhir_matters` itself, but for what the last groups name with its module. It is typed
(`py.typed`); resources are plain dicts. What the fields of the forms are, and where each stands in FHIR, is on
[its own page](fields.md).
"""


def pages() -> dict[str, str]:
    """The page, by where it stands in the site."""
    return {"reference/python.md": "\n".join([HEAD, *_groups()])}


def _groups() -> Iterator[str]:
    homes: dict[str, list[str]] = {}
    for name in fhir_matters.__all__:
        homes.setdefault(group_of(getattr(fhir_matters, name).__module__), []).append(f"fhir_matters.{name}")
    for title in (*(each for each in ORDER if each in homes), *MODULES):
        yield f"## {title}\n"
        yield from map(_form if title == "Forms" else _told, homes.get(title) or MODULES[title])


def _told(name: str) -> str:
    """The directive that shows one name with all that it can do."""
    home, _, own = name.rpartition(".")
    found = getattr(import_module(home), own)
    kind, options = ("autoclass", "   :members:\n") if isinstance(found, type) else ("autofunction", "")
    given = "(**parts)" if hasattr(found, "model_fields") else ""  # of a form, its fields are the arguments
    return f"### {own}\n\n```{{eval-rst}}\n.. {kind}:: {name}{given}\n{options}```\n"


def _form(name: str) -> str:
    home, _, own = name.rpartition(".")
    said = getdoc(getattr(import_module(home), own))
    return f"### {own}\n\n{said}\n\n[Its fields](fields.md#{own.lower()}).\n"


def group_of(module: str) -> str:
    """The group of a module: by the longest name in the table that it begins with."""
    return next(title for home, title in GROUPS.items() if f"{module}.".startswith(f"{home}."))
