"""The table of transitions: every pair of status and action, and what must hold besides."""

from __future__ import annotations

import itertools

import pytest

from claims.errors import IllegalTransition, NotEditable
from claims.rules import transitions
from claims.rules.transitions import Standing
from claims.vocabulary import Action, Status
from tests.design_table import CONTENT_IS_EDITED_IN, TRANSITIONS

EVERY_PAIR = list(itertools.product(Status, TRANSITIONS))


def ready(status: Status, action: Action) -> Standing:
    """A claim for which nothing but the status can stand in the way of `action`."""
    published = action in {Action.RETRACT, Action.REOPEN}
    return Standing(status, ever_published=published, has_live_check=published)


def test_every_transition_of_the_design_is_in_the_table_and_no_other() -> None:
    assert set(transitions.MOVES) == set(TRANSITIONS)


# Every pair of status and action: it leads where the design says, or it is refused with a sentence.
@pytest.mark.parametrize(("status", "action"), EVERY_PAIR, ids=[f"{s}-{a}" for s, a in EVERY_PAIR])
def test_pair_leads_where_the_design_says_or_is_refused(status: Status, action: Action) -> None:
    row = TRANSITIONS[action]
    standing = ready(status, action)

    if status in row.sources:
        assert transitions.obstacle(action, standing) == ""
        assert transitions.target(action, standing) is row.target
    else:
        with pytest.raises(IllegalTransition) as refusal:
            transitions.target(action, standing)
        assert action.label in str(refusal.value)
        assert status.label in str(refusal.value)


# A claim that was published cannot be closed, whatever its status; before that it can.
@pytest.mark.parametrize("action", [Action.DECLINE, Action.LINK])
@pytest.mark.parametrize("status", [Status.INBOX, Status.RESEARCH, Status.PARKED])
def test_published_claim_cannot_be_closed(status: Status, action: Action) -> None:
    assert transitions.obstacle(action, Standing(status, ever_published=False)) == ""
    assert "published" in transitions.obstacle(action, Standing(status, ever_published=True))


# Withdrawing needs a live check, in every status, and nothing else.
@pytest.mark.parametrize("status", list(Status))
def test_withdrawing_needs_a_live_check(status: Status) -> None:
    live = Standing(status, ever_published=True, has_live_check=True)
    withdrawn = Standing(status, ever_published=True, has_live_check=False)

    assert transitions.target(Action.RETRACT, live) is Status.RETRACTED
    with pytest.raises(IllegalTransition, match="no live check"):
        transitions.target(Action.RETRACT, withdrawn)
    with pytest.raises(IllegalTransition, match="no live check"):
        transitions.target(Action.RETRACT, Standing(status))


# Content is edited in the inbox, in research and in approved; elsewhere a sentence says what to do first.
@pytest.mark.parametrize("status", list(Status))
def test_content_is_edited_where_the_design_says(status: Status) -> None:
    if status in CONTENT_IS_EDITED_IN:
        transitions.check_editable(status)
    else:
        with pytest.raises(NotEditable, match=r"^The claim is .*\."):
            transitions.check_editable(status)


def test_claim_that_stays_when_another_is_linked_is_in_inbox_research_or_approved() -> None:
    assert sorted(transitions.LINK_TARGETS) == [Status.APPROVED, Status.INBOX, Status.RESEARCH]


# What the database's trigger lets through: each row of the design's table, and staying put.
@pytest.mark.parametrize(("before", "after"), list(itertools.product(Status, Status)))
def test_pairs_for_the_trigger_are_those_of_the_table(before: Status, after: Status) -> None:
    in_table = before is after or any(before in row.sources and after is row.target for row in TRANSITIONS.values())

    assert ((before, after) in transitions.status_pairs()) is in_table
