"""Access tokens that must not be accepted: the token mutator."""

import base64
import hashlib
import hmac
import json
import time
import uuid

import pytest

from kit.client import good, problem
from kit.tokens import AUDIENCE, ISSUER


def ask(shop, token):
    return shop.anonymous.get("/api/v1/orders", headers={
        "authorization": "Bearer " + token})


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(**more):
    now = int(time.time())
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": str(uuid.uuid4()),
            "sid": str(uuid.uuid4()), "jti": str(uuid.uuid4()), "iat": now,
            "exp": now + 600, "roles": ["customer"], "scope": "shop", **more}


def test_good_token(shop):
    good(ask(shop, shop.token()))


def test_every_signature_character_counts(shop):
    """CVE-2024-25189's first patch compared nothing."""
    head, body, signature = shop.token().split(".")
    for place in range(len(signature) - 1):
        other = "A" if signature[place] != "A" else "B"
        token = "%s.%s.%s" % (head, body, signature[:place] + other
                              + signature[place + 1:])
        problem(ask(shop, token), 401, "invalid_token")


@pytest.mark.parametrize("header", [
    {"alg": "none", "typ": "JWT"}, {"alg": "None", "typ": "JWT"},
    {"alg": "none", "typ": "JWT", "kid": "test-1"}, {"typ": "JWT"},
    {"alg": "HS256", "typ": "JWT"}, {}])
def test_unsigned(shop, header):
    text = b64(json.dumps(header).encode()) + "." + b64(
        json.dumps(claims()).encode())
    for token in (text + ".", text, text + "." + b64(b"x" * 64)):
        problem(ask(shop, token), 401, "invalid_token")


def test_hs256_with_the_public_key(shop):
    """The classic: the public PEM as HMAC secret."""
    from cryptography.hazmat.primitives import serialization
    public = shop.signer.key.public_key().public_bytes(
        serialization.Encoding.PEM,
        serialization.PublicFormat.SubjectPublicKeyInfo)
    for secret in (public, public.strip(), b""):
        text = b64(json.dumps({"alg": "HS256", "typ": "JWT",
                               "kid": "test-1"}).encode()) + "." + b64(
                                   json.dumps(claims()).encode())
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        problem(ask(shop, text + "." + b64(mac)), 401, "invalid_token")


@pytest.mark.parametrize("headers", [
    {"kid": "other"}, {"kid": None}, {"kid": "../../etc/passwd"},
    {"kid": "test-1' or '1'='1"}, {"kid": "x" * 65}, {"crit": ["exp"]},
    {"jku": "https://evil.example/k"}, {"x5u": "https://evil.example/k"},
    {"jwk": {"kty": "oct", "k": "AA"}}, {"b64": False}, {"typ": "at+jwt2"}])
def test_headers_that_are_not_ours(shop, headers):
    if headers.get("kid", "") is None:
        import jwt
        token = jwt.encode(claims(), shop.signer.key, algorithm="ES256")
    else:
        token = shop.token(headers=headers)
    problem(ask(shop, token), 401, "invalid_token")


@pytest.mark.parametrize("change", [
    {"exp": None}, {"iat": None}, {"iss": None}, {"aud": None},
    {"sub": None}, {"iss": "https://evil.example"}, {"aud": "other"},
    {"aud": []}, {"aud": ["other"]}, {"exp": 1.9e9}, {"exp": "1900000000"},
    {"exp": True}, {"nbf": 4000000000}, {"iat": 4000000000},
    {"exp": 9999999999}, {"sub": "x' or true"}, {"sub": ""}, {"sub": 1},
    {"sid": "x"}, {"roles": "admin"}, {"roles": [1]}, {"scope": ["admin"]},
    {"exp": -1}, {"exp": 10 ** 20}])
def test_claims_that_are_wrong(shop, change):
    answer = ask(shop, shop.token(**change))
    assert problem(answer, 401)["code"] in ("invalid_token", "token_expired",
                                            "token_revoked")


def test_token_of_another_key(shop):
    from kit.tokens import Signer
    problem(ask(shop, Signer().token()), 401, "invalid_token")


def test_duplicate_claims(shop):
    """A signed text with a name twice: parsers disagree, so it is refused."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    head = b64(json.dumps({"alg": "ES256", "typ": "JWT",
                           "kid": "test-1"}).encode())
    text = json.dumps(claims())[:-1] + ', "scope": "admin"}'
    signed = head + "." + b64(text.encode())
    r, s = utils.decode_dss_signature(shop.signer.key.sign(
        signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = signed + "." + b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    problem(ask(shop, token), 401, "invalid_token")


@pytest.mark.parametrize("value", [
    "Bearer", "bearer", "Basic eDp5", "Digest x", "Bearer a b",
    "Bearer\tx", "BearerX", "", "Token x"])
def test_authorization_that_is_no_token(shop, value):
    answer = shop.anonymous.get("/api/v1/orders", headers={
        "authorization": value})
    problem(answer, 401)


def test_scheme_is_case_insensitive(shop):
    answer = shop.anonymous.get("/api/v1/orders", headers={
        "authorization": "bearer " + shop.token()})
    good(answer)


def test_padding_is_refused(shop):
    head, body, signature = shop.token().split(".")
    for token in (head + "=." + body + "." + signature,
                  head + "." + body + "=." + signature,
                  head + "." + body + "." + signature + "=",
                  head + "." + body + "." + signature + ".",
                  head + "." + body + "." + signature + ".x"):
        problem(ask(shop, token), 401, "invalid_token")


def test_lost_scopes_are_lost(shop):
    problem(ask(shop, shop.token(scopes=[])), 403, "forbidden")
