"""Taking an article in: its copy, what was cut, and a person's word on its text, its places, its reprints."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims.errors import Busy, DomainError, Refused, Unfetchable, Unreadable
from claims.forms import saving
from claims.forms.intake import MendForm, TakeInForm
from claims.models import AlsoAppeared, Anchor, Article, ArticleVersion, Capture, Claim
from claims.services import intake, people
from claims.views.desk import articles, fetches, findings
from claims.views.desk.access import actor, article_or_404, claim_or_404, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.vocabulary import Action

form_view = require_http_methods(["GET", "HEAD", "POST"])

_LITTLE, _MOST = 50, 90
"""Per cent of the visible text from which on the text is most of it, or next to all."""


@dataclass(frozen=True)
class Stretch:
    """A piece of the clean text; ``cuts`` number what was cut just before it."""

    text: str
    cuts: tuple[int, ...]


# Taking in


@desk_view
@form_view
def take_in(request: HttpRequest) -> HttpResponse:
    """A copy of an article, pasted, as a file or from its address; the next page says what it turned out to be."""
    require(request, Action.CAPTURE)
    if request.method != "POST":
        form = TakeInForm(initial=fetches.known_of(request.GET.get("fetch", "")))
        return show(request, "desk/take_in.html", {"form": form}, section="articles")
    form = TakeInForm(request.POST, request.FILES)
    status = saving.UNUSABLE
    if form.is_valid():
        try:
            if form.is_address_alone:
                fetch = intake.request_fetch(actor=actor(request), url=form.cleaned_data["url"], about=form.about)
                return redirect("desk:fetch", fetch.uuid)
            taken = _receive(request, form)
        except (Unreadable, Unfetchable) as error:
            form.refuse(findings.problem(error))
        except DomainError as error:
            form.refuse(str(error), error.field if isinstance(error, Refused) else "")
            status = saving.BUSY if isinstance(error, Busy) else status
        else:
            return _taken_in(request, taken)
    return show(request, "desk/take_in.html", {"form": form}, section="articles", status=status)


def _receive(request: HttpRequest, form: TakeInForm) -> intake.Intake:
    """One service call; a new outlet stays only if a copy came with it."""
    copy, values = form.copy, form.cleaned_data
    names = ("url", "title", "language", "published", "outlet", "new_outlet")
    return intake.receive(
        actor=actor(request),
        raw=copy.raw,
        content_type=copy.content_type,
        **{name: values[name] for name in names},
    )


def _taken_in(request: HttpRequest, taken: intake.Intake) -> HttpResponse:
    messages.success(request, _(taken.outcome.label))
    for sentence in taken.warnings:
        messages.warning(request, findings.warning(sentence))
    return redirect("desk:capture", article_id=taken.version.article_id, capture_id=taken.capture.pk)


# What came in, and what was cut


@desk_view
@require_safe
def capture(request: HttpRequest, article_id: int, capture_id: int) -> HttpResponse:
    """The clean text of one copy beside what was cut from it; its bytes never leave the database from here."""
    article = article_or_404(article_id)
    rows = Capture.objects.filter(version__article=article).defer("raw", "version__analysis")
    found = get_object_or_404(rows.select_related("version__confirmed_by", "received_by"), pk=capture_id)
    version = found.version
    if version is None:  # pragma: no cover - the filter leaves only copies with a text
        raise Http404
    linked = _linked(article)
    context = {
        "article": article,
        "capture": found,
        "received_by": people.name_of(found.received_by),
        "version": version,
        "confirmed_by": people.name_of(version.confirmed_by) if version.confirmed_by else "",
        "stretches": stretches(version.text, found.residue),
        "cuts": [
            {"kind": findings.cut_name(str(cut.get("kind", ""))), "text": cut.get("text", "")} for cut in found.residue
        ],
        "share": None if found.completeness is None else round(100 * found.completeness),
        "completeness": _completeness(found),
        "damaged": version.text.count("\ufffd"),
        "captures": articles.captures(version),
        "fetched": found.response,
        "linked": linked,
        "lookalikes": [
            {"article": like.article, "per_cent": round(100 * like.likeness)}
            for like in intake.lookalikes(version.text, but=article)
            if like.article not in linked
        ],
        "may_work": not refusal(request, Action.CONFIRM),
    }
    return show(request, "desk/capture.html", context, section="articles")


def stretches(text: str, residue: list[dict[str, Any]]) -> list[Stretch]:
    """The text, cut wherever something was left out of it; the numbers count the residue from 1."""
    at: dict[int, list[int]] = {}
    for number, cut in enumerate(residue, start=1):
        start = cut.get("start")
        if isinstance(start, int) and 0 <= start <= len(text):
            at.setdefault(start, []).append(number)
    bounds = sorted({0, len(text), *at})
    found = [Stretch(text[start:end], tuple(at.get(start, ()))) for start, end in pairwise(bounds)]
    return [*found, Stretch("", tuple(at[len(text)]))] if text and len(text) in at else found


def _completeness(found: Capture) -> str:
    """The share of the visible text that was kept, explained; nothing to explain where nothing was cut."""
    if found.completeness is None:
        return _("How much of the copy the text holds was not measured.")
    share = 100 * found.completeness
    if share >= _MOST:
        return _("The text holds next to all that the copy shows.") if found.residue else ""
    if share >= _LITTLE:
        return _("The text holds most of what the copy shows. Look whether a part of the article was cut.")
    return _(
        "The copy shows much more than the text, as a page with its menus does. Look whether the article is whole."
    )


def _linked(article: Article) -> list[Article]:
    """Where a person said that it also appeared, whichever of the two was linked to the other."""
    links = AlsoAppeared.objects.filter(Q(article=article) | Q(other=article)).select_related("article", "other")
    others = (link.other if link.article_id == article.pk else link.article for link in links)
    return list(dict.fromkeys(others))


# A person's word


def _version_or_404(article: Article, number: int) -> ArticleVersion:
    return get_object_or_404(article.versions.defer("analysis").select_related("article"), number=number)


@desk_view
@require_POST
def confirm_text(request: HttpRequest, article_id: int, number: int) -> HttpResponse:
    """The clean text is right: from now on claims may be marked in it."""
    article = article_or_404(article_id)
    version = _version_or_404(article, number)
    try:
        intake.confirm(actor=actor(request), article_id=article.pk, version_id=version.pk)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The text is confirmed. Claims can be marked in it."))
    return redirect(_address(version))


@desk_view
@form_view
def mend(request: HttpRequest, article_id: int, number: int) -> HttpResponse:
    """The text of a version, to be put right: what comes of it is a version that says so."""
    article = article_or_404(article_id)
    version = _version_or_404(article, number)
    require(request, Action.MEND)
    status = 200
    form = MendForm(request.POST or None, initial={"text": version.text})
    if request.method == "POST":
        status = saving.UNUSABLE
        if form.is_valid():
            try:
                mended = intake.mend(
                    actor=actor(request),
                    article_id=article.pk,
                    version_id=version.pk,
                    text=form.cleaned_data["text"],
                )
            except DomainError as error:
                form.add_error("text", str(error))
                status = saving.BUSY if isinstance(error, Busy) else status
            else:
                messages.success(request, _("Mended. The text as it was received stays as it is, as a version."))
                return redirect(_address(mended))
    context = {"article": article, "version": version, "form": form}
    return show(request, "desk/mend.html", context, section="articles", status=status)


def _address(version: ArticleVersion) -> str:
    return f"{reverse('desk:article', args=[version.article_id])}?version={version.number}"


@desk_view
@require_POST
def link_appearance(request: HttpRequest, article_id: int) -> HttpResponse:
    """The article also appeared as that other one."""
    article = article_or_404(article_id)
    other = request.POST.get("other", "")
    if not (other.isascii() and other.isdigit() and len(other) < 19):
        raise Http404
    try:
        intake.link_appearance(actor=actor(request), article_id=article.pk, other_id=int(other))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Linked. Both articles stay as they are."))
    back = Capture.objects.filter(version__article=article, pk=_number(request.POST.get("capture", ""))).first()
    if back is None:
        return redirect("desk:article", article_id=article.pk)
    return redirect(f"{reverse('desk:capture', args=[article.pk, back.pk])}#appeared")


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


@desk_view
@require_POST
def confirm_anchor(request: HttpRequest, claim_id: int, anchor_id: int) -> HttpResponse:
    """A quotation stands where it was found although it changed, or it is gone indeed."""
    claim = claim_or_404(claim_id)
    anchor = get_object_or_404(Anchor.objects.select_related("version"), pk=anchor_id, quotation__claim=claim)
    if Anchor.objects.filter(quotation=anchor.quotation_id, pk__gt=anchor.pk).exists():
        messages.info(request, _("It was confirmed already, or a newer version came in. Look at it again."))
    else:
        _confirm(request, claim, anchor)
    return redirect(f"{_address(anchor.version)}&against={anchor.version.number - 1}#changed")


def _confirm(request: HttpRequest, claim: Claim, anchor: Anchor) -> None:
    try:
        intake.confirm_anchor(actor=actor(request), claim_id=claim.pk, anchor_id=anchor.pk)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Confirmed."))
