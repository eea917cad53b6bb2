"""Who may do what: every (status, action, role, author or not), by the rules alone and through the services."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from claims import composition
from claims.errors import DomainError, IllegalTransition, NotEditable
from claims.models import Claim
from claims.rules import permissions
from claims.rules.permissions import Person
from claims.services import people, publication, research, review
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.design_table import BY_SYSTEM, CONTENT_IS_EDITED_IN, EVERY_ACTION, TRANSITIONS
from tests.factories import Desk

ROLES = (Role.RESEARCHER, Role.EDITOR, Role.CHIEF, Role.AUDITOR, None)


def test_every_action_has_a_role_and_a_row_here() -> None:
    assert set(permissions.NEEDED) == set(Action) == set(EVERY_ACTION)


# By the rules alone: the least role and every role above it, never the auditor, never an outsider, and no author
# where the design says so. Each refusal is a sentence.
@pytest.mark.parametrize("author", [False, True], ids=["no author", "author"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", list(Action))
def test_person_may_do_what_the_design_lets_them(action: Action, role: Role | None, author: bool) -> None:
    row = EVERY_ACTION[action]
    allowed = role in row.roles and not (author and row.not_by_author)
    refusal = permissions.refusal(action, Person(role=role, is_author=author))

    assert (refusal == "") is allowed
    assert allowed or refusal.endswith(".")


@pytest.mark.parametrize("action", list(Action))
def test_system_does_by_itself_what_the_design_lets_it(action: Action) -> None:
    assert (permissions.refusal(action, Person(is_system=True)) == "") is (action in BY_SYSTEM)


# Each refusal gives the reason that fits the person.
@pytest.mark.parametrize(
    ("action", "person", "reason"),
    [
        (Action.APPROVE, Person(), "You have no role at this desk. Ask the head of desk for one."),
        (Action.COMMENT, Person(Role.AUDITOR), "Auditors read everything and change nothing."),
        (Action.APPROVE, Person(Role.RESEARCHER), "“Approve” needs the role “Editor” or above."),
        (Action.RETRACT, Person(Role.EDITOR), "“Withdraw” needs the role “Head of desk” or above."),
        (
            Action.APPROVE,
            Person(Role.CHIEF, is_author=True),
            "You are an author of this claim, so somebody else has to read it.",
        ),
    ],
)
def test_refusal_gives_the_reason(action: Action, person: Person, reason: str) -> None:
    assert permissions.refusal(action, person) == reason


# Who reads the desk, sets the risk and changes the scales.
@pytest.mark.parametrize(
    ("role", "reads", "sets_risk", "changes_scales"),
    [
        (Role.RESEARCHER, True, False, False),
        (Role.EDITOR, True, True, False),
        (Role.CHIEF, True, True, True),
        (Role.AUDITOR, True, False, False),
        (None, False, False, False),
    ],
)
def test_role_reads_sets_risk_and_changes_scales(
    role: Role | None, reads: bool, sets_risk: bool, changes_scales: bool
) -> None:
    person = Person(role=role)

    assert permissions.may_read_desk(person) is reads
    assert permissions.may_set_risk(person) is sets_risk
    assert permissions.may_change_scales(person) is changes_scales


# Through the services


def _services(staying: Claim) -> dict[Action, Callable[[Claim, User], Any]]:
    """How each action is done, with arguments in which nothing else can be wrong."""
    tomorrow = timezone.now() + timedelta(days=1)
    return {
        Action.ACCEPT: lambda claim, actor: research.accept(claim_id=claim.pk, actor=actor),
        Action.DECLINE: lambda claim, actor: research.decline(claim_id=claim.pk, actor=actor, reason="An opinion."),
        Action.LINK: lambda claim, actor: research.link_as_same(claim_id=claim.pk, actor=actor, same_as_id=staying.pk),
        Action.RESTORE: lambda claim, actor: research.restore(claim_id=claim.pk, actor=actor),
        Action.PARK: lambda claim, actor: research.park(
            claim_id=claim.pk, actor=actor, until=timezone.localdate() + timedelta(days=2), reason="It waits."
        ),
        Action.WAKE: lambda claim, actor: research.wake(claim_id=claim.pk, actor=actor),
        Action.SUBMIT: lambda claim, actor: review.submit(claim_id=claim.pk, actor=actor),
        Action.SEND_BACK: lambda claim, actor: review.send_back(claim_id=claim.pk, actor=actor, comment="Line 2?"),
        Action.APPROVE: factories.approve,
        Action.SCHEDULE: lambda claim, actor: publication.schedule(claim_id=claim.pk, actor=actor, publish_at=tomorrow),
        Action.PUBLISH: lambda claim, actor: publication.publish(claim_id=claim.pk, actor=actor),
        Action.REOPEN: lambda claim, actor: publication.reopen(claim_id=claim.pk, actor=actor, reason="New figures."),
        Action.RETRACT: lambda claim, actor: publication.retract(
            claim_id=claim.pk, actor=actor, reasons={"en": "Misread."}
        ),
    }


class _UndoneError(Exception):
    """Ends an attempt, so that the next one finds the claim as it was."""


def outcome(act: Callable[[Claim, User], Any], claim: Claim, actor: User) -> str:
    """What comes of an attempt: the status it leads to, or the name of the refusal; undone in any case."""
    result = ""
    try:
        with transaction.atomic():
            try:
                act(claim, actor)
            except (PermissionDenied, DomainError) as refusal:
                after = factories.fresh(claim)
                left_alone = (after.revision, after.status) == (claim.revision, claim.status)
                result = type(refusal).__name__ if left_alone else f"{type(refusal).__name__} with a trace"
            else:
                result = factories.fresh(claim).status
            raise _UndoneError
    except _UndoneError:
        return result


def everybody() -> dict[Role | None, User]:
    """One person for each role, and an outsider; none of them has touched a claim yet."""
    return {role: factories.make_user(role) for role in ROLES}


def make_authors(claim: Claim, desk: Desk, persons: dict[Role | None, User]) -> None:
    """Makes each of them an author: the researcher writes on their behalf, whatever their role."""
    for number, person in enumerate(persons.values()):
        edits = {"verdict.texts.en.today": f"Written down for person {number}."}
        factories.edit(claim, desk.researcher, edits, on_behalf_of=person)


def claim_with_authors(status: Status, desk: Desk, persons: dict[Role | None, User]) -> Claim:
    """A claim that comes to `status` after all these people have written in it."""
    first = factories.claim_in(status, desk) if status in {Status.INBOX, Status.RESEARCH} else None
    if first is not None:
        make_authors(first, desk, persons)
        return first
    if status in {Status.PARKED, Status.DECLINED}:
        claim = factories.inbox_claim(desk)
        make_authors(claim, desk, persons)
        if status is Status.DECLINED:
            return research.decline(claim_id=claim.pk, actor=desk.editor, reason="It is an opinion.")
        tomorrow = timezone.localdate() + timedelta(days=1)
        return research.park(claim_id=claim.pk, actor=desk.researcher, until=tomorrow, reason="It waits.")
    claim = factories.ready_claim(desk)
    make_authors(claim, desk, persons)
    claim = review.submit(claim_id=claim.pk, actor=desk.researcher)
    if status is Status.REVIEW:
        return claim
    claim = factories.approve(claim, desk.editor)
    if status is Status.APPROVED:
        return claim
    factories.publish(claim, desk.editor)
    if status is Status.RETRACTED:
        publication.retract(claim_id=claim.pk, actor=desk.chief, reasons={"en": "Misread."})
    return factories.fresh(claim)


def expected(status: Status, action: Action, role: Role | None, author: bool) -> str:
    """What the design says of an attempt. A wrong person is told so first, then a wrong state.

    After a publication there are no authors until somebody writes again. Of the claims here only the published one
    has a live check, and only it and the withdrawn one were ever published.
    """
    row = TRANSITIONS[action]
    is_author = author and status not in {Status.PUBLISHED, Status.RETRACTED}
    if role not in row.roles or (is_author and row.not_by_author):
        return "PermissionDenied"
    if status not in row.sources or (action is Action.RETRACT and status is not Status.PUBLISHED):
        return "IllegalTransition"
    return row.target or ""


# Every (status, action, role, author or not): what comes of the attempt, and that a refusal leaves no trace. To
# revise is no service of its own; it happens by editing, see below.
@pytest.mark.django_db
@pytest.mark.parametrize("author", [False, True], ids=["no author", "author"])
@pytest.mark.parametrize("status", list(Status))
def test_every_action_by_every_role_comes_to_what_the_design_says(status: Status, author: bool, desk: Desk) -> None:
    persons = everybody()
    claim = factories.fresh(claim_with_authors(status, desk, persons) if author else factories.claim_in(status, desk))
    services = _services(factories.inbox_claim(desk, speaker=None))
    cases = list(itertools.product(services, ROLES))

    came = {(action, role): outcome(services[action], claim, persons[role]) for action, role in cases}

    assert claim.status == status
    assert came == {(action, role): expected(status, action, role, author) for action, role in cases}


# Content is edited by a researcher and above, in three statuses, an author or not; in approved that revises.
@pytest.mark.django_db
@pytest.mark.parametrize("status", list(Status))
def test_every_role_edits_content_where_the_design_says(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)

    def edit(claim: Claim, actor: User) -> None:
        factories.edit(claim, actor, {"texts.en.statement": "Rents rose."})

    came = {role: outcome(edit, claim, person) for role, person in everybody().items()}

    after = Status.REVIEW if status is Status.APPROVED else status
    allowed = str(after) if status in CONTENT_IS_EDITED_IN else NotEditable.__name__
    refused = PermissionDenied.__name__
    assert came == {
        Role.RESEARCHER: allowed,
        Role.EDITOR: allowed,
        Role.CHIEF: allowed,
        Role.AUDITOR: refused,
        None: refused,
    }


# A check is live in any status after a publication, so it can be withdrawn from each that a claim can get to.
@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.RESEARCH, Status.REVIEW, Status.APPROVED, Status.PARKED])
def test_live_check_is_withdrawn_from_any_status(status: Status, desk: Desk) -> None:
    claim = factories.reopened_claim(desk)
    if status in {Status.REVIEW, Status.APPROVED}:
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    if status is Status.APPROVED:
        factories.approve(claim, desk.editor)
    if status is Status.PARKED:
        tomorrow = timezone.localdate() + timedelta(days=1)
        research.park(claim_id=claim.pk, actor=desk.researcher, until=tomorrow, reason="It waits.")
    assert factories.fresh(claim).status == status

    publication.retract(claim_id=claim.pk, actor=desk.chief, reasons={"en": "Misread."})

    assert factories.fresh(claim).status == Status.RETRACTED


@pytest.mark.django_db
def test_superuser_is_a_chief_and_no_rule_bends_for_them(desk: Desk) -> None:
    root = factories.make_user(None, is_superuser=True)
    claim = factories.ready_claim(desk)
    factories.edit(claim, root, {"verdict.texts.en.today": "As of today."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    assert people.role_of(root) is Role.CHIEF
    with pytest.raises(PermissionDenied, match="author"):
        factories.approve(claim, root)


@pytest.mark.django_db
def test_person_who_was_switched_off_has_no_role(desk: Desk) -> None:
    gone = factories.make_user(Role.CHIEF, is_active=False)

    assert people.role_of(gone) is None
    with pytest.raises(PermissionDenied, match="no role"):
        research.accept(claim_id=factories.inbox_claim(desk).pk, actor=gone)


@pytest.mark.django_db
def test_highest_of_several_roles_counts(desk: Desk) -> None:
    user = factories.make_user(Role.AUDITOR)
    user.groups.add(*desk.editor.groups.all(), *desk.researcher.groups.all())

    assert people.role_of(User.objects.get(pk=user.pk)) is Role.EDITOR


@pytest.mark.django_db
def test_approval_needs_the_posted_hash_whoever_posts_it(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    content = composition.compose(claim)

    with pytest.raises(PermissionDenied):
        review.approve(claim_id=claim.pk, actor=desk.researcher, content_hash=composition.content_hash(content))
    with pytest.raises(IllegalTransition):
        review.approve(claim_id=factories.ready_claim(desk).pk, actor=desk.editor, content_hash="")
