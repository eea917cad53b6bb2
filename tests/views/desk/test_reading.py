"""The second read: exactly what will be published, what it rests on, and the reader's yes."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from claims.services import members, people, publication, review
from claims.views.desk import excerpts
from claims.vocabulary import ReviewKind, Role, Status
from tests import factories
from tests.views.desk.helpers import approval_form, as_user, claim_of_two_authors, content_hash, page, risky_claim, text

pytestmark = pytest.mark.django_db

DISABLED = '<button class="button button--primary" type="submit" form="approve" disabled>'
ENABLED = '<button class="button button--primary" type="submit" form="approve">'


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def address(claim: Claim, query: str = "") -> str:
    return reverse("desk:read", args=[claim.pk]) + query


def article(html: str) -> str:
    """The part that readers will get."""
    return html.split("<article", 1)[1].split("</article>", 1)[0]


def left(html: str) -> str:
    """What is shown to be read: the page, or what changed."""
    return html.split("reading__left", 1)[1].split("reading__right", 1)[0]


def changed(claim: Claim, desk: factories.Desk, **values: Any) -> None:
    """Sends the claim back, edits it and hands it in again."""
    review.send_back(claim_id=claim.pk, actor=desk.second_editor, comment="Again, please.")
    factories.edit(claim, desk.researcher, values)
    review.submit(claim_id=claim.pk, actor=desk.researcher)


# What is shown


def test_it_shows_what_would_be_published(desk: factories.Desk) -> None:
    shown = article(page(desk.editor, address(factories.review_claim(desk))))
    for words in (
        "Rents in the city rose by 12 per cent in 2024.",
        "Tenants' Union",
        "Rents rise",
        "Mostly true",
        "Core right despite slips",
        "Rents rose, but by less",
        'href="#evidence-R1"',
        "plus 9 per cent",
    ):
        assert words in shown


def test_what_was_approved_is_what_the_public_page_says(desk: factories.Desk) -> None:
    """The body of the public page is the very HTML that the second reader saw."""
    claim = factories.review_claim(desk)
    body = article(page(desk.editor, address(claim))).split("verdict__why", 1)[1].split("</section>", 1)[0]
    factories.approve(claim, desk.editor)
    url = factories.publish(claim, desk.editor).check_page.get_absolute_url()
    assert body in text(Client().get(url))


def test_it_shows_no_desk_note_no_lead_and_no_reason_for_the_gates(desk: factories.Desk) -> None:
    lead = {**factories.evidence_item("L1", factories.make_source(desk.researcher, "A lead"), seen_how="")}
    edits = {**lead, "evidence.R1.note": "Call them again", "verdict.one_source_reason": "There is only one"}
    shown = article(page(desk.editor, address(factories.review_claim(desk, edits))))
    assert "A lead" not in shown
    assert "Call them again" not in shown
    assert "There is only one" not in shown


def test_a_languages_tab_shows_that_language(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    assert "Gestiegen, aber weniger" in article(page(desk.editor, address(claim, "?language=de")))
    assert "Rents rose, but by less" in article(page(desk.editor, address(claim, "?language=fr")))


def test_a_language_that_is_not_complete_is_not_shown(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk, {"verdict.texts.de.headline": ""})
    assert "Rents rose, but by less" in article(page(desk.editor, address(claim, "?language=de")))


def test_a_claim_without_a_complete_language_says_so(desk: factories.Desk) -> None:
    assert "No language is complete yet" in page(desk.editor, address(factories.research_claim(desk)))


def test_what_an_author_typed_as_a_script_stays_words(desk: factories.Desk) -> None:
    rationale = "<script>alert(1)</script> [x](javascript:alert(1)) [@R1] [@B1]"
    summary = {"verdict.texts.en.summary": "<img src=x onerror=alert(1)>"}
    claim = factories.review_claim(desk, {"verdict.texts.en.rationale": rationale, **summary})
    shown = page(desk.editor, address(claim))
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown


def test_each_citation_stands_beside_the_sentence_that_cites_it(desk: factories.Desk) -> None:
    shown = page(desk.editor, address(factories.review_claim(desk))).split("What the text rests on", 1)[1]
    assert shown.index("The register") < shown.index("plus 9 per cent")
    assert 'name="ticked" value="R1"' in shown


def test_a_kind_and_a_note_stand_above_a_later_version(desk: factories.Desk) -> None:
    claim = factories.reopened_claim(desk)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    shown = page(desk.second_editor, address(claim))
    assert "Correction" in shown
    assert "The bank's figure was added." in shown


# Changes


def test_changes_since_the_last_read_name_what_was_written_since(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    assert "Changes since the last read" not in page(desk.editor, address(claim))
    changed(claim, desk, **{"verdict.texts.en.summary": "The register says nine per cent.", "priority": "urgent"})
    shown = left(page(desk.editor, address(claim, "?show=read")))
    assert "Summary (English)" in shown
    assert "<ins>nine " in shown
    assert "Headline (English)" not in shown
    assert "Priority" not in shown


def test_what_was_changed_and_changed_back_is_no_change(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    changed(claim, desk, **{"verdict.texts.en.summary": "Nine."})
    now = claim.verdict.texts.get(language="en").summary
    changed(claim, desk, **{"verdict.texts.en.summary": "Eight."})
    factories.fresh(claim)
    review.send_back(claim_id=claim.pk, actor=desk.second_editor, comment="Again, please.")
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": now})
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": "Eight."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    assert "Nothing has changed" in page(desk.editor, address(claim, "?show=read"))


def test_changes_since_the_published_version_compare_the_frozen_words(desk: factories.Desk) -> None:
    claim = factories.reopened_claim(desk)
    edits = {
        "verdict.texts.en.headline": "Rents rose by nine per cent",
        "verdict.rating": factories.rating("true"),
        "evidence.R1.excerpt": "plus 9.1 per cent",
    }
    factories.edit(claim, desk.researcher, edits)
    shown = left(page(desk.editor, address(claim, "?show=version")))
    for words in ("Changes since version 1", "Headline (English)", "Rating", "Evidence R1", "9.1 "):
        assert words in shown
    assert "Rationale (English)" not in shown


@pytest.mark.parametrize("query", ["?show=read", "?show=version", "?show=nonsense", "?show="])
def test_a_comparison_that_cannot_be_made_shows_the_page(desk: factories.Desk, query: str) -> None:
    assert "Rents rose, but by less" in article(page(desk.editor, address(factories.review_claim(desk), query)))


# Approving


def test_an_editor_approves_what_was_shown(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    shown = page(desk.editor, address(claim))
    assert ENABLED in shown
    assert f'name="content_hash" value="{content_hash(claim)}"' in shown
    answer = as_user(desk.editor).post(address(claim), approval_form(claim, comment="Well done."), follow=True)
    assert answer.redirect_chain == [(claim.get_absolute_url(), 302)]
    assert [str(message) for message in answer.context["messages"]] == ["Approved. The claim can be published."]
    assert factories.fresh(claim).status == Status.APPROVED
    assert claim.reviews.get().comment == "Well done."


def test_approving_twice_is_a_wrong_state(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    client, values = as_user(desk.editor), approval_form(claim)
    client.post(address(claim), values)
    again = client.post(address(claim), values)
    assert again.status_code == 409
    assert "is not possible here" in text(again)
    assert claim.approvals.count() == 1


def test_two_people_are_asked_for_where_the_risk_is_high(desk: factories.Desk) -> None:
    claim = risky_claim(desk)
    first = as_user(desk.editor)
    answer = first.post(address(claim), approval_form(claim), follow=True)
    assert "A second person is still asked for." in text(answer)
    assert "You have approved it" in text(first.get(address(claim)))
    assert first.post(address(claim), approval_form(claim)).status_code == 422
    as_user(desk.second_editor).post(address(claim), approval_form(factories.fresh(claim)))
    assert factories.fresh(claim).status == Status.APPROVED


def test_an_author_may_not_and_reads_who_may(desk: factories.Desk) -> None:
    claim = claim_of_two_authors(desk)
    shown = page(desk.editor, address(claim))
    assert DISABLED in shown
    assert "You are an author of this claim" in shown
    assert f"Who may: {people.name_of(desk.second_editor)}" in shown
    answer = as_user(desk.editor).post(address(claim), approval_form(claim))
    assert answer.status_code == 403
    assert "You are an author of this claim" in text(answer)
    assert not claim.approvals.exists()


def test_a_superuser_who_is_an_author_may_not_either(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    root = factories.make_user(is_superuser=True)
    factories.edit(claim, root, factories.ready_edits(desk))
    review.submit(claim_id=claim.pk, actor=root)
    assert as_user(root).post(address(claim), approval_form(claim)).status_code == 403


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.AUDITOR])
def test_who_may_not_approve_may_read(desk: factories.Desk, role: Role) -> None:
    claim = factories.review_claim(desk)
    client = as_user(factories.make_user(role))
    assert DISABLED in text(client.get(address(claim)))
    assert client.post(address(claim), approval_form(claim)).status_code == 403
    assert not claim.approvals.exists()


def test_an_outsider_finds_nothing(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    client = as_user(factories.make_user())
    assert client.get(address(claim)).status_code == 404
    assert client.post(address(claim), approval_form(claim)).status_code == 404


def test_whoever_is_not_logged_in_is_asked_to(desk: factories.Desk) -> None:
    assert Client().get(address(factories.review_claim(desk))).status_code == 302


def test_changed_content_is_refused_names_the_parts_and_is_shown(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    shown_before = approval_form(claim, comment="Well done.", ticked=["R1"])
    changed(
        claim,
        desk,
        **{"verdict.texts.de.headline": "Um neun Prozent", "evidence.R1.excerpt": "plus 9.1", "speaker": None},
    )
    answer = as_user(desk.editor).post(address(claim), shown_before)
    assert answer.status_code == 409
    for words in ("The content is not what you were shown", "Headline (German)", "Evidence R1", "Speaker", "plus 9.1"):
        assert words in text(answer)
    assert "Headline (English)" not in left(text(answer))
    assert "Well done." in text(answer)
    assert f'name="content_hash" value="{content_hash(claim)}"' in text(answer)
    assert not claim.approvals.exists()


@pytest.mark.parametrize("parts", ["", "nonsense", "[1]", '{"headline (en)": 1}', "null"])
def test_parts_that_cannot_be_read_only_cost_their_names(desk: factories.Desk, parts: str) -> None:
    claim = factories.review_claim(desk)
    values = approval_form(claim, parts=parts)
    changed(claim, desk, **{"verdict.texts.de.headline": "Um neun Prozent"})
    answer = as_user(desk.editor).post(address(claim), values)
    assert answer.status_code == 409
    assert "The content is not what you were shown" in text(answer)


@pytest.mark.parametrize(
    "values", [{"content_hash": ""}, {"content_hash": "x" * 65}, {"opened_at": "soon"}, {"content_hash": "a\x00"}]
)
def test_an_approval_that_does_not_say_what_was_shown_is_refused(desk: factories.Desk, values: dict[str, str]) -> None:
    claim = factories.review_claim(desk)
    answer = as_user(desk.editor).post(address(claim), {**approval_form(claim, comment="Well done."), **values})
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert "Well done." in text(answer)
    assert not claim.approvals.exists()


def test_the_whole_list_of_what_is_missing_is_shown(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, {"verdict.not_asked_reason": ""})
    rationales = {"verdict.texts.en.rationale": "See [@R1].", "verdict.texts.de.rationale": "Siehe [@R1]."}
    factories.edit(claim, desk.researcher, {**rationales, "evidence.B1.removed": True})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    review.comment(claim_id=claim.pk, actor=desk.researcher, text="Is this right?")
    gaps = ("two independent sources", "ask the claimant, or say why not", "1 still open")
    shown = page(desk.editor, address(claim))
    assert DISABLED in shown
    answer = as_user(desk.editor).post(address(claim), approval_form(factories.fresh(claim)))
    assert answer.status_code == 422
    for gap in gaps:
        assert gap in shown
        assert gap in text(answer)


def test_a_claim_in_research_can_be_read_and_not_approved(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    shown = page(desk.editor, address(claim))
    assert "Rents rose, but by less" in article(shown)
    assert DISABLED in shown
    assert as_user(desk.editor).post(address(claim), approval_form(claim)).status_code == 409


# Who reads, and who may not


def test_the_page_of_a_high_risk_says_who_approved_and_who_is_still_asked(desk: factories.Desk) -> None:
    claim = risky_claim(desk)
    factories.approve(claim, desk.editor)
    shown = page(desk.second_editor, address(claim))
    assert "1 of 2 approvals of this content." in shown
    assert f"Approved by {people.name_of(desk.editor)}." in shown
    still = shown.split("Still asked, one of: ", 1)[1].split("</p>", 1)[0]
    assert people.name_of(desk.second_editor) in still
    assert people.name_of(desk.editor) not in still
    assert people.name_of(desk.researcher) not in still


def test_a_conflict_of_interest_is_shown_and_takes_that_person_out(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    members.declare(actor=desk.editor, user=desk.editor, speaker_id=claim.speaker_id, reason="My sister works there.")
    own, others = (page(user, address(claim)) for user in (desk.editor, desk.second_editor))

    assert DISABLED in own
    assert "You declared a conflict of interest (Tenants' Union)" in own
    who_may = own.split("Who may: ", 1)[1].split("</p>", 1)[0]
    assert people.name_of(desk.second_editor) in who_may
    assert people.name_of(desk.editor) not in who_may
    assert f"{people.name_of(desk.editor)}: Tenants' Union" in others
    assert "My sister" not in others
    assert ENABLED in others
    assert f'{reverse("desk:declare")}?speaker={claim.speaker_id}"' in others


def test_who_is_asked_to_read_it_is_named(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    members.hand_over(claim_id=claim.pk, actor=desk.chief, reader=desk.second_editor)
    assert f"Asked to read it: {people.name_of(desk.second_editor)}." in page(desk.editor, address(claim))


@pytest.mark.parametrize(
    ("language", "reason"),
    [("en", "You are an author of this claim"), ("de", "an dieser Behauptung mitgeschrieben")],
)
def test_a_reader_who_became_an_author_meanwhile_is_refused_and_keeps_the_note(
    desk: factories.Desk, language: str, reason: str
) -> None:
    claim = factories.review_claim(desk)
    shown = approval_form(claim, comment="The table is right.")
    review.send_back(claim_id=claim.pk, actor=desk.second_editor, comment="Again, please.")
    factories.edit(claim, desk.editor, {"verdict.texts.en.today": "Nothing new."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    answer = as_user(desk.editor, language).post(address(claim), shown)

    assert answer.status_code == 403
    assert reason in text(answer)
    assert "The table is right.</textarea>" in text(answer)
    assert not claim.approvals.exists()


def test_a_conflict_declared_meanwhile_is_refused_with_who_may(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    shown = approval_form(claim, comment="The table is right.")
    members.declare(actor=desk.editor, user=desk.editor, topic="Housing", reason="I rent.")
    answer = as_user(desk.editor).post(address(claim), shown)

    assert answer.status_code == 403
    for words in ("You declared a conflict of interest (Housing)", "Who may: ", "The table is right.</textarea>"):
        assert words in text(answer)


def test_whoever_may_not_even_comment_reads_what_they_wrote(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    answer = as_user(desk.auditor).post(address(claim), approval_form(claim, comment="The table is right."))
    assert answer.status_code == 403
    assert '<p class="typed__text">The table is right.</p>' in text(answer)


def test_two_approvals_at_the_same_moment_say_who_was_first(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    shown = approval_form(claim, comment="The table is right.")
    as_user(desk.second_editor).post(address(claim), shown)
    answer = as_user(desk.editor).post(address(claim), shown)

    assert answer.status_code == 409
    assert f"It is approved already, by {people.name_of(desk.second_editor)}." in text(answer)
    assert "The table is right." in text(answer)
    assert claim.approvals.count() == 1


def test_replies_stand_beside_the_page_with_what_readers_get(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    factories.make_request(desk.researcher, claim, addressee="The landlords")
    shown = page(desk.editor, address(claim))
    assert "The landlords" in shown
    assert "Readers see nothing of it." in shown


# Comments


def test_comments_stand_on_the_page(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    review.comment(claim_id=claim.pk, actor=desk.researcher, text="Is this <b>right</b>?")
    assert "Is this &lt;b&gt;right&lt;/b&gt;?" in page(desk.editor, address(claim))
    assert claim.reviews.get().kind == ReviewKind.COMMENT


def test_a_comment_from_here_leads_back_here(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    client, back = as_user(desk.editor), f"{address(claim)}#comments"
    values = {"comment": "Is this right?", "page": "read", "opened_at": claim.revision}
    assert client.post(reverse("desk:comment", args=[claim.pk]), values)["Location"] == back
    resolving = reverse("desk:resolve", args=[claim.pk, claim.reviews.get().pk])
    assert resolving in text(client.get(address(claim)))
    assert client.post(resolving, {"page": "read"})["Location"] == back
    assert not claim.reviews.get().is_open


# The queue


def test_next_and_previous_walk_through_the_queue(desk: factories.Desk) -> None:
    first, second, third = (factories.review_claim(desk) for _ in range(3))
    shown = page(desk.editor, address(second))
    assert f'href="{address(first)}" rel="prev" data-key="k"' in shown
    assert f'href="{address(third)}" rel="next" data-key="j"' in shown
    assert "2 of 3" in shown
    assert 'data-key="k"' not in page(desk.editor, address(first))
    assert 'data-key="j"' not in page(desk.editor, address(third))


def test_a_page_from_outside_the_queue_leads_into_it(desk: factories.Desk) -> None:
    waiting = factories.review_claim(desk)
    assert f'href="{address(waiting)}" rel="next"' in page(desk.editor, address(factories.ready_claim(desk)))


# A published claim


def test_a_withdrawn_claim_can_be_read_as_it_stands(desk: factories.Desk) -> None:
    claim = factories.retracted_claim(desk)
    assert "Rents rose, but by less" in article(page(desk.editor, address(claim)))


def test_a_preview_says_nothing_of_versions_and_numbers(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    publication.reopen(claim_id=claim.pk, actor=desk.editor, reason="A reader wrote in.")
    assert "ersion 1" not in article(page(desk.editor, address(claim)))


# Sentences


@pytest.mark.parametrize(
    ("rationale", "expected"),
    [
        ("It rose. It fell [@A1].", ["It fell."]),
        ("It rose.[@A1] It fell.", ["It rose."]),
        ("Am 19. März, z. B. so. Es fiel. [@A1] Danach.", ["Es fiel."]),
        ("- **One** thing [@A1]\n- another", ["One thing another"]),
        ("# Title\n\nIt [rose](https://x.example) by 3.5 per cent [@A1]!", ["It rose by 3.5 per cent!"]),
        ("Once [@A1]. Twice [@A1]. Once [@A1].", ["Once.", "Twice."]),
        ("[@A1]", []),
    ],
)
def test_a_citation_leads_to_its_sentences(rationale: str, expected: list[str]) -> None:
    """Marks of Markdown go, abbreviations and ordinals end no sentence, and what cites twice stands twice."""
    [found] = excerpts.of(rationale, [{"key": "A1"}])
    assert (found.number, found.key, found.sentences) == (1, "A1", expected)


def test_a_citation_that_leads_nowhere_is_named() -> None:
    [found] = excerpts.of("It rose [@NO].", [])
    assert found.item is None


def test_parts_are_json_of_strings(desk: factories.Desk) -> None:
    values = json.loads(approval_form(factories.review_claim(desk))["parts"])
    assert all(isinstance(value, str) for value in values.values())
