"""A FHIR server behind SMART Backend Services that believes nothing: each assertion is checked as the guide has it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.server.fake import Fake, Request, Response

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(curve: type[ec.EllipticCurve] = ec.SECP384R1) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve())


def pem(key: Any, password: str = "", form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    sealed = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, sealed).decode()


def jwk(key: Any, **more: str) -> dict[str, Any]:
    kind = ECAlgorithm if hasattr(key, "curve") else RSAAlgorithm
    return kind.to_jwk(key, as_dict=True) | more


class SmartServer(Fake):
    """`known` are the public keys by id; `token_answer` may answer in the token endpoint's place."""

    def __init__(self, known: dict[str, Any], client_id: str = "a-client") -> None:
        super().__init__()
        self.known, self.client_id = known, client_id
        self.allowed = {"system/*.rs", "system/*.cruds"}
        self.lasts: Any = 300
        self.used: set[str] = set()
        self.good: set[str] = set()
        self.granted: dict[str, str] = {}
        self.refusals: list[str] = []
        self.token_requests: list[dict[str, str]] = []
        self.issue: Callable[[], str] | None = None
        self.token_answer: Callable[[], Response | None] = lambda: None
        self.endpoint = f"{self.base}/oauth/token"
        self.configuration: Any = {
            "token_endpoint": self.endpoint,
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "capabilities": ["client-confidential-asymmetric"],
        }

    def handle(self, request: Request) -> Response:
        if request.path.endswith("/.well-known/smart-configuration"):
            assert "authorization" not in request.headers
            known = isinstance(self.configuration, dict)
            return Response(body=json.dumps(self.configuration).encode() if known else self.configuration)
        if request.path == "/fhir/oauth/token":
            return self.token(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.good:
            with self.lock:
                self.requests.append(request)
            return Response(401)
        return super().handle(request)

    def token(self, request: Request) -> Response:
        assert request.method == "POST"
        assert "authorization" not in request.headers
        self.token_requests.append(request.body)
        if (answer := self.token_answer()) is not None:
            return answer
        if (why := self.refused(request.body)) is not None:
            self.refusals.append(why)
            said = {"error": "invalid_client", "error_description": f"{why}: {request.body}"}
            return Response(400, json.dumps(said).encode())
        token = self.issue() if self.issue else str(uuid4())
        if not self.issue:
            self.good.add(token)
            self.granted[token] = request.body["scope"]
        said = {"access_token": token, "token_type": "bearer", "expires_in": self.lasts, "scope": request.body["scope"]}
        return Response(200, json.dumps({name: value for name, value in said.items() if value is not None}).encode())

    def refused(self, form: dict[str, str]) -> str | None:  # noqa: PLR0911 - one line for each rule
        """Why not, by the rules of SMART App Launch 2, "Asymmetric Authentication", one after the other."""
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION:
            return "another grant"
        if not set(form["scope"].split()) <= self.allowed:
            return "scopes"
        head = jwt.get_unverified_header(form["client_assertion"])
        if head.get("alg") not in ("RS384", "ES384") or head.get("typ") != "JWT" or head.get("kid") not in self.known:
            return "header"
        needed = {"require": ["iss", "sub", "aud", "exp", "jti"]}
        try:
            claims = jwt.decode(
                form["client_assertion"],
                self.known[head["kid"]],
                algorithms=[head["alg"]],
                audience=self.endpoint,
                options=needed,
            )
        except (jwt.PyJWTError, TypeError) as error:
            return type(error).__name__
        if claims["iss"] != claims["sub"] or claims["iss"] != self.client_id:
            return "client"
        if claims["exp"] > time.time() + 300:
            return "exp"
        if claims["jti"] in self.used:
            return "jti"
        self.used.add(claims["jti"])
        return None
