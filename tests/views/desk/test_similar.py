""" "Checked before?": the desk's own claims that say something like the picked words."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from claims.models import ArticleVersion
from claims.services import research
from claims.views.desk import similar
from claims.vocabulary import Status
from tests import factories
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(desk: factories.Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher)


def ask(user: User, version: ArticleVersion, words: str, *, part: bool = True, **asked: object) -> HttpResponse:
    where = f"/desk/articles/{version.article_id}/similar/"
    return as_user(user).get(where, {"q": words, "version": 1, **asked}, headers={"x-part": "form"} if part else {})


# The claim says: Rents in the city rose by 12 per cent in 2024; and the same in German.

LIKE = [
    ("Rents in the city rose by 12 per cent in 2024.", "nearly the same"),
    ("RENTS IN THE CITY ROSE BY 12 PER CENT IN 2024", "nearly the same"),
    ("In der Stadt sind die Mieten 2024 um 12 Prozent gestiegen", "nearly the same"),
    ("die MIETEN sind um 12 Prozent gestiegen", "very similar"),
    ("The city's rents were up 12 per cent in 2024", "nearly the same"),
    ("12 per cent in 2024", "very similar"),
    ("Wages in the city rose by 9 per cent in 2023.", ""),
    ("The mayor resigned on Monday.", ""),
    ("in the by of", ""),
    ("", ""),
    ("\0", ""),
    ("%", ""),
    ("_" * 500, ""),
]


@pytest.mark.parametrize(("words", "called"), LIKE)
def test_what_is_like_a_claim(desk: factories.Desk, version: ArticleVersion, words: str, called: str) -> None:
    claim = factories.inbox_claim(desk)

    shown = text(ask(desk.auditor, version, words))

    assert (claim.get_absolute_url() in shown) == bool(called)
    assert called in shown
    assert ("No claim here says anything like it." in shown) == (not called)


def test_a_quotation_counts_as_the_statement_does(desk: factories.Desk, version: ArticleVersion) -> None:
    claim = factories.inbox_claim(desk, version=version, statements={"en": "Something else entirely."})

    assert claim.get_absolute_url() in text(ask(desk.auditor, version, factories.PASSAGE))


def test_the_quoted_words_are_searched_for_as_well(desk: factories.Desk, version: ArticleVersion) -> None:
    claim = factories.inbox_claim(desk, version=version)
    start = version.text.index(factories.PASSAGE)
    where = {"start": start, "end": start + len(factories.PASSAGE)}

    assert claim.get_absolute_url() in text(ask(desk.auditor, version, "Nothing alike", **where))
    for bad in ({"start": "x", "end": "9"}, {"start": "5", "end": ""}, {"start": "9" * 99, "end": "1"}):
        assert ask(desk.auditor, version, "Nothing alike", **bad).status_code == 200


def test_letters_beyond_ascii_are_found_in_either_case(desk: factories.Desk, version: ArticleVersion) -> None:
    claim = factories.inbox_claim(desk, statements={"de": "ÄRZTE ÜBEN ÖFTER ALS FRÜHER"})

    assert claim.get_absolute_url() in text(ask(desk.auditor, version, "Ärzte üben öfter als früher"))


def test_the_likest_comes_first_and_a_handful_is_shown(desk: factories.Desk, version: ArticleVersion) -> None:
    speaker = factories.make_speaker(desk.researcher)
    words = "Rents in the city rose by 12 per cent"
    many = [
        factories.inbox_claim(
            desk, statements={"en": f"{words} {'and more than ever elsewhere ' * at}"}, speaker=speaker
        )
        for at in range(8)
    ]

    found = similar.find([words])

    assert len(found) == similar.SHOWN
    assert found[0].claim == many[0]


def test_a_duplicate_is_not_shown_beside_what_stays(desk: factories.Desk, version: ArticleVersion) -> None:
    one, two = factories.inbox_claim(desk), factories.inbox_claim(desk)
    research.link_as_same(claim_id=one.pk, actor=desk.researcher, same_as_id=two.pk)

    assert [found.claim for found in similar.find([factories.PASSAGE])] == [two]


@pytest.mark.parametrize("status", [Status.INBOX, Status.RESEARCH, Status.REVIEW, Status.PUBLISHED, Status.DECLINED])
def test_only_what_can_be_edited_can_quote_the_words(
    desk: factories.Desk, version: ArticleVersion, status: Status
) -> None:
    claim = factories.claim_in(status, desk)

    shown = text(ask(desk.researcher, version, factories.PASSAGE))

    assert f"stage--{status.value}" in shown
    assert (f'value="{claim.pk}"' in shown) == (status in (Status.INBOX, Status.RESEARCH))


def test_as_a_page_it_has_a_frame(desk: factories.Desk, version: ArticleVersion) -> None:
    claim = factories.inbox_claim(desk)
    shown = text(ask(desk.auditor, version, factories.PASSAGE, part=False))

    assert "<html" in shown
    assert claim.get_absolute_url() in shown


def test_a_statement_is_words_and_never_markup(desk: factories.Desk, version: ArticleVersion) -> None:
    factories.inbox_claim(desk, statements={"en": f"{factories.PASSAGE} <script>alert(1)</script>"})

    assert "<script>alert" not in text(ask(desk.auditor, version, factories.PASSAGE))


def test_it_costs_the_same_however_many_claims_there_are(desk: factories.Desk, version: ArticleVersion) -> None:
    counts = []
    for number in (1, 8):
        for at in range(number):
            factories.inbox_claim(desk, version=version, statements={"en": f"{factories.PASSAGE} {at}"})
        with CaptureQueriesContext(connection) as caught:
            similar.find([factories.PASSAGE])
        counts.append(len(caught))

    assert counts[0] == counts[1] <= 5


def test_a_very_long_text_is_searched_for_by_its_beginning(desk: factories.Desk, version: ArticleVersion) -> None:
    assert ask(desk.auditor, version, "word 12 " * 900).status_code == 200
    assert similar.find(["rents 12 " * 50_000]) == []


def test_outsiders_find_nothing(version: ArticleVersion) -> None:
    assert ask(factories.make_user(), version, "x").status_code == 404
