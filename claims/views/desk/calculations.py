"""A claim's calculations: added, edited, and worked out without being saved."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.errors import Conflict
from claims.forms.calculations import CalculationForm, next_key
from claims.models import Calculation, Claim
from claims.services import research
from claims.services.ledger import as_plain
from claims.views.desk import dossier, editing, rows
from claims.views.desk.access import actor, claim_or_404, desk_view, require
from claims.views.desk.frame import show
from claims.vocabulary import Action

form_view = require_http_methods(["GET", "HEAD", "POST"])

TRIES = 3
"""How often a new calculation looks for a key that nobody took meanwhile."""


@desk_view
@form_view
def new(request: HttpRequest, claim_id: int) -> HttpResponse:
    """A calculation that is added; "Work out" only shows what comes of it."""
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    return _page(request, found, None)


@desk_view
@form_view
def calculation(request: HttpRequest, claim_id: int, key: str) -> HttpResponse:
    """One calculation: edited, worked out again, taken out of the claim."""
    found = claim_or_404(claim_id)
    row = _row_or_404(found, key)
    require(request, Action.EDIT)
    return _page(request, found, row)


@desk_view
@require_POST
def work_out(request: HttpRequest, claim_id: int, key: str = "") -> HttpResponse:
    """What comes of a form as it is being typed; nothing is saved.

    Answers ``result`` (empty where there is none), ``detail`` and ``problem``, each in the reader's words.
    """
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    form = CalculationForm(request.POST, claim=found, row=_row_or_404(found, key) if key else None)
    form.is_valid()
    if form.outcome is None:
        return JsonResponse({"result": "", "detail": "", "problem": _problem(form)})
    shown, moves = form.outcome
    result = f"{shown.filled or shown.expression} {shown.equals} {shown.result}"
    detail = " · ".join(words for words in (shown.rounding, moves) if words)
    return JsonResponse({"result": result, "detail": detail, "problem": ""})


def _problem(form: CalculationForm) -> str:
    """The first thing in the way of a result; empty while nothing of a calculation is written yet."""
    for row in form.inputs:
        for errors in row.errors.values():
            return str(errors[0])
    written = form.data.get("expression", "").strip()
    return str(next(iter(form.errors.get("expression", [])), "")) if written else ""


def _row_or_404(found: Claim, key: str) -> Calculation:
    row = found.calculations.filter(key=key).first()
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, found: Claim, row: Calculation | None) -> HttpResponse:
    form, status = CalculationForm(claim=found, row=row), 200
    if request.method == "POST":
        form = CalculationForm(request.POST, claim=found, row=row)
        if "work_out" in request.POST:
            form.is_valid()
            form.ask(CalculationForm(claim=found, row=row), [], {})  # which of two shall stand is still to be decided
        else:
            status = _save(request, found, form)
            if status == editing.SAVED:
                return redirect(f"{found.get_absolute_url()}#calculations")
    context = {
        "claim": found,
        "statement": rows.statement_of(found, get_language() or ""),
        "closed": dossier.why_not_editable(found),
        "row": row,
        "form": form,
        "outcome": form.outcome,
    }
    return show(request, "desk/calculation.html", context, status=status)


def _save(request: HttpRequest, found: Claim, form: CalculationForm) -> int:
    if form.row is None and form.is_valid() and _made_already(found, form):  # a second click
        messages.info(request, _("This is among the calculations already."))
        return editing.SAVED

    def write(edits: dict[str, Any], opened_at: int) -> Claim:
        for _attempt in range(TRIES if form.row is None else 0):
            try:
                return _edit(edits, opened_at)
            except Conflict:  # somebody took the key meanwhile: theirs is another calculation
                form.key = next_key(found)
                edits = form.edits({})
        return _edit(edits, opened_at)

    def _edit(edits: dict[str, Any], opened_at: int) -> Claim:
        return research.edit_claim(claim_id=found.pk, actor=actor(request), edits=edits, opened_at=opened_at)

    return editing.save(request, found, form, anew=lambda: _anew(found, form), write=write)


def _anew(found: Claim, form: CalculationForm) -> CalculationForm:
    """The same form over the claim as it stands now."""
    fresh = claim_or_404(found.pk)
    return CalculationForm(claim=fresh, row=_row_or_404(fresh, form.key) if form.row else None)


def _made_already(found: Claim, form: CalculationForm) -> bool:
    """Whether this very form made a calculation when it was sent before."""
    if found.revision == form.cleaned_data["opened_at"]:
        return False
    typed = {name: as_plain(form.value(name)) for name in form.edited}
    made = found.calculations.filter(removed=False, expression=typed["expression"])
    return any(all(as_plain(getattr(row, name)) == value for name, value in typed.items()) for row in made)
