"""What an open page asks every few seconds: a stamp that changes when anything in the article does, and only then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import ArticleVersion
from claims.services import intake, research
from tests import factories
from tests.views.desk.helpers import as_user
from tests.views.desk.reader_page import ReaderPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(desk: factories.Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher)


def address(version: ArticleVersion) -> str:
    return reverse("desk:article_state", args=[version.article_id])


def stamp(desk: factories.Desk, version: ArticleVersion) -> str:
    answer = as_user(desk.auditor).get(address(version), {"version": version.number})
    assert answer["Content-Type"] == "application/json"
    return str(answer.json()["stamp"])


def test_the_page_has_the_stamp_that_the_state_has(desk: factories.Desk, version: ArticleVersion) -> None:
    factories.inbox_claim(desk, version=version)
    shown = ReaderPage(as_user(desk.auditor).get(reverse("desk:article", args=[version.article_id])))

    assert shown.root["data-stamp"] == stamp(desk, version) == stamp(desk, version)
    assert shown.root["data-state-url"] == f"{address(version)}?version=1"


def mark(desk: factories.Desk, version: ArticleVersion) -> None:
    factories.inbox_claim(desk, version=version, passages=[factories.passage(version, "The mayor")])


def move(desk: factories.Desk, version: ArticleVersion) -> None:
    research.accept(claim_id=version.quotations.get().claim_id, actor=desk.editor)


def move_an_end(desk: factories.Desk, version: ArticleVersion) -> None:
    quotation = version.quotations.get()
    research.edit_quotation(
        claim_id=quotation.claim_id, actor=desk.editor, quotation_id=quotation.pk, end=quotation.end - 8
    )


def link(desk: factories.Desk, version: ArticleVersion) -> None:
    other = factories.inbox_claim(desk)
    research.link_as_same(claim_id=version.quotations.get().claim_id, actor=desk.editor, same_as_id=other.pk)


def set_aside(desk: factories.Desk, version: ArticleVersion) -> None:
    sentence = version.analysis[0]
    intake.set_aside(
        actor=desk.editor,
        article_id=version.article_id,
        version_id=version.pk,
        start=sentence["start"],
        end=sentence["end"],
        reason="So.",
    )


def come_in_again(desk: factories.Desk, version: ArticleVersion) -> None:
    factories.make_version(desk.editor, version.article, "Something else altogether.")


@pytest.mark.parametrize("happens", [mark, move, move_an_end, link, set_aside, come_in_again])
def test_it_changes_with_the_article(
    desk: factories.Desk, version: ArticleVersion, happens: Callable[[factories.Desk, ArticleVersion], None]
) -> None:
    factories.inbox_claim(desk, version=version)
    before = stamp(desk, version)

    happens(desk, version)

    assert stamp(desk, version) != before


def test_it_stays_whatever_happens_elsewhere(desk: factories.Desk, version: ArticleVersion) -> None:
    before = stamp(desk, version)
    factories.inbox_claim(desk)

    assert stamp(desk, version) == before


def test_whoever_has_it_already_gets_nothing_new(desk: factories.Desk, version: ArticleVersion) -> None:
    client = as_user(desk.researcher)
    answer = client.get(address(version))

    again = client.get(address(version), headers={"if-none-match": answer["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    mark(desk, version)
    assert client.get(address(version), headers={"if-none-match": answer["ETag"]}).status_code == 200


def test_it_is_cheap(desk: factories.Desk, version: ArticleVersion) -> None:
    """Session, person, roles, the article, its claims: no more, however many there are."""
    client = as_user(desk.researcher)
    counts = []
    for number in (1, 6):
        for place in range(number):
            words = version.text.split()[number + place]
            factories.inbox_claim(desk, version=version, passages=[factories.passage(version, words)])
        client.get(address(version))
        with CaptureQueriesContext(connection) as caught:
            client.get(address(version))
        counts.append(len(caught))

    assert counts == [5, 5]


def test_who_may_ask(desk: factories.Desk, version: ArticleVersion) -> None:
    assert Client().get(address(version)).status_code == 302
    assert as_user(factories.make_user()).get(address(version)).status_code == 404
    assert as_user(desk.auditor).post(address(version)).status_code == 405
    assert as_user(desk.auditor).get("/desk/articles/999999/state/").status_code == 404
