"""A claim's past: the timeline narrowed, and the claim as it stood at any revision, with what is no longer known."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims import triggers
from claims.forms.wording import action_name
from claims.models import Claim, ClaimText, LedgerEntry
from claims.services import erasure, publication, review
from claims.vocabulary import Action, WithholdingReason
from tests import factories
from tests.factories import Desk
from tests.views.desk.helpers import as_user, page, risky_claim, text

pytestmark = pytest.mark.django_db

NAME = "Jane Quill"


def history_of(claim: Claim, query: str = "") -> str:
    return reverse("desk:history", args=[claim.pk]) + query


def revision_of(claim: Claim, number: int) -> str:
    return reverse("desk:revision", args=[claim.pk, number])


def numbers(shown: str) -> list[int]:
    """The entries that a page shows."""
    return [int(number) for number in re.findall(r'id="entry-(\d+)"', shown)]


# The timeline


def test_every_action_reads_as_something_that_was_done() -> None:
    for action in Action:
        done = action_name(action.value, {})
        assert done[:1].isupper(), action
        assert done != action.label or action in (Action.PARK, Action.SPLIT, Action.LIFT), action


def test_entries_stand_under_their_days(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = factories.inbox_claim(desk)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    for words in ("One.", "Two."):
        review.comment(claim_id=claim.pk, actor=desk.editor, text=words)

    shown = page(desk.editor, history_of(claim))

    assert numbers(shown) == [3, 2, 1]
    assert shown.count('class="history__date"') == 2
    assert revision_of(claim, 2) in shown


def test_it_is_narrowed_to_a_language(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.researcher, {"texts.de.why": "Oft geteilt.", "priority": "high"})
    factories.edit(claim, desk.researcher, {"texts.en.why": 'They said "texts.de.why" and {"verdict.texts.de.x": 1}'})

    shown = page(desk.editor, history_of(claim, "?language=de"))

    assert numbers(shown) == [4, 3, 1]
    assert "Oft geteilt." in shown
    assert "And one other field." in shown
    assert "Rents rose, but by less" not in shown
    assert "Gestiegen, aber weniger" in shown


def test_it_is_narrowed_to_an_action_and_to_content(desk: Desk) -> None:
    claim = factories.published_claim(desk)

    assert numbers(page(desk.editor, history_of(claim, "?did=approve"))) == [5]
    assert numbers(page(desk.editor, history_of(claim, "?content=on"))) == [3, 1]
    assert numbers(page(desk.editor, history_of(claim, "?did=edit&content=on&language=en"))) == [3]
    assert "Nothing found" in page(desk.editor, history_of(claim, "?did=approve&content=on"))


def test_a_narrowing_that_cannot_be_says_so_and_shows_everything(desk: Desk) -> None:
    claim = factories.research_claim(desk)

    shown = page(desk.editor, history_of(claim, "?did=fly&language=tlh"))

    assert shown.count("Select a valid choice") == 2
    assert numbers(shown) == [2, 1]


def test_pages_keep_the_narrowing(desk: Desk) -> None:
    claim = factories.research_claim(desk)
    for number in range(45):
        review.comment(claim_id=claim.pk, actor=desk.editor, text=f"Remark {number}.")

    first = as_user(desk.editor).get(history_of(claim, "?did=comment"))

    older = first.context["page"].older
    assert "did=comment" in older
    assert numbers(page(desk.editor, history_of(claim, older))) == [7, 6, 5, 4, 3]


def test_what_was_resolved_dismissed_taken_and_put_back_is_named(desk: Desk) -> None:
    claim = risky_claim(desk)
    remark = review.comment(
        claim_id=claim.pk, actor=desk.editor, text="Which one?", path="texts.en.statement", passage="Rents"
    )
    review.resolve(claim_id=claim.pk, actor=desk.researcher, review_id=remark.pk)
    for proposed in ("Rents rose by 9", "Rents went up"):
        made = review.suggest(claim_id=claim.pk, actor=desk.editor, path="verdict.texts.en.headline", proposed=proposed)
        decide = review.take_suggestion if "9" in proposed else review.dismiss_suggestion
        decide(claim_id=claim.pk, actor=desk.researcher, suggestion_id=made.pk)
    factories.approve(claim, desk.editor)
    factories.approve(claim, desk.second_editor)
    factories.publish(claim, desk.editor)
    taken = publication.withhold(
        claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.ERROR, note={"en": "Wrong."}, language="de"
    )
    publication.lift(claim_id=claim.pk, actor=desk.chief, withholding_id=taken.pk)

    def said(did: str) -> str:
        shown = page(desk.auditor, history_of(claim, f"?did={did}"))
        found = shown.partition('<div class="history history--full">')[2].partition("</section>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", found).split())

    assert "Statement (English)" in said("comment")
    assert "On the words Rents Comment Which one?" in said("comment")
    assert "Comment Which one?" in said("resolve")
    assert "Suggested for “Headline (English)” Rents went up Suggested by" in said("dismiss")
    assert "Suggested by Person No." in said("take")
    assert said("approve").count("A second person is still asked for.") == 1
    assert "Reason Error" in said("withhold")
    assert "What was meant German" in said("lift")
    in_the_admin = page(desk.auditor, reverse("admin:claims_claim_history", args=[claim.pk]))
    for words in ("Which one?", "Rents went up", "A second person is still asked for.", "Wording suggested"):
        assert words in in_the_admin
    assert revision_of(claim, 3) in in_the_admin


# As it stood


def test_it_shows_the_claim_as_it_stood_then_and_what_differs_from_now(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.researcher, {"texts.en.statement": "Rents fell.", "evidence.B1.removed": True})

    before, now = page(desk.auditor, revision_of(claim, 3)), page(desk.auditor, revision_of(claim, 4))

    then = before.partition("<aside")[0]
    assert factories.STATEMENTS["en"] in then
    assert "It had been taken out" not in then
    assert f"<del>{factories.STATEMENTS['en']}</del>" in before
    assert "<ins>Rents fell.</ins>" in before
    assert "It had been taken out." in now.partition("<aside")[0]
    assert "The same: this is the latest revision." in now
    assert numbers(before) == [3]
    assert revision_of(claim, 2) in before
    assert revision_of(claim, 4) in before
    assert revision_of(claim, 5) not in now


def test_the_words_of_then_are_shown_as_the_desk_reads_them(desk: Desk) -> None:
    claim = factories.ready_claim(desk, {"verdict.texts.en.rationale": "It is **wrong** [@R1] <script>x</script>"})
    factories.edit(claim, desk.researcher, {"verdict.texts.en.rationale": "Gone."})

    then = page(desk.auditor, revision_of(claim, 3)).partition("<aside")[0]

    assert "<strong>wrong</strong>" in then
    assert "<script>x" not in then
    assert 'id="evidence-R1"' in then
    for words in ("Mostly true", "plus 9 per cent", "Tenants' Union asserts", "Rents rise", "What is known today"):
        assert words in then


def test_a_revision_that_never_was_is_not_there(desk: Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.auditor)

    for number in (0, 3, 99999999999999999999):
        where = f"{claim.get_absolute_url()}history/{number}/"
        assert client.get(where).status_code == 404
    assert client.post(revision_of(claim, 1)).status_code == 405


def test_what_was_erased_is_said_and_never_guessed(desk: Desk) -> None:
    claim = factories.research_claim(desk, statements={"en": f"{NAME} raised rents."})
    factories.edit(claim, desk.researcher, {"texts.en.statement": "She raised rents."})
    factories.edit(claim, desk.researcher, {"texts.en.why": f"{NAME} asked."})
    erasure.erase(actor=desk.chief, text=NAME, reason="An order of the court.")

    first, fourth = page(desk.auditor, revision_of(claim, 1)), page(desk.auditor, revision_of(claim, 4))

    assert NAME not in first + fourth
    assert "fields of this revision are no longer known" in first
    assert "What these entries changed was erased by order: 1, 3, 4." in first
    assert "<em>no longer known</em>" in first
    assert "no longer known" not in fourth
    assert "Words of it were erased since." in fourth
    assert f"{'█' * len(NAME)} asked." in fourth


def test_a_claim_that_is_not_what_its_ledger_tells_says_so(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    assert "The claim is not what its ledger tells" not in page(desk.auditor, revision_of(claim, 3))

    ClaimText.objects.filter(claim=claim, language="en").update(statement="Rents fell.")

    shown = page(desk.auditor, revision_of(claim, 3))
    assert "The claim is not what its ledger tells" in shown
    assert "<ins>Rents fell.</ins>" in shown


def test_an_entry_that_is_gone_leaves_no_page(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    triggers.drop(connection)
    LedgerEntry.objects.filter(claim=claim, sequence=2).update(sequence=20)

    client = as_user(desk.auditor)
    assert client.get(revision_of(claim, 2)).status_code == 404
    assert client.get(revision_of(claim, 20)).status_code == 404
    assert client.get(revision_of(claim, 3)).status_code == 200


def test_every_revision_of_a_life_has_a_page_in_both_languages(desk: Desk) -> None:
    claim = factories.published_claim(desk)
    factories.make_request(desk.researcher, claim)

    for language in ("en", "de"):
        client = as_user(desk.auditor, language)
        for number in range(1, factories.fresh(claim).revision + 1):
            assert client.get(revision_of(claim, number)).status_code == 200


def test_it_costs_the_same_however_long_the_life(desk: Desk) -> None:
    few, many = factories.ready_claim(desk), factories.ready_claim(desk)
    for number in range(30):
        factories.edit(many, desk.researcher, {"texts.en.why": f"Reason {number}"})
    factories.edit(few, desk.researcher, {"texts.en.why": "Reason"})

    def queries(where: str) -> int:
        client = as_user(desk.auditor)
        client.get(where)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text(client.get(where))
        return len(captured)

    assert queries(revision_of(few, 3)) == queries(revision_of(many, 3)) <= 40
    assert queries(history_of(few, "?language=en")) == queries(history_of(many, "?language=en")) <= 14


def test_words_of_a_past_are_escaped(desk: Desk) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    claim = factories.ready_claim(desk, {"texts.en.why": nasty, "evidence.R1.excerpt": nasty, "topics": [nasty]})
    values: dict[str, Any] = {"texts.en.why": "", "evidence.R1.excerpt": "", "topics": []}
    factories.edit(claim, desk.researcher, values)

    assert "<img" not in page(desk.auditor, revision_of(claim, 3))
