"""Linking a claim as the same as another: one closes, the other grows."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import Conflict, IllegalTransition, Refused
from claims.models import Claim
from claims.services import people, research, verification
from claims.vocabulary import Action, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

OTHER_WORDS = "The mayor called the figure “plainly wrong”."


@pytest.fixture
def staying(desk: Desk) -> Claim:
    return factories.inbox_claim(desk)


def closing_claim(desk: Desk, staying: Claim, words: str = OTHER_WORDS) -> Claim:
    """A second claim, marked elsewhere in the same article."""
    version = staying.quotations.get().version
    return factories.inbox_claim(desk, speaker=None, passages=[factories.passage(version, words)])


def link(claim: Claim, staying: Claim, actor: object, **options: int) -> Claim:
    return research.link_as_same(claim_id=claim.pk, same_as_id=staying.pk, actor=actor, **options)


def test_it_works(desk: Desk, staying: Claim) -> None:
    claim = closing_claim(desk, staying)

    stays = link(claim, staying, desk.researcher)

    claim = factories.fresh(claim)
    assert stays == staying
    assert (claim.status, claim.duplicate_of) == (Status.DECLINED, staying)
    assert factories.fresh(staying).status == Status.INBOX


def test_quotations_move_to_the_claim_that_stays(desk: Desk, staying: Claim) -> None:
    claim = closing_claim(desk, staying)
    quotation = claim.quotations.get()

    link(claim, staying, desk.researcher)

    assert not claim.quotations.exists()
    assert [str(one) for one in staying.quotations.all()] == [factories.PASSAGE, OTHER_WORDS]
    assert quotation.voices.count() == staying.quotations.get(pk=quotation.pk).voices.count()


def test_quotation_that_both_have_stays_with_the_claim_that_closes(desk: Desk, staying: Claim) -> None:
    claim = closing_claim(desk, staying, factories.PASSAGE)

    link(claim, staying, desk.researcher)

    assert staying.quotations.count() == claim.quotations.count() == 1


def test_both_ledgers_tell_of_it_in_one_change_set(desk: Desk, staying: Claim) -> None:
    claim = closing_claim(desk, staying)
    link(claim, staying, desk.researcher)
    closed, grown = factories.last_entry(claim), factories.last_entry(staying)

    assert closed.action == grown.action == Action.LINK
    assert closed.change_set == grown.change_set
    assert (factories.fresh(claim).revision, factories.fresh(staying).revision) == (2, 2)
    assert str(staying.uuid) in closed.change.text
    assert str(claim.uuid) in grown.change.text
    assert list(verification.verify()) == []


def test_approved_claim_that_grows_is_revised(desk: Desk) -> None:
    staying = factories.approved_claim(desk)
    before = composition.content_hash(composition.compose(staying))

    link(closing_claim(desk, staying), staying, desk.second_editor)

    assert factories.fresh(staying).status == Status.REVIEW
    assert composition.content_hash(composition.compose(staying)) != before
    assert desk.second_editor.pk in people.author_ids(staying)


def test_approved_claim_that_does_not_grow_stays_approved(desk: Desk) -> None:
    staying = factories.approved_claim(desk)

    link(closing_claim(desk, staying, factories.PASSAGE), staying, desk.researcher)

    assert factories.fresh(staying).status == Status.APPROVED


# The claim that stays may be in the inbox, in research or approved, and nowhere else.
@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED, Status.PARKED, Status.DECLINED, Status.RETRACTED])
def test_claim_that_stays_must_be_open(status: Status, desk: Desk) -> None:
    staying = factories.claim_in(status, desk)
    claim = closing_claim(desk, staying)

    with pytest.raises(IllegalTransition, match="The claim that stays"):
        link(claim, staying, desk.researcher)

    assert factories.fresh(claim).status == Status.INBOX
    assert claim.quotations.count() == 1


def test_claim_that_was_published_does_not_close(desk: Desk, staying: Claim) -> None:
    with pytest.raises(IllegalTransition, match="was published"):
        link(factories.reopened_claim(desk), staying, desk.researcher)


def test_claim_is_not_the_same_as_itself(desk: Desk, staying: Claim) -> None:
    with pytest.raises(Refused, match="duplicate of itself"):
        link(staying, staying, desk.researcher)


def test_claim_must_exist(desk: Desk, staying: Claim) -> None:
    with pytest.raises(Refused, match="no such claim"):
        research.link_as_same(claim_id=staying.pk, same_as_id=staying.pk + 1000, actor=desk.researcher)


def test_auditor_is_refused(desk: Desk, staying: Claim) -> None:
    with pytest.raises(PermissionDenied):
        link(closing_claim(desk, staying), staying, desk.auditor)


def test_twice_is_refused(desk: Desk, staying: Claim) -> None:
    claim = closing_claim(desk, staying)
    link(claim, staying, desk.researcher)

    with pytest.raises(IllegalTransition):
        link(claim, staying, desk.researcher)
    assert factories.fresh(staying).revision == 2


def test_restored_claim_is_no_duplicate_any_more(desk: Desk, staying: Claim) -> None:
    claim = closing_claim(desk, staying)
    link(claim, staying, desk.researcher)

    restored = research.restore(claim_id=claim.pk, actor=desk.editor)

    assert (restored.status, factories.fresh(restored).duplicate_of) == (Status.INBOX, None)


def test_link_made_on_an_old_form_does_not_undo_another_one(desk: Desk, staying: Claim) -> None:
    claim = closing_claim(desk, staying)
    other = factories.inbox_claim(desk)
    link(claim, other, desk.editor)

    with pytest.raises((IllegalTransition, Conflict)):
        link(claim, staying, desk.researcher, opened_at=1)
    assert factories.fresh(claim).duplicate_of == other
