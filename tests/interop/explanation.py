"""Checks that presign explain names the cause of a rejection, given the server's real response."""
import json
import re
import subprocess
import tempfile
from urllib.parse import unquote

import cases


def signed_headers(request):
    """Returns the headers that explain needs to be given."""
    names = unquote(re.search("X-Amz-SignedHeaders=([^&]*)", request.target)[1]).split(";")
    return [(name, value) for name, value in request.headers
            if name != "Host" and name.lower() in names]


def causes(command, request, response, keys):
    """Returns the causes that explain is as sure of as of the first."""
    headers = [f"--header={name}:{value}" for name, value in signed_headers(request)]
    with tempfile.NamedTemporaryFile() as body:
        body.write(response.body)
        body.flush()
        done = subprocess.run(
            [command, "explain", request.url, "--error", body.name, "--method", request.method,
             "--json", *headers],
            env=cases.environment(keys), capture_output=True, encoding="utf-8", timeout=60)
    if done.returncode != 0:
        return [done.stderr]
    findings = json.loads(done.stdout)["findings"]
    return [finding["cause"] for finding in findings
            if finding["certainty"] == findings[0]["certainty"]]


def differences(command, server, case, response, keys):
    """Yields a message if explain, with the credentials, does not name the cause: for the intended
    URL, and for the URL that arrived if that is another one."""
    intended = case.intended or case.request
    # RGW does not show what arrived: explain can only know that it was something else.
    cause = "unexplained" if case.intended and server == "rgw" else case.cause
    expected = [(intended, cause)]
    if intended.url != case.request.url:
        arrived = case.request._replace(method=intended.method)
        expected.append((arrived, case.apparent_cause or case.cause))
    for request, cause in expected:
        named = causes(command, request, response, keys)
        if cause not in named:
            yield f"explain {request.url} must name {cause}, and names {', '.join(named)}"
