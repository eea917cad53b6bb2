"""The block on the article's page: what cannot count as evidence for its claims."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Article, Exclusion
from claims.services import intake
from tests import factories
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db

PAGE = "https://reprint.example/story"


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def article(desk: factories.Desk) -> Article:
    return factories.make_article(desk.researcher, url="https://paper.example/1").article


@pytest.fixture
def client(desk: factories.Desk) -> Client:
    return as_user(desk.researcher)


def page(article: Article) -> str:
    return reverse("desk:article", args=[article.pk])


def post(client: Client, article: Article, **values: Any) -> Any:
    filled = {"url": PAGE, "reason": "A reprint.", **values}
    return client.post(reverse("desk:exclude", args=[article.pk]), filled)


def test_a_page_is_excluded_and_listed_with_its_reason(article: Article, client: Client) -> None:
    answer = post(client, article, url="reprint.example/story/")

    assert answer["Location"] == f"{page(article)}#exclusions"
    shown = text(client.get(page(article)))
    assert PAGE in shown
    assert "A reprint." in shown


def test_what_is_excluded_by_itself_is_shown(desk: factories.Desk, article: Article, client: Client) -> None:
    reprint = factories.make_article(desk.researcher, f"{factories.TEXT} Again.", url="https://wire.example/9").article
    intake.link_appearance(actor=desk.researcher, article_id=article.pk, other_id=reprint.pk)

    shown = text(client.get(page(article)))

    assert "the article's own address" in shown
    assert "https://wire.example/9" in shown
    assert "where it also appeared" in shown


def test_it_can_count_again(article: Article, client: Client) -> None:
    post(client, article)

    assert post(client, article, again="yes").status_code == 302
    assert not Exclusion.objects.exists()


BAD = [
    ("url", "javascript:alert(1)"),
    ("url", ""),
    ("url", f"{PAGE}/{'x' * 2000}"),
    ("reason", ""),
    ("reason", "x" * 501),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_cannot_be_comes_back_with_what_was_typed(article: Article, client: Client, name: str, value: str) -> None:
    answer = post(client, article, **{name: value})

    assert answer.status_code == 422
    assert "Not saved yet. What you typed is kept." in text(answer)
    assert ("A reprint." if name == "url" else PAGE) in text(answer)
    assert not Exclusion.objects.exists()


def test_an_auditor_reads_the_list_and_changes_nothing(desk: factories.Desk, article: Article, client: Client) -> None:
    post(client, article)
    auditor = as_user(desk.auditor)

    assert PAGE in text(auditor.get(page(article)))
    assert "Exclude it" not in text(auditor.get(page(article)))
    assert post(auditor, article).status_code == 403


def test_the_history_in_the_admin_tells_it(desk: factories.Desk, article: Article, client: Client) -> None:
    post(client, article)
    post(client, article, again="yes")

    shown = text(as_user(desk.editor).get(reverse("admin:claims_article_history", args=[article.pk])))

    assert "Cannot count as evidence" in shown
    assert "Let count as evidence again" in shown
