"""The transitions in the list's menu and on the claim's page: each a permissioned action, each through its service.

What needs words, a date or a look at what is approved goes to the desk's page for it; the rest is done at once,
claim by claim, and says for each what became of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.errors import DomainError, GatesClosed
from claims.forms.wording import in_language
from claims.models import Claim
from claims.rules import permissions, transitions
from claims.services import ledger, people, research, review
from claims.vocabulary import Action

AT_ONCE: dict[Action, Callable[..., Any]] = {
    Action.ACCEPT: research.accept,
    Action.RESTORE: research.restore,
    Action.WAKE: research.wake,
    Action.SUBMIT: review.submit,
}
"""What needs nothing but the claim."""

OFFERED = tuple(action for action in Action if action in transitions.MOVES and action is not Action.REVISE)
"""All transitions that a person asks for; an approved claim is revised by whoever edits it."""


def name_of(claim: Claim) -> str:
    """A claim as lists and messages call it: its number and the beginning of its statement."""
    statement = in_language({text.language: text.statement for text in claim.texts.all()})
    return _("Claim %(number)s: %(statement)s") % {"number": claim.pk, "statement": Truncator(statement).words(12)}


def address(action: Action, claim: Claim) -> str:
    """The desk's page for an action; what is approved is read first."""
    if action is Action.APPROVE:
        return reverse("desk:read", args=[claim.pk])
    return reverse("desk:transition", args=[claim.pk, action.value])


def obstacle(action: Action, claim: Claim, user: User) -> str:
    """Why ``user`` cannot do ``action`` to ``claim``, the wrong person first; empty when they can."""
    reason = permissions.refusal(action, people.person(user, claim))
    return reason or transitions.obstacle(action, ledger.standing(claim))


@dataclass(frozen=True)
class Step:
    """One transition that the claim's status allows; ``reason`` says why this person may not make it."""

    action: Action
    label: str
    address: str
    reason: str


def steps(claim: Claim, user: User) -> list[Step]:
    """The transitions that lead on from where the claim stands, in the order of the work."""
    person, standing = people.person(user, claim), ledger.standing(claim)
    return [
        Step(action, _(action.label), address(action, claim), permissions.refusal(action, person))
        for action in OFFERED
        if not transitions.obstacle(action, standing)
    ]


def menu() -> list[Callable[..., Any]]:
    """The list's actions, in the order of the work; each asks for the permission of its own name."""
    return [_in_menu(action, _do_at_once if action in AT_ONCE else _lead_there) for action in OFFERED]


def _in_menu(action: Action, do: Callable[..., Any]) -> Callable[..., Any]:
    @admin.action(permissions=[action.value], description=gettext_lazy(action.label))
    def run(_admin: Any, request: HttpRequest, claims: QuerySet[Claim]) -> HttpResponse | None:
        response: HttpResponse | None = do(action, request, claims)
        return response

    run.__name__ = action.value
    return run


def _do_at_once(action: Action, request: HttpRequest, claims: QuerySet[Claim]) -> None:
    """Each claim for itself: one service call, one entry; what is refused says why and stops nothing else."""
    done = 0
    for claim in claims.order_by("pk"):
        try:
            AT_ONCE[action](claim_id=claim.pk, actor=request.user)
        except (DomainError, PermissionDenied) as error:
            messages.error(request, _refused(claim, error))
        else:
            done += 1
    if done:
        words = ngettext("“%(action)s”: %(number)s claim.", "“%(action)s”: %(number)s claims.", done)
        messages.success(request, words % {"action": _(action.label), "number": done})


def _refused(claim: Claim, error: Exception) -> str:
    """Which claim, why not, and what is missing, if that is why."""
    missing = error.missing if isinstance(error, GatesClosed) else []
    gaps = format_html_join("", "<li>{}</li>", ((gap,) for gap in missing))
    listed = format_html("<ul>{}</ul>", gaps) if missing else ""
    return format_html("{} – {}{}", name_of(claim), str(error), listed)


def _lead_there(action: Action, request: HttpRequest, claims: QuerySet[Claim]) -> HttpResponse | None:
    """One claim at a time: its page asks for what the action needs, or shows what would be approved."""
    chosen = list(claims[:2])
    if len(chosen) != 1:
        words = _("“%(action)s” is done claim by claim, since each needs its own look. Choose one.")
        messages.warning(request, words % {"action": _(action.label)})
        return None
    reason = obstacle(action, chosen[0], request.user)
    if reason:
        messages.error(request, format_html("{} – {}", name_of(chosen[0]), reason))
        return None
    return HttpResponseRedirect(address(action, chosen[0]))
