"""Replaying a story through the services, by the demo's people, so that its ledger is a real one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from claims import composition
from claims.interchange.story import Story, StoryClaim
from claims.language.addresses import comparable
from claims.models import ArticleVersion, Claim, Outlet, Rating, Source, Speaker
from claims.rules import gates
from claims.services import intake, people, publication, records, research, review
from claims.services.quoting import Passage, Spoken
from claims.vocabulary import Risk

_FORECAST = ("metric", "threshold", "resolved_at")
"""Written with the evidence: whoever marks a claim seldom knows yet what it will be measured by."""


@dataclass
class Replay:
    """One replay of ``story``: what is there already is skipped whole. ``made`` counts what was not."""

    story: Story
    cast: Mapping[str, User]
    made: int = 0
    speakers: dict[str, Speaker] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def run(self) -> int:
        """Replays everything in one transaction; returns how many claims were made."""
        with transaction.atomic():
            version = self._version()
            self._exclude(version)
            there = set(version.quotations.values_list("start", "end"))
            missing = [claim for claim in self.story.claims if not _there(claim, there)]
            if missing:
                self._records(missing)
            for claim in missing:
                self._replay(claim, version)
                self.made += 1
        return self.made

    # What claims rest on

    def _version(self) -> ArticleVersion:
        """The one version that all captures give, confirmed; what is there already is left alone."""
        actor, story = self.cast["researcher"], self.story.article
        version = ArticleVersion.objects.filter(sha256=intake.text_hash(story.captures[0].text)).first()
        outlet = version.article.outlet if version else self._outlet()
        for capture in story.captures:
            version = intake.receive(
                actor=actor,
                raw=capture.raw,
                content_type=capture.content_type,
                title=story.title,
                language=story.language,
                outlet=outlet,
                author=story.author,
                published=story.published,
            ).version
        assert version is not None  # noqa: S101 - a story has at least one capture
        return intake.confirm(actor=actor, article_id=version.article_id, version_id=version.pk)

    def _exclude(self, version: ArticleVersion) -> None:
        """What must not count as evidence for the article's claims; what is excluded already is left alone."""
        there = set(version.article.exclusions.values_list("url", flat=True))
        for exclusion in self.story.article.exclusions:
            if comparable(exclusion.url) not in there:
                intake.exclude(
                    actor=self.cast["researcher"],
                    article_id=version.article_id,
                    url=exclusion.url,
                    reason=exclusion.reason,
                )

    def _outlet(self) -> Outlet:
        outlet = self.story.article.outlet
        there = records.find_by_name(Outlet, outlet["name"])
        return there or records.create_outlet(actor=self.cast["researcher"], name=outlet["name"], url=outlet["url"])

    def _records(self, claims: list[StoryClaim]) -> None:
        """The speakers and sources that these claims name, found by name and address or made."""
        actor = self.cast["researcher"]
        for key, speaker in self.story.speakers.items():
            found = records.find_by_name(Speaker, speaker["name"])
            self.speakers[key] = found or records.create_speaker(actor=actor, **speaker)
        cited = {item["source"] for claim in claims for item in claim.evidence.values()}
        for key in self.story.sources:
            if key in cited:
                self._source(key)

    def _source(self, key: str) -> Source:
        if key not in self.sources:
            values = dict(self.story.sources[key])
            above = values.pop("derives_from")
            root = self._source(above) if above else None
            found = Source.objects.filter(url=values["url"], title=values["title"]).first()
            self.sources[key] = found or records.create_source(
                actor=self.cast["researcher"], derives_from=root, **values
            )
        return self.sources[key]

    # One claim, as far as its path goes

    def _replay(self, story: StoryClaim, version: ArticleVersion) -> None:
        claim = self._mark(story, version)
        if story.risk is Risk.HIGH:
            research.edit_claim(claim_id=claim.pk, actor=self.cast["editor"], edits={"risk": story.risk.value})
        match story.path:
            case "inbox":
                self._edit(claim, self._evidence(story))
            case "declined":
                self._edit(claim, self._evidence(story))
                research.decline(claim_id=claim.pk, actor=self.cast["editor"], reason=story.extra["reason"].strip())
            case "research":
                self._research(claim, story)
            case "on_hold":
                self._research(claim, story)
                research.park(
                    claim_id=claim.pk,
                    actor=self.cast["researcher"],
                    until=story.extra["until"],
                    reason=story.extra["reason"].strip(),
                )
            case "review":
                self._research(claim, story)
                review.submit(claim_id=claim.pk, actor=self.cast["researcher"])
            case "approved":
                self._research(claim, story)
                self._hand_in_and_approve(claim)
            case _:
                self._publish(claim, story)

    def _mark(self, story: StoryClaim, version: ArticleVersion) -> Claim:
        passages = [
            Passage(
                version=version,
                start=quotation.start,
                end=quotation.end,
                voices=[
                    Spoken(self.speakers[voice.speaker] if voice.speaker else None, voice.naming, voice.mode)
                    for voice in quotation.voices
                ],
            )
            for quotation in story.quotations
        ]
        return intake.mark_claim(
            actor=self.cast["researcher"],
            passages=passages,
            statements=story.statement,
            reasons=story.why,
            quantities=story.quantities,
            speaker=self.speakers[story.speaker] if story.speaker else None,
            **{name: value for name, value in story.values.items() if name not in _FORECAST},
        )

    def _edit(self, claim: Claim, edits: Mapping[str, Any]) -> None:
        if edits:
            research.edit_claim(claim_id=claim.pk, actor=self.cast["researcher"], edits=edits)

    def _evidence(self, story: StoryClaim) -> dict[str, Any]:
        return {
            f"evidence.{key}.{name}": self.sources[value] if name == "source" else value
            for key, item in story.evidence.items()
            for name, value in item.items()
        }

    def _calculations(self, story: StoryClaim) -> dict[str, Any]:
        return {
            f"calculations.{key}.{name}": value
            for key, calculation in story.calculations.items()
            for name, value in calculation.items()
        }

    def _forecast(self, story: StoryClaim) -> dict[str, Any]:
        """What the outcome will be measured by, where the story says so."""
        return {name: story.values[name] for name in _FORECAST if story.values[name]}

    def _research(self, claim: Claim, story: StoryClaim, overrides: Mapping[str, str] | None = None) -> None:
        """Taken on, then evidence with what it gives, verdict and texts: three sittings, three entries."""
        research.accept(claim_id=claim.pk, actor=self.cast["researcher"])
        self._edit(claim, {**self._evidence(story), **self._calculations(story), **self._forecast(story)})
        verdict = dict(story.verdict)
        if verdict:
            verdict["rating"] = Rating.objects.get(code=verdict["rating"], scale__code=verdict["question"])
            self._edit(claim, {f"verdict.{name}": value for name, value in verdict.items()})
        texts = {
            f"verdict.texts.{language}.{name}": value
            for language, text in story.verdict_texts.items()
            for name, value in text.items()
        }
        self._edit(claim, {**texts, **(overrides or {})})

    def _hand_in_and_approve(self, claim: Claim) -> None:
        review.submit(claim_id=claim.pk, actor=self.cast["researcher"])
        claim.refresh_from_db()
        readers = ["editor", "editor2"][: gates.approvals_needed(Risk(claim.risk))]
        for reader in readers:
            shown = composition.content_hash(composition.compose(claim))
            review.approve(claim_id=claim.pk, actor=self.cast[reader], content_hash=shown)

    def _publish(self, claim: Claim, story: StoryClaim) -> None:
        first = {path: words.strip() for path, words in story.extra.get("first", {}).items()}
        self._research(claim, story, first)
        self._hand_in_and_approve(claim)
        publication.publish(claim_id=claim.pk, actor=self.cast["editor"])
        if story.path == "corrected":
            self._correct(claim, story)
        elif story.path == "withdrawn":
            reasons = {language: words.strip() for language, words in story.extra["reasons"].items()}
            publication.retract(claim_id=claim.pk, actor=self.cast["chief"], reasons=reasons)

    def _correct(self, claim: Claim, story: StoryClaim) -> None:
        publication.reopen(claim_id=claim.pk, actor=self.cast["editor"], reason=story.extra["notes"]["en"].strip())
        notes = {
            f"verdict.texts.{language}.change_note": note.strip() for language, note in story.extra["notes"].items()
        }
        edits = {path: words.strip() for path, words in story.extra["edits"].items()}
        self._edit(claim, {**edits, **notes, "verdict.change_kind": story.extra["kind"]})
        self._hand_in_and_approve(claim)
        publication.publish(claim_id=claim.pk, actor=self.cast["editor"])


def _there(claim: StoryClaim, there: set[tuple[int, int]]) -> bool:
    return all((quotation.start, quotation.end) in there for quotation in claim.quotations)


def cast_of_the_demo(password: str) -> dict[str, User]:
    """The demo's people by login name, each in the group of their role; made where they are missing."""
    roles = {
        "researcher": ("researcher", "Demo", "Fact-checker"),
        "editor": ("editor", "Demo", "Editor"),
        "editor2": ("editor", "Demo", "Second Editor"),
        "chief": ("chief", "Demo", "Head of Desk"),
        "auditor": ("auditor", "Demo", "Auditor"),
    }
    return {name: _person(name, *row, password=password) for name, row in roles.items()}


def _person(username: str, role: str, first_name: str, last_name: str, *, password: str) -> User:
    user, made = User.objects.get_or_create(
        username=username, defaults={"first_name": first_name, "last_name": last_name}
    )
    if made:
        user.set_password(password)
        user.save(update_fields=["password"])
    people.put_in_group(user, role)
    return user
