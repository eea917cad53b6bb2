"""Comments on a claim: said once, resolved once, and never lost."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from claims.services import review
from tests import factories
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def say(client: Client, claim: Claim, words: str, opened_at: int | str = "") -> object:
    return client.post(reverse("desk:comment", args=[claim.pk]), {"comment": words, "opened_at": opened_at})


def test_it_stands_on_the_claim(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)

    answer = say(as_user(desk.researcher), claim, "Which register is meant?")

    assert answer.status_code == 302
    assert claim.reviews.get().comment == "Which register is meant?"
    assert factories.last_entry(claim).actor == desk.researcher


def test_a_second_click_says_it_once(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    client = as_user(desk.researcher)

    for _click in range(2):
        say(client, claim, "Which register is meant?", claim.revision)

    assert claim.reviews.count() == 1


def test_the_same_words_on_a_page_opened_later_are_another_comment(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    client = as_user(desk.researcher)
    say(client, claim, "Still open.", claim.revision)

    say(client, claim, "Still open.", factories.fresh(claim).revision)

    assert claim.reviews.count() == 2


@pytest.mark.parametrize("words", ["", "   ", "a\x00b", "x" * 10_001], ids=["empty", "blank", "NUL", "huge"])
def test_what_cannot_be_stored_is_refused_and_kept(desk: factories.Desk, words: str) -> None:
    claim = factories.inbox_claim(desk)

    answer = say(as_user(desk.researcher), claim, words)

    assert answer.status_code == 422
    assert words.replace("\x00", "").strip() in text(answer).replace("\x00", "")
    assert not claim.reviews.exists()


def test_an_auditor_may_not(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)

    assert say(as_user(desk.auditor), claim, "I noticed something.").status_code == 403
    assert not claim.reviews.exists()


def test_outsiders_find_nothing(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)

    assert say(as_user(factories.make_user()), claim, "Hello.").status_code == 404


def test_it_is_posted_not_visited(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)

    assert as_user(desk.researcher).get(reverse("desk:comment", args=[claim.pk])).status_code == 405


def test_resolving_twice_is_resolving_once(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    remark = review.comment(claim_id=claim.pk, actor=desk.editor, text="Which register?")
    where = reverse("desk:resolve", args=[claim.pk, remark.pk])
    client = as_user(desk.researcher)

    answers = [client.post(where) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    remark.refresh_from_db()
    assert remark.resolved_by == desk.researcher
    assert factories.fresh(claim).revision == 3


def test_a_comment_of_another_claim_is_not_found(desk: factories.Desk) -> None:
    claim, other = factories.inbox_claim(desk), factories.inbox_claim(desk)
    remark = review.comment(claim_id=other.pk, actor=desk.editor, text="Which register?")

    answer = as_user(desk.researcher).post(reverse("desk:resolve", args=[claim.pk, remark.pk]))

    assert answer.status_code == 404
    remark.refresh_from_db()
    assert remark.is_open


def test_an_auditor_resolves_nothing(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    remark = review.comment(claim_id=claim.pk, actor=desk.editor, text="Which register?")

    assert as_user(desk.auditor).post(reverse("desk:resolve", args=[claim.pk, remark.pk])).status_code == 403
