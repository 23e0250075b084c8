"""Signs any request, valid or not, as presign would not.

The steps are those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""
import datetime
import hashlib
import hmac
import typing
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"


class Keys(typing.NamedTuple):
    id: str
    secret: str
    token: str = ""


class How(typing.NamedTuple):
    """What a signature says besides the request. None stands for what is right."""
    keys: Keys
    region: str
    at: datetime.datetime
    service: str = "s3"
    expires: str = "3600"
    scope_date: str = None
    signed_headers: tuple = ("host",)
    canonical_path: str = None
    payload_hash: str = None
    token_is_signed: bool = True

    @property
    def timestamp(self):
        return f"{self.at:%Y%m%dT%H%M%SZ}"

    @property
    def scope(self):
        date = self.scope_date or self.timestamp[:8]
        return f"{date}/{self.region}/{self.service}/aws4_request"

    @property
    def credential(self):
        return f"{self.keys.id}/{self.scope}"


def hash_of(body):
    return hashlib.sha256(body).hexdigest()


def encode(text):
    return quote(text, safe="-_.~")


def with_parameters(target, *added):
    return target + ("&" if "?" in target else "?") + "&".join(
        f"{encode(name)}={encode(value)}" for name, value in added)


def canonical_request(method, target, headers, how):
    path, _, query = target.partition("?")
    parameters = sorted(one.split("=", 1) for one in query.split("&") if one)
    values = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(" ".join(value.split()))
    lines = [f"{name}:{','.join(values[name])}" for name in how.signed_headers]
    return "\n".join([method, how.canonical_path or path, "&".join(map("=".join, parameters)),
                      *lines, "", ";".join(how.signed_headers), how.payload_hash])


def signature(method, target, headers, how):

    def digest(key, message):
        return hmac.new(key, message.encode(), hashlib.sha256).digest()

    request_hash = hash_of(canonical_request(method, target, headers, how).encode())
    string_to_sign = "\n".join([ALGORITHM, how.timestamp, how.scope, request_hash])
    key = f"AWS4{how.keys.secret}".encode()
    for part in how.scope.split("/"):
        key = digest(key, part)
    return digest(key, string_to_sign).hex()


def presigned(method, target, headers, how):
    """The target with a signature in its query."""
    how = how._replace(payload_hash=how.payload_hash or UNSIGNED_PAYLOAD)
    token = [("X-Amz-Security-Token", how.keys.token)] if how.keys.token else []
    target = with_parameters(
        target, ("X-Amz-Algorithm", ALGORITHM), ("X-Amz-Credential", how.credential),
        ("X-Amz-Date", how.timestamp), ("X-Amz-Expires", how.expires),
        ("X-Amz-SignedHeaders", ";".join(how.signed_headers)),
        *(token if how.token_is_signed else []))
    return with_parameters(target, ("X-Amz-Signature", signature(method, target, headers, how)),
                           *([] if how.token_is_signed else token))


def authorized(method, target, headers, body, how):
    """The headers with those that sign them."""
    payload_hash = how.payload_hash or hash_of(body)
    added = [("x-amz-content-sha256", payload_hash), ("x-amz-date", how.timestamp)]
    signed_headers = sorted([*how.signed_headers, *(name for name, _ in added)])
    how = how._replace(payload_hash=payload_hash, signed_headers=tuple(signed_headers))
    headers = (*headers, *added)
    return (*headers, ("Authorization",
                       f"{ALGORITHM} Credential={how.credential}, "
                       f"SignedHeaders={';'.join(how.signed_headers)}, "
                       f"Signature={signature(method, target, headers, how)}"))
