"""Handing a claim in for its second read, and sending it back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import GatesClosed, IllegalTransition, NotEditable, Refused
from claims.services import review
from claims.vocabulary import Action, ReviewKind, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def test_it_works(desk: Desk) -> None:
    claim = review.submit(claim_id=factories.ready_claim(desk).pk, actor=desk.researcher)

    assert factories.fresh(claim).status == Status.REVIEW
    assert factories.last_entry(claim).action == Action.SUBMIT
    assert not factories.last_entry(claim).changed_content


def test_whole_list_of_what_is_missing_is_told(desk: Desk) -> None:
    claim = factories.research_claim(desk)
    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=claim.pk, actor=desk.researcher)

    assert [gap.split(":")[0] for gap in closed.value.missing] == [
        "Verdict",
        "Verdict",
        "Verdict",
        "Verdict",
        *["Texts (German)"] * 3,
        "Evidence",
    ]
    assert factories.fresh(claim).status == Status.RESEARCH


def test_claim_with_one_gap_is_told_that_one(desk: Desk) -> None:
    claim = factories.ready_claim(desk, {"verdict.texts.en.rationale": "See [@XX]."})
    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=claim.pk, actor=desk.researcher)

    assert closed.value.missing == ["Rationale (English), line 1: [@XX] is not among the evidence."]


def test_author_may_hand_in_their_own_work_and_an_auditor_may_not(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    with pytest.raises(PermissionDenied):
        review.submit(claim_id=claim.pk, actor=desk.auditor)

    assert review.submit(claim_id=claim.pk, actor=desk.researcher).status == Status.REVIEW


def test_twice_is_refused(desk: Desk) -> None:
    with pytest.raises(IllegalTransition):
        review.submit(claim_id=factories.review_claim(desk).pk, actor=desk.researcher)


def test_content_is_not_edited_while_it_is_read(desk: Desk) -> None:
    with pytest.raises(NotEditable, match="Suggest a wording"):
        factories.edit(factories.review_claim(desk), desk.researcher, {"texts.en.statement": "Rents rose."})


# Sending back


def test_sending_back_leaves_the_comment_open(desk: Desk) -> None:
    claim = review.send_back(claim_id=factories.review_claim(desk).pk, actor=desk.editor, comment=" Ask the register. ")
    remark = claim.reviews.get()

    assert factories.fresh(claim).status == Status.RESEARCH
    assert (remark.kind, remark.comment, remark.by) == (ReviewKind.SENT_BACK, "Ask the register.", desk.editor)
    assert remark.is_open


def test_sending_back_needs_a_comment(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    with pytest.raises(Refused, match="what it is about"):
        review.send_back(claim_id=claim.pk, actor=desk.editor, comment=" ")

    assert factories.fresh(claim).status == Status.REVIEW


# What is written into a later version that calls itself a minor change, and the gap that it leaves.
@pytest.mark.parametrize(
    ("edits", "gap"),
    [
        ({"verdict.rating": "false"}, "readers have another rating"),
        ({"verdict.texts.en.headline": "Rents rose less"}, ""),
        ({"verdict.rating": "false", "verdict.change_kind": "correction"}, ""),
    ],
)
def test_another_rating_is_no_minor_change(edits: dict[str, str], gap: str, desk: Desk) -> None:
    claim = factories.reopened_claim(desk)
    ratings = {path: factories.rating(code) for path, code in edits.items() if path == "verdict.rating"}
    factories.edit(claim, desk.researcher, {"verdict.change_kind": "minor", **edits, **ratings})
    if not gap:
        assert review.submit(claim_id=claim.pk, actor=desk.researcher).status == Status.REVIEW
        return
    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    assert [gap in missing for missing in closed.value.missing] == [True]


def test_that_a_withdrawn_check_stands_again_is_no_minor_change(desk: Desk) -> None:
    claim = factories.retracted_claim(desk)
    factories.research_again(claim, desk)
    factories.edit(claim, desk.researcher, {"verdict.change_kind": "minor"})
    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    assert closed.value.missing == ["New version: the check is withdrawn; that it stands again is no minor change."]


def test_author_does_not_send_back(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.editor, {"verdict.texts.en.today": "As of today."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    with pytest.raises(PermissionDenied, match="author"):
        review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Line 2?")


def test_sending_back_twice_is_refused(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Line 2?")

    with pytest.raises(IllegalTransition):
        review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Line 2?")
    assert claim.reviews.count() == 1


def test_handing_in_again_answers_what_was_sent_back_and_no_other_comment(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    review.comment(claim_id=claim.pk, actor=desk.editor, text="A remark.")
    review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Line 2?")

    review.submit(claim_id=claim.pk, actor=desk.researcher)

    sent_back = claim.reviews.get(kind=ReviewKind.SENT_BACK.value)
    assert (sent_back.resolved_by, sent_back.is_open) == (desk.researcher, False)
    assert claim.reviews.get(kind=ReviewKind.COMMENT.value).is_open
