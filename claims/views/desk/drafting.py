"""Forms that are kept while somebody types: the page with the person's own draft in it, and where drafts are sent.

A draft is an offer: the claim stays as it is until the form is saved. The form carries the revision that the draft was
begun at, so what others saved since is asked about field by field, as after a long look at an open page.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.errors import DomainError
from claims.forms import saving
from claims.forms.claims import TextForm
from claims.forms.edits import EditForm
from claims.forms.verdict import VerdictForm
from claims.forms.wording import Wording, field_name, language_name, language_of
from claims.models import Claim, Draft
from claims.services import drafts
from claims.services.ledger import as_plain
from claims.views.desk import editing, rows
from claims.views.desk.access import actor, claim_or_404, desk_view, require
from claims.views.desk.frame import show
from claims.vocabulary import Action

_NOT_KEPT = ("csrfmiddlewaretoken", "opened_at", "disputed")


@dataclass(frozen=True)
class Words:
    """One field of a draft beside what is saved; both as a person reads them."""

    label: str
    language: str
    typed: str
    saved: str


@dataclass(frozen=True)
class Shown:
    """The draft that a form shows: since when, what it says that is not saved, and what others saved since."""

    saved_at: datetime
    fields: list[Words]
    others: str


def form_page(
    request: HttpRequest,
    found: Claim,
    template: str,
    make: Callable[..., EditForm],
    context: Mapping[str, Any],
    *,
    draft: str,
) -> HttpResponse:
    """One form over a claim, as ``make(claim, data)`` gives it: shown with the person's draft, saved, or shown again.

    Saving takes the draft away; a form that is refused becomes the draft.
    """
    form, status, shown = make(found), 200, None
    if request.method == "POST":
        form = make(found, request.POST)
        status = editing.save(request, found, form, anew=lambda: make(claim_or_404(found.pk)))
        if status == editing.SAVED:
            drafts.discard(actor=actor(request), claim_id=found.pk, form=draft)
            return redirect(found)
        _keep_refused(request, found, make(found, request.POST), draft)
    else:
        shown = put_into(form, drafts.of(actor=actor(request), claim_id=found.pk, form=draft))
    frame = {
        "claim": found,
        "statement": rows.statement_of(found, get_language() or ""),
        "form": form,
        "draft_form": draft,
        "draft": shown,
        "draft_opened_at": _opened_at(form),
    }
    return show(request, template, {**frame, **context}, status=status)


def _opened_at(form: EditForm) -> int:
    """The revision that a draft of this form begins at; one that asks about a conflict still stands before it."""
    if form.is_bound:
        return int(form.cleaned_data.get("opened_at") or form.claim.revision)
    return int(form.initial["opened_at"])


def put_into(form: EditForm, draft: Draft | None) -> Shown | None:
    """Makes an unbound form show a draft; None where the draft says nothing that is not saved already."""
    typed = _unsaved(form, draft) if draft else {}
    if draft is None or not typed:
        return None
    saved = {name: as_plain(form.initial.get(name)) for name in typed}
    accepted = {name: _accepted(form.fields[name], value) for name, value in typed.items()}
    wording = Wording([(form.path(name), value) for values in (saved, accepted) for name, value in values.items()])
    words = [
        Words(
            label=str(form.fields[name].label),
            language=language_of(form.path(name)),
            typed=str(value) if accepted[name] is None else wording.of(form.path(name), accepted[name]),
            saved=wording.of(form.path(name), saved[name]),
        )
        for name, value in typed.items()
    ]
    form.initial |= {**typed, "opened_at": draft.opened_at}
    later = saving.changes_since(form.claim, draft.opened_at)
    return Shown(draft.saved_at, words, _saved_since(later, [form.path(name) for name in typed]))


def _unsaved(form: EditForm, draft: Draft) -> dict[str, Any]:
    """Name -> what the draft says, for each field of an unbound form in which that is not what is saved."""
    names = [name for name in form.edited if name in form.fields and name in draft.values]
    typed = {name: _value(form.fields[name], draft.values[name]) for name in names}
    return {
        name: value for name, value in typed.items() if form.fields[name].has_changed(form.initial.get(name), value)
    }


def _value(field: forms.Field, texts: list[str]) -> Any:
    """What was sent for a field, as the field takes it."""
    return texts if isinstance(field, forms.MultipleChoiceField) else (texts[-1] if texts else "")


def _accepted(field: forms.Field, typed: Any) -> Any:
    """What was typed as the ledger would hold it; None for nothing, and for what the field would refuse."""
    try:
        return as_plain(field.clean(typed))
    except forms.ValidationError:
        return None


def _saved_since(later: saving.History, paths: list[str]) -> str:
    """Which of the draft's own fields were saved while it lay there, and by whom; empty for none."""
    written = [path for path in paths if path in later]
    if not written:
        return ""
    names = ", ".join(dict.fromkeys(later[path].who for path in written))
    fields = ", ".join(field_name(path) for path in written)
    sentence = _("Saved since by %(names)s: %(fields)s. When you save, you are asked which version shall stand.")
    return sentence % {"names": names, "fields": fields}


def _keep_refused(request: HttpRequest, found: Claim, form: EditForm, draft: str) -> None:
    """What was typed into a form that was not saved is kept too: somebody may close the page instead."""
    form.is_valid()
    opened_at = form.cleaned_data.get("opened_at")
    if opened_at is None:
        return
    later = saving.changes_since(found, opened_at)
    before = drafts.of(actor=actor(request), claim_id=found.pk, form=draft)
    names = {*form.changed_data, *(before.values if before else ())}  # what was put back is no longer as in the draft
    values = {
        name: request.POST.getlist(name) or [""]
        for name in form.edited
        if name in names and not _is_old(form, name, later)
    }
    # The page that follows says what was wrong and holds every word; a draft that cannot be kept adds nothing to it.
    with suppress(DomainError):
        drafts.keep(actor=actor(request), claim_id=found.pk, form=draft, opened_at=opened_at, values=values)


def _is_old(form: EditForm, name: str, later: saving.History) -> bool:
    """Whether the field only differs because somebody else wrote it since the form was opened."""
    path = form.path(name)
    return path in later and as_plain(form.cleaned_data.get(name)) == later[path].before


# Where drafts are sent


@desk_view
@require_POST
def keep(request: HttpRequest, claim_id: int, form: str) -> HttpResponse:
    """Keeps the posted fields as the person's draft: 204, or 422 with the reason as plain text."""
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    values = {name: request.POST.getlist(name) for name in request.POST if _is_kept(name)}
    try:
        opened_at = int(request.POST.get("opened_at", "")[:12])
        drafts.keep(actor=actor(request), claim_id=found.pk, form=form, opened_at=opened_at, values=values)
    except ValueError:
        return _not_kept(_("The form does not say when it was opened."), saving.UNUSABLE)
    except DomainError as error:
        return _not_kept(str(error), saving.status_of(error))
    return HttpResponse(status=204)


def _is_kept(name: str) -> bool:
    return name not in _NOT_KEPT and not name.startswith("stand-")


def _not_kept(reason: str, status: int) -> HttpResponse:
    return HttpResponse(reason, content_type="text/plain; charset=utf-8", status=status)


@desk_view
@require_POST
def discard(request: HttpRequest, claim_id: int, form: str) -> HttpResponse:
    """Takes the person's draft away and shows the form as it is saved; twice is once."""
    found = claim_or_404(claim_id)
    address = page_of(found.pk, form)
    if not address:
        raise Http404
    drafts.discard(actor=actor(request), claim_id=found.pk, form=form)
    return redirect(address)


def page_of(claim_id: int, form: str) -> str:
    """Where the form of a draft stands; empty for a form that has no drafts."""
    if not drafts.FORM.fullmatch(form):
        return ""
    if form == "verdict":
        return reverse("desk:verdict", args=[claim_id])
    return reverse("desk:text", args=[claim_id, form.partition("-")[2]])


@dataclass(frozen=True)
class Waiting:
    """A draft that lies on a claim: of which form, since when, and where it goes on."""

    label: str
    saved_at: datetime
    url: str


def waiting(request: HttpRequest, found: Claim) -> list[Waiting]:
    """The person's own drafts of a claim that say what is not saved, the newest first."""
    own = drafts.of_claim(actor=actor(request), claim_id=found.pk)
    return [
        Waiting(_label(draft.form), draft.saved_at, page_of(found.pk, draft.form))
        for draft in own
        if _unsaved(_form_of(found, draft.form), draft)
    ]


def _form_of(found: Claim, form: str) -> EditForm:
    if form == "verdict":
        return VerdictForm(claim=found)
    return TextForm(claim=found, language=form.partition("-")[2])


def _label(form: str) -> str:
    if form == "verdict":
        return _("Verdict")
    return _("Texts: %(language)s") % {"language": language_name(form.partition("-")[2])}
