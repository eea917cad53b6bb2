"""Two people who mark the same words at the same moment, and one who clicks twice: with real connections."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from claims.models import ArticleVersion, Claim, Speaker
from claims.services import verification
from tests import factories
from tests.views.desk.forms import read_form
from tests.views.desk.helpers import as_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version(desk: factories.Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))


@pytest.fixture
def desk(transactional_db: None) -> factories.Desk:
    return factories.make_desk()


def opened(user: User, version: ArticleVersion) -> tuple[Client, dict[str, Any]]:
    """A tab in which the form is open, with a speaker that nobody has made yet."""
    client = as_user(user)
    start = version.text.index(factories.PASSAGE)
    where = {"version": 1, "start": start, "end": start + len(factories.PASSAGE)}
    page = client.get(reverse("desk:mark", args=[version.article_id]), where)
    form = read_form(page.content.decode(), "statement")
    return client, {**form, "voice-1-who": "", "voice-1-name": "The Landlords", "new_speaker": "The Landlords"}


def sent_at_once(version: ArticleVersion, *tabs: tuple[Client, dict[str, Any]]) -> list[HttpResponse]:
    start = threading.Barrier(len(tabs))
    answers: list[HttpResponse] = []

    def send(client: Client, form: dict[str, Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            where = reverse("desk:mark", args=[version.article_id])
            answers.append(client.post(where, form, headers={"x-part": "form"}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=tab) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_a_double_click_makes_one_claim(desk: factories.Desk, version: ArticleVersion) -> None:
    tab = opened(desk.researcher, version)

    answers = sent_at_once(version, tab, tab)

    claim = Claim.objects.get()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert all(answer["Location"].endswith(f"#claim-{claim.pk}") for answer in answers)
    assert Speaker.objects.filter(name="The Landlords").count() == 1
    assert list(verification.verify()) == []


def test_two_people_make_two_claims_and_none_is_lost(desk: factories.Desk, version: ArticleVersion) -> None:
    answers = sent_at_once(version, opened(desk.researcher, version), opened(desk.editor, version))

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Claim.objects.count() == 2
    assert {claim.ledger.get(sequence=1).actor for claim in Claim.objects.all()} == {desk.researcher, desk.editor}
    assert "quotes the same words" in answers[-1].content.decode()
    assert list(verification.verify()) == []
