"""Later versions, earlier ones, and a check that was withdrawn."""

from __future__ import annotations

import pytest
from django.test import Client

from claims.errors import GatesClosed, IllegalTransition
from claims.models import Check
from claims.services import publication
from claims.vocabulary import LATER_KINDS
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


# The kind of a later version, and what its page opens with in each language; a minor change with nothing.
NOTICES = {
    "correction": ("Corrected on", "Korrigiert am"),
    "clarification": ("Clarified on", "Klargestellt am"),
    "update": ("Updated on", "Aktualisiert am"),
    "reply": ("A reply was added on", "Antwort ergänzt am"),
    "minor": ("", ""),
}
NOTES = {"en": "The bank's figure was added.", "de": "Die Zahl der Bank kam dazu."}


def next_version(check: Check, desk: Desk, kind: str, notes: dict[str, str]) -> None:
    claim = factories.research_again(factories.fresh(check.claim), desk, note="")
    edits = {f"verdict.texts.{language}.change_note": note for language, note in notes.items()}
    factories.edit(claim, desk.researcher, {"verdict.change_kind": kind, **edits})
    factories.review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.publish(factories.approve(claim, desk.editor), desk.editor)


def test_every_kind_that_an_author_can_choose_is_here() -> None:
    assert set(NOTICES) == {kind.value for kind in LATER_KINDS}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", NOTICES)
def test_a_later_version_opens_with_its_notice_date_and_note(
    client: Client, desk: Desk, check: Check, url: str, kind: str, language: str
) -> None:
    next_version(check, desk, kind, NOTES)
    html = page(client, url if language == "en" else f"/de{url}").replace("&#x27;", "'")
    title = NOTICES[kind][language == "de"]
    # The note stands in the list of versions in any case; above the claim, only where there is a notice.
    top, _main, rest = html.partition('<div class="verdict__grid">')
    assert NOTES[language] in rest
    assert (NOTES[language] in top) == bool(title)
    assert 'class="notice' in top if title else 'class="notice' not in top
    assert title in top
    assert " 2</strong>" in rest
    assert jsonld(html)["version"] == "2"


@pytest.mark.parametrize("kind", NOTICES)
def test_no_later_version_goes_out_without_its_note(desk: Desk, check: Check, kind: str) -> None:
    """A minor change has no notice; its note stands in the list of versions, and is asked for like the others."""
    with pytest.raises(GatesClosed) as closed:
        next_version(check, desk, kind, {})
    assert closed.value.missing == ["New version: write the public note that says what has changed."]


def test_a_minor_change_is_read_like_every_other(desk: Desk, check: Check) -> None:
    claim = factories.research_again(factories.fresh(check.claim), desk, note="Spelling.")
    factories.edit(claim, desk.researcher, {"verdict.change_kind": "minor"})
    factories.review.submit(claim_id=claim.pk, actor=desk.researcher)
    with pytest.raises(IllegalTransition):
        factories.publish(claim, desk.editor)


# What came before, and whether its notice is still there when a minor change follows it.
@pytest.mark.parametrize("kind", [kind for kind in NOTICES if kind != "minor"])
def test_a_minor_change_takes_no_notice_away(client: Client, desk: Desk, check: Check, url: str, kind: str) -> None:
    next_version(check, desk, kind, NOTES)
    next_version(check, desk, "minor", {"en": "Spelling."})
    top, _main, rest = page(client, url).partition('<div class="verdict__grid">')
    assert NOTICES[kind][0] in top
    assert "Spelling." not in top
    assert "Spelling." in rest


def test_an_update_is_no_longer_on_top_when_another_one_follows(
    client: Client, desk: Desk, check: Check, url: str
) -> None:
    next_version(check, desk, "update", {"en": "The first figure."})
    next_version(check, desk, "clarification", {"en": "Which rents are meant."})
    top, _main, rest = page(client, url).partition('<div class="verdict__grid">')
    assert "Which rents are meant." in top
    assert "The first figure." not in top
    assert "The first figure." in rest


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

    assert '<h1 data-field="headline">Rents rose by 9 per cent</h1>' in page(client, url)
    assert '<h1 data-field="headline">Rents rose, but by less</h1>' in page(client, f"{url}versions/1/")


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
    assert html.index("The register was misread.") < html.index(
        '<h1 data-field="headline">Rents rose, but by less</h1>'
    )
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
