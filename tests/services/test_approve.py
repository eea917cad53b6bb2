"""One person's yes to the content they were shown."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import ContentChanged, GatesClosed, IllegalTransition, Refused
from claims.models import Claim
from claims.services import people, publication, records, review
from claims.vocabulary import Action, ReviewKind, Role, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def shown_hash(claim: Claim) -> str:
    return composition.content_hash(composition.compose(claim))


def test_it_works(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    shown = shown_hash(claim)
    claim = review.approve(claim_id=claim.pk, actor=desk.editor, content_hash=shown, comment="Well done.")
    said = claim.reviews.get()

    assert factories.fresh(claim).status == Status.APPROVED
    assert (claim.approvals.get().by, claim.approvals.get().content_hash) == (desk.editor, shown)
    assert (said.kind, said.comment, said.is_open) == (ReviewKind.APPROVED, "Well done.", False)
    assert factories.last_entry(claim).action == Action.APPROVE
    assert not factories.last_entry(claim).authored


def test_content_that_changed_meanwhile_is_refused_and_what_differs_is_named(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    content = composition.compose(claim)
    shown, parts = composition.content_hash(content), composition.parts(content)
    suggestion = review.suggest(
        claim_id=claim.pk, actor=desk.second_editor, path="verdict.texts.en.headline", proposed="Rents rose less"
    )
    review.take_suggestion(claim_id=claim.pk, actor=desk.researcher, suggestion_id=suggestion.pk)

    with pytest.raises(ContentChanged) as changed:
        review.approve(claim_id=claim.pk, actor=desk.editor, content_hash=shown, shown=parts)

    assert changed.value.parts == ["headline (en)"]
    assert not claim.approvals.exists()
    assert factories.fresh(claim).status == Status.REVIEW


def test_content_that_changed_in_a_shared_record_is_refused_too(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    content = composition.compose(claim)
    records.edit_record(
        record=type(claim.speaker), record_id=claim.speaker_id, actor=desk.researcher, values={"name": "The Union"}
    )

    with pytest.raises(ContentChanged) as changed:
        review.approve(
            claim_id=claim.pk,
            actor=desk.editor,
            content_hash=composition.content_hash(content),
            shown=composition.parts(content),
        )
    assert changed.value.parts == ["quotations", "speaker"]


@pytest.mark.parametrize("posted", ["", "0" * 64])
def test_hash_that_nobody_was_shown_is_refused(posted: str, desk: Desk) -> None:
    with pytest.raises(ContentChanged):
        review.approve(claim_id=factories.review_claim(desk).pk, actor=desk.editor, content_hash=posted)


def test_closed_gate_tells_what_is_missing(desk: Desk) -> None:
    claim = factories.review_claim(desk, {"verdict.not_asked_reason": ""})
    review.comment(claim_id=claim.pk, actor=desk.second_editor, text="Line 2?")
    with pytest.raises(GatesClosed) as closed:
        factories.approve(claim, desk.editor)

    assert [gap.split(":")[0] for gap in closed.value.missing] == ["Claimant", "Comments"]
    assert not claim.approvals.exists()


@pytest.mark.parametrize("who", ["researcher", "auditor"])
def test_wrong_role_is_refused(who: str, desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        factories.approve(factories.review_claim(desk), getattr(desk, who))


# Nobody approves what they are an author of: who wrote, who it was written for, who took a suggestion, who linked.
def test_author_is_refused(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.editor, {"verdict.texts.en.today": "As of today."}, on_behalf_of=desk.chief)
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    for author in (desk.editor, desk.chief):
        with pytest.raises(PermissionDenied, match="You are an author"):
            factories.approve(claim, author)
    assert factories.approve(claim, desk.second_editor).status == Status.APPROVED


def test_author_of_words_that_were_not_complete_yet_is_an_author(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.editor, {"texts.fr.statement": "Les loyers."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    with pytest.raises(PermissionDenied, match="You are an author"):
        factories.approve(claim, desk.editor)


def test_wrong_status_is_refused(desk: Desk) -> None:
    with pytest.raises(IllegalTransition):
        factories.approve(factories.ready_claim(desk), desk.editor)


def test_twice_is_refused(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    with pytest.raises(IllegalTransition):
        factories.approve(claim, desk.second_editor)

    assert claim.approvals.count() == 1


# High risk takes two people


@pytest.fixture
def risky(desk: Desk) -> Claim:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.chief, {"risk": "high"})
    return review.submit(claim_id=claim.pk, actor=desk.researcher)


def test_high_risk_waits_for_the_second_person(desk: Desk, risky: Claim) -> None:
    assert factories.approve(risky, desk.editor).status == Status.REVIEW
    assert factories.fresh(risky).status == Status.REVIEW

    assert factories.approve(risky, desk.second_editor).status == Status.APPROVED
    assert risky.approvals.count() == 2


def test_one_person_is_not_two(desk: Desk, risky: Claim) -> None:
    factories.approve(risky, desk.editor)

    with pytest.raises(Refused, match="second person"):
        factories.approve(risky, desk.editor)
    assert risky.approvals.count() == 1


def test_first_approval_lapses_when_the_content_changes(desk: Desk, risky: Claim) -> None:
    factories.approve(risky, desk.editor)
    suggestion = review.suggest(
        claim_id=risky.pk, actor=desk.second_editor, path="texts.en.statement", proposed="Rents rose in 2024."
    )
    review.take_suggestion(claim_id=risky.pk, actor=desk.researcher, suggestion_id=suggestion.pk)

    assert factories.approve(risky, desk.second_editor).status == Status.REVIEW
    assert factories.approve(risky, desk.editor).status == Status.APPROVED


def test_approval_of_somebody_who_is_no_editor_any_more_does_not_count(desk: Desk, risky: Claim) -> None:
    factories.approve(risky, desk.editor)
    desk.editor.groups.clear()

    assert factories.approve(risky, desk.second_editor).status == Status.REVIEW
    assert factories.approve(risky, factories.make_user(Role.EDITOR)).status == Status.APPROVED


# A content that comes back as it was


def test_same_person_can_confirm_an_approval_that_still_holds(desk: Desk) -> None:
    """The system revised, the content is as it was: the one editor who is no author must not be shut out."""
    claim = factories.approved_claim(desk)
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())
    remark = review.comment(claim_id=claim.pk, actor=desk.second_editor, text="Wait.")
    factories.make_due(claim)
    publication.publish_due()
    assert factories.fresh(claim).status == Status.REVIEW
    review.resolve(claim_id=claim.pk, actor=desk.researcher, review_id=remark.pk)

    assert factories.approve(claim, desk.editor).status == Status.APPROVED
    assert people.approvers(claim, shown_hash(claim)) == [desk.editor]
    assert claim.approvals.count() == 1


def test_content_that_was_sent_back_and_came_unchanged_is_approved_again(desk: Desk, risky: Claim) -> None:
    factories.approve(risky, desk.editor)
    review.send_back(claim_id=risky.pk, actor=desk.second_editor, comment="Line 2?")
    review.submit(claim_id=risky.pk, actor=desk.researcher)

    assert factories.approve(risky, desk.second_editor).status == Status.APPROVED


def test_whoever_comes_a_moment_later_reads_who_was_first(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    shown = shown_hash(claim)
    review.approve(claim_id=claim.pk, actor=desk.editor, content_hash=shown)

    with pytest.raises(IllegalTransition, match=people.name_of(desk.editor)):
        review.approve(claim_id=claim.pk, actor=desk.second_editor, content_hash=shown)
    assert claim.approvals.count() == 1


def test_other_content_of_an_approved_claim_is_for_the_table_to_refuse(desk: Desk) -> None:
    claim = factories.approved_claim(desk)

    with pytest.raises(IllegalTransition, match="is not possible here"):
        review.approve(claim_id=claim.pk, actor=desk.second_editor, content_hash="0" * 64)
