"""What cannot count as evidence for an article's claims: pages that a person named, and the article itself."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.errors import DomainError
from claims.forms.saving import status_of
from claims.models import Article
from claims.services import intake, people
from claims.views.desk.access import actor, article_or_404, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.vocabulary import Action


def context_of(request: HttpRequest, article: Article) -> dict[str, Any]:
    """What ``desk/_article_exclusions.html`` shows: what somebody excluded, and what is excluded by itself."""
    rows = article.exclusions.select_related("by")
    elsewhere = Article.objects.filter(appearances__article=article).exclude(url="").order_by("pk")
    return {
        "article": article,
        "exclusions": [{"row": row, "by": people.name_of(row.by)} for row in rows],
        "excluded_by_itself": [*([article] if article.url else []), *elsewhere],
        "may_exclude": not refusal(request, Action.EXCLUDE),
    }


@desk_view
@require_POST
def exclude(request: HttpRequest, article_id: int) -> HttpResponse:
    """Excludes a page, or with ``again`` counts it once more. What is refused comes back with what was typed."""
    found = article_or_404(article_id)
    require(request, Action.EXCLUDE)
    url, reason = request.POST.get("url", ""), request.POST.get("reason", "")
    try:
        if "again" in request.POST:
            intake.include_again(actor=actor(request), article_id=found.pk, url=url)
            messages.success(request, _("This page can count as evidence again."))
        else:
            intake.exclude(actor=actor(request), article_id=found.pk, url=_with_scheme(url), reason=reason)
            messages.success(request, _("This page does not count as evidence for the article's claims."))
    except DomainError as error:
        typed = {"url": url, "reason": reason, "problem": str(error), "is_open": True}
        context = {**context_of(request, found), **typed}
        return show(request, "desk/exclude.html", context, section="articles", status=status_of(error))
    return redirect(f"{reverse('desk:article', args=[found.pk])}#exclusions")


def _with_scheme(url: str) -> str:
    """An address as people write it means https."""
    typed = url.strip()
    return f"https://{typed}" if typed and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", typed) else typed
