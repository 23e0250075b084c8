"""HTTP exactly as it is on the wire: sending a request adds no header and corrects nothing."""
import http.client
import re
import socket
import typing


class Request(typing.NamedTuple):
    method: str
    target: str
    headers: tuple  # of (name, value), including Host
    body: bytes = b""

    @property
    def url(self):
        """The URL, with the scheme of the test servers."""
        return f"http://{dict(self.headers)['Host']}{self.target}"

    def with_target(self, old, new):
        """Returns the request with one part of its target replaced. The old part must be there."""
        if old not in self.target:
            raise ValueError(f"{old} is not in {self.target}")
        return self._replace(target=self.target.replace(old, new))

    def without(self, removed):
        """Returns the request without the headers of this name."""
        return self._replace(headers=tuple((name, value) for name, value in self.headers
                                           if name != removed))

    def with_header(self, name, value):
        """Returns the request with this header, which replaces any of the same name."""
        return self._replace(headers=(*self.without(name).headers, (name, value)))


class Response(typing.NamedTuple):
    status: int
    body: bytes

    @property
    def code(self):
        """The Code of an S3 error; empty if the body is not one."""
        code = re.search(rb"<Error>.*?<Code>([^<]*)</Code>", self.body, re.DOTALL)
        return code[1].decode() if code else ""

    def __str__(self):
        return f"{self.status} {self.code}".strip()


def send(request, port):
    """Sends the request to a server on 127.0.0.1, and returns its response."""
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body or request.method in ("PUT", "POST"):
        lines.append(f"Content-Length: {len(request.body)}")
    lines += ["Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("\r\n".join(lines).encode() + request.body)
        with http.client.HTTPResponse(connection, method=request.method) as response:
            response.begin()
            return Response(response.status, response.read())
