"""What waits: the desk's first page, and all claims."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.filters import ClaimFilter
from claims.models import Anchor, Claim, Quotation
from claims.rules import permissions
from claims.rules.permissions import Person
from claims.services import people, preserving
from claims.views import paging
from claims.views.desk import decisions, readers, replies, reviews, unpublished
from claims.views.desk.access import actor, desk_view
from claims.views.desk.frame import show
from claims.views.desk.rows import Row, rows, with_parts
from claims.vocabulary import Action, AnchorState, ReviewKind, Status

PAGE_SIZE = 50
HOME_SIZE = 8
SOON = timedelta(days=14)
MINE = (Status.RESEARCH, Status.INBOX, Status.REVIEW, Status.APPROVED)
"""The stages in which a claim of mine is mine to move, the most urgent first."""

_SOONEST = F("due_on").asc(nulls_last=True)  # the two databases put nothing at opposite ends


@desk_view
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person who asks."""
    user = actor(request)
    today = timezone.localdate()
    mine = _shown(
        Claim.objects.filter(assignee=user, status__in=[status.value for status in MINE]).order_by("due_on", "pk")
    )
    to_read = _to_read(user)
    waiting = Claim.objects.filter(status=Status.PARKED.value, parked_until__lte=today + SOON).order_by(
        "parked_until", "pk"
    )
    scheduled = Claim.objects.filter(publish_at__isnull=False).order_by("publish_at", "pk")
    altered = _shown(_altered(user)[:HOME_SIZE])
    context = {
        "stages": [(status, [row for row in mine if row.claim.status == status]) for status in MINE],
        "has_mine": bool(mine),
        "sent_back": _sent_back(mine),
        "altered": altered,
        "late_replies": replies.late(HOME_SIZE),
        "altered_in": decisions.articles_with_changes(row.claim for row in altered),
        "to_read": to_read[:HOME_SIZE],
        "to_read_count": len(to_read),
        "may_approve": not permissions.refusal(Action.APPROVE, Person(role=people.role_of(user))),
        "unpublished": _unpublished(user),
        "may_take_note": unpublished.may_take_note(user),
        "waiting": _shown(waiting.order_by("parked_until", "pk")[:HOME_SIZE]),
        "scheduled": _shown(scheduled[:HOME_SIZE]),
        "outcomes": _shown(_outcomes(user, today)[:HOME_SIZE]),
        "why_not_reopen": permissions.refusal(Action.REOPEN, Person(role=people.role_of(user))),
        "stale": preserving.stale().count(),
        "unassigned": Claim.objects.filter(status=Status.INBOX.value, assignee=None).count(),
    }
    return show(request, "desk/home.html", context, section="home")


def _shown(claims: QuerySet[Claim]) -> list[Row]:
    return rows(with_parts(claims), language=get_language() or "", today=timezone.localdate())


def _unpublished(user: User) -> list[tuple[Row, unpublished.Line]]:
    """The claims that could not be published, as far as ``user`` is told of them."""
    told = {claim.pk: line for claim, line in unpublished.told_to(user)}
    if not told:
        return []
    return [(row, told[row.claim.pk]) for row in _shown(Claim.objects.filter(pk__in=told).order_by("pk"))]


def _to_read(user: User) -> list[tuple[Row, readers.Reading]]:
    """The claims in second read that ``user`` may approve: what they are asked for, then what waits for nobody.

    What somebody else is asked for stands in the queue alone, unless they are away. The longest waiting first.
    """
    claims = reviews.waiting().order_by("since", "pk")
    found = readers.readings(claims, user)
    theirs = [(row, found[row.claim.pk]) for row in _shown(claims) if not found[row.claim.pk].why_not]
    asked = [(row, reading) for row, reading in theirs if row.claim.reader_id == user.pk]
    free = [
        (row, reading)
        for row, reading in theirs
        if reading.waits_for_nobody or (reading.asked and reading.asked.key != user.pk and reading.asked.away)
    ]
    return asked + free


def _altered(user: User) -> QuerySet[Claim]:
    """The claims of ``user`` of which an outlet changed or took away the words, and nobody has said yes to that."""
    newest = Anchor.objects.filter(quotation=OuterRef("pk")).order_by("-pk")
    quotations = (
        Quotation.objects.filter(claim__assignee=user)
        .annotate(
            state_now=Subquery(newest.values("state")[:1]), confirmed_now=Subquery(newest.values("confirmed_by")[:1])
        )
        .filter(state_now__in=[AnchorState.CHANGED.value, AnchorState.LOST.value], confirmed_now__isnull=True)
    )
    return (
        Claim.objects.filter(assignee=user, pk__in=quotations.values("claim"))
        .exclude(status=Status.DECLINED.value)
        .order_by("pk")
    )


def _outcomes(user: User, today: date) -> QuerySet[Claim]:
    """The published claims of ``user`` that were open until a day, and that day has come."""
    awaiting = Claim.objects.filter(status=Status.PUBLISHED.value, verdict__rating__awaits_outcome=True)
    return awaiting.filter(assignee=user, checkable_from__lte=today).order_by("checkable_from", "pk")


def _sent_back(mine: list[Row]) -> set[int]:
    """Which of these claims came back from the second read and were not handed in since."""
    keys = [row.claim.pk for row in mine if row.claim.status == Status.RESEARCH]
    open_ones = Q(reviews__kind=ReviewKind.SENT_BACK.value, reviews__resolved_at__isnull=True)
    return set(Claim.objects.filter(open_ones, pk__in=keys).values_list("pk", flat=True))


@desk_view
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Every claim, narrowed by what stands in the address."""
    narrowed = ClaimFilter(request.GET, Claim.objects.all(), user=actor(request))
    order = narrowed.ordering
    options = {"read": order.read} if order.read else {}
    page = paging.page(
        with_parts(narrowed.qs),
        request.GET,
        field=order.field,
        ascending=order.ascending,
        size=PAGE_SIZE,
        **options,
    )
    counts = narrowed.counts()
    context = {
        "filter": narrowed,
        "tabs": _tabs(request.GET, counts),
        "rows": rows(page.rows, language=get_language() or "", today=timezone.localdate()),
        "page": page,
        "today": timezone.localdate(),
    }
    return show(request, "desk/claims.html", context, section="claims")


def _tabs(parameters: QueryDict, counts: dict[str, int]) -> list[dict[str, Any]]:
    """One tab for each stage, with the other filters kept; the cursor belongs to the old list and goes."""
    chosen = parameters.get("status", "")
    known = {"", *(status.value for status in Status)}
    tabs = [("", _("All"), sum(counts.values()))]
    tabs += [(status.value, _(status.label), counts.get(status.value, 0)) for status in Status]
    return [
        {
            "url": _with_status(parameters, value),
            "label": label,
            "number": number,
            "is_here": value == (chosen if chosen in known else ""),
        }
        for value, label, number in tabs
    ]


def _with_status(parameters: QueryDict, status: str) -> str:
    query = parameters.copy()
    for name in (paging.OLDER, paging.NEWER, "status"):
        query.pop(name, None)
    if status:
        query["status"] = status
    return f"?{query.urlencode()}"
