"""Random actions by random people, and what must hold after each of them and at the end."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from claims import composition
from claims.errors import DomainError, NotApproved
from claims.language import canonical
from claims.models import (
    AGGREGATES,
    Approval,
    Check,
    Claim,
    LedgerEntry,
    Publication,
    Review,
    Speaker,
    Suggestion,
    Withholding,
)
from claims.services import erasure, people, publication, records, research, review, verification
from claims.vocabulary import Action, PublicationKind, Role, Status, SuggestionState, WithholdingReason
from tests import factories
from tests.design_table import TRANSITIONS

EXAMPLES = int(os.environ.get("STATE_MACHINE_EXAMPLES", "12"))
"""How many runs; a night's worth of them finds what a dozen do not."""

STEPS = 30
NAME = "Jane Doe"

ROLES = (Role.RESEARCHER, Role.RESEARCHER, Role.EDITOR, Role.EDITOR, Role.CHIEF, Role.AUDITOR, None)
RESEARCHER, EDITORS = 0, (2, 3, 4)

# Mostly people who may do something, or few things would ever happen.
PERSONS = st.sampled_from([0, 1, 2, 2, 3, 3, 4, 4, 4, 5, 6])
CLAIMS = st.integers(0, 1)
NUMBERS = st.integers(0, 99)

# What people type: content and no content, complete and incomplete languages, leads, a name that will be erased.
EDITS = st.sampled_from(
    [
        {"verdict.texts.en.headline": "Rents rose less"},
        {"verdict.texts.en.headline": "Rents rose, but by less"},
        {"verdict.texts.de.summary": ""},
        {"verdict.texts.de.summary": "Das Register sagt 9 Prozent."},
        {"texts.en.statement": f"{NAME} said that rents rose."},
        {"texts.fr.statement": "Les loyers."},
        {"verdict.rating": "false"},
        {"verdict.rating": "mostly-true"},
        {"evidence.R1.excerpt": f"plus 9 per cent, says {NAME}"},
        {"evidence.B1.removed": True},
        {"evidence.B1.removed": False},
        {"evidence.B1.seen_how": ""},
        {"evidence.B1.note": f"ask {NAME}"},
        {"priority": "high"},
        {"risk": "high"},
        {"risk": "normal"},
        {"assignee": None},
        {"topics": ["housing", "city"]},
        {"verdict.not_asked_reason": ""},
    ]
)

_TAKES_OFFLINE = {"withhold", "lift", "erase"}
"""The actions after which a check's row may differ although no version was added."""


class DeskAtWork(RuleBasedStateMachine):
    """Seven people of different roles and two claims; everything happens in a transaction that is undone."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.doing = ""
        self.frozen: dict[int, tuple[str, ...]] = {}
        self.checks: dict[int, dict[str, Any]] = {}
        self.versions = 0
        self.statuses: dict[int, str] = {}
        self.seen_entries = 0

    def teardown(self) -> None:
        try:
            self.everything_is_whole()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize(first=st.sampled_from(list(Status)), second=st.sampled_from(list(Status)))
    def open_the_desk(self, first: Status, second: Status) -> None:
        self.desk = factories.make_desk()
        self.people = [factories.make_user(role) for role in ROLES]
        self.claims = [factories.claim_in(status, self.desk).pk for status in (first, second)]
        self.statuses = dict(Claim.objects.values_list("pk", "status"))
        self.seen_entries = LedgerEntry.objects.latest("pk").pk

    # Doing

    def attempt(self, doing: str, act: Callable[[], Any]) -> None:
        """An action that may be refused; a refusal leaves no trace, but for the revision that follows NotApproved."""
        self.doing = doing
        before = self.traces()
        refusal: Exception | None = None
        try:
            act()
        except (DomainError, PermissionDenied) as error:
            refusal = error
        if isinstance(refusal, NotApproved):
            assert LedgerEntry.objects.latest("pk").action == Action.REVISE
        elif refusal is not None:
            assert str(refusal), doing
            assert self.traces() == before, f"{doing}: {refusal!r} left a trace"

    def traces(self) -> list[Any]:
        return [
            list(Claim.objects.order_by("pk").values_list("pk", "revision", "status", "publish_at")),
            *(model.objects.count() for model in (LedgerEntry, Publication, Approval, Review, Withholding)),
            list(Suggestion.objects.order_by("pk").values_list("state", flat=True)),
        ]

    def claim(self, number: int) -> Claim:
        return Claim.objects.get(pk=self.claims[number])

    def hash(self, claim: Claim) -> str:
        return composition.content_hash(composition.compose(claim))

    @rule(who=PERSONS, which=CLAIMS, edits=EDITS, behind=st.integers(0, 2), whom=st.none() | PERSONS)
    def edit(self, who: int, which: int, edits: dict[str, Any], behind: int, whom: int | None) -> None:
        claim = self.claim(which)
        values = dict(edits)
        if "verdict.rating" in values:
            values["verdict.rating"] = factories.rating(values["verdict.rating"])
        on_behalf_of = None if whom is None else self.people[whom]
        opened_at = max(claim.revision - behind, 1)
        self.attempt(
            "edit",
            lambda: factories.edit(claim, self.people[who], values, opened_at=opened_at, on_behalf_of=on_behalf_of),
        )

    @rule(who=PERSONS, which=CLAIMS, number=NUMBERS)
    def make_a_move_that_is_there(self, who: int, which: int, number: int) -> None:
        """One of the actions that the design has for this status; the person may be the wrong one."""
        status = Status(self.claim(which).status)
        there = sorted(action for action, row in TRANSITIONS.items() if status in row.sources)
        self.move(who, which, there[number % len(there)])

    @rule(who=PERSONS, which=CLAIMS, action=st.sampled_from(sorted(TRANSITIONS)))
    def make_any_move(self, who: int, which: int, action: Action) -> None:
        self.move(who, which, action)

    def move(self, who: int, which: int, action: Action) -> None:
        claim, actor = self.claim(which), self.people[who]
        moves: dict[Action, Callable[[], Any]] = {
            Action.ACCEPT: lambda: research.accept(claim_id=claim.pk, actor=actor),
            Action.DECLINE: lambda: research.decline(claim_id=claim.pk, actor=actor, reason="An opinion."),
            Action.LINK: lambda: research.link_as_same(
                claim_id=claim.pk, actor=actor, same_as_id=self.claims[1 - which]
            ),
            Action.RESTORE: lambda: research.restore(claim_id=claim.pk, actor=actor),
            Action.PARK: lambda: research.park(
                claim_id=claim.pk, actor=actor, until=timezone.localdate() + timedelta(days=1), reason="It waits."
            ),
            Action.WAKE: lambda: research.wake(claim_id=claim.pk, actor=actor),
            Action.SUBMIT: lambda: review.submit(claim_id=claim.pk, actor=actor),
            Action.SEND_BACK: lambda: review.send_back(claim_id=claim.pk, actor=actor, comment="Line 2?"),
            Action.APPROVE: lambda: factories.approve(claim, actor),
            Action.REVISE: lambda: factories.edit(claim, actor, {"verdict.texts.en.today": str(claim.revision)}),
            Action.SCHEDULE: lambda: publication.schedule(
                claim_id=claim.pk, actor=actor, publish_at=factories.tomorrow()
            ),
            Action.PUBLISH: lambda: publication.publish(claim_id=claim.pk, actor=actor, content_hash=self.hash(claim)),
            Action.REOPEN: lambda: publication.reopen(claim_id=claim.pk, actor=actor, reason="New figures."),
            Action.RETRACT: lambda: publication.retract(claim_id=claim.pk, actor=actor, reasons={"en": "Misread."}),
        }
        self.attempt(str(action), moves[action])

    @rule(which=CLAIMS)
    def go_on(self, which: int) -> None:
        """The next step towards a publication, by somebody who may: random people alone would seldom get there."""
        claim = self.claim(which)
        editor = self.people[EDITORS[2]]
        match Status(claim.status):
            case Status.INBOX:
                self.attempt("accept", lambda: research.accept(claim_id=claim.pk, actor=self.people[RESEARCHER]))
            case Status.PARKED:
                self.attempt("wake", lambda: research.wake(claim_id=claim.pk, actor=editor))
            case Status.DECLINED:
                self.attempt("restore", lambda: research.restore(claim_id=claim.pk, actor=editor))
            case Status.RESEARCH:
                self.make_ready(claim)
                self.attempt("submit", lambda: review.submit(claim_id=claim.pk, actor=self.people[RESEARCHER]))
            case Status.REVIEW:
                self.settle(claim)
                for number in EDITORS:
                    self.attempt("approve", lambda number=number: factories.approve(claim, self.people[number]))
            case Status.APPROVED:
                self.attempt("publish", lambda: factories.publish(claim, editor))
            case Status.PUBLISHED | Status.RETRACTED:
                self.attempt(
                    "reopen", lambda: publication.reopen(claim_id=claim.pk, actor=editor, reason="New figures.")
                )

    @rule(which=CLAIMS, steps=st.integers(2, 4))
    def go_further(self, which: int, steps: int) -> None:
        for _ in range(steps):
            self.go_on(which)

    def make_ready(self, claim: Claim) -> None:
        ready = {} if claim.evidence.filter(key="R1").exists() else factories.ready_edits(self.desk)
        edits = {
            **ready,
            "verdict.not_asked_reason": "It is their own report.",
            "verdict.one_source_reason": "It is the only record.",
            "verdict.texts.en.summary": "The register says 9 per cent.",
            "verdict.texts.en.rationale": "The register [@R1].",
            "verdict.texts.de.rationale": "Das Register [@R1].",
            "verdict.change_kind": "update",
            "verdict.texts.en.change_note": f"A figure was added at revision {claim.revision}.",
        }
        self.attempt("edit", lambda: factories.edit(claim, self.people[RESEARCHER], edits))
        self.settle(claim)

    def settle(self, claim: Claim) -> None:
        for remark in claim.reviews.filter(resolved_at=None).exclude(kind="approved"):
            review.resolve(claim_id=claim.pk, actor=self.people[RESEARCHER], review_id=remark.pk)
        for suggestion in claim.suggestions.filter(state=SuggestionState.OPEN.value):
            self.attempt(
                "dismiss",
                lambda suggestion=suggestion: review.dismiss_suggestion(
                    claim_id=claim.pk, actor=suggestion.by, suggestion_id=suggestion.pk
                ),
            )

    @rule(who=PERSONS, which=CLAIMS)
    def approve_what_was_shown_long_ago(self, who: int, which: int) -> None:
        claim = self.claim(which)
        shown = claim.approvals.order_by("pk").values_list("content_hash", flat=True).first() or "0" * 64
        if shown != self.hash(claim):
            approvals = claim.approvals.count()
            self.attempt(
                "approve",
                lambda: review.approve(claim_id=claim.pk, actor=self.people[who], content_hash=shown),
            )
            assert claim.approvals.count() == approvals

    @rule(who=PERSONS)
    def erase(self, who: int) -> None:
        order = {"text": NAME, "reason": "An order of the court."}
        self.attempt("erase", lambda: erasure.erase(actor=self.people[who], **order))

    @rule(which=CLAIMS)
    def withdraw(self, which: int) -> None:
        reasons = {"en": f"{NAME} was misquoted."}
        self.attempt(
            "retract",
            lambda: publication.retract(claim_id=self.claims[which], actor=self.people[4], reasons=reasons),
        )

    @rule(who=PERSONS, which=CLAIMS, number=NUMBERS)
    def do_something_else(self, who: int, which: int, number: int) -> None:
        works = (
            self.comment,
            self.suggest,
            self.decide_on_a_suggestion,
            self.let_the_time_come,
            self.withhold,
            self.lift,
            self.rename_the_speaker,
            self.lose_or_get_back_the_role,
        )
        works[number % len(works)](self.people[who], self.claim(which))

    def comment(self, actor: User, claim: Claim) -> None:
        self.attempt("comment", lambda: review.comment(claim_id=claim.pk, actor=actor, text=f"Ask {NAME}."))

    def suggest(self, actor: User, claim: Claim) -> None:
        words = f"{NAME} was wrong in {claim.revision}"
        path = "verdict.texts.en.headline"
        self.attempt("suggest", lambda: review.suggest(claim_id=claim.pk, actor=actor, path=path, proposed=words))

    def decide_on_a_suggestion(self, actor: User, claim: Claim) -> None:
        suggestion = claim.suggestions.filter(state=SuggestionState.OPEN.value).first()
        if suggestion is not None:
            decide = review.take_suggestion if claim.revision % 2 else review.dismiss_suggestion
            self.attempt("decide", lambda: decide(claim_id=claim.pk, actor=actor, suggestion_id=suggestion.pk))

    def let_the_time_come(self, actor: User, claim: Claim) -> None:
        if claim.status != Status.APPROVED:
            return
        self.attempt(
            "schedule",
            lambda: publication.schedule(claim_id=claim.pk, actor=actor, publish_at=factories.tomorrow()),
        )
        if factories.fresh(claim).publish_at is not None:
            factories.make_due(claim)
            (result,) = publication.publish_due().values()
            assert isinstance(result, Publication | DomainError)

    def withhold(self, actor: User, claim: Claim) -> None:
        self.attempt(
            "withhold",
            lambda: publication.withhold(
                claim_id=claim.pk,
                actor=actor,
                reason=WithholdingReason.LEGAL,
                note={"en": f"An order of {NAME}."},
                language="de" if claim.revision % 2 else "",
            ),
        )

    def lift(self, actor: User, claim: Claim) -> None:
        withholding = Withholding.objects.filter(check_page__claim=claim, lifted_at=None).first()
        if withholding is not None:
            self.attempt(
                "lift", lambda: publication.lift(claim_id=claim.pk, actor=actor, withholding_id=withholding.pk)
            )

    def rename_the_speaker(self, actor: User, claim: Claim) -> None:
        if claim.speaker_id is not None:
            key, values = claim.speaker_id, {"name": f"Union {claim.revision}"}
            self.attempt(
                "rename",
                lambda: records.edit_record(record=Speaker, record_id=key, actor=actor, values=values),
            )

    def lose_or_get_back_the_role(self, actor: User, claim: Claim) -> None:
        """An approval counts only as long as whoever gave it is an editor."""
        number = EDITORS[claim.revision % 2]
        user = self.people[number]
        if user.groups.exists():
            user.groups.clear()
        else:
            people.put_in_group(user, Role.EDITOR)
        self.people[number] = User.objects.get(pk=user.pk)

    # What holds after each step

    @invariant()
    def revision_n_is_entry_n(self) -> None:
        for claim in Claim.objects.all():
            assert list(claim.ledger.order_by("sequence").values_list("sequence", flat=True)) == list(
                range(1, claim.revision + 1)
            )

    @invariant()
    def status_moves_as_the_design_says(self) -> None:
        entries = LedgerEntry.objects.filter(pk__gt=self.seen_entries, claim__isnull=False).order_by("pk")
        for entry in entries.select_related("change"):
            self.seen_entries = entry.pk
            if entry.change.text:
                before = self.statuses.get(entry.claim_id or 0, Status.INBOX)
                after = _status_after(entry, before)
                assert _is_legal(Action(entry.action), Status(before), Status(after)), (entry, before, after)
                self.statuses[entry.claim_id or 0] = after
        self.statuses = dict(Claim.objects.values_list("pk", "status"))

    @invariant()
    def what_is_frozen_stays_so(self) -> None:
        for version in Publication.objects.select_related("content", "names"):
            texts = (version.envelope, version.hash, version.content.text, version.names.text)
            before = self.frozen.setdefault(version.pk, texts)
            for was, now in zip(before, texts, strict=True):
                assert now in ("", was)
            assert version.content.text or version.content.erased_by_id

    @invariant()
    def page_changes_with_a_version_alone(self) -> None:
        now = {check["id"]: check for check in Check.objects.values()}
        if Publication.objects.count() == self.versions and self.doing not in _TAKES_OFFLINE:
            assert now == self.checks
        self.checks, self.versions = now, Publication.objects.count()

    @invariant()
    def nothing_rests_on_its_own_authors(self) -> None:
        for version in Publication.objects.exclude(kind=PublicationKind.RETRACTION.value):
            if version.content.text:
                assert _rests_on(version), version

    # What holds at the end

    def everything_is_whole(self) -> None:
        assert [str(found) for found in verification.verify()] == []
        for name, model in AGGREGATES.items():
            for aggregate in model.objects.all():
                assert LedgerEntry.objects.filter(**{name: aggregate}).count() == aggregate.revision


def _status_after(entry: LedgerEntry, before: str) -> str:
    fields = json.loads(entry.change.text)["fields"]
    return str(fields["status"][1]) if "status" in fields else before


def _is_legal(action: Action, before: Status, after: Status) -> bool:
    """Whether an entry's action may have moved a claim so, by the design's table."""
    row = TRANSITIONS.get(action)
    if row is not None and before in row.sources and after is row.target:
        return True
    if action is Action.LINK and before in {Status.INBOX, Status.RESEARCH, Status.APPROVED}:
        return after is before or (before, after) == (Status.APPROVED, Status.REVIEW)  # the claim that stays
    if action is Action.APPROVE:
        return (before, after) == (Status.REVIEW, Status.REVIEW)  # a second person is still asked for
    if action in {Action.EDIT, Action.TAKE, Action.ERASE}:
        return after is before or (before, after) == (Status.APPROVED, Status.REVIEW)
    return row is None and after is before


def _rests_on(version: Publication) -> set[int]:
    """Who approved exactly what this version froze, and was no author of it at the time, by the ledger alone."""
    claim = version.check_page.claim
    earlier = version.check_page.publications.filter(number__lt=version.number)
    last = earlier.exclude(kind=PublicationKind.RETRACTION.value).order_by("number").last()
    since = last.entry.sequence if last else 0
    entries = claim.ledger.filter(sequence__gt=since, sequence__lt=version.entry.sequence, authored=True)
    authors = {user for pair in entries.values_list("actor", "on_behalf_of") for user in pair}
    approvals = claim.approvals.filter(content_hash=canonical.digest(version.content.text))
    return set(approvals.values_list("by", flat=True)) - authors


@pytest.mark.django_db
def test_what_must_hold_holds_whatever_people_do() -> None:
    run_state_machine_as_test(
        DeskAtWork,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )
