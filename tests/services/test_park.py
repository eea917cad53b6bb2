"""Putting a claim on hold, and resuming it: by hand, and by itself when its day has come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from claims.errors import IllegalTransition, Refused
from claims.models import Claim
from claims.services import ledger, people, research
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def make_due(claim: Claim) -> None:
    """The day has come; no service sets one that does not lie ahead."""
    actor = factories.make_user(Role.RESEARCHER)
    with ledger.change(Claim, claim.pk, action=Action.PARK, actor=actor) as work:
        work.put(work.aggregate, parked_until=in_days(0))


@pytest.mark.parametrize("status", [Status.INBOX, Status.RESEARCH])
def test_it_works(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)
    research.park(claim_id=claim.pk, actor=desk.researcher, until=in_days(3), reason=" The register comes. ")
    claim = factories.fresh(claim)

    assert claim.status == Status.PARKED
    assert (claim.parked_until, claim.parked_reason) == (in_days(3), "The register comes.")


# A date that lies ahead and a reason are asked for, each by its own sentence and field.
@pytest.mark.parametrize(
    ("days", "reason", "field", "sentence"),
    [
        (None, "It waits.", "until", "Say until when the claim waits."),
        (0, "It waits.", "until", "The date must lie ahead."),
        (-1, "It waits.", "until", "The date must lie ahead."),
        (1, " ", "reason", "Say what the claim waits for."),
    ],
)
def test_date_and_reason_are_needed(days: int | None, reason: str, field: str, sentence: str, desk: Desk) -> None:
    claim = factories.inbox_claim(desk)
    until = None if days is None else in_days(days)
    with pytest.raises(Refused) as refusal:
        research.park(claim_id=claim.pk, actor=desk.researcher, until=until, reason=reason)

    assert (str(refusal.value), refusal.value.field) == (sentence, field)
    assert factories.fresh(claim).status == Status.INBOX


def test_twice_is_refused(desk: Desk) -> None:
    claim = factories.parked_claim(desk)
    with pytest.raises(IllegalTransition):
        research.park(claim_id=claim.pk, actor=desk.researcher, until=in_days(9), reason="Longer.")


def test_editor_resumes_it_before_its_day(desk: Desk) -> None:
    claim = research.wake(claim_id=factories.parked_claim(desk).pk, actor=desk.editor)
    claim = factories.fresh(claim)

    assert (claim.status, claim.parked_until, claim.parked_reason) == (Status.RESEARCH, None, "")


def test_researcher_does_not_resume_it(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        research.wake(claim_id=factories.parked_claim(desk).pk, actor=desk.researcher)


def test_system_resumes_nothing_before_its_day(desk: Desk) -> None:
    claim = factories.parked_claim(desk)

    assert research.wake_due() == []
    with pytest.raises(IllegalTransition, match="waits until"):
        research.wake(claim_id=claim.pk, actor=people.system_user())
    assert factories.fresh(claim).status == Status.PARKED


def test_system_resumes_what_is_due_and_nothing_else(desk: Desk) -> None:
    due, other = factories.parked_claim(desk), factories.parked_claim(desk)
    make_due(due)

    assert research.wake_due() == [due]
    assert factories.fresh(due).status == Status.RESEARCH
    assert factories.fresh(other).status == Status.PARKED


def test_resuming_what_is_due_twice_changes_nothing(desk: Desk) -> None:
    claim = factories.parked_claim(desk)
    make_due(claim)
    research.wake_due()

    assert research.wake_due() == []
    assert factories.last_entry(claim).actor == people.system_user()
    assert factories.last_entry(claim).action == Action.WAKE
    assert factories.fresh(claim).assignee is None


def test_claim_that_somebody_resumed_in_the_meantime_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = factories.parked_claim(desk), factories.parked_claim(desk)
    make_due(first)
    make_due(second)
    as_listed = research.people.system_user

    def while_an_editor_is_faster() -> object:
        if factories.fresh(first).status == Status.PARKED:
            research.wake(claim_id=first.pk, actor=desk.editor)
        return as_listed()

    monkeypatch.setattr(research.people, "system_user", while_an_editor_is_faster)

    assert research.wake_due() == [second]
