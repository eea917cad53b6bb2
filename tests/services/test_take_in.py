"""Taking an article in, and receiving it again."""

from __future__ import annotations

import hashlib

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import NotCanonical, Refused
from claims.models import Article, Capture
from claims.services import intake
from claims.services.intake import Received
from claims.vocabulary import Action
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def received(text: str = "Rents rose.", raw: bytes | None = None) -> Received:
    return Received(raw=text.encode() if raw is None else raw, text=text)


def add(article: Article, desk: Desk, copy: Received) -> Capture:
    return intake.add_capture(actor=desk.researcher, article_id=article.pk, received=copy)


def test_article_has_a_version_and_a_capture(desk: Desk) -> None:
    raw = "<p>Rents rose.</p>".encode("utf-16")
    capture = intake.take_in(actor=desk.researcher, received=received(raw=raw), title=" Rents ", language="en")
    version = capture.version

    assert (version.article.title, version.number, version.text) == ("Rents", 1, "Rents rose.")
    assert (bytes(capture.raw), capture.received_by) == (raw, desk.researcher)
    assert capture.sha256 == hashlib.sha256(raw).hexdigest()
    assert version.sha256 == hashlib.sha256(version.text.encode()).hexdigest()
    assert version.article.ledger.get().action == Action.CREATE


def test_another_copy_with_the_same_text_is_a_capture_of_that_version(desk: Desk) -> None:
    article = factories.make_article(desk.researcher, "Rents rose.").article
    capture = add(article, desk, received(raw=b"<b>Rents rose.</b>"))
    article.refresh_from_db()

    assert capture.version.number == 1
    assert (article.versions.count(), capture.version.captures.count(), article.revision) == (1, 2, 2)
    assert article.ledger.latest("sequence").action == Action.CAPTURE


def test_copy_with_another_text_is_a_version(desk: Desk) -> None:
    article = factories.make_article(desk.researcher, "Rents rose.").article
    capture = add(article, desk, received("Rents rose by 9 per cent."))

    assert capture.version.number == 2
    assert [version.number for version in article.versions.all()] == [1, 2]


def test_very_same_bytes_twice_change_nothing(desk: Desk) -> None:
    article = factories.make_article(desk.researcher, "Rents rose.").article
    first = Capture.objects.get()

    assert add(article, desk, received()) == first
    article.refresh_from_db()
    assert article.revision == 1


def test_text_without_words_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="no text"):
        intake.take_in(actor=desk.researcher, received=received(" \n "), title="Rents", language="en")
    assert not Article.objects.exists()


def test_text_that_cannot_be_kept_is_refused(desk: Desk) -> None:
    with pytest.raises(NotCanonical):
        intake.take_in(actor=desk.researcher, received=received("a\x00b", b"x"), title="Rents", language="en")
    assert not Article.objects.exists()


# Values that do not fit their columns are refused with the field they belong to, on both databases.
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"language": "English"}, "language"),
        ({"published": "19 March"}, "published"),
        ({"url": "not an address"}, "url"),
    ],
)
def test_value_that_does_not_fit_is_refused(values: dict[str, str], field: str, desk: Desk) -> None:
    filled = {"title": "Rents", "language": "en", **values}
    with pytest.raises(Refused) as refusal:
        intake.take_in(actor=desk.researcher, received=received(), **filled)
    assert refusal.value.field == field


def test_address_that_is_known_is_refused_with_a_sentence(desk: Desk) -> None:
    url = "https://paper.example.org/rents"
    factories.make_article(desk.researcher, url=url)

    with pytest.raises(Refused, match="An article with this address is already here"):
        intake.take_in(actor=desk.researcher, received=received(), title="Rents", language="en", url=url)


def test_auditor_is_refused(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        intake.take_in(actor=desk.auditor, received=received(), title="Rents", language="en")
