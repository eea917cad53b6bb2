"""Addresses of pages, written so that two ways to the same page compare as equal."""

from urllib.parse import parse_qsl, urlencode, urlsplit

_TOLD_BY_SHARING = frozenset({"fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "ref", "share"})


def comparable(url: str) -> str:
    """``url`` without what says nothing of the page: scheme, ``www.``, fragment, closing slash, traces of sharing.

    An address that cannot be read is compared as it stands. The answer is an https address.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url.strip()
    if not host:
        return url.strip()
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.startswith("utm_") and name not in _TOLD_BY_SHARING
    ]
    place = f"{host}:{port}" if port not in {None, 80, 443} else host
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    return f"https://{place}{parts.path.rstrip('/')}{query}"
