"""What readers at the desk said to a claim, each at the place that it is about, and the form for saying more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from claims.forms.transitions import RemarkForm
from claims.forms.wording import field_name, language_of
from claims.models import Claim, Review
from claims.services import people, review
from claims.views.desk import excerpts
from claims.vocabulary import ReviewKind

OF_EVIDENCE = "evidence."
SHORT = 60
"""Characters of a title by which one knows a source."""

_ORDER = ("statement", "headline", "summary", "other_finding", "rationale", "today", "why", "change_note")


@dataclass(frozen=True)
class Remark:
    """A comment, or what came with a decision of the second read.

    ``label`` names the text that it is on, ``passage`` quotes what was marked there, without marks of Markdown.
    Where that ``stands`` no more, the text has changed since.
    """

    review: Review
    kind: str
    by: str
    resolved_by: str
    label: str
    language: str
    passage: str
    stands: bool

    @property
    def is_open(self) -> bool:
        return self.review.is_open

    @property
    def was_sent_back(self) -> bool:
        return bool(self.review.kind == ReviewKind.SENT_BACK)

    @property
    def key(self) -> str:
        """The key of the evidence item that it is on, if it is on one."""
        path = self.review.path
        return path.removeprefix(OF_EVIDENCE) if path.startswith(OF_EVIDENCE) else ""


def of(reviews: Iterable[Review], wordings: Mapping[str, str]) -> list[Remark]:
    """``reviews`` in their order; an approval without words is in the history alone."""
    return [_remark(one, wordings) for one in reviews if one.comment]


def _remark(one: Review, wordings: Mapping[str, str]) -> Remark:
    return Remark(
        review=one,
        kind=_(ReviewKind(one.kind).label),
        by=people.name_of(one.by),
        resolved_by=people.name_of(one.resolved_by) if one.resolved_by else "",
        label=field_name(one.path) if one.path else "",
        language=language_of(one.path),
        passage=excerpts.in_words(one.passage) if one.path.endswith(".rationale") else one.passage,
        stands=not one.path or (one.passage in wordings.get(one.path, "") and one.path in wordings),
    )


def form(
    claim: Claim, wordings: Mapping[str, str], data: Any = None, *, language: str = "", **typed: str
) -> RemarkForm:
    """The form for a comment on any text of the claim that is not empty, those in ``language`` first."""
    paths = [(path, _choice(path, wordings[path])) for path in sorted(wordings, key=_place(language))]
    return RemarkForm(
        data,
        paths=[(path, name) for path, name in paths if wordings[path] or path.startswith(OF_EVIDENCE)],
        initial={"opened_at": claim.revision, **typed},
        auto_id="remark-%s",
    )


def _choice(path: str, words: str) -> str:
    if not path.startswith(OF_EVIDENCE):
        return field_name(path)
    line = words.replace("\n", ", ")
    return f"{field_name(path)}: {line[:SHORT]}{'…' if len(line) > SHORT else ''}"


def _place(language: str) -> Any:
    """Sorts paths: the shown language in the order of its page, the other ones, then the evidence."""

    def place(path: str) -> tuple[bool, bool, str, int, str]:
        name = path.rpartition(".")[2]
        return (
            path.startswith(OF_EVIDENCE),
            language_of(path) != language,
            language_of(path),
            _ORDER.index(name) if name in _ORDER else len(_ORDER),
            path,
        )

    return place


def read_wordings(claim: Claim, reviews: Iterable[Review]) -> dict[str, str]:
    """What the comments' passages are looked for in: nothing is read where no comment is on a text."""
    return review.wordings(claim) if any(one.path for one in reviews) else {}
