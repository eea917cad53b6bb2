"""A check in a list: what the front page and "other checks of the same article" show of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from claims.models.publications import Check
from claims.views import reading
from claims.views.public import addresses


@dataclass(frozen=True)
class Card:
    """One check, in the reader's language where it has it, else in one it has."""

    url: str
    language: str
    text: Mapping[str, Any]
    question: str
    rating: Mapping[str, Any] | None
    speaker: str
    said_on: str
    kind: str
    number: int
    published_at: datetime
    withdrawn: bool
    in_other_language: bool


def rows() -> QuerySet[Check]:
    """Listed checks with what a card needs, and without the long columns it does not."""
    return (
        Check.objects.using(settings.PUBLIC_DATABASE)
        .listed()
        .select_related("current__content")
        .defer("bodies", "search_text", "history", "current__envelope")
    )


def card(check: Check, language: str) -> Card:
    """``check`` comes from ``rows``: it is listed, so there is a content in a language that is online."""
    content = check.current.content_data or {}
    online = [code for code in reading.languages(content) if f"|{code}|" in check.languages]
    shown = language if language in online else online[0]
    return Card(
        url=addresses.path("check", shown, check.slug),
        language=shown,
        text=content["texts"][shown],
        question=content["question"],
        rating=content["rating"],
        speaker=check.speaker_name,
        said_on=reading.said_on(content),
        kind=check.current.kind,
        number=check.current.number,
        published_at=check.current.published_at,
        withdrawn=check.withdrawn,
        in_other_language=shown != language,
    )
