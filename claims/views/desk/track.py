"""What the desk found before: published verdicts on the same speaker and the same topics, listed and counted.

Counts are numbers of checks per rating and nothing more: no score is made of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from claims import composition
from claims.forms.wording import in_language
from claims.models import Check, Claim, Rating
from claims.services import publication
from claims.views.public import cards

SHOWN = 8
TOPICS = 5
"""Topics that are asked about, the first ones of the claim."""


@dataclass(frozen=True)
class Tally:
    """How often each rating was given: ``of`` is the speaker's name or a topic, ``ratings`` pairs of word and number
    in the order of the scales.
    """

    of: str
    is_speaker: bool
    total: int
    ratings: list[tuple[str, int]]


@dataclass(frozen=True)
class Earlier:
    """One published check, and why it stands here."""

    card: cards.Card
    because: str


@dataclass(frozen=True)
class Record:
    tallies: list[Tally]
    checks: list[Earlier]


@dataclass(frozen=True)
class _Subject:
    name: str
    is_speaker: bool
    condition: Q


def record(claim: Claim) -> Record:
    """The desk's record on a claim's speaker and topics: three queries, however much was published."""
    subjects = _subjects(claim)
    if not subjects:
        return Record([], [])
    same = Q()
    for subject in subjects:
        same |= subject.condition
    others = cards.rows().exclude(claim=claim.pk).exclude(withdrawn=True).filter(same)
    tallies = _tallies(others, subjects)
    newest = others.order_by("-last_published_at", "-pk")[:SHOWN] if tallies else []
    language = (get_language() or "").partition("-")[0]
    return Record(tallies, [Earlier(cards.card(check, language), _because(check, subjects)) for check in newest])


def _subjects(claim: Claim) -> list[_Subject]:
    found = []
    if claim.speaker:
        speaker = composition.standing(claim.speaker)
        slug = publication.as_slug(speaker.name)
        if slug:
            found.append(_Subject(speaker.name, True, Q(speaker_slug=slug)))  # noqa: FBT003 - is_speaker
    topics = [topic.replace("|", " ") for topic in claim.topics[:TOPICS]]
    return found + [_Subject(topic, False, Q(topics__contains=f"|{topic}|")) for topic in topics]  # noqa: FBT003


def _tallies(checks: QuerySet[Check], subjects: Iterable[_Subject]) -> list[Tally]:
    """One query counts for all subjects."""
    subjects = list(subjects)
    columns = {f"n{place}": Count("pk", filter=subject.condition) for place, subject in enumerate(subjects)}
    # The cards' columns are of no use here, and would be grouped by.
    plain = Check.objects.using(checks.db).filter(pk__in=checks.order_by().values("pk"))
    rows = list(plain.order_by().values("question", "rating_code").annotate(**columns))
    words = _rating_words() if rows else {}
    found = []
    for place, subject in enumerate(subjects):
        counted = {(row["question"], row["rating_code"]): row[f"n{place}"] for row in rows if row[f"n{place}"]}
        ratings = [(words[key], counted.pop(key)) for key in words if key in counted]
        ratings += [(code or _("without a rating"), number) for (_question, code), number in counted.items()]
        if ratings:
            total = sum(number for _word, number in ratings)
            found.append(Tally(subject.name, subject.is_speaker, total, ratings))
    return found


def _rating_words() -> Mapping[tuple[str, str], str]:
    """(question, code) -> the rating's word, in the order of the scales; of two scales' same code the first."""
    words: dict[tuple[str, str], Any] = {}
    for rating in Rating.objects.select_related("scale").order_by("scale", "position"):
        words.setdefault((rating.scale.question, rating.code), in_language(rating.labels))
    return words


def _because(check: Check, subjects: Iterable[_Subject]) -> str:
    """What a check has in common with the claim."""
    shared = []
    for subject in subjects:
        if subject.is_speaker and publication.as_slug(check.speaker_name) == publication.as_slug(subject.name):
            shared.append(_("same speaker"))
        elif not subject.is_speaker and f"|{subject.name}|".casefold() in check.topics.casefold():
            shared.append(_("topic “%(topic)s”") % {"topic": subject.name})
    return ", ".join(shared)
