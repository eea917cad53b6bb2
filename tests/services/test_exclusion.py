"""Excluding a page as evidence for an article's claims, and letting it count again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import Refused
from claims.models import Article, Claim, Exclusion, LedgerEntry
from claims.services import intake, verification
from claims.vocabulary import Action
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

PAGE = "https://reprint.example/story"


@pytest.fixture
def article(desk: Desk) -> Article:
    return factories.make_article(desk.researcher).article


def exclude(desk: Desk, article: Article, **values: Any) -> Exclusion:
    filled = {"actor": desk.researcher, "article_id": article.pk, "url": PAGE, "reason": "A reprint."}
    return intake.exclude(**{**filled, **values})


def last(article: Article) -> LedgerEntry:
    return article.ledger.latest("sequence")


def test_address_reason_and_whose_word_it_is_are_kept(desk: Desk, article: Article) -> None:
    row = exclude(desk, article, url=" http://www.reprint.example/story/?utm_source=x#top ", reason=" A reprint. ")

    assert (row.url, row.reason, row.by, row.article) == (PAGE, "A reprint.", desk.researcher, article)


def test_the_article_has_one_entry_and_one_revision_more(desk: Desk, article: Article) -> None:
    exclude(desk, article)

    entry, before = last(article), article.revision
    article.refresh_from_db()
    assert (entry.sequence, article.revision) == (before + 1, before + 1)
    assert (entry.action, entry.actor) == (Action.EXCLUDE, desk.researcher)
    assert json.loads(entry.change.text)["facts"] == {"excluded": PAGE, "reason": "A reprint."}


def test_twice_keeps_the_first_reason_and_writes_nothing(desk: Desk, article: Article) -> None:
    first = exclude(desk, article)
    entries = LedgerEntry.objects.count()

    assert exclude(desk, article, actor=desk.editor, url=f"{PAGE}/", reason="Mine.") == first
    assert Exclusion.objects.get().reason == "A reprint."
    assert LedgerEntry.objects.count() == entries


def test_it_counts_again_and_the_ledger_keeps_both(desk: Desk, article: Article) -> None:
    exclude(desk, article)

    assert intake.include_again(actor=desk.editor, article_id=article.pk, url=f"{PAGE}#x")

    assert not Exclusion.objects.exists()
    facts = json.loads(last(article).change.text)["facts"]
    assert facts == {"included_again": PAGE, "reason": "A reprint."}


def test_what_was_never_excluded_counts_as_before(desk: Desk, article: Article) -> None:
    entries = LedgerEntry.objects.count()

    assert not intake.include_again(actor=desk.editor, article_id=article.pk, url=PAGE)
    assert LedgerEntry.objects.count() == entries


BAD = [
    ("url", ""),
    ("url", "javascript:alert(1)"),
    ("url", "https://"),
    ("url", "http://["),
    ("url", f"{PAGE}/{'x' * 2000}"),
    ("url", f"{PAGE}\x00"),
    ("url", f"{PAGE}?q=\ud800"),
    ("reason", "  "),
    ("reason", "x" * 501),
    ("reason", "half \ud800"),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=[f"{name}-{number}" for number, (name, _v) in enumerate(BAD)])
def test_what_cannot_be_is_refused_with_a_sentence(desk: Desk, article: Article, name: str, value: str) -> None:
    with pytest.raises((Refused, ValueError)) as refusal:
        exclude(desk, article, **{name: value})

    assert str(refusal.value)
    assert not Exclusion.objects.exists()


def test_an_auditor_may_not(desk: Desk, article: Article) -> None:
    with pytest.raises(PermissionDenied):
        exclude(desk, article, actor=desk.auditor)
    with pytest.raises(PermissionDenied):
        intake.include_again(actor=desk.auditor, article_id=article.pk, url=PAGE)


def test_evidence_from_an_excluded_page_is_circular(desk: Desk) -> None:
    claim: Claim = factories.research_claim(desk)
    source = factories.make_source(desk.researcher, url="http://www.reprint.example/story/")
    factories.edit(claim, desk.researcher, factories.evidence_item("RE1", source))
    assert not composition.circular_evidence(claim)

    exclude(desk, claim.quotations.get().version.article)

    assert composition.circular_evidence(claim) == {"RE1"}


def test_the_ledger_holds_together(desk: Desk, article: Article) -> None:
    exclude(desk, article)
    intake.include_again(actor=desk.editor, article_id=article.pk, url=PAGE)

    assert list(verification.verify()) == []
