"""A web of the tests' own: names, public addresses and servers, without a way out of this machine.

Names are looked up in a table, and a connection to a public address of that table ends at a server of this process.
What judges addresses is the real thing: it sees the addresses of the table, and nothing in it is switched off.
"""

from __future__ import annotations

import errno
import socket
import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from urllib3.util import connection as urllib3_connection

PUBLIC = "93.184.215.14"
PUBLIC_V6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"

Answer = bytes | Callable[[socket.socket], object]
"""All that a server sends, headers included; or what it does with the connection."""

_real_lookup = socket.getaddrinfo


def reply(
    body: bytes | str = b"", *, status: str = "200 OK", content_type: str = "text/html; charset=utf-8", **headers: str
) -> bytes:
    """A plain answer of a web server; ``headers`` are written with underscores for hyphens."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw)}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + raw


def leading_to(location: str, status: str = "302 Found") -> bytes:
    return reply(status=status, Location=location)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    web: Web


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with suppress(OSError):
            self.server.web.serve(self.request)


class Web:
    """``pages`` maps "host/path?query" to an answer, ``names`` a name to the addresses that each look-up gives."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.names: dict[str, list[list[str]]] = {}
        self.looked_up: Counter[str] = Counter()
        self.connected: list[tuple[str, int]] = []
        self.requests: list[dict[str, str]] = []
        self.certificate: ssl.SSLContext | None = None
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.web = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def page(self, address: str, answer: Answer | str) -> None:
        """Puts a page at "host/path"; the host gets a public address unless it has one."""
        self.names.setdefault(address.partition("/")[0], [[PUBLIC]])
        self.pages[address] = reply(answer) if isinstance(answer, str) else answer

    @property
    def asked(self) -> list[str]:
        """What was asked for, as "host/path"."""
        return [request["at"] for request in self.requests]

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    # In place of the network

    def look_up(self, host: Any, port: Any, *rest: Any, **options: Any) -> list[Any]:
        if host not in self.names:
            return _real_lookup(host, port, *rest, **{**options, "flags": socket.AI_NUMERICHOST})
        answers = self.names[host]
        found = answers[min(self.looked_up[host], len(answers) - 1)]
        self.looked_up[host] += 1
        kinds = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in found]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (address, port))
            for kind, address in zip(kinds, found, strict=True)
        ]  # fmt: skip

    def connect(self, address: tuple[str, int], timeout: Any = None, *_rest: Any, **_options: Any) -> socket.socket:
        host, port = address[0].strip("[]"), address[1]
        self.connected.append((host, port))
        if host not in {PUBLIC, PUBLIC_V6}:
            raise OSError(errno.ECONNREFUSED, "Connection refused")
        made = socket.create_connection(self._server.server_address, timeout=10)
        made.settimeout(timeout if isinstance(timeout, int | float) else 10)
        return made

    def serve(self, connection: socket.socket) -> None:
        if self.certificate is None:
            self._answer(connection)
            return
        with self.certificate.wrap_socket(connection, server_side=True) as encrypted:
            self._answer(encrypted)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            came = connection.recv(65536)
            if not came:
                return
            head += came
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        request = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        request["at"] = f"{request['host']}{first.split(' ')[1]}"
        self.requests.append(request)
        answer = self.pages.get(request["at"], reply("No such page.", status="404 Not Found"))
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)


@contextmanager
def spun() -> Iterator[Web]:
    """A web instead of the network, for as long as the block lasts."""
    web = Web()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", web.look_up)
        patch.setattr(urllib3_connection, "create_connection", web.connect)
        try:
            yield web
        finally:
            web.close()
