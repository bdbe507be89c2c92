"""Any FHIR R4 server as a place to read from, write to, and move records between with proof.

Nothing is imported until it is asked for, so that naming a server costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhir_matters.server.auth import Basic, Bearer
    from fhir_matters.server.client import Server
    from fhir_matters.server.receipt import Receipt
    from fhir_matters.server.secret import FromCommand, FromEnvironment, FromFile
    from fhir_matters.server.smart import Smart
    from fhir_matters.server.terminology import TerminologyServer
    from fhir_matters.server.tls import Tls
    from fhir_matters.server.wire import Limits

WHERE = {
    "Basic": "auth",
    "Bearer": "auth",
    "FromCommand": "secret",
    "FromEnvironment": "secret",
    "FromFile": "secret",
    "Limits": "wire",
    "Receipt": "receipt",
    "Server": "client",
    "Smart": "smart",
    "TerminologyServer": "terminology",
    "Tls": "tls",
}

__all__ = [
    "Basic",
    "Bearer",
    "FromCommand",
    "FromEnvironment",
    "FromFile",
    "Limits",
    "Receipt",
    "Server",
    "Smart",
    "TerminologyServer",
    "Tls",
]


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"fhir_matters.server.{WHERE[name]}"), name)
