"""Marking a claim in an article."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import NotCanonical, Refused
from claims.models import ArticleVersion, Claim
from claims.services import intake, people
from claims.services.quoting import Passage, Spoken
from claims.vocabulary import Action, Naming, Status, VoiceMode
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(desk: Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))


def mark(desk: Desk, version: ArticleVersion, **values: Any) -> Claim:
    filled = {"passages": [factories.passage(version)], "statements": {"en": "Rents rose."}, **values}
    return intake.mark_claim(**{"actor": desk.researcher, **filled})


def test_claim_stands_in_the_inbox_with_its_first_entry(desk: Desk, version: ArticleVersion) -> None:
    claim = mark(desk, version, reasons={"en": "Everybody talks of it."}, kinds=["quantity"])
    entry = claim.ledger.get()

    assert (claim.status, claim.revision, claim.speaker) == (Status.INBOX, 1, None)
    assert (claim.texts.get().statement, claim.texts.get().why) == ("Rents rose.", "Everybody talks of it.")
    assert (entry.sequence, entry.action, entry.changed_content) == (1, Action.MARK, True)
    assert people.author_ids(claim) == {desk.researcher.pk}


def test_quotation_holds_the_words_their_place_and_what_is_round_them(desk: Desk, version: ArticleVersion) -> None:
    quotation = mark(desk, version).quotations.get()

    assert quotation.exact == factories.PASSAGE == version.text[quotation.start : quotation.end]
    assert version.text[: quotation.start].endswith(quotation.prefix)
    assert version.text[quotation.end :].startswith(quotation.suffix)


def test_voices_stand_in_their_order(desk: Desk, version: ArticleVersion) -> None:
    union = factories.make_speaker(desk.researcher)
    outlet = version.article.outlet.speaker
    voices = [Spoken(outlet, mode=VoiceMode.REPORTS), Spoken(union), Spoken(None, naming=Naming.IMPLIED)]
    claim = mark(desk, version, passages=[factories.passage(version, factories.PASSAGE, *voices)])

    assert [(voice.speaker, voice.naming, voice.mode) for voice in claim.quotations.get().voices.all()] == [
        (outlet, "named", "reports"),
        (union, "named", "asserts"),
        (None, "implied", "asserts"),
    ]


def test_claim_may_stand_in_several_places(desk: Desk, version: ArticleVersion) -> None:
    passages = [factories.passage(version), factories.passage(version, "plainly wrong")]

    assert mark(desk, version, passages=passages).quotations.count() == 2


def test_numbers_are_kept_in_order(desk: Desk, version: ArticleVersion) -> None:
    claim = mark(desk, version, quantities=[{"low": "12", "unit": "%"}, {"high": "9", "unit": "%"}])

    assert [str(quantity) for quantity in claim.quantities.all()] == ["12.000000-None %", "None-9.000000 %"]


def test_whoever_it_is_done_for_is_an_author_too(desk: Desk, version: ArticleVersion) -> None:
    claim = mark(desk, version, on_behalf_of=desk.editor)

    assert people.author_ids(claim) == {desk.researcher.pk, desk.editor.pk}


# What a claim cannot be without, and what does not fit; nothing is half made.
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"statements": {}}, "statement"),
        ({"statements": {"en": "  "}}, "statement"),
        ({"passages": []}, "quotation"),
        ({"kinds": ["rumour"]}, "kinds"),
        ({"priority": "sometime"}, "priority"),
        ({"statements": {"English": "Rents rose."}}, "texts.English.language"),
        ({"quantities": [{"low": "many"}]}, "quantities.0.low"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, Any], field: str, desk: Desk, version: ArticleVersion) -> None:
    with pytest.raises(Refused) as refusal:
        mark(desk, version, **values)

    assert refusal.value.field == field
    assert not Claim.objects.exists()


def test_passage_that_is_not_in_the_text_is_refused(desk: Desk, version: ArticleVersion) -> None:
    beyond = Passage(version=version, start=0, end=len(version.text) + 1)
    with pytest.raises(Refused) as refusal:
        mark(desk, version, passages=[beyond])

    assert refusal.value.field == "quotation"
    assert not Claim.objects.exists()


def test_same_passage_twice_is_refused(desk: Desk, version: ArticleVersion) -> None:
    with pytest.raises(Refused, match="already has this very quotation"):
        mark(desk, version, passages=[factories.passage(version)] * 2)

    assert not Claim.objects.exists()


def test_text_that_cannot_be_kept_is_refused(desk: Desk, version: ArticleVersion) -> None:
    with pytest.raises(NotCanonical):
        mark(desk, version, statements={"en": "half \ud83d"})


def test_risk_is_set_by_an_editor(desk: Desk, version: ArticleVersion) -> None:
    with pytest.raises(PermissionDenied, match="set by an editor"):
        mark(desk, version, risk="high")

    assert mark(desk, version, risk="high", actor=desk.editor).risk == "high"


def test_auditor_is_refused(desk: Desk, version: ArticleVersion) -> None:
    with pytest.raises(PermissionDenied):
        mark(desk, version, actor=desk.auditor)
