"""Restoring a claim, and what becomes of the quotations of one that was closed as a duplicate."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import GatesClosed, IllegalTransition
from claims.models import Claim
from claims.rules import gates
from claims.services import erasure, intake, people, research, review, verification
from claims.vocabulary import Action, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

OTHER_WORDS = "The mayor called the figure “plainly wrong”."


@pytest.fixture
def staying(desk: Desk) -> Claim:
    return factories.inbox_claim(desk)


@pytest.fixture
def closed(desk: Desk, staying: Claim) -> Claim:
    """A claim that was closed as the same as ``staying``, which has its quotation since."""
    version = staying.quotations.get().version
    claim = factories.inbox_claim(desk, speaker=None, passages=[factories.passage(version, OTHER_WORDS)])
    research.link_as_same(claim_id=claim.pk, same_as_id=staying.pk, actor=desk.researcher)
    return factories.fresh(claim)


def restore(claim: Claim, actor: object, **options: object) -> Claim:
    return factories.fresh(research.restore(claim_id=claim.pk, actor=actor, **options))


def words(claim: Claim) -> list[str]:
    return [quotation.exact for quotation in claim.quotations.all()]


def test_it_works(desk: Desk) -> None:
    claim = restore(factories.declined_claim(desk), desk.editor)

    assert (claim.status, claim.decline_reason) == (Status.INBOX, "")
    assert words(claim) == [factories.PASSAGE]


def test_a_duplicate_comes_back_without_what_moved(desk: Desk, staying: Claim, closed: Claim) -> None:
    assert words(restore(closed, desk.editor)) == []
    assert words(staying) == [factories.PASSAGE, OTHER_WORDS]


def test_what_moved_can_be_copied_back(desk: Desk, staying: Claim, closed: Claim) -> None:
    claim = restore(closed, desk.editor, with_quotations=True)

    assert (claim.status, claim.duplicate_of) == (Status.INBOX, None)
    assert words(claim) == [OTHER_WORDS]
    assert words(staying) == [factories.PASSAGE, OTHER_WORDS]


def test_it_comes_back_with_where_it_stands_by_now(desk: Desk, staying: Claim, closed: Claim) -> None:
    article = staying.quotations.first().version.article
    factories.make_version(desk.researcher, article, factories.TEXT.replace("The mayor called", "Somebody called"))
    moved = staying.quotations.last()
    intake.confirm_anchor(actor=desk.editor, claim_id=staying.pk, anchor_id=moved.anchors.last().pk)

    back = restore(closed, desk.chief, with_quotations=True).quotations.get()

    assert back.anchors.last().confirmed_by == desk.editor
    assert back.anchors.count() == moved.anchors.count() == 2


def test_both_ledgers_name_each_other_in_one_change_set(desk: Desk, staying: Claim, closed: Claim) -> None:
    revision = factories.fresh(staying).revision

    restore(closed, desk.editor, with_quotations=True)

    back, told = factories.last_entry(closed), factories.last_entry(staying)
    assert (back.action, told.action) == (Action.RESTORE, Action.RESTORE)
    assert back.change_set == told.change_set
    assert str(staying.uuid) in back.change.text
    assert str(closed.uuid) in told.change.text
    assert (back.changed_content, told.changed_content) == (True, False)
    assert factories.fresh(staying).revision == revision + 1
    assert desk.editor.pk in people.author_ids(closed)
    assert list(verification.verify()) == []


def test_without_copies_the_other_claim_is_left_alone(desk: Desk, staying: Claim, closed: Claim) -> None:
    before = factories.fresh(staying).revision

    restore(closed, desk.editor)

    assert factories.fresh(staying).revision == before


def test_they_are_found_where_they_went_on_to(desk: Desk, staying: Claim, closed: Claim) -> None:
    """The claim that stayed may have been closed as the same as a third one since."""
    third = factories.inbox_claim(desk)
    research.link_as_same(claim_id=staying.pk, same_as_id=third.pk, actor=desk.researcher)
    assert {quotation.claim for quotation in research.moved_away(closed.pk)} == {third}

    assert words(restore(closed, desk.editor, with_quotations=True)) == [OTHER_WORDS]
    assert str(closed.uuid) in factories.last_entry(third).change.text


def test_what_both_had_is_not_copied_twice(desk: Desk, staying: Claim) -> None:
    version = staying.quotations.get().version
    twin = factories.inbox_claim(desk, version=version)
    research.link_as_same(claim_id=twin.pk, same_as_id=staying.pk, actor=desk.researcher)

    assert words(restore(twin, desk.editor, with_quotations=True)) == [factories.PASSAGE]
    assert factories.fresh(staying).revision == 2


def test_closing_and_restoring_again_copies_nothing_twice(desk: Desk, staying: Claim, closed: Claim) -> None:
    restore(closed, desk.editor, with_quotations=True)
    research.link_as_same(claim_id=closed.pk, same_as_id=staying.pk, actor=desk.researcher)

    assert words(restore(closed, desk.editor, with_quotations=True)) == [OTHER_WORDS]


def test_a_link_whose_telling_was_erased_gives_nothing_back(desk: Desk, staying: Claim, closed: Claim) -> None:
    erasure.erase(actor=desk.chief, text=OTHER_WORDS, reason="Ordered.")

    assert research.moved_away(closed.pk) == []
    assert words(restore(closed, desk.editor, with_quotations=True)) == []


def test_a_claim_without_quotations_is_not_approved(desk: Desk, closed: Claim) -> None:
    claim = restore(closed, desk.editor)
    gap = "Quotation: there is none. Mark in an article where the claim is made."
    assert gap in gates.approve_gaps(composition.gate_facts(claim, factories.timezone.localdate()))

    research.accept(claim_id=claim.pk, actor=desk.researcher)
    factories.edit(claim, desk.researcher, factories.ready_edits(desk))
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    with pytest.raises(GatesClosed) as refusal:
        factories.approve(claim, desk.second_editor)
    assert gap in refusal.value.missing


def test_researcher_is_refused(desk: Desk, closed: Claim) -> None:
    with pytest.raises(PermissionDenied):
        restore(closed, desk.researcher, with_quotations=True)


def test_an_open_claim_is_not_restored(desk: Desk, staying: Claim) -> None:
    with pytest.raises(IllegalTransition):
        restore(staying, desk.editor, with_quotations=True)
