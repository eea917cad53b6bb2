"""Random actions by random people against a model of the design's table that shares no rule with the code.

Each step is one service call. The model says beforehand whether it goes through, who is refused and where the claim
stands afterwards; whatever differs is a breach. ``python -m tests.benchmarks`` does it in an SQLite database in memory,
``make test`` takes fewer steps. Two things make it quick: the whole run is one transaction that never reaches a disk,
and every ``EPISODE`` steps it goes back to a savepoint at which all claims are as they were, so that no history grows
long and nothing is made anew.
"""

import gc
import itertools
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - Django is set up first
from django.core.exceptions import PermissionDenied  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from claims.errors import DomainError  # noqa: E402
from claims.models import Claim, LedgerEntry, Publication  # noqa: E402
from claims.services import people, publication, research, review, verification  # noqa: E402
from claims.vocabulary import Action, ReviewKind, Role, Status, SuggestionState  # noqa: E402
from tests import factories  # noqa: E402
from tests.benchmarks import figures  # noqa: E402
from tests.design_table import CONTENT_IS_EDITED_IN, EVERY_ACTION, TRANSITIONS  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
STEPS = 100_000
EPISODE = 150
HEADLINE = "verdict.texts.en.headline"
NOTE = "verdict.texts.en.change_note"
HEADLINES = ("Rents rose, but by less", "Rents rose less", "Less than that")
NOTES = ("A figure was added.", "A source was added.")

ROLES = (Role.RESEARCHER, Role.RESEARCHER, Role.EDITOR, Role.EDITOR, Role.CHIEF, Role.AUDITOR, None)
"""The people of the desk; ``None`` has no role there."""

# Mostly people who may do something, or little would ever come about.
WHO = (0, 0, 1, 2, 2, 3, 3, 4, 4, 5, 6)
START = (Status.INBOX, Status.RESEARCH, Status.REVIEW, Status.APPROVED, Status.PUBLISHED, Status.RETRACTED)

Content = tuple[Any, ...]


# The model


@dataclass
class Model:
    """What a claim is by the design's words alone."""

    status: Status
    revision: int
    passages: frozenset[int]
    headline: str = HEADLINES[0]
    change: tuple[str, str] = ("", "")
    risky: bool = False
    versions: int = 0
    live: bool = False
    due_by: int | None = None
    """Who scheduled it, while it is scheduled."""

    authors: frozenset[int] = frozenset()
    approvals: frozenset[tuple[int, Content]] = frozenset()
    remarks: int = 0
    suggestions: tuple[tuple[int, str, str], ...] = ()
    """Who, the wording that stood there, the wording proposed: those that are open."""

    @property
    def content(self) -> Content:
        """What a reader judges, as far as steps change it: kind and note belong to later versions only."""
        return (self.headline, self.passages, self.change if self.versions else None)


@dataclass(frozen=True)
class Desk:
    """Who has which role, by the number of the person."""

    roles: tuple[Role | None, ...]

    def may(self, who: int, action: Action, model: Model) -> bool:
        row = EVERY_ACTION[action]
        return self.roles[who] in row.roles and not (row.not_by_author and who in model.authors)

    def counting(self, model: Model) -> set[int]:
        """Whose approval of this content counts: of editors who are no authors, by now."""
        editors = EVERY_ACTION[Action.APPROVE].roles
        return {
            who
            for who, content in model.approvals
            if content == model.content and who not in model.authors and self.roles[who] in editors
        }

    def is_approved(self, model: Model) -> bool:
        return len(self.counting(model)) >= (2 if model.risky else 1)


class NotPermittedError(Exception):
    """The model refuses the person."""


class NotPossibleError(Exception):
    """The model refuses the state."""


class Revised(Exception):
    """The model refuses to publish, and the claim goes back to the second read."""


@dataclass
class Tally:
    steps: int = 0
    through: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    episodes: int = 0


class Run:
    """Steps of one world, from one savepoint."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.maker = random.Random(seed)  # noqa: S311 - figures, not secrets
        self.tally = Tally()
        self.last: list[str] = []
        with transaction.atomic():
            self.make_world()

    def make_world(self) -> None:
        desk = factories.make_desk()
        self.people = [factories.make_user(role) for role in ROLES]
        self.keys: list[int] = []
        self.beginning: dict[int, Model] = {}
        for status in START:
            claim = factories.claim_in(status, desk)
            if status is Status.INBOX:
                factories.edit(claim, desk.researcher, factories.ready_edits(desk))
                claim = factories.fresh(claim)
            self.keys.append(claim.pk)
            self.beginning[claim.pk] = self.found(claim)
        self.system = people.system_user()

    def found(self, claim: Claim) -> Model:
        """A claim as its maker left it; by people who take no step, so they stand for nobody here."""
        versions = {Status.PUBLISHED: 1, Status.RETRACTED: 2}  # the withdrawal is one
        return Model(
            status=status_of(claim),
            revision=claim.revision,
            passages=frozenset(claim.quotations.values_list("pk", flat=True)),
            versions=versions.get(status_of(claim), 0),
            live=status_of(claim) is Status.PUBLISHED,
            approvals=frozenset({(-1, self.first_content(claim))}) if claim.approvals.exists() else frozenset(),
        )

    @staticmethod
    def first_content(claim: Claim) -> Content:
        return (HEADLINES[0], frozenset(claim.quotations.values_list("pk", flat=True)), None)

    def run(self, steps: int) -> Tally:
        with transaction.atomic():
            left = steps
            while left > 0:
                left -= self.episode(min(left, EPISODE))
            transaction.set_rollback(True)
        return self.tally

    def episode(self, steps: int) -> int:
        gc.collect()
        with figures.undone():
            self.models = {key: replace(model) for key, model in self.beginning.items()}
            # The maker's editor approved the first content and stands for a person of their own here.
            self.roles: list[Role | None] = [*ROLES, Role.EDITOR]
            self.users = [User.objects.get(pk=user.pk) for user in self.people]
            self.entries = LedgerEntry.objects.count()
            self.last = []
            for _step in range(steps):
                self.step()
            found = [str(flaw) for flaw in verification.verify()]
            self.breach(f"the ledger does not hold: {found}") if found else None
        self.tally.episodes += 1
        return steps

    def breach(self, what: str) -> None:
        self.tally.breaches.append(f"seed {self.seed}, step {self.tally.steps}: {what}; before: {self.last[-6:]}")

    # One step

    def step(self) -> None:
        self.tally.steps += 1
        who, key = self.maker.choice(WHO), self.maker.choice(self.keys)
        name = self.next_act(who, key)
        act, rule = getattr(self, f"do_{name}"), getattr(self, f"expect_{name}")
        before = {key: replace(model) for key, model in self.models.items()}
        arguments = getattr(self, f"draw_{name}", lambda _who, _key: ())(who, key)
        expected = self.expected(rule, who, key, arguments)
        happened = self.happened(act, who, key, arguments)
        self.last.append(f"{name} by {ROLES[who]} on {before[key].status}: {happened}")
        if expected != happened:
            self.breach(f"{name} by person {who} on {before[key]}: {happened}, not {expected}")
            self.models = {key: self.reread(key) for key in self.keys}
            self.entries = LedgerEntry.objects.count()
            return
        (self.tally.through if happened == "through" else self.tally.refused)[name] += 1
        self.compare(before)

    def next_act(self, who: int, key: int) -> str:
        """One of the actions of the table for this status, or the next step to a publication, or any at all."""
        model, chance = self.models[key], self.maker.random()
        if chance < 0.35:
            return next_step(model) if who not in {5, 6} else self.maker.choice(EVERY)
        if chance < 0.6:
            return str(self.maker.choice([a for a, row in TRANSITIONS.items() if model.status in row.sources]).value)
        return self.maker.choice(EVERY)

    def expected(self, rule: Callable[..., None], who: int, key: int, arguments: tuple[Any, ...]) -> str:
        kept = {other: replace(model) for other, model in self.models.items()}
        try:
            rule(who, self.models[key], *arguments)
        except NotPermittedError:
            outcome = "not permitted"
        except NotPossibleError:
            outcome = "not possible"
        except Revised:
            return "not possible"
        else:
            return "through"
        self.models = kept
        return outcome

    def happened(self, act: Callable[..., Any], who: int, key: int, arguments: tuple[Any, ...]) -> str:
        try:
            act(self.users[who], key, *arguments)
        except PermissionDenied:
            return "not permitted"
        except DomainError:
            return "not possible"
        return "through"

    def compare(self, before: dict[int, Model]) -> None:
        """The rows are where the model has them, and each rise of a revision has its entry."""
        rows = {row.pk: row for row in Claim.objects.filter(pk__in=self.keys)}
        risen = 0
        for key, model in self.models.items():
            row = rows[key]
            risen += model.revision - before[key].revision
            if (row.status, row.revision) != (model.status, model.revision):
                self.breach(f"claim {key} is {row.status} at {row.revision}, not {model.status} at {model.revision}")
            if (row.publish_at is None) != (model.due_by is None):
                self.breach(f"claim {key}: publish_at is {row.publish_at}")
            if model != before[key]:
                self.compare_closely(row, model)
        entries = LedgerEntry.objects.count()
        if entries - self.entries != risen:
            self.breach(f"{entries - self.entries} entries for {risen} rises of a revision")
        self.entries = entries

    def compare_closely(self, row: Claim, model: Model) -> None:
        sequence = row.ledger.order_by("-sequence").values_list("sequence", flat=True).first()
        if sequence != model.revision:
            self.breach(f"the last entry is number {sequence} at revision {model.revision}")
        authors = people.author_ids(row) & {user.pk for user in self.users}
        if authors != {self.users[who].pk for who in model.authors}:
            self.breach(f"the authors are {authors}, not {model.authors}")
        versions = Publication.objects.filter(check_page__claim=row).count()
        if versions != model.versions:
            self.breach(f"{versions} versions, not {model.versions}")

    def reread(self, key: int) -> Model:
        """After a breach the model goes on from what the desk made of it, as far as that can be told."""
        claim = Claim.objects.get(pk=key)
        return replace(self.models[key], status=status_of(claim), revision=claim.revision)

    # What may be done, and what comes of it. ``expect_`` is the design's word, ``do_`` the desk's deed.

    def need(self, who: int, action: Action, model: Model) -> None:
        if not self.desk.may(who, action, model):
            raise NotPermittedError

    @property
    def desk(self) -> Desk:
        return Desk(tuple(self.roles))

    def move(self, who: int, model: Model, action: Action, *, holds: bool = True) -> None:
        """A row of the table: the person, then where it leads from, then what must hold."""
        row = TRANSITIONS[action]
        self.need(who, action, model)
        if model.status not in row.sources or not holds:
            raise NotPossibleError
        self.arrive(model, row.target)

    @staticmethod
    def arrive(model: Model, status: Status | None) -> None:
        model.status = status or model.status
        model.revision += 1
        if model.status is not Status.APPROVED:
            model.due_by = None

    def change_content(self, who: int, model: Model, **values: Any) -> None:
        """Whoever changes content is an author; an approved claim goes back to be read."""
        for name, value in values.items():
            setattr(model, name, value)
        model.authors |= {who}
        self.arrive(model, Status.REVIEW if model.status is Status.APPROVED else None)

    def expect_accept(self, who: int, model: Model) -> None:
        self.move(who, model, Action.ACCEPT)

    def do_accept(self, user: User, key: int) -> None:
        research.accept(claim_id=key, actor=user)

    def expect_decline(self, who: int, model: Model) -> None:
        self.move(who, model, Action.DECLINE, holds=not model.versions)

    def do_decline(self, user: User, key: int) -> None:
        research.decline(claim_id=key, actor=user, reason="It is an opinion.")

    def draw_link(self, _who: int, key: int) -> tuple[Any, ...]:
        return (self.maker.choice([other for other in self.keys if other != key]),)

    def expect_link(self, who: int, model: Model, other_key: int) -> None:
        other = self.models[other_key]
        stays = other.status in {Status.INBOX, Status.RESEARCH, Status.APPROVED}
        self.move(who, model, Action.LINK, holds=not model.versions and stays)
        if model.passages:
            self.change_content(who, other, passages=other.passages | model.passages)
            model.passages, model.authors = frozenset(), model.authors | {who}
        else:
            self.arrive(other, None)

    def do_link(self, user: User, key: int, other: int) -> None:
        research.link_as_same(claim_id=key, same_as_id=other, actor=user)

    def expect_restore(self, who: int, model: Model) -> None:
        self.move(who, model, Action.RESTORE)

    def do_restore(self, user: User, key: int) -> None:
        research.restore(claim_id=key, actor=user)

    def expect_park(self, who: int, model: Model) -> None:
        self.move(who, model, Action.PARK)

    def do_park(self, user: User, key: int) -> None:
        until = timezone.localdate() + timedelta(days=1)
        research.park(claim_id=key, actor=user, until=until, reason="The register comes.")

    def expect_wake(self, who: int, model: Model) -> None:
        self.move(who, model, Action.WAKE)

    def do_wake(self, user: User, key: int) -> None:
        research.wake(claim_id=key, actor=user)

    def expect_submit(self, who: int, model: Model) -> None:
        self.move(who, model, Action.SUBMIT, holds=not model.versions or all(model.change))

    def do_submit(self, user: User, key: int) -> None:
        review.submit(claim_id=key, actor=user)

    def expect_send_back(self, who: int, model: Model) -> None:
        self.move(who, model, Action.SEND_BACK)

    def do_send_back(self, user: User, key: int) -> None:
        review.send_back(claim_id=key, actor=user, comment="Line 2?")

    def expect_approve(self, who: int, model: Model) -> None:
        self.need(who, Action.APPROVE, model)
        known = (who, model.content) in model.approvals
        if model.status is not Status.REVIEW or not self.gates(model):
            raise NotPossibleError
        model.approvals |= {(who, model.content)}
        enough = self.desk.is_approved(model)
        if known and not enough:
            raise NotPossibleError
        self.arrive(model, Status.APPROVED if enough else None)

    @staticmethod
    def gates(model: Model) -> bool:
        """Nothing open, a passage in an article, and of later versions what changed."""
        described = not model.versions or all(model.change)
        return bool(model.passages and described and not model.remarks and not model.suggestions)

    def do_approve(self, user: User, key: int) -> None:
        factories.approve(Claim.objects.get(pk=key), user)

    def expect_approve_an_old_page(self, who: int, model: Model) -> None:
        self.need(who, Action.APPROVE, model)
        raise NotPossibleError

    def do_approve_an_old_page(self, user: User, key: int) -> None:
        review.approve(claim_id=key, actor=user, content_hash="0" * 64)

    def expect_schedule(self, who: int, model: Model) -> None:
        self.move(who, model, Action.SCHEDULE)
        model.due_by = who

    def do_schedule(self, user: User, key: int) -> None:
        publication.schedule(claim_id=key, actor=user, publish_at=factories.tomorrow())

    def expect_publish(self, who: int, model: Model) -> None:
        self.need(who, Action.PUBLISH, model)
        if model.status is not Status.APPROVED:
            raise NotPossibleError
        if not self.desk.is_approved(model):
            self.arrive(model, Status.REVIEW)
            raise Revised
        self.go_public(model)

    def go_public(self, model: Model) -> None:
        self.arrive(model, Status.PUBLISHED)
        model.versions, model.live, model.change, model.authors = model.versions + 1, True, ("", ""), frozenset()

    def do_publish(self, user: User, key: int) -> None:
        publication.publish(claim_id=key, actor=user)

    def expect_let_time_pass(self, _who: int, _model: Model) -> None:
        """What is due is published by the system; gates, rights and approvals are asked again."""
        for model in self.models.values():
            if model.due_by is None:
                continue
            if (
                self.gates(model)
                and self.roles[model.due_by] in EVERY_ACTION[Action.PUBLISH].roles
                and self.desk.is_approved(model)
            ):
                self.go_public(model)
            else:
                self.arrive(model, Status.REVIEW)

    def do_let_time_pass(self, _user: User, _key: int) -> None:
        with patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=2)):
            publication.publish_due()

    def expect_reopen(self, who: int, model: Model) -> None:
        self.move(who, model, Action.REOPEN)

    def do_reopen(self, user: User, key: int) -> None:
        publication.reopen(claim_id=key, actor=user, reason="New figures.")

    def expect_retract(self, who: int, model: Model) -> None:
        self.move(who, model, Action.RETRACT, holds=model.live)
        model.versions, model.live = model.versions + 1, False

    def do_retract(self, user: User, key: int) -> None:
        publication.retract(claim_id=key, actor=user, reasons={"en": "The register was misread."})

    # Content and what is none

    def draw_edit(self, _who: int, _key: int) -> tuple[Any, ...]:
        return (self.maker.choice(HEADLINES),)

    def expect_edit(self, who: int, model: Model, words: str) -> None:
        self.need(who, Action.EDIT, model)
        if words == model.headline:
            return
        if model.status not in CONTENT_IS_EDITED_IN:
            raise NotPossibleError
        self.change_content(who, model, headline=words)

    def do_edit(self, user: User, key: int, words: str) -> None:
        research.edit_claim(claim_id=key, actor=user, edits={HEADLINE: words})

    draw_revise, expect_revise, do_revise = draw_edit, expect_edit, do_edit

    def draw_describe(self, _who: int, _key: int) -> tuple[Any, ...]:
        return (self.maker.choice(NOTES),)

    def expect_describe(self, who: int, model: Model, note: str) -> None:
        self.need(who, Action.EDIT, model)
        if model.change == ("update", note):
            return
        if model.status not in CONTENT_IS_EDITED_IN:
            raise NotPossibleError
        if model.versions:
            self.change_content(who, model, change=("update", note))
        else:
            # No content of a first version; but whoever writes words that a version may come to hold is an author.
            wrote = note != model.change[1]
            model.change, model.authors = ("update", note), model.authors | ({who} if wrote else frozenset())
            self.arrive(model, None)

    def do_describe(self, user: User, key: int, note: str) -> None:
        research.edit_claim(claim_id=key, actor=user, edits={"verdict.change_kind": "update", NOTE: note})

    def draw_assign(self, _who: int, _key: int) -> tuple[Any, ...]:
        return ((timezone.localdate() + timedelta(days=next(_DAYS))).isoformat(),)

    def expect_assign(self, who: int, model: Model, _day: str) -> None:
        self.need(who, Action.ASSIGN, model)
        self.arrive(model, None)

    def do_assign(self, user: User, key: int, day: str) -> None:
        research.edit_claim(claim_id=key, actor=user, edits={"due_on": day})

    def draw_set_risk(self, _who: int, _key: int) -> tuple[Any, ...]:
        return (self.maker.choice(["high", "normal", "normal"]),)

    def expect_set_risk(self, who: int, model: Model, risk: str) -> None:
        self.need(who, Action.EDIT, model)
        if (risk == "high") == model.risky:
            return
        if self.roles[who] not in {Role.EDITOR, Role.CHIEF}:
            raise NotPermittedError
        if model.status not in CONTENT_IS_EDITED_IN:
            raise NotPossibleError
        model.risky = risk == "high"
        self.arrive(model, None)

    def do_set_risk(self, user: User, key: int, risk: str) -> None:
        research.edit_claim(claim_id=key, actor=user, edits={"risk": risk})

    def expect_comment(self, who: int, model: Model) -> None:
        self.need(who, Action.COMMENT, model)
        model.remarks += 1
        self.arrive(model, None)

    def do_comment(self, user: User, key: int) -> None:
        review.comment(claim_id=key, actor=user, text="Is there a newer figure?")

    def expect_resolve(self, who: int, model: Model) -> None:
        if not model.remarks:
            raise NotPossibleError
        self.need(who, Action.RESOLVE, model)
        model.revision, model.remarks = model.revision + model.remarks, 0

    def do_resolve(self, user: User, key: int) -> None:
        """All that are open, one by one."""
        kinds = [ReviewKind.COMMENT.value]
        open_ones = list(Claim.objects.get(pk=key).reviews.filter(kind__in=kinds, resolved_at=None))
        if not open_ones:
            raise DomainError("There is none.")
        for remark in open_ones:
            review.resolve(claim_id=key, actor=user, review_id=remark.pk)

    def draw_suggest(self, _who: int, key: int) -> tuple[Any, ...]:
        return (self.maker.choice([words for words in HEADLINES if words != self.models[key].headline]),)

    def expect_suggest(self, who: int, model: Model, words: str) -> None:
        self.need(who, Action.SUGGEST, model)
        model.suggestions = (*model.suggestions, (who, model.headline, words))
        self.arrive(model, None)

    def do_suggest(self, user: User, key: int, words: str) -> None:
        review.suggest(claim_id=key, actor=user, path=HEADLINE, proposed=words)

    def expect_take(self, who: int, model: Model) -> None:
        if not model.suggestions:
            raise NotPossibleError
        self.need(who, Action.TAKE, model)
        _by, before, words = model.suggestions[0]
        if model.status not in {*CONTENT_IS_EDITED_IN, Status.REVIEW}:
            raise NotPossibleError
        if who not in model.authors:
            raise NotPermittedError
        if before != model.headline:
            raise NotPossibleError
        model.suggestions = model.suggestions[1:]
        self.change_content(who, model, headline=words)

    def do_take(self, user: User, key: int) -> None:
        review.take_suggestion(claim_id=key, actor=user, suggestion_id=self.first_suggestion(key))

    def expect_dismiss(self, who: int, model: Model) -> None:
        if not model.suggestions:
            raise NotPossibleError
        self.need(who, Action.DISMISS, model)
        if who not in {*model.authors, model.suggestions[0][0]}:
            raise NotPermittedError
        model.suggestions = model.suggestions[1:]
        self.arrive(model, None)

    def do_dismiss(self, user: User, key: int) -> None:
        review.dismiss_suggestion(claim_id=key, actor=user, suggestion_id=self.first_suggestion(key))

    @staticmethod
    def first_suggestion(key: int) -> int:
        found = Claim.objects.get(pk=key).suggestions.filter(state=SuggestionState.OPEN.value).order_by("pk").first()
        if found is None:
            raise DomainError("There is none.")
        return found.pk

    def draw_lose_or_get_a_role(self, _who: int, _key: int) -> tuple[Any, ...]:
        return (self.maker.choice([2, 3]),)

    def expect_lose_or_get_a_role(self, _who: int, _model: Model, whom: int) -> None:
        self.roles[whom] = None if self.roles[whom] else Role.EDITOR

    def do_lose_or_get_a_role(self, _user: User, _key: int, whom: int) -> None:
        user = self.users[whom]
        if user.groups.exists():
            user.groups.clear()
        else:
            people.put_in_group(user, Role.EDITOR)
        self.users[whom] = User.objects.get(pk=user.pk)


_DAYS = itertools.count(1)

EVERY = (
    *(action.value for action in TRANSITIONS),
    *("approve_an_old_page", "edit", "describe", "describe", "assign", "set_risk", "comment", "resolve", "resolve"),
    *("suggest", "take", "dismiss", "dismiss", "let_time_pass", "lose_or_get_a_role"),
)


def next_step(model: Model) -> str:
    """What brings a claim nearer to its next version; random actions alone would seldom get it there."""
    match model.status:
        case Status.RESEARCH:
            return "describe" if model.versions and not all(model.change) else "submit"
        case Status.REVIEW if model.remarks:
            return "resolve"
        case Status.REVIEW if model.suggestions:
            return "dismiss"
        case _:
            return _NEXT[model.status]


_NEXT = {
    Status.INBOX: "accept",
    Status.PARKED: "wake",
    Status.DECLINED: "restore",
    Status.REVIEW: "approve",
    Status.APPROVED: "publish",
    Status.PUBLISHED: "reopen",
    Status.RETRACTED: "reopen",
}


def status_of(claim: Claim) -> Status:
    return Status(claim.status)


def run(steps: int, seed: int) -> Tally:
    with override_settings(DEBUG=False):  # with it, every query is kept
        world = Run(seed)
        gc.freeze()
        gc.disable()  # what a history leaves is swept up before the next one begins
        try:
            return world.run(steps)
        finally:
            gc.enable()
            gc.unfreeze()


def main() -> None:
    """``machine``: all steps, in as many processes as there are cores. ``machine STEPS SEED``: a share, as JSON."""
    if len(sys.argv) > 2:
        steps, seed = map(int, sys.argv[1:3])
        json.dump(vars(one_share(steps, seed)), sys.stdout)
        return
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    seed, processes = figures.seed(), min(os.cpu_count() or 1, 4)
    shares = [steps // processes + (number < steps % processes) for number in range(processes)]
    command = [sys.executable, "-m", "tests.benchmarks.machine"]
    running = [
        subprocess.Popen([*command, str(share), str(seed + number)], cwd=ROOT, stdout=subprocess.PIPE)
        for number, share in enumerate(shares)
    ]
    tallies = [figures.told_by(process) for process in running]
    breaches = [breach for tally in tallies for breach in tally["breaches"]]
    through, refused = (sum(sum(tally[name].values()) for tally in tallies) for name in ("through", "refused"))
    published = sum(tally["through"].get("publish", 0) for tally in tallies)
    figures.say(
        "random actions of people",
        f"{sum(tally['steps'] for tally in tallies):,} steps in {sum(tally['episodes'] for tally in tallies):,} "
        f"histories, {len(breaches)} breaches; {through:,} went through, {refused:,} were refused, {published:,} "
        f"publications (seed {seed})",
    )
    for breach in breaches[:10]:
        print(breach)
    figures.fail_unless(not breaches)


def one_share(steps: int, seed: int) -> Tally:
    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = ":memory:"  # whatever file DATABASE_URL names
    call_command("migrate", verbosity=0, interactive=False)
    return run(steps, seed)


if __name__ == "__main__":
    main()
