#!/usr/bin/python3
"""Signs random requests and forms with presign and with botocore, and compares the results.

    compare.py PROGRAM [--count 5000] [--seed TEXT] [--only N]

PROGRAM is sign_requests. The seed is printed; --seed, or PRESIGN_SEED in the environment, repeats a
run, and --only repeats one request of it.

The test compares the meaning of the URLs (scheme, host, path and query), the query with botocore's
canonical query byte for byte, the headers to send, and the signatures. For forms it compares the
fields, the meaning of the policies, and the signatures of the same policy. presign verifies what
botocore signed, whose paths may be in any spelling. If the two are known to differ, the generator
avoids the case or the comparison allows for it, and a comment that begins with "Known difference"
says why. Any other difference is a failure.

Needs botocore (Debian: python3-botocore); exits with 77 if it is missing.
"""
import base64
import datetime
import hashlib
import json
import sys
import types
from urllib.parse import quote, unquote, urlsplit

import by_seed
from pieces import (DIGITS, EPOCH, LETTERS, PRINTABLE, REGIONS, TOKEN_CHARACTERS, awkward_text,
                    credentials_of, expiry_of, headers_of, host_of, key_of, label, query_of,
                    spelt_path, text_of, time_of)

try:
    import botocore.auth
    import botocore.session
    import botocore.signers
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials
except ImportError:
    print("botocore is not installed: nothing to compare with")
    sys.exit(77)

# ── The clock ───────────────────────────────────────────────────────────────────────────────────


class Clock(datetime.datetime):
    """botocore's clock, which stands still at the time that is set."""

    seconds = 0

    @classmethod
    def utcnow(cls):
        return EPOCH + datetime.timedelta(seconds=cls.seconds)


botocore.auth.datetime = types.SimpleNamespace(datetime=Clock)
botocore.signers.datetime = types.SimpleNamespace(datetime=Clock, timedelta=datetime.timedelta)
# Newer versions ask this function.
botocore.auth.get_current_datetime = botocore.signers.get_current_datetime = Clock.utcnow

# ── Requests by their parts: botocore's signers ─────────────────────────────────────────────────


def plain_request(rng, kind):
    service = rng.choice(["s3", "s3", "s3", "sts", "execute-api", "bedrock", "s3-object-lambda"])
    method = rng.choice(["GET", "GET", "PUT", "HEAD", "DELETE", "POST", "PATCH"])
    question = {
        "kind": kind,
        "credentials": credentials_of(rng),
        "at": time_of(rng),
        "expires": expiry_of(rng),
        "method": method,
        "scheme": rng.choice(["https", "https", "http"]),
        "host": host_of(rng),
        "path": "/" + (key_of(rng) if rng.random() < 0.9 else ""),
        "service": service,
        "region": rng.choice(REGIONS + ["auto", label(rng)]),
        "query": query_of(rng),
        "headers": headers_of(rng),
        "payload_hash": "",
    }
    of_s3 = service.startswith("s3")
    # Known difference: S3 takes every spelling of a path for the same, and botocore signs one.
    question["path_is_encoded"] = not of_s3 and rng.random() < 0.5
    if question["path_is_encoded"]:
        question["path"] = spelt_path(rng, question["path"])
    if kind == "sign":
        question["body"] = ""
        if method in ("PUT", "POST", "PATCH") and rng.random() < 0.7:
            question["body"] = text_of(rng, PRINTABLE, 1, 30)
            question["payload_hash"] = hashlib.sha256(question["body"].encode()).hexdigest()
        if of_s3 and rng.random() < 0.2:
            question["payload_hash"] = botocore.auth.UNSIGNED_PAYLOAD
    elif of_s3 and rng.random() < 0.1:
        question["payload_hash"] = hashlib.sha256(rng.randbytes(4)).hexdigest()
    return question


def by_signer(question):
    """Signs a plain_request with botocore."""
    credentials = Credentials(question["credentials"]["id"], question["credentials"]["secret"],
                              question["credentials"]["token"] or None)
    of_s3 = question["service"].startswith("s3")
    path = question["path"] if question["path_is_encoded"] else quote(question["path"], safe="/~")
    url = f"{question['scheme']}://{question['host']}{path}"
    request = AWSRequest(method=question["method"], url=url)
    for name, value in question["headers"]:
        request.headers[name] = value

    if question["kind"] == "sign":
        signer_class = botocore.auth.S3SigV4Auth if of_s3 else botocore.auth.SigV4Auth
        signer = signer_class(credentials, question["service"], question["region"])
        request.params = [tuple(pair) for pair in question["query"]]
        request.data = question["body"].encode()
        if question["payload_hash"] == botocore.auth.UNSIGNED_PAYLOAD:
            config = types.SimpleNamespace(s3={"payload_signing_enabled": False})
            request.context["client_config"] = config
        signer.add_auth(request)
        query = signer.canonical_query_string(request)
        authorization = request.headers["Authorization"]
        return Result(url, query, sent_headers(signer, request) +
                      [["authorization", authorization]])

    signer_class = botocore.auth.S3SigV4QueryAuth if of_s3 else botocore.auth.SigV4QueryAuth
    signer = signer_class(credentials, question["service"], question["region"], question["expires"])
    if question["payload_hash"]:
        request.headers["X-Amz-Content-SHA256"] = question["payload_hash"]
    for name, value in question["query"]:
        request.params.setdefault(name, []).append(value)
    signer.add_auth(request)
    return Result(request.url, canonical_query(signer, request.url), sent_headers(signer, request))


def sent_headers(signer, request):
    """Returns the signed headers except Host, as the canonical request has them."""
    if "Authorization" in request.headers:
        del request.headers["Authorization"]
    lines = signer.canonical_headers(signer.headers_to_sign(request)).split("\n")
    headers = [line.split(":", 1) for line in lines]
    return [[name, value] for name, value in headers if name != "host"]


def canonical_query(signer, url):
    """Returns the query in botocore's canonical order, with the signature at the end."""
    url, _, signature = url.rpartition("&X-Amz-Signature=")
    canonical = signer.canonical_query_string(AWSRequest(method="GET", url=url))
    return f"{canonical}&X-Amz-Signature={signature}"


# ── Requests by bucket and key: botocore's client ───────────────────────────────────────────────

OPTION_NAMES = {
    "version_id": "VersionId",
    "part_number": "PartNumber",
    "response_cache_control": "ResponseCacheControl",
    "response_content_disposition": "ResponseContentDisposition",
    "response_content_encoding": "ResponseContentEncoding",
    "response_content_language": "ResponseContentLanguage",
    "response_content_type": "ResponseContentType",
    "prefix": "Prefix",
    "delimiter": "Delimiter",
    "max_keys": "MaxKeys",
    "continuation_token": "ContinuationToken",
    "start_after": "StartAfter",
}
OPERATIONS = {"get": "get_object", "head": "head_object", "put": "put_object",
              "remove": "delete_object", "list": "list_objects_v2"}

ENDPOINTS = ["http://localhost:9000", "http://127.0.0.1:9000", "https://127.0.0.1",
             "https://[::1]:9000", "http://minio:9000", "https://s3.example.com",
             "https://S3.Example.COM:443", "http://s3.example.com:80",
             "https://s3.example.com:8443",
             "https://s3.example.com/base/path", "http://store.example/base%20path/%C3%A9%2B/",
             "https://account.r2.cloudflarestorage.com", "https://storage.googleapis.com/"]


def bucket_name(rng):
    kind = rng.random()
    if kind < 0.6:
        return label(rng, 3, 63).ljust(3, "b")
    if kind < 0.7:
        return label(rng, 1, 2)
    if kind < 0.8:
        return ".".join(label(rng, 2, 12) for _ in range(rng.randint(2, 3)))
    if kind < 0.9:
        return text_of(rng, LETTERS + LETTERS.upper() + DIGITS, 3, 30) + rng.choice(["", "_", "X"])
    return label(rng, 64, 200).ljust(64, "b")


def bucket_request(rng):
    question = {
        "kind": "presign",
        "credentials": credentials_of(rng),
        "at": time_of(rng),
        "expires": expiry_of(rng),
        "bucket": bucket_name(rng),
        "region": rng.choice(REGIONS),
        "endpoint": rng.choice(ENDPOINTS) if rng.random() < 0.5 else "",
        "style": rng.choice(["automatic", "automatic", "virtual_host", "path"]),
        "operation": rng.choice(["get", "get", "get", "head", "put", "remove", "list"]),
        "options": {},
    }
    options = question["options"]
    if question["operation"] == "list":
        # botocore always asks for it.
        options["encoding_type_url"] = True
        names = ["prefix", "delimiter", "max_keys", "continuation_token", "start_after"]
    else:
        question["key"] = key_of(rng)
        names = {"get": [name for name in OPTION_NAMES if name.startswith("response_")] +
                        ["version_id", "part_number"],
                 "head": ["version_id", "part_number"],
                 "put": [],
                 "remove": ["version_id"]}[question["operation"]]
    for name in names:
        if rng.random() < 0.3:
            options[name] = awkward_text(rng, 1, 12)
    if "part_number" in options:
        options["part_number"] = rng.randint(1, 10000)
    if "max_keys" in options:
        options["max_keys"] = rng.randint(0, 1000)

    host = urlsplit(question["endpoint"]).hostname or ""
    ip_address = ":" in host or host.replace(".", "").isdigit()
    labels = question["bucket"].split(".")
    fits = (3 <= len(question["bucket"]) <= 63 and not ip_address and
            question["bucket"] == question["bucket"].lower() and "_" not in question["bucket"])
    if len(labels) > 1:
        # Such a bucket may be in the host with http only: certificates do not match its dots.
        fits = fits and question["endpoint"].startswith("http:")
        # Known difference: with http, botocore requires three characters between dots, but accepts
        # 127.0.0.1, which has no subdomains.
        if ip_address or min(map(len, labels)) < 3:
            question["style"] = "path"
    # If the bucket cannot be in the host, presign fails; botocore puts it into the path.
    if question["style"] == "virtual_host" and not fits:
        question["style"] = "automatic"
    # Known difference: for an endpoint of one label (localhost, minio), which hardly ever has
    # subdomains, presign chooses path style, and botocore virtual host.
    if question["style"] == "automatic" and host and "." not in host:
        fits = False
    question["in_path"] = question["style"] == "path" or not fits
    return question


SESSION = botocore.session.Session()
CLIENTS = {}


def client_for(question):
    endpoint = question["endpoint"]
    one_label = endpoint and "." not in urlsplit(endpoint).netloc
    style = "virtual"
    if question["style"] == "path" or (one_label and question["in_path"]):
        style = "path"
    # Known difference: in regions of the aws partition other than us-east-1, botocore presigns for
    # the legacy global host (bucket.s3.amazonaws.com); presign always uses the regional host.
    # https://github.com/boto/boto3/issues/3015
    if not endpoint and not question["region"].startswith(("cn-", "us-gov-")):
        endpoint = f"https://s3.{question['region']}.amazonaws.com"
        # In these two cases botocore uses the regional host, too.
        if style == "path" or question["region"] == "us-east-1":
            endpoint = ""
    # Known difference: if the bucket goes into the path, botocore percent-encodes the endpoint's
    # own path; otherwise it takes the path as encoded, which presign always does.
    if question["in_path"]:
        endpoint = unquote(endpoint)
    # Known difference: botocore lists the bucket "https://bucket.host/base/" as /base/, presign as
    # /base, like "https://bucket.host/base".
    elif question["operation"] in ("list", "post"):
        endpoint = endpoint.rstrip("/")
    identity = (question["region"], endpoint, style)
    if identity not in CLIENTS:
        CLIENTS[identity] = SESSION.create_client(
            "s3", region_name=question["region"], endpoint_url=endpoint or None,
            aws_access_key_id="replaced", aws_secret_access_key="replaced",
            config=Config(signature_version="s3v4",
                          s3={"addressing_style": style,
                              "us_east_1_regional_endpoint": "regional"}))

    client = CLIENTS[identity]
    client._request_signer._credentials = Credentials(  # pylint: disable=protected-access
        question["credentials"]["id"], question["credentials"]["secret"],
        question["credentials"]["token"] or None)
    return client


def by_client(question):
    """Signs a bucket_request with botocore."""
    client = client_for(question)
    arguments = {OPTION_NAMES[name]: value for name, value in question["options"].items()
                 if name in OPTION_NAMES}
    arguments["Bucket"] = question["bucket"]
    if "key" in question:
        arguments["Key"] = question["key"]
    url = client.generate_presigned_url(OPERATIONS[question["operation"]], Params=arguments,
                                        ExpiresIn=question["expires"])
    signer = botocore.auth.S3SigV4QueryAuth(None, "s3", question["region"])
    return Result(url, canonical_query(signer, url), [])


METHODS = {"get": "GET", "head": "HEAD", "put": "PUT", "remove": "DELETE", "list": "GET"}

# ── Forms for uploads: botocore's client ────────────────────────────────────────────────────────

FORM_FIELDS = ["acl", "Cache-Control", "Content-Type", "Content-Disposition", "Expires", "tagging",
               "success_action_redirect", "success_action_status", "x-amz-meta-name",
               "x-amz-storage-class", "x-ignore-toolkit", "X-Ignore-"]
RESERVED_FIELDS = {"key", "bucket", "file", "content-length-range", "policy", "x-amz-algorithm",
                   "x-amz-credential", "x-amz-date", "x-amz-security-token",
                   "x-amz-s3session-token", "x-amz-signature", "awsaccesskeyid", "signature"}


def post_request(rng):
    question = bucket_request(rng)
    question.update(kind="post", operation="post", options={}, fields=[], prefixes=[], range=None)
    question["at"] = min(question["at"], time_limit() - question["expires"])
    question["key"] = key_of(rng)
    if rng.random() < 0.5:
        question["key"] = question["key"][:200] + "${filename}"
    names = set(RESERVED_FIELDS)
    for _ in range(rng.choice([0, 1, 3, 8])):
        name = rng.choice([rng.choice(FORM_FIELDS), text_of(rng, TOKEN_CHARACTERS, 1, 12)])
        if name.lower() in names:
            continue
        names.add(name.lower())
        kind = rng.random()
        value = awkward_text(rng, 0, 20)
        if kind < 0.8:
            question["fields"].append([name, value])
        if kind > 0.5:
            question["prefixes"].append([name, value[:rng.randint(0, 5)]])
    if rng.random() < 0.5:
        question["range"] = sorted(rng.randint(0, rng.choice([10, 2**31, 2**63 - 1]))
                               for _ in range(2))
    return question


def time_limit():
    return int((datetime.datetime(9999, 12, 31, 23, 59, 59) - EPOCH).total_seconds())


def by_form(question):
    """Signs a post_request with botocore, which requires a condition for each field."""
    conditions = [["starts-with", "$" + name, prefix] for name, prefix in question["prefixes"]]
    if question["range"]:
        conditions.append(["content-length-range", *question["range"]])
    covered = {name for name, _ in question["prefixes"]}
    conditions += [{name: value} for name, value in question["fields"]
                   if name not in covered and not name.lower().startswith("x-ignore-")]
    return client_for(question).generate_presigned_post(
        question["bucket"], question["key"], Fields=dict(question["fields"]), Conditions=conditions,
        ExpiresIn=question["expires"])


def policy_of(fields):
    """Returns a form's policy as JSON, with its conditions sorted."""
    policy = json.loads(base64.b64decode(fields["policy"], validate=True))
    policy["conditions"].sort(key=json.dumps)
    return policy


def form_differences(question, ours, theirs):
    """Returns a list of the differences."""
    fields = dict(ours["fields"])
    policy = policy_of(fields)
    their_fields = theirs["fields"]
    their_policy = policy_of(their_fields)
    # Known difference: botocore writes no milliseconds; AWS's pages do.
    their_policy["expiration"] = their_policy["expiration"].replace("Z", ".000Z")
    # The policies are the same as JSON, not as text: botocore signs ours.
    signer = botocore.auth.S3SigV4PostAuth(client_for(question)._request_signer._credentials, "s3",
                                           question["region"])
    request = AWSRequest()
    request.context["timestamp"] = their_fields["x-amz-date"]
    their_fields["x-amz-signature"] = signer.signature(fields["policy"], request)
    their_fields["policy"] = fields["policy"]
    return compared([
        ("url", meaning(ours["url"]), meaning(theirs["url"])),
        ("fields", sorted(ours["fields"]), sorted(map(list, their_fields.items()))),
        ("policy", policy, their_policy),
        ("signed_at", ours["signed_at"], question["at"]),
        ("expires_at", ours["expires_at"], question["at"] + question["expires"]),
    ])


# ── Comparison ──────────────────────────────────────────────────────────────────────────────────


class Result:
    """botocore's URL, the query that it signed, and the headers to send."""

    def __init__(self, url, query, headers):
        self.url = url
        self.query = query
        self.headers = headers


def meaning(url):
    """Returns the scheme, the host that a client sends, the path, and the query's decoded pairs."""
    parts = urlsplit(url)
    pairs = [tuple(map(unquote, pair.split("=", 1))) for pair in parts.query.split("&") if pair]
    # Known difference: botocore keeps ":443" and capitals in the URL, and does not sign them;
    # presign removes them from both.
    return (parts.scheme, botocore.auth._host_from_url(url),  # pylint: disable=protected-access
            parts.path, sorted(pairs))


def compared(expected):
    return [f"{name}:\n    presign  {mine}\n    botocore {other}"
            for name, mine, other in expected if mine != other]


def differences(question, ours, theirs):
    """Returns a list of the differences."""
    if "error" in ours:
        return [f"presign failed: {ours['error']}"]
    if question["kind"] == "post":
        return form_differences(question, ours, theirs)
    url, _, query = ours["url"].partition("?")
    their_url = theirs.url.partition("?")[0]
    if question["kind"] == "sign":
        expected = [("meaning", meaning(url), meaning(their_url))]
    else:
        expected = [
            ("meaning", meaning(ours["url"]), meaning(theirs.url)),
            ("expires_at", ours["expires_at"], question["at"] + question["expires"]),
        ]
    host = urlsplit(url).netloc
    expected += [
        ("host in the URL", host, meaning(their_url)[1]),
        ("query", query, theirs.query),
        ("headers", ours["headers"], theirs.headers),
        ("signed_at", ours["signed_at"], question["at"]),
        ("method", ours["method"], question.get("method") or METHODS[question["operation"]]),
    ]
    return compared(expected)


def verdict(question, theirs, ask):
    """Returns what is wrong with how presign verifies botocore's signature of a plain_request."""
    if "path_is_encoded" not in question:
        return []
    target = "/" + theirs.url.split("/", 3)[3]
    if question["kind"] == "sign" and theirs.query:
        target += "?" + theirs.query
    headers = [["Host", meaning(theirs.url)[1]], *theirs.headers]
    reply = ask({**question, "kind": "verify", "target": target, "headers": headers})
    error = reply["error"] if reply else "the program ended"
    segments = unquote(target.partition("?")[0], "latin-1").split("/")
    if "once it is decoded" in error and not {".", ".."}.isdisjoint(segments):
        return []
    return [f"presign rejects botocore's {target}: {error}"] if error else []


KINDS = [(0.4, lambda rng: (plain_request(rng, "presign"), by_signer)),
         (0.6, lambda rng: (plain_request(rng, "sign"), by_signer)),
         (0.8, lambda rng: (bucket_request(rng), by_client)),
         (1.0, lambda rng: (post_request(rng), by_form))]


def compare(rng, ask):
    share = rng.random()
    make = next(make for limit, make in KINDS if share < limit)
    question, sign = make(rng)
    Clock.seconds = question["at"]
    ours = ask(question) or {"error": "the program ended"}
    theirs = sign(question)
    return question, differences(question, ours, theirs) + verdict(question, theirs, ask)


def main():
    arguments = by_seed.parse_arguments(__doc__, "sign_requests", "request", 5000)
    print(f"botocore {botocore.__version__}", flush=True)
    if not by_seed.run(arguments, "request", compare):
        sys.exit(1)
    print("no difference")


if __name__ == "__main__":
    main()
