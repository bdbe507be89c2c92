r"""Addresses of servers: which origin one belongs to, and whether it can be trusted to mean what it seems to.

Libraries differ in what they make of an odd address (`http://a\@b/`): what is not spelt as RFC 3986 has it is
refused, so that the origin that was checked is the origin that is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from fhir_matters.errors import FhirMattersError

ABSOLUTE = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*:)?//")
SPELT = re.compile(r"https?://[A-Za-z0-9._~\-:\[\]%]+([/?#][^\\\s\x00-\x1f\x7f]*)?", re.IGNORECASE)
PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port (RFC 6454), in lower case."""

    scheme: str
    host: str
    port: int


def origin(url: str) -> Origin:
    """The origin of an address; what is no address of http or https has one of its own."""
    try:
        parts = urlsplit(url)
        return Origin(parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0))
    except ValueError:
        return Origin("", url, 0)


def led_to(here: str, where: str) -> str:
    """The address that a link at another address leads to; what is no address stays as it is, and is refused later."""
    try:
        return urljoin(here, where)
    except ValueError:
        return where


def shown(place: Origin) -> str:
    """An origin as people write it."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{place.scheme}://{host}" + (f":{place.port}" if place.port != PORTS.get(place.scheme) else "")


@lru_cache(64)
def is_here(host: str) -> bool:
    """True for this machine, which is never asked for through a proxy and needs no TLS."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def spelt_well(url: str) -> bool:
    """True for an absolute address that nobody can read in two ways: no user in it, no blank, no backslash."""
    return SPELT.fullmatch(url) is not None


def base_and_credentials(base: str) -> tuple[str, tuple[str, str] | None]:
    """A server's base address without user and password, and those two. Raises FhirMattersError."""
    try:
        parts = urlsplit(base)
        place, host = parts.port, parts.hostname
    except ValueError:
        parts, place, host = urlsplit(""), None, None
    name = f"[{host}]" if host and ":" in host else host
    address = urlunsplit((parts.scheme, f"{name}:{place}" if place else name or "", parts.path.rstrip("/"), "", ""))
    if not host or not spelt_well(address):
        raise FhirMattersError(
            "This is no address of a server.", next_step="Expected something like https://example.org/fhir."
        )
    return address, (unquote(parts.username), unquote(parts.password or "")) if parts.username else None


def origin_of_its_own(url: str) -> Origin:
    """The origin that an address names, and nothing beside it. Raises FhirMattersError."""
    address, credentials = base_and_credentials(url)
    if credentials is not None or urlsplit(address).path:
        raise FhirMattersError(
            "This is no origin: it has a path or a user.", next_step="Expected something like https://example.org."
        )
    return origin(address)
