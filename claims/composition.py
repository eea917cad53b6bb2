"""A claim's content: everything a reader judges, canonical and hashed, for any claim in any state.

What was approved is what is published: ``compose`` gives the object whose hash the second reader approves and the
publication freezes. The envelope (number, dates, names) is added at publishing and hashed on its own.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Prefetch

from claims.language import arithmetic, canonical, citations, verbatim
from claims.language.addresses import comparable
from claims.models.articles import Article, Exclusion, Outlet, Speaker
from claims.models.calculations import Calculation
from claims.models.claims import Claim, Quotation, Voice
from claims.models.evidence import Evidence, Source
from claims.models.replies import Asked, ReplyRequest
from claims.models.verdicts import Rating, Verdict, VerdictText
from claims.rules import gates
from claims.vocabulary import (
    AnchorState,
    ClaimKind,
    PublicationKind,
    Question,
    Risk,
    SourceKind,
    SuggestionState,
)

SCHEMA = 1
"""Readers accept this number and every lower one, for ever."""

Content = dict[str, Any]

M = TypeVar("M", Speaker, Outlet)

_TEXT_PARTS = ("headline", "summary", "rationale", "other_finding", "today")
_REQUIRED = ("headline", "summary", "rationale")
_LONG = ("snapshot__text", "snapshot__response", "snapshot__about")


def standing(record: M) -> M:
    """The record that stands for a speaker or an outlet: itself, or the one that it was merged into."""
    return record.merged_into if record.merged_into_id else record


def compose(claim: Claim, *, also: str = "") -> Content:
    """The content of ``claim`` as it stands in the database now; the instance gives its key alone.

    ``also`` is a language whose parts and calculations are wanted although its texts are not complete yet, for a
    preview: nothing else is made of it.
    """
    return _content(_read(claim.pk), also)


def compose_pending(claim: Claim) -> Content:
    """Like ``compose``, but with the claim's own columns as they are in memory, about to be saved."""
    fresh = _read(claim.pk)
    if fresh.speaker_id != claim.speaker_id:
        fresh.speaker = claim.speaker
    fresh.topics = claim.topics
    return _content(fresh)


def content_hash(content: Content) -> str:
    """The hash that an approval names: SHA-256 of the content's canonical text."""
    return canonical.digest(canonical.text(content))


def parts(content: Content) -> dict[str, str]:
    """A short digest for each part of the content, by a name that a person understands; see ``differing``."""
    return {name: canonical.digest(canonical.text(value))[:16] for name, value in _flat(content).items()}


def differing(shown: Mapping[str, str], content: Content) -> list[str]:
    """The names of the parts that are not what was ``shown`` (the result of ``parts`` back then), sorted."""
    now = parts(content)
    return sorted(name for name in {*shown, *now} if shown.get(name) != now.get(name))


def _flat(content: Content) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in content.items():
        if key == "texts":
            flat.update(
                {f"{part} ({language})": words for language, text in value.items() for part, words in text.items()}
            )
        elif key == "evidence":
            flat.update({f"evidence {item['key']}": item for item in value})
        else:
            flat[key.replace("_", " ")] = value
    return flat


def _read(claim_id: int) -> Claim:
    """One fresh read of all that content and gates are made of: a fixed number of queries.

    The long columns stay where they are: nothing here is made of an article's whole text, or of a rendered page.
    """
    quotations = Quotation.objects.select_related("version__article__outlet__merged_into")
    return (
        Claim.objects.select_related("speaker__merged_into", "verdict__rating__scale", "check_page")
        .defer("check_page__bodies", "check_page__search_text")
        .prefetch_related(
            "texts",
            "verdict__texts",
            "verdict__rating__scale__ratings",
            Prefetch("quotations", quotations.defer("version__text", "version__analysis")),
            Prefetch("quotations__voices__speaker", Speaker.objects.select_related("merged_into")),
            Prefetch("evidence", Evidence.objects.standing().select_related("source", "snapshot").defer(*_LONG)),
            Prefetch("calculations", Calculation.objects.filter(removed=False)),
            Prefetch("asked", Asked.objects.select_related("request__speaker__merged_into")),
            "asked__request__replies",
        )
        .get(pk=claim_id)
    )


def is_later_version(claim: Claim) -> bool:
    """Whether the next publication would be a second or later one."""
    return getattr(claim, "check_page", None) is not None


def _content(claim: Claim, also: str = "") -> Content:
    verdict: Verdict | None = getattr(claim, "verdict", None)
    texts = _texts(claim, verdict)
    languages = {*texts, also}
    content: Content = {
        "schema": SCHEMA,
        "claim": str(claim.uuid),
        "question": verdict.question if verdict else "",
        "rating": _rating(verdict.rating) if verdict and verdict.rating else None,
        "judged_by": verdict.judged_by if verdict else "",
        "researched_until": verdict.researched_until if verdict else None,
        "speaker": _speaker(claim),
        "topics": list(claim.topics),
        "texts": texts,
        "quotations": [_quotation(quotation) for quotation in claim.quotations.all()],
        "evidence": _evidence(claim),
    }
    # What a claim may lack is left out, so that a content without it keeps its hash.
    optional = {
        "elements": [_element(element, languages) for element in (verdict.elements if verdict else [])],
        "calculations": [_calculation(calculation, languages) for calculation in claim.calculations.all()],
        "replies": [_reply(asked) for asked in claim.asked.all() if asked.included],
        "looks_again": claim.checkable_from if verdict and verdict.rating and verdict.rating.awaits_outcome else None,
    }
    content.update({name: value for name, value in optional.items() if value})
    release = _release(verdict, texts) if is_later_version(claim) and verdict else None
    if release:
        content["release"] = release
    result: Content = canonical.plain(content)
    return result


def _speaker(claim: Claim) -> dict[str, Any] | None:
    if claim.speaker is None:
        return None
    speaker = standing(claim.speaker)
    return {
        "uuid": speaker.uuid,
        "name": speaker.name,
        "kind": speaker.kind,
        "role": speaker.role,
        "party": speaker.party,
        "same_as": speaker.same_as,
    }


def _rating(rating: Rating) -> dict[str, Any]:
    numbers = [other.value for other in rating.scale.ratings.all() if other.value is not None]
    numbered = rating.value is not None
    return {
        "scale": rating.scale.code,
        "code": rating.code,
        "value": rating.value,
        "best": max(numbers) if numbered else None,
        "worst": min(numbers) if numbered else None,
        "labels": rating.labels,
        "definitions": rating.definitions,
    }


def _verdict_texts(verdict: Verdict | None) -> dict[str, VerdictText]:
    return {text.language: text for text in verdict.texts.all()} if verdict else {}


def _texts(claim: Claim, verdict: Verdict | None) -> dict[str, Any]:
    """The complete languages: statement, headline, summary and rationale are there."""
    written = _verdict_texts(verdict)
    texts: dict[str, Any] = {}
    for text in claim.texts.all():
        words = written.get(text.language)
        if words is None or not text.statement or not all(getattr(words, part) for part in _REQUIRED):
            continue
        texts[text.language] = {
            "statement": text.statement,
            "why": text.why,
            **{part: getattr(words, part) for part in _TEXT_PARTS},
            "up_to_date": words.up_to_date,
        }
    return texts


def _release(verdict: Verdict, texts: Mapping[str, Any]) -> dict[str, Any] | None:
    notes = {
        text.language: text.change_note for text in verdict.texts.all() if text.change_note and text.language in texts
    }
    return {"kind": verdict.change_kind, "notes": notes} if verdict.change_kind or notes else None


def _quotation(quotation: Quotation) -> dict[str, Any]:
    article = quotation.version.article
    outlet = _standing_outlet(quotation)
    return {
        "exact": quotation.exact,
        "voices": voices(quotation),
        "article": {
            "uuid": article.uuid,
            "title": article.title,
            "outlet": outlet.name if outlet else "",
            "author": article.author,
            "published": article.published,
            "url": article.url,
            "language": article.language,
        },
    }


def voices(quotation: Quotation) -> list[dict[str, Any]]:
    """Who speaks in a quotation, in order, by the records that stand; and whether it is the article's own voice."""
    outlet = _standing_outlet(quotation)
    return [_voice(voice, outlet) for voice in quotation.voices.all()]


def _standing_outlet(quotation: Quotation) -> Outlet | None:
    outlet = quotation.version.article.outlet
    return standing(outlet) if outlet else None


def _voice(voice: Voice, outlet: Outlet | None) -> dict[str, Any]:
    speaker = standing(voice.speaker) if voice.speaker else None
    return {
        "speaker": {"uuid": speaker.uuid, "name": speaker.name} if speaker else None,
        "is_outlet": bool(speaker and outlet and speaker.pk == outlet.speaker_id),
        "naming": voice.naming,
        "mode": voice.mode,
    }


def _element(element: Mapping[str, Any], languages: AbstractSet[str]) -> dict[str, Any]:
    return {**element, "texts": _said_in(languages, element["texts"])}


def _calculation(calculation: Calculation, languages: AbstractSet[str]) -> dict[str, Any]:
    names = ("key", "labels", "inputs", "expression", "result", "unit", "places", "notes")
    shown = {name: getattr(calculation, name) for name in names}
    inputs = [{**part, "labels": _said_in(languages, part["labels"])} for part in calculation.inputs]
    words = {name: _said_in(languages, shown[name]) for name in ("labels", "notes")}
    return {**shown, **words, "inputs": inputs}


def _said_in(languages: AbstractSet[str], words: Mapping[str, str]) -> Mapping[str, str]:
    """What is said in the complete languages; all of it where it is said in others alone, as pages then show it."""
    return {language: said for language, said in words.items() if language in languages} or words


def _reply(asked: Asked) -> dict[str, Any]:
    """What an editor put in of an answer; without words: that they were asked and nobody answered."""
    request = asked.request
    answered = [reply for reply in request.replies.all() if asked.words]
    quoted = [reply for reply in answered if verbatim.contains(reply.words, asked.words)]
    first = next(iter(quoted or answered), None)  # an erasure may have masked a part of the words
    return {
        "addressee": request.addressee,
        "channel": request.channel,
        "asked_on": request.asked_on,
        "until": request.until,
        # By the letter that was recorded first: a further one, whenever it was written, is no change of the content.
        "replied_on": first.received_on if first else None,
        "words": asked.words,
        "language": request.language,
    }


def _evidence(claim: Claim) -> list[dict[str, Any]]:
    said_on = min(
        (q.version.article.published for q in claim.quotations.all() if q.version.article.published), default=""
    )
    return [
        {
            "key": item.key,
            "publisher": item.publisher,
            "title": item.title,
            "url": "" if _is_unnamed(item) else item.url,  # an address would tell who it is
            "published": item.published,
            "source_kind": item.source_kind,
            "interest": item.interest,
            "excerpt": item.excerpt,
            "language": item.language,
            "stance": item.stance,
            "bears_on": item.bears_on,
            "after_statement": is_after(item.published, said_on),
            "redacted": bool(item.redaction_reason),
            **_preserved(item),
        }
        for item in claim.evidence.all()
        if not item.is_lead
    ]


def _is_unnamed(item: Evidence) -> bool:
    return bool(item.redaction_reason or item.source.confidential)


def _preserved(item: Evidence) -> dict[str, Any]:
    """The file that preserves what was cited; for a source that is not to be named, nothing.

    Whoever handed a paper to the desk may be known by that very copy, and the copy by its hash.
    """
    if item.snapshot is None or not _has_file(item) or _is_unnamed(item):
        return {}
    snapshot = item.snapshot
    kept = {"sha256": snapshot.sha256, "taken_at": snapshot.taken_at, "publishable": snapshot.publishable}
    return {"snapshot": kept}


def is_after(published: str, said_on: str) -> bool:
    """Whether a partial date is certainly later than another: ``2025-04`` after ``2025-03-19``, but not ``2025``."""
    if not published or not said_on:
        return False
    first, last = published.partition("/")[0], said_on.rpartition("/")[2]
    known = min(len(first), len(last))
    return first[:known] > last[:known]


def gate_facts(claim: Claim, today: date) -> gates.GateFacts:
    """What the gates ask of ``claim``, read afresh, as of ``today``."""
    fresh = _read(claim.pk)
    verdict: Verdict | None = getattr(fresh, "verdict", None)
    written = _verdict_texts(verdict)
    rating = verdict.rating if verdict else None
    return gates.GateFacts(
        today=today,
        question=Question(verdict.question) if verdict and verdict.question else None,
        rating=rating.code if rating else "",
        rating_question=Question(rating.scale.question) if rating else None,
        rating_awaits_outcome=bool(rating and rating.awaits_outcome),
        judged_by=verdict.judged_by if verdict else "",
        researched_until=verdict.researched_until if verdict else None,
        one_source_reason=verdict.one_source_reason if verdict else "",
        no_primary_reason=verdict.no_primary_reason if verdict else "",
        not_asked_reason=verdict.not_asked_reason if verdict else "",
        later_version=is_later_version(fresh),
        change_kind=verdict.change_kind if verdict else "",
        withdrawn=is_later_version(fresh) and fresh.check_page.withdrawn,
        finding_differs=_finding_differs(fresh, verdict),
        kinds=frozenset(ClaimKind(kind) for kind in fresh.kinds),
        checkable_from=fresh.checkable_from,
        early_reason=verdict.early_reason if verdict else "",
        elements=tuple(tuple(element["evidence"]) for element in verdict.elements) if verdict else (),
        calculations=tuple(_calculation_facts(calculation) for calculation in fresh.calculations.all()),
        requests=_request_facts(fresh),
        risk=Risk(fresh.risk),
        texts=_text_facts(fresh, written),
        markers=tuple(
            gates.Marker(marker.key, marker.line, text.language)
            for text in written.values()
            for marker in citations.find(text.rationale)
        ),
        evidence=_evidence_facts(fresh),
        quotations=_quotation_facts(fresh),
        open_comments=fresh.reviews.filter(resolved_at__isnull=True).exclude(kind="approved").count(),
        open_suggestions=fresh.suggestions.filter(state=SuggestionState.OPEN.value).count(),
    )


def _finding_differs(claim: Claim, verdict: Verdict | None) -> bool:
    """Whether a minor change would give readers another question or rating; asked of no other kind."""
    if verdict is None or verdict.change_kind != PublicationKind.MINOR or not is_later_version(claim):
        return False
    current = claim.check_page.current
    published = current.content_data if current else None
    if published is None:
        return False  # erased: there is nothing left to differ from
    before, now = published["rating"] or {}, (_rating(verdict.rating) if verdict.rating else {})
    same_rating = all(before.get(name) == now.get(name) for name in ("scale", "code"))
    return not same_rating or published["question"] != verdict.question


def _text_facts(claim: Claim, written: Mapping[str, VerdictText]) -> tuple[gates.TextFacts, ...]:
    statements = {text.language: text.statement for text in claim.texts.all()}
    return tuple(
        gates.TextFacts(
            language=language,
            statement=bool(statements.get(language)),
            **{
                part: bool(getattr(written.get(language), part, ""))
                for part in ("headline", "summary", "rationale", "change_note")
            },
        )
        for language in sorted({*statements, *written})
    )


def _evidence_facts(claim: Claim) -> tuple[gates.EvidenceFacts, ...]:
    items = list(claim.evidence.all())
    circular = _circular(claim, items)
    roots = source_roots({item.source_id for item in items})
    return tuple(
        gates.EvidenceFacts(
            key=item.key,
            root=roots[item.source_id],
            seen=not item.is_lead,
            bears_on=Question(item.bears_on),
            kind=SourceKind(item.source_kind),
            has_citation=bool(
                item.redaction_reason or (item.publisher and item.title and (item.url or _has_file(item)))
            ),
            names_redacted=_names_redacted(item),
            circular=item.key in circular,
        )
        for item in items
    )


def _has_file(item: Evidence) -> bool:
    return item.snapshot is not None and not item.snapshot.is_erased


def circular_evidence(claim: Claim, items: Sequence[Evidence] | None = None) -> frozenset[str]:
    """The keys of the items that repeat an article which makes the claim: by their own address, their source's, or
    that of the document which the source repeats in the end.

    An article is known by its address, by where it also appeared, and by what somebody excluded for it. ``items``
    are the claim's standing ones with their sources, where somebody has read them already.
    """
    if items is None:
        items = list(claim.evidence.standing().select_related("source"))
    return _circular(claim, items)


def origins(items: Sequence[Evidence]) -> list[tuple[Source, list[Evidence]]]:
    """The documents that ``items`` rest on in the end, each with its items, in the order in which they come.

    Items of one document are one piece of evidence, however many papers print it.
    """
    roots = source_roots({item.source_id for item in items})
    documents = Source.objects.in_bulk(set(roots.values()))
    found: dict[int, list[Evidence]] = {}
    for item in items:
        found.setdefault(roots[item.source_id], []).append(item)
    return [(documents[root], here) for root, here in found.items()]


def _circular(claim: Claim, items: Sequence[Evidence]) -> frozenset[str]:
    of_the_claim = {"versions__quotations__claim": claim.pk}
    articles = Article.objects.filter(**of_the_claim).values_list("url", flat=True)
    copies = Article.objects.filter(appearances__article__in=Article.objects.filter(**of_the_claim))
    excluded = Exclusion.objects.filter(article__in=Article.objects.filter(**of_the_claim))
    addresses = {*articles, *copies.values_list("url", flat=True), *excluded.values_list("url", flat=True)}
    known = {comparable(address) for address in addresses if address}
    if not known or not items:
        return frozenset()
    roots = source_roots({item.source_id for item in items})
    of_roots = dict(Source.objects.filter(pk__in=set(roots.values())).values_list("pk", "url"))
    return frozenset(
        item.key
        for item in items
        if known & {comparable(url) for url in (item.url, item.source.url, of_roots[roots[item.source_id]])}
    )


def _calculation_facts(calculation: Calculation) -> gates.CalculationFacts:
    return gates.CalculationFacts(
        key=calculation.key,
        expression=calculation.expression,
        inputs=tuple(
            (given["name"], value)
            for given in calculation.inputs
            if (value := arithmetic.kept_number(given["value"])) is not None
        ),
        evidence=tuple(given["evidence"] for given in calculation.inputs if given["evidence"]),
        result=arithmetic.kept_number(calculation.result),
        places=calculation.places,
    )


def _request_facts(claim: Claim) -> tuple[gates.RequestFacts, ...]:
    judged = standing(claim.speaker).pk if claim.speaker else None
    return tuple(
        gates.RequestFacts(
            addressee=asked.request.addressee,
            until=asked.request.until,
            answered=bool(asked.request.replies.all()),
            is_claimant=judged is None
            or (asked.request.speaker is not None and standing(asked.request.speaker).pk == judged),
            said_silent=asked.included and not asked.words and _answered_in_time(asked.request),
        )
        for asked in claim.asked.all()
    )


def _answered_in_time(request: ReplyRequest) -> bool:
    return any(request.until is None or reply.received_on <= request.until for reply in request.replies.all())


def _names_redacted(item: Evidence) -> bool:
    """Whether a source that is not to be named stands there by its own publisher or title, and not by a pseudonym."""
    source = item.source
    if not item.redaction_reason or source.confidential:
        return False
    return bool(item.publisher and item.publisher == source.publisher) or bool(
        item.title and item.title == source.title
    )


def source_roots(source_ids: set[int]) -> dict[int, int]:
    """For each source the one that it repeats in the end; a ring counts as one document, its lowest key."""
    from_to = dict(_derivations(source_ids))
    roots = {}
    for start in source_ids:
        path, here = [start], start
        while (above := from_to.get(here)) is not None and above not in path:
            path.append(above)
            here = above
        ring = from_to.get(here)
        roots[start] = min(path[path.index(ring) :]) if ring is not None else here
    return roots


def _derivations(source_ids: set[int]) -> list[tuple[int, int]]:
    """All (source, derives from) reachable from ``source_ids``: one query for each generation."""
    found: dict[int, int] = {}
    frontier = set(source_ids)
    while frontier:
        rows = dict(
            Source.objects.filter(pk__in=frontier, derives_from__isnull=False).values_list("pk", "derives_from_id")
        )
        found.update(rows)
        frontier = {above for above in rows.values() if above not in found}
    return list(found.items())


def _quotation_facts(claim: Claim) -> tuple[gates.QuotationFacts, ...]:
    facts = []
    for quotation in claim.quotations.prefetch_related("anchors"):
        newest = next(reversed(quotation.anchors.all()), None)
        facts.append(
            gates.QuotationFacts(
                words=quotation.exact[:40],
                state=AnchorState(newest.state) if newest else AnchorState.EXACT,
                confirmed=bool(newest and newest.confirmed_by_id),
            )
        )
    return tuple(facts)


@dataclass(frozen=True)
class Envelope:
    """What publishing adds: the canonical text that covers number, dates and the two commitments, and its hash."""

    text: str
    hash: str


def envelope(
    *,
    publication: UUID,
    check: UUID,
    claim: UUID,
    sequence: int,
    number: int,
    kind: str,
    published_at: datetime,
    first_published_at: datetime,
    content: str,
    names: str,
    previous: str,
) -> Envelope:
    """``content`` and ``names`` are salted commitments, ``previous`` the hash of the version before (or empty)."""
    text = canonical.text(
        {
            "schema": SCHEMA,
            "publication": publication,
            "check": check,
            "claim": claim,
            "sequence": sequence,
            "number": number,
            "kind": kind,
            "published_at": published_at,
            "first_published_at": first_published_at,
            "content": content,
            "names": names,
            "previous": previous,
        }
    )
    return Envelope(text=text, hash=canonical.digest(text))
