"""A claim as one row of a queue: all that is shown of it, read with as many queries for sixty rows as for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from claims.models import Article, Check, Claim, ClaimText, Quotation, Rating, WithholdingScope
from claims.services import people
from claims.vocabulary import Priority, Risk, Status


@dataclass(frozen=True)
class Public:
    """What readers see of a claim: ``state`` is live, withheld or retracted."""

    state: str
    version: str


@dataclass(frozen=True)
class Row:
    """One claim in a queue, in the reader's language where it has it."""

    claim: Claim
    statement: str
    language: str
    article: Article | None
    question: str
    rating: Mapping[str, Any] | None
    public: Public | None
    assignee: str
    age: str
    is_overdue: bool
    is_urgent: bool
    is_risky: bool


def with_parts(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Reads along what a row shows, without the long columns it does not."""
    quotations = Quotation.objects.select_related("version__article").defer("version__text", "prefix", "suffix")
    return (
        claims.select_related("speaker__merged_into", "assignee", "verdict", "check_page")
        .defer("check_page__bodies", "check_page__search_text", "parked_reason", "decline_reason")
        .prefetch_related("texts", Prefetch("quotations", quotations))
    )


def rows(claims: Iterable[Claim], *, language: str, today: date) -> list[Row]:
    """The rows of claims that were read ``with_parts``."""
    claims = list(claims)
    ratings = _ratings() if claims else {}
    return [_row(claim, ratings, language, today) for claim in claims]


def _row(claim: Claim, ratings: Mapping[int, Mapping[str, Any]], language: str, today: date) -> Row:
    verdict = getattr(claim, "verdict", None)
    text = statement_of(claim, language)
    quotation = next(iter(claim.quotations.all()), None)
    is_open = claim.status not in (Status.PUBLISHED, Status.DECLINED, Status.RETRACTED)
    return Row(
        claim=claim,
        statement=text.statement if text else "",
        language=text.language if text else "",
        article=quotation.version.article if quotation else None,
        question=verdict.question if verdict else "",
        rating=ratings.get(verdict.rating_id) if verdict and verdict.rating_id else None,
        public=public_state(getattr(claim, "check_page", None)),
        assignee=people.name_of(claim.assignee) if claim.assignee else "",
        age=timesince(claim.created_at, depth=1),
        is_overdue=bool(is_open and claim.due_on and claim.due_on < today),
        is_urgent=claim.priority in (Priority.URGENT, Priority.HIGH),
        is_risky=claim.risk == Risk.HIGH,
    )


def statement_of(claim: Claim, language: str) -> ClaimText | None:
    """The statement in ``language``, else in any that the claim has."""
    texts = {text.language: text for text in claim.texts.all()}
    short = language.partition("-")[0]
    return texts.get(language) or texts.get(short) or next(iter(texts.values()), None)


def public_state(check: Check | None) -> Public | None:
    """What readers see of a claim that was ever published."""
    if check is None or not check.history:
        return None
    version = _("version %(number)s") % {"number": check.history[-1]["number"]}
    scopes = {item["scope"] for item in check.withheld}
    if WithholdingScope.CHECK in scopes:
        return Public("withheld", version)
    if check.withdrawn:
        return Public("retracted", version)
    # The word stands outside of an f-string, where makemessages would not find it.
    return Public("live", ", ".join([version, _("in part offline")]) if scopes else version)


def _ratings() -> dict[int, dict[str, Any]]:
    """Every rating as its badge wants it: with the best and the worst number of its scale."""
    found = list(Rating.objects.all())
    numbers: dict[int, list[Any]] = {}
    for rating in found:
        if rating.value is not None:
            numbers.setdefault(rating.scale_id, []).append(rating.value)
    return {
        rating.pk: {
            "code": rating.code,
            "value": rating.value,
            "best": max(numbers[rating.scale_id]) if rating.value is not None else None,
            "worst": min(numbers[rating.scale_id]) if rating.value is not None else None,
            "labels": rating.labels,
            "definitions": rating.definitions,
        }
        for rating in found
    }
