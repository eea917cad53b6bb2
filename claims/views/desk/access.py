"""The one door to the desk and to each object: outsiders get 404, insiders without the right 403 with the reason."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from claims.forms import saving
from claims.models import Article, Claim
from claims.rules import permissions
from claims.services import people
from claims.vocabulary import Action

View = Callable[..., HttpResponse]


def desk_view(view: View) -> View:
    """Asks for a login, and hides the desk from everybody who has no role at it.

    What somebody sends after their login has ended is shown to them again instead of being lost on the way.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            typed = saving.typed(request.POST)
            if typed:
                return render(request, "desk/logged_out.html", {"typed": typed}, status=401)
            return redirect_to_login(request.get_full_path())
        if not permissions.may_read_desk(people.person(actor(request))):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def actor(request: HttpRequest) -> User:
    """The logged-in person; the desk's views are behind ``desk_view``, so there is one."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def claim_or_404(claim_id: int) -> Claim:
    """A claim for whoever may read the desk."""
    claims = Claim.objects.select_related("speaker__merged_into", "assignee", "check_page")
    return get_object_or_404(claims, pk=claim_id)


def article_or_404(article_id: int) -> Article:
    return get_object_or_404(Article.objects.select_related("outlet__merged_into"), pk=article_id)


def refusal(request: HttpRequest, action: Action, claim: Claim | None = None) -> str:
    """Why the person may not do ``action`` (to ``claim``); empty when they may."""
    return permissions.refusal(action, people.person(actor(request), claim))


def require(request: HttpRequest, action: Action, claim: Claim | None = None) -> None:
    """403 with the reason unless the person may do ``action``."""
    reason = refusal(request, action, claim)
    if reason:
        raise PermissionDenied(reason)
