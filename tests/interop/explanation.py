"""Whether presign explain names the cause of a refusal, from the server's real answer."""
import json
import re
import subprocess
import tempfile
from urllib.parse import unquote

import cases


def signed_headers(request):
    """Those that explain is to be told of."""
    names = unquote(re.search("X-Amz-SignedHeaders=([^&]*)", request.target)[1]).split(";")
    return [(name, value) for name, value in request.headers
            if name != "Host" and name.lower() in names]


def causes(command, request, answer, keys):
    """What explain names: what comes first, and all else that is certain."""
    headers = [f"--header={name}:{value}" for name, value in signed_headers(request)]
    with tempfile.NamedTemporaryFile() as body:
        body.write(answer.body)
        body.flush()
        done = subprocess.run(
            [command, "explain", request.url, "--error", body.name, "--method", request.method,
             "--json", *headers],
            env=cases.environment(keys), capture_output=True, encoding="utf-8", timeout=60)
    if done.returncode != 0:
        return [done.stderr]
    findings = json.loads(done.stdout)["findings"]
    return [one["cause"] for at, one in enumerate(findings)
            if at == 0 or one["certainty"] == "certain"]


def differences(command, server, case, answer, keys):
    """Where explain, with the credentials, does not name the cause: for the URL as it was meant,
    and for the URL as it arrived, if it was changed on the way."""
    meant = case.meant or case.request
    # RGW does not show what arrived: all that can be known is that it was something else.
    seen = "unexplained" if case.meant and server == "rgw" else case.cause
    asked = [(meant, seen)]
    if meant.url != case.request.url:
        asked.append((case.request._replace(method=meant.method), case.guess or case.cause))
    for request, cause in asked:
        found = causes(command, request, answer, keys)
        if cause not in found:
            yield f"explain {request.url} must name {cause}, and names {', '.join(found)}"
