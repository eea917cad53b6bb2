"""Splitting a claim that says two things."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import Conflict, IllegalTransition, Refused
from claims.models import Claim, Quotation
from claims.services import intake, people, quoting, research, verification
from claims.services.quoting import Spoken
from claims.vocabulary import Action, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

SECOND = {"en": "The mayor called the figure wrong.", "de": "Die Bürgermeisterin nannte die Zahl falsch."}


@pytest.fixture
def claim(desk: Desk) -> Claim:
    """A claim that is quoted in two places of one article."""
    version = factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))
    speaker = factories.make_speaker(desk.researcher)
    passages = [factories.passage(version, factories.PASSAGE, Spoken(speaker)), factories.passage(version, "plainly")]
    return factories.inbox_claim(desk, speaker=speaker, passages=passages)


def split(claim: Claim, actor: Any, **values: Any) -> Claim:
    return research.split(claim_id=claim.pk, actor=actor, **{"statements": SECOND, **values})


def words(claim: Claim) -> list[str]:
    return [quotation.exact for quotation in claim.quotations.all()]


def test_the_second_claim_stands_in_the_inbox_with_its_own_words(desk: Desk, claim: Claim) -> None:
    second = factories.fresh(split(claim, desk.editor))

    assert (second.status, second.revision, second.assignee) == (Status.INBOX, 1, None)
    assert {text.language: text.statement for text in second.texts.all()} == SECOND
    assert (second.speaker, second.kinds, second.topics) == (claim.speaker, claim.kinds, claim.topics)
    assert (second.priority, second.risk) == (claim.priority, claim.risk)
    assert people.author_ids(second) == {desk.editor.pk}


def test_high_risk_stays_high(desk: Desk, claim: Claim) -> None:
    factories.edit(claim, desk.editor, {"risk": "high", "priority": "urgent"})

    second = split(claim, desk.researcher)

    assert (second.risk, second.priority) == ("high", "urgent")


def test_quotations_are_copied_with_their_voices(desk: Desk, claim: Claim) -> None:
    second = split(claim, desk.researcher)

    assert words(second) == words(claim) == [factories.PASSAGE, "plainly"]
    assert quoting.spoken(second.quotations.first()) == [Spoken(claim.speaker)]


def test_a_part_of_the_quotations_can_be_copied(desk: Desk, claim: Claim) -> None:
    chosen = claim.quotations.last()

    assert words(split(claim, desk.researcher, quotation_ids=[chosen.pk])) == ["plainly"]
    assert words(claim) == [factories.PASSAGE, "plainly"]


def test_where_they_stand_by_now_is_copied_too(desk: Desk, claim: Claim) -> None:
    """What a person confirmed for the first claim's quotation is confirmed for the copy of it."""
    article = claim.quotations.first().version.article
    factories.make_version(desk.researcher, article, factories.TEXT.replace("12 per cent", "21 per cent"))
    found = claim.quotations.first().anchors.get()
    intake.confirm_anchor(actor=desk.editor, claim_id=claim.pk, anchor_id=found.pk)

    second = split(claim, desk.researcher)

    for mine, theirs in zip(claim.quotations.all(), second.quotations.all(), strict=True):
        assert anchors(mine) == anchors(theirs)
    assert second.quotations.first().anchors.last().confirmed_by == desk.editor


def anchors(quotation: Quotation) -> list[tuple[Any, ...]]:
    return [(one.version, one.state, one.start, one.end, one.confirmed_by) for one in quotation.anchors.all()]


def test_both_ledgers_name_each_other_in_one_change_set(desk: Desk, claim: Claim) -> None:
    second = split(claim, desk.researcher)
    first, born = factories.last_entry(claim), second.ledger.get()

    assert (first.action, born.action) == (Action.SPLIT, Action.SPLIT)
    assert first.change_set == born.change_set
    assert str(second.uuid) in first.change.text
    assert str(claim.uuid) in born.change.text
    assert (first.changed_content, born.changed_content) == (False, True)
    assert list(verification.verify()) == []


@pytest.mark.parametrize("status", [Status.RESEARCH, Status.REVIEW, Status.APPROVED, Status.PUBLISHED, Status.PARKED])
def test_the_first_claim_stays_where_it_is(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)

    second = split(claim, desk.editor)

    assert (factories.fresh(claim).status, second.status) == (status, Status.INBOX)
    assert factories.fresh(claim).revision == claim.revision + 1
    assert desk.editor.pk not in people.author_ids(claim)


@pytest.mark.parametrize("status", [Status.DECLINED, Status.RETRACTED])
def test_a_closed_claim_is_not_split(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)

    with pytest.raises(IllegalTransition, match="The claim is closed"):
        split(claim, desk.editor)

    assert Claim.objects.count() == 1


# What a claim cannot be without; nothing is half made.
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"statements": {}}, "statement"),
        ({"statements": {"en": "  "}}, "statement"),
        ({"statements": {"English": "The mayor."}}, "texts.English.language"),
        ({"quotation_ids": []}, "quotation"),
        ({"quotation_ids": [99999]}, "quotation"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, Any], field: str, desk: Desk, claim: Claim) -> None:
    with pytest.raises(Refused) as refusal:
        split(claim, desk.researcher, **values)

    assert refusal.value.field == field
    assert Claim.objects.count() == 1
    assert factories.fresh(claim).revision == 1


def test_quotations_of_another_claim_are_refused(desk: Desk, claim: Claim) -> None:
    foreign = factories.inbox_claim(desk).quotations.get()

    with pytest.raises(Refused, match="no such quotation"):
        split(claim, desk.researcher, quotation_ids=[claim.quotations.first().pk, foreign.pk])


def test_what_others_wrote_meanwhile_is_no_conflict(desk: Desk, claim: Claim) -> None:
    factories.edit(claim, desk.editor, {"texts.en.statement": "Rents rose, they say."})

    assert split(claim, desk.researcher, opened_at=1).status == Status.INBOX
    with pytest.raises(Refused, match="revision that does not exist"):
        split(claim, desk.researcher, opened_at=99)


def test_two_claims_go_their_own_ways(desk: Desk, claim: Claim) -> None:
    """The copy of a quotation is a quotation of its own: its ends move alone."""
    second = split(claim, desk.researcher)
    mine = second.quotations.last()

    research.edit_quotation(claim_id=second.pk, actor=desk.researcher, quotation_id=mine.pk, end=mine.end + 6)

    assert (words(second)[1], words(claim)[1]) == ("plainly wrong", "plainly")
    with pytest.raises((Conflict, Refused)):
        research.edit_quotation(claim_id=claim.pk, actor=desk.researcher, quotation_id=mine.pk, end=mine.end)


def test_auditor_is_refused(desk: Desk, claim: Claim) -> None:
    with pytest.raises(PermissionDenied):
        split(claim, desk.auditor)
