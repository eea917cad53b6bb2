"""What the tests of queues, steps and the second read share."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from claims import composition
from claims.models import Claim
from claims.services import review
from tests import factories


def as_user(user: User, language: str = "en") -> Client:
    """A browser in which this person is logged in and reads this language."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def page(user: User, address: str) -> str:
    """What a page shows to this person."""
    answer = as_user(user).get(address)
    assert answer.status_code == 200
    return text(answer)


def text(answer: HttpResponse) -> str:
    """A page with its quotation marks as people read them; what could be markup stays escaped."""
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def risky_claim(desk: factories.Desk) -> Claim:
    """A claim in its second read that asks for two people's approval."""
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.chief, {"risk": "high"})
    return review.submit(claim_id=claim.pk, actor=desk.researcher)


def claim_of_two_authors(desk: factories.Desk) -> Claim:
    """A claim in its second read that the editor wrote as well."""
    claim = factories.research_claim(desk)
    factories.edit(claim, desk.editor, factories.ready_edits(desk))
    return review.submit(claim_id=claim.pk, actor=desk.researcher)


def content_hash(claim: Claim) -> str:
    return composition.content_hash(composition.compose(claim))


def approval_form(claim: Claim, **values: Any) -> dict[str, Any]:
    """What the second-read page posts when it is shown now."""
    content = composition.compose(claim)
    return {
        "opened_at": claim.revision,
        "content_hash": composition.content_hash(content),
        "parts": json.dumps(composition.parts(content)),
        **values,
    }
