"""A client's private key, and the assertion that it signs to get a token (SMART Backend Services).

A key is PEM (RSA, or EC on P-384), or a JWK or JWK Set in JSON. Needs PyJWT: the extra `smart`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError, InputError

# SMART: no more than five minutes in the future; a minute of those is for clocks that differ.
SECONDS = 240
SHORTEST_RSA = 2048  # RFC 7518, 3.3
PRIVATE = "BEGIN", "PRIVATE KEY"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with one key; `key_id` is how the server finds the public key that belongs to it."""

    algorithm: str
    key_id: str
    _key: Any = field(repr=False)

    def assertion(self, client_id: str, audience: str) -> str:
        """A JWT that says who we are to this token endpoint alone, once, for four minutes."""
        import jwt  # noqa: PLC0415 - an extra

        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "exp": int(time.time()) + SECONDS,
            "jti": str(uuid4()),
        }
        return jwt.encode(claims, self._key, algorithm=self.algorithm, headers={"kid": self.key_id})


def signer(secret: str, key_id: str = "", password: str = "") -> Signer:
    """What signs with the key in this text; without an id of its own, its thumbprint (RFC 7638) is its id.

    Raises FhirMattersError where it is no such key, or where the extra is missing.
    """
    try:
        import jwt  # noqa: F401, PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - an extra
    except ImportError:
        raise FhirMattersError(
            "SMART Backend Services need PyJWT and cryptography.",
            next_step="Install them with `pip install 'fhir-matters[smart]'`.",
        ) from None
    key, own_id = _of_jwk(secret, key_id) if secret.lstrip().startswith("{") else (_of_pem(secret, password), "")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SHORTEST_RSA:
        algorithm = "RS384"
    elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
        algorithm = "ES384"
    else:
        raise _no_key(f"an RSA key of at least {SHORTEST_RSA} bits (RS384) or one on the curve P-384 (ES384)")
    return Signer(algorithm, key_id or own_id or thumbprint(key.public_key()), key)


def thumbprint(public: Any) -> str:
    """The name that a public key gives itself (RFC 7638, SHA-256)."""
    from jwt.algorithms import ECAlgorithm, RSAAlgorithm  # noqa: PLC0415 - an extra

    kind = RSAAlgorithm if hasattr(public.public_numbers(), "n") else ECAlgorithm
    jwk = kind.to_jwk(public, as_dict=True)
    needed = {name: jwk[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in jwk}
    digest = hashlib.sha256(json.dumps(needed, sort_keys=True, separators=(",", ":")).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _of_pem(text: str, password: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - an extra

    try:
        return load_pem_private_key(text.encode(), password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Raised below: the library's own error may repeat something of the key.
        pass
    if "ENCRYPTED" in text:
        raise FhirMattersError("The key is encrypted, and the password does not fit.", next_step="Give its password.")
    raise _no_key("a private key as PEM, or as a JWK or JWK Set in JSON")


def _of_jwk(text: str, key_id: str) -> tuple[Any, str]:
    """The private key in a JWK or JWK Set, that of the id where one is asked for, and its id."""
    import jwt  # noqa: PLC0415 - an extra

    try:
        found = jsonio.read(text.encode())
    except InputError:
        found = None
    keys = found.get("keys", [found]) if isinstance(found, dict) else []
    listed = keys if isinstance(keys, list) else []
    ours = [each for each in listed if isinstance(each, dict) and "d" in each and key_id in ("", each.get("kid"))]
    if len(ours) != 1:
        raise _no_key(f"one private key{' of that id' if key_id else ''} in the JSON, found {len(ours)}")
    try:
        # A key on another curve is refused above, by what it is.
        return jwt.PyJWK.from_dict(ours[0]).key, str(ours[0].get("kid", ""))
    except (jwt.exceptions.PyJWTError, ValueError, TypeError, KeyError):
        pass
    raise _no_key("a JWK of an RSA key or one on the curve P-384")


def _no_key(expected: str) -> FhirMattersError:
    return FhirMattersError(
        f"The key of the client cannot be used: expected {expected}.",
        next_step="Check the file, variable or command that it comes from.",
    )
