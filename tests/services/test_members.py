"""The desk's people: conflicts of interest, who is away, who is asked to give the second read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from claims.errors import Conflict, IllegalTransition, Refused
from claims.models import Claim, ConflictOfInterest, LedgerEntry, Member
from claims.services import erasure, members, people, records, review, verification
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

WHY = "Their brother's company."
APRIL = date(2025, 4, 1)


def declare(desk: Desk, user: User | None = None, **values: Any) -> ConflictOfInterest:
    user = user or desk.editor
    about = {} if {"speaker_id", "source_id", "topic"} & values.keys() else {"topic": "taxes"}
    return members.declare(**{"actor": user, "user": user, "reason": WHY, **about, **values})


def set_away(actor: User, user: User, away_from: date | None, away_until: date | None = None, **values: Any) -> Any:
    return members.set_away(actor=actor, user=user, away_from=away_from, away_until=away_until, **values)


def hand_over(claim: Claim, actor: User, reader: User | None, **values: Any) -> Claim:
    return members.hand_over(claim_id=claim.pk, actor=actor, reader=reader, **values)


def told(member: Member) -> list[tuple[str, dict[str, Any]]]:
    """The entries of a member: the action, and what the fields became."""
    entries = member.ledger.order_by("sequence").select_related("change")
    return [
        (entry.action, {path: after for path, (_before, after) in json.loads(entry.change.text)["fields"].items()})
        for entry in entries
    ]


# Declaring


def test_the_first_thing_said_of_somebody_makes_their_member_in_the_same_entry(desk: Desk) -> None:
    speaker = factories.make_speaker(desk.researcher)

    first = declare(desk, speaker_id=speaker.pk)
    declare(desk, topic=" Taxes ")

    member = Member.objects.get(user=desk.editor)
    assert (member, member.revision) == (first.member, 2)
    assert told(member) == [
        ("declare", {"user": desk.editor.pk, "conflicts.1.speaker": speaker.pk, "conflicts.1.reason": WHY}),
        ("declare", {"conflicts.2.topic": "Taxes", "conflicts.2.reason": WHY}),
    ]
    assert list(verification.verify()) == []


def test_it_takes_them_out_of_the_read_and_says_so(desk: Desk) -> None:
    claim = factories.review_claim(desk)

    declare(desk, speaker_id=claim.speaker_id)

    with pytest.raises(PermissionDenied, match=r"You declared a conflict of interest \(Tenants' Union\)"):
        factories.approve(claim, desk.editor)
    with pytest.raises(PermissionDenied):
        review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Line 2?")
    assert factories.approve(claim, desk.second_editor).status == Status.APPROVED


@pytest.mark.parametrize("about", ["source", "topic"])
def test_it_may_be_about_a_source_or_a_topic(desk: Desk, about: str) -> None:
    claim = factories.review_claim(desk)
    source = claim.evidence.first().source
    declare(desk, **({"source_id": source.pk} if about == "source" else {"topic": "HOUSING"}))

    assert people.conflicts([claim], desk.editor) == {
        (claim.pk, desk.editor.pk): (str(source) if about == "source" else "HOUSING",)
    }


def test_a_merged_speaker_is_the_one_that_stands_for_it(desk: Desk) -> None:
    speaker, other = (
        factories.make_speaker(desk.researcher),
        factories.make_speaker(desk.researcher, "Union of tenants"),
    )
    declare(desk, speaker_id=speaker.pk)
    records.merge_speakers(actor=desk.editor, speaker_id=speaker.pk, into_id=other.pk)

    with pytest.raises(Refused, match="declared already"):
        declare(desk, speaker_id=other.pk)
    assert declare(desk, desk.chief, speaker_id=speaker.pk).speaker == other


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"topic": ""}, "a speaker, a source or a topic"),
        ({"topic": "taxes", "speaker_id": 1}, "a speaker, a source or a topic"),
        ({"reason": "  "}, "Say what the conflict of interest is."),
        ({"speaker_id": 999_999}, "There is no such record."),
        ({"source_id": 999_999}, "There is no such record."),
    ],
)
def test_what_says_too_little_is_refused(desk: Desk, values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        declare(desk, **values)

    assert not Member.objects.exists()


def test_the_same_twice_is_refused_until_the_first_has_ended(desk: Desk) -> None:
    first = declare(desk)
    with pytest.raises(Refused, match="declared already"):
        declare(desk, topic="TAXES")
    members.take_back(actor=desk.editor, conflict_id=first.pk)

    assert declare(desk).member.conflicts.count() == 2


# Who speaks for whom: everybody for themselves, an editor for others; auditors and outsiders for nobody.
@pytest.mark.parametrize(
    ("role", "for_oneself", "for_others"),
    [
        (Role.RESEARCHER, True, False),
        (Role.EDITOR, True, True),
        (Role.CHIEF, True, True),
        (Role.AUDITOR, False, False),
        (None, False, False),
    ],
)
def test_who_declares_and_says_who_is_away(desk: Desk, role: Role | None, for_oneself: bool, for_others: bool) -> None:
    actor = factories.make_user(role)
    for user, allowed in ((actor, for_oneself), (desk.second_editor, for_others)):
        for act in (
            lambda user=user: declare(desk, actor=actor, user=user),
            lambda user=user: set_away(actor, user, APRIL),
        ):
            if allowed:
                act()
            else:
                with pytest.raises(PermissionDenied):
                    act()


def test_who_is_declared_for_by_somebody_else_is_named_in_the_entry(desk: Desk) -> None:
    conflict = declare(desk, desk.second_editor, actor=desk.editor)

    entry = conflict.member.ledger.get()
    assert (entry.actor, entry.on_behalf_of) == (desk.editor, desk.second_editor)


def test_nothing_is_said_of_people_who_are_not_at_the_desk(desk: Desk) -> None:
    for user in (factories.make_user(), factories.make_user(Role.EDITOR, is_active=False), people.system_user()):
        with pytest.raises(Refused, match="is not at this desk"):
            declare(desk, actor=desk.chief, user=user)


# Ending


def test_ending_keeps_what_was_and_twice_is_once(desk: Desk) -> None:
    declare(desk, topic="rivers")
    conflict = declare(desk)
    claim = factories.review_claim(desk, topics=["taxes"])

    for _ in range(2):
        ended = members.take_back(actor=desk.editor, conflict_id=conflict.pk)

    assert ended.reason == WHY
    [*_before, (action, fields)] = told(ended.member)
    assert (action, list(fields)) == ("take_back", ["conflicts.2.ended_at"])
    assert ended.member.revision == 3
    assert factories.approve(claim, desk.editor).status == Status.APPROVED


def test_what_somebody_else_declared_is_ended_by_an_editor_other_than_oneself(desk: Desk) -> None:
    declare(desk, topic="rivers")
    conflict = declare(desk, actor=desk.chief)

    with pytest.raises(PermissionDenied, match="Somebody else declared it for you"):
        members.take_back(actor=desk.editor, conflict_id=conflict.pk)
    with pytest.raises(PermissionDenied, match="of others an editor does"):
        members.take_back(actor=desk.researcher, conflict_id=conflict.pk)
    assert members.take_back(actor=desk.second_editor, conflict_id=conflict.pk).ended_at is not None


def test_a_conflict_that_is_not_there_cannot_be_ended(desk: Desk) -> None:
    with pytest.raises(Refused, match="no such conflict"):
        members.take_back(actor=desk.chief, conflict_id=999_999)


def test_a_name_in_a_reason_is_erased_by_order_like_anywhere_else(desk: Desk) -> None:
    conflict = declare(desk, reason="Jane Roe is her aunt.")

    entries = erasure.erase(actor=desk.chief, text="Jane Roe", reason="An order of the court.")

    conflict.refresh_from_db()
    assert [entry.member for entry in entries] == [conflict.member]
    assert conflict.reason == "████████ is her aunt."
    assert conflict.member.ledger.get(sequence=1).change.text == ""
    assert list(verification.verify()) == []


# Away


def test_dates_are_kept_and_cleared(desk: Desk) -> None:
    member = set_away(desk.researcher, desk.researcher, APRIL, APRIL + timedelta(days=6))
    assert told(member) == [
        ("away", {"user": desk.researcher.pk, "away_from": "2025-04-01", "away_until": "2025-04-07"})
    ]

    set_away(desk.researcher, desk.researcher, APRIL, APRIL + timedelta(days=6))
    cleared = set_away(desk.researcher, desk.researcher, None)

    assert (cleared.away_from, cleared.away_until, cleared.revision) == (None, None, 2)
    assert list(verification.verify()) == []


def test_clearing_what_was_never_set_makes_nothing(desk: Desk) -> None:
    assert set_away(desk.researcher, desk.researcher, None) is None
    assert not Member.objects.exists()


# The first and the last day count as away; without an end there is no last day.
@pytest.mark.parametrize(
    ("away_from", "away_until", "on", "is_away"),
    [
        (0, 2, -1, False),
        (0, 2, 0, True),
        (0, 2, 2, True),
        (0, 2, 3, False),
        (0, None, 500, True),
        (0, 0, 0, True),
    ],
)
def test_who_is_away_on_a_day(desk: Desk, away_from: int, away_until: int | None, on: int, is_away: bool) -> None:
    until = None if away_until is None else APRIL + timedelta(days=away_until)
    set_away(desk.editor, desk.editor, APRIL + timedelta(days=away_from), until)
    declare(desk, desk.chief)

    assert set(members.away(APRIL + timedelta(days=on))) == ({desk.editor.pk} if is_away else set())


@pytest.mark.parametrize(
    ("dates", "sentence", "field"),
    [
        ((APRIL, APRIL - timedelta(days=1)), "lies before the first", "away_until"),
        ((None, APRIL), "Say from which day on", "away_from"),
    ],
)
def test_dates_that_do_not_fit_are_refused(desk: Desk, dates: Any, sentence: str, field: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        set_away(desk.editor, desk.editor, *dates)

    assert refusal.value.field == field


def test_two_who_set_other_dates_do_not_overwrite_each_other(desk: Desk) -> None:
    set_away(desk.chief, desk.editor, APRIL, opened_at=0)

    with pytest.raises(Conflict):
        set_away(desk.editor, desk.editor, APRIL + timedelta(days=1), opened_at=0)


# Handing over


def test_handing_over_is_told_and_changes_no_content(desk: Desk) -> None:
    claim = factories.review_claim(desk)

    handed = hand_over(claim, desk.editor, desk.second_editor)

    entry = factories.last_entry(claim)
    assert handed.reader == desk.second_editor
    assert (entry.action, entry.changed_content, entry.authored) == (Action.HAND_OVER, False, False)
    assert json.loads(entry.change.text)["fields"] == {"reader": [None, desk.second_editor.pk]}
    assert hand_over(claim, desk.editor, None).reader is None
    assert list(verification.verify()) == []


def test_the_same_again_is_no_entry(desk: Desk) -> None:
    claim = hand_over(factories.review_claim(desk), desk.editor, desk.second_editor)

    assert hand_over(claim, desk.editor, desk.second_editor).revision == claim.revision


@pytest.mark.parametrize("role", ["researcher", "auditor"])
def test_an_editor_hands_over(desk: Desk, role: str) -> None:
    claim = factories.review_claim(desk)

    with pytest.raises(PermissionDenied):
        hand_over(claim, getattr(desk, role), desk.second_editor)


# In second read or before; whoever is asked then reads the version that is handed in.
@pytest.mark.parametrize("status", list(Status))
def test_somebody_is_asked_until_the_claim_is_approved(desk: Desk, status: Status) -> None:
    claim = factories.claim_in(status, desk)
    if status in (Status.INBOX, Status.RESEARCH, Status.PARKED, Status.REVIEW):
        assert hand_over(claim, desk.chief, desk.second_editor).reader == desk.second_editor
    else:
        with pytest.raises(IllegalTransition):
            hand_over(claim, desk.chief, desk.second_editor)


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("author", "is an author of this claim"),
        ("conflict", r"declared a conflict of interest \(housing\)"),
        ("researcher", "has no role at this desk that approves"),
        ("inactive", "has no role at this desk that approves"),
        ("outsider", "has no role at this desk that approves"),
        ("approved", "has approved it already"),
    ],
)
def test_who_may_not_approve_is_not_asked_to_read(desk: Desk, who: str, sentence: str) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.chief, {"risk": "high", "verdict.texts.en.today": "As of today."})
    claim = review.submit(claim_id=claim.pk, actor=desk.researcher)
    if who == "conflict":
        declare(desk, topic="housing")
    if who == "approved":
        factories.approve(claim, desk.editor)
    reader = {
        "author": desk.chief,
        "conflict": desk.editor,
        "researcher": factories.make_user(Role.RESEARCHER),
        "inactive": factories.make_user(Role.EDITOR, is_active=False),
        "outsider": factories.make_user(),
        "approved": desk.editor,
    }[who]

    with pytest.raises(Refused, match=sentence) as refusal:
        hand_over(claim, desk.second_editor, reader)

    assert people.name_of(reader) in str(refusal.value)
    assert refusal.value.field == "reader"


def test_who_is_away_can_be_asked(desk: Desk) -> None:
    """They may be back before it is due; the page warns."""
    set_away(desk.second_editor, desk.second_editor, APRIL)

    assert hand_over(factories.review_claim(desk), desk.editor, desk.second_editor).reader == desk.second_editor


def test_two_who_hand_over_at_the_same_time_do_not_overwrite_each_other(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    hand_over(claim, desk.editor, desk.second_editor, opened_at=claim.revision)

    with pytest.raises(Conflict):
        hand_over(claim, desk.editor, desk.chief, opened_at=claim.revision)


def test_whoever_reads_the_next_version_is_asked_anew(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    hand_over(claim, desk.editor, desk.editor)
    factories.publish(factories.approve(claim, desk.editor), desk.editor)

    assert factories.fresh(claim).reader is None
    assert LedgerEntry.objects.filter(claim=claim, action=Action.HAND_OVER.value).count() == 1
