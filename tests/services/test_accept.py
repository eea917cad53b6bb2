"""Taking a claim on."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import IllegalTransition
from claims.services import research
from claims.vocabulary import Action, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def test_it_works(desk: Desk) -> None:
    claim = research.accept(claim_id=factories.inbox_claim(desk).pk, actor=desk.researcher)

    assert claim.status == Status.RESEARCH
    assert factories.last_entry(claim).action == Action.ACCEPT
    assert factories.fresh(claim).revision == 2


def test_whoever_takes_it_on_becomes_its_assignee(desk: Desk) -> None:
    claim = research.accept(claim_id=factories.inbox_claim(desk).pk, actor=desk.editor)

    assert factories.fresh(claim).assignee == desk.editor


def test_claim_that_has_an_assignee_keeps_them(desk: Desk) -> None:
    claim = factories.inbox_claim(desk, assignee=desk.chief)
    research.accept(claim_id=claim.pk, actor=desk.editor)

    assert factories.fresh(claim).assignee == desk.chief


def test_whoever_takes_it_on_is_no_author_by_that(desk: Desk) -> None:
    claim = research.accept(claim_id=factories.inbox_claim(desk).pk, actor=desk.editor)

    assert not factories.last_entry(claim).authored


def test_twice_is_refused(desk: Desk) -> None:
    claim = factories.research_claim(desk)
    with pytest.raises(IllegalTransition):
        research.accept(claim_id=claim.pk, actor=desk.editor)

    assert factories.fresh(claim).assignee == desk.researcher


def test_auditor_is_refused(desk: Desk) -> None:
    with pytest.raises(PermissionDenied, match="change nothing"):
        research.accept(claim_id=factories.inbox_claim(desk).pk, actor=desk.auditor)
