"""What those who were asked replied, as readers get it: their own words, as text and nothing else."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client

from claims.models import Check
from claims.services import asking, review
from tests import factories
from tests.factories import Desk

WORDS = "It is **our** own <b>survey</b> [@R1].\n\nNot for the city."


def published(desk: Desk, *, words: str = WORDS, language: str = "en", until: date | None = date(2025, 4, 8)) -> str:
    """The address of a check whose claimant was asked; without words they did not answer."""
    claim = factories.ready_claim(desk)
    asked = factories.make_request(
        desk.researcher, claim, addressee="Union, press office", until=until, language=language
    )
    if words:
        asking.record_reply(actor=desk.researcher, request_id=asked.pk, words=words, received_on=date(2025, 4, 3))
    asking.include_reply(actor=desk.researcher, claim_id=claim.pk, request_id=asked.pk, included=True, words=words)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.publish(factories.approve(claim, desk.editor), desk.editor)
    return f"/checks/{Check.objects.get(claim=claim).slug}/"


def test_their_words_stand_there_as_text(client: Client, desk: Desk) -> None:
    html = client.get(published(desk, language="fr")).content.decode()

    for words in (
        "What the claimant replied",
        "Union, press office",
        "Asked on 1 April 2025 (E-mail).",
        "Answered on 3 April 2025:",
        "It is **our** own &lt;b&gt;survey&lt;/b&gt; [@R1].</p><p>Not for the city.",
        'lang="fr" dir="auto"',
    ):
        assert words in html, words


@pytest.mark.parametrize(
    ("until", "words"), [(date(2025, 4, 8), "Did not answer by 8 April 2025."), (None, "Did not answer.")]
)
def test_it_says_that_they_did_not_answer(client: Client, desk: Desk, until: date | None, words: str) -> None:
    assert words in client.get(published(desk, words="", until=until)).content.decode()


def test_machines_get_it_too(client: Client, desk: Desk) -> None:
    address = published(desk)

    content = json.loads(client.get(f"{address.rstrip('/')}.json").content)["content"]

    assert [(reply["addressee"], reply["words"]) for reply in content["replies"]] == [("Union, press office", WORDS)]


def test_a_check_without_a_reply_says_nothing_of_one(client: Client, desk: Desk) -> None:
    check = factories.make_check(desk)

    assert "What the claimant replied" not in client.get(f"/checks/{check.slug}/").content.decode()
