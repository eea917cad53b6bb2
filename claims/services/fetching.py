"""Fetching one page from the public web, for a person who gave its address. Nothing else is reached by it.

An address comes from outside, and so does every redirect: what answers there may lie in the desk's own network. Each
hop is therefore judged anew, by the address that is connected to and not by the name that stands for it. Everything
has a limit: the time of the whole, the time of each wait, the bytes as they come and as they are unpacked, the
redirects. ``robots.txt`` is not asked: it speaks to crawlers, and this is one page that one person wants to read.
"""

import ipaddress
import re
import socket
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from http.client import HTTPException
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from requests_hardened.client import HTTPSession
from requests_hardened.config import Config
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.util import parse_url

from claims.errors import Unfetchable
from claims.language import encoding
from claims.vocabulary import gettext_noop

DEADLINE = 60.0
"""Seconds for all of it: every redirect, every byte."""

TIMEOUTS = (10.0, 20.0)
"""Seconds for a connection to be made, and for the next byte to come."""

MAX_BYTES = encoding.MAX_BYTES
"""What an article may have at most, counted as it comes and as it is unpacked."""

MAX_REDIRECTS = 5

LONGEST = 2000
"""Characters of an address, as far as the columns take it."""

PORTS = {"http": 80, "https": 443}
"""Where pages are; anything else that listens on a port is no news site."""

KINDS = {"text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml"}
"""What an article may come as. A server that does not say the kind is believed; the bytes have to show it."""

PROBLEMS = {
    "address": gettext_noop("This is not the address of a web page. Copy it from your browser's address bar."),
    "scheme": gettext_noop("Only addresses that begin with http:// or https:// are fetched."),
    "login": gettext_noop("The address holds a user name or a password. Take it out, or paste the text."),
    "port": gettext_noop("The address names a port on which no public page is expected. Paste the text."),
    "private": gettext_noop(
        "The address leads into a private network and not to the public web. Nothing was fetched from there."
    ),
    "name": gettext_noop("There is no server with this name. Check how the address is spelled."),
    "no_answer": gettext_noop("The server does not answer. Try again later, or paste the text."),
    "certificate": gettext_noop(
        "The server cannot prove that it is the right one: its certificate is not valid. "
        "Paste the text if you trust it."
    ),
    "slow": gettext_noop("The page took too long to come. Try again later, or paste the text."),
    "broken": gettext_noop(
        "The connection broke off, or what came is no web page. Try again later, or paste the text."
    ),
    "size": gettext_noop("The page is too large for an article. Paste the text."),
    "circle": gettext_noop("The address leads in a circle. Open it in your browser and paste the text."),
    "redirects": gettext_noop(
        "The address leads on to ever more addresses. Open it in your browser and paste the text."
    ),
    "kind": gettext_noop("This is no page, but a file of another kind. Open it in your browser and paste the text."),
    "packed": gettext_noop("The page is compressed in a way that is not read here. Paste the text."),
    "missing": gettext_noop("The server has no page at this address. Check the address."),
    "refused": gettext_noop(
        "The server does not hand the page out, as with pages behind a login or a payment. "
        "Open it in your browser and paste the text."
    ),
    "too_often": gettext_noop("The server is asked too often at the moment. Try again later, or paste the text."),
    "fault": gettext_noop("The server reports a fault of its own. Try again later, or paste the text."),
    "status": gettext_noop("The server answers, but not with a page. Open it in your browser and paste the text."),
    "nothing": gettext_noop("The page is empty. Open it in your browser and paste the text."),
}
"""Why no page came, by the code of ``Unfetchable``: what is wrong, and what to do."""

_CHUNK = 32_768
_REDIRECTS = {301, 302, 303, 307, 308}
_PAGES = {200, 203}
_PACKINGS = {"", "identity", "gzip", "x-gzip", "deflate"}
_STATUSES = {404: "missing", 410: "missing", 401: "refused", 402: "refused", 403: "refused", 407: "refused",
             451: "refused", 429: "too_often"}  # fmt: skip

_HEADERS_KEPT, _HEADER_LENGTH = 60, 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")
"""What no address holds; programs differ in what they make of it, which is how one is led past a check."""

_check_address = URLValidator(schemes=list(PORTS))
"""What the columns that keep an address take."""

_NUMERIC = re.compile(r"\d+|0[xX][0-9a-fA-F]*")
_INNER_NAMES = (".localhost", ".local", ".internal", ".home.arpa")

_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # the protocols' own
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # the protocols' own, Teredo among them: an IPv4 address inside
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True)
class Hop:
    """One address that was asked, and the status that it answered with."""

    url: str
    status: int


@dataclass(frozen=True)
class Fetched:
    """A page as it came. ``hops`` are all addresses that answered; the last one is the page's own, ``url``.

    ``headers`` are pairs as they were received, without cookies and cut to a bearable length.
    """

    asked: str
    hops: tuple[Hop, ...]
    headers: tuple[tuple[str, str], ...]
    content_type: str
    body: bytes
    at: datetime

    @property
    def url(self) -> str:
        return self.hops[-1].url

    @property
    def status(self) -> int:
        return self.hops[-1].status

    def record(self) -> dict[str, Any]:
        """How it was fetched, as plain JSON: everything but the bytes."""
        return {
            "asked": self.asked,
            "url": self.url,
            "hops": [asdict(hop) for hop in self.hops],
            "status": self.status,
            "headers": [list(pair) for pair in self.headers],
            "fetched_at": self.at.isoformat(),
        }


def fetch(
    url: str,
    *,
    on_progress: Callable[[int], None] | None = None,
    kinds: Collection[str] = KINDS,
    most: int | None = None,
) -> Fetched:
    """The page at an address. ``on_progress`` is told now and then how many bytes have come.

    ``kinds`` are the media types that are taken, ``most`` how many bytes (by default ``MAX_BYTES``). Raises
    ``Unfetchable``. Takes up to ``DEADLINE`` seconds, so never inside a transaction.
    """
    limits = _Limits(kinds, MAX_BYTES if most is None else most)
    address = asked = normalise(url)
    hops: list[Hop] = []
    with _Deadline(DEADLINE) as deadline:
        try:
            while True:
                with _session(deadline, kinds) as session, closing(_ask(session, address, deadline)) as answer:
                    hops.append(Hop(address, answer.status_code))
                    location = answer.headers.get("Location", "")
                    if answer.status_code not in _REDIRECTS or not location:
                        _require_page(answer, limits)
                        return Fetched(
                            asked=asked,
                            hops=tuple(hops),
                            headers=_kept(answer.raw.headers.items()),
                            content_type=_plain(answer.headers.get("Content-Type", ""))[:200],
                            body=_body(answer, deadline, on_progress, limits.most),
                            at=timezone.now(),
                        )
                address = _joined(address, location)
                address = normalise(address)
                if address in {hop.url for hop in hops}:
                    raise _no("circle")
                if len(hops) > MAX_REDIRECTS:
                    raise _no("redirects")
        except Unfetchable as problem:
            problem.url, problem.hops = _plain(address)[:LONGEST], tuple(hops)
            raise


# Addresses


def normalise(url: str) -> str:
    """The one spelling of a page's address: what it has in common with every other way to write it.

    Raises ``Unfetchable`` for whatever is no public page's address by its looks alone; nothing is looked up.
    """
    url = url.strip()
    if _UNFIT.search(url):
        raise _no("address")
    try:
        parts = parse_url(url)
    except urllib3.exceptions.LocationParseError as error:
        raise _no("address") from error
    if parts.scheme not in PORTS:
        raise _no("scheme")
    if not parts.host:
        raise _no("address")
    if parts.auth is not None:
        raise _no("login")
    host = _host(parts.host)
    if parts.port not in (None, *PORTS.values()):
        raise _no("port")
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    query = "" if parts.query is None else f"?{parts.query}"
    spelled = f"{parts.scheme}://{host}{port}{parts.path or '/'}{query}"
    try:
        _check_address(spelled)
    except ValidationError as error:
        raise _no("address") from error
    if len(spelled) > LONGEST:
        raise _no("address")
    return spelled


def _host(host: str) -> str:
    """The host as it is asked for. A number that only some programs take for an address is none."""
    if host.startswith("["):
        return f"[{_require_public(host[1:-1])}]"
    host = host.removesuffix(".")
    labels = host.split(".")
    if not all(labels) or "%" in host:
        raise _no("address")
    if _NUMERIC.fullmatch(labels[-1]):
        try:
            return str(_require_public(str(ipaddress.IPv4Address(host))))
        except ValueError as error:  # decimal, octal, hexadecimal, or with a part left out
            raise _no("address") from error
    if len(labels) == 1 or host.endswith(_INNER_NAMES):
        raise _no("private")
    return host


def _require_public(text: str) -> _IPAddress:
    """The address, or ``Unfetchable`` unless it lies in the public internet."""
    address = ipaddress.ip_address(text.replace("%25", "%", 1))
    if not is_public(address):
        raise _no("private")
    return address


def is_public(address: _IPAddress) -> bool:
    """Whether an address lies in the public internet. A list of what is, not of what is not.

    IPv6 addresses that hold an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) are none whatever they hold: no
    page has such an address of its own, and which network they end in is for the next router to say. One with a zone
    is by its meaning on this machine's own wire. See https://www.iana.org/assignments/iana-ipv6-special-registry/.
    """
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address not in _PUBLIC_V6):
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _NOT_PUBLIC if network.version == address.version)


def _joined(address: str, location: str) -> str:
    """Where a redirect leads. Headers arrive as Latin-1, while servers write addresses in UTF-8."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        return urljoin(address, location)
    except ValueError:
        return location


# The request


class _Adapter(IPFilterAdapter):
    """The adapter of requests-hardened, which looks a name up, refuses what it takes for private, and connects to
    just the address that it looked at, with the name kept for the server and its certificate.

    Closed here, on top of it:

    - It judges the first answer alone. A name that also leads inside is no public name, so all of them are judged.
    - Its list of what is private has gaps (site-local and IPv4-compatible addresses). What it chose is judged again
      by ``is_public``, so that a name that leads elsewhere the second time leads nowhere.
    - It knows no end: a server that sends a byte now and then is within every timeout of ``requests``. Each
      connection is handed to the deadline, which cuts it off.
    """

    def __init__(self, deadline: "_Deadline", *, is_https_proto: bool) -> None:
        self._deadline = deadline
        super().__init__(is_https_proto=is_https_proto)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        parts = urlsplit(request.url)
        _require_public_name(parts.hostname or "", parts.port or PORTS[parts.scheme])
        host, options = super().build_connection_pool_key_attributes(request, verify, cert)
        _require_public(host["host"].strip("[]"))
        return host, options

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _watched(pool.ConnectionCls, self._deadline)
        return pool


def _require_public_name(host: str, port: int) -> None:
    """Raises ``Unfetchable`` unless every address of the name is public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _no("name") from error
    for *_kind, place in found:
        _require_public(str(place[0]))


def _watched(kind: Any, deadline: "_Deadline") -> Any:
    """That kind of connection, ended at the deadline."""

    class Watched(kind):  # type: ignore[misc] # http or https, as urllib3 chose
        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()
            deadline.watch(made)
            return made

    return Watched


class _Deadline:
    """Cuts off every connection of one fetch when its time is up, whatever is being waited for: a handshake, the
    next header, the next byte."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for one in self._sockets:
                one.close()
            self._sockets.clear()

    def watch(self, connection: socket.socket) -> None:
        """A second handle of the connection is kept: TLS takes the first one over while it shakes hands."""
        with self._lock:
            self._sockets.append(connection.dup())
        if self.passed:
            self._end()

    def _end(self) -> None:
        self.passed = True
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)


class _Session(HTTPSession):
    """Follows no redirect, nor gets one ready: to that end ``requests`` would read the body of its answer first, all
    of it, unpacked and into memory."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8"


def _session(deadline: _Deadline, kinds: Collection[str]) -> _Session:
    """A session for one hop: no cookie, proxy, password or certificate of the environment goes along."""
    session = _Session(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=TIMEOUTS,
            user_agent_override=user_agent(),
        )
    )
    session.trust_env = False
    session.mount("http://", _Adapter(deadline, is_https_proto=False))
    session.mount("https://", _Adapter(deadline, is_https_proto=True))
    session.headers.clear()
    session.headers.update(
        {
            "Accept": _ACCEPT if kinds is KINDS else f"{_ACCEPT},*/*;q=0.7",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
    )
    return session


def user_agent() -> str:
    """Who asks, so that a server's owner can tell and write to us."""
    plain = unicodedata.normalize("NFKD", settings.SITE_NAME).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-") or "Factcheck"
    return f"{name} (fact-checking desk; +{iri_to_uri(settings.SITE_URL)})"


def _ask(session: _Session, address: str, deadline: _Deadline) -> requests.Response:
    """The answer of one address, its body not read yet."""
    if deadline.passed:
        raise _no("slow")
    try:
        return session.get(address, stream=True, allow_redirects=False)
    except (OSError, urllib3.exceptions.HTTPError, HTTPException, ValueError) as error:
        raise _why(error, deadline) from error


def _why(error: Exception, deadline: _Deadline) -> Unfetchable:
    """What a failed request means to a person."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if deadline.passed:
        return _no("slow")
    if isinstance(error, InvalidIPAddress):
        return _no("private")
    if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        return _no("certificate")
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, urllib3.exceptions.NewConnectionError):
        return _no("no_answer")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return _no("slow")
    return _no("broken")


# The answer


class _Limits(NamedTuple):
    """Which media types are taken, and how many bytes."""

    kinds: Collection[str]
    most: int


def _require_page(answer: requests.Response, limits: _Limits) -> None:
    """Raises ``Unfetchable`` for what is seen not to be a page before its body is read."""
    status, headers = answer.status_code, answer.headers
    if status not in _PAGES:
        raise _no(_STATUSES.get(status, "fault" if status >= 500 else "status"))
    if (kind := re.split("[;,]", headers.get("Content-Type", ""))[0].strip().lower()) and kind not in limits.kinds:
        raise _no("kind")
    if headers.get("Content-Encoding", "").strip().lower() not in _PACKINGS:  # one at most, so none packed in another
        raise _no("packed")
    length = headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > limits.most:
        raise _no("size")


def _body(
    answer: requests.Response, deadline: _Deadline, on_progress: Callable[[int], None] | None, most: int
) -> bytes:
    """The body, unpacked; ended as soon as it is larger than ``most``, packed or unpacked."""
    body = bytearray()
    try:
        for chunk in answer.raw.stream(_CHUNK, decode_content=True):
            body += chunk
            if max(len(body), answer.raw.tell()) > most:
                raise _no("size")
            if on_progress:
                on_progress(answer.raw.tell())
    except (OSError, urllib3.exceptions.HTTPError, HTTPException) as error:
        raise _why(error, deadline) from error
    if deadline.passed:  # a connection that is cut off looks like a body that has ended
        raise _no("slow")
    if not body:
        raise _no("nothing")
    return bytes(body)


def _kept(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    pairs = [(name, value) for name, value in headers if not name.lower().startswith("set-cookie")]
    return tuple((_plain(name)[:100], _plain(value)[:_HEADER_LENGTH]) for name, value in pairs[:_HEADERS_KEPT])


def _plain(text: str) -> str:
    """A server's words without control characters, which no database column takes."""
    return _CONTROL.sub(" ", text)


def _no(code: str) -> Unfetchable:
    return Unfetchable(PROBLEMS[code], code=code)
