"""All that the claim page shows, read with as many queries for thirty evidence items as for two."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from claims import composition
from claims.errors import IllegalTransition
from claims.forms import figures
from claims.forms.elements import in_words
from claims.forms.evidence import newer_citation
from claims.forms.wording import Wording, field_name
from claims.interchange import markup
from claims.language import surroundings
from claims.models import (
    Anchor,
    Calculation,
    Check,
    Claim,
    ClaimText,
    Evidence,
    Quotation,
    Review,
    Speaker,
    Suggestion,
    VerdictText,
)
from claims.rules import gates, permissions, transitions
from claims.services import ledger, people
from claims.services.editing import QUANTITY_FIELDS
from claims.views.desk import chronicle, independence, proposals, remarks, replies, rows, unpublished
from claims.vocabulary import Action, AnchorState, Question, Stance, Status, SuggestionState

RECENT = 10
"""Ledger entries on the claim page; the rest stand on the history's own."""

FACT_CHECK_EXPLORER = "https://toolbox.google.com/factcheck/explorer/search/{words};hl=de"
SEARCHED = 200
"""Characters of a statement that are searched for: what is longer finds nothing."""

NEXT_STEP = {
    Status.INBOX: Action.ACCEPT,
    Status.RESEARCH: Action.SUBMIT,
    Status.REVIEW: Action.APPROVE,
    Status.APPROVED: Action.PUBLISH,
    Status.PARKED: Action.WAKE,
    Status.DECLINED: Action.RESTORE,
}
"""What takes a claim on from where it stands; a published one is done."""

BY_ITSELF = frozenset({Action.REVISE})
"""Moves that nobody makes by a button."""


def read(claim_id: int) -> Claim | None:
    """The claim with everything of the page but its history and its gates."""
    quotations = Quotation.objects.select_related("version__article__outlet__merged_into")
    evidence = Evidence.objects.standing().select_related("seen_by", "source")
    reviews = Review.objects.select_related("by", "resolved_by")
    waiting = Suggestion.objects.filter(state=SuggestionState.OPEN.value).select_related("by")
    return (
        Claim.objects.select_related(
            "speaker__merged_into", "assignee", "verdict__rating__scale", "check_page", "duplicate_of"
        )
        .defer("check_page__bodies", "check_page__search_text")
        .prefetch_related(
            "texts",
            "quantities",
            "verdict__texts",
            "verdict__rating__scale__ratings",
            Prefetch("quotations", quotations),
            Prefetch("quotations__voices__speaker", Speaker.objects.select_related("merged_into")),
            "quotations__anchors__confirmed_by",
            Prefetch("evidence", evidence),
            Prefetch("calculations", Calculation.objects.filter(removed=False)),
            Prefetch("reviews", reviews),
            Prefetch("suggestions", waiting, to_attr="waiting"),
            *replies.prefetched(),
        )
        .filter(pk=claim_id)
        .first()
    )


@dataclass(frozen=True)
class Step:
    """One thing that can be done with the claim, or the reason why it cannot."""

    action: Action
    label: str
    url: str
    why_not: str


@dataclass(frozen=True)
class Passage:
    """A quotation in its paragraph, with its voices, and where it stands in the newest version."""

    quotation: Mapping[str, Any]
    before: str
    after: str
    anchor: str
    confirmed_by: str
    article_url: str
    url: str
    decide_url: str


@dataclass(frozen=True)
class Group:
    """The seen evidence on one question, by stance."""

    question: Question
    is_asked: bool
    stances: list[tuple[Stance, list[Mapping[str, Any]]]]


def steps(claim: Claim, user: User) -> list[Step]:
    """Every move of the table that a person can make, in its order."""
    standing, person = ledger.standing(claim), people.person(user, claim)
    found = []
    for action in transitions.MOVES:
        if action in BY_ITSELF:
            continue
        why_not = transitions.obstacle(action, standing) or permissions.refusal(action, person)
        found.append(Step(action, _(action.label), _way_to(action, claim), why_not))
    why_not = split_obstacle(claim) or permissions.refusal(Action.SPLIT, person)
    found.append(Step(Action.SPLIT, _(Action.SPLIT.label), reverse("desk:split", args=[claim.pk]), why_not))
    if hasattr(claim, "check_page"):
        why_not = permissions.refusal(Action.WITHHOLD, person)
        found.append(
            Step(Action.WITHHOLD, _(Action.WITHHOLD.label), reverse("desk:withhold", args=[claim.pk]), why_not)
        )
    return found


def split_obstacle(claim: Claim) -> str:
    """Why the claim cannot be split where it stands; empty where it can."""
    try:
        transitions.check_splittable(Status(claim.status))
    except IllegalTransition as refusal:
        return str(refusal)
    return ""


def _way_to(action: Action, claim: Claim) -> str:
    """Approving starts where one reads what is approved."""
    if action is Action.APPROVE:
        return reverse("desk:read", args=[claim.pk])
    return reverse("desk:transition", args=[claim.pk, action.value])


@dataclass(frozen=True)
class Bar:
    """What stays on top of the page: where the claim stands and what comes next."""

    public: rows.Public | None
    next_step: Step | None
    missing: list[str]
    later_missing: list[str]
    possible: list[Step]
    impossible: list[Step]


def bar(claim: Claim, user: User) -> Bar:
    """``missing`` keeps the next step from being made; ``later_missing`` is what the approval asks beyond that."""
    status = Status(claim.status)
    made = steps(claim, user)
    following = next((step for step in made if step.action is NEXT_STEP.get(status)), None)
    missing: list[str] = []
    later: list[str] = []
    if status in (Status.RESEARCH, Status.REVIEW):
        facts = composition.gate_facts(claim, timezone.localdate())
        for_approval = gates.approve_gaps(facts)
        missing = gates.submit_gaps(facts) if status is Status.RESEARCH else for_approval
        later = [gap for gap in for_approval if gap not in missing]
    return Bar(
        public=rows.public_state(getattr(claim, "check_page", None)),
        next_step=following,
        missing=missing,
        later_missing=later,
        possible=[step for step in made if not step.why_not and step is not following],
        impossible=[step for step in made if step.why_not],
    )


def passages(claim: Claim) -> list[Passage]:
    return [_passage(quotation) for quotation in claim.quotations.all()]


def _passage(quotation: Quotation) -> Passage:
    article = quotation.version.article
    before, after = surroundings.around(quotation.version.text, quotation.start, quotation.end)
    newest = next(reversed(quotation.anchors.all()), None)
    return Passage(
        quotation={
            "exact": quotation.exact,
            "voices": composition.voices(quotation),
            "article": {
                "title": article.title,
                "outlet": composition.standing(article.outlet).name if article.outlet else "",
                "author": article.author,
                "published": article.published,
                "url": article.url,
                "language": article.language,
            },
        },
        before=before,
        after=after,
        anchor=newest.state if newest else AnchorState.EXACT.value,
        confirmed_by=people.name_of(newest.confirmed_by) if newest and newest.confirmed_by else "",
        article_url=reverse("desk:article", args=[article.pk]),
        url=reverse("desk:quotation", args=[quotation.claim_id, quotation.pk]),
        decide_url=_where_to_decide(quotation, newest),
    )


def _where_to_decide(quotation: Quotation, newest: Anchor | None) -> str:
    """Where a person says what became of a quotation that an outlet altered; empty where nobody has to."""
    if newest is None or newest.confirmed_by_id is not None or newest.state in (AnchorState.EXACT, AnchorState.MOVED):
        return ""
    page = reverse("desk:changes", args=[quotation.version.article_id])
    return f"{page}?claim={quotation.claim_id}"


def evidence(
    claim: Claim, numbers: Mapping[str, int], circular: Collection[str] = ()
) -> tuple[list[Group], list[Mapping[str, Any]]]:
    """The seen items by question (the one that is asked first) and stance, and the leads."""
    dates = [quotation.version.article.published for quotation in claim.quotations.all()]
    said_on = min((date for date in dates if date), default="")
    asked = _question(claim)
    items = [_item(item, said_on, numbers, circular) for item in claim.evidence.all()]
    seen = [entry for entry in items if not entry["item"].is_lead]
    groups = []
    for question in sorted(Question, key=lambda question: question != asked):
        here = [entry for entry in seen if entry["item"].bears_on == question]
        stances = [(stance, [entry for entry in here if entry["item"].stance == stance]) for stance in Stance]
        groups.append(Group(question, question == asked, [(stance, found) for stance, found in stances if found]))
    return groups, [entry for entry in items if entry["item"].is_lead]


def _item(item: Evidence, said_on: str, numbers: Mapping[str, int], circular: Collection[str]) -> dict[str, Any]:
    return {
        "item": item,
        "is_circular": item.key in circular,
        "newer": newer_words(item),
        "number": numbers.get(item.key),
        "after_statement": composition.is_after(item.published, said_on),
        "seen_by": people.name_of(item.seen_by) if item.seen_by else "",
    }


def newer_words(item: Evidence) -> list[tuple[str, str]]:
    """What the source's citation says by now where the item says something else: each field's name, and in words."""
    wording = Wording(())
    return [(field_name(name), wording.of(name, value)) for name, value in newer_citation(item).items()]


def _question(claim: Claim) -> str:
    verdict = getattr(claim, "verdict", None)
    return verdict.question if verdict else ""


def languages(claim: Claim) -> list[str]:
    """Every language that the claim has words in."""
    return sorted({*(text.language for text in claim.texts.all()), *_verdict_texts(claim)})


def shown_language(claim: Claim, wanted: str) -> str:
    """The language of the verdict's tab: the one asked for, else the reader's, else the first there is."""
    there = languages(claim)
    reader = (get_language() or "").partition("-")[0]
    return next((code for code in (wanted, reader, *there) if code in there), reader)


def _verdict_texts(claim: Claim) -> dict[str, VerdictText]:
    verdict = getattr(claim, "verdict", None)
    return {text.language: text for text in verdict.texts.all()} if verdict else {}


def verdict_text(claim: Claim, language: str) -> VerdictText | None:
    return _verdict_texts(claim).get(language)


def citation_numbers(claim: Claim, text: VerdictText | None) -> dict[str, int]:
    """Key -> number as readers see it; a key that is not among the seen evidence gets none and shows as unknown."""
    seen = {item.key for item in claim.evidence.all() if not item.is_lead}
    order = markup.citation_order(text.rationale) if text else []
    return {key: number for number, key in enumerate(order, start=1) if key in seen}


def rating(claim: Claim) -> dict[str, Any] | None:
    """The rating as its badge wants it."""
    verdict = getattr(claim, "verdict", None)
    chosen = verdict.rating if verdict else None
    if chosen is None:
        return None
    numbers = [other.value for other in chosen.scale.ratings.all() if other.value is not None]
    return {
        "code": chosen.code,
        "value": chosen.value,
        "best": max(numbers) if chosen.value is not None else None,
        "worst": min(numbers) if chosen.value is not None else None,
        "labels": chosen.labels,
        "definitions": chosen.definitions,
    }


def explorer_url(text: ClaimText | None) -> str:
    """Google's Fact Check Explorer, asked for the statement."""
    words = " ".join(text.statement.split())[:SEARCHED] if text else ""
    return FACT_CHECK_EXPLORER.format(words=quote(words, safe="")) if words else ""


def context(claim: Claim, user: User, *, language: str) -> dict[str, Any]:
    """What ``desk/claim.html`` shows."""
    code = shown_language(claim, language)
    text = verdict_text(claim, code)
    numbers = citation_numbers(claim, text)
    found_independence = independence.of(claim, list(claim.evidence.all()))
    groups, leads = evidence(claim, numbers, found_independence.circular)
    statement = rows.statement_of(claim, get_language() or "")
    said = list(reversed(claim.reviews.all()))
    found = remarks.of(said, remarks.read_wordings(claim, said))
    asked = replies.lines(claim)
    check: Check | None = getattr(claim, "check_page", None)
    return {
        "claim": claim,
        "statement": statement,
        "bar": bar(claim, user),
        "assignee": people.name_of(claim.assignee) if claim.assignee else "",
        "is_overdue": bool(claim.due_on and claim.due_on < timezone.localdate()),
        "why_not_edit": permissions.refusal(Action.EDIT, people.person(user)),
        "why_not_editable": why_not_editable(claim),
        "passages": passages(claim),
        "explorer_url": explorer_url(statement),
        "groups": groups,
        "leads": leads,
        "independence": found_independence,
        "has_evidence": any(group.stances for group in groups),
        "may_edit": not why_not_editable(claim) and not permissions.refusal(Action.EDIT, people.person(user)),
        "quantities": _quantities(claim),
        "verdict": getattr(claim, "verdict", None),
        "figures": _figures(claim),
        "elements": in_words(getattr(getattr(claim, "verdict", None), "elements", ())),
        "rating": rating(claim),
        "languages": languages(claim),
        "missing_languages": [tag for tag in dict(settings.LANGUAGES) if tag not in languages(claim)],
        "language": code,
        "text": text,
        "numbers": numbers,
        "proposals": proposals.of(claim, user, claim.waiting),
        "requests": asked,
        "running": replies.running(asked),
        "late_replies": [line for line in asked if line.is_late],
        "may_reopen": not permissions.refusal(Action.REOPEN, people.person(user)),
        "open_remarks": [remark for remark in found if remark.is_open],
        "other_remarks": [remark for remark in found if not remark.is_open],
        "recent": chronicle.entries(chronicle.ledger_of(claim).order_by("-sequence")[:RECENT]),
        "has_more_history": claim.revision > RECENT,
        "unpublished": unpublished.of(claim),
        "taken_off": unpublished.taken_off(claim),
        "may_take_note": unpublished.may_take_note(user),
        "offline": check.withholdings.filter(lifted_at=None) if check and check.withheld else [],
        "may_lift": not permissions.refusal(Action.LIFT, people.person(user)),
    }


def _figures(claim: Claim) -> list[tuple[figures.Figure, str]]:
    """Each calculation in words, with what moves it most."""
    whole = [figures.of_row(row) for row in claim.calculations.all()]
    return [(figures.figure(one), figures.influence_words(one)) for one in whole]


def _quantities(claim: Claim) -> list[str]:
    """Each number of the claim in words."""
    values = [{name: ledger.as_plain(getattr(one, name)) for name in QUANTITY_FIELDS} for one in claim.quantities.all()]
    return Wording(()).of("quantities", values).splitlines()


def why_not_editable(claim: Claim) -> str:
    """What to do first, where content is not edited in the claim's status; empty where it is."""
    try:
        transitions.check_editable(Status(claim.status))
    except transitions.NotEditable as refusal:
        return str(refusal)
    return ""
