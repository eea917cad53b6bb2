"""People in the second read in the admin: the same refusals and the same history as at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from claims.models import Member
from claims.services import erasure, people
from tests import factories
from tests.admin.helpers import as_user, change, changelist, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def member(desk: factories.Desk) -> Member:
    return factories.make_member(desk.researcher, topic="housing")


def test_the_list_names_people_and_counts_open_conflicts(desk: factories.Desk, member: Member) -> None:
    shown = text(as_user(desk.auditor).get(changelist("member")))

    assert people.name_of(desk.researcher) in shown
    assert reverse("desk:person", args=[desk.researcher.pk]) in shown


def test_dates_are_saved_by_the_same_service(desk: factories.Desk, member: Member) -> None:
    answer = as_user(desk.editor).post(change(member), {"opened_at": 1, "away_from": "2025-04-01", "away_until": ""})

    assert answer.status_code == 302
    entry = member.ledger.latest("sequence")
    assert (entry.action, entry.actor, entry.on_behalf_of) == ("away", desk.editor, desk.researcher)


def test_what_the_desk_refuses_is_refused_here(desk: factories.Desk, member: Member) -> None:
    form = {"opened_at": 1, "away_from": "2025-04-02", "away_until": "2025-04-01"}
    other = factories.make_member(desk.editor)

    assert as_user(desk.auditor).post(change(member), form).status_code == 403
    assert as_user(desk.researcher).post(change(other), {**form, "away_until": ""}).status_code == 403
    answer = as_user(desk.editor).post(change(member), form)
    assert answer.status_code == 422
    assert "The last day away lies before the first." in text(answer)
    assert [one.revision for one in Member.objects.order_by("pk")] == [1, 1]


def test_a_fact_checker_changes_their_own_dates_and_reads_those_of_others(desk: factories.Desk, member: Member) -> None:
    other = factories.make_member(desk.editor)
    client = as_user(desk.researcher)

    assert client.post(change(member), {"opened_at": 1, "away_from": "2025-04-01"}).status_code == 302
    assert "of others an editor does" in text(client.get(change(other)))


def test_the_history_is_that_of_the_ledger(desk: factories.Desk, member: Member) -> None:
    erasure.pseudonymise(actor=desk.chief, user=desk.researcher, reason="In writing.")

    shown = text(as_user(desk.auditor).get(f"/admin/claims/member/{member.pk}/history/"))

    assert "Conflict of interest declared" in shown
    assert "In writing." in shown
    assert f"former colleague {desk.researcher.pk}" in shown
    assert "brother" not in shown
    assert f"former colleague {desk.researcher.pk}" in text(as_user(desk.chief).get("/admin/"))


def test_nobody_is_given_a_name_again(desk: factories.Desk, member: Member) -> None:
    erasure.pseudonymise(actor=desk.chief, user=desk.researcher, reason="In writing.")
    address = reverse("admin:auth_user_change", args=[desk.researcher.pk])
    client = as_user(desk.chief)

    assert f"former colleague {desk.researcher.pk}" in text(client.get(reverse("admin:auth_user_changelist")))
    assert client.post(address, {"username": "ada", "first_name": "Ada", "is_active": "on"}).status_code == 403
    desk.researcher.refresh_from_db()
    assert people.is_former(desk.researcher)
