"""An issuer of OIDC tokens: its key, and what it signs with it."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cloud import Cloud


def now(cloud: Cloud) -> int:
    """The cloud's time, in seconds."""
    text = cloud.control("GET", "health")["time"]
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp())


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Whoever runs the cloud tells it the issuer's keys; the cloud fetches nothing."""

    def __init__(self, cloud: Cloud, url: str):
        self.cloud, self.url = cloud, url
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        cloud.control("PUT", f"oidc-keys?issuer={url}", self.keys())

    def keys(self) -> dict:
        public = self.key.public_key().public_numbers()
        number = lambda value: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        return {"keys": [{"kty": "RSA", "kid": "one", "n": number(public.n), "e": number(public.e)}]}

    def token(self, **claims) -> str:
        at = now(self.cloud)
        claims = {"iss": self.url, "sub": "build", "aud": "sts", "iat": at, "exp": at + 600} | claims
        parts = [{"alg": "RS256", "kid": "one"}, claims]
        signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{base64url(signature)}"
