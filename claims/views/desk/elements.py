"""The parts of a claim's statement, as the verdict found them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from claims.forms.elements import ElementsForm, moved
from claims.views.desk import dossier, editing, rows
from claims.views.desk.access import claim_or_404, desk_view, require
from claims.views.desk.frame import show
from claims.vocabulary import Action


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def elements(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What of the statement is right, wrong, missing or unproven; ``move`` changes the order and saves nothing."""
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    form, status = ElementsForm(claim=found), 200
    if "move" in request.POST:
        form = ElementsForm(moved(request.POST, request.POST["move"]), claim=found)
        form.find_no_fault()
        form.ask(ElementsForm(claim=found), [], {})  # which of two shall stand is still to be decided
    elif request.method == "POST":
        form = ElementsForm(request.POST, claim=found)
        status = editing.save(request, found, form, anew=lambda: ElementsForm(claim=claim_or_404(found.pk)))
        if status == editing.SAVED:
            return redirect(f"{found.get_absolute_url()}#elements")
    context = {
        "claim": found,
        "statement": rows.statement_of(found, get_language() or ""),
        "closed": dossier.why_not_editable(found),
        "form": form,
        "evidence": [item for item in found.evidence.all() if not item.removed and not item.is_lead],
    }
    return show(request, "desk/elements.html", context, status=status)
