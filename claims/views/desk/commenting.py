"""Comments on a claim: on its own page, and at the second read also on a text, a passage or an evidence item."""

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.errors import DomainError, Refused
from claims.forms import saving
from claims.forms.claims import CommentForm
from claims.models import Claim
from claims.services import review
from claims.views.desk import claims, reading, remarks
from claims.views.desk.access import actor, claim_or_404, desk_view, require
from claims.vocabulary import Action

AT_THE_SECOND_READ = "read"


@desk_view
@require_POST
def comment(request: HttpRequest, claim_id: int) -> HttpResponse:
    """A remark; the same remark sent twice is one."""
    found = claim_or_404(claim_id)
    require(request, Action.COMMENT)
    form = _form(request, found)
    if not form.is_valid():
        return _refused(request, found, form)
    said = {
        "text": form.cleaned_data["comment"],
        "path": form.cleaned_data.get("path", ""),
        "passage": form.cleaned_data.get("passage", ""),
    }
    if not _said_already(found, actor(request).pk, said, form.cleaned_data["opened_at"]):
        try:
            review.comment(claim_id=found.pk, actor=actor(request), **said)
        except DomainError as error:
            field = error.field if isinstance(error, Refused) else ""
            form.add_error(field if field in form.fields else "comment", str(error))
            return _refused(request, found, form)
        messages.success(request, _("Your comment stands on the claim."))
    return redirect(_back_to(request, found))


def _form(request: HttpRequest, found: Claim) -> CommentForm:
    if request.POST.get("page") == AT_THE_SECOND_READ:
        return remarks.form(found, review.wordings(found), request.POST, language=request.GET.get("language", ""))
    return CommentForm(request.POST)


def _refused(request: HttpRequest, found: Claim, form: CommentForm) -> HttpResponse:
    """The page on which the form stood, with everything that was typed."""
    if isinstance(form, remarks.RemarkForm):
        return reading.page(request, claim_or_404(found.pk), remark_form=form, status=saving.UNUSABLE)
    return claims.claim_page(request, found.pk, comment_form=form, status=saving.UNUSABLE)


def _back_to(request: HttpRequest, found: Claim) -> str:
    """Back to the comments of the page that the form stood on: the second read, or the claim's own."""
    if request.POST.get("page") != AT_THE_SECOND_READ:
        return f"{found.get_absolute_url()}#comments"
    return f"{reverse('desk:read', args=[found.pk])}{reading.address(request)}#comments"


def _said_already(found: Claim, person_id: int, said: dict[str, str], opened_at: int | None) -> bool:
    """Whether the person left these words, on this, since the page was opened."""
    if opened_at is None:
        return False
    since = found.ledger.filter(sequence__gt=opened_at, action=Action.COMMENT.value, actor=person_id)
    changes = since.exclude(change__text="").values_list("change__text", flat=True)
    return any(_is(json.loads(text)["facts"], said) for text in changes)


def _is(facts: dict[str, str], said: dict[str, str]) -> bool:
    """Whether an entry notes these words. The passage is kept as it is written, which may not be as it was sent."""
    same_place = facts.get("path", "") == said["path"] and bool(facts.get("passage")) == bool(said["passage"].strip())
    return same_place and facts.get("comment") == said["text"]


@desk_view
@require_POST
def resolve(request: HttpRequest, claim_id: int, review_id: int) -> HttpResponse:
    """Marks a comment as dealt with; twice is once."""
    found = claim_or_404(claim_id)
    require(request, Action.RESOLVE)
    if not found.reviews.filter(pk=review_id).exists():
        raise Http404
    try:
        review.resolve(claim_id=found.pk, actor=actor(request), review_id=review_id)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(_back_to(request, found))
