"""A desk and its claims, made through the services as people would make them; only what is required is given.

`make_desk()` gives five people, `claim_in(status, desk)` a claim that stands where a test begins, `make_check(desk)`
a published one. What a test is about it says itself: `ready_claim(desk, **{"verdict.question": ""})`.
Nobody has a password unless a test gives one; a test's client uses `force_login`.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from claims import composition
from claims.models import (
    Article,
    ArticleVersion,
    Check,
    Claim,
    LedgerEntry,
    Member,
    Outlet,
    Publication,
    Rating,
    ReplyRequest,
    Snapshot,
    Source,
    Speaker,
)
from claims.services import asking, intake, ledger, members, preserving, publication, records, research, review
from claims.services.intake import Received
from claims.services.quoting import Passage, Spoken
from claims.vocabulary import Action, Risk, Role, SourceKind, Status

_numbers = itertools.count(1)

TEXT = (
    "Rents are the talk of the town. The tenants' union said on Tuesday that rents in the city rose by 12 per cent "
    "in 2024. The mayor called the figure “plainly wrong”. The city's own register will be published in June."
)
"""What an article says unless a test gives other words."""

PASSAGE = "rents in the city rose by 12 per cent in 2024"
STATEMENTS = {
    "en": "Rents in the city rose by 12 per cent in 2024.",
    "de": "Die Mieten in der Stadt sind 2024 um 12 Prozent gestiegen.",
}


# People


@dataclass(frozen=True)
class Desk:
    """One person of each role, and a second editor for what takes two."""

    researcher: User
    editor: User
    second_editor: User
    chief: User
    auditor: User


def make_user(role: Role | None = None, username: str = "", *, password: str | None = None, **values: Any) -> User:
    """A person with a role, or an outsider. Each call makes another one; the login name begins with the role."""
    number = next(_numbers)
    user = User.objects.create_user(
        username or f"{role or 'outsider'}-{number}",
        password=password,
        **{"first_name": "Person", "last_name": f"No. {number}", **values},
    )
    if role is not None:
        user.groups.add(Group.objects.get(name=role.value))
    return user


def make_desk() -> Desk:
    return Desk(
        researcher=make_user(Role.RESEARCHER),
        editor=make_user(Role.EDITOR),
        second_editor=make_user(Role.EDITOR),
        chief=make_user(Role.CHIEF),
        auditor=make_user(Role.AUDITOR),
    )


def fresh_desk(desk: Desk) -> Desk:
    """The same people as the database has them now, with no role remembered."""
    found = User.objects.in_bulk([user.pk for user in vars(desk).values()])
    return Desk(**{name: found[user.pk] for name, user in vars(desk).items()})


def make_member(user: User, *, topic: str = "taxes", reason: str = "Their brother's company.") -> Member:
    """Somebody of whom there is something to say: a conflict of interest that they declared themselves."""
    return members.declare(actor=user, user=user, topic=topic, reason=reason).member


# Records and articles


def make_speaker(actor: User, name: str = "Tenants' Union", **values: Any) -> Speaker:
    return records.create_speaker(actor=actor, name=name, **values)


def make_outlet(actor: User, name: str = "The Morning Paper", **values: Any) -> Outlet:
    return records.create_outlet(actor=actor, name=name, **values)


def make_source(actor: User, title: str = "", **values: Any) -> Source:
    """A source with all that a citation needs; each call makes another document."""
    number = next(_numbers)
    filled = {"publisher": f"Publisher {number}", "url": f"https://source-{number}.example.org/", **values}
    return records.create_source(actor=actor, title=title or f"Report {number}", **filled)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(words: bytes = b"") -> bytes:
    """A PNG of one pixel; ``words`` stand in it where a camera or a program leaves some."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")]
    if words:
        parts.insert(1, chunk(b"tEXt", b"Comment\0" + words))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def make_snapshot(actor: User, source: Source, file: bytes = b"plus 9 per cent", **values: Any) -> Snapshot:
    """A file that preserves a source: a text, unless the bytes and their name are of another kind."""
    filled = {"name": "register.txt", **values}
    return preserving.preserve_upload(actor=actor, source_id=source.pk, file=file, **filled)


def make_request(actor: User, *claims: Claim, **values: Any) -> ReplyRequest:
    """Somebody was asked about these claims, long ago and without a deadline unless `values` say otherwise."""
    filled = {"addressee": "Press office", "channel": "email", "language": "en", "wording": "Where is it from?"}
    return asking.ask(
        actor=actor,
        claim_ids=[claim.pk for claim in claims],
        **{**filled, "asked_on": date(2025, 4, 1), **values},
    )


def make_article(actor: User, text: str = TEXT, *, raw: bytes | None = None, **values: Any) -> ArticleVersion:
    """The first version of a new article; `version.article` is the article."""
    received = Received(raw=raw if raw is not None else text.encode(), text=text)
    filled = {"title": "Rents rise", "language": "en", "published": "2025-03-18", **values}
    return intake.take_in(actor=actor, received=received, **filled).version


def make_version(actor: User, article: Article, text: str) -> ArticleVersion:
    """A further version of an article, by a further capture."""
    return intake.add_capture(
        actor=actor, article_id=article.pk, received=Received(raw=text.encode(), text=text)
    ).version


def passage(version: ArticleVersion, words: str = PASSAGE, *voices: Spoken) -> Passage:
    """The first place where `words` stand in the version."""
    start = version.text.index(words)
    return Passage(version=version, start=start, end=start + len(words), voices=voices)


def rating(code: str = "mostly-true", scale: str = "true") -> Rating:
    """A rating of one of the two shipped scales, `true` and `said`."""
    return Rating.objects.get(scale__code=scale, code=code)


# Claims


def inbox_claim(desk: Desk, *, version: ArticleVersion | None = None, **values: Any) -> Claim:
    """A claim as it was just marked: statements, one quotation, one voice, a speaker; marked by the researcher."""
    actor = desk.researcher
    speaker = values.pop("speaker") if "speaker" in values else make_speaker(actor)
    if "passages" not in values:
        version = version or make_article(actor, outlet=make_outlet(actor))
        values["passages"] = [passage(version, PASSAGE, Spoken(speaker))]
    filled = {"statements": STATEMENTS, "kinds": ["quantity"], "topics": ["housing"], **values}
    return intake.mark_claim(actor=actor, speaker=speaker, **filled)


def verdict_texts(language: str) -> dict[str, str]:
    """Everything that makes a language complete besides the statement, by edit path."""
    words = {
        "en": (
            "Rents rose, but by less",
            "The register says 9 per cent.",
            "The register [@R1] says 9, the bank [@B1] 8.",
        ),
        "de": (
            "Gestiegen, aber weniger",
            "Das Register sagt 9 Prozent.",
            "Das Register [@R1] sagt 9, die Bank [@B1] 8.",
        ),
    }
    parts = zip(("headline", "summary", "rationale"), words[language], strict=True)
    return {f"verdict.texts.{language}.{part}": text for part, text in parts}


def evidence_item(key: str, source: Source, **values: Any) -> dict[str, Any]:
    """The edits that add one seen evidence item on the question *true*."""
    filled = {"source": source, "stance": "contradicts", "bears_on": "true", "seen_how": "read online", **values}
    return {f"evidence.{key}.{name}": value for name, value in filled.items()}


def ready_edits(desk: Desk) -> dict[str, Any]:
    """The edits that open every gate: two independent sources, one of them primary, a verdict in two languages."""
    return {
        **evidence_item("R1", make_source(desk.researcher, kind=SourceKind.PRIMARY.value), excerpt="plus 9 per cent"),
        **evidence_item("B1", make_source(desk.researcher)),
        "verdict.question": "true",
        "verdict.rating": rating(),
        "verdict.judged_by": "today",
        "verdict.researched_until": "2025-04-01",
        "verdict.not_asked_reason": "The union's own report is the source.",
        **verdict_texts("en"),
        **verdict_texts("de"),
    }


def edit(claim: Claim, actor: User, edits: Mapping[str, Any], **options: Any) -> Claim:
    """One edit, as a claim form makes it; `options` are those of `research.edit_claim`."""
    return research.edit_claim(claim_id=claim.pk, actor=actor, edits=edits, **options)


def research_claim(desk: Desk, *, edits: dict[str, Any] | None = None, **values: Any) -> Claim:
    """A claim that was taken on; `edits` are what the researcher wrote into it, by default nothing."""
    claim = research.accept(claim_id=inbox_claim(desk, **values).pk, actor=desk.researcher)
    return edit(claim, desk.researcher, edits) if edits else claim


def ready_claim(desk: Desk, edits: dict[str, Any] | None = None, **values: Any) -> Claim:
    """A claim in research that opens every gate. `edits` come on top (or, with an empty value, leave a gap)."""
    return research_claim(desk, edits={**ready_edits(desk), **(edits or {})}, **values)


def review_claim(desk: Desk, edits: dict[str, Any] | None = None, **values: Any) -> Claim:
    """A claim that waits for its second read."""
    return review.submit(claim_id=ready_claim(desk, edits, **values).pk, actor=desk.researcher)


def approve(claim: Claim, actor: User, **options: Any) -> Claim:
    """The actor's yes to the content as it stands now."""
    digest = composition.content_hash(composition.compose(claim))
    return review.approve(claim_id=claim.pk, actor=actor, content_hash=digest, **options)


def approved_claim(desk: Desk, edits: dict[str, Any] | None = None, **values: Any) -> Claim:
    """Written by the researcher, approved by the editor (and by the second one where the risk is high)."""
    claim = approve(review_claim(desk, edits, **values), desk.editor)
    return approve(claim, desk.second_editor) if claim.risk == Risk.HIGH else claim


def published_claim(desk: Desk, edits: dict[str, Any] | None = None, **values: Any) -> Claim:
    return publish(approved_claim(desk, edits, **values), desk.editor).check_page.claim


def publish(claim: Claim, actor: User) -> Publication:
    return publication.publish(claim_id=claim.pk, actor=actor)


def retracted_claim(desk: Desk, edits: dict[str, Any] | None = None, **values: Any) -> Claim:
    claim = published_claim(desk, edits, **values)
    publication.retract(claim_id=claim.pk, actor=desk.chief, reasons={"en": "The register was misread."})
    return fresh(claim)


def parked_claim(desk: Desk, **values: Any) -> Claim:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return research.park(
        claim_id=inbox_claim(desk, **values).pk, actor=desk.researcher, until=tomorrow, reason="The register comes."
    )


def declined_claim(desk: Desk, **values: Any) -> Claim:
    return research.decline(claim_id=inbox_claim(desk, **values).pk, actor=desk.editor, reason="It is an opinion.")


_MAKERS = {
    Status.INBOX: inbox_claim,
    Status.RESEARCH: ready_claim,
    Status.REVIEW: review_claim,
    Status.APPROVED: approved_claim,
    Status.PUBLISHED: published_claim,
    Status.PARKED: parked_claim,
    Status.DECLINED: declined_claim,
    Status.RETRACTED: retracted_claim,
}


def claim_in(status: Status, desk: Desk, **values: Any) -> Claim:
    """A claim that came to `status` by the shortest way; in research and after it opens every gate."""
    return _MAKERS[status](desk, **values)


def at_a_new_desk(maker: Callable[[Desk], Claim]) -> tuple[Desk, int]:
    """A desk and the key of a claim made there, for the tests of a whole module; see `made_once` in conftest."""
    desk = make_desk()
    return desk, maker(desk).pk


def reopened_claim(desk: Desk, *, note: str = "The bank's figure was added.", **values: Any) -> Claim:
    """A published claim, open again, with kind and public note of its next version: ready to be handed in."""
    claim = published_claim(desk, **values)
    research_again(claim, desk, note=note)
    return fresh(claim)


def research_again(claim: Claim, desk: Desk, *, note: str = "The bank's figure was added.") -> Claim:
    """Reopens a published or withdrawn claim and says what kind of version comes next."""
    publication.reopen(claim_id=claim.pk, actor=desk.editor, reason="A reader wrote in.")
    return edit(claim, desk.researcher, {"verdict.change_kind": "correction", "verdict.texts.en.change_note": note})


def make_check(desk: Desk, **values: Any) -> Check:
    """A published check at version 1."""
    return Check.objects.get(claim=published_claim(desk, **values))


def publish_again(claim: Claim, desk: Desk, *, note: str = "The bank's figure was added.") -> Publication:
    """The next version of a published or withdrawn claim: reopened, noted, handed in, approved, published."""
    research_again(claim, desk, note=note)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    approve(claim, desk.editor)
    return publish(claim, desk.editor)


# Looking


def fresh(claim: Claim) -> Claim:
    """The claim as the database has it now, with nothing cached on it."""
    return Claim.objects.get(pk=claim.pk)


def last_entry(claim: Claim) -> LedgerEntry:
    return claim.ledger.latest("sequence")


def tomorrow() -> datetime:
    """A moment that lies ahead."""
    return timezone.now() + timedelta(days=1)


def make_due(claim: Claim) -> None:
    """The time of publication has come; no service sets one in the past. Whoever scheduled it last stays who did."""
    scheduled_by = claim.ledger.filter(action=Action.SCHEDULE.value).latest("sequence").actor
    with ledger.change(Claim, claim.pk, action=Action.SCHEDULE, actor=scheduled_by) as work:
        work.put(work.aggregate, publish_at=timezone.now() - timedelta(minutes=1))
