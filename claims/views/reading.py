"""A content as its readers get it: what the verdict page and the second read show, from the same object.

Takes frozen dictionaries only, so that the second read cannot show anything that would not be published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from claims.interchange import markup
from claims.vocabulary import PublicationKind, Question, Stance

Content = Mapping[str, Any]

#: What a reader must know before the rest. A minor change stands in the list of versions only.
NOTICED = (
    PublicationKind.CORRECTION,
    PublicationKind.CLARIFICATION,
    PublicationKind.UPDATE,
    PublicationKind.REPLY,
)


@dataclass(frozen=True)
class Cited:
    """A piece of evidence with the number under which the text cites it, if it does."""

    item: Mapping[str, Any]
    number: int | None


@dataclass(frozen=True)
class Group:
    """The evidence of one stance on one question."""

    stance: Stance
    items: Sequence[Cited]


@dataclass(frozen=True)
class Reading:
    """One content in one language, ready for ``includes/_verdict.html``."""

    content: Content
    language: str
    text: Mapping[str, Any]
    body: SafeString
    numbers: Mapping[str, int]
    evidence: Sequence[Group]
    other_question: Question | None
    other_evidence: Sequence[Group]
    said_on: str
    names: Mapping[str, Any]

    @property
    def notice(self) -> Mapping[str, Any] | None:
        """The withdrawal's notice, where this content is withdrawn."""
        return self.content.get("notice")


def read(content: Content, language: str, *, names: Mapping[str, Any] | None = None, body: str = "") -> Reading:
    """``content`` in ``language``, which it must have. ``body`` is the rationale as it was rendered at publishing."""
    text = content["texts"][language]
    numbers = {key: number for number, key in enumerate(markup.citation_order(text["rationale"]), start=1)}
    question = Question(content["question"]) if content["question"] else None
    other = {Question.TRUE: Question.SAID, Question.SAID: Question.TRUE}.get(question) if question else None
    return Reading(
        content=content,
        language=language,
        text=text,
        body=mark_safe(body or markup.render(text["rationale"], numbers)),  # noqa: S308 - made by the one renderer
        numbers=numbers,
        evidence=_groups(content["evidence"], question, numbers),
        other_question=other,
        other_evidence=_groups(content["evidence"], other, numbers),
        said_on=said_on(content),
        names=names or {},
    )


def languages(content: Content) -> list[str]:
    """The languages that this content has and the site shows, in the site's order."""
    return [code for code, _ in settings.LANGUAGES if code in content["texts"]]


def said_on(content: Content) -> str:
    """When the claim was first made, as far as the articles tell: a reduced-precision date, or nothing."""
    return min((q["article"]["published"] for q in content["quotations"] if q["article"]["published"]), default="")


def notices(history: Sequence[Mapping[str, Any]], number: int) -> list[Mapping[str, Any]]:
    """The lines of the history that version ``number`` opens with, newest first: every correction so far, and the
    last change of another kind while it is the newest.
    """
    lines = [line for line in history if line["number"] <= number and line["kind"] in NOTICED]
    return [line for line in reversed(lines) if line["kind"] == PublicationKind.CORRECTION or line["number"] == number]


def _groups(
    evidence: Sequence[Mapping[str, Any]], question: Question | None, numbers: Mapping[str, int]
) -> list[Group]:
    """By stance; in each what the text cites comes first, in its order."""
    cited = [Cited(item, numbers.get(item["key"])) for item in evidence if item["bears_on"] == question]
    cited.sort(key=lambda entry: entry.number or len(numbers) + 1)
    groups = [Group(stance, [entry for entry in cited if entry.item["stance"] == stance]) for stance in Stance]
    return [group for group in groups if group.items]
