"""Not checking a claim, and restoring it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import IllegalTransition, Refused
from claims.services import research
from claims.vocabulary import Action, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [Status.INBOX, Status.RESEARCH, Status.PARKED])
def test_it_works(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)
    research.decline(claim_id=claim.pk, actor=desk.editor, reason="  It is an opinion. ")
    claim = factories.fresh(claim)

    assert (claim.status, claim.decline_reason) == (Status.DECLINED, "It is an opinion.")
    assert (claim.parked_until, claim.parked_reason) == (None, "")
    assert factories.last_entry(claim).action == Action.DECLINE


def test_reason_is_needed(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)
    with pytest.raises(Refused, match="reason") as refusal:
        research.decline(claim_id=claim.pk, actor=desk.editor, reason="  ")

    assert refusal.value.field == "reason"
    assert factories.fresh(claim).status == Status.INBOX


def test_researcher_is_refused(desk: Desk) -> None:
    with pytest.raises(PermissionDenied, match="Editor"):
        research.decline(claim_id=factories.inbox_claim(desk).pk, actor=desk.researcher, reason="An opinion.")


def test_claim_that_was_published_cannot_be_closed(desk: Desk) -> None:
    with pytest.raises(IllegalTransition, match="was published"):
        research.decline(claim_id=factories.reopened_claim(desk).pk, actor=desk.editor, reason="An opinion.")


def test_twice_is_refused_and_the_first_reason_stays(desk: Desk) -> None:
    claim = factories.declined_claim(desk)
    with pytest.raises(IllegalTransition):
        research.decline(claim_id=claim.pk, actor=desk.chief, reason="Another reason.")

    assert factories.fresh(claim).decline_reason == "It is an opinion."


def test_restoring_brings_it_back_to_the_inbox_without_its_reason(desk: Desk) -> None:
    claim = research.restore(claim_id=factories.declined_claim(desk).pk, actor=desk.editor)
    claim = factories.fresh(claim)

    assert (claim.status, claim.decline_reason) == (Status.INBOX, "")
    assert factories.last_entry(claim).action == Action.RESTORE


def test_restoring_twice_is_refused(desk: Desk) -> None:
    claim = research.restore(claim_id=factories.declined_claim(desk).pk, actor=desk.editor)
    with pytest.raises(IllegalTransition):
        research.restore(claim_id=claim.pk, actor=desk.editor)


def test_restoring_is_not_for_researchers(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        research.restore(claim_id=factories.declined_claim(desk).pk, actor=desk.researcher)
