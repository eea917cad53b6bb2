"""What the reader's page asks for while it is open: whether anything changed; sentences set aside and brought back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims.errors import Busy, DomainError, Refused
from claims.forms import saving
from claims.forms.marking import AsideForm, PlaceForm
from claims.models import Article, ArticleVersion
from claims.services import intake
from claims.views.desk import articles, findings
from claims.views.desk.access import actor, article_or_404, desk_view, require
from claims.views.desk.frame import show
from claims.vocabulary import Action


@desk_view
@require_safe
def article_state(request: HttpRequest, article_id: int) -> HttpResponse:
    """The stamp of the article's claims and sentences; 304 for whoever has it already."""
    stamp = articles.stamp(article_or_404(article_id))
    etag = f'"{stamp}"'
    answer = JsonResponse({"stamp": stamp}, headers={"ETag": etag, "Cache-Control": "private, no-cache"})
    return get_conditional_response(request, etag, None, answer) or answer


# Sentences that need no claim


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest, article_id: int) -> HttpResponse:
    """A sentence needs no claim, for a reason that is kept; without scripts a page of its own asks for it."""
    found = article_or_404(article_id)
    require(request, Action.SET_ASIDE)
    if request.method != "POST":
        return _asked(request, found)
    form = AsideForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, form, saving.UNUSABLE)
    values = form.cleaned_data
    version = articles.version_or_404(found, str(values["version"]))
    if not _is_sentence(version, values["start"], values["end"]):
        form.add_error(None, _("Only a whole sentence can be set aside."))
        return _refused(request, found, form, saving.UNUSABLE)
    try:
        intake.set_aside(
            actor=actor(request),
            article_id=found.pk,
            version_id=version.pk,
            start=values["start"],
            end=values["end"],
            reason=findings.kept_reason(values["reason"]),
        )
    except DomainError as error:
        form.add_error("reason" if isinstance(error, Refused) else None, str(error))
        return _refused(request, found, form, saving.BUSY if isinstance(error, Busy) else saving.UNUSABLE)
    return _done(request, version, values["start"], _("Set aside. It can be brought back."))


@desk_view
@require_POST
def bring_back(request: HttpRequest, article_id: int) -> HttpResponse:
    """A sentence that was set aside may need a claim after all."""
    found = article_or_404(article_id)
    require(request, Action.BRING_BACK)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, form, saving.UNUSABLE)
    values = form.cleaned_data
    version = articles.version_or_404(found, str(values["version"]))
    try:
        was_aside = intake.bring_back(
            actor=actor(request),
            article_id=found.pk,
            version_id=version.pk,
            start=values["start"],
            end=values["end"],
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _refused(request, found, form, saving.BUSY if isinstance(error, Busy) else saving.UNUSABLE)
    words = _("Brought back.") if was_aside else _("It was not set aside.")
    return _done(request, version, values["start"], words)


def _asked(request: HttpRequest, found: Article) -> HttpResponse:
    """The page that asks why; an address that names no sentence leads back to the article."""
    place = PlaceForm(request.GET)
    if not place.is_valid():
        return redirect(_sentences(found))
    values = place.cleaned_data
    version = articles.version_or_404(found, str(values["version"]))
    if not _is_sentence(version, values["start"], values["end"]):
        return redirect(_sentences(found))
    return _page(request, found, AsideForm(initial=values), 200)


def _is_sentence(version: ArticleVersion, start: int, end: int) -> bool:
    return any(sentence["start"] == start and sentence["end"] == end for sentence in version.analysis)


def _done(request: HttpRequest, version: ArticleVersion, start: int, words: str) -> HttpResponse:
    """Back to the sentence; a script gets the address of it instead."""
    index = next((at for at, sentence in enumerate(version.analysis) if sentence["start"] == start), 0)
    page = reverse("desk:article", args=[version.article_id])
    where = f"{page}?version={version.number}#sentence-{index}"
    if request.headers.get("X-Part") == "form":
        return HttpResponse(words, status=201, content_type="text/plain; charset=utf-8", headers={"Location": where})
    messages.success(request, words)
    return redirect(where)


def _refused(request: HttpRequest, found: Article, form: PlaceForm, status: int) -> HttpResponse:
    """The form again, with the reason that was typed."""
    if request.headers.get("X-Part") == "form":
        return render(request, "includes/_form_errors.html", {"form": form}, status=status)
    return _page(request, found, form, status)


def _page(request: HttpRequest, found: Article, form: PlaceForm, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "article": found,
        "sentence": _words(found, form),
        "form": form,
        "aside_reasons": articles.aside_reasons(),
        "back": _sentences(found),
    }
    return show(request, "desk/set_aside.html", context, section="articles", status=status)


def _sentences(found: Article) -> str:
    return f"{reverse('desk:article', args=[found.pk])}#sentences"


def _words(found: Article, form: PlaceForm) -> str:
    """What stands at the place of the form; nothing where it names none."""
    values = form.cleaned_data if form.is_bound else form.initial
    version = found.versions.filter(number=values.get("version") or 0).first()
    start, end = values.get("start"), values.get("end")
    return version.text[start:end] if version and start is not None and end is not None else ""
