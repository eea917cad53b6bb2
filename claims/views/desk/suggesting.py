"""Suggesting a wording at the second read, and an author's decision on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.errors import ContentChanged, DomainError, Refused
from claims.forms.transitions import SuggestForm
from claims.forms.wording import field_name, language_of
from claims.language import differences, passages
from claims.models import Claim, Suggestion
from claims.services import review
from claims.views.desk import reading
from claims.views.desk.access import actor, claim_or_404, desk_view, require
from claims.views.desk.frame import show
from claims.views.desk.transitions import NOT_ACCEPTED, WRONG_STATE, claim_heading, status_of
from claims.vocabulary import Action


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Proposes a wording for one field: first the field is chosen, then written. ``?passage=`` was marked in it."""
    claim = claim_or_404(claim_id)
    require(request, Action.SUGGEST, claim)
    wordings = _wordings(claim)
    if request.method == "POST":
        return _suggest(request, claim, wordings)
    path = request.GET.get("path", "")
    if path and path not in wordings:
        raise Http404
    return _page(request, claim, _fresh(wordings, path), wordings, path)


def _fresh(wordings: dict[str, str], path: str, **typed: str) -> SuggestForm:
    """The form on the words that stand there now; what was ``typed`` stays."""
    now = wordings.get(path, "")
    shown = {"path": path, "proposed": now, "shown_hash": review.wording_hash(now)}
    return SuggestForm(paths=wordings, initial={**shown, **typed})


def _suggest(request: HttpRequest, claim: Claim, wordings: dict[str, str]) -> HttpResponse:
    form = SuggestForm(request.POST, paths=wordings)
    path = request.POST.get("path", "")
    if path not in wordings:
        return _gone(request, claim, wordings, path)
    status = NOT_ACCEPTED
    if form.is_valid():
        try:
            review.suggest(claim_id=claim.pk, actor=actor(request), **form.cleaned_data)
        except ContentChanged as error:
            return _changed(request, claim, form, str(error))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
            status = status_of(error)
        else:
            messages.success(request, _("Suggested. Nothing changes until an author takes it."))
            return redirect(f"{reverse('desk:read', args=[claim.pk])}{_back_to(path)}")
    return _page(request, claim, form, wordings, path, status=status)


def _changed(request: HttpRequest, claim: Claim, form: SuggestForm, reason: str) -> HttpResponse:
    """The text was changed meanwhile: what stands there now beside what was proposed, which can be sent once more."""
    path, proposed = form.cleaned_data["path"], form.cleaned_data["proposed"]
    wordings = _wordings(claim_or_404(claim.pk))
    if path not in wordings:
        return _gone(request, claim, wordings, path)
    again = _fresh(wordings, path, proposed=proposed, note=form.cleaned_data["note"])
    compared = differences.words(wordings[path], proposed)
    return _page(request, claim, again, wordings, path, refused=reason, compared=compared, status=WRONG_STATE)


def _gone(request: HttpRequest, claim: Claim, wordings: dict[str, str], path: str) -> HttpResponse:
    """There is no such text (any more): what was typed is shown, so that it can be used elsewhere."""
    typed = [request.POST.get(name, "").replace("\x00", "") for name in ("proposed", "note")]
    reason = _("This text is gone, so nothing can be suggested for it. What you wrote stands below.")
    form = SuggestForm(paths=wordings)
    return _page(request, claim, form, wordings, "", refused=reason, typed=typed, status=NOT_ACCEPTED)


def _back_to(path: str) -> str:
    language = language_of(path)
    return f"?{urlencode({'language': language})}#suggestions" if language else "#suggestions"


def _page(
    request: HttpRequest,
    claim: Claim,
    form: SuggestForm,
    wordings: dict[str, str],
    path: str,
    *,
    status: int = 200,
    **refusal: Any,
) -> HttpResponse:
    """``refusal``: ``refused`` (why), with ``compared`` (words now and proposed) or ``typed`` (what was written)."""
    now = wordings.get(path, "")
    context = {
        **claim_heading(claim),
        "form": form,
        "path": path if path in wordings else "",
        "field": field_name(path) if path in wordings else "",
        "language": language_of(path) if path in wordings else "",
        "now": now,
        "passage": passages.find(now, request.GET.get("passage", "")),
        "wordings": [
            {"path": one, "label": field_name(one), "language": language_of(one), "words": words}
            for one, words in wordings.items()
        ],
        **refusal,
    }
    return show(request, "desk/suggest.html", context, section="reviews", status=status)


def _wordings(claim: Claim) -> dict[str, str]:
    """Path -> words: every field that a wording can be suggested for, in the order of the page."""
    found = {}
    verdict = getattr(claim, "verdict", None)
    written = {text.language: text for text in verdict.texts.all()} if verdict else {}
    for text in claim.texts.all():
        found[f"texts.{text.language}.statement"] = text.statement
        for name in ("headline", "summary", "other_finding", "rationale", "today"):
            row = written.get(text.language)
            if row is not None:
                found[f"verdict.texts.{text.language}.{name}"] = getattr(row, name)
        found[f"texts.{text.language}.why"] = text.why
    return found


@desk_view
@require_POST
def decide(request: HttpRequest, claim_id: int, suggestion_id: int) -> HttpResponse:
    """Takes a suggestion or lays it aside, as the button says; back to the page on which the button stood."""
    claim = claim_or_404(claim_id)
    suggestion = Suggestion.objects.filter(claim=claim, pk=suggestion_id).first()
    services = {"take": review.take_suggestion, "dismiss": review.dismiss_suggestion}
    service = services.get(request.POST.get("decision", ""))
    if suggestion is None:
        raise Http404
    if service is None:
        return reading.page(request, claim, error=Refused(_("Say whether the suggestion is taken or dismissed.")))
    try:
        service(claim_id=claim.pk, actor=actor(request), suggestion_id=suggestion.pk)
    except ContentChanged as error:
        # The suggestion's own place on the page shows both wordings and what stands there now.
        return reading.page(request, claim_or_404(claim.pk), error=Refused(str(error)), status=WRONG_STATE)
    except DomainError as error:
        return reading.page(request, claim_or_404(claim.pk), error=error)
    taken = service is review.take_suggestion
    messages.success(request, _("Taken: the wording is changed.") if taken else _("The suggestion is laid aside."))
    if request.POST.get("page") == "claim":
        return redirect(f"{claim.get_absolute_url()}#suggestions")
    return redirect(f"{reverse('desk:read', args=[claim.pk])}{_back_to(suggestion.path)}")
