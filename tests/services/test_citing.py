"""What is known of a document before somebody cites it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Snapshot, Source
from claims.services import citing
from claims.vocabulary import Stance
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

PAGE = "https://paper.example/a/story"

# Two ways to the same page: the first is how the source was kept, the second how somebody pastes it.
SAME = [
    (PAGE, PAGE),
    (PAGE, f"{PAGE}/"),
    (f"{PAGE}/", PAGE),
    (PAGE, "http://www.paper.example/a/story#second"),
    ("http://www.paper.example/a/story", PAGE),
    (PAGE, f"{PAGE}?utm_source=letter&fbclid=1"),
    (f"{PAGE}?utm_source=letter", PAGE),
    (f"{PAGE}#top", f"{PAGE}?ref=x"),
    (f"{PAGE}?b=2&a=1", f"{PAGE}?a=1&b=2&utm_medium=x"),
    ("https://paper.example", "https://www.paper.example/"),
    ("https://paper.example:8080/x", "http://www.paper.example:8080/x/"),
]
OTHER = [
    (PAGE, "https://paper.example/a/story/2"),
    (PAGE, "https://paper.example/a"),
    (PAGE, "https://paper.example.evil.example/a/story"),
    (f"{PAGE}?id=1", f"{PAGE}?id=2"),
    (PAGE, f"{PAGE}?page=2"),
    (PAGE, ""),
    (PAGE, "http://["),
    (PAGE, "javascript:alert(1)"),
    (PAGE, "just words"),
]


@pytest.mark.parametrize(("kept", "pasted"), SAME)
def test_two_ways_to_a_page_lead_to_one_source(desk: Desk, kept: str, pasted: str) -> None:
    source = factories.make_source(desk.researcher, url=kept)

    assert citing.known_source(pasted) == source


@pytest.mark.parametrize(("kept", "pasted"), OTHER)
def test_another_page_is_another_source(desk: Desk, kept: str, pasted: str) -> None:
    factories.make_source(desk.researcher, url=kept)

    assert citing.known_source(pasted) is None


def test_the_oldest_of_several_is_the_one(desk: Desk) -> None:
    first, _second = (factories.make_source(desk.researcher, url=PAGE) for _time in range(2))

    assert citing.known_source(PAGE) == first


def test_nobody_learns_a_pseudonym_by_an_address(desk: Desk) -> None:
    factories.make_source(desk.researcher, "An employee", url=PAGE, confidential=True)

    assert citing.known_source(PAGE) is None
    assert citing.habits(PAGE) == {}


def snapshot(desk: Desk, source: Source, **values: object) -> Snapshot:
    filled = {"sha256": "a" * 64, "size": 1, "media_type": "text/html", "origin": "fetched"}
    return Snapshot.objects.create(source=source, taken_by=desk.researcher, **{**filled, **values})


def test_a_page_that_moved_is_found_by_its_snapshot(desk: Desk) -> None:
    source = factories.make_source(desk.researcher, url="https://doi.example/10.1")
    snapshot(desk, source, url=PAGE)

    assert citing.known_source(f"{PAGE}/#x") == source


def test_the_newest_snapshot_tells_what_the_page_says_of_itself(desk: Desk) -> None:
    source = factories.make_source(desk.researcher, url=PAGE)
    snapshot(desk, source, about={"title": "Old"})
    snapshot(desk, source, sha256="b" * 64, about={"title": "A story", "site": "The Paper", "language": "en", "x": "y"})
    snapshot(desk, source, sha256="c" * 64)

    assert citing.said_of_itself(source) == {"title": "A story", "publisher": "The Paper", "language": "en"}


def test_a_host_keeps_its_publisher_and_kind(desk: Desk) -> None:
    factories.make_source(desk.researcher, url=PAGE, publisher="Old name", kind="primary")
    factories.make_source(desk.researcher, url="http://www.paper.example/b", publisher="The Paper", kind="primary_copy")
    factories.make_source(desk.researcher, url="https://paper.example.org/b", publisher="Another")

    assert citing.habits("https://paper.example/c") == {"publisher": "The Paper", "kind": "primary_copy"}


def test_how_other_claims_use_a_source_is_counted(desk: Desk) -> None:
    source, mine = factories.make_source(desk.researcher), factories.research_claim(desk)
    for stance in ("supports", "supports", "contradicts"):
        other = factories.research_claim(desk)
        factories.edit(other, desk.researcher, factories.evidence_item("A1", source, stance=stance))
    factories.edit(other, desk.researcher, factories.evidence_item("A2", source, stance="background"))
    factories.edit(other, desk.researcher, factories.evidence_item("A3", source, seen_how=""))
    factories.edit(mine, desk.researcher, factories.evidence_item("A1", source))

    used = citing.usage(source, but=mine)

    assert used.claims == 3
    assert used.stances == {Stance.SUPPORTS: 2, Stance.CONTRADICTS: 1, Stance.BACKGROUND: 1}


def test_the_same_words_of_the_same_source_are_one_item(desk: Desk) -> None:
    source, claim = factories.make_source(desk.researcher), factories.research_claim(desk)
    factories.edit(claim, desk.researcher, factories.evidence_item("A1", source, excerpt="plus 9\nper cent"))

    assert citing.same_item(claim, source, " plus 9 per  cent ").key == "A1"
    assert citing.same_item(claim, source, "plus 8 per cent") is None
    assert citing.same_item(claim, factories.make_source(desk.researcher), "plus 9 per cent") is None


def test_looking_costs_the_same_however_many_sources_there_are(desk: Desk) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            citing.known_source("https://nowhere.example/x")
        return len(captured)

    before = asked()
    for number in range(20):
        factories.make_source(desk.researcher, url=f"https://nowhere.example/{number}")

    assert asked() == before <= 3
