"""What an outlet changed from one version of an article to the next, and what that made of the claims."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language

from claims.language import differences, similarity
from claims.models import Anchor, Article, ArticleVersion, Claim, ClaimText, Quotation
from claims.services import people
from claims.views.desk import rows
from claims.vocabulary import AnchorState, Status

AROUND = 140
"""Characters of unchanged text that are shown on either side of a change."""

COMPARED_AT_ONCE = 60_000
"""Characters up to which a version is compared whenever its article is opened."""

LONG = 160
"""Characters of a paragraph from which on it is cut before the next sentence."""

_ALTERED = (AnchorState.CHANGED, AnchorState.LOST)
_LINE = re.compile(r"[^\n]*\n\s*|[^\n]+")

Span = tuple[int, int]


@dataclass(frozen=True)
class Part:
    """A stretch of two versions. A ``gap`` stands for ``length`` unchanged characters that are not shown.

    ``before`` and ``after`` are where it stands in them. ``claims`` are the keys of those whose words it is of, in the
    version that the text is from; ``ends`` those whose words end with it.
    """

    kind: Literal["same", "out", "in", "gap"]
    text: str
    length: int = 0
    before: Span = field(default=(0, 0), compare=False)
    after: Span = field(default=(0, 0), compare=False)
    claims: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


# What changed


def difference(before: str, after: str) -> list[Part]:
    """What changed, with a little of the unchanged text round each change; nothing where no word did."""
    pieces = similarity.diff(before, after)
    if all(piece.op == "same" for piece in pieces):
        return []
    found: list[Part] = []
    for place, piece in enumerate(pieces):
        if piece.op == "same":
            whole = Part("same", after[slice(*piece.after)], before=piece.before, after=piece.after)
            found += _shortened(whole, opens=place == 0, closes=place == len(pieces) - 1)
            continue
        start, end = piece.after[0], piece.before[1]
        if piece.before[0] < piece.before[1]:
            found.append(Part("out", before[slice(*piece.before)], before=piece.before, after=(start, start)))
        if piece.after[0] < piece.after[1]:
            found.append(Part("in", after[slice(*piece.after)], before=(end, end), after=piece.after))
    return found


def _shortened(whole: Part, *, opens: bool, closes: bool) -> list[Part]:
    """An unchanged stretch: its ends that touch a change, and a gap for what is between or beyond them."""
    text = whole.text
    shown = AROUND * (2 - opens - closes)
    if len(text) <= shown + AROUND:
        return [whole]
    head = "" if opens else text[:AROUND].rsplit(" ", 1)[0]
    tail = "" if closes else text[-AROUND:].split(" ", 1)[-1]
    left, rest = _cut(whole, len(head))
    middle, right = _cut(rest, len(rest.text) - len(tail))
    gap = replace(middle, kind="gap", text="", length=len(middle.text))
    return [part for part in (left, gap, right) if part.text or part.kind == "gap"]


def _cut(part: Part, length: int) -> tuple[Part, Part]:
    """The first ``length`` characters of a part, and the rest.

    Where only white space differs, the place in the other version is right to a few characters.
    """
    (first, last), (start, end) = part.before, part.after
    before, after = min(first + length, last), min(start + length, end)
    return (
        replace(part, text=part.text[:length], before=(first, before), after=(start, after)),
        replace(part, text=part.text[length:], before=(before, last), after=(after, end)),
    )


# What became of the claims


def claims_of(article: Article) -> QuerySet[Claim]:
    """The article's claims with their texts, whoever has them, and where their quotations stand, oldest first."""
    quotations = Quotation.objects.filter(version__article=article).prefetch_related(
        Prefetch("anchors", Anchor.objects.select_related("confirmed_by").order_by("pk"))
    )
    keys = Quotation.objects.filter(version__article=article).values("claim")
    return (
        Claim.objects.filter(pk__in=keys)
        .select_related("assignee")
        .prefetch_related("texts", Prefetch("quotations", quotations))
        .order_by("pk")
    )


@dataclass(frozen=True)
class Fate:
    """What became of one quotation of a claim in a version. ``words``: what stands there now, against what stood.

    ``found`` is what the program found there, ``anchor`` what holds now: the same, or a person's decision about it.
    ``waits``: a person has to say whether that place, or that loss, is right. ``is_newest``: no newer version was
    looked at, so it can be decided. ``at``: its number among those that a person has to look at, from 1.
    """

    claim: Claim
    statement: ClaimText | None
    quotation: Quotation
    anchor: Anchor
    found: Anchor
    words: list[differences.Part]
    confirmed_by: str
    is_newest: bool
    at: int = 0

    @property
    def is_altered(self) -> bool:
        return self.anchor.state in _ALTERED

    @property
    def is_open(self) -> bool:
        """Whether the desk still has to do with the claim."""
        return self.claim.status != Status.DECLINED

    @property
    def waits(self) -> bool:
        return self.is_altered and self.is_open and self.is_newest and self.anchor.confirmed_by_id is None

    @property
    def needs_a_person(self) -> bool:
        """Whether a person has to decide about it, or had to."""
        return self.is_open and self.found.state in _ALTERED


def fates(version: ArticleVersion, claims: Iterable[Claim]) -> list[Fate]:
    """The quotations that were looked for in ``version``, what needs a look first, then in the order of the text.

    Each claim has its texts, its quotations and their anchors, oldest first, read along.
    """
    found = []
    for claim in claims:
        for quotation in claim.quotations.all():
            anchors = list(quotation.anchors.all())
            here = [anchor for anchor in anchors if anchor.version_id == version.pk]
            if here:
                found.append(_fate(claim, quotation, here, version, is_newest=here[-1] == anchors[-1]))
    found = _numbered(sorted(found, key=lambda fate: (fate.quotation.start, fate.quotation.pk)))
    return sorted(found, key=lambda fate: not fate.is_altered)


def _numbered(found: list[Fate]) -> list[Fate]:
    numbers = {fate.quotation.pk: at for at, fate in enumerate((f for f in found if f.needs_a_person), start=1)}
    return [replace(fate, at=numbers.get(fate.quotation.pk, 0)) for fate in found]


def to_decide(found: Iterable[Fate]) -> list[Fate]:
    """Those that a person has to decide about, or had to, by their numbers."""
    return sorted((fate for fate in found if fate.at), key=lambda fate: fate.at)


def _fate(
    claim: Claim, quotation: Quotation, here: Sequence[Anchor], version: ArticleVersion, *, is_newest: bool
) -> Fate:
    anchor = here[-1]
    by = anchor.confirmed_by
    now = version.text[anchor.start : anchor.end] if anchor.state == AnchorState.CHANGED else ""
    return Fate(
        claim=claim,
        statement=rows.statement_of(claim, get_language() or ""),
        quotation=quotation,
        anchor=anchor,
        found=next((one for one in reversed(here) if one.confirmed_by_id is None), anchor),
        words=differences.words(quotation.exact, now) if now else [],
        confirmed_by=people.name_of(by) if by else "",
        is_newest=is_newest,
    )


# The two beside each other


@dataclass(frozen=True)
class Mark:
    """A quotation as it stands in two versions. ``state``: what became of it in the second; empty where it was marked.

    ``waits``: a person has to decide about it.
    """

    claim: Claim
    statement: ClaimText | None
    state: str
    waits: bool
    before: Span | None
    after: Span | None


@dataclass(frozen=True)
class Beside:
    """A claim in the margin. ``left``: its words stood here and now stand elsewhere, or nowhere."""

    mark: Mark
    left: bool


@dataclass(frozen=True)
class Stretch:
    """A paragraph of the comparison, or some sentences of it, with the claims whose words stand there or stood there.

    ``goes_on``: it goes on in the next stretch. A gap is a stretch of its own.
    """

    parts: list[Part]
    beside: list[Beside]
    goes_on: bool = False

    @property
    def is_gap(self) -> bool:
        return self.parts[0].kind == "gap"

    @property
    def is_changed(self) -> bool:
        return any(part.kind in ("out", "in") for part in self.parts)


def change(
    version: ArticleVersion, known: Iterable[ArticleVersion], claims: Iterable[Claim], against: str = ""
) -> dict[str, Any] | None:
    """What ``desk/_change.html`` shows: this version against another of ``known``, by number, else the one before.

    None where there is nothing to compare it with. A very long text is compared word by word only when asked for.
    """
    others = [other for other in known if other.pk != version.pk]
    chosen = next((other for other in others if str(other.number) == against), None) or next(
        (other for other in others if other.number == version.number - 1), None
    )
    if chosen is None:
        return None
    before = version.article.versions.defer("analysis").get(pk=chosen.pk)
    claims = list(claims)
    found = fates(version, claims)
    is_compared = bool(against) or len(version.text) <= COMPARED_AT_ONCE
    parts = difference(before.text, version.text) if is_compared else []
    sentences = [sentence["start"] for sentence in version.analysis]
    return {
        "before": before,
        "others": others,
        "parts": parts,
        "is_compared": is_compared,
        "is_asked_for": bool(against),
        "stretches": stretches(parts, marks(before, version, claims), sentences) if parts else [],
        "altered": [fate for fate in found if fate.is_altered],
        "kept": [fate for fate in found if not fate.is_altered],
        "waiting": [fate for fate in to_decide(found) if fate.waits],
        "decided": [fate for fate in to_decide(found) if not fate.waits],
    }


def marks(before: ArticleVersion, after: ArticleVersion, claims: Iterable[Claim]) -> list[Mark]:
    """Where the claims stand in two versions; each has its texts, its quotations and their anchors read along."""
    found = []
    for claim in claims:
        statement = rows.statement_of(claim, get_language() or "")
        for quotation in claim.quotations.all():
            anchors = list(quotation.anchors.all())
            here = [anchor for anchor in anchors if anchor.version_id == after.pk]
            newest = here[-1] if here else None
            is_waiting = newest is not None and newest == anchors[-1] and newest.confirmed_by_id is None
            found.append(
                Mark(
                    claim=claim,
                    statement=statement,
                    state=newest.state if newest else "",
                    waits=is_waiting and newest.state in _ALTERED and claim.status != Status.DECLINED,
                    before=_span(quotation, before),
                    after=_span(quotation, after),
                )
            )
    placed = [mark for mark in found if mark.before or mark.after]
    return sorted(placed, key=lambda mark: (mark.after or mark.before or (0, 0), mark.claim.pk))


def _span(quotation: Quotation, version: ArticleVersion) -> Span | None:
    if quotation.version_id == version.pk:
        return quotation.start, quotation.end
    here = [anchor for anchor in quotation.anchors.all() if anchor.version_id == version.pk]
    if not here or here[-1].start is None:
        return None
    return here[-1].start, here[-1].end


def stretches(parts: Sequence[Part], known: Sequence[Mark], sentences: Sequence[int] = ()) -> list[Stretch]:
    """The parts by paragraphs, cut where the words of a claim begin or end, with the claims beside them.

    ``sentences`` are where those of the second version begin: there a long paragraph is cut, so that the claims stand
    beside their words.
    """
    found: list[Stretch] = []
    for line, goes_on in _lines(parts, sentences):
        beside = _all_beside(known, line) if line[0].kind != "gap" else []
        found.append(Stretch([piece for part in line for piece in _pieces(part, beside)], beside, goes_on))
    return found


def _lines(parts: Sequence[Part], sentences: Sequence[int]) -> list[tuple[list[Part], bool]]:
    """The parts cut at line breaks, and whether each goes on. What came instead of something stays with it."""
    lines: list[tuple[list[Part], bool]] = []
    for part in parts:
        if part.kind == "gap":
            lines.append(([part], False))
            continue
        rest = part
        for words in _LINE.findall(part.text):
            piece, rest = _cut(rest, len(words))
            is_last = "\n" in words
            for number, bit in enumerate(_by_sentence(piece, sentences)):
                line, goes_on = lines[-1] if lines else ([], False)
                replaces = bit.kind == "in" and bool(line) and line[-1].kind == "out"
                is_long = number > 0 and sum(len(one.text) for one in line) >= LONG
                if (goes_on or replaces) and not is_long:
                    lines[-1] = ([*line, bit], True)
                else:
                    lines.append(([bit], True))
            lines[-1] = (lines[-1][0], not is_last)
    return _ended(lines)


def _by_sentence(piece: Part, sentences: Sequence[int]) -> list[Part]:
    """An unchanged piece cut where sentences begin."""
    if piece.kind != "same":
        return [piece]
    first, last = piece.after
    found, rest = [], piece
    for start in sentences[bisect_right(sentences, first) : bisect_left(sentences, last)]:
        bit, rest = _cut(rest, start - rest.after[0])
        found.append(bit)
    return [*found, rest]


def _ended(lines: list[tuple[list[Part], bool]]) -> list[tuple[list[Part], bool]]:
    """A line before a gap, and the last one, does not go on in what follows."""
    return [
        (line, goes_on and place + 1 < len(lines) and lines[place + 1][0][0].kind != "gap")
        for place, (line, goes_on) in enumerate(lines)
    ]


def _all_beside(known: Sequence[Mark], line: Sequence[Part]) -> list[Beside]:
    before, after = (line[0].before[0], line[-1].before[1]), (line[0].after[0], line[-1].after[1])
    near = (
        mark
        for mark in known
        if (mark.after and _touch(mark.after, after)) or (mark.before and _touch(mark.before, before))
    )
    return [one for mark in near if (one := _beside(mark, line)) is not None]


def _beside(mark: Mark, line: Sequence[Part]) -> Beside | None:
    stands = mark.after is not None and any(_touch(part.after, mark.after) for part in line if part.kind != "out")
    if stands:
        return Beside(mark, left=False)
    stood = mark.before is not None and any(_touch(part.before, mark.before) for part in line if part.kind != "in")
    return Beside(mark, left=True) if stood else None


def _touch(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]


def _pieces(part: Part, beside: Sequence[Beside]) -> list[Part]:
    """A part cut where claims begin or end in the version that its text is from."""
    if part.kind == "gap":
        return [part]
    side: Literal["before", "after"] = "before" if part.kind == "out" else "after"
    first, last = getattr(part, side)
    spans = [(span, one.mark.claim.pk) for one in beside if (span := getattr(one.mark, side)) is not None]
    spans = [(span, key) for span, key in spans if _touch(span, (first, last))]
    cuts = sorted({first, last, *(cut for span, _key in spans for cut in span if first < cut < last)})
    pieces = []
    for start, end in pairwise(cuts):
        inside = dict.fromkeys(key for span, key in spans if span[0] <= start and end <= span[1])
        ending = dict.fromkeys(key for span, key in spans if span[1] == end)
        text = part.text[start - first : end - first]
        pieces.append(replace(part, text=text, claims=tuple(inside), ends=tuple(ending), **{side: (start, end)}))
    return pieces
