"""Walking from claim to claim at the second read: through those that wait, or through those of one article."""

from dataclasses import dataclass

from django.db.models import Min
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from claims.models import Article, Claim
from claims.views.desk import readers
from claims.vocabulary import Status

WALK = "walk"
QUEUE, ARTICLE = "queue", "article"


@dataclass(frozen=True)
class Way:
    """One way to walk, and what the address says of it."""

    label: str
    query: str
    is_here: bool


@dataclass(frozen=True)
class Walk:
    """The claims before and behind this one, and its place among ``count``; no place where it is not one of them."""

    previous: int | None
    following: int | None
    place: int
    count: int
    query: str
    ways: list[Way]
    article: str


def walk(claim: Claim, parameters: QueryDict) -> Walk:
    """The walk that the address asks for: ``?walk=article``, with ``article`` its number where one has been chosen."""
    articles = Article.objects.filter(versions__quotations__claim=claim).order_by("pk").distinct()
    found = list(articles.values_list("pk", "title"))
    chosen = next(((key, title) for key, title in found if str(key) == parameters.get(ARTICLE)), None)
    article = chosen or (found[0] if found else None)
    by_article = article is not None and parameters.get(WALK) == ARTICLE
    queries = {QUEUE: ""}
    if article is not None:
        queries[ARTICLE] = urlencode({WALK: ARTICLE, ARTICLE: article[0]})
    labels = {QUEUE: _("The queue"), ARTICLE: _("This article")}
    here = ARTICLE if by_article else QUEUE
    keys = _of_article(article[0]) if article is not None and by_article else _waiting()
    return _among(
        keys,
        claim.pk,
        query=queries[here],
        ways=[Way(labels[name], query, name == here) for name, query in queries.items()] if len(queries) > 1 else [],
        article=article[1] if article is not None and by_article else "",
    )


def _among(keys: list[int], key: int, *, query: str, ways: list[Way], article: str) -> Walk:
    if key not in keys:
        return Walk(None, keys[0] if keys else None, 0, len(keys), query, ways, article)
    place = keys.index(key)
    before = keys[place - 1] if place else None
    behind = keys[place + 1] if place + 1 < len(keys) else None
    return Walk(before, behind, place + 1, len(keys), query, ways, article)


def _waiting() -> list[int]:
    """The second-read queue, whatever waits longest first."""
    waiting = readers.with_review_since(Claim.objects.filter(status=Status.REVIEW.value))
    return list(waiting.order_by("since", "pk").values_list("pk", flat=True))


def _of_article(article_id: int) -> list[int]:
    """The claims of an article as they follow each other in it; one that is not checked is left out."""
    quoted = Claim.objects.filter(quotations__version__article=article_id).exclude(status=Status.DECLINED.value)
    placed = quoted.annotate(at=Min("quotations__start"))
    return list(placed.order_by("at", "pk").values_list("pk", flat=True))
