"""A content as its readers get it: what the verdict page and the second read show, from the same object.

Takes frozen dictionaries only, so that the second read cannot show anything that would not be published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from claims.forms import figures
from claims.forms.elements import Element, in_words
from claims.forms.figures import Figure
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
    elements: Sequence[Element]
    figures: Sequence[Figure]
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
    in_text = markup.citation_order(text["rationale"])
    parts, calculations = content.get("elements", []), content.get("calculations", [])
    numbers = _numbers(in_text, [*_cited_by_elements(parts), *_cited_by_calculations(calculations)], content)
    not_in_text = set(numbers) - set(in_text)
    question = Question(content["question"]) if content["question"] else None
    other = {Question.TRUE: Question.SAID, Question.SAID: Question.TRUE}.get(question) if question else None
    return Reading(
        content=content,
        language=language,
        text=text,
        body=mark_safe(body or markup.render(text["rationale"], numbers)),  # noqa: S308 - made by the one renderer
        numbers=numbers,
        elements=in_words(parts, not_in_text),
        figures=shown_figures(calculations, not_in_text - set(_cited_by_elements(parts))),
        evidence=_groups(content["evidence"], question, numbers),
        other_question=other,
        other_evidence=_groups(content["evidence"], other, numbers),
        said_on=said_on(content),
        names=names or {},
    )


def _numbers(in_text: Sequence[str], beside: Iterable[str], content: Content) -> dict[str, int]:
    """Key -> number: first what the text cites, then what only elements and calculations do."""
    known = {item["key"] for item in content["evidence"]}
    order = dict.fromkeys([*in_text, *(key for key in beside if key in known)])
    return {key: number for number, key in enumerate(order, start=1)}


def _cited_by_elements(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    return [key for part in parts for key in part["evidence"]]


def _cited_by_calculations(calculations: Sequence[Mapping[str, Any]]) -> list[str]:
    return [part["evidence"] for one in calculations for part in one["inputs"] if part["evidence"]]


def shown_figures(calculations: Sequence[Mapping[str, Any]], anchored: Iterable[str] = ()) -> list[Figure]:
    """The calculations; evidence among ``anchored`` leads back to the first input that cites it."""
    waiting = set(anchored)
    found = []
    for one in map(figures.figure, calculations):
        inputs = []
        for given in one.inputs:
            inputs.append(replace(given, anchor=given.evidence in waiting))
            waiting.discard(given.evidence)
        found.append(replace(one, inputs=inputs))
    return found


def languages(content: Content) -> list[str]:
    """The languages that this content has and the site shows, in the site's order."""
    return [code for code, _ in settings.LANGUAGES if code in content["texts"]]


def said_on(content: Content) -> str:
    """When the claim was first made, as far as the articles tell: a reduced-precision date, or nothing."""
    return min((q["article"]["published"] for q in content["quotations"] if q["article"]["published"]), default="")


def notices(history: Sequence[Mapping[str, Any]], number: int) -> list[Mapping[str, Any]]:
    """The lines of the history that version ``number`` opens with, newest first: every correction so far, and the
    last change of another kind while it is the newest. A minor change has no notice and takes none away.
    """
    lines = [line for line in history if line["number"] <= number and line["kind"] != PublicationKind.MINOR]
    return [
        line
        for line in reversed(lines)
        if line["kind"] == PublicationKind.CORRECTION or (line is lines[-1] and line["kind"] in NOTICED)
    ]


def _groups(
    evidence: Sequence[Mapping[str, Any]], question: Question | None, numbers: Mapping[str, int]
) -> list[Group]:
    """By stance; in each what the text cites comes first, in its order."""
    cited = [Cited(item, numbers.get(item["key"])) for item in evidence if item["bears_on"] == question]
    cited.sort(key=lambda entry: entry.number or len(numbers) + 1)
    groups = [Group(stance, [entry for entry in cited if entry.item["stance"] == stance]) for stance in Stance]
    return [group for group in groups if group.items]
