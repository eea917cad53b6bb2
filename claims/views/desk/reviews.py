"""The queue of second reads: what waits for whom, since when and until when; and handing it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.errors import Conflict, DomainError
from claims.filters import DUE, ME, NOBODY, ORDERS, Order, is_key
from claims.forms.members import HandOverForm, away_words
from claims.forms.wording import duration
from claims.models import Claim, LedgerEntry, Publication
from claims.rules import permissions
from claims.rules.permissions import Person
from claims.services import members, people
from claims.views import paging
from claims.views.desk import readers, rows
from claims.views.desk.access import actor, claim_or_404, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.vocabulary import Action, Status

PAGE_SIZE = 50
LOOKING_BACK = timedelta(days=30)

AGE = "age"
_ORDERS: Mapping[str, Order] = {AGE: Order("since", ascending=True), DUE: ORDERS[DUE]}


def waiting() -> QuerySet[Claim]:
    """The claims in second read, each with ``since``: when it came in."""
    return readers.with_review_since(Claim.objects.filter(status=Status.REVIEW.value))


@desk_view
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The claims that wait for their second read, by age or by deadline; ``?reader=`` says whose."""
    user = actor(request)
    desk = readers.Desk()
    narrowed = _Narrowed(request.GET, user, desk)
    order = _ORDERS[narrowed.order]
    page = paging.page(
        rows.with_parts(narrowed.claims()),
        request.GET,
        field=order.field,
        ascending=order.ascending,
        read=order.read or paging.moment,
        size=PAGE_SIZE,
    )
    found = readers.readings(page.rows, user, desk)
    shown = rows.rows(page.rows, language=get_language() or "", today=timezone.localdate())
    why_not = permissions.refusal(Action.APPROVE, Person(role=people.role_of(user)))
    loads = readers.loads(Claim.objects.filter(status=Status.REVIEW.value), desk)
    now = timezone.now()
    context = {
        "rows": [(row, found[row.claim.pk]) for row in shown],
        "waited": {claim.pk: duration(now - claim.since) for claim in page.rows},
        "page": page,
        "here": request.get_full_path(),
        "me": user.pk,
        "tabs": narrowed.tabs(loads),
        "orders": narrowed.orders(),
        "loads": [(load, narrowed.address(reader=str(load.key)), load.key == narrowed.key) for load in loads],
        "paces": pace(now),
        "refusal": why_not,
        "may_hand_over": not refusal(request, Action.HAND_OVER),
        "who_may": [load.name for load in loads] if why_not else [],
    }
    return show(request, "desk/reviews.html", context, section="reviews")


class _Narrowed:
    """Whose second reads are shown and in which order, as the address says; what cannot be read narrows nothing."""

    def __init__(self, parameters: QueryDict, user: User, desk: readers.Desk) -> None:
        self.user = user
        wanted = parameters.get("reader", "")
        self.reader = wanted if wanted in (ME, NOBODY) or is_key(wanted) else ""
        self.order = parameters.get("order", AGE) if parameters.get("order") in _ORDERS else AGE
        self.stuck = readers.stuck(Claim.objects.filter(status=Status.REVIEW.value), desk)

    @property
    def key(self) -> int | None:
        """Whose; None for everybody's and nobody's."""
        if self.reader == ME:
            return self.user.pk
        return int(self.reader) if is_key(self.reader) else None

    def claims(self) -> QuerySet[Claim]:
        found = waiting()
        if self.reader == NOBODY:
            found = found.filter(self._nobodys())
        elif self.key is not None:
            found = found.filter(reader=self.key)
        if self.order == DUE:
            found = found.annotate(due_key=Coalesce("due_on", Value(date.max), output_field=DateField()))
        return found

    def _nobodys(self) -> Q:
        """Nobody is asked, or somebody who may not read it any more."""
        return Q(reader=None) | Q(pk__in=self.stuck)

    def address(self, *, reader: str | None = None, order: str | None = None) -> str:
        values = {"reader": self.reader if reader is None else reader, "order": order or self.order}
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in values.items() if value and value != AGE})
        return f"?{query.urlencode()}"

    def tabs(self, loads: list[readers.Load]) -> list[dict[str, Any]]:
        """All, mine and nobody's, each with its number; mine for whoever may read."""
        everything = Claim.objects.filter(status=Status.REVIEW.value)
        numbers = everything.aggregate(all=Count("pk"), nobody=Count("pk", filter=self._nobodys()))
        mine = next((load.number for load in loads if load.key == self.user.pk), None)
        found = [("", _("All"), numbers["all"]), (NOBODY, _("Nobody's"), numbers["nobody"])]
        if mine is not None:
            found.insert(1, (ME, _("Mine"), mine))
        return [
            {"url": self.address(reader=value), "label": label, "number": number, "is_here": value == self.reader}
            for value, label, number in found
        ]

    def orders(self) -> list[dict[str, Any]]:
        words = {AGE: _("Longest waiting first"), DUE: _("Due first")}
        return [
            {"url": self.address(order=order), "label": label, "is_here": order == self.order}
            for order, label in words.items()
        ]


# How long it takes


@dataclass(frozen=True)
class Pace:
    """How long checks took from their first handing in to their publication."""

    number: int
    half: timedelta
    longest: timedelta

    @property
    def words(self) -> str:
        times = {"number": self.number, "half": duration(self.half, at_most=True)}
        times["longest"] = duration(self.longest, at_most=True)
        return (
            ngettext(
                "In the last 30 days %(number)s check went out, within %(longest)s of being handed in.",
                "In the last 30 days %(number)s checks went out: half of them within %(half)s of being handed in, the"
                " slowest within %(longest)s.",
                self.number,
            )
            % times
        )


def pace(now: datetime) -> Pace | None:
    """How fast the desk was in the last 30 days, from the ledger; None where nothing went out. Two queries.

    A check that was sent back and handed in again counts from the first time, since that is how long it took.
    """
    since = now - LOOKING_BACK
    published = Publication.objects.filter(published_at__gte=since).values("check_page__claim")
    steps = LedgerEntry.objects.filter(
        claim__in=published, action__in=[Action.SUBMIT.value, Action.PUBLISH.value]
    ).order_by("claim", "sequence")
    handed_in: dict[int, datetime] = {}
    took = []
    for claim, action, at in steps.values_list("claim", "action", "at"):
        if action == Action.SUBMIT:
            handed_in.setdefault(claim, at)
        elif (first := handed_in.pop(claim, None)) is not None and at >= since:
            took.append(at - first)
    return Pace(len(took), median_low(took), max(took)) if took else None


# Handing over


@desk_view
@require_POST
def hand_over(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Asks somebody to read, or nobody in particular; back to the page it was done on."""
    claim = claim_or_404(claim_id)
    require(request, Action.HAND_OVER)
    form = HandOverForm(request.POST)
    reader = None
    if form.is_valid() and form.cleaned_data["reader"]:
        reader = User.objects.filter(pk=form.cleaned_data["reader"]).first()
    if not form.is_valid() or (form.cleaned_data["reader"] and reader is None):
        messages.error(request, _("Nothing was handed over: there is no such person. Choose again."))
    else:
        _hand_over(request, claim, reader, form.cleaned_data["opened_at"])
    return redirect(_back(request))


def _hand_over(request: HttpRequest, claim: Claim, reader: User | None, opened_at: int) -> None:
    before = claim.revision
    try:
        saved = members.hand_over(claim_id=claim.pk, actor=actor(request), reader=reader, opened_at=opened_at)
    except Conflict:
        messages.error(request, _("Somebody handed it over meanwhile. Nothing was saved; look again and decide."))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        if saved.revision == before:
            messages.info(request, _("Nothing was changed, so nothing was saved."))
            return
        messages.success(request, _told(claim, reader))
        away = members.away(timezone.localdate()).get(reader.pk) if reader else None
        if reader and away:
            words = {"name": people.name_of(reader), "away": away_words(away, timezone.localdate())}
            messages.warning(request, _("%(name)s is %(away)s. Until then it may wait.") % words)


def _told(claim: Claim, reader: User | None) -> str:
    if reader is None:
        return _("Claim %(number)s: whoever may can read it.") % {"number": claim.pk}
    words = {"number": claim.pk, "name": people.name_of(reader)}
    return _("Claim %(number)s: %(name)s is asked to read it.") % words


def _back(request: HttpRequest) -> str:
    """The desk's own page that it was done on, else the queue."""
    back = request.POST.get("back", "")
    is_ours = back.startswith(reverse("desk:home")) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else reverse("desk:reviews")
