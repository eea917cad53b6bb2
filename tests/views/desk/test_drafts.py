"""Forms that keep what is typed: sending, finding it again, saving, discarding; and what others saved meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from claims.models import Claim, Draft
from claims.services import drafts, review
from claims.vocabulary import Status
from tests import factories
from tests.views.desk.forms import opened
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.ready_claim(desk)


def text_page(claim: Claim) -> str:
    return reverse("desk:text", args=[claim.pk, "en"])


def draft_address(claim: Claim, form: str = "text-en") -> str:
    return reverse("desk:keep_draft", args=[claim.pk, form])


def keep(client: Client, claim: Claim, form: str = "text-en", **values: Any) -> int:
    return client.post(draft_address(claim, form), {"opened_at": claim.revision, **values}).status_code


def kept(user: User, claim: Claim, form: str = "text-en") -> dict[str, list[str]]:
    found = drafts.of(actor=user, claim_id=claim.pk, form=form)
    return found.values if found else {}


def test_it_is_kept_without_a_word(desk: factories.Desk, claim: Claim) -> None:
    assert keep(as_user(desk.researcher), claim, headline="Half a headl", disputed="headline") == 204
    assert kept(desk.researcher, claim) == {"headline": ["Half a headl"]}
    assert factories.fresh(claim).revision == claim.revision


def test_it_is_shown_when_the_form_is_opened_again(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    keep(client, claim, headline="Half a headl")

    shown = text(client.get(text_page(claim)))
    form = opened(client, text_page(claim))

    assert "Your draft of " in shown
    assert claim.verdict.texts.get(language="en").headline in shown
    assert (form["headline"], form["opened_at"]) == ("Half a headl", str(claim.revision))


def test_nobody_else_sees_it(desk: factories.Desk, claim: Claim) -> None:
    keep(as_user(desk.researcher), claim, headline="Half a headl")

    for user in (desk.editor, desk.chief):
        for address in (text_page(claim), claim.get_absolute_url(), reverse("desk:preview", args=[claim.pk])):
            assert "Half a headl" not in text(as_user(user).get(address))


def test_saving_is_one_entry_and_ends_it(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    keep(client, claim, headline="A whole headline")

    answer = client.post(text_page(claim), opened(client, text_page(claim)))

    assert answer.status_code == 302
    assert factories.fresh(claim).revision == claim.revision + 1
    assert factories.fresh(claim).verdict.texts.get(language="en").headline == "A whole headline"
    assert not Draft.objects.exists()


def test_discarding_shows_what_is_saved(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    before = opened(client, text_page(claim))
    keep(client, claim, headline="Half a headl")

    answer = client.post(reverse("desk:discard_draft", args=[claim.pk, "text-en"]))

    assert answer.headers["Location"] == text_page(claim)
    assert opened(client, text_page(claim))["headline"] == before["headline"]


def test_a_draft_that_says_what_is_saved_is_not_mentioned(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    keep(client, claim, headline=opened(client, text_page(claim))["headline"])
    later = factories.edit(claim, desk.editor, {"priority": "high"})

    assert "Your draft of" not in text(client.get(text_page(claim)))
    assert opened(client, text_page(claim))["opened_at"] == str(later.revision)


@pytest.mark.parametrize("typed", [{"headline": "x" * 301}, {"opened_at": "9999999"}], ids=["too long", "too new"])
def test_a_refused_form_becomes_the_draft(desk: factories.Desk, claim: Claim, typed: dict[str, str]) -> None:
    client = as_user(desk.researcher)
    keep(client, claim, summary="Typed before")

    answer = client.post(text_page(claim), opened(client, text_page(claim)) | {"today": "Typed now"} | typed)

    assert answer.status_code in (409, 422)
    assert kept(desk.researcher, claim)["summary"] == ["Typed before"]
    if "opened_at" not in typed:
        assert kept(desk.researcher, claim) == {
            "summary": ["Typed before"],
            "today": ["Typed now"],
            "headline": ["x" * 301],
        }


def test_what_was_put_back_before_the_form_was_refused_is_not_found_in_the_draft(
    desk: factories.Desk, claim: Claim
) -> None:
    client = as_user(desk.researcher)
    saved = opened(client, text_page(claim))
    keep(client, claim, summary="Written and thought better of")

    client.post(text_page(claim), opened(client, text_page(claim)) | {**saved, "headline": "x" * 301})

    assert opened(client, text_page(claim))["summary"] == saved["summary"]


def test_what_others_saved_meanwhile_is_asked_about(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    keep(client, claim, headline="Mine")
    factories.edit(
        claim, desk.editor, {"verdict.texts.en.headline": "Theirs", "verdict.texts.en.summary": "Their summary."}
    )

    shown = text(client.get(text_page(claim)))
    answer = client.post(text_page(claim), opened(client, text_page(claim)))

    assert "Saved since by" in shown
    assert "Headline (English)" in shown
    assert answer.status_code == 409
    assert "Theirs" in text(answer)
    assert kept(desk.researcher, claim)["headline"] == ["Mine"]
    assert Draft.objects.get().opened_at == claim.revision


def test_what_others_wrote_is_not_taken_for_the_draft_s_own(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    typed = opened(client, text_page(claim)) | {"headline": "Mine"}
    factories.edit(
        claim, desk.editor, {"verdict.texts.en.headline": "Theirs", "verdict.texts.en.summary": "Their summary."}
    )

    assert client.post(text_page(claim), typed).status_code == 409
    assert kept(desk.researcher, claim) == {"headline": ["Mine"]}


def test_a_closed_claim_shows_the_words_and_lets_them_go(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    keep(client, claim, headline="Half a headl")
    closed = review.submit(claim_id=claim.pk, actor=desk.researcher)

    shown = text(client.get(text_page(claim)))

    assert factories.fresh(claim).status == Status.REVIEW
    assert keep(client, closed, today="And on") == 204
    assert "Half a headl" in shown
    assert "Discard the draft" in shown


def test_the_verdict_s_form_has_one_too(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    page = reverse("desk:verdict", args=[claim.pk])
    other = str(factories.rating("false").pk)
    keep(client, claim, "verdict", rating=other, researched_until="2025-05-01", judged_by="")

    form = opened(client, page)

    assert (form["rating"], form["researched_until"], form["judged_by"]) == (other, "2025-05-01", "")
    assert "False" in text(client.get(page))
    assert client.post(page, form).status_code == 302
    assert factories.fresh(claim).verdict.rating.code == "false"
    assert not Draft.objects.exists()


def test_an_unticked_box_is_kept(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, {"texts.de.statement": "Mieten", "verdict.texts.de.headline": "Mieten"})
    client = as_user(desk.researcher)

    keep(client, claim, up_to_date="")

    assert "up_to_date" not in opened(client, text_page(claim))


def test_a_rating_in_a_draft_reads_as_its_word_where_there_is_no_form(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    keep(client, claim, "verdict", rating=str(factories.rating("false").pk))
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    shown = text(client.get(reverse("desk:verdict", args=[claim.pk])))

    assert '<dd dir="auto">False</dd>' in shown


CANNOT_BE = [
    ("text-en", {"opened_at": ""}, 422),
    ("text-en", {"opened_at": "x"}, 422),
    ("text-en", {"opened_at": "9999999"}, 422),
    ("text-en", {"headline": "a\x00b"}, 422),
    ("text-en", {"rationale": "x" * 200_001}, 422),
    ("nonsense", {}, 422),
]


@pytest.mark.parametrize(("form", "wrong", "status"), CANNOT_BE)
def test_what_cannot_be_kept_is_refused_in_words(
    desk: factories.Desk, claim: Claim, form: str, wrong: dict[str, str], status: int
) -> None:
    answer = as_user(desk.researcher).post(
        draft_address(claim, form), {"opened_at": claim.revision, "headline": "x"} | wrong
    )

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert answer.text.endswith((".", "again."))


def test_it_is_for_those_who_may_edit(desk: factories.Desk, claim: Claim) -> None:
    assert keep(as_user(desk.auditor), claim, headline="x") == 403
    assert keep(Client(), claim, headline="x") == 401
    assert keep(as_user(desk.researcher), Claim(pk=claim.pk + 1000, revision=1), headline="x") == 404
    assert not Draft.objects.exists()


def test_it_asks_for_the_page_s_token(desk: factories.Desk, claim: Claim) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.researcher)

    assert keep(client, claim, headline="x") == 403


def test_a_form_without_drafts_has_none_to_discard(desk: factories.Desk, claim: Claim) -> None:
    address = reverse("desk:discard_draft", args=[claim.pk, "nonsense"])

    assert as_user(desk.researcher).post(address).status_code == 404


def test_the_claim_s_page_leads_back_to_one_s_own_drafts(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.researcher)
    keep(client, claim, headline="x")
    keep(client, claim, "verdict", not_asked_reason="x")

    shown = text(client.get(claim.get_absolute_url()))

    assert "You began to write and have not saved it" in shown
    assert f'<a href="{text_page(claim)}">Texts: English</a>' in shown
    assert "You began to write" not in text(as_user(desk.editor).get(claim.get_absolute_url()))


@pytest.mark.parametrize("form", ["text-en", "verdict"])
def test_a_draft_that_says_nothing_new_is_not_held_out_to_anybody(
    desk: factories.Desk, claim: Claim, form: str
) -> None:
    client = as_user(desk.researcher)
    address = reverse("desk:verdict", args=[claim.pk]) if form == "verdict" else text_page(claim)
    name = "not_asked_reason" if form == "verdict" else "headline"
    before = opened(client, address)[name]
    keep(client, claim, form, **{name: "Begun"})
    keep(client, claim, form, **{name: before})

    assert "You began to write" not in text(client.get(claim.get_absolute_url()))
