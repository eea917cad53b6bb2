"""Asking those whom claims concern: the list, a request's pages, what comes back, and what of it readers get."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import composition
from claims.errors import DomainError, Refused
from claims.filters import RequestFilter, belonging, is_key
from claims.forms import saving
from claims.forms.asking import AskForm, IncludeForm, LinkForm, MoreClaimsForm, ReplyForm, RequestForm
from claims.forms.edits import EditForm
from claims.models import Asked, Claim, ReplyRequest
from claims.services import asking, people
from claims.views import paging
from claims.views.desk import chronicle, dossier, editing, replies, rows
from claims.views.desk.access import actor, claim_or_404, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.vocabulary import Action, Channel, Status

form_view = require_http_methods(["GET", "HEAD", "POST"])

PAGE_SIZE = 50
RECENT = 10
HISTORY_SIZE = 40
OFFERED = 40
"""Claims of the same article or speaker that a request can be about as well."""

STATEMENT = 160


def _page(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return show(request, template, dict(context), section="requests", status=status)


def _request_or_404(request_id: int) -> ReplyRequest:
    return get_object_or_404(ReplyRequest.objects.select_related("speaker__merged_into"), pk=request_id)


# The list


@dataclass(frozen=True)
class Row:
    """One request in the list; ``claims`` are what it is about, as (address, words, language)."""

    request: ReplyRequest
    url: str
    deadline: replies.Deadline
    claims: list[tuple[str, str, str]]
    replied_on: Any


@desk_view
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Whoever was asked: what waits by its deadline, what is overdue, what was answered."""
    today = timezone.localdate()
    narrowed = RequestFilter(request.GET, ReplyRequest.objects.all(), today=today)
    order = narrowed.ordering
    page = paging.page(
        _with_parts(narrowed.qs),
        request.GET,
        field=order.field,
        ascending=order.ascending,
        read=order.read or paging.moment,
        size=PAGE_SIZE,
    )
    context = {
        "filter": narrowed,
        "tabs": _tabs(request.GET, narrowed),
        "rows": [_row(found) for found in page.rows],
        "page": page,
        "may_ask": not refusal(request, Action.ASK),
    }
    return _page(request, "desk/requests.html", context)


def _with_parts(found: QuerySet[ReplyRequest]) -> QuerySet[ReplyRequest]:
    asked = Prefetch("asked", Asked.objects.select_related("claim"))
    return found.prefetch_related(asked, "asked__claim__texts", "replies")


def _row(found: ReplyRequest) -> Row:
    came = list(found.replies.all())
    return Row(
        request=found,
        url=reverse("desk:request", args=[found.pk]),
        deadline=replies.deadline(found, answered=bool(came), today=timezone.localdate()),
        claims=[(asked.claim.get_absolute_url(), *_words_of(asked.claim)) for asked in found.asked.all()],
        replied_on=max((reply.received_on for reply in came), default=None),
    )


def _words_of(claim: Claim) -> tuple[str, str]:
    text = rows.statement_of(claim, get_language() or "")
    return (text.statement, text.language) if text else ("", "")


def _tabs(parameters: QueryDict, narrowed: RequestFilter) -> list[dict[str, Any]]:
    """One tab for each state, with the words kept; the cursor belongs to the old list and goes."""
    counts, chosen = narrowed.counts(), narrowed.chosen
    words = {"": _("All"), **dict(RequestFilter.STATES)}
    return [
        {"url": _with_state(parameters, state), "label": label, "number": counts[state], "is_here": state == chosen}
        for state, label in words.items()
    ]


def _with_state(parameters: QueryDict, state: str) -> str:
    query = parameters.copy()
    for name in (paging.OLDER, paging.NEWER, "state"):
        query.pop(name, None)
    if state:
        query["state"] = state
    return f"?{query.urlencode()}"


# A new one


@desk_view
@form_view
def new(request: HttpRequest) -> HttpResponse:
    """A new request, from ``?claim=`` on; claims of the same article or speaker can be asked about along with it."""
    require(request, Action.ASK)
    claim = _first_claim(request)
    if claim is None:
        return _page(request, "desk/request_form.html", {"form": None})
    offered = _offered([claim])
    initial = {
        "claims": [claim.pk],
        "speaker": composition.standing(claim.speaker).pk if claim.speaker else None,
        "addressee": composition.standing(claim.speaker).name if claim.speaker else "",
        "language": (get_language() or "en").partition("-")[0],
        "channel": Channel.EMAIL.value,
    }

    def make(data: QueryDict | None = None) -> AskForm:
        return AskForm(data, offered=offered, initial=initial)

    form, status = make(), 200
    if request.method == "POST":
        form = make(request.POST)
        made, status = _ask(request, form, make)
        if made is not None:
            return redirect("desk:request", made.pk)
    return _page(request, "desk/request_form.html", {**_about(claim), "form": form}, status=status)


def _first_claim(request: HttpRequest) -> Claim | None:
    key = request.GET.get("claim", "")
    if not key:
        return None
    if not is_key(key):
        raise Http404
    return claim_or_404(int(key))


def _about(claim: Claim) -> dict[str, Any]:
    return {"claim": claim, "statement": rows.statement_of(claim, get_language() or "")}


def _ask(request: HttpRequest, form: AskForm, make: Any) -> tuple[ReplyRequest | None, int]:
    """Makes the request that a posted form describes; a second click finds the first one's."""
    if not form.is_valid():
        return None, saving.UNUSABLE
    values = form.edits({})
    keys = values.pop("claims")
    twin = _asked_just_now(request, values, keys)
    if twin is not None:
        messages.info(request, _("This request is here already."))
        return twin, editing.SAVED
    try:
        made = asking.ask(actor=actor(request), claim_ids=keys, **values)
    except DomainError as error:
        return None, saving.refused(form, error, anew=make, later=saving.History())
    messages.success(request, _("Saved. What comes back is recorded here."))
    return made, editing.SAVED


def _asked_just_now(request: HttpRequest, values: Mapping[str, Any], keys: list[int]) -> ReplyRequest | None:
    same = {name: values[name] for name in ("addressee", "channel", "asked_on", "until")}
    first = Q(ledger__sequence=1, ledger__actor=actor(request))
    for twin in ReplyRequest.objects.filter(first, **same).prefetch_related("asked")[:5]:
        if twin.wording == values["wording"] and sorted(asked.claim_id for asked in twin.asked.all()) == sorted(keys):
            return twin
    return None


def _offered(claims: list[Claim], besides: set[int] | None = None) -> list[tuple[int, str]]:
    """The claims with others of the same articles or speakers, as choices; ``besides`` are left out.

    Where there are too many, those of the same articles are offered first, and the newest of the speakers'.
    """
    keys = [claim.pk for claim in claims]
    speakers = {composition.standing(claim.speaker).pk for claim in claims if claim.speaker}
    beside = Claim.objects.filter(quotations__version__article__versions__quotations__claim__in=keys)
    related = Q(pk__in=beside.values("pk"))
    if speakers:
        related |= belonging("speaker", speakers)
    others = Claim.objects.filter(related).exclude(pk__in=keys).exclude(status=Status.DECLINED.value)
    is_far = Case(When(pk__in=beside.values("pk"), then=0), default=1)
    nearest = others.order_by(is_far, "-pk").prefetch_related("texts")[:OFFERED]
    found = [*claims, *sorted(nearest, key=lambda claim: claim.pk)]
    return [(claim.pk, f"#{claim.pk} {_shortened(claim)}") for claim in found if claim.pk not in (besides or ())]


def _shortened(claim: Claim) -> str:
    words, _language = _words_of(claim)
    return words if len(words) <= STATEMENT else f"{words[:STATEMENT].rstrip()}…"


# One request


@desk_view
@require_safe
def one(request: HttpRequest, request_id: int) -> HttpResponse:
    """What was asked of whom about what, until when, and what came back."""
    return _show(request, request_id)


def _show(
    request: HttpRequest,
    request_id: int,
    *,
    reply_form: ReplyForm | None = None,
    link_form: LinkForm | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    found = _with_parts(ReplyRequest.objects.select_related("speaker__merged_into")).filter(pk=request_id).first()
    if found is None:
        raise Http404
    asked = list(found.asked.all())
    claims = [row.claim for row in asked]
    came = list(found.replies.select_related("recorded_by"))
    may_work = not refusal(request, Action.REPLY)
    more = _offered(claims, {claim.pk for claim in claims}) if may_work else []
    context = {
        "found": found,
        "deadline": replies.deadline(found, answered=bool(came), today=timezone.localdate()),
        "speaker": composition.standing(found.speaker) if found.speaker else None,
        "asked": [_Asked(row, *_words_of(row.claim)) for row in asked],
        "may_take_out": may_work and len(asked) > 1,
        "replies": [(reply, people.name_of(reply.recorded_by)) for reply in came],
        "may_work": may_work,
        "why_not": refusal(request, Action.REPLY),
        "reply_form": reply_form or ReplyForm(),
        "link_form": link_form or LinkForm(request=found),
        "more_form": MoreClaimsForm(offered=more) if more else None,
        "link": link,
        "has_link": bool(found.link_hash) and found.link_used_at is None and found.link_until > timezone.now(),
        "entries": chronicle.entries(chronicle.ledger_of(found).order_by("-sequence")[:RECENT]),
        "has_more_history": found.revision > RECENT,
    }
    return _page(request, "desk/request.html", context, status=status)


@dataclass(frozen=True)
class _Asked:
    """A claim of the request, with its words and what of the reply is in its content."""

    asked: Asked
    statement: str
    language: str

    @property
    def include_url(self) -> str:
        return reverse("desk:include_reply", args=[self.asked.claim_id, self.asked.request_id])


@desk_view
@form_view
def edit(request: HttpRequest, request_id: int) -> HttpResponse:
    """Who was asked, what, how and until when."""
    found = _request_or_404(request_id)
    require(request, Action.CHANGE)

    def make(record: ReplyRequest, data: QueryDict | None = None) -> EditForm:
        return RequestForm(data, record=record)

    def write(values: dict[str, Any], opened_at: int) -> ReplyRequest:
        return asking.edit_request(actor=actor(request), request_id=request_id, values=values, opened_at=opened_at)

    form, status = make(found), 200
    if request.method == "POST":
        form = make(found, request.POST)
        status = editing.save(request, found, form, anew=lambda: make(_request_or_404(request_id)), write=write)
        if status == editing.SAVED:
            return redirect("desk:request", request_id)
    return _page(request, "desk/request_form.html", {"found": found, "form": form}, status=status)


@desk_view
@require_safe
def history(request: HttpRequest, request_id: int) -> HttpResponse:
    """Every entry of the request's ledger, the newest first."""
    found = _request_or_404(request_id)
    page = paging.page(chronicle.ledger_of(found), request.GET, field="at", size=HISTORY_SIZE)
    context = {"found": found, "entries": chronicle.entries(page.rows), "page": page}
    return _page(request, "desk/request_history.html", context)


@desk_view
@require_POST
def add_claims(request: HttpRequest, request_id: int) -> HttpResponse:
    """They are asked about further claims; twice is once."""
    found = _request_or_404(request_id)
    require(request, Action.ASK)
    keys = [int(key) for key in request.POST.getlist("claims") if is_key(key)]
    try:
        saved = asking.add_claims(actor=actor(request), request_id=request_id, claim_ids=keys)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        editing.tell(request, found, saved, saving.History())
    return redirect("desk:request", request_id)


@desk_view
@require_POST
def take_out(request: HttpRequest, request_id: int, claim_id: int) -> HttpResponse:
    """The request is no longer about this claim; twice is once."""
    found = _request_or_404(request_id)
    require(request, Action.CHANGE)
    if found.asked.filter(claim=claim_id).exists():
        try:
            asking.take_out(actor=actor(request), request_id=request_id, claim_id=claim_id)
        except DomainError as error:
            messages.error(request, str(error))
    return redirect("desk:request", request_id)


@desk_view
@require_POST
def record_reply(request: HttpRequest, request_id: int) -> HttpResponse:
    """Writes down what came back."""
    found = _request_or_404(request_id)
    require(request, Action.REPLY)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _show(request, request_id, reply_form=form, status=saving.UNUSABLE)
    try:
        asking.record_reply(actor=actor(request), request_id=found.pk, **form.cleaned_data)
    except DomainError as error:
        field = error.field if isinstance(error, Refused) and error.field in form.fields else None
        form.add_error(field, str(error))
        return _show(request, request_id, reply_form=form, status=saving.status_of(error))
    messages.success(request, _("The reply is recorded. Readers see nothing of it until it is put into a claim."))
    return redirect(f"{reverse('desk:request', args=[request_id])}#replies")


@desk_view
@require_POST
def make_link(request: HttpRequest, request_id: int) -> HttpResponse:
    """Makes the link for the addressee and shows it, this once; so the answer is the page itself."""
    found = _request_or_404(request_id)
    require(request, Action.CHANGE)
    form = LinkForm(request.POST, request=found)
    if not form.is_valid():
        return _show(request, request_id, link_form=form, status=saving.UNUSABLE)
    days = timedelta(days=form.cleaned_data["days"])
    try:
        token = asking.make_link(actor=actor(request), request_id=request_id, valid_for=days)
    except DomainError as error:
        form.add_error(None, str(error))
        return _show(request, request_id, link_form=form, status=saving.status_of(error))
    answer = _show(request, request_id, link=f"{settings.SITE_URL}{reverse('answer', args=[token])}")
    answer["Cache-Control"] = "no-store"
    return answer


# What of it readers get


@desk_view
@form_view
def include_reply(request: HttpRequest, claim_id: int, request_id: int) -> HttpResponse:
    """Puts a passage of the reply into the claim's content, or takes it out."""
    claim = claim_or_404(claim_id)
    asked = get_object_or_404(Asked.objects.select_related("request"), claim=claim_id, request=request_id)
    require(request, Action.EDIT)

    def make(data: QueryDict | None = None) -> EditForm:
        # The claim's revision is read before its row: this may be newer, never older.
        fresh = claim_or_404(claim_id)
        return IncludeForm(data, claim=fresh, asked=Asked.objects.select_related("request").get(pk=asked.pk))

    def write(edits: dict[str, Any], opened_at: int) -> Claim:
        values = {path.rpartition(".")[2]: value for path, value in edits.items()}
        return asking.include_reply(
            actor=actor(request), claim_id=claim_id, request_id=request_id, opened_at=opened_at, **values
        )

    form, status = make(), 200
    if request.method == "POST":
        form = make(request.POST)
        status = editing.save(request, claim, form, anew=make, write=write)
        if status == editing.SAVED:
            return redirect(f"{claim.get_absolute_url()}#replies")
    context = {
        **_about(claim),
        "form": form,
        "found": asked.request,
        "replies": list(asked.request.replies.all()),
        "closed": dossier.why_not_editable(claim),
    }
    return show(request, "desk/include_reply.html", context, status=status)
