"""A quotation of a claim: its ends and its voices; and a claim that says two things, split in two."""

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims import composition
from claims.errors import DomainError, Refused
from claims.forms import saving
from claims.forms.quotations import QuotationForm, SplitForm, statement_languages
from claims.language import canonical, surroundings
from claims.models import Claim, Quotation, Speaker
from claims.services import ledger, people, records, research
from claims.services.quoting import Spoken
from claims.views.desk import dossier, editing, readers, rows
from claims.views.desk.access import actor, claim_or_404, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.views.desk.transitions import FORBIDDEN, NOT_ACCEPTED, claim_heading, status_of
from claims.vocabulary import Action, Naming, VoiceMode

form_view = require_http_methods(["GET", "HEAD", "POST"])

MADE = 201


@desk_view
@form_view
def quotation(request: HttpRequest, claim_id: int, quotation_id: int) -> HttpResponse:
    """One quotation: its words in its version, and who speaks.

    With the header ``X-Part: form``, which the reader's scripts send, a post answers 201 without a body, or what is
    wrong as a fragment.
    """
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    one = _quotation_or_404(found, quotation_id)
    is_part = request.headers.get("X-Part") == "form"

    def make(data: Any = None) -> QuotationForm:
        return QuotationForm(data, claim=found, quotation=one)

    def anew() -> QuotationForm:
        fresh = claim_or_404(found.pk)
        return QuotationForm(claim=fresh, quotation=_quotation_or_404(fresh, quotation_id))

    form, status = make(), 200
    if request.method == "POST":
        form = make(request.POST)
        status = _save(request, found, form, anew, silent=is_part)
        if status == editing.SAVED:
            return HttpResponse(status=MADE) if is_part else redirect(f"{found.get_absolute_url()}#quotations")
        if is_part:
            context = {"form": form, "claim": found, "quotation": one}
            return render(request, "desk/_quotation_refused.html", context, status=status)
        one = _quotation_or_404(found, quotation_id)
    return show(request, "desk/quotation.html", _context(found, one, form), status=status)


def _quotation_or_404(found: Claim, quotation_id: int) -> Quotation:
    one = (
        found.quotations.select_related("version__article__outlet__merged_into")
        .prefetch_related("voices__speaker__merged_into", "anchors__version", "anchors__confirmed_by")
        .filter(pk=quotation_id)
        .first()
    )
    if one is None:
        raise Http404
    return one


def _context(found: Claim, one: Quotation, form: QuotationForm) -> dict[str, Any]:
    before, after = surroundings.around(one.version.text, one.start, one.end)
    return {
        "claim": found,
        "statement": rows.statement_of(found, get_language() or ""),
        "quotation": one,
        "voices": composition.voices(one),
        "version": one.version,
        "article": one.version.article,
        "before": before,
        "after": after,
        "anchors": _anchors(one),
        "form": form,
        "closed": dossier.why_not_editable(found),
        "split_url": "" if dossier.split_obstacle(found) else reverse("desk:split", args=[found.pk]),
    }


def _anchors(one: Quotation) -> list[dict[str, Any]]:
    """Where it stands in each later version by now."""
    newest = {anchor.version_id: anchor for anchor in one.anchors.all()}
    return [
        {
            "version": anchor.version.number,
            "state": anchor.state,
            "confirmed_by": people.name_of(anchor.confirmed_by) if anchor.confirmed_by else "",
        }
        for anchor in sorted(newest.values(), key=lambda anchor: anchor.version.number)
    ]


def _save(request: HttpRequest, found: Claim, form: QuotationForm, anew: Any, *, silent: bool) -> int:
    """Saves a posted form; returns the status of the answer, as ``editing.save`` does."""
    if not form.is_valid():
        form.ask(anew(), [], {})
        return saving.UNUSABLE
    opened_at = form.cleaned_data["opened_at"]
    later = saving.changes_since(found, opened_at)
    try:
        saved = _write(request, found, form, form.edits(later))
    except DomainError as error:
        return saving.refused(form, error, anew=anew, later=saving.changes_since(found, opened_at))
    if not silent:
        editing.tell(request, found, saved.claim, later)
    return editing.SAVED


@ledger.service
def _write(request: HttpRequest, found: Claim, form: QuotationForm, edits: dict[str, Any]) -> Quotation:
    """One action on the claim, with the speakers that it names for the first time, or nothing at all."""
    changed: dict[str, Any] = {}
    if form.path("exact") in edits and form.place is not None:
        changed["start"], changed["end"] = form.place
    with transaction.atomic():
        if form.path("voices") in edits:
            changed["voices"] = [_spoken(request, voice) for voice in edits[form.path("voices")]]
        return research.edit_quotation(
            claim_id=found.pk,
            actor=actor(request),
            quotation_id=form.quotation.pk,
            opened_at=form.cleaned_data["opened_at"],
            **changed,
        )


def _spoken(request: HttpRequest, voice: dict[str, Any]) -> Spoken:
    """A typed voice as the service wants it; a name that the desk knows already is that speaker's."""
    chosen = Speaker.objects.select_related("merged_into").filter(pk=voice["speaker"] or 0).first()
    speaker = composition.standing(chosen) if chosen else None
    if "name" in voice:
        known = records.find_by_name(Speaker, voice["name"])
        speaker = known or records.create_speaker(actor=actor(request), name=voice["name"])
    return Spoken(speaker, Naming(voice["naming"]), VoiceMode(voice["mode"]))


# Two claims out of one


@desk_view
@form_view
def split(request: HttpRequest, claim_id: int) -> HttpResponse:
    """A second claim out of one that says two things: its statement, and the quotations that it gets too."""
    found = claim_or_404(claim_id)
    if request.method != "POST" or refusal(request, Action.SPLIT):
        return _split_page(request, found, _split_form(found))
    form = _split_form(found, request.POST)
    if not form.is_valid():
        return _split_page(request, found, form, status=NOT_ACCEPTED)
    twin = _split_already(request, found, form)
    if twin is not None:  # a second click
        return redirect(twin)
    try:
        second = research.split(
            claim_id=found.pk, actor=actor(request), opened_at=form.cleaned_data["opened_at"], **form.values()
        )
    except DomainError as error:
        return _split_page(request, claim_or_404(found.pk), form, error=error)
    sentence = _("Split. This is the second claim; the first one is")
    first = _("claim %(number)s") % {"number": found.pk}
    messages.success(request, format_html('{} <a href="{}">{}</a>.', sentence, found.get_absolute_url(), first))
    return redirect(second)


def _split_form(found: Claim, data: Any = None) -> SplitForm:
    form = SplitForm(data, passages=list(found.quotations.order_by("pk")), languages=statement_languages(found))
    form.initial["opened_at"] = found.revision
    return form


def _split_page(
    request: HttpRequest, found: Claim, form: SplitForm, *, status: int = 200, error: DomainError | None = None
) -> HttpResponse:
    why_not = refusal(request, Action.SPLIT)
    obstacle = dossier.split_obstacle(found)
    if why_not:
        status = FORBIDDEN
    elif error is not None:
        status = status_of(error)
        if isinstance(error, Refused):
            form.add_error("quotations" if error.field == "quotation" else None, str(error))
    passages = found.quotations.select_related("version__article").order_by("pk")
    context = {
        **claim_heading(found),
        "label": _(Action.SPLIT.label),
        "form": form,
        "statements": [(form[name], name.rpartition("_")[2]) for name in form.statements],
        "passages": passages.defer("version__text", "version__analysis"),
        "chosen": [str(key) for key in form["quotations"].value() or []],
        "why_not": why_not,
        "who_may": readers.who_may(Action.SPLIT, found) if why_not else [],
        "obstacle": obstacle,
        "error": None if isinstance(error, Refused) else error,
    }
    return show(request, "desk/split.html", context, status=status)


def _split_already(request: HttpRequest, found: Claim, form: SplitForm) -> Claim | None:
    """The claim that this very form made when it was sent before."""
    opened_at = form.cleaned_data["opened_at"]
    if opened_at is None:
        return None
    since = found.ledger.filter(sequence__gt=opened_at, action=Action.SPLIT.value, actor=actor(request))
    changes = since.exclude(change__text="").values_list("change__text", flat=True)
    uuids = [json.loads(text)["facts"].get("split_into") for text in changes]
    for second in Claim.objects.filter(uuid__in=[uuid for uuid in uuids if uuid]).prefetch_related("texts"):
        written = {text.language: text.statement for text in second.texts.all()}
        if written == {name: canonical.clean(words.strip()) for name, words in form.values()["statements"].items()}:
            return second
    return None
