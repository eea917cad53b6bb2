"""Quoting a claim in a further place: one claim, several passages, perhaps in several articles."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import NotEditable, Refused
from claims.models import ArticleVersion, Claim, Quotation
from claims.services import intake, research
from claims.services.intake import Received
from claims.services.quoting import LONGEST, Passage, Spoken
from claims.vocabulary import Action, Naming, Status, VoiceMode
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(desk: Desk) -> Claim:
    return factories.inbox_claim(desk)


@pytest.fixture
def elsewhere(desk: Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher, f"Elsewhere. {factories.TEXT}", title="Another paper's report")


def again(desk: Desk, claim: Claim, passage: Passage, **values: Any) -> Quotation:
    return research.quote_again(**{"claim_id": claim.pk, "actor": desk.editor, "passage": passage, **values})


def test_the_claim_stands_in_both_articles(desk: Desk, claim: Claim, elsewhere: ArticleVersion) -> None:
    quotation = again(desk, claim, factories.passage(elsewhere))

    assert claim.quotations.count() == 2
    assert (quotation.exact, quotation.version) == (factories.PASSAGE, elsewhere)
    assert elsewhere.text[: quotation.start].endswith(quotation.prefix)


def test_it_is_one_entry_that_changes_content(desk: Desk, claim: Claim, elsewhere: ArticleVersion) -> None:
    again(desk, claim, factories.passage(elsewhere))

    entry = factories.last_entry(claim)
    assert (entry.sequence, entry.action, entry.actor) == (2, Action.EDIT, desk.editor)
    assert entry.changed_content
    assert factories.fresh(claim).revision == 2


def test_its_voices_stand_in_their_order(desk: Desk, claim: Claim, elsewhere: ArticleVersion) -> None:
    voices = [Spoken(None, mode=VoiceMode.REPORTS), Spoken(claim.speaker, naming=Naming.IMPLIED)]
    quotation = again(desk, claim, factories.passage(elsewhere, factories.PASSAGE, *voices))

    assert [(voice.speaker, voice.naming, voice.mode) for voice in quotation.voices.all()] == [
        (None, "named", "reports"),
        (claim.speaker, "implied", "asserts"),
    ]


def test_it_is_looked_for_in_the_versions_that_came_since(desk: Desk, claim: Claim, elsewhere: ArticleVersion) -> None:
    newest = factories.make_version(desk.researcher, elsewhere.article, f"Corrected. Elsewhere. {factories.TEXT}")
    quotation = again(desk, claim, factories.passage(elsewhere))

    anchor = quotation.anchors.get()
    assert anchor.version == newest
    assert newest.text[anchor.start : anchor.end] == factories.PASSAGE


def test_a_further_place_in_the_same_article_overlaps_if_it_must(desk: Desk, claim: Claim) -> None:
    version = claim.quotations.get().version
    again(desk, claim, factories.passage(version, "rose by 12 per cent in 2024. The mayor"))

    assert claim.quotations.filter(version=version).count() == 2


def test_the_very_same_place_is_quoted_once(desk: Desk, claim: Claim) -> None:
    version = claim.quotations.get().version
    with pytest.raises(Refused) as refusal:
        again(desk, claim, factories.passage(version))

    assert refusal.value.field == "quotation"
    assert factories.fresh(claim).revision == 1


def test_an_approved_claim_is_revised_by_it(desk: Desk, elsewhere: ArticleVersion) -> None:
    claim = factories.approved_claim(desk)
    again(desk, claim, factories.passage(elsewhere))

    assert factories.fresh(claim).status == Status.REVIEW


@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED, Status.PARKED, Status.DECLINED, Status.RETRACTED])
def test_where_content_is_not_edited_it_is_refused(desk: Desk, elsewhere: ArticleVersion, status: Status) -> None:
    claim = factories.claim_in(status, desk)
    with pytest.raises(NotEditable):
        again(desk, claim, factories.passage(elsewhere))

    assert claim.quotations.count() == 1


# A passage that is none, in code points of the text, which has 24 characters.
@pytest.mark.parametrize(("start", "end"), [(0, 0), (9, 3), (-1, 4), (0, 99), (4, 5), (25, 26)])
def test_a_passage_that_is_none_is_refused(desk: Desk, claim: Claim, start: int, end: int) -> None:
    version = factories.make_article(desk.researcher, "😀 He left on \u05d9\u05d5\u05dd a\u0308 day.")
    with pytest.raises(Refused) as refusal:
        again(desk, claim, Passage(version, start, end))

    assert refusal.value.field == "quotation"
    assert claim.quotations.count() == 1


def test_a_whole_article_is_no_passage(desk: Desk, claim: Claim) -> None:
    version = factories.make_article(desk.researcher, "word " * LONGEST)
    with pytest.raises(Refused, match="at most 5000 characters"):
        again(desk, claim, Passage(version, 0, len(version.text)))


def test_a_text_that_nobody_confirmed_is_not_quoted(desk: Desk, claim: Claim) -> None:
    received = Received(raw=b"x", text=f"Elsewhere. {factories.TEXT}", confirmed=False)
    version = intake.take_in(actor=desk.researcher, received=received, title="A", language="en").version
    with pytest.raises(Refused):
        again(desk, claim, factories.passage(version))


def test_an_auditor_quotes_nothing(desk: Desk, claim: Claim, elsewhere: ArticleVersion) -> None:
    with pytest.raises(PermissionDenied):
        again(desk, claim, factories.passage(elsewhere), actor=desk.auditor)


def test_a_revision_that_does_not_exist_is_refused(desk: Desk, claim: Claim, elsewhere: ArticleVersion) -> None:
    with pytest.raises(Refused):
        again(desk, claim, factories.passage(elsewhere), opened_at=99)


def test_two_people_quote_it_in_two_places_and_both_hold(desk: Desk, claim: Claim, elsewhere: ArticleVersion) -> None:
    again(desk, claim, factories.passage(elsewhere), opened_at=1)
    again(desk, claim, factories.passage(elsewhere, "plainly wrong"), opened_at=1, actor=desk.researcher)

    assert claim.quotations.count() == 3
