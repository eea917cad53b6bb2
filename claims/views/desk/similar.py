""" "Checked before?": the desk's own claims that say something like it. A simple search; people judge what it finds.

Words are compared without case, endings and words that carry only grammar; a number that both hold counts as much as
three words. The database looks for claims that hold some of them and hands over a bounded number; those are measured
here. A statement and each quotation of a claim are measured apart, the likest counts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.errors import NotEditable
from claims.filters import is_key
from claims.language.words import CLOSED
from claims.models import Article, Claim, ClaimText, Quotation
from claims.rules import transitions
from claims.views.desk import rows
from claims.views.desk.access import article_or_404, desk_view
from claims.views.desk.frame import show
from claims.vocabulary import Status

SHOWN = 5
CANDIDATES = 60
"""Statements, and as many quotations, that are measured."""

WORDS_SEARCHED = 8
LONGEST = 5000
"""Characters that are compared: what is longer is no claim."""

ALIKE = 0.35
VERY, NEARLY = 0.55, 0.85
"""From which likeness on a claim is shown; and how it is called."""

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_ASCII = re.compile(r"[a-z]+")
_ENOUGH = 4
_LONGEST_NUMBER = 10
_NUMBER_WEIGHT = 3
_SHORTEST = 3
_GRAMMAR = frozenset(word for words in CLOSED.values() for word in words)


@dataclass(frozen=True)
class Alike:
    """A claim that says something like it. ``why_not``: why it cannot quote further words now; empty where it can."""

    claim: Claim
    statement: str
    language: str
    likeness: str
    why_not: str


@desk_view
@require_safe
def similar(request: HttpRequest, article_id: int) -> HttpResponse:
    """The claims like the words in the address, as a part of the form (``X-Part: form``) or as a page of its own."""
    article = article_or_404(article_id)
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    quoted = _quoted(article, request.GET) if request.GET.get("start") else ""
    context: dict[str, Any] = {
        "article": article,
        "words": words,
        "similar": find([words, quoted]),
        "chosen": request.GET.get("same_as", ""),
    }
    if request.headers.get("X-Part") == "form":
        return render(request, "desk/_similar.html", context)
    return show(request, "desk/similar.html", context, section="articles")


def _quoted(article: Article, asked: QueryDict) -> str:
    """The words of the article that the form is about, where the address says which."""
    numbers = [asked.get(name, "") for name in ("version", "start", "end")]
    if not all(number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER for number in numbers):
        return ""
    version, start, end = map(int, numbers)
    text = article.versions.filter(number=version).values_list("text", flat=True).first() or ""
    return text[start:end][:LONGEST]


def find(texts: Iterable[str], *, but: int | None = None) -> list[Alike]:
    """The claims likest to one of ``texts``, the likest first; five queries at most, however many claims there are."""
    wanted = [bag for bag in (_bag(text) for text in texts) if bag]
    if not wanted:
        return []
    words = _searched(wanted)
    keys = {*_holding(ClaimText.objects.all(), "statement", words), *_holding(Quotation.objects.all(), "exact", words)}
    found = Claim.objects.filter(pk__in=keys - {but}, duplicate_of=None).prefetch_related(
        "texts", Prefetch("quotations", Quotation.objects.only("claim", "exact"))
    )
    measured = ((_likeness(claim, wanted), claim) for claim in found)
    ranked = sorted((pair for pair in measured if pair[0] >= ALIKE), key=lambda pair: (-pair[0], -pair[1].pk))
    return [_alike(claim, likeness) for likeness, claim in ranked[:SHOWN]]


def with_chosen(found: list[Alike], chosen: str) -> list[Alike]:
    """``found``, and the claim with the key ``chosen`` where its words have changed so much that it is not among it."""
    if not is_key(chosen) or int(chosen) in {one.claim.pk for one in found}:
        return found
    claim = Claim.objects.filter(pk=int(chosen)).prefetch_related("texts").first()
    return [*found, _alike(claim, 0)] if claim else found


def _alike(claim: Claim, likeness: float) -> Alike:
    statement = rows.statement_of(claim, get_language() or "")
    return Alike(
        claim=claim,
        statement=statement.statement if statement else "",
        language=statement.language if statement else "",
        likeness=_called(likeness),
        why_not=_why_not(claim),
    )


def _called(likeness: float) -> str:
    if likeness >= NEARLY:
        return _("nearly the same")
    if likeness >= VERY:
        return _("very similar")
    return _("similar") if likeness else _("chosen by you")


def _why_not(claim: Claim) -> str:
    try:
        transitions.check_editable(Status(claim.status))
    except NotEditable as refusal:
        return str(refusal)
    return ""


# Words


def _bag(text: str) -> dict[str, int]:
    """What is compared of a text: stems of its words and its numbers -> how much each counts."""
    bag = {}
    for match in _WORD.finditer(text[:LONGEST].replace("\u00ad", "").casefold()):
        word = match[0]
        if word[0].isdigit():
            bag[word.replace(",", ".")] = _NUMBER_WEIGHT
        elif len(word) >= _SHORTEST and word not in _GRAMMAR:
            bag[_stem(word)] = 1
    return bag


def _stem(word: str) -> str:
    """A word without what endings change, roughly: at most two letters, and four stay."""
    return word[: max(4, len(word) - 2)]


def _searched(wanted: Sequence[dict[str, int]]) -> list[tuple[str, int]]:
    """The words that the database looks for: numbers first, then those of most letters, which are the rarest."""
    weights: Counter[str] = Counter()
    for bag in wanted:
        weights |= Counter(bag)
    return sorted(weights.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))[:WORDS_SEARCHED]


def _holding(texts: QuerySet[Any], column: str, words: Sequence[tuple[str, int]]) -> list[int]:
    """The claims whose texts hold most of ``words``, the newest first among equals."""
    score: Any = Value(0)
    some = Q()
    for word, weight in words:
        holds = Q()
        for spelling in _spellings(word):
            holds |= Q(**{f"{column}__icontains": spelling})
        some |= holds
        score = score + Case(When(holds, then=Value(weight)), default=Value(0), output_field=IntegerField())
    ranked = texts.filter(some).annotate(score=score).order_by("-score", "-pk")
    return list(ranked.annotate(key=F("claim")).values_list("key", flat=True)[:CANDIDATES])


def _spellings(word: str) -> set[str]:
    """What to look for so that a word is found: SQLite ignores the case of ASCII letters only.

    A decimal mark is a point or a comma.
    """
    if word[0].isdigit():
        return {word, word.replace(".", ",")}
    plain = max(_ASCII.findall(word), key=len, default="")
    return {plain} if len(plain) >= _ENOUGH else {word, word.upper(), word.capitalize()}


def _likeness(claim: Claim, wanted: Sequence[dict[str, int]]) -> float:
    """Dice's coefficient of the likest pair: twice what both hold against all that they hold, by weight."""
    texts = [*(text.statement for text in claim.texts.all()), *(one.exact for one in claim.quotations.all())]
    return max((_dice(mine, _bag(text)) for mine in wanted for text in texts), default=0.0)


def _dice(one: dict[str, int], other: dict[str, int]) -> float:
    whole = sum(one.values()) + sum(other.values())
    return 2 * sum(weight for word, weight in one.items() if word in other) / whole if whole else 0.0
