"""Reading by difference: a claim that comes back after a read opens on what was written since, and on all of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from claims.errors import NotApproved
from claims.models import Claim, Speaker
from claims.services import publication, records, research, review
from claims.vocabulary import Status
from tests import factories
from tests.views.desk.helpers import approval_form, as_user, content_hash, page, risky_claim, text

pytestmark = pytest.mark.django_db

SUMMARY = "verdict.texts.en.summary"
RATIONALE = "verdict.texts.en.rationale"


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def address(claim: Claim, query: str = "") -> str:
    return reverse("desk:read", args=[claim.pk]) + query


def left(html: str) -> str:
    return html.split("reading__left", 1)[1].split("reading__right", 1)[0]


def again(claim: Claim, desk: factories.Desk, **edits: Any) -> None:
    """Sends the claim back, edits it and hands it in again."""
    review.send_back(claim_id=claim.pk, actor=desk.second_editor, comment="Again, please.")
    factories.edit(claim, desk.researcher, edits)
    review.submit(claim_id=claim.pk, actor=desk.researcher)


def is_by_difference(html: str) -> bool:
    return "<article" not in left(html) and "changes__part" in left(html)


# When it opens on the difference


def test_a_typo_after_the_approval_is_read_by_its_difference_and_approved_with_one_button(
    desk: factories.Desk,
) -> None:
    claim = factories.approved_claim(desk)
    factories.edit(claim, desk.researcher, {SUMMARY: "The register says nine per cent."})
    shown = page(desk.editor, address(claim))

    assert is_by_difference(shown)
    assert "<del>9 </del>" in left(shown)
    assert "<ins>nine </ins>" in left(shown)
    assert "Headline" not in left(shown)
    assert f'name="content_hash" value="{content_hash(claim)}"' in shown
    assert 'form="approve">' in shown

    as_user(desk.editor).post(address(claim), approval_form(factories.fresh(claim)))
    assert factories.fresh(claim).status == Status.APPROVED


def test_the_whole_page_is_one_click_away(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    factories.edit(claim, desk.researcher, {SUMMARY: "Nine."})

    assert 'href="?show=page&amp;language=en"' in page(desk.editor, address(claim))
    assert "<article" in left(page(desk.editor, address(claim, "?show=page")))


def test_handed_in_again_it_opens_on_the_difference_for_every_reader(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    again(claim, desk, **{SUMMARY: "Nine."})

    assert is_by_difference(page(desk.editor, address(claim)))
    assert is_by_difference(page(desk.second_editor, address(claim)))


def test_a_taken_suggestion_is_read_by_its_difference(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    suggestion = review.suggest(claim_id=claim.pk, actor=desk.editor, path=SUMMARY, proposed="Nine.")
    review.take_suggestion(claim_id=claim.pk, actor=desk.researcher, suggestion_id=suggestion.pk)

    assert is_by_difference(page(desk.second_editor, address(claim)))


def test_a_first_read_shows_the_page(desk: factories.Desk) -> None:
    assert "<article" in left(page(desk.editor, address(factories.review_claim(desk))))


def test_handed_in_again_unchanged_it_shows_the_page(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    again(claim, desk, priority="urgent")

    assert "<article" in left(page(desk.editor, address(claim)))


def test_whoever_reads_as_the_second_of_two_gets_the_whole_page(desk: factories.Desk) -> None:
    """The first one's yes ended no read. Whoever gave it sees what was changed since."""
    claim = risky_claim(desk)
    factories.approve(claim, desk.editor)
    suggestion = review.suggest(claim_id=claim.pk, actor=desk.second_editor, path=SUMMARY, proposed="Nine.")
    review.take_suggestion(claim_id=claim.pk, actor=desk.researcher, suggestion_id=suggestion.pk)

    assert "<article" in left(page(desk.second_editor, address(claim)))
    assert is_by_difference(page(desk.editor, address(claim)))


# All of it


def test_a_new_piece_of_evidence_and_a_lead_that_was_seen_are_shown_whole(desk: factories.Desk) -> None:
    lead = factories.evidence_item("L1", factories.make_source(desk.researcher, "The lead"), seen_how="", excerpt="ten")
    claim = factories.review_claim(desk, lead)
    new = factories.evidence_item("N1", factories.make_source(desk.researcher, "The new one"), excerpt="eleven")
    again(claim, desk, **{"evidence.L1.seen_how": "read online"}, **new)
    shown = left(page(desk.editor, address(claim)))

    for words in ("Evidence L1", "The lead", "ten", "Evidence N1", "The new one", "eleven"):
        assert words in shown


def test_a_language_that_is_complete_only_now_is_shown_whole(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk, {"verdict.texts.de.headline": ""})
    again(claim, desk, **{"verdict.texts.de.headline": "Um neun Prozent"})
    shown = left(page(desk.editor, address(claim)))

    for words in ("Um neun Prozent", "Das Register sagt 9 Prozent.", "Rationale (German)", "Statement (German)"):
        assert words in shown
    assert "Rationale (English)" not in shown


def test_a_record_beside_the_claim_that_changed_is_part_of_the_difference(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    values = {"role": "Renters' club"}
    records.edit_record(record=Speaker, record_id=claim.speaker_id, actor=desk.researcher, values=values)
    with pytest.raises(NotApproved):
        factories.publish(claim, desk.editor)
    shown = left(page(desk.editor, address(claim)))

    assert "Tenants' Union: Role" in shown
    assert "Renters' club" in shown


def test_what_cannot_be_told_word_by_word_opens_the_whole_page(desk: factories.Desk) -> None:
    """Quotations that came along with another claim are in no field's before and after."""
    claim, other = factories.approved_claim(desk), factories.research_claim(desk)
    research.link_as_same(claim_id=other.pk, actor=desk.researcher, same_as_id=claim.pk)
    suggestion = review.suggest(claim_id=claim.pk, actor=desk.editor, path=SUMMARY, proposed="Nine.")
    review.take_suggestion(claim_id=claim.pk, actor=desk.researcher, suggestion_id=suggestion.pk)

    assert factories.fresh(claim).status == Status.REVIEW
    assert "<article" in left(page(desk.editor, address(claim)))
    assert "More has changed than can be told here." in page(desk.editor, address(claim, "?show=read"))


def test_a_long_text_is_cut_to_what_is_near_its_change(desk: factories.Desk) -> None:
    story = "The register [@R1] and the bank [@B1] were asked. " + "This stays as it is. " * 60
    claim = factories.review_claim(desk, {RATIONALE: story + "They say nine."})
    again(claim, desk, **{RATIONALE: story + "They say 9."})
    shown = left(page(desk.editor, address(claim)))

    assert " … " in shown or "… " in shown
    assert shown.count("This stays as it is.") < 20
    assert "<ins>9.</ins>" in shown


def test_beside_a_difference_stands_what_the_changed_sentences_rest_on(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk, {RATIONALE: "The register says 9 [@R1]. The bank says 8 [@B1]."})
    again(claim, desk, **{RATIONALE: "The register says 9 [@R1]. The bank says seven [@B1]."})
    shown = page(desk.editor, address(claim))

    assert "What the change rests on" in shown
    assert 'id="excerpt-B1"' in shown
    assert 'id="excerpt-R1"' not in shown
    assert "<span data-ticked>0</span> of 1 excerpt read" in shown


def test_after_a_publication_the_approval_before_it_is_the_last_read(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    publication.reopen(claim_id=claim.pk, actor=desk.editor, reason="A reader wrote in.")
    note = {"verdict.change_kind": "minor", "verdict.texts.en.change_note": "A typo."}
    factories.edit(claim, desk.researcher, {SUMMARY: "Nine.", **note})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    shown = page(desk.editor, address(claim))

    assert is_by_difference(shown)
    assert "A typo." in left(shown)
    assert "Changes since version 1" in shown


def test_an_approval_of_a_page_of_yesterday_names_what_differs_and_keeps_the_note(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    of_yesterday = approval_form(claim, comment="Well done.", ticked=["R1", "B1"])
    again(claim, desk, **{"evidence.R1.excerpt": "plus 9.1 per cent"})

    for language, sentence in (
        ("en", "The content is not what you were shown; read it again before you approve."),
        ("de", "Der Inhalt ist nicht der, der Ihnen gezeigt wurde"),
    ):
        answer = as_user(desk.editor, language).post(address(claim), of_yesterday)
        assert answer.status_code == 409
        assert sentence in text(answer)
        assert "Well done.</textarea>" in text(answer)
        assert "R1" in left(text(answer))


def test_only_an_excerpt_that_is_what_was_ticked_stays_ticked(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    values = approval_form(claim, ticked=["R1", "B1", "X1"])
    again(claim, desk, **{"evidence.R1.excerpt": "plus 9.1 per cent"})
    shown = text(as_user(desk.editor).post(address(claim, "?show=page"), values))

    assert 'id="ticked-B1"' in shown
    boxes = {key: shown.split(f'id="ticked-{key}"', 1)[1].split(">", 1)[0] for key in ("R1", "B1")}
    assert ("checked" in boxes["R1"], "checked" in boxes["B1"]) == (False, True)
    assert "<span data-ticked>1</span> of 2 excerpts read" in shown
