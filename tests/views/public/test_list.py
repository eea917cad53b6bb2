"""The front page: what it lists, how it is narrowed down, and how one walks through it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from claims.models import Check
from claims.services import publication
from claims.views.public import front
from claims.vocabulary import WithholdingReason
from tests import factories
from tests.factories import Desk
from tests.views.public.test_check import page


def check_of(desk: Desk, headline: str, **values: Any) -> Check:
    edits = {"verdict.texts.en.headline": headline, **values.pop("edits", {})}
    return factories.make_check(desk, edits=edits, **values)


def headlines(client: Client, query: str = "", *, prefix: str = "/") -> list[str]:
    html = page(client, f"{prefix}{query}")
    return re.findall(r'<h2 class="story__headline".*?><a .*?>(.*?)</a>', html)


def test_the_newest_check_comes_first(client: Client, desk: Desk) -> None:
    for headline in ("One", "Two", "Three"):
        check_of(desk, headline)

    assert headlines(client) == ["Three", "Two", "One"]


def test_a_card_shows_finding_claim_speaker_and_dates(client: Client, check: Check) -> None:
    html = page(client, "/")

    for words in (
        "Mostly true",
        "Rents rose, but by less",
        "Rents in the city rose",
        "Tenants&#x27; Union",
        "18 March 2025",
    ):
        assert words in html, words


def test_in_german_too(client: Client, check: Check) -> None:
    assert headlines(client, prefix="/de/") == ["Gestiegen, aber weniger"]


def test_a_check_that_lacks_the_language_is_listed_in_the_one_it_has(client: Client, desk: Desk) -> None:
    check = check_of(desk, "Only English", edits={"verdict.texts.de.headline": ""})
    html = page(client, "/de/")

    assert f'lang="en"><a href="/checks/{check.slug}/" hreflang="en">Only English</a>' in html
    assert "auf Englisch" in html


def test_an_empty_site_says_so(client: Client, db: None) -> None:
    assert "Nothing is published yet" in page(client, "/")


def test_a_withdrawn_check_is_listed_as_such(client: Client, desk: Desk, check: Check) -> None:
    publication.retract(claim_id=check.claim.pk, actor=desk.chief, reasons={"en": "Misread."})

    assert "No longer valid" in page(client, "/")


@pytest.mark.parametrize("language", ["", "en"])
def test_what_is_offline_is_not_listed(client: Client, desk: Desk, check: Check, language: str) -> None:
    publication.withhold(
        claim_id=check.claim.pk,
        actor=desk.editor,
        reason=WithholdingReason.ERROR,
        note={"en": "Wrong."},
        language=language,
    )

    assert headlines(client) == (["Gestiegen, aber weniger"] if language else [])


@pytest.fixture
def three(desk: Desk) -> None:
    outlet = factories.make_outlet(desk.researcher, "The Evening Paper")
    version = factories.make_article(desk.researcher, outlet=outlet)
    check_of(desk, "Alpha: straße", version=version, topics=["housing", "money"])
    check_of(desk, "Beta", speaker=factories.make_speaker(desk.researcher, "Anna Ö. Mayer"), topics=["health"])
    check_of(desk, "Gamma", edits={"verdict.rating": factories.rating("false")}, topics=["housing"])


# Each filter narrows, together they narrow further, and an unknown value finds nothing.
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=beta", ["Beta"]),
        ("?q=STRASSE", ["Alpha: straße"]),
        ("?q=alpha+rents", ["Alpha: straße"]),
        ("?q=alpha+beta", []),
        ("?q=100%25", []),
        ("?q=%00beta", ["Beta"]),
        ("?rating=false", ["Gamma"]),
        ("?speaker=anna-oe-mayer", ["Beta"]),
        ("?topic=housing", ["Gamma", "Alpha: straße"]),
        ("?topic=hous", []),
        ("?topic=housing%7Cmoney", []),
        ("?outlet=The+Evening+Paper", ["Alpha: straße"]),
        ("?topic=housing&rating=false", ["Gamma"]),
        ("?rating=nonsense", []),
        ("?rating=", ["Gamma", "Beta", "Alpha: straße"]),
        ("?other=1", ["Gamma", "Beta", "Alpha: straße"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_narrowing_down(client: Client, query: str, found: list[str]) -> None:
    assert headlines(client, query) == found


@pytest.mark.usefixtures("three")
def test_filters_offer_what_there_is_with_its_number(client: Client) -> None:
    html = page(client, "/?rating=false")

    for option in (
        '<option value="mostly-true">True? Mostly true (2)</option>',
        '<option value="false" selected>True? False (1)</option>',
        '<option value="anna-oe-mayer">Anna Ö. Mayer (1)</option>',
        '<option value="housing">housing (2)</option>',
        '<option value="The Evening Paper">The Evening Paper (1)</option>',
    ):
        assert option in html, option


@pytest.mark.usefixtures("three")
def test_each_filter_can_be_taken_away_by_itself(client: Client) -> None:
    html = page(client, "/?q=gamma&rating=false&after=2099-01-01T00:00:00%2B00:00_1")

    assert 'href="/?rating=false"' in html
    assert 'href="/?q=gamma"' in html


@pytest.mark.usefixtures("three")
def test_nothing_found_says_what_to_do(client: Client) -> None:
    assert "No check matches" in page(client, "/?q=nowhere")


def test_one_walks_to_older_checks_and_back(client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "PAGE_SIZE", 2)
    for headline in "ABCDE":
        check_of(desk, headline)

    def neighbour(html: str, rel: str) -> str:
        found = re.search(rf'<a href="([^"]*)" rel="{rel}"', html)
        return found[1].replace("&amp;", "&") if found else ""

    first = page(client, "/?topic=housing")
    second = page(client, f"/{neighbour(first, 'next')}")
    third = page(client, f"/{neighbour(second, 'next')}")
    names = [re.findall(r'hreflang="|>([A-E])</a>', html) for html in (first, second, third)]
    assert [[name for name in page_names if name] for page_names in names] == [["E", "D"], ["C", "B"], ["A"]]
    assert not neighbour(third, "next")
    assert not neighbour(first, "prev")
    assert headlines(client, neighbour(third, "prev")) == ["C", "B"]
    assert headlines(client, neighbour(second, "prev")) == ["E", "D"]


def test_checks_of_the_same_moment_are_all_shown_once(
    client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "PAGE_SIZE", 1)
    checks = [check_of(desk, headline) for headline in "ABC"]
    moment = checks[0].last_published_at
    Check.objects.update(last_published_at=moment)
    query, seen = "", []
    for _ in checks:
        seen += headlines(client, query)
        older = re.search(r'<a href="(\?[^"]*)" rel="next"', page(client, f"/{query}"))
        query = older[1].replace("&amp;", "&") if older else ""

    assert seen == ["C", "B", "A"]


def test_a_newer_page_that_is_not_full_shows_the_top(
    client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "PAGE_SIZE", 2)
    checks = [check_of(desk, headline) for headline in "ABC"]
    moment = checks[1].last_published_at
    assert moment is not None
    cursor = f"{(moment + timedelta(microseconds=1)).isoformat().replace('+', '%2B')}_0"

    assert headlines(client, f"?before={cursor}") == ["C", "B"]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "2025-01-01_1", "2025-01-01T00:00:00_1", "2025-01-01T00:00:00%2B00:00_x", "0001-01-01T00:00:00%2B01:00_1",
     "2025-01-01T00:00:00%2B00:00_99999999999999999999", "2025-01-01T00:00:00%2B00:00_-1"],
)  # fmt: skip
def test_a_cursor_that_cannot_be_read_is_the_first_page(client: Client, check: Check, cursor: str) -> None:
    assert headlines(client, f"?after={cursor}") == ["Rents rose, but by less"]


def test_the_number_of_queries_does_not_grow(
    client: Client, desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for headline in "ABCD":
        check_of(desk, headline)

    with django_assert_max_num_queries(6):
        page(client, "/")
