"""Authorities and certificates, made on the spot."""

from __future__ import annotations

import ssl
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.server.fake import Fake
from tests.server.smart import pem

DAY = timedelta(days=1)


class Authority:
    """Signs certificates with a key of its own, and writes them where they are asked for."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder / name, name
        self.folder.mkdir()
        self.key, self.leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    @cached_property
    def file(self) -> Path:
        """Its own certificate."""
        return self._written("authority", self._signed(self.name, self.key, []))

    def certificate(self, *names: str, days: int = 1, key: Path | None = None, password: str = "") -> Path:
        """A file with a certificate for these names (or addresses), and its key where that is to have no own file."""
        text, secret = self._signed(names[0], self.leaf, names, days), pem(self.leaf, password)
        if key is not None:
            key.write_text(secret)
            key.chmod(0o600)
        own = f"{names[0]}{days}{password}{key and key.name}"
        return self._written(own, text if key else text + secret)

    def _signed(self, subject: str, key: ec.EllipticCurvePrivateKey, names: Collection[str], days: int = 1) -> str:
        now, public = datetime.now(UTC), key.public_key()
        issuer, own = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (self.name, subject))
        made = x509.CertificateBuilder(issuer, own, public, x509.random_serial_number())
        made = made.not_valid_before(now - 9 * DAY).not_valid_after(now + days * DAY)
        theirs = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        extensions = [
            (x509.BasicConstraints(not names, None), True),
            (_usage(ca=not names), True),
            (x509.SubjectKeyIdentifier.from_public_key(public), False),
            (theirs, False),
            *([(x509.SubjectAlternativeName([_name(each) for each in names]), False)] if names else []),
        ]
        for extension, critical in extensions:
            made = made.add_extension(extension, critical=critical)
        return made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    def _written(self, name: str, text: str) -> Path:
        file = self.folder / f"{name.replace('*', '_')}.pem"
        file.write_text(text)
        file.chmod(0o600)
        return file


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, ca: bool) -> x509.KeyUsage:
    signs = {"digital_signature": True, "key_cert_sign": ca, "crl_sign": ca}
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    return x509.KeyUsage(**signs, **dict.fromkeys((*others, "decipher_only"), False))


def served(certificate: Path, clients: Path | None = None) -> ssl.SSLContext:
    """What a server shows; with the authority of its clients, it wants a certificate of them too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    return context


def secured(fake: Any, context: ssl.SSLContext) -> Fake:
    """The fake server, over TLS: to be started after this. The handshake is left to the thread of each line."""
    fake.http.socket = context.wrap_socket(fake.http.socket, server_side=True, do_handshake_on_connect=False)
    fake.http.handle_error = lambda *_: None  # a handshake that is ended is what the tests are about
    fake.base = fake.base.replace("http://", "https://")
    return fake
