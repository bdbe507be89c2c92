"""Servers by name: addresses, and how to get in, in a file of the user's own.

    # $XDG_CONFIG_HOME/fhir-matters/servers.toml (~/.config), or the file that FHIR_MATTERS_SERVERS names
    [hospital]
    base = "https://fhir.hospital.example/r4"
    smart = { client-id = "a-client", key = { file = "hospital-key.pem" }, scopes = ["system/*.cruds"] }

Secrets are never in it: each is named as `{ env = "NAME" }`, `{ file = "PATH" }` or `{ command = ["…"] }`. Paths are
relative to the file. It is the user's own: nothing of a project folder can name a server or a command.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from fhir_matters import folders
from fhir_matters.errors import FhirMattersError
from fhir_matters.server.addresses import base_and_credentials
from fhir_matters.server.auth import Auth, Basic, Bearer
from fhir_matters.server.secret import FromCommand, FromEnvironment, FromFile, Secret
from fhir_matters.server.smart import SCOPES, Smart
from fhir_matters.server.tls import Tls
from fhir_matters.server.wire import Limits

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
WRITABLE = 0o022
WAYS = ("basic", "bearer", "smart")
KNOWN = ("base", "authority", "certificate", "follow", "limits", *WAYS)
LIMITS = {each.name.replace("_", "-"): each.name for each in fields(Limits)}


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a connection is made with; nothing of it is asked or read before it is needed."""

    base: str
    auth: Auth | None = None
    tls: Tls = field(default_factory=Tls)
    follow: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


def named(name: str) -> Settings:
    """The settings of the server of this name. Raises FhirMattersError where that cannot be."""
    file = servers_file()
    if (found := _servers(file).get(name)) is None:
        known = ", ".join(_servers(file)) or "none"
        raise FhirMattersError(
            f"There is no server named {name}; known: {known}.",
            place=str(file),
            next_step="Give an address like https://example.org/fhir, or describe the server there.",
        )
    return _Table(found, (name,), file).settings()


def names() -> list[str]:
    """The names in the user's file. Raises FhirMattersError where that cannot be read."""
    return list(_servers(servers_file()))


def is_name(what: str) -> bool:
    """True for what can be a server's name, and is no address."""
    return NAME.fullmatch(what) is not None


def servers_file() -> Path:
    """The file that servers are described in; whether it is there or not."""
    if given := os.environ.get("FHIR_MATTERS_SERVERS"):
        return Path(given)
    return folders.config() / "servers.toml"


def _servers(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            _belongs_to_user(file, os.fstat(opened.fileno()))
            return tomllib.load(opened)
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"it is no TOML ({error})"
        raise FhirMattersError(
            f"The file of servers cannot be read: {reason}.",
            place=str(file),
            next_step="`fhir-matters servers --help` shows how it is written.",
        ) from None


def _belongs_to_user(file: Path, found: os.stat_result) -> None:
    """It can name commands: who can write it can run them."""
    if os.name != "nt" and (found.st_mode & WRITABLE or found.st_uid not in (os.geteuid(), 0)):
        raise FhirMattersError(
            "Others can change this file, and with it where secrets go.",
            place=str(file),
            next_step="Run `chmod go-w` on it; it should be your own.",
        )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file, where it stands, and what is expected in it."""

    values: Any
    path: tuple[str, ...]
    file: Path

    def settings(self) -> Settings:
        self.only(KNOWN)
        given = [way for way in WAYS if way in self.values]
        if len(given) > 1:
            raise self.wrong("", f"one of {', '.join(WAYS)}, found {' and '.join(given)}")
        base = self.text("base")
        if base_and_credentials(base)[1] is not None:
            raise self.wrong("base", "an address without user and password; `basic` says those")
        auth = AUTH[given[0]](self.table(given[0])) if given else None
        return Settings(base, auth, self.tls(), self.texts("follow", ()), self.limits())

    def tls(self) -> Tls:
        authority = self.path_at("authority") if "authority" in self.values else None
        if "certificate" not in self.values:
            return Tls(authority)
        ours = self.table("certificate")
        ours.only(("file", "key", "password"))
        key = ours.path_at("key") if "key" in ours.values else None
        return Tls(authority, ours.path_at("file"), key, ours.password())

    def limits(self) -> Limits:
        given = self.table("limits") if "limits" in self.values else _Table({}, (), self.file)
        given.only(LIMITS)
        for name, value in given.values.items():
            kind = type(getattr(Limits(), LIMITS[name]))
            if not isinstance(value, (kind, int)) or isinstance(value, bool) or value <= 0:
                raise given.wrong(name, "a number above 0")
        return Limits(**{LIMITS[name]: value for name, value in given.values.items()})

    def only(self, known: Iterable[str]) -> None:
        if not isinstance(self.values, dict):
            raise self.wrong("", "a table")
        if unknown := sorted(self.values.keys() - set(known)):
            raise self.wrong(unknown[0], f"one of {', '.join(known)}, found another name")

    def table(self, name: str) -> _Table:
        return _Table(self.values[name], (*self.path, name), self.file)

    def text(self, name: str, otherwise: str | None = None) -> str:
        value = self.values.get(name, otherwise)
        if not isinstance(value, str) or (not value and otherwise is None):
            raise self.wrong(name, "a text")
        return value

    def texts(self, name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        value = self.values.get(name, otherwise)
        if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) and each for each in value):
            raise self.wrong(name, "a list of texts")
        return tuple(value)

    def path_at(self, name: str) -> Path:
        return self.file.parent / Path(self.text(name)).expanduser()

    def secret(self, name: str) -> Secret:
        """Where a secret is. A secret that stands in the file itself is refused, and not repeated."""
        where = _Table(self.values.get(name), (*self.path, name), self.file)
        if not isinstance(where.values, dict) or len(where.values) != 1:
            raise self.wrong(name, '{ env = "NAME" }, { file = "PATH" } or { command = ["…"] }; no secret stands here')
        where.only(SECRETS)
        return SECRETS[next(iter(where.values))](where)

    def password(self) -> Secret | None:
        """The password of a key, if it has one."""
        return self.secret("password") if "password" in self.values else None

    def wrong(self, name: str, expected: str) -> FhirMattersError:
        place = ".".join((*self.path, *([name] if name else [])))
        step = "Mend it there: `fhir-matters servers --help` shows what can stand in it."
        return FhirMattersError(f"Expected {expected}.", place=f"{self.file}, [{place}]", next_step=step)


def _command(where: _Table) -> Secret:
    command = where.texts("command", ())
    if not command:
        raise where.wrong("command", "a list: the program and its arguments")
    return FromCommand(command)


SECRETS: Mapping[str, Callable[[_Table], Secret]] = {
    "env": lambda where: FromEnvironment(where.text("env")),
    "file": lambda where: FromFile(where.path_at("file")),
    "command": _command,
}


def _basic(given: _Table) -> Auth:
    given.only(("user", "password"))
    return Basic(given.text("user"), given.secret("password"))


def _bearer(given: _Table) -> Auth:
    given.only(("token",))
    return Bearer(given.secret("token"))


def _smart(given: _Table) -> Auth:
    given.only(("client-id", "key", "key-id", "password", "scopes", "token-endpoint"))
    return Smart(
        given.text("client-id"),
        given.secret("key"),
        given.texts("scopes", SCOPES),
        given.text("key-id", ""),
        given.password(),
        given.text("token-endpoint", ""),
    )


AUTH: Mapping[str, Callable[[_Table], Auth]] = {"basic": _basic, "bearer": _bearer, "smart": _smart}
