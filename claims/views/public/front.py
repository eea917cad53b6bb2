"""The front page: the newest checks, and what narrows them down. All state stands in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.interchange.claimreview import in_language
from claims.models.publications import Check, PublicationContent
from claims.views import paging
from claims.views.public import addresses, cards
from claims.vocabulary import Question

PAGE_SIZE = 19  # a lead and six rows of three
WORDS_SEARCHED = 10
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Option:
    """One choice of a filter: what goes into the address, what people read, and how many checks it has."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facet:
    """One filter with its choices; ``chosen`` is the one in the address, if any."""

    name: str
    label: str
    options: Sequence[Option]
    chosen: str

    @property
    def chosen_label(self) -> str:
        return next((option.label for option in self.options if option.value == self.chosen), self.chosen)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Published checks, newest first, narrowed by ``q``, ``rating``, ``speaker``, ``topic`` and ``outlet``."""
    language = get_language() or settings.LANGUAGE_CODE
    parameters = request.GET
    words = parameters.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    page = paging.page(
        _narrowed(cards.rows(), parameters, words), parameters, field="last_published_at", size=PAGE_SIZE
    )
    facets = _facets(parameters, language)
    shown = [cards.card(row, language) for row in page.rows]
    is_narrowed = bool(words or any(facet.chosen for facet in facets))
    has_lead = page.is_first and not is_narrowed and bool(shown)
    return render(
        request,
        "public/list.html",
        {
            "lead": shown[0] if has_lead else None,
            "cards": shown[1:] if has_lead else shown,
            "page": page,
            "q": words,
            "facets": facets,
            "chips": _chips(parameters, words, facets),
            "is_narrowed": is_narrowed,
            "is_faceted": any(facet.chosen for facet in facets),
            "home": addresses.path("list", language),
            "canonical": addresses.absolute(addresses.path("list", language)),
            "alternates": addresses.alternates("list", [code for code, _name in settings.LANGUAGES]),
        },
    )


def _narrowed(rows: QuerySet[Check], parameters: QueryDict, words: str) -> QuerySet[Check]:
    for word in words.casefold().split()[:WORDS_SEARCHED]:
        rows = rows.filter(search_text__contains=word)
    for name, condition in {
        "rating": lambda value: Q(rating_code=value),
        "speaker": lambda value: Q(speaker_slug=value),
        "topic": lambda value: Q(topics__contains=f"|{value}|"),
        "outlet": lambda value: Q(outlet_names__contains=f"|{value}|"),
    }.items():
        if value := _chosen(parameters, name):
            rows = rows.filter(condition(value))
    return rows


def _chosen(parameters: QueryDict, name: str) -> str:
    return parameters.get(name, "").replace("\x00", "").replace("|", " ")[:LONGEST_SEARCH]


def _facets(parameters: QueryDict, language: str) -> list[Facet]:
    """The filters with every choice there is; five queries, however many checks."""
    listed = Check.objects.using(settings.PUBLIC_DATABASE).listed().order_by()
    columns = [
        ("rating", _("Finding"), _ratings(listed, language)),
        ("speaker", _("Speaker"), _speakers(listed)),
        ("topic", _("Topic"), _members(listed, "topics")),
        ("outlet", _("Outlet"), _members(listed, "outlet_names")),
    ]
    return [Facet(name, label, options, _chosen(parameters, name)) for name, label, options in columns]


def _ratings(listed: QuerySet[Check], language: str) -> list[Option]:
    """By question and finding. A desk makes its own scales, so the words are those of the newest frozen content."""
    rows = list(
        listed.exclude(rating_code="")
        .values("question", "rating_code")
        .annotate(count=Count("pk"), newest=Max("current"))
    )
    contents = PublicationContent.objects.using(settings.PUBLIC_DATABASE).in_bulk([row["newest"] for row in rows])
    ratings = {key: (content.data or {}).get("rating") for key, content in contents.items()}
    options = []
    for row in sorted(rows, key=lambda row: (row["question"] != Question.TRUE, _rank(ratings.get(row["newest"])))):
        rating = ratings.get(row["newest"]) or {"labels": {}}
        question = _(Question(row["question"]).label)
        options.append(
            Option(row["rating_code"], f"{question} {in_language(rating['labels'], language)}", row["count"])
        )
    return options


def _rank(rating: Mapping[str, Any] | None) -> tuple[float, str]:
    """From best to worst, then those without a number by their code."""
    rating = rating or {}
    value = rating.get("value")
    return (-float(value) if value is not None else 1.0, rating.get("code", ""))


def _speakers(listed: QuerySet[Check]) -> list[Option]:
    rows = listed.exclude(speaker_slug="").values("speaker_slug").annotate(count=Count("pk"), name=Max("speaker_name"))
    options = [Option(row["speaker_slug"], row["name"], row["count"]) for row in rows]
    return sorted(options, key=lambda option: option.label.casefold())


def _members(listed: QuerySet[Check], column: str) -> list[Option]:
    """The members of a ``|a|b|`` column, with how many checks have each."""
    counts: dict[str, int] = {}
    for members, count in listed.exclude(**{column: ""}).values_list(column).annotate(Count("pk")):
        for member in members.strip("|").split("|"):
            counts[member] = counts.get(member, 0) + count
    return [Option(member, member, counts[member]) for member in sorted(counts, key=str.casefold)]


def _chips(parameters: QueryDict, words: str, facets: Sequence[Facet]) -> list[Mapping[str, str]]:
    """What is narrowed by, each with the address that takes it away."""
    chosen = [("q", _("Search"), words)] if words else []
    chosen += [(facet.name, facet.label, facet.chosen_label) for facet in facets if facet.chosen]
    return [{"label": label, "value": value, "url": _without(parameters, name)} for name, label, value in chosen]


def _without(parameters: QueryDict, name: str) -> str:
    query = parameters.copy()
    for gone in (name, paging.OLDER, paging.NEWER):
        query.pop(gone, None)
    return f"?{query.urlencode()}"
