"""The verdict page of a check that is online."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from claims.models import Check
from tests import factories
from tests.factories import Desk

CANONICAL = '<link rel="canonical" href="{}">'


def jsonld(html: str) -> Any:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert len(found) <= 1
    return json.loads(found[0]) if found else None


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_it_shows_the_claim_the_finding_and_what_it_rests_on(client: Client, url: str) -> None:
    html = page(client, url)

    for words in (
        "Rents in the city rose by 12 per cent in 2024.",
        "Tenants&#x27; Union says:",
        "rents in the city rose by 12 per cent in 2024</q>",
        "The Morning Paper",
        "True?",
        "Mostly true",
        "Core right despite slips",
        '<h1 data-field="headline">Rents rose, but by less</h1>',
        "The register says 9 per cent.",
        'href="#evidence-R1" id="cite-R1"',
        'id="evidence-R1"',
        "plus 9 per cent",
        "Contradicts",
        "What is known today",
        "1 April 2025",
    ):
        assert words in html, words


def test_the_same_in_german_stands_under_its_prefix(client: Client, url: str) -> None:
    html = page(client, f"/de{url}")

    for words in (
        '<html lang="de">',
        "Gestiegen, aber weniger",
        "Größtenteils richtig",
        "Widerspricht",
        "1. April 2025",
    ):
        assert words in html, words
    assert "Rents rose, but by less" not in html


def test_writer_and_second_reader_are_named(client: Client, desk: Desk, url: str) -> None:
    html = page(client, url)

    assert desk.researcher.get_full_name() in html
    assert desk.editor.get_full_name() in html


@pytest.mark.parametrize("prefix", ["", "/de"])
def test_its_address_is_canonical_and_each_language_is_named(
    client: Client, url: str, settings: Any, prefix: str
) -> None:
    settings.SITE_URL = "https://desk.example"
    html = page(client, prefix + url)

    assert CANONICAL.format(f"https://desk.example{prefix}{url}") in html
    assert f'<link rel="alternate" hreflang="en" href="https://desk.example{url}">' in html
    assert f'<link rel="alternate" hreflang="de" href="https://desk.example/de{url}">' in html


def test_its_claimreview_says_what_the_page_says(client: Client, url: str, settings: Any) -> None:
    settings.SITE_URL = "https://desk.example"
    html = page(client, f"/de{url}")
    found = jsonld(html)

    assert found["@type"] == "ClaimReview"
    assert found["url"] == f"https://desk.example/de{url}"
    assert found["claimReviewed"] == "Die Mieten in der Stadt sind 2024 um 12 Prozent gestiegen."
    assert found["reviewRating"]["alternateName"] == "Größtenteils richtig"
    for words in (found["name"], found["description"], found["claimReviewed"], found["reviewRating"]["alternateName"]):
        assert words in html.replace(found["@context"], "").partition("<body")[2], words


def test_two_queries_are_enough_however_many_rows(
    client: Client, desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))
    checks = [factories.make_check(desk, version=version) for _ in range(4)]

    with django_assert_max_num_queries(2):
        html = page(client, f"/checks/{checks[0].slug}/")
    assert html.count('class="also__entry"') == 3


def test_a_language_that_it_lacks_leads_to_one_it_has(client: Client, desk: Desk) -> None:
    check = factories.make_check(desk, edits={"verdict.texts.de.headline": ""})
    response = client.get(f"/de/checks/{check.slug}/")

    assert (response.status_code, response["Location"]) == (302, f"/checks/{check.slug}/")


def test_what_was_never_published_is_not_there(client: Client, desk: Desk) -> None:
    factories.approved_claim(desk)

    page(client, "/checks/rents-in-the-city-rose-by-12-per-cent-in-2024/", 404)
    page(client, "/checks/rents-in-the-city-rose-by-12-per-cent-in-2024/versions/1/", 404)
    page(client, "/checks/rents-in-the-city-rose-by-12-per-cent-in-2024.json", 404)


def test_it_is_the_same_for_everybody(client: Client, desk: Desk, url: str) -> None:
    strangers = client.get(url)
    client.force_login(desk.chief)
    chiefs = client.get(url)

    assert chiefs.content == strangers.content
    assert "Cookie" not in strangers.get("Vary", "")
    assert not strangers.cookies


def test_it_is_read_only(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405


def test_what_authors_type_stays_text(client: Client, desk: Desk) -> None:
    attack = "</script><script>alert(1)</script>"
    check = factories.make_check(
        desk,
        edits={
            "verdict.texts.en.headline": attack,
            "verdict.texts.en.summary": attack,
            "verdict.texts.en.rationale": f"{attack} [x](javascript:alert(1)) [@R1] [@B1]",
        },
    )
    html = page(client, f"/checks/{check.slug}/")

    assert jsonld(html)["name"] == attack
    assert "<script>" not in html
    assert 'href="javascript' not in html


def test_an_error_can_be_reported_where_the_desk_has_a_mailbox(client: Client, url: str, settings: Any) -> None:
    settings.CONTACT_EMAIL = "desk@desk.example"

    assert 'href="mailto:desk@desk.example?subject=Error%20in%3A%20Rents%20rose' in page(client, url)


def test_complaints_have_a_way(client: Client, url: str, settings: Any) -> None:
    settings.COMPLAINTS_URL = "https://press-council.example/"

    assert 'href="https://press-council.example/"' in page(client, url)


def test_no_page_has_inline_style_or_script(client: Client, url: str) -> None:
    for address in (url, "/"):
        html = page(client, address)
        assert " style=" not in html
        assert not re.search(r"\son[a-z]+=", html)
        assert not re.findall(r"<script(?! type=\"application/ld\+json\">| type=\"module\" src=)", html)


def test_the_data_are_the_frozen_texts_byte_for_byte(client: Client, check: Check) -> None:
    response = client.get(f"/checks/{check.slug}.json")
    current = check.current
    assert current is not None

    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "content": current.content_data,
        "envelope": current.envelope_data,
        "names": current.names_data,
    }
    assert current.content.text in response.content.decode()
    assert current.content.salt not in response.content.decode()
