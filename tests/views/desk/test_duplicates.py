"""Linking a claim as the same as another, restoring it, and what the pages tell of the quotations that moved."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim
from claims.services import intake, research
from claims.vocabulary import Status
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

OTHER_WORDS = "plainly wrong"


@pytest.fixture
def staying(desk: factories.Desk) -> Claim:
    return factories.inbox_claim(desk)


@pytest.fixture
def claim(desk: factories.Desk, staying: Claim) -> Claim:
    version = staying.quotations.get().version
    return factories.inbox_claim(
        desk, passages=[factories.passage(version, OTHER_WORDS)], statements={"en": "The figure is wrong."}
    )


def step(claim: Claim, action: str) -> str:
    return reverse("desk:transition", args=[claim.pk, action])


def link(claim: Claim, staying: Claim, desk: factories.Desk) -> None:
    research.link_as_same(claim_id=claim.pk, same_as_id=staying.pk, actor=desk.researcher)


# Linking


def test_an_address_can_name_the_claim_that_stays(desk: factories.Desk, claim: Claim, staying: Claim) -> None:
    shown = page(desk.researcher, f"{step(claim, 'link')}?same_as={staying.pk}")

    assert read_form(shown)["same_as"] == str(staying.pk)
    assert "Quotations that move" in shown
    assert OTHER_WORDS in shown


def test_the_named_claim_may_stand_in_another_article(desk: factories.Desk, claim: Claim) -> None:
    elsewhere = factories.inbox_claim(desk, version=factories.make_article(desk.researcher, title="Elsewhere"))
    client = as_user(desk.researcher)

    form = opened(client, f"{step(claim, 'link')}?same_as={elsewhere.pk}")
    client.post(step(claim, "link"), form)

    assert factories.fresh(claim).duplicate_of == elsewhere


@pytest.mark.parametrize("status", [Status.REVIEW, Status.DECLINED, Status.PUBLISHED])
def test_a_named_claim_that_cannot_stay_is_told(status: Status, desk: factories.Desk, claim: Claim) -> None:
    other = factories.claim_in(status, desk)

    shown = page(desk.researcher, f"{step(claim, 'link')}?same_as={other.pk}")

    assert f"Claim {other.pk} cannot be the one that stays" in shown
    assert "same_as" not in read_form(shown)


def test_a_claim_is_not_offered_as_the_same_as_itself(desk: factories.Desk, claim: Claim) -> None:
    shown = page(desk.researcher, f"{step(claim, 'link')}?same_as={claim.pk}")

    assert f'value="{claim.pk}"' not in shown


@pytest.mark.parametrize("named", ["x", "9" * 40, "<b>", "-1"])
def test_an_address_that_names_nothing_offers_the_others(named: str, desk: factories.Desk, claim: Claim) -> None:
    assert "The claim that stays" in page(desk.researcher, f"{step(claim, 'link')}?same_as={named}")


def test_both_histories_name_each_other(desk: factories.Desk, claim: Claim, staying: Claim) -> None:
    link(claim, staying, desk)

    closed, grown = (page(desk.chief, reverse("desk:history", args=[one.pk])) for one in (claim, staying))
    assert f"Claim {staying.pk}" in closed.partition("The same as")[2]
    assert "Closed as the same as this one" not in closed
    assert f'<a href="{claim.get_absolute_url()}">Claim {claim.pk}</a>' in grown
    assert "Closed as the same as this one" in grown
    assert OTHER_WORDS in grown.partition("Quotations that moved")[2]
    in_the_admin = page(desk.chief, reverse("admin:claims_claim_history", args=[staying.pk]))
    assert f"Claim {claim.pk}</a>" in in_the_admin.partition("Closed as the same as this one")[2]
    assert str(claim.uuid) not in in_the_admin


# Restoring


def test_the_page_says_who_has_the_quotations_now(desk: factories.Desk, claim: Claim, staying: Claim) -> None:
    link(claim, staying, desk)

    shown = page(desk.editor, step(claim, "restore"))

    assert f'<q>{OTHER_WORDS}</q> (<a href="{staying.get_absolute_url()}">Claim {staying.pk}</a>)' in shown
    assert "None is left: without one the claim cannot be approved." in shown
    assert f"Copy its quotation back from claim {staying.pk}" in shown
    assert read_form(shown)["copies_back"] == "on"


def test_they_are_copied_back_unless_the_box_is_empty(desk: factories.Desk, claim: Claim, staying: Claim) -> None:
    client = as_user(desk.editor)
    link(claim, staying, desk)
    form = opened(client, step(claim, "restore"))
    del form["copies_back"]
    client.post(step(claim, "restore"), form)
    assert (factories.fresh(claim).status, claim.quotations.count()) == (Status.INBOX, 0)
    assert "The claim is quoted nowhere." in page(desk.editor, claim.get_absolute_url())

    other = factories.inbox_claim(desk, version=staying.quotations.first().version)
    link(other, staying, desk)
    version = staying.quotations.first().version
    further = factories.inbox_claim(desk, passages=[factories.passage(version, "The mayor called")])
    link(further, staying, desk)
    client.post(step(further, "restore"), opened(client, step(further, "restore")))
    assert [one.exact for one in further.quotations.all()] == ["The mayor called"]
    assert staying.quotations.count() == 3


def test_both_histories_tell_of_the_copies(desk: factories.Desk, claim: Claim, staying: Claim) -> None:
    link(claim, staying, desk)
    research.restore(claim_id=claim.pk, actor=desk.editor, with_quotations=True)

    back, told = (page(desk.chief, reverse("desk:history", args=[one.pk])) for one in (claim, staying))
    assert f"Claim {staying.pk}</a>" in back.partition("Quotations copied back from")[2]
    assert f"Claim {claim.pk}</a>" in told.partition("Quotations copied back to")[2]


def test_the_claim_that_was_copied_from_was_not_restored(desk: factories.Desk, claim: Claim, staying: Claim) -> None:
    """Its entry is of the other claim's action; this one's history says what became of it here."""
    link(claim, staying, desk)
    research.restore(claim_id=claim.pk, actor=desk.editor, with_quotations=True)

    told = page(desk.chief, reverse("desk:history", args=[staying.pk]))
    assert "Quotations copied" in told.partition("Quotations copied back to")[0]
    assert 'history__what">Restored' not in told
    assert "Restore" in page(desk.chief, reverse("desk:history", args=[claim.pk]))


def test_the_admin_says_so_too(desk: factories.Desk, claim: Claim, staying: Claim) -> None:
    link(claim, staying, desk)
    research.restore(claim_id=claim.pk, actor=desk.editor, with_quotations=True)

    told = page(desk.chief, reverse("admin:claims_claim_history", args=[staying.pk]))
    assert "Quotations copied" in told.partition("Quotations copied back to")[0]
    assert 'history__what">Restored' not in told


@pytest.mark.parametrize("where", ["desk:history", "admin:claims_claim_history"])
def test_histories_tell_of_copies_in_words_alone(
    desk: factories.Desk, claim: Claim, staying: Claim, where: str
) -> None:
    link(claim, staying, desk)
    research.restore(claim_id=claim.pk, actor=desk.editor, with_quotations=True)

    for one, other, name in (
        (staying, claim, "Quotations copied back to"),
        (claim, staying, "Quotations copied back from"),
    ):
        shown = page(desk.chief, reverse(where, args=[one.pk]))
        assert f"Claim {other.pk}</a>" in shown.partition(name)[2]
        for raw in (str(other.uuid), "copied_to", "copied_from", ">copied<", ">restore<"):
            assert raw not in shown
    shown = page(desk.chief, reverse(where, args=[staying.pk]))
    assert OTHER_WORDS in shown.partition("Quotations that were copied")[2]


def test_a_claim_that_was_declined_is_restored_as_ever(desk: factories.Desk) -> None:
    claim = factories.declined_claim(desk)

    shown = page(desk.editor, step(claim, "restore"))

    assert "It is an opinion." in shown
    assert "copies_back" not in shown


# What histories tell of quotations in new versions


def test_the_history_tells_where_a_quotation_was_looked_for_and_what_was_decided(
    desk: factories.Desk, staying: Claim
) -> None:
    article = staying.quotations.get().version.article
    factories.make_version(desk.researcher, article, factories.TEXT.replace("12 per cent", "21 per cent"))
    for number, decide in enumerate((intake.confirm_anchor, intake.lose_anchor), start=1):
        decide(actor=desk.editor, claim_id=staying.pk, anchor_id=staying.quotations.get().anchors.last().pk)
        assert staying.quotations.get().anchors.count() == number + 1

    for where in ("desk:history", "admin:claims_claim_history"):
        shown = page(desk.chief, reverse(where, args=[staying.pk]))
        assert "Looked for in version 2 of “Rents rise”" in shown
        assert f"“{factories.PASSAGE}”: Changed" in shown
        assert "Decided for version 2" in shown
        assert f"It stands there in other words, or in another sentence: “{factories.PASSAGE}”" in shown
        assert f"It is gone: “{factories.PASSAGE}”" in shown
        assert "Suggestion" not in shown


def test_the_articles_history_tells_of_sentences_that_were_set_aside(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    about = {"actor": desk.researcher, "article_id": version.article_id, "version_id": version.pk}
    intake.set_aside(**about, start=0, end=32, reason="An opinion.")
    intake.bring_back(**about, start=0, end=32)

    shown = page(desk.chief, reverse("admin:claims_article_history", args=[version.article_id]))

    assert shown.count("version 1, characters 0 to 32") == 2
    assert "Sentence set aside" in shown
    assert "Sentence brought back" in shown
    assert "An opinion." in shown


def test_the_history_costs_the_same_however_many_claims_it_names(desk: factories.Desk, staying: Claim) -> None:
    client, where = as_user(desk.chief), reverse("desk:history", args=[staying.pk])
    version = staying.quotations.get().version
    counts = []
    for number in range(4):
        closing = factories.inbox_claim(
            desk, version=version, passages=[factories.passage(version, factories.TEXT[number : 40 + number])]
        )
        link(closing, staying, desk)
        client.get(where)
        with CaptureQueriesContext(connection) as caught:
            assert "Closed as the same" in text(client.get(where))
        counts.append(len(caught))

    assert counts[0] == counts[-1]
