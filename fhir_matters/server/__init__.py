"""Any FHIR R4 server as a place to read from, write to, and move records between with proof.

Nothing is imported until it is asked for, so that naming a server costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhir_matters.server.client import Server
    from fhir_matters.server.receipt import Receipt
    from fhir_matters.server.terminology import TerminologyServer

__all__ = ["Receipt", "Server", "TerminologyServer"]

WHERE = {"Receipt": "receipt", "Server": "client", "TerminologyServer": "terminology"}


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"fhir_matters.server.{WHERE[name]}"), name)
