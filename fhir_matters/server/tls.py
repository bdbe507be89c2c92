"""TLS as a server wants it: which authority signs its certificate, and the certificate that we show (mutual TLS).

There is no switch that trusts everybody. What goes wrong is told with what to do about it.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from fhir_matters.errors import FhirMattersError
from fhir_matters.server.secret import Secret, as_secret, keeps_to_its_owner

# Where others look for authorities too, in this order; without any, those of certifi.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
ANOTHER_NAME = frozenset({62, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
NOT_NOW = {9: "is not valid yet", 10: "has expired"}  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
WANTS_OURS = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "UNKNOWN_CA", "HANDSHAKE_FAILURE", "CERTIFICATE_UNKNOWN")
NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE")


@dataclass(frozen=True, slots=True)
class Tls:
    """`authority` is a file or folder of the certificates to trust, instead of the public ones.

    `certificate` is ours to show, with its `key` (where that is a file of its own) and the key's `password`.
    """

    authority: Path | str | None = None
    certificate: Path | str | None = None
    key: Path | str | None = None
    password: Secret | str | None = field(default=None, repr=False)

    def without_certificate(self) -> Tls:
        """The same trust, and nothing of ours to show."""
        return Tls(self.authority)

    def context(self) -> ssl.SSLContext:
        """What connections are made with. Raises FhirMattersError where a file is not what it should be."""
        from urllib3.util.ssl_ import create_urllib3_context  # noqa: PLC0415 - comes with requests

        context = create_urllib3_context()
        self._trust(context)
        if self.certificate is not None:
            self._show(context, Path(self.certificate))
        return context

    def _trust(self, context: ssl.SSLContext) -> None:
        from requests.utils import DEFAULT_CA_BUNDLE_PATH  # noqa: PLC0415 - see context

        named = next(filter(None, map(os.environ.get, BUNDLES)), None)
        place = Path(self.authority or named or DEFAULT_CA_BUNDLE_PATH)
        try:
            context.load_verify_locations(**({"capath": str(place)} if place.is_dir() else {"cafile": str(place)}))
        except (OSError, ssl.SSLError) as error:
            raise _unusable(place, error, "certificates of authorities, as PEM") from None

    def _show(self, context: ssl.SSLContext, certificate: Path) -> None:
        key = Path(self.key) if self.key is not None else certificate
        keeps_to_its_owner(key)
        password = as_secret(self.password).read() if self.password is not None else ""
        try:
            # An empty password, where one is needed, is an error: without any, OpenSSL would ask at the terminal.
            context.load_cert_chain(certificate, key, password=password)
        except (OSError, ssl.SSLError, ValueError) as error:
            what = "a certificate and the key that belongs to it, as PEM, and the key's password if it has one"
            raise _unusable(certificate, error, what) from None


def _unusable(place: Path, error: Exception, what: str) -> FhirMattersError:
    reason = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else ""
    return FhirMattersError(
        f"It cannot be used for TLS{f': {reason}' if reason else ''}.", place=str(place), next_step=f"Expected {what}."
    )


def trouble(error: ssl.SSLError | None) -> tuple[str, str]:
    """What went wrong with TLS, and what to do about it; nothing of the certificate is repeated."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error.verify_code)
    reason = str(getattr(error, "reason", "") or "")
    if any(each in reason for each in NO_TLS):
        return "The server does not speak TLS there.", "Check the port, and whether its address begins with http://."
    if any(each in reason for each in WANTS_OURS):
        return (
            "The server ended the TLS handshake: it wants a certificate from us, or does not accept ours.",
            "Give the certificate and key that it knows (`certificate` and `key`).",
        )
    return "No TLS connection could be made.", "Check the address, and which versions of TLS the server speaks."


def _of_certificate(code: int) -> tuple[str, str]:
    if code in ANOTHER_NAME:
        return (
            "The server's certificate is for another name than that in the address.",
            "Use the name that the certificate is for; if the address is right, somebody else answers there.",
        )
    if code in NOT_NOW:
        return f"The server's certificate {NOT_NOW[code]}.", "Check this machine's clock, or have it renewed."
    return (
        "The server's certificate is not signed by an authority that is trusted here.",
        "If it is your own, name the file of its authority: `authority`, or REQUESTS_CA_BUNDLE.",
    )
