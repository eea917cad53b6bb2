"""Remarks on a claim, open until somebody resolves them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import Refused
from claims.services import review
from claims.vocabulary import Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", list(Status))
def test_it_works_in_every_status_and_moves_nothing(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)
    remark = review.comment(claim_id=claim.pk, actor=desk.editor, text=" Line 2? ")
    after = factories.fresh(claim)

    assert (remark.comment, remark.by, remark.is_open) == ("Line 2?", desk.editor, True)
    assert (after.status, after.revision) == (status, claim.revision + 1)


def test_comment_needs_words(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)
    with pytest.raises(Refused) as refusal:
        review.comment(claim_id=claim.pk, actor=desk.editor, text="")

    assert refusal.value.field == "comment"
    assert factories.fresh(claim).revision == claim.revision


def test_auditor_is_refused(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        review.comment(claim_id=factories.inbox_claim(desk).pk, actor=desk.auditor, text="Line 2?")


def test_resolving_says_by_whom(desk: Desk) -> None:
    remark = review.comment(claim_id=factories.inbox_claim(desk).pk, actor=desk.editor, text="Line 2?")
    review.resolve(claim_id=remark.claim_id, actor=desk.researcher, review_id=remark.pk)
    remark.refresh_from_db()

    assert (remark.resolved_by, remark.is_open) == (desk.researcher, False)


def test_resolving_twice_changes_nothing(desk: Desk) -> None:
    remark = review.comment(claim_id=factories.inbox_claim(desk).pk, actor=desk.editor, text="Line 2?")
    for actor in (desk.researcher, desk.chief):
        review.resolve(claim_id=remark.claim_id, actor=actor, review_id=remark.pk)
    remark.refresh_from_db()

    assert remark.resolved_by == desk.researcher
    assert factories.fresh(remark.claim).revision == 3


def test_comment_of_another_claim_is_refused(desk: Desk) -> None:
    remark = review.comment(claim_id=factories.inbox_claim(desk).pk, actor=desk.editor, text="Line 2?")
    other = factories.inbox_claim(desk)

    with pytest.raises(Refused, match="no such comment"):
        review.resolve(claim_id=other.pk, actor=desk.researcher, review_id=remark.pk)


def test_approval_is_no_comment_to_resolve(desk: Desk) -> None:
    claim = factories.approved_claim(desk)

    with pytest.raises(Refused, match="no such comment"):
        review.resolve(claim_id=claim.pk, actor=desk.researcher, review_id=claim.reviews.get().pk)
