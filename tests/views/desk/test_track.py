"""What the desk found before, beside the rating: listed and counted, never scored."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from claims.models import Claim
from claims.services import publication
from claims.views.desk import track
from claims.vocabulary import WithholdingReason
from tests import factories
from tests.views.desk.helpers import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def published(desk: factories.Desk, rating: str, **values: object) -> Claim:
    return factories.published_claim(desk, {"verdict.rating": factories.rating(rating)}, **values)


def in_words(tally: track.Tally) -> tuple[str, int, list[tuple[str, int]]]:
    return tally.of, tally.total, tally.ratings


def test_ratings_are_counted_in_the_scale_s_order(desk: factories.Desk) -> None:
    speaker = factories.make_speaker(desk.editor, "Baidu")
    for rating in ("partly-false", "true", "partly-false"):
        published(desk, rating, speaker=speaker)
    claim = factories.research_claim(desk, speaker=speaker)

    assert in_words(track.record(claim).tallies[0]) == ("Baidu", 3, [("True", 1), ("Partly false", 2)])


def test_topics_are_counted_beside_the_speaker(desk: factories.Desk) -> None:
    published(desk, "true", topics=["housing", "100%"])
    claim = factories.research_claim(
        desk, speaker=factories.make_speaker(desk.editor, "Somebody"), topics=["housing", "house", "1%"]
    )

    assert [in_words(tally) for tally in track.record(claim).tallies] == [("housing", 1, [("True", 1)])]


def test_the_newest_come_first_and_say_why(desk: factories.Desk) -> None:
    speaker = factories.make_speaker(desk.editor, "Baidu")
    for _number in range(track.SHOWN + 1):
        last = published(desk, "true", speaker=speaker, topics=["search"])
    claim = factories.research_claim(desk, speaker=speaker, topics=["search"])

    found = track.record(claim)

    assert len(found.checks) == track.SHOWN
    assert found.checks[0].card.url == last.check_page.get_absolute_url()
    assert found.checks[0].because == "same speaker, topic “search”"
    assert found.tallies[0].total == track.SHOWN + 1


def test_its_own_check_and_what_is_gone_do_not_count(desk: factories.Desk) -> None:
    speaker = factories.make_speaker(desk.editor, "Baidu")
    factories.retracted_claim(desk, speaker=speaker)
    offline = published(desk, "true", speaker=speaker)
    publication.withhold(claim_id=offline.pk, actor=desk.editor, reason=WithholdingReason.ERROR, note={"en": "Error."})
    own = factories.reopened_claim(desk, speaker=speaker)

    assert track.record(own) == track.Record([], [])


def test_three_queries_whatever_was_published(
    desk: factories.Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    speaker = factories.make_speaker(desk.editor, "Baidu")
    for _number in range(3):
        published(desk, "true", speaker=speaker, topics=["search", "web"])
    claim = factories.fresh(factories.research_claim(desk, speaker=speaker, topics=["search", "web"]))
    speaker = claim.speaker

    with django_assert_max_num_queries(3):
        track.record(claim)


def test_it_stands_beside_the_rating(desk: factories.Desk) -> None:
    speaker = factories.make_speaker(desk.editor, "Baidu")
    published(desk, "true", speaker=speaker)
    claim = factories.research_claim(desk, speaker=speaker)

    shown = page(desk.researcher, reverse("desk:verdict", args=[claim.pk]))

    assert "<strong>Baidu</strong>: 1 check: 1 True" in shown
