"""The claim page and its history: what they show, to whom, and at what price."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Anchor, Claim, Outlet
from claims.services import erasure, publication, review
from claims.services.quoting import Passage, Spoken
from claims.vocabulary import Naming, Status, VoiceMode, WithholdingReason
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def address(claim: Claim, name: str = "claim", *arguments: object) -> str:
    return reverse(f"desk:{name}", args=[claim.pk, *arguments])


PAGES = ["claim", "history", "edit", "verdict", "add_evidence"]


# Who may look


@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_not_logged_in_is_asked_to(desk: factories.Desk, name: str) -> None:
    claim = factories.inbox_claim(desk)

    answer = Client().get(address(claim, name))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", PAGES)
def test_outsiders_find_nothing(desk: factories.Desk, name: str) -> None:
    claim = factories.inbox_claim(desk)

    assert as_user(factories.make_user()).get(address(claim, name)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_claim_that_is_not_there_is_not_found(desk: factories.Desk, name: str) -> None:
    assert as_user(desk.editor).get(reverse(f"desk:{name}", args=[999_999])).status_code == 404


def test_an_auditor_reads_and_is_told_why_nothing_more(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    review.comment(claim_id=claim.pk, actor=desk.editor, text="Which register?")

    shown = page(desk.auditor, address(claim))

    assert "Auditors read everything and change nothing." in shown
    assert "Which register?" in shown
    assert "Resolve" not in shown
    assert 'name="comment"' not in shown
    assert 'name="paste"' not in shown
    assert address(claim, "edit") not in shown


@pytest.mark.parametrize("name", ["edit", "verdict", "add_evidence"])
def test_an_auditor_gets_no_form_and_the_reason(desk: factories.Desk, name: str) -> None:
    claim = factories.ready_claim(desk)

    answer = as_user(desk.auditor).get(address(claim, name))

    assert answer.status_code == 403
    assert "Auditors read everything and change nothing." in text(answer)


# What stands there


def test_it_shows_the_claim_in_every_language_and_stage(desk: factories.Desk) -> None:
    for status in Status:
        claim = factories.claim_in(status, desk)

        shown = page(desk.editor, address(claim))

        for statement in factories.STATEMENTS.values():
            assert statement in shown
        assert f"stage--{status}" in shown


def test_the_quotation_stands_in_its_paragraph_with_its_voices(desk: factories.Desk) -> None:
    outlet = factories.make_outlet(desk.researcher)
    version = factories.make_article(desk.researcher, outlet=outlet)
    union = factories.make_speaker(desk.researcher, "the Union")
    voices = (
        Spoken(outlet.speaker, mode=VoiceMode.REPORTS),
        Spoken(union, naming=Naming.IMPLIED),
    )
    claim = factories.inbox_claim(
        desk, version=version, passages=[factories.passage(version, factories.PASSAGE, *voices)]
    )

    shown = page(desk.researcher, address(claim))

    assert f"<mark>{factories.PASSAGE}</mark>" in shown
    assert "Rents are the talk of the town." in shown
    assert "According to the article, which does not name its source, the Union says:" in shown


def test_a_quotation_that_is_not_in_the_newest_version_says_so(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    quotation = claim.quotations.get()
    Anchor.objects.create(quotation=quotation, version=quotation.version, state="lost")

    assert "anchor--lost" in page(desk.researcher, address(claim))


def test_the_statement_is_searched_for_in_googles_explorer(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk, statements={"en": "Rents; rose by 12 %?"})

    shown = page(desk.researcher, address(claim))

    assert (
        'href="https://toolbox.google.com/factcheck/explorer/search/Rents%3B%20rose%20by%2012%20%25%3F;hl=de" '
        'rel="noopener noreferrer"'
    ) in shown


def test_evidence_stands_by_question_and_stance_and_leads_apart(desk: factories.Desk) -> None:
    source = factories.make_source(desk.researcher)
    edits = {
        **factories.ready_edits(desk),
        **factories.evidence_item("S1", source, bears_on="said", stance="supports"),
        **factories.evidence_item("L1", source, seen_how="", note="Ask again in May."),
    }
    claim = factories.research_claim(desk, edits=edits)

    shown = page(desk.researcher, address(claim))

    assert shown.index("the question asked") < shown.index('id="evidence-R1"') < shown.index('id="evidence-S1"')
    assert shown.index('id="evidence-S1"') < shown.index('class="leads"') < shown.index('id="evidence-L1"')
    assert "Ask again in May." in shown
    assert "One lead" in shown


def test_removed_evidence_is_gone_from_the_page(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.researcher, {"evidence.B1.removed": True})

    assert 'id="evidence-B1"' not in page(desk.researcher, address(claim))


def test_the_verdict_has_a_tab_per_language(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    english, german = page(desk.editor, address(claim)), page(desk.editor, f"{address(claim)}?language=de")

    assert "Rents rose, but by less" in english
    assert "Gestiegen, aber weniger" not in english
    assert "Gestiegen, aber weniger" in german
    assert "?language=de#verdict" in english


def test_a_language_that_is_not_there_shows_one_that_is(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    assert "Rents rose, but by less" in page(desk.editor, f"{address(claim)}?language=xx%00")


def test_a_rationale_is_rendered_safely_and_its_citations_are_numbered(desk: factories.Desk) -> None:
    words = "<script>alert(1)</script> [a](javascript:alert(1)) Says [@R1], not [@NO1]."
    claim = factories.ready_claim(desk, {"verdict.texts.en.rationale": words})

    shown = page(desk.editor, address(claim))

    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert '<a href="#evidence-R1" id="cite-R1"' in shown
    assert '<span class="citation-unknown">[@NO1]</span>' in shown


# What comes next


def test_it_names_the_next_step_and_what_that_lacks(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)

    shown = page(desk.researcher, address(claim))

    assert address(claim, "transition", "submit") in shown
    assert "Verdict: choose a rating." in shown


def test_it_says_when_nothing_is_missing(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    assert "“Hand in” lacks nothing" in page(desk.researcher, address(claim))


def test_what_is_not_possible_says_why(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)

    shown = page(desk.researcher, address(claim))

    assert "“Approve” needs the role “Editor” or above." in shown
    assert address(claim, "transition", "send_back") not in shown


def test_an_author_is_told_that_somebody_else_has_to_read(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.editor, {"verdict.texts.en.summary": "Nine per cent, says the register."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    shown = page(desk.editor, address(claim))

    assert "You are an author of this claim, so somebody else has to read it." in shown


def test_approving_starts_where_one_reads(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)

    shown = page(desk.editor, address(claim))

    assert f'href="{address(claim, "read")}">Approve' in shown
    assert address(claim, "transition", "approve") not in shown


def test_a_published_claim_shows_its_public_state_and_no_forms(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)

    shown = page(desk.researcher, address(claim))

    assert "Live, version 1" in shown
    assert "Reopen it first" in shown
    assert 'name="paste"' not in shown
    assert address(claim, "verdict") not in shown


def test_what_is_offline_says_so_and_the_chief_can_put_it_back(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    withholding = publication.withhold(
        claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.LEGAL, note={"en": "An order."}
    )
    lift = address(claim, "lift", withholding.pk)

    assert lift in page(desk.chief, address(claim))
    assert lift not in page(desk.editor, address(claim))
    assert "stage--withheld" in page(desk.editor, address(claim))


def test_open_suggestions_lead_to_their_decision(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    suggestion = review.suggest(
        claim_id=claim.pk,
        actor=desk.editor,
        path="verdict.texts.en.headline",
        proposed="Rents rose by less",
        note="Shorter.",
    )

    shown = page(desk.researcher, address(claim))

    assert "<del>rose, but by </del>" in shown or "<del>rose, but </del>" in shown
    assert "Headline (English)" in shown
    assert address(claim, "decide", suggestion.pk) in shown


# The price


def queries(desk: factories.Desk, where: str) -> int:
    client = as_user(desk.editor)
    client.get(where)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(where).status_code == 200
    return len(caught)


def many(desk: factories.Desk, number: int) -> Claim:
    """A claim with so many evidence items, comments, suggestions, quotations and entries."""
    version = factories.make_article(desk.researcher, text=f"{factories.TEXT} {'One two three. ' * 60}")
    speaker = factories.make_speaker(desk.researcher)
    passages = [Passage(version, 9 * place, 9 * place + 7, (Spoken(speaker),)) for place in range(number)]
    claim = factories.research_claim(desk, version=version, passages=passages)
    items = [factories.evidence_item(f"X{place}", factories.make_source(desk.researcher)) for place in range(number)]
    factories.edit(claim, desk.researcher, {path: value for item in items for path, value in item.items()})
    factories.edit(claim, desk.researcher, factories.verdict_texts("en"))
    for place in range(number):
        review.comment(claim_id=claim.pk, actor=desk.editor, text=f"Remark {place}")
        review.suggest(claim_id=claim.pk, actor=desk.editor, path="texts.en.statement", proposed=f"Wording {place}")
    for priority in ("high", "low") * 5:  # the same ten entries last, since the page shows the last ten
        factories.edit(claim, desk.editor, {"priority": priority})
    return claim


@pytest.mark.parametrize(("name", "number", "limit"), [("claim", 60, 50), ("history", 12, 14)])
def test_it_costs_the_same_however_much_there_is(desk: factories.Desk, name: str, number: int, limit: int) -> None:
    few, lots = many(desk, 2), many(desk, number)

    assert queries(desk, address(few, name)) == queries(desk, address(lots, name)) <= limit


@pytest.mark.parametrize("name", ["edit", "quotation"])
def test_a_form_costs_the_same_with_two_and_with_sixty_names(desk: factories.Desk, name: str) -> None:
    claim = factories.research_claim(desk)
    where = address(claim, name, *([claim.quotations.get().pk] if name == "quotation" else []))
    counts = []
    for number in (2, 60):
        for at in range(Outlet.objects.count(), number):
            factories.make_outlet(desk.researcher, f"Outlet {at}")
        counts.append(queries(desk, where))
        assert f">Outlet {number - 1}</option>" in page(desk.editor, where)

    assert counts[0] == counts[1]


# The history


def test_the_history_tells_who_changed_what_in_words(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.editor, {"verdict.rating": factories.rating("false"), "priority": "urgent"})

    shown = page(desk.auditor, address(claim, "history"))

    assert "<del>Mostly true</del>" in shown
    assert "<ins>False</ins>" in shown
    assert "<ins>Urgent</ins>" in shown
    assert "changed the content" in shown
    assert desk.editor.get_full_name() in shown
    assert "Inbox" in shown
    assert "verdict.rating" not in shown


def test_long_texts_are_compared_word_by_word(desk: factories.Desk) -> None:
    before = "The register of the city says that rents rose by 9 per cent in the year 2024, not more."
    claim = factories.ready_claim(desk, {"verdict.texts.en.summary": before})
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": before.replace("9 per", "8 per")})

    shown = page(desk.editor, address(claim, "history"))

    assert "rents rose by <del>9 </del><ins>8 </ins>per cent" in shown


def test_an_erased_entry_says_so(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, {"texts.en.why": "Mr Quill of Elm Street asked."})
    erasure.erase(actor=desk.chief, text="Mr Quill of Elm Street", reason="He asked for it.")

    shown = page(desk.editor, address(claim, "history"))

    assert "Quill" not in shown
    assert "was erased by order" in shown
    assert "Erased by order." in page(desk.editor, address(claim))


def test_the_history_is_paged(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    for number in range(45):
        review.comment(claim_id=claim.pk, actor=desk.editor, text=f"Remark {number}.")

    first = as_user(desk.editor).get(address(claim, "history"))

    assert "Remark 44." in text(first)
    assert "Remark 1." not in text(first)
    older = as_user(desk.editor).get(address(claim, "history") + first.context["page"].older)
    assert "Remark 1." in text(older)
    assert 'id="entry-1"' in text(older)


def test_words_are_escaped_wherever_they_stand(desk: factories.Desk) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    claim = factories.ready_claim(desk, {"texts.en.why": nasty, "evidence.R1.excerpt": nasty, "topics": [nasty]})
    review.comment(claim_id=claim.pk, actor=desk.editor, text=nasty)
    client = as_user(desk.researcher)

    for name in ("claim", "history"):
        assert "<img" not in text(client.get(address(claim, name)))
