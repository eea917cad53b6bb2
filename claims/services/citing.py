"""What is known of a document before somebody cites it: by its address, by what its snapshots say, by its host.

Reads only. Two ways to the same page are one address (``claims.language.addresses``); sources of other hosts are never
looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q

from claims.language.addresses import comparable
from claims.models import Claim, Evidence, Snapshot, Source
from claims.vocabulary import Stance

ABOUT = {"title": "title", "site": "publisher", "published": "published", "language": "language"}
"""What a page says of itself, and the field of a citation that it fills."""

LOOKED_AT = 200
"""Sources of one place that are compared with an address; more than that have no page in common worth the time."""


def known_source(url: str) -> Source | None:
    """The source at this address, however it was written; the oldest where there are several. None for no address.

    An address that a snapshot was taken from leads to its source: a page may have moved since it was cited. A
    confidential source is never found: whoever knows its address would learn its pseudonym.
    """
    if not _host(url):
        return None
    ways, wanted = _ways(url), comparable(url)
    sources = Source.objects.filter(confidential=False).select_related("derives_from").order_by("pk")
    found = sources.filter(url__in=ways).first()
    if found is None:
        near = sources.filter(_beginning(ways))[:LOOKED_AT]
        found = next((source for source in near if comparable(source.url) == wanted), None)
    if found is None:
        found = sources.filter(pk__in=Snapshot.objects.filter(url__in=ways).values("source")).first()
    return found


def said_of_itself(source: Source) -> dict[str, str]:
    """The fields of a citation that the newest snapshot of ``source`` tells, by the field's name."""
    abouts = source.snapshots.exclude(about={}).order_by("-pk").values_list("about", flat=True)
    about: Mapping[str, Any] = next(iter(abouts[:1]), {})
    return {field: str(about[name]) for name, field in ABOUT.items() if about.get(name)}


def habits(url: str) -> dict[str, str]:
    """Publisher and kind of the source that was taken in last from the same host, by the field's name."""
    host = _host(url)
    if not host:
        return {}
    latest = Source.objects.filter(_beginning(_hosts(host)), confidential=False).order_by("-pk").first()
    if latest is None:
        return {}
    return {name: value for name, value in (("publisher", latest.publisher), ("kind", latest.kind)) if value}


@dataclass(frozen=True)
class Usage:
    """How other claims cite a source: in how many, and for each stance in how many of them."""

    claims: int
    stances: Mapping[Stance, int]


def usage(source: Source, *, but: Claim) -> Usage:
    """What was seen of ``source`` for other claims than ``but``."""
    seen = Evidence.objects.seen().filter(source=source).exclude(claim=but)
    counted = dict(seen.order_by().values_list("stance").annotate(Count("claim", distinct=True)))
    in_claims = seen.order_by().values("claim").distinct().count() if counted else 0
    return Usage(in_claims, {stance: counted[stance.value] for stance in Stance if stance.value in counted})


def same_item(claim: Claim, source: Source, excerpt: str) -> Evidence | None:
    """The item of ``claim`` with the same words of the same source, whatever white space is between them."""
    wanted = excerpt.split()
    items = claim.evidence.standing().filter(source=source)
    return next((item for item in items if item.excerpt.split() == wanted), None)


def _host(url: str) -> str:
    """The host without ``www.``; empty for what is no page's address."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if parts.scheme in {"http", "https"} else ""


def _hosts(host: str) -> list[str]:
    return [f"{scheme}://{www}{host}/" for scheme in ("https", "http") for www in ("", "www.")]


def _ways(url: str) -> list[str]:
    """The address as it is written in most places, the pasted way first; each is looked up in the index."""
    plain = comparable(url)
    rest = plain.removeprefix("https://")
    bare, question, query = rest.partition("?")
    ends = (f"{bare}{question}{query}", f"{bare}/{question}{query}")
    variants = [f"{scheme}://{www}{end}" for scheme in ("https", "http") for www in ("", "www.") for end in ends]
    return list(dict.fromkeys([url.strip(), *variants]))


def _beginning(addresses: Iterable[str]) -> Q:
    """Sources whose address begins like one of these, up to the query."""
    found = Q(pk__in=[])
    for address in addresses:
        found |= Q(url__startswith=address.partition("?")[0].partition("#")[0])
    return found
