"""Whoever was asked about a claim, and what came back, as the claim's page and the desk's first page tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from claims.forms.wording import day
from claims.models import Asked, Claim, Reply, ReplyRequest
from claims.views.desk import rows
from claims.vocabulary import Status

OPEN, LAST, OVERDUE, ANSWERED = "open", "last", "overdue", "answered"


@dataclass(frozen=True)
class Deadline:
    """How much time an addressee has, in words. ``state``: open, last (a day at most is left), overdue, answered."""

    state: str
    words: str

    @property
    def is_running(self) -> bool:
        return self.state in (OPEN, LAST)


def deadline(request: ReplyRequest, *, answered: bool, today: date) -> Deadline:
    if answered:
        return Deadline(ANSWERED, _("answered"))
    if request.until is None:
        return Deadline(OPEN, _("no deadline"))
    left = (request.until - today).days
    if left < 0:
        return Deadline(OVERDUE, _("overdue since %(date)s") % {"date": day(request.until)})
    if left == 0:
        return Deadline(LAST, _("today is the last day"))
    words = ngettext("%(number)s day left", "%(number)s days left", left) % {"number": left}
    return Deadline(LAST if left == 1 else OPEN, words)


@dataclass(frozen=True)
class Came:
    """One reply; ``is_late``: it was recorded after the claim's last publication."""

    reply: Reply
    is_late: bool


@dataclass(frozen=True)
class Line:
    """One request on a claim's page. ``is_late``: readers have a version that knows nothing of what came back."""

    request: ReplyRequest
    asked: Asked
    deadline: Deadline
    replies: list[Came]
    is_late: bool
    url: str
    include_url: str

    @property
    def is_running(self) -> bool:
        """Whether they may still answer by a day that is set."""
        return self.deadline.is_running and self.request.until is not None


def prefetched() -> Iterable[Prefetch | str]:
    """What ``lines`` reads of a claim."""
    return (Prefetch("asked", Asked.objects.select_related("request")), "asked__request__replies")


def lines(claim: Claim) -> list[Line]:
    """The requests about a claim, in the order in which it was asked."""
    check = getattr(claim, "check_page", None)
    published = check.last_published_at if check is not None else None
    today = timezone.localdate()
    found = []
    for asked in claim.asked.all():
        replies = list(asked.request.replies.all())
        came = [Came(reply, published is not None and reply.recorded_at > published) for reply in replies]
        found.append(
            Line(
                request=asked.request,
                asked=asked,
                deadline=deadline(asked.request, answered=bool(replies), today=today),
                replies=came,
                is_late=claim.status == Status.PUBLISHED and any(one.is_late for one in came),
                url=reverse("desk:request", args=[asked.request_id]),
                include_url=reverse("desk:include_reply", args=[claim.pk, asked.request_id]),
            )
        )
    return found


def running(found: Iterable[Line]) -> list[Line]:
    """Those who may still answer by a day that is set."""
    return [line for line in found if line.is_running]


def late(limit: int) -> list[tuple[rows.Row, ReplyRequest]]:
    """Published claims to which a reply came in afterwards, with the request; the newest first."""
    unread = Q(request__replies__recorded_at__gt=F("claim__check_page__last_published_at"))
    asked = list(
        Asked.objects.filter(unread, claim__status=Status.PUBLISHED.value)
        .select_related("request")
        .distinct()
        .order_by("-pk")[:limit]
    )
    claims = rows.with_parts(Claim.objects.filter(pk__in={one.claim_id for one in asked})) if asked else ()
    shown = rows.rows(claims, language=get_language() or "", today=timezone.localdate())
    by_claim = {row.claim.pk: row for row in shown}
    return [(by_claim[one.claim_id], one.request) for one in asked]
