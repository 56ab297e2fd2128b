"""Access tokens signed here, so that a test is whoever it wants to be."""

import time
import uuid

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ISSUER = "https://shop.test"
AUDIENCE = "commerce"
LIFE = 600              # s: a gateway takes none that lives longer

CUSTOMER = ["shop"]
STAFF = [*CUSTOMER, "catalog:write", "stock:read", "stock:write",
         "orders:read", "orders:write", "customers:read", "customers:write",
         "reports:read", "imports:write"]
ADMIN = [*STAFF, "users:read", "users:write", "roles:write",
         "settings:write", "admin"]

SCOPES = {"customer": CUSTOMER, "staff": STAFF, "admin": ADMIN}


SOMEBODY = object()     # another person each time


class Signer:
    """An ES256 key pair and the tokens that it signs."""

    kid = "test-1"

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()).decode()

    def token(self, role="customer", sub=SOMEBODY, scopes=None, life=LIFE,
              headers=None, **claims):
        """A token of the role; claims and headers replace what is usual."""
        now = int(time.time())
        payload = {
            "iss": ISSUER, "aud": AUDIENCE,
            "sub": str(uuid.uuid4()) if sub is SOMEBODY else sub,
            "sid": str(uuid.uuid4()),
            "jti": str(uuid.uuid4()), "iat": now, "exp": now + life,
            "roles": [role], "scope": " ".join(
                SCOPES.get(role, []) if scopes is None else scopes),
            "name": role.title(), "email": role + "@shop.test",
            **claims,
        }
        payload = {name: value for name, value in payload.items()
                   if value is not None}
        return jwt.encode(payload, self.key, algorithm="ES256",
                          headers={"kid": self.kid, "typ": "JWT",
                                   **(headers or {})})
