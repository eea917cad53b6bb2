"""Remarks on a claim, open until somebody resolves them."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import GatesClosed, Refused
from claims.services import erasure, review
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


# On a text, a passage or an evidence item


@pytest.mark.parametrize(
    ("path", "passage", "kept"),
    [
        ("texts.en.statement", "rose by 12 per cent", "rose by 12 per cent"),
        ("texts.de.why", "", ""),
        ("verdict.texts.de.headline", "aber weniger", "aber weniger"),
        ("verdict.texts.en.rationale", "The register [1] says 9", "The register [@R1] says 9"),
        ("evidence.R1", "", ""),
        ("evidence.R1", "9 per  cent", "9 per cent"),
        ("verdict.texts.en.change_note", "", ""),
        ("", "", ""),
    ],
)
def test_it_can_be_on_a_text_or_a_passage_kept_as_it_is_written(path: str, passage: str, kept: str, desk: Desk) -> None:
    claim = factories.review_claim(desk)
    remark = review.comment(claim_id=claim.pk, actor=desk.editor, text="Is it?", path=path, passage=passage)

    assert (remark.path, remark.passage) == (path, kept)
    facts = json.loads(factories.last_entry(claim).change.text)["facts"]
    assert (facts.get("path", ""), facts.get("passage", ""), facts["comment"]) == (path, kept, "Is it?")


@pytest.mark.parametrize(
    ("path", "passage", "field"),
    [
        ("verdict.texts.en.headline", "Rents fell", "passage"),
        ("evidence.R1", "plus 8 per cent", "passage"),
        ("verdict.texts.fr.headline", "", "path"),
        ("evidence.X9", "", "path"),
        ("verdict.rating", "", "path"),
        ("priority", "", "path"),
        ("", "Rents rose", "path"),
    ],
)
def test_what_does_not_stand_there_is_refused(path: str, passage: str, field: str, desk: Desk) -> None:
    claim = factories.review_claim(desk)
    with pytest.raises(Refused) as refusal:
        review.comment(claim_id=claim.pk, actor=desk.editor, text="Is it?", path=path, passage=passage)

    assert refusal.value.field == field
    assert factories.fresh(claim).revision == claim.revision
    assert not claim.reviews.exists()


def test_evidence_that_was_taken_out_is_gone(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.researcher, {"evidence.B1.removed": True})

    with pytest.raises(Refused, match="gone"):
        review.comment(claim_id=claim.pk, actor=desk.editor, text="Is it?", path="evidence.B1")


def test_an_open_one_on_a_passage_holds_up_the_approval_like_any_other(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    remark = review.comment(claim_id=claim.pk, actor=desk.editor, text="Is it?", path="evidence.R1")

    with pytest.raises(GatesClosed):
        factories.approve(claim, desk.editor)
    review.resolve(claim_id=claim.pk, actor=desk.researcher, review_id=remark.pk)
    assert factories.approve(claim, desk.editor).status == Status.APPROVED


def test_an_order_of_erasure_reaches_the_passage(desk: Desk) -> None:
    claim = factories.review_claim(desk, {"verdict.texts.en.summary": "Erika Gabler says 9 per cent."})
    remark = review.comment(
        claim_id=claim.pk, actor=desk.editor, text="Who?", path="verdict.texts.en.summary", passage="Erika Gabler says"
    )
    erasure.erase(actor=desk.chief, text="Erika Gabler", reason="She asked for it.")
    remark.refresh_from_db()

    assert "Gabler" not in remark.passage
    assert remark.path == "verdict.texts.en.summary"
