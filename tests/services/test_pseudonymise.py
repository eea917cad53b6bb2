"""Somebody has left: their name goes, what they did stays, and every chain still holds."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.test import Client

from claims.errors import NotApproved, Refused
from claims.models import Draft, LedgerEntry, Member
from claims.services import erasure, members, people, publication, verification
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

REASON = "They asked for it in writing."
WHY = "Their brother owns the tenants' union."


def remove(desk: Desk, user: User, **values: Any) -> LedgerEntry:
    return erasure.pseudonymise(**{"actor": desk.chief, "user": user, "reason": REASON, **values})


def now(user: User) -> User:
    return User.objects.get(pk=user.pk)


def declared(desk: Desk, user: User) -> Member:
    return factories.make_member(user, topic="housing", reason=WHY)


# What goes


def test_they_keep_their_key_and_lose_name_role_and_login(desk: Desk) -> None:
    user = factories.make_user(Role.EDITOR, email="ada@desk.example", password="secret", is_superuser=True)
    claim = factories.inbox_claim(desk)
    factories.edit(claim, user, {"priority": "high"})

    remove(desk, user)

    gone = now(user)
    assert factories.last_entry(claim).actor == gone
    assert gone.username == f"former-{gone.pk}"
    assert (gone.first_name, gone.last_name, gone.email, gone.last_login) == ("", "", "", None)
    assert not (gone.is_active)
    assert not (gone.is_superuser)
    assert not (gone.has_usable_password())
    assert not (gone.groups.exists())
    assert people.role_of(gone) is None


def test_sessions_of_theirs_end_and_those_of_others_go_on(desk: Desk) -> None:
    theirs, other = Client(), Client()
    theirs.force_login(desk.researcher)
    other.force_login(desk.editor)

    remove(desk, desk.researcher)

    assert [one.get_decoded()["_auth_user_id"] for one in Session.objects.all()] == [str(desk.editor.pk)]
    assert theirs.get("/desk/").status_code == 302
    assert other.get("/desk/").status_code == 200


def test_conflicts_end_and_their_reasons_are_nowhere(desk: Desk) -> None:
    member = declared(desk, desk.editor)
    first = member.conflicts.get()
    members.take_back(actor=desk.editor, conflict_id=first.pk)
    members.declare(actor=desk.chief, user=desk.editor, topic="rivers", reason=WHY)
    members.set_away(actor=desk.editor, user=desk.editor, away_from=date(2025, 4, 1), away_until=None)

    entry = remove(desk, desk.editor)

    member.refresh_from_db()
    assert [conflict.reason for conflict in member.conflicts.all()] == ["█" * len(WHY)] * 2
    assert not member.conflicts.filter(ended_at=None).exists()
    assert (member.away_from, member.away_until) == (None, None)
    texts = [row.change.text for row in member.ledger.order_by("sequence").select_related("change")]
    assert [bool(text) for text in texts] == [False, True, False, True, True]
    assert not any("brother" in text for text in texts)
    facts = json.loads(entry.change.text)["facts"]
    assert (facts["emptied"], facts["reason"]) == (["change:1", "change:3"], REASON)
    assert list(verification.verify()) == []


def test_an_ended_conflict_keeps_the_day_on_which_it_ended(desk: Desk) -> None:
    conflict = declared(desk, desk.editor).conflicts.get()
    ended_at = members.take_back(actor=desk.editor, conflict_id=conflict.pk).ended_at

    remove(desk, desk.editor)

    conflict.refresh_from_db()
    assert conflict.ended_at == ended_at


def test_of_whom_nothing_was_said_the_ledger_tells_it_all_the_same(desk: Desk) -> None:
    entry = remove(desk, desk.researcher)

    assert (entry.action, entry.sequence, entry.actor) == (Action.ERASE, 1, desk.chief)
    assert entry.member.user == desk.researcher
    assert list(verification.verify()) == []


def test_what_was_theirs_is_free_and_each_claim_says_so_in_one_change_set(desk: Desk) -> None:
    both = factories.review_claim(desk, assignee=desk.editor)
    assigned = factories.published_claim(desk, assignee=desk.editor)
    to_read = factories.review_claim(desk)
    others = factories.review_claim(desk, assignee=desk.researcher)
    for claim in (both, to_read):
        members.hand_over(claim_id=claim.pk, actor=desk.chief, reader=desk.editor)
    before = factories.last_entry(others)

    entry = remove(desk, desk.editor)

    found = [factories.last_entry(claim) for claim in (both, assigned, to_read)]
    assert [one.action for one in found] == [Action.ASSIGN, Action.ASSIGN, Action.HAND_OVER]
    assert {one.change_set for one in found} == {entry.change_set}
    assert not any(one.changed_content for one in found)
    claims = [factories.fresh(claim) for claim in (both, assigned, to_read)]
    assert desk.editor not in {one for claim in claims for one in (claim.assignee, claim.reader)}
    assert claims[1].status == Status.PUBLISHED
    assert factories.last_entry(others) == before
    assert list(verification.verify()) == []


def test_what_they_were_typing_goes_too(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)
    for user in (desk.researcher, desk.editor):
        Draft.objects.create(by=user, claim=claim, form="text-de", opened_at=1, values={"why": ["Half a"]})

    remove(desk, desk.researcher)

    assert [draft.by for draft in Draft.objects.all()] == [desk.editor]


# What stays


def test_a_version_that_names_them_stays_as_it_was_published(desk: Desk) -> None:
    claim = factories.published_claim(desk)
    names = claim.check_page.current.names_data

    remove(desk, desk.researcher)

    assert claim.check_page.publications.get().names_data == names
    assert names["writers"] == [people.name_of(desk.researcher)]


def test_a_later_version_of_what_they_wrote_is_frozen_without_words_of_one_language(desk: Desk) -> None:
    claim = factories.approved_claim(desk)

    remove(desk, desk.researcher)
    made = publication.publish(claim_id=claim.pk, actor=desk.editor)

    assert made.names_data["writers"] == [f"former-{desk.researcher.pk}"]
    shown = Client().get(f"/checks/{made.check_page.slug}/").content.decode()
    assert f"former colleague {desk.researcher.pk}" in shown


def test_an_approval_of_somebody_who_has_left_no_longer_counts(desk: Desk) -> None:
    claim = factories.approved_claim(desk)

    remove(desk, desk.editor)

    with pytest.raises(NotApproved):
        publication.publish(claim_id=claim.pk, actor=desk.chief)
    assert factories.fresh(claim).status == Status.REVIEW


# Who may, and of whom


@pytest.mark.parametrize("role", ["researcher", "editor", "auditor"])
def test_only_the_head_of_desk_takes_a_name_away(desk: Desk, role: str) -> None:
    with pytest.raises(PermissionDenied):
        remove(desk, desk.second_editor, actor=getattr(desk, role))

    assert now(desk.second_editor).is_active


@pytest.mark.parametrize("who", ["oneself", "the system", "somebody twice"])
def test_some_are_refused_in_words(desk: Desk, who: str) -> None:
    if who == "somebody twice":
        remove(desk, desk.researcher)
    user = {"oneself": desk.chief, "the system": people.system_user(), "somebody twice": now(desk.researcher)}[who]
    before = LedgerEntry.objects.count()

    with pytest.raises(Refused) as refusal:
        remove(desk, user)

    assert str(refusal.value) in {
        "Nobody takes their own name away. Ask another head of desk.",
        "The system is no person.",
        "The name of this person was taken away already.",
    }
    assert LedgerEntry.objects.count() == before


def test_a_head_of_desk_who_was_removed_meanwhile_removes_nobody(desk: Desk) -> None:
    """Two heads of desk mean each other at the same moment: the second one acts with a stale account."""
    other = factories.make_user(Role.CHIEF)
    remove(desk, other)

    with pytest.raises(PermissionDenied):
        remove(desk, desk.chief, actor=other)

    assert people.role_of(now(desk.chief)) is Role.CHIEF


@pytest.mark.parametrize(
    "reason", ["", "  ", "Ada left.", "LOVELACE asked for it", "al-02 has gone", "on ada@desk.example"]
)
def test_a_reason_is_given_and_does_not_name_them(desk: Desk, reason: str) -> None:
    user = factories.make_user(Role.EDITOR, "al-02", first_name="Ada", last_name="Lovelace", email="ada@desk.example")

    with pytest.raises(Refused) as refusal:
        remove(desk, user, reason=reason)

    assert refusal.value.field == "reason"
    assert now(user).username == "al-02"


def test_a_name_within_another_word_is_no_name(desk: Desk) -> None:
    user = factories.make_user(Role.EDITOR, first_name="Al", last_name="")

    remove(desk, user, reason="It was all personal.")

    assert people.is_former(now(user))


# A person who wrote half the history


def test_every_chain_holds_after_somebody_who_did_most_of_it_has_left(desk: Desk) -> None:
    for status in Status:
        factories.claim_in(status, desk, assignee=desk.researcher)
    factories.reopened_claim(desk)
    declared(desk, desk.researcher)
    erasure.erase(actor=desk.chief, text="mayor", reason="An order of the court.")

    for user in (desk.researcher, desk.editor):
        remove(desk, user)

    assert list(verification.verify()) == []
