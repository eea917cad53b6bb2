"""Setting a sentence of an article aside, and bringing it back: what the desk remembers of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import Refused
from claims.models import ArticleVersion, LedgerEntry, SentenceSetAside
from claims.services import erasure, intake, verification
from claims.vocabulary import Action
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(desk: Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher)


def place(version: ArticleVersion, words: str = factories.PASSAGE) -> dict[str, Any]:
    start = version.text.index(words)
    return {
        "article_id": version.article_id,
        "version_id": version.pk,
        "start": start,
        "end": start + len(words),
    }


def aside(desk: Desk, version: ArticleVersion, **values: Any) -> SentenceSetAside:
    return intake.set_aside(**{"actor": desk.researcher, "reason": "An opinion.", **place(version), **values})


def last(version: ArticleVersion) -> LedgerEntry:
    return version.article.ledger.latest("sequence")


def test_the_reason_and_whose_it_is_are_remembered(desk: Desk, version: ArticleVersion) -> None:
    row = aside(desk, version, reason="  An opinion. ")

    assert (row.reason, row.by, row.article) == ("An opinion.", desk.researcher, version.article)
    assert row.sentence == intake.sentence_hash(factories.PASSAGE)


def test_the_article_has_one_entry_and_one_revision_more(desk: Desk, version: ArticleVersion) -> None:
    before = version.article.revision
    aside(desk, version)

    entry = last(version)
    version.article.refresh_from_db()
    assert (entry.sequence, version.article.revision) == (before + 1, before + 1)
    assert (entry.action, entry.actor, entry.changed_content) == (Action.SET_ASIDE, desk.researcher, False)
    assert "An opinion." in entry.change.text


def test_twice_keeps_the_first_reason_and_writes_nothing(desk: Desk, version: ArticleVersion) -> None:
    first = aside(desk, version)
    entries = LedgerEntry.objects.count()

    assert aside(desk, version, actor=desk.editor, reason="Mine.") == first
    assert SentenceSetAside.objects.get().reason == "An opinion."
    assert LedgerEntry.objects.count() == entries


def test_it_is_known_again_by_its_words_whatever_space_is_between_them(desk: Desk, version: ArticleVersion) -> None:
    aside(desk, version)
    words = factories.PASSAGE.replace(" ", "\n ")
    newest = factories.make_version(desk.researcher, version.article, f"Corrected. It says: {words}. Nothing more.")

    intake.bring_back(actor=desk.editor, **place(newest, words))

    assert not SentenceSetAside.objects.exists()


def test_the_same_words_in_another_article_are_another_sentence(desk: Desk, version: ArticleVersion) -> None:
    other = factories.make_article(desk.researcher, f"Elsewhere. {factories.TEXT}")
    aside(desk, version)
    aside(desk, other)

    assert SentenceSetAside.objects.count() == 2


def test_bringing_back_is_told_with_the_reason_of_before(desk: Desk, version: ArticleVersion) -> None:
    aside(desk, version)
    intake.bring_back(actor=desk.editor, **place(version))

    entry = last(version)
    assert not SentenceSetAside.objects.exists()
    assert (entry.action, entry.actor) == (Action.BRING_BACK, desk.editor)
    assert "An opinion." in entry.change.text


def test_bringing_back_what_is_not_set_aside_changes_nothing(desk: Desk, version: ArticleVersion) -> None:
    entries, revision = LedgerEntry.objects.count(), version.article.revision

    assert intake.bring_back(actor=desk.editor, **place(version)) is False
    version.article.refresh_from_db()
    assert (LedgerEntry.objects.count(), version.article.revision) == (entries, revision)


def test_bringing_back_says_whether_it_was_set_aside(desk: Desk, version: ArticleVersion) -> None:
    aside(desk, version)

    assert [intake.bring_back(actor=desk.editor, **place(version)) for _click in range(2)] == [True, False]


# What does not fit is refused, and nothing is half made.
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": " \n"}, "reason"),
        ({"reason": "r" * 501}, "reason"),
        ({"start": 5, "end": 5}, "sentence"),
        ({"start": 9, "end": 5}, "sentence"),
        ({"start": -1, "end": 5}, "sentence"),
        ({"start": 5, "end": 99_999}, "sentence"),
        ({"start": 5, "end": 6}, "sentence"),  # a blank
        ({"version_id": 0}, ""),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, Any], field: str, desk: Desk, version: ArticleVersion) -> None:
    entries = LedgerEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        aside(desk, version, **values)

    assert refusal.value.field == field
    assert LedgerEntry.objects.count() == entries
    assert not SentenceSetAside.objects.exists()


def test_a_version_of_another_article_is_none(desk: Desk, version: ArticleVersion) -> None:
    other = factories.make_article(desk.researcher, f"Elsewhere. {factories.TEXT}")

    with pytest.raises(Refused):
        aside(desk, version, version_id=other.pk)
    with pytest.raises(Refused):
        intake.bring_back(actor=desk.editor, **{**place(version), "version_id": other.pk})


def test_an_auditor_does_neither(desk: Desk, version: ArticleVersion) -> None:
    with pytest.raises(PermissionDenied):
        aside(desk, version, actor=desk.auditor)
    with pytest.raises(PermissionDenied):
        intake.bring_back(actor=desk.auditor, **place(version))


def test_an_erased_sentence_stays_set_aside_under_the_digest_of_what_is_left(
    desk: Desk, version: ArticleVersion
) -> None:
    """Else the digest would tell, to whoever guesses the words, that they stood here."""
    sentence = version.analysis[1]
    span = {"start": sentence["start"], "end": sentence["end"]}
    known = aside(desk, version, **span).sentence

    erasure.erase(actor=desk.chief, text="The tenants' union", reason="An order of the court.")

    version.refresh_from_db()
    row = SentenceSetAside.objects.get()
    masked = version.text[span["start"] : span["end"]]
    assert "tenants' union" not in masked
    assert row.sentence == intake.sentence_hash(masked) != known


def test_a_reason_that_names_what_is_erased_is_masked(desk: Desk, version: ArticleVersion) -> None:
    aside(desk, version, reason="The landlord Mr Miller asked for it.")

    erasure.erase(actor=desk.chief, text="Mr Miller", reason="An order of the court.")

    row = SentenceSetAside.objects.get()
    assert "Miller" not in row.reason
    assert row.reason.startswith("The landlord ")
    assert all("Miller" not in entry.change.text for entry in version.article.ledger.select_related("change"))


# Where the erased words stand -> which of the three sentences they stand in. The second sentence of this text begins
# after “Yahoo!”, so that the name stands in two.
CROSSING = "He works at Yahoo! Inc. since 2024. Rents rose."
ERASED = [
    (CROSSING, "Yahoo! Inc.", [0, 1]),
    (CROSSING, "Yahoo!", [0]),
    (CROSSING, "Yahoo! ", [0]),
    (CROSSING, "Inc.", [1]),
    (CROSSING, "since 2024.", [1]),
    (CROSSING, "2024. Rents", [1, 2]),
    (CROSSING, "He works at Yahoo! Inc. since 2024. Rents", [0, 1, 2]),
    (CROSSING, "Rents rose.", [2]),
    ("Rents rose, says Jane Doe. Jane Doe rose. It fell.", "Jane Doe", [0, 1]),
    ("Rents rose, says Jane Doe. Jane Doe rose. It fell.", "Jane Doe.", [0]),
]


@pytest.mark.parametrize(("words", "erased", "touched"), ERASED)
def test_sentences_that_erased_words_touch_are_known_by_what_is_left_of_them(
    words: str, erased: str, touched: list[int], desk: Desk
) -> None:
    version = factories.make_article(desk.researcher, words)
    sentences = [place(version, sentence["text"]) for sentence in version.analysis]
    assert len(sentences) == 3
    before = [intake.set_aside(actor=desk.editor, reason="So.", **one).sentence for one in sentences]

    erasure.erase(actor=desk.chief, text=erased, reason="An order of the court.")

    version.refresh_from_db()
    after = list(SentenceSetAside.objects.order_by("pk").values_list("sentence", flat=True))
    assert version.text == words.replace(erased.strip(), erasure.MASK * len(erased.strip()))
    assert [at for at in range(3) if before[at] != after[at]] == touched
    assert list(verification.verify()) == []
    assert all(intake.bring_back(actor=desk.editor, **one) for one in sentences)


def test_sentences_that_read_the_same_once_their_names_are_erased_are_both_erased(desk: Desk) -> None:
    version = factories.make_article(desk.researcher, "Ask Jane Doe. Ask John Roe. Rents rose.")
    for words in ("Ask Jane Doe.", "Ask John Roe."):
        intake.set_aside(actor=desk.editor, reason="So.", **place(version, words))

    for name in ("Jane Doe", "John Roe"):
        erasure.erase(actor=desk.chief, text=name, reason="An order of the court.")

    version.refresh_from_db()
    mask = erasure.MASK * len("Jane Doe")
    assert version.text == f"Ask {mask}. Ask {mask}. Rents rose."
    assert list(verification.verify()) == []
