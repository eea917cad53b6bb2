"""Fetching a page: what comes of it, and everything that is refused in words with nothing fetched."""

from __future__ import annotations

import gzip
import ipaddress
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from claims.errors import Unfetchable
from claims.services import fetching
from claims.services.fetching import Hop, fetch
from tests import web as the_web
from tests.web import PUBLIC, PUBLIC_V6, Web, leading_to, reply

PAGE = "<!doctype html><title>Rents rise</title><p>Rents in the city rose by 12 per cent.</p>"


@pytest.fixture
def web() -> Iterator[Web]:
    with the_web.spun() as web:
        web.page("news.example/rents", PAGE)
        yield web


def refusal(url: str, **options: Any) -> Unfetchable:
    with pytest.raises(Unfetchable) as caught:
        fetch(url, **options)
    assert str(caught.value) == fetching.PROBLEMS[caught.value.code]
    return caught.value


# A page


def test_a_page_comes_with_all_that_is_told_of_it(web: Web) -> None:
    web.page("news.example/rents", reply(PAGE, Server="paper/1", Set_Cookie="id=1"))

    page = fetch("http://news.example/rents#top")

    assert page.body == PAGE.encode()
    assert (page.asked, page.url, page.status) == ("http://news.example/rents", "http://news.example/rents", 200)
    assert page.hops == (Hop("http://news.example/rents", 200),)
    assert page.content_type == "text/html; charset=utf-8"
    assert ("Server", "paper/1") in page.headers
    assert "id=1" not in str(page.record())


def test_it_is_honest_about_who_asks(web: Web, settings: Any) -> None:
    settings.SITE_NAME, settings.SITE_URL = "Die Prüfer & Co", "https://checks.example"
    fetch("http://news.example/rents")

    (request,) = web.requests
    assert request["user-agent"] == "Die-Prufer-Co (fact-checking desk; +https://checks.example)"
    assert not {"accept-language", "cookie", "authorization", "referer"} & set(request)


def test_what_it_connects_to_is_the_address_that_was_judged(web: Web) -> None:
    fetch("http://news.example/rents")

    assert web.connected == [(PUBLIC, 80)]


def test_a_server_that_speaks_ipv6_is_asked(web: Web) -> None:
    web.names["news.example"] = [[PUBLIC_V6]]

    assert fetch("http://news.example/rents").status == 200
    assert web.connected == [(PUBLIC_V6, 80)]


def test_an_address_of_numbers_in_the_public_web_is_asked(web: Web) -> None:
    web.page(f"{PUBLIC}/", PAGE)
    web.page(f"[{PUBLIC_V6}]/", PAGE)

    assert fetch(f"http://{PUBLIC}").url == f"http://{PUBLIC}/"
    assert fetch(f"http://[{PUBLIC_V6}]").status == 200


def test_what_is_packed_is_unpacked(web: Web) -> None:
    web.page("news.example/gzip", reply(gzip.compress(PAGE.encode()), Content_Encoding="gzip"))
    web.page("news.example/deflate", reply(zlib.compress(PAGE.encode()), Content_Encoding="deflate"))

    assert fetch("http://news.example/gzip").body == fetch("http://news.example/deflate").body == PAGE.encode()


def test_a_body_without_a_length_ends_with_the_connection(web: Web) -> None:
    web.page("news.example/old", b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nRents rose.")

    assert fetch("http://news.example/old").body == b"Rents rose."


def test_a_body_in_chunks_is_put_together(web: Web) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    web.page("news.example/chunks", head + b"5\r\nRents\r\n6\r\n rose.\r\n0\r\n\r\n")

    assert fetch("http://news.example/chunks").body == b"Rents rose."


def test_the_character_encoding_of_the_header_is_kept(web: Web) -> None:
    web.page("news.example/alt", reply("Städte".encode("latin-1"), content_type="text/plain; charset=iso-8859-1"))

    assert fetch("http://news.example/alt").content_type == "text/plain; charset=iso-8859-1"


def test_a_server_that_names_no_kind_is_believed(web: Web) -> None:
    web.page("news.example/bare", reply(PAGE, content_type=""))

    assert fetch("http://news.example/bare").content_type == ""


def test_headers_are_kept_within_bounds_and_without_control_characters(web: Web) -> None:
    many = {f"X-{number}": "v" for number in range(80)}
    web.page("news.example/wordy", reply(PAGE, **many, X_Long="l" * 5000, X_Odd="a\x00b\x85c"))
    headers = fetch("http://news.example/wordy").headers

    assert len(headers) == 60
    assert max(len(value) for _name, value in headers) <= 1000
    web.page("news.example/odd", reply(PAGE, X_Odd="a\x01b\x85c"))
    assert ("X-Odd", "a b c") in fetch("http://news.example/odd").headers


def test_progress_is_told_in_bytes_that_came(web: Web) -> None:
    told: list[int] = []
    web.page("news.example/long", reply("word " * 40_000))
    fetch("http://news.example/long", on_progress=told.append)

    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == 200_000


# Redirects


def test_redirects_are_followed_and_kept(web: Web) -> None:
    web.page("short.example/x", leading_to("http://news.example/a/b", "301 Moved Permanently"))
    web.page("news.example/a/b", leading_to("../rents"))

    page = fetch("http://short.example/x")

    assert (page.asked, page.url) == ("http://short.example/x", "http://news.example/rents")
    assert page.hops == (
        Hop("http://short.example/x", 301), Hop("http://news.example/a/b", 302), Hop("http://news.example/rents", 200),
    )  # fmt: skip


def test_a_redirect_may_name_a_place_in_utf8(web: Web) -> None:
    web.page("news.example/u", leading_to("/städte".encode().decode("latin-1")))
    web.page("news.example/st%C3%A4dte", PAGE)

    assert fetch("http://news.example/u").url == "http://news.example/st%C3%A4dte"


def test_no_cookie_goes_from_one_hop_to_the_next(web: Web) -> None:
    web.page("news.example/a", reply(status="302 Found", Location="/rents", Set_Cookie="id=1"))
    fetch("http://news.example/a")

    assert all("cookie" not in request for request in web.requests)


def chain(web: Web, length: int) -> None:
    for number in range(length):
        web.page(f"news.example/{number}", leading_to(f"/{number + 1}"))
    web.page(f"news.example/{length}", PAGE)


def test_five_redirects_are_followed_and_six_are_not(web: Web) -> None:
    chain(web, 5)
    assert fetch("http://news.example/0").url == "http://news.example/5"
    chain(web, 6)
    problem = refusal("http://news.example/0")

    assert problem.code == "redirects"
    assert "news.example/6" not in web.asked


def test_a_circle_is_seen_at_once(web: Web) -> None:
    web.page("news.example/a", leading_to("/b"))
    web.page("news.example/b", leading_to("http://NEWS.example:80/a#x"))

    assert refusal("http://news.example/a").code == "circle"
    assert web.asked == ["news.example/a", "news.example/b"]


def test_a_refusal_says_how_far_it_came(web: Web) -> None:
    web.page("news.example/a", leading_to("http://10.0.0.1/inside"))
    problem = refusal("http://news.example/a")

    assert problem.hops == (Hop("http://news.example/a", 302),)
    assert problem.url == "http://10.0.0.1/inside"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://news.example/a", "gopher://x/", "data:text/html,x"])
def test_a_redirect_to_another_scheme_is_refused(web: Web, location: str) -> None:
    web.page("news.example/a", leading_to(location))

    assert refusal("http://news.example/a").code == "scheme"
    assert web.asked == ["news.example/a"]


def test_a_redirect_to_another_port_or_with_a_password_is_refused(web: Web) -> None:
    web.page("news.example/port", leading_to("http://news.example:8000/"))
    web.page("news.example/login", leading_to("http://me:secret@news.example/rents"))

    assert refusal("http://news.example/port").code == "port"
    assert refusal("http://news.example/login").code == "login"
    assert len(web.connected) == 2


# Nothing but the public web

# Addresses that lead inside by their looks alone, in every spelling that some program understands.
INSIDE = [
    "http://127.0.0.1/",
    "http://127.0.0.1:8000/",
    "http://127.255.255.254/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://127.0.0.1./",
    "http://127%2e0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://metadata.google.internal/",
    "http://printer.local/",
    "http://router.home.arpa/",
    "http://intranet/",
]

# What is no address of a page: a number that only some programs take for one, or something that two read differently.
ODD = [
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.0.01/",
    "http://1\uff12\uff17.0.0.1/",
    "http://news.example\\@127.0.0.1/",
    "http://news.example /",
    "http://news.example/\r\nHost: x",
    "http://news.example\x00/",
    "http://news..example/",
    "http://[::1/",
    "http://",
    "http:///path",
    "http://news.example:99999/",
    "http://news_.example/",
    "http://news.example/" + "a" * 2000,
]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused_and_nothing_is_looked_up(web: Web, url: str) -> None:
    assert refusal(url).code == "private"
    assert (web.connected, dict(web.looked_up)) == ([], {})


@pytest.mark.parametrize("url", INSIDE)
def test_a_redirect_to_an_address_inside_is_refused(web: Web, url: str) -> None:
    web.page("news.example/a", leading_to(url))

    assert refusal("http://news.example/a").code == "private"
    assert web.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize("url", ODD)
def test_an_odd_address_is_refused(web: Web, url: str) -> None:
    assert refusal(url).code == "address"
    assert (web.connected, dict(web.looked_up)) == ([], {})


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "fec0::1", "::10.0.0.1",
    ],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused(web: Web, address: str) -> None:
    web.names["inside.example"] = [[address]]

    assert refusal("http://inside.example/").code == "private"
    assert web.connected == []


@pytest.mark.parametrize("answers", [[PUBLIC, "10.0.0.1"], ["10.0.0.1", PUBLIC], [PUBLIC, "::1"]])
def test_a_name_that_also_leads_inside_is_refused(web: Web, answers: list[str]) -> None:
    web.names["both.example"] = [answers]

    assert refusal("http://both.example/").code == "private"
    assert web.connected == []


@pytest.mark.parametrize("second", ["127.0.0.1", "10.0.0.1", "fec0::1", "::127.0.0.1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_inside_the_second_time_leads_nowhere(web: Web, second: str) -> None:
    web.names["rebinding.example"] = [[PUBLIC], [second]]

    assert refusal("http://rebinding.example/").code == "private"
    assert web.looked_up["rebinding.example"] == 2
    assert web.connected == []


def test_a_name_that_leads_inside_from_the_second_hop_on_leads_nowhere(web: Web) -> None:
    web.names["rebinding.example"] = [[PUBLIC], [PUBLIC], ["127.0.0.1"]]
    web.page("rebinding.example/a", leading_to("/b"))

    assert refusal("http://rebinding.example/a").code == "private"
    assert web.connected == [(PUBLIC, 80)]


# Judged one by one: a public address beside its neighbours that are none.
@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("9.255.255.255", True), ("10.0.0.0", False), ("11.0.0.0", True),
        ("100.63.255.255", True), ("100.64.0.0", False), ("100.127.255.255", False), ("100.128.0.0", True),
        ("172.15.255.255", True), ("172.16.0.0", False), ("172.32.0.0", True),
        ("192.0.0.9", False), ("192.0.2.1", False), ("192.88.99.1", False), ("192.167.255.255", True),
        ("198.51.100.1", False), ("203.0.113.1", False), ("223.255.255.255", True), ("224.0.0.0", False),
        ("2606:4700::1111", True), ("2001:200::1", True), ("2001:1::1", False), ("2001:20::1", False),
        ("2002:808:808::", False), ("3fff::1", False), ("3fff:1000::1", True), ("4000::1", False), ("5f00::1", False),
        ("::ffff:8.8.8.8", False), ("64:ff9b::808:808", False), ("100::1", False), ("2606:4700::1111%eth0", False),
    ],
)  # fmt: skip
def test_what_is_public(address: str, public: bool) -> None:
    assert fetching.is_public(ipaddress.ip_address(address)) is public


class Counting(socketserver.BaseRequestHandler):
    """Counts who connects, and says nothing."""

    def handle(self) -> None:
        self.server.seen += 1  # type: ignore[attr-defined]


@pytest.fixture
def counting() -> Iterator[Any]:
    """A real server on this machine."""
    with socketserver.TCPServer(("127.0.0.1", 0), Counting) as server:
        server.seen = 0  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_a_real_server_on_this_machine_is_never_reached(
    counting: Any, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """With the real network, and with its port allowed."""
    port = counting.server_address[1]
    monkeypatch.setattr(fetching, "PORTS", {"http": port, "https": 443})

    assert refusal(f"http://{host}:{port}/").code in {"private", "address"}
    assert counting.seen == 0


def test_a_real_server_on_this_machine_is_not_reached_by_a_name(counting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    port = counting.server_address[1]
    place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    monkeypatch.setattr(fetching, "PORTS", {"http": port, "https": 443})
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: [place])

    assert refusal(f"http://inside.example:{port}/").code == "private"
    assert counting.seen == 0


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"])
def test_no_proxy_of_the_environment_is_used(
    web: Web, counting: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, f"http://127.0.0.1:{counting.server_address[1]}")
    fetch("http://news.example/rents")

    assert counting.seen == 0
    assert web.asked == ["news.example/rents"]


def test_no_password_of_the_environment_is_sent(web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine news.example login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    fetch("http://news.example/rents")

    assert "authorization" not in web.requests[0]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://news.example/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("news.example/rents", "scheme"),
        ("http://me@news.example/", "login"),
        ("http://me:secret@news.example/", "login"),
        ("http://news.example:22/", "port"),
        ("http://news.example:8000/", "port"),
        ("http://news.example:0/", "port"),
        ("http://nowhere.example/", "name"),
    ],
)
def test_what_is_asked_for_has_to_be_a_page(web: Web, url: str, code: str) -> None:
    assert refusal(url).code == code
    assert web.connected == []


# One address has one spelling, whoever writes it down.
@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("HTTP://News.Example", "http://news.example/"),
        ("http://news.example.:80/a/../b#c", "http://news.example/b"),
        ("https://news.example:443/?q=1", "https://news.example/?q=1"),
        ("https://news.example:80/", "https://news.example:80/"),
        (" https://bücher.example/ä?ö=ü ", "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC"),
        ("http://[2606:2800:021f:cb07:6820:80DA:af6b:8b2c]/", f"http://[{PUBLIC_V6}]/"),
    ],
)
def test_an_address_has_one_spelling(url: str, spelled: str) -> None:
    assert fetching.normalise(url) == spelled
    assert fetching.normalise(spelled) == spelled


# Answers that are no page


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("404 Not Found", "missing"),
        ("410 Gone", "missing"),
        ("401 Unauthorized", "refused"),
        ("402 Payment Required", "refused"),
        ("403 Forbidden", "refused"),
        ("451 Unavailable For Legal Reasons", "refused"),
        ("429 Too Many Requests", "too_often"),
        ("500 Internal Server Error", "fault"),
        ("503 Service Unavailable", "fault"),
        ("202 Accepted", "status"),
        ("204 No Content", "status"),
        ("206 Partial Content", "status"),
        ("300 Multiple Choices", "status"),
        ("302 Found", "status"),
        ("304 Not Modified", "status"),
        ("418 I'm a teapot", "status"),
    ],
)
def test_a_status_that_is_no_page_is_said_in_words(web: Web, status: str, code: str) -> None:
    web.page("news.example/a", reply(PAGE if status[:3] not in {"204", "304"} else "", status=status))
    problem = refusal("http://news.example/a")

    assert problem.code == code
    assert problem.hops == (Hop("http://news.example/a", int(status[:3])),)


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("text/html", ""),
        ("TEXT/HTML;charset=utf-8", ""),
        ("application/xhtml+xml", ""),
        ("text/plain", ""),
        ("application/xml", ""),
        ("application/pdf", "kind"),
        ("image/png", "kind"),
        ("application/octet-stream", "kind"),
        ("text/css", "kind"),
        ("application/json", "kind"),
    ],
)
def test_only_what_may_be_an_article_is_read(web: Web, content_type: str, code: str) -> None:
    web.page("news.example/a", reply(PAGE, content_type=content_type))

    if code:
        assert refusal("http://news.example/a").code == code
    else:
        assert fetch("http://news.example/a").content_type == content_type


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, gzip", "compress"])
def test_what_cannot_be_unpacked_is_refused(web: Web, packing: str) -> None:
    web.page("news.example/a", reply(b"...", Content_Encoding=packing))

    assert refusal("http://news.example/a").code == "packed"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BROKEN: dict[str, bytes] = {
    "nothing at all": b"",
    "no web server": b"220 mail.example ESMTP\r\n",
    "a body that breaks off": HEAD + b"Content-Length: 100\r\n\r\nRents",
    "chunks that are none": HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "a header without an end": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000,
    "headers without an end": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 2000,
    "gzip that is none": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nRents",
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_no_web_server_says_is_refused(web: Web, what: str) -> None:
    web.page("news.example/a", BROKEN[what])

    assert refusal("http://news.example/a").code == "broken"


def test_an_empty_page_is_refused(web: Web) -> None:
    web.page("news.example/a", reply(b""))

    assert refusal("http://news.example/a").code == "nothing"


# Limits


def sending(head: bytes, piece: bytes, web: Web, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """A server that goes on sending until the other side has had enough."""

    def send(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(head)
            while not web.closing.wait(pause):
                connection.sendall(piece)

    return send


def test_a_body_without_an_end_is_given_up_at_the_limit(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 300_000)
    web.page("news.example/endless", sending(HEAD + b"\r\n", b"word " * 10_000, web))
    told: list[int] = []

    assert refusal("http://news.example/endless", on_progress=told.append).code == "size"
    assert max(told) <= 300_000


@pytest.mark.parametrize("packing", [b"", b"Content-Encoding: gzip\r\n"])
def test_the_body_of_a_redirect_is_not_read(web: Web, monkeypatch: pytest.MonkeyPatch, packing: bytes) -> None:
    """It may be without an end as well, or unpack to one."""
    monkeypatch.setattr(fetching, "DEADLINE", 5)
    head = b"HTTP/1.1 302 Found\r\nLocation: /rents\r\n" + packing + b"\r\n"
    web.page(
        "news.example/endless", sending(head, gzip.compress(b"\0" * 1_000_000) if packing else b"word " * 10_000, web)
    )

    assert fetch("http://news.example/endless").url == "http://news.example/rents"


def test_a_body_that_says_it_is_too_long_is_not_read(web: Web) -> None:
    told: list[int] = []
    web.page("news.example/a", HEAD + f"Content-Length: {fetching.MAX_BYTES + 1}\r\n\r\nword".encode())

    assert refusal("http://news.example/a", on_progress=told.append).code == "size"
    assert told == []


def test_a_small_body_that_unpacks_without_an_end_is_given_up_at_the_limit(web: Web) -> None:
    bomb = gzip.compress(b"\0" * (4 * fetching.MAX_BYTES))
    told: list[int] = []
    web.page("news.example/bomb", reply(bomb, Content_Encoding="gzip"))

    assert len(bomb) < 100_000
    assert refusal("http://news.example/bomb", on_progress=told.append).code == "size"


# Whatever the server waits with, the whole has one end: within each single wait, it always sends in time.
TRICKLES: dict[str, tuple[bytes, bytes]] = {
    "a body": (HEAD + b"\r\n", b"a"),
    "a body in chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "a header": (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "answers before the answer": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body that unpacks to nothing": (HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
}


@pytest.mark.parametrize("what", TRICKLES)
def test_what_comes_drop_by_drop_ends_at_the_deadline(web: Web, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(fetching, "DEADLINE", 0.4)
    head, piece = TRICKLES[what]
    web.page("news.example/slow", sending(head, piece, web, 0.02))

    assert refusal("http://news.example/slow").code == "slow"


def test_a_server_that_says_nothing_ends_at_the_time_out(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUTS", (0.3, 0.3))
    web.page("news.example/mute", lambda _connection: web.closing.wait(10))

    assert refusal("http://news.example/mute").code == "slow"


def test_redirects_that_take_their_time_end_at_the_deadline(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(connection: socket.socket) -> None:
        web.closing.wait(0.3)
        connection.sendall(leading_to("/next"))

    monkeypatch.setattr(fetching, "DEADLINE", 0.2)
    web.page("news.example/late", late)

    assert refusal("http://news.example/late").code == "slow"
    assert web.asked == ["news.example/late"]


def test_a_server_that_does_not_answer_is_said(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.names["down.example"] = [["93.184.215.99"]]

    assert refusal("http://down.example/").code == "no_answer"
    assert web.connected == [("93.184.215.99", 80)]


# Certificates


def test_a_server_that_speaks_no_tls_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "serve", lambda connection: connection.sendall(reply(PAGE)))

    assert refusal("https://news.example/rents").code == "certificate"
    assert web.connected == [(PUBLIC, 443)]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of news.example with its key, signed by itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    made = tmp_path / "made.pem"
    subject = ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = [openssl, "req", *kind, *subject, "-keyout", str(tmp_path / "key.pem"), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made


def serve_tls(web: Web, certificate: Path) -> None:
    web.certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    web.certificate.load_cert_chain(certificate, certificate.with_name("key.pem"))


def test_a_certificate_that_nobody_vouches_for_is_refused(web: Web, certificate: Path) -> None:
    serve_tls(web, certificate)

    assert refusal("https://news.example/rents").code == "certificate"
    assert web.requests == []


def test_a_certificate_is_that_of_the_name_and_not_of_the_number(
    web: Web, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to a number; the certificate has to be the name's."""
    serve_tls(web, certificate)
    web.page("other.example/rents", PAGE)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))

    assert fetch("https://news.example/rents").status == 200
    assert refusal("https://other.example/rents").code == "certificate"
    assert web.connected == [(PUBLIC, 443), (PUBLIC, 443)]


def test_a_handshake_that_never_ends_is_ended(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "DEADLINE", 0.3)
    monkeypatch.setattr(web, "serve", lambda _connection: web.closing.wait(10))

    assert refusal("https://news.example/rents").code == "slow"


def test_the_environment_names_no_other_certificates(
    web: Web, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_tls(web, certificate)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

    assert refusal("https://news.example/rents").code == "certificate"
