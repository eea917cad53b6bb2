"""Comments at the second read: on a text, a passage or an evidence item, beside what they are on, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from claims.models import Claim
from claims.services import review
from tests import factories
from tests.views.desk.helpers import approval_form, as_user, page, text

pytestmark = pytest.mark.django_db

RATIONALE = "verdict.texts.en.rationale"
GONE = "These words no longer stand there."


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.review_claim(desk)


def address(claim: Claim, query: str = "") -> str:
    return reverse("desk:read", args=[claim.pk]) + query


def say(claim: Claim, desk: factories.Desk, query: str = "", **values: Any) -> HttpResponse:
    form = {"comment": "Is it?", "page": "read", "opened_at": claim.revision, **values}
    return as_user(desk.editor).post(reverse("desk:comment", args=[claim.pk]) + query, form)


def form_of(html: str) -> str:
    return html.split('id="new-comment"', 1)[1].split("</form>", 1)[0]


def test_a_passage_is_quoted_with_the_text_it_stands_in(desk: factories.Desk, claim: Claim) -> None:
    answer = say(claim, desk, "?language=en", path=RATIONALE, passage="The register [1] says 9")

    assert answer["Location"] == f"{address(claim)}?language=en#comments"
    assert claim.reviews.get().passage == "The register [@R1] says 9"
    shown = page(desk.researcher, address(claim)).split('id="comments"', 1)[1]
    assert "Rationale (English)" in shown
    assert '<blockquote class="note__passage" lang="en">The register says 9</blockquote>' in shown
    assert GONE not in shown


def test_a_passage_that_no_longer_stands_there_is_marked(desk: factories.Desk, claim: Claim) -> None:
    say(claim, desk, path=RATIONALE, passage="says 9, the bank")
    review.send_back(claim_id=claim.pk, actor=desk.editor, comment="See there.")
    factories.edit(claim, desk.researcher, {RATIONALE: "The register [@R1] and the bank [@B1] say 9."})

    assert GONE in page(desk.researcher, address(claim))
    assert GONE in page(desk.researcher, claim.get_absolute_url())


def test_one_on_evidence_stands_under_its_excerpt(desk: factories.Desk, claim: Claim) -> None:
    say(claim, desk, path="evidence.R1", comment="Which table?")

    shown = page(desk.researcher, address(claim))
    excerpt = shown.split('id="excerpt-R1"', 1)[1].split('id="excerpt-B1"', 1)[0]
    assert "Which table?" in excerpt
    assert shown.count("Which table?") == 1


def test_one_that_is_dealt_with_leaves_its_excerpt_and_stays_to_be_read(desk: factories.Desk, claim: Claim) -> None:
    say(claim, desk, path="evidence.R1", comment="Which table?")
    review.resolve(claim_id=claim.pk, actor=desk.researcher, review_id=claim.reviews.get().pk)

    shown = page(desk.researcher, address(claim))
    assert "Which table?" not in shown.split('id="comments"', 1)[0]
    assert "Which table?" in shown
    assert "Evidence R1" in shown.split('class="resolved"', 1)[1]


def test_each_excerpt_leads_to_the_form_for_a_comment_on_it(desk: factories.Desk, claim: Claim) -> None:
    link = "?about=evidence.R1"
    assert f'href="{link}#new-comment"' in page(desk.editor, address(claim))
    assert '<option value="evidence.R1" selected>' in form_of(page(desk.editor, address(claim, link)))


def test_a_passage_in_the_address_fills_the_form(desk: factories.Desk, claim: Claim) -> None:
    form = form_of(page(desk.editor, address(claim, f"?about={RATIONALE}&passage=says+9")))
    assert f'<option value="{RATIONALE}" selected>' in form
    assert "says 9</textarea>" in form


@pytest.mark.parametrize("about", ["verdict.rating", "evidence.X", "'\"><b>"])
def test_what_nobody_can_comment_on_fills_nothing(desk: factories.Desk, claim: Claim, about: str) -> None:
    assert "<b>" not in page(desk.editor, address(claim, f"?about={about}"))


# What is refused comes back on the page, with every word.
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"path": RATIONALE, "passage": "The register says 10"}, "These words do not stand there, or not any more."),
        ({"path": "evidence.B9", "passage": ""}, "This text is gone."),
        ({"path": "", "passage": "says 9"}, "Say in which text the passage stands."),
        ({"path": RATIONALE, "passage": "says 9", "comment": " "}, "Write what it is about."),
        ({"path": RATIONALE, "passage": "says\x00 9"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_said_is_kept(desk: factories.Desk, claim: Claim, values: dict[str, str], reason: str) -> None:
    answer = say(claim, desk, **{"comment": "My long remark.", **values})

    assert answer.status_code == 422
    form = form_of(text(answer))
    assert reason in form
    assert "<details" in form
    assert " open>" in form
    assert values.get("comment", "My long remark.") in form
    assert values["passage"].replace("\x00", "") in form.replace("\x00", "")
    assert not claim.reviews.exists()


def test_a_passage_that_went_meanwhile_is_refused_in_german_too(desk: factories.Desk, claim: Claim) -> None:
    values = {"comment": "Stimmt das?", "page": "read", "path": "evidence.R1", "passage": "plus 10"}
    client = as_user(desk.editor, "de")
    answer = client.post(reverse("desk:comment", args=[claim.pk]), values)

    assert answer.status_code == 422
    assert "Stimmt das?" in form_of(text(answer))


def test_a_second_click_says_it_once_and_another_place_is_another_comment(desk: factories.Desk, claim: Claim) -> None:
    for _click in range(2):
        say(claim, desk, path=RATIONALE, passage="The register [1] says 9")
    say(claim, desk, path="evidence.R1")
    say(claim, desk)

    assert list(claim.reviews.values_list("path", flat=True)) == [RATIONALE, "evidence.R1", ""]


def test_a_refused_approvals_note_can_be_left_as_a_comment(desk: factories.Desk, claim: Claim) -> None:
    values = approval_form(claim, comment="The bank's table is missing.")
    factories.approve(claim, desk.second_editor)
    answer = as_user(desk.editor).post(address(claim), values)

    assert answer.status_code == 409
    assert "It is approved already, by" in text(answer)
    assert "The bank's table is missing.</textarea>" in form_of(text(answer))


def test_scripts_in_a_passage_stay_words(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk, {"verdict.texts.en.summary": "<script>alert(1)</script> nine"})
    say(claim, desk, path="verdict.texts.en.summary", passage="<script>alert(1)</script>")

    assert claim.reviews.exists()
    assert "<script>alert" not in page(desk.editor, address(claim))


def test_many_comments_and_suggestions_ask_no_more_of_the_database(
    desk: factories.Desk, claim: Claim, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def talk(number: int) -> None:
        review.comment(claim_id=claim.pk, actor=desk.editor, text=f"Remark {number}", path="evidence.R1")
        review.comment(claim_id=claim.pk, actor=desk.chief, text=f"More {number}", path=RATIONALE, passage="says 9")
        review.suggest(claim_id=claim.pk, actor=desk.editor, path=RATIONALE, proposed=f"Nine {number} [@R1] [@B1]")

    client = as_user(desk.second_editor)
    talk(0)
    client.get(address(claim))
    with CaptureQueriesContext(connection) as few:
        client.get(address(claim))
    for number in range(1, 6):
        talk(number)
    with django_assert_num_queries(len(few)):
        client.get(address(claim))


def test_many_items_and_requests_ask_no_more_of_the_database(
    desk: factories.Desk, claim: Claim, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys = [f"M{number}" for number in range(6)]
    cited = " ".join(f"[@{key}]" for key in ("R1", "B1", *keys))
    items: dict[str, Any] = {RATIONALE: f"They all say 9 {cited}."}
    for key in keys:
        items |= factories.evidence_item(key, factories.make_source(desk.researcher), excerpt="plus 9")
    many = factories.review_claim(desk, items)
    factories.make_request(desk.researcher, claim, addressee="The first")
    for number in range(4):
        factories.make_request(desk.researcher, many, addressee=f"Number {number}")
    client = as_user(desk.second_editor)
    client.get(address(claim))
    with CaptureQueriesContext(connection) as few:
        client.get(address(claim))
    with django_assert_num_queries(len(few)):
        client.get(address(many))


def test_many_changes_since_the_last_read_ask_no_more_of_the_database(
    desk: factories.Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claims = [factories.review_claim(desk) for _ in range(2)]
    for claim, times in zip(claims, (1, 6), strict=True):
        review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Again, please.")
        for number in range(times):
            factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": f"{number}.", RATIONALE: f"{number}!"})
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    client = as_user(desk.second_editor)
    client.get(address(claims[0]))
    with CaptureQueriesContext(connection) as few:
        client.get(address(claims[0]))
    with django_assert_num_queries(len(few)):
        client.get(address(claims[1]))
