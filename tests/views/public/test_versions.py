"""Later versions, earlier ones, and a check that was withdrawn."""

from __future__ import annotations

from django.test import Client

from claims.models import Check
from claims.services import publication
from tests import factories
from tests.factories import Desk
from tests.views.public.test_check import jsonld, page


def correct(check: Check, desk: Desk, note: str = "The bank's figure was added.") -> None:
    factories.publish_again(check.claim, desk, note=note)


def test_a_corrected_page_opens_with_what_was_corrected(client: Client, desk: Desk, check: Check, url: str) -> None:
    correct(check, desk)
    html = page(client, url)

    assert "Corrected on" in html
    assert "The bank&#x27;s figure was added." in html
    assert 'href="#versions"' in html
    assert jsonld(html)["version"] == "2"


def test_a_note_in_another_language_is_marked_as_such(client: Client, desk: Desk, check: Check, url: str) -> None:
    correct(check, desk)

    assert '<p lang="en">The bank&#x27;s figure was added.</p>' in page(client, f"/de{url}")


def test_a_correction_stays_in_sight_when_a_minor_change_follows(
    client: Client, desk: Desk, check: Check, url: str
) -> None:
    correct(check, desk)
    claim = factories.research_again(factories.fresh(check.claim), desk, note="Spelling.")
    factories.edit(claim, desk.researcher, {"verdict.change_kind": "minor"})
    factories.review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.publish(factories.approve(claim, desk.editor), desk.editor)
    html = page(client, url)

    assert "Corrected on" in html
    assert html.count("Spelling.") == 1  # in the list of versions only


def test_an_earlier_version_says_so_and_leads_to_the_current_one(
    client: Client, desk: Desk, check: Check, url: str, settings: object
) -> None:
    correct(check, desk)
    html = page(client, f"{url}versions/1/")

    assert "You are reading version 1 of 2" in html
    assert f'href="{url}">Read the current version' in html
    assert "Corrected on" not in html
    assert '<meta name="robots" content="noindex">' in html
    assert jsonld(html) is None
    assert f'{url}">' in html.partition('rel="canonical" href="')[2][:200]


def test_an_earlier_version_shows_what_it_said(client: Client, desk: Desk, check: Check, url: str) -> None:
    claim = factories.research_again(check.claim, desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "Rents rose by 9 per cent"})
    factories.review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.publish(factories.approve(claim, desk.editor), desk.editor)

    assert "<h1>Rents rose by 9 per cent</h1>" in page(client, url)
    assert "<h1>Rents rose, but by less</h1>" in page(client, f"{url}versions/1/")


def test_the_newest_version_by_its_number_is_the_page_itself(client: Client, check: Check, url: str) -> None:
    html = page(client, f"{url}versions/1/")

    assert "You are reading version" not in html
    assert jsonld(html) is not None


def test_a_version_that_does_not_exist_is_not_there(client: Client, check: Check, url: str) -> None:
    page(client, f"{url}versions/2/", 404)
    page(client, f"{url}versions/0/", 404)


def test_a_withdrawn_page_keeps_its_content_under_the_reason(
    client: Client, desk: Desk, check: Check, url: str
) -> None:
    publication.retract(claim_id=check.claim.pk, actor=desk.chief, reasons={"en": "The register was misread."})
    html = page(client, url)

    assert html.index("We withdrew this check on") < html.index("The register was misread.")
    assert html.index("The register was misread.") < html.index("<h1>Rents rose, but by less</h1>")
    assert "No longer valid" in html
    assert "It is no longer our finding." in html
    assert jsonld(html) is None


def test_an_earlier_version_of_a_withdrawn_check_says_that_too(
    client: Client, desk: Desk, check: Check, url: str
) -> None:
    publication.retract(claim_id=check.claim.pk, actor=desk.chief, reasons={"en": "The register was misread."})

    assert "We withdrew this check on" in page(client, f"{url}versions/1/")


def test_a_later_publication_lifts_the_withdrawal(client: Client, desk: Desk, check: Check, url: str) -> None:
    publication.retract(claim_id=check.claim.pk, actor=desk.chief, reasons={"en": "The register was misread."})
    correct(check, desk)
    html = page(client, url)

    assert "We withdrew this check on" not in html
    assert "Withdrawal" in html  # in the list of versions
    assert jsonld(html) is not None
