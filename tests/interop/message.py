"""HTTP as it is on the wire: nothing is added to a request, and nothing in it is put right."""
import http.client
import re
import socket
import typing


class Request(typing.NamedTuple):
    method: str
    target: str
    headers: tuple  # of names and values, Host among them
    body: bytes = b""

    @property
    def url(self):
        """With the scheme of this test's servers."""
        return f"http://{dict(self.headers)['Host']}{self.target}"

    def with_target(self, old, new):
        """With this in place of that, which must be there."""
        if old not in self.target:
            raise ValueError(f"{old} is not in {self.target}")
        return self._replace(target=self.target.replace(old, new))

    def without(self, header):
        return self._replace(headers=tuple(one for one in self.headers if one[0] != header))

    def plus(self, header, value):
        """With the header, in place of one that has the same name."""
        return self._replace(headers=(*self.without(header).headers, (header, value)))


class Answer(typing.NamedTuple):
    status: int
    body: bytes

    @property
    def code(self):
        """The Code of S3's error, if it is one."""
        found = re.search(rb"<Error>.*?<Code>([^<]*)</Code>", self.body, re.DOTALL)
        return found[1].decode() if found else ""

    def __str__(self):
        return f"{self.status} {self.code}".strip()


def send(request, port):
    """The answer to the request, from a server on 127.0.0.1."""
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body or request.method in ("PUT", "POST"):
        lines.append(f"Content-Length: {len(request.body)}")
    lines += ["Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("\r\n".join(lines).encode() + request.body)
        with http.client.HTTPResponse(connection, method=request.method) as response:
            response.begin()
            return Answer(response.status, response.read())
