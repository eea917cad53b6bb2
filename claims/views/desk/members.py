"""The people of the desk: who is away, who has a conflict of interest, who is asked to read what; and who has left."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims.errors import DomainError, Refused
from claims.filters import is_key
from claims.forms import saving
from claims.forms.edits import EditForm
from claims.forms.members import AwayForm, DeclareForm, PseudonymiseForm, at_desk, away_words
from claims.models import Claim, ConflictOfInterest, LedgerEntry, Member
from claims.rules import permissions
from claims.services import erasure, members, people
from claims.views import paging
from claims.views.desk import chronicle, editing, reviews, rows
from claims.views.desk.access import actor, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.vocabulary import Action, Status

form_view = require_http_methods(["GET", "HEAD", "POST"])

READ_NOW = 20
RECENT = 10
HISTORY_SIZE = 40

_OPEN = [status.value for status in (Status.INBOX, Status.RESEARCH, Status.REVIEW, Status.APPROVED, Status.PARKED)]


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return show(request, template, context, section="people", status=status)


# Everybody


@dataclass(frozen=True)
class Row:
    """One person: role and absence in words, how many claims they work on and are asked to read, open conflicts."""

    user: User
    name: str
    role: str
    away: str
    assigned: int
    to_read: int
    conflicts: int


@desk_view
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everybody at the desk."""
    everybody = list(at_desk().prefetch_related("groups"))
    open_conflicts = Count("conflicts", filter=Q(conflicts__ended_at=None))
    known = {member.user_id: member for member in Member.objects.annotate(number=open_conflicts)}
    assigned = _counted(Claim.objects.filter(status__in=_OPEN), "assignee")
    to_read = _counted(Claim.objects.filter(status=Status.REVIEW.value), "reader")
    found = [
        Row(
            user=user,
            name=people.name_of(user),
            role=_role(user),
            away=away_words(known[user.pk], timezone.localdate()) if user.pk in known else "",
            assigned=assigned.get(user.pk, 0),
            to_read=to_read.get(user.pk, 0),
            conflicts=known[user.pk].number if user.pk in known else 0,  # type: ignore[attr-defined]
        )
        for user in everybody
    ]
    context = {"rows": found, "me": actor(request).pk, "may_declare": not refusal(request, Action.DECLARE)}
    return _page(request, "desk/people.html", context)


def _counted(claims: Any, way: str) -> dict[int, int]:
    rows = claims.filter(**{f"{way}__isnull": False}).order_by().values_list(way)
    return dict(rows.annotate(number=Count("pk")))


def _role(user: User) -> str:
    role = people.role_of(user)
    return _(role.label) if role else ""


# One person


def _person_or_404(user_id: int) -> User:
    """Somebody of the desk, or who was: outsiders and the system are nobody here."""
    user = get_object_or_404(User.objects.select_related("member"), pk=user_id)
    if user.username == people.SYSTEM_USERNAME:
        raise Http404
    if people.role_of(user) is None and not people.is_former(user) and not hasattr(user, "member"):
        raise Http404
    return user


def _member(user: User) -> Member:
    """What is said of them; a row that is not there yet stands at revision 0."""
    return Member.objects.filter(user=user).first() or Member(user=user, revision=0)


@dataclass(frozen=True)
class Declared:
    """One conflict of interest; ``about_url``: the page of the speaker; ``why_not_end``: a sentence, or empty."""

    conflict: ConflictOfInterest
    about: str
    about_url: str
    why_not_end: str


@desk_view
@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person as far as the second read asks, and what was said of them since when."""
    return _show(request, _person_or_404(user_id))


def _show(request: HttpRequest, user: User, form: EditForm | None = None, *, status: int = 200) -> HttpResponse:
    member = _member(user)
    is_self = user.pk == actor(request).pk
    why_not = _why_not(request, user, Action.AWAY)
    conflicts = member.conflicts.select_related("speaker__merged_into", "source") if member.pk else []
    declared = [_declared(request, user, conflict) for conflict in conflicts]
    claims = reviews.waiting().filter(reader=user).order_by("since", "pk")
    found = rows.rows(rows.with_parts(claims[:READ_NOW]), language=get_language() or "", today=timezone.localdate())
    entries = chronicle.ledger_of(member).order_by("-sequence")[:RECENT] if member.pk else ()
    context = {
        "person": user,
        "name": people.name_of(user),
        "role": _role(user),
        "is_self": is_self,
        "is_former": people.is_former(user),
        "away": away_words(member, timezone.localdate()),
        "open": [one for one in declared if one.conflict.ended_at is None],
        "ended": [one for one in declared if one.conflict.ended_at is not None],
        "form": form or (AwayForm(record=member) if not why_not else None),
        "why_not": why_not,
        "to_read": found,
        "to_read_count": claims.count(),
        "assigned_count": Claim.objects.filter(assignee=user, status__in=_OPEN).count(),
        "entries": chronicle.entries(entries),
        "has_more_history": bool(member.pk) and member.revision > RECENT,
        "may_pseudonymise": not refusal(request, Action.ERASE) and not is_self and not people.is_former(user),
    }
    return _page(request, "desk/person.html", context, status=status)


def _why_not(request: HttpRequest, user: User, action: Action) -> str:
    """Why one may not say anything of ``user``, as a sentence; empty when one may."""
    if people.role_of(user) is None:
        return _("%(name)s is not at this desk.") % {"name": people.name_of(user)}
    is_self = user.pk == actor(request).pk
    return refusal(request, action) or permissions.refusal_to_speak_for(people.person(actor(request)), is_self=is_self)


def _declared(request: HttpRequest, user: User, conflict: ConflictOfInterest) -> Declared:
    thing, name = people.thing(conflict)
    return Declared(
        conflict=conflict,
        about=name,
        about_url=reverse("desk:speaker", args=[thing[1]]) if conflict.speaker else "",
        why_not_end=_why_not_end(request, user, conflict) if conflict.ended_at is None else "",
    )


def _why_not_end(request: HttpRequest, user: User, conflict: ConflictOfInterest) -> str:
    is_self = user.pk == actor(request).pk
    reason = refusal(request, Action.TAKE_BACK) or permissions.refusal_to_speak_for(
        people.person(actor(request)), is_self=is_self
    )
    if not reason and is_self and members.declared_by_others(conflict):
        return members.ended_by_others()
    return reason


@desk_view
@require_safe
def history(request: HttpRequest, user_id: int) -> HttpResponse:
    """Every entry of what was said of the person, the newest first."""
    user = _person_or_404(user_id)
    member = _member(user)
    entries = chronicle.ledger_of(member) if member.pk else LedgerEntry.objects.none()
    page = paging.page(entries, request.GET, field="at", size=HISTORY_SIZE)
    context = {"person": user, "name": people.name_of(user), "entries": chronicle.entries(page.rows), "page": page}
    return _page(request, "desk/person_history.html", context)


# Conflicts of interest


@desk_view
@form_view
def declare(request: HttpRequest) -> HttpResponse:
    """A new conflict of interest; ``?speaker=``, ``?source=``, ``?topic=`` and ``?for=`` fill the form."""
    require(request, Action.DECLARE)
    user = actor(request)
    others = not permissions.refusal_to_speak_for(people.person(user), is_self=False)
    form = DeclareForm(
        request.POST if request.method == "POST" else None, me=user, others=others, initial=_prefilled(request.GET)
    )
    status = 200
    if request.method == "POST":
        status = saving.UNUSABLE
        if form.is_valid():
            try:
                conflict = members.declare(actor=user, **form.values())
            except DomainError as error:
                field = error.field if isinstance(error, Refused) and error.field in form.fields else None
                form.add_error(field, str(error))
                status = saving.status_of(error)
            else:
                messages.success(request, _("Declared. What it is about is read by others from now on."))
                return redirect("desk:person", conflict.member.user_id)
    return _page(request, "desk/declare.html", {"form": form}, status=status)


def _prefilled(parameters: QueryDict) -> dict[str, Any]:
    keys = {"user": "for", "speaker": "speaker", "source": "source"}
    found: dict[str, Any] = {
        name: int(parameters[given]) for name, given in keys.items() if is_key(parameters.get(given, ""))
    }
    topic = parameters.get("topic", "").replace("\x00", "").strip()[:100]
    return {**found, "topic": topic} if topic else found


@desk_view
@require_POST
def end_conflict(request: HttpRequest, conflict_id: int) -> HttpResponse:
    """Ends a conflict of interest; twice is once."""
    conflict = get_object_or_404(ConflictOfInterest.objects.select_related("member"), pk=conflict_id)
    require(request, Action.TAKE_BACK)
    try:
        members.take_back(actor=actor(request), conflict_id=conflict_id)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Ended. That it was there stays in the history."))
    return redirect("desk:person", conflict.member.user_id)


# Away


@desk_view
@require_POST
def away(request: HttpRequest, user_id: int) -> HttpResponse:
    """From when to when somebody is away; what was typed comes back with the reasons."""
    user = _person_or_404(user_id)
    require(request, Action.AWAY)
    member = _member(user)

    def anew() -> AwayForm:
        return AwayForm(record=_member(user))

    def write(values: dict[str, Any], opened_at: int) -> Member:
        dates: dict[str, date | None] = {
            name: values.get(name, getattr(member, name)) for name in ("away_from", "away_until")
        }
        saved = members.set_away(actor=actor(request), user=user, opened_at=opened_at, **dates)
        return saved or member

    form = AwayForm(request.POST, record=member)
    status = editing.save(request, member, form, anew=anew, write=write)
    if status == editing.SAVED:
        return redirect("desk:person", user.pk)
    return _show(request, user, form, status=status)


# Who has left


@desk_view
@form_view
def pseudonymise(request: HttpRequest, user_id: int) -> HttpResponse:
    """Takes the name from somebody who has left, after a page that says what that does and what it does not."""
    user = _person_or_404(user_id)
    require(request, Action.ERASE)
    form = PseudonymiseForm(request.POST if request.method == "POST" else None)
    status, obstacle = 200, ""
    if request.method == "POST":
        status = saving.UNUSABLE
        if form.is_valid():
            try:
                erasure.pseudonymise(actor=actor(request), user=user, **form.values())
            except DomainError as error:
                is_reason = isinstance(error, Refused) and error.field in form.fields
                form.add_error(error.field if is_reason else None, str(error))
                status = saving.status_of(error)
            else:
                words = {"name": people.name_of(User.objects.get(pk=user.pk))}
                messages.success(request, _("From now on they are called “%(name)s” here.") % words)
                return redirect("desk:person", user.pk)
    elif people.is_former(user):
        obstacle = _("The name of this person was taken away already.")
    context = {
        "person": user,
        "name": people.name_of(user),
        "form": form,
        "obstacle": obstacle,
        "assigned_count": Claim.objects.filter(assignee=user).count(),
        "to_read_count": Claim.objects.filter(reader=user).count(),
        "scheduled_count": _scheduled(user),
    }
    return _page(request, "desk/pseudonymise.html", context, status=status)


def _scheduled(user: User) -> int:
    """Claims that wait for a time of publication which this person set last."""
    last = LedgerEntry.objects.filter(claim=OuterRef("pk"), action=Action.SCHEDULE.value).order_by("-sequence")
    waiting = Claim.objects.filter(publish_at__isnull=False)
    return waiting.annotate(by=Subquery(last.values("actor")[:1])).filter(by=user.pk).count()
