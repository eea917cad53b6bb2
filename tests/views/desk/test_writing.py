"""The editor of a verdict's words, and the page that it would be."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from claims import composition
from claims.models import Claim, Draft, LedgerEntry
from claims.views.desk import writing
from tests import factories
from tests.views.desk.forms import opened
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def text_page(claim: Claim, language: str = "en") -> str:
    return reverse("desk:text", args=[claim.pk, language])


def preview(claim: Claim, language: str = "en") -> str:
    return f"{reverse('desk:preview', args=[claim.pk])}?language={language}"


def previewed(desk: factories.Desk, claim: Claim, language: str = "en", **typed: Any) -> HttpResponse:
    client = as_user(desk.researcher)
    return client.post(preview(claim, language), opened(client, text_page(claim, language)) | typed)


# The editor


def test_another_language_stands_beside_for_reference(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    shown = text(as_user(desk.researcher).get(text_page(claim, "de")))

    assert claim.verdict.texts.get(language="en").rationale.splitlines()[0][:20] in shown
    assert 'aria-current="page">German' in shown


def test_a_lead_tells_why_it_cannot_be_cited(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, factories.evidence_item("A0", factories.make_source(desk.editor), seen_how=""))

    shown = text(as_user(desk.researcher).get(text_page(claim)))

    assert "nobody has seen it yet" in shown
    assert shown.index('data-key="R1"') < shown.index('data-key="A0"')


def test_the_page_may_frame_its_own_preview_and_nothing_else(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)

    editor, framed = client.get(text_page(claim)), client.get(preview(claim))

    assert "frame-src 'self'" in editor.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in editor.headers["Content-Security-Policy"]
    assert editor.headers["X-Frame-Options"] == "DENY"
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = framed.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "allow-scripts" not in policy


def test_invisible_characters_are_saved_as_they_were_typed(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)
    words = "Miet\u00adpreise\u00a0\u200b stiegen. \u05e9\u05dc\u05d5\u05dd"

    client.post(text_page(claim), opened(client, text_page(claim)) | {"summary": words})

    assert factories.fresh(claim).verdict.texts.get(language="en").summary == words


# The preview


def test_it_shows_the_words_as_they_are_typed(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    shown = text(previewed(desk, claim, headline="A headline <b>being</b> typed", rationale="**Bold** [@R1]."))

    assert "A headline &lt;b&gt;being&lt;/b&gt; typed" in shown
    assert "<strong>Bold</strong>" in shown
    assert 'href="#evidence-R1"' in shown


def test_it_writes_nothing(desk: factories.Desk, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, text_page(claim)) | {"headline": "Typed"}
    entries, content = LedgerEntry.objects.count(), composition.compose(claim)

    with django_assert_max_num_queries(60) as asked:
        client.post(preview(claim), typed)

    writes = ("INSERT", "UPDATE", "DELETE", "BEGIN", "SAVEPOINT")
    assert [query["sql"] for query in asked.captured_queries if query["sql"].startswith(writes)] == []
    assert not [query for query in asked.captured_queries if "FOR UPDATE" in query["sql"]]
    assert (LedgerEntry.objects.count(), composition.compose(claim)) == (entries, content)
    assert not Draft.objects.exists()


def test_the_content_it_is_made_of_stays_as_it_was(desk: factories.Desk) -> None:
    content = composition.compose(factories.ready_claim(desk))
    before = composition.content_hash(content)

    changed = writing.with_words(content, "en", dict.fromkeys(writing.WRITTEN, "x"))

    assert changed["texts"]["en"]["headline"] == "x"
    assert composition.content_hash(content) == before


PROBLEMS = [
    ({"rationale": "One.\n\nTwo [@X9]."}, "Line 3: [@X9] is not among the evidence."),
    ({"rationale": "One [@L1]."}, "Line 1: [@L1] cites a lead that nobody has seen."),
    ({"headline": "", "summary": " "}, "Still empty: Headline, Summary."),
    ({"headline": "Miet\u00adpreis\u00ad"}, "Headline holds characters that nobody sees: 2 soft hyphens."),
    ({"summary": "9\u00a0per cent\u200b"}, "1 no-break space, 1 character without width"),
]


@pytest.mark.parametrize(("typed", "sentence"), PROBLEMS, ids=[sentence[:24] for _typed, sentence in PROBLEMS])
def test_it_names_what_the_writer_should_know(desk: factories.Desk, typed: dict[str, str], sentence: str) -> None:
    lead = factories.evidence_item("L1", factories.make_source(desk.editor), seen_how="")

    assert sentence in text(previewed(desk, factories.ready_claim(desk, lead), **typed))


def test_a_citation_that_leads_nowhere_gets_no_number(desk: factories.Desk) -> None:
    shown = text(previewed(desk, factories.ready_claim(desk), rationale="One [@X9]."))

    assert '<span class="citation-unknown">[@X9]</span>' in shown


def test_it_speaks_its_readers_language_and_tells_problems_in_the_writer_s(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, {"texts.de.statement": "Mieten stiegen."})

    shown = text(previewed(desk, claim, "de", headline="Mieten", rationale="[@X9]"))

    assert '<html lang="de"' in shown
    assert "Die Behauptung" in shown
    assert "is not among the evidence" in shown


def test_parts_stand_there_in_a_language_that_is_being_written(desk: factories.Desk) -> None:
    part = {"finding": "right", "texts": {"en": "Rents rose.", "de": "Die Mieten stiegen."}, "evidence": []}
    claim = factories.ready_claim(desk, {"verdict.texts.de.headline": "", "verdict.elements": [part]})

    assert "Die Mieten stiegen." in text(previewed(desk, claim, "de"))


def test_the_note_on_a_later_version_is_shown(desk: factories.Desk) -> None:
    claim = factories.reopened_claim(desk)

    shown = text(previewed(desk, claim, change_note="We corrected the figure."))

    assert "We corrected the figure." in shown


def test_opened_by_its_address_it_shows_one_s_own_draft(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)
    client.post(
        reverse("desk:keep_draft", args=[claim.pk, "text-en"]), {"opened_at": claim.revision, "headline": "Mine"}
    )

    assert ">Mine<" in text(client.get(preview(claim)))
    assert ">Mine<" not in text(as_user(desk.editor).get(preview(claim)))


@pytest.mark.parametrize("typed", [{"headline": "x" * 400}, {"rationale": "a\x00b"}, {"up_to_date": "?"}])
def test_words_that_could_not_be_saved_are_shown_all_the_same(desk: factories.Desk, typed: dict[str, str]) -> None:
    assert previewed(desk, factories.ready_claim(desk), **typed).status_code == 200


def test_what_is_too_long_to_be_saved_is_shown_as_far_as_it_could_be(desk: factories.Desk) -> None:
    words = f"{'x' * 59_999}\r\nTHE END"

    shown = text(previewed(desk, factories.ready_claim(desk), rationale=words))

    assert "Rationale is too long to be saved: at most 60000 characters." in shown
    assert "x" * 59_999 in shown
    assert "THE END" not in shown


def test_no_other_language_and_no_auditor(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    assert as_user(desk.researcher).get(preview(claim, "fr")).status_code == 404
    assert as_user(desk.auditor).post(preview(claim), {"headline": "x"}).status_code == 403
