"""A person's word about where a quotation stands in a later version."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import Refused
from claims.models import Anchor, ArticleVersion, Claim
from claims.rules import gates
from claims.services import intake, verification
from claims.vocabulary import Action, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

ALTERED = f"Corrected. {factories.TEXT.replace('12 per cent', '21 per cent')}"
WITHOUT = "Rents are the talk of the town. The city's own register will be published in June."
SENTENCE = "rents in the city rose by 21 per cent in 2024"


def altered(desk: Desk, claim: Claim | None = None, text: str = ALTERED) -> tuple[Claim, ArticleVersion, Anchor]:
    claim = claim or factories.inbox_claim(desk)
    version = factories.make_version(desk.researcher, claim.quotations.get().version.article, text)
    return claim, version, claim.quotations.get().anchors.last()


def place(claim: Claim, actor: Any, anchor: Anchor, words: str) -> Anchor:
    start = anchor.version.text.index(words)
    return intake.place_anchor(actor=actor, claim_id=claim.pk, anchor_id=anchor.pk, start=start, end=start + len(words))


def lose(claim: Claim, actor: Any, anchor: Anchor) -> Anchor:
    return intake.lose_anchor(actor=actor, claim_id=claim.pk, anchor_id=anchor.pk)


def gaps(claim: Claim) -> list[str]:
    facts = composition.gate_facts(claim, factories.timezone.localdate())
    return [gap for gap in gates.approve_gaps(facts) if gap.startswith("Quotation")]


def test_what_was_found_is_confirmed(desk: Desk) -> None:
    claim, version, found = altered(desk)
    assert (found.state, found.confirmed_by, len(gaps(claim))) == ("changed", None, 1)

    said = intake.confirm_anchor(actor=desk.editor, claim_id=claim.pk, anchor_id=found.pk)

    assert (said.version, said.state, said.start, said.end) == (version, "changed", found.start, found.end)
    assert said.confirmed_by == desk.editor
    assert gaps(claim) == []


def test_the_row_before_stays(desk: Desk) -> None:
    claim, _version, found = altered(desk)

    lose(claim, desk.editor, found)

    rows = claim.quotations.get().anchors.values_list("state", "confirmed_by")
    assert list(rows) == [("changed", None), ("lost", desk.editor.pk)]


# The state says whether the quotation's own words stand at the place that a person gave, and whether that is home.
@pytest.mark.parametrize(
    ("text", "words", "state"),
    [
        (ALTERED, SENTENCE, "changed"),
        (ALTERED, "Rents are the talk of the town", "changed"),
        (f"It is not true that {factories.PASSAGE}. {factories.TEXT}", factories.PASSAGE, "moved"),
        (factories.TEXT.replace("in 2024.", "in 2024 at least."), factories.PASSAGE, "exact"),
        (factories.TEXT.replace("12 per", "12\u00a0per"), factories.PASSAGE.replace("12 per", "12\u00a0per"), "exact"),
    ],
)
def test_a_place_that_a_person_gives_has_its_state(text: str, words: str, state: str, desk: Desk) -> None:
    claim, version, found = altered(desk, text=text)

    said = place(claim, desk.researcher, found, words)

    assert (said.state, version.text[said.start : said.end]) == (state, words)
    assert said.confirmed_by == desk.researcher
    assert gaps(claim) == []


def test_what_is_gone_has_no_place(desk: Desk) -> None:
    claim, _version, found = altered(desk)

    said = lose(claim, desk.researcher, found)

    assert (said.state, said.start, said.end, said.confirmed_by) == ("lost", None, None, desk.researcher)
    assert gaps(claim) == []


def test_a_quotation_that_no_program_found_can_be_placed(desk: Desk) -> None:
    claim, _version, found = altered(desk, text=WITHOUT)
    assert found.state == "lost"

    assert place(claim, desk.editor, found, "The city's own register").state == "changed"


def test_a_decision_can_be_taken_anew(desk: Desk) -> None:
    claim, _version, found = altered(desk)
    gone = lose(claim, desk.researcher, found)

    here = place(claim, desk.editor, gone, SENTENCE)
    assert (here.state, here.confirmed_by) == ("changed", desk.editor)
    assert claim.quotations.get().anchors.count() == 3


# A place that is none: refused in words.
@pytest.mark.parametrize(("start", "end"), [(-1, 5), (0, len(ALTERED) + 1), (20, 20), (20, 10), (10, 11)])
def test_a_place_that_is_none_is_refused(start: int, end: int, desk: Desk) -> None:
    claim, _version, found = altered(desk)

    with pytest.raises(Refused) as refusal:
        intake.place_anchor(actor=desk.editor, claim_id=claim.pk, anchor_id=found.pk, start=start, end=end)

    assert refusal.value.field == "quotation"
    assert claim.quotations.get().anchors.count() == 1


@pytest.mark.parametrize("say", [lose, lambda claim, actor, anchor: place(claim, actor, anchor, SENTENCE)])
def test_an_old_place_is_not_decided_about(say: Any, desk: Desk) -> None:
    claim, version, found = altered(desk)
    lose(claim, desk.editor, found)

    with pytest.raises(Refused, match="decided about this quotation meanwhile"):
        say(claim, desk.researcher, found)

    newest = claim.quotations.get().anchors.last()
    factories.make_version(desk.researcher, version.article, f"{ALTERED} And more.")
    with pytest.raises(Refused, match="looked for again since"):
        say(claim, desk.researcher, newest)


def test_a_newer_version_waits_for_a_word_of_its_own(desk: Desk) -> None:
    claim, version, found = altered(desk)
    lose(claim, desk.editor, found)
    assert gaps(claim) == []

    factories.make_version(desk.researcher, version.article, f"{ALTERED} And more.")

    assert claim.quotations.get().anchors.last().confirmed_by is None
    assert len(gaps(claim)) == 1


def test_a_place_of_another_claims_quotation_is_refused(desk: Desk) -> None:
    _claim, _version, found = altered(desk)
    other = factories.inbox_claim(desk)

    for decide in (intake.confirm_anchor, intake.lose_anchor):
        with pytest.raises(Refused, match="no such place"):
            decide(actor=desk.editor, claim_id=other.pk, anchor_id=found.pk)
    with pytest.raises(Refused, match="no such place"):
        intake.place_anchor(actor=desk.editor, claim_id=other.pk, anchor_id=found.pk, start=0, end=5)


def test_auditor_is_refused(desk: Desk) -> None:
    claim, _version, found = altered(desk)

    with pytest.raises(PermissionDenied):
        lose(claim, desk.auditor, found)
    with pytest.raises(PermissionDenied):
        place(claim, desk.auditor, found, SENTENCE)


@pytest.mark.parametrize("status", [Status.REVIEW, Status.APPROVED, Status.PUBLISHED, Status.PARKED])
def test_it_is_no_content_and_possible_in_every_stage(status: Status, desk: Desk) -> None:
    claim, _version, found = altered(desk, factories.claim_in(status, desk))
    before = composition.content_hash(composition.compose(claim))

    lose(claim, desk.researcher, found)

    entry = factories.last_entry(claim)
    assert (entry.action, entry.changed_content, factories.fresh(claim).status) == (Action.ANCHOR, False, status)
    assert composition.content_hash(composition.compose(claim)) == before
    assert list(verification.verify()) == []


def test_each_decision_is_one_revision_of_the_claim_and_none_of_the_article(desk: Desk) -> None:
    claim, version, found = altered(desk)
    revision = factories.fresh(claim).revision

    place(claim, desk.editor, lose(claim, desk.editor, found), SENTENCE)

    assert factories.fresh(claim).revision == revision + 2
    assert version.article.ledger.filter(action=Action.ANCHOR.value).count() == 0
