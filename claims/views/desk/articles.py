"""The articles that were taken in: a list, and each with its text, its claims and its copies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from claims import composition
from claims.language import canonical
from claims.models import Article, ArticleVersion, Capture, Claim, Quotation, SentenceSetAside
from claims.rules import transitions
from claims.services import intake, people
from claims.views import paging
from claims.views.desk import exclusions, fetches, findings, layout, rows, versions
from claims.views.desk.access import article_or_404, desk_view, refusal
from claims.views.desk.frame import show
from claims.views.desk.layout import Place
from claims.vocabulary import Action, Status

PAGE_SIZE = 50
OWN_REASONS = 8
"""Reasons in the desk's own words that are offered again when a sentence is set aside."""


@dataclass(frozen=True)
class Twin:
    """Another claim that stands in most of the same words; ``may_link``: this one can be closed as the same as it."""

    claim: Claim
    number: int
    may_link: bool


@dataclass(frozen=True)
class Marked:
    """A claim of the article; ``number`` counts in the order of the text, 0 where the text does not hold it.

    ``place`` is the first place where it stands there, ``others`` are the further ones.
    """

    number: int
    claim: Claim
    statement: str
    language: str
    assignee: str
    place: Place | None = None
    others: tuple[Place, ...] = ()
    twins: tuple[Twin, ...] = ()

    @property
    def is_editable(self) -> bool:
        """Whether its words may be edited as it stands."""
        return Status(self.claim.status) in transitions.EDITABLE


@dataclass(frozen=True)
class Chip:
    """A filter of the list of claims: a stage (empty for all of them) and how many claims there are in it."""

    stage: str
    number: int
    is_chosen: bool


@desk_view
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """What was taken in, the newest first."""
    counted = Article.objects.select_related("outlet__merged_into").annotate(
        version_count=Count("versions", distinct=True),
        claim_count=Count("versions__quotations__claim", distinct=True),
    )
    page = paging.page(counted, request.GET, field="created_at", size=PAGE_SIZE)
    return show(
        request,
        "desk/articles.html",
        {
            "articles": page.rows,
            "page": page,
            "fetches": fetches.unfinished(),
            "may_take_in": not refusal(request, Action.CAPTURE),
        },
        section="articles",
    )


@desk_view
@require_safe
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """One article in one of its versions, the newest unless ``?version=`` names another; ``?stage=`` filters claims."""
    found = article_or_404(article_id)
    as_of = stamp(found)  # before the rest is read: the page may be newer than its stamp, never older
    known = list(found.versions.select_related("confirmed_by").defer("text", "analysis"))
    version = version_or_404(found, request.GET.get("version", ""))
    claims = {claim.pk: claim for claim in versions.claims_of(found)}
    places = _places(version, claims)
    numbers = layout.numbered(places)
    asides = _asides(version)
    all_marked = _all_marked(claims, places, numbers)
    stage = request.GET.get("stage", "")
    stage = stage if stage in {one.claim.status for one in all_marked} else ""
    context: dict[str, Any] = {
        "article": found,
        "cited": cited(found),
        "version": version,
        "versions": known,
        "vouched_by": _vouched_by(version),
        "unconfirmed": _unconfirmed(known[-1]),
        "blocks": layout.blocks(
            version.text,
            [
                layout.sentence_of(sentence, index, len(version.text), set_aside=index in asides)
                for index, sentence in enumerate(version.analysis)
            ],
            places,
            numbers,
        ),
        "marked": all_marked,  # a stage that was chosen hides the others, so that one can come back without asking
        "chips": _chips(all_marked, stage),
        "stage": stage,
        "elsewhere": [_marked(claim, 0) for claim in claims.values() if claim.pk not in numbers],
        "captures": captures(version),
        "suggestions": findings.suggestions(
            version.analyser,
            version.analysis,
            [(place.start, place.end, (place.claim, numbers[place.claim])) for place in places],
            asides,
        ),
        "aside_reasons": aside_reasons(),
        "change": versions.change(version, known, claims.values(), request.GET.get("against", "")),
        "stamp": as_of,
        "may_take_in": not refusal(request, Action.CAPTURE),
        "may_confirm": not refusal(request, Action.ANCHOR),
        "may_mark": version.confirmed_by_id is not None and not refusal(request, Action.MARK),
        "may_edit": not refusal(request, Action.EDIT),
        "may_set_aside": not refusal(request, Action.SET_ASIDE),
        **exclusions.context_of(request, found),
    }
    return show(request, "desk/article.html", context, section="articles")


def cited(found: Article) -> dict[str, Any]:
    """The article as a citation shows it."""
    return {
        "title": found.title,
        "outlet": composition.standing(found.outlet).name if found.outlet else "",
        "author": found.author,
        "published": found.published,
        "url": found.url,
        "language": found.language,
    }


def _vouched_by(version: ArticleVersion) -> str:
    """Who said that the clean text is right; nobody yet where it is empty."""
    return people.name_of(version.confirmed_by) if version.confirmed_by else ""


def _unconfirmed(newest: ArticleVersion) -> Capture | None:
    """The copy to look at where the newest text waits for a person's word."""
    if newest.confirmed_by_id is not None:
        return None
    return newest.captures.defer("raw").last()


def version_or_404(found: Article, wanted: str) -> ArticleVersion:
    """The version of that number; without one, or with what is no number, the newest."""
    known = found.versions.select_related("article", "confirmed_by").order_by("-number")
    if wanted.isascii() and wanted.isdigit():
        known = known.filter(number=int(wanted)) if len(wanted) < 10 else known.none()
    version = known.first()
    if version is None:
        raise Http404
    return version


def _places(version: ArticleVersion, claims: dict[int, Claim]) -> list[Place]:
    """Where the claims stand in this version, by the quotation itself or by its newest anchor there."""
    found = []
    for claim in claims.values():
        for quotation in claim.quotations.all():
            if quotation.version_id == version.pk:
                found.append(Place(quotation.start, quotation.end, claim.pk, claim.status, quotation.pk))
                continue
            here = [anchor for anchor in quotation.anchors.all() if anchor.version_id == version.pk]
            if here and here[-1].start is not None:
                found.append(Place(here[-1].start, here[-1].end, claim.pk, claim.status))
    return sorted(found, key=lambda place: (place.start, place.end, place.claim))


def _all_marked(claims: dict[int, Claim], places: Sequence[Place], numbers: dict[int, int]) -> list[Marked]:
    """The claims that the text holds, in its order, each with its places and with those that look like the same."""
    where: dict[int, list[Place]] = {}
    for place in places:
        where.setdefault(place.claim, []).append(place)
    alike = layout.twins(places)
    return [
        _marked(
            claims[key],
            number,
            where[key],
            [Twin(claims[other], numbers[other], may_link(claims[key], claims[other])) for other in alike.get(key, ())],
        )
        for key, number in numbers.items()
    ]


def may_link(closing: Claim, staying: Claim) -> bool:
    """Whether the table lets ``closing`` be closed as the same as ``staying``; the step's own page says the rest."""
    return (
        Status(closing.status) in transitions.MOVES[Action.LINK].sources
        and Status(staying.status) in transitions.LINK_TARGETS
    )


def _marked(claim: Claim, number: int, places: Sequence[Place] = (), twins: Iterable[Twin] = ()) -> Marked:
    statement = rows.statement_of(claim, get_language() or "")
    return Marked(
        number=number,
        claim=claim,
        statement=statement.statement if statement else "",
        language=statement.language if statement else "",
        assignee=people.name_of(claim.assignee) if claim.assignee else "",
        place=places[0] if places else None,
        others=tuple(places[1:]),
        twins=tuple(twins),
    )


def _chips(marked: Sequence[Marked], chosen: str) -> list[Chip]:
    """All of the claims, then each stage that one of them is in, in the order of the stages."""
    counts = {stage.value: sum(one.claim.status == stage for one in marked) for stage in Status}
    stages = [Chip(stage, number, stage == chosen) for stage, number in counts.items() if number]
    return [Chip("", len(marked), not chosen), *stages]


def _asides(version: ArticleVersion) -> dict[int, findings.Aside]:
    """A sentence's place in the analysis -> why and by whom it was set aside, in whichever version that was."""
    rows_of_it = {row.sentence: row for row in version.article.set_aside.select_related("by")}
    if not rows_of_it:
        return {}
    found = {}
    for index, sentence in enumerate(version.analysis):
        words = version.text[sentence["start"] : sentence["end"]]
        row = rows_of_it.get(intake.sentence_hash(words)) if words.strip() else None
        if row is not None:
            found[index] = findings.Aside(findings.aside_reason(row.reason), people.name_of(row.by), row.at)
    return found


def aside_reasons() -> list[str]:
    """What is offered when a sentence is set aside: the usual reasons, then the desk's own words that came last."""
    given = SentenceSetAside.objects.exclude(reason__in=findings.ASIDE.values()).order_by("-pk")
    own = dict.fromkeys(given.values_list("reason", flat=True)[: 5 * OWN_REASONS])
    return [*map(findings.aside_reason, findings.ASIDE.values()), *list(own)[:OWN_REASONS]]


def stamp(found: Article) -> str:
    """Changes whenever a claim of the article, its texts or its sentences do; no two states have the same.

    The article's own revision covers its versions and the sentences that were set aside.
    """
    keys = Quotation.objects.filter(version__article=found).values("claim")
    claims = Claim.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "revision")
    return canonical.digest(canonical.text([found.revision, [list(pair) for pair in claims]]))[:20]


def captures(version: ArticleVersion) -> list[dict[str, Any]]:
    """The copies that gave this version, without their bytes."""
    rows_of_it = Capture.objects.filter(version=version).select_related("received_by").defer("raw")
    return [
        {
            "pk": capture.pk,
            "received_at": capture.received_at,
            "title": capture.title,
            "content_type": capture.content_type,
            "size": capture.size,
            "who": people.name_of(capture.received_by),
            "url": capture.url,
            "residue": [
                {"kind": findings.cut_name(str(cut.get("kind", ""))), "text": cut.get("text", "")}
                for cut in capture.residue
            ],
        }
        for capture in rows_of_it.annotate(size=Length("raw"))
    ]
