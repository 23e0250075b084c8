#!/usr/bin/python3
"""Resolves random S3 endpoints with presign and with AWS's own rules, and compares the results.

    compare_endpoints.py PROGRAM [--count 10000] [--seed TEXT] [--only N]

PROGRAM is resolve_endpoints. AWS's rules come with botocore, which evaluates them. The seed is
printed; --seed, or PRESIGN_SEED in the environment, repeats a run, and --only repeats one question
of it.

The test compares the URL and the scheme, service and region that sign, or the errors. If presign
departs from AWS's rules (src/s3/endpoint.hpp says when and why), departure() below returns the
errors that are allowed instead. Any other difference is a failure.

If the rules are older than S3 Express, the test asks nothing about it. Needs botocore (Debian:
python3-botocore); exits with 77 if it is missing.
"""
import re
import sys
from urllib.parse import urlsplit

import by_seed

try:
    import botocore
    import botocore.endpoint_provider
    import botocore.exceptions
    import botocore.loaders
except ImportError:
    print("botocore is not installed: nothing to compare with")
    sys.exit(77)

# ── AWS's rules ─────────────────────────────────────────────────────────────────────────────────

LOADER = botocore.loaders.create_loader()
RULES_AS_DATA = LOADER.load_service_model("s3", "endpoint-rule-set-1")
PARTITIONS = LOADER.load_data("partitions")
RULES = botocore.endpoint_provider.RuleSet(
    version=RULES_AS_DATA["version"], parameters=RULES_AS_DATA["parameters"],
    rules=RULES_AS_DATA["rules"], partitions=PARTITIONS)
KNOWN = set(RULES_AS_DATA["parameters"])
KNOW_EXPRESS = "DisableS3ExpressSessionAuth" in KNOWN
LIBRARY = botocore.endpoint_provider.RuleSetStandardLibrary(PARTITIONS)


def partition_of(region):
    return LIBRARY.aws_partition(region)["name"]


# presign's codes, and patterns of the messages with which AWS's rules fail.
REASONS = [
    ("conflicting_options", "cannot be used with FIPS|combination with a custom endpoint|"
     "custom endpoint cannot be combined|Partition does not support FIPS|"
     "does(n't| not) support (S3 Accelerate|FIPS|[Dd]ual-stack)|do not support S3 Accelerate|"
     "Path-style addressing cannot be used|S3 Accelerate cannot be used|Access points are not "
     "supported|does not match client region|Client was configured for partition|are disabled"),
    ("invalid_region", "^A region must be set|^Invalid region: region"),
    ("invalid_endpoint", "was not a valid URI"),
    ("invalid_bucket", "S3Express bucket name|Outposts Bucket alias|hardware type|"
     "The outpost Id must only|Expected a endpoint to be specified|"
     "^Invalid ARN|^Invalid Arn|in ARN|Invalid Access Point Name|"
     "Expected an outpost type"),
]


def by_rules(question):
    """Returns the URL and the ways to sign for it, or presign's code for the rules' error."""
    try:
        endpoint = RULES.evaluate(dict(question))
    except botocore.exceptions.EndpointProviderError as failure:
        text = str(failure)
        for code, pattern in REASONS:
            if re.search(pattern, text):
                return {"error": code, "message": text}
        if not KNOW_EXPRESS:
            return {"error": "other", "message": text}
        raise
    schemes = []
    for scheme in endpoint.properties.get("authSchemes", []):
        region = scheme.get("signingRegion") or ",".join(scheme["signingRegionSet"])
        schemes.append([scheme["name"], scheme["signingName"], region])
    return {"url": endpoint.url, "signing": schemes}


# ── Departures ──────────────────────────────────────────────────────────────────────────────────

LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def is_label(text):
    return LABEL.fullmatch(text) is not None


def is_endpoint(text):
    """Returns whether one of the endpoints below is a URL."""
    return text.startswith(("http://", "https://")) and " " not in text and "?" not in text


def is_ip_endpoint(text):
    host = urlsplit(text).hostname or ""
    return ":" in host or host.replace(".", "").isdigit()


def departure(question):
    """Returns the errors with which presign may fail although AWS's rules return an endpoint or
    another error. If there are none, presign must agree with AWS's rules."""
    bucket = question.get("Bucket", "")
    region = question.get("Region", "")
    endpoint = question.get("Endpoint")
    codes = set()

    if not is_label(region):
        return {"invalid_region", "invalid_endpoint"}
    if endpoint is not None and not is_endpoint(endpoint):
        return {"invalid_endpoint"}
    is_alias = bucket.endswith("--op-s3") and len(bucket) >= 50
    is_arn = bucket.startswith("arn:")
    is_express = bucket.endswith(("--x-s3", "--xa-s3"))
    at_ip_address = endpoint is not None and is_ip_endpoint(endpoint)
    if question["ForcePathStyle"] and (is_alias or is_express and not at_ip_address):
        codes.add("conflicting_options")
    if (is_alias or is_arn) and at_ip_address:
        codes.add("conflicting_options")
    if is_alias and any(question.get(flag) for flag in ("UseFIPS", "UseDualStack", "Accelerate")):
        codes.add("conflicting_options")
    if is_arn:
        codes |= arn_departure(bucket, endpoint)
    return codes


def as_presign_takes(question):
    """Returns the question for AWS's rules. With the host localhost, presign puts the bucket into
    the path."""
    host = urlsplit(question.get("Endpoint", "")).hostname or ""
    if host == "localhost" and not question.get("Bucket", "").startswith("arn:"):
        return dict(question, ForcePathStyle=True)
    return question


def arn_departure(bucket, endpoint):
    parts = bucket.split(":", 5)
    if len(parts) < 6:
        return set()
    _, partition, service, arn_region, account, resource = parts
    form = "accesspoint:([^:]+)"
    if service == "s3-outposts":
        form = f"outpost:[^:]*:{form}"
    match = re.fullmatch(form, resource.replace("/", ":"))
    if not match or service not in ("s3", "s3-object-lambda", "s3-outposts"):
        return {"invalid_bucket"}
    codes = set()
    if arn_region or service != "s3":
        if (partition != partition_of(arn_region) or not is_label(arn_region) or
                len(f"{match[1]}-{account}") > 63):
            codes.add("invalid_bucket")
    else:
        if endpoint is not None:
            codes.add("conflicting_options")
        if not is_label(account) or partition not in [
                known["id"] for known in PARTITIONS["partitions"]]:
            codes.add("invalid_bucket")
    return codes


# ── Questions ───────────────────────────────────────────────────────────────────────────────────

REGIONS = ["us-east-1", "us-west-2", "eu-central-1", "ap-southeast-2", "me-south-1", "aws-global",
           "cn-north-1", "cn-northwest-1", "aws-cn-global", "us-gov-west-1", "aws-us-gov-global",
           "us-iso-east-1", "aws-iso-global", "us-isob-east-1", "s3-external-1", "snow", "auto",
           "cn-north", "us-gov-1", "us-iso-east-x", "cnx-north-1"]
NEW_REGIONS = ["eu-isoe-west-1", "us-isof-south-1", "us-isof-east-1", "eusc-de-east-1",
               "mx-central-1", "il-central-1", "us-isob-west-1"]
BAD_REGIONS = ["us east", "us-east-2!", "-us", "us-", "us.east.special", "a" * 64, "ü"]
ENDPOINTS = ["https://example.com", "http://example.com", "https://beta.example.com:8443",
             "http://localhost:9000", "https://a.b.c.example.com", "https://10.0.0.1",
             "http://127.0.0.1:9000", "https://[::1]:9000"]
ENDPOINTS_WITH_PATH = ["https://example.com/base", "http://example.com:8080/a/b",
                       "http://10.0.0.1/base"]
BAD_ENDPOINTS = ["abcde://nota#url", "ftp://example.com", "example.com", "https://h/?q=1"]
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"


def text_of(rng, alphabet, low, high):
    return "".join(rng.choices(alphabet, k=rng.randint(low, high)))


def label(rng, low, high):
    return (rng.choice(LOWER) + text_of(rng, LOWER + "-", low, high) + rng.choice(LOWER))[:high]


def plain_name(rng):
    kind = rng.random()
    if kind < 0.5:
        return label(rng, 1, 40)
    if kind < 0.65:
        return ".".join(label(rng, 1, 10) for _ in range(rng.randint(2, 4)))
    if kind < 0.75:
        return rng.choice(["a", "ab", "a" * 63, "a" * 64, "1.2.3.4", "-ab", "ab-", "a..b", ".ab"])
    if kind < 0.9:
        return label(rng, 1, 10) + rng.choice(["_", "X", "!", "%", " ", "~", "ü"]) + label(rng, 1, 5)
    return label(rng, 1, 20) + rng.choice(["-s3alias", "--ol-s3", "--op-s3", "--x-s3x", "x-s3"])


def express_name(rng):
    zone = rng.choice(["usw2-az1", "usw2-az12", "use1-az4", "test-zone-ab1", "usw2-lax1-az1",
                       "test1-zone-ab1", "test1-long1-zone-ab1", "az1", "usaz1", "", "-", "--------",
                       label(rng, 1, 25)])
    base = rng.choice([label(rng, 1, 20), "my--s3--bucket", "my.bucket", "MyBucket", "", "b"])
    return f"{base}{rng.choice(['--', '--', '--', '-'])}{zone}{rng.choice(['--x-s3', '--xa-s3'])}"


def outposts_alias(rng):
    hardware = rng.choice("ooooeeex")
    outpost = text_of(rng, LOWER, 17, 17)
    if rng.random() < 0.2:
        outpost = rng.choice(["-", "%", "a"]) + outpost[1:-1] + rng.choice(["-", "_", "a"])
    region = rng.choice(["use1", "usw2", "beta"])
    first = rng.choice(["test-accessp-", "161743052723-", "", "-", "Test-"])
    return f"{first}{hardware}{outpost}{text_of(rng, LOWER, 20, 20)}{region}0--op-s3"


def arn(rng, region):
    """Returns a valid ARN, or one with mistakes."""
    arn_region = region if rng.random() < 0.6 else rng.choice(REGIONS)
    partition = partition_of(arn_region)
    account = "123456789012"
    name = label(rng, 1, 30)
    kind = rng.choice(["s3", "s3", "s3-object-lambda", "s3-outposts", "mrap"])
    service = kind
    between = rng.choice([":", "/"])
    resource = ["accesspoint", name]
    if kind == "s3-outposts":
        resource = ["outpost", f"op-{text_of(rng, LOWER, 17, 17)}", "accesspoint", name]
    elif kind == "mrap":
        service, arn_region = "s3", ""
        partition = partition_of(region)
        resource = ["accesspoint", f"{text_of(rng, LOWER, 13, 13)}.mrap"]
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        mistake = rng.randrange(8)
        if mistake == 0:
            partition = rng.choice(["aws", "aws-cn", "", "aws-nowhere"])
        elif mistake == 1:
            service = rng.choice(["s3", "sqs", "", "s3-object-lambda", "s3-outposts", "not-s3"])
        elif mistake == 2:
            arn_region = rng.choice(["", "us-west -2", "us.west", "cn-north-1", "us-west-2", "-"])
        elif mistake == 3:
            account = rng.choice(["", "123456_789012", "123.45678.9012", "-1", "1" * 50])
        elif mistake == 4:
            position = rng.randrange(len(resource))
            resource[position] = rng.choice(["", "bucket_name", "my.bucket", "x#", "a" * 60,
                                             "accesspoint", "outpost", "bucket"])
        elif mistake == 5:
            resource.append(rng.choice(["", "object", "more"]))
        elif mistake == 6:
            resource.pop()
        elif mistake == 7:
            resource.insert(0, rng.choice(["", "accesspoint"]))
    text = f"arn:{partition}:{service}:{arn_region}:{account}:{between.join(resource)}"
    if rng.random() < 0.03:
        text = text.rsplit(":", rng.randint(1, 4))[0]
    return text


# These are not asked, because s3::bucket has no such operations and s3::location no such settings:
# UseGlobalEndpoint, UseObjectLambdaEndpoint, DisableAccessPoints, DisableMultiRegionAccessPoints
# and UseS3ExpressControlEndpoint.
FLAGS = ["UseFIPS", "UseDualStack", "Accelerate", "ForcePathStyle", "UseArnRegion",
         "DisableS3ExpressSessionAuth"]


def question_of(rng):
    regions = REGIONS + (NEW_REGIONS if KNOW_EXPRESS else [])
    question = {"Region": rng.choice(BAD_REGIONS if rng.random() < 0.03 else regions),
                # The rules of some versions have no default.
                "ForcePathStyle": False}
    makers = [plain_name, plain_name, outposts_alias,
              lambda rng: arn(rng, question["Region"]),
              lambda rng: arn(rng, question["Region"])]
    if KNOW_EXPRESS:
        makers.append(express_name)
    if rng.random() < 0.92:
        question["Bucket"] = rng.choice(makers)(rng)
    # presign takes the region of an ARN if none is given.
    if rng.random() < 0.01 and not question.get("Bucket", "").startswith("arn:"):
        del question["Region"]
    likely = rng.choice([0.02, 0.1, 0.3])
    for flag in FLAGS:
        if flag in KNOWN and rng.random() < likely:
            question[flag] = flag != "UseArnRegion" or rng.random() < 0.3
    if rng.random() < 0.3:
        # presign always uses a custom endpoint's scheme and path. AWS's rules do not for S3
        # Outposts, nor for S3 Express at an IP address.
        bucket = question.get("Bucket", "")
        ignored = "s3-outposts" in bucket or bucket.endswith(("--op-s3", "--x-s3", "--xa-s3"))
        endpoints = ENDPOINTS if ignored else ENDPOINTS + ENDPOINTS_WITH_PATH
        question["Endpoint"] = rng.choice(BAD_ENDPOINTS if rng.random() < 0.1 else endpoints)
        if "s3-outposts" in bucket or bucket.endswith("--op-s3"):
            question["Endpoint"] = question["Endpoint"].replace("http:", "https:")
    return question


def is_unfair(question):
    """Returns whether a version of botocore, or of the rules, is known to be wrong here."""
    bucket = question.get("Bucket", "")
    endpoint = question.get("Endpoint")
    # In AWS's rules, only the beta aliases of an Outpost go to the custom endpoint.
    if bucket.endswith("--op-s3") and len(bucket) >= 50 and endpoint is not None:
        return bucket[-12:-8] != "beta"
    # For a bucket with a dot and an endpoint with http, AWS's rules put the bucket before an IP
    # address, and "aws-global" signs under its own name; botocore accepts names over 63 characters,
    # and older versions require three characters between dots.
    if endpoint is not None and endpoint.startswith("http:") and "." in bucket:
        return (is_ip_endpoint(endpoint) or question.get("Region") == "aws-global" or
                len(bucket) > 63 or
                min(map(len, bucket.split("."))) < 3) and not bucket.startswith("arn:")
    return False


def is_outdated(question, theirs):
    """Returns whether rules older than S3 Express differ here from those of today."""
    if KNOW_EXPRESS:
        return False
    bucket = question.get("Bucket", "")
    options = [flag for flag in ("UseFIPS", "UseDualStack", "Accelerate") if question.get(flag)]
    return (
        # They return an endpoint, and today's rules fail.
        bool(options and question.get("Endpoint")) or (not bucket and len(options) > 1) or
        (bucket.startswith("arn:") and question["ForcePathStyle"]) or
        ("s3-outposts" in bucket and not is_label(re.split("[:/]", bucket)[-1])) or
        (bucket.endswith("--op-s3") and
         not LIBRARY.aws_is_virtual_hostable_s3_bucket(bucket, False)) or
        # They fail, and today's rules return an endpoint.
        theirs.get("message", "").endswith("Path-style addressing cannot be used with FIPS"))


# ── Comparison ──────────────────────────────────────────────────────────────────────────────────


def differences(question, ours, theirs):
    allowed = departure(question)
    if "error" in ours:
        if ours["error"] in allowed or ours["error"] == theirs.get("error"):
            return []
        # Older rules look for mistakes in another order, and have other messages.
        if "error" in theirs and not KNOW_EXPRESS:
            return []
        return [f"presign fails ({ours['error']}: {ours['message']}), the rules: {theirs}"]
    if allowed or "error" in theirs:
        return [f"presign returns {ours}, the rules: {theirs}, allowed errors: {allowed}"]
    if ours["url"] != theirs["url"]:
        return [f"presign  {ours['url']}", f"the rules {theirs['url']}"]
    if ours["signing"] not in theirs["signing"]:
        return [f"presign signs {ours['signing']}, the rules {theirs['signing']}"]
    return []


def compare(rng, ask):
    question = question_of(rng)
    while is_unfair(question):
        question = question_of(rng)
    ours = ask(question) or {"error": "all", "message": "the program ended"}
    theirs = by_rules(as_presign_takes(question))
    by_seed.tally(ours, theirs, "endpoints")
    if is_outdated(question, theirs):
        return question, []
    return question, differences(question, ours, theirs)


def main():
    arguments = by_seed.parse_arguments(__doc__, "resolve_endpoints", "question", 10000)
    print(f"botocore {botocore.__version__}, {'with' if KNOW_EXPRESS else 'without'} S3 Express",
          flush=True)
    by_seed.run_with_tally(arguments, compare)


if __name__ == "__main__":
    main()
