"""The page that makes two claims out of one, and what the histories of both tell of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.errors import Busy
from claims.models import Claim
from claims.services import research
from claims.vocabulary import Status
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

SECOND = "The mayor called the figure wrong."


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    version = factories.make_article(desk.researcher)
    return factories.inbox_claim(
        desk, passages=[factories.passage(version), factories.passage(version, "plainly wrong")]
    )


@pytest.fixture
def client(desk: factories.Desk) -> Client:
    return as_user(desk.researcher)


def address(claim: Claim) -> str:
    return reverse("desk:split", args=[claim.pk])


def typed(client: Client, claim: Claim, **values: Any) -> dict[str, Any]:
    return opened(client, address(claim)) | {"statement_en": SECOND, **values}


def made(claim: Claim) -> Claim:
    return Claim.objects.exclude(pk=claim.pk).get()


def test_it_says_what_happens_and_ticks_every_quotation(desk: factories.Desk, claim: Claim) -> None:
    shown = page(desk.researcher, address(claim))

    assert "A second claim is made, in the inbox." in shown
    assert factories.STATEMENTS["en"] in shown
    assert [str(one.pk) for one in claim.quotations.all()] == read_form(shown)["quotations"]


def test_the_claim_page_leads_there_for_those_who_may(desk: factories.Desk, claim: Claim) -> None:
    assert f'<a href="{address(claim)}">Split</a>' in page(desk.researcher, claim.get_absolute_url())
    assert f'<a href="{address(claim)}">Split</a>' not in page(desk.auditor, claim.get_absolute_url())


def test_the_second_claims_page_links_both(desk: factories.Desk, claim: Claim, client: Client) -> None:
    answer = client.post(address(claim), typed(client, claim), follow=True)

    second = made(claim)
    assert answer.redirect_chain[-1][0] == second.get_absolute_url()
    assert f'Split. This is the second claim; the first one is <a href="{claim.get_absolute_url()}">' in text(answer)
    assert {one.language: one.statement for one in second.texts.all()} == {"en": SECOND}
    assert second.quotations.count() == 2


def test_only_what_is_ticked_is_copied(claim: Claim, client: Client) -> None:
    client.post(address(claim), typed(client, claim, quotations=str(claim.quotations.last().pk)))

    assert [one.exact for one in made(claim).quotations.all()] == ["plainly wrong"]


def test_a_statement_in_each_language(claim: Claim, client: Client) -> None:
    client.post(address(claim), typed(client, claim, statement_de="Die Bürgermeisterin widersprach."))

    assert {one.language for one in made(claim).texts.all()} == {"de", "en"}


# What is missing is said beside its field, and what was typed is kept.
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"statement_en": "  "}, "Write what the second claim says, in one language at least."),
        ({"quotations": []}, "Choose at least one quotation"),
        ({"quotations": ["99999"]}, "not one of the available choices"),
        ({"statement_en": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_is_missing_is_said(values: dict[str, Any], sentence: str, claim: Claim, client: Client) -> None:
    answer = client.post(
        address(claim),
        typed(client, claim, statement_de="Sie widersprach.", **values)
        | ({"statement_de": ""} if values.get("statement_en") == "  " else {}),
    )

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert read_form(text(answer))["statement_en"].strip() == values.get("statement_en", SECOND).strip()
    assert Claim.objects.count() == 1


def test_a_second_click_splits_once(claim: Claim, client: Client) -> None:
    form = typed(client, claim)

    answers = [client.post(address(claim), form) for _click in (1, 2)]

    assert [answer.url for answer in answers] == [made(claim).get_absolute_url()] * 2
    client.post(address(claim), form | {"statement_en": "Something else."})
    assert Claim.objects.count() == 3


# The stored words are in NFC with plain line ends; a browser may send others both times.
@pytest.mark.parametrize(
    "words",
    [
        "The cafe\u0301 of Mu\u0308nster closed.",
        "The mayor said:\r\nit is wrong.",
        "  It is\rwrong.\r\n",
        "\u212b rose.",
    ],
)
def test_a_second_click_is_known_however_its_words_are_written(words: str, claim: Claim, client: Client) -> None:
    form = typed(client, claim, statement_en=words)

    answers = [client.post(address(claim), form) for _click in (1, 2)]

    assert [answer.url for answer in answers] == [made(claim).get_absolute_url()] * 2


def test_somebody_elses_split_in_the_same_words_is_another(desk: factories.Desk, claim: Claim, client: Client) -> None:
    form = typed(client, claim)
    client.post(address(claim), form)

    as_user(desk.editor).post(address(claim), form)

    assert Claim.objects.exclude(pk=claim.pk).count() == 2


@pytest.mark.parametrize("status", [Status.DECLINED, Status.RETRACTED])
def test_a_closed_claim_says_what_to_do_first(status: Status, desk: factories.Desk) -> None:
    claim = factories.claim_in(status, desk)

    shown = page(desk.editor, address(claim))

    assert "The claim is closed. Restore or reopen it before you split it." in shown
    assert 'name="statement_en"' not in shown


def test_a_claim_that_was_closed_meanwhile_keeps_what_was_typed(
    desk: factories.Desk, claim: Claim, client: Client
) -> None:
    form = typed(client, claim)
    research.decline(claim_id=claim.pk, actor=desk.editor, reason="An opinion.")

    answer = client.post(address(claim), form)

    assert answer.status_code == 409
    assert SECOND in text(answer)
    assert Claim.objects.count() == 1


def test_a_quotation_that_moved_away_meanwhile_is_told(desk: factories.Desk, claim: Claim, client: Client) -> None:
    """The claim was linked, restored and lacks its quotations: the page was opened before."""
    form = typed(client, claim)
    other = factories.inbox_claim(desk)
    research.link_as_same(claim_id=claim.pk, same_as_id=other.pk, actor=desk.editor)
    research.restore(claim_id=claim.pk, actor=desk.editor)

    answer = client.post(address(claim), form)

    assert answer.status_code == 422
    assert "The claim has no quotation." in text(answer)
    assert read_form(text(answer))["statement_en"] == SECOND


def test_a_busy_database_keeps_what_was_typed(claim: Claim, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = typed(client, claim)

    def busy(**_options: Any) -> None:
        raise Busy("The database is busy.")

    monkeypatch.setattr(research, "split", busy)
    answer = client.post(address(claim), form)

    assert (answer.status_code, "The database is busy." in text(answer)) == (503, True)
    assert read_form(text(answer))["statement_en"] == SECOND


def test_an_auditor_is_told_who_may(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.auditor)

    answer = client.get(address(claim))
    assert answer.status_code == 403
    assert desk.researcher.get_full_name() in text(answer)
    assert client.post(address(claim), {"statement_en": SECOND}).status_code == 403
    assert Claim.objects.count() == 1


# What the histories tell


def test_both_histories_name_each_other(desk: factories.Desk, claim: Claim) -> None:
    second = research.split(claim_id=claim.pk, actor=desk.editor, statements={"en": SECOND})

    for one, other, name in ((claim, second, "Split; the second claim is"), (second, claim, "Split from")):
        for where, link in (
            (reverse("desk:history", args=[one.pk]), other.get_absolute_url()),
            (one.get_absolute_url(), other.get_absolute_url()),
            (
                reverse("admin:claims_claim_history", args=[one.pk]),
                reverse("admin:claims_claim_change", args=[other.pk]),
            ),
        ):
            shown = page(desk.chief, where)
            assert f'<a href="{link}">Claim {other.pk}</a>' in shown
            assert name in shown or where == one.get_absolute_url()
            assert str(other.uuid) not in shown
