"""The page on which an addressee answers: whoever holds the link, once, without an account and without a cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.models import ReplyRequest
from claims.services import asking
from tests import factories
from tests.views.desk.forms import read_form
from tests.views.desk.helpers import text

pytestmark = pytest.mark.django_db

WORDS = "It is our own survey.\nIt was never meant for the city."
READ = {"claims_replyrequest"}
TABLE = re.compile(r'(?:FROM|JOIN|INTO|UPDATE)\s+"?([a-z_]+)"?', re.IGNORECASE)


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def asked(desk: factories.Desk) -> ReplyRequest:
    return factories.make_request(
        desk.researcher, factories.ready_claim(desk), wording="Where is it from?\n\n<b>Please</b> *answer*."
    )


def link(desk: factories.Desk, asked: ReplyRequest, valid_for: timedelta = timedelta(days=7)) -> str:
    token = asking.make_link(actor=desk.researcher, request_id=asked.pk, valid_for=valid_for)
    return f"/answer/{token}/"


@pytest.fixture
def visitor() -> Client:
    """Somebody without an account, whose browser lets no form through that Django's own guard would refuse."""
    return Client(enforce_csrf_checks=True)


def send(visitor: Client, address: str, words: str = WORDS, **values: Any) -> HttpResponse:
    form = read_form(visitor.get(address).content.decode(), marker="words")
    return visitor.post(address, {**form, "words": words, **values}, headers={"origin": "null"})


def test_the_page_says_who_asks_what_and_until_when(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> None:
    shown = text(visitor.get(link(desk, asked)))

    for words in (
        "Factcheck",
        "Press office",
        "Where is it from?",
        "&lt;b&gt;Please&lt;/b&gt; *answer*.",
        "1 April 2025",
    ):
        assert words in shown
    assert "<script" not in shown


def test_an_answer_is_recorded_and_shown_back(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> None:
    answer = send(visitor, link(desk, asked), WORDS.replace("\n", "\r\n"))

    assert answer.status_code == 200
    assert "Thank you" in text(answer)
    assert "It is our own survey.<br>It was never" in text(answer)
    assert asked.replies.get().words == WORDS


def test_looking_never_uses_the_link_up(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> None:
    address = link(desk, asked)
    for ask in (visitor.get, visitor.head):
        assert ask(address).status_code == 200

    assert send(visitor, address).status_code == 200


# Everything that is answered through this route, and what all of it carries.
def closed(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> HttpResponse:
    return visitor.get("/answer/nowhere/")


def form(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> HttpResponse:
    return visitor.get(link(desk, asked))


def refused(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> HttpResponse:
    return send(visitor, link(desk, asked), "")


def thanks(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> HttpResponse:
    return send(visitor, link(desk, asked))


@pytest.mark.parametrize("page", [closed, form, refused, thanks])
def test_nothing_is_kept_found_or_passed_on(
    desk: factories.Desk, asked: ReplyRequest, visitor: Client, page: Callable[..., HttpResponse]
) -> None:
    answer = page(desk, asked, visitor)

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert not answer.cookies
    assert 'name="robots" content="noindex' in text(answer)
    assert 'href="/desk' not in text(answer)


def test_reading_touches_the_request_alone(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> None:
    address = link(desk, asked)
    visitor.force_login(desk.researcher)  # a cookie of the desk is read no more than none

    with CaptureQueriesContext(connection) as caught:
        visitor.get(address)

    assert {name for query in caught for name in TABLE.findall(query["sql"])} == READ


def test_a_form_from_elsewhere_is_not_taken(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> None:
    address, other = link(desk, asked), factories.make_request(desk.researcher, factories.ready_claim(desk))
    theirs = read_form(visitor.get(link(desk, other)).content.decode(), marker="words")["form"]

    for signature in ("", "forged", theirs):
        answer = send(visitor, address, form=signature)
        assert answer.status_code == 422
        assert "It is our own survey." in text(answer)
    assert not asked.replies.exists()
    assert send(visitor, address).status_code == 200


BAD = ["", "  \n ", "\u200b\ufeff", "Yes\x00", "Yes\x1b[31m", "x" * 20_001]


@pytest.mark.parametrize("words", BAD, ids=lambda words: ascii(words[:8]))
def test_what_is_no_answer_is_asked_for_again(
    desk: factories.Desk, asked: ReplyRequest, visitor: Client, words: str
) -> None:
    address = link(desk, asked)

    answer = send(visitor, address, words)

    assert answer.status_code == 422
    assert words.replace("\x00", "").strip()[:50] in text(answer)
    assert not asked.replies.exists()
    assert send(visitor, address).status_code == 200


def test_a_form_larger_than_any_reply_is_not_even_read(
    desk: factories.Desk, asked: ReplyRequest, visitor: Client
) -> None:
    answer = send(visitor, link(desk, asked), "x" * 1_100_000)

    assert answer.status_code == 413
    assert "too long" in text(answer)
    assert not asked.replies.exists()


def test_a_link_is_good_for_one_answer_and_a_second_click_is_thanked(
    desk: factories.Desk, asked: ReplyRequest, visitor: Client
) -> None:
    address = link(desk, asked)
    typed = read_form(visitor.get(address).content.decode(), marker="words") | {"words": WORDS}

    first, again = visitor.post(address, typed), visitor.post(address, typed)
    other = visitor.post(address, {**typed, "words": "Something else."})
    look = visitor.get(address)

    assert (first.status_code, again.status_code, other.status_code, look.status_code) == (200, 200, 410, 410)
    assert asked.replies.count() == 1
    assert "our own survey" not in text(look)


@pytest.mark.parametrize("altered", ["x", "", "..", "%00", "%ff", "a" * 3000], ids=lambda token: token[:5])
def test_an_altered_link_gets_a_plain_sentence(visitor: Client, altered: str) -> None:
    answer = visitor.get(f"/answer/a{altered}/")

    assert answer.status_code == 404
    assert "leads nowhere" in text(answer)


def test_a_late_link_gets_a_plain_sentence(desk: factories.Desk, asked: ReplyRequest, visitor: Client) -> None:
    address = link(desk, asked, timedelta(microseconds=1))

    for answer in (visitor.get(address), visitor.post(address, {"words": WORDS})):
        assert answer.status_code == 410
        assert "is over" in text(answer)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_for_this_page(
    desk: factories.Desk, asked: ReplyRequest, visitor: Client, method: str
) -> None:
    assert getattr(visitor, method)(link(desk, asked)).status_code == 405


# The language of the request, whatever the browser asks for; the site's first where the site does not have it.
@pytest.mark.parametrize(("language", "shown"), [("de", "de"), ("de-AT", "de"), ("en", "en"), ("fr", "en")])
def test_the_page_speaks_the_language_of_the_request(
    desk: factories.Desk, visitor: Client, language: str, shown: str
) -> None:
    asked = factories.make_request(desk.researcher, factories.ready_claim(desk), language=language)

    answer = visitor.get(link(desk, asked), headers={"accept-language": "de" if shown == "en" else "en"})

    assert answer["Content-Language"] == shown
    assert f'<html lang="{shown}"' in text(answer)


def test_a_deadline_is_told(desk: factories.Desk, visitor: Client) -> None:
    until = timezone.localdate() + timedelta(days=3)
    asked = factories.make_request(desk.researcher, factories.ready_claim(desk), until=until, asked_on=date(2025, 4, 1))

    assert f"by {until.day} " in text(visitor.get(link(desk, asked)))
