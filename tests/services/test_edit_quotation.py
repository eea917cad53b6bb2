"""Moving a quotation's ends, and saying who speaks in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import Conflict, NotEditable, Refused
from claims.models import Claim, Quotation
from claims.services import intake, people, quoting, research, verification
from claims.services.quoting import Passage, Spoken
from claims.vocabulary import Action, Naming, Status, VoiceMode
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

LONGER = "that rents in the city rose by 12 per cent in 2024"
SHORTER = "rose by 12 per cent"


@pytest.fixture
def claim(desk: Desk) -> Claim:
    return factories.inbox_claim(desk)


def place(quotation: Quotation, words: str) -> dict[str, int]:
    start = quotation.version.text.index(words)
    return {"start": start, "end": start + len(words)}


def change(claim: Claim, actor: Any, **values: Any) -> Quotation:
    quotation = claim.quotations.first()
    return research.edit_quotation(claim_id=claim.pk, actor=actor, quotation_id=quotation.pk, **values)


def moved(claim: Claim, actor: Any, words: str, **values: Any) -> Quotation:
    return change(claim, actor, **place(claim.quotations.first(), words), **values)


# The ends


@pytest.mark.parametrize("words", [LONGER, SHORTER, "union said on Tuesday that rents", "12"])
def test_words_follow_their_ends(words: str, desk: Desk, claim: Claim) -> None:
    moved(claim, desk.researcher, words)

    quotation = claim.quotations.get()
    text = quotation.version.text
    assert quotation.exact == text[quotation.start : quotation.end] == words
    assert text[: quotation.start].endswith(quotation.prefix)
    assert text[quotation.end :].startswith(quotation.suffix)
    assert quotation.prefix
    assert quotation.suffix


def test_it_is_one_revision_and_changes_the_content(desk: Desk, claim: Claim) -> None:
    before = composition.content_hash(composition.compose(claim))

    moved(claim, desk.editor, LONGER)

    entry = factories.last_entry(claim)
    assert (entry.action, entry.sequence, entry.changed_content) == (Action.EDIT, 2, True)
    assert composition.content_hash(composition.compose(claim)) != before
    assert desk.editor.pk in people.author_ids(claim)
    assert list(verification.verify()) == []


def test_ends_that_stay_change_nothing(desk: Desk, claim: Claim) -> None:
    moved(claim, desk.researcher, factories.PASSAGE)
    change(claim, desk.researcher)

    assert factories.fresh(claim).revision == 1


def test_one_end_alone_can_be_given(desk: Desk, claim: Claim) -> None:
    change(claim, desk.researcher, start=place(claim.quotations.get(), LONGER)["start"])

    assert claim.quotations.get().exact == LONGER


def test_approved_claim_is_read_again(desk: Desk) -> None:
    claim = factories.approved_claim(desk)

    moved(claim, desk.researcher, LONGER)

    assert factories.fresh(claim).status == Status.REVIEW


@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED, Status.PARKED, Status.DECLINED, Status.RETRACTED])
def test_ends_and_voices_stay_where_content_is_not_edited(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)

    with pytest.raises(NotEditable):
        moved(claim, desk.researcher, LONGER)
    with pytest.raises(NotEditable):
        change(claim, desk.researcher, voices=[])

    assert claim.quotations.get().exact == factories.PASSAGE
    assert claim.quotations.get().voices.count() == 1


# Ends that make no quotation: each refused with its sentence, and nothing is moved.
@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (-1, 20, "The text has no such place."),
        (10, -5, "The text has no such place."),
        (0, len(factories.TEXT) + 1, "The text has no such place."),
        (10**6, 10**6 + 5, "The text has no such place."),
        (20, 20, "Choose the words first."),
        (30, 20, "Choose the words first."),
        (5, 6, "Choose the words first."),
    ],
)
def test_ends_that_make_no_quotation_are_refused(start: int, end: int, sentence: str, desk: Desk, claim: Claim) -> None:
    with pytest.raises(Refused) as refusal:
        change(claim, desk.researcher, start=start, end=end)

    assert (str(refusal.value), refusal.value.field) == (sentence, "quotation")
    assert claim.quotations.get().exact == factories.PASSAGE


def test_a_quotation_is_no_article(desk: Desk) -> None:
    version = factories.make_article(desk.researcher, text=f"{factories.TEXT} {'And so on. ' * 600}")
    claim = factories.inbox_claim(desk, version=version)

    with pytest.raises(Refused, match="at most 5000 characters"):
        change(claim, desk.researcher, start=0, end=quoting.LONGEST + 1)
    assert len(change(claim, desk.researcher, start=0, end=quoting.LONGEST).exact) == quoting.LONGEST


def test_the_same_words_twice_are_refused(desk: Desk, claim: Claim) -> None:
    version = claim.quotations.get().version
    again = factories.passage(version, LONGER)
    research.quote_again(claim_id=claim.pk, actor=desk.researcher, passage=again)

    with pytest.raises(Refused, match="already has this very quotation"):
        moved(claim, desk.researcher, LONGER)


def test_a_quotation_of_another_claim_is_refused(desk: Desk, claim: Claim) -> None:
    other = factories.inbox_claim(desk)

    with pytest.raises(Refused, match="no such quotation"):
        research.edit_quotation(
            claim_id=claim.pk, actor=desk.researcher, quotation_id=other.quotations.get().pk, start=0
        )


def test_auditor_is_refused(desk: Desk, claim: Claim) -> None:
    with pytest.raises(PermissionDenied):
        moved(claim, desk.auditor, LONGER)


# Where it stands in later versions


def test_it_is_looked_for_again_in_every_later_version(desk: Desk, claim: Claim) -> None:
    article = claim.quotations.get().version.article
    second = factories.make_version(desk.researcher, article, factories.TEXT.replace("in 2024", "last year"))
    third = factories.make_version(desk.researcher, article, f"Corrected. {factories.TEXT}")
    found = claim.quotations.get().anchors.get(version=second)
    intake.confirm_anchor(actor=desk.editor, claim_id=claim.pk, anchor_id=claim.quotations.get().anchors.last().pk)
    assert (found.state, claim.quotations.get().anchors.last().confirmed_by) == ("changed", desk.editor)

    moved(claim, desk.researcher, "12 per cent")

    newest = {anchor.version: anchor for anchor in claim.quotations.get().anchors.order_by("pk")}
    assert {version: anchor.confirmed_by for version, anchor in newest.items()} == {second: None, third: None}
    assert newest[third].state == "moved"
    assert third.text[newest[third].start : newest[third].end] == "12 per cent"


def test_voices_alone_are_no_reason_to_look_again(desk: Desk, claim: Claim) -> None:
    article = claim.quotations.get().version.article
    factories.make_version(desk.researcher, article, f"Corrected. {factories.TEXT}")

    change(claim, desk.researcher, voices=[])

    assert claim.quotations.get().anchors.count() == 1


# Two people


def test_two_people_may_each_move_another_end(desk: Desk, claim: Claim) -> None:
    quotation = claim.quotations.get()
    longer, shorter = place(quotation, LONGER), place(quotation, "rents in the city rose by 12 per cent")
    change(claim, desk.editor, start=longer["start"], end=quotation.end, opened_at=1)

    change(claim, desk.researcher, start=quotation.start, end=shorter["end"], opened_at=1)

    assert claim.quotations.get().exact == "that rents in the city rose by 12 per cent"
    assert factories.fresh(claim).revision == 3


def test_the_same_end_moved_by_two_is_a_conflict(desk: Desk, claim: Claim) -> None:
    quotation = claim.quotations.get()
    change(claim, desk.editor, end=quotation.end - 8, opened_at=1)

    with pytest.raises(Conflict) as conflict:
        change(claim, desk.researcher, start=quotation.start - 5, end=quotation.end - 5, opened_at=1)

    [clash] = conflict.value.clashes
    assert clash.path == f"quotations.{quotation.pk}.end"
    assert (clash.base, clash.theirs, clash.mine) == (quotation.end, quotation.end - 8, quotation.end - 5)
    assert claim.quotations.get().start == quotation.start


def test_ends_that_two_moved_past_each_other_leave_nothing(desk: Desk, claim: Claim) -> None:
    quotation = claim.quotations.get()
    change(claim, desk.editor, end=quotation.start + 5, opened_at=1)

    with pytest.raises(Refused, match="moved the other end meanwhile"):
        change(claim, desk.researcher, start=quotation.start + 9, end=quotation.end, opened_at=1)

    assert claim.quotations.get().exact == "rents"


def test_somebody_elses_voices_are_no_conflict_for_my_ends(desk: Desk, claim: Claim) -> None:
    change(claim, desk.editor, voices=[], opened_at=1)
    moved(claim, desk.researcher, LONGER, opened_at=1)

    quotation = claim.quotations.get()
    assert (quotation.exact, quotation.voices.count()) == (LONGER, 0)


# Voices


def test_voices_are_replaced_in_their_order(desk: Desk, claim: Claim) -> None:
    union = factories.make_speaker(desk.researcher, "The Union")
    voices = [
        Spoken(union, mode=VoiceMode.REPORTS),
        Spoken(None, naming=Naming.IMPLIED),
        Spoken(claim.speaker, mode=VoiceMode.ASSERTS),
    ]
    change(claim, desk.researcher, voices=voices)

    assert quoting.spoken(claim.quotations.get()) == voices
    assert factories.last_entry(claim).changed_content
    assert list(verification.verify()) == []


def test_the_same_voices_change_nothing(desk: Desk, claim: Claim) -> None:
    change(claim, desk.researcher, voices=quoting.spoken(claim.quotations.get()))

    assert factories.fresh(claim).revision == 1


def test_voices_written_by_two_are_a_conflict(desk: Desk, claim: Claim) -> None:
    change(claim, desk.editor, voices=[], opened_at=1)

    with pytest.raises(Conflict) as conflict:
        change(claim, desk.researcher, voices=[Spoken(None)], opened_at=1)

    [clash] = conflict.value.clashes
    assert clash.path.endswith(".voices")
    assert (clash.theirs, len(clash.base), len(clash.mine)) == ([], 1, 1)


def test_voices_left_alone_do_not_undo_those_of_another(desk: Desk, claim: Claim) -> None:
    mine = quoting.spoken(claim.quotations.get())
    change(claim, desk.editor, voices=[Spoken(None)], opened_at=1)

    moved(claim, desk.researcher, LONGER, voices=mine, opened_at=1)

    assert quoting.spoken(claim.quotations.get()) == [Spoken(None)]


# What the ledger tells of a quotation


def test_quotations_at_the_same_place_of_two_articles_are_both_told(desk: Desk) -> None:
    versions = [factories.make_article(desk.researcher, title=f"Copy {number}") for number in (1, 2)]
    claim = factories.inbox_claim(desk, passages=[factories.passage(version) for version in versions])

    told = factories.last_entry(claim).change.text
    assert [f"quotations.{one.pk}.exact" in told for one in claim.quotations.all()] == [True, True]


def test_a_further_passage_is_quoted_for_the_same_claim(desk: Desk, claim: Claim) -> None:
    other = factories.make_article(desk.researcher, title="Elsewhere")
    passage = factories.passage(other, "plainly wrong", Spoken(claim.speaker))

    quotation = research.quote_again(claim_id=claim.pk, actor=desk.editor, passage=passage)

    assert [one.exact for one in claim.quotations.all()] == [factories.PASSAGE, "plainly wrong"]
    assert quoting.spoken(quotation) == [Spoken(claim.speaker)]
    with pytest.raises(Refused, match="already has"):
        research.quote_again(claim_id=claim.pk, actor=desk.editor, passage=passage)


def test_a_passage_of_an_unconfirmed_text_is_refused(desk: Desk, claim: Claim) -> None:
    version = intake.receive(actor=desk.researcher, raw=f"{factories.TEXT} And more of it.".encode()).version

    with pytest.raises(Refused, match="Confirm the article's text"):
        research.quote_again(claim_id=claim.pk, actor=desk.editor, passage=Passage(version=version, start=0, end=5))
