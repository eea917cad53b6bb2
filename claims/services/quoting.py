"""Quotations of a claim: marked in a version, copied, moved to another claim, looked for again in a new version.

What the stages share that touch where a claim stands. A quotation belongs to the version it was marked in for ever;
where it stands in later ones its anchors say.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from claims.errors import Busy, Refused
from claims.language import anchoring
from claims.models import Anchor, Article, ArticleVersion, Claim, Quotation, Speaker, Voice
from claims.services import ledger
from claims.vocabulary import AnchorState, Naming, VoiceMode

LONGEST = 5000
"""Characters of a quotation. What a claim rests on is a phrase or a few sentences, never the whole article."""


@dataclass(frozen=True)
class Spoken:
    """One voice of a quotation; no speaker means: unknown."""

    speaker: Speaker | None
    naming: Naming = Naming.NAMED
    mode: VoiceMode = VoiceMode.ASSERTS


@dataclass(frozen=True)
class Passage:
    """A stretch of a version's text in code points, ``end`` exclusive, with its voices in order."""

    version: ArticleVersion
    start: int
    end: int
    voices: Sequence[Spoken] = field(default=())


def hold_articles(*, claims: Iterable[int] = (), articles: Iterable[int] = ()) -> frozenset[int]:
    """Keeps new versions away from articles, and from those that claims are quoted from, until the transaction ends.

    A new version looks for the quotations that it finds; one that is made or changed at the same moment would be
    looked for by nobody. Articles come before claims in the order of locks. Returns the keys of what is held.
    """
    held = frozenset(articles) | _articles_of(claims)
    for key in sorted(held):
        ledger.locked(Article, key)
    return held


def require_held(claim: Claim, held: AbstractSet[int]) -> None:
    """Raises ``Busy`` where the claim came to be quoted from another article before it was locked itself."""
    if not _articles_of([claim.pk]) <= held:
        raise Busy(_("Somebody saved at the same moment. Nothing was saved; try again."))


def _articles_of(claims: Iterable[int]) -> frozenset[int]:
    return frozenset(Quotation.objects.filter(claim__in=list(claims)).values_list("version__article", flat=True))


def require_confirmed(version: ArticleVersion) -> None:
    """Raises ``Refused`` unless a person vouched for the text that is to be quoted."""
    ledger.require(
        version.confirmed_by_id,
        _("Confirm the article's text, or mend it, before you mark claims in it."),
        field="quotation",
    )


def describe(version: ArticleVersion, start: int, end: int) -> anchoring.Selector:
    """The selector of a stretch that a person chose; raises ``Refused`` where it cannot be a quotation."""
    text = version.text
    ledger.require(
        0 <= start <= len(text) and 0 <= end <= len(text), _("The text has no such place."), field="quotation"
    )
    ledger.require(start < end and text[start:end].strip(), _("Choose the words first."), field="quotation")
    ledger.require(
        end - start <= LONGEST,
        _("A quotation has at most %(number)s characters. Choose the words that make the claim.") % {"number": LONGEST},
        field="quotation",
    )
    return anchoring.describe(text, start, end)


def quote(work: ledger.Change[Claim], passage: Passage) -> Quotation:
    """Adds a passage to the claim of an open change. Raises ``Refused``, also where it is quoted already."""
    quotation = _add(work, passage)
    for version in _later_versions(quotation):
        anchor(quotation, version)
    return quotation


def _add(work: ledger.Change[Claim], passage: Passage) -> Quotation:
    claim = work.aggregate
    require_confirmed(passage.version)
    selector = describe(passage.version, passage.start, passage.end)
    there = claim.quotations.filter(version=passage.version, start=selector.start, end=selector.end)
    ledger.require(not there.exists(), _("The claim already has this very quotation."), field="quotation")
    quotation = Quotation(
        claim=claim,
        version=passage.version,
        exact=selector.exact,
        prefix=selector.prefix,
        suffix=selector.suffix,
        start=selector.start,
        end=selector.end,
    )
    work.add(quotation, "")
    work.fields[f"quotations.{quotation.pk}.exact"] = [None, quotation.exact]
    if passage.voices:
        work.fields[f"quotations.{quotation.pk}.voices"] = [None, [as_plain(voice) for voice in passage.voices]]
    _speak(quotation, passage.voices)
    return quotation


def copy(work: ledger.Change[Claim], quotations: Iterable[Quotation]) -> None:
    """Gives the claim of an open change the same quotations, with their voices and where they stand by now."""
    for original in quotations:
        passage = Passage(version=original.version, start=original.start, end=original.end, voices=spoken(original))
        copied = _add(work, passage)
        Anchor.objects.bulk_create(
            Anchor(
                quotation=copied,
                version_id=known.version_id,
                state=known.state,
                start=known.start,
                end=known.end,
                confirmed_by_id=known.confirmed_by_id,
            )
            for known in original.anchors.order_by("pk")
        )


def move_ends(work: ledger.Change[Claim], quotation: Quotation, start: int, end: int) -> None:
    """Moves a quotation's ends within its own version, each by the field-level conflict rule.

    Two people may each move another end: both hold, and the words are those between. The quotation is looked for
    again in every later version.
    """
    prefix = f"quotations.{quotation.pk}."
    ledger.require(min(start, end) >= 0, _("The text has no such place."), field="quotation")
    work.write(quotation, prefix, start=start, end=end)
    if work.clashes or not {f"{prefix}start", f"{prefix}end"} & set(work.fields):
        return
    require_confirmed(quotation.version)
    ledger.require(
        start >= end or quotation.start < quotation.end,
        _("Somebody moved the other end meanwhile, and no words are left between the two. Open the page again."),
        field="quotation",
    )
    selector = describe(quotation.version, quotation.start, quotation.end)
    others = work.aggregate.quotations.exclude(pk=quotation.pk)
    there = others.filter(version=quotation.version_id, start=selector.start, end=selector.end)
    ledger.require(not there.exists(), _("The claim already has this very quotation."), field="quotation")
    work.put(quotation, prefix, exact=selector.exact)
    quotation.prefix, quotation.suffix = selector.prefix, selector.suffix
    work.touch(quotation, ["prefix", "suffix"])
    for version in _later_versions(quotation):
        anchor(quotation, version)


def set_voices(work: ledger.Change[Claim], quotation: Quotation, voices: Sequence[Spoken]) -> None:
    """Replaces a quotation's voices; the list is one field, so two people who change it clash."""
    before = [as_plain(voice) for voice in spoken(quotation)]
    after = [as_plain(voice) for voice in voices]
    if work.write_list(f"quotations.{quotation.pk}.voices", before, after):
        quotation.voices.all().delete()
        _speak(quotation, voices)


def spoken(quotation: Quotation) -> list[Spoken]:
    """The voices of a quotation as values."""
    return [
        Spoken(voice.speaker, Naming(voice.naming), VoiceMode(voice.mode))
        for voice in quotation.voices.select_related("speaker")
    ]


def as_plain(voice: Spoken) -> dict[str, Any]:
    """A voice as the ledger writes it."""
    speaker = voice.speaker.pk if voice.speaker else None
    return {"speaker": speaker, "naming": voice.naming.value, "mode": voice.mode.value}


def _speak(quotation: Quotation, voices: Sequence[Spoken]) -> None:
    Voice.objects.bulk_create(
        Voice(
            quotation=quotation,
            position=position,
            speaker=voice.speaker,
            naming=voice.naming.value,
            mode=voice.mode.value,
        )
        for position, voice in enumerate(voices)
    )


# Where they stand in later versions


def _later_versions(quotation: Quotation) -> Iterable[ArticleVersion]:
    version = quotation.version
    later = ArticleVersion.objects.filter(article=version.article_id, number__gt=version.number)
    return later.order_by("number").defer("analysis")


def anchor(quotation: Quotation, version: ArticleVersion) -> Anchor:
    """Looks for the quotation in another version; the place, or its loss, waits for a person unless it is certain."""
    selector = anchoring.Selector(
        exact=quotation.exact,
        prefix=quotation.prefix,
        suffix=quotation.suffix,
        start=quotation.start,
        end=quotation.end,
    )
    found = anchoring.locate(version.text, selector)
    return Anchor.objects.create(
        quotation=quotation, version=version, state=found.state, start=found.start, end=found.end
    )


def state_at(quotation: Quotation, version: ArticleVersion, start: int, end: int) -> AnchorState:
    """What it means that a person places the quotation there: the same words at home or elsewhere, or other words."""
    if version.text[start:end].split() != quotation.exact.split():
        return AnchorState.CHANGED
    return AnchorState.EXACT if start == quotation.start else AnchorState.MOVED


def own_quotation(claim: Claim, quotation_id: int) -> Quotation:
    """The claim's quotation of that key; raises ``Refused`` when it has none."""
    found = claim.quotations.select_related("version").filter(pk=quotation_id).first()
    if found is None:
        raise Refused(_("There is no such quotation of this claim."))
    return found
