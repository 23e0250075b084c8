#!/usr/bin/python3
"""Times botocore and GDAL, if they are installed, with the workload without a token.

Prints a line for each: name and version, nanoseconds a URL, and the URL of the first key. Debian:
python3-botocore, python3-gdal.
"""
import datetime
import time

KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
REGION, BUCKET = "us-east-1", "examplebucket"
SIGNED_AT = datetime.datetime(2026, 11, 23, 12)
KEYS = [f"photos/2026/11/23/image-{i:06}.jpg" for i in range(1000)]


def report(name, sign):
    url = sign(KEYS[0])
    times = []
    for _ in range(5):
        begun = time.perf_counter_ns()
        for key in KEYS:
            sign(key)
        times.append((time.perf_counter_ns() - begun) / len(KEYS))
    print(name, f"{min(times):.0f}", url, sep="\t", flush=True)


def botocore_signer():
    import botocore.auth
    import botocore.session
    from botocore.config import Config

    class Clock(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return SIGNED_AT

        @classmethod
        def now(cls, tz=None):
            return SIGNED_AT.replace(tzinfo=tz)

    class Module:
        datetime = Clock

    botocore.auth.datetime = Module
    if hasattr(botocore.auth, "get_current_datetime"):
        botocore.auth.get_current_datetime = lambda *_, **__: SIGNED_AT
    session = botocore.session.Session()
    client = session.create_client(
        "s3", region_name=REGION, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
        endpoint_url=f"https://s3.{REGION}.amazonaws.com",
        config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
    return f"botocore {botocore.__version__}", lambda key: client.generate_presigned_url(
        "get_object", {"Bucket": BUCKET, "Key": key}, 3600)


def gdal_signer():
    from osgeo import gdal

    for name, value in {
            "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION,
            "AWS_S3_ENDPOINT": f"s3.{REGION}.amazonaws.com"}.items():
        gdal.SetConfigOption(name, value)
    options = [f"START_DATE={SIGNED_AT:%Y%m%dT%H%M%SZ}", "EXPIRATION_DELAY=3600"]
    return f"GDAL {gdal.__version__}", lambda key: gdal.GetSignedURL(
        f"/vsis3/{BUCKET}/{key}", options)


for peer in botocore_signer, gdal_signer:
    try:
        name, sign = peer()
    except ImportError:
        continue
    report(name, sign)
