"""Taking in: articles as they were received, and the claims that are marked in them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import task

from claims import composition
from claims.errors import Refused, Unreadable
from claims.language import canonical, encoding, extraction, similarity
from claims.language.addresses import comparable
from claims.models import (
    AlsoAppeared,
    Anchor,
    Article,
    ArticleVersion,
    Capture,
    Claim,
    ClaimText,
    Exclusion,
    Fetch,
    Outlet,
    Quantity,
    Quotation,
    SentenceSetAside,
    TextBand,
)
from claims.rules import permissions
from claims.services import editing, fetches, fetching, ledger, people, quoting, records
from claims.services.quoting import Passage
from claims.vocabulary import Action, AnchorState, FetchState, Risk, Word, gettext_noop

NEAR_IDENTICAL = 0.9
"""From this likeness on, two texts from one place, or from places that nobody named, are versions of one article."""

LOOKALIKE = 0.5
"""From this likeness on, a text elsewhere is shown as "also appeared in", for a person to link."""

LOOKALIKES_SHOWN = 10

_Place = tuple[AnchorState, int | None, int | None]
_TITLE_LENGTH = 90


@dataclass(frozen=True)
class Received:
    """One copy as it came: the raw bytes, the clean text they gave, and what was cut (a list of JSON objects).

    ``confirmed`` says that a person vouches for the text; what a program extracted is confirmed or mended first.
    ``response`` tells how it was fetched (``fetching.Fetched.record``), where it was; ``url`` is what the page says.
    """

    raw: bytes
    text: str
    title: str = ""
    url: str = ""
    content_type: str = "text/plain"
    residue: Sequence[Mapping[str, Any]] = ()
    completeness: Decimal | None = None
    confirmed: bool = True
    response: Mapping[str, Any] = field(default_factory=dict)


class Outcome(Word):
    """What a received copy turned out to be."""

    KNOWN = "known", gettext_noop("These very bytes were received before.")
    COPY = "copy", gettext_noop("A further copy of a text that is here already.")
    VERSION = "version", gettext_noop("A new version of an article that is here already.")
    ARTICLE = "article", gettext_noop("A new article.")


@dataclass(frozen=True)
class Lookalike:
    """An article elsewhere whose newest likeness to the text is ``likeness`` (0 to 1)."""

    article: Article
    likeness: float


@dataclass(frozen=True)
class Intake:
    """What became of one copy. ``lookalikes`` are for a person to link; nothing is merged by itself."""

    capture: Capture
    outcome: Outcome
    lookalikes: tuple[Lookalike, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def version(self) -> ArticleVersion:
        if self.capture.version is None:  # pragma: no cover - an intake has a text; what has none raised Unreadable
            raise Refused(self.capture.problem)
        return self.capture.version


@ledger.service
def receive(
    *,
    actor: User,
    raw: bytes,
    content_type: str = "",
    url: str = "",
    title: str = "",
    language: str = "",
    outlet: Outlet | None = None,
    new_outlet: str = "",
    author: str = "",
    published: str = "",
    response: Mapping[str, Any] | None = None,
    settle: Callable[[Intake], None] | None = None,
) -> Intake:
    """Takes in a copy as it came (a page, a fragment, a paste): one clean text out, its sentences understood.

    The same clean text is a further capture; the same article by address, or by near-identical text from the same
    or an unnamed place, is a new version, on which every quotation is looked for again; anything else is a new
    article. Bytes that give no text are kept, and ``Unreadable`` says what is wrong with them.

    ``new_outlet`` names an outlet that is made if none is known by that name. ``response`` tells how the copy was
    fetched; ``settle`` is called in the transaction in which it came in, and takes it back by raising.
    """
    known = (
        Capture.objects.filter(sha256=_sha256(raw), version__isnull=False).select_related("version__article").first()
    )
    if known is not None:
        ledger.permit(Action.CAPTURE, actor)
        taken = Intake(known, Outcome.KNOWN)
        if settle:
            settle(taken)
        return taken
    try:
        extracted = extraction.extract(raw, content_type=content_type or None, url=url or None)
    except Unreadable as problem:
        _keep_unreadable(raw, problem, actor=actor, content_type=content_type, url=url, response=response or {})
        raise
    received = Received(
        raw=raw,
        text=canonical.clean(extracted.text),
        title=(title or extracted.title or "").strip()[:500],
        url=_own_canonical(url, extracted.canonical_url) or url,
        content_type=content_type or "text/plain",
        residue=[asdict(cut) for cut in extracted.residue],
        completeness=Decimal(str(extracted.completeness)).quantize(Decimal("0.001")),
        confirmed=False,
        response=response or {},
    )
    with transaction.atomic():
        taken = _place(
            received,
            actor=actor,
            addresses={address for address in (url, _own_canonical(url, extracted.canonical_url)) if address},
            language=language or extracted.language or "und",
            outlet=outlet or (_outlet(new_outlet, actor) if new_outlet else None),
            author=(author or extracted.byline or "")[:200],
            published=published or (extracted.published_on.isoformat() if extracted.published_on else ""),
            warnings=extracted.warnings,
        )
        if settle:
            settle(taken)
    return taken


def _own_canonical(url: str, canonical_url: str | None) -> str:
    """What a page calls its own address; a page from one site is not believed that it stands on another."""
    if not canonical_url or (url and urlsplit(url).hostname != urlsplit(canonical_url).hostname):
        return ""
    return canonical_url


def _outlet(name: str, actor: User) -> Outlet:
    return records.find_by_name(Outlet, name) or records.create_outlet(actor=actor, name=name)


def _keep_unreadable(
    raw: bytes, problem: Unreadable, *, actor: User, content_type: str, url: str, response: Mapping[str, Any]
) -> None:
    """The bytes stay, whoever may look at them later with a better reader."""
    ledger.permit(Action.CAPTURE, actor)
    if not raw or len(raw) > encoding.MAX_BYTES or Capture.objects.filter(sha256=_sha256(raw)).exists():
        return
    capture = Capture(
        raw=raw,
        sha256=_sha256(raw),
        content_type=content_type or "application/octet-stream",
        url=url,
        problem=str(problem),
        response=dict(response),
        received_by=actor,
    )
    ledger.check_fields(capture)
    capture.save(force_insert=True)


def _place(
    received: Received,
    *,
    actor: User,
    addresses: AbstractSet[str],
    language: str,
    outlet: Outlet | None,
    author: str,
    published: str,
    warnings: tuple[str, ...],
) -> Intake:
    """Same or new: decided one copy at a time, or two that come at once would both be new."""
    people.lock_intake()
    digest = text_hash(received.text)
    same_text = ArticleVersion.objects.filter(sha256=digest).order_by("pk").first()
    if same_text is not None:
        capture = add_capture(actor=actor, article_id=same_text.article_id, received=received)
        return Intake(capture, Outcome.COPY, warnings=warnings)
    likenesses = lookalikes(received.text)
    article = _by_address(addresses) or _near_identical(likenesses, addresses, outlet)
    if article is not None:
        capture = add_capture(actor=actor, article_id=article.pk, received=received)
        elsewhere = tuple(likeness for likeness in likenesses if likeness.article != article)
        return Intake(capture, Outcome.VERSION, elsewhere, warnings)
    capture = take_in(
        actor=actor,
        received=received,
        title=received.title or _first_words(received.text),
        title_is_guess=not received.title,
        language=language,
        outlet=outlet,
        author=author,
        url=received.url,
        published=published,
    )
    return Intake(capture, Outcome.ARTICLE, tuple(likenesses), warnings)


def _by_address(addresses: AbstractSet[str]) -> Article | None:
    """The article that stands, or of which a copy stood, at one of these addresses."""
    if not addresses:
        return None
    at = models.Q(url__in=addresses) | models.Q(versions__captures__url__in=addresses)
    return Article.objects.filter(at).order_by("pk").first()


def _near_identical(
    likenesses: Sequence[Lookalike], addresses: AbstractSet[str], outlet: Outlet | None
) -> Article | None:
    """A near-identical article, unless both say where they stand and the places differ: then it is a reprint."""
    here = {urlsplit(address).hostname for address in addresses}
    for lookalike in likenesses:
        article = lookalike.article
        if lookalike.likeness < NEAR_IDENTICAL:
            continue
        elsewhere = article.url and here and urlsplit(article.url).hostname not in here
        if not elsewhere and not _outlets_differ(article.outlet, outlet):
            return article
    return None


def _outlets_differ(one: Outlet | None, other: Outlet | None) -> bool:
    """Whether both are known and stand for two; those that were merged are one."""
    return bool(one and other and composition.standing(one) != composition.standing(other))


def _first_words(text: str) -> str:
    line = text.strip().splitlines()[0]
    return line if len(line) <= _TITLE_LENGTH else line[:_TITLE_LENGTH].rsplit(" ", 1)[0] + " …"


def lookalikes(text: str, *, but: Article | None = None) -> list[Lookalike]:
    """Articles with a near-duplicate text, the likest first: found by shared bands, measured on the texts."""
    sketch = similarity.sketch(text)
    shared = (
        TextBand.objects.filter(key__in=sketch.bands)
        .values("version")
        .annotate(bands=models.Count("key"))
        .order_by("-bands", "-version")[: 3 * LOOKALIKES_SHOWN]
    )
    versions = ArticleVersion.objects.filter(pk__in=[row["version"] for row in shared]).select_related(
        "article__outlet__merged_into"
    )
    best: dict[Article, float] = {}
    for version in versions:
        likeness = similarity.similarity(sketch, similarity.sketch(version.text))
        if version.article != but and likeness >= LOOKALIKE:
            best[version.article] = max(likeness, best.get(version.article, 0))
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0].pk))
    return [Lookalike(article, likeness) for article, likeness in ranked[:LOOKALIKES_SHOWN]]


@ledger.service
def take_in(
    *,
    actor: User,
    received: Received,
    title: str,
    language: str,
    title_is_guess: bool = False,
    outlet: Outlet | None = None,
    author: str = "",
    url: str = "",
    published: str = "",
) -> Capture:
    """A new article with its first version and capture. Raises ``Refused`` on an empty text."""
    article = Article(
        title=title.strip(),
        title_is_guess=title_is_guess,
        language=language,
        outlet=composition.standing(outlet) if outlet else None,
        author=author,
        url=url,
        published=published,
    )
    ledger.require(article.title, _("The article needs a title."), field="title")
    with ledger.creation(article, actor=actor) as work:
        return _capture(work, received)


@ledger.service
def add_capture(*, actor: User, article_id: int, received: Received) -> Capture:
    """A further copy of an article: the same clean text is a capture of that version, another text a new version.

    The very same bytes twice give the capture that is there already. On a new version every quotation of the
    article is looked for again, in the same change set.
    """
    with transaction.atomic():
        with ledger.change(Article, article_id, action=Action.CAPTURE, actor=actor) as work:
            known = Capture.objects.filter(version__article=article_id, sha256=_sha256(received.raw)).first()
            if known is not None:
                return known
            newest = work.aggregate.versions.order_by("-number").first()
            capture = _capture(work, received)
            if work.aggregate.title_is_guess and received.title:
                work.put(work.aggregate, title=received.title, title_is_guess=False)
        if capture.version is not None and newest is not None and capture.version.number > newest.number:
            _anchor_again(capture.version, actor=actor, change_set=work.change_set)
    return capture


def _capture(work: ledger.Change[Article], received: Received) -> Capture:
    version = _version(work, received)
    capture = Capture(
        version=version,
        raw=received.raw,
        sha256=_sha256(received.raw),
        content_type=received.content_type,
        url=received.response.get("url") or received.url,
        title=received.title,
        residue=[dict(cut) for cut in received.residue],
        completeness=received.completeness,
        response=dict(received.response),
        received_by=work.actor,
    )
    work.add(capture, "capture")
    if capture.response:
        work.note(fetched_from=capture.url)
    work.note(capture=capture.sha256, version=version.number)
    return capture


def _version(work: ledger.Change[Article], received: Received, *, mended: bool = False) -> ArticleVersion:
    """The version of that text, made where there is none: with its sketch, and its sentences understood."""
    article, text = work.aggregate, canonical.clean(received.text)
    ledger.require(text.strip(), _("There is no text in this copy."), field="text")
    digest = text_hash(text)
    there = article.versions.filter(sha256=digest).first()
    if there is not None:
        if received.confirmed:
            _confirm(there, work.actor)
        return there
    analyser, analysis = analysed(text, article.language)
    version = ArticleVersion.objects.create(
        article=article,
        number=article.versions.count() + 1,
        text=text,
        sha256=digest,
        mended=mended,
        confirmed_by=work.actor if received.confirmed else None,
        confirmed_at=timezone.now() if received.confirmed else None,
        analyser=analyser,
        analysis=analysis,
    )
    TextBand.objects.bulk_create(
        TextBand(version=version, key=key) for key in sorted(set(similarity.sketch(text).bands))
    )
    return version


def analysed(text: str, language: str) -> tuple[str, list[dict[str, Any]]]:
    """The analyser's version and, for each sentence, what it found: plain JSON, decimals and dates as texts.

    The analyser is the one that the setting ``CLAIM_ANALYSER`` names, by default ``claims.language.analyse``.
    """
    analysis = import_string(settings.CLAIM_ANALYSER)(text, language)
    return analysis.analyser, [_plain(asdict(sentence)) for sentence in analysis.sentences]


def _plain(value: Any) -> Any:
    """For JSON: scores keep three places, everything else is as canonical text has it."""
    if isinstance(value, float):
        return str(round(Decimal(value), 3))
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else canonical.plain(value)


@ledger.service
def confirm(*, actor: User, article_id: int, version_id: int) -> ArticleVersion:
    """A person's word that the clean text is right, so that claims may be marked in it; twice changes nothing."""
    with ledger.change(Article, article_id, action=Action.CONFIRM, actor=actor) as work:
        version = _own_version(work.aggregate, version_id)
        if _confirm(version, actor):
            work.note(version=version.number)
    return version


def _confirm(version: ArticleVersion, actor: User) -> bool:
    """Whether the version was not confirmed before."""
    if version.confirmed_by_id is not None:
        return False
    version.confirmed_by, version.confirmed_at = actor, timezone.now()
    version.save(update_fields=["confirmed_by", "confirmed_at"])
    return True


@ledger.service
def mend(*, actor: User, article_id: int, version_id: int, text: str) -> ArticleVersion:
    """A person's mended text of a version: a version of its own that says so, confirmed by the mending."""
    with transaction.atomic():
        with ledger.change(Article, article_id, action=Action.MEND, actor=actor) as work:
            before = _own_version(work.aggregate, version_id)
            ledger.require(text_hash(text) != before.sha256, _("The text is as it was."), field="text")
            version = _version(work, Received(raw=b"", text=text), mended=True)
            work.note(version=version.number, mended=before.number)
        _anchor_again(version, actor=actor, change_set=work.change_set)
    return version


def _own_version(article: Article, version_id: int) -> ArticleVersion:
    version = article.versions.filter(pk=version_id).first()
    if version is None:
        raise Refused(_("There is no such version of this article."))
    return version


@ledger.service
def link_appearance(*, actor: User, article_id: int, other_id: int) -> AlsoAppeared:
    """A person's word that the article also appeared elsewhere; twice gives the one link."""
    with ledger.change(Article, article_id, action=Action.APPEARED, actor=actor) as work:
        other = Article.objects.filter(pk=other_id).exclude(pk=article_id).first()
        if other is None:
            raise Refused(_("There is no such other article."))
        link, made = AlsoAppeared.objects.get_or_create(
            article=work.aggregate, other=other, defaults={"linked_by": actor}
        )
        if made:
            work.note(other=str(other.uuid))
    return link


def _anchor_again(version: ArticleVersion, *, actor: User, change_set: UUID) -> None:
    """Looks for every quotation of the article in its new version; one entry for each claim, by rising key."""
    quotations = Quotation.objects.filter(version__article=version.article_id).exclude(version=version)
    by_claim: dict[int, list[Quotation]] = {}
    for quotation in quotations.order_by("claim_id", "pk"):
        by_claim.setdefault(quotation.claim_id, []).append(quotation)
    for claim_id, quoted in by_claim.items():
        with ledger.change(Claim, claim_id, action=Action.ANCHOR, actor=actor, change_set=change_set) as work:
            found = {str(quotation.pk): quoting.anchor(quotation, version).state for quotation in quoted}
            work.note(article=str(version.article.uuid), version=version.number, anchors=found)


@ledger.service
def confirm_anchor(*, claim_id: int, actor: User, anchor_id: int) -> Anchor:
    """A person's word that a quotation stands where it was found, or that it is gone as it seems to be."""
    return _decide(claim_id, actor, anchor_id, lambda before: (AnchorState(before.state), before.start, before.end))


@ledger.service
def place_anchor(*, claim_id: int, actor: User, anchor_id: int, start: int, end: int) -> Anchor:
    """A person's word that a quotation stands at another place of that version than the one that was found."""

    def chosen(before: Anchor) -> _Place:
        quoting.describe(before.version, start, end)
        return quoting.state_at(before.quotation, before.version, start, end), start, end

    return _decide(claim_id, actor, anchor_id, chosen)


@ledger.service
def lose_anchor(*, claim_id: int, actor: User, anchor_id: int) -> Anchor:
    """A person's word that what was found is not the quotation, which that version no longer holds."""
    return _decide(claim_id, actor, anchor_id, lambda _before: (AnchorState.LOST, None, None))


def _decide(claim_id: int, actor: User, anchor_id: int, place: Callable[[Anchor], _Place]) -> Anchor:
    """A new anchor that names who decided; the one before it stays as the history of it."""
    with ledger.change(Claim, claim_id, action=Action.ANCHOR, actor=actor) as work:
        before = Anchor.objects.select_related("quotation", "version").filter(pk=anchor_id).first()
        if before is None or before.quotation.claim_id != claim_id:
            raise Refused(_("There is no such place of a quotation of this claim."))
        newer = Anchor.objects.filter(quotation=before.quotation_id, pk__gt=before.pk).last()
        if newer is not None and newer.confirmed_by_id is not None:
            raise Refused(_("Somebody decided about this quotation meanwhile. Open the page again."))
        if newer is not None:
            raise Refused(_("The quotation was looked for again since. Open the page again."))
        state, start, end = place(before)
        anchor = Anchor.objects.create(
            quotation_id=before.quotation_id,
            version_id=before.version_id,
            state=state,
            start=start,
            end=end,
            confirmed_by=actor,
        )
        work.note(confirmed=anchor.quotation_id, state=anchor.state, version=before.version.number)
    return anchor


def text_hash(text: str) -> str:
    """How a version's text is told apart: the digest of its NFC form."""
    return canonical.digest(canonical.clean(text))


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@ledger.service
def mark_claim(
    *,
    actor: User,
    passages: Sequence[Passage],
    statements: Mapping[str, str],
    reasons: Mapping[str, str] | None = None,
    quantities: Sequence[Mapping[str, Any]] = (),
    on_behalf_of: User | None = None,
    **values: Any,
) -> Claim:
    """A new claim in the inbox: at least one passage and one statement (language -> words).

    ``reasons`` says per language why the desk checks it; ``values`` are the claim's own fields. Raises ``Refused``.
    """
    written = {language: words.strip() for language, words in statements.items() if words.strip()}
    ledger.require(written, _("A claim needs a statement in at least one language."), field="statement")
    ledger.require(passages, _("A claim needs a passage in an article."), field="quotation")
    if values.get("risk", Risk.NORMAL.value) != Risk.NORMAL and not permissions.may_set_risk(people.person(actor)):
        raise PermissionDenied(_("The risk is set by an editor."))
    editing.check_kinds(values.get("kinds", ()))
    for passage in passages:
        quoting.require_confirmed(passage.version)
    claim = Claim(**values)
    with transaction.atomic():
        quoting.hold_articles(articles=[passage.version.article_id for passage in passages])
        with ledger.creation(claim, actor=actor, action=Action.MARK, on_behalf_of=on_behalf_of) as work:
            for language, statement in written.items():
                why = (reasons or {}).get(language, "")
                text = ClaimText(claim=claim, language=language, statement=statement, why=why)
                work.add(text, f"texts.{language}", statement=text.statement, why=text.why)
            for passage in passages:
                quoting.quote(work, passage)
            for position, values_of_one in enumerate(quantities):
                quantity = Quantity(claim=claim, position=position, **values_of_one)
                work.add(quantity, f"quantities.{position}", **values_of_one)
    return claim


# Sentences that need no claim


@ledger.service
def set_aside(*, actor: User, article_id: int, version_id: int, start: int, end: int, reason: str) -> SentenceSetAside:
    """A person's word that a sentence of a version needs no claim, with the reason; twice keeps the first.

    It holds in every version of the article in which the sentence stands in the same words.
    """
    with ledger.change(Article, article_id, action=Action.SET_ASIDE, actor=actor) as work:
        version = _own_version(work.aggregate, version_id)
        words = _sentence(version, start, end)
        ledger.require(reason.strip(), _("Say why the sentence needs no claim."), field="reason")
        digest = sentence_hash(words)
        known = work.aggregate.set_aside.filter(sentence=digest).first()
        if known is not None:
            return known
        row = SentenceSetAside(article=work.aggregate, sentence=digest, reason=reason.strip(), by=actor)
        work.add(row, "")
        work.note(version=version.number, start=start, end=end, reason=row.reason)
    return row


@ledger.service
def bring_back(*, actor: User, article_id: int, version_id: int, start: int, end: int) -> bool:
    """Takes back that a sentence was set aside; the article's ledger keeps both. Returns whether it was."""
    with ledger.change(Article, article_id, action=Action.BRING_BACK, actor=actor) as work:
        version = _own_version(work.aggregate, version_id)
        digest = sentence_hash(_sentence(version, start, end))
        known = work.aggregate.set_aside.filter(sentence=digest).first()
        if known is not None:
            work.note(version=version.number, start=start, end=end, reason=known.reason)
            known.delete()
    return known is not None


def _sentence(version: ArticleVersion, start: int, end: int) -> str:
    words = version.text[start:end] if 0 <= start < end <= len(version.text) else ""
    ledger.require(words.strip(), _("There is no such sentence in this version."), field="sentence")
    return words


def sentence_hash(words: str) -> str:
    """How a sentence is known again in another version: the digest of its words, whatever space is between them."""
    return canonical.digest(canonical.clean(" ".join(words.split())))


# Pages that cannot count as evidence


@ledger.service
def exclude(*, actor: User, article_id: int, url: str, reason: str) -> Exclusion:
    """A person's word that a page cannot count as evidence for the article's claims, with the reason.

    Twice keeps the first. The address is kept as ``comparable`` writes it; raises ``Refused`` for what is none.
    """
    with ledger.change(Article, article_id, action=Action.EXCLUDE, actor=actor) as work:
        address = _comparable_address(url)
        known = work.aggregate.exclusions.filter(url=address).first()
        if known is not None:
            return known
        ledger.require(reason.strip(), _("Say why the page cannot count as evidence."), field="reason")
        row = Exclusion(article=work.aggregate, url=address, reason=reason.strip(), by=actor)
        work.add(row, "")
        work.note(excluded=row.url, reason=row.reason)
    return row


@ledger.service
def include_again(*, actor: User, article_id: int, url: str) -> bool:
    """Takes back that a page was excluded; the article's ledger keeps both. Returns whether it was."""
    with ledger.change(Article, article_id, action=Action.EXCLUDE, actor=actor) as work:
        known = work.aggregate.exclusions.filter(url=_comparable_address(url)).first()
        if known is not None:
            work.note(included_again=known.url, reason=known.reason)
            known.delete()
    return known is not None


def _comparable_address(url: str) -> str:
    ledger.require(url.strip(), _("Give the page's address."), field="url")
    return str(canonical.plain(comparable(url)))


# Pages that are fetched

ABOUT = frozenset({"title", "language", "published", "outlet", "new_outlet"})
"""What may be known of an article before its page is fetched; ``outlet`` is a key."""


@ledger.service
def request_fetch(*, actor: User, url: str, about: Mapping[str, Any] | None = None) -> Fetch:
    """The wish to fetch the page at an address as an article, carried out in the background once it is saved.

    An address that is being fetched already is not fetched twice: its fetch is returned, with what is newly known of
    the article added. Raises ``Unfetchable`` for what is no public page's address.
    """
    ledger.permit(Action.CAPTURE, actor)
    known = {name: value for name, value in (about or {}).items() if name in ABOUT and value}
    return fetches.ask(ARTICLES, Fetch(url=fetching.normalise(url), about=known, asked_by=actor))


@ledger.service
def retry_fetch(*, actor: User, fetch_id: UUID) -> Fetch:
    """Fetches once more what failed, or what nobody works on any more; a fetch under way or done stays as it is."""
    ledger.permit(Action.CAPTURE, actor)
    return fetches.retry(ARTICLES, actor, fetch_id)


@task
def fetch_in_background(fetch_id: str) -> None:
    """The background task of ``request_fetch``; the fetch's id is its key."""
    run_fetch(UUID(fetch_id))


def run_fetch(fetch_id: UUID) -> None:
    """Fetches a page that waits for it and takes it in; see ``fetches.run``."""
    fetches.run(ARTICLES, fetch_id)


def _take(fetch: Fetch, fetched: fetching.Fetched) -> None:
    about = Fetch.objects.values_list("about", flat=True).get(pk=fetch.pk)

    def settle(taken: Intake) -> None:
        hops = fetches.hops_of(fetched.hops)
        result = {**hops, "outcome": taken.outcome.value, "warnings": list(taken.warnings)}
        fetches.end(fetch, state=FetchState.DONE.value, capture=taken.capture, about={}, result=result)

    receive(
        actor=fetch.asked_by,
        raw=fetched.body,
        content_type=fetched.content_type,
        url=fetched.url,
        title=about.get("title", ""),
        language=about.get("language", ""),
        published=about.get("published", ""),
        outlet=Outlet.objects.filter(pk=about.get("outlet")).first(),
        new_outlet=about.get("new_outlet", ""),
        response=fetched.record(),
        settle=settle,
    )


ARTICLES = fetches.Errand(action=Action.CAPTURE, enqueue=fetch_in_background.enqueue, take=_take)
